"""The read API over a warehouse, as a search engine asks it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from litestar.testing import TestClient
from prometheus_client import CollectorRegistry

from audioscape_server.access.gate import Gate
from audioscape_server.access.keys import Credential, Scope
from audioscape_server.api import create_api
from audioscape_server.lanes import Lane
from audioscape_server.scores.parameters import DEFAULT, Parameters
from audioscape_server.scores.ranker import Ranker
from support.counting import NOW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from httpx import Response

    from audioscape_server.warehouse import Warehouse

RANK = "/analytics/v1/search/rank"


class Keys:
    """Every key is a scope and the name of its project."""

    async def authenticate(self, key: bytes | None) -> Credential:
        scope, _, project = (key or b"").decode().partition(":")
        return Credential(project, "key", frozenset({Scope(scope)}), rate=0)


@contextmanager
def asking(
    warehouse: Warehouse,
    note: Callable[[str, str, Sequence[int]], None] | None = None,
    clock: Callable[[], float] = lambda: 0.0,
    parameters: Parameters = DEFAULT,
) -> Iterator[TestClient[Any]]:
    """A client of the API; where the clock stands still, so does what was published. Scores go by `parameters`."""
    lane, ranker = Lane("ranking", 30), Ranker(warehouse, note, clock)
    app = create_api(
        warehouse=warehouse,
        catalog=None,  # type: ignore[arg-type]
        gate=Gate(Keys(), address_rate=0, address_burst=1),
        ingest_report=lambda _: {},
        live_report=lambda _: {},
        model_of=lambda _: parameters,
        jobs=list,
        ranking=lambda work: lane.run(lambda: work(ranker)),
        readiness=lambda: (True, {}),
        registry=CollectorRegistry(),
        sign_in=None,  # type: ignore[arg-type]
        joining=None,  # type: ignore[arg-type]
        workspace=None,  # type: ignore[arg-type]
        links=None,  # type: ignore[arg-type]
        team=None,  # type: ignore[arg-type]
        key_desk=None,  # type: ignore[arg-type]
        clock=lambda: NOW,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def post(client: TestClient[Any], body: Any, key: str = "read:mine") -> Response:
    """Ask for a ranking with this body."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(RANK, content=content, headers={"x-api-key": key})


def ranked(client: TestClient[Any], query: str, candidates: list[int], key: str = "read:mine") -> dict[str, Any]:
    """The ranking of these candidates."""
    answer = post(client, {"query": query, "candidates": [str(one) for one in candidates]}, key)
    assert answer.status_code == 200, answer.text
    return answer.json()


def assets(answer: dict[str, Any]) -> list[int]:
    """Those of a ranking, the first first."""
    return [int(one["asset_id"]) for one in answer["results"]]
