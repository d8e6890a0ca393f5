"""A real server without any user says how to make the first account, once at each start, until there is one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.server import Server

ADA = "ada@example.com"
GOOD = "correct horse battery"
OFFER = re.compile(r"Open (http://127\.0\.0\.1:\d+)/join#([\w-]{43}) within an hour to make the first account")


def offers(server: Server) -> list[list[tuple[str, str]]]:
    """The offers of each start: of what is printed and of what is logged."""
    starts = server.log.read_text().split("AudioScape Analytics answers on")[1:]
    return [OFFER.findall(start) for start in starts]


def post(server: Server, path: str, body: dict[str, Any]) -> httpx.Response:
    return httpx.post(f"{server.url}{path}", json=body, trust_env=False)


def test_the_first_account_is_made_by_the_link_that_a_start_prints_and_logs(
    new_server: Callable[..., Server],
) -> None:
    server = new_server()
    server.restart()
    of_first, of_second = offers(server)
    for of_one in (of_first, of_second):
        assert len(of_one) == 2, "printed once and logged once"
        assert len(set(of_one)) == 1
        assert of_one[0][0] == server.url
    token = of_second[0][1]
    assert token != of_first[0][1]
    assert post(server, "/join/look", {"token": token}).json()["role"] == "owner"
    answer = post(server, "/join", {"token": token, "email": ADA, "password": GOOD})
    assert (answer.status_code, answer.json()["email"], answer.json()["project"]) == (200, ADA, "default")
    for _, used in (of_first[0], of_second[0]):
        assert post(server, "/join", {"token": used, "email": "b@example.com", "password": GOOD}).status_code == 404
    before = server.log.read_text()
    server.restart()
    assert offers(server)[2] == []
    assert not any(token in line for line in server.log.read_text().removeprefix(before).splitlines())

    done = server.cli("users", "link", ADA)
    address, reset = done.stdout.strip().split("/join#")
    assert (done.returncode, address) == (0, server.url)
    changed = post(server, "/join", {"token": reset, "password": "another horse battery"})
    assert changed.json()["email"] == ADA
    assert post(server, "/login", {"email": ADA, "password": GOOD}).status_code == 401
    assert reset not in server.log.read_text()
