"""What holds for every panel: its chart has a table and the notes of the project, and what it lists can be saved."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from audioscape_server.api.spreadsheet import is_mistaken
from support.pages import House, Visit, measures

#: Pages of numbers.
PATHS = (
    "/",
    "/tracks?picked=101,102",
    "/tracks/101",
    "/charts",
    "/search",
    "/audience",
    "/funnel",
    "/experiences",
    "/events?type=play&by=asset_id",
    "/live",
)
#: The panel whose table is no list: what a score is made of.
NO_ROWS = {"Popularity"}
#: Charts that are about no days: the share that still listens by second, and the minutes of an hour.
TIMELESS = {"How long it is listened to", "Ranks that are clicked", "Events by minute"}

_PANELS = """all => all.map(panel => ({
    title: panel.querySelector("h2").innerText.replace(/\\s*\\?$/, ""),
    draws: panel.querySelectorAll(".plane").length,
    lists: panel.querySelectorAll(".inside table").length,
    noted: panel.querySelectorAll(".plane rect.note").length,
    buttons: [...panel.querySelectorAll("header .tools button")].map(button => button.innerText),
}))"""


@pytest.fixture
def noted(visiting: Callable[..., Visit], house: House) -> Iterator[None]:
    """A note about a day on which much was played."""
    visit = visiting()
    page = visit.open("/settings")
    page.click("button:has-text('Add a note')")
    at = datetime.fromtimestamp(house.today - 36 * 3_600, UTC)
    page.fill("dialog input[name=from]", at.strftime("%Y-%m-%dT%H:%M"))
    page.fill("dialog input[name=text]", "A new shelf")
    page.click("dialog button.main")
    page.wait_for_selector("[data-note]:has-text('A new shelf')")
    yield
    page.click("[data-note]:has-text('A new shelf') button")
    page.wait_for_selector("[data-note]:has-text('A new shelf')", state="detached")


def panels(page: Page) -> list[dict[str, Any]]:
    return page.eval_on_selector_all("section.panel", _PANELS)


@pytest.mark.usefixtures("noted")
def test_a_chart_has_a_table_and_notes_and_what_is_listed_can_be_saved(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    for path in PATHS:
        found = panels(visit.open(path))
        assert any(panel["draws"] or panel["lists"] for panel in found), path
        for panel in found:
            title, buttons = panel["title"], panel["buttons"]
            if panel["draws"]:
                assert "Table" in buttons, (path, title)
                assert panel["noted"] or title in TIMELESS, (path, title)
            if panel["draws"] or panel["lists"]:
                assert "CSV" in buttons or title in NO_ROWS, (path, title)


def saved(page: Page, title: str) -> list[dict[str, str]]:
    with page.expect_download() as saving:
        page.click(f"[aria-label='Save {title} as CSV']")
    with saving.value.path().open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("path", "title", "column", "measure"),
    [
        ("/", "Top searches", "clicks", "clicks"),
        ("/", "Experiences", "plays", "place-plays"),
        ("/", "Rhythm of the week", "plays", "plays"),
        ("/tracks?picked=101,102", "Side by side", "plays", "plays"),
        ("/tracks/101", "Searches that lead here", "clicks", "clicks"),
        ("/tracks/101", "Experiences", "plays", "place-plays"),
        ("/audience", "Listening time", "listeners", "listening"),
        ("/audience", "Light, moderate and super listeners", "players", "segment"),
        ("/funnel?breakdown=query", "By what was clicked", "completed", "completed"),
        ("/funnel?left=completed", "Tracks that are left", "lost", "lost"),
        ("/events", "Events by type", "amount", "group_amount"),
        ("/events?type=play", "Events in all", "amount", "group_amount"),
    ],
)
def test_what_is_saved_is_what_is_listed(
    visiting: Callable[..., Visit], path: str, title: str, column: str, measure: str
) -> None:
    page = visiting().open(path)
    shown = measures(page, f"section.panel:has(h2:has-text('{title}'))").get(measure, [])
    rows = [float(row[column]) for row in saved(page, title)]
    assert rows
    assert sorted(rows) == sorted(shown)


def test_what_is_saved_of_a_page_is_a_formula_to_no_spreadsheet(visiting: Callable[..., Visit], house: House) -> None:
    """As the server saves it: what could be mistaken has an apostrophe before it."""
    page = visiting().open("/funnel?breakdown=query")
    clicked = {event["metadata"]["query"] for event in house.events if event["type"] == "search_click"}
    cells = {row["value"] for row in saved(page, "By what was clicked")}
    assert cells == {f"'{text}" if is_mistaken(text) else text for text in clicked}
    assert any(cell.startswith("'=") for cell in cells)


@pytest.mark.parametrize(("title", "column"), [("Plays by day", "plays"), ("Votes by day", "up_votes")])
def test_the_days_of_a_track_are_saved_as_the_table_has_them(
    visiting: Callable[..., Visit], title: str, column: str
) -> None:
    page = visiting().open("/tracks/101?period=7d")
    panel = f"section.panel:has(h2:has-text('{title}'))"
    page.click(f"{panel} button:text-is('Table')")
    shown = page.eval_on_selector_all(
        f"{panel} tbody tr", "all => all.map(row => +row.cells[1].querySelector('[data-value]').dataset.value)"
    )
    assert [float(row[column]) for row in saved(page, title)] == shown
    assert sum(shown) > 0


def test_the_last_events_are_saved_by_the_type_that_is_chosen(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    page = visit.open("/live")
    page.fill("input[name=type]", "vote")
    page.keyboard.press("Enter")
    visit.ready(page)
    rows = saved(page, "Last events")
    assert [row["type"] for row in rows] == ["vote"] * sum(event["type"] == "vote" for event in house.events)


def test_the_listening_curve_is_a_table_too(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/tracks/101?period=7d")
    panel = "section.panel:has(h2:has-text('How long'))"
    page.click(f"{panel} button:text-is('Table')")
    heard = [
        event["duration"] for event in house.events if event["type"] in ("stop", "skip") and event["asset_id"] == "101"
    ]
    shown = measures(page, f"{panel} tbody")
    seconds = range(int(max(heard)) + 1)
    assert shown["listening"] == [sum(each >= second for each in heard) / len(heard) for second in seconds]
    assert sum(shown["skips"]) + sum(shown["stops"]) == len(heard)


#: Where the axis of a chart is, and where the bars of a series begin and end, in pixels from the top.
_BARS = """(plane, color) => ({
    axis: +[...plane.querySelectorAll(".grid")].find(g => g.textContent.trim() === "0").querySelector("line")
        .getAttribute("y1"),
    bars: [...plane.querySelectorAll(`rect[fill='var(--series-${color})']`)]
        .map(bar => [+bar.getAttribute("y"), +bar.getAttribute("y") + +bar.getAttribute("height")])
        .filter(([top, bottom]) => bottom > top),
})"""


@pytest.mark.parametrize(
    ("title", "kinds"), [("Votes by day", ("up", "down")), ("Favourites by day", ("favorite", "unfavorite"))]
)
def test_what_undoes_the_other_hangs_below_the_axis(
    visiting: Callable[..., Visit], house: House, title: str, kinds: tuple[str, str]
) -> None:
    page = visiting().open("/tracks/101?period=7d")
    plane = page.wait_for_selector(f"section.panel:has(h2:has-text('{title}')) .plane")
    above, below = (plane.evaluate(_BARS, color) for color in (1, 2))
    own = [event for event in house.events if event["asset_id"] == "101"]
    for drawn, kind in ((above, kinds[0]), (below, kinds[1])):
        sent = [event for event in own if kind in (event["type"], event.get("value"))]
        assert len(drawn["bars"]) == len({event["timestamp"] // 86_400 for event in sent}) > 0
    assert all(bottom == pytest.approx(above["axis"]) for _, bottom in above["bars"])
    assert all(top == pytest.approx(below["axis"]) for top, _ in below["bars"])
    if kinds[0] == "favorite":
        net = sum(event["type"] == "favorite" for event in own) - sum(event["type"] == "unfavorite" for event in own)
        assert measures(page)["net_favorites"] == [net]
