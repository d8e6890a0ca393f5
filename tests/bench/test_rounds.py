"""Whatever becomes of one server under test, the others are measured, and nothing is left behind."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from bench.peers import PEERS
from bench.peers.process import PATIENCE_S, PeerError, Served, started, wait_until

from bench import ingest

CORE = min(os.sched_getaffinity(0))


@contextmanager
def never_ready(folder: Path, core: int) -> Iterator[Served]:
    with started(["sh", "-c", "echo out of luck; exit 3"], core, folder / "log") as process:
        wait_until(lambda: False, process, folder / "log")
        yield Served(None, [process], None, lambda: 0)  # pyright: ignore[reportArgumentType]


def test_a_server_that_does_not_start_is_told_with_what_it_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(PEERS, "unlucky", never_ready)
    monkeypatch.setattr(ingest, "CLIENT_CORE", CORE)
    runs = list(ingest.rounds(["unlucky", "nobody"], [1], 2, 1, tmp_path))
    assert [(run.peer, run.round) for run in runs] == [("unlucky", 0), ("nobody", 0), ("unlucky", 1), ("nobody", 1)]
    assert "out of luck" in runs[0].failure
    assert runs[0].failure.startswith(PeerError.__name__)
    assert "FAILED" in ingest.told(runs[1])
    assert list(tmp_path.iterdir()) == []


def test_a_server_runs_on_its_core_and_is_ended(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with started(["sleep", str(PATIENCE_S)], CORE, log) as process:
        wait_until(lambda: process.cpu_affinity() == [CORE], process, log)
        assert process.is_running()
    assert not psutil.pid_exists(process.pid) or process.status() == psutil.STATUS_ZOMBIE


def test_the_runner_gets_its_cores_back() -> None:
    before = os.sched_getaffinity(0)
    with ingest.on_core(CORE):
        assert os.sched_getaffinity(0) == {CORE}
    assert os.sched_getaffinity(0) == before
