"""A period is exact to the fraction of a second: for any events and any instants, every endpoint equals a recount.

This knows nothing of how the numbers are kept: events go in as requests, numbers come out over HTTP.
"""

from __future__ import annotations

import json
import math
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings, strategies as st

from audioscape_server.api import activity
from support import recount
from support.asking import ask, by_asset, without_names
from support.counting import DAY, HOUR, NOW, Events, Sent, load_batches

if TYPE_CHECKING:
    from audioscape_server.warehouse import Warehouse

#: A midnight; the events lie around it.
MIDNIGHT = math.floor(NOW / DAY) * DAY - DAY
#: What adds up over periods that touch each other; listeners do not.
SUMS = ("events", "plays", "listened_seconds", "completed", "skips", "up_votes", "down_votes", "favorites",
        "unfavorites", "queue_adds", "search_clicks")  # fmt: skip

#: Around whole hours and days, and close together between them.
instants = st.builds(
    lambda hour, second: MIDNIGHT + hour * HOUR + second,
    st.sampled_from((-25, -2, -1, 0, 1, 2, 23, 24, 25)),
    st.one_of(
        st.sampled_from((0.0, 10.0, 10.25, 10.5, 10.75, 59.999999, 3_599.5)),
        st.floats(0, HOUR, exclude_max=True),
    ),
).flatmap(lambda time: st.sampled_from((time, math.nextafter(time, 0), math.nextafter(time, math.inf))))


def play(time: float, **more: Any) -> Sent:
    fields: dict[str, Any] = {
        "project": "", "key": "k", "universe": 0, "place": 0, "received_at": NOW, "type": "play", "asset_id": 1,
        "timestamp": time, "player_id": "p1", "duration": 200.0, "value": "", "metadata": "",
    }  # fmt: skip
    return Sent(**fields | more)


@st.composite
def events_(draw: st.DrawFn) -> Sent:
    kind = draw(st.sampled_from(("play", "stop", "skip", "vote", "favorite", "add_to_queue", "search_click", "boss")))
    query = draw(st.sampled_from(("lofi", "Lofi", "jazz", None)))
    return play(
        draw(instants),
        type=kind,
        universe=draw(st.sampled_from((0, 11))),
        place=draw(st.sampled_from((0, 5))),
        asset_id=draw(st.sampled_from((1, 2))) if kind != "boss" else None,
        player_id=draw(st.sampled_from(("", "p1", "p2"))),
        duration=draw(st.sampled_from((None, 0.0, 0.1, 180.0, 200.0, 34_560_000.0))),
        value=draw(st.sampled_from(("up", "down"))) if kind == "vote" else "",
        metadata=json.dumps({"query": query, "rank": draw(st.integers(1, 3))})
        if kind == "search_click" and query
        else "",
    )


@pytest.fixture(scope="module")
def store(warehouse: Warehouse) -> Any:
    """Stores events in a project of their own; says which, and the events as they are there."""
    numbers = count(1)

    def put(sent: list[Sent]) -> tuple[str, Events]:
        number = next(numbers)
        project = f"periods-{number}"
        # Batches are by experience, as requests are.
        requests = [[Sent(**{**vars_of(event), "project": project})] for event in sent]
        if requests:
            warehouse.insert_block("periods", number, 0, load_batches(requests))
            warehouse.judge_stops()
        return project, Events(event for request in requests for event in request)

    return put


def vars_of(event: Sent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in Sent.__dataclass_fields__}


def every_endpoint(client: Any, project: str, period: tuple[float, float]) -> dict[str, Any]:
    overview = ask(client, "overview", project, period, interval="hour")
    rows = ask(client, "tracks", project, period)
    experiences = ask(client, "experiences", project, period, last_event="true")
    return {
        "overview": {name: overview[name] for name in ("totals", "compared", "previous", "series")},
        "tracks": by_asset(rows["tracks"]),
        "track": {
            asset: without_names(ask(client, f"tracks/{asset}", project, period)) for asset in by_asset(rows["tracks"])
        },
        "searches": ask(client, "search/queries", project, period)["queries"],
        "searches of a universe": ask(client, "search/queries", project, period, universe=11)["queries"],
        "experiences": experiences["experiences"],
        "how many": (rows["total"], experiences["total"]),
        "events": recount.comparable(ask(client, "events", project, period)["events"]),
    }


def recounted(events: Events, project: str, period: tuple[float, float]) -> dict[str, Any]:
    tracks = recount.tracks(events, project, period)
    experiences = recount.experiences(events, project, period)
    return {
        "overview": recount.overview(events, project, period, interval="hour"),
        "tracks": tracks,
        "track": {asset: recount.track(events, project, period, int(asset)) for asset in tracks},
        "searches": recount.searches(events, project, period),
        "searches of a universe": recount.searches(events, project, period, universe=11),
        "experiences": experiences,
        "how many": (len(tracks), len(experiences)),
        "events": recount.sent(events, project, period),
    }


def sums(answers: dict[str, Any]) -> dict[str, float]:
    """What must add up, from each endpoint that counts it."""
    found = {f"overview {name}": answers["overview"]["totals"][name] for name in SUMS}
    for endpoint, rows in (("tracks", answers["tracks"].values()), ("experiences", answers["experiences"])):
        found |= {f"{endpoint} {name}": math.fsum(row[name] for row in rows) for name in SUMS}
    found["clicks"] = sum(row["clicks"] for row in answers["searches"])
    found["listed"] = len(answers["events"])
    return {name: round(value, 6) for name, value in found.items()}


FOUR_TIMES = [MIDNIGHT + second for second in (10.0, 10.25, 10.5, 10.75)]
FOUR_PLAYS = [play(time) for time in FOUR_TIMES]
#: Something for every endpoint at each of the four.
FOUR_OF_EACH = [
    *FOUR_PLAYS,
    *(play(time, type="stop", universe=11) for time in FOUR_TIMES),
    *(play(time, type="search_click", universe=11, metadata='{"query":"lofi","rank":1}') for time in FOUR_TIMES),
]


@settings(max_examples=25, deadline=None)
@given(
    sent=st.lists(events_(), max_size=12),
    ends=st.lists(instants, min_size=3, max_size=3, unique=True).map(sorted),
)
@example(sent=FOUR_OF_EACH, ends=[MIDNIGHT + 9.0, MIDNIGHT + 10.25, MIDNIGHT + 10.5])
@example(sent=FOUR_OF_EACH, ends=[MIDNIGHT + 10.0, MIDNIGHT + 10.5, MIDNIGHT + 11.0])
def test_every_endpoint_equals_a_recount_and_adjacent_periods_add_up(
    *, client: Any, store: Any, sent: list[Sent], ends: list[float]
) -> None:
    project, events = store(sent)
    first, second, both = (ends[0], ends[1]), (ends[1], ends[2]), (ends[0], ends[2])
    answers = {period: every_endpoint(client, project, period) for period in (first, second, both)}
    for period, answer in answers.items():
        assert answer == recounted(events, project, period)
    parts, whole = [sums(answers[period]) for period in (first, second)], sums(answers[both])
    assert {name: round(parts[0][name] + parts[1][name], 6) for name in whole} == whole


@pytest.mark.parametrize(
    ("since", "until", "plays", "before"),
    [(10.25, 10.5, 1, 1), (9.0, 10.5, 2, 0), (10.5, 10.75, 1, 1), (9.0, 11.0, 4, 0)],
)
def test_ends_within_a_second_are_kept_apart(
    *, client: Any, store: Any, since: float, until: float, plays: int, before: int
) -> None:
    project, _ = store(FOUR_PLAYS)
    answer = ask(client, "overview", project, (MIDNIGHT + since, MIDNIGHT + until))
    assert (answer["totals"]["plays"], answer["previous"]["plays"]) == (plays, before)


@pytest.mark.parametrize(("before", "within"), [(1, 3), (3, 1)])
@pytest.mark.parametrize("interval", ["hour", "day"])
def test_of_two_periods_the_one_with_few_listeners_is_counted(
    *, parts: Any, client: Any, store: Any, monkeypatch: pytest.MonkeyPatch, before: int, within: int, interval: str
) -> None:
    monkeypatch.setattr(activity, "EXACT_LISTENERS", 2)
    since, until = MIDNIGHT, MIDNIGHT + 2 * DAY
    sent = [
        play(at, player_id=f"p{one}") for at, many in ((since - HOUR, before), (since, within)) for one in range(many)
    ]
    project, events = store(sent)
    with parts.at(until):
        answer = ask(client, "overview", project, (since, until), interval=interval)
    assert answer["previous"].pop("listeners_exact") == (before <= 2)
    assert answer["totals"].pop("listeners_exact") == (within <= 2)
    before_it = (since - 2 * DAY, since)
    expected = recount.overview(events, project, (since, until), interval=interval, before=before_it)
    for part in ("previous", "totals"):
        del expected[part]["listeners_exact"]
        assert answer[part] == expected[part]
