"""Filters above the pages: each can be turned, added and taken away, and every number is a recount of what passes."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Collection
from urllib.parse import parse_qsl, unquote, urlsplit

from playwright.sync_api import Page, expect

from support.pages import TITLES, House, Visit, measures, rows, violations


def query(page: Page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.url).query))


def plays(house: House, universes: set[int], without: Collection[str] = ()) -> dict[str, int]:
    """Plays of each track in these experiences, but for some tracks."""
    return Counter(
        event["asset_id"]
        for event in house.events
        if event["type"] == "play" and event["universe"] in universes and event["asset_id"] not in without
    )


def counted(page: Page) -> dict[str, float]:
    return {asset: count for asset, count in rows(page, "plays").items() if count}


def test_a_chip_is_turned_by_keyboard_and_turned_back_by_a_step_back(
    visiting: Callable[..., Visit], house: House
) -> None:
    visit = visiting()
    page = visit.open("/tracks?compare=none&universe=1001")
    assert counted(page) == plays(house, {1001})
    chip = page.locator(".chip")
    assert chip.inner_text().split() == ["Experience", "is", "1001", "✕"]
    turn = page.get_by_role("button", name="Experience is 1001: change to is not", exact=True)
    turn.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**universe_not=1001*")
    visit.ready(page)
    assert query(page) == {"compare": "none", "universe_not": "1001"}
    page.get_by_role("button", name="Experience is not 1001: change to is", exact=True).wait_for()
    assert page.evaluate("document.activeElement.textContent") == "is not"
    assert counted(page) == plays(house, {1002})
    assert violations(page) == []
    page.go_back()
    page.wait_for_url("**universe=1001*")
    turn.wait_for()
    visit.ready(page)
    assert counted(page) == plays(house, {1001})
    page.go_forward()
    page.wait_for_url("**universe_not=1001*")
    visit.ready(page)
    page.click("[aria-label='Take away the filter Experience is not 1001']")
    page.wait_for_url(lambda url: "universe" not in url)
    visit.ready(page)
    assert counted(page) == plays(house, {1001, 1002})


def test_a_filter_is_added_by_ids_and_says_what_it_leaves_out(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    page = visit.open("/tracks?compare=none&asset=101&universe_not=1002")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.select_option("dialog select >> nth=0", label="Track")
    page.select_option("dialog select[name=verb]", label="is not")
    page.fill("dialog input", "102; 103")
    page.click("dialog button:has-text('Show')")
    assert page.evaluate("document.querySelector('dialog input').validity.patternMismatch")
    assert violations(page) == []
    page.fill("dialog input", "101, 103")
    page.click("dialog button:has-text('Show')")
    page.wait_for_url("**asset_not=101,103*")
    visit.ready(page)
    assert query(page) == {"compare": "none", "asset_not": "101,103", "universe_not": "1002"}
    assert counted(page) == plays(house, {1001}, {"101", "103"})


def test_the_overview_without_a_track_counts_all_others_and_what_has_none(
    visiting: Callable[..., Visit], house: House
) -> None:
    page = visiting().open("/?compare=none&asset_not=100,101")
    others = [event for event in house.events if event["asset_id"] not in {"100", "101"}]
    shown = measures(page, ".cards")
    assert shown["plays"][0] == sum(event["type"] == "play" for event in others)
    listeners = {event["player_id"] for event in others if event["type"] in ("play", "stop", "skip")}
    assert shown["listeners"][0] == len(listeners)


def test_a_row_of_what_is_left_out_is_asked_for_alone(visiting: Callable[..., Visit], house: House) -> None:
    """A track's own page tells of it, whatever other pages leave out; its numbers keep the other filters."""
    page = visiting().open("/tracks/101?compare=none&asset_not=101&universe_not=1002")
    assert measures(page)["plays"][0] == plays(house, {1001})["101"]


def test_a_track_is_found_by_a_part_of_its_name_and_all_again_by_a_step_back(
    visiting: Callable[..., Visit], house: House
) -> None:
    visit = visiting()
    page = visit.open("/tracks?compare=none&universe_not=1002")
    everything = counted(page)
    asset, title, _ = TITLES[0]
    page.keyboard.press("/")
    page.keyboard.type(title.upper()[:5])
    page.keyboard.press("Enter")
    page.wait_for_url("**search=*")
    visit.ready(page)
    named = {one for one, *names in TITLES if title.upper()[:5] in "\n".join(names).upper()}
    passing = plays(house, {1001})
    assert asset in named
    assert counted(page) == {one: passing[one] for one in named if passing[one]}
    assert violations(page) == []
    page.go_back()
    page.wait_for_url(lambda url: "search" not in url)
    visit.ready(page)
    assert counted(page) == everything
    assert page.input_value("[data-find]") == ""


def test_a_search_is_found_by_a_part_of_it(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    page = visit.open("/search?search=NY  ni")
    clicks = [event for event in house.events if event["type"] == "search_click"]
    rainy = sum(event["metadata"]["query"] == "Rainy  Night" for event in clicks)
    assert measures(page, "table")["clicks"] == [rainy]
    page.fill("[data-find]", "no such search")
    page.press("[data-find]", "Enter")
    page.get_by_text("No searches with “no such search” in this period").wait_for()


def test_what_a_filter_leaves_as_it_is_is_not_asked_again(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open("/healthz", until_ready=False)
    # For the page no time passes, however slow the machine: its answers stay new.
    page.clock.set_fixed_time(time.time())
    page.goto(visit.server.url)
    visit.ready(page)
    once = " ".join(map(unquote, visit.asked))
    visit.asked.clear()
    page.click("[data-asset] button.name")
    visit.ready(page)
    again = " ".join(map(unquote, visit.asked))
    for unfiltered in ("ask=charts/trending", "ask=ingest", "ask=annotations"):
        assert (unfiltered in once, unfiltered in again) == (True, False), (unfiltered, again)
    for filtered in ("ask=overview", "ask=tracks", "ask=rhythm"):
        assert filtered in again
    # One step back, and on again while its answers are on their way: what is known stays, and nothing waits for ever.
    page.go_back()
    page.go_forward()
    visit.ready(page)
    assert page.query_selector(".stale") is None


def test_an_experience_is_chosen_by_keyboard_from_a_list_that_is_asked_for_when_it_is_opened(
    visiting: Callable[..., Visit], house: House
) -> None:
    visit = visiting()
    page = visit.open("/tracks?compare=none&universe=1002&universe_not=1003")
    assert not any("by=universe" in asked for asked in visit.asked)
    page.get_by_role("button", name="Experiences ▾").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog li[data-universe]")
    listed = page.eval_on_selector_all(
        "dialog li[data-universe]",
        "all => all.map(row => [row.dataset.universe, +row.querySelector('[data-measure=plays]').dataset.value])",
    )
    by_plays = sorted(((sum(plays(house, {one}).values()), str(one)) for one in (1001, 1002)), reverse=True)
    assert listed == [[one, count] for count, one in by_plays]
    expect(page.locator("dialog [aria-pressed=true]")).to_contain_text("1002")
    assert violations(page) == []
    expect(page.get_by_label("Name or id")).to_be_focused()
    page.keyboard.type("001")
    # What may be the id of another one stands below what is listed.
    expect(page.locator("dialog li")).to_have_text([re.compile("^1001"), re.compile("^001 ?not listed")])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**universe=1001*")
    visit.ready(page)
    assert query(page) == {"compare": "none", "universe": "1001", "universe_not": "1003"}
    assert counted(page) == plays(house, {1001})
    expect(page.get_by_role("button", name="Experiences ▾")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog li[data-universe]")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(lambda url: "universe" not in url)
    visit.ready(page)
    assert counted(page) == plays(house, {1001, 1002})
    page.go_back()
    page.wait_for_url("**universe=1001*")


def test_an_experience_that_is_not_listed_is_chosen_by_its_id(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open("/?period=7d")
    page.get_by_role("button", name="All experiences").click()
    page.wait_for_selector("dialog li[data-universe]")
    page.keyboard.type("no such name")
    expect(page.locator("dialog [role=status]")).to_contain_text("None is called so")
    page.keyboard.press("Enter")
    expect(page.locator("dialog")).to_be_visible()
    page.get_by_label("Name or id").fill("77")
    page.keyboard.press("Enter")
    page.wait_for_url("**universe=77*")
    visit.ready(page)
    assert query(page) == {"period": "7d", "universe": "77"}
