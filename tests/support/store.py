"""A warehouse for a test module. A process can host one embedded engine at one path, so it must be closed again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from audioscape_server.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path


@contextmanager
def opened_warehouse(folder: Path) -> Iterator[Warehouse]:
    """Open a new, migrated warehouse in a folder."""
    with Warehouse(f"chdb://{folder / 'store'}") as warehouse:
        warehouse.migrate()
        yield warehouse


def select(warehouse: Warehouse, sql: str) -> list[dict[str, Any]]:
    """Look straight into the tables."""
    return warehouse._connections.select(sql, {}, {})


def command(warehouse: Warehouse, sql: str) -> None:
    """Change the tables behind the warehouse's back."""
    warehouse._connections.command(sql)


def days_of_block(warehouse: Warehouse, spool: str, block: int) -> list[date]:
    """The UTC days of a block's stored events."""
    sql = f"SELECT DISTINCT day FROM events WHERE spool = '{spool}' AND block = {block} ORDER BY day"
    return [row["day"] for row in select(warehouse, sql)]
