"""System calls of a running server that fail or take long: strace attaches to it, and lets go of it at the end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.server import Server

SYNCS = "fsync,fdatasync"


@contextmanager
def injected(server: Server, calls: str, what: str, *paths: Path) -> Iterator[None]:
    """Tamper with system calls for the length of a ``with``.

    Args:
        server: runs; it may be killed meanwhile.
        calls: names of system calls, with commas between.
        what: as strace names it: ``error=EIO``, ``delay_enter=2s``, ``retval=0``.
        paths: only calls on these files.
    """
    require_strace()
    on = [argument for path in paths for argument in ("-P", str(path))]
    inject = ["-e", f"trace={calls}", "-e", f"inject={calls}:{what}"]
    process = subprocess.Popen(
        ["strace", "-f", *on, *inject, "-o", os.devnull, "-p", str(server.pid)], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        told = process.stderr.readline()
        while "attached" not in told:
            assert told, "strace could not attach to the server"
            told = process.stderr.readline()
        yield
    finally:
        process.send_signal(signal.SIGINT)  # lets go of the server
        process.communicate(timeout=30)


def require_strace() -> None:
    """Skip the test where strace is not installed or may not attach; in CI that fails."""
    if shutil.which("strace") is None:
        reason = "strace is not installed (Debian: apt-get install strace): no system call can be made to fail"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    if os.geteuid() != 0:
        pytest.skip("SKIPPED FOR WANT OF ROOT: strace may not attach to a running server")
