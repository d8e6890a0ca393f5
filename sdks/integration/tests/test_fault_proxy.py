"""The proxy does what its schedule says: what the client sees, and what reaches the server behind it."""

from __future__ import annotations

import http.client
import json
import random
import socket
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from fault_proxy import FAILURES, RETRY_AFTER_S, STORED_UNHEARD, Fault, FaultProxy, schedule
from fault_server import FaultServer
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = b'{"events": [ {"type":"tick"} ]}'
HEADERS = {"x-api-key": "k", "idempotency-key": "one", "content-type": "application/json"}


@pytest.fixture
def upstream() -> Iterator[FaultServer]:
    """Stands in for the real server: it says what reached it."""
    with FaultServer() as server:
        yield server


def port_of(upstream: FaultServer) -> int:
    port = urlsplit(upstream.events).port
    assert port
    return port


def received(upstream: FaultServer) -> dict[str, Any]:
    return json.loads(get(upstream.control, "/received"))


def get(address: str, path: str) -> bytes:
    with closing(http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)) as connection:
        connection.request("GET", path)
        return connection.getresponse().read()


def post(proxy: FaultProxy, seconds: float = 10) -> tuple[int, str | None, bytes] | type[Exception]:
    """What a client sees: status, Retry-After and body, or the kind of trouble it has."""
    with closing(http.client.HTTPConnection(urlsplit(proxy.events).netloc, timeout=seconds)) as connection:
        try:
            connection.request("POST", "/analytics/v1/analytics", BODY, HEADERS)
            answer = connection.getresponse()
            return answer.status, answer.getheader("retry-after"), answer.read()
        except (OSError, http.client.HTTPException) as trouble:
            return type(trouble)


ACCEPTED = (202, None, b'{"accepted": 1}')
SEEN = {
    Fault.FORWARD: ACCEPTED,
    Fault.DELAY: ACCEPTED,
    Fault.TOO_MANY: (429, str(RETRY_AFTER_S), b'{"message":"Too Many Requests"}'),
    Fault.ERROR: (500, None, b'{"error":"Internal Server Error"}'),
    Fault.UNAVAILABLE: (503, str(RETRY_AFTER_S), b'{"error":"Service Unavailable"}'),
    Fault.RESET_BEFORE: ConnectionResetError,
    Fault.RESET_AFTER: ConnectionResetError,
    Fault.TRUNCATE: http.client.IncompleteRead,
    Fault.CRASH: ConnectionResetError,
}


@pytest.mark.parametrize("fault", SEEN)
def test_a_fault_is_what_it_is_called(fault: Fault, upstream: FaultServer) -> None:
    with FaultProxy(port_of(upstream), [fault]) as proxy:
        assert post(proxy) == SEEN[fault]
        (exchange,) = proxy.log
        assert proxy.used_up
        assert post(proxy) == ACCEPTED, "the schedule has ended, so has the fault"
    stored = fault in STORED_UNHEARD or fault not in FAILURES
    assert (exchange.fault, exchange.stored, exchange.accepted) == (fault, stored, int(stored))
    assert len(received(upstream)["requests"]) == 1 + stored


def test_where_no_answer_comes_the_batch_is_stored_and_the_control_port_says_so(upstream: FaultServer) -> None:
    with FaultProxy(port_of(upstream), [Fault.SILENCE]) as proxy:
        address = urlsplit(proxy.events)
        with socket.create_connection((address.hostname, address.port)) as client:
            head = f"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: {len(BODY)}\r\n\r\n"
            client.sendall(head.encode() + BODY)
            eventually(lambda: get(proxy.control, "/latest") == b'{"requests": 1, "silent": true}')
            assert len(received(upstream)["stored"]) == 1
        eventually(lambda: get(proxy.control, "/latest") == b'{"requests": 1, "silent": false}')
        assert [exchange.stored for exchange in proxy.log] == [True]


def test_what_is_forwarded_is_not_touched(upstream: FaultServer) -> None:
    with FaultProxy(port_of(upstream)) as proxy:
        post(proxy)
        ((forwarded,), (exchange,)) = received(upstream)["requests"], proxy.log
    assert exchange.request.body == BODY
    assert {name: forwarded["headers"][name] for name in HEADERS} == HEADERS
    assert forwarded["path"] == "/analytics/v1/analytics"
    assert {name: value for name, value in forwarded["headers"].items() if name != "connection"} == {
        name: value for name, value in exchange.request.headers.items() if name != "connection"
    }


def test_a_crash_comes_after_the_answer_and_before_the_client_knows(upstream: FaultServer) -> None:
    seen: list[int] = []

    def crash() -> None:
        seen.append(len(received(upstream)["stored"]))

    with FaultProxy(port_of(upstream), [Fault.CRASH], crash) as proxy:
        assert post(proxy) is ConnectionResetError
    assert seen == [1]


def test_while_the_server_is_away_connections_are_reset(upstream: FaultServer) -> None:
    with FaultProxy(urlsplit(upstream.refused).port or 0) as proxy:
        assert post(proxy) is ConnectionResetError
        assert [exchange.stored for exchange in proxy.log] == [False]


def test_a_schedule_has_every_fault_and_never_three_failures_in_a_row() -> None:
    for seed in range(200):
        faults = schedule(random.Random(seed))
        counts = Counter(faults)
        assert {fault: counts[fault] for fault in FAILURES} == dict.fromkeys(FAILURES, 2) | {Fault.CRASH: 1}
        assert not any(set(three) <= FAILURES for three in zip(faults, faults[1:], faults[2:], strict=False))
