"""An application's answers are watched: how long each took, by route and status."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

import pytest
import structlog
from prometheus_client import CollectorRegistry, Histogram

from audioscape_server.observed import Observed


class Watched:
    """An application that answers as it is told, behind a clock that moves a second with each answer."""

    def __init__(self, status: int | None, route: str | None) -> None:
        self.status = status
        self.route = route
        self.now = 100.0
        self.registry = CollectorRegistry()
        histogram = Histogram("seconds", "Test.", ["route", "status"], buckets=(0.5, 2), registry=self.registry)
        self.observed = Observed(self.app, histogram, lambda: self.now)

    async def app(self, scope: Any, _: Any, send: Any) -> None:
        if self.route is not None:
            scope["path_template"] = self.route
        scope["state"] = {"request_id": "abc"}
        self.now += 1
        if self.status is None:
            raise ConnectionError
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})

    def ask(self) -> list[Any]:
        """What is sent."""
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/tracks/17", "query_string": b"player=canary"}
        asyncio.run(self.observed(scope, None, send))  # type: ignore[arg-type]
        return sent

    def taken(self, route: str, status: str) -> tuple[float | None, float | None]:
        """How many answers, and how many seconds in all."""
        labels = {"route": route, "status": status}
        return (
            self.registry.get_sample_value("seconds_count", labels),
            self.registry.get_sample_value("seconds_sum", labels),
        )


def test_an_answer_is_passed_on_and_timed_by_route_and_status() -> None:
    watched = Watched(200, "/tracks/{asset}")
    assert [message["type"] for message in watched.ask()] == ["http.response.start", "http.response.body"]
    watched.ask()
    assert watched.taken("/tracks/{asset}", "200") == (2, 2.0)


def test_paths_that_clients_make_up_are_one_route() -> None:
    watched = Watched(404, None)
    watched.ask()
    assert watched.taken("unknown", "404") == (1, 1.0)


def test_a_request_without_an_answer_is_timed_too() -> None:
    watched = Watched(None, "/tracks/{asset}")
    with pytest.raises(ConnectionError):
        watched.ask()
    assert watched.taken("/tracks/{asset}", "none") == (1, 1.0)


@pytest.mark.parametrize(("status", "lines"), [(200, 0), (304, 0), (400, 1), (HTTPStatus.UNAUTHORIZED, 1), (503, 1)])
def test_a_refusal_leaves_a_line_without_what_the_client_said(status: int, lines: int) -> None:
    with structlog.testing.capture_logs() as log:
        Watched(status, "/tracks/{asset}").ask()
    refused = {
        "event": "request refused",
        "log_level": "debug",
        "route": "/tracks/{asset}",
        "status": int(status),
        "request_id": "abc",
    }
    assert log == [refused] * lines
