"""Who may ask, and what of others they see: nothing."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.api import event_pages
from audioscape_server.warehouse import LoadBatch
from support.counting import DAY, NOW, of

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

    from audioscape_server.warehouse import Warehouse
    from support.counting import Events

    Client = TestClient[Litestar]

READ_PATHS = ("overview", "tracks", "tracks/1", "search/queries", "experiences", "events", "ingest")
#: Fields that say how the others were counted.
SAID = ("start", "label", "listeners_exact")
ALL = {"from": str(NOW - 20 * DAY), "to": str(NOW + DAY)}


@pytest.mark.parametrize("path", READ_PATHS)
@pytest.mark.parametrize("key", [None, "", "nonsense", "read:nobody", "read:alpha\u00e9"])
def test_without_a_valid_key_nothing_is_told_not_even_what_is_wrong(client: Client, path: str, key: str | None) -> None:
    headers = {} if key is None else {"x-api-key": key.encode("latin-1")}
    client.headers.pop("x-api-key", None)
    try:
        answer = client.get(f"/analytics/v1/{path}?nonsense=1", headers=headers)  # type: ignore[arg-type]
    finally:
        client.headers["x-api-key"] = "read:alpha"
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})


def test_two_keys_are_no_key(parts: Any) -> None:
    """Asked without a client, which would make one header of the two."""
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": "/analytics/v1/overview", "raw_path": b"/analytics/v1/overview", "root_path": "", "query_string": b"",
        "headers": [(b"x-api-key", b"read:alpha"), (b"x-api-key", b"read:alpha")],
        "server": ("localhost", 80), "client": ("localhost", 1),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(parts.app()(scope, receive, send))
    assert sent[0]["status"] == 401


def test_a_key_in_the_query_string_is_no_key(client: Client) -> None:
    answer = client.get("/analytics/v1/overview?x-api-key=read:alpha", headers={"x-api-key": ""})
    assert answer.status_code == 401


@pytest.mark.parametrize("path", READ_PATHS)
def test_a_key_without_the_scope_is_told_so(client: Client, path: str) -> None:
    answer = client.get(f"/analytics/v1/{path}", headers={"x-api-key": "ingest:alpha"})
    assert answer.status_code == 403
    assert 'lacks the scope "read"' in answer.json()["error"]


@pytest.mark.parametrize("path", READ_PATHS)
def test_a_project_without_events_sees_nothing_of_the_others(client: Client, path: str) -> None:
    parameters = ALL if path != "ingest" else {}
    answer = client.get(f"/analytics/v1/{path}", params=parameters, headers={"x-api-key": "read:empty"})
    found = answer.json()
    if path == "tracks/1":
        assert answer.status_code == 404
    elif path == "overview":
        counts = [bucket[name] for bucket in (found["totals"], *found["series"]) for name in bucket if name not in SAID]
        assert set(counts) == {0, None}
    elif path == "ingest":
        assert found["accepted"] == 0
    else:
        rows = {name: value for name, value in found.items() if isinstance(value, list)}
        assert list(rows.values()) == [[]]
        assert found.get("total", 0) == 0
        assert found.get("next_cursor") is None


@pytest.mark.parametrize("place", ["header", "query"])
def test_no_request_can_name_another_project(client: Client, place: str) -> None:
    """The project comes from the key alone."""
    plain = client.get("/analytics/v1/overview", params=ALL)
    if place == "header":
        assert client.get("/analytics/v1/overview", params=ALL, headers={"x-project": "beta"}).json() == plain.json()
    else:
        assert client.get("/analytics/v1/overview", params=ALL | {"project": "beta"}).status_code == 400


def test_a_cursor_of_one_project_shows_nothing_of_it_to_another(client: Client, events: Events) -> None:
    page = client.get("/analytics/v1/events", params=ALL | {"limit": "5"}).json()
    foreign: list[dict[str, Any]] = []
    cursor: str | None = page["next_cursor"]
    while cursor:
        answer = client.get(
            "/analytics/v1/events",
            params=ALL | {"limit": "1000", "cursor": cursor},
            headers={"x-api-key": "read:beta"},
        ).json()
        foreign += answer["events"]
        cursor = answer["next_cursor"]
    times = {event.timestamp for event in of(events, "beta", 0, NOW + DAY)}
    assert {event["timestamp"] for event in foreign} <= times
    assert foreign


@pytest.mark.parametrize("page_bytes", [0, 1, 40, 400])
def test_a_page_ends_when_its_metadata_grows_large_and_nothing_is_passed_over(
    client: Client, monkeypatch: pytest.MonkeyPatch, page_bytes: int
) -> None:
    whole = client.get("/analytics/v1/events", params=ALL | {"limit": "60"}).json()["events"]
    monkeypatch.setattr(event_pages, "PAGE_BYTES", page_bytes)
    walked: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while len(walked) < len(whole):
        page = client.get("/analytics/v1/events", params=ALL | {"limit": "60"} | cursor).json()
        assert page["events"], "a page is never empty while more follows"
        walked += page["events"]
        cursor = {"cursor": page["next_cursor"]}
    assert walked[: len(whole)] == whole


def test_a_page_that_ends_early_says_that_there_is_more_in_any_script(
    client: Client, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of these has twice as many bytes as characters."""
    metadata = json.dumps({"a": "é" * 100}, ensure_ascii=False)
    events = [["boss", 1, NOW - second, "", None, "", metadata] for second in range(6)]
    warehouse.insert_block("wide", 1, 0, [LoadBatch(1, "wide", "k", 0, 0, NOW, 6, json.dumps(events).encode())])
    monkeypatch.setattr(event_pages, "PAGE_BYTES", 500)
    found = 0
    more: dict[str, str] | None = {}
    while more is not None:
        page = client.get("/analytics/v1/events", params=ALL | more, headers={"x-api-key": "read:wide"}).json()
        found += len(page["events"])
        more = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
    assert found == 6


def test_names_come_from_the_catalog_of_the_project(client: Client) -> None:
    def names(key: str) -> tuple[str, Any]:
        track = client.get("/analytics/v1/tracks/1", params=ALL, headers={"x-api-key": key}).json()
        return track["title"], track["artist"]

    assert names("read:alpha") == ("First Light", "Ada")
    assert names("read:beta") == ("1", None)
