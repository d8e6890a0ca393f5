"""A run of the figures that is broken off leaves nothing mounted; after one that was killed the next one cleans up."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psutil
import pytest

from support.disk import mounted_disks, require_disks
from support.server import TESTS
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def figure(folder: Path) -> Iterator[psutil.Process]:
    """A run of power cuts; whatever is left of it and of its servers is killed at the end."""
    command = [sys.executable, str(TESTS / "figures"), "cuts", "--count", "1", "--folder", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        run = psutil.Process(process.pid)
        try:
            yield run
        finally:
            for one in [*run.children(recursive=True), run] if run.is_running() else []:
                with suppress(psutil.NoSuchProcess):
                    one.kill()


def mounts(folder: Path) -> list[Path]:
    return [point for point in mounted_disks() if point.is_relative_to(folder)]


def mounted(folder: Path) -> list[Path]:
    """The mounts below a folder, once there are some."""
    return eventually(lambda: mounts(folder), within=60)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_end_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    require_disks()
    with figure(tmp_path) as run:
        mounted(tmp_path)
        eventually(run.children, within=60)
        run.send_signal(number)
        assert run.wait(90) == 128 + number
    assert mounts(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_the_next_run_unmounts_what_a_killed_one_left_and_nothing_of_one_that_goes_on(tmp_path: Path) -> None:
    require_disks()
    killed, going, later = (tmp_path / name for name in ("killed", "going", "later"))
    for folder in (killed, going, later):
        folder.mkdir()
    with figure(going) as running:
        kept = mounted(going)
        with figure(killed):
            left = mounted(killed)
        assert mounts(killed) == left
        with figure(later) as run:
            eventually(lambda: mounts(killed) == [], within=60)
            assert mounts(going) == kept
            run.send_signal(signal.SIGTERM)
            run.wait(90)
        running.send_signal(signal.SIGTERM)
        running.wait(90)
    assert mounts(tmp_path) == []
