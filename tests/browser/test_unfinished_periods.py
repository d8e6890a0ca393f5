"""What a page shows of a period that is not over, by a clock that stands in the middle of a day with events."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from support.pages import House, Visit

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


def test_plays_over_time_of_a_row_end_with_what_has_begun(visit: Visit) -> None:
    page = visit.open("/tracks?period=today&compare=none&columns=plays,plays_series")
    rows = page.locator("main tbody .spark").all()
    assert rows
    assert all(strokes(row) == {None: BEGUN - 2, "1 2": 1} for row in rows)


@pytest.mark.parametrize(("period", "said"), [("today", True), ("24h", True), ("month", True), ("28d", False)])
def test_a_change_says_where_the_period_is_not_over(*, visit: Visit, period: str, said: bool) -> None:
    """That of an overview, and the heading of a column of them."""
    for path, deltas in (("/", ".cards .delta"), ("/experiences", "th:has-text('Change')")):
        page = visit.open(f"{path}?period={period}")
        for text in (one for one in page.locator(deltas).all_inner_texts() if "%" in one or "Change" in one):
            assert text.endswith("not over yet") is said, text
        if path == "/" and period == "today":
            assert page.locator(f"{deltas}:has-text('not over yet')").count() > 0


def test_the_audience_says_that_it_shows_whole_days(visit: Visit, house: House) -> None:
    first = datetime.fromtimestamp(house.today - 3 * DAY_S, UTC)
    told = visit.open("/audience?period=24h").locator("p.notice").all_inner_texts()
    assert [text for text in told if f"{first:%a}, {first.day} {first:%b} {first.year} is shown, from midnight" in text]
    assert not visit.open("/audience?period=7d").locator("p.notice:has-text('from midnight')").count()
