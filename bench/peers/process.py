"""Processes under test: started on one core, watched as a tree, and ended by their id."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from bench.wrk import Target

#: Seconds that a server may take to start, and to stop.
PATIENCE_S = 60
#: Seconds between two looks at the memory.
LOOK_S = 0.5


class PeerError(Exception):
    """A server under test did not start, or does not answer; the text says what it said."""


@dataclass(frozen=True)
class Served:
    """A server that runs.

    Attributes:
        target: where it takes events.
        processes: it and what it needs; their children count too.
        stored: events that a question would count now; None where nothing is stored.
        disk_bytes: what the events take on the disk now.
    """

    target: Target
    processes: Sequence[psutil.Process]
    stored: Callable[[], int] | None
    disk_bytes: Callable[[], int]


@contextmanager
def started(
    command: Sequence[str | Path],
    cores: int | str,
    log: Path,
    *,
    end_by: int = signal.SIGTERM,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[psutil.Process]:
    """Run a program on a core, or on several ("0-7"), until the block ends; what it says goes to `log`."""
    with log.open("ab") as out:
        process = subprocess.Popen(["taskset", "-c", str(cores), *command], stdout=out, stderr=out, cwd=cwd, env=env)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(end_by)
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(ready: Callable[[], bool], process: psutil.Process, log: Path) -> None:
    """Wait for a server.

    Raises:
        PeerError: it ended, or took too long.
    """
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            break
        if ready():
            return
        time.sleep(0.05)
    raise PeerError(f"{process.pid} did not start: {log.read_text(errors='replace')[-500:]}")


def answers(url: str) -> Callable[[], bool]:
    """Whether something answers there at all."""

    def ready() -> bool:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    return ready


def free_port() -> int:
    """A port of the loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def folder_bytes(folder: Path) -> int:
    """Bytes that the files of a folder take on the disk."""
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # merged away meanwhile
            total += path.lstat().st_blocks * 512
    return total


def _trees(roots: Sequence[psutil.Process]) -> Iterator[psutil.Process]:
    for root in roots:
        with contextlib.suppress(psutil.NoSuchProcess):
            yield from [root, *root.children(recursive=True)]


def cpu_s(roots: Sequence[psutil.Process]) -> float:
    """CPU seconds that the processes and their children used so far, ended children included."""
    total = 0.0
    for process in _trees(roots):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])  # own, and those of children that were waited for
    return total


def resident_bytes(roots: Sequence[psutil.Process]) -> int:
    """Resident memory of the processes and their children; what several of them share counts once."""
    total = 0
    for process in _trees(roots):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return total


class MemoryWatch:
    """The most resident memory (bytes) that was seen while the block ran, in `peak`."""

    def __init__(self, roots: Sequence[psutil.Process]) -> None:
        self._roots = roots
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.peak = 0

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Look a last time."""
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            self.peak = max(self.peak, resident_bytes(self._roots))
            if self._end.wait(LOOK_S):
                self.peak = max(self.peak, resident_bytes(self._roots))
                return
