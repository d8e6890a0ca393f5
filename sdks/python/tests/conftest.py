"""The SDK under test is the source beside us, or the copy in AUDIOSCAPE_SRC (a mutant of it)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SRC = Path(os.environ.get("AUDIOSCAPE_SRC", HERE.parent / "src"))

# What the computer of the developer is set up for is not what the tests are about.
for variable in ("ENDPOINT", "API_KEY", "DEBUG", "DRY_RUN", "ENABLED"):
    os.environ.pop(f"AUDIOSCAPE_{variable}", None)

for folder in (HERE, HERE.parent.parent / "conformance", SRC):
    sys.path.insert(0, str(folder))

from audioscape import lifecycle  # noqa: E402
from fault_server import FaultServer  # noqa: E402
from virtual_time import Control  # noqa: E402

# Clients that a failed test left open shall not hold up the end of the run.
lifecycle.EXIT_TIMEOUT = 0.5


@pytest.fixture(scope="session")
def fault_server():
    with FaultServer() as server:
        yield server


@pytest.fixture
def server(fault_server):
    """The fault server, with nothing scripted and nothing stored."""
    Control(fault_server)("POST", "/reset")
    return fault_server


@pytest.fixture
def control(server):
    return Control(server)
