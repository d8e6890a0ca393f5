"""Every number of every endpoint equals a sum made from the same events in plain Python."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from support.counting import DAY, ENDS, HOUR, NOW, Sent, folded, lengths, measures, of, query_and_rank

if TYPE_CHECKING:
    from litestar.testing import TestClient

START = NOW - 10 * DAY
#: Times on, just before and just after whole hours and days, and anywhere between; in Unix seconds.
times = st.one_of(
    st.floats(START, NOW + HOUR).map(lambda time: round(time, 6)),
    st.integers(0, 10 * 24).map(lambda hours: math.floor(START / DAY) * DAY + hours * HOUR),
    st.integers(0, 10).map(lambda days: math.floor(START / DAY) * DAY + days * DAY + 0.001),
)
periods = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map(sorted)
universes = st.sampled_from((None, 0, 11, 12, 404))
projects = st.sampled_from(("alpha", "beta"))


def ask(client: TestClient[Any], path: str, project: str, period: tuple[float, float], **parameters: Any) -> Any:
    given = {name: str(value) for name, value in parameters.items() if value is not None}
    answer = client.get(
        f"/analytics/v1/{path}",
        params={"from": repr(period[0]), "to": repr(period[1]), **given},
        headers={"x-api-key": f"read:{project}"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def expected_series(
    events: list[Sent], length_of: dict[int, float], period: tuple[float, float], unit: int
) -> list[dict[str, Any]]:
    starts = range(math.floor(period[0] / unit) * unit, math.ceil(period[1]), unit)
    return [
        {"start": stamp(start)}
        | measures([event for event in events if start <= event.timestamp < start + unit], length_of)
        for start in starts
    ]


@settings(max_examples=40)
@given(
    project=projects,
    period=periods,
    universe=universes,
    place=st.sampled_from((None, 0, 5)),
    interval=st.sampled_from(("hour", "day")),
)
def test_overview_counts_exactly_what_is_in_the_period(
    *,
    client: Any,
    events: list[Sent],
    project: str,
    period: Any,
    universe: int | None,
    place: int | None,
    interval: str,
) -> None:
    answer = ask(client, "overview", project, period, universe=universe, place=place, interval=interval)
    length_of = lengths(events, project)
    inside = of(events, project, *period, universe=universe, place=place)
    before = of(events, project, period[0] - (period[1] - period[0]), period[0], universe=universe, place=place)
    assert answer["totals"] == measures(inside, length_of)
    assert answer["previous"] == measures(before, length_of)
    assert answer["series"] == expected_series(inside, length_of, period, HOUR if interval == "hour" else DAY)


@settings(max_examples=25)
@given(project=projects, period=periods, universe=universes)
def test_tracks_list_every_asset_with_an_event(
    client: Any, events: list[Sent], project: str, period: Any, universe: int | None
) -> None:
    answer = ask(client, "tracks", project, period, universe=universe)
    length_of = lengths(events, project)
    by_asset: dict[int, list[Sent]] = defaultdict(list)
    for event in of(events, project, *period, universe=universe):
        if event.asset_id is not None:
            by_asset[event.asset_id].append(event)
    expected = {str(asset): measures(some, length_of) for asset, some in by_asset.items()}
    found = {row.pop("asset_id"): row for row in answer["tracks"]}
    for row in found.values():
        del row["title"], row["artist"]
    assert found == expected
    assert answer["total"] == len(expected)


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize(
    "sort",
    [
        "events", "plays", "listeners", "listened_seconds", "completed", "completion_rate", "skips", "skip_rate",
        "up_votes", "down_votes", "favorites", "unfavorites", "queue_adds", "search_clicks",
    ],
)  # fmt: skip
def test_tracks_are_sorted_by_any_measure_with_ties_by_asset_and_no_value_last(
    client: Any, sort: str, order: str
) -> None:
    period = (NOW - 2 * DAY, NOW - 1.9 * DAY)
    rows = ask(client, "tracks", "alpha", period, sort=sort, order=order)["tracks"]
    sign = 1 if order == "asc" else -1

    def place(row: dict[str, Any]) -> tuple[bool, float, int]:
        return row[sort] is None, sign * (row[sort] or 0), int(row["asset_id"])

    assert len(rows) > 2
    assert rows == sorted(rows, key=place)


def test_tracks_come_in_pages_and_the_total_holds_past_the_end(client: Any) -> None:
    period = (START, NOW)
    everything = ask(client, "tracks", "alpha", period)
    pages = [ask(client, "tracks", "alpha", period, limit=4, offset=offset) for offset in (0, 4, 8)]
    assert [row for page in pages for row in page["tracks"]] == everything["tracks"]
    assert {page["total"] for page in pages} == {everything["total"]} == {6}


@settings(max_examples=25)
@given(project=projects, period=periods, universe=universes, asset=st.integers(1, 6))
def test_a_track_is_told_by_day_and_by_second(
    *, client: Any, events: list[Sent], project: str, period: Any, universe: int | None, asset: int
) -> None:
    answer = ask(client, f"tracks/{asset}", project, period, universe=universe)
    length_of = lengths(events, project)
    inside = of(events, project, *period, universe=universe, asset_id=asset)
    before = of(events, project, period[0] - (period[1] - period[0]), period[0], universe=universe, asset_id=asset)
    assert answer["length"] == length_of.get(asset)
    assert answer["totals"] == measures(inside, length_of)
    assert answer["previous"] == measures(before, length_of)
    assert answer["series"] == expected_series(inside, length_of, period, DAY)

    ends = [event for event in inside if event.type in ENDS and event.duration is not None]
    last = min(3_600, max((math.floor(event.duration) for event in ends), default=-1))
    assert answer["listening"] == [
        {
            "second": second,
            "listening": sum(event.duration >= second for event in ends),
            "stops": sum(event.type == "stop" and math.floor(event.duration) == second for event in ends),
            "skips": sum(event.type == "skip" and math.floor(event.duration) == second for event in ends),
        }
        for second in range(last + 1)
    ]


@settings(max_examples=25)
@given(project=projects, period=periods)
def test_searches_group_spellings_and_ignore_clicks_without_a_query(
    client: Any, events: list[Sent], project: str, period: Any
) -> None:
    answer = ask(client, "search/queries", project, period)
    groups: dict[str, list[tuple[str, int | None, Sent]]] = defaultdict(list)
    for event in of(events, project, *period, type="search_click"):
        query, rank = query_and_rank(event)
        if folded(query):
            groups[folded(query)].append((query, rank, event))
    expected = []
    for clicks in groups.values():
        spellings = Counter(query for query, _, _ in clicks)
        ranks = [rank for _, rank, _ in clicks if rank is not None]
        expected.append(
            {
                "query": min(spellings, key=lambda query: (-spellings[query], query)),
                "clicks": len(clicks),
                "players": len({event.player_id for _, _, event in clicks} - {""}),
                "mean_rank": sum(ranks) / len(ranks) if ranks else None,
                "tracks": len({event.asset_id for _, _, event in clicks}),
            }
        )
    expected.sort(key=lambda group: (-group["clicks"], folded(group["query"])))
    assert answer == {"queries": expected, "total": len(expected)}


@settings(max_examples=25)
@given(project=projects, period=periods)
def test_experiences_tell_every_place_of_every_universe(
    client: Any, events: list[Sent], project: str, period: Any
) -> None:
    rows = ask(client, "experiences", project, period)["experiences"]
    length_of = lengths(events, project)
    places: dict[tuple[int, int], list[Sent]] = defaultdict(list)
    for event in of(events, project, *period):
        places[event.universe, event.place].append(event)
    expected = [
        measures(some, length_of) | {"universe_id": str(universe or "") or None, "place_id": str(place or "") or None}
        for (universe, place), some in sorted(
            places.items(), key=lambda item: (-sum(event.type == "play" for event in item[1]), *item[0])
        )
    ]
    assert rows == expected


def whole(number: float) -> float:
    return int(number) if number == int(number) else number


def as_sent(event: Sent) -> dict[str, Any]:
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
    return fields | {
        "universe_id": str(event.universe) if event.universe else None,
        "place_id": str(event.place) if event.place else None,
    }


def comparable(events: list[dict[str, Any]]) -> list[str]:
    """Events as texts, in an order of their own; a time's trailing zeros are not its meaning."""
    texts = []
    for event in events:
        at = datetime.fromisoformat(event["received_at"]).isoformat(timespec="milliseconds")
        texts.append(json.dumps(event | {"received_at": at}, sort_keys=True))
    return sorted(texts)


@settings(max_examples=25)
@given(
    project=projects,
    period=periods,
    type_=st.sampled_from((None, "play", "Play", "boss_fight", "search_click")),
    asset=st.sampled_from((None, 1, 2)),
    player=st.sampled_from((None, "p1", "ünï")),
    limit=st.sampled_from((7, 100, 1000)),
)
def test_events_come_back_as_sent_page_by_page_newest_first(
    *, client: Any, events: list[Sent], project: str, period: Any, type_: Any, asset: Any, player: Any, limit: int
) -> None:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = ask(
            client, "events", project, period, type=type_, asset_id=asset, player_id=player, limit=limit, cursor=cursor
        )
        found += page["events"]
        assert len(page["events"]) <= limit
        cursor = page["next_cursor"]
        if cursor is None:
            break
        assert len(page["events"]) == limit
    inside = of(events, project, *period, type=type_, asset_id=asset, player_id=player)
    assert comparable(found) == comparable([as_sent(event) for event in inside])
    stamps = [event["timestamp"] for event in found]
    assert stamps == sorted(stamps, reverse=True)
