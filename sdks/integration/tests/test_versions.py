"""What the manifests of the server and its SDKs say: one version for all, and no address where nothing is published."""

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


@pytest.mark.parametrize("manifest", ["pyproject.toml", "sdks/python/pyproject.toml"])
def test_a_python_package_names_no_page_of_its_own(manifest: str) -> None:
    """There is none: whoever follows a made-up address may meet somebody else's page, or none."""
    project = tomllib.loads((SDKS.parent / manifest).read_text("utf-8"))["project"]
    assert "urls" not in project


@pytest.mark.parametrize("manifest", ["sdks/javascript/package.json", "sdks/luau/package.json"])
def test_a_javascript_package_names_no_page_of_its_own(manifest: str) -> None:
    package = json.loads((SDKS.parent / manifest).read_text("utf-8"))
    assert not {"repository", "homepage", "bugs"} & package.keys()


@pytest.mark.parametrize("name", ["wally.toml", "pesde.toml"])
def test_a_luau_package_names_no_page_of_its_own(name: str) -> None:
    manifest = tomllib.loads((SDKS / "luau" / name).read_text("utf-8"))
    assert not {"repository", "homepage"} & {**manifest, **manifest.get("package", {})}.keys()
