"""Tracks: the list, and all about one."""

from typing import cast

from litestar import Response, get
from litestar.di import Provide

from audioscape_server.api import filters as filtering, parameters
from audioscape_server.api.filters import Filtered
from audioscape_server.api.neighbours import NeighbourRow, Neighbours, as_rows
from audioscape_server.api.parameters import (
    AssetPath,
    Compare,
    From,
    Interval,
    Limit,
    ListCompare,
    NameSearch,
    Offset,
    Order,
    PlaysSeries,
    Previous,
    To,
    TrackSort,
    WeekStart,
    Zone,
)
from audioscape_server.api.periods import check_length
from audioscape_server.api.requests import AnyRequest, ask, documented, listed, paged, services_of
from audioscape_server.api.responses import TRACK_SORTS, Second, TrackDetail, TrackRow, Tracks
from audioscape_server.api.timeline import Timeline
from audioscape_server.api.typical import Typical, TypicalSecond
from audioscape_server.api.zones import UNITS


@get("/analytics/v1/tracks", summary="Tracks", responses=documented(Tracks))
async def tracks(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
    search: NameSearch = None,
    sort: TrackSort = "plays",
    order: Order = "desc",
    limit: Limit = "50",
    offset: Offset = "0",
    plays_series: PlaysSeries = "false",
    interval: Interval = "day",
    week_start: WeekStart = "monday",
    compare: ListCompare = None,
) -> Response[bytes]:
    """The assets with an event in the period, sorted by a measure. CSV: the tracks."""
    services = services_of(request)
    period = services.period(since, until, zone, week_start)
    sought = parameters.short_text("search", search, parameters.MAX_SEARCH)
    page = parameters.page(sort, order, limit, offset, TRACK_SORTS)
    parameters.choice("interval", interval, UNITS)
    with_plays = parameters.yes_or_no("plays_series", plays_series)
    # Without a series a period may be of any length.
    drawn = Timeline.of(period, parameters.interval(interval, period)) if with_plays else None
    compared = services.compared(period, compare)
    return await ask(
        request,
        lambda queries: queries.tracks(
            request.user.project, period, filters, page, sought, drawn=drawn, compared=compared
        ),
        paged("tracks", TrackRow, lambda answer: answer.tracks, period, page.offset),
    )


@get(
    "/analytics/v1/tracks/{asset_id:str}",
    summary="One track",
    responses=documented(TrackDetail, 404),
    asset_in_path=True,
    dependencies={"filters": Provide(filtering.of_asset, sync_to_thread=False)},
)
async def track(
    request: AnyRequest,
    asset_id: AssetPath,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
    compare: Compare = "previous",
    previous: Previous = "true",
) -> Response[bytes]:
    """All about one asset, by day and by second of listening. CSV: the listening curve."""
    services = services_of(request)
    asset = cast("int", parameters.identifier("asset_id", asset_id))
    period = services.period(since, until, zone)
    check_length(period, "day")
    comparison = parameters.comparison(compare)
    timeline = Timeline.of(period, "day")
    if parameters.yes_or_no("previous", previous):
        timeline = timeline.beside(comparison, services.clock())
    return await ask(
        request,
        lambda queries: queries.track(request.user.project, asset, timeline, filters),
        listed("listening", Second, lambda answer: answer.listening),
    )


@get(
    "/analytics/v1/tracks/{asset_id:str}/typical",
    summary="Listening of similar tracks",
    responses=documented(Typical, 404),
)
async def typical(
    request: AnyRequest, asset_id: AssetPath, *, since: From = None, until: To = None, zone: Zone = "UTC"
) -> Response[bytes]:
    """Between which bounds the middle half of the tracks of a similar length is listened to. CSV: the seconds."""
    asset = cast("int", parameters.identifier("asset_id", asset_id))
    period = services_of(request).period(since, until, zone)
    check_length(period, "day")
    return await ask(
        request,
        lambda queries: queries.typical(request.user.project, asset, period),
        listed("typical-listening", TypicalSecond, lambda answer: answer.listening),
    )


@get(
    "/analytics/v1/tracks/{asset_id:str}/neighbours",
    summary="Before and after a track",
    responses=documented(Neighbours, 404),
    dependencies={"filters": Provide(filtering.of_asset, sync_to_thread=False)},
)
async def neighbours(
    request: AnyRequest,
    asset_id: AssetPath,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
) -> Response[bytes]:
    """What players hear before and after one asset. CSV: both sides."""
    asset = cast("int", parameters.identifier("asset_id", asset_id))
    period = services_of(request).period(since, until, zone)
    return await ask(
        request,
        lambda queries: queries.neighbours(request.user.project, asset, period, filters),
        listed("neighbours", NeighbourRow, as_rows),
    )
