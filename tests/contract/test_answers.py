"""Every status and body that the contract of the ingest endpoint names, over HTTP."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from support.samples import Literal, envelope, play
from support.server import INGEST
from support.waiting import eventually

if TYPE_CHECKING:
    from support.server import Server

VOTE_MESSAGE = 'vote events require value "up" or "down"'
EVENTS_MISSING = {"error": 'Request body must contain an "events" array'}
BAD_VOTE = play(type="vote")
CUSTOM_HEADERS = ["x-api-key", "content-type", "content-encoding", "idempotency-key", "x-universe-id", "x-place-id"]


def is_error(answer: httpx.Response, status: int) -> bool:
    """Whether this is an answer of that status with an error text and nothing else."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    body = answer.json()
    assert list(body) == ["error"]
    return isinstance(body["error"], str) and 0 < len(body["error"]) < 200


def test_all_stored(server: Server) -> None:
    answer = server.post([play(), play()])
    assert (answer.status_code, answer.json()) == (202, {"accepted": 2})
    assert answer.headers["content-type"].partition(";")[0] == "application/json"


def test_a_byte_order_mark_is_skipped(server: Server) -> None:
    assert server.post(b"\xef\xbb\xbf" + envelope(play())).json() == {"accepted": 1}


def test_some_stored(server: Server) -> None:
    answer = server.post([play(), {"type": ""}, play(), BAD_VOTE])
    body = answer.json()
    assert (answer.status_code, body["accepted"], body["rejected"]) == (202, 2, 2)
    assert [text.partition(": ")[0] for text in body["errors"]] == ["events[1]", "events[3]"]
    assert body["errors"][1] == f"events[3]: {VOTE_MESSAGE}"
    assert list(body) == ["accepted", "rejected", "errors"]


def test_none_stored(server: Server) -> None:
    answer = server.post([BAD_VOTE, {"type": 5}])
    body = answer.json()
    assert answer.status_code == 400
    assert list(body) == ["error", "details"]
    assert isinstance(body["error"], str)
    assert body["error"]
    assert body["details"][0] == f"events[0]: {VOTE_MESSAGE}"
    assert body["details"][1].startswith("events[1]: ")
    assert len(body["details"]) == 2


def test_one_good_event_among_500_is_stored(server: Server) -> None:
    body = server.post([*[BAD_VOTE] * 250, play(), *[BAD_VOTE] * 249]).json()
    assert (body["accepted"], body["rejected"], len(body["errors"])) == (1, 499, 499)
    assert body["errors"][-1] == f"events[499]: {VOTE_MESSAGE}"


WITHOUT_EVENTS = [
    b"{}",
    b"[]",
    b"null",
    b"5",
    b'"x"',
    b'{"events":null}',
    b'{"events":{}}',
    b'{"events":[]}',
    b'{"events":"x"}',
]


@pytest.mark.parametrize("body", WITHOUT_EVENTS)
def test_a_body_without_events(server: Server, body: bytes) -> None:
    answer = server.post(body)
    assert (answer.status_code, answer.json()) == (400, EVENTS_MISSING)


NOT_READABLE = {
    "empty": b"",
    "broken": b'{"events":[',
    "form": b"events=1",
    "not a number": b'{"events":[NaN]}',
    "bad UTF-8": b'{"events":[{"type":"\xff"}]}',
    "bad UTF-8 in an unknown member": b'{"x":"\xff","events":[{"type":"x"}]}',
    "two byte order marks": b"\xef\xbb\xbf" * 2 + envelope(play()),
    "UTF-16": envelope(play()).decode().encode("utf-16"),
    "UTF-16 without mark": envelope(play()).decode().encode("utf-16-le"),
    "too deep": b'{"events":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "too deep in an event": envelope(play(), play(x=Literal("[" * 100_000 + "]" * 100_000))),
    "too deep beside the events": envelope(play(), x=Literal('{"a":' * 100_000 + "1" + "}" * 100_000)),
    "501 events": envelope(*[play()] * 501),
}


@pytest.mark.parametrize("body", NOT_READABLE.values(), ids=NOT_READABLE)
def test_a_body_that_cannot_be_judged(server: Server, body: bytes) -> None:
    answer = server.post(body)
    assert is_error(answer, 400)
    assert answer.json() != EVENTS_MISSING


def test_too_many_events_are_counted_in_the_answer(server: Server) -> None:
    assert "501" in server.post(envelope(*[play()] * 501)).json()["error"]


def test_500_events_are_not_too_many(server: Server) -> None:
    assert server.post([play()] * 500).json() == {"accepted": 500}


@pytest.mark.parametrize(
    "value",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=UTF-8",
        'application/json ; charset="utf-8"',
    ],
)
def test_content_types_taken(server: Server, value: str) -> None:
    assert server.post([play()], headers={"content-type": value}).status_code == 202


@pytest.mark.parametrize(
    "value",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "json",
        "",
        "*/*",
    ],
)
def test_content_types_refused(server: Server, value: str) -> None:
    assert is_error(server.post([play()], headers={"content-type": value}), 415)


def test_a_missing_content_type_is_refused(server: Server) -> None:
    assert is_error(server.request("POST", INGEST, content=envelope(play())), 415)


@pytest.mark.parametrize(
    "path", ["/nope", "/analytics", "/analytics/v1", "/analytics/v1/analytics/nope", "/analytics/v2/analytics"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_unknown_paths(server: Server, method: str, path: str) -> None:
    assert is_error(server.request(method, path), 404)


def test_the_documents_example_is_accepted_and_its_answer_has_the_documented_form(server: Server) -> None:
    document = server.get("/openapi.json").json()
    operation = document["paths"][INGEST]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    whole, partly, refused = (server.post(events) for events in (example["events"], [play(), {}], [{}]))
    assert whole.json() == {"accepted": len(example["events"])}
    assert [answer.status_code for answer in (whole, partly, refused)] == [202, 202, 400]
    for answer in (whole, partly, refused):
        schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json())


def test_the_path_has_one_spelling_and_one_trailing_slash_is_forgiven(server: Server) -> None:
    def post(path: str) -> httpx.Response:
        return server.request("POST", path, content=envelope(play()), headers={"content-type": "application/json"})

    assert post(f"{INGEST}/").json() == {"accepted": 1}
    for other in (f"{INGEST}//", f"{INGEST}%2F", INGEST.replace("/a", "/%61"), INGEST.upper()):
        assert is_error(post(other), 404), other
    assert post(f"{INGEST}?source=x%2F").json() == {"accepted": 1}


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("key", [None, "with"], ids=["without key", "with key"])
def test_wrong_methods(server: Server, method: str, key: str | None) -> None:
    answer = server.request(method, INGEST, key=server.key if key else None)
    assert is_error(answer, 405)
    assert "POST" in [name.strip() for name in answer.headers["allow"].split(",")]


def test_a_head_request_is_answered_without_a_body(server: Server) -> None:
    answer = server.request("HEAD", INGEST)
    assert (answer.status_code, answer.content) == (405, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/analytics/v1/overview", "/analytics/v1/ingest", "/healthz"])
def test_wrong_methods_of_reading(server: Server, method: str, path: str) -> None:
    answer = server.request(method, path)
    assert is_error(answer, 405)
    assert "GET" in [name.strip() for name in answer.headers["allow"].split(",")]


def test_any_origin_may_ask_whether_it_may_post(server: Server) -> None:
    asked = {
        "origin": "https://game.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": ", ".join(CUSTOM_HEADERS),
    }
    answer = server.request("OPTIONS", INGEST, key=None, headers=asked)
    assert answer.status_code in (200, 204)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert allowed >= set(CUSTOM_HEADERS)
    assert int(answer.headers["access-control-max-age"]) >= 7_200
    assert "access-control-allow-credentials" not in answer.headers


ANSWERS: dict[str, dict[str, Any]] = {
    "202": {"content": envelope(play())},
    "400": {"content": b"{}"},
    "400 all": {"content": envelope(BAD_VOTE)},
    "401": {"content": envelope(play()), "key": None},
    "405": {"method": "PUT"},
    "413": {"content": b" " * (2 << 20)},
    "415": {"content": b"{}", "headers": {"content-type": "text/plain"}},
}


@pytest.mark.parametrize("request_", ANSWERS.values(), ids=ANSWERS)
def test_a_page_of_any_origin_may_read_the_answer(server: Server, request_: dict[str, Any]) -> None:
    headers = {"content-type": "application/json", "origin": "https://game.example"}
    answer = server.request(**{"method": "POST", "path": INGEST, "headers": headers, **request_})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


PATHS = [
    "/nope",
    "/local/v1/check",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/docs",
    "/analytics/v1/overview",
    "/analytics/v1/ingest",
]


def test_every_answer_has_a_request_id_of_its_own(server: Server) -> None:
    json_type = {"content-type": "application/json"}
    answers = [
        server.request(**{"method": "POST", "path": INGEST, "headers": json_type, **one}) for one in ANSWERS.values()
    ]
    answers += [server.get(path) for path in PATHS]
    answers += [server.get(path, key=None) for path in PATHS]
    answers.append(server.request("OPTIONS", INGEST, key=None))
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert all(ids)
    assert len(set(ids)) == len(ids)


LABELS = {
    "digits": ("123456789", "123456789"),
    "largest": (str(2**63 - 1), str(2**63 - 1)),
    "zero": ("0", None),
    "empty": ("", None),
    "text": ("lobby", None),
    "negative": ("-5", None),
    "fraction": ("1.5", None),
    "exponent": ("1e3", None),
    "hexadecimal": ("0x10", None),
    "other digits": ("٣".encode(), None),
    "not UTF-8": (b"\xff", None),
    "huge": ("9" * 5_000, None),
    "beyond 64 bits": (str(2**64), None),
    "list": ("1,2", None),
}


@pytest.mark.parametrize("header", ["X-Universe-Id", "X-Place-Id"])
def test_labels_are_never_an_error(server: Server, header: str) -> None:
    kind = f"label-{header}-{time.time_ns()}"
    for name, (sent, _) in LABELS.items():
        event = {"type": kind, "metadata": {"case": name}}
        answer = server.request(
            "POST", INGEST, headers=[("content-type", "application/json"), (header, sent)], content=envelope(event)
        )  # fmt: skip
        assert (answer.status_code, answer.json()) == (202, {"accepted": 1}), name
    twice = [("content-type", "application/json"), (header, "11"), (header, "12")]
    assert server.request("POST", INGEST, headers=twice, content=envelope({"type": f"{kind}-twice"})).status_code == 202
    assert server.post([{"type": kind, "metadata": {"case": "missing"}}]).status_code == 202

    seen = eventually(
        lambda: server.get("/analytics/v1/events", params={"type": kind, "limit": 100}).json()["events"],
        until=lambda events: len(events) == len(LABELS) + 1,
    )
    member = "universe_id" if header == "X-Universe-Id" else "place_id"
    found = {event["metadata"]["case"]: event[member] for event in seen}
    unset = found.pop("missing")
    assert found == {name: stored or unset for name, (_, stored) in LABELS.items()}


def test_what_is_stored_is_what_was_sent(server: Server) -> None:
    kind = f"kept-{time.time_ns()}"
    sent = {
        "type": kind,
        "asset_id": "9223372036854775807",
        "timestamp": int(time.time()) - 10.5,
        "player_id": "p" * 256,
        "duration": 1.25,
        "metadata": {"n": 2**53 + 1, "x": 1.5, "b": True, "t": "<script>\0\u202e🎵", "": ""},
    }
    assert server.post([sent]).json() == {"accepted": 1}
    (event,) = eventually(lambda: server.get("/analytics/v1/events", params={"type": kind}).json()["events"])
    assert {name: event[name] for name in sent} == sent
    assert type(event["metadata"]["b"]) is bool


def test_what_was_refused_is_shown_to_whoever_debugs_a_client(server: Server) -> None:
    key = server.create_key(project="debugged")
    for _ in range(2):
        server.post([play(), play(type="vote", value="UP", player_id="somebody-private")], key)
    (group,) = eventually(lambda: server.ingest(key)["rejected"], until=lambda seen: seen and seen[0]["count"] == 2)
    assert group["reason"] == "vote_value_invalid"
    assert "UP" in str(group["sample"])
    assert "somebody-private" not in str(group)


def test_an_answer_never_speaks_of_what_is_inside(server: Server) -> None:
    bodies = [
        *NOT_READABLE.values(),
        *WITHOUT_EVENTS,
        envelope({"type": "x" * 10_000}),
        envelope(play(asset_id="<b>" * 99)),
    ]
    for body in bodies:
        text = server.post(body).text
        assert len(text) < 1_000
        for word in ("Traceback", "msgspec", "Error(", ".py", "/home", "sqlite", "granian"):
            assert word not in text
    assert json.loads(server.post(envelope(play(asset_id='"<b>'))).text)["details"]
