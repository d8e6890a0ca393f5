"""The VM, the scripted fault server, and which source is under test."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent / "conformance")]

from fault_server import FaultServer  # noqa: E402
from game import Game  # noqa: E402
from luau_runner import Control  # noqa: E402
from roblox import MISSING, World  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if MISSING and not os.environ.get("CI"):
        skip = pytest.mark.skip(reason="the Luau VM is missing: pip install pluau (needs Python 3.11 or newer)")
        for item in items:
            if HERE in item.path.parents:
                item.add_marker(skip)


@pytest.fixture(scope="session", autouse=True)
def _luau_vm() -> None:
    if MISSING:
        pytest.fail("the Luau VM is missing: pip install pluau (needs Python 3.11 or newer)")


@pytest.fixture(scope="session")
def source() -> Path:
    """The SDK under test: the one here, or a copy that a mutant test has broken."""
    return Path(os.environ.get("AUDIOSCAPE_LUAU_SOURCE") or HERE.parent / "src")


@pytest.fixture(scope="session")
def fault_server() -> Iterator[Any]:
    with FaultServer() as server:
        yield server


@pytest.fixture
def control(fault_server: Any) -> Iterator[Control]:
    control = Control(fault_server.control)
    control.send("POST", "/reset")
    yield control
    control.close()


@pytest.fixture
def game(fault_server: Any, control: Control, source: Path) -> Iterator[Game]:
    """A game server whose events go to the fault server."""
    game = Game(fault_server, control, source)
    yield game
    game.world.check()
    game.world.shut()


@pytest.fixture(scope="session")
def text_module(source: Path) -> Any:
    """`Text.repaired`, from bytes to str."""
    world = World(source=source)
    world.run('repaired = require(game:GetService("ServerStorage").AudioScape.Text).repaired')
    return lambda raw: world.run("return repaired(...)", raw)


@pytest.fixture(scope="session")
def policy(source: Path) -> Any:
    """`RetryPolicy.delay`."""
    world = World(source=source)
    world.run('delay = require(game:GetService("ServerStorage").AudioScape.RetryPolicy).delay')
    return lambda *arguments: world.run("return delay(...)", *arguments)
