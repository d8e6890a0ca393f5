"""Lets writes of the embedded engine fail, as on a full or a faulty disk, and damages what it wrote."""

from __future__ import annotations

import resource
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clickhouse_connect.driver._backend.chdb_backend import ChdbBackend

from support.store import command, select

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from audioscape_server.warehouse import Warehouse


@contextmanager
def failing_writes(monkeypatch: pytest.MonkeyPatch, statement: bytes, beyond: int = 2_000) -> Iterator[None]:
    """While the engine runs statements that begin so, no file can grow beyond so many bytes."""
    run = ChdbBackend._query_locked
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limited(self: ChdbBackend, sql: str | bytes, *args: Any, **options: Any) -> Any:
        if not (sql.encode() if isinstance(sql, str) else sql).startswith(statement):
            return run(self, sql, *args, **options)
        resource.setrlimit(resource.RLIMIT_FSIZE, (beyond, limits[1]))
        try:
            return run(self, sql, *args, **options)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    with monkeypatch.context() as patched:
        patched.setattr(ChdbBackend, "_query_locked", limited)
        yield


def part_folders(warehouse: Warehouse, table: str) -> list[Path]:
    """Where the parts of a table are, the biggest first."""
    rows = select(
        warehouse,
        f"SELECT path FROM system.parts WHERE database = currentDatabase() AND table = '{table}' AND active "
        "ORDER BY rows DESC, name",
    )
    return [Path(row["path"]) for row in rows]


def flip_byte(file: Path) -> None:
    """Change the byte in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def forget_what_was_read(warehouse: Warehouse) -> None:
    """Have the engine read its files again."""
    for cache in ("MARK", "UNCOMPRESSED", "QUERY CONDITION", "INDEX MARK"):
        command(warehouse, f"SYSTEM CLEAR {cache} CACHE")
