"""Several workers of one installation: one PostgreSQL, one secret, one ClickHouse, a spool each."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from support.clickhouse import running_clickhouse
from support.server import Server, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.clickhouse import Clickhouse

SECRET = "0123456789abcdef" * 4


@contextmanager
def installation(
    folder: Path, control: str, *, nodes: int, tamper: str = "", **settings: Any
) -> Iterator[tuple[list[Server], Clickhouse]]:
    """So many workers, running, and their warehouse.

    Args:
        folder: for the data of all.
        control: URL of an empty control database.
        nodes: how many workers.
        tamper: what is done to each.
        settings: of each.
    """
    with ExitStack() as running:
        clickhouse = running.enter_context(running_clickhouse(folder / "clickhouse", free_port()))
        shared = {"WAREHOUSE": clickhouse.url, "CONTROL": control, "SECRET": SECRET, **settings}
        servers: list[Server] = []
        for number in range(nodes):
            home = folder / f"node-{number}"
            home.mkdir()
            servers.append(running.enter_context(Server(home, shared, tamper=tamper)))
        yield servers, clickhouse
