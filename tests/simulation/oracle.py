"""What must be where: every acknowledged event once, but for what an older copy cannot know.

What a restore loses is not guessed: it is looked up, at the moment of the restore, in every place that could still
bring an event back. What is in none of them is *lost*. A keyed batch that is in the warehouse, and of which no claim,
no archived frame and no waiting batch is left, is *forgotten*: a retry of it is stored again, and nothing can prevent
that.
"""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import select

from audioscape_server.control.schema import claims
from audioscape_server.spool import Archive
from support.spools import look_into

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from audioscape_server.spool.archive import ArchivedBatch
    from simulation.node import Node, Surroundings


_IDS = "SELECT id FROM spool UNION SELECT id FROM former_ids"
_WAITING = "SELECT received_at, batch, key_digest FROM batches WHERE batch NOT IN (SELECT batch FROM repeats)"


@dataclass(eq=False)
class Batch:
    """What a client sends, maybe several times."""

    ids: tuple[int, ...]
    claim: tuple[bytes, bytes] | None
    project: str
    sent_at: float
    poison: bool = False
    acknowledged: bool = False
    lost: bool = False
    forgotten: bool = False
    held: int = 0
    """Of how many of its events the warehouse knew, when it was looked at last."""
    numbers: list[float] = field(default_factory=list)
    """When it was received, each time."""


class Oracle:
    """All batches of a history."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self.batches: list[Batch] = []
        self.control_restored = False
        self.warehouse_lost = False
        """Whether events were loaded, and are in no place any more: the check must say so."""

    def acknowledge(self, batch: Batch) -> None:
        """It was answered 202: from now on it must be stored."""
        batch.acknowledged = True
        if batch.lost:
            # Where the warehouse held of it and lost it, the claim stands, and rightly: nobody knows that it is gone.
            batch.lost = not self._around.warehouse.ever.isdisjoint(batch.ids)

    def look(self, nodes: Iterable[Node], *, of_warehouse: bool) -> None:
        """After files were put back, or something was lost: what is in no place any more?

        Args:
            nodes: all of them.
            of_warehouse: whether it is the warehouse that lost something, or is the older one.
        """
        held = self._around.warehouse.ids()
        with closing(self._around.control.engine.connect()) as connection:
            owners = {bytes(row.key_digest): (row.spool, row.batch) for row in connection.execute(select(claims))}
        safe: set[float] = set()
        """When batches were received that wait, or are archived, and are going to be stored."""
        repeats: set[float] = set()
        """When batches were received that wait, and that another one was ahead of."""
        keys = set(owners)
        for node in nodes:
            [(spool,)] = look_into(node.path, "SELECT id FROM spool")
            safe |= {row[0] for row in look_into(node.path, "SELECT received_at FROM quarantine")}
            for received_at, batch, key in look_into(node.path, _WAITING):
                is_first = key is None or owners.get(key, (spool, batch)) == (spool, batch)
                (safe if is_first else repeats).add(received_at)
            for one in _archived(node):
                safe.add(one.received_at)
                keys.add(one.key_digest or b"")
        stored_as = self._around.warehouse.received_at()
        for batch in self.batches:
            count = self._held(held, batch)
            # A repeat is stored when its first is lost, unless that was loaded once.
            may_wait = safe | repeats if self._around.warehouse.ever.isdisjoint(batch.ids) else safe
            if count < len(batch.ids) and may_wait.isdisjoint(batch.numbers):
                self.warehouse_lost |= of_warehouse and (not batch.lost or count < batch.held)
                batch.lost = True
            batch.held = count
            # One that waits elsewhere is a retry, and no trace of what the warehouse holds.
            if (
                count
                and batch.claim
                and batch.claim[0] not in keys
                and safe.isdisjoint(at for id_ in batch.ids for at in stored_as[id_])
            ):
                batch.forgotten = True

    def faults(self, nodes: Sequence[Node]) -> list[str]:
        """What is wrong at the end of a history."""
        held = self._around.warehouse.ids()
        found: list[str] = []
        for batch in self.batches:
            for id_ in batch.ids:
                count = held.pop(id_, 0)
                if batch.poison:
                    if count:
                        found.append(f"event {id_} of a refused batch is stored")
                elif batch.acknowledged and not batch.lost and not count:
                    found.append(f"event {id_} is lost: {batch}")
                elif count > 1 and not batch.forgotten:
                    found.append(f"event {id_} is stored {count} times: {batch}")
        if held:
            found.append(f"events that nobody sent: {held}")
        spools = {row[0] for node in nodes for row in look_into(node.path, _IDS)}
        for node in nodes:
            found += [
                f"check on {node.name}: {problem}"
                for problem in node.check().problems
                if not (self.warehouse_lost and _tells_of_missing_events(problem))
                and not (self.control_restored and _tells_of_unknown_spool(problem, spools))
            ]
        return found

    @staticmethod
    def _held(held: Counter[int], batch: Batch) -> int:
        return sum(1 for id_ in batch.ids if held[id_])


def _tells_of_missing_events(problem: str) -> bool:
    told = re.search(r"the warehouse holds (\d+) events, the ledger says (\d+)", problem)
    return told is not None and int(told[1]) < int(told[2])


def _tells_of_unknown_spool(problem: str, known: set[str]) -> bool:
    """An older spool and an older control database: nobody knows of the id that the spool had taken in between."""
    told = re.search(r"spool (\w+), project \w+: the warehouse holds \d+ events, the ledger says 0", problem)
    return told is not None and told[1] not in known


def _archived(node: Node) -> Iterator[ArchivedBatch]:
    archive = Archive(node.path.parent / "archive", keep_s=1, max_bytes=1)
    for _, place in archive.frames():
        yield from archive.read(place)
