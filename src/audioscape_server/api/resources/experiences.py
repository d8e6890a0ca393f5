"""Experiences: universes and their places."""

from litestar import Response, get

from audioscape_server.api.parameters import From, To
from audioscape_server.api.requests import AnyRequest, ask, documented, services_of
from audioscape_server.api.responses import Experience, Experiences


@get("/analytics/v1/experiences", summary="Experiences", responses=documented(Experiences))
async def experiences(request: AnyRequest, since: From = None, until: To = None) -> Response[bytes]:
    """The measures of each place of each universe, most plays first."""
    services = services_of(request)
    period = services.period(since, until)
    return await ask(
        request,
        lambda: services.queries.experiences(request.user.project, period),
        lambda answer: answer.experiences,
        Experience,
    )
