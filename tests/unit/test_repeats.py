"""A batch that is sent again is answered as it was the first time, whatever the clock says meanwhile."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.access.gate import Gate
from audioscape_server.access.keyring import KeyChanges, Keyring
from audioscape_server.access.keys import Credential, Scope, digest, mint
from audioscape_server.ingest.endpoint import PATH, Intake
from audioscape_server.ingest.receipts import MAX_RECEIPT_BYTES, MAX_RECEIPTS, Receipts
from audioscape_server.ingest.rejections import Rejections
from audioscape_server.spool import Spool, SpoolWriter
from audioscape_server.telemetry import Metrics
from support.spools import look_into

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = 1_700_000_000.0
PEPPER = b"p" * 32


class Game:
    """Posts to an intake of its own, with a clock of its own."""

    def __init__(self, folder: Path, *, identical_batches: bool = False) -> None:
        self.now = NOW
        self.path = folder / "spool.db"
        key_id, self.key = mint()
        credential = Credential("default", key_id, frozenset({Scope.INGEST}), 0, identical_batches=identical_batches)
        self.writer = SpoolWriter(self.path, max_bytes=10**9, reserve_bytes=0, clock=lambda: self.now)
        self.writer.start()
        self.keyring = Keyring(
            lambda _: KeyChanges(1, {key_id: {digest(self.key.encode(), PEPPER): credential}}),
            PEPPER,
            lambda: self.now,
        )
        self.intake = Intake(
            gate=Gate(self.keyring, address_rate=0, address_burst=1),
            spool=self.writer,
            rejections=Rejections(),
            metrics=Metrics(),
            clock=lambda: self.now,
        )

    def post(self, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
        """The status and the body of the answer."""
        return asyncio.run(self._post(body, headers))

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.keyring.refresh()
        given = {"x-api-key": self.key, "content-type": "application/json"} | headers
        raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()]
        scope = {"method": "POST", "raw_path": PATH.encode(), "headers": raw, "client": ("127.0.0.1", 1)}
        await self.intake(scope, receive, send)
        return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.fixture
def game(tmp_path: Path) -> Iterator[Game]:
    game = Game(tmp_path)
    yield game
    game.writer.stop()


def batch(*timestamps: float) -> bytes:
    return json.dumps({"events": [{"type": "dance", "timestamp": at} for at in timestamps]}).encode()


@pytest.mark.parametrize(
    ("timestamps", "later_s"),
    [
        pytest.param((NOW, NOW + 304), 6, id="an event is no longer too far ahead"),
        pytest.param((NOW, NOW - 7 * 86_400 + 3), 6, id="an event has become too old"),
        pytest.param((NOW - 7 * 86_400 + 3,), 6, id="every event has become too old"),
    ],
)
def test_a_repeat_is_answered_as_the_first_was(game: Game, timestamps: tuple[float, ...], later_s: float) -> None:
    first = game.post(batch(*timestamps), idempotency_key="a")
    game.now += later_s
    assert first[0] == 202
    assert game.post(batch(*timestamps), idempotency_key="a") == first


def test_another_body_under_the_same_key_is_judged_for_itself(game: Game) -> None:
    assert game.post(batch(NOW), idempotency_key="a") == (202, {"accepted": 1})
    assert game.post(batch(NOW, NOW), idempotency_key="a") == (202, {"accepted": 2})
    assert game.post(batch(5), idempotency_key="a")[0] == 400


def test_what_was_refused_whole_is_judged_anew(game: Game) -> None:
    assert game.post(batch(NOW + 304), idempotency_key="a")[0] == 400
    game.now += 6
    assert game.post(batch(NOW + 304), idempotency_key="a") == (202, {"accepted": 1})


def test_without_a_key_nothing_is_remembered(game: Game) -> None:
    assert game.post(batch(NOW, NOW + 304))[1]["accepted"] == 1
    game.now += 6
    assert game.post(batch(NOW, NOW + 304)) == (202, {"accepted": 2})


def test_every_accepted_repeat_is_in_the_spool_for_the_claim_to_settle(game: Game) -> None:
    for _ in range(3):
        game.post(batch(NOW), idempotency_key="a")
    spool = Spool(game.path, read_only=True)
    assert [line.accepted for line in spool.ledger()] == [3]
    spool.close()


def batch_of(*events: dict[str, Any]) -> bytes:
    return json.dumps({"events": [{"type": "dance", **event} for event in events]}).encode()


WHOLE = {"timestamp": NOW, "player_id": "261"}
IDENTICAL = {
    "a time and a player in each": ([batch_of(WHOLE, WHOLE)] * 2, True, 1),
    "another batch": ([batch_of(WHOLE), batch_of(WHOLE, WHOLE)], True, 2),
    "one event without a time": ([batch_of(WHOLE, {"player_id": "261"})] * 2, True, 0),
    "one event without a player": ([batch_of(WHOLE, {"timestamp": NOW})] * 2, True, 0),
    "the time of receipt, but sent": ([batch_of({**WHOLE, "timestamp": NOW})] * 2, True, 1),
    "a key that does not ask for it": ([batch_of(WHOLE)] * 2, False, 0),
}


@pytest.mark.parametrize(("bodies", "asked_for", "claims"), IDENTICAL.values(), ids=IDENTICAL)
def test_a_batch_without_a_key_claims_to_be_the_first_only_where_a_repeat_is_no_coincidence(
    tmp_path: Path,
    bodies: list[bytes],
    asked_for: bool,  # noqa: FBT001
    claims: int,
) -> None:
    game = Game(tmp_path, identical_batches=asked_for)
    for body in bodies:
        assert game.post(body)[0] == 202
    game.writer.stop()
    claimed = look_into(game.path, "SELECT DISTINCT key_digest, body_digest FROM batches WHERE key_digest IS NOT NULL")
    assert len(claimed) == claims


def test_receipts_are_bounded_in_number_and_size_and_the_first_stays() -> None:
    receipts = Receipts()
    for number in range(MAX_RECEIPTS + 1):
        receipts.keep((b"%d" % number, b""), b"first")
    assert receipts.find((b"0", b"")) is None
    newest = (b"%d" % MAX_RECEIPTS, b"")
    receipts.keep(newest, b"second")
    assert receipts.find(newest) == b"first"
    receipts.keep((b"large", b""), b"x" * (MAX_RECEIPT_BYTES + 1))
    assert receipts.find((b"large", b"")) is None


@pytest.mark.parametrize("members", [1, 2, 64])
def test_a_gzip_body_may_have_several_members(game: Game, members: int) -> None:
    body = batch(NOW)
    cut = [body[len(body) * part // members : len(body) * (part + 1) // members] for part in range(members)]
    zipped = b"".join(gzip.compress(part) for part in cut)
    assert game.post(zipped, content_encoding="gzip") == (202, {"accepted": 1})


def test_a_gzip_body_of_countless_members_is_refused(game: Game) -> None:
    status, answer = game.post(gzip.compress(b"") * 65, content_encoding="gzip")
    assert (status, "members" in answer["error"]) == (400, True)
