"""The warehouse as its two users see it: the loader that fills it, and the read API that asks it.

Promises:
    * When `insert_block` returns, the block's events are on disk and can be read (fsync settings of every table, and
      the engine's counts of files that failed).
    * A block is identified by ``(spool, number)``. Nothing here remembers which blocks were inserted: after any doubt
      the loader counts a block before it inserts it again. That also covers the power cut, which insert tokens do not.
    * `insert_block` may have stored all, some or none of a block when it raises. After `raise_fence` it stores no
      more, and no other change that was given up takes effect (see ``fence``).
    * After `delete_block`, or an insert that did not return, the rollups may disagree with the base table until
      `repair_days` has run over the block's days.
    * What the loader is told is told of parts that can be read: what cannot is set aside first. The read API may meet
      such a part before that; it is answered `WarehouseUnavailable`, and `tend` or the loader's next call heals it.
    * Where room on the disk is short nothing is changed (see ``room``), and all goes on by itself when there is more.
    * The loader is the only writer: `delete_block` and `repair_days` must not run while it inserts.
"""

import contextlib
import threading
from collections.abc import Generator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Self

import structlog

from audioscape_server.warehouse import lengths, parts, rollups
from audioscape_server.warehouse.batches import (
    ALL_BATCHES,
    INBOX_COLUMNS,
    BatchRange,
    HeldBatch,
    LoadBatch,
    found_by,
    inbox_columns_of,
    plays_with_a_length,
)
from audioscape_server.warehouse.client import Connections, Groups, Row
from audioscape_server.warehouse.errors import BUSY_CODES, UnreadablePart, WarehouseUnavailable
from audioscape_server.warehouse.fence import Fence
from audioscape_server.warehouse.migrate import migrate
from audioscape_server.warehouse.parts import DamagedPart, Soundness
from audioscape_server.warehouse.room import Room
from audioscape_server.warehouse.statements import statement

#: An insert is answered when it is durable, becomes one part per day and table, and carries its token into the rollups.
_INSERT_SETTINGS: Final = {
    "async_insert": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    "max_partitions_per_insert_block": 0,
    "parallel_view_processing": 1,
}

#: What one statement may use when nobody says less: seconds, bytes.
_QUERY_SETTINGS: Final = {"max_execution_time": 30, "max_memory_usage": 2 << 30}

_log: Final = structlog.get_logger()


class Warehouse:
    """Events and rollups in ClickHouse; safe to use from several threads.

    Args:
        url: ``chdb:///absolute/folder`` or ``clickhouse://user:password@host:port/database?secure=true``.
        database: The database to use when the URL names none.

        reserve_bytes: Room to leave free on the disk of an embedded warehouse.

    Every method raises `WarehouseUnavailable` (try again later), and those that say so `WarehouseRefused` (trying again
    will not help).
    """

    def __init__(self, url: str, *, database: str = "audioscape", reserve_bytes: int = 0) -> None:
        keep_free = Room(None, reserve_bytes).insert_reserve_bytes
        self._connections = Connections(url, database=database, keep_free_bytes=keep_free)
        self._room = Room(self._connections.folder, reserve_bytes)
        self._soundness = Soundness(self._connections)
        self._fence = Fence(self._connections, self._soundness)
        #: Held by whatever writes, and while tables are closed to be opened again.
        self._changing = threading.RLock()
        self._merges_stopped = False
        self._set_aside = False

    def open(self) -> None:
        """Connect, creating the database where it is missing.

        Raises:
            WarehouseRefused: the folder holds no warehouse, or not a whole one.
        """
        self._connections.open()
        self._soundness.begin()
        self._mind_the_room()

    def close(self) -> None:
        """Close every connection; idempotent. No other call may be under way."""
        self._connections.close()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def migrate(self, *, step_by_step: bool = False) -> list[str]:
        """Bring the schema up to date and return the names of the migrations that were run.

        A new warehouse is made at once, or `step_by_step` as one that has come with the versions.

        Raises:
            WarehouseRefused: a newer version migrated it, or a table is missing.
        """
        with self._change():
            return migrate(self._connections, self._room, step_by_step=step_by_step)

    def tend(self) -> None:
        """Stop merges while room is short, and mend what a full disk damaged. To be called every second.

        Waits for nobody: while the loader writes, mending is left to it. Raises nothing.
        """
        try:
            self._mind_the_room()
            if self._changing.acquire(blocking=False):
                try:
                    self._soundness.look()
                    if self._soundness.is_doubtful:
                        self._mend()
                finally:
                    self._changing.release()
        except WarehouseUnavailable as error:
            # An outage is told of by those that it hinders.
            if self._soundness.is_doubtful:
                _log.warning("the warehouse cannot be mended yet", error=str(error)[:500])

    def insert_block(self, spool: str, block: int, attempt: int | str, batches: Sequence[LoadBatch]) -> None:
        """Store a block and return when it is durable. Each attempt at a block has its own number or name.

        Raises:
            WarehouseRefused: the data is at fault.
        """
        settings = {
            **_INSERT_SETTINGS,
            "insert_deduplication_token": f"{spool}:{block}:{attempt}",
            "log_comment": self._connections.change_comment,
        }
        with self._change():
            self._room.require_for_insert()
            if plays := plays_with_a_length(batches):
                lengths.learn_ahead(self._connections, plays)
            columns = inbox_columns_of(spool, block, batches, self._fence.token())
            self._connections.insert("inbox", INBOX_COLUMNS, columns, settings)

    def may_change(self) -> bool:
        """Whether there is room to delete, judge or rebuild; where there is not, blocks may be inserted yet."""
        return not self._room.is_short()

    def raise_fence(self) -> None:
        """Return when no change that anybody gave up runs any more; none that arrives later takes effect.

        The caller has the exclusive lock, and looks at nothing before.
        """
        self._room.require_for_insert()
        self._fence.raise_()  # not in turn with other changes: they may be what hangs

    def count_block(
        self, spool: str, block: int, first_received: float, last_received: float, batches: BatchRange = ALL_BATCHES
    ) -> int:
        """Count the stored events of a block, by when its batches were received (Unix seconds) and their numbers."""
        parameters = found_by(spool, block, first_received, last_received, batches)
        [row] = self._held("loading/count_block", **parameters)
        return int(row["events"])

    def delete_block(
        self, spool: str, block: int, first_received: float, last_received: float, batches: BatchRange = ALL_BATCHES
    ) -> None:
        """Remove the stored events of a block from the base table. The rollups keep them until they are repaired."""
        parameters = found_by(spool, block, first_received, last_received, batches)
        self._delete("loading/delete_block", parameters)

    def block_days(self, spool: str, block: int) -> list[date]:
        """Return the UTC days of the stored events of a block."""
        return [row["day"] for row in self._held("loading/block_days", spool=spool, block=block)]

    def newest_blocks(self, prefix: str) -> dict[str, int]:
        """Return the highest number of a block that is held, by spool, of every spool whose id begins with this."""
        rows = self._held("loading/newest_blocks", prefix=prefix)
        return {row["spool"]: int(row["newest"]) for row in rows}

    def held_batches(self, spools: Sequence[str], first_batch: int) -> dict[tuple[str, int], HeldBatch]:
        """Return what is held of each batch of these spools, by spool and number, from a number on."""
        rows = self._held("loading/held_batches", spools=list(spools), first_batch=first_batch)
        return {(row["spool"], int(row["batch"])): HeldBatch(int(row["events"]), row["received_at"]) for row in rows}

    def held_blocks(self, spool: str, first_block: int, last_block: int) -> dict[int, int]:
        """Return how many events are held of each block of a spool, within a range of numbers."""
        parameters = {"spool": spool, "first_block": first_block, "last_block": last_block}
        rows = self._held("loading/held_blocks", **parameters)
        return {int(row["block"]): int(row["events"]) for row in rows}

    def held_events(self, spool: str) -> dict[str, int]:
        """Return how many events are held of each project of a spool."""
        rows = self._held("loading/held_events", spool=spool)
        return {row["project"]: int(row["events"]) for row in rows}

    def doubled_blocks(self, spool: str, blocks: Sequence[int]) -> list[int]:
        """Return those of these blocks of which every batch is held under another block too."""
        rows = self._held("loading/doubled_blocks", spool=spool, blocks=list(blocks))
        return sorted(int(row["block"]) for row in rows)

    def delete_batch(self, spool: str, batch: int) -> list[date]:
        """Remove the stored events of a batch from the base table, and return their UTC days."""
        parameters = {"spool": spool, "batch": batch}
        days = [row["day"] for row in self._held("loading/batch_days", **parameters)]
        self._delete("loading/delete_batch", parameters)
        return days

    def differing_days(self, days: Iterable[date], *, sets: bool = False) -> list[rollups.Difference]:
        """Return where a rollup disagrees with the base table on one of `days`: one pass over all of them.

        `sets`: not in its sums alone, but also in who was there and when listening ended; that takes longer.
        """
        with self._noting_damage():
            return rollups.differing(self._connections, days, sets=sets)

    def repair_days(self, days: Iterable[date], *, sets: bool = False) -> list[rollups.Difference]:
        """Rebuild every rollup that disagrees with the base table on one of `days` and return what was rebuilt.

        Days on which an earlier rebuild was cut short are looked at as well. `sets` as in `differing_days`.
        """
        with self._change(), self._noting_damage():
            self._room.require_for_change()
            return rollups.repair(self._connections, days, self._fence.own, sets=sets)

    def judge_stops(self) -> list[date]:
        """Learn the lengths of tracks, and judge again the stops that a new length judges otherwise.

        Returns the days on which there was one. What counts as completed is defined in ``lengths``.
        """
        with self._change(), self._noting_damage():
            self._room.require_for_change()
            return lengths.judge(self._connections, self._fence.own)

    def damaged_parts(self) -> list[DamagedPart]:
        """Read every part, and return those that cannot be read."""
        return parts.damaged(self._connections)

    def set_damaged_aside(self, damaged: Iterable[DamagedPart]) -> None:
        """Detach these parts, so that all else can be read; what they were merged from is read again, where kept."""
        self._soundness.suspect(damaged)
        with self._change():
            pass

    def parts_aside(self) -> list[DamagedPart]:
        """Return the parts that lie aside: those that could not be read when the engine opened, or later."""
        return parts.aside(self._connections)

    def doubtful_days(self) -> set[date]:
        """Return the UTC days of which a part lies aside, so that an event or a row of a rollup may be missing."""
        return {day for one in self.parts_aside() for day in one.days}

    def met_unreadable_part(self) -> bool:
        """Whether a part was set aside since this was last asked, so that something may be missing."""
        with self._change():
            met, self._set_aside = self._set_aside, False
        return met

    def query(self, name: str, /, **parameters: Any) -> list[Row]:
        """Run ``sql/<name>.sql`` with server-bound parameters, within the limits of one question."""
        return self._answer(name, parameters, _QUERY_SETTINGS)

    def ask(
        self,
        name: str,
        parameters: Mapping[str, Any],
        *,
        tag: str,
        seconds: float,
        groups: Groups | None = None,
        threads: int = 0,
    ) -> list[Row]:
        """Run ``sql/<name>.sql`` as `query` does, for at most `seconds`; `stop` with the same tag ends it before.

        It takes so many threads, or with 0 as many as there are cores.

        A statement that reads the table ``asset_group`` finds these groups in it.
        """
        # The embedded engine takes no query_id; a comment can be found again in both.
        settings = _QUERY_SETTINGS | {"max_execution_time": seconds, "log_comment": tag, "max_threads": threads}
        return self._answer(name, parameters, settings, groups)

    def as_parquet(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> bytes:
        """The rows of ``sql/<name>.sql`` as a Parquet file; limits as for `ask`."""
        settings = _QUERY_SETTINGS | {"max_execution_time": seconds, "log_comment": tag}
        with self._noting_damage():
            return self._connections.as_parquet(name, parameters, settings)

    def changes_under_way(self) -> frozenset[str]:
        """The changes that run now, each by a name that no later one has.

        What a block brings is in one rollup before it is in the next. As soon as none of these runs, whatever any
        rollup counted before they were asked for is in the events and in all rollups.
        """
        rows = self._answer("fence/changes", {"comment": self._connections.change_comment}, _QUERY_SETTINGS)
        return frozenset(row["id"] for row in rows)

    def add(self, table: str, columns: Mapping[str, str], data: Sequence[Sequence[Any]]) -> None:
        """Put rows that were derived from the events into a table; one sequence per column, all readable at once."""
        with self._change():
            self._room.require_for_insert()
            self._connections.insert(table, columns, data, {"async_insert": 0})

    def derive(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> None:
        """Run ``sql/<name>.sql``, which puts rows that are derived from the events into a table; limits as for `ask`.

        Such rows change nothing that the loader answers for, so nobody waits for this.
        """
        self._room.require_for_insert()
        settings = _QUERY_SETTINGS | {"max_execution_time": seconds, "log_comment": tag, "async_insert": 0}
        with self._noting_damage():
            self._connections.command(statement(name, parameters), parameters, settings)

    def stop(self, tag: str) -> None:
        """Tell what `ask` or `derive` runs under this tag to end, and return at once."""
        self._connections.command(statement("questions/stop"), {"tag": tag})

    def _answer(
        self, name: str, parameters: Mapping[str, Any], settings: Mapping[str, Any], groups: Groups | None = None
    ) -> list[Row]:
        try:
            with self._noting_damage():
                if groups is not None:
                    return self._connections.query_with_groups(name, parameters, settings, groups)
                return self._connections.query(name, parameters, settings)
        except WarehouseUnavailable as error:
            if error.code is not None and error.code not in BUSY_CODES:
                _log.error("the warehouse met an error", question=name, code=error.code, error=str(error)[:500])
            raise

    def _held(self, name: str, **parameters: Any) -> list[Row]:
        """Ask for what the loader acts on: only of parts that can be read."""
        with self._change(), self._noting_damage():
            return self._connections.query(name, parameters, {})

    def _delete(self, name: str, parameters: dict[str, Any]) -> None:
        with self._change(), self._noting_damage():
            self._room.require_for_change()
            # 2: on every replica before the call returns.
            fenced = {**parameters, "token": self._fence.own}
            try:
                self._connections.change(statement(name, fenced), fenced, {"lightweight_deletes_sync": 2})
            except WarehouseUnavailable:
                self._soundness.doubt()  # it may go on
                raise

    @contextlib.contextmanager
    def _change(self) -> Generator[None]:
        """Hold off everybody else who changes something, and make sure before and after that all parts can be read.

        Raises:
            WarehouseUnavailable: a file failed meanwhile: what was acknowledged may not be there, and what was refused
                may.
        """
        with self._changing:
            if self._soundness.is_doubtful:
                self._mend()
            failed = True
            try:
                yield
                failed = False
            finally:
                if self._soundness.look(failed=failed):
                    # In the place of whatever else went wrong: that may have come of it.
                    raise WarehouseUnavailable(
                        "the warehouse could not write or open a file: a full or faulty disk, or no descriptors left"
                    )

    @contextlib.contextmanager
    def _noting_damage(self) -> Generator[None]:
        try:
            yield
        except UnreadablePart as error:
            self._soundness.met(error)
            raise

    def _mend(self) -> None:
        self._set_aside |= bool(self._soundness.restore())

    def _mind_the_room(self) -> None:
        """Merges and mutations go on by themselves, so they are stopped here; again and again, for tables come anew."""
        if self._room.is_short():
            if not self._merges_stopped:
                _log.warning("room on the disk is short: nothing is merged, deleted or rebuilt until there is more")
            self._merges_stopped = True
            self._connections.command(statement("parts/stop_merges"))
            # Whoever waits for one must not wait for room.
            self._soundness.end_mutations()
        elif self._merges_stopped:
            self._connections.command(statement("parts/start_merges"))
            self._merges_stopped = False
            _log.info("there is room on the disk again: merges go on")
