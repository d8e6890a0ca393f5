"""Power fails at any moment: what was acknowledged is on the disk, in the spool and in the warehouse alike."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from support.disk import new_disk
from support.load import Load
from support.oracle import Verdict, judge
from support.parts import made_of, parts
from support.server import Server
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.disk import Disk

#: Small blocks, each a part for each of two days and six tables: the engine merges from the first second on.
#: No archive: what the warehouse loses stays lost.
MANY_PARTS = {"BLOCK_EVENTS": 100, "LOAD_INTERVAL": 0, "SPOOL_RESERVE_BYTES": 0, "ARCHIVE_DAYS": 0}
WITH_ARCHIVE = {**MANY_PARTS, "ARCHIVE_DAYS": 8}
#: Batches a second: no more than small blocks can keep up with.
RATE = 30
NOTHING_LOADED = {"LOAD_INTERVAL": 3600, "SPOOL_RESERVE_BYTES": 0}


@contextmanager
def server_on_a_disk(folder: Path, settings: dict[str, Any], tamper: str) -> Iterator[tuple[Server, Disk]]:
    with new_disk(folder) as disk, Server(folder, settings, data=disk.path / "data") as server:
        if tamper:
            server.tamper = tamper
            server.restart()  # in order, so that even a careless server has files to begin with
            server.restart()  # only now does the engine keep to all that a tamper set
        yield server, disk


def cut_again_and_again(folder: Path, settings: dict[str, Any], *, cuts: int, tamper: str = "") -> Verdict:
    """So many power cuts under load, of a server that was tampered with; how it came out."""
    random_ = random.Random()
    with server_on_a_disk(folder, settings, tamper) as (server, disk):
        with Load(server, ages=(0, 3), rate=RATE) as load:
            for _ in range(cuts):
                load.wait_for(random_.randrange(1, 20))
                if settings["LOAD_INTERVAL"] == 0:
                    _wait_for_a_merge(server, loaded=random_.randrange(1, 300))
                server.freeze()
                disk.cut_power()
                server.kill()
                disk.remount()
                server.start()
            load.wait_for(1)
        server.tamper = "calm"
        server.configure(BLOCK_EVENTS=None, LOAD_INTERVAL=0)
        server.restart()
        if settings is WITH_ARCHIVE:  # what was lost is loaded again block by block, while the server answers
            eventually(lambda: server.cli("check").returncode, until=lambda code: code == 0, within=120)
        verdict = judge(server, load, within=120)
        disk.keep = bool(verdict.findings)
        return verdict


def _wait_for_a_merge(server: Server, *, loaded: int) -> None:
    """Wait for the worst moment: events were merged a moment ago, and what they were merged from is deleted.

    A server that keeps its old parts never comes to that; there so many more events and one merge are enough.
    """
    # An earlier cut may have taken every part: then there is nothing yet that could be merged.
    before = eventually(lambda: parts(server.data / "warehouse", "events"), within=120)
    goal = server.ingest()["loaded"] + loaded
    # Not of those from before alone: the foreign events of a stir may have been all, and go without a trace.
    seen = set(before)

    def is_bad_moment() -> bool:
        now = parts(server.data / "warehouse", "events")
        seen.update(now)
        made = made_of(seen, now - before)
        return bool(made - made_of(now, made)) or (bool(made) and server.ingest()["loaded"] >= goal)

    try:
        eventually(is_bad_moment, within=120)
    except AssertionError as error:
        kept = sorted(map(str, parts(server.data / "warehouse", "events")))
        raise AssertionError(f"{error}; {goal=}, {server.ingest()}; {kept[:40]}\n{server.tail()}") from None
    # One more block: what syncs it writes down too that the old parts are gone.
    loaded = server.ingest()["loaded"]
    eventually(server.ingest, until=lambda seen: seen["loaded"] > loaded, within=60)


def test_a_merge_is_waited_for_although_nothing_is_stored_yet(tmp_path: Path) -> None:
    """So it is after a cut that took all that was loaded; the wait must not be for a merge of parts that never were."""
    with Server(tmp_path, MANY_PARTS) as server:
        assert server.key
        assert parts(server.data / "warehouse", "events") == set()
        with Load(server, ages=(0, 3), rate=RATE):
            _wait_for_a_merge(server, loaded=1)


def test_a_power_cut_loses_nothing_of_the_spool(tmp_path: Path) -> None:
    assert cut_again_and_again(tmp_path, NOTHING_LOADED, cuts=4).findings == []


def test_a_power_cut_amid_merges_deletes_and_swaps_loses_nothing(tmp_path: Path) -> None:
    assert cut_again_and_again(tmp_path, MANY_PARTS, cuts=4, tamper="stir").findings == []


def test_what_a_power_cut_takes_from_the_warehouse_the_archive_gives_back(tmp_path: Path) -> None:
    """The warehouse syncs nothing here, so that the second line has work."""
    assert cut_again_and_again(tmp_path, WITH_ARCHIVE, cuts=2, tamper="stir,warehouse").findings == []


def test_the_control_a_spool_that_does_not_sync_loses_events(tmp_path: Path) -> None:
    assert cut_again_and_again(tmp_path, NOTHING_LOADED, cuts=1, tamper="spool").lost > 0


def test_the_control_a_warehouse_that_does_not_sync_loses_events(tmp_path: Path) -> None:
    assert cut_again_and_again(tmp_path, MANY_PARTS, cuts=1, tamper="stir,warehouse").lost > 0


@pytest.mark.slow
@pytest.mark.parametrize("settings", [NOTHING_LOADED, MANY_PARTS, WITH_ARCHIVE], ids=["spool", "warehouse", "archive"])
def test_many_power_cuts_lose_nothing(tmp_path: Path, settings: dict[str, Any]) -> None:
    tamper = "" if settings is NOTHING_LOADED else "stir"
    assert cut_again_and_again(tmp_path, settings, cuts=40, tamper=tamper).findings == []
