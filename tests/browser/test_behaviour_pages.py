"""Audience, funnel and explorer: every number of these pages is a plain recount of what was sent."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import groupby, pairwise
from typing import Any
from urllib.parse import quote, unquote

import pytest

from support.pages import READY_MS, House, Visit, measures

DAY = 86_400
STEPS = ("add_to_queue", "play", "completed")


def _value(page: Any, selector: str) -> float:
    return float(page.get_attribute(selector, "data-value"))


def _numbers(page: Any, selector: str, mark: str, measure: str) -> dict[str, float]:
    """A number of each row that carries a mark, by the mark."""
    return {
        row.get_attribute(mark): float(row.query_selector(f"[data-measure={measure}]").get_attribute("data-value"))
        for row in page.query_selector_all(f"{selector} [{mark}]")
    }


def _explored(page: Any, value: float) -> None:
    """Wait until the explorer shows this number. (The policy of the pages forbids to wait for a script.)"""
    page.wait_for_selector(f'[data-measure=explored][data-value="{value}"]', timeout=READY_MS)


def _panel(title: str) -> str:
    return f'section.panel:has(h2:has-text("{title}"))'


def test_the_audience_is_a_recount(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/audience")
    shown = measures(page)
    players = {event["player_id"] for event in house.events}
    assert (shown["players"], shown["new"], shown["returning"]) == ([len(players)], [len(players)], [0])
    begun = 0
    for player in players:
        times = sorted(event["timestamp"] for event in house.events if event["player_id"] == player)
        begun += 1 + sum(after - before > 1_800 for before, after in pairwise(times))
    assert shown["sessions"] == [begun]
    heard: dict[str, float] = defaultdict(float)
    for event in house.events:
        if event["type"] in ("play", "stop", "skip"):
            heard[event["player_id"]] += 0 if event["type"] == "play" else event["duration"] / 60
    told = _numbers(page, _panel("Listening time"), "data-minutes", "listening")
    edges = [0, 1, 5, 15, 30, 60, 120, 300, 10**9]
    assert told == {str(low): sum(low <= minutes < high for minutes in heard.values()) for low, high in pairwise(edges)}
    active: dict[str, set[int]] = defaultdict(set)
    for event in house.events:
        active[event["player_id"]].add(int(event["timestamp"] // DAY))
    segments = _numbers(page, _panel("Light, moderate"), "data-segment", "segment")
    sizes = Counter("light" if len(days) < 3 else "moderate" if len(days) < 10 else "super" for days in active.values())
    assert segments == {name: sizes[name] for name in ("light", "moderate", "super")}
    assert sum(shown["cohort_size"]) == len(players)


def test_bounds_and_cohorts_can_be_chosen_and_stand_in_the_address(
    visiting: Callable[..., Visit], house: House
) -> None:
    visit = visiting()
    page = visit.open("/audience")
    page.select_option(f"{_panel('Light, moderate')} select >> nth=0", "2")
    page.wait_for_selector('[data-segment=light] .name :text-is("light: 1")')
    active: dict[str, set[int]] = defaultdict(set)
    for event in house.events:
        active[event["player_id"]].add(int(event["timestamp"] // DAY))
    assert _value(page, "[data-segment=light] [data-measure]") == sum(len(days) == 1 for days in active.values())
    page.select_option(f"{_panel('Who comes back')} select >> nth=0", "day")
    page.wait_for_selector('th:text-is("Day 30")')
    assert "moderate=2" in page.url
    assert "by=day" in page.url
    first = {player: min(days) for player, days in active.items()}
    ripe = [player for player, day in first.items() if day + 1 < house.today // DAY]
    listened = defaultdict(set)
    for event in house.events:
        if event["type"] in ("play", "stop", "skip"):
            listened[event["player_id"]].add(int(event["timestamp"] // DAY))
    back = sum(first[player] + 1 in listened[player] for player in ripe)
    assert _value(page, '[data-offset="1"] [data-measure]') == pytest.approx(back / len(ripe))


def _reached(house: House, click: dict[str, Any], window: float) -> list[bool]:
    own = [event for event in house.events if all(event[name] == click[name] for name in ("player_id", "asset_id"))]

    def first(kind: str, since: float | None) -> float | None:
        times = [
            event["timestamp"]
            for event in own
            if event["type"] == ("stop" if kind == "completed" else kind)
            and (kind != "completed" or event["duration"] >= 0.9 * 180)
            and since is not None
            and since <= event["timestamp"] <= click["timestamp"] + window
        ]
        return min(times, default=None)

    queued, played = first("add_to_queue", click["timestamp"]), first("play", click["timestamp"])
    return [queued is not None, played is not None, first("completed", played) is not None]


def test_the_funnel_is_a_recount(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/funnel?window=86400&count=attempts&breakdown=universe&left=play")
    clicks = [event for event in house.events if event["type"] == "search_click"]
    reached = [(click, _reached(house, click, DAY)) for click in clicks]
    shown = measures(page)
    assert shown["funnel-0"] == [len(clicks)]
    for place in range(3):
        assert shown[f"funnel-{place + 1}"] == [sum(steps[place] for _, steps in reached)]
    played = sum(steps[1] for _, steps in reached)
    assert played > 10
    assert shown["funnel-2-of-before"] == [pytest.approx(played / len(clicks))]
    assert shown["funnel-3-of-before"] == [pytest.approx(sum(steps[2] for _, steps in reached) / played)]
    by_universe = _numbers(page, _panel("By what was clicked"), "data-group", "play")
    counts = Counter(click["universe"] for click, steps in reached if steps[1])
    assert by_universe == {str(universe): counts[universe] for universe in (1001, 1002)}
    lost = Counter(click["asset_id"] for click, steps in reached if not steps[1])
    told = _numbers(page, _panel("Tracks that are left"), "data-asset", "lost")
    assert told == dict(sorted(lost.items(), key=lambda one: (-one[1], int(one[0])))[:20])


@pytest.mark.parametrize(
    ("path", "later"), [("/", "rhythm?"), ("/events", "explore/types?"), ("/funnel", "previous=only")]
)
def test_what_is_further_down_is_asked_for_after_the_first_screen(
    visiting: Callable[..., Visit], path: str, later: str
) -> None:
    visit = visiting()
    visit.open(path)
    first, second = map(unquote, visit.asked)
    assert later in second
    assert later not in first


def test_a_funnel_is_compared_with_the_period_before(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    first, last = (datetime.fromtimestamp(house.today - ago * DAY, UTC).date() for ago in (2, 0))
    before = {
        event["player_id"]
        for event in house.events
        if event["type"] == "search_click" and house.today - 4 * DAY <= event["timestamp"] < house.today - 2 * DAY
    }
    path = f"/funnel?period=custom&from={first}&to={last}"
    told = visit.open(path).get_attribute(".funnel .delta >> nth=0", "title")
    assert told == f"{len(before):,} before"
    assert not visit.open(f"{path}&compare=none").query_selector(".funnel .delta")


def test_players_count_once_in_the_funnel(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/funnel")
    clickers = {event["player_id"] for event in house.events if event["type"] == "search_click"}
    assert measures(page)["funnel-0"] == [len(clickers)]


def test_the_explorer_is_a_recount_and_takes_any_text_for_text(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    page = visit.open("/events")
    kinds = Counter(event["type"] for event in house.events)
    assert _numbers(page, _panel("Types"), "data-type", "type_events") == kinds
    assert measures(page)["explored"] == [len(house.events)]
    rounds = [event for event in house.events if event["type"] == "round_end"]
    page.click(f"{_panel('Types')} [data-type=round_end] button")
    page.wait_for_selector('[data-key="map"]')
    maps = Counter(event["metadata"]["map"] for event in rounds)
    assert _numbers(page, _panel("Keys of metadata"), "data-key", "distinct_values") == {
        "map": len(maps),
        "score": len({event["metadata"]["score"] for event in rounds}),
    }
    page.click('[data-key="map"] button')
    page.wait_for_url("**by=map*")
    page.select_option('select:has(option[value="p95"])', "sum")
    page.select_option('select:has(option[value="duration"])', "score")
    sums = {
        text: sum(event["metadata"]["score"] for event in some)
        for text, some in groupby(
            sorted(rounds, key=lambda event: event["metadata"]["map"]), key=lambda event: event["metadata"]["map"]
        )
    }
    _explored(page, sum(sums.values()))
    assert _numbers(page, _panel("Sum of score by map"), "data-group", "group_amount") == sums


def test_a_group_is_narrowed_to_its_events(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    hostile = '"><img src=x onerror=alert(1)>'
    where = quote(json.dumps([f"map:is:{hostile}"]))
    page = visit.open(f"/events?type=round_end&by=universe_id&where={where}")
    mine = [event for event in house.events if event["type"] == "round_end" and event["metadata"]["map"] == hostile]
    assert measures(page)["explored"] == [len(mine)]
    counts = Counter(str(event["universe"]) for event in mine)
    assert _numbers(page, _panel("Events by experience"), "data-group", "group_amount") == counts
    page.click(f"{_panel('Events by experience')} [data-group='1001'] button")
    _explored(page, counts["1001"])
    page.reload()
    visit.ready(page)
    assert measures(page)["explored"] == [counts["1001"]]
    page.click("[aria-label^='Take away the condition map']")
    expected = sum(event["type"] == "round_end" and event["universe"] == 1001 for event in house.events)
    _explored(page, expected)


def test_the_last_events_are_the_last(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/events?type=vote")
    last = sorted((event for event in house.events if event["type"] == "vote"), key=lambda event: -event["timestamp"])
    shown = [
        row.get_attribute("data-asset") for row in page.query_selector_all(f"{_panel('Last events')} [data-asset]")
    ]
    assert shown == [event["asset_id"] for event in last[:50]]


@pytest.mark.parametrize(("queue", "before"), [("optional", "Clicked"), ("required", "Queued")])
def test_a_share_says_of_which_step_it_is(visiting: Callable[..., Visit], queue: str, before: str) -> None:
    page = visiting().open(f"/funnel?queue={queue}&compare=none")
    played = page.locator(".funnel li:has(.name:text-is('Played'))")
    assert f"of “{before}”," in played.inner_text()
    shown = measures(page, ".funnel")
    of = shown["funnel-0" if before == "Clicked" else "funnel-1"][0]
    assert shown.get("funnel-2-of-before", []) == ([pytest.approx(shown["funnel-2"][0] / of)] if of else [])
