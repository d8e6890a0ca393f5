"""Batches on their way to a running server, some at a time, each until it is answered.

Each has an `Idempotency-Key`, so that one whose answer got lost is sent again and counted once. A server that is busy
or away is waited for, but not for ever. What the server refuses is counted, and the first reasons are kept.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

import msgspec
import urllib3

from audioscape_server.errors import InvalidRequestError, ServiceUnavailableError, UnauthorizedError
from audioscape_server.game.stream import Batch
from audioscape_server.ingest.endpoint import PATH

#: Seconds for which a server may be busy or away before this gives up, and seconds between two tries.
PATIENCE_S: Final = 20.0
_TRY_AGAIN_S: Final = 1.0
_TIMEOUT_S: Final = 30.0
#: Batches that are under way together: the server puts them on its disk together, too.
_TOGETHER: Final = 8
#: Reasons for refusals that are kept to be shown.
_REASONS: Final = 3
_TOO_MANY, _FIRST_FAULT = 429, 500
_ACCEPTED, _REFUSED, _UNAUTHORIZED = 202, 400, 401


class Posting:
    """Sends batches.

    Args:
        url: of the server.
        keys: an API key for each game, in their order; where there are fewer, games share them.
        rate: events a second, at most; 0 = as fast as it goes.
        clock: seconds that only grow.
        pause: waits for so many seconds.
    """

    def __init__(
        self,
        url: str,
        keys: Sequence[str],
        rate: float = 0,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._url = url.rstrip("/") + PATH
        self._keys = keys
        self._rate = rate
        self._clock = clock
        self._pause = pause
        self._http = urllib3.PoolManager(retries=False, timeout=_TIMEOUT_S, maxsize=_TOGETHER)
        self._threads = ThreadPoolExecutor(_TOGETHER)
        self._under_way: deque[Future[dict[str, Any]]] = deque()
        self._began: float | None = None
        self._sent = 0
        self.accepted = 0
        self.refused = 0
        self.reasons: list[str] = []
        """Why the first that were refused were."""

    def put(self, batch: Batch) -> None:
        """Send a batch, once there is room on the way; what this raises may be about one before.

        Raises:
            UnauthorizedError: the server does not know the key.
            ServiceUnavailableError: the server is away, or was busy for too long.
            InvalidRequestError: what answers is no server of this kind.
        """
        self._keep_the_rate(len(batch.events))
        self._under_way.append(self._threads.submit(self._answered, batch))
        if len(self._under_way) >= _TOGETHER:
            self._settle()

    def finish(self) -> None:
        """Wait until all is answered.

        Raises:
            AudioScapeError: as `put`.
        """
        while self._under_way:
            self._settle()

    def close(self) -> None:
        """Give up what nobody has begun to send, and close the connections."""
        self._threads.shutdown(cancel_futures=True)
        self._http.clear()

    def _settle(self) -> None:
        # It leaves the line when it is answered: a Ctrl-C while this waits must not lose its count.
        answer = self._under_way[0].result()
        self._under_way.popleft()
        self.accepted += answer.get("accepted", 0)
        refusals: list[str] = answer.get("errors") or answer.get("details") or []
        self.refused += len(refusals)
        self.reasons = (self.reasons + refusals)[:_REASONS]

    def _keep_the_rate(self, events: int) -> None:
        now = self._clock()
        self._began = now if self._began is None else self._began
        if self._rate and (ahead := self._began + self._sent / self._rate - now) > 0:
            self._pause(ahead)
        self._sent += events

    def _answered(self, batch: Batch) -> dict[str, Any]:
        body = msgspec.json.encode({"events": batch.events})
        headers = {
            "x-api-key": self._keys[batch.game.key % len(self._keys)],
            "content-type": "application/json",
            "idempotency-key": uuid.uuid4().hex,
            "x-universe-id": str(batch.game.universe),
            "x-place-id": str(batch.game.place),
        }
        give_up_at = self._clock() + PATIENCE_S
        while True:
            try:
                response = self._http.request("POST", self._url, body=body, headers=headers)
            except urllib3.exceptions.LocationValueError:
                raise InvalidRequestError(f"{self._url} is no address of a server.") from None
            except urllib3.exceptions.HTTPError as error:
                found, wait = f"does not answer ({type(error).__name__})", _TRY_AGAIN_S
            else:
                if response.status != _TOO_MANY and response.status < _FIRST_FAULT:
                    return _read(response, self._url)
                found, wait = f"answers {response.status}", _seconds(response)
            if self._clock() + wait > give_up_at:
                raise ServiceUnavailableError(f"The server at {self._url} {found}.")
            self._pause(wait)


def _read(answer: urllib3.BaseHTTPResponse, url: str) -> dict[str, Any]:
    if answer.status == _UNAUTHORIZED:
        raise UnauthorizedError(f"The server at {url} does not take the key: it needs one with the scope ingest.")
    try:
        found = msgspec.json.decode(answer.data, type=dict[str, Any])
    except msgspec.MsgspecError:
        found = {}
    if answer.status == _ACCEPTED and "accepted" in found:
        return found
    if answer.status == _REFUSED and "details" in found:
        return found
    raise InvalidRequestError(f"{url} answers {answer.status}, which no server of this kind does.")


def _seconds(answer: urllib3.BaseHTTPResponse) -> float:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isdigit() else _TRY_AGAIN_S
