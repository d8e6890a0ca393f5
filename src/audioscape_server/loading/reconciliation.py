"""Every rollup of every day that may differ is compared with the events, and rebuilt where it does.

It is work for the whole installation: the rollups of all workers' events, in one warehouse. So servers do it as a job
(``jobs``), once a day, and when a worker asks for it: at its start, as it may have died between an insert and the
rollups, and when the warehouse lost a part. What a worker does for itself, comparing the warehouse with its own
archive, is in ``repair``.

A day at a time, so that loading goes on between two of them; it may be cut short and run again at any moment, and does
nothing where all is well. Who does it twice at once waits for the other.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

import structlog

from audioscape_server.control import ReconciledDays, WarehouseLock
from audioscape_server.jobs import Hold
from audioscape_server.loading.alone import alone
from audioscape_server.warehouse import Difference, Warehouse

#: Of the job.
NAME: Final = "reconciliation"
#: Events may be seven days late, and the clock of a day is UTC: older days can no longer change.
CHANGING_DAYS: Final = 9

_log = structlog.get_logger()


class Reconciliation:
    """Reconciles the rollups of all workers with the events.

    Args:
        warehouse: holds both.
        reconciled: the days whose rollups were found right after they could no longer change.
        lock: nobody inserts while a day is compared.
        clock: Unix seconds.
    """

    def __init__(
        self, warehouse: Warehouse, reconciled: ReconciledDays, lock: WarehouseLock, clock: Callable[[], float]
    ) -> None:
        self._warehouse = warehouse
        self._reconciled = reconciled
        self._lock = lock
        self._clock = clock

    def run(self, *, every_day: bool = False, after_each: Callable[[], None] = lambda: None) -> list[Difference]:
        """Compare the days that may differ, and rebuild what does; returns what was rebuilt.

        Args:
            every_day: compare all days, whether or not they can still change, and sets, too, not sums alone.
            after_each: called after each day; what it raises ends this.

        Raises:
            WarehouseUnavailable: it is away, or there is too little room on its disk.
            SQLAlchemyError: the control database is away.
        """
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        frozen_before = today - timedelta(days=CHANGING_DAYS - 1)
        known = set[date]() if every_day else self._reconciled.days() - self._warehouse.doubtful_days()
        rebuilt: list[Difference] = []
        for day in [row["day"] for row in self._warehouse.query("loading/event_days")]:
            if day in known:
                continue
            with alone(self._lock, self._warehouse):
                rebuilt += self._warehouse.repair_days([day], sets=every_day)
            if day < frozen_before:
                self._reconciled.add(day)
            after_each()
        return rebuilt

    def job(self, hold: Hold) -> None:
        """Do it as a job.

        Raises:
            ServiceUnavailableError: as `run`; or another worker has the job now, or the server stops.
        """
        if rebuilt := self.run(after_each=hold.renew):
            _log.warning("rollups that differed from the events were rebuilt", rollups=len(rebuilt))

    def forget(self) -> None:
        """Something was lost: what was found right has to be looked at again."""
        self._reconciled.forget()
