"""The fault server does what README.md says, seen from a plain HTTP client."""

from __future__ import annotations

import gzip
import http.client
import json
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from fault_server import FaultServer  # noqa: E402


@pytest.fixture
def server():
    with FaultServer() as server:
        yield server


def request(base, method, path, body=None, headers=None, *, timeout=5):
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def control(server, method, path, body=None):
    status, _, answer = request(server.control, method, path, None if body is None else json.dumps(body))
    assert status == 200, answer
    return json.loads(answer)


def send(server, *numbers, key="k", **extra):
    body = json.dumps({"events": [{"type": "n", "asset_id": str(n)} for n in numbers]})
    return request(
        server.events, "POST", "/analytics/v1/analytics", body, {"x-api-key": "a", "Idempotency-Key": key}, **extra
    )


def stored(server):
    return [int(event["asset_id"]) for event in control(server, "GET", "/received")["stored"]]


def test_accepts_and_stores_by_default(server) -> None:
    status, _, body = send(server, 1, 2)
    assert (status, json.loads(body)) == (202, {"accepted": 2})
    received = control(server, "GET", "/received")
    assert [e["asset_id"] for e in received["stored"]] == ["1", "2"]
    assert received["keys"] == ["k"]
    assert received["requests"][0]["headers"]["x-api-key"] == "a"


def test_a_key_and_body_are_stored_once_and_answered_alike(server) -> None:
    control(server, "PUT", "/script", {"replies": [{"reject": {"0": "bad"}}]})
    first = send(server, 1, 2)[2]
    assert send(server, 1, 2)[2] == first
    assert stored(server) == [2]


def test_the_same_key_with_another_body_is_stored_and_counted(server) -> None:
    send(server, 1)
    send(server, 2)
    assert stored(server) == [1, 2]
    assert control(server, "GET", "/received")["misused"] == 1


@pytest.mark.parametrize(
    ("reply", "status", "body", "kept"),
    [
        ({"status": 200}, 200, {"accepted": 2}, [1, 2]),
        ({"status": 500}, 500, {"error": "scripted"}, []),
        ({"status": 401, "body": {"error": "Unauthorized"}}, 401, {"error": "Unauthorized"}, []),
        ({"reject": {"1": "bad"}}, 202, {"accepted": 1, "rejected": 1, "errors": ["events[1]: bad"]}, [1]),
        (
            {"reject": {"*": "bad"}},
            400,
            {"error": "All events were rejected", "details": ["events[0]: bad", "events[1]: bad"]},
            [],
        ),
        ({"maxEvents": 1}, 413, {"error": "scripted"}, []),
        ({"maxEvents": 2}, 202, {"accepted": 2}, [1, 2]),
    ],
)
def test_scripted_answers(server, reply, status, body, kept) -> None:
    control(server, "PUT", "/script", {"replies": [reply]})
    answer = send(server, 1, 2)
    assert (answer[0], json.loads(answer[2])) == (status, body)
    assert stored(server) == kept


def test_a_204_has_no_body_and_stores(server) -> None:
    control(server, "PUT", "/script", {"replies": [{"status": 204}]})
    assert send(server, 1)[0::2] == (204, b"")
    assert stored(server) == [1]


def test_headers_and_raw_bodies_are_sent_as_scripted(server) -> None:
    control(
        server,
        "PUT",
        "/script",
        {"replies": [{"status": 429, "headers": {"Retry-After": "garbage"}, "body": "<html>"}]},
    )
    status, headers, body = send(server, 1)
    assert (status, headers["Retry-After"], body) == (429, "garbage", b"<html>")


@pytest.mark.parametrize(("store", "kept"), [(True, [1]), (False, [])])
def test_reset_before_and_after_storing(server, store, kept) -> None:
    control(server, "PUT", "/script", {"replies": [{"fault": "reset", "store": store}]})
    with pytest.raises(ConnectionResetError):
        send(server, 1)
    assert stored(server) == kept


def test_a_truncated_answer_is_short_of_its_length(server) -> None:
    control(server, "PUT", "/script", {"replies": [{"fault": "truncate", "store": True}]})
    with pytest.raises(http.client.IncompleteRead):
        send(server, 1)
    assert stored(server) == [1]


def test_a_hang_never_answers_and_ends_when_the_client_leaves(server) -> None:
    control(server, "PUT", "/script", {"replies": [{"fault": "hang"}]})
    with pytest.raises(TimeoutError):
        send(server, 1, timeout=0.2)
    while control(server, "GET", "/received")["held"]:
        pass
    assert stored(server) == []


def test_a_held_reply_goes_when_released_and_overlap_is_seen(server) -> None:
    control(server, "PUT", "/script", {"replies": [{"fault": "hold", "then": {"status": 503}}]})
    answers = []
    thread = threading.Thread(target=lambda: answers.append(send(server, 1)[0]))
    thread.start()
    while control(server, "GET", "/held") != {"held": 1}:
        pass
    assert send(server, 2, key="other")[0] == 202
    control(server, "POST", "/release")
    thread.join()
    assert answers == [503]
    received = control(server, "GET", "/received")
    assert received["overlapped"] is True
    assert received["held"] == 0


def test_down_refuses_and_up_accepts_on_the_same_port(server) -> None:
    control(server, "POST", "/down")
    with pytest.raises(ConnectionRefusedError):
        send(server, 1)
    control(server, "POST", "/up")
    assert send(server, 1)[0] == 202


def test_nobody_listens_on_the_refused_address(server) -> None:
    with pytest.raises(ConnectionRefusedError):
        request(server.refused, "GET", "/")


def test_replies_are_used_up_in_order_then_the_default(server) -> None:
    control(server, "PUT", "/script", {"replies": [{"status": 500, "times": 2}], "default": {"status": 404}})
    assert [send(server, 1)[0] for _ in range(4)] == [500, 500, 404, 404]


def test_a_preflight_is_allowed_and_uses_no_reply(server) -> None:
    control(server, "PUT", "/script", {"replies": [{"status": 500}]})
    status, headers, _ = request(server.events, "OPTIONS", "/analytics/v1/analytics")
    assert status == 204
    assert "idempotency-key" in headers["Access-Control-Allow-Headers"]
    assert send(server, 1)[0] == 500
    assert control(server, "GET", "/received")["preflights"] == 1


def test_gzipped_bodies_are_read(server) -> None:
    body = gzip.compress(b'{"events": [{"asset_id": "5"}]}')
    request(server.events, "POST", "/analytics/v1/analytics", body, {"Content-Encoding": "gzip"})
    assert stored(server) == [5]


def test_reset_forgets_everything(server) -> None:
    send(server, 1)
    control(server, "PUT", "/script", {"default": {"status": 500}})
    control(server, "POST", "/reset")
    assert control(server, "GET", "/received")["requests"] == []
    assert send(server, 1)[0] == 202


def test_an_unknown_command_and_a_broken_script_are_refused(server) -> None:
    assert request(server.control, "POST", "/rest")[0] == 404
    assert request(server.control, "PUT", "/script", "[1")[0] == 400


def test_it_runs_as_a_program_until_its_input_closes() -> None:
    process = subprocess.Popen(
        [sys.executable, str(HERE.parent / "fault_server.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    addresses = json.loads(process.stdout.readline())
    assert request(addresses["control"], "GET", "/received")[0] == 200
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()
