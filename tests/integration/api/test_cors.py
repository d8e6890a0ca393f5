"""Pages of other origins may read with a key what was opened to them, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from audioscape_server.cors import Cors
from audioscape_server.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

ORIGIN = "https://dash.example"
PATH = "/analytics/v1/overview"


@pytest.fixture(scope="module")
def opened(parts: Any) -> Iterator[TestClient[Any]]:
    app: Any = Cors(parts.app(), (ORIGIN, "http://127.0.0.1:5173"))
    with TestClient(app) as client:
        client.headers["x-api-key"] = "read:alpha"
        yield client


def told(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}


def test_an_origin_that_was_named_may_read_with_a_key_and_never_with_cookies(opened: Any) -> None:
    for origin in (ORIGIN, "http://127.0.0.1:5173"):
        answer = opened.get(PATH, headers={"origin": origin})
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == origin
        assert "etag" in answer.headers["access-control-expose-headers"]
        assert "access-control-allow-credentials" not in answer.headers
        assert "origin" in answer.headers["vary"]


def test_a_preflight_needs_no_key(opened: Any) -> None:
    answer = opened.options(PATH, headers={"origin": ORIGIN, "x-api-key": ""})
    assert answer.status_code == 204
    assert "x-api-key" in answer.headers["access-control-allow-headers"]
    assert answer.headers["access-control-allow-methods"] == "GET, POST"


def test_errors_can_be_read_too(opened: Any) -> None:
    answer = opened.get(PATH, headers={"origin": ORIGIN, "x-api-key": ""})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (401, ORIGIN)


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://dash.example.evil", "https://DASH.example", "null", "*", "", ORIGIN + "/"],
)
def test_no_other_origin_is_answered_to(opened: Any, origin: str) -> None:
    assert told(opened.get(PATH, headers={"origin": origin})) == {}
    assert told(opened.options(PATH, headers={"origin": origin})) == {}


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/healthz", "/metrics"])
def test_only_the_api_is_opened(opened: Any, path: str) -> None:
    assert told(opened.get(path, headers={"origin": ORIGIN})) == {}


def test_nothing_is_opened_where_no_origin_was_named(client: Any) -> None:
    assert told(client.get(PATH, headers={"origin": ORIGIN})) == {}


@pytest.mark.parametrize(
    "text",
    ["*", "dash.example", "https://", "https://dash.example/", "https://Dash.example", "https://a@b", "ftp://a", ""],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="--cors-origin: expected"):
        Cors(_nothing, [text])


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    """An application that is never asked."""
