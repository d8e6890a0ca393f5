"""Nothing is refused in silence: typical mistakes, made as a developer makes them, by what the output then says."""

from pathlib import Path

import pytest
from game import KEY, Game
from luau_runner import Control

URL = "/analytics/v1/analytics"


def only_line(game: Game) -> str:
    (line,) = game.world.warnings
    return line


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ('client:trackVote(5, "sideways", 7)', 'vote events require value "up" or "down"'),
        ('client:trackPlay("my song", 7, 1)', "asset_id must be 1 to 19 digits"),
        ("client:trackPlay(5, 7, -1)", "duration must be"),
        ('client:track({ type = "lobby", timestamp = 1 })', "timestamp must be"),
        ("client:trackFavorite(nil, 7)", "asset_id is required"),
    ],
)
def test_a_mistake_that_the_server_finds_is_said_once(game: Game, call: str, said: str) -> None:
    game.begin().default_reply({"reject": {"*": said}})
    game.run("client.onRejected = nil")
    for _ in range(3):
        game.run(call)
        game.flush()
    line = only_line(game)
    assert said in line
    assert f"{game.server.events}{URL} answered 400" in line
    assert game.stats["rejected"] == 3


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("client:trackPlay({}, 7, 1)", "assetId must be a string or a whole number, found table"),
        ("client:trackPlay(5, game, 1)", "playerId must be a string or a whole number, found table"),
        ("client:track({ assetId = 5 })", "type must be a string of 1 to 128 characters"),
        ("client:track('play')", "an event must be a table, found string"),
        ("client:track({ type = 't', metadata = { a = string.rep('x', 40000) } })", "at most 32768 bytes"),
    ],
)
def test_a_mistake_that_the_sdk_finds_is_said_once(game: Game, call: str, said: str) -> None:
    game.begin()
    game.run("client.onRejected = nil")
    game.run(call)
    game.run(call)
    assert said in only_line(game)


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, ""),
        (401, "Check the API key"),
        (404, "Is the endpoint right?"),
        (405, "Is the endpoint right?"),
        (415, ""),
    ],
)
def test_a_batch_that_is_refused_is_said_with_status_url_and_the_servers_text(
    game: Game, status: int, advice: str
) -> None:
    game.begin().default_reply({"status": status, "body": {"error": "what the server says"}})
    for number in (1, 2):
        game.track(number, number)
        game.flush()
    line = only_line(game)
    assert "1 event was dropped" in line
    assert f"{game.server.events}{URL} answered {status}: what the server says" in line
    assert advice in line


def test_an_outage_is_said_with_url_and_text(game: Game) -> None:
    game.begin().default_reply({"status": 503, "body": {"error": "disk full"}})
    game.track(1, 2)
    game.world.advance(30)
    assert f"{game.server.events}{URL} answered 503: disk full; 2 events wait" in only_line(game)


def test_what_cannot_be_delivered_before_the_end_is_said(game: Game) -> None:
    game.begin().default_reply({"status": 503})
    game.track(1, 3)
    game.world.close_server()
    assert f"3 events were dropped (shutdown): not delivered to {game.server.events}{URL}" in only_line(game)


def test_what_comes_after_the_end_is_said_once(game: Game) -> None:
    game.begin()
    game.world.start("client:destroy()").wait(20)
    game.track(1, 3)
    assert "dropped (closed): they were tracked after the client was destroyed" in only_line(game)
    assert game.stats["droppedBy"] == {"closed": 3}


def test_a_secret_cannot_leak_by_what_a_server_says(game: Game) -> None:
    """The SDK cannot read a Secret, so it cannot look for it: words as long as a key are masked."""
    game.begin(key=game.world.secret("a-secret-of-thirty-characters!")).default_reply(
        {"status": 422, "body": {"error": "no key a-secret-of-thirty-characters! here"}}
    )
    game.track(1, 1)
    game.flush()
    assert "answered 422: no key <…> here" in only_line(game)


def test_a_key_full_of_pattern_characters_is_masked_too(game: Game) -> None:
    key = "%a+.*[key]-^$"
    game.begin(key=key).default_reply({"status": 422, "body": {"error": f"no key {key} here"}})
    game.track(1, 1)
    game.flush()
    assert "no key <key> here" in only_line(game)


def test_two_reasons_are_two_lines(game: Game) -> None:
    game.begin().replies({"reject": {"0": "too old", "1": "too young"}})
    game.track(1, 2)
    game.flush()
    assert ["too old" in line for line in game.world.warnings] == [True, False]


def test_a_reason_that_comes_again_leaves_room_for_others(game: Game) -> None:
    game.begin().default_reply({"status": 422, "body": {"error": "again"}})
    for number in range(30):
        game.track(number, number)
        game.flush()
    game.default_reply({"status": 422, "body": {"error": "something else"}})
    game.track(31, 31)
    game.flush()
    assert ["something else" in line for line in game.world.warnings] == [False, True]


def test_a_key_that_is_replaced_is_the_one_that_is_masked(fault_server: object, control: Control, source: Path) -> None:
    game = Game(fault_server, control, source)
    game.run(
        """
        local key, other, endpoint = ...
        AudioScape = require(game:GetService("ServerStorage").AudioScape)
        AudioScape.setEndpoints({ analyticsUrl = endpoint .. "/analytics" })
        AudioScape.setApiKey(key)
        AudioScape:trackPlay(1)
        AudioScape.setApiKey(other)
        """,
        KEY,
        "another-key",
        game.server.events,
    )
    game.default_reply({"status": 422, "body": {"error": "no key another-key here"}})
    game.world.start("AudioScape:flush()").wait(10)
    assert "no key <key> here" in only_line(game)
