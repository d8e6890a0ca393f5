"""For a key that takes equal events for one: each is stored once, whatever batch brings it again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from audioscape_server.spool.store import KNOWN_EVENTS_S
from support.spools import NOW, new_batch, reading, running_writer

if TYPE_CHECKING:
    from pathlib import Path

    from audioscape_server.spool import NewBatch


def batch(*names: str, received_at: float = NOW, nameless: int = 0) -> NewBatch:
    """A batch of events that can be told apart by their names, and of some that cannot."""
    events = [["play", 7, NOW + 0.5, name, 30.0, "", ""] for name in names]
    events += [["play", 7, NOW, "", None, "", ""]] * nameless
    digests = (*(name.encode().ljust(16) for name in names), *[None] * nameless)
    return new_batch(events, received_at=received_at)._replace(event_digests=digests)


def stored(path: Path) -> list[list[str]]:
    """The players of the events of each stored batch, in order."""
    with reading(path) as spool:
        waiting = spool.waiting(1_000, 1_000_000)
        assert all(line.balanced for line in spool.ledger())
    with running_writer(path) as running:
        block = running.writer.run(lambda spool: spool.write_down(waiting[0].batch, waiting[-1].batch))
        found = running.writer.run(lambda spool: spool.batches_of(block))
    assert [one.events for one in found] == [len(json.loads(one.content())) for one in found]
    return [[event[3] for event in json.loads(one.content())] for one in found]


def ledger(path: Path) -> tuple[int, int, int]:
    with reading(path) as spool:
        [line] = spool.ledger()
    return line.accepted, line.spooled, line.duplicates


def test_a_batch_that_grew_before_its_retry_brings_only_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with running_writer(path) as running:
        assert running.append(batch("a", "b")) == [None]
        assert running.append(batch("a", "b", "c")) == [None]
    assert ledger(path) == (5, 3, 2)
    assert stored(path) == [["a", "b"], ["c"]]


def test_a_batch_of_nothing_new_is_counted_and_not_stored(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with running_writer(path) as running:
        running.append(batch("a", "b"))
        assert running.append(batch("b", "a")) == [None]
    assert ledger(path) == (4, 2, 2)
    assert stored(path) == [["a", "b"]]


def test_an_event_that_is_twice_in_one_batch_is_stored_once(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with running_writer(path) as running:
        running.append(batch("a", "a", "b"))
    assert stored(path) == [["a", "b"]]


def test_events_that_cannot_be_told_apart_are_all_stored(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with running_writer(path) as running:
        running.append(batch("a", nameless=2), batch(nameless=1))
        running.append(batch("a", nameless=1))
    assert stored(path) == [["a", "", ""], [""], [""]]


def test_it_is_known_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    for _ in range(2):
        with running_writer(path) as running:
            running.append(batch("a"))
    assert ledger(path) == (2, 1, 1)


@pytest.mark.parametrize(("later", "kept"), [(KNOWN_EVENTS_S, 1), (KNOWN_EVENTS_S + 1, 2)])
def test_it_is_known_for_some_hours(tmp_path: Path, later: float, kept: int) -> None:
    path = tmp_path / "spool.db"
    with running_writer(path) as running:
        running.append(batch("a"))
        running.append(batch("a", received_at=NOW + later))
    assert ledger(path) == (2, kept, 2 - kept)


@pytest.mark.parametrize("ahead", [KNOWN_EVENTS_S + 1, 9 * 86_400.0])
def test_it_is_known_after_the_clock_was_ahead(tmp_path: Path, ahead: float) -> None:
    path, read = tmp_path / "spool.db", [NOW]

    def least(over_s: float) -> float:
        return read[0] if over_s == KNOWN_EVENTS_S else NOW + ahead

    with running_writer(path, at_least=least) as running:
        running.append(batch("a"))
        running.append(batch("b", received_at=NOW + ahead))
        running.append(batch("a", received_at=NOW + 1))
        assert ledger(path) == (3, 2, 1)
        # It is forgotten by the hours that passed, though the clock was ahead when they were looked at last.
        read[:] = [NOW + KNOWN_EVENTS_S + 100]
        running.append(batch("a", received_at=read[0]))
    assert ledger(path) == (4, 3, 1)


def test_a_key_that_does_not_ask_for_it_gets_all_stored(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with running_writer(path) as running:
        for _ in range(2):
            running.append(batch("a")._replace(event_digests=()))
    assert stored(path) == [["a"], ["a"]]
