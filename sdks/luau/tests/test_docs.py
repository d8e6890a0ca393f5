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
local client = AudioScape.new("key")
local player, userId, assetId, apiKey = { UserId = 12345678901 }, 7, 9043887091, "key"
local trackLength, listenedSeconds, tracks = 217, 12, { 1, 2 }
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
        local client = require(module).new("k")
        local player = client:createPlayer()
        local settings = Options.defaults()
        settings.endpoint, settings.gzip = Options.DEFAULT_ENDPOINT, client._delivery.transport.gzip
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
    game.world.hosts = dict.fromkeys(("https://api.audioscape.ai", "https://analytics.example.com"), game.server.events)
    thread = game.world.start(GIVEN + block)
    game.world.advance(60)
    assert thread.done
    assert not [event for request in game.requests for event in request["events"] or [] if not event.get("type")]


class Stage:
    """A game server in which an example runs."""

    def __init__(self, game: Game, example: str) -> None:
        self.world = game.world
        self.world.hosts = dict.fromkeys(
            ("https://api.audioscape.ai", "https://analytics.example.com"), game.server.events
        )
        self.world.start((ROOT / "examples" / example).read_text())
        self.world.settle()

    def call(self, code: str, *arguments: Any) -> None:
        self.world.run(f"local world, argument = ... {code}", self.world.lua_world, *arguments)
        self.world.settle()


def test_the_first_events_example(game: Game) -> None:
    stage = Stage(game, "FirstEvents.server.luau")
    stage.call("world.addPlayer(12345678901)")
    stage.world.advance(30)
    stage.world.close_server(leaving=(12345678901,))
    assert [(event["type"], event["player_id"]) for event in game.stored] == [
        ("play", "12345678901"),
        ("stop", "12345678901"),
    ]
    assert game.requests[0]["headers"]["x-api-key"] == "secret-AudioScapeKey"


def test_the_jukebox_example(game: Game) -> None:
    stage = Stage(game, "Jukebox.server.luau")
    stage.call("world.addPlayer(7)")
    for length in (217, 195):
        stage.call("world.currentSound().load(argument)", length)
        stage.world.advance(length)
        stage.call("world.currentSound().finish()")
    stage.call("world.currentSound().load(217)")
    stage.world.advance(40)
    stage.call("world.removePlayer(7)")
    stage.world.advance(30)
    assert [(event["type"], event["duration"]) for event in game.stored] == [
        ("play", 217), ("stop", 217), ("play", 195), ("stop", 195), ("play", 217), ("stop", 40),
    ]  # fmt: skip


def test_the_self_hosted_example(game: Game) -> None:
    game.replies({"reject": {"0": "no such type"}}, {"status": 404})
    stage = Stage(game, "SelfHosted.server.luau")
    stage.call("world.addPlayer(7)")
    stage.world.advance(15)
    stage.call("world.addPlayer(8)")
    stage.world.advance(15)
    stage.world.advance(300)
    warnings = stage.world.warnings
    assert "event refused: lobby_entered (no such type)" in warnings
    assert "1 events lost: refused" in warnings


def test_every_example_is_tested() -> None:
    here = Path(__file__).read_text()
    assert [example.name for example in EXAMPLES if f'"{example.name}"' not in here] == []


def test_all_files_name_the_same_version(source: Path) -> None:
    code = World(source=source).run('return require(game:GetService("ServerStorage").AudioScape).VERSION')
    wally = tomllib.loads((ROOT / "wally.toml").read_text())
    pesde = tomllib.loads((ROOT / "pesde.toml").read_text())
    newest = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0]
    assert {code, wally["package"]["version"], pesde["version"], newest} == {code}
    assert f'@{code}"`' in README


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
