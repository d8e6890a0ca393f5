"""What the project calls its universes and places."""

from typing import Final, cast

import msgspec
from litestar import Response, get, put

from audioscape_server.accounts.roles import Action
from audioscape_server.api import parameters
from audioscape_server.api.callers import READ, person
from audioscape_server.api.periods import rfc3339
from audioscape_server.api.refusals import refuse
from audioscape_server.api.render import respond
from audioscape_server.api.requests import PRIVATE, AnyRequest, documented, json_of, listed, services_of
from audioscape_server.api.workspace_responses import ExperienceName, ExperienceNames, NewExperienceName

_MAX_BODY_BYTES: Final = 2_048


@get(
    "/analytics/v1/experiences/names",
    summary="Names of experiences",
    responses=documented(ExperienceNames),
    **READ,
)
async def experience_names(request: AnyRequest) -> Response[bytes]:
    """What the project calls its universes and places. CSV: the names."""
    project = request.user.project
    found = await services_of(request).workspace.run(lambda workspace: workspace.names.list(project))
    names = [ExperienceName(one.kind, str(one.id), one.name, one.by, rfc3339(one.changed_at)) for one in found]
    return respond(
        request, ExperienceNames(names), listed("experience-names", ExperienceName, lambda answer: answer.names)
    )


@put(
    "/analytics/v1/experiences/names",
    status_code=200,
    request_max_body_size=_MAX_BODY_BYTES,
    action=Action.NAME_EXPERIENCES,
)
async def name_experience(request: AnyRequest) -> Response[bytes]:
    """Call a universe or a place so, or take its name away."""
    new = await json_of(request, NewExperienceName)
    id_ = cast("int", parameters.identifier("id", new.id))
    if not id_:
        refuse("id", new.id, "the id of a universe or a place; 0 stands for none")
    project, who = request.user.project, person(request).user
    name = await services_of(request).workspace.run(
        lambda workspace: workspace.names.put(project, who, new.kind, id_, new.name)
    )
    answer = NewExperienceName(new.kind, str(id_), name)
    return Response(msgspec.json.encode(answer), media_type="application/json", headers=PRIVATE)
