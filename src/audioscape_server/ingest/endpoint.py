"""The intake: ``POST /analytics/v1/analytics``, from bytes on the wire to an answer; served lists come the same way.

One pass: key → rate → headers → body (capped) → judge → spool → answer. A raw ASGI application, outside any framework,
because it is the hot path. It touches no store but the spool and asks no database for a key that it knows.

Clients drop a batch on every 4xx but 429. So a fault of ours is never a 4xx: a slow body is answered 503 and closed, a
control database that is away makes an unknown key a 503.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

import msgspec
import structlog

from audioscape_server.access.gate import Gate
from audioscape_server.access.keys import Credential, Scope
from audioscape_server.asgi import JSON_TYPE, Header, HTTPScope, Receive, Send, request_id
from audioscape_server.clock_watch import ClockWatch
from audioscape_server.errors import ClockInDoubtError, ServiceUnavailableError, TooManyRequestsError, UnauthorizedError
from audioscape_server.ingest.bodies import Bodies, Body, BodyTooLargeError, Judged, digest
from audioscape_server.ingest.events import EnvelopeError, Verdict, judge, judge_lists, may_be_in_time
from audioscape_server.ingest.reading import BodyCutError, BodyStalledError, Reader, WireTooLargeError
from audioscape_server.ingest.receipts import Receipts
from audioscape_server.ingest.rejections import Rejections, Source
from audioscape_server.spool import NewBatch
from audioscape_server.telemetry import Metrics

PATH = "/analytics/v1/analytics"
SERVED_PATH = "/analytics/v1/search/served"
#: An id from a header is a signed 64-bit integer; anything else means "not set".
MAX_ID_DIGITS = 19
MAX_ID = 2**63 - 1

_CLOSE = (b"connection", b"close")
_ALLOW = (b"allow", b"POST, OPTIONS")
_CORS = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"x-request-id, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset",
    ),
]
_PREFLIGHT = [
    (b"access-control-allow-methods", b"POST"),
    (
        b"access-control-allow-headers",
        b"x-api-key, content-type, content-encoding, idempotency-key, x-universe-id, x-place-id",
    ),
    (b"access-control-max-age", b"86400"),
]
#: From this status on, a request was not answered as it was meant.
_REFUSED_FROM = 400
#: What is told of requests that nobody knows the sender of.
_REFUSED_WHOLLY = (401, 429)
_UNAUTHORIZED = b'{"error":"Unauthorized"}'
_TOO_MANY_REQUESTS = b'{"message":"Too Many Requests"}'
_INTERNAL_ERROR = b'{"error":"Internal Server Error"}'

_encode = msgspec.json.encode
_log = structlog.get_logger()


class Appender(Protocol):
    """Where accepted events go. Returns once they are durable; raises ServiceUnavailableError when they may not be."""

    async def append(self, batch: NewBatch) -> None:
        """Store one request's events."""


class Answer(NamedTuple):
    """A response."""

    status: int
    body: bytes
    headers: list[Header] = []  # noqa: RUF012 - a tuple's default, never changed


class _Refusal(Exception):  # noqa: N818 - control flow inside this module: the way ends here, with this answer
    def __init__(self, status: int, body: Mapping[str, object], *headers: Header) -> None:
        self.answer = Answer(status, _encode(body), list(headers))


class _Headers(NamedTuple):
    """The request headers that the contract knows."""

    keys: list[bytes]
    content_type: bytes
    encoding: bytes
    length: bytes
    idempotency_key: bytes
    universe: int
    place: int


class _Door(NamedTuple):
    """What is sent to a path, and how it becomes events."""

    one: str
    judge: Callable[[bytes, float], Verdict]
    salt: tuple[bytes, ...]
    """What tells a claim made here from the same one made elsewhere."""


_DOORS = {PATH: _Door("event", judge, ()), SERVED_PATH: _Door("list", judge_lists, (b"lists",))}
#: A trailing slash is forgiven: clients drop their events on a 404.
_DOORS_BY_PATH = {f"{path}{slash}".encode(): door for path, door in _DOORS.items() for slash in ("", "/")}
PATHS = frozenset(_DOORS_BY_PATH)


class Intake:
    """The ingest endpoint.

    Args:
        gate: who may send, and how fast.
        spool: where accepted events go.
        rejections: where rejected events are remembered.
        metrics: what is counted.
        clock: Unix seconds.
        clock_watch: what the time may be when the clock is in doubt.
    """

    def __init__(
        self,
        *,
        gate: Gate,
        spool: Appender,
        rejections: Rejections,
        metrics: Metrics,
        clock: Callable[[], float] = time.time,
        clock_watch: ClockWatch | None = None,
    ) -> None:
        self._gate = gate
        self._spool = spool
        self._rejections = rejections
        self._metrics = metrics
        self._clock = clock
        self._clock_watch = clock_watch or ClockWatch(clock)
        self._reader = Reader()
        self._bodies = Bodies()
        self._receipts = Receipts()
        self._counted = {status: metrics.requests.labels(str(status)) for status in (202, 400, 401, 429, 503)}
        self.closing = False
        """Set when the server shuts down: new requests are answered 503, those under way are finished."""

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = request_id()
        standing: list[Header] = []
        try:
            answer = await self._answer(scope, receive, standing)
        except _Refusal as refusal:
            answer = refusal.answer
        except UnauthorizedError:
            answer = Answer(401, _UNAUTHORIZED)
        except TooManyRequestsError as error:
            answer = Answer(429, _TOO_MANY_REQUESTS, error.headers)
        except ServiceUnavailableError as error:
            answer = _unavailable(error)
        except Exception as error:  # noqa: BLE001 - the last line of defence: a fault of ours that we did not foresee
            _log.error("ingest failed", request_id=request.decode(), exc_info=error)
            answer = Answer(500, _INTERNAL_ERROR)
        counted = self._counted.get(answer.status) or self._metrics.requests.labels(str(answer.status))
        counted.inc()
        if answer.status in _REFUSED_WHOLLY:
            self._metrics.traffic.refused(answer.status)
        if answer.status >= _REFUSED_FROM:
            _log.debug("ingest refused", status=answer.status, request_id=request.decode())
        headers = [
            JSON_TYPE,
            (b"content-length", b"%d" % len(answer.body)),
            (b"x-request-id", request),
            *_CORS,
            *standing,
            *answer.headers,
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answer(self, scope: HTTPScope, receive: Receive, standing: list[Header]) -> Answer:
        """The answer; ``standing`` takes the headers that say how the key stands, whatever comes of the request."""
        if scope["method"] == "OPTIONS":
            return Answer(204, b"", [*_PREFLIGHT, _ALLOW])
        if scope["method"] != "POST":
            raise _Refusal(405, {"error": f"Use POST, got {scope['method'][:20]}"}, _ALLOW)
        if self.closing:
            raise ServiceUnavailableError
        door = _DOORS_BY_PATH[scope["raw_path"].partition(b"?")[0]]
        headers = _read_headers(scope["headers"])
        client = scope.get("client")
        credential, found = await self._gate.admit(headers.keys, client[0] if client else None)
        standing.extend(found)
        if Scope.INGEST not in credential.scopes:
            raise UnauthorizedError
        return Answer(202, await self._take_in(door, credential, headers, receive))

    async def _take_in(self, door: _Door, credential: Credential, headers: _Headers, receive: Receive) -> bytes:
        """From the body to the receipt: the accepted events are on the disk when this returns."""
        _require_types(headers)
        try:
            body = await self._reader.read(credential.project, headers.length, receive)
        except WireTooLargeError:
            raise _Refusal(413, {"error": "Request body must be at most 1 MiB"}, _CLOSE) from None
        except BodyCutError:
            # Nobody hears this but a client whose chunks are malformed: the server below tells them so.
            raise _Refusal(400, {"error": "Request body ended before it was complete"}, _CLOSE) from None
        try:
            return await self._settle(door, credential, headers, body)
        finally:
            self._reader.release(credential.project, len(body))

    async def _settle(self, door: _Door, credential: Credential, headers: _Headers, body: bytes) -> bytes:
        now = self._clock()
        is_claimed = bool(headers.idempotency_key) or credential.identical_batches
        try:
            arrived = Body(body, bool(headers.encoding), credential.project, now, is_claimed, door.judge)
            judged = await self._bodies.judge(arrived)
        except EnvelopeError as error:
            raise _Refusal(400, {"error": str(error)}) from None
        except BodyTooLargeError:
            raise _Refusal(413, {"error": "Request body must be at most 4 MiB inflated"}) from None
        verdict = judged.verdict
        claim = _claim(door, credential, headers, judged)
        first = self._receipts.find(claim)
        if first is None:
            self._question_the_clock(verdict)
        if verdict.rejected:
            self._remember(credential, headers.universe, verdict, now)
        if not verdict.accepted and first is None:
            raise _Refusal(
                400, {"error": f"Every {door.one} was rejected", "details": [str(one) for one in verdict.rejected]}
            )
        if verdict.accepted:
            await self._store(credential, headers, judged, claim, now)
            stored = len(verdict.accepted)
            told = {"accepted": stored} if first is None else {"repeats": stored}
            self._metrics.traffic.arrived(credential.project, **told)
        receipt = first or _receipt(verdict)
        self._receipts.keep(claim, receipt)
        return receipt

    def _question_the_clock(self, verdict: Verdict) -> None:
        """Refuse no event for good that only a wrong clock refuses; let the batch's own times speak for the clock.

        Raises:
            ClockInDoubtError: the clock is in doubt, and an event is in time if it is wrong.
        """
        span = self._clock_watch.span()
        if span is None:
            return
        times = [one.timestamp for one in verdict.rejected if one.timestamp is not None]
        if any(may_be_in_time(timestamp, *span) for timestamp in times):
            self._clock_watch.hear(agrees=False)
            raise ClockInDoubtError
        if any(event[2] is not verdict.received_at for event in verdict.accepted):
            self._clock_watch.hear(agrees=True)

    def _remember(self, credential: Credential, universe: int, verdict: Verdict, now: float) -> None:
        reasons = Counter(rejection.reason.value for rejection in verdict.rejected)
        for reason, count in reasons.items():
            self._metrics.rejected.labels(reason).inc(count)
        _log.debug("events rejected", project=credential.project, key_id=credential.key, reasons=dict(reasons))
        self._metrics.traffic.arrived(credential.project, rejected=len(verdict.rejected))
        self._rejections.add(Source(credential.project, credential.key, universe), verdict.rejected, now)

    async def _store(
        self,
        credential: Credential,
        headers: _Headers,
        judged: Judged,
        claim: tuple[bytes, bytes] | None,
        now: float,
    ) -> None:
        batch = NewBatch(
            project=credential.project,
            key=credential.key,
            universe=headers.universe,
            place=headers.place,
            received_at=now,
            events=len(judged.verdict.accepted),
            key_digest=claim[0] if claim else None,
            body_digest=claim[1] if claim else None,
            content_bytes=judged.content_bytes,
            checksum=judged.checksum,
            payload=judged.payload,
            event_digests=_event_digests(credential, judged.verdict, now) if credential.identical_events else (),
        )
        started = time.monotonic()
        await self._spool.append(batch)
        self._metrics.store_seconds.observe(time.monotonic() - started)
        self._metrics.accepted.inc(batch.events)


def _read_headers(raw: list[Header]) -> _Headers:
    keys: list[bytes] = []
    found: dict[bytes, bytes] = {}
    for name, value in raw:
        if name == b"x-api-key":
            keys.append(value)
        else:
            # A repeated header is the list of its values, as HTTP has it: which no id, type or encoding of ours is.
            found[name] = value if name not in found else found[name] + b", " + value
    return _Headers(
        keys,
        found.get(b"content-type", b""),
        found.get(b"content-encoding", b"").strip().lower(),
        found.get(b"content-length", b""),
        found.get(b"idempotency-key", b""),
        _id(found.get(b"x-universe-id", b"")),
        _id(found.get(b"x-place-id", b"")),
    )


def _id(value: bytes) -> int:
    """An id from a header; 0 when it is missing or no such thing."""
    if not value.isdigit() or len(value) > MAX_ID_DIGITS:
        return 0
    number = int(value)
    return number if number <= MAX_ID else 0


def _require_types(headers: _Headers) -> None:
    media_type = headers.content_type.partition(b";")[0].strip().lower()
    if media_type != b"application/json":
        found = media_type[:60].decode("latin-1") or "none"
        raise _Refusal(415, {"error": f"Content-Type must be application/json, got {found}"}, _CLOSE)
    if headers.encoding not in (b"", b"gzip"):
        found = headers.encoding[:60].decode("latin-1")
        raise _Refusal(415, {"error": f"Content-Encoding must be gzip or absent, got {found}"}, _CLOSE)


def _claim(door: _Door, credential: Credential, headers: _Headers, judged: Judged) -> tuple[bytes, bytes] | None:
    """What the batch claims to be the first with: digests of its key and of its body; None when it claims nothing."""
    owner = (credential.project.encode(), credential.key.encode(), *door.salt)
    if headers.idempotency_key:
        return digest(*owner, headers.idempotency_key), judged.digest
    if credential.identical_batches and judged.verdict.stamped:
        return digest(*owner, b"identical", judged.digest), judged.digest
    return None


def _event_digests(credential: Credential, verdict: Verdict, now: float) -> tuple[bytes | None, ...]:
    """A digest of each accepted event that can be told from every other: by a player, and a fraction of a second.

    A time of receipt is no such fraction: the event came without one.
    """
    key, received = credential.key.encode(), round(now, 3)
    return tuple(
        digest(key, _encode(event)) if event[3] and event[2] % 1 and event[2] != received else None
        for event in verdict.accepted
    )


def _receipt(verdict: Verdict) -> bytes:
    if not verdict.rejected:
        return b'{"accepted":%d}' % len(verdict.accepted)
    return _encode(
        {
            "accepted": len(verdict.accepted),
            "rejected": len(verdict.rejected),
            "errors": [str(rejection) for rejection in verdict.rejected],
        },
    )


def _unavailable(error: ServiceUnavailableError) -> Answer:
    headers = [(b"retry-after", b"%d" % error.retry_after_s)]
    if isinstance(error, BodyStalledError):
        headers.append(_CLOSE)
    return Answer(503, b'{"error":"Service Unavailable"}', headers)
