"""The plain service (plain_service.py) and its PostgreSQL, together on one core."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from bench.peers import postgres
from bench.peers.process import Served, answers, free_port, started, wait_until
from bench.workload import PLACE, UNIVERSE, as_json
from bench.wrk import Target

SCHEMA = Path(__file__).with_name("schema.sql")
PATH = "/analytics/v1/analytics"
KEY = "bench-0123456789abcdef"
_UVICORN = (
    "-m", "uvicorn", "bench.peers.plain_service:app", "--loop", "uvloop", "--http", "httptools", "--no-access-log",
)  # fmt: skip


@contextmanager
def running(folder: Path, core: int) -> Generator[Served]:
    """The service and its database."""
    database_folder = folder / "postgres"
    database_folder.mkdir()
    with postgres.running(database_folder, str(core)) as database, serving(database, folder, core) as served:
        yield served


@contextmanager
def serving(database: postgres.Postgres, folder: Path, core: int) -> Generator[Served]:
    """The service on an empty database: one worker, as on one core it should be."""
    log, port = folder / "log", free_port()
    with database.connect() as connection:
        connection.execute(SCHEMA.read_bytes())
    env = os.environ | {"DATABASE": database.url, "KEY": KEY}
    command = [sys.executable, *_UVICORN, "--port", str(port), "--log-level", "warning"]
    with started(command, core, log, cwd=Path(__file__).parents[2], env=env) as process:
        wait_until(answers(f"http://127.0.0.1:{port}/"), process, log)
        headers = {
            "content-type": "application/json", "x-api-key": KEY,
            "x-universe-id": str(UNIVERSE), "x-place-id": str(PLACE),
        }  # fmt: skip
        target = Target(port, PATH, headers, as_json)
        yield Served(target, [process, database.process], database.events, database.table_bytes)
