"""Whatever becomes of one server under test, the others are measured, and nothing is left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from bench.peers import PEERS, postgres
from bench.peers.process import PATIENCE_S, PeerError, Served, started, wait_until
from bench.report import BARE, INFLUXDB, PLAIN

from bench import ingest
from support.waiting import eventually

ROOT = Path(__file__).parents[2]
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
    runs = list(ingest.rounds(["unlucky", "nobody"], [1], 2, 1, tmp_path))
    assert [(run.peer, run.round) for run in runs] == [("unlucky", 0), ("nobody", 0), ("unlucky", 1), ("nobody", 1)]
    assert "out of luck" in runs[0].failure
    assert runs[0].failure.startswith(PeerError.__name__)
    assert "FAILED" in ingest.told(runs[1])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("peer", "package"), [(INFLUXDB, "influxdb"), (PLAIN, "postgresql")])
def test_what_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, peer: str, package: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "programs", lambda: None)
    [run] = ingest.rounds([peer], [1], 1, 1, tmp_path)
    assert f"is not installed: apt-get install {package}" in run.failure


def test_without_the_load_generator_nothing_begins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="wrk and taskset and setpriv missing: apt-get install wrk util-linux"):
        ingest.require_machine()


def test_a_server_runs_on_its_core_and_is_ended(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with started(["sleep", str(PATIENCE_S)], CORE, log) as process:
        wait_until(lambda: process.cpu_affinity() == [CORE], process, log)
        assert process.is_running()
    assert _has_ended(process)


@pytest.mark.usefixtures("wrk_is_here")
@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="one core is not enough to measure")
def test_a_run_that_is_stopped_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    options = ["--only", BARE, "--batches", "500", "--rounds", "1", "--seconds", "20", "--no-install"]
    command = [sys.executable, "-m", "bench", *options, "--disk", str(tmp_path), "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as bench:
        children = eventually(lambda: _children(bench), until=lambda found: "wrk" in found)
        bench.send_signal(signal.SIGINT)
        _, said = bench.communicate(timeout=PATIENCE_S)
    assert said == f"Stopped. What was measured is in {tmp_path / 'out'}.\n"
    assert all(_has_ended(child) for child in children.values())
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_server_does_not_outlive_a_run_that_is_killed(tmp_path: Path) -> None:
    start = "import pathlib, time; from bench.peers.process import started\n"
    start += f"with started(['sleep', '{PATIENCE_S}'], {CORE}, pathlib.Path('log')): time.sleep({PATIENCE_S})"
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", start], cwd=tmp_path, env=env) as run:
        children = eventually(lambda: _children(run), until=lambda found: "sleep" in found)
        run.kill()
    eventually(lambda: all(_has_ended(child) for child in children.values()))


def test_the_runner_gets_its_cores_back() -> None:
    before = os.sched_getaffinity(0)
    with ingest.on_core(CORE):
        assert os.sched_getaffinity(0) == {CORE}
    assert os.sched_getaffinity(0) == before


def _children(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> dict[str, psutil.Process]:
    """By name."""
    found: dict[str, psutil.Process] = {}
    for child in psutil.Process(process.pid).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            found[child.name()] = child
    return found


def _has_ended(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    return True
