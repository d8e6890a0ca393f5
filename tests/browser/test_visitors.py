"""What guests, and whoever opens a link, see of a page: what is shown to them, and no panel that says it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import httpx
import pytest

from support.pages import House, Visit, add_person, cookies_of, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROJECT, OWNER, GUEST = "visitors", "visitors-owner@example.com", "visitors-guest@example.com"
API = "/analytics/v1"
#: Listens of each track, of which a curve needs 30.
LISTENS = 30
#: Pages that can be shared, and what stands in the query of a link.
SHARED = {
    "overview": "",
    "tracks": "picked=71,72",
    "track": "asset=71",
    "search": "why=lofi",
    "audience": "",
    "funnel": "",
    "experiences": "",
}
#: Pages that a guest is led to.
GUESTS = ("/", "/tracks?picked=71,72", "/tracks/71", "/search?why=lofi", "/audience", "/funnel", "/experiences")


@pytest.fixture(scope="module")
def session(house: House) -> Iterator[httpx.Client]:
    """The session of an owner of a project of its own, who has a guest to whom two tracks are shown."""
    add_person(house.server, OWNER, "owner", PROJECT)
    add_person(house.server, GUEST, "guest", PROJECT)
    key = house.server.create_key(project=PROJECT)
    played = [
        {
            "type": kind, "asset_id": asset, "player_id": f"player {number}", "duration": 100.0,
            "timestamp": house.today - 40_000 + number, "metadata": {"query": "lofi", "rank": 1},
        }
        for asset in ("71", "72")
        for number, kind in enumerate(("search_click", "play", "stop") * LISTENS)
    ]  # fmt: skip
    assert house.server.post(played, key, {"x-universe-id": "51"}).status_code == 202
    house.server.settled(key)
    with httpx.Client(base_url=house.server.url, cookies=cookies_of(house.server, OWNER)) as client:
        token = client.get("/session").json()["csrf_token"]
        client.headers.update({"x-csrf-token": token, "origin": house.server.url})
        (guest,) = (one for one in client.get(f"{API}/people").json()["people"] if one["email"] == GUEST)
        shown = {"assets": ["71", "72"], "artists": [], "albums": []}
        assert client.put(f"{API}/people/{guest['id']}/limits", json=shown).is_success
        yield client


def panels(page: Page) -> dict[str, str]:
    """Of each panel its title, and what it says instead of showing something."""
    pairs = page.eval_on_selector_all(
        "section.panel",
        """all => all.map(panel => [
            panel.querySelector("h2").innerText.replace(/\\s*\\?$/, ""),
            panel.querySelector(".state")?.innerText ?? "",
        ])""",
    )
    return dict(pairs)


def refused(visit: Visit, asker: httpx.Client) -> list[str]:
    """What a page asked and its reader was not told."""
    found: list[str] = []
    with asker:
        for asked in visit.asked:
            answer = asker.get(f"{visit.server.url}{API}/{asked}")
            if not asked.startswith("batch?"):
                found += [] if answer.is_success else [asked]
                continue
            asks = [text for name, text in parse_qsl(asked.removeprefix("batch?")) if name == "ask"]
            found += [
                ask for ask, part in zip(asks, answer.json()["answers"], strict=True) if part["status"] != HTTPStatus.OK
            ]
    return found


def save_everything(page: Page) -> None:
    """Every list is saved: a button that leads to a refusal would never begin a download."""
    for button in page.get_by_role("button", name="as CSV").all():
        with page.expect_download():
            button.click()


@pytest.mark.parametrize("name", SHARED)
def test_a_shared_page_is_without_holes(visiting: Callable[..., Visit], session: httpx.Client, name: str) -> None:
    query = f"period=7d&{SHARED[name]}".rstrip("&")
    made = session.post(f"{API}/shares", json={"page": name, "query": query, "days": 7}).json()
    visit = visiting(None)
    page = visit.open(made["path"], until_ready=False)
    page.wait_for_selector(f"main[data-page={name}]")
    visit.ready(page)
    assert set(panels(page).values()) == {""}
    assert refused(visit, httpx.Client(headers={"x-share-token": made["path"].partition("#")[2]})) == []
    save_everything(page)
    assert violations(page) == []


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("overview", "period=7d", "Last 7 days, compared with the period before"),
        ("overview", "period=today&compare=year", "Today, compared with the year before up to now"),
        ("overview", "from=2026-01-01&to=2026-01-08&compare=none", "2026-01-01 to 2026-01-07"),
        # A list is told of no period before by a link, and this page compares nothing.
        ("tracks", "period=month", "This month"),
        ("tracks", "period=month&compare=year", "This month, compared with the year before up to now"),
        ("search", "period=7d&compare=year", "Last 7 days"),
    ],
)
def test_a_shared_page_says_of_when_it_is_and_with_what_that_is_compared(
    visiting: Callable[..., Visit], session: httpx.Client, name: str, query: str, said: str
) -> None:
    made = session.post(f"{API}/shares", json={"page": name, "query": query, "days": 7}).json()
    page = visiting(None).open(made["path"], until_ready=False)
    page.wait_for_selector(f"main[data-page={name}]")
    assert page.inner_text("header.bar [title='Days of UTC']") == said


@pytest.mark.parametrize("path", GUESTS)
@pytest.mark.usefixtures("session")
def test_a_page_of_a_guest_is_without_holes(visiting: Callable[..., Visit], path: str) -> None:
    visit = visiting(GUEST)
    page = visit.open(f"{path}{'&' if '?' in path else '?'}period=7d")
    assert set(panels(page).values()) == {""}
    assert refused(visit, httpx.Client(cookies=cookies_of(visit.server, GUEST))) == []
    save_everything(page)


@pytest.mark.parametrize(("name", "choice"), [("search", "tbody button"), ("tracks", "tbody input")])
def test_what_a_link_does_not_show_cannot_be_chosen(
    visiting: Callable[..., Visit], session: httpx.Client, name: str, choice: str
) -> None:
    made = session.post(f"{API}/shares", json={"page": name, "query": "period=7d", "days": 7}).json()
    shared = visiting(None).open(made["path"], until_ready=False)
    shared.wait_for_selector("main tbody tr")
    assert shared.locator(choice).count() == 0
    assert visiting(OWNER).open(f"/{name}?period=7d").locator(choice).count() > 0


def test_a_row_of_panels_has_no_hole(visiting: Callable[..., Visit], session: httpx.Client) -> None:
    """What is left out leaves no place empty beside what stays."""
    made = session.post(f"{API}/shares", json={"page": "overview", "query": "period=7d", "days": 7}).json()
    ends = """all => {
        const right = Math.max(...all.map(each => each.getBoundingClientRect().right));
        const rows = Map.groupBy(all, each => each.getBoundingClientRect().top);
        return [...rows.values()].map(row => right - Math.max(...row.map(each => each.getBoundingClientRect().right)));
    }"""
    linked = visiting(None, viewport={"width": 1280, "height": 900})
    pages = [(linked, made["path"])] + [
        (visiting(GUEST, viewport={"width": 1280, "height": 900}), path) for path in ("/", "/tracks/71")
    ]
    for visit, path in pages:
        page = visit.open(path)
        page.wait_for_selector(".panels")
        visit.ready(page)
        gaps = page.eval_on_selector_all(".panels > .panel", ends)
        assert max(gaps) < 1, path
