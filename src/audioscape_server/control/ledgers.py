"""The ledgers of all spools, as their loaders published them: so that any worker can answer for the whole fleet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

from sqlalchemy import select

from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.schema import ledgers
from audioscape_server.spool.ledger import LedgerLine


class Ledgers:
    """Published ledgers, a line per spool and project.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def publish(self, spool: str, lines: Sequence[LedgerLine]) -> None:
        """Replace the lines of a spool."""
        if not lines:
            return
        with self._engine.begin() as connection:
            statement = upsert(connection, ledgers)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["spool", "project"],
                    set_={column.name: column for column in statement.excluded if not column.primary_key},
                ),
                [{"spool": spool, "updated_at": self._clock(), **asdict(line)} for line in lines],
            )

    def published(self) -> dict[str, list[LedgerLine]]:
        """Every line of every spool, by spool."""
        lines: dict[str, list[LedgerLine]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(select(ledgers).order_by(ledgers.c.spool, ledgers.c.project)).mappings():
                values = {name: value for name, value in row.items() if name not in ("spool", "updated_at")}
                lines.setdefault(row["spool"], []).append(LedgerLine(**values))
        return lines
