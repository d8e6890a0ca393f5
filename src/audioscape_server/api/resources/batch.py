"""Several questions in one request; see `api.batch`."""

import asyncio
from typing import Annotated, Any, cast

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from audioscape_server.api.batch import MOST, Batch, answers, questions
from audioscape_server.api.render import JSON, tagged
from audioscape_server.api.requests import AnyRequest, documented, gone

Ask = Annotated[
    list[str],
    QueryParameter(
        schema_extra={
            "type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST,
            "examples": ["overview?from=2026-01-01&to=2026-02-01"],
        },
        description="A question: what comes after `/analytics/v1/` where it is asked alone, percent-encoded. Given "
        "once for each.",
    ),
]  # fmt: skip


@get("/analytics/v1/batch", summary="Batch", responses=documented(Batch), shows_no_data=True)
async def batch(request: AnyRequest, *, ask: Ask) -> Response[bytes]:
    """Several questions at once, each answered as if it was asked alone. JSON only."""
    asked = questions(ask)
    left = asyncio.Event()
    watching = asyncio.ensure_future(gone(request))
    watching.add_done_callback(lambda _: left.set())
    try:
        found = await answers(request.app, cast("dict[str, Any]", request.scope), asked, left)
    finally:
        watching.cancel()
    return await asyncio.to_thread(lambda: tagged(request, msgspec.json.encode(found), JSON, {}))
