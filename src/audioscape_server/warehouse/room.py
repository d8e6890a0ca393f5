"""Room on the disk of an embedded warehouse, and what is done without when it gets short.

A merge needs room for what it makes beside what it is made of, and on a full disk the engine damages parts (see
``parts``). So two thresholds hold, both asked of the disk at the moment itself:

* below the reserve nothing is merged, deleted or rebuilt;
* below half of it nothing is inserted either.

The same reserve is where the intake stops accepting. A server's disk is its operator's affair.
"""

import os
from pathlib import Path
from typing import Final

from audioscape_server.warehouse.errors import WarehouseUnavailable

_MIB: Final = 1 << 20


class Room:
    """What is free on one disk.

    Args:
        folder: On the disk; None for a disk that we cannot see.
        reserve_bytes: What deletes, rebuilds and merges leave free.
    """

    def __init__(self, folder: Path | None, reserve_bytes: int) -> None:
        self._folder = folder
        self._reserve_bytes = reserve_bytes

    @property
    def insert_reserve_bytes(self) -> int:
        """What inserts leave free."""
        return self._reserve_bytes // 2

    def is_short(self) -> bool:
        """Whether nothing may be merged, deleted or rebuilt."""
        return self._free_bytes(self._reserve_bytes) < self._reserve_bytes

    def require_for_insert(self) -> None:
        """Raise `WarehouseUnavailable` when nothing may be inserted."""
        self._require(self.insert_reserve_bytes, "inserted")

    def require_for_change(self) -> None:
        """Raise `WarehouseUnavailable` when nothing may be deleted or rebuilt."""
        self._require(self._reserve_bytes, "deleted, rebuilt or migrated")

    def require_for_copy(self, bytes_: int, of: str) -> None:
        """Raise `WarehouseUnavailable` when a copy of so much would not leave the reserve free."""
        needed = bytes_ + self._reserve_bytes
        free = self._free_bytes(needed)
        if free < needed:
            raise WarehouseUnavailable(
                f"{free / _MIB:,.0f} MiB are free on the disk of {self._folder}: a copy is made of {of}, which needs "
                f"{needed / _MIB:,.0f} MiB for a while. Make room, then start again."
            )

    def _require(self, bytes_: int, what: str) -> None:
        free = self._free_bytes(bytes_)
        if free < bytes_:
            raise WarehouseUnavailable(
                f"{free / _MIB:,.0f} MiB are free on the disk of {self._folder}: "
                f"below {bytes_ / _MIB:,.0f} MiB nothing is {what} until there is room again"
            )

    def _free_bytes(self, unseen: int) -> int:
        """Bytes free to us; `unseen` for a disk that we cannot see."""
        if self._folder is None:
            return unseen
        try:
            disk = os.statvfs(self._folder)
        except OSError:
            return 0  # the disk is gone, and with it all room
        return disk.f_bavail * disk.f_frsize
