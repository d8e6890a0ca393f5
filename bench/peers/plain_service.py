"""A plain service, as most would write it, and well: FastAPI, pydantic, asyncpg, PostgreSQL.

A batch is one multi-row insert and one commit, answered 202 after it, over a pool of connections. Pydantic reads the
body's bytes itself, which is a good deal faster than to have the framework decode it first. One bad event refuses its
batch; nothing is told twice from once.

    DATABASE=postgresql://… KEY=… uvicorn bench.peers.plain_service:app
"""

from __future__ import annotations

import hmac
import json
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import asyncpg
from fastapi import FastAPI, Header, HTTPException, Request, Response
from pydantic import BaseModel, Field, ValidationError, model_validator

INSERT = Path(__file__).with_name("insert.sql").read_text("utf-8")
BUILT_IN = frozenset(("play", "stop", "skip", "vote", "favorite", "unfavorite", "add_to_queue", "search_click"))
#: How old an event may be, and how far ahead of us; in seconds.
OLDEST_S, AHEAD_S = 7 * 86_400, 300
#: Statements that may be under way at once.
POOL = 16


class Event(BaseModel):
    """One event of a batch."""

    type: Annotated[str, Field(min_length=1, max_length=128)]
    asset_id: Annotated[str, Field(pattern=r"^[0-9]{1,19}$")] | None = None
    timestamp: float = Field(default_factory=time.time, allow_inf_nan=False)
    player_id: Annotated[str, Field(max_length=256)] | None = None
    duration: Annotated[float, Field(ge=0, le=34_560_000)] | None = None
    value: Literal["up", "down"] | None = None
    metadata: Annotated[dict[str, str | float | bool], Field(max_length=10)] | None = None

    @model_validator(mode="after")
    def check(self) -> Self:
        """What no field says by itself."""
        if self.type in BUILT_IN and self.asset_id is None:
            raise ValueError("asset_id is required")
        if self.type == "vote" and self.value is None:
            raise ValueError('vote events require value "up" or "down"')
        if not -OLDEST_S <= self.timestamp - time.time() <= AHEAD_S:
            raise ValueError("timestamp is too old, or ahead")
        return self


class Batch(BaseModel):
    """What a request carries."""

    events: Annotated[list[Event], Field(min_length=1, max_length=500)]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Hold a pool of connections."""
    pool: Any = asyncpg.create_pool(os.environ["DATABASE"], min_size=POOL, max_size=POOL)  # pyright: ignore[reportUnknownMemberType]
    async with pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan, openapi_url=None)
KEY = os.environ.get("KEY", "")


@app.post("/analytics/v1/analytics")
async def take_in(
    request: Request,
    x_api_key: Annotated[str, Header()],
    x_universe_id: Annotated[int, Header()] = 0,
    x_place_id: Annotated[int, Header()] = 0,
) -> Response:
    """Store a batch."""
    if not KEY or not hmac.compare_digest(x_api_key.encode(), KEY.encode()):
        raise HTTPException(401)
    try:
        events = Batch.model_validate_json(await request.body()).events
    except ValidationError as error:
        raise HTTPException(400, error.errors(include_context=False)) from None
    columns = _columns(events)
    await request.app.state.pool.execute(INSERT, "bench", x_universe_id, x_place_id, time.time(), *columns)
    return Response(b'{"accepted":%d}' % len(events), 202, media_type="application/json")


def _columns(events: list[Event]) -> tuple[list[Any], ...]:
    return (
        [event.type for event in events],
        [None if event.asset_id is None else int(event.asset_id) for event in events],
        [event.timestamp for event in events],
        [event.player_id for event in events],
        [event.duration for event in events],
        [event.value for event in events],
        [json.dumps(event.metadata) if event.metadata else None for event in events],
    )
