"""What a keyboard and a role lead to: the focus after a row is deleted, and pages that are for others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest
from playwright.sync_api import expect

from support.pages import House, Visit, add_person, cookies_of, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROJECT, OWNER, VIEWER = "focus", "focus-owner@example.com", "focus-viewer@example.com"
API = "/analytics/v1"


@pytest.fixture(scope="module")
def session(house: House) -> Iterator[httpx.Client]:
    """The session of an owner, which may change things; of a project of its own, with somebody else in it."""
    add_person(house.server, OWNER, "owner", PROJECT)
    add_person(house.server, VIEWER, "viewer", PROJECT)
    with httpx.Client(base_url=house.server.url, cookies=cookies_of(house.server, OWNER)) as client:
        token = client.get("/session").json()["csrf_token"]
        client.headers.update({"x-csrf-token": token, "origin": house.server.url})
        yield client


def revoke(page: Page) -> None:
    page.keyboard.type(page.inner_text("dialog b"))
    page.keyboard.press("Enter")


class Case(NamedTuple):
    """What is deleted, two of that, and how: on which page, after a click on what, by which buttons, confirmed so."""

    kind: str
    path: str
    buttons: str
    body: Callable[[int], dict[str, Any]]
    opener: str = ""
    confirm: Callable[[Page], None] | None = None


def _note(number: int) -> dict[str, Any]:
    return {"at": f"2026-03-0{number}T12:00:00Z", "text": f"note {number}"}


CASES = [
    Case("annotations", "/settings", "[data-note] button", _note),
    Case("shares", "/settings", "[data-share] button", lambda n: {"page": "tracks", "query": f"key={n}", "days": 7}),
    Case(
        "views", "/", "dialog li button", lambda n: {"name": f"view {n}", "page": "tracks", "query": ""},
        opener="button:has-text('Views')",
    ),
    Case(
        "keys", "/keys", "[aria-label^='Revoke']", lambda n: {"name": f"key {n}", "scopes": ["read"]}, confirm=revoke
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.kind for case in CASES])
def test_the_focus_goes_to_the_next_row_and_in_the_end_to_the_heading(
    visiting: Callable[..., Visit], session: httpx.Client, case: Case
) -> None:
    for number in (1, 2):
        answer = session.post(f"{API}/{case.kind}", json=case.body(number))
        assert answer.is_success, answer.text
    page, buttons = visiting(OWNER).open(case.path), case.buttons
    if case.opener:
        page.click(case.opener)
    expect(page.locator(buttons)).to_have_count(2)
    page.focus(buttons)
    for left in (1, 0):
        page.keyboard.press("Enter")
        if case.confirm:
            page.wait_for_selector("dialog form")
            case.confirm(page)
        expect(page.locator(buttons)).to_have_count(left)
        expect(page.locator(buttons if left else ":is(dialog, .panel) h2:focus")).to_be_focused()


def test_an_invitation_that_is_taken_back_leaves_the_focus_in_the_list(
    visiting: Callable[..., Visit], session: httpx.Client
) -> None:
    assert session.post(f"{API}/people", json={"email": "new@example.com", "role": "viewer"}).is_success
    page = visiting(OWNER).open("/people")
    page.focus("[data-person='new@example.com'] button")
    page.keyboard.press("Enter")
    page.focus("dialog button.danger")
    page.keyboard.press("Enter")
    expect(page.locator("[data-person='new@example.com']")).to_have_count(0)
    expect(page.locator("[data-person] :focus")).to_have_count(1)


@pytest.mark.parametrize("path", ["/keys", "/people", "/welcome"])
@pytest.mark.usefixtures("session")
def test_a_page_that_would_be_refused_says_for_whom_it_is(visiting: Callable[..., Visit], path: str) -> None:
    visit = visiting(VIEWER)
    page = visit.open(path)
    expect(page.locator("main[data-page=closed]")).to_contain_text("Your role in this project is viewer")
    # The bar of every page counts players, which a viewer may see; the page asks nothing that would be refused.
    assert [asked for asked in visit.asked if asked != "live/players"] == []
    assert page.locator("main button").count() == 0
    assert violations(page) == []
