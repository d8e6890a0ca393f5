"""Batches as the intake writes them, a writer in a loop of its own, and a disk that fails when it is told to."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import apsw

from audioscape_server.spool import NewBatch, Spool, SpoolWriter, store
from audioscape_server.spool.batches import Packer

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

#: When everything happens, Unix seconds.
NOW = 1_790_166_896.0


def event(id_: int, at: float = NOW, kind: str = "play") -> list[Any]:
    """One canonical event that can be told from every other."""
    return [kind, 7, at, f"player-{id_ % 5}", 30.0, "", json.dumps({"id": id_})]


def new_batch(
    events: Sequence[Sequence[Any]] | None = None,
    *,
    project: str = "default",
    received_at: float = NOW,
    claim: tuple[bytes, bytes] | None = None,
    content: bytes | None = None,
    count: int | None = None,
) -> NewBatch:
    """One request's events; ``content`` and ``count`` make a batch that is not what it says."""
    events = [event(0)] if events is None else events
    content = json.dumps(events).encode() if content is None else content
    payload, checksum = Packer().pack(content)
    key_digest, body_digest = claim or (None, None)
    return NewBatch(
        project=project,
        key="abcdefghijkl",
        universe=1,
        place=2,
        received_at=received_at,
        events=len(events) if count is None else count,
        key_digest=key_digest,
        body_digest=body_digest,
        content_bytes=len(content),
        checksum=checksum,
        payload=payload,
    )


def look_into(path: Path, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Read the spool's tables by a way of the test's own."""
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY, vfs=store.VFS)
    try:
        return db.execute(sql, parameters).fetchall()
    finally:
        db.close()


def tamper(path: Path, sql: str, parameters: Sequence[Any] = ()) -> int:
    """Change the spool's tables behind the server's back; how many batches were changed."""
    db = apsw.Connection(str(path), vfs=store.VFS)
    try:
        db.set_busy_timeout(5_000)
        db.execute(sql, parameters)
        return db.changes()
    finally:
        db.close()


def flip_a_bit(path: Path, batch: int) -> None:
    """Change one bit of a stored payload, as a bad disk does."""
    [(payload,)] = look_into(path, "SELECT payload FROM batches WHERE batch = ?", (batch,))
    changed = payload[:-1] + bytes([payload[-1] ^ 1])
    assert tamper(path, "UPDATE batches SET payload = ? WHERE batch = ?", (changed, batch)) == 1


@contextmanager
def reading(path: Path) -> Iterator[Spool]:
    """The spool as the loader and a status page see it."""
    spool = Spool(path, read_only=True)
    try:
        yield spool
    finally:
        spool.close()


class RunningWriter:
    """A spool writer, and the event loop that its requests live in."""

    def __init__(self, path: Path, **options: Any) -> None:
        self.writer = SpoolWriter(path, **({"max_bytes": 2**40, "reserve_bytes": 0, "clock": lambda: NOW} | options))
        self.id = self.writer.start()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def submit(self, request: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Run a coroutine in the loop."""
        return asyncio.run_coroutine_threadsafe(request, self._loop)

    def append(self, *batches: NewBatch) -> list[BaseException | None]:
        """Append batches at once, as concurrent requests do: for each its error, or None for "it is on the disk"."""

        async def all_at_once() -> list[BaseException | None]:
            return await asyncio.gather(*map(self.writer.append, batches), return_exceptions=True)

        return self.submit(all_at_once()).result(timeout=30)

    def stop(self) -> None:
        self.writer.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@contextmanager
def running_writer(path: Path, **options: Any) -> Iterator[RunningWriter]:
    """A writer for the length of a ``with``."""
    running = RunningWriter(path, **options)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def held(running: RunningWriter) -> Iterator[None]:
    """Keep the writer's thread busy, so that what is asked for meanwhile gathers."""
    begun, end = threading.Event(), threading.Event()

    def hold(_: Spool) -> None:
        begun.set()
        assert end.wait(30)

    holder = threading.Thread(target=running.writer.run, args=(hold,))
    holder.start()
    assert begun.wait(30)
    try:
        yield
    finally:
        end.set()
        holder.join()


class FailingDisk(apsw.VFS):
    """SQLite's way to the disk for every file that is opened meanwhile; fails when it is told to.

    Attributes:
        failure: called with the operation ("write" or "sync") and the file's name before it is done; may raise.
        syncs: names of files that were synced.
    """

    def __init__(self) -> None:
        self.base = store.VFS
        super().__init__("failing", self.base)
        self.failure: Callable[[str, str], None] = lambda _operation, _file: None
        self.syncs: list[str] = []

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - apsw's name
        return _File(self, name, flags)


class _File(apsw.VFSFile):
    def __init__(self, disk: FailingDisk, name: Any, flags: list[int]) -> None:
        super().__init__(disk.base, name, flags)
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else str(name)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self._disk.failure("write", self._name)
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self._disk.failure("sync", self._name)
        super().xSync(flags)
        self._disk.syncs.append(self._name)


@contextmanager
def failing_disk() -> Iterator[FailingDisk]:
    """A disk that can fail, for the length of a ``with``; every file must be closed again within."""
    disk = FailingDisk()
    store.VFS = "failing"
    try:
        yield disk
    finally:
        store.VFS = disk.base
        disk.unregister()
