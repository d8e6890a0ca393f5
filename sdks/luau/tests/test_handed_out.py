"""The SDK as a server hands it out, `audioscape sdk luau`: one ModuleScript or a model, run against a server."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from game import KEY
from luau_runner import Control
from roblox import World

REPOSITORY = Path(__file__).parent.parent.parent.parent
#: Studio takes no longer source in one script, in characters.
STUDIO_LIMIT = 200_000

GAME = """
local key = ...
AudioScape = require(game:GetService("ServerStorage").AudioScape)
client = AudioScape.new(key)
client:trackPlay(9043887091, 12345678901, 217)
AudioScape.setApiKey(key)
AudioScape:trackFavorite(9043887091, 12345678901)
player = AudioScape:createPlayer({ playerId = 7 })
player:queue({ 5 })
player:play()
"""


def hand_out(folder: Path, endpoint: str, form: str, *, python_path: str = "") -> Path:
    """What the command writes."""
    output = folder / ("AudioScape.luau" if form == "script" else "AudioScape.rbxmx")
    command = [sys.executable, "-m", "audioscape_server", "sdk", "luau", "--endpoint", endpoint,
               "--format", form, "--output", str(output)]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AUDIOSCAPE_")}
    if python_path:
        environment["PYTHONPATH"] = python_path
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    return output


def put_script(output: Path, folder: Path) -> None:
    """Pasted into a ModuleScript: nothing stands in it."""
    (folder / "init.luau").write_text(output.read_text("utf-8"), "utf-8")


def put_model(output: Path, folder: Path) -> None:
    """Inserted from the file: a ModuleScript with others in it."""
    (top,) = ET.parse(output).getroot()
    assert (top.get("class"), name_of(top)) == ("ModuleScript", "AudioScape")
    (folder / "init.luau").write_text(source_of(top), "utf-8")
    for child in top.findall("Item"):
        assert (child.get("class"), child.findall("Item")) == ("ModuleScript", [])
        (folder / f"{name_of(child)}.luau").write_text(source_of(child), "utf-8")


def name_of(item: Any) -> str:
    return item.find("Properties/string[@name='Name']").text


def source_of(item: Any) -> str:
    return item.find("Properties/ProtectedString[@name='Source']").text


@pytest.mark.parametrize(("form", "put"), [("script", put_script), ("model", put_model)])
def test_a_key_is_enough(
    fault_server: Any, control: Control, tmp_path: Path, form: str, put: Callable[[Path, Path], None]
) -> None:
    """No endpoint in the game: a client, the module itself and a player all reach the server that handed it out."""
    installed = tmp_path / "installed"
    installed.mkdir()
    put(hand_out(tmp_path, fault_server.events + "/", form), installed)
    world = World(source=installed, held=lambda: control.received()["held"])
    world.run(GAME, KEY)
    world.settle()
    world.run("local world = ... world.currentSound().load(200)", world.lua_world)
    world.close_server()
    world.check()
    received = control.received()
    assert sorted((event["type"], event["asset_id"]) for event in received["stored"]) == [
        ("favorite", "9043887091"), ("play", "5"), ("play", "9043887091"), ("stop", "5"),
    ]  # fmt: skip
    assert {request["headers"]["x-api-key"] for request in received["requests"]} == {KEY}
    assert {request["path"] for request in received["requests"]} == {"/analytics/v1/analytics"}
    assert world.warnings == []


def test_the_one_script_fits_into_studio_and_needs_no_other(tmp_path: Path) -> None:
    text = hand_out(tmp_path, "https://analytics.example.com", "script").read_text("utf-8")
    assert len(text) < STUDIO_LIMIT
    assert not re.search(r"\bscript\b\.|require\(script", text)
    assert text.startswith(
        "--!nocheck\n-- AudioScape for Roblox 0.2.0, for the server at https://analytics.example.com."
    )


def test_an_endpoint_of_the_games_wins_over_the_one_built_in(
    fault_server: Any, control: Control, tmp_path: Path
) -> None:
    installed = tmp_path / "installed"
    installed.mkdir()
    put_script(hand_out(tmp_path, "http://127.0.0.1:9", "script"), installed)
    world = World(source=installed, held=lambda: control.received()["held"])
    world.run(GAME.replace("new(key)", "new(key, { endpoint = select(2, ...) })"), KEY, fault_server.events)
    assert world.start("return client:flush()").wait(10) is True


def test_an_installed_server_hands_it_out_without_a_checkout(tmp_path: Path) -> None:
    """The wheel holds the SDK's source."""
    pytest.importorskip("hatchling")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, timeout=120)
    (wheel,) = tmp_path.glob("audioscape_server-*.whl")
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    (tmp_path / "wheel").mkdir()
    (tmp_path / "checkout").mkdir()
    address = "https://analytics.example.com"
    from_wheel = hand_out(tmp_path / "wheel", address, "script", python_path=str(site))
    assert from_wheel.read_text("utf-8") == hand_out(tmp_path / "checkout", address, "script").read_text("utf-8")
    (site / "audioscape_server" / "luau" / "Text.luau").write_text("-- of the wheel\n", "utf-8")
    changed = hand_out(tmp_path / "wheel", address, "script", python_path=str(site))
    assert "-- of the wheel" in changed.read_text("utf-8"), "what is installed is not what was run"
