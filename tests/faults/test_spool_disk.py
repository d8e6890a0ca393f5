"""The disk under the spool fails, at every write and sync: nobody is told a lie, nothing acknowledged is lost."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

import apsw
import pytest

from audioscape_server.errors import SpoolUnavailableError
from support.spools import failing_disk, look_into, new_batch, reading, running_writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.spools import FailingDisk, RunningWriter

ERRORS = {"full": apsw.FullError, "broken": apsw.IOError, "read-only": apsw.ReadOnlyError}


def append(running: RunningWriter, *ids: int) -> tuple[set[int], set[int]]:
    """Append a batch for each id at once; which were acknowledged, and which refused."""
    answers = running.append(*(new_batch(content=json.dumps(id_).encode()) for id_ in ids))
    assert all(answer is None or isinstance(answer, SpoolUnavailableError) for answer in answers)
    acknowledged = {id_ for id_, answer in zip(ids, answers, strict=True) if answer is None}
    return acknowledged, set(ids) - acknowledged


def stored_ids(path: Path) -> list[int]:
    with reading(path) as spool:
        lines = spool.ledger()
        assert all(line.balanced for line in lines)
        recounted = spool.recount()
        assert [recounted[line.project][0] for line in lines] == [line.spooled for line in lines]
        assert spool.damage() is None
    last = look_into(path, "SELECT coalesce(max(batch), 0) FROM batches")[0][0]
    with running_writer(path) as running:
        batches = running.writer.run(lambda spool: spool.batches_of(spool.write_down(1, last)))
    return [json.loads(batch.content()) for batch in batches]


@pytest.mark.parametrize("operation", ["write", "sync"])
@pytest.mark.parametrize("error", ERRORS)
def test_a_failing_disk_is_told_to_all_who_wait_and_heals(tmp_path: Path, operation: str, error: str) -> None:
    path = tmp_path / "spool.db"
    with failing_disk() as disk, running_writer(path) as running:
        acknowledged, _ = append(running, 1, 2)

        def fail(done: str, _file: str) -> None:
            if done == operation:
                raise ERRORS[error]

        disk.failure = fail
        for ids in ((3, 4, 5), (6,)):
            more, refused = append(running, *ids)
            assert (more, refused) == (set(), set(ids)), "nobody may be told that it is on the disk"
        disk.failure = lambda _operation, _file: None
        more, refused = append(running, 7, 8)
        assert (more, refused) == ({7, 8}, set()), "it heals by itself"
        acknowledged |= more
    found = stored_ids(path)
    assert acknowledged <= set(found)
    assert len(found) == len(set(found)), "nothing is stored twice"


def _fail_once(disk: FailingDisk, at: int) -> Callable[[], bool]:
    """Fail the ``at``-th operation from now on; the function says whether it came to that."""
    count = 0

    def fail(_operation: str, _file: str) -> None:
        nonlocal count
        count += 1
        if count == at:
            raise apsw.IOError

    disk.failure = fail
    return lambda: count >= at


def test_every_operation_may_fail_once(tmp_path: Path) -> None:
    """Each write and sync of a short life of a spool in turn, a checkpoint and a reopening included."""
    at = 0
    failed = True
    while failed:
        at += 1
        path = tmp_path / f"{at}.db"
        acknowledged: set[int] = set()
        with failing_disk() as disk:
            with running_writer(path) as running:
                acknowledged |= append(running, 1)[0]
                has_failed = _fail_once(disk, at)
                acknowledged |= append(running, 2, 3)[0]
                acknowledged |= append(running, 4)[0]
                with contextlib.suppress(SpoolUnavailableError):
                    running.writer.run(lambda spool: spool._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_FULL))
                acknowledged |= append(running, 5)[0]
            failed = has_failed()
            disk.failure = lambda _operation, _file: None
        found = stored_ids(path)
        assert acknowledged <= set(found), f"lost when operation {at} failed"
        assert len(found) == len(set(found))
        assert 1 in acknowledged
        assert len(acknowledged) >= 2, "one failed operation must not end the service"
    assert at > 5, "hardly an operation was seen: the faults do not reach the disk"


def test_a_row_is_synced_before_it_is_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with failing_disk() as disk, running_writer(path) as running:
        append(running, 1)
        for id_ in range(2, 6):
            disk.syncs.clear()
            assert append(running, id_)[0] == {id_}
            assert f"{path}-wal" in disk.syncs


def test_a_loaders_change_that_fails_is_undone_and_told(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with failing_disk() as disk, running_writer(path) as running:
        append(running, 1, 2)

        def fail(operation: str, _file: str) -> None:
            if operation == "sync":
                raise apsw.IOError

        disk.failure = fail
        with pytest.raises(SpoolUnavailableError):
            running.writer.run(lambda spool: spool.finish(spool.write_down(1, 2)))
        disk.failure = lambda _operation, _file: None
        block = running.writer.run(lambda spool: spool.write_down(1, 2))
        running.writer.run(lambda spool: spool.finish(block))
    with reading(path) as spool:
        [line] = spool.ledger()
    assert (line.accepted, line.loaded, line.spooled) == (2, 2, 0)


def test_a_spool_that_cannot_be_opened_again_yet_goes_on_refusing(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    with failing_disk() as disk, running_writer(path) as running:
        append(running, 1)

        def fail(_operation: str, _file: str) -> None:
            raise apsw.FullError

        disk.failure = fail
        assert append(running, 2)[0] == set()
        aside = path.with_suffix(".aside")
        path.rename(aside)
        path.mkdir()  # nothing that SQLite could open
        disk.failure = lambda _operation, _file: None
        assert append(running, 3)[0] == set()
        path.rmdir()
        aside.rename(path)
        assert append(running, 4)[0] == {4}
    assert {1, 4} <= set(stored_ids(path))
