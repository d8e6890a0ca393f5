"""From the rows that statements return to what is answered."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from audioscape_server.api.dependencies import Names
from audioscape_server.api.periods import Compared, rfc3339
from audioscape_server.api.responses import MEASURES, Bucket, BucketTime, ComparedWith, Event, Measures, Second
from audioscape_server.api.timeline import Timeline

#: The last second of a listening curve, in seconds of listening; the rollup of tracks keeps as many.
LAST_SECOND: Final = 3_600
_NOTHING: Final[dict[str, Any]] = dict.fromkeys(MEASURES, 0) | {
    "listeners_exact": True, "completion_rate": None, "skip_rate": None,
}  # fmt: skip
#: Whole numbers up to here are exact in a float; beyond, a float is written as it is.
_EXACT_WHOLE: Final = 2.0**53

Row = dict[str, Any]
#: What activity_of_project.sql and its like find, by bucket.
Activity = dict[str, Row]


def measures(row: Mapping[str, Any]) -> dict[str, Any]:
    """The measures, of which some are made of two that the warehouse sums."""
    ends = row["stops"] + row["skips"]
    made = {
        "listeners_exact": row.get("listeners_exact", True),
        "listened_seconds": round(row["listened_micros"] / 1_000_000, 6),
        "completion_rate": row["completed"] / ends if ends else None,
        "skip_rate": row["skips"] / ends if ends else None,
    }
    return {name: made[name] if name in made else row[name] for name in MEASURES}


def totals(found: Activity, bucket: str) -> Measures:
    """What was found of a bucket, or nothing."""
    return Measures(**_counted(found, bucket))


def compared_with(compared: Compared | None) -> ComparedWith | UnsetType:
    """Which period that is; nothing where nothing is compared."""
    return ComparedWith(rfc3339(compared.period.since), rfc3339(compared.end)) if compared else UNSET


def series(found: Activity, timeline: Timeline) -> list[Bucket]:
    """The buckets of a period, those without an event too."""
    label, unit = timeline.period.calendar.label, timeline.unit
    return [
        Bucket(start=rfc3339(start), label=label(start, unit), **_counted(found, str(max(0, start))))
        for start in timeline.starts
    ]


def buckets(timeline: Timeline) -> list[BucketTime]:
    """When the buckets of a period are."""
    label, unit = timeline.period.calendar.label, timeline.unit
    return [BucketTime(start=rfc3339(start), label=label(start, unit)) for start in timeline.starts]


def page(ask: Callable[[int, int], list[Row]], limit: int, offset: int) -> tuple[list[Row], int]:
    """Ask for a page; return its rows, and how many there are on all pages."""
    rows = ask(limit, offset)
    # A page past the end has no row that could carry the total.
    counted = rows or (ask(1, 0) if offset else [])
    return rows, counted[0]["total"] if counted else 0


def series_before(found: Activity, timeline: Timeline) -> list[Bucket]:
    """The buckets of the period before that stand for those of the period, one for one."""
    label, unit = timeline.period.calendar.label, "hour" if timeline.unit == "hour" else "day"
    # Where two begin at once, the first is empty.
    ends = [*timeline.before[1:], None]
    return [
        Bucket(
            start=rfc3339(start),
            label=label(start, unit),
            **(_NOTHING if start == end else _counted(found, f"before {start}")),
        )
        for start, end in zip(timeline.before, ends, strict=True)
    ]


def naming(asset_id: int, names: Names | None) -> dict[str, Any]:
    """How an asset is called."""
    return {
        "asset_id": str(asset_id),
        "title": (names.title if names else None) or str(asset_id),
        "artist": names.artist if names else None,
    }


def listening_curve(stopped_at: Mapping[int, int], skipped_at: Mapping[int, int]) -> list[Second]:
    """Sum the ends of listening from the longest down, so that each second counts all who got there."""
    curve: list[Second] = []
    listening = 0
    for second in range(max(stopped_at.keys() | skipped_at.keys(), default=-1), -1, -1):
        stops, skips = stopped_at.get(second, 0), skipped_at.get(second, 0)
        listening += stops + skips
        if second <= LAST_SECOND:
            curve.append(Second(second, listening, stops, skips))
    return curve[::-1]


def event(row: Mapping[str, Any]) -> Event:
    """An event as it was sent."""
    asset_id, duration = row["asset_id"], row["duration"]
    return Event(
        type=row["type"],
        timestamp=_number(row["timestamp"]),
        received_at=rfc3339(round(row["received_at"], 3)),
        universe_id=identifier(row["universe"]),
        place_id=identifier(row["place"]),
        asset_id=UNSET if asset_id is None else str(asset_id),
        player_id=row["player_id"] or UNSET,
        duration=UNSET if duration is None else _number(duration),
        value=row["value"] or UNSET,
        metadata=msgspec.Raw(row["metadata"].encode()) if row["metadata"] else UNSET,  # type: ignore[arg-type]
    )


def _counted(found: Activity, bucket: str) -> dict[str, Any]:
    return measures(found[bucket]) if bucket in found else _NOTHING


def identifier(number: int) -> str | None:
    """A universe or a place; 0 stands for none."""
    return str(number) if number else None


def _number(value: float) -> float:
    return int(value) if value.is_integer() and abs(value) <= _EXACT_WHOLE else value
