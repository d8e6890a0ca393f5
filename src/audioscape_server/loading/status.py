"""Where a project's events are, what was refused, and how far behind the warehouse is: for ``GET …/ingest``."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import apsw

from audioscape_server.control import Ledgers, RejectedEvents
from audioscape_server.errors import SpoolUnavailableError
from audioscape_server.spool import LedgerLine, Spool
from audioscape_server.spool.ledger import add_up
from audioscape_server.traffic import MINUTES, Traffic

#: Seconds of what came in, and of what was refused, that are told live, and how many groups of that.
LIVE_S = MINUTES * 60.0
DAY_S = 86_400.0
MAX_SHOWN = 100


class Waiting(NamedTuple):
    """What lies in a spool."""

    events: int
    """Those that wait to be loaded."""
    quarantined: int
    """Events that were set aside and lie there still."""
    bytes: int
    lag_s: float
    """Seconds that the oldest event has waited."""


class IngestStatus:
    """Reads the ledgers of all spools: this worker's as it stands, the others' as they were published last.

    Args:
        spool_path: this worker's spool.
        ledgers: the ledgers of all spools.
        rejected: the refused events of the last days.
        clock: Unix seconds.
        traffic: what this worker took in of late.
    """

    def __init__(
        self,
        spool_path: Path,
        ledgers: Ledgers,
        rejected: RejectedEvents,
        clock: Callable[[], float],
        traffic: Traffic,
    ) -> None:
        self._spool_path = spool_path
        self._ledgers = ledgers
        self._rejected = rejected
        self._clock = clock
        self._traffic = traffic

    def of(self, project: str) -> dict[str, Any]:
        """The fields of the answer. Blocks."""
        lines, lag_s = self._lines_and_lag()
        totals = {line.project: line for line in add_up(lines)}
        total = totals.get(project, LedgerLine(project))
        counts = {name: count for name, count in asdict(total).items() if name not in ("project", "last_event_at")}
        return {
            **counts,
            "rejected": [
                {**group, "last_seen": rfc3339(group["last_seen"]), "sample": json.loads(group["sample"])}
                for group in self._rejected.by_reason(project)
            ],
            "lag_seconds": lag_s,
            "last_event_at": rfc3339(total.last_event_at) if total.last_event_at else None,
        }

    def live(self, project: str) -> dict[str, Any]:
        """What came in of late, what was refused, and what waits. Blocks."""
        lines, _ = self._lines_and_lag()
        totals = {line.project: line for line in add_up(lines)}
        total = totals.get(project, LedgerLine(project))
        return {
            "since": max(self._traffic.since, self._clock() - LIVE_S),
            "minutes": self._traffic.minutes(project),
            "visible_after_s": self._traffic.visible_after_s(project, (0.5, 0.95)),
            "unauthorized": self._traffic.refusals(401),
            "too_many_requests": self._traffic.refusals(429),
            "rejected": [
                {**group, "sample": json.loads(group["sample"])}
                for group in self._rejected.by_source(project, self._clock() - DAY_S)[:MAX_SHOWN]
            ],
            "spooled": total.spooled,
            "disk_free_bytes": shutil.disk_usage(self._spool_path.parent).free,
            "last_event_at": rfc3339(total.last_event_at) if total.last_event_at else None,
        }

    def waiting(self) -> Waiting:
        """What lies in this worker's spool. Blocks."""
        with self._spool() as spool:
            lines = spool.ledger()
            return Waiting(
                events=sum(line.spooled for line in lines),
                quarantined=sum(line.quarantined for line in lines),
                bytes=spool.live_bytes(),
                lag_s=self._lag(spool),
            )

    def _lines_and_lag(self) -> tuple[list[LedgerLine], float]:
        with self._spool() as spool:
            others = [known.lines for name, known in self._ledgers.published().items() if name != spool.id]
            return [line for lines in (*others, spool.ledger()) for line in lines], self._lag(spool)

    @contextmanager
    def _spool(self) -> Generator[Spool]:
        """The spool, for reading; on a full disk even that can fail, as SQLite keeps an index of its log in a file."""
        try:
            with closing(Spool(self._spool_path, read_only=True)) as spool:
                yield spool
        except apsw.Error as error:
            raise SpoolUnavailableError from error

    def _lag(self, spool: Spool) -> float:
        oldest = spool.oldest_received_at()
        return 0.0 if oldest is None else max(0.0, round(self._clock() - oldest, 3))


def rfc3339(at: float) -> str:
    """Unix seconds as RFC 3339 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
