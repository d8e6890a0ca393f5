"""A loader with everything around it real, but for faults that a test puts between it and the warehouse."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from audioscape_server.control import Claims, ControlDatabase, Jobs
from audioscape_server.jobs import Job, JobRunner
from audioscape_server.loading import assembly
from audioscape_server.loading.check import Report
from audioscape_server.loading.reconciliation import NAME as RECONCILIATION
from audioscape_server.loading.release import Released
from audioscape_server.settings import Settings
from audioscape_server.telemetry import Metrics
from audioscape_server.warehouse import ROLLUPS, LoadBatch, Warehouse, WarehouseRefused, WarehouseUnavailable
from support.spools import NOW, RunningWriter, event, look_into, new_batch, reading
from support.store import command, select
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from audioscape_server.spool import LedgerLine, Quarantined

_requests = itertools.count()

#: In the content of a batch that the warehouse is to refuse.
POISON = "poison"
DAY_S = 86_400.0


class Killed(BaseException):
    """The process dies here: nothing of the loader runs any more."""


class FaultyWarehouse:
    """A warehouse that does what the next fault says, and then works again.

    Faults of an insert: ``before`` (nothing is stored), ``after`` (all is stored, the answer is lost), ``partial``
    (some of the batches are stored), ``torn`` (half of the last batch is missing), ``unfed`` (stored, but no rollup
    hears of it, and the answer is lost), ``short`` (some is stored, and all is said to be well), ``late`` (the answer
    is lost, and it is stored only when it is let `arrive`), ``early`` (the same, and all is said to be well).

    Faults of other calls, by their name: ``count``, ``delete``, ``repair``, ``open``.
    """

    def __init__(self, real: Warehouse) -> None:
        self._real = real
        self.faults: list[str] = []
        self.away = False
        self.attempts: list[tuple[str, int, int]] = []
        self.blocks: dict[tuple[str, int], set[int]] = {}
        self.repaired: list[Any] = []
        self._under_way: list[tuple[int, tuple[str, int, int, Sequence[LoadBatch]]]] = []

    def __getattr__(self, name: str) -> Any:
        self._require_present()
        return getattr(self._real, name)

    def insert_block(self, spool: str, block: int, attempt: int, batches: Sequence[LoadBatch]) -> None:
        self._require_present()
        assert (spool, block, attempt) not in self.attempts, "an attempt's number was used twice"
        self.attempts.append((spool, block, attempt))
        numbers = {batch.batch for batch in batches}
        known = self.blocks.setdefault((spool, block), numbers)
        assert numbers <= known, "a block grew after it was sent"
        half = batches[: (len(batches) + 1) // 2]
        match self._next("before", "after", "partial", "torn", "unfed", "short", "late", "early"):
            case "before":
                raise WarehouseUnavailable("connection refused")
            case "after":
                self._insert(spool, block, attempt, batches)
                raise WarehouseUnavailable("timed out")
            case "partial":
                self._insert(spool, block, attempt, half)
                raise WarehouseUnavailable("connection reset")
            case "torn":
                self._insert(spool, block, attempt, [*batches[:-1], _torn(batches[-1])])
                raise WarehouseUnavailable("connection reset")
            case "unfed":
                self._insert(spool, block, attempt, batches)
                for rollup in ("project_hour", "track_day"):
                    command(self._real, f"TRUNCATE TABLE {rollup}")
                raise WarehouseUnavailable("connection reset")
            case "short":
                self._insert(spool, block, attempt, half[:-1])
            case "late":
                self._under_way.append((self._real._fence.token(), (spool, block, attempt, batches)))
                raise WarehouseUnavailable("timed out")
            case "early":
                self._under_way.append((self._real._fence.token(), (spool, block, attempt, batches)))
            case _:
                self._insert(spool, block, attempt, batches)

    def count_block(self, *block: Any) -> int:
        self._fail_if("count")
        return self._real.count_block(*block)

    def delete_block(self, *block: Any) -> None:
        self._fail_if("delete")
        self._real.delete_block(*block)

    def repair_days(self, days: Sequence[date], *, sets: bool = False) -> Any:
        self._fail_if("repair")
        repaired = self._real.repair_days(days, sets=sets)
        self.repaired += repaired
        return repaired

    def arrive(self) -> None:
        """Let inserts arrive that are under way still, with the fencing tokens that they were sent with."""
        fence = self._real._fence
        for token, attempt in self._under_way:
            with patch.object(fence, "token", lambda sent=token: sent):
                self._real.insert_block(*attempt)
        self._under_way.clear()

    def _insert(self, spool: str, block: int, attempt: int, batches: Sequence[LoadBatch]) -> None:
        clean = [batch for batch in batches if POISON.encode() not in batch.events]
        if len(clean) < len(batches):
            self._real.insert_block(spool, block, attempt, clean[: len(clean) // 2])
            raise WarehouseRefused("cannot parse input: poison")
        self._real.insert_block(spool, block, attempt, batches)

    def _fail_if(self, fault: str) -> None:
        self._require_present()
        if self._next(fault):
            raise WarehouseUnavailable(f"{fault} timed out")

    def _next(self, *faults: str) -> str | None:
        return self.faults.pop(0) if self.faults and self.faults[0] in faults else None

    def _require_present(self) -> None:
        if self.away:
            raise WarehouseUnavailable("away")


def _torn(batch: LoadBatch) -> LoadBatch:
    """With the first half of its events, as when the days of a batch are stored one after the other."""
    events = json.loads(batch.events)
    return replace(batch, events=json.dumps(events[: len(events) // 2]).encode())


class Node:
    """One worker: a spool, its writer and its loader. ``restart`` is what a crash leaves of it."""

    def __init__(
        self,
        folder: Path,
        warehouse: Warehouse,
        control: ControlDatabase,
        *,
        block_events: int = 1_000,
        clock: Callable[[], float] = lambda: NOW,
    ) -> None:
        self.settings = Settings(data=folder, block_events=block_events, load_interval=0)
        self.settings.folder.make()
        self.path = self.settings.folder.spool
        self.warehouse = FaultyWarehouse(warehouse)
        self.metrics = Metrics()
        self.real = warehouse
        self.control = control
        self.claims = Claims(control, clock)
        self._clock = clock
        self._start()

    def _start(self) -> None:
        self.running = RunningWriter(self.path)
        faulty: Any = self.warehouse
        self.parts = assembly.proof(self.settings, faulty, self.control, self._clock)
        self.parts.archive.open()
        jobs = Jobs(self.control, self._clock)
        self.loader = assembly.loader(
            self.settings,
            self.parts,
            writer=self.running.writer,
            warehouse=faulty,
            claims=self.claims,
            metrics=self.metrics,
            clock=self._clock,
            jobs=jobs,
        )
        upkeep = [Job(RECONCILIATION, DAY_S, DAY_S, self.parts.reconciliation.job)]
        self._runner = JobRunner(jobs, upkeep, self.metrics, holder=str(self.path))

    def round(self) -> None:
        """What the loader's thread does, and then what the one of the jobs does."""
        self.loader.round()
        self._runner.round(self._clock)

    def stop(self) -> None:
        self.loader.stop()
        self.running.stop()
        self.parts.archive.close()

    def restart(self) -> None:
        """A new process on the same files."""
        self.stop()
        self._start()

    def send(self, *ids: int, name: str | None = None, body: str = "", project: str = "default", **batch: Any) -> None:
        """Accept one request whose events carry these ids; ``name`` is its Idempotency-Key."""
        claim = (name.encode().ljust(16), (body or str(ids)).encode()[:16].ljust(16)) if name else None
        events = [event(id_) for id_ in ids]
        # No two requests arrive at the same instant.
        batch.setdefault("received_at", NOW + next(_requests) / 1_000_000)
        assert self.running.append(new_batch(events, claim=claim, project=project, **batch)) == [None]

    def drain(self) -> None:
        """Load all that waits."""
        self.loader.drain()

    def drain_until_done(self) -> None:
        """As the loader's thread does: again after every failure, and while a repeat waits for another spool.

        How often that is says nothing: while the other inserts a block, this one may look a hundred times.
        """
        eventually(self.drained, within=60.0)

    def drained(self) -> bool:
        """Load all that can be loaded now; whether nothing is left."""
        try:
            self.drain()
        except WarehouseUnavailable:
            return False
        with reading(self.path) as spool:
            return not spool.open_blocks() and not spool.waiting(1, 1)

    def check(self) -> Report:
        return assembly.proof(self.settings, self.real, self.control, self._clock).check.run()

    def ledger(self, project: str = "default") -> LedgerLine:
        with reading(self.path) as spool:
            [line] = [line for line in spool.ledger() if line.project == project]
            return line

    def quarantined(self) -> list[Quarantined]:
        with reading(self.path) as spool:
            return spool.quarantined()

    def release(self) -> Released:
        """Release all that is in quarantine, as the command does."""
        return self.parts.release.run(self.running.writer.run, lambda _: True)

    def release_all(self) -> None:
        """Release all that is in quarantine, which nobody else has or may have."""
        there = len(self.quarantined())
        assert self.release() == Released(queued=there)

    def renewed_id(self) -> str:
        """The id in the spool's file."""
        return look_into(self.path, "SELECT id FROM spool")[0][0]

    def last_batch(self) -> int:
        """The number of the batch that was appended last."""
        return look_into(self.path, "SELECT max(batch) FROM batches")[0][0]


@contextmanager
def control_database(folder: Path) -> Iterator[ControlDatabase]:
    """A control database of the test's own."""
    database = ControlDatabase(f"sqlite:///{folder}/control.db")
    database.migrate()
    try:
        yield database
    finally:
        database.close()


def empty(warehouse: Warehouse) -> None:
    """Remove all events; cheaper than another engine."""
    filled = "SELECT name FROM system.tables WHERE database = currentDatabase() AND total_rows > 0"
    for batch in select(warehouse, filled):
        if batch["name"] != "migrations":
            command(warehouse, f"TRUNCATE TABLE {batch['name']}")
    for table in {part.table for part in warehouse.parts_aside()}:
        command(warehouse, f"ALTER TABLE {table} DROP DETACHED PARTITION ALL SETTINGS allow_drop_detached = 1")


def stored_ids(warehouse: Warehouse) -> Counter[int]:
    """How often each event is in the base table, by the id in its metadata."""
    batches = select(warehouse, "SELECT metadata FROM events")
    return Counter(json.loads(batch["metadata"])["id"] for batch in batches)


def rollup_differences(warehouse: Warehouse) -> list[Any]:
    """Where any rollup differs from the base table, on any day that either has."""
    tables = ("events", *ROLLUPS)
    days = {batch["day"] for table in tables for batch in select(warehouse, f"SELECT DISTINCT day FROM {table}")}
    return warehouse.differing_days(days)


def drain_in_turn(nodes: Sequence[Node]) -> None:
    """As the loaders of several workers do: none waits for another that is not at work."""
    eventually(lambda: sum(node.drained() for node in nodes) == len(nodes), within=60.0)


def assert_exactly_once(warehouse: Warehouse, expected: set[int], *nodes: Node) -> None:
    """Every expected event is stored once and nothing else is, every rollup agrees, every ledger adds up."""
    stored = stored_ids(warehouse)
    assert expected - stored.keys() == set(), "events are lost"
    twice = {id_: count for id_, count in stored.items() if count > 1}
    assert twice == {}, "events are stored twice"
    assert stored.keys() - expected == set(), "events are stored that should not be"
    assert rollup_differences(warehouse) == []
    for node in nodes:
        assert node.check().problems == []
