"""Signing in and out in a browser: what it takes, what it gives to read, and what no other page can do with it."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from audioscape_server.accounts import passwords
from audioscape_server.accounts.roles import Action, Role, may
from audioscape_server.accounts.sign_in import BURST, RATE, SignIn
from audioscape_server.control import ControlDatabase, Sessions, Users
from audioscape_server.errors import TooManyRequestsError, WrongPasswordError
from support.browser import FOREIGN, HERE, Browser
from support.counting import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx import Response

ADA, BO = "ada@example.com", "bo@example.com"
GOOD = "correct horse battery"
ELSEWHERE = "https://music.example.com"
#: Every path of which a browser may ask for a change, with a body that is right.
CHANGES: dict[str, dict[str, Any]] = {"/session/project": {"project": "games"}, "/logout": {}}


class Door:
    """People, their sessions, and a door that a test can move the time of."""

    def __init__(self, folder: Path) -> None:
        self.database = ControlDatabase(f"sqlite:///{folder}/control.db")
        self.database.migrate()
        self.now = 0.0
        self.users = Users(self.database, lambda: NOW)
        self.sessions = Sessions(self.database, lambda: NOW)
        self.users.create(email=ADA, password=GOOD, project="alpha", role=Role.OWNER)
        self.users.set_role(ADA, "games", Role.VIEWER)
        self.users.create(email=BO, password=GOOD, project="beta", role=Role.VIEWER)

    def sign_in(self, *, limit_addresses: bool = True) -> SignIn:
        return SignIn(self.users, self.sessions, limit_addresses=limit_addresses, monotonic=lambda: self.now)


def change(browser: Browser, path: str, csrf: str, **headers: str) -> Response:
    return browser.post(path, CHANGES[path], **{"x-csrf-token": csrf, **headers})


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    door = Door(tmp_path_factory.mktemp("door"))
    yield door
    door.database.close()


@pytest.fixture(autouse=True)
def rested(door: Door) -> None:
    """No test has tried too often before it begins."""
    door.now += 1_000


@pytest.fixture(scope="module")
def app(parts: Any, door: Door) -> Any:
    return type(parts)(parts.warehouse, sign_in=door.sign_in()).app()


@pytest.fixture(scope="module")
def client(app: Any) -> Iterator[TestClient[Any]]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def browser(client: TestClient[Any]) -> Browser:
    return Browser(client)


def cookie_of(answer: Response) -> tuple[str, str, set[str]]:
    """The name and value of the one cookie that is set, and its attributes."""
    [cookie] = answer.headers.get_list("set-cookie")
    pair, *attributes = [part.strip() for part in cookie.split(";")]
    name, _, value = pair.partition("=")
    return name, value, {attribute.lower() for attribute in attributes}


def test_whoever_signs_in_is_told_who_they_are_and_stays_signed_in(browser: Browser) -> None:
    assert browser.get("/session").status_code == 401
    answer = browser.sign_in("Ada@Example.com")
    told = answer.json()
    assert (answer.status_code, told["email"], told["project"], told["role"]) == (200, ADA, "alpha", "owner")
    assert told["roles"] == {"alpha": "owner", "games": "viewer"}
    again = browser.get("/session")
    assert again.json() == told
    assert {answer.headers["cache-control"], again.headers["cache-control"]} == {"no-store"}


@pytest.mark.parametrize(
    ("base", "origin", "name", "is_secure"),
    [
        (HERE, HERE, "audioscape", False),
        ("http://localhost:8000", None, "audioscape", False),
        ("http://[::1]:8000", None, "audioscape", False),
        (ELSEWHERE, ELSEWHERE, "__Host-audioscape", True),
        ("http://music.example.com", None, "__Host-audioscape", True),
        # Behind a proxy on the same machine that ends TLS: the server itself is asked over http.
        ("http://localhost:8443", "https://localhost:8443", "__Host-audioscape", True),
        ("http://127.0.0.1.example.com", None, "__Host-audioscape", True),
    ],
)
def test_the_cookie_is_secure_everywhere_but_on_the_machine_itself(
    client: TestClient[Any], base: str, origin: str | None, name: str, *, is_secure: bool
) -> None:
    found, value, attributes = cookie_of(Browser(client, base).sign_in(**({"origin": origin} if origin else {})))
    assert (found, "secure" in attributes) == (name, is_secure)
    assert {"httponly", "path=/", "samesite=lax"} < attributes
    assert not any(attribute.startswith("domain") for attribute in attributes)
    assert len(value) >= 43


@pytest.mark.parametrize(
    ("base", "cookie", "status"),
    [
        (HERE, "audioscape={}", 200),
        (HERE, "__Host-audioscape={}", 200),
        (HERE, "other=1; audioscape={}; more=2", 200),
        (ELSEWHERE, "__Host-audioscape={}", 200),
        # Only a page of the machine itself, or whoever is on the line, can have set these.
        (ELSEWHERE, "audioscape={}", 401),
        (HERE, "audioscape={0}; audioscape={0}", 401),
        (HERE, "audioscape=x; __Host-audioscape=", 401),
        (HERE, "AUDIOSCAPE={}", 401),
    ],
)
def test_a_session_is_taken_from_the_one_cookie_that_may_hold_it(
    client: TestClient[Any], browser: Browser, base: str, cookie: str, status: int
) -> None:
    _, token, _ = cookie_of(browser.sign_in())
    assert Browser(client, base).get("/session", cookie=cookie.format(token)).status_code == status


@pytest.mark.parametrize(
    ("email", "password"),
    [(ADA, "wrong horse battery"), ("nobody@example.com", GOOD), ("no address", GOOD), ("", ""), (ADA, "x" * 5_000)],
)
def test_nobody_learns_who_has_an_account(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    """The same answer, after the same work."""
    worked: list[str] = []
    verify = passwords._HASHER.verify

    class Watched:
        def verify(self, stored: str, typed: str) -> bool:
            worked.append(stored.rpartition("$")[0].rpartition("$")[0])
            return verify(stored, typed)

    monkeypatch.setattr(passwords, "_HASHER", Watched())
    answer = browser.sign_in(email, password)
    assert (answer.status_code, answer.json()) == (401, {"error": "The email or the password is wrong."})
    assert "set-cookie" not in answer.headers
    assert worked == ["$argon2id$v=19$m=19456,t=2,p=1"]
    assert browser.get("/session").status_code == 401


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"email":"ada@example.com","password":"correct horse battery"}', "text/plain"),
        (b"email=ada@example.com&password=correct+horse+battery", "application/x-www-form-urlencoded"),
        (b'{"email":"ada@example.com"}', "application/json"),
        (b'{"email":"ada@example.com","password":"correct horse battery","more":1}', "application/json"),
        (b'{"email":1,"password":"correct horse battery"}', "application/json"),
        (b'["ada@example.com","correct horse battery"]', "application/json"),
        (b"\xff", "application/json"),
        (b'"' + b"[" * 5_000, "application/json"),
        (b"", "application/json"),
    ],
)
def test_what_is_no_sign_in_is_refused_without_repeating_it(browser: Browser, body: bytes, content_type: str) -> None:
    answer = browser.post("/login", body, **{"content-type": content_type})
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(("The content-type must be", "The body must be a JSON object with email"))
    assert "horse" not in answer.text
    assert "set-cookie" not in answer.headers


def test_a_body_that_is_too_large_is_refused(browser: Browser) -> None:
    assert browser.sign_in(ADA, "x" * 9_000).status_code == 413


def test_a_sign_in_ends_the_session_that_came_with_it_and_uses_no_given_one(browser: Browser) -> None:
    """Nobody can be given a session to use: whatever was there before is not what is there after."""
    _, given, _ = cookie_of(browser.sign_in(BO))
    _, mine, _ = cookie_of(browser.sign_in(ADA))
    assert mine != given
    assert browser.get("/session").json()["email"] == ADA
    assert browser.get("/session", cookie=f"audioscape={given}").status_code == 401
    _, chosen, _ = cookie_of(browser.sign_in(ADA, cookie="audioscape=chosen-by-somebody"))
    assert chosen != "chosen-by-somebody"


def test_a_failed_sign_in_ends_nothing(browser: Browser) -> None:
    browser.sign_in()
    assert browser.sign_in(ADA, "wrong horse battery").status_code == 401
    assert browser.get("/session").json()["email"] == ADA


def test_signing_out_ends_the_session_and_forgets_the_cookie(browser: Browser) -> None:
    _, token, _ = cookie_of(answer := browser.sign_in())
    out = change(browser, "/logout", answer.json()["csrf_token"])
    assert out.status_code == 204
    forgotten = out.headers.get_list("set-cookie")
    assert [cookie.partition("=")[0] for cookie in forgotten] == ["audioscape", "__Host-audioscape"]
    assert all("Max-Age=0" in cookie for cookie in forgotten)
    assert browser.get("/session", cookie=f"audioscape={token}").status_code == 401


@pytest.mark.parametrize("everywhere", [True, False])
def test_signing_out_everywhere_ends_the_sessions_of_every_browser_of_this_user_alone(
    client: TestClient[Any], browser: Browser, *, everywhere: bool
) -> None:
    mine_too, other = Browser(client), Browser(client)
    mine_too.sign_in()
    other.sign_in(BO)
    csrf = browser.sign_in().json()["csrf_token"]
    browser.post("/logout", {"everywhere": everywhere}, **{"x-csrf-token": csrf})
    assert browser.get("/session").status_code == 401
    assert mine_too.get("/session").status_code == (401 if everywhere else 200)
    assert other.get("/session").status_code == 200


def test_a_session_shows_another_project_of_its_user_and_no_one_elses(browser: Browser) -> None:
    csrf = browser.sign_in().json()["csrf_token"]
    assert change(browser, "/session/project", csrf).json()["role"] == "viewer"
    assert browser.get("/session").json()["project"] == "games"
    for project in ("beta", "nowhere", ""):
        refused = browser.post("/session/project", {"project": project}, **{"x-csrf-token": csrf})
        assert refused.status_code == 404
        assert refused.json() == {"error": "There is no such project, or you have no role in it."}
    assert browser.get("/session").json()["project"] == "games"


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize("why", [*FOREIGN, "no token", "a wrong token", "another session's token", "a form"])
def test_no_other_page_can_change_anything(client: TestClient[Any], browser: Browser, path: str, why: str) -> None:
    csrf = browser.sign_in().json()["csrf_token"]
    before = browser.get("/session").json()
    if why in FOREIGN:
        refused = change(browser, path, csrf, **FOREIGN[why])
    elif why == "a form":
        headers = {"x-csrf-token": csrf, "content-type": "text/plain"}
        refused = browser.post(path, b'{"project":"games"}', **headers)
    elif why == "no token":
        refused = browser.post(path, CHANGES[path])
    else:
        another = Browser(client).sign_in().json()["csrf_token"]
        token = another if why == "another session's token" else "0" * 64
        refused = change(browser, path, token)
    assert refused.status_code == (400 if why == "a form" else 403)
    assert browser.get("/session").json() == before


@pytest.mark.parametrize("path", CHANGES)
def test_a_page_of_ours_can(browser: Browser, path: str) -> None:
    csrf = browser.sign_in(origin=HERE).json()["csrf_token"]
    done = change(browser, path, csrf, origin=HERE, **{"sec-fetch-site": "same-origin"})
    assert done.status_code in (200, 204)


@pytest.mark.parametrize("path", CHANGES)
def test_whoever_is_not_signed_in_changes_nothing(browser: Browser, path: str) -> None:
    assert change(browser, path, "0" * 64).status_code == 401


@pytest.mark.parametrize("why", FOREIGN)
def test_no_other_page_signs_a_browser_in(browser: Browser, why: str) -> None:
    answer = browser.sign_in(**FOREIGN[why])
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert browser.get("/session").status_code == 401


@pytest.mark.parametrize(
    "tries",
    [
        [("one", email) for email in (f"{number}@example.com" for number in range(BURST + 1))],
        [(f"address {number}", ADA) for number in range(BURST + 1)],
        [(f"address {number}", f"{'ADA' if number % 2 else 'ada'}@example.com") for number in range(BURST + 1)],
        [(f"address {number}", "nobody@example.com") for number in range(BURST + 1)],
        [(None, "no address") for _ in range(BURST + 1)],
    ],
    ids=["an address", "an email", "an email in any spelling", "an unknown email", "no email"],
)
def test_guesses_are_limited_by_address_and_by_email(door: Door, tries: list[tuple[str | None, str]]) -> None:
    sign_in = door.sign_in()

    async def guess(address: str | None, email: str, password: str) -> str:
        try:
            await sign_in.sign_in(email, password, address, None)
        except (WrongPasswordError, TooManyRequestsError) as error:
            return type(error).__name__
        return "signed in"

    async def all_of_them() -> list[str]:
        return [await guess(address, email, f"guess number {number}") for number, (address, email) in enumerate(tries)]

    assert asyncio.run(all_of_them()) == ["WrongPasswordError"] * BURST + ["TooManyRequestsError"]
    *_, (address, email) = tries
    # The right one is not told from a wrong one either, until the limit has some room again.
    right = [(ADA, GOOD)] if "ada" in email.lower() else []
    for one, password in right:
        assert asyncio.run(guess(address, one, password)) == "TooManyRequestsError"
        door.now += 1 / RATE
        assert asyncio.run(guess(address, one, password)) == "signed in"


def test_behind_a_proxy_that_hides_addresses_only_emails_are_limited(door: Door) -> None:
    sign_in, numbers = door.sign_in(limit_addresses=False), itertools.count()

    async def guess() -> str:
        try:
            await sign_in.sign_in(f"{next(numbers)}@example.com", GOOD, "proxy", None)
        except (WrongPasswordError, TooManyRequestsError) as error:
            return type(error).__name__
        return "signed in"

    async def many() -> set[str]:
        return {await guess() for _ in range(BURST + 2)}

    assert asyncio.run(many()) == {"WrongPasswordError"}


def test_a_429_says_when_to_come_again(browser: Browser) -> None:
    for _ in range(BURST):
        browser.sign_in(ADA, "wrong horse battery")
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")


RANK = "/analytics/v1/search/rank"
CANDIDATES = {"query": "lofi", "candidates": ["1", "2"]}


def reads(client: TestClient[Any]) -> list[str]:
    """Every path that a key can read."""
    paths = client.get("/openapi.json").json()["paths"]
    return [path.replace("{asset_id}", "1") for path, item in paths.items() if "security" in item.get("get", {})]


@pytest.mark.parametrize(("email", "project"), [(ADA, "alpha"), (ADA, "games"), (BO, "beta")])
def test_a_session_reads_what_a_key_of_its_project_reads_and_nothing_else(
    client: TestClient[Any], browser: Browser, email: str, project: str
) -> None:
    csrf = browser.sign_in(email).json()["csrf_token"]
    if project == "games":
        change(browser, "/session/project", csrf)
    paths = reads(client)
    assert len(paths) > 10
    for path in paths:
        by_key = client.get(path, headers={"x-api-key": f"read:{project}"})
        by_cookie = browser.get(path)
        assert (by_cookie.status_code, by_cookie.content) == (by_key.status_code, by_key.content), path
        assert "cookie" in by_cookie.headers.get("vary", "cookie")


def test_what_two_people_read_differs(client: TestClient[Any]) -> None:
    """Else the test above would promise little."""
    ada, bo = Browser(client), Browser(client)
    ada.sign_in()
    bo.sign_in(BO)
    for path in ("overview", "tracks", "events"):
        assert ada.get(f"/analytics/v1/{path}").content != bo.get(f"/analytics/v1/{path}").content


def test_a_request_with_a_key_is_the_keys_whatever_cookie_comes_with_it(
    client: TestClient[Any], browser: Browser
) -> None:
    browser.sign_in(BO)
    by_key = client.get("/analytics/v1/tracks", headers={"x-api-key": "read:alpha"})
    assert browser.get("/analytics/v1/tracks", **{"x-api-key": "read:alpha"}).content == by_key.content
    assert browser.get("/analytics/v1/tracks", **{"x-api-key": "wrong"}).status_code == 401
    assert browser.get("/analytics/v1/tracks", **{"x-api-key": "ingest:beta"}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/analytics/v1/overview"),
        ("GET", "/analytics/v1/batch?ask=overview"),
        ("GET", "/analytics/v1/views"),
        ("POST", "/analytics/v1/views"),
    ],
)
def test_a_page_is_told_nothing_of_another_project_than_its_own(browser: Browser, method: str, path: str) -> None:
    """All tabs of a browser share its session: another project may have been chosen in one of them."""
    csrf = browser.sign_in().json()["csrf_token"]
    headers = {"x-csrf-token": csrf, "x-project": "alpha"}
    there = browser.send(method, path, headers=headers).status_code
    assert there not in (403, 412)
    change(browser, "/session/project", csrf)
    refused = browser.send(method, path, headers=headers)
    assert (refused.status_code, refused.json()) == (
        412,
        {"error": "This session shows another project by now. Load the page anew."},
    )


def test_a_batch_asks_for_the_project_of_its_page(
    browser: Browser, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another one may be chosen between the batch and its questions."""
    csrf = browser.sign_in().json()["csrf_token"]
    find, seen = door.sessions.find, itertools.count()

    def switch_at_the_second(token: str) -> Any:
        if next(seen) == 1:
            door.sessions.choose(token, "games")
        return find(token)

    monkeypatch.setattr(door.sessions, "find", switch_at_the_second)
    answer = browser.get("/analytics/v1/batch?ask=overview", **{"x-csrf-token": csrf, "x-project": "alpha"})
    assert [part["status"] for part in answer.json()["answers"]] == [412]


@pytest.mark.parametrize("role", [role for role in Role if may(role, Action.READ)])
def test_every_role_reads_and_whoever_has_none_does_not(door: Door, browser: Browser, role: Role) -> None:
    browser.sign_in(BO)
    door.users.set_role(BO, "beta", None)
    try:
        refused = browser.get("/analytics/v1/overview")
        assert (refused.status_code, "no role" in refused.json()["error"]) == (403, True)
        door.users.set_role(BO, "beta", role)
        assert browser.get("/analytics/v1/overview").status_code == 200
    finally:
        door.users.set_role(BO, "beta", Role.VIEWER)


def test_a_session_that_ended_reads_nothing(browser: Browser) -> None:
    csrf = browser.sign_in().json()["csrf_token"]
    kept = dict(browser.cookies)
    change(browser, "/logout", csrf)
    browser.cookies = kept
    assert browser.get("/analytics/v1/overview").status_code == 401


@pytest.mark.parametrize("why", [*FOREIGN, "no token"])
def test_no_other_page_asks_for_a_ranking(browser: Browser, why: str) -> None:
    csrf = browser.sign_in().json()["csrf_token"]
    token = {} if why == "no token" else {"x-csrf-token": csrf}
    assert browser.post(RANK, CANDIDATES, **token, **FOREIGN.get(why, {})).status_code == 403
    assert browser.post(RANK, CANDIDATES, **{"x-csrf-token": csrf}, origin=HERE).status_code == 200
