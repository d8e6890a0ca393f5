"""A batch that is sent again under its key is answered as the first time, and counted once."""

from __future__ import annotations

import gzip
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from support.samples import envelope, play

if TYPE_CHECKING:
    import httpx

    from support.server import Server

VOTE_MESSAGE = 'events[1]: vote events require value "up" or "down"'


class Sender:
    """Sends under one key of a project that nobody else sends to, and reads what became of it."""

    def __init__(self, server: Server, project: str, key: str) -> None:
        self.server = server
        self.project = project
        self._key = key
        self._before = server.settled(key)

    def send(self, what: bytes | list[Any], idempotency_key: str | None = None, **headers: str) -> httpx.Response:
        if idempotency_key is not None:
            headers["idempotency-key"] = idempotency_key
        return self.server.post(what, self._key, headers)

    def counts(self) -> tuple[int, int]:
        """Events stored, and events dropped as duplicates, since the sender began; nothing is on its way any more."""
        now = self.server.settled(self._key)
        assert now["accepted"] == now["loaded"] + now["duplicates"] + now["quarantined"] + now["erased"]
        assert now["loaded"] == self.server.get("/analytics/v1/overview", self._key).json()["totals"]["events"]
        return now["loaded"] - self._before["loaded"], now["duplicates"] - self._before["duplicates"]


@pytest.fixture(scope="module")
def project_and_key(server: Server) -> tuple[str, str]:
    project = f"idempotency-{uuid.uuid4().hex[:8]}"
    return project, server.create_key(project=project)


@pytest.fixture
def sender(server: Server, project_and_key: tuple[str, str]) -> Sender:
    return Sender(server, *project_and_key)


def test_a_replay_is_answered_as_the_first_and_stored_once(sender: Sender) -> None:
    batch, name = envelope(play(), play()), str(uuid.uuid4())
    first, *replays = [sender.send(batch, name) for _ in range(4)]
    assert (first.status_code, first.json()) == (202, {"accepted": 2})
    assert [(again.status_code, again.content) for again in replays] == [(202, first.content)] * 3
    assert sender.counts() == (2, 6)


def test_a_replay_after_it_was_loaded_is_stored_once(sender: Sender) -> None:
    batch, name = envelope(play(), play()), str(uuid.uuid4())
    assert sender.send(batch, name).status_code == 202
    assert sender.counts() == (2, 0)
    assert sender.send(batch, name).json() == {"accepted": 2}
    assert sender.counts() == (2, 2)


def test_a_replay_after_a_restart_is_stored_once(new_server: Any) -> None:
    server = new_server()
    sender = Sender(server, "default", server.key)
    batch, name = envelope(play(), play()), str(uuid.uuid4())
    assert sender.send(batch, name).status_code == 202
    sender.server.restart()
    assert sender.send(batch, name).json() == {"accepted": 2}
    assert sender.counts() == (2, 2)


def test_a_replay_of_a_partly_accepted_batch_is_answered_the_same(sender: Sender) -> None:
    batch, name = envelope(play(), play(type="vote"), play()), str(uuid.uuid4())
    answers = [sender.send(batch, name) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {202}
    assert [answer.json() for answer in answers] == [{"accepted": 2, "rejected": 1, "errors": [VOTE_MESSAGE]}] * 3
    assert sender.counts() == (2, 4)


def test_a_replay_of_a_refused_batch_is_refused_again(sender: Sender) -> None:
    batch, name = envelope(play(type="vote")), str(uuid.uuid4())
    assert [sender.send(batch, name).status_code for _ in range(2)] == [400, 400]
    assert sender.counts() == (0, 0)


def test_replays_at_the_same_time_are_all_answered_and_stored_once(sender: Sender) -> None:
    batch, name, senders = envelope(*[play()] * 7), str(uuid.uuid4()), 16
    together = Barrier(senders)

    def send(_: int) -> tuple[int, Any]:
        together.wait()
        answer = sender.send(batch, name)
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(senders) as pool:
        answers = list(pool.map(send, range(senders)))
    assert answers == [(202, {"accepted": 7})] * senders
    assert sender.counts() == (7, 7 * (senders - 1))


def test_a_replay_in_another_encoding_is_a_replay(sender: Sender) -> None:
    batch, name = envelope(play()), str(uuid.uuid4())
    assert sender.send(batch, name).status_code == 202
    assert sender.send(gzip.compress(batch), name, **{"content-encoding": "gzip"}).status_code == 202
    assert sender.counts() == (1, 1)


def test_another_body_under_the_same_key_is_stored(sender: Sender) -> None:
    name = str(uuid.uuid4())
    for player in ("a", "b", "a", "b"):
        assert sender.send([play(player_id=player)], name).json() == {"accepted": 1}
    assert sender.counts() == (2, 2)


def test_the_same_body_under_another_key_is_stored(sender: Sender) -> None:
    for _ in range(3):
        assert sender.send([play()], str(uuid.uuid4())).status_code == 202
    assert sender.counts() == (3, 0)


def test_a_body_without_a_key_is_never_taken_for_a_duplicate(sender: Sender) -> None:
    for _ in range(3):
        assert sender.send([play(timestamp=None)]).status_code == 202
    assert sender.counts() == (3, 0)


def test_another_api_key_under_the_same_idempotency_key_is_stored(sender: Sender) -> None:
    batch, name = envelope(play()), str(uuid.uuid4())
    other = sender.server.create_key(project=sender.project)
    assert sender.send(batch, name).status_code == 202
    assert sender.server.post(batch, other, {"idempotency-key": name}).status_code == 202
    assert sender.counts() == (2, 0)


@pytest.mark.parametrize("name", ["", "x" * 10_000, '"quoted"', "a,b", "\N{MULTIPLICATION SIGN}"])
def test_an_odd_idempotency_key_costs_no_event(server: Server, name: str) -> None:
    answer = server.post([play()], headers={"idempotency-key": name.encode()})
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})


def test_equal_events_in_one_batch_are_counted_each(sender: Sender) -> None:
    assert sender.send([play(player_id="same")] * 2, str(uuid.uuid4())).json() == {"accepted": 2}
    assert sender.counts() == (2, 0)
