"""What people do by mistake or beside each other: nothing is done twice, nothing is lost, and each is told in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest
from playwright.sync_api import expect

from support.pages import PASSWORD, House, Visit, add_person, cookies_of

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

PROJECT, OWNER, OTHER = "slips", "slips-owner@example.com", "slips-editor@example.com"
API = "/analytics/v1"


@pytest.fixture(scope="module")
def session(house: House) -> Iterator[httpx.Client]:
    """The session of an owner, which may change things; of a project of its own, with an editor in it."""
    add_person(house.server, OWNER, "owner", PROJECT)
    add_person(house.server, OTHER, "editor", PROJECT)
    with httpx.Client(base_url=house.server.url, cookies=cookies_of(house.server, OWNER)) as client:
        token = client.get("/session").json()["csrf_token"]
        client.headers.update({"x-csrf-token": token, "origin": house.server.url})
        yield client


@pytest.fixture
def visits(visiting: Callable[..., Visit], session: httpx.Client) -> Callable[..., Visit]:
    """As ``visiting``, once the project is there."""
    assert session.base_url
    return visiting


def write_note(page: Page, text: str) -> None:
    page.click("button:has-text('Add a note')")
    page.fill("input[name=from]", "2026-03-08T10:00")
    page.fill("input[name=text]", text)


def notes(session: httpx.Client) -> list[str]:
    found = session.get(f"{API}/annotations", params={"from": "0", "to": "4102444800"}).json()["annotations"]
    return [note["text"] for note in found]


class Sent(NamedTuple):
    """A form: where it is, how it is filled, its button, and what tells that it has been done."""

    kind: str
    path: str
    fill: Callable[[Page], None]
    button: str
    done: str


def _fill_note(page: Page) -> None:
    write_note(page, "twice")


def _fill_share(page: Page) -> None:
    page.click("button:has-text('Share')")


def _fill_view(page: Page) -> None:
    page.click("button:has-text('Views')")
    page.fill("dialog input", "twice")


FORMS = [
    Sent("annotations", "/settings", _fill_note, "Add", "[data-note]"),
    Sent("shares", "/", _fill_share, "Make a link", "input[data-share]"),
    Sent("views", "/", _fill_view, "Save", "dialog a:has-text('twice')"),
]


@pytest.mark.parametrize("form", FORMS, ids=[form.kind for form in FORMS])
def test_a_form_that_is_sent_twice_is_taken_once(visits: Callable[..., Visit], form: Sent) -> None:
    page = visits(OWNER).open(form.path)
    held: list[Route] = []
    page.route(
        f"**{API}/{form.kind}",
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    form.fill(page)
    with page.expect_request(f"**{API}/{form.kind}"):
        page.dblclick(f"dialog button:has-text('{form.button}')")
    expect(page.locator("dialog button[type=submit]")).to_be_disabled()
    for route in held:
        route.continue_()
    page.wait_for_selector(form.done)
    assert len(held) == 1
    if page.query_selector("[data-note] button"):
        page.click("[data-note] button")
        page.wait_for_selector("text=Nothing is noted yet")


class Taken(NamedTuple):
    """What is taken away: how it is made, where, its row, its button, and what has to be said before."""

    kind: str
    body: dict[str, Any]
    path: str
    row: str
    button: str = ""
    opener: str = ""
    confirm: Callable[[Page], None] | None = None


def _type_its_name(page: Page) -> None:
    page.fill("dialog input", page.inner_text("dialog b"))


TAKEN = [
    Taken("annotations", {"at": "2026-03-08T10:00:00Z", "text": "gone"}, "/settings", "[data-note]"),
    Taken("shares", {"page": "tracks", "query": "key=gone", "days": 7}, "/settings", "[data-share]:has-text('gone')"),
    Taken(
        "views", {"name": "gone", "page": "tracks", "query": ""}, "/", "dialog li:has-text('gone')",
        opener="button:has-text('Views')",
    ),
    Taken(
        "keys", {"name": "gone", "scopes": ["read"]}, "/keys", "[data-key]:has-text('gone')",
        button="dialog button.danger", opener="[aria-label='Revoke gone']", confirm=_type_its_name,
    ),
    Taken(
        "people", {"email": "gone@example.com", "role": "viewer"}, "/people", "[data-person='gone@example.com']",
        button="dialog button.danger", opener="[data-person='gone@example.com'] button",
    ),
]  # fmt: skip


@pytest.mark.parametrize("taken", TAKEN, ids=[taken.kind for taken in TAKEN])
def test_what_is_taken_away_by_a_double_click_is_taken_once(
    visits: Callable[..., Visit], session: httpx.Client, taken: Taken
) -> None:
    assert session.post(f"{API}/{taken.kind}", json=taken.body).is_success
    page = visits(OWNER).open(taken.path)
    if taken.opener:
        page.click(taken.opener)
    if taken.confirm:
        taken.confirm(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"**{API}/{taken.kind}/**", hold)
    button = page.locator(taken.button or f"{taken.row} button")
    with page.expect_request(f"**{API}/{taken.kind}/**"):
        button.dblclick()
    expect(button).to_be_disabled()
    button.dispatch_event("click")
    if not taken.button:
        # Until the list without it is there, it is not done.
        page.route(f"**{API}/{taken.kind}*", hold)
        with page.expect_request(f"**{API}/{taken.kind}*"):
            held[0].continue_()
        expect(button).to_be_disabled()
        button.dispatch_event("click")
    assert len([route for route in held if route.request.method != "GET"]) == 1
    for route in held[0 if taken.button else 1 :]:
        route.continue_()
    expect(page.locator(taken.row)).to_have_count(0)
    expect(page.locator("[role=alert]")).to_have_count(0)
    assert not page.locator("[role=status]", has_text="no such").count()


def test_the_second_half_of_a_double_click_takes_nothing_else(
    visits: Callable[..., Visit], session: httpx.Client
) -> None:
    for number in (1, 2):
        note = {"at": f"2026-03-0{number}T10:00:00Z", "text": f"note {number}"}
        assert session.post(f"{API}/annotations", json=note).is_success
    page = visits(OWNER).open("/settings")
    page.locator("[data-note] button").first.click()
    expect(page.locator("[data-note]")).to_have_count(1)
    # The next row stands where the first one stood.
    page.locator("[data-note] button").hover()
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.locator("[data-note] button").click()
    expect(page.locator("[data-note]")).to_have_count(0)


def test_what_was_refused_can_be_asked_for_again(visits: Callable[..., Visit], session: httpx.Client) -> None:
    assert session.post(f"{API}/annotations", json={"at": "2026-03-08T10:00:00Z", "text": "kept"}).is_success
    visit = visits(OWNER)
    page = visit.open("/settings")
    page.route(f"**{API}/annotations/**", lambda route: route.abort())
    page.focus("[data-note] button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="can't be reached")).to_be_visible()
    visit.faults.clear()  # the browser tells of what was not loaded
    expect(page.locator("[data-note] button")).to_be_focused()
    page.unroute(f"**{API}/annotations/**")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Nothing is noted yet")


def test_who_signs_in_again_in_another_tab_goes_on_in_this_one(
    visits: Callable[..., Visit], session: httpx.Client
) -> None:
    visit = visits(OWNER)
    page = visit.open("/settings")
    write_note(page, "from the tab before")
    anew = httpx.post(
        f"{visit.server.url}/login",
        json={"email": OWNER, "password": PASSWORD},
        headers={"origin": visit.server.url},
    )
    page.context.add_cookies(
        [{"name": name, "value": value, "url": visit.server.url} for name, value in anew.cookies.items()]
    )
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-note]:has-text('from the tab before')")
    assert notes(session) == ["from the tab before"]
    page.click("[data-note] button")
    page.wait_for_selector("text=Nothing is noted yet")
    visit.faults[:] = [fault for fault in visit.faults if "status of 403" not in fault]


def test_nothing_is_done_in_the_name_of_whoever_has_signed_in_meanwhile(
    visits: Callable[..., Visit], session: httpx.Client
) -> None:
    visit = visits(OWNER)
    page = visit.open("/settings")
    write_note(page, "whose is it")
    visit.sign_in(OTHER)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"dialog [role=alert]:has-text('{OTHER} is signed in by now')")
    assert page.input_value("input[name=text]") == "whose is it"
    assert notes(session) == []
    visit.faults[:] = [fault for fault in visit.faults if "status of 403" not in fault]


@pytest.mark.parametrize("year", ["0001", "1969", "9999"])
def test_a_note_of_a_time_that_no_list_shows_is_refused_beside_it(visits: Callable[..., Visit], year: str) -> None:
    page = visits(OWNER).open("/settings")
    write_note(page, "long ago")
    page.fill("input[name=from]", f"{year}-01-01T10:00")
    page.keyboard.press("Enter")
    validity = "field => field.validity.rangeUnderflow || field.validity.rangeOverflow"
    assert page.locator("input[name=from]").evaluate(validity)
    expect(page.locator("dialog")).to_be_visible()


@pytest.mark.parametrize("name", ["  two  spaces  ", "=1+1"])
def test_a_key_is_revoked_by_its_name_as_it_is_read(
    visits: Callable[..., Visit], session: httpx.Client, name: str
) -> None:
    made: dict[str, Any] = session.post(f"{API}/keys", json={"name": name, "scopes": ["read"]}).json()
    page = visits(OWNER).open("/keys")
    page.click(f"[data-key='{made['id']}'] button:has-text('Revoke')")
    page.fill("dialog input", " ".join(page.inner_text("dialog b").split()))
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-key='{made['id']}']")).to_have_count(0)


def test_a_condition_that_is_added_twice_is_one(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open("/events?type=round_end")
    for _ in range(2):
        page.fill("form[aria-label='Add a condition'] input", "round_end")
        page.keyboard.press("Enter")
        page.wait_for_url("**where=*")
        visit.ready(page)
    expect(page.locator("[aria-label='Take away the condition Type is round_end']")).to_have_count(1)
