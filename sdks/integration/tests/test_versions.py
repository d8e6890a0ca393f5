"""One version for the server and its three SDKs: whoever has one of them knows which others belong to it."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING

import audioscape_server
import pytest

from sessions import SDKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def toml(file: Path, *keys: str) -> str:
    value = tomllib.loads(file.read_text("utf-8"))
    for key in keys:
        value = value[key]
    return str(value)


def json_member(file: Path, *keys: str) -> str:
    value = json.loads(file.read_text("utf-8"))
    for key in keys:
        value = value[key]
    return str(value)


def source(file: Path, pattern: str) -> str:
    (found,) = re.findall(pattern, file.read_text("utf-8"), re.MULTILINE)
    return found


#: Where a version stands -> how it is read.
PLACES: dict[str, Callable[[], str]] = {
    "python, source": lambda: source(SDKS / "python/src/audioscape/__init__.py", r'^__version__ = "(.+)"$'),
    "luau, source": lambda: source(SDKS / "luau/src/init.luau", r'^AudioScape\.VERSION = "(.+)"$'),
    "luau, wally.toml": lambda: toml(SDKS / "luau/wally.toml", "package", "version"),
    "luau, pesde.toml": lambda: toml(SDKS / "luau/pesde.toml", "version"),
    "javascript, package.json": lambda: json_member(SDKS / "javascript/package.json", "version"),
    "javascript, package-lock.json": lambda: json_member(SDKS / "javascript/package-lock.json", "version"),
    "javascript, the package in its lock": lambda: json_member(
        SDKS / "javascript/package-lock.json", "packages", "", "version"
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_an_sdk_has_the_version_of_the_server(place: str) -> None:
    assert PLACES[place]() == audioscape_server.__version__


@pytest.mark.parametrize("name", ["python", "luau", "javascript"])
def test_the_newest_entry_of_an_sdks_changelog_is_this_version(name: str) -> None:
    newest = source(SDKS / name / "CHANGELOG.md", r"\A# .+\n+## (\S+)")
    assert newest == audioscape_server.__version__
