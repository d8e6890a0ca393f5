"""For all tests, of the server and of the SDKs: which are drills, and what their processes inherit.

Drills take seconds or minutes each, so `make test` leaves them to `make drills`.

`tests/drills.txt` names them by file and function, one a line: a list that is made by measuring is no decision of each
test, and a test that is renamed is quick until somebody measures it again.
"""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

_DRILLS = frozenset((Path(__file__).parent / "tests" / "drills.txt").read_text(encoding="utf-8").split())


def pytest_configure() -> None:
    """Let processes of tests be interrupted also where a script runs the tests in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them."""
    for item in items:
        if item.nodeid.partition("[")[0] in _DRILLS:
            item.add_marker(pytest.mark.drill)
