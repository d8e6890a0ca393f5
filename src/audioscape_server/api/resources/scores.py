"""Scores: the charts, why an asset has its score, and how that was before."""

from typing import Annotated, cast

from litestar import Response, get
from litestar.params import QueryParameter

from audioscape_server.api import parameters
from audioscape_server.api.parameters import AssetPath, Limit
from audioscape_server.api.refusals import refuse
from audioscape_server.api.requests import AnyRequest, ask, documented, listed, services_of
from audioscape_server.api.score_responses import CappedKey, Chart, ChartRow, ScoreHistory, ScoreOfDay, TrackScore

_ID = {"type": "string", "pattern": "^[0-9]{1,19}$", "title": "decimal digits"}
Scope = Annotated[
    str | None,
    QueryParameter(
        name="universe", schema_extra=_ID, description="Only what happened in this universe; else in the whole project."
    ),
]
Genre = Annotated[
    str | None,
    QueryParameter(
        schema_extra={"type": "string", "minLength": 1, "maxLength": 256},
        description="Only assets with exactly this genre in the catalog; ranks are among them.",
    ),
]
AssetId = Annotated[str, QueryParameter(name="asset_id", schema_extra=_ID, description="The asset.")]


@get("/analytics/v1/charts/popular", summary="Popular tracks", responses=documented(Chart))
async def popular(
    request: AnyRequest, *, universe: Scope = None, genre: Genre = None, limit: Limit = "50"
) -> Response[bytes]:
    """The assets that most players listen to, the last days above all. CSV: the tracks."""
    return await _chart(request, universe, genre, limit, is_trending=False)


@get("/analytics/v1/charts/trending", summary="Trending tracks", responses=documented(Chart))
async def trending(
    request: AnyRequest, *, universe: Scope = None, genre: Genre = None, limit: Limit = "50"
) -> Response[bytes]:
    """The assets with far more listeners in the last 24 hours than was to be expected. CSV: the tracks."""
    return await _chart(request, universe, genre, limit, is_trending=True)


@get("/analytics/v1/tracks/{asset_id:str}/score", summary="Score of a track", responses=documented(TrackScore, 404))
async def track_score(request: AnyRequest, asset_id: AssetPath, *, universe: Scope = None) -> Response[bytes]:
    """Why an asset has the score that it has. CSV: the keys that were capped."""
    asset, scope = cast("int", parameters.identifier("asset_id", asset_id)), _scope(universe)
    now = services_of(request).clock()
    return await ask(
        request,
        lambda queries: queries.scores.track(request.user.project, asset, scope, now),
        listed("capped", CappedKey, lambda answer: answer.capped_by_key.keys),
    )


@get("/analytics/v1/scores/history", summary="History of a score", responses=documented(ScoreHistory))
async def history(request: AnyRequest, *, asset_id: AssetId) -> Response[bytes]:
    """The scores of an asset in the whole project by day. CSV: the days."""
    asset = cast("int", parameters.identifier("asset_id", asset_id))
    return await ask(
        request,
        lambda queries: queries.scores.history(request.user.project, asset),
        listed("history", ScoreOfDay, lambda answer: answer.history),
    )


async def _chart(
    request: AnyRequest, universe: str | None, genre: str | None, limit: str, *, is_trending: bool
) -> Response[bytes]:
    scope, wanted = _scope(universe), parameters.short_text("genre", genre, 256)
    places, now = parameters.limit(limit), services_of(request).clock()
    return await ask(
        request,
        lambda queries: queries.scores.chart(request.user.project, scope, wanted, places, now, is_trending=is_trending),
        listed("tracks", ChartRow, lambda answer: answer.tracks),
    )


def _scope(universe: str | None) -> int:
    """Read the universe of a score: 0 is the whole project, and only meant by leaving it out."""
    found = parameters.identifier("universe", universe)
    if found == 0:
        refuse("universe", "0", "the id of a universe; leave it out for the whole project")
    return found or 0
