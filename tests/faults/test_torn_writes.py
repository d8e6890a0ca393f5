"""Power fails between any two writes of the spool; of what was not synced any sectors may have reached the disk.

A recording of a spool's short life is cut off at every operation. What was synced is there; of later writes each sector
of 512 bytes is there or not, by chance. What was acknowledged before the cut is found, once and whole.
"""

from __future__ import annotations

import json
import random
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import apsw
import pytest

from audioscape_server.spool import Spool, store
from support.spools import new_batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECTOR = 512


class Operation(NamedTuple):
    """What SQLite asked of a file: a write, a new size (truncate), a sync, or a delete."""

    kind: str
    file: str
    offset: int = 0
    data: bytes = b""


class RecordingDisk(apsw.VFS):
    """SQLite's way to the disk; remembers every change of every file."""

    def __init__(self) -> None:
        self.base = store.VFS
        super().__init__("recording", self.base)
        self.operations: list[Operation] = []

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - apsw's name
        return _File(self, name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802, FBT001
        super().xDelete(name, sync)
        self.operations.append(Operation("delete", _last(name)))


class _File(apsw.VFSFile):
    def __init__(self, disk: RecordingDisk, name: Any, flags: list[int]) -> None:
        super().__init__(disk.base, name, flags)
        self._disk = disk
        self._name = _last(name.filename() if isinstance(name, apsw.URIFilename) else str(name))

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.operations.append(Operation("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:  # noqa: N802
        self._disk.operations.append(Operation("truncate", self._name, size))
        super().xTruncate(size)

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._disk.operations.append(Operation("sync", self._name))


def _last(name: str) -> str:
    return name.rsplit("/", 1)[-1]


@contextmanager
def recording() -> Iterator[RecordingDisk]:
    disk = RecordingDisk()
    store.VFS = "recording"
    try:
        yield disk
    finally:
        store.VFS = disk.base
        disk.unregister()


class Life(NamedTuple):
    """A recorded life: every operation, and after how many of them each batch was acknowledged and was loaded."""

    operations: list[Operation]
    acknowledged: dict[int, int]
    loaded: dict[int, tuple[int, int]]
    """When its removal was begun, and when it was finished."""


def live(path: Path, *, synchronous: str) -> Life:
    """Batches come, two checkpoints and a load happen between them, and the file is opened a second time."""
    acknowledged: dict[int, int] = {}
    loaded: dict[int, tuple[int, int]] = {}
    with recording() as disk:
        for first in (0, 10):
            with closing(Spool(path, 1.0)) as spool:
                spool._db.pragma("synchronous", synchronous)
                for id_ in range(first, first + 10):
                    with spool.transaction():
                        spool.append([new_batch(content=json.dumps(id_).encode())])
                    acknowledged[id_] = len(disk.operations)
                    if id_ % 10 == 4:
                        spool._db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)
                    if id_ % 10 == 6:
                        begun = len(disk.operations)
                        with spool.transaction():
                            block = spool.write_down(first + 1, first + 3)
                        with spool.transaction():
                            spool.finish(block)
                        loaded |= {first + at: (begun, len(disk.operations)) for at in range(3)}
    return Life(disk.operations, acknowledged, loaded)


def cut_off(operations: list[Operation], random_: random.Random) -> dict[str, bytearray]:
    """The files as a power cut after these operations may leave them."""
    synced: dict[str, bytearray] = {}
    pending: dict[str, list[Operation]] = {}
    for operation in operations:
        if operation.kind == "sync":
            # Names are journalled in order: what was deleted before a sync of any file is gone after it.
            for file in [file for file, changes in pending.items() if changes and changes[-1].kind == "delete"]:
                pending.pop(file)
                synced.pop(file, None)
            content = synced.setdefault(operation.file, bytearray())
            for change in pending.pop(operation.file, []):
                _apply(content, change)
        else:
            pending.setdefault(operation.file, []).append(operation)
    for file, changes in pending.items():
        content = synced.setdefault(file, bytearray())
        share = random_.random()
        for change in changes:
            if change.kind != "write":
                if random_.random() < share:
                    _apply(content, change)
                continue
            at = 0
            while at < len(change.data):
                upto = at + SECTOR - (change.offset + at) % SECTOR
                if random_.random() < share:
                    _apply(content, Operation("write", file, change.offset + at, change.data[at:upto]))
                at = upto
    return synced


def _apply(content: bytearray, change: Operation) -> None:
    if change.kind != "write":
        del content[change.offset :]
        return
    end = change.offset + len(change.data)
    content.extend(bytes(max(0, end - len(content))))
    content[change.offset : end] = change.data


def found_in(path: Path) -> list[int]:
    """The ids that the spool still holds, once the file was opened as at any start."""
    with closing(Spool(path, 1.0)) as spool:
        assert spool.damage() is None
        assert all(line.balanced for line in spool.ledger())
        with spool.transaction():
            block = spool.write_down(1, max(1, spool.last_batch()))
        return [json.loads(batch.content()) for batch in spool.batches_of(block)]


def _crashes(folder: Path, seeds: range, *, synchronous: str = "full") -> None:
    (folder / "lived").mkdir()
    life = live(folder / "lived" / "spool.db", synchronous=synchronous)
    opened = life.acknowledged[0]
    assert len(life.operations) > 60, "hardly an operation was seen"
    for seed in seeds:
        for at in range(opened, len(life.operations) + 1):
            place = folder / f"{seed}-{at}"
            place.mkdir()
            for name, content in cut_off(life.operations[:at], random.Random(f"{seed}-{at}")).items():
                (place / name).write_bytes(content)
            found = found_in(place / "spool.db")
            owed = {
                id_
                for id_, when in life.acknowledged.items()
                if when <= at and (id_ not in life.loaded or life.loaded[id_][0] >= at)
            }
            gone = {id_ for id_, (_, finished) in life.loaded.items() if finished <= at}
            assert owed <= set(found), f"lost in a cut after {at} operations, seed {seed}"
            assert not gone & set(found), f"loaded and there again, after {at} operations, seed {seed}"
            assert len(found) == len(set(found))


def test_whatever_sectors_a_power_cut_leaves_what_was_acknowledged_is_found(tmp_path: Path) -> None:
    _crashes(tmp_path, range(4))


def test_the_control_a_spool_that_does_not_sync_each_commit_loses_events(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="lost in a cut"):
        _crashes(tmp_path, range(4), synchronous="normal")


@pytest.mark.slow
def test_whatever_sectors_many_power_cuts_leave_what_was_acknowledged_is_found(tmp_path: Path) -> None:
    _crashes(tmp_path, range(100, 160))
