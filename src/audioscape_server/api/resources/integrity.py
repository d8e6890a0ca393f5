"""Integrity: the players and keys that do what no crowd of players does."""

from litestar import Response, get

from audioscape_server.api.requests import AnyRequest, ask, documented, listed
from audioscape_server.api.score_responses import Flagged, Integrity


@get("/analytics/v1/integrity", summary="Integrity", responses=documented(Integrity))
async def integrity(request: AnyRequest) -> Response[bytes]:
    """The players and keys that somebody should look at, and why. CSV: the flags."""
    return await ask(
        request,
        lambda queries: queries.scores.integrity(request.user.project),
        listed("flags", Flagged, lambda answer: answer.flags),
    )
