"""Watches an application's answers: how long each took, by route and status, and which requests were refused."""

from __future__ import annotations

import time
from collections.abc import Callable, MutableMapping
from typing import Any

import structlog
from prometheus_client import Histogram

from audioscape_server.asgi import HTTPScope, Receive, Send

#: From this status on, a request was not answered as it was meant.
_REFUSED_FROM = 400

_log = structlog.get_logger()


class Observed:
    """An ASGI application whose answers are watched.

    Args:
        app: the application. It writes into the scope which of its routes a request took, as Litestar does.
        seconds: takes the time of each answer, with the labels ``route`` and ``status``.
        clock: seconds, from any start.
    """

    def __init__(
        self,
        app: Callable[[Any, Any, Any], Any],
        seconds: Histogram,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._app = app
        self._seconds = seconds
        self._clock = clock

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Until an answer begins there is none, and none begins when the client has left.
        status = "none"

        async def note(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(int(message["status"]))
                if message["status"] >= _REFUSED_FROM:
                    _log.debug(
                        "request refused",
                        route=_route(scope),
                        status=int(message["status"]),
                        request_id=scope.get("state", {}).get("request_id"),
                    )
            await send(message)

        started = self._clock()
        try:
            await self._app(scope, receive, note)
        finally:
            self._seconds.labels(_route(scope), status).observe(self._clock() - started)


def _route(scope: HTTPScope) -> str:
    """The route, not the path: clients may make up paths without end."""
    return scope.get("path_template") or "unknown"
