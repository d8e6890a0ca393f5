"""What holds for every page: it is drawn, fits, can be used by everybody, and is sound in each theme and width."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from playwright.sync_api import Browser, Page

from audioscape_server.dashboard.routes import OPEN_PAGES, PAGES
from support.pages import House, Visit, overflow, violations, visit

#: A window of 1,280 pixels, a phone, and the first one at 200 %.
WIDTHS: Final = (1280, 375, 640)
PATHS: Final = [path.replace("{asset_id}", "101") for path in PAGES]
#: Where a picture of each page is kept, for who wants to look at them: a folder. Drawing them takes most of the time.
PICTURES: Final = os.environ.get("AUDIOSCAPE_PICTURES")
#: What a new width makes pages draw, they draw in the next frame.
TWO_FRAMES: Final = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"

#: What stands in tables and can't be read: short words that go on in another line, and what lies over its neighbour.
UNREADABLE: Final = r"""() => [...document.querySelectorAll("main :is(th, td)")].flatMap(cell => {
    const found = cell.scrollWidth > cell.clientWidth ? [cell.textContent] : [];
    const words = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = words.nextNode(); node; node = words.nextNode()) {
        if (node.parentElement.closest("details:not([open]) > :not(summary)")) continue;
        for (const { 0: word, index } of node.data.matchAll(/(?<!\S)\w{2,16}(?!\S)/g)) {
            const range = document.createRange();
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            if (range.getClientRects().length > 1) found.push(word);
        }
    }
    return found;
})"""

#: Numbers that would be read as others: they go on in another line, or the edge of their table cuts them.
BROKEN: Final = r"""() => [...document.querySelectorAll("main :is([data-value], .delta)")].filter(number => {
    const text = number.firstElementChild ?? number;
    if (text.closest(".hidden") || !text.checkVisibility({ checkOpacity: true })) return false;
    if (new Set([...number.getClientRects()].map(({ top }) => top)).size > 1) return true;
    const scroll = number.closest(".scroll");
    if (!scroll) return false;
    const { left, right } = number.getBoundingClientRect();
    const from = scroll.getBoundingClientRect().left;
    const to = scroll.querySelector("thead .acts")?.getBoundingClientRect().left
        ?? from + scroll.clientWidth;
    return (left < from - 1 && right > from + 1) || (left < to - 1 && right > to + 1);
}).map(number => number.textContent)"""
#: Numbers that programs don't find: in a text and in none of what is marked. Names, dates, axes and headings aside, and
#: what is the same whatever was sent.
UNMARKED: Final = r"""() => {
    const apart = "[data-value], time, svg, .plane, select, code, pre, h1, h2, th, td:not(.number), li, .name, .text,"
        + " .title, .pick, button, a[href*='/tracks/'], [role=tooltip], form, label, dialog, .setup";
    const same = /8 of 10|of 100\b|95\s%|\b\d+ (s|seconds|days|hours)\b/g;
    const main = document.querySelector("main").cloneNode(true);
    main.normalize();
    const found = [], texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
        const isNumber = /(?<![\w(.-])\d/.test(node.data.replaceAll(same, ""));
        if (isNumber && !node.parentElement.closest(apart)) found.push(node.parentElement.textContent);
    }
    return found;
}"""
#: Tables that are wider than their place.
SIDEWAYS: Final = """() => [...document.querySelectorAll("main .scroll")]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(scroll => scroll.ariaLabel)"""
#: Move what moves sideways, so that an edge lies somewhere else.
MOVE: Final = "() => document.querySelectorAll('main .scroll').forEach(scroll => scroll.scrollBy(45, 0))"
#: Whether all of an element is seen, and nothing lies over it.
IN_SIGHT: Final = """element => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return left >= 0 && right <= innerWidth
        && [left + 1, right - 1].every(x => element.contains(document.elementFromPoint(x, (top + bottom) / 2)));
}"""


class Opened(NamedTuple):
    """A page, and what it had asked when its first screen was drawn."""

    path: str
    page: Page
    asked: list[str]


@pytest.fixture(scope="module", params=PATHS)
def opened(request: pytest.FixtureRequest, chromium: Browser, house: House) -> Iterator[Opened]:
    """Each page, opened once for all that has to be true of it."""
    with visit(chromium, house.server, "owner@example.com", color_scheme="light") as begun:
        page = begun.open(request.param)
        yield Opened(request.param, page, list(begun.asked))


def assert_fits_and_breaks_no_rule(page: Page, path: str, theme: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(TWO_FRAMES)
        if PICTURES:
            name = f"{path.strip('/').replace('/', '-') or 'overview'}-{theme}-{width}.png"
            page.screenshot(path=Path(PICTURES) / name, full_page=True)
        assert overflow(page) == 0, f"wider than {width} pixels"
        assert page.evaluate(UNREADABLE) == [], f"at {width} pixels"
        assert page.evaluate(BROKEN) == [], f"at {width} pixels"
        page.evaluate(MOVE)
        page.evaluate(TWO_FRAMES)
        assert page.evaluate(BROKEN) == [], f"moved, at {width} pixels"
        if width == WIDTHS[0]:
            assert page.evaluate(SIDEWAYS) == []
        assert violations(page) == []


def test_a_page_is_drawn_fits_and_breaks_no_rule(opened: Opened) -> None:
    assert_fits_and_breaks_no_rule(opened.page, opened.path, "light")


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_drawn_fits_and_breaks_no_rule_in_the_dark(visiting: Callable[..., Visit], path: str) -> None:
    page = visiting(color_scheme="dark", viewport={"width": WIDTHS[0], "height": 900}).open(path)
    assert_fits_and_breaks_no_rule(page, path, "dark")


def test_what_a_key_may_stands_in_one_line(visiting: Callable[..., Visit]) -> None:
    page = visiting(viewport={"width": WIDTHS[0], "height": 900}).open("/keys")
    scopes = page.locator("tr[data-key]").get_by_role("cell", name="ingest, read").first
    lines = """cell => {
        const text = document.createRange();
        text.selectNodeContents(cell);
        return new Set([...text.getClientRects()].map(({ top }) => top)).size;
    }"""
    assert scopes.evaluate(lines) == 1


@pytest.mark.parametrize("width", [1280, 880, 375])
def test_what_can_be_done_with_a_key_is_in_sight(visiting: Callable[..., Visit], width: int) -> None:
    page = visiting(viewport={"width": width, "height": 900}).open("/keys")
    row = page.locator("tr[data-key]").first
    for act in ("Rotate", "Revoke"):
        assert row.get_by_role("button", name=act).evaluate(IN_SIGHT), act


@pytest.mark.parametrize(("path", "title"), [("/", "Top searches"), ("/tracks/100", "Searches that lead here")])
def test_a_long_text_takes_no_room_from_the_numbers_beside_it(
    visiting: Callable[..., Visit], path: str, title: str
) -> None:
    page = visiting(viewport={"width": WIDTHS[0], "height": 900}).open(path)
    panel = page.locator(f"section.panel:has(h2:has-text('{title}'))")
    assert panel.locator("tbody th", has_text="x" * 256).count() == 1
    lines = """all => all.map(cell =>
        new Set([...cell.querySelector(".beside").getClientRects()].map(({ top }) => Math.round(top))).size)"""
    assert set(panel.locator("tbody td").evaluate_all(lines)) == {1}


def test_every_number_of_a_page_is_found_by_programs(opened: Opened) -> None:
    assert opened.page.evaluate(UNMARKED) == []


def test_a_page_asks_twice_at_most(opened: Opened) -> None:
    assert len(opened.asked) <= 2, opened.asked


def test_every_address_leads_to_the_page_that_the_navigation_means(opened: Opened) -> None:
    assert opened.page.get_attribute("main", "data-page") != "missing"


@pytest.mark.parametrize("path", OPEN_PAGES)
def test_every_open_address_leads_to_its_page(path: str, visiting: Callable[..., Visit]) -> None:
    page = visiting().open(path)
    assert page.get_attribute("main", "data-page") != "missing"


@pytest.mark.parametrize("path", PATHS)
def test_a_page_that_shows_numbers_is_for_who_is_signed_in(visiting: Callable[..., Visit], path: str) -> None:
    visit = visiting(None)
    page = visit.open(path, until_ready=False)
    assert page.url.startswith(f"{visit.server.url}/login")
