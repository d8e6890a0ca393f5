"""A project's settings and titles."""

import codecs
import io
from typing import Final

import msgspec
from litestar import Response, get, post, put
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST

from audioscape_server import titles
from audioscape_server.accounts.roles import Action
from audioscape_server.api import zones
from audioscape_server.api.callers import READ
from audioscape_server.api.render import respond
from audioscape_server.api.requests import PRIVATE, AnyRequest, body_of, documented, json_of, listed, services_of
from audioscape_server.api.workspace_responses import RefusedTitle, Settings, TitlesTaken
from audioscape_server.control import Catalog, Track
from audioscape_server.control.project_settings import ProjectSettings
from audioscape_server.errors import InvalidRequestError

_MAX_BODY_BYTES: Final = 1_024
#: Bytes of a CSV of titles at most: some hundred thousand tracks. More goes by `audioscape catalog import`.
_MAX_TITLES_BYTES: Final = 8 << 20
#: Refused lines that are told.
_MOST_REFUSED: Final = 100


@get("/analytics/v1/settings", summary="Settings", responses=documented(Settings), **READ, shows_no_data=True)
async def settings(request: AnyRequest) -> Response[bytes]:
    """How the project wants its days and weeks."""
    found = await services_of(request).workspace.run(lambda workspace: workspace.settings.of(request.user.project))
    answer = Settings(found.zone, found.week_start)
    return respond(request, answer, listed("settings", Settings, lambda answer: [answer]))


@put(
    "/analytics/v1/settings",
    status_code=200,
    request_max_body_size=_MAX_BODY_BYTES,
    action=Action.CHANGE_SETTINGS,
)
async def change_settings(request: AnyRequest) -> Response[bytes]:
    """Replace the settings."""
    wanted = await json_of(request, Settings)
    zones.calendar(wanted.zone, wanted.week_start)  # there is such a one
    new = ProjectSettings(wanted.zone, wanted.week_start)
    await services_of(request).workspace.run(lambda workspace: workspace.settings.put(request.user.project, new))
    return Response(msgspec.json.encode(wanted), media_type="application/json", headers=PRIVATE)


@post(
    "/analytics/v1/titles",
    status_code=200,
    request_max_body_size=_MAX_TITLES_BYTES,
    action=Action.NAME_TITLES,
)
async def import_titles(request: AnyRequest) -> Response[bytes]:
    """Take names of assets from a CSV, all of them or none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise InvalidRequestError("The content-type must be text/csv.")
    body, project = await body_of(request), request.user.project
    answer = await services_of(request).workspace.run_long(lambda workspace: _take(workspace.catalog, project, body))
    return Response(
        msgspec.json.encode(answer),
        status_code=HTTP_400_BAD_REQUEST if answer.refused else HTTP_200_OK,
        media_type="application/json",
        headers=PRIVATE,
    )


def _take(catalog: Catalog, project: str, body: bytes) -> TitlesTaken:
    """Store what a CSV says, unless a line of it is wrong."""
    try:
        text = body.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        raise InvalidRequestError("The file is not UTF-8: save it as UTF-8 and send it again.") from None
    tracks: list[Track] = []
    refused: list[RefusedTitle] = []
    for entry in titles.csv_entries("The file", io.StringIO(text, newline="")):
        try:
            tracks.append(titles.track_of(entry))
        except InvalidRequestError as error:
            refused.append(RefusedTitle(entry.number, str(error)))
    if refused:
        wrong = f"{len(refused):,} lines are" if len(refused) > 1 else "a line is"
        error = f"Nothing was taken: {wrong} wrong. Line {refused[0].line}: {refused[0].reason}"
        return TitlesTaken(0, refused[:_MOST_REFUSED], len(refused), error)
    return TitlesTaken(catalog.put(project, tracks))
