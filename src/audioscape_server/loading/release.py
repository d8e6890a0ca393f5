"""Puts batches from quarantine back in the queue: but none that is loaded, or may be loaded, by another history.

A batch that lies in quarantine here may have been released and loaded already: by the history that went on after this
copy of the spool was made, or by the original of which this is a snapshot. There it got another number, so it is known
by the instant of its receipt and its count of events, among all that the lineage has brought. It leaves the quarantine
as a repeat.

A relative that runs now may still have it waiting, where nobody sees it. Then the batch stays in quarantine. This is
asked first: what has left the relative's queue by then is in the warehouse, which is asked next, or in the archive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from audioscape_server.control import Ledgers
from audioscape_server.loading.lineage import Lineage, Lineages, held_by_instant
from audioscape_server.loading.repair import Repair
from audioscape_server.spool import Archive, Quarantined, Spool
from audioscape_server.warehouse import HeldBatch, Warehouse

T = TypeVar("T")


class Change(Protocol):
    """Changes the spool in one durable transaction: the writer's `run`, or that of a stopped installation."""

    def __call__(self, change: Callable[[Spool], T], /) -> T:
        """Carry out a change and return what it returns."""
        ...


@dataclass(frozen=True, slots=True)
class Released:
    """What became of the batches that were to be released."""

    queued: int = 0
    """Batches that are back in the queue."""
    loaded: int = 0
    """Batches that were loaded already: they count as repeats."""
    kept: int = 0
    """Batches that stay in quarantine, as a copy of this spool that runs elsewhere may load them."""


class Release:
    """Releases batches of one spool.

    Args:
        spool_path: the spool's file, for reading.
        warehouse: what was loaded.
        archive: what was loaded in the last days.
        repair: knows what of the archive the warehouse lacks.
        ledgers: what is known of the spools that run.
        lineages: knows the copies of a spool.
    """

    def __init__(
        self,
        *,
        spool_path: Path,
        warehouse: Warehouse,
        archive: Archive,
        repair: Repair,
        ledgers: Ledgers,
        lineages: Lineages,
    ) -> None:
        self._spool_path = spool_path
        self._warehouse = warehouse
        self._archive = archive
        self._repair = repair
        self._ledgers = ledgers
        self._lineages = lineages

    def run(self, change: Change, is_wanted: Callable[[Quarantined], bool]) -> Released:
        """Release the batches that are wanted.

        Args:
            change: changes the spool.
            is_wanted: says so of each batch in quarantine.

        Raises:
            WarehouseUnavailable, SQLAlchemyError: it cannot be told now whether they are loaded already.
            ServiceUnavailableError: it cannot be told now whether a copy of this spool runs.
        """
        with closing(Spool(self._spool_path, read_only=True)) as spool:
            wanted = [one for one in spool.quarantined() if is_wanted(one)]
            if not wanted:
                return Released()
            lineage = self._lineages.of(spool, self._ledgers.published())
        since = self._ledgers.waiting_since_in(lineage.running) if lineage.running else None
        loaded = self._loaded(wanted, lineage)
        left = [one for one in wanted if one.batch not in loaded]
        kept = {one.batch for one in left if since is not None and one.received_at >= since}

        def released(spool: Spool) -> Released:
            repeats = sum(spool.settle_repeat(batch) for batch in loaded)
            queued = sum(spool.release(one.batch) for one in left if one.batch not in kept)
            return Released(queued, repeats, len(kept))

        return change(released)

    def _loaded(self, wanted: Sequence[Quarantined], lineage: Lineage) -> set[int]:
        """The numbers, of these, of batches that are loaded."""
        held = dict(self._warehouse.held_batches(lineage.ids, min(one.batch for one in wanted)))
        for lost in self._repair.lost_blocks():
            if lost.frame.spool in lineage.ids:
                for batch in self._archive.read(lost.place):
                    held[lost.frame.spool, batch.batch] = HeldBatch(batch.events, batch.received_at)
        return set(held_by_instant(wanted, held))
