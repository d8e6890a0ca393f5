"""Who is shown a part of a project: its guests, and whoever opens a link."""

from typing import Annotated, Final, cast

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import PathParameter

from audioscape_server.accounts.pages import locked
from audioscape_server.accounts.roles import Action
from audioscape_server.api import parameters, visitors, zones
from audioscape_server.api.callers import person
from audioscape_server.api.periods import rfc3339
from audioscape_server.api.requests import PRIVATE, AnyRequest, gone, json_of, services_of
from audioscape_server.api.resources.session import FOR_PAGES
from audioscape_server.api.workspace_responses import (
    Album,
    GuestLimits,
    MadeShare,
    NewShare,
    Share,
    Shared,
    Shares,
)
from audioscape_server.control import guests
from audioscape_server.errors import UnauthorizedError

#: Bytes of what a guest is shown at most, and of a link.
_MAX_LIMITS_BYTES: Final = 1 << 20
_MAX_BODY_BYTES: Final = 16_384
Id = Annotated[str, PathParameter(schema_extra={"type": "string"}, description="Which one.")]


@get("/analytics/v1/people/{person_id:str}/limits", action=Action.MANAGE_PEOPLE)
async def guest(request: AnyRequest, person_id: Id) -> Response[bytes]:
    """What a guest is shown."""
    project = request.user.project
    given = await services_of(request).workspace.run(lambda workspace: workspace.guests.given(project, person_id))
    albums = [Album(one.album, one.artist) for one in given.albums]
    return _answer(GuestLimits([str(asset) for asset in given.assets], list(given.artists), albums))


@put(
    "/analytics/v1/people/{person_id:str}/limits",
    status_code=200,
    request_max_body_size=_MAX_LIMITS_BYTES,
    action=Action.MANAGE_PEOPLE,
)
async def limit_guest(request: AnyRequest, person_id: Id) -> Response[bytes]:
    """Replace what a guest is shown."""
    wanted, project = await json_of(request, GuestLimits), request.user.project
    given = guests.Given(
        [cast("int", parameters.identifier("assets", asset)) for asset in wanted.assets],
        wanted.artists,
        [guests.Album(one.album, one.artist) for one in wanted.albums],
    )
    await services_of(request).workspace.run(lambda workspace: workspace.guests.give(project, person_id, given))
    return _answer(wanted)


@get("/analytics/v1/shares", action=Action.SHARE)
async def shares(request: AnyRequest) -> Response[bytes]:
    """The links that have not ended."""
    project = request.user.project
    found = await services_of(request).workspace.run(lambda workspace: workspace.shares.list(project))
    return _answer(
        Shares(
            [Share(one.id, one.page, one.query, one.by, rfc3339(one.created_at), rfc3339(one.ends_at)) for one in found]
        )
    )


@post("/analytics/v1/shares", status_code=201, request_max_body_size=_MAX_BODY_BYTES, action=Action.SHARE)
async def share(request: AnyRequest) -> Response[bytes]:
    """Make a link."""
    new = await json_of(request, NewShare)
    project, who = request.user.project, person(request).user
    made, token = await services_of(request).workspace.run(
        lambda workspace: workspace.shares.make(project, who, page=new.page, query=new.query, days=new.days)
    )
    return _answer(MadeShare(made.id, f"/share#{token}", rfc3339(made.ends_at)), status=201)


@delete("/analytics/v1/shares/{share_id:str}", action=Action.SHARE)
async def end_share(request: AnyRequest, share_id: Id) -> None:
    """End a link."""
    project = request.user.project
    await services_of(request).workspace.run(lambda workspace: workspace.shares.remove(project, share_id))


@get("/shared", **FOR_PAGES)
async def shared(request: AnyRequest) -> Response[bytes]:
    """What the link shows whose token the header holds."""
    found = await visitors.shared(request, request.headers.get(visitors.SHARE, ""))
    if found is None:
        raise UnauthorizedError("This link has ended, or never was one.")
    one, settings = found
    calendar = zones.calendar(settings.zone, settings.week_start)
    first_days = services_of(request).first_days
    beginning = await first_days.of(one.project, f"share {one.id}", calendar, lambda: gone(request))
    return _answer(
        Shared(
            project=one.project,
            page=one.page,
            query=one.query,
            zone=settings.zone,
            week_start=settings.week_start,
            first_day=beginning.first_day if locked(one.page, one.query).period == "all" else None,
            has_events=beginning.has_events,
            ends_at=rfc3339(one.ends_at),
        )
    )


def _answer(answer: msgspec.Struct, status: int = 200) -> Response[bytes]:
    body = msgspec.json.encode(answer)
    return Response(body, status_code=status, media_type="application/json", headers=PRIVATE)
