"""A game made for the published client that swapped it for this module: on the module itself, and what is not here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from game import KEY, Game
from luau_runner import Control

REQUIRE = 'AudioScape = require(game:GetService("ServerStorage").AudioScape) '


class Swapped(Game):
    """A game that calls the module itself."""

    def set_up(self) -> None:
        self.run("AudioScape.setEndpoints({ analyticsUrl = ... })", f"{self.server.events}/analytics")
        self.run("AudioScape.setApiKey(...)", KEY)

    def send(self) -> None:
        self.world.start("AudioScape:flushAnalytics()").wait(10)

    @property
    def keys(self) -> list[str]:
        return [request["headers"]["x-api-key"] for request in self.requests]


@pytest.fixture
def swapped(fault_server: Any, control: Control, source: Path) -> Iterator[Swapped]:
    game = Swapped(fault_server, control, source)
    game.run(REQUIRE)
    yield game
    game.world.check()
    game.world.shut()


def test_a_session_on_the_module_itself_arrives(swapped: Swapped) -> None:
    swapped.set_up()
    swapped.run(
        """
        AudioScape:configureAnalytics({ enabled = true, batchInterval = 10, maxBatchSize = 50, maxQueueSize = 500 })
        local song, user = "rbxassetid://9043887091", 12345678901
        AudioScape:trackSearchClick(song, user, { query = "lofi", rank = 2 })
        AudioScape:trackAddToQueue(song, user)
        AudioScape:trackPlay(song, user, 217)
        AudioScape:trackSkip(song, user, 12)
        AudioScape:trackVote(song, "up", user)
        AudioScape:trackFavorite(song, user)
        AudioScape:trackUnfavorite(song, user)
        AudioScape:trackStop(song, user, 12)
        AudioScape:trackCustom("song_previewed", song, user, { source = "browse" })
        """
    )
    swapped.world.advance(10)
    assert [event["type"] for event in swapped.stored] == [
        "search_click", "add_to_queue", "play", "skip", "vote", "favorite", "unfavorite", "stop", "song_previewed",
    ]  # fmt: skip
    assert {event["asset_id"] for event in swapped.stored} == {"9043887091"}
    assert swapped.get("AudioScape.stats.accepted") == 9
    assert swapped.requests[0]["path"] == "/analytics/v1/analytics"


def test_a_player_of_the_module_plays_what_the_catalogue_answers(swapped: Swapped) -> None:
    swapped.set_up()
    swapped.run(
        """
        player = AudioScape:createPlayer({ volume = 0.5, playerId = 7 })
        player:queue({ { asset_id = "11", name = "A", artist = "B", duration = 100 } })
        player:play()
        """
    )
    swapped.run("local world = ... world.currentSound().load(100)", swapped.world.lua_world)
    assert swapped.get("{ player.IsPlaying, player.NowPlaying.name, player:getAudioPlayer().ClassName }") == [
        True, "A", "AudioPlayer",
    ]  # fmt: skip
    swapped.world.advance(100)
    swapped.run("local world = ... world.currentSound().finish()", swapped.world.lua_world)
    swapped.send()
    assert [(event["type"], event["duration"]) for event in swapped.stored] == [("play", 100), ("stop", 100)]


@pytest.mark.parametrize("first", ["setApiKey", "setEndpoints"])
def test_key_and_address_come_in_either_order(swapped: Swapped, first: str) -> None:
    calls = ["AudioScape.setApiKey(key)", "AudioScape.setEndpoints({ analyticsUrl = url .. '/analytics///' })"]
    ordered = sorted(calls, key=lambda call: first not in call)
    swapped.run(f"local key, url = ... {ordered[0]} {ordered[1]} AudioScape:trackPlay(1)", KEY, swapped.server.events)
    swapped.send()
    assert swapped.stored_ids == [1]
    assert swapped.world.warnings == []


def test_setters_called_with_a_colon_work(swapped: Swapped) -> None:
    swapped.run("AudioScape:setEndpoints({ analyticsUrl = ... })", f"{swapped.server.events}/analytics")
    swapped.run("AudioScape:setApiKey(...) AudioScape:trackPlay(1)", KEY)
    swapped.send()
    assert swapped.keys == [KEY]


def test_a_secret_is_a_key(swapped: Swapped) -> None:
    swapped.run("AudioScape.setEndpoints({ analyticsUrl = ... })", f"{swapped.server.events}/analytics")
    swapped.run('AudioScape.setApiKey(game:GetService("HttpService"):GetSecret("Key")) AudioScape:trackPlay(1)')
    swapped.send()
    assert swapped.keys == ["secret-Key"]


def test_another_key_counts_for_what_waits_too(swapped: Swapped) -> None:
    swapped.set_up()
    swapped.run("AudioScape:trackPlay(1) AudioScape.setApiKey('second-key') AudioScape:trackPlay(2)")
    swapped.send()
    assert (swapped.keys, swapped.stored_ids) == (["second-key"], [1, 2])


def test_another_address_counts_for_what_waits_too(swapped: Swapped) -> None:
    swapped.run("AudioScape.setEndpoints({ analyticsUrl = ... })", f"{swapped.server.refused}/analytics")
    swapped.run("AudioScape.setApiKey(...) AudioScape:trackPlay(1)", KEY)
    swapped.send()
    swapped.set_up()
    swapped.send()
    assert swapped.stored_ids == [1]


def test_the_catalogues_address_changes_nothing(swapped: Swapped) -> None:
    swapped.set_up()
    swapped.run("AudioScape.setEndpoints({ baseUrl = 'http://localhost:3000/developer' }) AudioScape:trackPlay(1)")
    swapped.send()
    assert swapped.stored_ids == [1]


def test_a_client_of_its_own_is_independent_of_the_module(swapped: Swapped) -> None:
    swapped.set_up()
    swapped.run(
        "second = AudioScape.new('second-key', { endpoint = ... }) second:trackPlay(2) AudioScape:trackPlay(1)",
        swapped.server.events,
    )
    swapped.send()
    assert (swapped.keys, swapped.stored_ids) == ([KEY], [1])


def test_callbacks_and_stats_are_on_the_module_too(swapped: Swapped) -> None:
    swapped.set_up()
    swapped.replies({"reject": {"0": "no such vote"}})
    swapped.run("AudioScape.onRejected = function(event, message) told = message end AudioScape:trackVote(1, 'x', 7)")
    swapped.send()
    assert swapped.get("told") == "no such vote"
    assert swapped.get("AudioScape.stats.rejected") == 1


def test_a_module_that_was_destroyed_begins_anew_with_a_key(swapped: Swapped) -> None:
    swapped.set_up()
    swapped.run("AudioScape:trackPlay(1)")
    swapped.world.start("AudioScape:destroy()").wait(20)
    swapped.run("AudioScape:trackPlay(2)")
    assert swapped.get("AudioScape.stats.droppedBy.closed") == 1
    swapped.run("AudioScape.setApiKey(...) AudioScape:trackPlay(3)", KEY)
    swapped.send()
    assert swapped.stored_ids == [1, 3]


# What cannot work is said at once


def test_without_a_key_the_first_call_says_what_to_do(swapped: Swapped) -> None:
    with pytest.raises(RuntimeError, match=r"call AudioScape.setApiKey\(key\) first"):
        swapped.run("AudioScape:trackPlay(1)")


def test_without_an_address_nothing_is_sent_and_both_calls_say_so(swapped: Swapped) -> None:
    swapped.run("AudioScape.setApiKey(...)", KEY)
    assert ["endpoint is missing" in line for line in swapped.world.warnings] == [True]
    with pytest.raises(RuntimeError, match="endpoint is missing"):
        swapped.run("AudioScape:trackPlay(1)")
    assert swapped.world.attempts == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [("nil", "must be"), ("5", "must be"), ("''", "is missing"), ("'two words'", "must be")],
)
def test_a_bad_key_is_said_by_the_name_of_the_call(swapped: Swapped, given: str, said: str) -> None:
    with pytest.raises(RuntimeError, match=rf"AudioScape.setApiKey: apiKey {said}"):
        swapped.run(f"AudioScape.setApiKey({given})")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nil", "expected a table"),
        ("{ analyticsUrl = 'example.com' }", 'analyticsUrl must be like .*, found "example.com"'),
        ("{ analyticsUrl = 5 }", "analyticsUrl must be like .*, found number"),
    ],
)
def test_a_bad_address_is_said_by_the_name_of_the_call(swapped: Swapped, given: str, said: str) -> None:
    with pytest.raises(RuntimeError, match=f"AudioScape.setEndpoints: .*{said}"):
        swapped.run(f"AudioScape.setEndpoints({given})")


def test_an_address_without_the_path_is_found_out_by_its_404(swapped: Swapped) -> None:
    """`analyticsUrl` ends in /analytics; forgotten, the warning names the URL that does not exist."""
    swapped.run("AudioScape.setEndpoints({ analyticsUrl = ... })", swapped.server.events)
    swapped.default_reply({"status": 404})
    swapped.run("AudioScape.setApiKey(...) AudioScape:trackPlay(1)", KEY)
    swapped.send()
    (line,) = swapped.world.warnings
    assert f"{swapped.server.events}/v1/analytics answered 404" in line


def test_a_local_script_is_told_why_not(swapped: Swapped) -> None:
    swapped.world.set("isServer", False)
    with pytest.raises(RuntimeError, match=r"AudioScape\.setApiKey: use it in a server Script"):
        swapped.run("AudioScape.setApiKey('k')")


# What belongs to another service

ELSEWHERE = [
    "search", "lookup", "similar", "browse", "sfxSearch", "sfxSimilar", "sfxBrowse", "getSfxTaxonomy", "getStructure",
    "beatAtTime", "sectionAtTime", "getPlaylist", "listPlaylists", "createSoundBank", "auditAudio", "checkAssetHealth",
    "enableClientAccess",
]  # fmt: skip


@pytest.mark.parametrize("name", ELSEWHERE)
@pytest.mark.parametrize("on", ["AudioScape", "client"])
def test_what_belongs_to_another_service_answers_nil_and_warns_once(swapped: Swapped, name: str, on: str) -> None:
    swapped.run("client = AudioScape.new('k', { endpoint = ... })", swapped.server.events)
    for _ in range(2):
        answer = swapped.run(f"local a, b = {on}:{name}({{ query = 'lofi' }}) return {{ a == nil, b }}")
        assert answer == [True, "not part of this module"]
    (line,) = swapped.world.warnings
    assert line.startswith(f"[AudioScape] {name} is not part of this module")


def test_the_stand_in_for_the_asset_service_is_the_engines_own(swapped: Swapped) -> None:
    assert swapped.get('AudioScape:getAssetService() == game:GetService("AssetService")') is True
    assert len(swapped.world.warnings) == 1


def test_a_quick_start_of_the_published_client_survives(swapped: Swapped) -> None:
    swapped.set_up()
    swapped.run(
        """
        AudioScape:enableClientAccess()
        local player = AudioScape:createPlayer()
        local result, err = AudioScape:search({ query = "chill lo-fi beats", limit = 10 })
        if result then
            player:queue(result.tracks)
            player:play()
        else
            warn("Search failed:", err)
        end
        player:play()
        player:skip()
        """
    )
    assert "Search failed: not part of this module" in swapped.world.warnings


def test_a_name_that_nobody_knows_is_nil(swapped: Swapped) -> None:
    assert swapped.get("AudioScape.nothingLikeThis") is None
    swapped.set_up()
    swapped.run("AudioScape:trackPlay(1)")
    assert swapped.get("AudioScape.nothingLikeThis") is None
