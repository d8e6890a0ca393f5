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


@pytest.fixture(params=[False, True], ids=["AudioPlayer", "Sound"])
def jukebox(game: Game, request: pytest.FixtureRequest) -> Jukebox:
    return Jukebox(game, useSound=request.param)


@pytest.fixture
def sound_jukebox(game: Game) -> Jukebox:
    return Jukebox(game, useSound=True)


@pytest.fixture
def audio_jukebox(game: Game) -> Jukebox:
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


def test_a_pause_by_somebody_else_counts(sound_jukebox: Jukebox) -> None:
    """A script that holds the Sound itself pauses it."""
    jukebox = sound_jukebox
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


def test_a_track_that_reports_nothing_counts_from_its_start(jukebox: Jukebox) -> None:
    """A server that loads no audio: the play is counted after 30 s, with the time and the seconds since its start."""
    jukebox.run("player:queue({ { assetId = 5, duration = 217 }, 6 }) player:play()")
    jukebox.advance(29.9)
    assert (jukebox.run("return player.IsPlaying"), jukebox.game.stats["tracked"]) == (False, 0)
    jukebox.advance(0.1)
    assert jukebox.run("return player.IsPlaying") is True
    jukebox.advance(20)
    jukebox.run("player:skip()")
    assert jukebox.events[:2] == [("play", "5", 217), ("skip", "5", 50)]
    assert [event["timestamp"] for event in jukebox.game.stored][:2] == [1_800_000_000, 1_800_000_050]
    assert ["did not report within 30 s" in line for line in jukebox.game.world.warnings] == [True]


def test_after_one_that_reports_nothing_the_next_count_at_once(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5, 6 }) player:play()")
    jukebox.advance(42)
    jukebox.run("player:skip()")
    jukebox.advance(3)
    jukebox.run("another = client:createPlayer({ playerId = 8 }) another:queue({ 9 }) another:play()")
    jukebox.run("player:skip() another:skip()")
    assert jukebox.events == [
        ("play", "5", None), ("skip", "5", 42), ("play", "6", None), ("play", "9", None), ("skip", "6", 3),
        ("skip", "9", 0),
    ]  # fmt: skip


def test_one_that_reports_ends_the_assumption(jukebox: Jukebox) -> None:
    """What was taken for listening was loading; and the next waits for its report again."""
    jukebox.run("player:queue({ 5, 6 }) player:play()")
    jukebox.advance(40)
    jukebox.load()
    jukebox.advance(7)
    jukebox.run("player:skip()")
    jukebox.advance(5)
    jukebox.run("player:skip()")
    assert jukebox.events == [("play", "5", None), ("skip", "5", 7)]


def test_a_track_that_reports_nothing_ends_with_its_duration(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ { assetId = 5, duration = 217 }, { assetId = 6, duration = 100 } }) player:play()")
    jukebox.advance(50)
    jukebox.run("player:pause()")
    jukebox.advance(500)
    jukebox.run("player:resume()")
    jukebox.advance(167)
    assert jukebox.run("return player.NowPlaying.assetId") == 6
    jukebox.advance(100)
    assert jukebox.run("return player.NowPlaying") is None
    assert jukebox.events == [("play", "5", 217), ("stop", "5", 217), ("play", "6", 100), ("stop", "6", 100)]


def test_a_looped_track_that_reports_nothing_repeats_after_its_duration(game: Game) -> None:
    jukebox = Jukebox(game, looped=True)
    jukebox.run("player:queue({ { assetId = 5, duration = 100 } }) player:play()")
    jukebox.advance(230)
    jukebox.run("player:stop()")
    assert jukebox.events == [("play", "5", 100), ("stop", "5", 100)] * 2 + [("play", "5", 100), ("stop", "5", 30)]


def test_a_track_that_ends_without_a_report_was_heard(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5 }) player:play()")
    jukebox.advance(4)
    jukebox.engine("engine.finish()")
    assert jukebox.events == [("play", "5", None), ("stop", "5", 4)]
    assert [event["timestamp"] for event in jukebox.game.stored] == [1_800_000_000, 1_800_000_004]


def test_a_track_in_pause_is_not_assumed_to_be_heard(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5 }) player:play() player:pause()")
    jukebox.advance(60)
    assert jukebox.game.stats["tracked"] == 0
    jukebox.run("player:resume()")
    jukebox.advance(3)
    jukebox.run("player:stop()")
    assert jukebox.events == [("play", "5", None), ("stop", "5", 3)]


# What nobody can hear


def test_a_refused_asset_is_named_and_passed_over(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 5, 6 }) player:play()")
    jukebox.engine("engine.failToLoad()")
    assert jukebox.run("return player.NowPlaying") == 6
    (line,) = jukebox.game.world.warnings
    assert "rbxassetid://5 was passed over: Roblox could not load it" in line


def test_a_queue_of_refused_assets_does_not_spin(jukebox: Jukebox) -> None:
    """300 assets, all refused at once: a handful of attempts, further and further apart."""
    jukebox.run("local all = {} for i = 1, 300 do all[i] = i end player:queue(all)")
    jukebox.run("player.OnQueueFinished = function() player:play() end player:play()")
    code = "local world = ... return #world.sounds"
    made = []
    for _ in range(120):
        jukebox.run(
            """
            local world = ...
            local engine = world.sounds[#world.sounds]
            if not engine.isDestroyed() then engine.failToLoad() end
            """,
            jukebox.game.world.lua_world,
        )
        made.append(jukebox.run(code, jukebox.game.world.lua_world))
        jukebox.advance(1)
    assert made[:8] == [2, 2, 3, 3, 4, 4, 4, 4]
    assert made[-1] <= 10
    assert jukebox.game.stats["tracked"] == 0


def test_a_track_that_is_heard_ends_the_waits(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 1, 2, 3, 4, 5 }) player:play()")
    jukebox.engine("engine.failToLoad()")
    jukebox.engine("engine.failToLoad()")
    jukebox.advance(1)
    jukebox.load()
    jukebox.engine("engine.finish()")
    jukebox.engine("engine.failToLoad()")
    assert jukebox.run("return player.NowPlaying") == 5


def test_a_queue_that_plays_itself_again_does_not_spin(jukebox: Jukebox) -> None:
    """`OnQueueFinished = function() player:play() end` used to run a hundred times a frame on an empty queue."""
    jukebox.run("calls = 0 player.OnQueueFinished = function() calls += 1 player:play() end player:play()")
    assert jukebox.run("return calls") == 0
    jukebox.run("player:queue({ 1 }) player:play()")
    for _ in range(20):
        jukebox.run("player:skip()")
    assert jukebox.run("return calls") <= 3
    assert jukebox.run("local world = ... return #world.sounds", jukebox.game.world.lua_world) <= 3


@pytest.mark.parametrize(
    "again",
    [
        "player.OnQueueFinished = function() player:playTrack(5) end",
        "player.OnTrackChanged = function(track) if track == nil then player:playTrack(5) end end",
        "player.OnQueueFinished = function() player:setQueue({ 5 }) player:play() end",
    ],
)
def test_a_track_that_is_asked_for_again_when_it_was_refused_does_not_spin(jukebox: Jukebox, again: str) -> None:
    jukebox.run(f"{again} player:playTrack(5)")
    for _ in range(60):
        for _ in range(5):
            jukebox.run(
                """
                local world = ...
                local engine = world.sounds[#world.sounds]
                if not engine.isDestroyed() then engine.failToLoad() end
                """,
                jukebox.game.world.lua_world,
            )
        jukebox.advance(1)
    assert jukebox.run("local world = ... return #world.sounds", jukebox.game.world.lua_world) <= 62


@pytest.mark.parametrize("call", ["stop", "clearQueue", "destroy"])
def test_a_player_that_waits_can_be_stopped(jukebox: Jukebox, call: str) -> None:
    jukebox.run("player:queue({ 1, 2, 3 }) player:play()")
    jukebox.engine("engine.failToLoad()")
    jukebox.engine("engine.failToLoad()")
    jukebox.run(f"player:play() player:{call}()")
    jukebox.advance(100)
    assert jukebox.run("return player.NowPlaying") is None
    assert jukebox.run("local world = ... return #world.sounds", jukebox.game.world.lua_world) == 2


# The queue again, and what plays


def test_play_at_the_end_of_the_queue_starts_it_again(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 1, 2 }) player:play()")
    for _ in range(2):
        jukebox.load()
        jukebox.engine("engine.finish()")
    assert jukebox.run("return player.NowPlaying") is None
    jukebox.run("player:play()")
    for _ in range(2):
        jukebox.load()
        jukebox.engine("engine.finish()")
    assert [event[:2] for event in jukebox.events if event[0] == "play"] == [
        ("play", "1"), ("play", "2"), ("play", "1"), ("play", "2"),
    ]  # fmt: skip


def test_a_queue_that_was_emptied_does_not_start_again(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 1 }) player:play()")
    jukebox.load()
    jukebox.run("player:clearQueue() player:play()")
    assert jukebox.run("return player.NowPlaying") is None


def test_tracks_that_are_over_are_kept_up_to_500(jukebox: Jukebox) -> None:
    jukebox.run("for i = 1, 600 do player:queue(i) end player:play()")
    for _ in range(599):
        jukebox.run("player:skip()")
    assert jukebox.run("player:stop() player:play() return { player.NowPlaying, #player.Queue }") == [101, 499]


def test_an_audio_player_is_wired_to_an_output_of_its_own(audio_jukebox: Jukebox) -> None:
    audio_jukebox.run("player:queue({ 1 }) player:play()")
    assert audio_jukebox.run(
        """
        local audio = player:getAudioPlayer()
        local world = ...
        local wire, output
        for _, each in world.others do
            if each.ClassName == "Wire" then wire = each else output = each end
        end
        return { audio.ClassName, wire.SourceInstance == audio, wire.TargetInstance == output, wire.Parent == audio,
                 output.ClassName, output.Parent == game:GetService("SoundService") }
        """,
        audio_jukebox.game.world.lua_world,
    ) == ["AudioPlayer", True, True, True, "AudioDeviceOutput", True]
    audio_jukebox.run("player:destroy()")
    audio_jukebox.run(
        "local world = ... for _, each in world.others do assert(each.ClassName == 'Wire') end",
        audio_jukebox.game.world.lua_world,
    )


def test_an_output_of_the_games_is_used_and_left_alone(game: Game) -> None:
    game.begin().run(
        """
        local world = ...
        emitter = Instance.new("AudioEmitter")
        player = client:createPlayer({ playerId = 7, output = emitter })
        player:queue({ 1 })
        player:play()
        for _, each in world.others do
            if each.ClassName == "Wire" then assert(each.TargetInstance == emitter) end
            assert(each.ClassName ~= "AudioDeviceOutput")
        end
        player:destroy()
        assert(table.find(world.others, emitter), "the game's output was destroyed")
        """,
        game.world.lua_world,
    )


def test_what_plays_can_be_had_while_it_plays(jukebox: Jukebox) -> None:
    assert jukebox.run("return player:getAudioPlayer()") is None
    jukebox.run("player:queue({ 1 }) player:play()")
    assert jukebox.engine("return player:getAudioPlayer() == engine.sound") is True
    jukebox.run("player:stop()")
    assert jukebox.run("return player:getAudioPlayer()") is None


@pytest.mark.parametrize(("given", "used"), [("2", 1), ("-1", 0), ("0 / 0", 0.5), ("'loud'", 0.5), ("0.25", 0.25)])
def test_the_volume_stays_between_0_and_1(jukebox: Jukebox, given: str, used: float) -> None:
    jukebox.run(f"player:queue({{ 1 }}) player:play() player:setVolume({given})")
    assert jukebox.engine("return engine.sound.Volume") == used


def test_every_call_after_the_end_does_nothing(jukebox: Jukebox) -> None:
    jukebox.run("player:queue({ 1 }) player:destroy()")
    jukebox.run("player:play() player:playTrack(2) player:skip() player:pause() player:resume() player:setVolume(1)")
    assert jukebox.run("local world = ... return #world.sounds", jukebox.game.world.lua_world) == 0


def test_looped_tracks_repeat(game: Game) -> None:
    jukebox = Jukebox(game, looped=True)
    jukebox.run("player:queue({ 5, 6 }) player:play()")
    jukebox.load()
    assert jukebox.engine("return engine.sound.Looping") is True
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
