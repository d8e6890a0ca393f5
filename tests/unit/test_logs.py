"""All that is logged goes one way, in one form, and says no more than it may."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

#: Logs in every way that this program or a library of it may; the arguments are those of the log.
PROGRAM = r"""
import logging, sys, threading, warnings
import structlog
from audioscape_server.logs import configure_logging

configure_logging(*sys.argv[1:])
ours = structlog.get_logger()
ours.debug("ours, debug", number=1)
ours.info("ours, info", path="/x", name="é\n", reason="no connection for /?a=canary-a b")
library = logging.getLogger("urllib3.connectionpool")
library.info("library, info")
library.warning("Retrying after connection broken by '%s': /?query=canary-player&b=2", "error")

def fail(key="canary-key"):
    address = "canary-address"
    raise ValueError("failed on purpose at http://host/?a=canary-b")

try:
    fail()
except ValueError as error:
    ours.error("ours, error", exc_info=error)
    library.exception("library, error")
warnings.warn("a warning of Python")
thread = threading.Thread(target=fail, name="worker")
thread.start()
thread.join()
"""


def logged(level: str, fmt: str) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM, level, fmt], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr


def test_every_line_of_a_log_for_machines_is_json_with_a_level_and_a_time() -> None:
    lines = [json.loads(line) for line in logged("debug", "json").splitlines()]
    assert [(line["level"], line["event"].partition(":")[0].partition(" after")[0]) for line in lines] == [
        ("debug", "ours, debug"),
        ("info", "ours, info"),
        ("warning", "Retrying"),
        ("error", "ours, error"),
        ("error", "library, error"),
        ("warning", "<string>"),
        ("error", "a thread ended by an error"),
    ]
    assert all(line["timestamp"].endswith("Z") for line in lines)
    assert lines[1]["name"] == "é\n"
    assert lines[2]["logger"] == "urllib3.connectionpool"
    assert all("failed on purpose" in line["exception"] for line in lines if line["level"] == "error")


@pytest.mark.parametrize(("level", "count"), [("info", 6), ("warning", 5), ("error", 3)])
def test_less_severe_lines_are_left_out(level: str, count: int) -> None:
    assert len(logged(level, "json").splitlines()) == count


@pytest.mark.parametrize("fmt", ["text", "json"])
def test_neither_a_traceback_nor_a_library_says_what_may_not_be_logged(fmt: str) -> None:
    log = logged("debug", fmt)
    assert "failed on purpose" in log
    assert "Retrying" in log
    assert "canary" not in log
