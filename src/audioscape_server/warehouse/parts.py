"""Parts that cannot be read, and parts of which nobody knows it yet.

What the engine does, seen on 26.9:
    * A failed ``write`` (full disk, I/O error) is counted by the engine and otherwise passed over: the insert is
      acknowledged, the merged part takes the place of its sources, and some of its files are empty. Only a failed fsync
      is an error, and not that of a folder. So the counts of both are asked for after everything that writes.
    * A part is given its last name, and then its folder is opened to be synced. When that fails (no descriptor left,
      I/O error) so does the insert, and the engine does not know the part any more; but it lies there whole, and is a
      part again when the table is opened the next time. So after a change that failed while files could not be opened,
      tables are opened before anything is counted.
    * A DELETE that is ended may still change the parts that it is at work on, after it is in no list any more. Closing
      the table waits for that.
    * One part that cannot be read makes every question over its table fail, until the table is opened again.
    * When the engine opens a table it looks at every part's files and their sizes. A part that is not whole goes to
      ``detached/``, and its sources take its place again where they are still on the disk (``old_parts_lifetime``).
    * That look does not find a flipped byte; ``CHECK TABLE`` does, and misses empty files that the look finds.

Mending therefore is: open every table again, then read the parts that are under suspicion and detach those that fail.
A process that dies in between starts with the first half. What was detached stays on the disk, under ``detached/``,
until somebody deletes it; the loader gets again what the part held.

What this promises:
    * After :meth:`Soundness.restore` every part can be read, or an error was raised and the next call tries again.
    * Nothing that the engine acknowledged counts as stored while :attr:`Soundness.is_doubtful`.
"""

import contextlib
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import msgspec
import structlog

from audioscape_server.durable import why_disk_fails
from audioscape_server.warehouse.client import Connections, quoted
from audioscape_server.warehouse.errors import UnreadablePart, WarehouseUnavailable
from audioscape_server.warehouse.rollups import days_of_month
from audioscape_server.warehouse.statements import statement

#: Where the engine's errors name the part that they met.
_PART_IN_ERROR: Final = re.compile(r"/(?P<part>(\d{8}|\d{6}|all)_\d+_\d+_\d+(_\d+)?)\b")
#: The day or the month in a part's name, whatever was put before it when it was set aside.
_PARTITION: Final = re.compile(r"(?:^|_)(?P<month>\d{6})(?P<day>\d{2})?_\d+_\d+_\d+")

_log: Final = structlog.get_logger()


@dataclass(frozen=True, slots=True, order=True)
class DamagedPart:
    """A part that cannot be read."""

    table: str
    part: str
    reason: str

    @property
    def days(self) -> list[date]:
        """The UTC days of what it may hold; none where the table is kept neither by day nor by month."""
        found = _PARTITION.search(self.part)
        days = days_of_month(found["month"]) if found else []
        return [day for day in days if found and found["day"] in (None, f"{day:%d}")]


class _Failures(NamedTuple):
    """How many files a host could not write or sync, and could not open, since it started."""

    written: int
    opened: int


class _Checked(msgspec.Struct):
    part_path: str
    is_passed: int
    message: str


def damaged(connections: Connections, names: Iterable[str] | None = None) -> list[DamagedPart]:
    """Read every part of every table, or those of these names, and return those that cannot be read."""
    if names is None:
        return [one for table in tables(connections) for one in _check(connections, table)]
    wanted = set(names)
    active = connections.query("parts/active", {}, {})
    return [
        one
        for row in active
        if row["part"] in wanted
        for one in _check(connections, row["table"], f" PART '{row['part']}'")
    ]


def aside(connections: Connections) -> list[DamagedPart]:
    """Return every part that lies aside, whoever put it there."""
    return [DamagedPart(row["table"], row["part"], row["reason"]) for row in connections.query("parts/aside", {}, {})]


def tables(connections: Connections) -> list[str]:
    """Return every table that keeps parts, but for the side tables of a rebuild."""
    return [row["name"] for row in connections.query("parts/tables", {}, {})]


class Soundness:
    """Whether what the engine acknowledged can be trusted, and its restoration.

    Args:
        connections: to the engine.

    Not safe to use from several threads, but for `met`, `doubt` and `end_mutations`; `Warehouse` sees to that.
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._failures: dict[str, _Failures] = {}
        #: Tables that were closed to be opened again; empty but within a restoration, and after one that failed.
        self._closed: set[str] = set()
        self._suspects: set[str] = set()
        self._suspects_lock = threading.Lock()
        self._must_reopen = False
        self._failed_change = False
        self._known_aside: set[DamagedPart] = set()

    @property
    def is_doubtful(self) -> bool:
        """Whether there is something to restore, as far as is known without asking."""
        return self._must_reopen or bool(self._closed) or bool(self._suspects)

    def begin(self) -> None:
        """Take what the engine opened with as sound: it has just looked at every part."""
        self._failures = self._count_failures()
        self._known_aside = set(aside(self._connections))

    def met(self, error: UnreadablePart) -> None:
        """Note that a question met a part that cannot be read. Safe from any thread."""
        named = {found["part"] for found in _PART_IN_ERROR.finditer(str(error))}
        with self._suspects_lock:
            self._suspects |= named or {""}

    def look(self, *, failed: bool = False) -> bool:
        """Ask the engine which files it could not write, sync or open since the last time.

        Args:
            failed: whether a change has failed since. Only then does a file count that could not be opened: a question
                may have met it as well, and so may whoever else uses the same server.

        Returns:
            Whether a file failed, or a part cannot be read. What is in doubt for another reason is none of the disk's.
        """
        has_failed = False
        self._failed_change |= failed  # kept until the engine has answered: it may have no descriptor for that either
        for host, now in self._count_failures().items():
            before = self._failures.get(host, now)
            has_failed |= now.written != before.written
            has_failed |= self._failed_change and now.opened != before.opened
            self._failures[host] = now
        self._failed_change = False
        if has_failed:
            self.doubt()  # and never anything but True, for another thread may doubt at the same moment
        return has_failed or bool(self._closed) or bool(self._suspects)

    def doubt(self) -> None:
        """Have the tables opened again before anything is counted. Safe from any thread."""
        self._must_reopen = True

    def end_mutations(self) -> None:
        """End every DELETE that has not come to its end, and have the tables opened again before anything is counted.

        Safe from any thread.
        """
        [unfinished] = self._connections.query("parts/unfinished_mutations", {}, {})
        if unfinished["mutations"]:
            self.doubt()
        self._connections.command(statement("parts/end_mutations"))

    def suspect(self, parts: Iterable[DamagedPart]) -> None:
        """Have these parts read at the next restoration."""
        with self._suspects_lock:
            self._suspects |= {one.part for one in parts}

    def restore(self) -> list[DamagedPart]:
        """Make every part readable, and return what was set aside for it.

        Raises:
            WarehouseUnavailable: that did not succeed; call again.
        """
        # A part that cannot be opened is set aside, and on a disk that fails that may be any.
        if self._connections.folder is not None and (fails := why_disk_fails(self._connections.folder)):
            raise WarehouseUnavailable(f"the warehouse's disk fails: {fails}")
        self.look()  # what fails from here on is noticed by the next look
        self._must_reopen = False  # and not at the end, for a fence may be raised meanwhile
        with self._suspects_lock:
            suspects, self._suspects = self._suspects, set()
        try:
            self._reopen()
            for one in damaged(self._connections, None if "" in suspects else suspects):
                self._connections.command(f"ALTER TABLE {quoted(one.table)} DETACH PART '{one.part}'")
        except WarehouseUnavailable:
            with self._suspects_lock:
                self._suspects |= suspects
            self._must_reopen = True
            raise
        now_aside = set(aside(self._connections))
        lost, self._known_aside = sorted(now_aside - self._known_aside), now_aside
        _log.warning("the tables of the warehouse were opened again", suspects=len(suspects), set_aside=len(lost))
        if lost:
            names = [f"{one.table}/{one.part}" for one in lost]
            _log.error("parts that cannot be read were set aside", count=len(lost), parts=names[:20])
        return lost

    def _reopen(self) -> None:
        # A DELETE that failed would fail again, and its file may be one of those that are empty.
        with contextlib.suppress(WarehouseUnavailable):
            self._connections.command(statement("parts/end_mutations"))
        for table in sorted({*tables(self._connections), *self._closed}):
            self._closed.add(table)
            # A table is closed when nobody reads it any more, and from the first moment on nobody else can: one slow
            # question would keep all others waiting.
            changes = {"changes": self._connections.change_comment}
            self._connections.command(statement("parts/end_questions"), changes)
            self._connections.command(f"DETACH TABLE IF EXISTS {quoted(table)} SYNC")
            self._connections.drop_unfinished_files()
            self._connections.command(f"ATTACH TABLE IF NOT EXISTS {quoted(table)}")
            self._closed.discard(table)

    def _count_failures(self) -> dict[str, _Failures]:
        rows = self._connections.query("parts/failures", {}, {})
        return {row["host"]: _Failures(int(row["written"]), int(row["opened"])) for row in rows}


def _check(connections: Connections, table: str, only: str = "") -> list[DamagedPart]:
    lines = connections.raw(f"CHECK TABLE {quoted(table)}{only} SETTINGS check_query_single_value_result = 0")
    found = [msgspec.json.decode(line, type=_Checked) for line in lines.splitlines()]
    return [DamagedPart(table, one.part_path, one.message[:300]) for one in found if not one.is_passed]
