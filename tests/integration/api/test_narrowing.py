"""Who is shown a part of a project learns nothing of the rest, by whatever route.

A guest of `alpha` is given two of its six assets. The project `alone` holds the events of these two and nothing else,
so what a key answers there is all that the guest may ever learn. Routes are taken from the application: a new one is
either closed to guests, or narrowed until both answers are the same.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from litestar.testing import TestClient

from audioscape_server.access.limits import Span
from audioscape_server.accounts.pages import SHARED, PageName, locked
from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sign_in import SignIn
from audioscape_server.api import narrowing, zones
from audioscape_server.api.callers import require_may, require_read
from audioscape_server.api.narrowing import SHOWS_NO_DATA
from audioscape_server.api.requests import query_parameters
from audioscape_server.api.visitors import SHARE_RATE
from audioscape_server.control import Catalog, ControlDatabase, Sessions, Track, Users, Workspace
from audioscape_server.control.guests import Given
from audioscape_server.control.project_settings import ProjectSettings
from audioscape_server.errors import InvalidRequestError
from support import recount
from support.asking import by_asset
from support.browser import Browser
from support.counting import DAY, NOW, Events, load_batches, random_requests
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response

API = "/analytics/v1"
GOOD = "correct horse battery"
#: By the guest's one artist, and by its id.
OWN = (1, 3)
SINCE, UNTIL = NOW - 10 * DAY, NOW + DAY
PERIOD = {"from": repr(SINCE), "to": repr(UNTIL)}
#: What a route needs to be asked at all.
NEEDED: dict[str, dict[str, Any]] = {
    "/analytics/v1/scores/history": {"asset_id": "1"},
    "/analytics/v1/search/explain": {"query": "jazz"},
    "/analytics/v1/batch": {"ask": "overview"},
    "/analytics/v1/explore": {"type": "search_click", "measure": "count", "by": "query"},
    "/analytics/v1/explore/keys": {"type": "search_click"},
}
#: Those that are narrowed, as far as this test knows: else it might be true of closed doors alone.
AT_LEAST = {
    "/analytics/v1/overview", "/analytics/v1/tracks", "/analytics/v1/tracks/{asset_id:str}", "/analytics/v1/artists",
    "/analytics/v1/albums", "/analytics/v1/genres", "/analytics/v1/experiences", "/analytics/v1/search/queries",
    "/analytics/v1/search/ranks", "/analytics/v1/search/outcomes", "/analytics/v1/search/made", "/analytics/v1/funnel",
    "/analytics/v1/audience", "/analytics/v1/audience/sessions", "/analytics/v1/audience/cohorts",
}  # fmt: skip
#: Those that tell of more than the assets that are asked for, whatever the question.
CLOSED = {
    "/analytics/v1/events", "/analytics/v1/ingest", "/analytics/v1/integrity", "/analytics/v1/jobs",
    "/analytics/v1/charts/popular", "/analytics/v1/charts/trending", "/analytics/v1/scores/history",
    "/analytics/v1/tracks/{asset_id:str}/score", "/analytics/v1/search/explain", "/analytics/v1/search/signals",
    "/analytics/v1/annotations", "/analytics/v1/views", "/analytics/v1/explore", "/analytics/v1/explore/keys",
    "/analytics/v1/explore/types", "/analytics/v1/experiences/names",
    "/analytics/v1/tracks/{asset_id:str}/typical", "/analytics/v1/tracks/{asset_id:str}/neighbours",
}  # fmt: skip


class World:
    """Events, people and links, and the API over them."""

    def __init__(self, parts: type, folder: Path, warehouse: Any) -> None:
        requests = random_requests(seed=11, count=250, projects=("alpha",))
        own = [[replace(one, project="alone") for one in request if one.asset_id in OWN] for request in requests]
        self.events = Events(event for request in requests for event in request)
        rows = load_batches(requests + [request for request in own if request], first=1)
        warehouse.insert_block("spool", 0, 0, rows)
        warehouse.judge_stops()
        self.database = ControlDatabase(f"sqlite:///{folder}/control.db")
        self.database.migrate()
        self.now = NOW
        self.catalog = Catalog(self.database)
        self.users = Users(self.database, lambda: NOW)
        self.workspace = Workspace(self.database, lambda: self.now)
        self.guest_id = self.users.create(email="gus@example.com", password=GOOD, project="alpha", role=Role.GUEST)
        self.users.create(email="ada@example.com", password=GOOD, project="alpha", role=Role.OWNER)
        names = [Track(1, "One", "Ada", "Dawn", "lofi"), Track(3, "Three", "Bo", "Dusk", "jazz")]
        self.catalog.put("alone", names)
        self.catalog.put("alpha", [*names, Track(2, "Two", "Cy", "Dawn", "lofi"), Track(4, "Four", None, "Dawn")])
        self.give(Given([3], ["Ada"]))
        ticks = iter(range(0, 100_000_000, 1_000))
        sessions = Sessions(self.database, lambda: NOW)
        door = SignIn(self.users, sessions, limit_addresses=True, monotonic=lambda: next(ticks))
        #: Seconds that pass between two looks at the clock by which rates are told.
        self.pace = 1.0
        self._monotonic = 0.0
        made = parts(
            warehouse,
            sign_in=door,
            workspace=self.workspace,
            catalog=self.catalog,
            address_rate=1_000,
            monotonic=self.monotonic,
        )
        self.app = made.app()

    def monotonic(self) -> float:
        self._monotonic += self.pace
        return self._monotonic

    def give(self, given: Given) -> None:
        self.workspace.guests.give("alpha", self.guest_id, given)

    def link(self, page: PageName, query: str) -> str:
        return self.workspace.shares.make("alpha", "user", page=page, query=query, days=7)[1]


@pytest.fixture(scope="module")
def world(bare: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("narrowing")
    with opened_warehouse(folder) as warehouse:
        world = World(type(bare), folder, warehouse)
        yield world
        world.database.close()


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[TestClient[Any]]:
    with TestClient(world.app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(autouse=True)
def as_it_was(world: World) -> Iterator[None]:
    yield
    world.now = NOW
    world.users.set_role("gus@example.com", "alpha", Role.GUEST)
    world.give(Given([3], ["Ada"]))


@pytest.fixture(scope="module")
def gus(client: TestClient[Any]) -> Browser:
    browser = Browser(client)
    assert browser.sign_in("gus@example.com", GOOD).status_code == 200
    return browser


class Visitor:
    """A browser that was opened by a link."""

    def __init__(self, client: TestClient[Any], token: str) -> None:
        self._client, self._token = client, token

    def get(self, path: str, **parameters: Any) -> Response:
        self._client.cookies.clear()
        return self._client.get(API + path, params=parameters, headers={"x-share-token": self._token})


class Route(NamedTuple):
    path: str
    handler: Any

    def ask(self, asset: int) -> str:
        return self.path.replace("{asset_id:str}", str(asset))

    def parameters(self) -> dict[str, Any]:
        declared = narrowing.query_parameters(self.handler)
        return {**{name: text for name, text in PERIOD.items() if name in declared}, **NEEDED.get(self.path, {})}


def reads(app: Any) -> list[Route]:
    """Every route that a key with the scope `read` may ask by GET."""
    return [
        Route(route.path, handler)
        for route in app.routes
        for handler in route.route_handlers
        if "GET" in handler.http_methods
        and handler.opt.get("action", "read everything") == "read everything"
        and {require_read, require_may} & set(handler.resolve_guards())
    ]


def everything(client: TestClient[Any], route: Route, asset: int = OWN[0]) -> Response:
    """What a key is answered about the project that has nothing but the guest's assets."""
    client.cookies.clear()
    return client.get(route.ask(asset), params=route.parameters(), headers={"x-api-key": "read:alone"})


def asked(browser: Browser, path: str, **parameters: Any) -> Response:
    return browser.send("GET", path, params=parameters)


def test_every_route_is_closed_to_a_guest_or_tells_what_a_project_without_the_rest_would(
    world: World, client: TestClient[Any], gus: Browser
) -> None:
    narrowed: set[str] = set()
    for route in reads(world.app):
        answer = asked(gus, route.ask(1), **route.parameters())
        if answer.status_code == 403:
            continue
        alone = everything(client, route)
        assert alone.status_code == 200, (route.path, alone.text)
        assert (route.path, answer.status_code, answer.json()) == (route.path, 200, alone.json())
        narrowed.add(route.path)
    assert narrowed >= AT_LEAST
    assert not narrowed & CLOSED


def test_another_asset_is_to_a_guest_as_if_it_were_not_there(
    world: World, client: TestClient[Any], gus: Browser
) -> None:
    """Whether the events know it, the catalog does, or nobody."""
    for route in reads(world.app):
        if "{asset_id" in route.path:
            for asset in (2, 99):
                answer = asked(gus, route.ask(asset), **route.parameters())
                if answer.status_code != 403:
                    alone = everything(client, route, asset)
                    assert (answer.status_code, answer.json()) == (404, alone.json())
        elif "asset" in narrowing.query_parameters(route.handler):
            for other in ("2", "99", "2,4", "002"):
                refused = asked(gus, route.path, asset=other, **route.parameters())
                assert refused.status_code == 403, (route.path, other)


def test_guests_and_links_are_told_by_which_days_and_weeks_the_project_counts(
    world: World, client: TestClient[Any], gus: Browser
) -> None:
    """Nothing of that is about an event, and their pages must know when it changes."""
    moved = {"zone": "Asia/Tehran", "week_start": "saturday"}
    visitor = Visitor(client, world.link(PageName.TRACKS, "asset=3&period=7d"))
    world.workspace.settings.put("alpha", ProjectSettings("Asia/Tehran", "saturday"))
    try:
        assert asked(gus, f"{API}/settings").json() == moved
        assert visitor.get("/settings").json() == moved
    finally:
        world.workspace.settings.put("alpha", ProjectSettings())


def test_a_batch_is_narrowed_as_each_of_its_questions_is(world: World, client: TestClient[Any], gus: Browser) -> None:
    period = f"from={SINCE!r}&to={UNTIL!r}"
    questions = [f"tracks?{period}", f"tracks?asset=2&{period}", "tracks/2", "events", f"overview?{period}"]
    told = asked(gus, f"{API}/batch", ask=questions).json()["answers"]
    assert [one["status"] for one in told] == [200, 403, 404, 403, 200]
    client.cookies.clear()
    alone = client.get(f"{API}/batch", params={"ask": questions}, headers={"x-api-key": "read:alone"}).json()["answers"]
    assert [told[0], told[4]] == [alone[0], alone[4]]
    token = world.link(PageName.TRACKS, "asset=2&period=91d")
    by_link = Visitor(client, token).get("/batch", ask=questions).json()["answers"]
    assert [one["status"] for one in by_link] == [200, 200, 403, 403, 403]
    assert {row["asset_id"] for row in by_link[0]["body"]["tracks"]} <= {"2"}


@pytest.mark.parametrize(
    ("asset", "same_as"),
    [("1", "1"), ("0001", "1"), ("1,2,99", "1"), ("3,1", "1,3"), (None, "1,3")],
)
def test_of_the_assets_that_are_asked_for_a_guest_is_shown_the_own_ones(
    client: TestClient[Any], gus: Browser, asset: str | None, same_as: str
) -> None:
    answer = asked(gus, f"{API}/tracks", **PERIOD, **({"asset": asset} if asset else {}))
    by_key = client.get(
        f"{API}/tracks", params={**PERIOD, "asset": same_as}, headers={"x-api-key": "read:alpha", "cookie": ""}
    )
    assert {row["asset_id"] for row in answer.json()["tracks"]} == set(same_as.split(","))
    assert answer.json() == by_key.json()


@pytest.mark.parametrize(
    ("asset", "asset_not", "same_as"),
    [(None, "2", "1,3"), (None, "1", "3"), (None, "0001,99", "3"), ("1,2", "2", None), ("1,2,3", "4", "1,3")],
)
def test_what_a_guest_leaves_out_is_taken_off_what_is_shown(
    client: TestClient[Any], gus: Browser, asset: str | None, asset_not: str, same_as: str | None
) -> None:
    given = {**PERIOD, "asset_not": asset_not, **({"asset": asset} if asset else {})}
    answer = asked(gus, f"{API}/tracks", **given)
    by_key = client.get(
        f"{API}/tracks", params={**PERIOD, "asset": same_as}, headers={"x-api-key": "read:alpha", "cookie": ""}
    )
    if same_as is None:
        assert (answer.status_code, "none of the values" in answer.text) == (400, True)
    else:
        assert {row["asset_id"] for row in answer.json()["tracks"]} == set(same_as.split(","))
        assert answer.json() == by_key.json()


@pytest.mark.parametrize("text", ["two", "2", "o", "Ada", "zzz"])
def test_what_a_guest_looks_for_is_looked_for_among_what_is_shown(
    client: TestClient[Any], gus: Browser, text: str
) -> None:
    answer = asked(gus, f"{API}/tracks", **PERIOD, search=text)
    client.cookies.clear()
    alone = client.get(f"{API}/tracks", params={**PERIOD, "search": text}, headers={"x-api-key": "read:alone"})
    assert (answer.status_code, answer.json()) == (200, alone.json())


def test_leaving_out_shows_a_guest_no_more_by_any_route(world: World, client: TestClient[Any], gus: Browser) -> None:
    told: set[str] = set()
    for route in reads(world.app):
        if "asset_not" in narrowing.query_parameters(route.handler):
            assert asked(gus, route.path, asset_not="3,1", **route.parameters()).status_code == 403, route.path
            answer = asked(gus, route.path, asset_not="2,99", **route.parameters())
            if answer.status_code != 403:
                assert (route.path, answer.json()) == (route.path, everything(client, route).json())
                told.add(route.path)
    assert told >= AT_LEAST - {"/analytics/v1/tracks/{asset_id:str}"}


@pytest.mark.parametrize(
    "query",
    ["asset=2&asset=1", "asset=", "asset=%31,", "asset=1%202", "assets=2", "asset_id=2", "ASSET=2",
     "asset%5B%5D=2", "asset=1;asset=2", "asset=-1", "asset=1%00", "asset=9223372036854775808",
     "asset=" + ",".join(["1"] * 101), "asset_not=2&asset_not=4", "asset_not=", "asset=1&asset_not=1", "asset_not=x"],
)  # fmt: skip
def test_an_odd_question_of_a_guest_is_refused_as_everybodys_is(gus: Browser, query: str) -> None:
    assert gus.get(f"{API}/overview?{query}").status_code == 400


@pytest.mark.parametrize(
    "query", ["asset=1&asset=2", "%61sset=2", "asset=%32", "asset=2&from=2026-01-01", "asset=2&zone=Asia/Tokyo"]
)
def test_no_spelling_of_a_parameter_goes_past_the_limit(gus: Browser, query: str) -> None:
    assert gus.get(f"{API}/overview?{query}").status_code == 403


def test_the_next_page_of_a_guest_is_asked_for_as_this_one_was(gus: Browser) -> None:
    first = asked(gus, f"{API}/tracks", **PERIOD, limit=1, sort="events")
    link = first.headers["link"].partition(">")[0].removeprefix("<")
    assert "asset" not in link
    second = gus.get(link)
    rows = [row["asset_id"] for answer in (first, second) for row in answer.json()["tracks"]]
    assert (sorted(rows), second.headers.get("link")) == (["1", "3"], None)


def test_an_import_changes_at_once_what_a_guest_is_shown(world: World, gus: Browser) -> None:
    def shown() -> set[str]:
        return {row["asset_id"] for row in asked(gus, f"{API}/tracks", **PERIOD).json()["tracks"]}

    world.give(Given([], ["Ada"]))
    assert shown() == {"1"}
    world.catalog.put("alpha", [Track(2, "Two", "Ada", "Dawn"), Track(5, "Five", "ada")])
    assert shown() == {"1", "2"}
    world.catalog.put("alpha", [Track(2, "Two", "Cy", "Dawn")])
    assert shown() == {"1"}


def test_an_album_is_told_by_its_artist_too(world: World, gus: Browser, client: TestClient[Any]) -> None:
    browser = Browser(client)
    csrf = browser.sign_in("ada@example.com", GOOD).json()["csrf_token"]

    def shown(*albums: dict[str, str]) -> set[str]:
        wanted = {"albums": list(albums)}
        path, headers = f"{API}/people/{world.guest_id}/limits", {"x-csrf-token": csrf}
        assert browser.send("PUT", path, json=wanted, headers=headers).status_code == 200
        told = browser.get(path).json()
        assert {(one["album"], one["artist"]) for one in told["albums"]} == {
            (one["album"], one.get("artist")) for one in albums
        }
        return {row["asset_id"] for row in asked(gus, f"{API}/tracks", **PERIOD).json()["tracks"]}

    assert shown({"album": "Dawn", "artist": "Ada"}) == {"1"}
    assert shown({"album": "Dawn"}) == {"4"}
    assert shown({"album": "Dawn", "artist": "Cy"}, {"album": "Dusk", "artist": "Bo"}) == {"2", "3"}


def test_a_guest_who_was_given_nothing_is_shown_nothing(world: World, gus: Browser) -> None:
    world.give(Given())
    for route in reads(world.app):
        refused = asked(gus, route.ask(1), **route.parameters())
        assert (refused.status_code, "no track is shown to you yet" in refused.text) == (403, True), route.path
    world.give(Given([], ["Nobody"]))
    assert gus.get(f"{API}/overview").status_code == 403


def test_what_a_guest_is_shown_follows_the_role_at_once(world: World, gus: Browser) -> None:
    def status() -> int:
        return asked(gus, f"{API}/events", **PERIOD).status_code

    assert status() == 403
    world.users.set_role("gus@example.com", "alpha", Role.VIEWER)
    assert status() == 200
    world.users.set_role("gus@example.com", "alpha", Role.GUEST)
    assert status() == 403
    assert asked(gus, f"{API}/tracks", **PERIOD).status_code == 200
    world.users.set_role("gus@example.com", "alpha", None)
    world.users.set_role("gus@example.com", "alpha", Role.GUEST)
    refused = asked(gus, f"{API}/tracks", **PERIOD)
    assert (refused.status_code, "no track is shown to you yet" in refused.text) == (403, True)


def test_a_guest_may_be_given_an_artist_with_thousands_of_tracks(world: World, gus: Browser) -> None:
    others = [Track(asset, None, "Many") for asset in range(1_000_000_000, 1_000_009_999)]
    world.catalog.put("alpha", [*others, Track(6, "Six", "Many")])
    world.give(Given([], ["Many"]))
    answer = asked(gus, f"{API}/tracks", **PERIOD)
    assert [row["asset_id"] for row in answer.json()["tracks"]] == ["6"]
    world.give(Given([1], ["Many"]))
    refused = asked(gus, f"{API}/tracks", **PERIOD)
    assert (refused.status_code, "10,000 assets" in refused.text) == (400, True)


# --- links


def test_a_link_shows_its_page_with_its_filters_and_its_period_and_nothing_else(
    world: World, client: TestClient[Any]
) -> None:
    """Against a recount of what it locks."""
    first, end = math.floor(NOW / DAY) * DAY - 3 * DAY, math.floor(NOW / DAY) * DAY
    days = [datetime.fromtimestamp(at, UTC).date().isoformat() for at in (first, end)]
    token = world.link(PageName.OVERVIEW, f"universe=11,12&key=key-a&from={days[0]}&to={days[1]}")
    visitor, where = Visitor(client, token), {"universe": (11, 12), "key": ("key-a",)}
    paths: set[str] = set()
    for route in reads(world.app):
        status = client.get(
            route.ask(1), params=NEEDED.get(route.path), headers={"x-share-token": token, "cookie": ""}
        ).status_code
        assert status in (200, 403), route.path
        if status == 200 and not route.handler.opt.get(SHOWS_NO_DATA):
            paths.add(route.path)
    assert paths == SHARED[PageName.OVERVIEW] & {route.path for route in reads(world.app)}
    tracks = visitor.get("/tracks").json()["tracks"]
    assert by_asset(tracks) == recount.tracks(world.events, "alpha", (first, end), **where)
    overview = visitor.get("/overview", universe="11", interval="day", **{"from": "1970-01-01"}).json()
    counted = recount.overview(
        world.events, "alpha", (first, end), **(where | {"universe": (11,)}), before=(first - 3 * DAY, first)
    )
    assert {name: overview[name] for name in ("totals", "previous")} == {
        name: counted[name] for name in ("totals", "previous")
    }
    inside = visitor.get("/tracks", **{"from": str(first + 3_600), "to": days[1]}).json()["tracks"]
    assert by_asset(inside) == recount.tracks(world.events, "alpha", (first + 3_600, end), **where)
    for outside in (
        {"universe": "0"}, {"universe": "404"}, {"key": "key-b"}, {"from": days[1]}, {"to": days[0], "from": "0"},
    ):  # fmt: skip
        assert visitor.get("/tracks", **outside).status_code == 403, outside


@pytest.mark.parametrize("page", SHARED)
def test_a_link_tells_of_no_other_earlier_period_than_its_page_is_compared_with(
    world: World, client: TestClient[Any], page: PageName
) -> None:
    """Whatever is asked, and of whatever route tells of an earlier period."""
    query = "period=7d&asset=3" if page is PageName.TRACK else "period=7d"
    week = math.floor(NOW / DAY) * DAY - 7 * DAY
    begins = {"previous": week - 7 * DAY, "year": week - 364 * DAY}
    told: dict[str, set[str | None]] = {}
    for compare in ("previous", "none", "year"):
        visitor = Visitor(client, world.link(page, f"{query}&compare={compare}"))
        for path in SHARED[page]:
            declared = next(route.handler for route in reads(world.app) if route.path == path)
            for name in ("previous", "previous_series"):
                for other in (None, *begins):
                    wanted = {name: "true", "compare": other}
                    asked = {one: text for one, text in wanted.items() if text and one in query_parameters(declared)}
                    answer = visitor.get(path.removeprefix(API).replace("{asset_id:str}", "3"), **asked)
                    assert answer.status_code == 200, answer.text
                    body = answer.json()
                    is_told = any(body.get(one) for one in ("previous", "previous_series"))
                    told.setdefault(compare, set()).add(body["compared"]["from"] if is_told else None)
    assert told["none"] == {None}
    tells = any("previous" in query_parameters(one.handler) for one in reads(world.app) if one.path in SHARED[page])
    for compare, since in begins.items():
        assert told[compare] - {None} == ({recount.stamp(since)} if tells else set())


def test_a_link_tells_of_nothing_before_the_year_that_it_is_compared_with(
    world: World, client: TestClient[Any]
) -> None:
    visitor = Visitor(client, world.link(PageName.OVERVIEW, "period=7d&compare=year"))
    week = math.floor(NOW / DAY) * DAY - 7 * DAY
    asked = {"from": repr(week - 364 * DAY), "to": repr(week - 357 * DAY), "previous_series": "true"}
    answer = visitor.get("/overview", **asked, compare="year")
    assert answer.status_code == 200
    assert not answer.json().keys() & {"compared", "previous", "previous_series"}


@pytest.mark.parametrize(
    ("zone", "query", "asked"),
    [
        # By a zone in which the earlier days begin an hour before those of the project.
        ("UTC", "from=2025-10-27&to=2025-11-03", {"zone": "Europe/London"}),
        ("UTC", "from=2024-03-26&to=2024-03-28&compare=year", {"zone": "Europe/London"}),
        # Of no number of days: so it is compared with as many seconds, where the earlier days are an hour shorter.
        ("Europe/London", "from=2026-03-30&to=2026-04-06", {"zone": "Europe/London", "to": "2026-04-05T22:59:59Z"}),
    ],
)
def test_a_link_tells_of_nothing_before_what_its_page_is_compared_with(
    world: World, client: TestClient[Any], zone: str, query: str, asked: dict[str, str]
) -> None:
    days = dict(part.split("=") for part in query.split("&"))
    world.workspace.settings.put("alpha", ProjectSettings(zone))
    try:
        visitor = Visitor(client, world.link(PageName.OVERVIEW, query))
        as_its_page = visitor.get("/overview", **{"from": days["from"], "to": days["to"], "zone": zone})
        answer = visitor.get(
            "/overview", **{"from": as_its_page.json()["from"], "to": as_its_page.json()["to"]} | asked
        )
    finally:
        world.workspace.settings.put("alpha", ProjectSettings())
    assert {"compared", "previous"} <= as_its_page.json().keys()
    assert answer.status_code == 200
    assert not answer.json().keys() & {"compared", "previous", "previous_series"}


def test_a_link_leaves_out_what_its_page_did_whatever_else_is_asked(world: World, client: TestClient[Any]) -> None:
    token = world.link(PageName.TRACKS, "asset_not=2,04&universe=11,12&universe_not=0&period=91d")
    visitor, end = Visitor(client, token), math.floor(NOW / DAY) * DAY
    cases: list[tuple[dict[str, str], dict[str, Any]]] = [
        ({}, {"asset_id_not": (2, 4)}),
        ({"asset_not": "3"}, {"asset_id_not": (2, 3, 4)}),
        ({"asset": "2,3"}, {"asset_id": (3,)}),
        ({"universe_not": "12"}, {"asset_id_not": (2, 4), "universe": (11,)}),
    ]
    for given, where in cases:
        answer = visitor.get("/tracks", **given)
        assert answer.status_code == 200, answer.text
        expected = recount.tracks(world.events, "alpha", (end - 91 * DAY, end), **({"universe": (11, 12)} | where))
        assert by_asset(answer.json()["tracks"]) == expected, given
    refused: list[dict[str, str]] = [{"asset": "2"}, {"asset": "002,4"}, {"universe_not": "11,12"}, {"universe": "0"}]
    for given in refused:
        assert visitor.get("/tracks", **given).status_code == 403, given
    for name in ("universe", "asset_not", "from", "limit"):
        assert "expected once" in visitor.get("/tracks", **{name: ["11", "12"]}).json()["error"], name
    one = Visitor(client, world.link(PageName.TRACK, "asset=3&key_not=key-a&period=91d"))
    told = one.get("/tracks/3").json()
    assert told["totals"] == recount.track(world.events, "alpha", (end - 91 * DAY, end), 3, key_not="key-a")["totals"]
    with pytest.raises(InvalidRequestError, match="universe_not to be none of the values of universe"):
        locked(PageName.TRACKS, "universe=11,12&universe_not=012")


def test_a_link_is_not_told_of_what_was_after_it_by_a_last_event(world: World, client: TestClient[Any]) -> None:
    path, asked = "/experiences", {"last_event": "true", "by": "universe"}
    by_link = Visitor(client, world.link(PageName.EXPERIENCES, "period=7d")).get(path, **asked).json()["experiences"]
    by_key = client.get(f"{API}{path}", params=asked, headers={"x-api-key": "read:alpha"}).json()["experiences"]
    assert by_link
    assert {row["last_event"] for row in by_link} == {None}
    assert None not in {row["last_event"] for row in by_key}


def test_a_link_ends_with_its_time_and_at_once_when_it_is_deleted(world: World, client: TestClient[Any]) -> None:
    browser = Browser(client)
    csrf = browser.sign_in("ada@example.com", GOOD).json()["csrf_token"]
    headers = {"x-csrf-token": csrf}
    links: list[tuple[str, str]] = []
    for _ in range(2):
        made = browser.post(f"{API}/shares", {"page": "tracks", "query": "", "days": 1}, **headers)
        assert (made.status_code, made.headers["cache-control"]) == (201, "no-store")
        path, _, token = made.json()["path"].partition("#")
        assert path == "/share"
        links.append((made.json()["id"], token))
    listed = browser.get(f"{API}/shares")
    assert {one["id"] for one in listed.json()["shares"]} >= {id_ for id_, _ in links}
    assert not any(token in listed.text for _, token in links)
    (gone, first), (_, second) = links
    assert browser.send("DELETE", f"{API}/shares/{gone}", headers=headers).status_code == 204
    assert browser.send("DELETE", f"{API}/shares/{gone}", headers=headers).status_code == 404
    assert Visitor(client, first).get("/tracks").status_code == 401
    shown = client.get("/shared", headers={"x-share-token": second})
    assert {name: shown.json()[name] for name in ("project", "page", "query", "zone", "first_day", "has_events")} == {
        "project": "alpha", "page": "tracks", "query": "", "zone": "UTC", "first_day": None, "has_events": True,
    }  # fmt: skip
    world.now = NOW + DAY - 1
    assert Visitor(client, second).get("/tracks").status_code == 200
    world.now = NOW + DAY
    assert Visitor(client, second).get("/tracks").status_code == 401
    assert client.get("/shared", headers={"x-share-token": second}).status_code == 401
    world.workspace.shares.forget_old(world.now)
    world.now = NOW
    assert Visitor(client, second).get("/tracks").status_code == 401


def test_only_a_digest_of_a_link_is_kept(world: World) -> None:
    token = world.link(PageName.TRACKS, "")
    assert world.database.engine.url.database is not None
    assert token.encode() not in Path(world.database.engine.url.database).read_bytes()


def test_whoever_opens_a_link_sees_what_it_shows_even_if_signed_in(world: World, client: TestClient[Any]) -> None:
    token = world.link(PageName.TRACKS, "asset=2")
    browser = Browser(client)
    browser.sign_in("ada@example.com", GOOD)
    answer = browser.send("GET", f"{API}/tracks", params=PERIOD, headers={"x-share-token": token})
    assert {row["asset_id"] for row in answer.json()["tracks"]} <= {"2"}
    assert browser.send("GET", f"{API}/events", headers={"x-share-token": token}).status_code == 403
    by_key = {"x-share-token": token, "x-api-key": "read:alpha"}
    assert browser.send("GET", f"{API}/events", headers=by_key).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "ü"])
def test_what_is_no_link_is_nobody(client: TestClient[Any], token: str) -> None:
    client.cookies.clear()
    headers = {"x-share-token": token.encode()}
    assert client.get(f"{API}/tracks", headers=headers).status_code == 401
    assert client.get("/shared", headers=headers).status_code == 401


def test_two_links_are_none_and_a_link_changes_nothing(world: World, client: TestClient[Any]) -> None:
    token = world.link(PageName.TRACKS, "")
    client.cookies.clear()
    twice = [("x-share-token", token), ("x-share-token", token)]
    assert client.get(f"{API}/tracks", headers=twice).status_code == 401
    headers = {"x-share-token": token}
    body = {"query": "x", "candidates": ["1"]}
    assert client.post(f"{API}/search/rank", json=body, headers=headers).status_code == 403
    assert client.post(f"{API}/views", json={"name": "x", "page": "tracks"}, headers=headers).status_code == 401


def test_a_link_is_asked_so_often_and_no_more(
    world: World, client: TestClient[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "pace", 0.0)
    visitor = Visitor(client, world.link(PageName.TRACKS, ""))
    statuses = [visitor.get("/settings").status_code for _ in range(SHARE_RATE + 2)]
    assert statuses == [200] * SHARE_RATE + [429] * 2
    monkeypatch.setattr(world, "pace", 1.0)
    assert visitor.get("/settings").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"page": "events", "query": "", "days": 1},
        {"page": "live", "query": "", "days": 1},
        {"page": "settings", "query": "", "days": 1},
        {"page": "tracks", "query": "", "days": 0},
        {"page": "tracks", "query": "", "days": 366},
        {"page": "tracks", "query": "", "days": 1.5},
        {"page": "tracks", "query": "a#b", "days": 1},
        {"page": "tracks", "query": "universe=x y", "days": 1},
        {"page": "tracks", "query": "universe=1&universe=2", "days": 1},
        {"page": "tracks", "query": "universe=,", "days": 1},
        {"page": "tracks", "query": "period=decade", "days": 1},
        {"page": "tracks", "query": "period=custom", "days": 1},
        {"page": "tracks", "query": "from=2026-01-02&to=2026-01-02", "days": 1},
        {"page": "tracks", "query": "from=2026-01-02", "days": 1},
        {"page": "tracks", "query": "from=yesterday&to=2026-01-02", "days": 1},
        {"page": "track", "query": "", "days": 1},
        {"page": "track", "query": "asset=1,2", "days": 1},
        {"page": "tracks", "days": 1},
    ],
    ids=lambda body: ascii(body)[:60],
)
def test_a_link_that_would_show_something_else_is_not_made(client: TestClient[Any], world: World, body: Any) -> None:
    browser = Browser(client)
    csrf = browser.sign_in("ada@example.com", GOOD).json()["csrf_token"]
    before = len(world.workspace.shares.list("alpha"))
    assert browser.post(f"{API}/shares", body, **{"x-csrf-token": csrf}).status_code == 400
    assert len(world.workspace.shares.list("alpha")) == before


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", ("2026-08-26", "2026-09-23")),
        ("period=today", ("2026-09-23", "2026-09-24")),
        ("period=7d", ("2026-09-16", "2026-09-23")),
        ("period=91d", ("2026-06-24", "2026-09-23")),
        ("period=month", ("2026-09-01", "2026-09-24")),
        ("period=year", ("2026-01-01", "2026-09-24")),
        ("period=all", ("2016-09-16", "2026-09-24")),
        ("from=2026-03-28&to=2026-03-30", ("2026-03-28", "2026-03-30")),
        ("period=7d&compare=year", ("2026-09-16", "2026-09-23", "2025-09-17", "2025-09-24")),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata"])
def test_a_link_locks_the_days_that_its_page_shows(query: str, days: tuple[str, ...], zone: str) -> None:
    calendar = zones.calendar(zone)
    at = [datetime.fromisoformat(day).replace(tzinfo=calendar.zone).timestamp() for day in days]
    found = narrowing.spans(locked(PageName.TRACKS, query), calendar, NOW)
    assert found == tuple(Span(since, until) for since, until in zip(at[::2], at[1::2], strict=True))


@pytest.mark.parametrize(("zone", "ahead"), [("UTC", 0), ("Asia/Kathmandu", 20_700)])
def test_a_link_to_the_last_day_locks_whole_hours_of_the_zone(zone: str, ahead: int) -> None:
    hour = math.floor((NOW + ahead) / 3_600) * 3_600 + 3_600 - ahead
    found = narrowing.spans(locked(PageName.TRACKS, "period=24h&compare=year"), zones.calendar(zone), NOW)
    assert found == (Span(hour - DAY, hour), Span(hour - 365 * DAY, hour - 364 * DAY))
