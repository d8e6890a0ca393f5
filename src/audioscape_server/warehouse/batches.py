"""Batches on their way into the warehouse: as the loader hands them over, as the table `inbox` takes them, as held."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec

#: How far an event's day may be from the day of its receipt: 7 days late and 5 minutes ahead are accepted, and a day
#: more covers the time between judging and storing.
_DAYS_BACK: Final = timedelta(days=8)
_DAYS_AHEAD: Final = timedelta(days=1)

#: The columns of `inbox` with their types, in the order of `inbox_columns_of`.
INBOX_COLUMNS: Final[Mapping[str, str]] = {
    "project": "String",
    "key": "String",
    "spool": "String",
    "block": "UInt64",
    "row": "UInt64",
    "universe": "UInt64",
    "place": "UInt64",
    "received_at": "Float64",
    "events": "String",
    "token": "UInt64",
}

#: Bytes of a block in which the plays are looked at before it is stored: a few milliseconds at most.
_LOOKED_AT_BYTES: Final = 256 * 1024

#: As `LoadBatch.events` has them.
_EVENTS: Final = list[tuple[str, int | None, float, str, float | None, str, str]]

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


class HeldBatch(NamedTuple):
    """What the warehouse holds of a batch."""

    events: int
    received_at: float
    """Unix seconds."""


def inbox_columns_of(spool: str, block: int, batches: Sequence[LoadBatch], token: int) -> list[list[Any]]:
    """A block as the columns of `inbox`, one row for each batch."""
    return [
        [one.project for one in batches],
        [one.key for one in batches],
        [spool] * len(batches),
        [block] * len(batches),
        [one.batch for one in batches],
        [one.universe for one in batches],
        [one.place for one in batches],
        [one.received_at for one in batches],
        [one.events for one in batches],
        [token] * len(batches),
    ]


def plays_with_a_length(batches: Sequence[LoadBatch]) -> list[tuple[str, int, float]]:
    """Project, asset and duration in seconds of each play of a small block that says one; of a large one none."""
    if sum(len(one.events) for one in batches) > _LOOKED_AT_BYTES:
        return []
    plays: list[tuple[str, int, float]] = []
    for one in batches:
        with contextlib.suppress(msgspec.MsgspecError):  # what cannot be read is for the engine to refuse
            for type_, asset_id, _, _, duration, _, _ in msgspec.json.decode(one.events, type=_EVENTS):
                if type_ == "play" and asset_id is not None and duration is not None:
                    plays.append((one.project, asset_id, duration))
    return plays


def found_by(
    spool: str, block: int, first_received: float, last_received: float, batches: BatchRange
) -> dict[str, Any]:
    """By what the stored events of a block are found, as parameters of a statement; receipt in Unix seconds."""
    return {
        "spool": spool,
        "block": block,
        "first_batch": batches[0],
        "last_batch": batches[1],
        "first_day": (datetime.fromtimestamp(first_received, UTC) - _DAYS_BACK).date(),
        "last_day": (datetime.fromtimestamp(last_received, UTC) + _DAYS_AHEAD).date(),
    }
