"""Debian's browser on the pages of a real server: signed in, watched, and kept from everything but that server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from support.server import Server

PASSWORD: Final = "correct horse battery staple"
AXE: Final = Path(__file__).parents[2] / "dashboard/node_modules/axe-core/axe.min.js"
#: Milliseconds until a page must have drawn its first screen, on a busy machine.
READY_MS: Final = 30_000
#: The rules of WCAG 2.2 up to AA.
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


#: Names that no page may take for anything but text.
HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("https://evil.example")',
    "\u202eesrever\u202c",
    "\N{FAMILY} \N{COMBINING ACUTE ACCENT}\N{ZERO WIDTH JOINER}",
    "x" * 256,
    "{{constructor.constructor('alert(1)')()}}",
]


#: Some tracks have such names, or one that is hard to hit; most have none.
TITLES = [*((str(100 + index), text, HOSTILE[-index - 1]) for index, text in enumerate(HOSTILE)), ("107", "/", "A")]


@cache
def cookies_of(server: Server, email: str) -> dict[str, str]:
    """The cookies of somebody who has signed in; once for all tests, because tries are limited."""
    answer = httpx.post(
        f"{server.url}/login", json={"email": email, "password": PASSWORD}, headers={"origin": server.url}
    )
    assert answer.is_success, answer.text
    return dict(answer.cookies)


@dataclass(frozen=True)
class House:
    """A server, and all that it was sent.

    Attributes:
        server: the server.
        events: every event, with the universe and place that its batch came from.
        today: the midnight (UTC, Unix seconds) with which the current day began when the events were made.
    """

    server: Server
    events: list[dict[str, Any]]
    today: int


def browser_program() -> str:
    """Where the browser is: Chromium without its window, where a visit takes a fifth of the CPU, or the whole."""
    found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    assert found, "chromium is not installed (Debian: apt-get install chromium chromium-headless-shell)"
    return found


def add_person(server: Server, email: str, role: str = "owner", project: str = "default") -> None:
    """Let somebody in."""
    password = server.data.parent / "password"
    password.write_text(f"{PASSWORD}\n")
    done = server.cli(
        "users", "create", "--email", email, "--role", role, "--project", project, "--password-file", str(password)
    )
    assert done.returncode == 0, done.stderr


#: What a page asks anew after a step it asks in an effect, which comes after the next painting: nothing is busy before.
_AFTER_EFFECTS = """() => new Promise(done => {
    setTimeout(done, 500, true);
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0, true)));
})"""


class Visit:
    """Somebody's visit: pages share its cookies, and whatever goes wrong in them is kept in ``faults``."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context = context
        self.server = server
        self.faults: list[str] = []
        #: The addresses below /analytics/v1/ that were asked, in order.
        self.asked: list[str] = []
        context.route(
            lambda url: not url.startswith(server.url) and not url.startswith(("data:", "blob:")), self._refuse
        )

    def sign_in(self, email: str) -> None:
        """Sign in, without the page for it; by the session that an earlier visit began, because tries are limited."""
        self.context.add_cookies(
            [
                {"name": name, "value": value, "url": self.server.url}
                for name, value in cookies_of(self.server, email).items()
            ]
        )

    def open(self, path: str, *, until_ready: bool = True) -> Page:
        """Open a page in a tab of its own; by default until its first screen is drawn."""
        page = self.context.new_page()
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("dialog", lambda dialog: self.faults.append(f"a script of somebody else's ran: {dialog.message}"))
        page.on("pageerror", lambda error: self.faults.append(f"error on the page: {error}"))
        page.on("request", lambda request: self._saw(request.url))
        page.goto(f"{self.server.url}{path}")
        if until_ready:
            self.ready(page)
        return page

    def ready(self, page: Page) -> None:
        """Wait until the first screen is drawn and nothing is on its way."""
        page.wait_for_selector("main[data-ready]", timeout=READY_MS)
        page.wait_for_function(_AFTER_EFFECTS, timeout=READY_MS)
        page.wait_for_function("() => !document.querySelector('[aria-busy=true]')", timeout=READY_MS)

    def _heard(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.faults.append(f"{kind} in the console: {text}")

    def _saw(self, url: str) -> None:
        api = f"{self.server.url}/analytics/v1/"
        if url.startswith(api):
            self.asked.append(url.removeprefix(api))

    def _refuse(self, route: Any) -> None:
        self.faults.append(f"asked another server: {route.request.url}")
        route.abort()


@contextmanager
def visit(browser: Browser, server: Server, email: str | None = None, **options: Any) -> Generator[Visit]:
    """A visit by somebody with an account, or by nobody; fails at its end if anything went wrong in a page.

    Args:
        browser: the browser.
        server: whose pages are visited.
        email: who visits; None = nobody has signed in.
        options: of playwright's ``new_context``, such as ``viewport``.
    """
    given: dict[str, Any] = {"locale": "en-GB", "timezone_id": "UTC", **options}
    context = browser.new_context(**given)
    try:
        visiting = Visit(context, server)
        if email is not None:
            visiting.sign_in(email)
        yield visiting
        assert not visiting.faults, "\n".join(visiting.faults)
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """What axe finds wrong on a page, by the rules of WCAG up to AA."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", _RULES)
    return [
        f"{each['id']}: {each['help']}: {json.dumps([node['target'] for node in each['nodes']])}"
        for each in found["violations"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return page.evaluate("Math.max(0, document.documentElement.scrollWidth - window.innerWidth)")


def measures(page: Page, within: str = "main") -> dict[str, list[float]]:
    """Every number on a page by its name, as programs read them."""
    found: list[tuple[str, str]] = page.eval_on_selector_all(
        f"{within} [data-measure]", "all => all.map(each => [each.dataset.measure, each.dataset.value])"
    )
    by_name: dict[str, list[float]] = {}
    for name, value in found:
        if value:
            by_name.setdefault(name, []).append(float(value))
    return by_name


def rows(page: Page, measure: str, within: str = "main") -> Mapping[str, float]:
    """A number of each track on a page, by the track's id."""
    found: list[tuple[str, str]] = page.eval_on_selector_all(
        f"{within} [data-asset]",
        "(all, name) => all.map(each => [each.dataset.asset,"
        " each.querySelector(`[data-measure=${name}]`)?.dataset.value ?? ''])",
        measure,
    )
    return {asset: float(value) for asset, value in found if value}
