"""The questions of the read API, asked of PostgreSQL: sensible indexes, one statement each.

`PostgresQuestions` has the methods of `audioscape_server.api.queries.Queries`, so both can be asked the same. It
answers with plain numbers, and `numbers` makes such of an answer of ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg.rows import dict_row

from audioscape_server.api.event_pages import EventFilter
from audioscape_server.api.filters import Filters
from audioscape_server.api.parameters import Cursor, Page
from audioscape_server.api.periods import Period
from audioscape_server.api.searches import WantedSearches
from audioscape_server.api.timeline import Timeline

FOLDER = Path(__file__).parent
_SUMS = (
    "events", "plays", "stops", "skips", "completed", "up_votes", "down_votes", "favorites", "unfavorites",
    "queue_adds", "search_clicks", "listened_seconds",
)  # fmt: skip

Numbers = dict[str, Any]
Row = dict[str, Any]


class PostgresQuestions:
    """Asks PostgreSQL what `Queries` asks the warehouse. The project is left out: the table holds one."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._cursor = connection.cursor(row_factory=dict_row)
        self._statements = {path.stem: path.read_bytes() for path in FOLDER.glob("*.sql")}

    def overview(self, _project: str, timeline: Timeline, filters: Filters, *, exact: bool = False) -> Numbers:
        """See `Queries.overview`; always exact, and by UTC."""
        del exact
        period = timeline.period
        rows = self._ask("overview", period, filters, interval=timeline.unit, before=period.previous.since)
        return _activity(rows)

    def tracks(self, _project: str, period: Period, filters: Filters, page: Page) -> Numbers:
        """See `Queries.tracks`."""
        rows = self._ask("tracks", period, filters, sort=page.sort, limit=page.limit, offset=page.offset)
        named = ({"asset_id": str(row["asset_id"]), "early_skips": row["early_skips"]} for row in rows)
        listed = [names | _measures(row) for names, row in zip(named, rows, strict=True)]
        return {"rows": listed, "total": _total(rows)}

    def track(self, _project: str, asset_id: int, timeline: Timeline, filters: Filters) -> Numbers:
        """See `Queries.track`."""
        period = timeline.period
        of_asset = replace(filters, assets=(asset_id,))
        rows = self._ask("overview", period, of_asset, interval="day", before=period.previous.since)
        ends = self._ask("listening", period, filters, asset_id=asset_id)
        return _activity(rows) | {"ends": {row["second"]: (row["stops"], row["skips"]) for row in ends}}

    def experiences(self, _project: str, period: Period, filters: Filters, page: Page) -> Numbers:
        """See `Queries.experiences`; sorted by plays."""
        rows = self._ask("experiences", period, filters, limit=page.limit, offset=page.offset)
        listed = [
            {"universe_id": str(row["universe_id"]), "place_id": str(row["place_id"])} | _measures(row) for row in rows
        ]
        return {"rows": listed, "total": _total(rows)}

    def searches(self, _project: str, wanted: WantedSearches) -> Numbers:
        """See `Queries.searches`; whatever text is sought."""
        rows = self._ask("searches", wanted.period, wanted.filters, limit=wanted.limit, offset=wanted.offset)
        names = ("query", "spellings", "spelling_count", "clicks", "players", "mean_rank", "tracks")
        return {"rows": [{name: row[name] for name in names} for row in rows], "total": _total(rows)}

    def events(self, _project: str, period: Period, wanted: EventFilter, limit: int, _after: Cursor | None) -> Numbers:
        """See `Queries.events`; the first page."""
        rows = self._ask(
            "events",
            period,
            Filters(),
            type=wanted.type,
            asset_id=wanted.asset_id,
            player_id=wanted.player_id,
            limit=limit,
        )
        return {"timestamps": [row["timestamp"] for row in rows]}

    def scan(self, since: float) -> object:
        """Read all events since then."""
        return self._cursor.execute(self._statements["scan"], {"since": since}).fetchall()

    def _ask(self, name: str, period: Period, filters: Filters, **more: object) -> list[Row]:
        parameters = {
            "since": period.since, "until": period.until,
            "universes": list(filters.universes) or None, "places": list(filters.places) or None,
            "assets": list(filters.assets) or None, "keys": list(filters.keys) or None,
        }  # fmt: skip
        return self._cursor.execute(self._statements[name], parameters | more).fetchall()


def _total(rows: Sequence[Row]) -> int:
    return rows[0]["total"] if rows else 0


def _measures(row: Mapping[str, Any]) -> Numbers:
    ends = row["stops"] + row["skips"]
    return {name: row[name] for name in _SUMS if name != "stops"} | {
        "listeners": row["listeners"],
        "completion_rate": row["completed"] / ends if ends else None,
        "skip_rate": row["skips"] / ends if ends else None,
    }


def _activity(rows: Sequence[Row]) -> Numbers:
    inside = [row for row in rows if row["start"] is not None]
    before = [row for row in rows if row["start"] is None]
    nothing = dict.fromkeys(_SUMS, 0) | {"listeners": 0}
    period = {name: sum(row[name] for row in inside) for name in _SUMS}
    period["listeners"] = inside[0]["listeners_of_period"] if inside else 0
    return {
        "totals": _measures(period),
        "previous": _measures(before[0] if before else nothing),
        "series": {row["start"]: _measures(row) for row in inside},
    }


def numbers(answer: msgspec.Struct) -> Numbers:
    """An answer of ours as `PostgresQuestions` would give it, and whether its listeners are exact."""
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(answer))
    if "events" in found:
        return {"timestamps": [event["timestamp"] for event in found["events"]]}
    listed = next((found[name] for name in ("tracks", "experiences", "queries") if name in found), None)
    if listed is not None:
        unwanted = ("title", "artist", "last_event")  # of whatever period: PostgreSQL is spared that
        rows = [{name: value for name, value in row.items() if name not in unwanted} for row in listed]
        return {"rows": rows, "total": found["total"]}
    made: Numbers = {"totals": found["totals"], "previous": found["previous"]}
    made["series"] = {
        datetime.fromisoformat(bucket.pop("start")).timestamp(): {k: v for k, v in bucket.items() if k != "label"}
        for bucket in found["series"]
        if bucket["events"]
    }
    if "listening" in found:
        curve = found["listening"]
        made["ends"] = {one["second"]: (one["stops"], one["skips"]) for one in curve if one["stops"] or one["skips"]}
    return made
