"""A page of a young project shows all of it, where the default of others would show weeks of nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from support.pages import House, Visit, add_person, cookies_of, measures, overflow, violations

DAY_S = 86_400


@dataclass(frozen=True)
class Young:
    """A project, and how many plays it has by how many days ago they were."""

    name: str
    plays: dict[int, int]

    @property
    def owner(self) -> str:
        return f"{self.name}@example.com"

    def first_day(self, house: House) -> str:
        return datetime.fromtimestamp(house.today - max(self.plays) * DAY_S, UTC).date().isoformat()


NOTHING, TODAY, DAYS = Young("young-nothing", {}), Young("young-today", {0: 2}), Young("young-days", {0: 2, 3: 5})


def send(house: House, project: Young) -> None:
    """Send all that a project has."""
    key = house.server.create_key(project=project.name)
    events = [
        {"type": "play", "asset_id": "7", "player_id": f"p{number}", "timestamp": house.today - ago * DAY_S + 1}
        for ago, plays in project.plays.items()
        for number in range(plays)
    ]
    assert house.server.post(events, key).status_code == 202
    house.server.settled(key)


@pytest.fixture(scope="module")
def young(house: House) -> House:
    for project in (NOTHING, TODAY, DAYS):
        add_person(house.server, project.owner, "owner", project.name)
        if project.plays:
            send(house, project)
    return house


@pytest.fixture
def visits(visiting: Callable[..., Visit], young: House) -> Callable[..., Visit]:
    """As ``visiting``, once the projects are there."""
    assert young.server.is_running()
    return visiting


def first_day_of(page: Any) -> str | None:
    return json.loads(page.text_content("#boot"))["first_day"]


def asked_from(visit: Visit) -> set[str]:
    """From which days on a page asked; what asks for no period aside."""
    return {day for url in visit.asked for day in re.findall(r"[?&]from=([^&]*)", unquote(url))}


#: Pages that ask about events.
ASKING = ["/", "/tracks", "/tracks/7", "/charts", "/search", "/audience", "/funnel", "/events", "/experiences"]


@pytest.mark.parametrize("path", ASKING)
def test_before_the_first_event_a_page_says_that_there_is_none_and_leads_to_the_first_one(
    visits: Callable[..., Visit], path: str
) -> None:
    visit = visits(NOTHING.owner)
    page = visit.open(path)
    assert first_day_of(page) is None
    assert "No event has ever come in." in page.inner_text("main")
    assert page.locator("main section.panel").count() == 1
    assert measures(page) == {}
    if path == ASKING[0]:
        assert violations(page) == []
        page.click("main a:has-text('Send the first event')")
        page.wait_for_selector("main[data-page=welcome]")


@pytest.mark.parametrize("path", ["/live", "/settings", "/keys", "/welcome"])
def test_before_the_first_event_what_asks_for_none_is_as_it_always_is(visits: Callable[..., Visit], path: str) -> None:
    page = visits(NOTHING.owner).open(path)
    assert page.get_attribute("main", "data-page") == path.strip("/")


@pytest.mark.parametrize(("role", "links"), [("viewer", ["What comes in, and what is refused"]), ("guest", [])])
def test_before_the_first_event_nobody_is_led_to_what_is_not_for_them(
    visits: Callable[..., Visit], young: House, role: str, links: list[str]
) -> None:
    add_person(young.server, f"{role}-{NOTHING.owner}", role, NOTHING.name)
    page = visits(f"{role}-{NOTHING.owner}").open("/tracks")
    assert "No event has ever come in." in page.inner_text("main")
    assert page.locator("main a").all_inner_texts() == links


def shared(house: House, project: Young, page: str, query: str) -> str:
    """A link to a page of a project."""
    with httpx.Client(base_url=house.server.url, cookies=cookies_of(house.server, project.owner)) as client:
        headers = {"x-csrf-token": client.get("/session").json()["csrf_token"], "origin": house.server.url}
        made = client.post("/analytics/v1/shares", json={"page": page, "query": query, "days": 1}, headers=headers)
    return made.json()["path"]


@pytest.mark.parametrize(("page", "title"), [("overview", "Overview"), ("track", "Track"), ("funnel", "Funnel")])
def test_before_the_first_event_a_link_says_that_there_is_none(
    visits: Callable[..., Visit], young: House, page: str, title: str
) -> None:
    visit = visits(None, viewport={"width": 375, "height": 800})
    opened = visit.open(shared(young, NOTHING, page, "period=all&asset=7"), until_ready=False)
    opened.wait_for_selector("main[data-page=eventless]")
    assert opened.inner_text("h1") == title
    assert "No event has ever come in." in opened.inner_text("main")
    assert opened.locator("main a, main button").count() == 0
    assert visit.asked == []
    assert violations(opened) == []
    assert overflow(opened) == 0


def test_a_link_that_shows_nothing_of_a_project_with_events_does_not_say_so(
    visits: Callable[..., Visit], young: House
) -> None:
    page = visits(None).open(shared(young, TODAY, "tracks", "asset=404"), until_ready=False)
    page.wait_for_selector("main[data-page=tracks]")
    page.wait_for_selector("text=No tracks in this period under these filters.")


def test_a_page_shows_the_first_event_when_it_comes(visits: Callable[..., Visit], young: House) -> None:
    project = Young("young-begins", {0: 3})
    add_person(young.server, project.owner, "owner", project.name)
    page = visits(project.owner).open("/tracks")
    assert "No event has ever come in." in page.inner_text("main")
    send(young, project)
    page.wait_for_selector("main[data-page=tracks] tr[data-asset='7']")
    assert measures(page)["plays"] == [3]
    assert page.input_value(".period-bar select >> nth=0") == "all"
    page.get_by_role("link", name="Overview", exact=True).click()
    page.wait_for_selector("main[data-page=overview] [data-measure=plays][data-value='3']")


@pytest.mark.parametrize(("project", "unit"), [(TODAY, "hour"), (DAYS, "day")])
@pytest.mark.parametrize("path", ["/", "/tracks", "/audience"])
def test_a_page_shows_a_young_project_from_its_first_event_on(
    visits: Callable[..., Visit], young: House, project: Young, unit: str, path: str
) -> None:
    visit = visits(project.owner)
    page = visit.open(f"{path}?compare=none")
    assert first_day_of(page) == project.first_day(young)
    assert page.input_value(".period-bar select >> nth=0") == "all"
    assert asked_from(visit) == {project.first_day(young)}
    if path == "/":
        assert measures(page, ".cards")["plays"] == [sum(project.plays.values())]
        assert page.locator(f"h2:has-text('Plays by {unit}')").count() == 1
    page.select_option(".period-bar select >> nth=0", "28d")
    page.wait_for_url("**period=28d*")
    visit.ready(page)


@pytest.mark.parametrize("path", ["/", "/tracks/7"])
def test_a_link_to_a_young_project_begins_where_the_page_does(
    visits: Callable[..., Visit], young: House, path: str
) -> None:
    page = visits(DAYS.owner).open(f"{path}?compare=none")
    page.click("button:has-text('Share')")
    page.click("dialog button:has-text('Make a link')")
    link = page.wait_for_selector("input[data-share]").input_value()
    anybody = visits(None)
    shown = anybody.open(link.removeprefix(anybody.server.url))
    assert measures(shown, ".cards")["plays"] == [sum(DAYS.plays.values())]
    assert asked_from(anybody) == {DAYS.first_day(young)}
