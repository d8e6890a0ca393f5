"""The first-event example of each SDK's README, as it stands but for URL and key, against the real server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from arrivals import stored_events
from examples import run_javascript, run_python, world_of
from sessions import SDKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sessions import Sdk
    from support.server import Server


def blocks(sdk: Sdk, language: str) -> list[str]:
    """The code under "First event"."""
    readme = (SDKS / sdk.name / "README.md").read_text("utf-8")
    section = readme.split("\n## First event\n")[1].split("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)


def pointed_at(code: str, server: Server, key: str) -> str:
    """The same code with this server's URL and key in place of the README's."""
    pointed, urls = re.subn(r'"https?://[^"]+"', f'"{server.url}"', code)
    pointed, keys = re.subn(r'"your-[a-z-]*key"', f'"{key}"', pointed)
    assert (urls, keys) == (1, 1), f"the example names {urls} servers and {keys} keys:\n{code}"
    return pointed


def run_luau(code: str, build: Path, _: Path) -> None:
    """As a Script of a game with one player, which ends."""
    world = world_of(build)
    world.run(f"local player = {{ UserId = 42 }}\n{code}")
    world.close_server()
    world.check()


RUNNERS: dict[str, Callable[[str, Path, Path], None]] = {
    "python": run_python,
    "luau": run_luau,
    "javascript": run_javascript,
}
LANGUAGES = {"python": "python", "luau": "lua", "javascript": "js"}


def first_event(sdk: Sdk) -> str:
    return blocks(sdk, LANGUAGES[sdk.name])[0]


def test_the_first_event_of_the_readme_arrives(
    server: Server, sdk: Sdk, build_of: Callable[[Sdk], Path], project_key: str, tmp_path: Path
) -> None:
    code = first_event(sdk)
    assert len([line for line in code.splitlines() if line.strip()]) <= 5
    RUNNERS[sdk.name](pointed_at(code, server, project_key), build_of(sdk), tmp_path)

    stored = stored_events(server, project_key)
    plays = [event for event in stored if event["type"] == "play"]
    assert [event["asset_id"] in code for event in plays] == [True]
    assert len(stored) == code.count("rack")  # track_play, trackPlay, …
