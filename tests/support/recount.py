"""What every endpoint of the read API must answer for a list of events, worked out event by event.

Like `support.counting`, nothing here knows how the server counts: no hours, no days, no rollups. It compares each event
with the period, and follows docs/counting.md and docs/api.md.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from audioscape_server.api.periods import rfc3339
from support.counting import ENDS, LISTENS, NOW, Sent, folded, lengths, measures, of, query_and_rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Period = tuple[float, float]
#: The last second of a listening curve.
LAST_SECOND = 3_600


def overview(
    events: Sequence[Sent],
    project: str,
    period: Period,
    *,
    interval: str = "day",
    zone: tzinfo = UTC,
    week_start: int = 0,
    before: Period | None = None,
    **where: Any,
) -> dict[str, Any]:
    """Totals, what they are compared with, and each bucket."""
    length_of = lengths(events, project)
    before = before or compared(period)

    def inside(of_period: Period) -> list[Sent]:
        return of(events, project, *of_period, **where)

    return {
        "totals": measures(inside(period), length_of),
        "compared": told(before),
        "previous": measures(inside(before), length_of),
        "series": series(inside(period), length_of, period, interval, zone, week_start),
    }


def rhythm(events: Sequence[Sent], project: str, period: Period, zone: tzinfo, **where: Any) -> list[dict[str, int]]:
    """Plays and listeners of each hour of the week."""
    cells: dict[tuple[int, int], list[Sent]] = defaultdict(list)
    for event in of(events, project, *period, **where):
        local = datetime.fromtimestamp(event.timestamp, zone)
        cells[local.isoweekday(), local.hour].append(event)
    return [
        {
            "weekday": weekday,
            "hour": hour,
            "plays": sum(event.type == "play" for event in cells[weekday, hour]),
            "listeners": len({event.player_id for event in cells[weekday, hour] if event.type in LISTENS} - {""}),
        }
        for weekday in range(1, 8)
        for hour in range(24)
    ]


def tracks(events: Sequence[Sent], project: str, period: Period, **where: Any) -> dict[str, dict[str, Any]]:
    """The measures of each asset, by its id."""
    length_of = lengths(events, project)
    inside = of(events, project, *period, **where)
    named = [event for event in inside if event.asset_id is not None]
    return {
        str(asset): measures(some, length_of) | {"early_skips": early_skips(some)}
        for asset, some in grouped(named, lambda event: event.asset_id).items()
    }


def early_skips(events: Iterable[Sent]) -> int:
    """Skips before 30 seconds of listening."""
    return sum(event.type == "skip" and event.duration is not None and event.duration < 30 for event in events)


def track(
    events: Sequence[Sent],
    project: str,
    period: Period,
    asset: int,
    *,
    zone: tzinfo = UTC,
    before: Period | None = None,
    **where: Any,
) -> dict[str, Any]:
    """All about one asset but its names."""
    length_of = lengths(events, project)
    before = before or compared(period)

    def inside(of_period: Period) -> list[Sent]:
        return of(events, project, *of_period, asset_id=asset, **where)

    return {
        "length": length_of.get(asset),
        "totals": measures(inside(period), length_of),
        "early_skips": early_skips(inside(period)),
        "compared": told(before),
        "previous": measures(inside(before), length_of),
        "series": series(inside(period), length_of, period, "day", zone),
        "listening": listening(inside(period)),
    }


def listening(events: Iterable[Sent]) -> list[dict[str, int]]:
    """How many still listened at each second."""
    ends = [(event.type, event.duration) for event in events if event.type in ENDS and event.duration is not None]
    last = min(LAST_SECOND, max((math.floor(seconds) for _, seconds in ends), default=-1))
    return [
        {
            "second": second,
            "listening": sum(seconds >= second for _, seconds in ends),
            "stops": sum(kind == "stop" and math.floor(seconds) == second for kind, seconds in ends),
            "skips": sum(kind == "skip" and math.floor(seconds) == second for kind, seconds in ends),
        }
        for second in range(last + 1)
    ]


def searches(events: Sequence[Sent], project: str, period: Period, **where: Any) -> list[dict[str, Any]]:
    """The searches that led to clicks, most clicked first."""
    clicks = [(*query_and_rank(event), event) for event in of(events, project, *period, type="search_click", **where)]
    groups = grouped([click for click in clicks if folded(click[0])], lambda click: folded(click[0]))
    found = []
    for group in groups.values():
        typed = Counter(query for query, _, _ in group)
        spellings = sorted(typed, key=lambda query: (-typed[query], query.encode()))
        ranks = [rank for _, rank, _ in group if rank is not None]
        found.append(
            {
                "query": spellings[0],
                "clicks": len(group),
                "players": len({event.player_id for _, _, event in group} - {""}),
                "mean_rank": sum(ranks) / len(ranks) if ranks else None,
                "tracks": len({event.asset_id for _, _, event in group}),
                "spelling_count": len(spellings),
                "spellings": [{"query": query, "clicks": typed[query]} for query in spellings[:10]],
            }
        )
    return sorted(found, key=lambda group: (-group["clicks"], folded(group["query"]).encode()))


def clicked_ranks(events: Sequence[Sent], project: str, period: Period, **where: Any) -> list[dict[str, Any]]:
    """The clicks at each rank from 1 to 10, from 11 to 20, from 21 on, and without a rank."""
    clicks = of(events, project, *period, type="search_click", **where)
    ranks = [rank for _, rank in map(query_and_rank, clicks)]

    def at(first: int | None, last: int | None) -> dict[str, Any]:
        inside = [rank for rank in ranks if (rank is None) == (first is None)]
        if first is not None:
            inside = [rank for rank in inside if rank is not None and first <= rank <= (last or math.inf)]
        return {"first": first, "last": last, "clicks": len(inside)}

    return [*(at(rank, rank) for rank in range(1, 11)), at(11, 20), at(21, None), at(None, None)]


def experiences(
    events: Sequence[Sent], project: str, period: Period, *, whole: bool = False, **where: Any
) -> list[dict[str, Any]]:
    """The measures of each place of each universe, or of each universe, most plays first; and its last event ever."""
    length_of = lengths(events, project)
    filtered = {name for name, values in where.items() if values is not None}

    def last(universe: int, place: int) -> str | None:
        if filtered - {"universe", "universe_not"}:
            return None
        mine = of(events, project, -math.inf, math.inf, universe=universe, place=None if whole else place)
        return rfc3339(max(event.timestamp for event in mine))

    inside = of(events, project, *period, **where)
    places = grouped(inside, lambda event: (event.universe, 0 if whole else event.place))
    rows = {where: measures(some, length_of) for where, some in places.items()}
    return [
        row
        | {
            "universe_id": identifier(universe),
            "place_id": identifier(place),
            "last_event": last(universe, place),
        }
        for (universe, place), row in sorted(rows.items(), key=lambda item: (-item[1]["plays"], item[0]))
    ]


def sent(events: Sequence[Sent], project: str, period: Period, **equal: Any) -> list[str]:
    """The events as they were sent, comparable with an answer's by `comparable`."""
    return comparable([as_sent(event) for event in of(events, project, *period, **equal)])


def comparable(events: Iterable[dict[str, Any]]) -> list[str]:
    """Events as texts, in an order of their own; a time's trailing zeros are not its meaning."""
    texts = []
    for event in events:
        at = datetime.fromisoformat(event["received_at"]).isoformat(timespec="milliseconds")
        texts.append(json.dumps(event | {"received_at": at}, sort_keys=True))
    return sorted(texts)


def as_sent(event: Sent) -> dict[str, Any]:
    """An event as the API shows it."""
    fields: dict[str, Any] = {"type": event.type, "timestamp": whole(event.timestamp)}
    if event.asset_id is not None:
        fields["asset_id"] = str(event.asset_id)
    if event.player_id:
        fields["player_id"] = event.player_id
    if event.duration is not None:
        fields["duration"] = whole(event.duration)
    if event.value:
        fields["value"] = event.value
    if event.metadata:
        fields["metadata"] = json.loads(event.metadata)
    stamped = datetime.fromtimestamp(round(event.received_at, 3), UTC).isoformat(timespec="milliseconds")
    fields["received_at"] = stamped.replace("+00:00", "Z")
    return fields | {"universe_id": identifier(event.universe), "place_id": identifier(event.place)}


def compared(period: Period, now: float = NOW, back: float | None = None) -> Period:
    """Of the period that lies so many seconds before, no more than stands for the time until the minute of now.

    Without `back` it is the period that ends where this one starts.
    """
    since, until = period
    length = until - since if back is None else back
    # No time is before 1970.
    first = max(0.0, since - length)
    whole = (first, since if back is None else max(0.0, until - length))
    if now >= until:
        return whole
    return first, max(first, math.floor(max(now // 60 * 60, since) - length))


def told(period: Period) -> dict[str, str]:
    """A period as it is answered."""
    return {"from": rfc3339(period[0]), "to": rfc3339(period[1])}


def series(  # noqa: PLR0917
    events: Sequence[Sent],
    length_of: dict[int, float],
    period: Period,
    interval: str,
    zone: tzinfo = UTC,
    week_start: int = 0,
) -> list[dict[str, Any]]:
    """The measures of each bucket that touches the period."""
    edges = starts(period, interval, zone, week_start)
    return [
        {"start": stamp(start), "label": label(start, interval, zone, week_start)}
        | measures([event for event in events if start <= event.timestamp < end], length_of)
        for start, end in zip(edges, [*edges[1:], math.inf], strict=True)
    ]


def starts(period: Period, interval: str, zone: tzinfo = UTC, week_start: int = 0) -> list[int]:
    """Where the buckets that touch a period start: from one quarter of an hour to the next, when the label changes.

    No clock of our century has been moved at any other time.
    """
    quarter = 900
    at = math.floor(period[0] / quarter) * quarter
    shown = label(at, interval, zone, week_start)
    while label(at - quarter, interval, zone, week_start) == shown:
        at -= quarter
    found = [at]
    while (at := at + quarter) < period[1]:
        if label(at, interval, zone, week_start) != shown:
            shown = label(at, interval, zone, week_start)
            found.append(at)
    return found


def label(at: float, interval: str, zone: tzinfo = UTC, week_start: int = 0) -> str:
    """What a zone calls the hour, day, week or month of an instant."""
    local = datetime.fromtimestamp(at, zone)
    if interval == "hour":
        # An hour of which a part was left out begins where it goes on.
        full = datetime.fromtimestamp(at - local.minute * 60, zone)
        minute = 30 if full.utcoffset() != local.utcoffset() else 0
        return local.replace(minute=minute, second=0, microsecond=0).isoformat(timespec="minutes")
    if interval == "week":
        return (local.date() - timedelta(days=(local.weekday() - week_start) % 7)).isoformat()
    return local.date().isoformat()[: 7 if interval == "month" else 10]


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def grouped(items: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def identifier(number: int) -> str | None:
    return str(number) if number else None


def whole(number: float) -> float:
    return int(number) if number == int(number) else number
