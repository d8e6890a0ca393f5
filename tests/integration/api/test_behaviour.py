"""Funnels, the explorer and the audience: every number equals one made from the same events in plain Python."""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings, strategies as st

from audioscape_server.api import explore
from audioscape_server.api.explore_terms import FIELDS, MEASURES
from audioscape_server.ingest.events import BUILT_IN_TYPES
from support import behaviour, recount
from support.asking import ask, fields_of
from support.behaviour import STEPS, TODAY, amount, day_of, filters, holds, periods, reached, text_of, times
from support.counting import DAY, NOW, Events, Sent, load_batches, of
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audioscape_server.warehouse import Warehouse

PROJECTS = ("alpha", "beta")
ZONES = ("UTC", "Asia/Tehran", "America/New_York", "Asia/Kolkata")
projects = st.sampled_from(PROJECTS)
zones = st.sampled_from(ZONES)
#: All that was sent.
EVER = (NOW - 91 * DAY, NOW + DAY)
#: Whole days of UTC. Half a second more, and there are events of the next day.
WHOLE = (TODAY - 9 * DAY, TODAY)

#: Five days after there were many clicks.
SOON = (NOW - 0.6 * DAY) // 300 * 300 + 5 * DAY


@pytest.fixture(scope="module")
def requests() -> list[list[Sent]]:
    return [
        request for seed, project in enumerate(PROJECTS) for request in behaviour.history(seed=seed, project=project)
    ]


@pytest.fixture(scope="module")
def events(requests: list[list[Sent]]) -> Events:
    return Events(event for request in requests for event in request)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, requests: list[list[Sent]]) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("behaviour")) as opened:
        opened.insert_block("spool", 0, 0, load_batches(requests))
        opened.judge_stops()
        yield opened


def share(count: int, of_: int) -> float | None:
    return count / of_ if of_ else None


def label(start: str, zone: str) -> str:
    """A bucket of a day, as a page shows it."""
    return datetime.fromisoformat(start).astimezone(ZoneInfo(zone)).date().isoformat()


def expected_steps(tried: Any, counted: str, queue: str) -> list[dict[str, Any]]:
    counts, waits = reached(tried, counted), behaviour.medians(tried, queue)
    before = {
        "add_to_queue": "search_click",
        "play": "add_to_queue" if queue == "required" else "search_click",
        "completed": "play",
    }
    return [
        {
            "step": step,
            "count": counts[step],
            "share_of_before": share(counts[step], counts[before[step]]) if step in before else None,
            "share_of_first": share(counts[step], counts["search_click"]),
            "median_seconds": pytest.approx(waits[step]) if waits[step] is not None else None,
        }
        for step in STEPS
    ]


@settings(max_examples=20, deadline=None)
@given(
    project=projects,
    period=periods,
    zone=zones,
    asked=filters,
    now=times,
    year=st.booleans(),
    window=st.sampled_from((300, 600, 1_800, 86_400)),
    counted=st.sampled_from(("players", "attempts")),
    queue=st.sampled_from(("optional", "required")),
    breakdown=st.sampled_from(("universe", "rank", "query")),
)
# Whole days of UTC, which end before a day with clicks; and half a second of that day more.
@example(
    project="alpha", period=WHOLE, zone="UTC", asked={}, now=NOW, year=False, window=1_800, counted="players",
    queue="optional", breakdown="query",
)  # fmt: skip
@example(
    project="alpha", period=(WHOLE[0], WHOLE[1] + 0.5), zone="UTC", asked={}, now=NOW, year=False, window=1_800,
    counted="attempts", queue="optional", breakdown="rank",
)  # fmt: skip
# A period that is not over: of the one before neither clicks nor steps count that are later than what stands for now.
@example(
    project="alpha", period=(NOW - 20 * DAY, NOW), zone="UTC", asked={}, now=NOW - 10 * DAY, year=False, window=86_400,
    counted="attempts", queue="optional", breakdown="rank",
)  # fmt: skip
# It is over in a quarter of an hour: steps of clicks before that may lie in the period itself, and do not count.
@example(
    project="beta", period=(SOON - 5 * DAY, SOON), zone="UTC", asked={}, now=SOON - 900, year=False, window=86_400,
    counted="attempts", queue="optional", breakdown="rank",
)  # fmt: skip
def test_a_funnel_follows_each_click_of_each_player(
    *,
    parts: Any,
    client: Any,
    events: list[Sent],
    project: str,
    period: Any,
    zone: str,
    asked: dict[str, Any],
    now: float,
    year: bool,
    window: int,
    counted: str,
    queue: str,
    breakdown: str,
) -> None:
    how = {"window": window, "count": counted, "queue": queue, "breakdown": breakdown, "zone": zone}
    how["compare"] = "year" if year else "previous"
    with parts.at(now):
        answer = ask(client, "funnel", project, period, **how, **asked)

    def tried(inside: Any, before: float = math.inf) -> list[Any]:
        return behaviour.attempts(events, project, inside, window, queue=queue, before=before, **fields_of(asked))

    found = tried(period)
    assert answer["steps"] == expected_steps(found, counted, queue)
    by_day = {row["label"]: {step: row[step] for step in STEPS} for row in answer["series"]}
    assert by_day == {day: reached([one for one in found if day_of(one[0], zone) == day], counted) for day in by_day}
    assert sum(row["search_click"] for row in by_day.values()) >= reached(found, counted)["search_click"]
    groups = recount.grouped(found, lambda one: behaviour.click_group(one[0], breakdown))
    assert not any(group["is_other"] for group in answer["groups"])
    told = {
        behaviour.folded(group["value"] or "") or None: {step: group[step] for step in STEPS}
        for group in answer["groups"]
    }
    assert told == {None if group is None else str(group): reached(some, counted) for group, some in groups.items()}
    unnamed = of(events, project, *period, type="search_click", player_id="", **fields_of(asked))
    assert answer["clicks_without_player"] == len(unnamed)
    before = {"add_to_queue": "search_click", "play": STEPS[queue == "required"], "completed": "play"}
    drops = []
    for step in STEPS[1:]:
        losses = []
        for asset, some in recount.grouped(found, lambda one: one[0].asset_id).items():
            counts = reached(some, counted)
            losses.append((counts[before[step]] - counts[step], asset, counts[before[step]], counts[step]))
        losses.sort(key=lambda loss: (-loss[0], loss[1]))
        drops += [(step, str(asset), all_, there, lost) for lost, asset, all_, there in losses if lost]
    assert [
        (row["step"], row["asset_id"], row["before"], row["reached"], row["lost"]) for row in answer["drops"]
    ] == drops
    if zone == "UTC":  # elsewhere the period before is as many days, which may be more seconds
        compared = recount.compared(tuple(period), now, 364 * DAY if year else None)
        assert answer["compared"] == recount.told(compared)
        end = compared[1] if now // 60 * 60 < period[1] else math.inf
        assert answer["previous"] == expected_steps(tried(compared, end), counted, queue)


def test_a_funnel_is_asked_for_by_its_parts(client: Any) -> None:
    for how in ({"breakdown": "query"}, {"count": "attempts", "queue": "required"}):
        both, period, before = (
            ask(client, "funnel", PROJECTS[0], (NOW - 30 * DAY, NOW), **how, previous=one)
            for one in ("true", "false", "only")
        )
        assert both["previous"][0]["count"] > 0
        del both["compared"]
        assert period == both | {"previous": []}
        empty = {"steps": [], "series": [], "groups": [], "drops": [], "clicks_without_player": 0}
        assert before == both | empty | {"compared": before["compared"]}


def test_twenty_groups_are_told_apart_and_the_rest_is_one(client: Any, warehouse: Warehouse) -> None:
    clicks = [
        Sent("wide", "k", 100 + number, 0, NOW, "search_click", 1, NOW - number, f"p{click % 3}", None, "", "")
        for number in range(25)
        for click in range(25 - number)
    ]
    warehouse.insert_block("spool", 1, 0, load_batches([[click] for click in clicks], first=10_000))
    answer = ask(client, "funnel", "wide", EVER, breakdown="universe", count="attempts")
    assert [row["value"] for row in answer["groups"][:20]] == [str(100 + number) for number in range(20)]
    assert [row["search_click"] for row in answer["groups"]] == [*range(25, 5, -1), 15]
    assert answer["groups"][20]["is_other"]
    assert answer["groups"][20]["value"] is None
    assert ask(client, "funnel", "wide", EVER, breakdown="universe")["groups"][20]["search_click"] == 3
    for measure, rest in (("count", 153), ("players", 3)):
        top = ask(client, "explore", "wide", EVER, by="universe_id", measure=measure)
        assert [group["value"] for group in top["groups"]] == [*(str(100 + number) for number in range(8)), None]
        assert [group["is_other"] for group in top["groups"]] == [False] * 8 + [True]
        assert (top["groups"][8]["amount"], top["groups"][8]["events"], top["total_groups"]) == (rest, 153, 25)


@pytest.mark.parametrize("period", [(TODAY - DAY, TODAY), (TODAY - DAY, TODAY - 1)], ids=["whole", "cut"])
def test_searches_are_ordered_and_called_by_what_players_clicked(
    client: Any, warehouse: Warehouse, period: tuple[float, float]
) -> None:
    project = f"nobody {period[1]}"
    clicked = {("quiet", "p1"): 2, ("loud", "p1"): 1, ("Loud", ""): 3}
    clicks = [
        Sent(project, "k", 1, 1, NOW, "search_click", 1, TODAY - 60, player, None, "", json.dumps({"query": query}))
        for (query, player), times in clicked.items()
        for _ in range(times)
    ]
    warehouse.insert_block(project, 1, 0, load_batches([[click] for click in clicks], first=20_000))
    answer = ask(client, "funnel", project, period, breakdown="query", count="attempts")
    assert [(row["value"], row["search_click"]) for row in answer["groups"]] == [("quiet", 2), ("loud", 1)]
    assert answer["clicks_without_player"] == 3


def test_what_a_step_needs(client: Any, warehouse: Warehouse) -> None:
    """Each player clicks with one key; what follows is sent with another."""
    at, until = NOW - 5 * DAY, NOW - 4 * DAY

    def of_player(player: str, clicked: float, *later: tuple[float, str, float | None]) -> list[Sent]:
        def sent(key: str, kind: str, time: float, duration: float | None) -> Sent:
            return Sent("steps", key, 1, 1, time, kind, 7, time, player, duration, "", "")

        click = sent("key-a", "search_click", clicked, None)
        return [click, *(sent("key-b", kind, clicked + after, duration) for after, kind, duration in later)]

    histories = [
        of_player("the last moment", at, (10, "play", 100), (1_800, "stop", 100)),
        of_player("too late", at, (10, "play", 100), (1_800.5, "stop", 100)),
        of_player("not to the end", at, (10, "play", 100), (50, "stop", 20)),
        of_player("after the period", until - 1, (5, "play", 100)),
        of_player("before the click", at, (-1, "play", 100), (50, "stop", 100)),
        of_player("at the same time", at, (0, "add_to_queue", None), (0, "play", 100), (0, "stop", 100)),
        of_player("queued after the play", at, (5, "play", 100), (9, "add_to_queue", None), (20, "stop", 100)),
    ]
    batches = [[event] for history in histories for event in history]
    warehouse.insert_block("spool", 2, 0, load_batches(batches, first=20_000))
    warehouse.judge_stops()
    for queue, expected in (("optional", [7, 2, 6, 3]), ("required", [7, 2, 1, 1])):
        answer = ask(client, "funnel", "steps", (at - DAY, until), key="key-a", queue=queue)
        assert [step["count"] for step in answer["steps"]] == expected
    assert ask(client, "funnel", "steps", (at - DAY, until), key="key-b")["steps"][0]["count"] == 0


def test_who_is_in_a_session_already_begins_none(client: Any, warehouse: Warehouse) -> None:
    midnight = NOW // DAY * DAY
    times = (midnight - 60, midnight + 60, midnight + 1_860, midnight + 3_661)
    events = [Sent("night", "k", 1, 1, time, "play", 1, time, "p1", None, "", "") for time in times]
    warehouse.insert_block("spool", 3, 0, load_batches([[event] for event in events], first=30_000))
    today = ask(client, "audience/sessions", "night", (midnight, midnight + DAY))
    assert (today["sessions"], today["median_session_seconds"]) == (1, 0)
    both = ask(client, "audience/sessions", "night", (midnight - DAY, midnight + DAY))
    assert [(day["sessions"], day["median_session_seconds"]) for day in both["days"]] == [(1, 1_920), (1, 0)]


@settings(max_examples=10, deadline=None)
@given(project=projects, period=periods, asked=filters)
def test_the_types_of_events_are_all_that_were_sent(
    *, client: Any, events: list[Sent], project: str, period: Any, asked: dict[str, Any]
) -> None:
    answer = ask(client, "explore/types", project, period, **asked)
    inside = recount.grouped(of(events, project, *period, **fields_of(asked)), lambda event: event.type)
    told = {row["type"]: (row["events"], row["players"], row["is_built_in"]) for row in answer["types"]}
    assert told == {
        kind: (len(some), len({event.player_id for event in some} - {""}), kind in BUILT_IN_TYPES)
        for kind, some in inside.items()
    }
    for row in answer["types"]:
        seen = [event.timestamp for event in inside[row["type"]]]
        assert datetime.fromisoformat(row["first_at"]).timestamp() == pytest.approx(min(seen), abs=1e-6)
        assert datetime.fromisoformat(row["last_at"]).timestamp() == pytest.approx(max(seen), abs=1e-6)
    assert [row["events"] for row in answer["types"]] == sorted((len(some) for some in inside.values()), reverse=True)
    assert answer["total"] == len(inside)


def keys_of(events: Sequence[Sent]) -> list[dict[str, Any]]:
    found = [(key, *told) for event in events for key, told in behaviour.members(event.metadata).items()]
    rows = []
    for key, some in recount.grouped(found, lambda one: one[0]).items():
        kinds, texts = Counter(kind for _, kind, _ in some), Counter(text for *_, text in some)
        rows.append(
            {
                "key": key,
                "strings": kinds["string"],
                "numbers": kinds["number"],
                "booleans": kinds["boolean"],
                "fill_rate": len(some) / len(events),
                "distinct_values": len(texts),
                "samples": sorted(texts, key=lambda text: (-texts[text], text.encode()))[:5],
            }
        )
    return sorted(rows, key=lambda row: (-row["fill_rate"], row["key"].encode()))


@settings(max_examples=15, deadline=None)
@given(
    project=projects,
    period=periods,
    asked=filters,
    kind=st.sampled_from(("boss.fight", 'It\'s "one"', "search_click", "play", "nothing")),
)
@example(project="alpha", period=EVER, asked={}, kind="boss.fight")
@example(project="beta", period=EVER, asked={}, kind='It\'s "one"')
def test_keys_are_told_with_all_that_their_values_are(
    *, client: Any, events: list[Sent], project: str, period: Any, asked: dict[str, Any], kind: str
) -> None:
    answer = ask(client, "explore/keys", project, period, type=kind, **asked)
    inside = of(events, project, *period, type=kind, **fields_of(asked))
    assert answer["keys"] == keys_of(inside)
    assert (answer["events"], answer["looked_at"], answer["is_sample"]) == (len(inside), len(inside), False)


def test_of_many_events_a_sample_is_looked_at_and_that_is_said(
    client: Any, events: list[Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explore, "SAMPLED_EVENTS", 20)
    answer = ask(client, "explore/keys", "alpha", EVER, type="boss.fight")
    inside = [event for event in events if (event.project, event.type) == ("alpha", "boss.fight")]
    assert answer["events"] == len(inside)
    assert 0 < answer["looked_at"] < len(inside)
    assert answer["is_sample"]
    assert all(0 < row["fill_rate"] <= 1 for row in answer["keys"])
    assert answer == ask(client, "explore/keys", "alpha", EVER, type="boss.fight")


names = st.sampled_from((*FIELDS, "level", "mode", "a.b", '"q\\"uote\\\\"', '"universe_id"', '"x:is:y"', "nothing"))
CONDITIONS = (
    "mode:is:hard", "mode:not:hard", "mode:contains:x", "mode:not:", "mode:contains:'", "mode:contains:%",
    "mode:contains:\U0001f3b5 \0 \n", "level:is:1", "level:is:12345678901234567890123", "level:contains:-",
    "a.b:is:true", "a.b:is:", "universe_id:is:11", '"universe_id":is:inside', '"x:is:y":is:deep', "is:is:a:is:b",
    "player_id:not:p1", "type:contains:.", "value:is:up", "key:is:key-a",
)  # fmt: skip
conditions = st.sampled_from(CONDITIONS)


@settings(max_examples=25, deadline=None)
@given(
    project=projects,
    period=periods,
    zone=zones,
    asked=filters,
    kind=st.sampled_from((None, "boss.fight", "play", 'It\'s "one"')),
    measure=st.sampled_from(MEASURES),
    of_=st.sampled_from(("duration", "level", "mode", "nothing")),
    by=st.none() | names,
    wanted=st.lists(conditions, max_size=2),
)
@example(
    project="alpha", period=EVER, zone="Asia/Tehran", asked={}, kind="boss.fight", measure="sum",
    of_="level", by="mode", wanted=[],
)  # fmt: skip
@example(
    project="alpha", period=WHOLE, zone="UTC", asked={}, kind=None, measure="count", of_="nothing", by="type",
    wanted=[],
)  # fmt: skip
@example(
    project="alpha", period=(WHOLE[0], WHOLE[1] + 0.5), zone="UTC", asked={}, kind=None, measure="count",
    of_="nothing", by="type", wanted=[],
)  # fmt: skip
def test_the_explorer_measures_what_passes_by_group_and_day(
    *,
    client: Any,
    events: list[Sent],
    project: str,
    period: Any,
    zone: str,
    asked: dict[str, Any],
    kind: str | None,
    measure: str,
    of_: str,
    by: str | None,
    wanted: list[str],
) -> None:
    name = of_ if measure in ("sum", "avg", "min", "max", "p50", "p95") else None
    how = {"type": kind, "measure": measure, "of": name, "by": by, "zone": zone, "where": wanted or None}
    answer = ask(client, "explore", project, period, **how, **asked)
    inside = [
        event
        for event in of(events, project, *period, type=kind, **fields_of(asked))
        if all(holds(event, one) for one in wanted)
    ]

    def close(value: float | None) -> Any:
        return value if value is None or name is None else pytest.approx(value, rel=1e-12)

    assert answer["events"] == len(inside)
    assert answer["is_exact"]
    assert answer["amount"] == close(amount(inside, measure, name))
    groups = recount.grouped(inside, lambda event: text_of(event, by) if by else "")
    shown = {group["value"] or "": group for group in answer["groups"] if not group["is_other"]}
    if inside:
        assert answer["total_groups"] == len(groups)
        assert len(shown) == min(8, len(groups))

        def size(text: str) -> float:
            return amount(groups[text], measure if measure in ("sum", "players") else "count", name) or 0

        smallest = min(map(size, shown))
        assert all(size(text) <= smallest * (1 + 1e-9) for text in groups.keys() - shown.keys())
        rest = [event for text, some in groups.items() if text not in shown for event in some]
        expected = {text: groups[text] for text in shown} | ({None: rest} if rest else {})
        told = {None if group["is_other"] else group["value"] or "": group for group in answer["groups"]}
        assert told.keys() == expected.keys()
        days = [label(bucket["start"], zone) for bucket in answer["buckets"]]
        for text, some in expected.items():
            assert told[text]["events"] == len(some)
            assert told[text]["amount"] == close(amount(some, measure, name))
            assert told[text]["series"] == [
                close(amount([event for event in some if day_of(event, zone) == day], measure, name)) for day in days
            ]
    else:
        assert [group["events"] for group in answer["groups"]] == [0]


def test_each_condition_lets_pass_what_fulfils_it(client: Any, events: list[Sent]) -> None:
    mine = [event for event in events if event.project == "alpha"]
    counts = set[int]()
    for wanted in CONDITIONS:
        answer = ask(client, "explore", "alpha", EVER, where=[wanted])
        passing = sum(holds(event, wanted) for event in mine)
        assert (answer["events"], answer["amount"]) == (passing, passing), wanted
        counts.add(answer["events"])
    assert len(counts) > len(CONDITIONS) / 2


def test_many_numbers_have_quantiles_within_a_hundredth(
    client: Any, events: list[Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explore, "EXACT_NUMBERS", 3)
    period = EVER
    for measure in ("p50", "p95"):
        answer = ask(client, "explore", "alpha", period, type="stop", measure=measure, of="duration")
        assert not answer["is_exact"]
        inside = [event for event in events if (event.project, event.type) == ("alpha", "stop")]
        assert answer["amount"] == pytest.approx(amount(inside, measure, "duration"), rel=0.01)
    assert ask(client, "explore", "alpha", period, measure="count")["is_exact"]


def days_between(first: str, last: str) -> list[str]:
    count = (date.fromisoformat(last) - date.fromisoformat(first)).days
    return [(date.fromisoformat(first) + timedelta(days=number)).isoformat() for number in range(count + 1)]


@settings(max_examples=15, deadline=None)
@given(project=projects, period=periods, zone=zones, asked=filters, bounds=st.sampled_from(((3, 10), (2, 3), (2, 28))))
@example(project="alpha", period=EVER, zone="UTC", asked={"key": ("key-a",)}, bounds=(3, 10))
@example(project="beta", period=EVER, zone="America/New_York", asked={}, bounds=(2, 3))
# Four players are new on the first day of this period.
@example(project="beta", period=(NOW - 60.4 * DAY, NOW + DAY), zone="UTC", asked={}, bounds=(3, 10))
# Days of UTC: with the 27 before them 64, 65, 117, 257 and more, up to the day of the last events and before it.
@example(project="alpha", period=(TODAY - 36 * DAY, TODAY + DAY), zone="UTC", asked={}, bounds=(3, 10))
@example(project="alpha", period=(TODAY - 37 * DAY, TODAY + DAY), zone="UTC", asked={"key": ("key-a",)}, bounds=(2, 3))
@example(project="alpha", period=(TODAY - 90 * DAY, TODAY), zone="UTC", asked={"universe": (11, 12)}, bounds=(2, 28))
@example(project="alpha", period=(TODAY - 230 * DAY, TODAY), zone="UTC", asked={}, bounds=(3, 10))
@example(project="beta", period=(TODAY - 397 * DAY, TODAY + DAY), zone="America/New_York", asked={}, bounds=(3, 10))
@example(project="beta", period=(TODAY - 9 * DAY, TODAY), zone="UTC", asked={}, bounds=(2, 3))
@example(project="alpha", period=(TODAY - 9 * DAY, TODAY), zone="UTC", asked={}, bounds=(6, 7))
@example(project="alpha", period=(TODAY - 9 * DAY, TODAY + 0.5), zone="UTC", asked={}, bounds=(2, 3))
@example(project="alpha", period=(TODAY - 20 * DAY, TODAY), zone="UTC", asked={"asset": (1, 2, 3)}, bounds=(2, 3))
@example(project="alpha", period=(TODAY - 60 * DAY, TODAY), zone="UTC", asked={"asset": 1}, bounds=(2, 3))
@example(project="alpha", period=(TODAY - 36 * DAY, TODAY + DAY), zone="Asia/Tehran", asked={}, bounds=(3, 10))
def test_the_audience_is_told_day_by_day(
    *, client: Any, events: list[Sent], project: str, period: Any, zone: str, asked: dict[str, Any], bounds: Any
) -> None:
    answer = ask(client, "audience", project, period, zone=zone, moderate=bounds[0], super=bounds[1], **asked)
    since = datetime.fromisoformat(answer["from"]).timestamp()
    days = [row["label"] for row in answer["days"]]
    assert label(answer["from"], zone) == days[0]
    assert datetime.fromtimestamp(period[0], ZoneInfo(zone)).date().isoformat() == days[0]
    passed = of(events, project, 0, period[1], **fields_of(asked))
    inside = [event for event in passed if event.timestamp >= since]
    first = {player: day_of(event, zone) for player, event in behaviour.first_events(events, project).items()}

    def active(last: str, length: int) -> set[str]:
        begin = (date.fromisoformat(last) - timedelta(days=length - 1)).isoformat()
        return set(behaviour.active_days(passed, zone, lambda day: begin <= day <= last))

    for row in answer["days"]:
        day = row["label"]
        there = active(day, 1)
        assert (row["dau"], row["wau"], row["mau"]) == (len(there), len(active(day, 7)), len(active(day, 28)))
        assert row["stickiness"] == share(row["dau"], row["mau"])
        assert row["new"] == sum(first[player] == day for player in there)
        assert row["returning"] == len(there) - row["new"]
    players = {event.player_id for event in inside} - {""}
    new = sum(behaviour.first_events(events, project)[player].timestamp >= since for player in players)
    assert (answer["players"], answer["new"], answer["returning"]) == (len(players), new, len(players) - new)
    begin = (date.fromisoformat(days[-1]) - timedelta(days=27)).isoformat()
    lately = [len(some) for some in behaviour.active_days(passed, zone, lambda day: begin <= day).values()]
    assert [row["players"] for row in answer["segments"]] == [
        sum(low <= one < high for one in lately) for low, high in pairwise((1, *bounds, 29))
    ]


@settings(max_examples=15, deadline=None)
@given(project=projects, period=periods, zone=zones, asked=filters)
@example(project="alpha", period=EVER, zone="UTC", asked={"key": ("key-a",)})
@example(project="beta", period=EVER, zone="America/New_York", asked={})
@example(project="alpha", period=WHOLE, zone="UTC", asked={})
@example(project="alpha", period=(WHOLE[0], WHOLE[1] + 0.5), zone="UTC", asked={})
def test_sessions_and_listening_times_are_told_day_by_day(
    *, client: Any, events: list[Sent], project: str, period: Any, zone: str, asked: dict[str, Any]
) -> None:
    answer = ask(client, "audience/sessions", project, period, zone=zone, **asked)
    since = datetime.fromisoformat(answer["from"]).timestamp()
    assert label(answer["from"], zone) == answer["days"][0]["label"]
    passed = of(events, project, 0, period[1], **fields_of(asked))
    inside = [event for event in passed if event.timestamp >= since]
    begun = behaviour.sessions(passed, since)
    for row in answer["days"]:
        of_day = [length for event, length in begun if day_of(event, zone) == row["label"]]
        assert row["sessions"] == len(of_day)
        assert row["median_session_seconds"] == (pytest.approx(statistics.median(of_day)) if of_day else None)
    assert answer["sessions"] == len(begun)
    heard = list(behaviour.listened_minutes(inside).values())
    edges = [0, 1, 5, 15, 30, 60, 120, 300, None]
    assert answer["listening"] == [
        {"from_minutes": low, "to_minutes": high, "listeners": sum(low <= one < (high or 1e9) for one in heard)}
        for low, high in pairwise(edges)
    ]
    unnamed = sum(not event.player_id for event in inside)
    assert (answer["events"], answer["events_without_player"]) == (len(inside), unnamed)
    assert answer["share_without_player"] == share(unnamed, len(inside))


@settings(max_examples=12, deadline=None)
@given(
    project=projects,
    until=times,
    zone=zones,
    asked=filters,
    by=st.sampled_from(("week", "day")),
    heard=st.sampled_from(("anything", "completed")),
)
def test_cohorts_tell_who_came_back(
    *,
    client: Any,
    events: list[Sent],
    project: str,
    until: float,
    zone: str,
    asked: dict[str, Any],
    by: str,
    heard: str,
) -> None:
    params = {"to": repr(until), "by": by, "heard": heard, "zone": zone}
    params |= {name: ",".join(map(str, values)) for name, values in asked.items()}
    key = {"x-api-key": f"read:{project}"}
    answer = client.get("/analytics/v1/audience/cohorts", params=params, headers=key).json()
    length_of = behaviour.lengths(events, project)
    passed = of(events, project, 0, until, **fields_of(asked))
    first = behaviour.first_events([event for event in events if event.timestamp < until], project)
    last = datetime.fromtimestamp(until - 1e-6, ZoneInfo(zone)).date()
    starts = [date.fromisoformat(row["label"]) for row in answer["cohorts"]]
    length = 7 if by == "week" else 1
    assert starts[-1] <= last < starts[-1] + timedelta(days=length)
    assert len(starts) == (12 if by == "week" else 91)
    assert {after - one for one, after in pairwise(starts)} == {timedelta(days=length)}

    def during(event: Sent, start: date) -> bool:
        return start <= date.fromisoformat(day_of(event, zone)) < start + timedelta(days=length)

    def back(event: Sent) -> bool:
        if heard == "completed":
            return behaviour.is_step(event, "completed", length_of)
        return event.type in ("play", "stop", "skip")

    for row, start in zip(answer["cohorts"], starts, strict=True):
        members = {
            event.player_id
            for event in passed
            if event.player_id and during(event, start) and during(first[event.player_id], start)
        }
        assert row["size"] == len(members)
        assert [cell["offset"] for cell in row["cells"]] == (list(range(12)) if by == "week" else [1, 7, 30])
        for cell in row["cells"]:
            then = start + timedelta(days=length * cell["offset"])
            over = datetime.combine(then + timedelta(days=length), datetime.min.time(), ZoneInfo(zone)).timestamp()
            assert cell["is_mature"] == (over <= until)
            if then > last:
                assert (cell["players"], cell["share"]) == (None, None)
                continue
            came = {event.player_id for event in passed if during(event, then) and back(event)} & members
            assert cell["players"] == len(came)
            assert cell["share"] == share(len(came), len(members))
    for place, row in enumerate(answer["average"]):
        ripe = [one for one in answer["cohorts"] if one["cells"][place]["is_mature"]]
        assert row["size"] == sum(one["size"] for one in ripe)
        assert row["players"] == sum(one["cells"][place]["players"] for one in ripe)
        assert row["share"] == share(row["players"], row["size"])


REFUSED = [
    ("funnel?window=299", "window: expected a whole number from 300 to 86400, found '299'"),
    ("funnel?window=86401", "window: expected a whole number from 300 to 86400"),
    ("funnel?count=people", "count: expected one of players, attempts, found 'people'"),
    ("funnel?queue=maybe", "queue: expected one of optional, required"),
    ("funnel?previous=maybe", "previous: expected one of true, false, only"),
    ("funnel?breakdown=place", "breakdown: expected one of universe, rank, query"),
    ("funnel?breakdown=", "breakdown: expected one of universe, rank, query"),
    ("funnel?window=600&window=900", "window: expected once, found 2 times"),
    ("explore?measure=median", "measure: expected one of count, players"),
    ("explore?measure=sum", "of: expected duration or a key of metadata, for measure=sum"),
    ("explore?of=level", "of: expected nothing, for measure=count"),
    ("explore?type=", "type: expected 1 to 128 characters"),
    ("explore?by=", "by: expected type, universe_id"),
    ("explore?by=%22level", "by: expected a key that begins with a quote as a JSON text"),
    ("explore?by=%22%5Cud800%22", "by: expected a key that begins with a quote as a JSON text"),
    ("explore?where=level", "where: expected KEY:is:VALUE, KEY:not:VALUE or KEY:contains:VALUE, found 'level'"),
    ("explore?where=:is:1", "where: expected KEY:is:VALUE"),
    ("explore?where=level:above:1", "where: expected KEY:is:VALUE"),
    ("explore?" + "&".join(["where=level:is:1"] * 11), "where: expected at most 10, found '11 of them'"),
    ("explore?where=level:is:" + "x" * 257, "where: expected at most 256"),
    ("explore/keys", "'type'"),
    ("explore/keys?type=" + "x" * 129, "type: expected 1 to 128 characters"),
    ("audience?moderate=1", "moderate: expected a whole number from 2 to 28"),
    ("audience?moderate=5&super=5", "super: expected more than moderate, which is 5, found '5'"),
    ("audience?from=2020-01-01", "from: expected at most 400 days before to"),
    ("audience/cohorts?by=month", "by: expected one of week, day"),
    ("audience/cohorts?heard=nothing", "heard: expected one of anything, completed"),
    ("audience/cohorts?from=2026-01-01", "from"),
]


@pytest.mark.parametrize(("path", "text"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_what_makes_no_sense_is_refused_with_words(client: Any, path: str, text: str) -> None:
    answer = client.get(f"/analytics/v1/{path}")
    assert answer.status_code == 400
    assert text in answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "header", "count"),
    [
        ("funnel", "step,count,share_of_before,share_of_first,median_seconds", 4),
        ("explore/types", "type,is_built_in,players,first_at,last_at,events", 8),
        ("explore?by=value", "start,label,group,is_other,amount", 3 * 29),
        ("audience", "start,label,dau,wau,mau,stickiness,new,returning", 29),
        ("audience/sessions", "start,label,sessions,median_session_seconds", 29),
        ("audience/cohorts", "start,label,size,offset,players,share,is_mature", 144),
    ],
)
def test_rows_come_as_csv(client: Any, path: str, header: str, count: int) -> None:
    answer = client.get(f"/analytics/v1/{path}", headers={"accept": "text/csv"})
    lines = answer.text.split("\r\n")
    assert lines[0] == header
    assert len(lines) == count + 2
