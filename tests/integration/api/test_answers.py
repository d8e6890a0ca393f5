"""The form of answers: JSON and CSV, headers, errors, and what happens when a part is away."""

from __future__ import annotations

import csv
import io
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from audioscape_server.api.line import MAX_RUNNING
from audioscape_server.api.requests import query_parameters
from audioscape_server.api.spreadsheet import is_mistaken
from audioscape_server.warehouse import LoadBatch, WarehouseRefused, WarehouseUnavailable
from support.counting import DAY, NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from litestar import Litestar

    from audioscape_server.warehouse import Warehouse

    Client = TestClient[Litestar]

ALL = {"from": str(NOW - 20 * DAY), "to": str(NOW + DAY)}


@pytest.mark.parametrize(
    ("path", "member"),
    [
        ("overview", "series"), ("tracks", "tracks"), ("tracks/1", "listening"), ("search/queries", "queries"),
        ("experiences", "experiences"), ("events", "events"), ("ingest", "rejected"),
    ],
)  # fmt: skip
def test_csv_has_the_rows_of_json(client: Client, path: str, member: str) -> None:
    parameters = ALL if path != "ingest" else {}
    rows = client.get(f"/analytics/v1/{path}", params=parameters).json()[member]
    answer = client.get(f"/analytics/v1/{path}", params=parameters, headers={"accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; header=present; charset=utf-8"
    assert answer.text.endswith("\r\n")
    found = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(found) == len(rows) > 0
    for as_text, row in zip(found, rows, strict=True):
        assert as_text.keys() >= row.keys()
        for name, value in row.items():
            if isinstance(value, bool):
                assert as_text[name] == str(value).lower()
            elif isinstance(value, int | float):
                assert float(as_text[name]) == value
            elif isinstance(value, str) or value is None:
                assert as_text[name].removeprefix("'") == (value or "")


@pytest.mark.parametrize("text", ["=1+1", "\uff1d1+1", " @SUM(A1)", "9223372036854775807", "two\r\nlines"])
def test_csv_is_quoted_and_no_cell_is_taken_for_something_else(client: Client, warehouse: Warehouse, text: str) -> None:
    metadata = '{"a":1.10,"b":-0,"c":1E5,"d":3.14159265358979323846}'
    event = ["boss", 1, NOW, text, None, "", metadata]
    spool = f"csv-{text.encode().hex()}"
    warehouse.insert_block(spool, 1, 0, [LoadBatch(1, "huge", "k", 0, 0, NOW, 1, json.dumps([event]).encode())])
    asked = {"player_id": text, **ALL}
    answer = client.get("/analytics/v1/events", params=asked, headers={"accept": "text/csv", "x-api-key": "read:huge"})
    [row] = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert row["player_id"] == (f"'{text}" if is_mistaken(text) else text)
    assert row["metadata"] == metadata
    as_json = client.get("/analytics/v1/events", params=asked, headers={"x-api-key": "read:huge"})
    assert f'"metadata":{metadata}' in as_json.text
    assert answer.headers["content-disposition"] == 'attachment; filename="audioscape-events.csv"'


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/json"), ("application/json", "application/json"), ("text/html", "application/json"),
        ("text/csv", "text/csv"), ("text/csv, application/json;q=0.5", "text/csv"), ("text/*", "text/csv"),
        ("text/csv;q=0.1, application/json", "application/json"), ("nonsense", "application/json"),
    ],
)  # fmt: skip
def test_the_client_chooses_between_json_and_csv(client: Client, accept: str, kind: str) -> None:
    answer = client.get("/analytics/v1/experiences", params=ALL, headers={"accept": accept})
    assert answer.headers["content-type"].split(";")[0] == kind


def test_an_unchanged_answer_is_not_sent_again(client: Client) -> None:
    def ask(**headers: str) -> Any:
        return client.get("/analytics/v1/overview", params=ALL, headers=headers)

    first = ask()
    etag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "accept, accept-encoding, x-api-key, x-share-token, cookie"
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = ask(**{"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert ask(**{"if-none-match": '"other"'}).content == first.content
    assert ask(accept="text/csv").headers["etag"] != etag


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("overview?from=yesterday", "from: expected RFC 3339 "),
        ("overview?from=2026-09-01T00:00:00", "from: expected RFC 3339 "),
        ("overview?from=2026-02-30T00:00:00Z", "from: expected RFC 3339 "),
        ("overview?from=2026-09-01T00:00:00+01:00", "write + as %2B"),
        ("overview?to=1790166896789", "to: expected RFC 3339 "),
        ("overview?to=-1", "to: expected RFC 3339 "),
        ("overview?to=9999-01-01T00:00:00Z", "to: expected a time from 1970 to 2100"),
        ("overview?from=1790000000&to=1790000000", "from: expected a time before to, which is 2026-09-21T"),
        ("overview?from=", "from: expected RFC 3339 "),
        ("overview?from=1&from=2", "from: expected once, found 2 times"),
        ("overview?interval=year", "interval: expected one of hour, day, week, month, found 'year'"),
        ("overview?from=2026-02-30", "from: expected RFC 3339 "),
        ("overview?from=2026-09-01&to=2026-09-01", "from: expected a time before to, which is 2026-09-01T"),
        ("overview?interval=month&from=2010-01-01", "from: expected at most 3,660 days before to"),
        ("overview?interval=hour&from=1700000000", "from: expected at most 100 days before to"),
        ("overview?from=0", "from: expected at most 3,660 days before to"),
        ("overview?universe=1&universe=2", "universe: expected once, several values with commas, found 2 times"),
        ("tracks?key_not=a&key_not=a", "key_not: expected once, several values with commas, found 2 times"),
        ("events?asset_id=1&asset_id=2&asset_id=1", "asset_id: expected once, found 3 times"),
        ("overview?universe=&universe=2", "universe: expected once"),
        ("overview?universe=abc", "universe: expected 1 to 19 decimal digits"),
        ("overview?universe=-1", "universe: expected 1 to 19 decimal digits"),
        ("overview?universe_not=!1", "universe_not: expected 1 to 19 decimal digits"),
        (
            "tracks?universe=12,11&universe_not=13,011",
            "universe_not: expected none of the values of universe, found '11'",
        ),
        ("funnel?key=a,b&key_not=b", "key_not: expected none of the values of key, found 'b'"),
        ("explore?key_not=a b", "key_not: expected the id of an API key"),
        ("rhythm?asset_not=" + ",".join(["1"] * 101), "asset_not: expected at most 100"),
        ("tracks/2?asset_not=1", "unknown parameter 'asset_not'"),
        ("overview?universe=%D9%A1", "universe: expected 1 to 19 decimal digits"),
        ("overview?place=9999999999999999999", "place: expected 1 to 19 decimal digits"),
        ("overview?form=1", "unknown parameter 'form': expected from or to or zone or interval or week_start or univ"),
        ("tracks?sort=Plays", "sort: expected one of events, plays, listeners, listened_seconds, completed, "),
        ("experiences?sort=plays;DROP", "queue_adds, search_clicks, found 'plays;DROP'"),
        ("tracks?order=up", "order: expected one of asc, desc, found 'up'"),
        ("tracks?limit=0", "limit: expected a whole number from 1 to 1000, found '0'"),
        ("tracks?limit=1001", "limit: expected a whole number from 1 to 1000, found '1001'"),
        ("tracks?limit=1e2", "limit: expected a whole number from 1 to 1000, found '1e2'"),
        ("tracks?offset=-1", "offset: expected a whole number from 0 to 1000000000, found '-1'"),
        ("tracks/abc", "asset_id: expected 1 to 19 decimal digits"),
        ("tracks?search=", "search: expected 1 to 256 characters, found ''"),
        ("search/queries?search=" + "x" * 257, "search: expected 1 to 256 characters"),
        ("search/queries?limit=", "limit: expected a whole number from 1 to 1000, found ''"),
        ("events?cursor=abc", "cursor: expected the next_cursor of an earlier answer, found 'abc'"),
        ("events?cursor=WzFlOTk5LCJhIiwxLDFd", "cursor: expected the next_cursor of an earlier answer"),
        ("events?cursor=WzEsImEiLC0xLDFd", "cursor: expected the next_cursor of an earlier answer"),
        ("events?player_id=", "player_id: expected 1 to 256 characters"),
        ("events?type=" + "x" * 200, "type: expected 1 to 128 characters"),
        ("ingest?limit=1", "unknown parameter 'limit': expected none at all"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_was_found_and_what_is_expected(
    client: Client, url: str, complaint: str
) -> None:
    answer = client.get(f"/analytics/v1/{url}")
    assert answer.status_code == 400
    assert complaint in answer.json()["error"]


def test_a_parameter_that_is_given_twice_is_refused_by_every_route_that_has_it(client: Client) -> None:
    """But for the two that are lists by being repeated."""
    taken: set[tuple[str, str]] = set()
    for route in client.app.routes:
        for handler in getattr(route, "route_handlers", ()):
            for name in query_parameters(handler):
                answer = client.get(route.path.replace("{asset_id:str}", "1"), params=[(name, "7"), (name, "7")])
                if f"{name}: expected once" not in answer.text:
                    taken.add((route.path, name))
                else:
                    assert answer.status_code == 400, route.path
    assert taken == {("/analytics/v1/batch", "ask"), ("/analytics/v1/explore", "where")}


@pytest.mark.parametrize(
    "url", ["overview?{}=1", "overview?from={}", "tracks?sort={}", "events?cursor={}", "tracks/{}"]
)
def test_no_error_echoes_an_unbounded_value(client: Client, url: str) -> None:
    for value in ("x" * 3_000, "%F0%9F%98%80" * 500, "%01" * 500, "%F3%A0%80%81" * 300):
        answer = client.get("/analytics/v1/" + url.format(value))
        assert answer.status_code == (404 if url == "tracks/{}" and "%" in value else 400)
        # The names of the measures alone are 160.
        assert len(answer.json()["error"]) < 160 + 100


def test_an_unknown_asset_is_404_and_one_of_the_catalog_answers_zeros(client: Client) -> None:
    unknown = client.get("/analytics/v1/tracks/404")
    assert unknown.status_code == 404
    assert unknown.json()["error"].startswith("asset 404 is unknown")
    unplayed = client.get("/analytics/v1/tracks/99", params=ALL).json()
    assert (unplayed["title"], unplayed["totals"]["events"], unplayed["length"]) == ("=Unplayed", 0, None)
    assert unplayed["listening"] == []


def test_unknown_paths_and_methods_are_told_in_json(client: Client) -> None:
    unknown = client.get("/analytics/v2/overview")
    assert (unknown.status_code, unknown.json()) == (404, {"error": "Not Found"})
    wrong = client.post("/analytics/v1/overview")
    assert (wrong.status_code, wrong.json()) == (405, {"error": "Method Not Allowed"})
    assert wrong.headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["/analytics/v1/overview", "/nowhere", "/healthz", "/docs", "/analytics/v1/tracks/x"])
def test_every_answer_carries_an_id_of_its_own_and_forbids_sniffing(client: Client, path: str) -> None:
    first, second = client.get(path), client.get(path)
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert len(first.headers["x-request-id"]) == 32
    assert first.headers["x-content-type-options"] == "nosniff"
    assert first.headers["content-security-policy"].startswith("default-src 'none'")


class Broken:
    """A warehouse that fails as it is told to."""

    def __init__(self, fail: Callable[[], Any]) -> None:
        self.ask = lambda *_, **__: fail()
        self.stop = lambda _: None


@pytest.fixture
def broken(parts: Any) -> Iterator[Callable[[Callable[[], Any]], Client]]:
    clients: list[Client] = []

    def make(fail: Callable[[], Any]) -> Client:
        app = type(parts)(Broken(fail)).app()
        client = TestClient(app, raise_server_exceptions=False).__enter__()
        client.headers["x-api-key"] = "read:alpha"
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.__exit__(None, None, None)


def _raise(error: Exception) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail


def test_a_warehouse_that_is_away_is_503_and_says_when_to_come_back(broken: Any) -> None:
    answer = broken(_raise(WarehouseUnavailable("host 10.1.2.3 is down"))).get("/analytics/v1/overview")
    assert (answer.status_code, answer.json()) == (503, {"error": "Service Unavailable"})
    assert int(answer.headers["retry-after"]) > 0


def test_a_fault_of_ours_tells_nothing_of_itself(broken: Any) -> None:
    answer = broken(_raise(RuntimeError("secret of the house"))).get("/analytics/v1/overview")
    assert answer.status_code == 500
    assert answer.content == b'{"error":"Internal Server Error"}'
    assert len(answer.headers["x-request-id"]) == 32


def test_what_the_warehouse_refuses_is_a_fault_of_ours_and_says_nothing_of_it(broken: Any) -> None:
    answer = broken(_raise(WarehouseRefused("SELECT secret FROM events"))).get("/analytics/v1/overview")
    assert (answer.status_code, answer.json()) == (500, {"error": "Internal Server Error"})


def test_a_key_store_that_is_away_is_503_and_never_401(parts: Any, client: Client) -> None:
    parts.keys.away = True
    try:
        answer = client.get("/analytics/v1/overview")
    finally:
        parts.keys.away = False
    assert answer.status_code == 503
    assert "retry-after" in answer.headers


def test_readiness_is_what_the_server_says(parts: Any, client: Client) -> None:
    assert client.get("/readyz").json() == {"warehouse": "ok"}
    parts.ready = False
    try:
        answer = client.get("/readyz")
    finally:
        parts.ready = True
    assert (answer.status_code, answer.json()) == (503, {"warehouse": "away"})


def test_metrics_are_those_of_the_server(client: Client) -> None:
    answer = client.get("/metrics")
    kind, *parameters = [part.strip() for part in answer.headers["content-type"].split(";")]
    assert kind == "text/plain"
    # Prometheus takes a type with a parameter that comes twice for unknown.
    assert sorted(part.partition("=")[0] for part in parameters) == ["charset", "version"]
    assert "audioscape_events_accepted_total 3.0" in answer.text


def test_slow_questions_leave_the_event_loop_free(broken: Any) -> None:
    """While every thread waits for the warehouse, the server still answers."""
    asked, go = threading.Semaphore(0), threading.Event()

    def wait() -> list[Any]:
        asked.release()
        go.wait(30)
        return []

    client = broken(wait)
    threads = [
        threading.Thread(target=client.get, args=("/analytics/v1/experiences",), kwargs={"headers": {"x-api-key": key}})
        for key in ("read:alpha", "read:beta", "read:gamma")
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    try:
        for _ in range(MAX_RUNNING):
            assert asked.acquire(timeout=30)
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 200
    finally:
        go.set()
        for thread in threads:
            thread.join()
