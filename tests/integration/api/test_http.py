"""HTTP around the answers: methods, spellings of a path, pages, and compression."""

from __future__ import annotations

import csv
import gzip
import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import httpx
import pytest
import zstandard

from support.counting import DAY, NOW
from support.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar import Litestar
    from litestar.testing import TestClient

    Client = TestClient[Litestar]

ALL = {"from": str(NOW - 20 * DAY), "to": str(NOW + DAY)}
READ = ("overview", "tracks", "tracks/1", "search/queries", "experiences", "events", "ingest")
PATHS = (*(f"/analytics/v1/{path}" for path in READ), "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs")
#: Differ from one answer to the next.
VARYING = ("x-request-id", "date")


@pytest.fixture(scope="module")
def server(parts: Any) -> Iterator[httpx.Client]:
    """The API behind the real HTTP server."""
    with (
        serving(parts.app()) as port,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", headers={"x-api-key": "read:alpha"}) as client,
    ):
        yield client


def headers_of(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in VARYING}


@pytest.mark.parametrize("path", [*PATHS, "/nowhere", "/analytics/v1/tracks/x", "/analytics/v1/tracks/404"])
def test_head_answers_as_get_without_the_body(server: httpx.Client, path: str) -> None:
    got, head = server.get(path), server.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    if path == "/metrics":
        return  # counts the questions itself
    assert headers_of(head) == headers_of(got)


def test_head_needs_a_key_and_takes_its_parameters_as_get_does(server: httpx.Client) -> None:
    assert server.head("/analytics/v1/overview", headers={"x-api-key": ""}).status_code == 401
    assert server.head("/analytics/v1/overview?limit=1").status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "//metrics", "/metrics/", "/%6detrics", "/metrics%20", "/metrics//",
        "/analytics/v1/overview/", "/analytics//v1/overview", "/analytics/v1/%6fverview", "/analytics%2Fv1/overview",
        "/analytics/v1/tracks/1/", "/analytics/v1/tracks/%31", "/analytics/v1/tracks/", "//", "/Metrics",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_path_has_one_spelling(server: httpx.Client, method: str, path: str) -> None:
    # As it is, where a client would make it tidy.
    url = server.base_url.copy_with(raw_path=path.encode())
    answer = server.request(method, url)
    assert answer.status_code == 404
    assert method == "HEAD" or answer.json() == {"error": "Not Found"}
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("path", PATHS)
def test_options_tells_what_may_be_done_without_a_key(server: httpx.Client, path: str) -> None:
    answer = server.options(path, headers={"x-api-key": ""})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert server.options("/nowhere").status_code == 404


@pytest.mark.parametrize("path", ["/analytics/v1/tracks/1", "/analytics/v1/events", "/docs", "/openapi.json"])
@pytest.mark.parametrize(("coding", "decoded"), [("gzip", gzip.decompress), ("zstd", zstandard.decompress)])
def test_a_large_answer_is_compressed_when_asked(server: httpx.Client, path: str, coding: str, decoded: Any) -> None:
    def ask(accepted: str, **more: str) -> tuple[httpx.Response, bytes]:
        # The bytes of the wire: the client would decode them.
        with server.stream("GET", path, params=asked, headers={"accept-encoding": accepted, **more}) as answer:
            return answer, b"".join(answer.iter_raw())

    asked = ALL if path.startswith("/analytics") else None
    plain, compressed = ask("identity"), ask(coding)
    assert len(compressed[1]) < len(plain[1]) / 2
    assert decoded(compressed[1]) == plain[1]
    assert compressed[0].headers["content-encoding"] == coding
    assert "content-encoding" not in plain[0].headers
    assert "accept-encoding" in plain[0].headers["vary"] == compressed[0].headers["vary"]
    if path.startswith("/analytics"):
        etags = plain[0].headers["etag"], compressed[0].headers["etag"]
        assert etags[0] != etags[1], "a strong tag names these bytes and no others"
        assert ask(coding, **{"if-none-match": etags[1]})[0].status_code == 304
        assert ask(coding, **{"if-none-match": etags[0]})[0].status_code == 200


def test_a_small_answer_is_not_compressed(server: httpx.Client) -> None:
    assert "content-encoding" not in server.get("/healthz", headers={"accept-encoding": "gzip, zstd"}).headers


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
@pytest.mark.parametrize(
    ("path", "member", "limit"),
    [
        ("events?type=boss_fight", "events", "20"),
        ("tracks?sort=skips", "tracks", "2"),
        ("experiences?order=asc", "experiences", "4"),
        ("search/queries?universe=11", "queries", "2"),
    ],
)
def test_link_leads_through_every_page_in_csv_as_in_json(
    client: Client, accept: str, path: str, member: str, limit: str
) -> None:
    first = httpx.URL(f"/analytics/v1/{path}")
    whole = client.get(str(first.copy_merge_params({**ALL, "limit": "1000"}))).json()
    pages: list[httpx.Response] = []
    url: str | None = str(first.copy_merge_params({**ALL, "limit": limit}))
    while url is not None:
        page = client.get(url, headers={"accept": accept})
        assert page.status_code == 200
        pages.append(page)
        url = urljoin(url, page.links["next"]["url"]) if page.links else None
    assert len(pages) == -(-len(whole[member]) // int(limit)) > 1
    if accept == "application/json":
        assert [row for page in pages for row in page.json()[member]] == whole[member]
    else:
        rows = [row for page in pages for row in csv.DictReader(io.StringIO(page.text, newline=""))]
        assert len(rows) == len(whole[member])
        assert len({tuple(row.values()) for row in rows}) == len(rows)
    if "total" in whole:
        assert {page.headers["x-total-count"] for page in pages} == {str(whole["total"])}
    else:
        cursors = [page.headers.get("x-next-cursor") for page in pages]
        assert cursors[-1] is None
        assert all(
            f"cursor={cursor}" in page.headers["link"] for cursor, page in zip(cursors, pages[:-1], strict=False)
        )


def test_the_next_page_is_of_the_same_period_at_any_later_time(client: Client) -> None:
    link = client.get("/analytics/v1/events", params={"limit": "1"}).links["next"]["url"]
    asked = httpx.URL(link).params
    assert (asked["from"], asked["to"]) == ("1787749200", "1790168400")
    assert asked["limit"] == "1"


def test_the_next_page_is_asked_with_the_same_parameters(client: Client) -> None:
    asked = {**ALL, "limit": "1", "type": "play", "asset_id": "1"}
    link = client.get("/analytics/v1/events", params=asked).links["next"]["url"]
    assert dict(httpx.URL(link).params) == {**asked, "cursor": httpx.URL(link).params["cursor"]}


def test_a_list_that_ends_has_no_next_page(client: Client) -> None:
    for path in ("tracks", "experiences", "search/queries", "events?type=boss_fight"):
        url = httpx.URL(f"/analytics/v1/{path}").copy_merge_params({**ALL, "limit": "1000"})
        answer = client.get(str(url))
        assert "link" not in answer.headers
    past = client.get("/analytics/v1/tracks", params={**ALL, "offset": "1000"})
    assert past.json()["tracks"] == []
    assert "link" not in past.headers
