"""The ends of a client and of a process: collection, exit, fork; for signals see `signals`.

Invariants:

* The exit of the interpreter waits for every close, whoever runs it, within `EXIT_TIMEOUT` for all together; what is
  not delivered by then is reported as dropped.
* The interpreter keeps these hooks for ever, so they hold the deliveries weakly: a client that nobody uses is
  collected. Only a delivery whose client was collected is held, until it has closed.
"""

from __future__ import annotations

import atexit
import os
import sys
import time
import weakref
from functools import cache
from typing import Callable

from audioscape.delivery import Delivery

#: Seconds that the exit of the interpreter may take, for all clients together.
EXIT_TIMEOUT = 10.0

# The one state of the process in this package: neither hook can be taken back, so there is one of each for all clients.
_live: weakref.WeakSet[Delivery] = weakref.WeakSet()
_orphans: set[Delivery] = set()


def watch(delivery: Delivery) -> None:
    """Drain this delivery when the interpreter exits, and empty it in forked children."""
    _install_hooks()
    _live.add(delivery)


def adopt(delivery: Delivery) -> None:
    """Its client was collected: hold it until `release`, and let it send what waits."""
    _orphans.add(delivery)
    delivery.retire()


def release(delivery: Delivery) -> None:
    """It has closed."""
    _orphans.discard(delivery)


def watch_process() -> None:
    """Make sure that this process runs our exit hook; call it when a process begins to have events.

    A child that `multiprocessing` forked ends without running exit hooks, and forgets those of its parent.
    """
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:
        _hook_multiprocessing(os.getpid())


@cache  # once in each process
def _hook_multiprocessing(_pid: int) -> None:
    from multiprocessing import util  # noqa: PLC0415 - imported already, or we would not be here

    util.Finalize(None, _at_exit, exitpriority=100)


@cache  # once
def _install_hooks() -> None:
    atexit.register(_at_exit)
    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(after_in_child=_in_child)


def _at_exit() -> None:
    share_time(list(_live), EXIT_TIMEOUT, finish)


def finish(delivery: Delivery, timeout: float) -> None:
    """Close it, as the process ends: what cannot be sent is lost, and that has to be said."""
    delivery.close(timeout, last=True)


def _in_child() -> None:
    for delivery in list(_live):
        delivery.forked()
    _orphans.clear()  # their events are the parent's to send


def share_time(deliveries: list[Delivery], timeout: float, act: Callable[[Delivery, float], None]) -> None:
    """Act on each in turn, so that one with a hung endpoint leaves the others their share."""
    deadline = time.monotonic() + timeout
    for served, delivery in enumerate(deliveries):
        act(delivery, max(0.0, deadline - time.monotonic()) / (len(deliveries) - served))
