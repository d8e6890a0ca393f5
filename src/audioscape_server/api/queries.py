"""Ask the warehouse and the catalog, and shape what they say into answers.

Everything here blocks: call it in a thread. The project is always the first argument, and comes from the key alone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec import UNSET

from audioscape_server.api.dependencies import Answerer, Catalog, Names
from audioscape_server.api.parameters import DAY_S, HOUR_S, NO_WHOLE, Cursor, Page, Period, Unit, Whole, rfc3339
from audioscape_server.api.responses import (
    MEASURES,
    Bucket,
    Event,
    Events,
    Experience,
    Experiences,
    Measures,
    Overview,
    SearchQueries,
    SearchQuery,
    Second,
    TrackDetail,
    TrackRow,
    Tracks,
)
from audioscape_server.api.turns import Question
from audioscape_server.errors import NotFoundError

#: Bytes of metadata after which a page of events ends, whatever its limit.
PAGE_BYTES: Final = 4 << 20
#: The last second of a listening curve, in seconds of listening.
LAST_SECOND: Final = 3_600
_NOTHING: Final[dict[str, Any]] = dict.fromkeys(MEASURES, 0) | {"completion_rate": None, "skip_rate": None}
#: Whole numbers up to here are exact in a float; beyond, a float is written as it is.
_EXACT_WHOLE: Final = 2.0**53

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; None = any."""

    type: str | None
    asset_id: int | None
    player_id: str | None


class Queries:
    """Every question that the read API answers from the warehouse, for one request.

    Args:
        warehouse: answers the statements.
        catalog: knows the names of assets.
        question: says how long a statement may take, and whether anybody still waits for the answer.
    """

    def __init__(self, warehouse: Answerer, catalog: Catalog, question: Question) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._question = question

    def overview(
        self, project: str, period: Period, interval: Unit, universe: int | None, place: int | None
    ) -> Overview:
        """The measures of a period, of the one before, and of each bucket."""

        def ask(of: Period) -> list[Row]:
            return self._ask(
                "read/activity",
                project=project,
                interval=interval,
                universe=universe,
                place=place,
                **_bounds(of, of.whole(HOUR_S)),
            )

        rows = ask(period)
        return Overview(
            since=rfc3339(period.since),
            until=rfc3339(period.until),
            totals=_totals(rows),
            previous=_totals(ask(period.previous)),
            series=_series(rows, period.buckets(interval)),
        )

    def experiences(self, project: str, period: Period, page: Page) -> Experiences:
        """One page of the places of universes with an event in the period."""

        def ask(limit: int, offset: int) -> list[Row]:
            return self._ask(
                "read/experiences",
                project=project,
                sort=page.sort,
                descending=int(page.descending),
                limit=limit,
                offset=offset,
                **_bounds(period, period.whole(HOUR_S)),
            )

        rows, total = _page(ask, page.limit, page.offset)
        return Experiences(
            experiences=[
                Experience(
                    universe_id=_identifier(row["universe_id"]), place_id=_identifier(row["place_id"]), **_measures(row)
                )
                for row in rows
            ],
            total=total,
        )

    def tracks(self, project: str, period: Period, universe: int | None, page: Page) -> Tracks:
        """One page of the assets with an event in the period."""

        def ask(limit: int, offset: int) -> list[Row]:
            return self._ask(
                "read/tracks",
                project=project,
                universe=universe,
                sort=page.sort,
                descending=int(page.descending),
                limit=limit,
                offset=offset,
                **_bounds(period, period.whole(DAY_S)),
            )

        rows, total = _page(ask, page.limit, page.offset)
        names = self._catalog.tracks(project, [row["asset_id"] for row in rows])
        return Tracks(
            tracks=[TrackRow(**_names(row["asset_id"], names.get(row["asset_id"])), **_measures(row)) for row in rows],
            total=total,
        )

    def track(
        self, project: str, asset_id: int, period: Period, universe: int | None, place: int | None
    ) -> TrackDetail:
        """All about one asset.

        Raises:
            NotFoundError: the asset is neither in the catalog nor in any event of the project.
        """
        names = self._catalog.tracks(project, [asset_id]).get(asset_id)
        known = self._ask("read/track_known", project=project, asset_id=asset_id)
        if not known and names is None:
            raise NotFoundError(f"asset {asset_id} is unknown: no event and no catalog entry of this project names it")

        def ask(name: str, of: Period, **more: Any) -> list[Row]:
            return self._ask(
                name,
                project=project,
                asset_id=asset_id,
                universe=universe,
                place=place,
                since=of.since,
                until=of.until,
                **more,
            )

        rows = ask("read/track", period, interval="day")
        return TrackDetail(
            **_names(asset_id, names),
            album=names.album if names else None,
            genre=names.genre if names else None,
            length=known[0]["length"] if known else None,
            totals=_totals(rows),
            previous=_totals(ask("read/track", period.previous, interval="day")),
            series=_series(rows, period.buckets("day")),
            listening=_listening(ask("read/listening", period, last_second=LAST_SECOND)),
        )

    def search_queries(
        self, project: str, period: Period, universe: int | None, limit: int, offset: int
    ) -> SearchQueries:
        """One page of the searches, those with the most clicks first."""
        # The rollup of searches does not know the universe.
        whole = period.whole(DAY_S) if universe is None else NO_WHOLE

        def ask(limit: int, offset: int) -> list[Row]:
            return self._ask(
                "read/search_queries",
                project=project,
                universe=universe,
                limit=limit,
                offset=offset,
                **_bounds(period, whole),
            )

        rows, total = _page(ask, limit, offset)
        return SearchQueries(
            queries=[SearchQuery(**{name: row[name] for name in SearchQuery.__struct_fields__}) for row in rows],
            total=total,
        )

    def events(self, project: str, period: Period, wanted: EventFilter, limit: int, after: Cursor | None) -> Events:
        """One page of events, newest first."""
        rows = self._ask(
            "read/events",
            project=project,
            since=period.since,
            until=period.until,
            type=wanted.type,
            asset_id=wanted.asset_id,
            player_id=wanted.player_id,
            after_timestamp=after.timestamp if after else None,
            after_spool=after.spool if after else "",
            after_row=after.row if after else 0,
            after_position=after.position if after else 0,
            # One more than asked for tells whether there is another page.
            limit=limit + 1,
            max_bytes=PAGE_BYTES,
        )
        more = len(rows) > limit or sum(len(row["metadata"].encode()) for row in rows) > PAGE_BYTES
        rows = rows[:limit]
        last = Cursor(**{name: rows[-1][name] for name in ("timestamp", "spool", "row", "position")}) if more else None
        return Events(events=[_event(row) for row in rows], next_cursor=last.encoded() if last else None)

    def _ask(self, name: str, **parameters: Any) -> list[Row]:
        question = self._question
        return self._warehouse.ask(name, parameters, tag=question.tag, seconds=question.seconds_left())


def _bounds(period: Period, whole: Whole) -> dict[str, float]:
    return {"since": period.since, "until": period.until, "whole_from": whole.start, "whole_to": whole.end}


def _page(ask: Callable[[int, int], list[Row]], limit: int, offset: int) -> tuple[list[Row], int]:
    """Ask for a page; return its rows, and how many there are on all pages."""
    rows = ask(limit, offset)
    # A page past the end has no row that could carry the total.
    counted = rows or (ask(1, 0) if offset else [])
    return rows, counted[0]["total"] if counted else 0


def _measures(row: Mapping[str, Any]) -> dict[str, Any]:
    # Sums of seconds differ in their last bits with the order of summing; six digits are more than any clock has.
    return {name: row[name] for name in MEASURES} | {"listened_seconds": round(row["listened_seconds"], 6)}


def _totals(rows: Iterable[Mapping[str, Any]]) -> Measures:
    return next((Measures(**_measures(row)) for row in rows if row["is_total"]), Measures(**_NOTHING))


def _series(rows: Iterable[Mapping[str, Any]], starts: Sequence[int]) -> list[Bucket]:
    found = {row["start"]: _measures(row) for row in rows if not row["is_total"]}
    return [Bucket(start=rfc3339(start), **found.get(start, _NOTHING)) for start in starts]


def _names(asset_id: int, names: Names | None) -> dict[str, Any]:
    return {
        "asset_id": str(asset_id),
        "title": (names.title if names else None) or str(asset_id),
        "artist": names.artist if names else None,
    }


def _listening(rows: Sequence[Mapping[str, Any]]) -> list[Second]:
    """Sum the ends of listening from the longest down, so that each second counts all who got there."""
    if not rows:
        return []
    ends = {row["second"]: (row["stops"], row["skips"]) for row in rows}
    listening = sum(ends.get(LAST_SECOND + 1, (0, 0)))
    curve: list[Second] = []
    for second in range(min(max(ends), LAST_SECOND), -1, -1):
        stops, skips = ends.get(second, (0, 0))
        listening += stops + skips
        curve.append(Second(second, listening, stops, skips))
    return curve[::-1]


def _event(row: Mapping[str, Any]) -> Event:
    asset_id, duration = row["asset_id"], row["duration"]
    return Event(
        type=row["type"],
        timestamp=_number(row["timestamp"]),
        received_at=rfc3339(round(row["received_at"], 3)),
        universe_id=_identifier(row["universe"]),
        place_id=_identifier(row["place"]),
        asset_id=UNSET if asset_id is None else str(asset_id),
        player_id=row["player_id"] or UNSET,
        duration=UNSET if duration is None else _number(duration),
        value=row["value"] or UNSET,
        metadata=msgspec.Raw(row["metadata"].encode()) if row["metadata"] else UNSET,  # type: ignore[arg-type]
    )


def _identifier(number: int) -> str | None:
    return str(number) if number else None


def _number(value: float) -> float:
    return int(value) if value.is_integer() and abs(value) <= _EXACT_WHOLE else value
