"""A real PostgreSQL for a test session: Debian's programs, a cluster in a temporary folder, a port of the loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.server import free_port
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

#: PostgreSQL refuses to run as root; this user owns nothing else.
UNPRIVILEGED = "postgres"


def _programs() -> Path | None:
    """Debian keeps them out of the PATH, others in it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parents[1].name))
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve())
    return next((path.parent for path in reversed(found) if (path.parent / "postgres").exists()), None)


@contextmanager
def running_postgres() -> Iterator[str]:
    """Run a PostgreSQL server; its SQLAlchemy URL. Skips the test where it is not installed, fails in CI."""
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL is not installed (Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    as_user = ["runuser", "-u", UNPRIVILEGED, "--"] if os.geteuid() == 0 else []
    # Beside pytest's own folders: those are closed to the user that the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="audioscape-postgres-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    if as_user:
        shutil.chown(folder, UNPRIVILEGED)
    data = folder / "data"
    subprocess.run(
        [*as_user, programs / "initdb", "-D", data, "-U", "audioscape", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        capture_output=True,
        cwd="/",
    )
    port = free_port()
    with (folder / "postgres.log").open("wb") as log:
        process = subprocess.Popen(
            [
                *(as_user and ["setpriv", f"--reuid={UNPRIVILEGED}", f"--regid={UNPRIVILEGED}", "--clear-groups"]),
                programs / "postgres",
                *("-D", data, "-p", str(port), "-k", "", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"),
            ],
            stdout=log,
            stderr=log,
            cwd="/",
        )
    try:
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        eventually(lambda: subprocess.run(ready, check=False).returncode == 0, within=60)
        yield f"postgresql+psycopg://audioscape@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder)
