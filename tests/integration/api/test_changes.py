"""Every route by which a person changes something, taken from the application: a new one cannot be forgotten here.

Each is tried without a session, without the session's token, from other pages, with a key and in every role. What is
asked for needs no body that is right: all of that is refused before a body is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.accounts.roles import Action, Role, may
from audioscape_server.api.callers import ACTION, require_may
from audioscape_server.api.resources import PEOPLE_ROUTES
from support.browser import FOREIGN, Browser
from support.house import GOOD

if TYPE_CHECKING:
    from litestar.testing import TestClient

    from support.house import House

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
#: What changes something and is no person's action in a project; each has tests of its own.
APART = {"/login", "/logout", "/session/project", "/join", "/join/look", "/analytics/v1/search/rank"}
#: What is put into a path; nothing has such an id, and nobody is told before it is clear who asks.
NOTHING = "000000000000"


def concrete(path: str) -> str:
    """A path with something in the place of its parameters."""
    return "/".join(NOTHING if part.startswith("{") else part for part in path.split("/"))


@pytest.fixture(scope="module")
def client(one_house: House) -> TestClient[Any]:
    for role in Role:
        one_house.users.create(email=f"{role}@example.com", password=GOOD, project="alpha", role=role)
    return one_house.client


@pytest.fixture(autouse=True)
def rested(one_house: House) -> None:
    one_house.rest()


@pytest.fixture(scope="module")
def changes(client: TestClient[Any]) -> list[tuple[str, str, Action]]:
    """Method, path and action of each."""
    found = [
        (method, path, handler.opt.get(ACTION))
        for route in client.app.routes
        for handler in route.route_handlers
        for method in handler.http_methods & CHANGING
        for path in [concrete(route.path)]
        if path not in APART
    ]
    return sorted(found)


def signed_in(client: TestClient[Any], role: Role = Role.OWNER) -> tuple[Browser, str]:
    browser = Browser(client)
    return browser, browser.sign_in(f"{role}@example.com", GOOD).json()["csrf_token"]


def test_every_change_is_the_action_of_a_person_and_names_it(client: TestClient[Any]) -> None:
    assert require_may in (PEOPLE_ROUTES.guards or [])
    for route in client.app.routes:
        for handler in route.route_handlers:
            if handler.http_methods & CHANGING and route.path not in APART:
                assert isinstance(handler.opt.get(ACTION), Action), route.path
                assert require_may in handler.resolve_guards(), route.path


def test_whoever_is_not_signed_in_changes_nothing(client: TestClient[Any], changes: list[tuple[str, str, Any]]) -> None:
    for method, path, _ in changes:
        refused = Browser(client).send(method, path, json={}, headers={"x-csrf-token": "0" * 64})
        assert refused.status_code == 401, (method, path)


def test_no_key_changes_anything(client: TestClient[Any], changes: list[tuple[str, str, Any]]) -> None:
    browser, csrf = signed_in(client)
    for method, path, action in changes:
        headers = {"x-csrf-token": csrf, "x-api-key": "read:alpha"}
        refused = browser.send(method, path, json={}, headers=headers)
        assert (refused.status_code, refused.json()) == (403, {"error": f"No key may {action}: sign in."}), path


@pytest.mark.parametrize("why", [*FOREIGN, "no token", "a wrong token", "another session's token"])
def test_no_other_page_changes_anything(client: TestClient[Any], changes: list[tuple[str, str, Any]], why: str) -> None:
    browser, csrf = signed_in(client)
    _, another = signed_in(client)
    headers = FOREIGN.get(why, {}) | {"x-csrf-token": csrf}
    headers |= {"no token": {"x-csrf-token": ""}, "a wrong token": {"x-csrf-token": "0" * 64}}.get(why, {})
    headers |= {"x-csrf-token": another} if why == "another session's token" else {}
    for method, path, _ in changes:
        assert browser.send(method, path, json={}, headers=headers).status_code == 403, (method, path)


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_what_its_table_says(
    client: TestClient[Any], changes: list[tuple[str, str, Action]], role: Role
) -> None:
    browser, csrf = signed_in(client, role)
    for method, path, action in changes:
        answer = browser.send(method, path, content=b"no JSON", headers={"x-csrf-token": csrf})
        is_let_in = answer.status_code in (400, 404)
        assert (is_let_in or answer.status_code == 403, is_let_in) == (True, may(role, action)), (method, path)


def test_what_a_person_reads_of_their_project_alone_a_lower_role_does_not(client: TestClient[Any]) -> None:
    for role in Role:
        browser, _ = signed_in(client, role)
        for route in client.app.routes:
            for handler in route.route_handlers:
                if handler.http_methods & {"GET"} and (action := handler.opt.get(ACTION)):
                    status = browser.get(concrete(route.path)).status_code
                    assert (status == 403) == (not may(role, action)), (route.path, role)


@pytest.mark.parametrize("role", Role)
def test_a_role_reads_everything_or_nothing(client: TestClient[Any], role: Role) -> None:
    browser, _ = signed_in(client, role)
    status = browser.get("/analytics/v1/overview").status_code
    assert status == (200 if may(role, Action.READ) else 403)
