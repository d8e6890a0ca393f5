"""What a disk keeps: names that outlive a power cut, and whether it works at all.

A file that is synced may still be gone when the folder that names it was not. Whoever makes, links or renames what must
last syncs the folder before anything is told that rests on it. SQLite does so for its own files; the engine for its
parts.
"""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

#: A disk without room is none that fails.
_FULL = (errno.ENOSPC, errno.EDQUOT)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk.

    Raises:
        OSError: it cannot be read or synced.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can read, and those above it as the system makes them; what is there stays.

    Raises:
        OSError: it cannot be made, or a file is in its place.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    for one in reversed(missing):
        one.mkdir(mode=0o700 if one == folder else 0o777, exist_ok=True)
        sync_folder(one.parent)


def why_disk_fails(folder: Path) -> str | None:
    """Why the disk of a folder takes or gives nothing now, in words; None when it works, be it full or not.

    To be asked before a file is called damaged: to SQLite a file is malformed too when the disk answers a read with an
    I/O error.
    """
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return None if error.errno in _FULL else error.strerror
    return None
