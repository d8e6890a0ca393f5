"""What the people of a project leave for each other: notes in the charts, and saved views of pages."""

import contextlib
from datetime import datetime
from typing import Annotated, Final

import msgspec
from litestar import Response, delete, get, post
from litestar.params import PathParameter

from audioscape_server.accounts.roles import Action
from audioscape_server.api.callers import READ, person
from audioscape_server.api.parameters import From, To, Zone
from audioscape_server.api.periods import MAX_TIME_S, rfc3339
from audioscape_server.api.refusals import refuse
from audioscape_server.api.render import respond
from audioscape_server.api.requests import PRIVATE, AnyRequest, documented, json_of, listed, services_of
from audioscape_server.api.workspace_responses import (
    Annotation,
    Annotations,
    Made,
    NewAnnotation,
    NewView,
    SavedView,
    SavedViews,
)

#: Bytes of a note or a view at most, every character of it escaped.
_MAX_BODY_BYTES: Final = 16_384
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Id = Annotated[str, PathParameter(schema_extra={"type": "string"}, description="Which one.")]


@get("/analytics/v1/annotations", summary="Notes", responses=documented(Annotations), **READ)
async def annotations(
    request: AnyRequest, *, since: From = None, until: To = None, zone: Zone = "UTC"
) -> Response[bytes]:
    """The notes that touch the period. CSV: the notes."""
    services, project = services_of(request), request.user.project
    period = services.period(since, until, zone)
    found = await services.workspace.run(
        lambda workspace: workspace.annotations.between(project, period.since, period.until)
    )
    notes = [
        Annotation(
            id=one.id,
            at=rfc3339(one.begins_at),
            until=rfc3339(one.ends_at) if one.ends_at > one.begins_at else None,
            text=one.text,
            by=one.by,
            created_at=rfc3339(one.created_at),
        )
        for one in found
    ]
    return respond(request, Annotations(notes), listed("notes", Annotation, lambda answer: answer.annotations))


@post("/analytics/v1/annotations", status_code=201, request_max_body_size=_MAX_BODY_BYTES, action=Action.ANNOTATE)
async def annotate(request: AnyRequest) -> Response[bytes]:
    """Write a note down."""
    new = await json_of(request, NewAnnotation)
    begins_at = _moment("at", new.at)
    ends_at = begins_at if new.until is None else _moment("until", new.until)
    who = person(request).user
    return _made(
        await services_of(request).workspace.run(
            lambda workspace: workspace.annotations.add(
                request.user.project, who, begins_at=begins_at, ends_at=ends_at, text=new.text
            )
        )
    )


@delete("/analytics/v1/annotations/{annotation:str}", action=Action.ANNOTATE)
async def remove_annotation(request: AnyRequest, annotation: Id) -> None:
    """Delete a note."""
    project = request.user.project
    await services_of(request).workspace.run(lambda workspace: workspace.annotations.remove(project, annotation))


@get("/analytics/v1/views", summary="Saved views", responses=documented(SavedViews), **READ)
async def views(request: AnyRequest) -> Response[bytes]:
    """The saved views of the project. CSV: the views."""
    project = request.user.project
    found = await services_of(request).workspace.run(lambda workspace: workspace.views.list(project))
    saved = [SavedView(one.id, one.name, one.page, one.query, one.by, rfc3339(one.created_at)) for one in found]
    return respond(request, SavedViews(saved), listed("views", SavedView, lambda answer: answer.views))


@post("/analytics/v1/views", status_code=201, request_max_body_size=_MAX_BODY_BYTES, action=Action.SAVE_VIEWS)
async def save_view(request: AnyRequest) -> Response[bytes]:
    """Save a view."""
    new = await json_of(request, NewView)
    project, who = request.user.project, person(request).user
    return _made(
        await services_of(request).workspace.run(
            lambda workspace: workspace.views.add(project, who, name=new.name, page=new.page, query=new.query)
        )
    )


@delete("/analytics/v1/views/{view:str}", action=Action.SAVE_VIEWS)
async def remove_view(request: AnyRequest, view: Id) -> None:
    """Delete a view."""
    project = request.user.project
    await services_of(request).workspace.run(lambda workspace: workspace.views.remove(project, view))


def _made(id_: str) -> Response[bytes]:
    return Response(msgspec.json.encode(Made(id_)), status_code=201, media_type="application/json", headers=PRIVATE)


def _moment(name: str, given: str | float) -> float:
    """Read a time of a body: RFC 3339 with an offset, or Unix seconds."""
    seconds = -1.0
    if isinstance(given, str):
        with contextlib.suppress(msgspec.ValidationError, OverflowError):
            seconds = msgspec.convert(given, _Moment).timestamp()
    else:
        seconds = float(given)
    if not 0 <= seconds <= MAX_TIME_S:
        refuse(name, str(given), "RFC 3339 (2026-01-31T12:00:00Z) or Unix seconds, from 1970 to 2100")
    return seconds
