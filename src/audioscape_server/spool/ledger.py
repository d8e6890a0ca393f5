"""The ledger: how many events of a project went where. One line a spool and project.

Each number is counted where it happens, in the transaction in which it happens, so that
``accepted = loaded + spooled + quarantined + duplicates + erased`` is a check and not a definition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """How many events of a project went where, by this spool."""

    project: str
    accepted: int = 0
    spooled: int = 0
    loaded: int = 0
    quarantined: int = 0
    duplicates: int = 0
    erased: int = 0
    last_event_at: float = 0.0
    """When the newest event was received, Unix seconds; 0 for never."""

    @property
    def balanced(self) -> bool:
        """Invariant 5."""
        return self.accepted == self.loaded + self.spooled + self.quarantined + self.duplicates + self.erased


def add_up(lines: Iterable[LedgerLine]) -> list[LedgerLine]:
    """One line a project from the lines of many spools."""
    totals: dict[str, LedgerLine] = {}
    for line in lines:
        total = totals.get(line.project, LedgerLine(line.project))
        totals[line.project] = LedgerLine(
            line.project,
            accepted=total.accepted + line.accepted,
            spooled=total.spooled + line.spooled,
            loaded=total.loaded + line.loaded,
            quarantined=total.quarantined + line.quarantined,
            duplicates=total.duplicates + line.duplicates,
            erased=total.erased + line.erased,
            last_event_at=max(total.last_event_at, line.last_event_at),
        )
    return [totals[project] for project in sorted(totals)]
