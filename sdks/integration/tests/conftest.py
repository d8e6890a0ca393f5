"""The SDKs as they are here, one real server for all tests, and a project of its own for each."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

FOLDER = Path(__file__).resolve().parent.parent
# Behind all else: the tests of each SDK have modules of their own.
sys.path += [str(FOLDER), str(FOLDER.parent / "conformance")]

from sessions import SDK_LIST, Sdk  # noqa: E402
from support.server import Server  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server. Whoever kills it starts it again."""
    with Server(tmp_path_factory.mktemp("server")) as running:
        yield running
    running.assert_no_fault_of_its_own()


@pytest.fixture
def project_key(server: Server, request: pytest.FixtureRequest) -> str:
    """A key of a project that only this test uses."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.removeprefix("test_").lower()).strip("-")
    return server.create_key(project=name[-40:].strip("-"))


@pytest.fixture(scope="session")
def build_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Sdk], Path]:
    """The build of an SDK, made once. Skips the test when something for it is missing; with CI=true it fails."""
    builds: dict[str, Path] = {}

    def build(sdk: Sdk) -> Path:
        if problem := sdk.missing():
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(problem)
        if sdk.name not in builds:
            builds[sdk.name] = sdk.build(sdk.source, tmp_path_factory.mktemp("build"))
        return builds[sdk.name]

    return build


@pytest.fixture(params=SDK_LIST, ids=str)
def sdk(request: pytest.FixtureRequest) -> Sdk:
    """Each SDK in turn."""
    return request.param
