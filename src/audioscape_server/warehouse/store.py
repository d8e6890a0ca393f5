"""The folder of an embedded warehouse: whether it is ours and whole, before the engine opens it.

The engine makes a new store in any folder, beside whatever is there, and a new empty table where the old one's files
are gone; of a file that it cannot read it says nothing but that it cannot start. So we look first, and say in words
what was found and what to do:

* a file, a folder without permission, a folder with something else in it, a store that another process has open;
* a store of which a part was deleted: tables without files, files without tables;
* a table's description that cannot be read.

What a full disk leaves behind is removed here, for the engine would not open over it: the cut-short file of a DELETE,
which is written whole before its DELETE begins, and the empty description of a rebuild's side table.

::

    metadata/<database>.sql          describes the database; metadata/<database> → store/<its uuid>/
    store/<3 digits>/<uuid>/         a database: <table>.sql    a table: its parts, detached/, mutation_<n>.txt
    data/<database>/<table>          → store/<3 digits>/<uuid>/
    status                           locked by the process that has the store open, and says which that is
"""

import contextlib
import fcntl
import os
import re
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final

import structlog
from clickhouse_connect.driver.exceptions import ClickHouseError

from audioscape_server.warehouse.errors import WarehouseRefused, WarehouseUnavailable

#: What the engine makes in a folder before there is a database.
_SKELETON: Final = {"status", "tmp", "data", "store", "metadata", "metadata_dropped"}
_SIDE_TABLE: Final = "_rebuild"
_UUID: Final = re.compile(r"\bUUID '([0-9a-f-]{36})'")
_MUTATION: Final = re.compile(rb"format version: 1\n(.*\n)*commands: .*\n\Z")
#: What to do about a store that is not whole.
FIRST_AID: Final = (
    "Restore the folder from a back-up; or move it away and start: a new warehouse is made, and what the archive of "
    "loaded batches still holds is loaded into it."
)

_log: Final = structlog.get_logger()


def require_usable(folder: Path, database: str) -> None:
    """Look whether the engine may open this folder. A folder that is missing or empty may become a new store.

    Raises:
        WarehouseRefused: it is not a warehouse, or not a whole one.
        WarehouseUnavailable: another process has it open, or this one may not use it.
    """
    _require_permission(folder)
    if not _is_begun(folder):
        return
    _require_not_open_elsewhere(folder)
    drop_unfinished_files(folder)
    _require_whole(folder, database, _descriptions(folder, database))


def drop_unfinished_files(folder: Path) -> None:
    """Remove what a full disk leaves of a DELETE or of a side table that was never begun."""
    for file in folder.glob("store/*/*/mutation_*.txt"):
        if not _MUTATION.match(file.read_bytes()):
            _drop(file)
    for file in folder.glob(f"store/*/*/*{_SIDE_TABLE}*.sql"):
        if file.stat().st_size == 0:
            _drop(file)


@contextlib.contextmanager
def engine_words(folder: Path) -> Generator[None]:
    """Within this the engine is opened. What it writes to standard error is the only place where it says what is wrong.

    Raises:
        WarehouseUnavailable: with these words, in the place of the driver's error.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        except ClickHouseError as error:
            caught.seek(0)
            words = caught.read().decode(errors="replace").strip() or str(error)
            raise WarehouseUnavailable(f"the engine cannot open {folder}: {words[:600]} {FIRST_AID}") from error
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            sys.stderr.buffer.write(caught.read())


def _require_permission(folder: Path) -> None:
    """All but the parts and their files: whoever owns a table's folder owns those."""
    for depth in ("", "*", "metadata/*", "metadata/*/*", "store/*/*"):
        for path in folder.glob(depth) if depth else [folder]:
            if not _may_be_used(path):
                raise WarehouseUnavailable(f"{path} may not be used. Give the folder to the user that runs the server.")


def _may_be_used(path: Path) -> bool:
    """Whether this user may read and write what is there; nothing there is no hindrance."""
    try:
        wanted = os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0)
        return not path.exists() or os.access(path, wanted)
    except PermissionError:  # a folder above it may not even be entered
        return False


def _is_begun(folder: Path) -> bool:
    """Whether a store is there, and not just room for one."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise WarehouseRefused(f"{folder} is a file; a folder is expected. Move it away, or name another --data.")
    found = {entry.name for entry in folder.iterdir()}
    if any((folder / "metadata").glob("*.sql")):
        return True
    if foreign := sorted(found - _SKELETON):
        raise WarehouseRefused(
            f"{folder} is not a warehouse of this program: it holds {', '.join(foreign[:5])}. "
            "Name another --data, or move what is there away."
        )
    if any(folder.glob("store/*/*/*/checksums.txt")):
        raise WarehouseRefused(f"{folder} holds tables' files and no description of them. {FIRST_AID}")
    return False


def _require_not_open_elsewhere(folder: Path) -> None:
    status = folder / "status"
    if not status.exists():
        return
    with status.open("r+") as file:
        owner = re.search(r"PID: (\d+)", file.read())
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if owner is None or int(owner[1]) != os.getpid():
                raise WarehouseUnavailable(
                    f"{folder} is open in another process{f' ({owner[1]})' if owner else ''}. Stop that one first."
                ) from None


def _descriptions(folder: Path, database: str) -> list[Path]:
    """The files that describe the tables of the database."""
    description = folder / "metadata" / f"{database}.sql"
    if not description.exists():
        return []  # the folder of another database: tests keep many in one
    place = _place(folder, description)
    if not place.is_dir():
        if not any((folder / "data" / database).glob("*")):
            return []  # the engine makes it with the first table: the first start was cut short before
        raise WarehouseRefused(f"{place}, of which {description} speaks, is missing. {FIRST_AID}")
    return sorted(place.glob("*.sql"))


def _require_whole(folder: Path, database: str, descriptions: list[Path]) -> None:
    for description in descriptions:
        place = _place(folder, description)
        keeps_parts = b"MergeTree" in description.read_bytes()
        if keeps_parts and _SIDE_TABLE not in description.stem and not place.is_dir():
            raise WarehouseRefused(f"the files of the table {description.stem} are missing: {place}. {FIRST_AID}")
    described = {description.stem for description in descriptions}
    for link in (folder / "data" / database).glob("*"):
        if link.name not in described and _SIDE_TABLE not in link.name:
            raise WarehouseRefused(f"the description of the table {link.name} is missing. {FIRST_AID}")


def _place(folder: Path, description: Path) -> Path:
    """Where the files of what is described here are."""
    found = _UUID.search(description.read_bytes()[:200].decode("utf-8", "replace"))
    if found is None:
        raise WarehouseRefused(f"{description} cannot be read: it describes no table. {FIRST_AID}")
    return folder / "store" / found[1][:3] / found[1]


def _drop(file: Path) -> None:
    file.unlink()
    _log.warning("a file that a full disk left was removed", file=str(file))
