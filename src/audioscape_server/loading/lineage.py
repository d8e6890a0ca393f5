"""A spool, and the copies of it that were renewed: every id of the family.

A copy that is renewed keeps the first half of its id (see `Spool.renew`). So the family is known without a register,
which might itself be an older copy: every id that begins like this spool's is of its *lineage*, wherever it is met.

Some of them may *run*: the original, on another machine, of which this file is a snapshot, or the other way round. Then
its batches, claims and ledger are that process's own. The rest is *gone*: nobody loads under these ids any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from audioscape_server.control import Claims, Leases, PublishedLedger
from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.spool import Archive, Quarantined, Spool
from audioscape_server.spool.batches import WaitingBatch
from audioscape_server.spool.store import LINEAGE_DIGITS
from audioscape_server.warehouse import HeldBatch, Warehouse


@dataclass(frozen=True, slots=True)
class Lineage:
    """What is known of the family of one spool."""

    own: str
    """The id in the spool's file."""
    blocks: Mapping[str, int]
    """The highest number of a block that is known anywhere, by id."""
    claimed: Mapping[str, int]
    """The lowest number of a batch that has a claim, by id."""
    former: frozenset[str]
    """Ids that this file had before."""
    running: frozenset[str]
    """Ids that another process works under now."""

    @property
    def ids(self) -> Sequence[str]:
        """Every id, this file's own one first."""
        return [self.own, *sorted((self.blocks.keys() | self.former) - {self.own})]

    @property
    def gone(self) -> Sequence[str]:
        """Those that nobody loads under, once this file has a new id."""
        return [one for one in self.ids if one not in self.running]


class Lineages:
    """Looks a family up.

    Args:
        warehouse: what was loaded.
        archive: what was loaded in the last days.
        claims: who stored a batch first.
        leases: which spools run.
        monotonic: seconds.
    """

    def __init__(
        self,
        *,
        warehouse: Warehouse,
        archive: Archive,
        claims: Claims,
        leases: Leases,
        monotonic: Callable[[], float],
    ) -> None:
        self._warehouse = warehouse
        self._archive = archive
        self._claims = claims
        self._leases = leases
        self._monotonic = monotonic
        self._seen_running: dict[str, float] = {}

    def of(self, spool: Spool, published: Mapping[str, PublishedLedger]) -> Lineage:
        """The lineage of a spool.

        Raises:
            WarehouseUnavailable, SQLAlchemyError: they do not answer.
            ServiceUnavailableError: a process seems to run that may be gone; it is known after `Leases.lingers_s`.
        """
        prefix = spool.id[:LINEAGE_DIGITS]
        claimed = self._claims.lowest(prefix)
        blocks = dict.fromkeys(claimed.keys() | {spool.id}, 0)
        known = [(one, ledger.state.last_block) for one, ledger in published.items()]
        archived = [(frame.spool, frame.block) for frame, _ in self._archive.frames()]
        for one, block in [*known, *archived, *self._warehouse.newest_blocks(prefix).items()]:
            if one.startswith(prefix):
                blocks[one] = max(block, blocks.get(one, 0))
        former = frozenset(spool.former_ids()) - {spool.id}
        return Lineage(spool.id, blocks, claimed, former, self._running(blocks.keys() | former))

    def held_elsewhere(self, spool: Spool, lineage: Lineage) -> bool:
        """Whether the warehouse holds something of what waits in this file, under another id."""
        others = [one for one in lineage.ids if one != lineage.own]
        waiting = spool.all_waiting() if others else []
        if not waiting:
            return False
        held = self._warehouse.held_batches(others, min(one.batch for one in waiting))
        return any(holders(one, others, held) for one in waiting)

    def _running(self, ids: Collection[str]) -> frozenset[str]:
        running = {one for one in ids if self._leases.runs_elsewhere(one)}
        now = self._monotonic()
        self._seen_running = {one: self._seen_running.get(one, now) for one in running}
        for one, since in self._seen_running.items():
            if now - since < self._leases.lingers_s:
                raise ServiceUnavailableError(f"the spool {one} seems to run elsewhere; waiting to see whether it does")
        return frozenset(running)


def holders(
    one: WaitingBatch, ids: Sequence[str], held: Mapping[tuple[str, int], HeldBatch]
) -> list[tuple[str, HeldBatch]]:
    """Under which of these ids a waiting batch is held, wholly or partly: told by its number and its instant."""
    found = [(id_, held.get((id_, one.batch))) for id_ in ids]
    # The number alone may have been given to another batch too.
    return [(id_, batch) for id_, batch in found if batch is not None and batch.received_at == one.received_at]


def held_by_instant(
    batches: Iterable[WaitingBatch | Quarantined], held: Mapping[tuple[str, int], HeldBatch]
) -> dict[int, tuple[str, int]]:
    """As what each of these batches is held, of those that are: a batch that left the quarantine got another number.

    It is told by the instant of its receipt and its count of events. What is held counts for one batch.
    """
    places: dict[tuple[float, int], list[tuple[str, int]]] = {}
    for place, batch in held.items():
        places.setdefault((batch.received_at, batch.events), []).append(place)
    found = [(one.batch, places.get((one.received_at, one.events))) for one in batches]
    return {batch: at.pop() for batch, at in found if at}
