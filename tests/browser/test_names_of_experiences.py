"""What a project calls its universes and places: given by hand, shown everywhere, and seen by nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from support.pages import HOSTILE, House, Visit, add_person, violations

PROJECT = "names"
OWNER, VIEWER, GUEST = (f"names-{role}@example.com" for role in ("owner", "viewer", "guest"))
#: A universe and its place, and when their last event was: seconds before today.
PLACES = {("61", "610"): 50_000, ("62", "620"): 40_000}


@pytest.fixture(scope="module")
def named(house: House) -> House:
    """A project of its own, with two experiences."""
    for email, role in ((OWNER, "owner"), (VIEWER, "viewer"), (GUEST, "guest")):
        add_person(house.server, email, role, PROJECT)
    key = house.server.create_key(project=PROJECT)
    for (universe, place), ago in PLACES.items():
        events = [
            {"type": "play", "asset_id": "81", "player_id": f"p{number}", "timestamp": house.today - ago - number}
            for number in range(3)
        ]
        where = {"x-universe-id": universe, "x-place-id": place}
        assert house.server.post(events, key, where).status_code == 202
    house.server.settled(key)
    return house


@pytest.fixture
def visits(visiting: Callable[..., Visit], named: House) -> Callable[..., Visit]:
    """As ``visiting``, once the project is there."""
    assert named.server.is_running()
    return visiting


def rename(page: Any, shown: str, name: str) -> None:
    """With the keyboard alone."""
    page.focus(f"button[aria-label={json.dumps(f'Rename {shown}')}]")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert page.evaluate("document.activeElement.name") == "name"
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(name)
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog", state="detached")


def told(page: Any) -> dict[str, dict[str, str]]:
    return json.loads(page.text_content("#boot"))["experiences"]


def test_a_name_that_is_given_is_shown_everywhere_at_once_and_to_all_of_the_project(
    visits: Callable[..., Visit],
) -> None:
    visit = visits(OWNER)
    page = visit.open("/experiences?universe=61,62&open=61")
    page.wait_for_selector("[data-place]")
    rename(page, "61", " Obby ")
    rename(page, "62", "Tycoon")
    rename(page, "610", HOSTILE[0][:40])
    assert page.locator(".chip:has-text('Obby')").count() == 1
    assert page.locator("tr[data-universe='61'] button:text-is('Obby')").count() == 1
    assert HOSTILE[0][:40] in page.inner_text("tr[data-place='610']")
    assert page.locator(".legend li:has-text('Obby')").count() == 1
    for path, where in (
        ("/", "table:has(caption:has-text('Experiences')) th"),
        ("/tracks/81", "table:has(caption:has-text('Experiences')) th"),
        ("/live", "table:has(caption:has-text('Last events')) td"),
        ("/keys", "td"),
        ("/events?type=play&by=universe_id", "tr[data-group='61'] th"),
    ):
        seen = visits(VIEWER if path != "/keys" else OWNER).open(path)
        seen.wait_for_selector(f"{where}:has-text({'Obby' if path != '/keys' else 'Tycoon'!r})")
    rename(page, "Tycoon", "")
    rename(page, "Obby", "")
    assert page.locator("tr[data-universe='61'] button:text-is('61')").count() == 1
    rename(page, HOSTILE[0][:40], "")
    assert told(visit.open("/experiences")) == {"universe": {}, "place": {}}


def test_a_filter_offers_the_names_that_were_given(visits: Callable[..., Visit]) -> None:
    visit = visits(OWNER)
    page = visit.open("/experiences")
    rename(page, "61", "Obby")
    page.click(".bar button:text-is('Filter')")
    options = "dialog datalist option"
    assert page.locator(options).count() == 0
    page.select_option("dialog select >> nth=0", "universe")
    assert page.eval_on_selector_all(options, "all => all.map(each => [each.value, each.label])") == [["61", "Obby"]]
    assert page.evaluate("document.querySelector('dialog [name=values]').list.options.length") == 1
    page.fill("dialog [name=values]", "61")
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip:has-text('Obby')")
    visit.ready(page)
    rename(page, "Obby", "")


def test_two_of_one_name_are_told_apart(visits: Callable[..., Visit]) -> None:
    page = visits(OWNER).open("/experiences")
    rename(page, "61", "Twin")
    rename(page, "62", "Twin")
    assert page.locator(".legend li").all_inner_texts() == ["Twin (61)", "Twin (62)"]
    rename(page, "Twin (61)", "")
    assert page.locator(".legend li").all_inner_texts() == ["61", "Twin"]
    rename(page, "Twin", "")


def test_a_name_that_is_none_is_refused_beside_its_field(visits: Callable[..., Visit]) -> None:
    visit = visits(OWNER)
    page = visit.open("/experiences")
    page.click("[aria-label='Rename 61']")
    page.fill("dialog input", "turned \u202e")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog [role=alert]:has-text('name: expected')")
    visit.faults.clear()  # the browser tells of every 400
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Rename 61"


def test_who_may_not_name_sees_no_button_and_a_guest_no_name(visits: Callable[..., Visit]) -> None:
    owner = visits(OWNER)
    page = owner.open("/experiences")
    rename(page, "61", "Secret game")
    shown = visits(VIEWER).open("/experiences")
    assert told(shown)["universe"] == {"61": "Secret game"}
    assert shown.locator("[aria-label^='Rename']").count() == 0
    guest = visits(GUEST)
    closed = guest.open("/experiences", until_ready=False)
    closed.wait_for_selector("main .state")
    guest.faults.clear()  # nothing is given to this guest
    assert "Secret game" not in closed.content()
    rename(page, "Secret game", "")


def test_each_experience_tells_when_its_last_event_was(visits: Callable[..., Visit], named: House) -> None:
    page = visits(OWNER).open("/experiences?open=62")
    page.wait_for_selector("[data-place]")
    for (universe, _), ago in PLACES.items():
        rows = page.locator(f"tr[data-universe='{universe}'] time")
        assert rows.count() == (2 if universe == "62" else 1)
        for row in rows.all():
            at = page.evaluate("text => Date.parse(text) / 1000", row.get_attribute("datetime"))
            assert at == named.today - ago
