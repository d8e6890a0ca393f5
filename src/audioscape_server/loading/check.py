"""The proof: every accepted event is in one place and one only, and every rollup says what the events say.

Counts that are made apart from each other are compared, per spool and project:

* the spool's ledger, in itself: ``accepted = loaded + spooled + quarantined + duplicates + erased``;
* what really waits in the spool, against ``spooled``, and what really lies in quarantine, against ``quarantined``;
* what the warehouse really holds, against ``loaded``;
* what the warehouse holds of every block, against the archive;
* every rollup of every day, against a recount of the events themselves.

And everything is read that nobody may have read for long: every part of the warehouse, the spool's file, the archive.

It must be quiet when all is well, while intake and loading go on. So the spool is asked in one snapshot; nobody inserts
while the warehouse is counted; and events of a block that no ledger counts yet are left out, whichever node it is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from audioscape_server.control import Ledgers, PublishedLedger, SpoolState, WarehouseLock
from audioscape_server.loading.repair import Repair
from audioscape_server.spool import Archive, LedgerLine, Spool
from audioscape_server.spool.ledger import add_up
from audioscape_server.warehouse import Warehouse

#: Higher than the number of any block.
_HIGHEST = 2**64 - 1
#: Lost blocks that are named; of the rest their number is told.
_NAMED = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found."""

    events: int
    """Events in the warehouse that a ledger counts as loaded."""
    lines: Sequence[LedgerLine]
    """Where the events of each project went, over all spools."""
    problems: Sequence[str]
    """What does not add up; empty when all does."""
    incidents: Sequence[str]
    """What went wrong once and cannot be mended: told until somebody has read it."""
    repaired: Sequence[str] = ()
    """What was repaired before this was counted."""


class Check:
    """Compares all counts.

    Args:
        spool_path: the spool's file, for reading.
        warehouse: what was loaded.
        archive: what was loaded in the last days.
        ledgers: the ledgers of all spools.
        lock: nobody inserts meanwhile.
        repair: knows which blocks are lost, and loads them again.
    """

    def __init__(
        self,
        *,
        spool_path: Path,
        warehouse: Warehouse,
        archive: Archive,
        ledgers: Ledgers,
        lock: WarehouseLock,
        repair: Repair,
    ) -> None:
        self._spool_path = spool_path
        self._warehouse = warehouse
        self._archive = archive
        self._ledgers = ledgers
        self._lock = lock
        self._repair = repair

    def run(self, *, repair: bool = False) -> Report:
        """Compare all counts. Loading pauses meanwhile; accepting does not.

        Args:
            repair: load again what is lost and rebuild what differs, before anything is counted.

        Raises:
            WarehouseUnavailable: it does not answer.
        """
        repaired: list[str] = []
        if repair:
            done = self._repair.run(verify=True, every_day=True)
            repaired = done.texts()
        with self._lock.exclusive():
            return self._compare(repaired)

    def missing(self) -> list[str]:
        """What of the ledgers the warehouse does not hold, or holds twice, in words: a quick part of `run`."""
        with self._lock.exclusive():
            with closing(Spool(self._spool_path, read_only=True)) as spool, spool.snapshot():
                known = self._known(spool)
            return _not_loaded(known, self._loaded(known))

    def _known(self, spool: Spool) -> dict[str, PublishedLedger]:
        """Every spool's ledger; this one's as it stands."""
        state = SpoolState(spool.last_block(), tuple(block.block for block in spool.open_blocks()))
        return {**self._ledgers.published(), spool.id: PublishedLedger(state, spool.ledger())}

    def _compare(self, repaired: Sequence[str]) -> Report:
        with closing(Spool(self._spool_path, read_only=True)) as spool:
            with spool.snapshot():
                known, recounted = self._known(spool), spool.recount()
            damage = spool.damage()
            incidents = [incident.what for incident in spool.incidents()]
            mine = known[spool.id].lines
        loaded = self._loaded(known)
        parts = [
            f"part {part.part} of {part.table} cannot be read: {part.reason}"
            for part in self._warehouse.damaged_parts()
        ]
        lost = self._repair.lost_blocks()
        problems = [
            *([f"the spool's file is damaged: {damage}"] if damage else []),
            *_unbalanced(known),
            *_miscounted(mine, recounted),
            *parts,
            *self._archive.damage(),
            *_not_loaded(known, loaded),
            *[
                f"block {one.frame.block} of spool {one.frame.spool}: the warehouse holds {one.found} of its "
                f"{one.frame.events} events, the archive has it: audioscape check --repair loads it again"
                for one in lost[:_NAMED]
            ],
            *([f"and {len(lost) - _NAMED} more blocks"] if len(lost) > _NAMED else []),
        ]
        if not parts:  # else the events cannot be counted
            days = [row["day"] for row in self._warehouse.query("loading/event_days")]
            problems += [
                f"rollup {one.rollup} differs from the events on {one.day}: audioscape check --repair rebuilds it"
                for one in self._warehouse.differing_days(days, sets=True)
            ]
        lines = add_up(line for ledger in known.values() for line in ledger.lines)
        return Report(sum(loaded.values()), lines, problems, incidents, repaired)

    def _loaded(self, known: Mapping[str, PublishedLedger]) -> dict[tuple[str, str], int]:
        """Events that the warehouse holds, without those that no ledger counts yet, by spool and project."""
        doubtful = [(spool, block) for spool, ledger in known.items() for block in ledger.state.open_blocks]
        uncounted = {
            (row["spool"], row["project"]): int(row["events"])
            for row in self._warehouse.query(
                "loading/doubtful_events",
                spools=[spool for spool, _ in doubtful],
                blocks=[block for _, block in doubtful],
                counted=list(known),
                last_blocks=[_counted_up_to(ledger) for ledger in known.values()],
                highest=_HIGHEST,
            )
        }
        held = {
            (row["spool"], row["project"]): int(row["events"]) for row in self._warehouse.query("loading/loaded_events")
        }
        return {name: events - uncounted.get(name, 0) for name, events in held.items()}


def _counted_up_to(ledger: PublishedLedger) -> int:
    """The newest block that this ledger may count."""
    if not ledger.state.last_block and any(line.loaded for line in ledger.lines):
        return _HIGHEST  # published by a version that did not say how far its ledger goes
    return ledger.state.last_block


def _unbalanced(known: Mapping[str, PublishedLedger]) -> list[str]:
    return [
        f"spool {spool}, project {line.project}: accepted {line.accepted} is not loaded {line.loaded}"
        f" + spooled {line.spooled} + quarantined {line.quarantined} + duplicates {line.duplicates}"
        f" + erased {line.erased}"
        for spool, ledger in known.items()
        for line in ledger.lines
        if not line.balanced
    ]


def _miscounted(mine: Iterable[LedgerLine], recounted: Mapping[str, tuple[int, int]]) -> list[str]:
    problems: list[str] = []
    lines = {project: LedgerLine(project) for project in sorted(recounted)} | {line.project: line for line in mine}
    for line in lines.values():
        waiting, aside = recounted.get(line.project, (0, 0))
        if waiting != line.spooled:
            problems.append(
                f"project {line.project}: {waiting} events wait in the spool, its ledger says {line.spooled}"
            )
        if aside != line.quarantined:
            problems.append(f"project {line.project}: {aside} events in quarantine, the ledger says {line.quarantined}")
    return problems


def _not_loaded(known: Mapping[str, PublishedLedger], loaded: Mapping[tuple[str, str], int]) -> list[str]:
    expected = {(spool, line.project): line.loaded for spool, ledger in known.items() for line in ledger.lines}
    return [
        f"spool {spool}, project {project}: the warehouse holds {loaded.get((spool, project), 0)} events,"
        f" the ledger says {expected.get((spool, project), 0)}"
        for spool, project in sorted(expected.keys() | loaded.keys())
        if loaded.get((spool, project), 0) != expected.get((spool, project), 0)
    ]
