"""A batch answers each question as if it was asked alone."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from audioscape_server.access.gate import Gate
from audioscape_server.access.keys import Credential, Scope
from audioscape_server.api.batch import MOST
from support.serving import serving
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence

#: One of each kind: right, wrong, unknown, about nothing, not to be got, of another kind of path.
ASKED = (
    "overview?from=2026-09-20&to=2026-09-24&interval=hour&zone=Asia%2FTehran",
    "tracks?limit=3&sort=listeners",
    "tracks/1",
    "overview?intervall=day",
    "tracks?limit=0",
    "tracks/123456789",
    "nothing/here",
    "analytics",
    "search/rank",
    "tracks//1",
    "experiences",
    "ingest",
)


def batch(client: Any, asked: Sequence[str], **headers: str) -> Any:
    return client.get("/analytics/v1/batch", params=[("ask", one) for one in asked], headers=headers)


@pytest.mark.parametrize("project", ["alpha", "beta"])
def test_each_question_is_answered_as_alone(client: Any, project: str) -> None:
    key = {"x-api-key": f"read:{project}"}
    alone = [client.get(f"/analytics/v1/{one}", headers=key) for one in ASKED]
    answer = batch(client, ASKED, **key)
    assert answer.status_code == 200
    assert answer.json() == {"answers": [{"status": one.status_code, "body": one.json()} for one in alone]}
    assert {one.status_code for one in alone} == {200, 400, 404, 405}


def test_what_waits_or_fails_tells_when_to_come_back(client: Any, parts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from audioscape_server.errors import ServiceUnavailableError  # noqa: PLC0415

    def away(*_: Any, **__: Any) -> Any:
        raise ServiceUnavailableError("the catalog is away")

    monkeypatch.setattr(parts.catalog, "tracks", away)
    alone = client.get("/analytics/v1/tracks")
    first, second = batch(client, ["tracks", "ingest"]).json()["answers"]
    assert first == {
        "status": 503, "body": {"error": "Service Unavailable"}, "retry_after": int(alone.headers["retry-after"]),
    }  # fmt: skip
    assert second["status"] == 200


@pytest.mark.parametrize(
    "asked",
    [
        ["tracks"] * (MOST + 1), [""], ["batch?ask=tracks"], ["batch"], ["/analytics/v1/tracks"], ["?x=1"],
        ["http://elsewhere/tracks"], ["tracks?x=a b"], ["tracks\r\nx-api-key: read:beta"], ["tr%61cks"], ["../docs"],
        ["overview", "Tracks"], ["tracks?" + "a" * 8_001],
    ],
    ids=lambda asked: f"{len(asked)} {asked[-1][:20] if asked else ''}",
)  # fmt: skip
def test_what_is_no_question_is_refused_before_anything_is_asked(client: Any, asked: list[str]) -> None:
    answer = batch(client, asked)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("ask: expected")


@pytest.mark.parametrize(("key", "status"), [("", 401), ("read:nobody", 401), ("ingest:alpha", 403)])
def test_a_batch_needs_what_its_questions_need(client: Any, key: str, status: int) -> None:
    assert batch(client, ["tracks"], **{"x-api-key": key}).status_code == status


def test_a_batch_of_nothing_is_refused(client: Any) -> None:
    answer = batch(client, [])
    assert (answer.status_code, "'ask'" in answer.json()["error"]) == (400, True)


def test_other_parameters_are_refused_and_given_once(client: Any) -> None:
    assert client.get("/analytics/v1/batch?ask=tracks&limit=3").status_code == 400
    assert client.get("/analytics/v1/tracks?limit=3&limit=4").json()["error"] == "limit: expected once, found 2 times"


def test_the_rate_of_a_key_counts_each_question(parts: Any) -> None:
    class Keyring:
        async def authenticate(self, key: bytes | None) -> Credential | None:
            return Credential("alpha", "k", frozenset({Scope.READ}), rate=4) if key == b"slow" else None

    app = parts.app()
    app.state.services = app.state.services.__class__(
        **{name: getattr(app.state.services, name) for name in app.state.services.__slots__}
        | {"gate": Gate(Keyring(), address_rate=0, address_burst=0, monotonic=lambda: 0.0)}
    )
    with TestClient(app) as client:
        found = batch(client, ["ingest"] * 5, **{"x-api-key": "slow"}).json()["answers"]
    # One for the batch, and as many of its questions as are left.
    assert sorted(one["status"] for one in found) == [200, 200, 200, 429, 429]
    assert all(one["retry_after"] >= 1 for one in found if one["status"] == 429)


def test_an_unchanged_batch_is_not_sent_again_and_a_large_one_is_compressed(client: Any) -> None:
    first = batch(client, ["overview?interval=hour", "ingest"], **{"accept-encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    again = batch(
        client, ["overview?interval=hour", "ingest"],
        **{"accept-encoding": "gzip", "if-none-match": first.headers["etag"]},
    )  # fmt: skip
    assert (again.status_code, again.content) == (304, b"")
    assert batch(client, ["ingest"], **{"if-none-match": first.headers["etag"]}).status_code == 200


def test_a_batch_is_json_whatever_is_accepted(client: Any) -> None:
    answer = batch(client, ["tracks"], accept="text/csv")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["answers"][0]["body"]["tracks"]


def test_all_questions_stop_when_the_client_leaves(parts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, stopped = set[str](), set[str]()
    real = parts.warehouse

    class Slow:
        def ask(self, _: str, parameters: Any, *, tag: str, seconds: float, **more: Any) -> Any:
            del parameters, seconds, more
            asked.add(tag)
            eventually(lambda: tag in stopped, until=bool)
            return []

        def stop(self, tag: str) -> None:
            stopped.add(tag)

    monkeypatch.setattr(parts, "warehouse", Slow())
    app = parts.app()
    monkeypatch.setattr(parts, "warehouse", real)
    with serving(app) as port:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            connection.sendall(
                b"GET /analytics/v1/batch?ask=tracks&ask=experiences&ask=events HTTP/1.1\r\n"
                b"host: here\r\nx-api-key: read:alpha\r\n\r\n"
            )
            eventually(lambda: len(asked), until=lambda count: count == 2)
        eventually(lambda: stopped, until=lambda seen: seen == asked)
    assert len(asked) == 2, "the third was never begun"
