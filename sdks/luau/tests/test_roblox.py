"""What is special on Roblox: the engine's errors, the end of a server, budgets, Secrets, and the published calls."""

from typing import Any

import pytest
from game import Game

SESSION = """
local assetId, other, userId = 9043887091, 1848354536, 12345678901
client:configureAnalytics({ batchInterval = 30, maxBatchSize = 50, maxQueueSize = 500 })
client:trackSearchClick(assetId, userId, "lofi study beats", 2)
client:trackAddToQueue(assetId, userId)
client:trackPlay(assetId, userId, 217)
client:trackSkip(assetId, userId, 12)
client:trackPlay(other, userId, 195)
client:trackFavorite(other, userId)
client:trackVote(other, "up", userId)
client:trackStop(other, userId, 195)
"""


# The published calls


def test_the_published_session_works_unchanged(game: Game) -> None:
    game.begin().run(SESSION)
    game.world.advance(30)
    assert [event["type"] for event in game.stored] == [
        "search_click", "add_to_queue", "play", "skip", "play", "favorite", "vote", "stop",
    ]  # fmt: skip
    assert {event["player_id"] for event in game.stored} == {"12345678901"}
    assert game.stored[0]["metadata"] == {"query": "lofi study beats", "rank": 2}
    assert game.stored[6]["value"] == "up"
    assert game.stats["accepted"] == 8


def test_older_spellings_go_on_working(game: Game) -> None:
    """A SoundId for an asset id, metadata as a table, trackCustom and flushAnalytics."""
    game.begin().run(
        """
        client:trackPlay("rbxassetid://123456789", 7, 120)
        client:trackSearchClick(5, 7, { query = "q", source = "home" })
        client:trackCustom("song_previewed", 5, 7, { source = "browse", position = 3 })
        """
    )
    assert game.world.start("return client:flushAnalytics()").wait(10) is True
    assert [event["asset_id"] for event in game.stored] == ["123456789", "5", "5"]
    assert game.stored[1]["metadata"] == {"query": "q", "source": "home"}
    assert (game.stored[2]["type"], game.stored[2]["metadata"]["position"]) == ("song_previewed", 3)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("7", "7"),
        ("1234567890", "1234567890"),
        ("12345678901", "12345678901"),
        ("9007199254740991", "9007199254740991"),
        ("1e21", "1000000000000000000000"),
        ("217.0", "217"),
        ("-0", "0"),
        ("-5", "-5"),
    ],
)
def test_ids_travel_as_exact_digits(game: Game, given: str, sent: str) -> None:
    game.begin().run(f"client:trackPlay({given}, {given}, 1)")
    game.flush()
    assert (game.stored[0]["asset_id"], game.stored[0]["player_id"]) == (sent, sent)


@pytest.mark.parametrize("given", ["1.5", "0/0", "math.huge", "true", "{}", "print"])
def test_what_is_no_id_is_rejected_with_what_was_found(game: Game, given: str) -> None:
    game.begin().run(f"client:trackPlay({given}, 7, 1) client:trackPlay(5, {given}, 1)")
    messages = [each["message"] for each in game.get("rejected")]
    assert "assetId must be a string or a whole number" in messages[0]
    assert "playerId must be a string or a whole number" in messages[1]
    assert game.stats["rejected"] == 2


def test_disabled_analytics_do_nothing_and_count_nothing(game: Game) -> None:
    game.begin(enabled=False).track(1, 3)
    assert game.stats["tracked"] == 0
    game.run("client:configureAnalytics({ enabled = true })")
    game.track(4, 4)
    assert game.stats["tracked"] == 1


def test_timestamps_keep_the_order_within_a_second(game: Game) -> None:
    game.begin().run("client:trackFavorite(5, 7)")
    game.world.advance(0.25)
    game.run("client:trackUnfavorite(5, 7)")
    game.flush()
    assert [event["timestamp"] for event in game.stored] == [1_800_000_000, 1_800_000_000.25]


def test_a_beforeSend_that_yields_drops_the_event_and_holds_nothing_up(game: Game) -> None:  # noqa: N802
    game.begin().run("AudioScape = nil")
    game.run(
        """
        local module, endpoint = require(game:GetService("ServerStorage").AudioScape), ...
        client = module.new("k", { endpoint = endpoint, beforeSend = function(event) task.wait(5) return event end })
        client:trackPlay(1, 7, 1)
        after = client.stats
        """,
        game.server.events,
    )
    game.world.advance(60)
    assert game.get("after.droppedBy") == {"before_send": 1}
    assert game.requests == []
    assert ["beforeSend yielded" in line for line in game.world.warnings] == [True]


# What the game does later


def test_tracked_events_are_copies(game: Game) -> None:
    game.begin().run(
        """
        local metadata = { room = "red" }
        local event = { type = "lobby", metadata = metadata }
        client:track(event)
        metadata.room, event.type = "blue", "other"
        """
    )
    game.flush()
    assert (game.stored[0]["type"], game.stored[0]["metadata"]) == ("lobby", {"room": "red"})


def test_stats_are_a_snapshot(game: Game) -> None:
    game.begin().track(1, 1)
    assert (
        game.run("local s = client.stats s.tracked = 99 s.droppedBy.closed = 5 client:trackPlay(2) return s.tracked")
        == 99
    )
    assert game.stats == {"tracked": 2, "accepted": 0, "rejected": 0, "dropped": 0, "queued": 2, "droppedBy": {}}


def test_callbacks_see_events_as_track_takes_them(game: Game) -> None:
    game.begin().replies({"reject": {"0": "no such thing"}})
    game.run('client:trackPlay(5, 7, 1) client:trackVote(6, "up", 8)')
    game.flush()
    assert game.get("rejected") == [
        {
            "event": {"type": "play", "assetId": "5", "playerId": "7", "duration": 1, "timestamp": 1_800_000_000},
            "message": "no such thing",
        }
    ]


def test_a_callback_that_yields_holds_nothing_up(game: Game) -> None:
    game.begin(maxBatchSize=1).replies({"status": 400}, {"status": 400})
    game.run("client.onDropped = function() calls = (calls or 0) + 1 task.wait(1000) end")
    game.track(1, 3)
    game.world.advance(30)
    assert game.get("calls") == 2
    assert game.stored_ids == [3]


def test_two_clients_share_nothing(game: Game) -> None:
    game.begin().run(
        'local endpoint = ... second = AudioScape.new("other-key", { endpoint = endpoint, batchInterval = 5 })',
        game.server.events,
    )
    game.run("second:trackPlay(1) client:trackPlay(2)")
    game.world.advance(5)
    assert game.stored_ids == [1]
    assert game.get("second.stats.accepted") == 1
    assert game.stats["queued"] == 1


# Construction


def test_a_secret_reaches_the_header_and_nothing_else(game: Game) -> None:
    game.begin(key=game.world.secret("secret-text-99"))
    game.replies({"status": 401}, {"status": 500})
    game.track(1, 1)
    game.flush()
    game.track(2, 2)
    game.flush()
    assert game.requests[0]["headers"]["x-api-key"] == "secret-text-99"
    assert game.world.warnings
    assert not any("secret-text-99" in line for line in game.world.warnings)


@pytest.mark.parametrize(
    ("key", "complaint"),
    [
        (None, "apiKey must be a string or a Secret, found nil"),
        (5, "apiKey must be a string or a Secret, found number"),
        ("", "apiKey is missing: give a key"),
        (" \r\n", "apiKey is missing: give a key"),
        ("with space", "visible ASCII"),
        ("line\nbreak", "visible ASCII"),
    ],
)
def test_a_bad_key_is_said_at_once_but_not_repeated(game: Game, key: Any, complaint: str) -> None:
    with pytest.raises(RuntimeError, match=complaint) as raised:
        game.begin(key=key)
    assert not key or str(key) not in str(raised.value).splitlines()[0]


@pytest.mark.parametrize(
    "endpoint",
    ["example.com", "ftp://a", "https://", "https://a?x=1", "https://a/#b", "https://u:p@a", "https://a b", 5],
)
def test_a_bad_endpoint_is_said_at_once(game: Game, endpoint: Any) -> None:
    with pytest.raises(RuntimeError, match="endpoint must be like") as raised:
        game.begin(endpoint=endpoint)
    assert f'found "{endpoint}"' in str(raised.value) or "found number" in str(raised.value)


@pytest.mark.parametrize("endpoint", [None, "", " "])
def test_without_an_endpoint_there_is_no_client(game: Game, endpoint: Any) -> None:
    """Nothing is ever sent to a host that nobody named."""
    with pytest.raises(RuntimeError, match="endpoint is missing: give the address of your AudioScape server"):
        game.begin(endpoint=endpoint)


def test_the_address_that_is_built_in_is_enough(game: Game) -> None:
    """As `audioscape sdk luau --endpoint …` hands the module out; an endpoint in the options still wins."""
    game.world.run('require(game:GetService("ServerStorage").AudioScape.Address).endpoint = ...', game.server.events)
    game.begin(endpoint=None).track(1, 1)
    game.flush()
    assert game.stored_ids == [1]
    game.begin(endpoint=game.server.refused).track(2, 2)
    game.flush()
    assert game.stored_ids == [1]


def test_an_endpoint_may_end_in_slashes_or_have_a_path(game: Game) -> None:
    game.begin(endpoint=f"{game.server.events}/proxy//").track(1, 1)
    game.flush()
    assert game.requests[0]["path"] == "/proxy/analytics/v1/analytics"


def test_a_local_script_is_told_why_not(game: Game) -> None:
    game.world.set("isServer", False)
    with pytest.raises(RuntimeError, match="use it in a server Script"):
        game.begin()


def test_universe_and_place_are_those_of_the_game(game: Game) -> None:
    game.world.run("game.GameId = 12345678901 game.PlaceId = 987")
    game.begin().track(1, 1)
    game.flush()
    headers = game.requests[0]["headers"]
    assert (headers["x-universe-id"], headers["x-place-id"]) == ("12345678901", "987")


@pytest.mark.parametrize("given", [0, "0", "abc", "1\n2", -1, 1.5])
def test_ids_of_no_place_are_not_sent(game: Game, given: Any) -> None:
    game.begin(universeId=given, placeId=given).track(1, 1)
    game.flush()
    assert not {"x-universe-id", "x-place-id"} & set(game.requests[0]["headers"])


@pytest.mark.parametrize(
    ("options", "settings", "warnings"),
    [
        ({"batchInterval": 1}, {"batchInterval": 5}, 1),
        ({"batchInterval": 1000}, {"batchInterval": 300}, 1),
        ({"batchInterval": 7.5}, {"batchInterval": 7.5}, 0),
        ({"maxBatchSize": 0}, {"maxBatchSize": 1}, 1),
        ({"maxBatchSize": 501, "maxQueueSize": 1000}, {"maxBatchSize": 500}, 1),
        ({"maxBatchSize": 20.9}, {"maxBatchSize": 20}, 1),
        ({"maxQueueSize": 0}, {"maxQueueSize": 1, "maxBatchSize": 1}, 1),
        ({"maxQueueSize": 20}, {"maxQueueSize": 20, "maxBatchSize": 20}, 0),
        ({"maxQueueSize": "many"}, {"maxQueueSize": 500}, 1),
        ({"maxQueueSize": float("nan")}, {"maxQueueSize": 500}, 1),
        ({}, {"batchInterval": 30, "maxBatchSize": 50, "maxQueueSize": 500}, 0),
    ],
)
def test_values_out_of_bounds_are_brought_within(
    game: Game, options: dict[str, Any], settings: dict[str, Any], warnings: int
) -> None:
    game.begin(**options)
    found = game.get("client._settings")
    assert {name: found[name] for name in settings} == settings
    assert len(game.world.warnings) == warnings


# Requests


def test_track_makes_no_request_and_does_not_yield(game: Game) -> None:
    """Even the event that starts an early flush returns before the request is made."""
    game.begin()
    game.world.run("for i = 1, 300 do client:trackPlay(i, 7, i) end")
    assert game.world.attempts == 0
    game.world.settle()
    assert game.world.attempts == 6


def test_a_request_stays_under_a_megabyte(game: Game) -> None:
    """Whatever the batch size: the server takes 1 MiB, and each event may have 32 KB."""
    game.begin(maxBatchSize=500, gzip=False).run(
        "for i = 1, 60 do client:track({ type = 't', assetId = i, metadata = { big = string.rep('x', 30000) } }) end"
    )
    game.flush()
    assert game.stored_ids == list(range(1, 61))
    assert [len(request["events"]) for request in game.requests] == [33, 27]


def test_gzip_can_be_switched_off(game: Game) -> None:
    game.begin(gzip=False).track(1, 50)
    game.flush()
    assert "content-encoding" not in game.requests[0]["headers"]
    assert len(game.stored) == 50


def test_http_disabled_warns_once_and_is_no_outage(game: Game) -> None:
    """Nothing is wrong with the server: no backoff, and what waits is sent once the switch is on."""
    game.begin().world.set("httpEnabled", False)
    game.track(1, 3)
    game.world.advance(300)
    assert game.world.attempts == 10
    assert [line for line in game.world.warnings if "Allow HTTP Requests" in line] == game.world.warnings
    assert len(game.world.warnings) == 1
    game.world.set("httpEnabled", True)
    game.world.advance(30)
    assert game.stored_ids == [1, 2, 3]


def test_http_disabled_does_not_hold_up_the_end(game: Game) -> None:
    game.begin().world.set("httpEnabled", False)
    game.track(1, 3)
    assert game.world.close_server() < 1
    assert game.world.attempts == 1
    assert game.stats["droppedBy"] == {"shutdown": 3}


def test_a_header_that_is_not_allowed_warns_once(game: Game) -> None:
    game.begin().world.run(
        'local locked = ... locked["idempotency-key"] = true', game.world.lua_world.get("lockedHeaders")
    )
    game.track(1, 1)
    game.world.advance(300)
    assert game.world.attempts == 10
    assert len(game.world.warnings) == 1


def test_a_used_up_request_budget_is_a_failure_to_back_off_from(game: Game) -> None:
    game.begin().world.run("local times = ... for _ = 1, 500 do table.insert(times, 29) end",
                           game.world.lua_world.get("requestTimes"))  # fmt: skip
    game.track(1, 3)
    game.world.advance(30)
    assert (game.world.attempts, game.stats["queued"]) == (1, 3)
    assert "used up its HTTP requests" in game.world.warnings[0]
    game.world.advance(59)
    assert game.world.attempts == 1
    game.world.advance(1)
    assert game.stored_ids == [1, 2, 3]


def test_a_request_given_up_is_not_overlapped(game: Game) -> None:
    """The engine holds a request for 60 s; a retry after 10 s of time-out and 10 s of backoff waits its turn."""
    game.begin(batchInterval=5).replies({"fault": "hang"})
    game.track(1, 1)
    game.world.advance(5 + 10 + 10 + 39)
    assert game.world.attempts == 1
    game.world.advance(60)
    assert game.world.attempts == 2
    assert game.stored_ids == [1]


def test_an_answer_after_the_timeout_counts_no_more(game: Game) -> None:
    """It was stored; the resend carries the same key, so it is stored once."""
    game.begin().replies({"fault": "hold"})
    game.track(1, 2)
    game.world.advance(30 + 11)
    assert game.stats["queued"] == 2
    game.control.send("POST", "/release")
    game.world.settle()
    assert game.stats["queued"] == 2
    game.world.advance(60)
    assert (len(game.requests), game.stored_ids) == (2, [1, 2])
    assert game.stats["accepted"] == 2


def test_an_answer_the_sdk_cannot_read_is_survived(game: Game) -> None:
    """Hostile bodies: none of them stops the next batch."""
    bodies = ['{"errors": {"a": 1}}', '{"errors": [{}, null, [1]], "rejected": -1}', '"text"', "5", "null", "[[]]", "{"]
    game.begin(maxBatchSize=1).replies(*({"status": 202, "body": body} for body in bodies))
    game.track(1, len(bodies) + 1)
    game.world.advance(30)
    assert game.stats["accepted"] == len(bodies) + 1


def test_flush_gives_up_waiting_but_the_batch_lives(game: Game) -> None:
    game.begin().replies({"fault": "hold"})
    game.track(1, 1)
    thread = game.world.start("return client:flush(3)")
    assert thread.wait(3) is False
    game.control.send("POST", "/release")
    game.world.settle()
    assert game.stats["accepted"] == 1


def test_log_lines_are_rate_limited(game: Game) -> None:
    game.begin(batchInterval=5, maxBatchSize=1)
    game.default_reply({"status": 422})
    for number in range(1, 9):
        game.track(number, number)
        game.world.advance(5)
    assert len(game.world.warnings) == 1


# The end of a server


def test_the_end_of_a_server_delivers_what_waits(game: Game) -> None:
    game.begin().track(1, 120)
    game.world.close_server()
    assert game.stored_ids == list(range(1, 121))


def test_farewells_of_the_last_frame_are_sent(game: Game) -> None:
    """PlayerRemoving is deferred: its listeners run after the bound functions have begun."""
    game.begin().run(
        """
        game:GetService("Players").PlayerRemoving:Connect(function(player)
            client:trackStop(5, player.UserId, 40)
        end)
        """
    )
    game.world.close_server(leaving=(11, 12))
    assert [event["player_id"] for event in game.stored] == ["11", "12"]


def test_a_player_that_plays_says_farewell(game: Game) -> None:
    game.begin().run("local player = client:createPlayer({ playerId = 7 }) player:queue({ 5 }) player:play()")
    game.run("local world = ... world.currentSound().load(200)", game.world.lua_world)
    game.world.advance(40)
    game.world.close_server(leaving=(7,))
    assert [(event["type"], event.get("duration")) for event in game.stored] == [
        ("play", 200),
        ("stop", pytest.approx(40, abs=0.1)),
    ]


def test_a_player_whose_listener_stays_to_the_end_says_farewell(game: Game) -> None:
    game.begin().run("local player = client:createPlayer({ playerId = 7 }) player:queue({ 5 }) player:play()")
    game.run("local world = ... world.currentSound().load(200)", game.world.lua_world)
    game.world.advance(40)
    game.world.close_server()
    assert [event["type"] for event in game.stored] == ["play", "stop"]


def test_what_is_tracked_while_the_server_ends_is_sent_too(game: Game) -> None:
    game.begin().replies({"fault": "hold"})
    game.track(1, 1)
    game.world._call("closeServer", game.world.to_lua([]))
    game.world.advance(1)
    assert game.control.received()["held"] == 1
    game.track(2, 2)
    game.control.send("POST", "/release")
    game.world.settle()
    assert game.world.lua_world.get("serverEnded")
    assert game.stored_ids == [1, 2]


def test_a_hung_server_holds_up_the_end_for_20_seconds_at_most(game: Game) -> None:
    game.begin().default_reply({"fault": "hang"})
    game.track(1, 3)
    assert 10 < game.world.close_server() < 20.1
    assert game.world.attempts == 1
    assert game.stats["droppedBy"] == {"shutdown": 3}


def test_clients_end_side_by_side(game: Game) -> None:
    """One that hangs does not cost the other its time."""
    game.begin().run(
        'local endpoint = ... second = AudioScape.new("k", { endpoint = endpoint }) second:trackPlay(2)',
        game.server.events,
    )
    game.track(1, 1)
    game.replies({"fault": "hang"})
    game.world._call("closeServer", game.world.to_lua([]))
    game.world.advance(1)
    assert game.get("client.stats.accepted + second.stats.accepted") == 1
    assert game.get("#game.closeCallbacks") == 1


@pytest.mark.parametrize(("studio", "attempts"), [(True, 1), (False, 3)])
def test_studio_gets_one_attempt(game: Game, studio: bool, attempts: int) -> None:  # noqa: FBT001
    game.world.set("isStudio", studio)
    game.begin().default_reply({"status": 500})
    game.track(1, 1)
    game.world.close_server()
    assert game.world.attempts == attempts


def test_the_end_of_a_server_waits_for_a_destroy_under_way(game: Game) -> None:
    game.begin().replies({"fault": "hold"})
    game.track(1, 1)
    game.world.start("client:destroy()")
    game.world.settle()
    game.world._call("closeServer", game.world.to_lua([]))
    game.world.advance(1)
    assert not game.world.lua_world.get("serverEnded")
    game.control.send("POST", "/release")
    game.world.settle()
    assert game.world.lua_world.get("serverEnded")
    assert game.stored_ids == [1]


def test_a_destroyed_client_has_no_part_in_the_end(game: Game) -> None:
    game.begin().track(1, 1)
    game.world.start("client:destroy()").wait(20)
    game.track(2, 2)
    game.world.close_server()
    assert (game.world.attempts, game.stats["droppedBy"]) == (1, {"closed": 1})


def test_halves_of_an_early_batch_are_sent_at_once(game: Game) -> None:
    """They are the full batch that was to be sent early, in two."""
    game.begin(maxBatchSize=4, maxQueueSize=8).default_reply({"maxEvents": 2})
    game.track(1, 4)
    assert game.stored_ids == [1, 2, 3, 4]
