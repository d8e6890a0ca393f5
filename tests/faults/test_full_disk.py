"""The disk runs full and gets room again, again and again: nothing is lost, and all heals without a restart."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import pytest

from support.disk import MIB, new_disk
from support.load import Load
from support.oracle import Verdict, judge
from support.server import Server
from support.waiting import eventually

if TYPE_CHECKING:
    from pathlib import Path

#: Every question whose answer comes from another table.
QUESTIONS = (
    "/analytics/v1/overview",
    "/analytics/v1/tracks",
    "/analytics/v1/experiences",
    "/analytics/v1/events",
    "/analytics/v1/search/queries",
)
#: Batches a second: no more than small blocks can keep up with, or most of the time goes into loading what piled up.
RATE = 30
#: Seconds until healing is given up: a promise is 2 and 30, and this machine may be busy.
HEALS_S = 90.0


class Healed(NamedTuple):
    """How it came out, and the longest that anything took to heal."""

    verdict: Verdict
    worst_intake_s: float
    worst_reads_s: float


def fill_and_free(folder: Path, *, cycles: int, block: int, reserve: int = 0) -> Healed:
    """Fill the disk under load until events are refused, free it, and wait until everything works again.

    Args:
        folder: holds the disk.
        cycles: how often.
        block: of the file system, bytes.
        reserve: bytes that the server is told to leave free; with 0 it meets the very end of the disk.
    """
    intake_s, reads_s = [0.0], [0.0]
    settings = {"LOAD_INTERVAL": 0, "BLOCK_EVENTS": 500, "SPOOL_RESERVE_BYTES": reserve}
    with (
        new_disk(folder, size=512 * MIB, block=block) as disk,
        Server(folder, settings, data=disk.path / "data") as server,
    ):
        with Load(server, ages=(0, 2), rate=RATE) as load:
            for _ in range(cycles):
                load.wait_for(20)
                disk.fill()
                refused = load.refused
                eventually(lambda: load.refused, until=lambda seen, before=refused: seen > before, within=HEALS_S)
                assert server.get("/healthz").status_code == 200
                disk.free()
                freed_at = time.monotonic()
                load.wait_for(1, within=HEALS_S)
                intake_s.append(time.monotonic() - freed_at)
                eventually(lambda: _unanswered(server), until=lambda left: not left, within=HEALS_S)
                reads_s.append(time.monotonic() - freed_at)
        verdict = judge(server, load, within=120)
        disk.keep = bool(verdict.findings)
    return Healed(verdict, max(intake_s), max(reads_s))


def _unanswered(server: Server) -> list[str]:
    return [question for question in QUESTIONS if server.get(question).status_code != 200]


@pytest.mark.parametrize("block", [1_024, 4_096])
def test_a_full_disk_loses_nothing_and_all_heals(tmp_path: Path, block: int) -> None:
    assert fill_and_free(tmp_path, cycles=2, block=block).verdict.findings == []


@pytest.mark.slow
@pytest.mark.parametrize("block", [1_024, 4_096])
@pytest.mark.parametrize("reserve", [0, 64 * MIB])
def test_many_full_disks_lose_nothing(tmp_path: Path, block: int, reserve: int) -> None:
    assert fill_and_free(tmp_path, cycles=10, block=block, reserve=reserve).verdict.findings == []
