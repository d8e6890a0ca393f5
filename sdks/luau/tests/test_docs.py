"""What the documents say is so: options and defaults, code blocks, examples, versions, formatting."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from game import Game
from roblox import World

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
EXAMPLES = sorted((ROOT / "examples").glob("*.luau"))

#: What the code blocks of the README take for granted.
GIVEN = """
local ServerStorage = game:GetService("ServerStorage")
local AudioScape = require(ServerStorage.AudioScape)
local client = AudioScape.new("key", { endpoint = "https://analytics.example.com" })
local player, userId, assetId, apiKey = { UserId = 12345678901 }, 7, 9043887091, "key"
local trackLength, listenedSeconds, tracks, lengths = 217, 12, { 1, 2 }, { ["9043887091"] = 217 }
"""


def option_tables() -> list[dict[str, str]]:
    """The README's two tables of options: name → default."""
    tables = re.findall(r"\| option \| default \| meaning \|\n\|[-|]+\|\n((?:\|.*\n)+)", README)
    return [dict(re.findall(r"^\| `(\w+)` \| `?\"?(.*?)\"?`? \|", table, re.MULTILINE)) for table in tables]


def options_of(type_name: str, file: str) -> set[str]:
    """The members of an exported table type."""
    text = (ROOT / "src" / file).read_text()
    body = re.search(rf"export type {type_name} = [^{{]*\{{\n(.*?)^\}}", text, re.DOTALL | re.MULTILINE)
    assert body
    return set(re.findall(r"^\t(\w+):", body[1], re.MULTILINE))


def test_every_option_stands_in_the_readme_and_no_other() -> None:
    client, player = option_tables()
    own = options_of("AnalyticsOptions", "Options.luau") | options_of("AudioScapeOptions", "Options.luau")
    assert set(client) == own | options_of("Listener", "Ledger.luau")
    assert set(player) == options_of("PlayerOptions", "Player.luau")


def test_the_defaults_in_the_readme_are_those_of_the_code(source: Path) -> None:
    client, player = option_tables()
    world = World(source=source)
    world.run("game.GameId, game.PlaceId = 11, 22")
    found = world.run(
        """
        local module = game:GetService("ServerStorage").AudioScape
        local Options = require(module.Options)
        local client = require(module).new("k", { endpoint = "https://analytics.example.com" })
        local player = client:createPlayer()
        local settings = Options.defaults()
        settings.gzip, settings.dryRun = client._delivery.transport.gzip, client._delivery.transport.dryRun
        settings.debug, settings.beforeSend = client._log.debugging, client._prepare.beforeSend or "none"
        settings.superProperties = next(client._prepare.properties) or "none"
        settings.endpoint = require(module.Address).endpoint or "none"
        settings.output = player.ownOutput and "an own one"
        settings.useSound = player.maker == require(module.Voice).sound
        settings.volume, settings.looped = player.volume, player.looped
        settings.parent = tostring(player.parent.Name)
        settings.universeId = client._delivery.transport.headers["X-Universe-Id"] == "11" and "game.GameId"
        settings.placeId = client._delivery.transport.headers["X-Place-Id"] == "22" and "game.PlaceId"
        settings.onRejected, settings.onDropped = client.onRejected or "none", client.onDropped or "none"
        settings.playerId = player.playerId or "none"
        return settings
        """
    )
    assert {
        name: str(value).removesuffix(".0").replace("True", "true").replace("False", "false")
        for name, value in found.items()
    } == {
        **client,
        **player,
    }


def test_the_timeouts_in_the_readme_are_those_of_the_code(source: Path) -> None:
    world = World(source=source)
    flush, shutdown = world.run(
        """
        local Options = require(game:GetService("ServerStorage").AudioScape.Options)
        return { Options.FLUSH_TIMEOUT, Options.SHUTDOWN_TIMEOUT }
        """
    )
    assert f"`client:flush(timeout)`, {flush} seconds by default, and `client:destroy(timeout)`, {shutdown}." in README


def methods_of(name: str) -> list[str]:
    text = (ROOT / "src" / f"{name}.luau").read_text()
    return [method for method in re.findall(rf"^function {name}\.([a-z]\w*)", text, re.MULTILINE) if method != "new"]


def test_every_public_method_stands_in_the_readme() -> None:
    assert [name for name in methods_of("Client") if f"client:{name}(" not in README] == []
    assert [name for name in methods_of("Player") if f"`{name}(" not in README] == []


def test_every_reason_for_a_loss_stands_in_the_readme() -> None:
    text = (ROOT / "src" / "Ledger.luau").read_text()
    (reasons,) = re.findall(r"^export type DropReason = (.*)$", text, re.MULTILINE)
    assert ", ".join(f"`{reason}`" for reason in re.findall(r'"(\w+)"', reasons)) in README


def test_the_first_event_takes_five_lines_at_most() -> None:
    block = README.split("## First event")[1].split("```lua\n")[1].split("```")[0]
    assert len(block.strip().splitlines()) <= 5


@pytest.mark.parametrize(
    "block", re.findall(r"```lua\n(.*?)```", README, re.DOTALL), ids=lambda block: block.splitlines()[0][:40]
)
def test_a_code_block_of_the_readme_runs(game: Game, block: str) -> None:
    game.world.hosts = {"https://analytics.example.com": game.server.events}
    if "AudioScape.new(apiKey)" in block:  # of a module with the address built in
        game.world.run(
            'require(game:GetService("ServerStorage").AudioScape.Address).endpoint = "https://analytics.example.com"'
        )
    thread = game.world.start(GIVEN + block)
    game.world.advance(60)
    assert thread.done
    assert not [event for request in game.requests for event in request["events"] or [] if not event.get("type")]


class Stage:
    """A game server in which an example runs, with the script's parent, if it needs one, as `part`."""

    def __init__(self, game: Game, example: str) -> None:
        self.world = game.world
        self.world.hosts = {"https://analytics.example.com": game.server.events}
        self.world.run('part = Instance.new("Part") script = { Parent = part }')
        self.world.start((ROOT / "examples" / example).read_text())
        self.world.settle()

    def call(self, code: str, *arguments: Any) -> Any:
        result = self.world.run(f"local world, argument = ... {code}", self.world.lua_world, *arguments)
        self.world.settle()
        return result

    def on_client(self, user_id: int, code: str) -> None:
        """Run a LocalScript of this player's."""
        scope = self.world.lua_world.get("clientOf")(user_id)[0]
        self.world.lua.load_chunk(code, name="@local.luau", env=scope)()
        self.world.settle()


def test_the_first_events_example(game: Game) -> None:
    stage = Stage(game, "FirstEvents.server.luau")
    stage.call("world.addPlayer(12345678901)")
    stage.world.advance(30)
    stage.world.close_server(leaving=(12345678901,))
    assert [(event["type"], event["player_id"], event["duration"]) for event in game.stored] == [
        ("play", "12345678901", 217),
        ("stop", "12345678901", 30),
    ]
    assert game.requests[0]["headers"]["x-api-key"] == "secret-AudioScapeKey"


def heard(game: Game) -> list[tuple[Any, ...]]:
    return [(each["type"], each["player_id"], each["asset_id"], each.get("duration")) for each in game.stored]


def test_the_listener_music_example(game: Game) -> None:
    """Two listeners, each with a LocalScript and music of their own; the server measures what they hear."""
    stage = Stage(game, "ListenerMusic.server.luau")
    script = (ROOT / "examples" / "ListenerMusic.client.luau").read_text()
    for listener in (7, 8):
        stage.call("world.addPlayer(argument)", listener)
        stage.on_client(listener, script + "\nnext = function() input('N') end")
        stage.world.advance(5)
    sound_of_7 = "local engine = world.sounds[1]"
    stage.call(f"{sound_of_7} engine.load(217)")
    stage.world.advance(212)
    stage.call(f"{sound_of_7} engine.finish()")
    stage.world.advance(12)
    stage.call("world.removePlayer(7)")
    stage.world.close_server()
    assert heard(game) == [
        ("play", "7", "9043887091", 217), ("play", "8", "9043887091", 217), ("stop", "7", "9043887091", 217),
        ("play", "7", "1848354536", 195), ("stop", "7", "1848354536", 12),
    ]  # fmt: skip


def test_a_skip_in_the_listener_music_example(game: Game) -> None:
    stage = Stage(game, "ListenerMusic.server.luau")
    stage.call("world.addPlayer(7)")
    stage.on_client(7, (ROOT / "examples" / "ListenerMusic.client.luau").read_text() + "\ntask.delay(12, input, 'N')")
    stage.world.advance(12)
    stage.world.close_server()
    assert heard(game) == [
        ("play", "7", "9043887091", 217), ("skip", "7", "9043887091", 12), ("play", "7", "1848354536", 195),
    ]  # fmt: skip


#: What a client that cheats sends by the recipe's RemoteEvent.
LIES = """
local report = game:GetService("ReplicatedStorage"):WaitForChild("MusicReport")
report:FireServer()
report:FireServer("stop")
report:FireServer("skip", "9043887091", 1e9)
report:FireServer("vote", "up")
report:FireServer("play", "1")
report:FireServer("play", 9043887091)
report:FireServer("play", { "9043887091" })
report:FireServer("purge", "9043887091")
report:FireServer("play", "9043887091")
report:FireServer("vote", "sideways")
report:FireServer("vote", "up")
report:FireServer("vote", "down")
"""


def test_the_recipe_for_a_remote_event_believes_no_client(game: Game) -> None:
    stage = Stage(game, "ListenerMusic.server.luau")
    stage.call("world.addPlayer(7)")
    stage.on_client(7, LIES)
    stage.on_client(99, LIES)  # one who is not in the game
    stage.world.advance(1000)
    stage.on_client(7, "game:GetService('ReplicatedStorage'):WaitForChild('MusicReport'):FireServer('stop', 5)")
    stage.world.close_server()
    assert heard(game) == [
        ("play", "7", "9043887091", 217), ("vote", "7", "9043887091", None), ("stop", "7", "9043887091", 217),
    ]  # fmt: skip


def test_the_recipe_for_a_remote_event_hears_so_many_reports_a_minute(game: Game) -> None:
    stage = Stage(game, "ListenerMusic.server.luau")
    stage.call("world.addPlayer(7)")
    flood = "local r = game:GetService('ReplicatedStorage'):WaitForChild('MusicReport') "
    flood += "for _ = 1, 1000 do r:FireServer('play', '9043887091') end"
    stage.on_client(7, flood)
    stage.world.advance(60)
    stage.on_client(7, flood)
    stage.world.close_server()
    assert len([each for each in game.stored if each["type"] == "play"]) == 60


def test_the_shared_radio_example(game: Game) -> None:
    """One radio for three players: one play for each track; two of three want the next one; the queue starts again."""
    stage = Stage(game, "SharedRadio.server.luau")
    for listener in (7, 8, 9):
        stage.call("world.addPlayer(argument)", listener)
    stage.call("world.currentSound().load(217)")
    stage.world.advance(20)
    want = "game:GetService('ReplicatedStorage'):WaitForChild('WantNextTrack'):FireServer('everybody', { 8, 9 })"
    for listener in (7, 7, 8):
        stage.on_client(listener, want)
    stage.call("world.currentSound().load(195)")
    stage.world.advance(195)
    stage.call("world.currentSound().finish() ")
    stage.call("world.currentSound().load(217)")
    stage.world.close_server()
    assert [(each["type"], each["asset_id"], round(each["duration"])) for each in game.stored] == [
        ("play", "9043887091", 217), ("skip", "9043887091", 20),
        ("play", "1848354536", 195), ("stop", "1848354536", 195),
        ("play", "9043887091", 217), ("stop", "9043887091", 0),
    ]  # fmt: skip
    assert not any("player_id" in each for each in game.stored)


def test_the_boombox_example(game: Game) -> None:
    """An AudioPlayer wired to the emitter in the part, paused and resumed by whoever comes near."""
    stage = Stage(game, "Boombox.server.luau")
    trigger = """
    for _, each in world.others do
        if each.ClassName == "ProximityPrompt" then
            assert(each.Parent == part)
            for _, connection in each.Triggered.connections do connection.callback() end
        end
    end
    """
    stage.call(trigger)
    stage.call("world.currentSound().load(195)")
    stage.world.advance(30)
    stage.call(trigger)
    stage.world.advance(500)
    stage.call(trigger)
    stage.world.advance(10)
    stage.call(
        """
        local wired = 0
        for _, each in world.others do
            if each.ClassName == "Wire" then
                assert(each.TargetInstance.ClassName == "AudioEmitter" and each.TargetInstance.Parent == part)
                assert(each.SourceInstance.ClassName == "AudioPlayer" and each.SourceInstance.Parent == part)
                wired += 1
            end
        end
        assert(wired == 1)
        """
    )
    stage.world.close_server()
    assert [(each["type"], round(each["duration"])) for each in game.stored] == [("play", 195), ("stop", 40)]


def test_the_custom_events_example(game: Game) -> None:
    game.replies({"status": 202}, {"status": 422})
    stage = Stage(game, "CustomEvents.server.luau")
    stage.call("world.addPlayer(7)")
    stage.world.advance(15)
    stage.call("world.addPlayer(8)")
    stage.world.advance(315)
    (event,) = game.stored
    assert event["metadata"] == {"room": "red", "listeners": 1, "version": "1.4.0"}
    assert "1 events lost: refused" in stage.world.warnings
    assert "analytics: 1 of 2 events stored, 0 wait, 1 lost" in stage.world.prints


def test_the_custom_events_example_in_studio_prints_and_sends_nothing(game: Game) -> None:
    game.world.set("isStudio", True)
    stage = Stage(game, "CustomEvents.server.luau")
    stage.call("world.addPlayer(7)")
    stage.world.advance(15)
    assert game.world.attempts == 0
    assert any("track" in line and "lobby_entered" in line for line in game.world.prints)


def test_every_example_is_tested() -> None:
    here = Path(__file__).read_text()
    assert [example.name for example in EXAMPLES if f'"{example.name}"' not in here] == []


def test_all_files_name_the_same_version(source: Path) -> None:
    code = World(source=source).run('return require(game:GetService("ServerStorage").AudioScape).VERSION')
    wally = tomllib.loads((ROOT / "wally.toml").read_text())
    pesde = tomllib.loads((ROOT / "pesde.toml").read_text())
    newest = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0]
    assert {code, wally["package"]["version"], pesde["version"], newest} == {code}


def test_the_package_is_what_the_tools_expect() -> None:
    project = json.loads((ROOT / "default.project.json").read_text())
    assert project == {"name": "AudioScape", "tree": {"$path": "src"}}
    assert tomllib.loads((ROOT / "wally.toml").read_text())["package"]["realm"] == "server"
    assert json.loads((ROOT / ".luaurc").read_text())["languageMode"] == "strict"


@pytest.mark.parametrize("module", sorted((ROOT / "src").glob("*.luau")), ids=lambda module: module.name)
def test_a_module_is_strict_described_and_small(module: Path) -> None:
    text = module.read_text()
    assert text.startswith("--!strict\n--[=[\n\t@class ")
    assert text.count("\n") <= 400


def test_the_code_is_formatted_with_stylua() -> None:
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules").is_dir():
        if os.environ.get("CI"):
            pytest.fail("StyLua is missing: run npm ci in sdks/luau")
        pytest.skip("StyLua is missing: run npm ci in sdks/luau")
    process = subprocess.run(
        [node, "tools/format.js", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stdout + process.stderr
