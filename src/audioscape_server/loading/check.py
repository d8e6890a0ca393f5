"""The proof: every accepted event is in one place and one only, and every rollup says what the events say.

Four counts that are made apart from each other are compared, per spool and project:

* the spool's ledger, in itself: ``accepted = loaded + spooled + quarantined + duplicates + erased``;
* what really waits in the spool, against ``spooled``, and what really lies in quarantine, against ``quarantined``;
* what the warehouse really holds, against ``loaded``;
* every rollup of every day, against a recount of the events themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from audioscape_server.control import Ledgers, WarehouseLock
from audioscape_server.spool import LedgerLine, Spool
from audioscape_server.spool.ledger import add_up
from audioscape_server.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found."""

    events: int
    """Events in the warehouse."""
    lines: Sequence[LedgerLine]
    """Where the events of each project went, over all spools."""
    problems: Sequence[str]
    """What does not add up; empty when all does."""


def check(spool_path: Path, warehouse: Warehouse, ledgers: Ledgers, lock: WarehouseLock) -> Report:
    """Compare all counts. Loading pauses meanwhile; accepting does not.

    Raises:
        WarehouseUnavailable: it does not answer.
    """
    with lock.exclusive():
        spool = Spool(spool_path, read_only=True)
        try:
            mine, recounted, in_doubt = spool.ledger(), spool.recount(), spool.open_blocks()
            spool_id = spool.id
        finally:
            spool.close()
        loaded = {
            (row["spool"], row["project"]): int(row["events"]) for row in warehouse.query("loading/loaded_events")
        }
        days = [row["day"] for row in warehouse.query("loading/event_days")]
        differing = warehouse.differing_days(days)
    by_spool = {**ledgers.published(), spool_id: mine}
    problems = [*_unbalanced(by_spool), *_miscounted(mine, recounted)]
    if in_doubt:
        problems.append(f"{len(in_doubt)} blocks are in doubt; the loader settles them at its next run")
    else:
        problems += _not_loaded(by_spool, loaded)
    problems += [f"rollup {one.rollup} differs from the events on {one.day}" for one in differing]
    return Report(sum(loaded.values()), add_up(line for lines in by_spool.values() for line in lines), problems)


def _unbalanced(by_spool: Mapping[str, Sequence[LedgerLine]]) -> list[str]:
    return [
        f"spool {spool}, project {line.project}: accepted {line.accepted} is not loaded {line.loaded}"
        f" + spooled {line.spooled} + quarantined {line.quarantined} + duplicates {line.duplicates}"
        f" + erased {line.erased}"
        for spool, lines in by_spool.items()
        for line in lines
        if not line.balanced
    ]


def _miscounted(mine: Sequence[LedgerLine], recounted: Mapping[str, tuple[int, int]]) -> list[str]:
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


def _not_loaded(by_spool: Mapping[str, Sequence[LedgerLine]], loaded: Mapping[tuple[str, str], int]) -> list[str]:
    expected = {(spool, line.project): line.loaded for spool, lines in by_spool.items() for line in lines}
    return [
        f"spool {spool}, project {project}: the warehouse holds {loaded.get((spool, project), 0)} events,"
        f" the ledger says {expected.get((spool, project), 0)}"
        for spool, project in sorted(expected.keys() | loaded.keys())
        if loaded.get((spool, project), 0) != expected.get((spool, project), 0)
    ]
