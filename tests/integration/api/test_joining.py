"""Coming in by a one-time link: what the page that opens it is told, and what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.accounts import passwords
from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sign_in import BURST
from support.browser import FOREIGN, Browser
from support.house import ADA, GOOD

if TYPE_CHECKING:
    from httpx import Response

    from support.house import House

DEE = "dee@example.com"
NEW = "another horse battery"
GONE = {"error": "This link was used already, has ended, or was withdrawn: ask for a new one."}


@pytest.fixture
def token(house: House) -> str:
    """Of an invitation for Dee to Ada's second project."""
    return house.links.invite(DEE, Role.EDITOR, project="games", sent_by=house.ada)[1]


@pytest.fixture
def browser(house: House) -> Browser:
    return Browser(house.client)


def look(browser: Browser, token: str) -> dict[str, Any]:
    return browser.post("/join/look", {"token": token}).json()


def join(browser: Browser, token: str, password: str = NEW, **more: str) -> Response:
    return browser.post("/join", {"token": token, "password": password, **more})


def test_the_first_account_is_whoevers_opens_the_link(house: House, browser: Browser) -> None:
    house.empty()
    token = house.links.first() or ""
    told = {"kind": "first", "email": None, "project": "default", "role": "owner", "has_account": False}
    assert look(browser, token) == told
    missing = join(browser, token)
    assert (missing.status_code, "email is missing" in missing.text) == (400, True)
    answer = join(browser, token, email="Ada@Example.com")
    assert (answer.status_code, answer.json()["email"], answer.json()["role"]) == (200, ADA, "owner")
    assert browser.get("/session").json() == answer.json()
    assert house.roles() == {ADA: {"default": Role.OWNER}}


def test_an_invitation_makes_an_account_and_signs_in_to_its_project(house: House, browser: Browser, token: str) -> None:
    told = {"kind": "invitation", "email": DEE, "project": "games", "role": "editor", "has_account": False}
    assert look(browser, token) == told
    assert DEE not in house.roles()
    answer = join(browser, token)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (answer.json()["email"], answer.json()["project"], answer.json()["role"]) == (DEE, "games", "editor")
    assert browser.get("/session").json() == answer.json()
    assert house.roles()[DEE] == {"games": Role.EDITOR}
    assert browser.sign_in(DEE, NEW).status_code == 200


def test_whoever_has_an_account_joins_by_its_password_alone(house: House, browser: Browser, token: str) -> None:
    house.users.create(email=DEE, password=GOOD, project="arcade", role=Role.VIEWER)
    assert look(browser, token)["has_account"]
    wrong = join(browser, token)
    assert (wrong.status_code, wrong.json()) == (401, {"error": "The email or the password is wrong."})
    assert house.roles()[DEE] == {"arcade": Role.VIEWER}
    answer = join(browser, token, GOOD)
    assert (answer.status_code, answer.json()["project"]) == (200, "games")
    assert answer.json()["roles"] == {"arcade": "viewer", "games": "editor"}
    assert join(browser, token, GOOD).status_code == 404


def test_guesses_by_an_invitation_are_limited_as_at_the_door(house: House, browser: Browser, token: str) -> None:
    house.users.create(email=DEE, password=GOOD, project="arcade", role=Role.VIEWER)
    assert {join(browser, token).status_code for _ in range(BURST)} == {401}
    assert join(browser, token, GOOD).status_code == 429
    assert browser.sign_in(DEE, GOOD).status_code == 429


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
    body = {"token": token} | ({"password": NEW, "email": DEE} if path == "/join" else {})
    refused = browser.post(path, body)
    assert (refused.status_code, refused.json()) == (404, GONE)
    assert "set-cookie" not in refused.headers


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"password": "short"}, "12 to 1,024 characters"),
        ({"password": DEE}, "must not be the email"),
        ({"email": ADA}, f"for {DEE} alone"),
        ({"email": "nobody"}, "looks like"),
        ({"role": "owner"}, "must be a JSON object with token"),
        ({"password": 1}, "must be a JSON object with token"),
    ],
)
def test_what_is_wrong_is_said_and_uses_no_link_up(
    house: House, browser: Browser, more: dict[str, Any], says: str, token: str
) -> None:
    refused = browser.post("/join", {"token": token, "password": NEW, **more})
    assert (refused.status_code, says in refused.json()["error"]) == (400, True)
    assert "set-cookie" not in refused.headers
    assert (DEE in house.roles(), token in refused.text) == (False, False)
    assert join(browser, token).status_code == 200


@pytest.mark.parametrize("path", ["/join/look", "/join"])
def test_half_a_character_is_no_body(browser: Browser, path: str) -> None:
    body = rb'{"token":"\ud800","password":"\ud800\ud800\ud800\ud800\ud800\ud800\ud800"}'
    assert browser.post(path, body, **{"content-type": "application/json"}).status_code == 400


@pytest.mark.parametrize("path", ["/join/look", "/join"])
@pytest.mark.parametrize("why", [*FOREIGN, "a form"])
def test_no_other_page_opens_a_link(house: House, browser: Browser, path: str, why: str, token: str) -> None:
    """Else a page could sign somebody in to an account that is not theirs."""
    body = b'{"token":"%s","password":"%s"}' % (token.encode(), NEW.encode())
    headers = {"content-type": "text/plain"} if why == "a form" else FOREIGN[why]
    refused = browser.post(path, body, **{"content-type": "application/json", **headers})
    assert refused.status_code == (400 if why == "a form" else 403)
    assert DEE not in house.roles()


def test_whoever_joins_leaves_the_session_that_was_there(browser: Browser, token: str) -> None:
    browser.sign_in(ADA, GOOD)
    before = dict(browser.cookies)
    join(browser, token)
    assert browser.get("/session").json()["email"] == DEE
    browser.cookies = before
    assert browser.get("/session").status_code == 401


def test_a_failed_joining_ends_nothing(browser: Browser, token: str) -> None:
    browser.sign_in(ADA, GOOD)
    assert join(browser, token, "short").status_code == 400
    assert browser.get("/session").json()["email"] == ADA


def test_a_link_that_ends_while_the_password_is_checked_lets_nobody_in(
    house: House, browser: Browser, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.users.create(email=DEE, password=GOOD, project="arcade", role=Role.VIEWER)
    accept = house.links.accept

    def used_by_another(token: str, user: str) -> Any:
        accept(token, user)
        return accept(token, user)

    monkeypatch.setattr(house.links, "accept", used_by_another)
    refused = join(browser, token, GOOD)
    assert (refused.status_code, "set-cookie" in refused.headers) == (404, False)
