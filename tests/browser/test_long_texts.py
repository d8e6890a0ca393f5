"""Whatever is called however long: its row is two lines of it tall, and all of it is a step away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from support.pages import HOSTILE, TITLES, Visit, overflow

#: Pixels: two lines, what stands below them, and the edges of a cell.
TALLEST_ROW = 96
PHONE = {"viewport": {"width": 375, "height": 800}, "has_touch": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
#: Pages with rows that are called by what players and their makers have written.
PAGES = [
    "/", "/tracks?period=7d", "/tracks/101?period=7d", "/charts", "/search?period=7d",
    "/funnel?period=7d&breakdown=query", "/events?type=round_end&by=map",
]  # fmt: skip
#: Of the track whose title is the longest.
[(ASSET, TITLE, ARTIST)] = [row for row in TITLES if len(row[1]) == max(map(len, HOSTILE))]


@pytest.mark.parametrize("window", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("path", PAGES)
def test_no_row_is_taller_for_a_long_name(visiting: Callable[..., Visit], path: str, window: dict[str, Any]) -> None:
    page = visiting(**window).open(path)
    page.wait_for_selector("tbody .lines")
    rows = page.eval_on_selector_all(
        "main tbody tr:has(.lines)", "all => all.map(row => [row.getBoundingClientRect().height, row.innerText])"
    )
    assert [(height, text) for height, text in rows if height > TALLEST_ROW] == []
    assert overflow(page) == 0


def test_a_name_that_goes_on_is_read_in_whole_by_keyboard(visiting: Callable[..., Visit]) -> None:
    page = visiting(**DESK).open("/tracks?period=7d")
    row = page.locator(f"tr[data-asset='{ASSET}']")
    row.get_by_role("link").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert row.get_by_role("tooltip").inner_text() == f"{TITLE} · {ARTIST}"
    page.keyboard.press("Escape")
    assert row.get_by_role("tooltip").count() == 0
    # What fits has nothing behind it.
    assert page.locator("tr[data-asset='108'] .long button").count() == 0


def test_a_name_that_goes_on_is_read_in_whole_by_a_finger(visiting: Callable[..., Visit]) -> None:
    page = visiting(**PHONE).open("/")
    row = page.locator(f"section:has(h2:has-text('Top tracks')) tr[data-asset='{ASSET}']")
    row.get_by_role("button", name="The whole text").tap()
    assert row.get_by_role("tooltip").inner_text() == f"{TITLE} · {ARTIST}"
    assert page.url.endswith("/")  # it filters by nothing
