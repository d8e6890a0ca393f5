"""Whatever arrives, the answer is one of the contract's: never a fault of ours, never what is inside."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from support.samples import envelope
from support.server import INGEST
from support.strategies import bodies, events

if TYPE_CHECKING:
    import httpx

    from support.server import Server

NAMES = [
    "x-universe-id",
    "x-place-id",
    "idempotency-key",
    "content-encoding",
    "content-type",
    "x-forwarded-for",
    "cookie",
    "accept",
]
# Only what may not stand in a header is left out: a client library would not send it.
header_values = st.binary(max_size=40).filter(
    lambda value: not set(value) & {*range(32), 127} and value == value.strip()
)
batches = st.lists(events(), min_size=1, max_size=5).map(lambda batch: envelope(*batch))


def is_in_the_contract(answer: httpx.Response) -> bool:
    body = answer.json()
    match answer.status_code:
        case 202 if "rejected" in body:
            return len(body["errors"]) == body["rejected"] > 0 < body["accepted"]
        case 202:
            return list(body) == ["accepted"] and body["accepted"] > 0
        case 400 if "details" in body:
            return len(body["details"]) > 0 and isinstance(body["error"], str)
        case 400 | 401 | 413 | 415:
            return list(body) == ["error"]
        case _:
            return False


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=st.one_of(batches, bodies()), compress=st.booleans())
def test_any_body_is_answered_by_the_contract(server: Server, body: bytes, compress: bool) -> None:  # noqa: FBT001
    headers = {"content-encoding": "gzip"} if compress else {}
    assert is_in_the_contract(server.post(gzip.compress(body) if compress else body, headers=headers))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(headers=st.dictionaries(st.sampled_from(NAMES), header_values, max_size=3), body=batches)
def test_any_header_is_answered_by_the_contract(server: Server, headers: dict[str, bytes], body: bytes) -> None:
    assert is_in_the_contract(server.post(body, headers=headers))


@pytest.mark.slow
@settings(max_examples=20_000, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=st.one_of(batches, bodies()), headers=st.dictionaries(st.sampled_from(NAMES), header_values, max_size=2))
def test_any_request_is_answered_by_the_contract_for_long(
    server: Server, body: bytes, headers: dict[str, bytes]
) -> None:
    answer = server.request(
        "POST", INGEST, headers=[("content-type", "application/json"), *headers.items()], content=body
    )
    assert is_in_the_contract(answer)
