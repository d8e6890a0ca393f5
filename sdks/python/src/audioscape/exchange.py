"""One batch there, one verdict back: the request that a batch becomes, and what its answer means.

Never raises an `Exception`: a transport that fails in whatever way is a batch that has to be sent again.
"""

from __future__ import annotations

from typing import NamedTuple

from audioscape import retry
from audioscape.batch import Batch
from audioscape.clock import Clock
from audioscape.journal import Journal
from audioscape.retry import Outcome, Verdict
from audioscape.transport import Request, Transport, TransportError


class Route(NamedTuple):
    """Where batches go, and with what."""

    url: str
    headers: dict[str, str]
    compress: bool
    #: Seconds for one request.
    timeout: float


class Exchange:
    """Carries batches to the server, one at a time."""

    def __init__(self, route: Route, transport: Transport, clock: Clock, journal: Journal) -> None:
        """Send along `route` with `transport`."""
        self._route = route
        self._transport = transport
        self._clock = clock
        self._journal = journal

    def carry(self, batch: Batch, timeout: float) -> Verdict:
        """Send a batch, within `timeout` seconds."""
        body, compressed = batch.body(compress=self._route.compress)
        headers = {**self._route.headers, "Idempotency-Key": batch.key}
        if compressed:
            headers["Content-Encoding"] = "gzip"
        self._journal.debug("send %d events to %s as %s", len(batch.events), self._route.url, batch.key)
        try:
            response = self._transport.send(Request(self._route.url, headers, body), timeout)
            verdict = retry.judge(response, len(batch.events), self._clock.time())
        except Exception as error:  # noqa: BLE001 - a transport of the host's may raise what it likes
            known = isinstance(error, TransportError)
            said = self._journal.quote(str(error) if known else f"{type(error).__name__}: {error}")
            self._journal.debug("no answer to %s: %s", batch.key, said)
            return Verdict(Outcome.FAILED, said=said)
        self._journal.debug("answer %d to %s: %s", verdict.status, batch.key, self._journal.quote(verdict.said))
        return verdict

    def warn_of_failure(self, verdict: Verdict) -> None:
        """Say in the log, now and then, that there is no success."""
        if not verdict.status:
            what = f"no answer from {self._route.url} ({verdict.said})"
        elif 300 <= verdict.status < 400:
            what = (
                f"{self._route.url} answered {verdict.status}, a redirect, which is not followed: "
                "give the address it leads to as endpoint"
            )
        else:
            what = f"{self._route.url} answered {verdict.status}: {self._journal.quote(verdict.said)}"
        self._journal.warn("failure", "%s; events wait and will be sent again", what)

    def close(self) -> None:
        """Let go of the connection; `carry` may follow."""
        try:
            self._transport.close()
        except Exception:  # noqa: BLE001 - a transport of the host's
            self._journal.warn("transport", "closing the transport failed", error=True)
