"""The explorer: events of any type, by what they carry."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from audioscape_server.api import explore, parameters
from audioscape_server.api.explore import Explorer
from audioscape_server.api.explore_responses import (
    EventType,
    EventTypes,
    Explored,
    ExploredRow,
    MetadataKey,
    MetadataKeys,
)
from audioscape_server.api.explore_terms import FIELDS, MAX_CONDITIONS, MEASURES, wanted_measure
from audioscape_server.api.filters import Filtered
from audioscape_server.api.parameters import From, Interval, Limit, Offset, To, Type, WeekStart, Zone
from audioscape_server.api.requests import AnyRequest, ask, documented, listed, paged, services_of
from audioscape_server.api.timeline import Timeline

_TYPE = {"type": "string", "minLength": 1, "maxLength": 128, "examples": ["play"]}
_NAME = {"type": "string", "minLength": 1}
OneType = Annotated[
    str, QueryParameter(name="type", schema_extra=_TYPE, description="The type of the events, exactly as it was sent.")
]
Measure = Annotated[
    str,
    QueryParameter(
        schema_extra={"type": "string", "enum": list(MEASURES)},
        description="What is worked out: events (`count`), distinct players, the sum, mean, smallest, largest number, "
        "median or 95th percentile of `of`, or events with a player for each player.",
    ),
]
Of = Annotated[
    str | None,
    QueryParameter(
        schema_extra=_NAME,
        description="The numbers of a measure that is made of numbers: `duration`, or a key of metadata. Values that "
        "are no JSON numbers are left out.",
    ),
]
By = Annotated[
    str | None,
    QueryParameter(
        schema_extra=_NAME,
        description=f"What groups are told apart by: {', '.join(FIELDS)}, or a key of metadata. A key that is called "
        'as a field is written with quotes: `"value"`.',
    ),
]
Where = Annotated[
    list[str] | None,
    QueryParameter(
        schema_extra={"type": "array", "items": {"type": "string"}, "maxItems": MAX_CONDITIONS},
        description="A condition, once or several times, all of which hold: `KEY:is:VALUE`, `KEY:not:VALUE` or "
        "`KEY:contains:VALUE`, where KEY is what `by` may be. Texts are compared letter by letter; nothing after "
        "`is:` stands for what is not set.",
    ),
]


@get("/analytics/v1/explore/types", summary="Types of events", responses=documented(EventTypes), names_players=True)
async def types(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
    limit: Limit = "50",
    offset: Offset = "0",
) -> Response[bytes]:
    """The types of the events in a period, built-in and custom, the most frequent first."""
    project, period = request.user.project, services_of(request).period(since, until, zone)
    most, skipped = parameters.limit(limit), parameters.offset(offset)
    return await ask(
        request,
        lambda queries: Explorer(queries.ask, queries.catalog).types(project, period, filters, most, skipped),
        paged("types", EventType, lambda answer: answer.types, period, skipped),
    )


@get("/analytics/v1/explore/keys", summary="Keys of metadata", responses=documented(MetadataKeys), names_players=True)
async def keys(
    request: AnyRequest,
    *,
    kind: OneType,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    filters: Filtered,
    limit: Limit = "50",
    offset: Offset = "0",
) -> Response[bytes]:
    """The keys in the metadata of a type of events: what their values are, and how often they are there."""
    project, period = request.user.project, services_of(request).period(since, until, zone)
    parameters.short_text("type", kind, 128)
    most, skipped = parameters.limit(limit), parameters.offset(offset)
    return await ask(
        request,
        lambda queries: Explorer(queries.ask, queries.catalog).keys(
            project, kind, period, filters, limit=most, offset=skipped
        ),
        paged("keys", MetadataKey, lambda answer: answer.keys, period, skipped),
    )


@get("/analytics/v1/explore", summary="Explore events", responses=documented(Explored), names_players=True)
async def measure(
    request: AnyRequest,
    *,
    kind: Type = None,
    measure: Measure = "count",
    of: Of = None,
    by: By = None,
    where: Where = None,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    interval: Interval = "day",
    week_start: WeekStart = "monday",
    filters: Filtered,
) -> Response[bytes]:
    """A measure of the events of one type, or of all, by group and by time. CSV: each group in each bucket."""
    project, period = request.user.project, services_of(request).period(since, until, zone, week_start)
    timeline = Timeline.of(period, parameters.interval(interval, period))
    wanted = wanted_measure(
        parameters.short_text("type", kind, 128),
        parameters.choice("measure", measure, MEASURES),
        of,
        by,
        where or [],
    )
    return await ask(
        request,
        lambda queries: Explorer(queries.ask, queries.catalog).measure(project, timeline, filters, wanted),
        listed("explore", ExploredRow, explore.rows),
    )
