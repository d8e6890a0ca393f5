"""Days whose rollups were compared with the events after they could no longer change, and were right."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select

from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.schema import reconciled


class ReconciledDays:
    """The days that need not be looked at again.

    Args:
        database: the control database.
    """

    def __init__(self, database: ControlDatabase) -> None:
        self._engine = database.engine

    def days(self) -> set[date]:
        """All of them."""
        with self._engine.connect() as connection:
            return {date.fromisoformat(row.day) for row in connection.execute(select(reconciled))}

    def add(self, day: date) -> None:
        """The rollups of this day are right, and stay so."""
        with self._engine.begin() as connection:
            connection.execute(upsert(connection, reconciled).values(day=day.isoformat()).on_conflict_do_nothing())

    def forget(self) -> None:
        """Something was lost or put back: every day has to be looked at again."""
        with self._engine.begin() as connection:
            connection.execute(delete(reconciled))
