"""What a page shows to somebody with a new key: each code, as it stands, against the real server."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arrivals import stored_events
from examples import run_javascript, run_python, world_of
from sessions import SDK_LIST, SDKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sessions import Sdk
    from support.server import Server

PYTHON, LUAU, JAVASCRIPT = SDK_LIST
DASHBOARD = SDKS.parent / "dashboard"
PRINT = """
import { snippets } from "./src/pages/snippets.ts";
console.log(JSON.stringify(snippets(process.argv[1], process.argv[2])));
"""


def snippets(address: str, key: str) -> dict[str, dict[str, str]]:
    """What the page has for a server and a key, by title."""
    if not (DASHBOARD / "node_modules" / "tsx").exists():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("run npm ci in dashboard")
    done = subprocess.run(
        ["node", "--import", "tsx", "--input-type=module", "--eval", PRINT, address, key],
        cwd=DASHBOARD, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {each["title"]: each for each in json.loads(done.stdout)}


def type_in(command: str, folder: Path) -> None:
    """In a terminal, with the environment of this server on the path."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run(["sh", "-c", command], cwd=folder, env={**os.environ, "PATH": path}, timeout=60, check=True)


def with_roblox_sdk(shown: dict[str, str], _build: Path, folder: Path) -> None:
    """The command writes the module, which is pasted; the code runs as a Script, and a player comes."""
    type_in(shown["command"], folder)
    (folder / "AudioScape.luau").rename(folder / "init.luau")
    world = world_of(folder)
    world.run(shown["code"])
    world.lua_world.get("addPlayer")(42)
    world.close_server()
    world.check()


def with_luau(shown: dict[str, str], build: Path, _: Path) -> None:
    world = world_of(build)
    world.start(shown["code"]).wait(10)
    assert world.prints == ['202 {"accepted":1}']


def with_curl(shown: dict[str, str], _build: Path, folder: Path) -> None:
    type_in(shown["code"], folder)


def with_python(shown: dict[str, str], build: Path, folder: Path) -> None:
    run_python(shown["code"], build, folder)


def with_javascript(shown: dict[str, str], build: Path, folder: Path) -> None:
    run_javascript(shown["code"], build, folder)


WAYS: dict[str, tuple[Sdk, Callable[[dict[str, str], Path, Path], None]]] = {
    "Roblox SDK": (LUAU, with_roblox_sdk),
    "Luau": (LUAU, with_luau),
    "curl": (PYTHON, with_curl),
    "Python": (PYTHON, with_python),
    "JavaScript": (JAVASCRIPT, with_javascript),
}


@pytest.mark.parametrize("title", WAYS)
def test_the_first_event_of_each_code_arrives(
    title: str, server: Server, build_of: Callable[[Sdk], Path], project_key: str, tmp_path: Path
) -> None:
    sdk, way = WAYS[title]
    way(snippets(server.url, project_key)[title], build_of(sdk), tmp_path)
    assert [(event["type"], event["asset_id"]) for event in stored_events(server, project_key)] == [
        ("play", "1837879082")
    ]


def test_every_way_that_is_shown_is_tried() -> None:
    assert list(snippets("https://stats.example", "k")) == list(WAYS)


def test_an_sdk_is_where_the_command_looks_for_it() -> None:
    shown = snippets("https://stats.example", "k")
    for title, file in (("Python", "pyproject.toml"), ("JavaScript", "package-lock.json")):
        [folder] = [part for part in shlex.split(shown[title]["command"]) if "sdks/" in part]
        assert (SDKS.parent / folder / file).exists()


@pytest.mark.parametrize("title", ["Roblox SDK", "Luau"])
def test_who_looks_at_a_server_of_the_same_machine_is_told_that_no_published_game_reaches_it(title: str) -> None:
    for local in ("http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"):
        assert f"Only Studio on this machine reaches {local};" in snippets(local, "k")[title]["before"]
    assert "Only Studio" not in snippets("https://stats.example", "k")[title]["before"]
