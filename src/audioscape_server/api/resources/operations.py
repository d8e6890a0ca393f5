"""Health, readiness and metrics: what operators and their tools ask, without a key."""

import asyncio
from typing import Any

import msgspec
from litestar import MediaType, Response, get
from litestar.openapi.datastructures import ResponseSpec
from prometheus_client.exposition import choose_encoder

from audioscape_server.api.render import plain
from audioscape_server.api.requests import AnyRequest, services_of
from audioscape_server.api.responses import Health


@get(
    "/healthz",
    summary="Alive",
    responses={200: ResponseSpec(Health, description="The process answers.", generate_examples=False)},
)
async def healthz() -> Response[bytes]:
    """Whether the process answers at all. No key is needed."""
    return Response(msgspec.json.encode(Health("ok")), media_type="application/json")


@get(
    "/readyz",
    summary="Ready",
    responses={
        200: ResponseSpec(dict[str, Any], description="The server can do its work.", generate_examples=False),
        503: ResponseSpec(dict[str, Any], description="It can not; the answer says why.", generate_examples=False),
    },
)
async def readyz(request: AnyRequest) -> Response[bytes]:
    """Whether the server can do its work, and what that rests on. No key is needed."""
    ready, details = services_of(request).readiness()
    return plain(request, msgspec.json.encode(details), "application/json", status=200 if ready else 503)


@get(
    "/metrics",
    summary="Metrics",
    responses={
        200: ResponseSpec(
            str, description="Prometheus text format.", media_type=MediaType.TEXT, generate_examples=False
        )
    },
)
async def metrics(request: AnyRequest) -> Response[bytes]:
    """Metrics for Prometheus. No key is needed."""
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    text = await asyncio.to_thread(encode, services_of(request).registry)
    # As a header: to a media type the framework adds a character set, and Prometheus does not know a type with two.
    return plain(request, text, content_type, headers={"content-type": content_type})
