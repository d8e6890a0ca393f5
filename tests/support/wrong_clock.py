"""A wall clock that is wrong, for a real server: libfaketime in its process. The clock that counts on is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


class WrongClock:
    """The wall clock of a server; right until it is set.

    Args:
        folder: where the file lies that tells the server its time.

    Attributes:
        environment: of the server that goes by this clock.
    """

    def __init__(self, folder: Path) -> None:
        libraries = list(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not libraries:
            reason = "SKIPPED: libfaketime is not installed (Debian: apt-get install faketime)"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        self._file = folder / "clock"
        self.set_off(0)
        self.environment = {
            "LD_PRELOAD": str(libraries[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def set_off(self, days: int) -> None:
        """Set the clock so many days ahead of the true time."""
        aside = self._file.with_suffix(".new")
        aside.write_text(f"{days:+d}d\n")
        aside.rename(self._file)
