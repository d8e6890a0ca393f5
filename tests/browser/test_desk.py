"""What people of a project keep together: its settings, titles, notes, saved views and links, in the browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from support.pages import House, Visit, add_person

PROJECT, OWNER, VIEWER, GUEST = "desk", *(f"desk-{role}@example.com" for role in ("owner", "viewer", "guest"))
#: Tracks, and how often each is played in each of two experiences.
PLAYS = {"71": (3, 1), "72": (2, 5)}


@pytest.fixture(scope="module")
def desk(house: House) -> House:
    """A project of its own in the house: settings of the other one stay what they are."""
    add_person(house.server, OWNER, "owner", PROJECT)
    add_person(house.server, VIEWER, "viewer", PROJECT)
    add_person(house.server, GUEST, "guest", PROJECT)
    key = house.server.create_key(project=PROJECT)
    for place in (0, 1):
        events = [
            {
                "type": "play", "asset_id": asset, "player_id": f"{asset} {number}",
                "timestamp": house.today - 40_000 - number, "duration": 100.0,
            }
            for asset, counts in PLAYS.items()
            for number in range(counts[place])
        ]  # fmt: skip
        click = {"query": "lofi", "rank": 1}
        events.append(events[0] | {"type": "search_click", "metadata": click})
        assert house.server.post(events, key, {"x-universe-id": str(51 + place)}).status_code == 202
    house.server.settled(key)
    return house


@pytest.fixture
def visits(visiting: Callable[..., Visit], desk: House) -> Callable[..., Visit]:
    """As ``visiting``, once the project is there."""
    assert desk.server.is_running()
    return visiting


def boot_of(page: Any) -> dict[str, Any]:
    return json.loads(page.text_content("#boot"))


def value(page: Any, measure: str) -> float:
    return float(page.get_attribute(f".cards [data-measure={measure}]", "data-value"))


def test_the_zone_and_the_week_of_a_project_are_changed_for_every_page(visits: Callable[..., Visit]) -> None:
    visit = visits(OWNER)
    page = visit.open("/settings")
    page.fill("input[name=zone]", "Asia/Nowhere")
    page.click("button:has-text('Save')")
    page.wait_for_selector("form [role=alert]:has-text('zone: expected')")
    visit.faults.clear()  # the browser tells of every 400
    page.fill("input[name=zone]", "Asia/Tehran")
    page.select_option("select[name=week_start]", "saturday")
    with page.expect_navigation():
        page.click("button:has-text('Save')")
    overview = visit.open("/")
    assert boot_of(overview)["settings"] == {"zone": "Asia/Tehran", "week_start": "saturday"}
    assert overview.locator("table.heat tbody th").all_inner_texts() == [
        "Sat",
        "Sun",
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
    ]
    page = visit.open("/settings")
    assert page.input_value("input[name=zone]") == "Asia/Tehran"
    page.fill("input[name=zone]", "UTC")
    with page.expect_navigation():
        page.click("button:has-text('Save')")


def test_a_file_of_titles_names_tracks_or_says_what_is_wrong(visits: Callable[..., Visit]) -> None:
    visit = visits(OWNER)
    page = visit.open("/settings")
    file = {"name": "bad.csv", "mimeType": "text/csv", "buffer": b"asset_id,title\nx,Bad\n71,First Light\n"}
    page.set_input_files("input[name=titles]", files=[file])
    page.wait_for_selector("[role=alert]:has-text('line 2')")
    visit.faults.clear()  # the browser tells of every 400
    page.set_input_files("input[name=titles]", files=[file | {"buffer": b"asset_id,title\n71,First Light\n"}])
    page.wait_for_selector("text=1 titles of bad.csv are in")
    assert "First Light" in visit.open("/tracks").inner_text("[data-asset='71']")


def test_a_note_is_added_by_keyboard_where_a_chart_is_read(visits: Callable[..., Visit]) -> None:
    visit = visits(OWNER)
    page = visit.open("/?period=7d")
    page.focus(".plane")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.fill("input[name=text]", "<b>Release</b> 2.0")
    page.keyboard.press("Enter")
    page.wait_for_selector(".plane rect.note", state="attached")
    page.focus(".plane")
    page.keyboard.press("End")
    assert "<b>Release</b> 2.0" in page.inner_text(".plane [aria-live]")
    for path in ("/tracks/71", "/search", "/audience", "/funnel", "/events"):
        page = visit.open(f"{path}?period=7d")
        assert page.wait_for_selector(".plane rect.note", state="attached"), path
    page = visit.open("/settings")
    row = page.wait_for_selector("[data-note]")
    assert "<b>Release</b> 2.0" in row.inner_text()
    page.click("[data-note] button")
    page.wait_for_selector("text=Nothing is noted yet")
    reader = visits(VIEWER).open("/?period=7d")
    reader.focus(".plane")
    reader.keyboard.press("End")
    reader.keyboard.press("Enter")
    assert reader.query_selector("dialog") is None


def test_a_note_is_about_a_time_of_the_projects_clock_wherever_it_is_written(visits: Callable[..., Visit]) -> None:
    page = visits(OWNER, timezone_id="Asia/Tehran").open("/settings")
    page.click("button:has-text('Add a note')")
    page.fill("input[name=from]", "2026-03-08T10:00")
    page.fill("input[name=text]", "New songs")
    page.keyboard.press("Enter")
    assert page.get_attribute("[data-note] time", "datetime") == "2026-03-08T10:00:00.000Z"
    page.click("[data-note] button")
    page.wait_for_selector("text=Nothing is noted yet")


def test_a_view_is_saved_and_opened_by_everybody_of_the_project(visits: Callable[..., Visit]) -> None:
    visit = visits(OWNER)
    page = visit.open("/tracks/71?period=7d&universe=51")
    page.click("button:has-text('Views')")
    page.fill("dialog input", "\N{RIGHT-TO-LEFT OVERRIDE}Our track")
    page.click("dialog button:has-text('Save')")
    # In the dialog: what is said behind it is neither seen nor read.
    expect(page.locator("dialog [role=alert]")).to_contain_text("U+202E")
    visit.faults.clear()  # the browser tells of every 400
    page.fill("dialog input", "Our track")
    page.click("dialog button:has-text('Save')")
    page.wait_for_selector("dialog a:has-text('Our track')")
    expect(page.locator("dialog [role=alert]")).to_have_count(0)
    visit = visits(VIEWER)
    page = visit.open("/")
    page.click("button:has-text('Views')")
    page.click("dialog a:has-text('Our track')")
    page.wait_for_selector("main[data-page=track][data-ready]")
    assert page.url == f"{visit.server.url}/tracks/71?period=7d&universe=51"
    assert value(page, "plays") == PLAYS["71"][0]
    assert page.query_selector("button:has-text('Share')") is None


def test_a_guest_sees_what_an_owner_gives_and_nothing_else(visits: Callable[..., Visit]) -> None:
    guest = visits(GUEST)
    shown = guest.open("/tracks?period=7d")
    assert "no track is shown to you yet" in shown.inner_text("main")
    guest.faults.clear()  # the browser tells of every 403
    owner = visits(OWNER)
    page = owner.open("/settings")
    page.click(f"[data-guest='{GUEST}'] button")
    page.wait_for_selector("textarea[name=assets]:enabled")
    page.fill("textarea[name=assets]", "x")
    page.click("dialog button:has-text('Save')")
    page.wait_for_selector("dialog [role=alert]")
    owner.faults.clear()  # the browser tells of every 400
    page.fill("textarea[name=assets]", "72")
    page.click("dialog button:has-text('Save')")
    page.wait_for_selector("dialog", state="detached")
    shown = guest.open("/tracks?period=7d")
    assert shown.eval_on_selector_all("tr[data-asset]", "all => all.map(each => each.dataset.asset)") == ["72"]
    assert value(guest.open("/?period=7d"), "plays") == sum(PLAYS["72"])
    # The navigation leads to no page on which a guest is told nothing.
    paths = shown.eval_on_selector_all("nav li a", "all => all.map(each => each.pathname)")
    assert paths == ["/", "/tracks", "/search", "/audience", "/funnel", "/experiences", "/docs"]


@pytest.mark.parametrize(
    ("path", "plays", "said"),
    [
        ("/?period=7d&universe=51", sum(counts[0] for counts in PLAYS.values()), "Experience is 51"),
        ("/tracks/72?period=7d&universe=52", PLAYS["72"][1], "Experience is 52"),
    ],
)
def test_whoever_has_a_link_sees_the_page_and_nothing_else_until_it_is_ended(
    visits: Callable[..., Visit], path: str, plays: int, said: str
) -> None:
    visit = visits(OWNER)
    page = visit.open(path)
    page.click("button:has-text('Share')")
    page.click("dialog button:has-text('Make a link')")
    link = page.wait_for_selector("input[data-share]").input_value()
    assert link.startswith(f"{visit.server.url}/share#")
    anybody = visits(None)
    shown = anybody.open(link.removeprefix(visit.server.url))
    assert shown.get_attribute("[data-shared]", "data-shared") == PROJECT
    assert value(shown, "plays") == plays
    assert shown.query_selector(".period-bar") is None
    assert shown.inner_text("[data-filters]") == said
    assert shown.query_selector_all("[role=alert] button, main a[href^='/']") == []  # nothing leads to a refusal
    shown.reload()
    anybody.ready(shown)
    shown.wait_for_selector(".cards [data-measure=plays]")
    assert value(shown, "plays") == plays
    other = visit.open("/tracks?period=7d")
    other.click("button:has-text('Share')")
    other.click("dialog button:has-text('Make a link')")
    link = other.wait_for_selector("input[data-share]").input_value()
    shown.goto(link)  # in the tab of the first one
    shown.wait_for_selector("main[data-page=tracks]")
    assert shown.query_selector("[data-filters]") is None
    page = visit.open("/settings")
    for left in (1, 0):
        page.click("tr[data-share] button")
        expect(page.locator("tr[data-share]")).to_have_count(left)
    page.wait_for_selector("text=No page is shared")
    shown = anybody.open("/share", until_ready=False)
    shown.wait_for_selector("main[data-page=share] [role=alert]")
    anybody.faults.clear()  # the browser tells of every 401
