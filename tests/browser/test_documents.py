"""What a page is as a document: whom it is for, what it may load, how it is kept."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx
import pytest

from audioscape_server.dashboard import built
from audioscape_server.dashboard.routes import OPEN_PAGES, PAGES
from support.pages import House, cookies_of


@pytest.fixture
def owner(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.server.url, cookies=cookies_of(house.server, "owner@example.com")) as client:
        yield client


@pytest.fixture
def nobody(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=house.server.url) as client:
        yield client


class Scripts(HTMLParser):
    """The scripts of a page: their attributes, and what stands inside."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str | None], str]] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script"
        if self._inside:
            self.found.append((dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self._inside:
            attributes, before = self.found[-1]
            self.found[-1] = (attributes, before + data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"


def test_a_page_loads_nothing_but_our_own_files(owner: httpx.Client) -> None:
    answer = owner.get("/")
    rules = [part.strip().partition(" ") for part in str(answer.headers["content-security-policy"]).split(";")]
    policy = {name: sources for name, _, sources in rules}
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    for attributes, text in Scripts(answer.text).found:
        assert attributes.get("type") == "application/json" or (not text.strip() and attributes["src"])
    assert not re.search(r"\son[a-z]+=|style=|https?://", answer.text)


def test_a_page_is_kept_by_nobody_and_its_files_for_ever(owner: httpx.Client) -> None:
    page = owner.get("/")
    assert "no-store" in page.headers["cache-control"]
    names = re.findall(r'"/(assets/[^"]+)"', page.text)
    assert len(names) >= 3
    for name in names:
        answer = owner.get(f"/{name}", headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_file_is_sent_compressed_to_who_reads_that(owner: httpx.Client) -> None:
    [name] = [name for name in built.assets() if name.startswith("index-") and name.endswith(".js")]
    with owner.stream("GET", f"/assets/{name}", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    plain = owner.get(f"/assets/{name}", headers={"accept-encoding": "identity"})
    assert (answer.headers["content-encoding"], gzip.decompress(raw)) == ("gzip", plain.content)
    assert plain.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("name", ["nothing.js", "%2e%2e", "index.html", "manifest.json", "index.html%00.js"])
def test_a_file_that_is_none_of_ours_is_missing(owner: httpx.Client, name: str) -> None:
    assert owner.get(f"/assets/{name}").status_code == 404


def test_a_page_names_the_files_of_its_own_code(owner: httpx.Client) -> None:
    links = re.findall(r'modulepreload" crossorigin href="/assets/(\w+)-', owner.get("/tracks").text)
    assert "Tracks" in links


@pytest.mark.parametrize("path", PAGES)
def test_who_is_not_signed_in_is_led_there_and_back(nobody: httpx.Client, path: str) -> None:
    asked = path.replace("{asset_id}", "101") + "?period=7d&universe=1"
    answer = nobody.get(asked)
    assert answer.status_code == 302
    assert answer.headers["location"] == f"/login?{urlencode({'next': asked})}"
    assert "no-store" in answer.headers["cache-control"]


def test_who_is_signed_in_is_told_to_the_page_and_to_nobody_else(owner: httpx.Client, nobody: httpx.Client) -> None:
    def boot(text: str) -> dict[str, object]:
        [told] = [inside for attributes, inside in Scripts(text).found if attributes.get("id") == "boot"]
        return json.loads(told)

    session = boot(owner.get("/").text)["session"]
    assert isinstance(session, dict)
    assert (session["email"], session["role"]) == ("owner@example.com", "owner")
    for path in OPEN_PAGES:
        assert boot(nobody.get(path).text)["session"] is None


BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/nope", "/tracks/", "/Tracks", "/a//b", "/%20", "/.env", "/tracks/1/more?period=7d"])
def test_an_address_that_leads_nowhere_has_a_page(owner: httpx.Client, nobody: httpx.Client, path: str) -> None:
    found = [client.get(path, headers=BROWSER) for client in (owner, nobody)]
    assert [(answer.status_code, answer.headers["content-type"]) for answer in found] == 2 * [
        (404, "text/html; charset=utf-8")
    ]
    assert found[0].content == found[1].content  # it is told of nobody
    assert "no-store" in found[0].headers["cache-control"]
    assert "script-src 'self'" in found[0].headers["content-security-policy"]


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("GET", "/nope", "*/*"),
        ("GET", "/nope", "application/json"),
        ("POST", "/nope", BROWSER["accept"]),
        ("GET", "/analytics/v1/nope", BROWSER["accept"]),
        ("GET", "/assets/nope.js", BROWSER["accept"]),
    ],
)
def test_a_program_is_told_so_in_json(owner: httpx.Client, method: str, path: str, accept: str) -> None:
    answer = owner.request(method, path, headers={"accept": accept})
    assert (answer.status_code, answer.json()) == (404, {"error": "Not Found"})


def test_no_text_ends_the_element_that_it_stands_in() -> None:
    hostile = {"email": "</script><script>alert(1)</script>", "project": "<!--<script>"}
    html = built.document("Overview", {"session": hostile}).decode()
    told = [inside for attributes, inside in Scripts(html).found if attributes.get("id") == "boot"]
    assert [json.loads(text) for text in told] == [{"session": hostile}]
    assert len(Scripts(html).found) == 2
