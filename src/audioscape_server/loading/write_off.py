"""Spools whose disk is lost for good are written off, so that nobody waits for them.

A repeat on another node waits until its first is loaded (``cutter``). When the first lay on a disk that is gone, it
waits for ever: nothing but an operator can know that the disk will not come back. Then:

* claims of batches that the warehouse does not hold are given up: a repeat that waits anywhere is loaded instead;
* the spool's ledger is closed: what the warehouse holds of it is all that it will ever have.

In this order: a closed ledger says that whoever has a claim is loaded. When the disk comes back all the same, its spool
finds its ledger closed, is taken for an older copy, and loads nothing that another node has loaded (``recognition``).
A batch of which the warehouse holds a part counts as held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audioscape_server.control import Claims, Leases, Ledgers, PublishedLedger, SpoolState, WarehouseLock
from audioscape_server.errors import InvalidRequestError, NotFoundError
from audioscape_server.loading.alone import alone
from audioscape_server.spool import LedgerLine
from audioscape_server.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class KnownSpool:
    """A spool of the installation, as it was heard of last."""

    spool: str
    runs: bool
    """Whether a server works on it now."""
    heard_of_at: float
    """Unix seconds."""
    waiting: int
    """Events that it had accepted and not loaded, or set aside."""


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """What became of a spool that was written off."""

    lost: int
    """Events that were accepted and that the warehouse does not hold, as far as was published."""
    claims: int
    """Claims that were given up: a repeat of such a batch is loaded, wherever it waits."""


class WriteOff:
    """Writes spools off.

    Args:
        warehouse: what was loaded.
        claims: who stored a batch first.
        ledgers: what is known of every spool.
        leases: which spools run.
        lock: keeps other workers' inserts apart.
    """

    def __init__(
        self, *, warehouse: Warehouse, claims: Claims, ledgers: Ledgers, leases: Leases, lock: WarehouseLock
    ) -> None:
        self._warehouse = warehouse
        self._claims = claims
        self._ledgers = ledgers
        self._leases = leases
        self._lock = lock

    def spools(self) -> list[KnownSpool]:
        """Every spool whose ledger is open, those first that were not heard of for longest."""
        found = [
            KnownSpool(name, self._leases.runs_elsewhere(name), known.updated_at, _waiting(known))
            for name, known in self._ledgers.published().items()
            if not known.state.retired
        ]
        return sorted(found, key=lambda one: one.heard_of_at)

    def run(self, spool: str) -> WrittenOff:
        """Write a spool off. May be cut short, and done again.

        Raises:
            NotFoundError: no such spool is known.
            InvalidRequestError: it runs, or is written off already.
            WarehouseUnavailable, SQLAlchemyError: they do not answer.
        """
        known = self._ledgers.published().get(spool)
        if known is None:
            raise NotFoundError(f"No spool {spool} is known; `audioscape spools list` shows those that are.")
        if known.state.retired:
            raise InvalidRequestError(f"The spool {spool} has another id now, or was written off already.")
        if self._leases.runs_elsewhere(spool):
            raise InvalidRequestError(f"A server works on the spool {spool}. Only one that is lost can be written off.")
        with alone(self._lock, self._warehouse):
            first = known.state.first_waiting
            held = [batch for _, batch in self._warehouse.held_batches([spool], first)]
            claims = self._claims.release(spool, first, held)
            lines = self._closed(spool, known)
            self._ledgers.publish(spool, lines, SpoolState(last_block=known.state.last_block, retired=True))
        accepted = sum(line.accepted - line.duplicates - line.erased for line in known.lines)
        return WrittenOff(max(0, accepted - sum(line.loaded for line in lines)), claims)

    def _closed(self, spool: str, known: PublishedLedger) -> Sequence[LedgerLine]:
        held = self._warehouse.held_events(spool)
        projects = held.keys() | {line.project for line in known.lines}
        return [
            LedgerLine(project, accepted=held.get(project, 0), loaded=held.get(project, 0))
            for project in sorted(projects)
        ]


def _waiting(known: PublishedLedger) -> int:
    return sum(line.spooled + line.quarantined for line in known.lines)
