"""Coming in by a one-time link: what the page that opens it is told, and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from audioscape_server.accounts import passwords
from audioscape_server.accounts.joining import Joining
from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sign_in import BURST, SignIn
from audioscape_server.control import ControlDatabase, Links, Sessions, Users
from support.browser import FOREIGN, Browser
from support.counting import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx import Response

ADA, BO = "ada@example.com", "bo@example.com"
GOOD, NEW = "correct horse battery", "another horse battery"
GONE = {"error": "This link was used already, has ended, or was withdrawn: ask for a new one."}


class House:
    """An installation with one owner, Ada, and an invitation for Bo to her second project."""

    def __init__(self, folder: Path, parts: Any, *, is_empty: bool = False) -> None:
        self.database = ControlDatabase(f"sqlite:///{folder}/control.db")
        self.database.migrate()
        self.users, self.links = Users(self.database, lambda: NOW), Links(self.database, lambda: NOW)
        sessions = Sessions(self.database, lambda: NOW)
        sign_in = SignIn(self.users, sessions, limit_addresses=True, monotonic=lambda: 0.0)
        joining = Joining(self.links, sessions, sign_in)
        self.app = type(parts)(parts.warehouse, sign_in=sign_in, joining=joining).app()
        if not is_empty:
            ada = self.users.create(email=ADA, password=GOOD, project="alpha", role=Role.OWNER)
            self.users.set_role(ADA, "games", Role.OWNER)
            _, self.token = self.links.invite(BO, Role.EDITOR, project="games", sent_by=ada)

    def roles(self) -> dict[str, dict[str, Role]]:
        return {user.email: dict(user.roles) for user in self.users.list()}


@pytest.fixture
def house(tmp_path: Path, parts: Any) -> Iterator[House]:
    house = House(tmp_path, parts)
    yield house
    house.database.close()


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    with TestClient(house.app, raise_server_exceptions=False) as client:
        yield Browser(client)


def look(browser: Browser, token: str) -> dict[str, Any]:
    return browser.post("/join/look", {"token": token}).json()


def join(browser: Browser, token: str, password: str = NEW, **more: str) -> Response:
    return browser.post("/join", {"token": token, "password": password, **more})


def test_the_first_account_is_whoevers_opens_the_link(tmp_path: Path, parts: Any) -> None:
    house = House(tmp_path, parts, is_empty=True)
    token = house.links.first() or ""
    with TestClient(house.app) as client:
        browser = Browser(client)
        told = {"kind": "first", "email": None, "project": "default", "role": "owner", "has_account": False}
        assert look(browser, token) == told
        missing = join(browser, token)
        assert (missing.status_code, "email is missing" in missing.text) == (400, True)
        answer = join(browser, token, email="Ada@Example.com")
        assert (answer.status_code, answer.json()["email"], answer.json()["role"]) == (200, ADA, "owner")
        assert browser.get("/session").json() == answer.json()
    assert house.roles() == {ADA: {"default": Role.OWNER}}


def test_an_invitation_makes_an_account_and_signs_in_to_its_project(house: House, browser: Browser) -> None:
    told = {"kind": "invitation", "email": BO, "project": "games", "role": "editor", "has_account": False}
    assert look(browser, house.token) == told
    assert house.roles() == {ADA: {"alpha": Role.OWNER, "games": Role.OWNER}}
    answer = join(browser, house.token)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (answer.json()["email"], answer.json()["project"], answer.json()["role"]) == (BO, "games", "editor")
    assert browser.get("/session").json() == answer.json()
    assert house.roles()[BO] == {"games": Role.EDITOR}
    assert browser.sign_in(BO, NEW).status_code == 200


def test_whoever_has_an_account_joins_by_its_password_alone(house: House, browser: Browser) -> None:
    house.users.create(email=BO, password=GOOD, project="arcade", role=Role.VIEWER)
    assert look(browser, house.token)["has_account"]
    wrong = join(browser, house.token)
    assert (wrong.status_code, wrong.json()) == (401, {"error": "The email or the password is wrong."})
    assert house.roles()[BO] == {"arcade": Role.VIEWER}
    answer = join(browser, house.token, GOOD)
    assert (answer.status_code, answer.json()["project"]) == (200, "games")
    assert answer.json()["roles"] == {"arcade": "viewer", "games": "editor"}
    assert join(browser, house.token, GOOD).status_code == 404


def test_guesses_by_an_invitation_are_limited_as_at_the_door(house: House, browser: Browser) -> None:
    house.users.create(email=BO, password=GOOD, project="arcade", role=Role.VIEWER)
    assert {join(browser, house.token).status_code for _ in range(BURST)} == {401}
    assert join(browser, house.token, GOOD).status_code == 429
    assert browser.sign_in(BO, GOOD).status_code == 429


def test_a_new_password_is_set_by_a_link_and_the_old_one_opens_nothing(house: House, browser: Browser) -> None:
    token = house.links.reset(ADA)
    told = {"kind": "reset", "email": ADA, "project": None, "role": None, "has_account": True}
    assert look(browser, token) == told
    old = dict(browser.cookies) if browser.sign_in(ADA, GOOD).status_code == 200 else {}
    assert join(browser, token).json()["email"] == ADA
    assert browser.sign_in(ADA, GOOD).status_code == 401
    assert browser.sign_in(ADA, NEW).status_code == 200
    browser.cookies = old
    assert browser.get("/session").status_code == 401


@pytest.mark.parametrize("path", ["/join/look", "/join"])
@pytest.mark.parametrize("token", ["", "x" * 43, "\0", "é"])
def test_what_is_no_open_link_is_refused_without_work(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, path: str, token: str
) -> None:
    def worked(*_: object) -> str:
        raise AssertionError

    monkeypatch.setattr(passwords, "hashed", worked)
    body = {"token": token} | ({"password": NEW, "email": BO} if path == "/join" else {})
    refused = browser.post(path, body)
    assert (refused.status_code, refused.json()) == (404, GONE)
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"password": "short"}, "12 to 1,024 characters"),
        ({"password": BO}, "must not be the email"),
        ({"email": ADA}, f"for {BO} alone"),
        ({"email": "nobody"}, "looks like"),
        ({"role": "owner"}, "must be a JSON object with token"),
        ({"password": 1}, "must be a JSON object with token"),
    ],
)
def test_what_is_wrong_is_said_and_uses_no_link_up(
    house: House, browser: Browser, more: dict[str, Any], says: str
) -> None:
    refused = browser.post("/join", {"token": house.token, "password": NEW, **more})
    assert (refused.status_code, says in refused.json()["error"]) == (400, True)
    assert "set-cookie" not in refused.headers
    assert (BO in house.roles(), house.token in refused.text) == (False, False)
    assert join(browser, house.token).status_code == 200


@pytest.mark.parametrize("path", ["/join/look", "/join"])
def test_half_a_character_is_no_body(browser: Browser, path: str) -> None:
    body = rb'{"token":"\ud800","password":"\ud800\ud800\ud800\ud800\ud800\ud800\ud800"}'
    assert browser.post(path, body, **{"content-type": "application/json"}).status_code == 400


@pytest.mark.parametrize("path", ["/join/look", "/join"])
@pytest.mark.parametrize("why", [*FOREIGN, "a form"])
def test_no_other_page_opens_a_link(house: House, browser: Browser, path: str, why: str) -> None:
    """Else a page could sign somebody in to an account that is not theirs."""
    body = b'{"token":"%s","password":"%s"}' % (house.token.encode(), NEW.encode())
    headers = {"content-type": "text/plain"} if why == "a form" else FOREIGN[why]
    refused = browser.post(path, body, **{"content-type": "application/json", **headers})
    assert refused.status_code == (400 if why == "a form" else 403)
    assert BO not in house.roles()


def test_whoever_joins_leaves_the_session_that_was_there(house: House, browser: Browser) -> None:
    browser.sign_in(ADA, GOOD)
    before = dict(browser.cookies)
    join(browser, house.token)
    assert browser.get("/session").json()["email"] == BO
    browser.cookies = before
    assert browser.get("/session").status_code == 401


def test_a_failed_joining_ends_nothing(house: House, browser: Browser) -> None:
    browser.sign_in(ADA, GOOD)
    assert join(browser, house.token, "short").status_code == 400
    assert browser.get("/session").json()["email"] == ADA


def test_a_link_that_ends_while_the_password_is_checked_lets_nobody_in(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.users.create(email=BO, password=GOOD, project="arcade", role=Role.VIEWER)
    accept = house.links.accept

    def used_by_another(token: str, user: str) -> Any:
        accept(token, user)
        return accept(token, user)

    monkeypatch.setattr(house.links, "accept", used_by_another)
    refused = join(browser, house.token, GOOD)
    assert (refused.status_code, "set-cookie" in refused.headers) == (404, False)
