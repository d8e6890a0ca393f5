"""Failpoints do what the environment asks for and nothing else."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from audioscape_server import failpoints
from audioscape_server.errors import ConfigurationError
from audioscape_server.failpoints import VARIABLE, FailpointError, failpoint
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def disarmed() -> Iterator[None]:
    yield
    failpoints.arm({})


def test_nothing_happens_when_nothing_is_asked_for() -> None:
    failpoints.arm({})
    failpoint("loader.after_insert")
    assert failpoints.armed_points() == []


def test_a_point_raises_each_time_and_others_do_not() -> None:
    failpoints.arm({VARIABLE: "loader.after_insert:raise"})
    failpoint("loader.before_insert")
    for _ in range(2):
        with pytest.raises(FailpointError, match=r"failpoint loader\.after_insert"):
            failpoint("loader.after_insert")


def test_a_point_may_wait_for_its_time() -> None:
    failpoints.arm({VARIABLE: "spool.after_commit:raise@2; spool.before_commit:raise@1"})
    assert failpoints.armed_points() == ["spool.after_commit", "spool.before_commit"]
    failpoint("spool.after_commit")
    with pytest.raises(FailpointError):
        failpoint("spool.after_commit")
    failpoint("spool.after_commit")


def test_a_held_point_waits_for_its_file_to_go(tmp_path: Path) -> None:
    file = tmp_path / "held"
    failpoints.arm({VARIABLE: f"loader.after_insert:hold={file};loader.before_insert:sleep=0"})
    thread = threading.Thread(target=lambda: [failpoint("loader.before_insert"), failpoint("loader.after_insert")])
    thread.start()
    eventually(file.exists)
    assert thread.is_alive()
    file.unlink()
    thread.join(10)
    assert not thread.is_alive()


def test_a_kill_ends_the_process_at_once() -> None:
    program = "import os; from audioscape_server.failpoints import *; arm(os.environ); failpoint('a.b'); print(1)"
    done = subprocess.run(
        [sys.executable, "-c", program], env={VARIABLE: "a.b:kill"}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (-9, "")


@pytest.mark.parametrize(
    "text", ["nothing", "a.b:", "a.b:explode", "a.b:kill=1", "a.b:sleep", "a.b:sleep=long", "a.b:hold", "a.b:raise@0"]
)
def test_what_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(ConfigurationError, match="expected name:kill"):
        failpoints.arm({VARIABLE: text})
