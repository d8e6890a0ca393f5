"""Every number of every endpoint equals a sum made from the same events in plain Python."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings, strategies as st

from audioscape_server.api import activity
from audioscape_server.api.responses import SORTS
from support import recount
from support.asking import ask, by_asset, fields_of, is_meant, without_names
from support.counting import DAY, HOUR, NOW, Events, Sent, folded, load_batches

if TYPE_CHECKING:
    from audioscape_server.warehouse import Warehouse

START = NOW - 10 * DAY
#: Times on, just before and just after whole hours and days, and anywhere between; in Unix seconds.
times = st.one_of(
    st.floats(START, NOW + HOUR).map(lambda time: round(time, 6)),
    st.integers(0, 10 * 24).map(lambda hours: math.floor(START / DAY) * DAY + hours * HOUR),
    st.integers(0, 10).map(lambda days: math.floor(START / DAY) * DAY + days * DAY + 0.001),
)
#: An hour within a day, with events on all sides.
HOURS = math.floor(NOW / DAY) * DAY - 31 * HOUR
#: Whole days of UTC, with whole days before them.
WHOLE_DAYS = (HOURS + 31 * HOUR - 5 * DAY, HOURS + 31 * HOUR)
periods = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map(sorted)
universes = st.sampled_from((None, 0, 11, 12, 404))
places = st.sampled_from((None, 0, 5))
projects = st.sampled_from(("alpha", "beta"))
#: Several values of several filters at once, and now and then all that there are.
filters = st.fixed_dictionaries(
    {},
    optional={
        "universe": st.sampled_from(((0,), (11, 12), (0, 11, 12), (404,))),
        "place": st.sampled_from(((5,), (0, 6), (0, 5, 6))),
        "asset": st.sampled_from(((1,), (2, 3, 4), (99,))),
        "key": st.sampled_from((("key-a",), ("key-a", "key-b"), ("nobody",))),
        "universe_not": st.sampled_from(((0,), (11, 404))),
        "place_not": st.sampled_from(((5,), (0, 404))),
        "asset_not": st.sampled_from(((1,), (2, 3), (1, 2, 3, 4, 5, 6))),
        "key_not": st.sampled_from((("key-a",), ("nobody",))),
    },
).filter(is_meant)


@settings(max_examples=40)
@given(
    project=projects,
    period=periods,
    universe=universes,
    place=places,
    interval=st.sampled_from(("hour", "day", "week", "month")),
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
    del answer["from"], answer["to"]
    assert answer == recount.overview(events, project, period, universe=universe, place=place, interval=interval)


@settings(max_examples=25)
@given(project=projects, period=periods, universe=universes)
def test_tracks_list_every_asset_with_an_event(
    client: Any, events: list[Sent], project: str, period: Any, universe: int | None
) -> None:
    answer = ask(client, "tracks", project, period, universe=universe)
    expected = recount.tracks(events, project, period, universe=universe)
    assert by_asset(answer["tracks"]) == expected
    assert answer["total"] == len(expected)


@settings(max_examples=40)
@given(project=projects, period=periods, asked=filters, interval=st.sampled_from(("hour", "day")))
@example(project="alpha", period=(START, NOW), asked={"asset_not": (1, 2)}, interval="day")
@example(project="alpha", period=(START, NOW), asked={"key_not": ("key-a",), "asset_not": (99,)}, interval="day")
@example(project="beta", period=(START, NOW), asked={"universe_not": (404,)}, interval="day")
# Whole days of UTC: of what a rollup knows nothing is left for the events, and of what none knows everything.
@example(project="alpha", period=WHOLE_DAYS, asked={}, interval="day")
@example(project="alpha", period=WHOLE_DAYS, asked={"universe": 11}, interval="day")
@example(project="alpha", period=WHOLE_DAYS, asked={"asset": (1, 2)}, interval="day")
@example(project="beta", period=WHOLE_DAYS, asked={"key_not": ("key-a",), "asset_not": (1,)}, interval="hour")
def test_every_answer_counts_what_its_filters_let_pass(
    *, client: Any, events: list[Sent], project: str, period: Any, asked: dict[str, Any], interval: str
) -> None:
    overview = ask(client, "overview", project, period, interval=interval, **asked)
    del overview["from"], overview["to"]
    assert overview == recount.overview(events, project, period, interval=interval, **fields_of(asked))
    tracks = ask(client, "tracks", project, period, **asked)
    assert by_asset(tracks["tracks"]) == recount.tracks(events, project, period, **fields_of(asked))
    drawn = ask(client, "tracks", project, period, interval=interval, plays_series="true", **asked)
    times = [{name: bucket[name] for name in ("start", "label")} for bucket in overview["series"]]
    assert drawn["plays_buckets"] == times
    assert drawn["plays_series"].keys() == {row["asset_id"] for row in tracks["tracks"]}
    for asset, plays in drawn["plays_series"].items():
        alone = fields_of(
            {name: values for name, values in asked.items() if name != "asset_not"} | {"asset": (int(asset),)}
        )
        series = recount.overview(events, project, period, interval=interval, **alone)["series"]
        assert plays == [bucket["plays"] for bucket in series]
    experiences = ask(client, "experiences", project, period, last_event="true", **asked)
    assert experiences["experiences"] == recount.experiences(events, project, period, **fields_of(asked))
    for by in ("place", "universe"):
        drawn = ask(
            client, "experiences", project, period, by=by, limit=3, interval=interval, plays_series="true", **asked
        )
        assert drawn["plays_buckets"] == times
        ids = ("universe", "place") if by == "place" else ("universe",)
        others = {name: values for name, values in asked.items() if name.removesuffix("_not") not in ids}
        for row, plays in zip(drawn["experiences"], drawn["plays_series"], strict=True):
            alone = fields_of(others | {name: (int(row[f"{name}_id"] or 0),) for name in ids})
            series = recount.overview(events, project, period, interval=interval, **alone)["series"]
            assert plays == [bucket["plays"] for bucket in series]
    for sort in ("plays", "listeners"):
        universes = ask(client, "experiences", project, period, last_event="true", by="universe", sort=sort, **asked)
        expected = recount.experiences(events, project, period, whole=True, **fields_of(asked))
        assert universes["experiences"] == sorted(
            expected, key=lambda row, by=sort: (-row[by], int(row["universe_id"] or 0))
        )
        assert universes["total"] == len(expected)
    searches = ask(client, "search/queries", project, period, **asked)
    assert searches["queries"] == recount.searches(events, project, period, **fields_of(asked))
    ranks = ask(client, "search/ranks", project, period, **asked)["ranks"]
    assert ranks == recount.clicked_ranks(events, project, period, **fields_of(asked))
    assert sum(row["clicks"] for row in ranks) == overview["totals"]["search_clicks"]
    elsewhere = {name: values for name, values in asked.items() if not name.startswith("asset")}
    track = ask(client, "tracks/2", project, period, **elsewhere)
    assert without_names(track) == recount.track(events, project, period, 2, **elsewhere)


@settings(max_examples=10)
@given(project=projects, period=periods, interval=st.sampled_from(("hour", "day", "month")))
@example(project="alpha", period=(HOURS - 4 * DAY, HOURS + 3 * HOUR), interval="day")
@example(project="alpha", period=(HOURS - 4 * DAY, HOURS + 2.5 * HOUR), interval="day")
@example(project="alpha", period=WHOLE_DAYS, interval="day")
@example(project="alpha", period=(HOURS - 4 * DAY + 0.5, HOURS + 2.5 * HOUR), interval="day")
def test_an_estimate_of_few_listeners_is_what_they_are(
    client: Any, events: list[Sent], project: str, period: Any, interval: str
) -> None:
    """The bitmap of a whole project, which answers where listeners are many; here it is asked about a few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(activity, "EXACT_LISTENERS", -1)
        answer = ask(client, "overview", project, period, interval=interval)
    del answer["from"], answer["to"]
    rows = [answer["totals"], answer["previous"], *answer["series"]]
    assert {row["listeners_exact"] for row in rows if row["events"]} <= {False}
    for row in rows:
        row["listeners_exact"] = True
    assert answer == recount.overview(events, project, period, interval=interval)
    counted = ask(client, "overview", project, period, interval=interval, exact="true")
    assert counted["totals"] == answer["totals"]


def place_of(row: dict[str, Any]) -> tuple[int, ...]:
    """What ties are sorted by."""
    if "asset_id" in row:
        return (int(row["asset_id"]),)
    return int(row["universe_id"] or 0), int(row["place_id"] or 0)


@pytest.fixture(scope="module")
def skipped(warehouse: Warehouse) -> Events:
    """Skips around half a minute, at the ends of a period and in whole days of it."""
    seconds = {7: (29.0, 29.999, 30.0, 30.5, None, 4_000.0), 8: (0.0, 29.0, 29.999)}
    midnight = math.floor(NOW / DAY) * DAY
    sent = Events(
        Sent("skipped", "k", 0, 0, NOW, kind, asset, midnight - days * DAY + asset, "p", heard, "", "")
        for days in (0, 1, 3)
        for asset in seconds
        for kind in ("skip", "stop")
        for heard in seconds[asset]
    )
    warehouse.insert_block("skips", 1, 0, load_batches([sent], first=1))
    return sent


def test_a_skip_is_early_before_half_a_minute_of_listening(client: Any, skipped: Events) -> None:
    for since in (skipped[-1].timestamp, math.floor(NOW / DAY) * DAY, NOW - 10 * DAY):
        period = (since, NOW)
        expected = recount.tracks(skipped, "skipped", period)
        rows = ask(client, "tracks", "skipped", period, sort="early_skips")["tracks"]
        assert by_asset(rows) == expected
        assert [row["asset_id"] for row in rows] == sorted(expected, key=lambda one: -expected[one]["early_skips"])
        for asset in (7, 8):
            told = ask(client, f"tracks/{asset}", "skipped", period)
            assert told["early_skips"] == recount.track(skipped, "skipped", period, asset)["early_skips"] > 0


SORTED = [*((path, sort) for path in ("tracks", "experiences") for sort in SORTS), ("tracks", "early_skips")]


@pytest.mark.parametrize(("path", "sort"), SORTED)
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_rows_are_sorted_by_any_measure_with_ties_by_id_and_no_value_last(
    client: Any, path: str, sort: str, order: str
) -> None:
    period = (NOW - 2 * DAY, NOW - 1.9 * DAY)
    rows = ask(client, path, "alpha", period, sort=sort, order=order)[path]
    sign = 1 if order == "asc" else -1

    def place(row: dict[str, Any]) -> tuple[Any, ...]:
        return row[sort] is None, sign * (row[sort] or 0), place_of(row)

    assert len(rows) > 2
    assert rows == sorted(rows, key=place)


@pytest.mark.parametrize(
    ("path", "member"), [("tracks", "tracks"), ("experiences", "experiences"), ("search/queries", "queries")]
)
def test_lists_come_in_pages_and_the_total_holds_past_the_end(client: Any, path: str, member: str) -> None:
    period = (START, NOW)
    everything = ask(client, path, "alpha", period)
    total = len(everything[member])
    pages = [ask(client, path, "alpha", period, limit=2, offset=offset) for offset in range(0, total + 4, 2)]
    assert [row for page in pages for row in page[member]] == everything[member]
    assert {page["total"] for page in pages} == {everything["total"]} == {total}
    assert total >= 3


@settings(max_examples=25)
@given(project=projects, period=periods, universe=universes, place=places, asset=st.integers(1, 6))
def test_a_track_is_told_by_day_and_by_second(
    *,
    client: Any,
    events: list[Sent],
    project: str,
    period: Any,
    universe: int | None,
    place: int | None,
    asset: int,
) -> None:
    answer = ask(client, f"tracks/{asset}", project, period, universe=universe, place=place)
    assert without_names(answer) == recount.track(events, project, period, asset, universe=universe, place=place)


@settings(max_examples=25)
@given(project=projects, period=periods, universe=universes)
def test_searches_group_spellings_and_ignore_clicks_without_a_query(
    client: Any, events: list[Sent], project: str, period: Any, universe: int | None
) -> None:
    answer = ask(client, "search/queries", project, period, universe=universe)
    expected = recount.searches(events, project, period, universe=universe)
    assert answer == {"queries": expected, "total": len(expected)}


@pytest.mark.parametrize("universe", [None, 11], ids=["from the rollup", "from the events"])
def test_the_ten_spellings_that_were_typed_most_often_are_told(
    client: Any, warehouse: Warehouse, universe: int | None
) -> None:
    project = f"spelt-{universe}"
    typed = [f"Lofi{' ' * blanks}{word}" for blanks in (1, 2, 3) for word in ("beats", "Beats", "BEATS", "bEats")]
    sent = Events(
        Sent(
            project, "k", 11, 0, NOW, "search_click", 1, NOW - 3 * DAY, f"p{one}", None, "", json.dumps({"query": text})
        )
        for times, text in enumerate(typed)
        for one in range(times // 2 + 1)
    )
    warehouse.insert_block(project, 1, 0, load_batches([sent]))
    answer = ask(client, "search/queries", project, (NOW - 6 * DAY, NOW), universe=universe)
    assert answer["queries"] == recount.searches(sent, project, (NOW - 6 * DAY, NOW), universe=universe)
    (search,) = answer["queries"]
    assert (search["spelling_count"], len(search["spellings"])) == (12, 10)
    assert [one["clicks"] for one in search["spellings"]] == [6, 6, 5, 5, 4, 4, 3, 3, 2, 2]


@pytest.mark.parametrize("text", ["lo", "LOFI", " lofi", "i ", "\N{FULLWIDTH LATIN SMALL LETTER L}o", "%", "zzz", "\\"])
def test_searches_are_found_by_a_part_of_them(client: Any, events: list[Sent], text: str) -> None:
    for since in (START, NOW - HOUR * 3):
        answer = ask(client, "search/queries", "alpha", (since, NOW), search=text)
        sought = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower())
        expected = [row for row in recount.searches(events, "alpha", (since, NOW)) if sought in folded(row["query"])]
        assert answer == {"queries": expected, "total": len(expected)}


@settings(max_examples=25)
@given(project=projects, period=periods)
def test_experiences_tell_every_place_of_every_universe(
    client: Any, events: list[Sent], project: str, period: Any
) -> None:
    expected = recount.experiences(events, project, period)
    assert ask(client, "experiences", project, period, last_event="true") == {
        "experiences": expected,
        "total": len(expected),
    }


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
    expected = recount.sent(events, project, period, type=type_, asset_id=asset, player_id=player)
    assert recount.comparable(found) == expected
    stamps = [event["timestamp"] for event in found]
    assert stamps == sorted(stamps, reverse=True)
