"""A page of a young project shows all of it, where the default of others would show weeks of nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest

from support.pages import House, Visit, add_person, measures

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


@pytest.fixture(scope="module")
def young(house: House) -> House:
    for project in (NOTHING, TODAY, DAYS):
        add_person(house.server, project.owner, "owner", project.name)
        key = house.server.create_key(project=project.name)
        events = [
            {"type": "play", "asset_id": "7", "player_id": f"p{number}", "timestamp": house.today - ago * DAY_S + 1}
            for ago, plays in project.plays.items()
            for number in range(plays)
        ]
        if events:
            assert house.server.post(events, key).status_code == 202
            house.server.settled(key)
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


def test_before_the_first_event_a_page_is_as_others_and_leads_to_the_first_one(visits: Callable[..., Visit]) -> None:
    visit = visits(NOTHING.owner)
    page = visit.open("/")
    assert first_day_of(page) is None
    assert page.input_value(".period-bar select >> nth=0") == "28d"
    assert "No event has arrived yet" in page.inner_text("main")


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
