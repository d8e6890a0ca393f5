"""The warehouse as its two users see it: the loader that fills it, and the read API that asks it.

Promises:
    * When `insert_block` returns, the block's events are on disk (fsync settings of every table).
    * A block is identified by ``(spool, number)``. Nothing here remembers which blocks were inserted: after any doubt
      the loader counts a block before it inserts it again. That also covers the power cut, which insert tokens do not.
    * `insert_block` may have stored all, some or none of a block when it raises.
    * After `delete_block`, or an insert that did not return, the rollups may disagree with the base table until
      `repair_days` has run over the block's days.
    * The loader is the only writer: `delete_block` and `repair_days` must not run while it inserts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple, Self

from audioscape_server.warehouse import parts, rollups
from audioscape_server.warehouse.client import Connections, Row, statement
from audioscape_server.warehouse.errors import UnreadablePart
from audioscape_server.warehouse.migrate import migrate
from audioscape_server.warehouse.parts import DamagedPart

#: How far an event's day may be from the day of its receipt: 7 days late and 5 minutes ahead are accepted, and a day
#: more covers the time between judging and storing.
_DAYS_BACK: Final = timedelta(days=8)
_DAYS_AHEAD: Final = timedelta(days=1)

_INBOX_COLUMNS: Final = {
    "project": "String",
    "key": "String",
    "spool": "String",
    "block": "UInt64",
    "row": "UInt64",
    "universe": "UInt64",
    "place": "UInt64",
    "received_at": "Float64",
    "events": "String",
}

#: An insert is answered when it is durable, becomes one part per day and table, and carries its token into the rollups.
_INSERT_SETTINGS: Final = {
    "async_insert": 0,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    "max_partitions_per_insert_block": 0,
    "parallel_view_processing": 1,
}

#: What one statement may use when nobody says less: seconds, bytes.
_QUERY_SETTINGS: Final = {"max_execution_time": 30, "max_memory_usage": 2 << 30}


class HeldBatch(NamedTuple):
    """What the warehouse holds of a batch."""

    events: int
    received_at: float
    """Unix seconds."""


#: The first and the last number of a range of batches.
BatchRange = tuple[int, int]
ALL_BATCHES: Final[BatchRange] = (0, 2**63)


@dataclass(frozen=True, slots=True)
class LoadBatch:
    """One request's accepted events, as the spool keeps them.

    `events` is a JSON array of ``[type, asset_id, timestamp, player_id, duration, value, metadata]`` per event: ids and
    durations may be null, other absent texts are empty, the timestamp is always a number of Unix seconds, and metadata
    is the text of the object exactly as it was sent.
    """

    batch: int
    project: str
    key: str
    universe: int
    place: int
    received_at: float
    count: int
    events: bytes


class Warehouse:
    """Events and rollups in ClickHouse; safe to use from several threads.

    Args:
        url: ``chdb:///absolute/folder`` or ``clickhouse://user:password@host:port/database?secure=true``.
        database: The database to use when the URL names none.

    Every method raises `WarehouseUnavailable` (try again later) or `WarehouseRefused` (trying again will not help).
    """

    def __init__(self, url: str, *, database: str = "audioscape") -> None:
        self._connections = Connections(url, database=database)
        self._met_unreadable = False

    def open(self) -> None:
        """Connect, creating the database where it is missing."""
        self._connections.open()

    def close(self) -> None:
        """Close every connection; idempotent. No other call may be under way."""
        self._connections.close()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def migrate(self) -> list[str]:
        """Bring the schema up to date and return the names of the migrations that were run."""
        return migrate(self._connections)

    def insert_block(self, spool: str, block: int, attempt: int | str, batches: Sequence[LoadBatch]) -> None:
        """Store a block and return when it is durable. Each attempt at a block has its own number or name."""
        data = [
            [one.project for one in batches],
            [one.key for one in batches],
            [spool] * len(batches),
            [block] * len(batches),
            [one.batch for one in batches],
            [one.universe for one in batches],
            [one.place for one in batches],
            [one.received_at for one in batches],
            [one.events for one in batches],
        ]
        token = _token(spool, block, attempt)
        settings = {**_INSERT_SETTINGS, "insert_deduplication_token": token, "query_id": token}
        self._connections.insert("inbox", _INBOX_COLUMNS, data, settings)

    def stop_attempt(self, spool: str, block: int, attempt: int) -> None:
        """Return when an attempt that timed out runs no more. Embedded, an insert ends with its call."""
        if not self._connections.embedded:
            self._connections.command(statement("loading/stop_query"), {"query_id": _token(spool, block, attempt)})

    def count_block(
        self, spool: str, block: int, first_received: float, last_received: float, batches: BatchRange = ALL_BATCHES
    ) -> int:
        """Count the stored events of a block, by when its batches were received (Unix seconds) and their numbers."""
        parameters = _block(spool, block, first_received, last_received, batches)
        [row] = self._connections.query("loading/count_block", parameters, {})
        return int(row["events"])

    def delete_block(
        self, spool: str, block: int, first_received: float, last_received: float, batches: BatchRange = ALL_BATCHES
    ) -> None:
        """Remove the stored events of a block from the base table. The rollups keep them until they are repaired."""
        parameters = _block(spool, block, first_received, last_received, batches)
        # 2: on every replica before the call returns.
        self._connections.command(statement("loading/delete_block"), parameters, {"lightweight_deletes_sync": 2})

    def newest_block(self, spool: str) -> int:
        """Return the highest number of a block that is held of a spool; 0 for none."""
        [row] = self._connections.query("loading/newest_block", {"spool": spool}, {})
        return int(row["block"])

    def held_batches(self, spool: str, first_batch: int) -> dict[int, HeldBatch]:
        """Return what is held of each batch of a spool, from a number on."""
        rows = self._connections.query("loading/held_batches", {"spool": spool, "first_batch": first_batch}, {})
        return {int(row["batch"]): HeldBatch(int(row["events"]), row["received_at"]) for row in rows}

    def held_blocks(self, spool: str, first_block: int, last_block: int) -> dict[int, int]:
        """Return how many events are held of each block of a spool, within a range of numbers."""
        parameters = {"spool": spool, "first_block": first_block, "last_block": last_block}
        rows = self._connections.query("loading/held_blocks", parameters, {})
        return {int(row["block"]): int(row["events"]) for row in rows}

    def held_events(self, spool: str) -> dict[str, int]:
        """Return how many events are held of each project of a spool."""
        rows = self._connections.query("loading/held_events", {"spool": spool}, {})
        return {row["project"]: int(row["events"]) for row in rows}

    def doubled_blocks(self, spool: str, blocks: Sequence[int]) -> list[int]:
        """Return those of these blocks of which every batch is held under another block too."""
        rows = self._connections.query("loading/doubled_blocks", {"spool": spool, "blocks": list(blocks)}, {})
        return sorted(int(row["block"]) for row in rows)

    def delete_batch(self, spool: str, batch: int) -> list[date]:
        """Remove the stored events of a batch from the base table, and return their UTC days."""
        parameters = {"spool": spool, "batch": batch}
        days = [row["day"] for row in self._connections.query("loading/batch_days", parameters, {})]
        self._connections.command(statement("loading/delete_batch"), parameters, {"lightweight_deletes_sync": 2})
        return days

    def differing_days(self, days: Iterable[date]) -> list[rollups.Difference]:
        """Return where a rollup disagrees with the base table on one of `days`."""
        return rollups.differing(self._connections, days)

    def repair_days(self, days: Iterable[date]) -> list[rollups.Difference]:
        """Rebuild every rollup that disagrees with the base table on one of `days` and return what was rebuilt."""
        differences = self.differing_days(days)
        for difference in differences:
            rollups.rebuild(self._connections, difference.rollup, difference.day)
        return differences

    def damaged_parts(self) -> list[DamagedPart]:
        """Read every part, and return those that cannot be read."""
        return parts.damaged(self._connections)

    def set_damaged_aside(self, damaged: list[DamagedPart]) -> None:
        """Detach these parts, so that everything else can be read."""
        parts.set_aside(self._connections, damaged)

    def met_unreadable_part(self) -> bool:
        """Whether a question met a part that cannot be read, since this was last asked."""
        met, self._met_unreadable = self._met_unreadable, False
        return met

    def query(self, name: str, /, **parameters: Any) -> list[Row]:
        """Run ``sql/<name>.sql`` with server-bound parameters, within the limits of one question."""
        try:
            return self._connections.query(name, parameters, _QUERY_SETTINGS)
        except UnreadablePart:
            self._met_unreadable = True
            raise

    def ask(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> list[Row]:
        """Run ``sql/<name>.sql`` as `query` does, for at most `seconds`; `stop` with the same tag ends it before."""
        # The embedded engine takes no query_id; a comment can be found again in both.
        settings = _QUERY_SETTINGS | {"max_execution_time": seconds, "log_comment": tag}
        return self._connections.query(name, parameters, settings)

    def stop(self, tag: str) -> None:
        """Tell what `ask` runs under this tag to end, and return at once."""
        self._connections.command(statement("questions/stop"), {"tag": tag})


def _token(spool: str, block: int, attempt: int | str) -> str:
    return f"{spool}:{block}:{attempt}"


def _block(spool: str, block: int, first_received: float, last_received: float, batches: BatchRange) -> dict[str, Any]:
    return {
        "spool": spool,
        "block": block,
        "first_batch": batches[0],
        "last_batch": batches[1],
        "first_day": (datetime.fromtimestamp(first_received, UTC) - _DAYS_BACK).date(),
        "last_day": (datetime.fromtimestamp(last_received, UTC) + _DAYS_AHEAD).date(),
    }
