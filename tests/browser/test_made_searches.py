"""What is searched, clicked or not: how a game comes to tell it, and the numbers that are there then."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable

import pytest
from audioscape import AudioScape
from playwright.sync_api import Page

from support.pages import House, Visit, add_person, measures, overflow, violations

OWNER, PROJECT = "searcher@example.com", "searches"
CARD = "[data-state=setup]"
DAY_S = 86_400


@pytest.fixture(scope="module")
def key(house: House) -> str:
    """A key of a project to which no search has been sent."""
    add_person(house.server, OWNER, "owner", PROJECT)
    key = house.server.create_key(project=PROJECT)
    played = {"type": "play", "asset_id": "7", "player_id": "p1", "timestamp": house.today}
    assert house.server.post([played], key).status_code == 202
    house.server.settled(key)
    return key


def code_for(page: Page, title: str) -> str:
    page.click(f"{CARD} button:text-is('{title}')")
    return page.inner_text(f"{CARD} pre")


def ran_in_python(code: str, key: str, endpoint: str) -> None:
    with AudioScape(key, endpoint=endpoint) as client:
        exec(code, {"client": client, "player_id": "p1", "query": "Lofi", "results": ["a", "b"]})


def ran_in_a_shell(code: str, key: str) -> None:
    done = subprocess.run(
        ["bash", "-c", code], env={**os.environ, "KEY": key}, capture_output=True, text=True, timeout=120, check=True
    )
    assert json.loads(done.stdout) == {"accepted": 1}


def test_a_page_tells_how_to_send_searches_and_counts_them_then(
    visiting: Callable[..., Visit], house: House, key: str
) -> None:
    visit, server = visiting(OWNER), house.server
    page = visit.open("/search?period=today")
    assert page.locator("h2:has-text('Searched in vain')").count() == 0
    assert "In vain" not in page.inner_text("main")
    ran_in_a_shell(code_for(page, "curl"), key)
    ran_in_python(code_for(page, "Python"), key, server.url)
    server.settled(key)
    page.reload()
    visit.ready(page)
    assert page.locator(CARD).count() == 0
    assert page.locator("table:has(caption:text-is('All searches')) tbody tr").all_inner_texts()[0].startswith("Lofi")
    assert measures(page, "section:has(h2:has-text('All searches'))")["all_searches"] == [2]
    assert measures(page, "section:has(h2:has-text('Searched in vain'))")["all_in_vain"] == [0.5]


def test_searches_and_their_clicks_are_a_recount_of_what_was_sent(visiting: Callable[..., Visit], house: House) -> None:
    owner, project = "recounter@example.com", "recounted"
    add_person(house.server, owner, "owner", project)
    key = house.server.create_key(project=project)
    yesterday = house.today - DAY_S

    def search(player: str | None, at: int, query: str, results: int | None) -> dict[str, object]:
        said = {"query": query} | ({} if results is None else {"results": results})
        who = {} if player is None else {"player_id": player}
        return {"type": "search", **who, "timestamp": yesterday + at, "metadata": said}

    def click(player: str, at: int, query: str) -> dict[str, object]:
        what = {"asset_id": "1", "metadata": {"query": query, "rank": 1}}
        return {"type": "search_click", "player_id": player, "timestamp": yesterday + at, **what}

    events = [
        search("a", 100, "Lofi", 5),
        click("a", 130, "lofi"),
        search("b", 100, "lofi", 0),
        search("b", 200, "lofi", 7),
        click("b", 800, "lofi"),  # of the second search, in just 10 minutes
        search("c", 100, "lofi", None),
        click("c", 701, "lofi"),  # too late
        search(None, 100, "lofi", 5),
        search("a", 500, "<b>polka</b>", 0),
        search("b", 500, "<b>polka</b>", 0),
        click("b", 510, "lofi"),
    ]
    assert house.server.post(events, key).json() == {"accepted": len(events)}
    house.server.settled(key)
    visit = visiting(owner)
    page = visit.open("/search?period=7d")
    table = "section:has(h2:has-text('All searches'))"
    shown = measures(page, table)
    assert shown["all_searches"] == [7]
    assert shown["all_click_through"] == [pytest.approx(2 / 6)]
    lofi, polka = (f"{table} tbody tr:has-text('{text}')" for text in ("lofi", "polka"))
    # b's click while their second search was new is one of it, too.
    assert measures(page, lofi) == {"searches": [5], "click_through": [2 / 4], "in_vain": [1]}
    assert measures(page, polka) == {"searches": [2], "click_through": [0], "in_vain": [2]}
    vain = measures(page, "section:has(h2:has-text('Searched in vain'))")
    assert vain == {"all_in_vain": [pytest.approx(3 / 6)], "vain": [2, 1], "counted": [2, 4]}
    assert "of 4" in page.inner_text("section:has(h2:has-text('Searched in vain')) tr:has-text('lofi')")
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        assert overflow(page) == 0
        assert violations(page) == []
    page.fill("input[data-find]", "polka")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=polka*")
    visit.ready(page)
    assert measures(page, table)["all_searches"] == [2]
    page = visit.open("/search?period=7d&asset=1")
    assert "No search events in this period under these filters" in page.inner_text(table)
    assert page.locator(CARD).count() == 0


def test_a_link_to_the_page_tells_nothing_of_searches_without_a_click(visiting: Callable[..., Visit], key: str) -> None:
    assert key
    page = visiting(OWNER).open("/search?period=today")
    page.click("button:has-text('Share')")
    page.click("dialog button:has-text('Make a link')")
    link = page.wait_for_selector("input[data-share]").input_value()
    anybody = visiting(None)
    shown = anybody.open(link.removeprefix(anybody.server.url))
    assert "All searches" not in shown.inner_text("main")
    assert not any("search/made" in asked for asked in anybody.asked)
