"""The funnel: from a click on a result of a search to the end of the track."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from audioscape_server.api import parameters
from audioscape_server.api.filters import Filtered
from audioscape_server.api.funnel import BREAKDOWNS, WantedFunnel, funnel
from audioscape_server.api.funnel_responses import Funnel, FunnelStep
from audioscape_server.api.parameters import Compare, From, Interval, To, WeekStart, Zone
from audioscape_server.api.requests import AnyRequest, ask, documented, listed, services_of
from audioscape_server.api.timeline import Timeline

#: Seconds that may pass from the click to the last step.
_WINDOW: tuple[int, int] = (300, 86_400)
Window = Annotated[
    str,
    QueryParameter(
        schema_extra={"type": "integer", "minimum": _WINDOW[0], "maximum": _WINDOW[1]},
        description="Seconds after the click in which a step is reached.",
    ),
]
Counted = Annotated[
    str,
    QueryParameter(
        name="count",
        schema_extra={"type": "string", "enum": ["players", "attempts"]},
        description="Count players, each by the furthest that any of their clicks led to; or attempts: each click.",
    ),
]
Queue = Annotated[
    str,
    QueryParameter(
        schema_extra={"type": "string", "enum": ["optional", "required"]},
        description="Whether a play counts only after the track was queued.",
    ),
]
Previous = Annotated[
    str,
    QueryParameter(
        schema_extra={"type": "string", "enum": ["true", "false", "only"]},
        description="Whether to count what the period is compared with, too, which costs as much again; or `only` "
        "that: then the lists about the period are empty, and no click is told to be without a player.",
    ),
]
Breakdown = Annotated[
    str | None,
    QueryParameter(
        schema_extra={"type": "string", "enum": list(BREAKDOWNS)},
        description="Tell apart by the universe, the rank or the query of the click: the 20 largest, and all others.",
    ),
]


@get("/analytics/v1/funnel", summary="Funnel", responses=documented(Funnel))
async def search_funnel(
    request: AnyRequest,
    *,
    since: From = None,
    until: To = None,
    zone: Zone = "UTC",
    interval: Interval = "day",
    week_start: WeekStart = "monday",
    filters: Filtered,
    window: Window = "1800",
    counted: Counted = "players",
    queue: Queue = "optional",
    compare: Compare = "previous",
    previous: Previous = "true",
    breakdown: Breakdown = None,
) -> Response[bytes]:
    """How many go from a click in a search to the queue, to a play, and to its end: same player and asset, in order.

    `from`, `to` and the filters say which clicks count; what follows counts wherever it happened. CSV: the steps.
    """
    project = request.user.project
    services = services_of(request)
    period = services.period(since, until, zone, week_start)
    comparison = parameters.comparison(compare)
    told = parameters.choice("previous", previous, ("true", "false", "only"))
    timeline = Timeline.of(period, parameters.interval(interval, period))
    if told != "false":
        timeline = timeline.beside(comparison, services.clock())
    wanted = WantedFunnel(
        parameters.whole_number("window", window, *_WINDOW),
        parameters.choice("count", counted, ("players", "attempts")) == "players",
        parameters.choice("queue", queue, ("optional", "required")) == "required",
        told == "only",
        parameters.choice("breakdown", breakdown, BREAKDOWNS) if breakdown is not None else "",
    )
    return await ask(
        request,
        lambda queries: funnel(queries.ask, queries.catalog, project, timeline, filters=filters, wanted=wanted),
        listed("funnel", FunnelStep, lambda answer: answer.steps),
    )
