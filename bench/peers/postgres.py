"""A PostgreSQL cluster of Debian's packages, in a temporary folder, on one core or on all.

Durable as it comes (fsync, synchronous_commit). What is set is what every guide says to set: memory, and the room
between two checkpoints.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from bench.peers.process import PeerError, free_port, started, wait_until

#: PostgreSQL refuses to run as root.
UNPRIVILEGED = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "1GB",
    "effective_cache_size": "3GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
}


@dataclass(frozen=True)
class Postgres:
    """A cluster that runs."""

    url: str
    process: psutil.Process

    def connect(self) -> psycopg.Connection:
        """A connection that plans every statement for its own parameters, as is best for wide questions."""
        return psycopg.connect(self.url, autocommit=True, prepare_threshold=None)

    def events(self) -> int:
        """Events that are stored."""
        with self.connect() as connection:
            row = connection.execute("SELECT count(*) FROM events").fetchone()
            assert row is not None
            return row[0]

    def table_bytes(self) -> int:
        """What the events and their indexes take; the write-ahead log, which is used again, is left out."""
        with self.connect() as connection:
            row = connection.execute("SELECT pg_total_relation_size('events')").fetchone()
            assert row is not None
            return row[0]


def all_cores() -> str:
    """The cores of this process, as taskset takes them."""
    return ",".join(str(core) for core in sorted(os.sched_getaffinity(0)))


def programs() -> Path | None:
    """Where Debian keeps the newest PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parents[1].name))
    return found[-1].parent if found else None


@contextmanager
def running(folder: Path, cores: str) -> Generator[Postgres]:
    """Run a cluster.

    Args:
        folder: where it lies; given to the user that PostgreSQL runs as.
        cores: where it runs, as taskset takes it: "0", "0-7".
    """
    where = programs()
    if where is None:
        raise PeerError("PostgreSQL is not installed: apt-get install postgresql")
    is_root = os.geteuid() == 0
    # Another user's process forgets by which signal it is to end with its parent, so it is told anew.
    change = ["setpriv", f"--reuid={UNPRIVILEGED}", f"--regid={UNPRIVILEGED}", "--clear-groups", "--pdeathsig", "INT"]
    as_user = change if is_root else []
    if is_root:
        shutil.chown(folder, UNPRIVILEGED)
    data, log, port = folder / "data", folder / "log", free_port()
    initdb = [*as_user, where / "initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"]
    done = subprocess.run(initdb, check=False, capture_output=True, text=True, cwd="/")
    if done.returncode:
        raise PeerError(f"initdb failed: {done.stderr[-500:]}")
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [*as_user, where / "postgres", "-D", data, "-p", str(port), "-k", "", *settings]
    url = f"postgresql://bench@127.0.0.1:{port}/postgres"
    # SIGINT: a fast shutdown, which does not wait for clients.
    with started(command, cores, log, end_by=signal.SIGINT, cwd=Path("/")) as process:
        wait_until(lambda: _answers(url), process, log)
        yield Postgres(url, process)


def _answers(url: str) -> bool:
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=2):
        return True
    return False
