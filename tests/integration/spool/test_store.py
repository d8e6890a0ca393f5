"""The spool's file: what a batch is worth after it was written, and after the disk went bad."""

from __future__ import annotations

import contextlib
import json
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import pytest

from audioscape_server.errors import ConfigurationError
from audioscape_server.spool import LedgerLine, NewBatch, Spool
from support.spools import NOW, event, flip_a_bit, look_into, new_batch, reading, tamper

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "spool.db"


@pytest.fixture
def spool(path: Path) -> Iterator[Spool]:
    opened = Spool(path, NOW)
    yield opened
    opened.close()


def append(spool: Spool, *batches: NewBatch) -> None:
    with spool.transaction():
        spool.append(batches)


def test_a_row_comes_back_as_it_was_written(spool: Spool) -> None:
    append(spool, new_batch(content=b'[["play",1]]', project="alpha", received_at=NOW + 0.25))
    with spool.transaction():
        [batch] = spool.batches_of(spool.write_down(1, 1))
    assert (batch.batch, batch.project, batch.key, batch.universe, batch.place) == (1, "alpha", "abcdefghijkl", 1, 2)
    assert (batch.received_at, batch.events, batch.content()) == (NOW + 0.25, 1, b'[["play",1]]')


def test_every_commit_is_synced_before_it_is_over(spool: Spool) -> None:
    assert spool._db.pragma("journal_mode") == "wal"
    assert spool._db.pragma("synchronous") == 2  # FULL


def test_a_flipped_bit_is_seen_and_spoils_no_neighbour(spool: Spool, path: Path) -> None:
    append(spool, new_batch(), new_batch(), new_batch())
    flip_a_bit(path, 2)
    with spool.transaction():
        batches = spool.batches_of(spool.write_down(1, 3))
    assert batches[0].content() == batches[2].content()
    with pytest.raises(ValueError, match="do not match their checksum"):
        batches[1].content()


def test_bytes_that_match_their_checksum_and_do_not_decompress_are_seen(spool: Spool) -> None:
    append(spool, new_batch()._replace(payload=b"none", checksum=zlib.crc32(b"none")))
    with spool.transaction():
        [batch] = spool.batches_of(spool.write_down(1, 1))
    with pytest.raises(ValueError, match="does not decompress"):
        batch.content()


@pytest.mark.parametrize("emptied_by", ["finish", "quarantine and release"])
def test_numbers_are_never_used_twice(path: Path, emptied_by: str) -> None:
    spool = Spool(path, NOW)
    append(spool, new_batch(), new_batch())
    with spool.transaction():
        block = spool.write_down(1, 2)
        if emptied_by == "finish":
            spool.finish(block)
        else:
            for batch in (1, 2):
                spool.quarantine(batch, "bad", NOW)
                assert spool.release(batch)
                spool.quarantine(batch + 2, "bad", NOW)
            spool.finish(block)
    assert look_into(path, "SELECT count(*) FROM batches") == [(0,)]
    first, id_ = (3 if emptied_by == "finish" else 5), spool.id
    spool.close()
    spool = Spool(path, NOW)
    append(spool, new_batch())
    with spool.transaction():
        again = spool.write_down(first, first)
    assert spool.id == id_, "the spool's id is part of every event's identity"
    assert (again.block, [batch.batch for batch in spool.batches_of(again)]) == (2, [first])
    spool.close()


def test_a_block_waits_for_nobody_and_holds_at_least_one_batch(spool: Spool) -> None:
    append(spool, *(new_batch([event(0)] * size) for size in (50, 10, 10, 10, 90)))
    large, small = (len(json.dumps([event(0)] * size)) for size in (50, 10))
    for max_events, max_bytes, batches in [
        (1, 10**9, [1]),
        (50, 10**9, [1]),
        (60, 10**9, [1, 2]),
        (79, 10**9, [1, 2, 3]),
        (10**6, 10**9, [1, 2, 3, 4, 5]),
        (10**6, 1, [1]),
        (10**6, large + small, [1, 2]),
        (10**6, large + small - 1, [1]),
    ]:
        assert [batch.batch for batch in spool.waiting(max_events, max_bytes)] == batches
    with spool.transaction():
        spool.write_down(1, 2)
    assert [batch.batch for batch in spool.waiting(20, 10**9)] == [3, 4]


def test_repeats_are_not_sent_and_count_as_duplicates(spool: Spool) -> None:
    append(spool, new_batch([event(1)] * 3), new_batch([event(2)] * 4), new_batch([event(3)] * 5))
    with spool.transaction():
        block = spool.write_down(1, 3, repeats=[2])
        assert [batch.batch for batch in spool.batches_of(block)] == [1, 3]
        spool.split(block, 1)
    assert [[batch.batch for batch in spool.batches_of(half)] for half in spool.open_blocks()] == [[1], [3]]
    with spool.transaction():
        for half in spool.open_blocks():
            spool.finish(half)
    assert spool.ledger() == [LedgerLine("default", accepted=12, loaded=8, duplicates=4, last_event_at=NOW)]
    assert look_into(spool.path, "SELECT count(*) FROM repeats") == [(0,)]


def test_what_is_postponed_stands_behind_all_others_as_it_was_sent(spool: Spool) -> None:
    claim = (b"key".ljust(16), b"body".ljust(16))
    append(spool, new_batch([event(1)], claim=claim, received_at=NOW - 5), new_batch([event(2)]))
    sent = look_into(spool.path, "SELECT * FROM batches WHERE batch = 1")
    with spool.transaction():
        spool.postpone([1])
    assert [(one.batch, one.received_at) for one in spool.all_waiting()] == [(2, NOW), (3, NOW - 5)]
    assert look_into(spool.path, "SELECT * FROM batches WHERE batch = 3") == [(3, *sent[0][1:])]
    with spool.transaction():
        spool.finish(spool.write_down(2, 3))
    append(spool, new_batch([event(3)]))
    assert [one.batch for one in spool.all_waiting()] == [4], "its number is not used again"


def test_what_waits_begins_behind_all_that_was_loaded(spool: Spool) -> None:
    assert spool.first_waiting() == 1
    append(spool, *(new_batch([event(one)]) for one in range(3)))
    assert spool.first_waiting() == 1
    with spool.transaction():
        first = spool.write_down(1, 2)
        second = spool.write_down(3, 3)
        spool.finish(second)
    assert spool.first_waiting() == 1
    with spool.transaction():
        spool.finish(first)
    assert spool.first_waiting() == 4, "the number of the next one"


def test_a_project_is_told_of_its_own_last_event_only(spool: Spool) -> None:
    append(spool, new_batch(project="alpha", received_at=NOW + 2), new_batch(project="beta", received_at=NOW + 1))
    append(spool, new_batch(project="beta", received_at=NOW - 9))  # a clock that was set back
    assert {line.project: line.last_event_at - NOW for line in spool.ledger()} == {"alpha": 2, "beta": 1}


def test_a_transaction_that_fails_changes_nothing(spool: Spool) -> None:
    append(spool, new_batch())
    before = spool.ledger()
    with contextlib.suppress(RuntimeError), spool.transaction():
        spool.append([new_batch(), new_batch()])
        spool.finish(spool.write_down(1, 3))
        raise RuntimeError
    assert (spool.ledger(), spool.recount(), spool.open_blocks()) == (before, {"default": (1, 0)}, [])


def test_releasing_what_is_not_there_says_so(spool: Spool) -> None:
    with spool.transaction():
        assert spool.release(7) is False


def test_what_is_given_up_is_counted_as_erased(spool: Spool) -> None:
    append(spool, new_batch([event(1)] * 3), new_batch([event(2)]))
    with spool.transaction():
        spool.quarantine(1, "bad", NOW)
    with spool.transaction():
        assert (spool.drop(1), spool.drop(1)) == (3, None)
    [line] = spool.ledger()
    assert line == LedgerLine("default", accepted=4, spooled=1, erased=3, last_event_at=NOW)
    assert line.balanced
    assert spool.quarantined() == []


def test_a_reader_changes_nothing_and_needs_the_file(spool: Spool, path: Path, tmp_path: Path) -> None:
    append(spool, new_batch())
    with reading(path) as reader:
        assert reader.id == spool.id
        with pytest.raises(apsw.ReadOnlyError):
            append(reader, new_batch())
    with pytest.raises(apsw.CantOpenError):
        Spool(tmp_path / "no such spool.db", read_only=True)


def test_a_newer_format_is_refused_and_left_alone(path: Path) -> None:
    Spool(path, NOW).close()
    tamper(path, "UPDATE spool SET format = 3")
    with pytest.raises(ConfigurationError, match="spool format 3, this server knows 2"):
        Spool(path, NOW)
    assert look_into(path, "SELECT format FROM spool") == [(3,)]


def test_damage_to_the_file_is_found(spool: Spool, path: Path) -> None:
    append(spool, *(new_batch([event(i) for i in range(200)]) for _ in range(40)))
    assert spool.damage() is None
    spool.close()
    pages = bytearray(path.read_bytes())
    pages[4_096 * 3 : 4_096 * 4] = b"\xa5" * 4_096
    path.write_bytes(pages)
    with reading(path) as reader:
        try:
            found = reader.damage()
        except apsw.CorruptError as error:
            found = str(error)
    assert found


def test_damage_to_a_batch_is_found(spool: Spool, path: Path) -> None:
    """SQLite's own check knows nothing of it."""
    append(spool, new_batch(), new_batch())
    flip_a_bit(path, 2)
    assert spool.damage() == "the checksum of batch 2 is wrong (and of 0 more)"


#: The schema of format 1, as the first release wrote it.
FORMAT_1 = (Path(__file__).parent / "spool_format_1.sql").read_text("utf-8")


def test_a_file_of_the_first_format_is_brought_up_to_date_with_all_that_it_holds(path: Path) -> None:
    db = apsw.Connection(str(path))
    db.execute(FORMAT_1)
    db.close()
    with pytest.raises(ConfigurationError, match="spool format 1, this server needs 2: start the server once"):
        Spool(path, read_only=True)
    spool = Spool(path, NOW)
    try:
        assert spool.id == "f" * 32
        [block] = spool.open_blocks()
        assert [batch.batch for batch in spool.batches_of(block)] == [5]
        assert [one.batch for one in spool.quarantined()] == [3]
        assert [batch.batch for batch in spool.waiting(100, 10_000)] == [7]
        with spool.transaction():
            spool.append([new_batch()])
        assert [batch.batch for batch in spool.waiting(100, 10_000)] == [7, 10], "a number is never used twice"
        assert [line.balanced for line in spool.ledger()] == [True]
    finally:
        spool.close()


def test_a_renewed_copy_keeps_the_half_of_its_id_that_tells_its_lineage(tmp_path: Path) -> None:
    with contextlib.closing(Spool(tmp_path / "spool.db", NOW)) as spool:
        old = spool.id
        with spool.transaction():
            spool.append([new_batch([event(1)], project="a"), new_batch([event(2), event(3)], project="a")])
        with spool.transaction():
            new = spool.renew([1], [old, "f" * 32], NOW + 1)
        assert new == spool.id
        assert (len(new), new[:16], new[16:] == old[16:]) == (32, old[:16], False)
        assert spool.former_ids() == {old: NOW + 1, "f" * 32: NOW + 1}
        assert [one.batch for one in spool.all_waiting()] == [2]
        assert spool.ledger() == [LedgerLine("a", accepted=2, spooled=2, last_event_at=NOW)]
