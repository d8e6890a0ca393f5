"""The pages by which people come in, and of keys and people: what they show, what they do, and what they never keep."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from support.pages import PASSWORD, Visit, add_person, measures, overflow, violations, visit
from support.server import Server

OWNER = "owner@example.com"
OFFER = re.compile(r"Open http://[\d.:]+(/join#[\w-]{43}) within an hour")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own, with nobody in it at first."""
    with Server(tmp_path_factory.mktemp("door")) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def first(chromium: Browser, server: Server) -> None:
    """The first account, made by the page that the server's link opens."""
    [(address, *_)] = [OFFER.findall(server.log.read_text())]
    with visit(chromium, server) as coming:
        page = coming.open(address)
        assert violations(page) == []
        page.fill("[name=email]", OWNER)
        page.fill("[name=password]", PASSWORD)
        page.fill("[name=again]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/welcome")
        coming.ready(page)


@pytest.fixture
def begin(chromium: Browser, server: Server) -> Iterator[Callable[..., Visit]]:
    """Visit that server: by nobody, or by somebody with an account."""
    with ExitStack() as visits:

        def start(email: str | None = OWNER, **options: Any) -> Visit:
            return visits.enter_context(visit(chromium, server, email, **options))

        yield start


def send(server: Server, key: str, asset: str) -> dict[str, Any]:
    event = {"type": "play", "asset_id": asset, "player_id": "player-1", "duration": 217}
    answer = httpx.post(
        f"{server.url}/analytics/v1/analytics", json={"events": [event]}, headers={"x-api-key": key}, trust_env=False
    )
    assert answer.status_code == (202 if asset.isdigit() else 400)
    return answer.json()


def reads(server: Server, key: str) -> int:
    return httpx.get(f"{server.url}/analytics/v1/overview", headers={"x-api-key": key}, trust_env=False).status_code


def refused(visit: Visit, status: int) -> None:
    """What the browser itself says of an answer that was to be refused is no fault."""
    told = [fault for fault in visit.faults if f"status of {status}" in fault]
    assert told
    visit.faults[:] = [fault for fault in visit.faults if fault not in told]


def secret_on(page: Page) -> str:
    """The key that is shown; waits for it."""
    return page.inner_text("[aria-label='the key']").strip()


def in_row(page: Page, name: str) -> Any:
    return page.get_by_role("row").filter(has_text=name)


def test_the_first_event_is_seen_and_a_wrong_one_is_told_why(begin: Callable[..., Visit], server: Server) -> None:
    coming = begin()
    page = coming.open("/welcome")
    page.click("text=Make the key")
    secret = secret_on(page)
    for tab in ("Roblox SDK", "Luau", "curl", "Python", "JavaScript"):
        page.get_by_role("button", name=tab, exact=True).click()
        assert secret in page.inner_text(f"[aria-label='the code for {tab}']")
        assert server.url in page.inner_text(f"[aria-label='the code for {tab}']")
    assert violations(page) == []
    expect(page.locator("[data-state=waiting]")).to_be_visible()
    assert "asset_id" in str(send(server, secret, "no number"))
    expect(page.locator("[data-state=rejected]")).to_contain_text("asset_id", timeout=20_000)
    assert send(server, secret, "101") == {"accepted": 1}
    expect(page.locator("[data-state=arrived]")).to_be_visible(timeout=20_000)
    assert measures(page)["events"] == [1]
    page.click("text=See the numbers")
    page.wait_for_url("**/?period=today")
    page.wait_for_selector("[data-page=overview]")  # the page before is ready all the time
    coming.ready(page)
    # Other tests of this server may have sent plays, too.
    assert measures(page)["plays"][0] == server.get("/analytics/v1/overview").json()["totals"]["plays"] >= 1
    page.goto(f"{server.url}/welcome")
    assert secret not in page.content()


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/tracks?period=7d", "/tracks?period=7d"),
        ("//evil.example/x", "/"),
        ("https://evil.example/", "/"),
        (r"/\evil.example", "/"),
        ("/.//evil.example/x", "/"),
        ("/tracks/..//evil.example/x", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_a_sign_in_leads_to_the_page_that_was_asked_for_and_to_no_other_site(
    begin: Callable[..., Visit], server: Server, asked: str, led: str
) -> None:
    coming = begin(None)
    page = coming.open("/login", until_ready=True)
    page.goto(f"{server.url}/login?{httpx.QueryParams(next=asked)}")
    page.fill("[name=email]", OWNER)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{server.url}{led}")
    coming.ready(page)


def test_a_wrong_password_is_said_beside_it_and_keeps_what_was_typed(begin: Callable[..., Visit]) -> None:
    coming = begin(None)
    page = coming.open("/login")
    assert violations(page) == []
    expect(page.locator("main")).to_contain_text("made by a link that the server prints when it starts")
    page.fill("[name=email]", "somebody@example.com")
    page.fill("[name=password]", "wrong horse battery")
    page.click("button[type=submit]")
    expect(page.get_by_role("alert")).to_have_text("The email or the password is wrong.")
    assert page.input_value("[name=email]") == "somebody@example.com"
    refused(coming, 401)


@pytest.mark.parametrize("address", ["/join", "/join#" + "x" * 43])
def test_a_link_that_is_not_open_says_so(begin: Callable[..., Visit], address: str) -> None:
    coming = begin(None, viewport={"width": 375, "height": 800})
    page = coming.open(address)
    expect(page.get_by_role("alert")).to_be_visible()
    assert (overflow(page), violations(page), page.locator("form").count()) == (0, [], 0)
    if "#" in address:
        refused(coming, 404)


def test_a_key_is_made_rotated_and_revoked(begin: Callable[..., Visit], server: Server) -> None:
    coming = begin()
    page = coming.open("/keys")
    page.click("text=New key")
    page.fill("dialog [name=name]", "production")
    page.check("dialog [value=read]")
    page.click("dialog button[type=submit]")
    old = secret_on(page)
    for _ in range(4):  # browsers let a page hold a dialog open against the first Esc, and close it at a later one
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_be_visible()  # what is shown once is not lost by a slip
    assert secret_on(page) == old
    assert violations(page) == []
    page.click("text=I have stored it")
    assert old not in page.content()
    expect(in_row(page, "production")).to_contain_text(old[-4:])
    assert send(server, old, "101") == {"accepted": 1}

    page.click("[aria-label='Rotate production']")
    page.check("dialog [value='3600']")
    page.click("dialog button[type=submit]")
    new = secret_on(page)
    page.click("text=I have stored it")
    assert (reads(server, old), reads(server, new)) == (200, 200)
    expect(in_row(page, "production")).to_contain_text(f"Old key still used: …{old[-4:]}", timeout=40_000)
    assert measures(page, "tr:has-text('production')")["events"] == [1]

    page.click("[aria-label='Revoke production']")
    expect(page.locator("dialog button[type=submit]")).to_be_disabled()
    page.fill("dialog input", "production")
    page.click("dialog button[type=submit]")
    expect(in_row(page, "production")).to_have_count(0)
    assert (reads(server, old), reads(server, new)) == (401, 401)
    page.check("text=Ended ones too")
    expect(in_row(page, "production")).to_contain_text("revoked")


def test_a_key_that_may_only_ask_is_shown_with_a_question_and_again_when_it_is_rotated(
    begin: Callable[..., Visit], server: Server
) -> None:
    coming = begin()
    page = coming.open("/keys")
    page.click("text=New key")
    page.fill("dialog [name=name]", "reports")
    page.uncheck("dialog [value=ingest]")
    page.check("dialog [value=read]")
    page.click("dialog button[type=submit]")
    asked(page, server)
    page.click("text=I have stored it")
    page.click("[aria-label='Rotate reports']")
    page.click("dialog button[type=submit]")
    asked(page, server)
    assert violations(page) == []


def asked(page: Page, server: Server) -> None:
    """The one code that is shown is a question, and is answered."""
    secret = secret_on(page)
    [code] = page.locator("dialog section pre").all_inner_texts()[1:]
    shown = subprocess.run(["sh", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert server.url in code
    assert secret in code
    assert "totals" in json.loads(shown.stdout)
    expect(page.locator("dialog")).to_contain_text(f"{server.url}/docs lists all")


def test_somebody_is_invited_changes_and_leaves(begin: Callable[..., Visit], server: Server) -> None:
    coming = begin()
    page = coming.open("/people")
    assert measures(page)["people"] == [1]
    page.click("text=Invite somebody")
    page.fill("dialog [name=email]", "bo@example.com")
    page.select_option("dialog [name=role]", "editor")
    page.click("dialog button[type=submit]")
    link = page.inner_text("dialog pre")
    page.click("text=I have sent it")
    expect(in_row(page, "bo@example.com")).to_contain_text("invited until")
    assert link not in page.content()

    other = begin(None)
    joining = other.open(link.removeprefix(server.url))
    assert joining.input_value("[name=email]") == "bo@example.com"
    joining.fill("[name=password]", PASSWORD)
    joining.fill("[name=again]", "another horse battery")
    joining.click("button[type=submit]")
    expect(joining.get_by_role("alert")).to_have_text("The two passwords differ.")
    joining.fill("[name=again]", PASSWORD)
    joining.click("button[type=submit]")
    joining.wait_for_url(f"{server.url}/")
    other.ready(joining)
    assert joining.locator("nav").get_by_text("API keys").count() == 1
    assert joining.locator("nav").get_by_text("People").count() == 0
    joining.wait_for_load_state("networkidle")  # a question of an editor that comes when it is a viewer's is refused

    page.reload()
    page.select_option("[aria-label='Role of bo@example.com']", "viewer")
    expect(page.get_by_role("status")).to_have_text("bo@example.com is viewer now")
    joining.goto(f"{server.url}/keys")
    expect(joining.locator("main[data-page=closed]")).to_contain_text("Your role in this project is viewer")
    page.select_option(f"[aria-label='Role of {OWNER}']", "viewer")
    expect(page.get_by_role("status")).to_contain_text("last owner")
    expect(page.locator(f"[aria-label='Role of {OWNER}']")).to_have_value("owner")
    refused(coming, 400)
    page.click("[aria-label='Remove bo@example.com']")
    page.click("dialog button[type=submit]")
    expect(in_row(page, "bo@example.com")).to_have_count(0)


def test_a_new_password_is_set_by_a_link(begin: Callable[..., Visit], server: Server) -> None:
    add_person(server, "cy@example.com", "viewer", "other")
    link = server.cli("users", "link", "cy@example.com").stdout.strip()
    coming = begin(None)
    page = coming.open(link.removeprefix(server.url))
    expect(page.get_by_role("heading")).to_have_text("New password")
    page.fill("[name=password]", "another horse battery")
    page.fill("[name=again]", "another horse battery")
    page.click("button[type=submit]")
    page.wait_for_url(f"{server.url}/")
    coming.ready(page)


@pytest.mark.parametrize(("email", "leads_to"), [(OWNER, "Overview"), (None, "Sign in")])
def test_a_mistyped_address_says_so_and_leads_on(begin: Callable[..., Visit], email: str | None, leads_to: str) -> None:
    visit = begin(email, viewport={"width": 375, "height": 700})
    page = visit.open(f"/trakcs/{'x' * 80}")
    refused(visit, 404)
    expect(page.locator("main[data-page=missing]")).to_contain_text("/trakcs/xxx")
    assert (overflow(page), violations(page)) == (0, [])
    page.click("main a")
    # By its heading: another test may have sent the first event, and until then the overview says that there is none.
    expect(page.get_by_role("heading", level=1)).to_have_text(leads_to)
    visit.ready(page)
