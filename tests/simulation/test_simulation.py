"""Whatever happens to some nodes, their warehouse and their control database: every acknowledged event is stored once.

Spool, writer, archive, claims, ledgers and loader are the real ones; clock, warehouse, crashes, restores are made up. A
seed is a history of some thirty steps, the same each time. One that fails goes into ``KEPT`` once its fault is found.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

from audioscape_server.control import ControlDatabase
from simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Memory, where there is a file system in it: these files are not to survive anything.
FAST_DISK = Path("/dev/shm")
SHORT_CRASHES = 2_000
LONG_CRASHES = 100_000

#: Seeds whose histories failed once, and what they found.
KEPT = {
    4: "a part that could not be read stood in the way of its own repair",
    33: "what the archive brought back of a former id was in no ledger",
    81: "after an older control database, a batch of an open block was stored again by its retry",
    107: "an older spool beside an older warehouse loaded anew what the archive brought back too",
    1156: "a block that was archived, lost and then split was brought back beside its halves",
    1361: "check took the first block of a spool, which no ledger counted yet, for a surplus",
    1796: "the same older copy, put back twice, loaded what waited in it twice",
    2000548: "the closed ledger of a former id counted what the warehouse had lost, and what was loaded anew since",
    2003024: "the archive brought back what a copy of the warehouse, of another history, held under a former id",
    3005055: "a node gave a repeat up whose first lay in the spool of another, of which an older copy was put back",
    700001451: "none: the simulation took a second loss of the same batch for a wrong check",
    700002040: "an older file, older than its own id, found none of its claims in the archive",
    310101807: "an older warehouse held a block that had been split, before all that the archive holds",
    3181: "as 1361, of a spool that had not published anything",
}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder on a fast disk, with an empty control database; nothing is logged meanwhile."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    made = Path(tempfile.mkdtemp(prefix="simulation-", dir=FAST_DISK if FAST_DISK.is_dir() else None))
    database = ControlDatabase(f"sqlite:///{made / 'control.db'}")
    database.migrate()
    database.close()
    try:
        yield made
    finally:
        structlog.configure(**before)
        shutil.rmtree(made)


@contextmanager
def world(seed: int, folder: Path) -> Iterator[World]:
    own = folder / str(seed)
    own.mkdir()
    try:
        yield World(seed, own, folder / "control.db")
    finally:
        shutil.rmtree(own)


def play(seed: int, folder: Path) -> Counter[str]:
    """Play a history; returns where processes died."""
    with world(seed, folder) as played:
        try:
            wrong = played.play()
        except Exception as error:  # noqa: BLE001 - whatever it is, its seed has to be told
            wrong = [repr(error)]
        story = "\n  ".join(played.story)
        assert wrong == [], f"seed {seed}: {wrong[:5]}\n  {story}"
        return played.faults.crashes


def play_until(crashes: int, first_seed: int, folder: Path) -> Counter[str]:
    died: Counter[str] = Counter()
    seed = first_seed
    while died.total() < crashes:
        died += play(seed, folder)
        seed += 1
    return died


@pytest.mark.parametrize("seed", KEPT)
def test_a_history_that_failed_once_does_not_fail_again(seed: int, folder: Path) -> None:
    play(seed, folder)


def test_a_seed_is_the_same_history_each_time(folder: Path) -> None:
    with world(7, folder) as first:
        first.play()
    with world(7, folder) as second:
        second.play()
    assert first.story == second.story
    assert first.faults.crashes == second.faults.crashes


def test_any_history_stores_every_acknowledged_event_once(folder: Path) -> None:
    died = play_until(SHORT_CRASHES, 1_000, folder)
    missing = {
        "spool.torn", "control.commit", "archive.write", "archive.written", "warehouse.insert", "warehouse.inserted",
        "warehouse.deleted", "loader.after_claims", "loader.after_write_down", "loader.before_insert",
        "loader.after_insert", "loader.before_archive", "loader.before_finish", "loader.after_finish",
    } - died.keys()  # fmt: skip
    assert missing == set(), "processes died at every kind of point"


@pytest.mark.slow
def test_a_hundred_thousand_crashes_lose_and_double_nothing(folder: Path) -> None:
    play_until(LONG_CRASHES, random.SystemRandom().randrange(10**6, 10**9), folder)
