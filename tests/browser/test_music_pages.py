"""Tracks, a track and searches: every number is a plain recount of what was sent."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from support.pages import House, Visit, measures, rows

LENGTH_S = 180.0
ENDS = ("stop", "skip")


def of_kind(house: House, *kinds: str, **where: Any) -> list[dict[str, Any]]:
    """What was sent of some types, with these values."""
    return [
        event
        for event in house.events
        if event["type"] in kinds and all(event.get(name) == value for name, value in where.items())
    ]


def test_every_track_has_its_own_numbers(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/tracks?compare=none")
    heard: dict[str, set[str]] = defaultdict(set)
    seconds: dict[str, float] = defaultdict(float)
    for event in of_kind(house, "play", *ENDS):
        heard[event["asset_id"]].add(event["player_id"])
        seconds[event["asset_id"]] += event["duration"] if event["type"] in ENDS else 0
    plays = Counter(event["asset_id"] for event in of_kind(house, "play"))
    up = Counter(event["asset_id"] for event in of_kind(house, "vote", value="up"))
    assert rows(page, "plays") == plays
    assert rows(page, "listeners") == {asset: len(players) for asset, players in heard.items()}
    assert rows(page, "listened_seconds") == pytest.approx(dict(seconds))
    assert {asset: count for asset, count in rows(page, "up_votes").items() if count} == dict(up)


@pytest.mark.parametrize("universe", [1001, 1002])
def test_a_filter_counts_what_passes_it(visiting: Callable[..., Visit], house: House, universe: int) -> None:
    page = visiting().open(f"/tracks?compare=none&universe={universe}")
    plays = Counter(event["asset_id"] for event in of_kind(house, "play", universe=universe))
    assert {asset: count for asset, count in rows(page, "plays").items() if count} == dict(plays)


def test_a_heading_sorts(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open("/tracks?compare=none")
    for _ in range(2):
        page.click("th button:has-text('Listeners')")
        page.wait_for_url("**sort=listeners*")
    page.wait_for_url("**order=asc*")
    visit.ready(page)
    shown = list(rows(page, "listeners").values())
    assert shown == sorted(shown)
    assert page.get_attribute("th:has-text('Listeners')", "aria-sort") == "ascending"


def test_a_track_tells_who_still_listens(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/tracks/101?compare=none")
    shown = measures(page)
    ends = of_kind(house, *ENDS, asset_id="101")
    assert shown["plays"][0] == len(of_kind(house, "play", asset_id="101"))
    completed = [end for end in ends if end["type"] == "stop" and end["duration"] >= 0.9 * LENGTH_S]
    assert shown["completion_rate"] == [pytest.approx(len(completed) / len(ends))]
    for second in (3, 10, 30):
        still = sum(1 for end in ends if end["duration"] >= second)
        assert shown[f"listening-{second}"] == [pytest.approx(still / len(ends))]


def test_searches_are_told_by_their_clicks(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/search")
    clicks = of_kind(house, "search_click")
    shown = measures(page)
    assert sum(shown["clicks"]) == len(clicks)
    lofi = [event for event in clicks if event["metadata"]["query"] == "lofi"]
    row = "tr:has(button:text-is('lofi'))"
    assert measures(page, row)["clicks"] == [len(lofi)]
    assert measures(page, row)["players"] == [len({event["player_id"] for event in lofi})]
    assert measures(page, row)["mean_rank"] == [
        pytest.approx(sum(event["metadata"]["rank"] for event in lofi) / len(lofi))
    ]


def test_a_table_says_what_its_chart_draws(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/?compare=none")
    page.click("section:has(h2:has-text('Plays by day')) button:has-text('Table')")
    shown = measures(page, "section:has(h2:has-text('Plays by day')) tbody")
    assert list(shown) == ["plays"]
    assert sum(shown["plays"]) == len(of_kind(house, "play"))


def test_a_chart_is_read_by_keyboard(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/?compare=none")
    page.focus("[aria-roledescription=chart]")
    page.keyboard.press("End")
    last_day = [event for event in of_kind(house, "play") if event["timestamp"] >= house.today - 86_400]
    said = page.inner_text("[aria-roledescription=chart] [aria-live]")
    assert said.endswith(f"Plays {len(last_day):,}")
    page.keyboard.press("Escape")
    assert page.inner_text("[aria-roledescription=chart] [aria-live]") == ""
