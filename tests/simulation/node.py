"""A node whose writer and loader run inline, on files that may be torn, copied and put back."""

from __future__ import annotations

import shutil
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from audioscape_server.control import Claims, ControlDatabase, Jobs
from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.jobs import Job, JobRunner
from audioscape_server.loading import assembly
from audioscape_server.loading.reconciliation import NAME as RECONCILIATION
from audioscape_server.settings import Settings
from audioscape_server.spool import NewBatch, Spool, SpoolWriter
from audioscape_server.telemetry import Metrics
from support.spools import look_into

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from audioscape_server.loading.check import Report
    from simulation.faults import Faults
    from simulation.warehouse import FakeWarehouse

#: What a disk writes wholly or not at all, bytes.
SECTOR = 512
BLOCK_EVENTS = 8
DAY_S = 86_400.0

_metrics = Metrics()


class Surroundings(NamedTuple):
    """What all nodes share."""

    folder: Path
    warehouse: FakeWarehouse
    control: ControlDatabase
    faults: Faults
    rng: random.Random
    clock: Callable[[], float]


class Node:
    """One worker. After a crash it goes on with the copy of its folder that was made at that moment."""

    def __init__(self, name: str, around: Surroundings) -> None:
        self.name = name
        self._around = around
        self._generation = 0
        self.folder = around.folder / f"{name}-0"
        self._left: Path | None = None
        self.start()

    @property
    def path(self) -> Path:
        return self._settings.folder.spool

    def start(self) -> None:
        around = self._around
        self._settings = Settings(data=self.folder, block_events=BLOCK_EVENTS, load_interval=0)
        self._settings.folder.make()
        self.writer = _InlineWriter(self, around)
        self.parts = assembly.proof(self._settings, _any(around.warehouse), around.control, around.clock)
        self.writer.start()
        self.parts.archive.open()
        jobs = Jobs(around.control, around.clock)
        self.claims = Claims(around.control, around.clock)
        self.loader = assembly.loader(
            self._settings,
            self.parts,
            writer=self.writer,
            warehouse=_any(around.warehouse),
            claims=self.claims,
            metrics=_metrics,
            clock=around.clock,
            jobs=jobs,
        )
        upkeep = [Job(RECONCILIATION, DAY_S, DAY_S, self.parts.reconciliation.job)]
        self._runner = JobRunner(jobs, upkeep, _metrics, holder=self.name)

    def stop(self) -> None:
        """An orderly end."""
        self.loader.stop()
        self.writer.stop()
        self.parts.archive.close()

    def keep(self) -> Path:
        """Copy the folder as it is at this moment: what a process that dies now leaves behind."""
        if self._left is None:
            self._generation += 1
            self._left = self._around.folder / f"{self.name}-{self._generation}"
            shutil.copytree(self.folder, self._left)
        return self._left

    def go_on_with_what_is_left(self) -> None:
        """After a crash: the process is gone, and so is what it did to its files since."""
        left = self.keep()
        self.stop()
        shutil.rmtree(self.folder)
        self.folder, self._left = left, None
        self.start()

    def put_back(self, copy: Path, *, archive_too: bool) -> None:
        """Replace the folder of a stopped node by an older copy of it."""
        if archive_too:
            shutil.rmtree(self.folder)
            shutil.copytree(copy, self.folder)
            return
        for file in self.path.parent.glob("spool.db*"):
            file.unlink()
        for file in (copy / "spool").glob("spool.db*"):
            shutil.copy(file, self.path.parent)

    def take(self, *batches: NewBatch) -> bool:
        """Accept requests of one moment; whether they were answered 202."""
        return self.writer.take(list(batches))

    def work(self) -> None:
        """What the loader's thread does in a round, and then the one of the jobs."""
        try:
            self.loader.round()
            self._runner.round(self._around.clock)
        except (ServiceUnavailableError, SQLAlchemyError, OSError):
            self.publish()
            raise

    def publish(self) -> None:
        """What the loader's thread does while the warehouse is away."""
        self.loader.tell_others()

    def is_drained(self) -> bool:
        with closing(Spool(self.path, read_only=True)) as spool:
            return not spool.open_blocks() and not spool.waiting(1, 1)

    def check(self) -> Report:
        return self.parts.check.run()

    def incidents(self) -> list[str]:
        return [row[0] for row in look_into(self.path, "SELECT what FROM incidents")]


class _InlineWriter(SpoolWriter):
    """The real writer, but for its thread; a commit may be torn by a power cut."""

    def __init__(self, node: Node, around: Surroundings) -> None:
        super().__init__(node.path, max_bytes=2**40, reserve_bytes=0, clock=around.clock)
        self._node = node
        self._around = around
        self._thread = _any(_NoThread())

    def stop(self) -> None:
        self._stopped = True
        self._close()

    def take(self, batches: list[NewBatch]) -> bool:
        with self._torn_if_due():
            return self._commit_batches(batches) is None

    def _put(self, work: Any) -> None:
        with self._torn_if_due():
            self._commit_change(*work)

    @contextmanager
    def _torn_if_due(self) -> Iterator[None]:
        """Of the sectors of the log that this commit wrote, the disk got some, and was never told to sync."""
        faults, rng = self._around.faults, self._around.rng
        if not faults.is_due():
            yield
            return
        log = self._node.path.with_name(self._node.path.name + "-wal")
        left = self._node.keep() / "spool" / log.name
        before = _bytes(log)
        yield
        after = _bytes(log)
        torn = bytearray(before.ljust(len(after), b"\0")[: max(len(before), len(after))])
        for at in range(0, len(after), SECTOR):
            if after[at : at + SECTOR] != torn[at : at + SECTOR] and rng.random() < 0.6:
                torn[at : at + SECTOR] = after[at : at + SECTOR]
        left.write_bytes(torn)
        faults.die("spool.torn")


class _NoThread:
    def start(self) -> None: ...

    def is_alive(self) -> bool:
        return False


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def _any(thing: Any) -> Any:
    return thing
