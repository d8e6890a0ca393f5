"""Batches of the game on their way to a server: sent again until they are answered, and never for ever."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, cast

import pytest

from audioscape_server.errors import InvalidRequestError, ServiceUnavailableError, UnauthorizedError
from audioscape_server.game.posting import PATIENCE_S, Posting
from audioscape_server.game.stream import Batch
from audioscape_server.game.world import Game

BATCH = Batch(Game(1, 11, 12, 1.0, sends_ends=True), 0.0, [{"type": "x"}, {"type": "y"}])
TAKEN = (202, {"accepted": 2}, {})


class Answers(BaseHTTPRequestHandler):
    """Answers what it is told to, in order."""

    told: ClassVar[list[tuple[int, Any, dict[str, str]]]] = []
    heard: ClassVar[list[tuple[dict[str, str], Any]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status, answer, headers = self.told.pop(0)
        content = json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"content-length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Clock:
    """Time passes when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []

    def pause(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


def posted(
    url: str, *told: tuple[int, Any, dict[str, str]], batches: int = 1, rate: float = 0
) -> tuple[Posting, Clock]:
    Answers.told[:], Answers.heard[:] = told, []
    clock = Clock()
    posting = Posting(url, ["first", "second"], rate, clock=lambda: clock.now, pause=clock.pause)
    try:
        for _ in range(batches):
            posting.put(BATCH)
        posting.finish()
    finally:
        posting.close()
    return posting, clock


def test_a_batch_is_sent_by_the_key_of_its_game(url: str) -> None:
    posting, _ = posted(url, TAKEN)
    assert (posting.accepted, posting.refused) == (2, 0)
    [(headers, body)] = Answers.heard
    assert body == {"events": BATCH.events}
    assert (headers["x-api-key"], headers["x-universe-id"], headers["x-place-id"]) == ("second", "11", "12")


def test_a_busy_server_is_waited_for_and_the_batch_keeps_its_name(url: str) -> None:
    posting, clock = posted(url, (429, {}, {"retry-after": "3"}), (503, {}, {"retry-after": "2"}), (500, {}, {}), TAKEN)
    assert posting.accepted == 2
    assert clock.waited == [3.0, 2.0, 1.0]
    assert len({headers["idempotency-key"] for headers, _ in Answers.heard}) == 1


def test_two_batches_have_two_names(url: str) -> None:
    posted(url, TAKEN, TAKEN, batches=2)
    assert len({headers["idempotency-key"] for headers, _ in Answers.heard}) == 2


def test_what_is_refused_is_counted_and_the_first_reasons_are_kept(url: str) -> None:
    some = (202, {"accepted": 1, "rejected": 1, "errors": ["events[1]: no"]}, {})
    none = (400, {"error": "Every event was rejected", "details": ["events[0]: a", "events[1]: b", "c"]}, {})
    posting, _ = posted(url, some, none, batches=2)
    assert (posting.accepted, posting.refused, len(posting.reasons)) == (1, 4, 3)


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        ((401, {"error": "Unauthorized"}, {}), UnauthorizedError, "scope ingest"),
        ((404, {"error": "Not Found"}, {}), InvalidRequestError, "answers 404"),
        ((202, {"ok": True}, {}), InvalidRequestError, "answers 202"),
        ((202, [], {}), InvalidRequestError, "answers 202"),
    ],
)
def test_what_can_not_be_put_right_by_waiting_is_said(url: str, answer: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        posted(url, answer)


def test_a_server_that_is_always_busy_or_away_is_given_up(url: str) -> None:
    with pytest.raises(ServiceUnavailableError, match="answers 503"):
        posted(url, *[(503, {}, {"retry-after": "5"})] * 5)
    clock = Clock()
    posting = Posting("http://127.0.0.1:1", ["k"], clock=lambda: clock.now, pause=clock.pause)
    posting.put(BATCH)
    with pytest.raises(ServiceUnavailableError, match="does not answer"):
        posting.finish()
    posting.close()
    assert clock.now <= PATIENCE_S


def test_a_batch_that_is_waited_for_when_somebody_stops_is_counted_all_the_same(url: str) -> None:
    Answers.told[:] = [TAKEN]
    posting = Posting(url, ["k"])
    posting.put(BATCH)
    [answered] = posting._under_way

    class Stopped:
        """Ctrl-C comes while the answer is waited for."""

        def result(self) -> Any:
            posting._under_way[0] = answered
            raise KeyboardInterrupt

    posting._under_way[0] = cast("Any", Stopped())
    with pytest.raises(KeyboardInterrupt):
        posting.finish()
    posting.finish()
    posting.close()
    assert posting.accepted == 2


def test_the_rate_is_kept(url: str) -> None:
    _, clock = posted(url, TAKEN, TAKEN, TAKEN, batches=3, rate=4)
    assert clock.waited == [0.5, 0.5]
