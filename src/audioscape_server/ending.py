"""Ends the process without waiting for any thread, where something hangs. All that was acknowledged is on the disk."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

import structlog

_log = structlog.get_logger()


def end_now(code: int, why: str) -> None:
    """End the process with this exit code."""
    _log.warning(why, threads=[thread.name for thread in threading.enumerate() if thread.name != "MainThread"])
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def end_after(seconds: float) -> None:
    """End the process after so many seconds, unless it has ended by then."""
    last_resort = threading.Timer(seconds, end_now, [1, "the server had to be ended: something hangs"])
    last_resort.daemon = True
    last_resort.start()
