"""The machine runs short: of file descriptors, of memory; its clock jumps; its file system stops."""

from __future__ import annotations

import os
import resource
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil
import pytest

from audioscape_server.durable import why_disk_fails
from support.disk import MIB, new_disk
from support.load import Load
from support.oracle import assert_nothing_lost_nothing_doubled, judge
from support.samples import play
from support.server import Server
from support.waiting import eventually
from support.wrong_clock import WrongClock

if TYPE_CHECKING:
    from collections.abc import Callable


def test_without_file_descriptors_nothing_is_lost_and_all_heals(paced_server: Callable[..., Server]) -> None:
    server = paced_server(LOAD_INTERVAL=0.05)
    with Load(server, rate=100) as load:
        load.wait_for(20)
        process = psutil.Process(server.pid)
        before = process.rlimit(resource.RLIMIT_NOFILE)
        open_now = process.num_fds()
        process.rlimit(resource.RLIMIT_NOFILE, (open_now + 2, before[1]))
        crowd = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(50)]
        load.wait_for(10)  # on connections that were open before
        for one in crowd:
            one.close()
        process.rlimit(resource.RLIMIT_NOFILE, before)
        load.wait_for(20)
    eventually(lambda: server.get("/analytics/v1/overview").status_code, until=lambda status: status == 200)
    assert_nothing_lost_nothing_doubled(server, load)


def test_killed_for_its_memory_nothing_is_lost_or_doubled(new_server: Callable[..., Server]) -> None:
    server = new_server(LOAD_INTERVAL=0, BLOCK_EVENTS=100_000)
    with MemoryGroup() as group, Load(server, batch=500, senders=6) as load:
        load.wait_for(50)
        for _ in range(2):
            group.hold(server.pid)
            eventually(lambda: not server.is_running(), within=60)
            server.kill()
            group.release()
            server.start()
            load.wait_for(20)
    assert_nothing_lost_nothing_doubled(server, load, within=120)


def test_a_file_system_that_stops_under_the_server_is_answered_503_and_loses_nothing(tmp_path: Path) -> None:
    with (
        new_disk(tmp_path) as disk,
        Server(tmp_path, {"LOAD_INTERVAL": 0.05, "SPOOL_RESERVE_BYTES": 0}, data=disk.path / "data") as server,
    ):
        with Load(server, rate=100) as load:
            load.wait_for(20)
            server.freeze()
            disk.cut_power()
            server.thaw()
            refused = load.refused
            eventually(lambda: load.refused, until=lambda seen: seen > refused + 5)
            acknowledged = load.acknowledged
            eventually(lambda: load.refused, until=lambda seen: seen > refused + 10)
            assert load.acknowledged == acknowledged, "a batch was acknowledged on a file system that has stopped"
            assert server.get("/healthz").status_code == 200
            assert not_ready(server)
            server.kill()
            disk.remount()
            server.start()
            load.wait_for(20)
        verdict = judge(server, load)
    assert verdict.findings == []


def test_a_file_system_that_stops_under_a_quiet_server_is_told_before_a_post_meets_it(tmp_path: Path) -> None:
    with new_disk(tmp_path) as disk, Server(tmp_path, data=disk.path / "data") as server:
        assert server.post([{"type": "x"}]).status_code == 202
        assert server.get("/readyz").status_code == 200
        disk.cut_power()
        eventually(lambda: not_ready(server), within=60)
        assert server.post([{"type": "x"}]).status_code == 503
        assert not_ready(server)
        server.kill()


def test_a_disk_fails_when_it_stops_and_not_when_it_is_full(tmp_path: Path) -> None:
    with new_disk(tmp_path, size=16 * MIB) as disk:
        assert why_disk_fails(disk.path) is None
        disk.fill()
        assert why_disk_fails(disk.path) is None
        disk.free()
        disk.cut_power()
        assert why_disk_fails(disk.path) == "Input/output error"


@pytest.mark.parametrize("restarts", [False, True], ids=["while it runs", "at a start"])
@pytest.mark.parametrize("days", [-8, 9])
def test_a_clock_that_is_days_off_for_a_while_costs_and_doubles_nothing(
    tmp_path: Path,
    days: int,
    restarts: bool,  # noqa: FBT001
) -> None:
    """Whatever is answered meanwhile, no client drops an event for it, and none is stored twice."""
    clock = WrongClock(tmp_path)
    with Server(tmp_path, {"LOAD_INTERVAL": 0.05}, environment=clock.environment) as server:
        with Load(server, rate=50, late_retries=0.5) as load:
            load.wait_for(40)
            set_clock(server, clock, days, restarts=restarts)
            refused = load.refused
            eventually(lambda: load.refused, until=lambda seen: seen > refused + 40)
            set_clock(server, clock, 0, restarts=restarts)
            load.wait_for(40)
        verdict = judge(server, load)
    assert verdict.findings == []


def test_a_restart_does_not_end_the_doubt_in_a_clock_that_jumped(tmp_path: Path) -> None:
    """Whoever restarts a server that answers 503 must not make its clients drop what it was in doubt about."""
    clock = WrongClock(tmp_path)
    with Server(tmp_path, environment=clock.environment) as server:
        clock.set_off(10)
        event = play(timestamp=time.time())
        eventually(lambda: server.post([event]).status_code, until=lambda status: status == 503)
        for _ in range(2):
            server.restart()
            assert server.post([event]).status_code == 503
        clock.set_off(0)
        assert server.post([event]).status_code == 202


def set_clock(server: Server, clock: WrongClock, days: int, *, restarts: bool) -> None:
    """Set the clock so many days ahead of the truth, while the server runs or while it is stopped."""
    if restarts:
        server.stop()
    clock.set_off(days)
    if restarts:
        server.start()


def not_ready(server: Server) -> bool:
    """Whether /readyz says that a post would be refused for its disk."""
    answer = server.get("/readyz")
    return answer.status_code == 503 and "cannot be written" in answer.json()["intake"]


class MemoryGroup:
    """A control group (v1) that a process is put into to be killed for its memory."""

    def __init__(self) -> None:
        self._folder = Path(f"/sys/fs/cgroup/memory/audioscape-{os.getpid()}")
        try:
            self._folder.mkdir()
        except OSError:
            pytest.skip("SKIPPED: no memory control group (v1) can be made here, so no process can be killed for it")
        self._limit = self._folder / "memory.limit_in_bytes"

    def hold(self, pid: int) -> None:
        """Let the process have what it has and next to nothing more."""
        (self._folder / "cgroup.procs").write_text(str(pid))
        self._limit.write_text(str(16 * 1024 * 1024))

    def release(self) -> None:
        self._limit.write_text("-1")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._folder.rmdir()
