"""Processes under test: started on one core, watched as a tree, and ended by their id.

None outlives the measurement: each is ended when its block ends, whatever ends it, and the kernel ends it when the
measurement is killed. Each is a session of its own, so Ctrl-C reaches the measurement alone, which ends them in order.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from bench.wrk import Target

#: Seconds that a server may take to start, and to stop.
PATIENCE_S = 60
#: A server rests when it uses less than so much of a core in the mean of so many seconds, of which a job that is behind
#: works half; that is waited for so long.
RESTING_SHARE, RESTING_S, REST_WITHIN_S = 0.15, 60, 1_800
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
) -> Generator[psutil.Process]:
    """Run a program until the block ends.

    Args:
        command: the program and its arguments.
        cores: where it runs: a core, or several as taskset takes them ("0-7").
        log: where what it says goes.
        end_by: the signal that asks it to end; it is killed when it does not.
        cwd: the folder that it runs in.
        env: all of its environment.
    """
    on_cores = ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", str(cores), *command]
    with log.open("ab") as out:
        process = subprocess.Popen(on_cores, stdout=out, stderr=out, cwd=cwd, env=env, start_new_session=True)
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
    raise PeerError(f"it did not start: {log.read_text(errors='replace').strip()[-500:]}")


def wait_for_rest(process: psutil.Process) -> None:
    """Until the jobs that come with a start have run: some minutes where the history is new.

    Raises:
        TimeoutError: they have not ended.
    """
    print("waiting until the server has done what a start brings", flush=True)
    deadline = time.monotonic() + REST_WITHIN_S
    while process.cpu_percent(RESTING_S) >= RESTING_SHARE * 100:
        if time.monotonic() > deadline:
            raise TimeoutError(f"The server was still at work {REST_WITHIN_S} s after its start")


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
