"""How fast a key, or an address without one, may go, and what it is told when it goes faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.samples import play
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from support.server import Server

#: Requests after which a limit of a few per second must have shown, however slow the machine.
MANY = 500
TOO_MANY = {"message": "Too Many Requests"}


def until_refused(send: Callable[[], httpx.Response]) -> tuple[list[httpx.Response], httpx.Response]:
    """Send until a 429: the answers before it, and it."""
    before = []
    for _ in range(MANY):
        answer = send()
        if answer.status_code == 429:
            return before, answer
        before.append(answer)
    raise AssertionError(f"{MANY} requests and no 429")


def is_told_when_to_return(answer: httpx.Response) -> bool:
    assert answer.json() == TOO_MANY
    assert int(answer.headers["retry-after"]) >= 1
    return any(name.lower().startswith("ratelimit") for name in answer.headers)


def test_a_key_over_its_rate_is_told_to_come_back(server: Server) -> None:
    key = server.create_key(rate=2)
    before, refused = until_refused(lambda: server.post([play()], key))
    assert before
    assert {answer.status_code for answer in before} == {202}
    assert all(any(name.lower().startswith("ratelimit") for name in answer.headers) for answer in before)
    assert is_told_when_to_return(refused)
    eventually(lambda: server.post([play()], key).status_code, until=lambda status: status == 202)


def test_what_a_429_refused_is_not_stored(server: Server) -> None:
    key = server.create_key(project="limited", rate=2)
    reader = server.create_key(project="limited", scope="read")
    before, _ = until_refused(lambda: server.post([play()], key))
    assert server.settled(reader)["accepted"] == len(before)


def test_the_largest_batch_is_not_over_the_smallest_rate(server: Server) -> None:
    assert server.post([play()] * 500, server.create_key(rate=1)).status_code == 202


def test_the_rate_is_checked_before_the_body(server: Server) -> None:
    key = server.create_key(rate=1)
    _, refused = until_refused(lambda: server.post(b"{", key))
    assert is_told_when_to_return(refused)


def test_a_rate_holds_for_what_the_key_may_not_do(server: Server) -> None:
    key = server.create_key(scope="read", rate=2)
    before, refused = until_refused(lambda: server.post([play()], key))
    assert {answer.status_code for answer in before} == {401}
    assert all(any(name.lower().startswith("ratelimit") for name in answer.headers) for answer in before)
    assert is_told_when_to_return(refused)


def test_both_doors_share_a_keys_rate(server: Server) -> None:
    key = server.create_key(rate=2)
    until_refused(lambda: server.post([play()], key))
    assert server.get("/analytics/v1/overview", key).status_code == 429


def test_one_key_over_its_rate_does_not_slow_another(server: Server) -> None:
    slow, other = server.create_key(rate=1), server.create_key(rate=1)
    until_refused(lambda: server.post([play()], slow))
    assert server.post([play()], other).status_code == 202


def test_an_address_without_a_key_is_slowed_and_keys_are_not(new_server: Callable[..., Server]) -> None:
    server = new_server(ADDRESS_RATE=2, ADDRESS_BURST=5)
    # Whoever could name his own address would have no limit at all.
    addresses = (f"10.0.0.{number % 250}" for number in range(MANY))
    before, refused = until_refused(
        lambda: server.post([play()], key="nobody", headers={"x-forwarded-for": next(addresses)})
    )
    assert {answer.status_code for answer in before} == {401}
    assert is_told_when_to_return(refused)
    assert until_refused(lambda: server.post([play()], key=None))[1].json() == TOO_MANY
    assert server.post([play()]).status_code == 202
