"""What a period is compared with: as much of an earlier one as stands for the time until now, and nothing more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings, strategies as st

from audioscape_server.api import activity
from support import recount
from support.asking import ask, fields_of, without_names
from support.behaviour import TODAY, filters
from support.counting import DAY, HOUR, NOW, Events, Sent, lengths, load_batches, measures, of, random_requests
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audioscape_server.warehouse import Warehouse

YEAR = 364 * DAY
#: On, just after and between whole hours and days, where events are.
times = st.builds(
    lambda days, hours, more: TODAY + days * DAY + hours * HOUR + more,
    st.sampled_from((-6, -3, -2, -1, 0, 1)),
    st.sampled_from((0, 0, 5, 5.5)),
    st.sampled_from((0, 0, 0.25, 17.789)),
)
periods = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map(sorted)
#: Two days of UTC, of which a day and a half are over.
TWO_DAYS = {"period": (TODAY - 2 * DAY, TODAY), "now": TODAY - 12 * HOUR + 59.5}


@pytest.fixture(scope="module")
def events(requests: list[list[Sent]]) -> Events:
    return Events(event for request in requests for event in request)


@pytest.fixture(scope="module")
def requests() -> list[list[Sent]]:
    """What came in some days, and the same again a year before."""
    found = random_requests(seed=7, count=250)
    return [
        *found,
        *([replace(one, timestamp=one.timestamp - YEAR, received_at=NOW - YEAR) for one in some] for some in found),
    ]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, requests: list[list[Sent]]) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("compared")) as opened:
        opened.insert_block("spool", 0, 0, load_batches(requests))
        opened.judge_stops()
        yield opened


@settings(max_examples=60, deadline=None)
@given(
    project=st.sampled_from(("alpha", "beta")),
    period=periods,
    now=times,
    asked=filters,
    interval=st.sampled_from(("hour", "day", "week")),
    year=st.booleans(),
    estimated=st.booleans(),
)
# Where what is compared ends within a day and within an hour, by each of the rollups and by the events.
@example(project="alpha", **TWO_DAYS, asked={}, interval="day", year=False, estimated=True)
@example(project="alpha", **TWO_DAYS, asked={}, interval="hour", year=False, estimated=False)
@example(project="alpha", **TWO_DAYS, asked={"universe": (11, 12)}, interval="day", year=True, estimated=False)
@example(project="alpha", **TWO_DAYS, asked={"asset": (2, 3)}, interval="day", year=False, estimated=False)
@example(project="alpha", **TWO_DAYS, asked={"asset_not": (2, 99)}, interval="day", year=False, estimated=False)
# Over since some seconds, within the minute in which it ended.
@example(
    project="alpha",
    period=(TODAY - DAY, TODAY - DAY + 30),
    now=TODAY - DAY + 45,
    asked={},
    interval="day",
    year=False,
    estimated=False,
)
def test_a_period_that_is_not_over_is_compared_with_as_much_as_is(
    *,
    parts: Any,
    client: Any,
    events: Events,
    project: str,
    period: Any,
    now: float,
    asked: dict[str, Any],
    interval: str,
    year: bool,
    estimated: bool,
) -> None:
    period = tuple(period)
    how = {"interval": interval, "compare": "year" if year else "previous", **asked}
    back = YEAR if year else None
    compared = recount.compared(period, now, back)
    with pytest.MonkeyPatch.context() as patch, parts.at(now):
        if estimated:
            patch.setattr(activity, "EXACT_LISTENERS", -1)
        answer = ask(client, "overview", project, period, previous_series="true", **how)
        whole = ask(client, "overview", project, period, **how)
    series = answer.pop("previous_series")
    assert answer == whole
    del answer["from"], answer["to"]
    expected = recount.overview(events, project, period, interval=interval, before=compared, **fields_of(asked))
    for rows in (answer, expected):
        for row in (rows["totals"], rows["previous"], *rows["series"]):
            del row["listeners_exact"]
    assert answer == expected

    # The buckets go on to the end of the earlier period.
    end = compared[0] + period[1] - period[0] if year else period[0]
    earlier = measures(of(events, project, compared[0], end, **fields_of(asked)), lengths(events, project))
    for name in ("events", "plays", "completed", "listened_seconds", "search_clicks"):
        assert sum(bucket[name] for bucket in series) == pytest.approx(earlier[name])
    assert len(series) == len(answer["series"])


@settings(max_examples=20, deadline=None)
@given(period=periods, now=times, year=st.booleans())
@example(**TWO_DAYS, year=False)
@example(**TWO_DAYS, year=True)
def test_a_track_and_the_lists_are_compared_with_the_same(
    *, parts: Any, client: Any, events: Events, period: Any, now: float, year: bool
) -> None:
    period = tuple(period)
    compare = "year" if year else "previous"
    compared = recount.compared(period, now, YEAR if year else None)
    with parts.at(now):
        track = ask(client, "tracks/2", "alpha", period, compare=compare)
        lists = [ask(client, path, "alpha", period, compare=compare) for path in ("tracks", "experiences")]
    assert without_names(track) == recount.track(events, "alpha", period, 2, before=compared)
    assert [rows["compared"] for rows in lists] == [recount.told(compared)] * 2


def test_a_list_tells_what_it_is_compared_with_where_that_is_asked(client: Any) -> None:
    assert not any("compared" in ask(client, path, "alpha", (TODAY - DAY, TODAY)) for path in ("tracks", "experiences"))


def test_listeners_of_much_that_is_drawn_are_not_counted_because_little_of_it_is_compared(
    parts: Any, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A quarter of an hour of a period is over; by the hour all of the one before is read from the events."""
    period = (TODAY, TODAY + 2 * DAY)
    with parts.at(TODAY + 900):
        counted = ask(client, "overview", "alpha", period, interval="hour", previous_series="true")
        assert sum(bucket["events"] for bucket in counted["previous_series"]) > 100 > counted["previous"]["events"]
        monkeypatch.setattr(activity, "EXACT_EVENTS", 100)
        found = ask(client, "overview", "alpha", period, interval="hour", previous_series="true")
    assert {row["listeners_exact"] for row in counted["previous_series"]} == {True}
    with parts.at(TODAY):
        nothing = ask(client, "overview", "alpha", period, interval="day", previous_series="true")
    assert nothing["previous"]["events"] == 0
    assert {row["listeners_exact"] for row in nothing["previous_series"]} == {True}
    assert {row["listeners_exact"] for row in found["previous_series"] if row["events"]} == {False}


def test_what_is_compared_stays_the_same_within_a_minute(parts: Any, client: Any) -> None:
    """So an answer about a period that is not over is known again by its tag."""
    tags = []
    for second in (0, 59.999, 60):
        with parts.at(TODAY - DAY + second):
            answer = client.get("/analytics/v1/overview", params={"from": repr(TODAY - 2 * DAY), "to": repr(TODAY)})
        tags.append(answer.headers["etag"])
    assert tags[0] == tags[1] != tags[2]


@pytest.mark.parametrize("path", ["overview", "tracks", "tracks/1", "experiences", "funnel"])
def test_an_unknown_comparison_is_refused(client: Any, path: str) -> None:
    answer = client.get(f"/analytics/v1/{path}", params={"compare": "month"})
    assert answer.status_code == 400
    assert "compare: expected one of previous, year, found" in answer.json()["error"]
