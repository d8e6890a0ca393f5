"""Where there is nothing a page says why, and leads to where there is something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from support.pages import House, Visit, add_person, measures

DAY_S = 86_400
PROJECT, OWNER, GUEST, UNSOUGHT = "empty", *(f"empty-{name}@example.com" for name in ("owner", "guest", "unsought"))
ZONE = ZoneInfo("Pacific/Auckland")


def event(house: House, kind: str, days_ago: int, **more: Any) -> dict[str, Any]:
    """One at 23:30 UTC, which is the next day already where the project counts."""
    at = house.today - days_ago * DAY_S + 23.5 * 3_600
    return {"type": kind, "asset_id": "7", "player_id": "p1", "timestamp": at, **more}


@pytest.fixture(scope="module")
def place(house: House) -> House:
    """A project with searches six days ago and plays four days ago, and one with a play and no search."""
    for email, role in ((OWNER, "owner"), (GUEST, "guest")):
        add_person(house.server, email, role, PROJECT)
    add_person(house.server, UNSOUGHT, "owner", "empty-of-searches")
    other = house.server.create_key(project="empty-of-searches")
    assert house.server.post([event(house, "play", 4)], other).status_code == 202
    house.server.settled(other)
    key = house.server.create_key(project=PROJECT)
    searched = [event(house, "search_click", 6, metadata={"query": "lofi"}) for _ in range(3)]
    assert house.server.post([*searched, event(house, "play", 4), event(house, "play", 4)], key).status_code == 202
    house.server.settled(key)
    return house


@pytest.fixture
def visits(visiting: Callable[..., Visit], place: House) -> Callable[..., Visit]:
    assert place.server.is_running()
    return visiting


def day_of(house: House, days_ago: int) -> str:
    at = datetime.fromtimestamp(event(house, "play", days_ago)["timestamp"], UTC)
    return at.astimezone(ZONE).date().isoformat()


def nothing_on(house: House, path: str) -> str:
    """A day on which nothing was."""
    day = datetime.fromtimestamp(house.today - 30 * DAY_S, UTC).date()
    return f"{path}?from={day.isoformat()}&to={(day + timedelta(days=1)).isoformat()}"


@pytest.mark.parametrize(
    ("path", "panel", "what", "days_ago", "measure", "amount"),
    [
        ("/", "Plays by hour", "events", 4, "plays", 2),
        ("/search", "Clicks by hour", "search clicks", 6, "clicks", 3),
    ],
)
def test_an_empty_period_leads_to_the_last_day_with_data(
    *,
    visits: Callable[..., Visit],
    place: House,
    path: str,
    panel: str,
    what: str,
    days_ago: int,
    measure: str,
    amount: int,
) -> None:
    visit = visits(OWNER)
    settings = visit.open("/settings")
    settings.fill("input[name=zone]", ZONE.key)
    with settings.expect_navigation():
        settings.click("button:has-text('Save')")
    page = visit.open(nothing_on(place, path))
    section = f"section.panel:has(h2:has-text('{panel}'))"
    assert f"No {what} in this period." in page.inner_text(section)
    asked = len(visit.asked)
    page.click(f"{section} >> button:has-text('Show the last day with {what}')")
    page.wait_for_url(f"**from={day_of(place, days_ago)}*")
    visit.ready(page)
    assert visit.asked[asked].startswith("events?")
    assert page.input_value(".period-bar select >> nth=0") == "custom"
    assert measures(page)[measure][0] == amount


def test_what_a_project_never_had_is_told(visits: Callable[..., Visit]) -> None:
    page = visits(UNSOUGHT).open("/search?period=7d")
    panel = page.locator("section.panel:has(h2:has-text('Clicks by day'))")
    panel.get_by_role("button", name="Show the last day with search clicks").click()
    panel.locator("[role=status]:has-text('No search clicks have ever come.')").wait_for()
    assert "period=7d" in page.url


def test_what_filters_hide_is_shown_without_them(visits: Callable[..., Visit]) -> None:
    visit = visits(OWNER)
    page = visit.open("/tracks?period=91d&universe=404")
    panel = "section:has(h2:has-text('Tracks'))"
    assert "No tracks in this period under these filters." in page.inner_text(panel)
    assert page.locator(f"{panel} >> button:has-text('Show the last day')").count() == 0
    page.click(f"{panel} >> button:has-text('Clear filters')")
    page.wait_for_url("**/tracks?period=91d")
    visit.ready(page)
    assert measures(page, panel)["plays"] == [2]


def test_a_guest_is_led_to_no_day(visits: Callable[..., Visit]) -> None:
    """It would tell when others were heard."""
    visit = visits(OWNER)
    page = visit.open("/settings")
    page.click(f"[data-guest='{GUEST}'] button")
    page.wait_for_selector("textarea[name=assets]:enabled")
    page.fill("textarea[name=assets]", "8")
    page.click("dialog button:has-text('Save')")
    page.wait_for_selector("dialog", state="detached")
    shown = visits(GUEST).open("/tracks?period=7d")
    assert "No tracks in this period." in shown.inner_text("main")
    assert shown.locator("main button:has-text('Show the last day')").count() == 0
    assert shown.locator("main button:has-text('Show all time')").count() == 1
