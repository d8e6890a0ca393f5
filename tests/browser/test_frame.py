"""What the frame promises on every page: the address holds the state, keys do what the map says, faults are told."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from support.pages import TITLES, House, Visit, add_person, cookies_of, overflow

PAGE = "/tracks"


def _query(page: Page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.url).query))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("d", {"period": "today"}),
        ("h", {"period": "24h"}),
        ("w", {"period": "7d"}),
        ("f", {"period": "28d"}),
        ("n", {"period": "91d"}),
        ("m", {"period": "month"}),
        ("y", {"period": "year"}),
        ("x", {"compare": "year"}),
    ],
)
def test_a_key_asks_for_its_period(visiting: Callable[..., Visit], key: str, expected: dict[str, str]) -> None:
    visit = visiting()
    page = visit.open(PAGE)
    page.keyboard.press(key)
    page.wait_for_url(f"**{PAGE}?*")
    assert _query(page) == expected
    visit.ready(page)


def test_a_page_that_knows_no_period_offers_none(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open("/charts?period=7d")
    bar = page.locator("header.bar")
    expect(bar.get_by_label("Period", exact=True)).to_have_count(0)
    expect(bar.get_by_text("Filter")).to_be_visible()
    page.keyboard.press("d")
    assert _query(page) == {"period": "7d"}  # it goes along to the next page
    page.goto(f"{visit.server.url}/live?period=7d")
    visit.ready(page)
    expect(page.locator(".period-bar")).to_have_count(0)
    page.keyboard.press("d")
    page.keyboard.press("/")
    page.keyboard.type("play")
    assert page.input_value("[name=type]") == "play"
    page.get_by_role("link", name="Tracks", exact=True).click()
    page.wait_for_url("**/tracks?period=7d")


@pytest.mark.parametrize(
    ("filters", "told"),
    [("", 0), ("universe=1001", 0), ("universe=1001,1002", 1), ("place=2001", 1), ("universe=1001&asset=101", 1)],
)
def test_charts_say_which_filters_change_nothing(visiting: Callable[..., Visit], filters: str, told: int) -> None:
    page = visiting().open(f"/charts?{filters}")
    expect(page.get_by_text("no other filter changes them")).to_have_count(told)


def test_keys_rest_while_somebody_types(visiting: Callable[..., Visit]) -> None:
    page = visiting().open(PAGE)
    page.keyboard.press("/")
    page.keyboard.type("dwm")
    assert page.input_value("[data-find]") == "dwm"
    assert _query(page) == {}


def test_keys_can_be_switched_off(visiting: Callable[..., Visit]) -> None:
    page = visiting().open(PAGE)
    page.keyboard.press("?")
    page.uncheck("dialog input[type=checkbox]")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    assert _query(page) == {}


def test_a_dialog_that_cannot_be_loaded_says_so_and_keeps_no_other_from_opening(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open(PAGE)
    page.route("**/assets/Help-*", lambda route: route.abort())
    page.keyboard.press("?")
    page.wait_for_selector("[role=status]:has-text('has been renewed since')")
    visit.faults.clear()  # the browser tells of what was not loaded
    assert page.locator("dialog").count() == 0
    page.click("button:text-is('Views')")
    page.wait_for_selector("dialog:has-text('Saved views')")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    assert page.evaluate("document.activeElement.innerText") == "Views"


def test_arrow_keys_scroll_a_table_that_is_wider_than_its_place(visiting: Callable[..., Visit]) -> None:
    page = visiting(viewport={"width": 375, "height": 700}).open(PAGE)
    page.focus("section.scroll")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('section.scroll').scrollLeft > 0")
    assert _query(page) == {}


def test_the_menu_of_a_phone_is_closed_by_esc_which_leaves_the_filters(visiting: Callable[..., Visit]) -> None:
    page = visiting(viewport={"width": 375, "height": 700}).open(f"{PAGE}?asset=101")
    menu = page.get_by_role("button", name="Menu")
    menu.focus()
    page.keyboard.press("Enter")
    links = page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link")
    expect(links.first).to_be_visible()
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(links).to_have_count(0)
    expect(menu).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "false")
    assert _query(page) == {"asset": "101"}
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: "asset" not in url)


def test_a_form_in_a_dialog_can_be_filled_at_once(visiting: Callable[..., Visit]) -> None:
    page = visiting().open(PAGE)
    page.keyboard.press("c")
    page.wait_for_selector("dialog[open]")
    assert page.evaluate("document.activeElement.type") == "date"


def test_a_dialog_keeps_the_focus_and_gives_it_back(visiting: Callable[..., Visit]) -> None:
    page = visiting().open(PAGE)
    page.focus("[aria-label='Keyboard map']")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Keyboard map"
    assert page.locator("dialog").count() == 0


def test_back_and_forward_lead_through_every_change_once(visiting: Callable[..., Visit]) -> None:
    page = visiting().open(PAGE)
    urls = [page.url]
    for key in "wdnmya":
        page.keyboard.press(key)
        page.wait_for_function("before => location.href !== before", arg=urls[-1])
        urls.append(page.url)
    for expected in reversed(urls[:-1]):
        page.go_back()
        page.wait_for_function("there => location.href === there", arg=expected)
    for expected in urls[1:]:
        page.go_forward()
        page.wait_for_function("there => location.href === there", arg=expected)


@pytest.mark.parametrize("keys", [("w", "w", "w"), ("w", "Escape", "Escape")])
def test_what_changes_nothing_is_no_step(visiting: Callable[..., Visit], keys: tuple[str, ...]) -> None:
    page = visiting().open(PAGE)
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.press("n")
    page.wait_for_url("**period=91d")
    for there in (f"{PAGE}?period=7d", PAGE):
        page.go_back()
        page.wait_for_url(f"**{there}")


def test_keys_within_a_frame_act_one_after_the_other(visiting: Callable[..., Visit]) -> None:
    page = visiting().open(PAGE)
    page.evaluate("""async () => {
        for (const key of ["w", "Escape", "ArrowLeft", "ArrowLeft"]) {
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
            await new Promise(done => setTimeout(done));
        }
    }""")
    quickly = page.url
    page = visiting().open(f"{PAGE}?period=7d")
    for _ in range(2):
        before = page.url
        page.keyboard.press("ArrowLeft")
        page.wait_for_url(lambda url, before=before: url != before)
    assert quickly == page.url


@pytest.mark.parametrize("change", ["period", "filter", "search"])
def test_another_list_begins_at_its_first_row(visiting: Callable[..., Visit], change: str) -> None:
    visit = visiting()
    page = visit.open(f"{PAGE}?offset=10")
    first = page.get_attribute("tr[data-asset]", "data-asset")
    if change == "period":
        page.keyboard.press("w")
    elif change == "filter":
        page.goto(f"{page.url}&universe=1001")
        visit.ready(page)
        page.keyboard.press("Escape")
    else:
        page.fill("[data-find]", "alert")
        page.press("[data-find]", "Enter")
    page.wait_for_url(lambda url: "offset" not in url)
    visit.ready(page)
    assert page.get_attribute("tr[data-asset]", "data-asset") != first


def test_a_reload_shows_the_same(visiting: Callable[..., Visit]) -> None:
    draw = random.Random(3)
    visit = visiting()
    for _ in range(4):
        period = draw.choice(["today", "7d", "91d", "all"])
        path = f"{PAGE}?period={period}&compare=none&universe={draw.choice(['1001', '1001,1002', '0'])}&sort=skips"
        page = visit.open(path)
        before = page.inner_text("main")
        page.reload()
        visit.ready(page)
        assert page.inner_text("main") == before
        page.close()


def test_the_days_that_were_chosen_are_asked(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open(PAGE)
    page.keyboard.press("c")
    page.fill("dialog input >> nth=0", "2026-01-05")
    page.fill("dialog input >> nth=1", "2026-01-04")
    assert page.is_disabled("dialog button[type=submit]")
    page.fill("dialog input >> nth=0", "2015-01-04")
    page.wait_for_selector("dialog [role=alert]:has-text('3,660 days at most')")
    assert page.is_disabled("dialog button[type=submit]")
    page.fill("dialog input >> nth=0", "2026-01-05")
    page.fill("dialog input >> nth=1", "2026-01-11")
    page.click("dialog button[type=submit]")
    visit.ready(page)
    assert _query(page) == {"period": "custom", "from": "2026-01-05", "to": "2026-01-12"}
    asked = [dict(parse_qsl(urlsplit(url).query)) for url in visit.asked]
    assert ("2026-01-05", "2026-01-12") in [(query.get("from"), query.get("to")) for query in asked]


@pytest.mark.parametrize(
    "query",
    ["period=custom", "period=custom&from=2026-03-02&to=2026-03-01", "from=2026-02-30&to=2026-03-05", "period=28"],
)
def test_a_period_that_cannot_be_read_is_told_and_leaves_the_address(
    visiting: Callable[..., Visit], query: str
) -> None:
    page = visiting().open(f"{PAGE}?compare=none&universe=1001&{query}&sort=skips")
    page.wait_for_selector("[role=status]:has-text('The period in the address can\\'t be read')")
    assert page.input_value(".period-bar select >> nth=0") == "all"  # the project is young
    assert _query(page) == {"compare": "none", "universe": "1001", "sort": "skips"}
    page.reload()
    page.wait_for_selector("main[data-ready]")
    assert page.locator("[role=status]:has-text('can\\'t be read')").count() == 0


def test_filters_that_cannot_be_applied_are_told_and_leave_the_address(visiting: Callable[..., Visit]) -> None:
    page = visiting().open(f"/charts?universe={'1' * 65},1001&place=x.y")
    page.wait_for_selector("[role=status]:has-text('Some filters in the address')")
    assert _query(page) == {"universe": "1001"}
    assert page.locator(".chip").count() == 1


def test_a_comparison_that_cannot_be_read_is_told_and_leaves_the_address(visiting: Callable[..., Visit]) -> None:
    page = visiting().open(f"{PAGE}?compare=month&period=7d")
    page.wait_for_selector("[role=status]:has-text('What is shown is compared with: Period before')")
    assert _query(page) == {"period": "7d"}
    assert page.input_value(".period-bar select >> nth=1") == "previous"


def test_what_an_address_gives_again_is_a_list_or_told(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open(f"{PAGE}?universe=1001&period=7d&universe=1002&sort=skips")
    assert page.locator(".chip").count() == 2
    assert parse_qsl(urlsplit(page.url).query) == [("universe", "1001,1002"), ("period", "7d"), ("sort", "skips")]
    assert page.inner_text("[role=status]") == ""
    # Other pages are led to with all of it.
    link = page.get_by_role("link", name="Overview", exact=True).get_attribute("href") or ""
    assert dict(parse_qsl(urlsplit(link).query)) == {"period": "7d", "universe": "1001,1002"}
    page.goto(f"{visit.server.url}{PAGE}?period=7d&period=91d&universe=1001")
    page.wait_for_selector("[role=status]:has-text('The period in the address can\\'t be read')")
    assert _query(page) == {"universe": "1001"}


def _refuse(status: int) -> Callable[[Route], Any]:
    return lambda route: route.fulfill(status=status, json={"error": "Service Unavailable"})


def test_a_panel_that_failed_is_asked_again_alone(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open("/healthz", until_ready=False)
    page.route("**/analytics/v1/**", _refuse(500))
    page.goto(f"{visit.server.url}{PAGE}")
    page.wait_for_selector("[role=alert] >> text=Service Unavailable")
    visit.faults.clear()  # the browser tells of every 500
    page.unroute("**/analytics/v1/**")
    page.click("text=Try again")
    page.wait_for_selector("[data-asset]")


@pytest.mark.parametrize("end", ["abc", "0", "-1", "1" * 10_000])
def test_an_address_that_names_no_track_asks_nothing_and_leads_to_the_tracks(
    visiting: Callable[..., Visit], end: str
) -> None:
    visit = visiting()
    page = visit.open(f"/tracks/{end}?period=7d")
    assert page.inner_text("h1") == "No track"
    assert not [asked for asked in visit.asked if "tracks%2F" in asked or asked.startswith("tracks/")]
    page.click("main >> text=To the tracks")
    page.wait_for_selector("main[data-page=tracks][data-ready]")
    assert _query(page) == {"period": "7d"}


def test_who_is_offline_is_told_so_until_the_server_is_back(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open(PAGE)
    players = page.locator("[data-measure=active_now]")
    expect(players).to_have_text("0")
    page.route("**/analytics/v1/**", lambda route: route.abort())
    page.keyboard.press("w")
    page.wait_for_selector("text=can't be reached")
    expect(players).to_have_text("\N{EN DASH}")
    page.unroute("**/analytics/v1/**")
    page.wait_for_selector("[data-asset]")
    expect(page.locator("main [role=alert]")).to_have_count(0)
    expect(players).to_have_text("0")
    visit.faults.clear()


def test_a_page_that_the_server_was_away_for_is_loaded_when_it_is_back(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open("/")
    for away in ("**/assets/Audience-*", "**/healthz"):
        page.route(away, lambda route: route.abort())
    with page.expect_request("**/healthz"):
        page.click("nav >> text=Audience")
    page.wait_for_selector("main[data-page=unloaded]")
    page.unroute_all()
    page.wait_for_selector("main[data-page=audience][data-ready]")
    visit.faults.clear()


def test_a_page_that_cannot_be_loaded_says_so_and_is_loaded_anew(visiting: Callable[..., Visit]) -> None:
    """Such as in a tab that was opened before the server was renewed."""
    visit = visiting()
    page = visit.open("/")
    page.route("**/assets/Audience-*", lambda route: route.fulfill(status=404, body=""))
    page.click("nav >> text=Audience")
    page.wait_for_selector("main[data-page=unloaded]")
    assert page.query_selector_all("main [data-measure]") == []
    page.unroute("**/assets/Audience-*")
    page.click("text=Load it anew")
    page.wait_for_selector("main[data-page=audience][data-ready]")
    visit.faults[:] = [fault for fault in visit.faults if "status of 404" not in fault]


def test_an_answer_of_somebody_else_is_told_in_words(visiting: Callable[..., Visit]) -> None:
    page = visiting().open("/")
    page.route("**/analytics/**", lambda route: route.fulfill(body="<html>Sign in to the WiFi"))
    page.keyboard.press("w")
    page.wait_for_selector("main [role=alert] >> text=something between here and the server")


def test_numbers_of_one_period_never_stand_under_another(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open("/")
    held: list[Route] = []
    page.route("**/analytics/**", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks what it is given
    with page.expect_request("**/analytics/**"):
        page.keyboard.press("w")
    page.wait_for_selector(".cards.stale")  # they are of the period before, and dimmed
    expect(page.locator("main [role=alert]")).to_have_count(0)
    for route in held:
        route.fulfill(status=500, body="")
    page.wait_for_selector("main [role=alert]")
    assert page.query_selector_all(".cards [data-measure]") == []
    visit.faults.clear()


def test_who_is_signed_out_elsewhere_is_told_and_led_back(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open(f"{PAGE}?period=7d")
    page.context.clear_cookies()
    page.keyboard.press("n")
    page.wait_for_selector("dialog >> text=You are signed out")
    visit.faults.clear()
    link = page.get_attribute("dialog a", "href")
    assert link == "/login?next=%2Ftracks%3Fperiod%3D91d"


def test_a_page_whose_session_has_ended_says_so_once(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open(PAGE)
    page.context.clear_cookies()
    page.keyboard.press("w")
    page.wait_for_selector("dialog >> text=You are signed out")
    page.keyboard.press("Escape")
    with page.expect_response(lambda answer: answer.status == 401):
        page.keyboard.press("n")
    page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    assert page.query_selector("dialog[open]") is None
    visit.faults.clear()


def test_a_page_whose_session_has_ended_asks_no_more_by_itself(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    clock = visit.context.clock
    clock.install()
    page = visit.open("/live")
    page.context.clear_cookies()
    clock.fast_forward(6_000)
    page.wait_for_selector("dialog >> text=You are signed out")
    page.keyboard.press("Escape")
    asked = len(visit.asked)
    for _ in range(10):
        clock.fast_forward(6_000)
    assert len(visit.asked) == asked
    visit.faults.clear()


@pytest.mark.parametrize("role", ["editor", "guest"])
def test_a_page_says_when_the_days_of_its_project_are_other_ones(
    visiting: Callable[..., Visit], house: House, role: str
) -> None:
    owner, reader = f"moves-{role}@example.com", f"reads-{role}@example.com"
    add_person(house.server, owner, "owner", f"moving-{role}")
    add_person(house.server, reader, role, f"moving-{role}")
    with httpx.Client(base_url=f"{house.server.url}/analytics/v1", cookies=cookies_of(house.server, owner)) as client:
        token = client.get(f"{house.server.url}/session").json()["csrf_token"]
        client.headers.update({"x-csrf-token": token, "origin": house.server.url})
        (who,) = (one["id"] for one in client.get("/people").json()["people"] if one["email"] == reader)
        if role == "guest":
            shown = {"assets": ["7"], "artists": [], "albums": []}
            assert client.put(f"/people/{who}/limits", json=shown).is_success
        visit = visiting(reader)
        visit.context.clock.install()
        page = visit.open("/funnel")
        visit.context.clock.fast_forward(31_000)
        assert client.put("/settings", json={"zone": "Asia/Tehran", "week_start": "saturday"}).is_success
    assert page.query_selector("dialog[open]") is None
    for _ in range(2):
        visit.context.clock.fast_forward(31_000)
    page.wait_for_selector("dialog >> text=days are those of Asia/Tehran and weeks begin on Saturday")
    page.click("dialog >> text=Load it anew")
    page.wait_for_selector("dialog", state="detached")
    page = visit.open("/?period=7d")
    assert page.get_attribute(".period-bar select >> nth=0", "title") == "Days of Asia/Tehran"


def test_a_page_of_one_project_shows_nothing_of_another(visiting: Callable[..., Visit], house: House) -> None:
    who = "two-projects@example.com"
    add_person(house.server, who, "owner", "elsewhere")
    assert house.server.cli("users", "role", who, "viewer").returncode == 0
    visit = visiting(who)
    first = visit.open("/")
    shown, other = first.input_value(".who select"), visit.open("/")
    with other.expect_navigation():
        other.select_option(".who select", "elsewhere" if shown == "default" else "default")
    visit.ready(other)
    first.keyboard.press("w")
    first.wait_for_selector("dialog >> text=Another project")
    # Whichever question is answered first says so; a number goes when its own is answered.
    first.wait_for_function("() => !document.querySelector('main [data-measure]')")
    with first.expect_navigation():
        first.click("text=Show that one here")
    visit.ready(first)
    assert first.input_value(".who select") != shown
    assert first.query_selector("dialog") is None
    visit.faults[:] = [fault for fault in visit.faults if "status of 412" not in fault]


def test_a_theme_that_was_chosen_stays(visiting: Callable[..., Visit]) -> None:
    page = visiting(color_scheme="light").open(PAGE)
    page.click("[aria-label='Use the dark theme']")
    dark = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == dark
    assert dark != "rgb(246, 247, 249)"


def test_a_filter_is_taken_away_by_its_chip_and_all_by_escape(visiting: Callable[..., Visit]) -> None:
    page = visiting().open(f"{PAGE}?universe=1001,1002&key=abc")
    page.click("[aria-label='Take away the filter Experience is 1002']")
    page.wait_for_url("**universe=1001*")
    assert _query(page) == {"universe": "1001", "key": "abc"}
    page.keyboard.press("Escape")
    page.wait_for_function("() => !location.search")


@pytest.mark.parametrize("width", [1280, 880, 375])
@pytest.mark.parametrize("path", ["/", "/tracks", "/charts", "/search", "/audience", "/experiences", "/live"])
def test_nothing_moves_when_the_answers_come(visiting: Callable[..., Visit], path: str, width: int) -> None:
    visit = visiting(viewport={"width": width, "height": 800})
    page = visit.open("/healthz", until_ready=False)
    page.add_init_script(
        "window.shifted = 0; new PerformanceObserver(list => { for (const each of list.getEntries())"
        " if (!each.hadRecentInput) window.shifted += each.value }).observe({type: 'layout-shift', buffered: true})"
    )
    held: list[Route] = []
    painted = False
    page.route("**/analytics/**", lambda route: route.continue_() if painted else held.append(route))
    with page.expect_request("**/analytics/**"):
        page.goto(f"{visit.server.url}{path}")
    # The page without its answers is painted before they come.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    painted = True
    for route in held:
        route.continue_()
    visit.ready(page)
    assert page.evaluate("window.shifted") <= 0.02


#: What the bar shows of a project at rest, and of a choice with a filter.
CHOICES = ["/?period=28d", "/?period=custom&from=2026-11-01&to=2026-11-20&universe=1001"]


@pytest.mark.parametrize("width", [1280, 880, 640, 375])
@pytest.mark.parametrize("path", CHOICES)
def test_the_count_of_players_takes_no_row_of_the_bar(visiting: Callable[..., Visit], path: str, width: int) -> None:
    page = visiting(viewport={"width": width, "height": 800}).open(path)
    bar = page.locator("header.bar")
    expect(bar.get_by_role("link", name="players now")).to_be_visible()
    rows = "bar => bar.offsetHeight"
    with_count = bar.evaluate(rows)
    bar.locator(".active").evaluate("count => count.remove()")
    assert bar.evaluate(rows) == with_count
    assert bar.evaluate("bar => bar.scrollWidth - bar.clientWidth") == 0


@pytest.mark.parametrize("path", CHOICES)
def test_what_steps_through_periods_stays_in_one_row(visiting: Callable[..., Visit], path: str) -> None:
    page = visiting(viewport={"width": 375, "height": 800}).open(path)
    tops = (
        ".bar .steps > *",
        "all => all.map(each => each.getBoundingClientRect()).map(({ y, height }) => y + height / 2)",
    )
    assert len(set(page.eval_on_selector_all(*tops))) == 1


def test_a_definition_that_the_mouse_opened_is_closed_by_escape_alone(visiting: Callable[..., Visit]) -> None:
    page = visiting().open("/?universe=1001")
    page.hover("[aria-label='What Plays means']")
    page.wait_for_selector("[role=tooltip]")
    page.keyboard.press("Escape")
    page.wait_for_selector("[role=tooltip]", state="detached")
    assert _query(page) == {"universe": "1001"}


def test_a_definition_is_opened_by_one_tap(visiting: Callable[..., Visit]) -> None:
    page = visiting(viewport={"width": 375, "height": 700}, has_touch=True).open("/")
    page.tap("[aria-label='What Plays means']")
    page.wait_for_selector("[role=tooltip]")
    page.tap("[aria-label='What Plays means']")
    page.wait_for_selector("[role=tooltip]", state="detached")


#: What has scrolled has said so then.
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
#: Where a mark of the overview is, once it has been brought to 120 pixels from the top.
MARK_AT_120 = """mark => new Promise(done => {
    scrollBy(0, mark.getBoundingClientRect().top - 120);
    const { x, y } = mark.getBoundingClientRect();
    requestAnimationFrame(() => requestAnimationFrame(() => done([x + 4, y + 4])));
})"""


def test_a_tip_is_closed_by_what_moves_its_mark_and_not_by_what_moved_it_before(
    visiting: Callable[..., Visit],
) -> None:
    page = visiting(viewport={"width": 880, "height": 400}).open("/")
    # As the browser brings a mark into sight that gets the focus: that it did is told with the next frame.
    page.eval_on_selector("[aria-label='What Listeners means']", "mark => { scrollBy(0, 20); mark.click(); }")
    page.evaluate(TWO_FRAMES)
    assert page.locator("[role=tooltip]").count() == 1
    page.evaluate("() => scrollBy(0, 20)")
    page.wait_for_selector("[role=tooltip]", state="detached")


def test_a_definition_lies_above_the_bar(visiting: Callable[..., Visit]) -> None:
    # So low a window has no room below the mark, and none above it but the bar's.
    page = visiting(viewport={"width": 880, "height": 200}).open("/")
    page.mouse.move(*page.eval_on_selector("[aria-label='What Listeners means']", MARK_AT_120))
    page.wait_for_selector("[role=tooltip]")
    above, bar, is_seen = page.eval_on_selector(
        "[role=tooltip]",
        """tip => {
            const { x, y, width } = tip.getBoundingClientRect();
            const bar = document.querySelector("header.bar").getBoundingClientRect().bottom;
            return [y, bar, tip.contains(document.elementFromPoint(x + width / 2, y + 2))];
        }""",
    )
    assert above < bar
    assert is_seen


def test_a_definition_that_is_taller_than_the_window_can_be_read_to_its_end(visiting: Callable[..., Visit]) -> None:
    page = visiting(viewport={"width": 375, "height": 70}).open("/")
    page.focus("[aria-label='What Listeners means']")
    page.evaluate(TWO_FRAMES)  # what the page scrolls by would close it
    page.keyboard.press("Enter")
    tip = page.locator("[role=tooltip]")
    box = tip.bounding_box()
    assert box
    assert (box["y"], box["y"] + box["height"]) == (8, 62)
    ends = """() => {
        const { scrollTop, clientHeight, scrollHeight } = document.querySelector('[role=tooltip]');
        return scrollTop > 0 && scrollTop + clientHeight >= scrollHeight - 1;
    }"""
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(ends)
    page.keyboard.press("ArrowUp")
    page.wait_for_function(f"() => !({ends})()")
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    scrolled = page.evaluate("scrollY")
    for _ in range(2):  # what is at its end moves nothing else
        page.mouse.wheel(0, 200)
        page.wait_for_function(ends)
    assert page.evaluate("scrollY") == scrolled


def test_a_long_name_makes_no_page_wider(visiting: Callable[..., Visit]) -> None:
    page = visiting(viewport={"width": 375, "height": 700}).open(f"/events?type={'T' * 128}&by={'K' * 256}")
    assert [title[:13] for title in page.locator("h2").all_inner_texts()[:2]] == ["Events of TTT", "Events by KKK"]
    assert overflow(page) == 0


def test_a_name_is_text_whatever_it_holds(visiting: Callable[..., Visit]) -> None:
    page = visiting().open(PAGE)
    for asset, title, artist in TITLES:
        row = page.locator(f"tr[data-asset='{asset}'] th")
        # Beside them is the mark that shows all of a long one.
        assert row.locator(".lines").inner_text() == f"{title} {artist}"
        # Whatever direction a name turns to, it turns nothing beside it.
        first, second = row.locator("a").bounding_box(), row.locator(".muted").bounding_box()
        assert first
        assert second
        assert (first["y"], first["x"]) < (second["y"], second["x"]), title
    with page.expect_download() as saving:
        page.click("[aria-label='Save Tracks as CSV']")
    with saving.value.path().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shown = {row["asset_id"]: row["title"] for row in rows}
    for asset, title, _ in TITLES:
        # A spreadsheet must not run it.
        assert shown[asset] in {title, f"'{title}"}
        assert not shown[asset].startswith("=")
