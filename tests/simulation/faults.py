"""Where a simulated process dies: at any point that it passes, chosen beforehand by a number.

A point is a failpoint of the product, a call of the warehouse, a commit of the spool or of the control database, a
write of the archive. Dying is: the node's folder is copied as it is at that moment, and the copy is what goes on.
"""

from __future__ import annotations

import uuid
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from audioscape_server import failpoints
from audioscape_server.spool import archive, store

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator
    from io import FileIO


class Crash(BaseException):
    """The process is gone: nothing may handle this but the simulation."""


class Faults:
    """Counts the points that are passed, and ends the process at the one that was chosen."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._left = 0
        self._die: Callable[[], None] = lambda: None
        self.crashes: Counter[str] = Counter()
        self.failing_writes = 0

    def arm(self, points: int, die: Callable[[], None]) -> None:
        """Let the process die at the ``points``-th point from now on; ``die`` keeps what is left of it."""
        self._left, self._die = points, die

    def disarm(self) -> None:
        """Nothing happens any more."""
        self._left = self.failing_writes = 0

    def is_due(self) -> bool:
        """Count a point; whether it is the one."""
        if self._left == 0:
            return False
        self._left -= 1
        return self._left == 0

    def die(self, name: str) -> None:
        """End the process here."""
        self.crashes[name] += 1
        self._die()
        raise Crash(name)

    def point(self, name: str) -> None:
        """Something passes this point."""
        if self.is_due():
            self.die(name)

    def write_all(self, file: FileIO, data: bytes) -> None:
        """The archive's write, which a power cut or a bad disk may cut short."""
        if self.is_due():
            file.write(data[: self._rng.randrange(len(data) + 1)])
            self.die("archive.write")
        if self.failing_writes:
            self.failing_writes -= 1
            file.write(data[: self._rng.randrange(len(data) + 1)])
            raise OSError(5, "simulated")
        file.write(data)
        self.point("archive.written")


@contextmanager
def installed(faults: Faults, rng: random.Random) -> Iterator[None]:
    """Let the product's failpoints and the archive's writes ask ``faults``; random ids come from the seed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(failpoints, "_armed", {"": None})
        patch.setattr(failpoints, "_pass", faults.point)
        patch.setattr(archive, "_write_all", faults.write_all)
        patch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=rng.getrandbits(128)))
        # So that the log is begun anew many times in one history.
        patch.setattr(store, "CHECKPOINT_PAGES", 30)
        yield
