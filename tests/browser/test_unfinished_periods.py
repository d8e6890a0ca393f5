"""What a page shows of a period that is not over, by a clock that stands in the middle of a day with events."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from support.pages import House, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

DAY_S = 86_400
HOUR_S = 3_600
#: Whole hours of the day, and the hour that has begun.
BEGUN = 11


@pytest.fixture
def visit(visiting: Callable[..., Visit], house: House) -> Visit:
    """By a clock that shows half past ten, two days ago."""
    found = visiting()
    at = house.today - 2 * DAY_S + (BEGUN - 0.5) * HOUR_S
    found.context.clock.set_fixed_time(datetime.fromtimestamp(at, UTC))
    return found


def strokes(line: Any) -> dict[str | None, int]:
    """How many steps each kind of stroke of a line or a spark has, by how it is dashed."""
    found: dict[str | None, int] = {}
    for path in line.locator("path").all():
        dashes = path.get_attribute("stroke-dasharray")
        found[dashes] = found.get(dashes, 0) + len(re.findall("L", path.get_attribute("d")))
    return found


def test_today_has_no_point_for_an_hour_that_has_not_begun_and_the_day_before_is_whole(visit: Visit) -> None:
    page = visit.open("/?period=today")
    now, before = page.locator("section:has(h2:has-text('by hour')) .line").all()
    assert strokes(now) == {None: BEGUN - 2, "1 5": 1}
    assert strokes(before) == {"6 4": 23}
    # The card of plays; rates have gaps.
    assert strokes(page.locator(".card .spark").first) == {None: BEGUN - 2, "1 2": 1}
    page.focus("[role=application]")
    page.keyboard.press("End")
    assert re.search("Plays [^0-9]+, Before [0-9]+, has not begun", page.inner_text("[role=application] [aria-live]"))


def test_what_is_compared_is_drawn_to_its_end_even_if_nothing_was_in_it_until_now(
    visiting: Callable[..., Visit], house: House
) -> None:
    """Ten days, of which two are over; in as much of the ten days before there was no event, and later there were."""
    since = house.today - 2 * DAY_S
    page = visiting().open(f"/?period=custom&from={day(since)}&to={day(since + 10 * DAY_S)}")
    assert page.get_attribute(".cards [data-measure=plays_change]", "data-value") == ""
    assert page.locator("section:has(h2:has-text('by day')) .line").count() == 2


def test_plays_over_time_of_a_row_end_with_what_has_begun(visit: Visit) -> None:
    page = visit.open("/tracks?period=today&compare=none&columns=plays,plays_series")
    rows = page.locator("main tbody .spark").all()
    assert rows
    assert all(strokes(row) == {None: BEGUN - 2, "1 2": 1} for row in rows)


def day(instant: float) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d}"


def is_a_play(event: dict[str, Any]) -> bool:
    return event["type"] == "play"


@pytest.mark.parametrize(
    ("path", "number", "counted"),
    [
        ("/", ".cards [data-measure=plays_change]", is_a_play),
        ("/tracks/100", ".cards [data-measure=plays_change]", lambda one: is_a_play(one) and one["asset_id"] == "100"),
        (
            "/tracks",
            "tr[data-asset='101'] [data-measure=plays_change]",
            lambda one: is_a_play(one) and one["asset_id"] == "101",
        ),
        (
            "/experiences",
            "tr[data-universe='1002'] [data-measure=plays_change]",
            lambda one: is_a_play(one) and one["universe"] == 1002,
        ),
        ("/funnel?count=attempts", "[data-measure=funnel-0_change]", lambda one: one["type"] == "search_click"),
    ],
)
def test_a_change_is_one_since_the_same_time_of_the_period_before(
    *, visiting: Callable[..., Visit], house: House, path: str, number: str, counted: Callable[[dict[str, Any]], bool]
) -> None:
    """Two days and what is over of today, of the three days before no more than that."""
    since = house.today - 2 * DAY_S
    address = f"{path}{'&' if '?' in path else '?'}period=custom&from={day(since)}&to={day(house.today + DAY_S)}"

    def count(first: float, end: float) -> int:
        return sum(first <= event["timestamp"] < end and counted(event) for event in house.events)

    begun = time.time()
    page = visiting().open(address)
    page.wait_for_selector(f"{number}:not([data-value=''])")
    found = float(page.get_attribute(number, "data-value"))
    minutes = {instant // 60 * 60 for instant in (begun, time.time())}
    now, before = count(since, math.inf), {count(since - 3 * DAY_S, minute - 3 * DAY_S) for minute in minutes}
    assert any(found == pytest.approx(now / one - 1) for one in before)
    assert count(since - 3 * DAY_S, since) not in before
    assert page.get_attribute(number, "title").endswith("before, up to the same time")


@pytest.mark.parametrize(
    ("period", "compare", "said"),
    [("today", "previous", True), ("month", "year", True), ("today", "none", False), ("28d", "previous", False)],
)
def test_the_bar_says_where_the_comparison_ends_now(
    *, visiting: Callable[..., Visit], period: str, compare: str, said: bool
) -> None:
    page = visiting().open(f"/?period={period}&compare={compare}")
    assert beside(page).startswith("so far against" if said else "compared with")


def test_the_bar_says_of_days_to_come_that_they_have_not_begun(visit: Visit, house: House) -> None:
    ahead = f"/?period=custom&from={day(house.today + 2 * DAY_S)}&to={day(house.today + 4 * DAY_S)}"
    page = visit.open(ahead)
    assert beside(page).startswith("to come, against")
    assert page.get_attribute("[data-measure=plays]", "data-value") == "0"


def beside(page: Page) -> str:
    """What stands before the choice of a comparison."""
    return page.locator(".period-bar label:has(option[value=none])").inner_text()


def test_the_audience_says_that_it_shows_whole_days(visit: Visit, house: House) -> None:
    first = datetime.fromtimestamp(house.today - 3 * DAY_S, UTC)
    told = visit.open("/audience?period=24h").locator("p.notice").all_inner_texts()
    assert [text for text in told if f"{first:%a}, {first.day} {first:%b} {first.year} is shown, from midnight" in text]
    assert not visit.open("/audience?period=7d").locator("p.notice:has-text('from midnight')").count()
