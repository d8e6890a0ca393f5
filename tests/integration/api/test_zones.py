"""By the clock of a zone every number equals a plain recount, over the days on which that clock is moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from audioscape_server.api import activity, zones
from support import recount
from support.asking import ask, fields_of, without_names
from support.counting import DAY, HOUR, NOW, Events, Sent, load_batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audioscape_server.warehouse import Warehouse

#: Zones, and the first days of five, among them those on which a clock is moved.
ZONES = [
    ("UTC", "2026-03-27"), ("Asia/Tehran", "2026-03-20"), ("America/New_York", "2026-03-06"),
    ("America/New_York", "2026-10-30"), ("Asia/Kolkata", "2026-03-27"), ("Australia/Lord_Howe", "2026-04-03"),
    ("Australia/Lord_Howe", "2026-10-02"), ("Asia/Kathmandu", "2026-03-27"),
]  # fmt: skip
ids = [f"{zone} {day}" for zone, day in ZONES]
#: What the whole project is asked by, and what places, tracks and their events answer.
WHERE: dict[str, dict[str, Any]] = {"all": {}, "a universe": {"universe": 11}, "a track": {"asset": 1}}
#: What is asked of as little as can go wrong of its own: by day alone.
WITHOUT: dict[str, dict[str, Any]] = {"no universe": {"universe_not": 11}, "no track": {"asset_not": 1}}


@pytest.fixture(scope="module", autouse=True)
def _later(parts: Any) -> Iterator[None]:
    """When all of these days are over."""
    with parts.at(NOW + 90 * DAY):
        yield


def instant(zone: str, day: str, days: int = 0) -> float:
    local = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)) + timedelta(days=days)
    return local.timestamp()


def sent(zone: str, first: str) -> list[Sent]:
    """Something every 13 minutes of ten days, and just before and on each half hour."""
    found: list[Sent] = []
    since, until = instant(zone, first, -5), instant(zone, first, 5)
    times = [since + 780.0 * number for number in range(int((until - since) / 780))]
    times += [since + HOUR / 2 * number + shift for number in range(20 * 24) for shift in (-0.25, 0.0)]
    for number, at in enumerate(times):
        kind = "play" if number % 3 else "stop"
        what = (kind, 1 + number % 4, at, f"p{number % 7}-{int(at // 5_000) % 5}")
        found.append(Sent(f"{zone} {first}", "k", 11 + number % 2, 5, until, *what, 100.0, "", ""))
    return found


@pytest.fixture(scope="module")
def stored(warehouse: Warehouse) -> dict[str, Events]:
    events: dict[str, Events] = {}
    for number, (zone, first) in enumerate(ZONES):
        events[f"{zone} {first}"] = mine = Events(sent(zone, first))
        requests: dict[int, list[Sent]] = {}
        for one in mine:
            requests.setdefault(one.universe, []).append(one)
        warehouse.insert_block("zones", 1_000 + number, 0, load_batches(requests.values(), first=number * 10 + 1))
    warehouse.judge_stops()
    return events


def expected(events: Sequence[Sent], zone: str, first: str, interval: str, where: dict[str, Any]) -> dict[str, Any]:
    period = instant(zone, first), instant(zone, first, 5)
    return recount.overview(
        events, f"{zone} {first}", period, interval=interval, zone=ZoneInfo(zone), week_start=6,
        before=(instant(zone, first, -5), period[0]), **fields_of(where),
    )  # fmt: skip


def answer_of(client: Any, zone: str, first: str, **asked: Any) -> dict[str, Any]:
    last = datetime.fromisoformat(first) + timedelta(days=5)
    answer = client.get(
        "/analytics/v1/overview",
        params={"from": first, "to": f"{last:%Y-%m-%d}", "zone": zone, "week_start": "sunday", **asked},
        headers={"x-api-key": f"read:{zone} {first}"},
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body.pop("from"), body.pop("to")) == (
        recount.stamp(instant(zone, first)), recount.stamp(instant(zone, first, 5)),
    )  # fmt: skip
    return body


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
@pytest.mark.parametrize(("zone", "first"), ZONES, ids=ids)
def test_an_overview_counts_by_the_clock_of_its_zone(
    *, client: Any, stored: dict[str, Events], zone: str, first: str, interval: str, where: str
) -> None:
    answer = answer_of(client, zone, first, interval=interval, **WHERE[where])
    assert answer == expected(stored[f"{zone} {first}"], zone, first, interval, WHERE[where])


@pytest.mark.parametrize("where", WITHOUT)
@pytest.mark.parametrize(("zone", "first"), ZONES, ids=ids)
def test_an_overview_without_some_counts_by_the_clock_of_its_zone(
    *, client: Any, stored: dict[str, Events], zone: str, first: str, where: str
) -> None:
    answer = answer_of(client, zone, first, interval="day", **WITHOUT[where])
    assert answer == expected(stored[f"{zone} {first}"], zone, first, "day", WITHOUT[where])


@pytest.mark.parametrize("interval", ["hour", "day", "month"])
@pytest.mark.parametrize(("zone", "first"), ZONES, ids=ids)
def test_an_estimate_is_by_the_same_buckets(
    *, client: Any, stored: dict[str, Events], monkeypatch: pytest.MonkeyPatch, zone: str, first: str, interval: str
) -> None:
    monkeypatch.setattr(activity, "EXACT_LISTENERS", -1)
    answer = answer_of(client, zone, first, interval=interval)
    wanted = expected(stored[f"{zone} {first}"], zone, first, interval, {})
    for row in (*wanted["series"], wanted["totals"], wanted["previous"]):
        row["listeners_exact"] = not row["events"]
    assert answer == wanted


def test_more_events_than_are_counted_by_the_hour_are_estimated_where_a_zone_cuts_days(
    client: Any, stored: dict[str, Events], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all(len(stored[f"{zone} {first}"]) > 200 for zone, first in ZONES[:2])
    monkeypatch.setattr(activity, "EXACT_EVENTS", 100)
    exact = {
        (zone, interval): answer_of(client, zone, first, interval=interval)["totals"]["listeners_exact"]
        for zone, first in ZONES[:2]
        for interval in ("hour", "day", "month")
    }
    assert exact == {
        ("UTC", "hour"): False, ("UTC", "day"): True, ("UTC", "month"): True,
        ("Asia/Tehran", "hour"): False, ("Asia/Tehran", "day"): False, ("Asia/Tehran", "month"): True,
    }  # fmt: skip


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(("zone", "first"), ZONES, ids=ids)
def test_the_hours_of_the_week_are_those_of_the_clock(
    *, client: Any, stored: dict[str, Events], zone: str, first: str, where: str
) -> None:
    project, period = f"{zone} {first}", (instant(zone, first) + 1_234.5, instant(zone, first, 5))
    answer = ask(client, "rhythm", project, period, zone=zone, **WHERE[where])
    assert answer["listeners_exact"]
    assert answer["hours"] == recount.rhythm(
        stored[project], project, period, ZoneInfo(zone), **fields_of(WHERE[where])
    )


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu"])
def test_a_project_begins_on_the_day_on_which_its_first_event_was(warehouse: Warehouse, zone: str) -> None:
    project, first = f"young in {zone}", instant(zone, "2026-04-02") + 300
    event = Sent(project, "k", 11, 5, first, "play", 1, first, "p", 100.0, "", "")
    later = replace(event, timestamp=first + DAY)
    warehouse.insert_block("young", int(first), 0, load_batches([[later, event]]))
    [row] = warehouse.ask("read/first_event", {"project": project}, tag="test", seconds=30)
    assert row["first"] == first
    assert zones.calendar(zone).day(row["first"]) == date(2026, 4, 2)
    assert warehouse.ask("read/first_event", {"project": f"nothing in {zone}"}, tag="test", seconds=30) == []


def test_a_project_whose_first_events_were_erased_just_now_is_not_taken_for_an_empty_one(warehouse: Warehouse) -> None:
    first = instant("UTC", "2026-04-02") + 300
    event = Sent("erased", "k", 11, 5, first, "play", 1, first, "p", 100.0, "", "")
    warehouse.insert_block("erased", 1, 0, load_batches([[event]]))
    warehouse.delete_block("erased", 1, first - DAY, first + DAY)
    rows = warehouse.ask("read/first_event", {"project": "erased"}, tag="test", seconds=30)
    assert rows == [{"first": instant("UTC", "2026-04-02")}]


@pytest.mark.parametrize(("zone", "first"), [ZONES[0], *ZONES[2:4]], ids=[ids[0], *ids[2:4]])
def test_the_hours_of_the_week_of_many_are_estimated(
    *, client: Any, stored: dict[str, Events], monkeypatch: pytest.MonkeyPatch, zone: str, first: str
) -> None:
    monkeypatch.setattr("audioscape_server.api.rhythm.EXACT_EVENTS", 0)
    project, period = f"{zone} {first}", (instant(zone, first) + 1_234.5, instant(zone, first, 5))
    answer = ask(client, "rhythm", project, period, zone=zone)
    assert not answer["listeners_exact"]
    assert answer["hours"] == recount.rhythm(stored[project], project, period, ZoneInfo(zone))
    half, first = ZONES[4]
    project, period = f"{half} {first}", (instant(half, first), instant(half, first, 5))
    answer = ask(client, "rhythm", project, period, zone=half)
    assert answer["hours"] == recount.rhythm(stored[project], project, period, ZoneInfo(half))


@pytest.mark.parametrize("interval", ["hour", "day", "week", "month"])
@pytest.mark.parametrize(("zone", "first"), ZONES, ids=ids)
def test_each_bucket_of_the_period_before_stands_for_one_of_the_period(
    *, client: Any, stored: dict[str, Events], zone: str, first: str, interval: str
) -> None:
    assert stored[f"{zone} {first}"]
    answer = answer_of(client, zone, first, interval=interval, previous_series="true")
    assert len(answer["previous_series"]) == len(answer["series"])
    for name in ("events", "plays", "completed", "listened_seconds"):
        assert sum(bucket[name] for bucket in answer["previous_series"]) == pytest.approx(answer["previous"][name])
    if interval == "day":
        days = [f"{datetime.fromtimestamp(instant(zone, first, day), ZoneInfo(zone)):%Y-%m-%d}" for day in range(-5, 0)]
        assert [bucket["label"] for bucket in answer["previous_series"]] == days
        last = datetime.fromisoformat(first)
        before = client.get(
            "/analytics/v1/overview",
            params={"from": days[0], "to": f"{last:%Y-%m-%d}", "zone": zone, "interval": interval},
            headers={"x-api-key": f"read:{zone} {first}"},
        ).json()
        assert answer["previous_series"] == before["series"]


def test_buckets_of_the_period_before_are_exact_whoever_is_counted(
    client: Any, stored: dict[str, Events], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The period before alone is few, or both are, or none."""
    project, (zone, first) = "UTC 2026-03-27", ZONES[0]
    since = instant(zone, first)
    asked: dict[str, Any] = {"interval": "day", "previous_series": "true"}
    counted = ask(client, "overview", project, (since, since + 5 * DAY), exact="true", **asked)
    few = counted["previous"]["listeners"]
    assert few == counted["totals"]["listeners"]
    for limit in (few, -1):
        monkeypatch.setattr(activity, "EXACT_LISTENERS", limit)
        found = ask(client, "overview", project, (since, since + 5 * DAY), **asked)
        plays = [bucket["plays"] for bucket in found["previous_series"]]
        assert plays == [bucket["plays"] for bucket in counted["previous_series"]]
        assert {bucket["listeners_exact"] for bucket in found["previous_series"]} == {limit == few}
    assert len(stored[project])


@pytest.mark.parametrize(("zone", "first"), ZONES, ids=ids)
def test_a_track_has_the_days_of_its_zone(client: Any, stored: dict[str, Events], zone: str, first: str) -> None:
    project, period = f"{zone} {first}", (instant(zone, first), instant(zone, first, 5))
    answer = ask(client, "tracks/1", project, period, zone=zone)
    assert without_names(answer) == recount.track(
        stored[project], project, period, 1, zone=ZoneInfo(zone), before=(instant(zone, first, -5), period[0])
    )


@pytest.mark.parametrize("path", ["tracks", "artists", "experiences", "search/queries", "events"])
def test_a_date_is_a_midnight_of_the_zone_wherever_a_period_is_asked_for(client: Any, stored: Any, path: str) -> None:
    del stored
    project = "America/New_York 2026-03-06"

    def body(**asked: str) -> str:
        answer = client.get(f"/analytics/v1/{path}", params=asked, headers={"x-api-key": f"read:{project}"})
        assert answer.status_code == 200, answer.text
        return answer.text

    local = body(**{"from": "2026-03-08", "to": "2026-03-09", "zone": "America/New_York"})
    assert local == body(**{"from": "2026-03-08T05:00:00Z", "to": "2026-03-09T04:00:00Z"})
    if path != "search/queries":
        assert local != body(**{"from": "2026-03-08", "to": "2026-03-09"})


def test_the_longest_periods_are_answered_in_any_zone(client: Any, stored: dict[str, Events]) -> None:
    """As many buckets, days and hours between as a statement is ever told of."""
    project = "Asia/Kolkata 2026-03-27"
    until = instant("Asia/Kolkata", "2026-04-01")
    plays = sum(one.type == "play" for one in stored[project])
    for zone, interval, days in (("Asia/Kolkata", "day", 3_660), ("Australia/Lord_Howe", "hour", 100)):
        for more in ({}, {"exact": "true"}, {"asset": "1,2,3,4"}):
            answer = ask(client, "overview", project, (until - days * DAY, until), zone=zone, interval=interval, **more)
            assert len(answer["series"]) >= days
            assert answer["totals"]["plays"] == plays == sum(bucket["plays"] for bucket in answer["series"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"zone": "Mars/Olympus"},
            "zone: expected a time zone by its IANA name, such as Europe/Berlin or UTC, found 'Mars/Olympus'",
        ),
        ({"week_start": "friday"}, "week_start: expected one of monday, sunday, saturday, found 'friday'"),
    ],
)
def test_an_unknown_zone_is_refused(client: Any, asked: dict[str, str], said: str) -> None:
    answer = client.get("/analytics/v1/overview", params=asked)
    assert (answer.status_code, answer.json()) == (400, {"error": said})
