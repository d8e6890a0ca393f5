"""The player beyond the shared scenarios: what Sounds, catalogues and leaving listeners do on Roblox."""

from typing import Any

import pytest
from game import Game


class Jukebox:
    """A player of listener 7, and the engine behind its Sounds."""

    def __init__(self, game: Game, **options: Any) -> None:
        self.game = game.begin()
        self.begin(**options)

    def begin(self, **options: Any) -> None:
        self.game.run("player = client:createPlayer(...)", {"playerId": 7, **options})

    def run(self, code: str, *arguments: Any) -> Any:
        return self.game.run(code, *arguments)

    def engine(self, code: str, *arguments: Any) -> Any:
        lua = self.game.world.lua_world
        return self.game.run(f"local world, argument = ... local engine = world.currentSound() {code}", lua, *arguments)

    def load(self, length: float = 200) -> None:
        self.engine("engine.load(argument)", length)

    def advance(self, seconds: float) -> None:
        self.game.world.advance(seconds)

    @property
    def events(self) -> list[tuple[Any, ...]]:
        self.game.flush()
        return [(event["type"], event.get("asset_id"), event.get("duration")) for event in self.game.stored]


@pytest.fixture
def jukebox(game: Game) -> Jukebox:
    return Jukebox(game)


def test_tracks_of_the_catalogue_fit_as_they_are(jukebox: Jukebox) -> None:
    jukebox.run(
        'player:queue({ { asset_id = "11", name = "A", duration = 3 }, 12, "13", { assetId = 14 } }) player:play()'
    )
    for _ in range(4):
        jukebox.load()
        jukebox.run("player:skip()")
    assert [event[:2] for event in jukebox.events][::2] == [
        ("play", "11"),
        ("play", "12"),
        ("play", "13"),
        ("play", "14"),
    ]


def test_a_single_track_can_be_queued(jukebox: Jukebox) -> None:
    jukebox.run("player:queue(11) player:queue({ assetId = 12 }) player:play()")
    jukebox.load()
    jukebox.run("player:skip()")
    jukebox.load()
    assert [event[1] for event in jukebox.events] == ["11", "11", "12"]


def test_a_track_without_an_id_is_left_out_with_a_warning(jukebox: Jukebox) -> None:
    jukebox.run('player:queue({ { name = "no id" }, 12 }) player:play()')
    jukebox.load()
    assert jukebox.events[0][1] == "12"
    assert "without an assetId" in jukebox.game.world.warnings[0]


def test_a_player_without_a_listener_works(game: Game) -> None:
    game.begin().run("player = client:createPlayer() player:queue({ 5 }) player:play()")
    game.run("local world = ... world.currentSound().load(9)", game.world.lua_world)
    game.flush()
    assert "player_id" not in game.stored[0]


def test_the_length_is_the_sounds_else_the_tracks(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ { assetId = 1, duration = 100 }, { assetId = 2, duration = 100 }, 3 }) player:play()")
    jukebox.load(123.5)
    jukebox.run("player:skip()")
    jukebox.load(0)
    jukebox.run("player:skip()")
    jukebox.load(0)
    assert [event[2] for event in jukebox.events if event[0] == "play"] == [123.5, 100, None]


def test_a_pause_while_loading_delays_the_play(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5 }) player:play() player:pause()")
    jukebox.load()
    jukebox.advance(60)
    assert jukebox.events == []
    jukebox.run("player:resume()")
    jukebox.advance(3)
    jukebox.run("player:stop()")
    assert jukebox.events == [("play", "5", 200), ("stop", "5", 3)]


def test_play_after_a_pause_goes_on(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5, 6 }) player:play()")
    jukebox.load()
    jukebox.advance(10)
    jukebox.run("player:pause()")
    jukebox.advance(100)
    jukebox.run("player:play()")
    jukebox.advance(5)
    jukebox.run("player:stop()")
    assert jukebox.events == [("play", "5", 200), ("stop", "5", 15)]


def test_a_pause_by_somebody_else_counts(jukebox: Jukebox) -> None:
    """A script that holds the Sound itself pauses it."""
    jukebox.run("player:queue({ 5 }) player:play()")
    jukebox.load()
    jukebox.advance(10)
    jukebox.engine("engine.sound:Pause()")
    jukebox.advance(100)
    jukebox.engine("engine.sound:Resume()")
    jukebox.advance(5)
    jukebox.run("player:stop()")
    assert jukebox.events == [("play", "5", 200), ("stop", "5", 15)]


def test_a_stop_by_somebody_else_ends_the_listening_not_the_track(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5 }) player:play()")
    jukebox.load()
    jukebox.advance(10)
    jukebox.engine("engine.sound:Stop()")
    jukebox.advance(100)
    jukebox.engine("engine.sound:Play()")
    jukebox.advance(5)
    jukebox.run("player:stop()")
    assert jukebox.events == [("play", "5", 200), ("stop", "5", 15)]


def test_a_track_that_never_loads_is_passed_over_after_30_seconds(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5, 6 }) player:play()")
    jukebox.advance(29)
    assert jukebox.run("return player.NowPlaying") == 5
    jukebox.advance(1)
    assert jukebox.run("return player.NowPlaying") == 6
    jukebox.load()
    assert jukebox.events == [("play", "6", 200)]


def test_a_slow_track_that_loads_in_time_is_not_passed_over(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5, 6 }) player:play()")
    jukebox.advance(29)
    jukebox.load()
    jukebox.advance(100)
    assert jukebox.run("return player.NowPlaying") == 5


def test_looped_tracks_repeat(game: Game) -> None:
    jukebox = Jukebox(game, looped=True)
    jukebox.run("player:queue({ 5, 6 }) player:play()")
    jukebox.load()
    assert jukebox.engine("return engine.sound.Looped") is True
    jukebox.advance(200)
    jukebox.engine("engine.loop(1)")
    jukebox.advance(12)
    jukebox.run("player:skip()")
    assert jukebox.events == [("play", "5", 200), ("stop", "5", 200), ("play", "5", 200), ("skip", "5", 12)]


def test_the_listener_who_leaves_stops_the_player(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5, 6 }) player:play()")
    jukebox.load()
    jukebox.advance(40)
    jukebox.run("local world = ... world.removePlayer(8)", jukebox.game.world.lua_world)
    assert jukebox.run("return player.IsPlaying") is True
    jukebox.run("local world = ... world.removePlayer(7)", jukebox.game.world.lua_world)
    jukebox.run("player:play()")
    jukebox.advance(100)
    assert jukebox.events == [("play", "5", 200), ("stop", "5", 40)]


def test_a_listener_who_leaves_while_a_track_loads_costs_nothing(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5 }) player:play()")
    jukebox.run("local world = ... world.removePlayer(7)", jukebox.game.world.lua_world)
    jukebox.advance(100)
    assert jukebox.events == []


def test_a_destroyed_client_stops_its_players(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5 }) player:play()")
    jukebox.load()
    jukebox.advance(20)
    jukebox.game.world.start("client:destroy()").wait(20)
    assert jukebox.events == [("play", "5", 200), ("stop", "5", 20)]
    assert jukebox.game.stats["dropped"] == 0


def test_players_that_are_over_leave_nothing_behind(jukebox: Jukebox) -> None:
    jukebox.run(
        "for _ = 1, 50 do local p = client:createPlayer({ playerId = 9 }) p:queue({ 5 }) p:play() p:destroy() end"
    )
    assert jukebox.run("local n = 0 for _ in client._players do n += 1 end return n") == 1
    assert jukebox.run('return #game:GetService("Players").PlayerRemoving.connections') == 1
    code = "local world = ... for _, each in world.sounds do assert(each.isDestroyed()) end return #world.sounds"
    assert jukebox.run(code, jukebox.game.world.lua_world) == 50


def test_the_queue_can_be_replaced_and_emptied(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 1, 2, 3 }) player:play()")
    jukebox.load()
    jukebox.advance(4)
    jukebox.run("player:setQueue({ 8 }) player:play()")
    jukebox.load()
    jukebox.run("player:queue({ 9 }) player:clearQueue() player:play()")
    assert jukebox.events == [("play", "1", 200), ("stop", "1", 4), ("play", "8", 200), ("stop", "8", 0)]
    assert jukebox.run("return #player.Queue") == 0


def test_a_track_can_cut_in(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 1, 2 }) player:play()")
    jukebox.load()
    jukebox.advance(4)
    jukebox.run("player:playTrack(8)")
    jukebox.load()
    jukebox.advance(5)
    jukebox.engine("engine.finish()")
    jukebox.load()
    assert jukebox.events == [
        ("play", "1", 200),
        ("stop", "1", 4),
        ("play", "8", 200),
        ("stop", "8", 5),
        ("play", "2", 200),
    ]


def test_a_new_listener_owns_what_follows(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 1, 2 }) player:play()")
    jukebox.load()
    jukebox.run("player:skip() player:setPlayerId(8)")
    jukebox.load()
    jukebox.game.flush()
    assert [event["player_id"] for event in jukebox.game.stored] == ["7", "7", "8"]


def test_the_game_hears_of_tracks_and_of_the_end(jukebox: Jukebox) -> None:
    jukebox.run(
        """
        heard = {}
        player.OnTrackChanged = function(track) table.insert(heard, track or "none") end
        player.OnQueueFinished = function() table.insert(heard, "finished") error("a callback throws") end
        player:queue({ 1, 2 }) player:play()
        """
    )
    jukebox.load()
    jukebox.engine("engine.finish()")
    jukebox.load()
    assert jukebox.run("return player.IsPlaying") is True
    jukebox.engine("engine.finish()")
    assert jukebox.run("return heard") == [1, 2, "none", "finished"]
    assert jukebox.run("return player.IsPlaying") is False


def test_volume_and_parent_reach_the_sound(game: Game) -> None:
    jukebox = Jukebox(game, volume=0.25)
    jukebox.run("player:queue({ 1, 2 }) player:play()")
    assert jukebox.engine("return engine.sound.Volume") == 0.25
    assert jukebox.engine('return engine.sound.Parent == game:GetService("SoundService")') is True
    jukebox.run("player:setVolume(1)")
    assert jukebox.engine("return engine.sound.Volume") == 1
    jukebox.run("player:skip()")
    assert jukebox.engine("return engine.sound.Volume") == 1


def test_signals_of_a_track_that_is_over_change_nothing(jukebox: Jukebox) -> None:
    """Signals are deferred: those of the old Sound arrive when the next one plays already."""
    jukebox.run("player:queue({ 1, 2 }) player:play()")
    jukebox.load()
    jukebox.advance(3)
    jukebox.engine("engine.finish() player:skip()")
    jukebox.load()
    jukebox.advance(4)
    assert jukebox.run("return player.NowPlaying") == 2
    assert jukebox.events == [("play", "1", 200), ("skip", "1", 3), ("play", "2", 200)]
