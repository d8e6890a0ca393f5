"""The people of the session's project: who they are, who is invited, and what each may do. For owners alone."""

from typing import Final

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath

from audioscape_server.accounts.links import address
from audioscape_server.accounts.roles import Action, Role, role_named
from audioscape_server.api.callers import own_address
from audioscape_server.api.periods import rfc3339
from audioscape_server.api.requests import PRIVATE, AnyRequest, json_of, services_of
from audioscape_server.errors import NotFoundError

_PEOPLE: Final = "/analytics/v1/people"
#: Bytes of a body at most.
_MAX_BODY_BYTES: Final = 4_096


class Person(msgspec.Struct):
    """Somebody with a role in the project, or with an invitation to it."""

    id: str
    email: str
    role: Role
    last_seen: str | None
    invited_until: str | None
    you: bool


class People(msgspec.Struct):
    """Everybody, by email."""

    people: list[Person]


class Invited(msgspec.Struct):
    """An invitation, and its link, which is told this once."""

    id: str
    email: str
    role: Role
    invited_until: str
    link: str


class Invitation(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to invite, as what."""

    email: str
    role: str


class NewRole(msgspec.Struct, forbid_unknown_fields=True):
    """What somebody is to be from now on."""

    role: str


@get(_PEOPLE, action=Action.MANAGE_PEOPLE)
async def people(request: AnyRequest) -> Response[bytes]:
    """Everybody with a role or an open invitation."""
    services, project = services_of(request), request.user.project

    def found() -> list[Person]:
        members = [
            Person(
                member.id,
                member.email,
                member.role,
                None if member.seen_at is None else rfc3339(member.seen_at),
                None,
                member.id == request.auth.user,
            )
            for member in services.team.members(project)
        ]
        invited = [
            Person(one.id, one.email, one.role, None, rfc3339(one.expires_at), you=False)
            for one in services.links.open_invitations(project)
        ]
        return sorted([*members, *invited], key=lambda person: person.email)

    return _answer(People(await services.sign_in.find(found)))


@post(_PEOPLE, action=Action.MANAGE_PEOPLE, status_code=201, request_max_body_size=_MAX_BODY_BYTES)
async def invite(request: AnyRequest) -> Response[bytes]:
    """Invite somebody by a link that works once, for 7 days."""
    given = await json_of(request, Invitation)
    role, services = role_named(given.role), services_of(request)
    made, token = await services.sign_in.find(
        lambda: services.links.invite(given.email, role, project=request.user.project, sent_by=request.auth.user)
    )
    link = address(own_address(request), token)
    return _answer(Invited(made.id, made.email, made.role, rfc3339(made.expires_at), link), 201)


@post(f"{_PEOPLE}/{{person:str}}/role", action=Action.MANAGE_PEOPLE, request_max_body_size=_MAX_BODY_BYTES)
async def set_role(request: AnyRequest, person: FromPath[str]) -> Response[None]:
    """Give somebody another role."""
    role, services = role_named((await json_of(request, NewRole)).role), services_of(request)
    await services.sign_in.find(lambda: services.team.set_role(request.user.project, person, role))
    return _done()


@post(f"{_PEOPLE}/{{person:str}}/sign-out", action=Action.MANAGE_PEOPLE, request_max_body_size=_MAX_BODY_BYTES)
async def sign_out(request: AnyRequest, person: FromPath[str]) -> Response[None]:
    """End every session of somebody."""
    services = services_of(request)
    await services.sign_in.find(lambda: services.team.sign_out(request.user.project, person))
    return _done()


@delete(f"{_PEOPLE}/{{person:str}}", action=Action.MANAGE_PEOPLE, status_code=204)
async def remove(request: AnyRequest, person: FromPath[str]) -> Response[None]:
    """Take somebody's role away, or an invitation back."""
    services, project = services_of(request), request.user.project

    def end() -> None:
        try:
            services.links.withdraw(person, project)
        except NotFoundError:
            services.team.remove(project, person)

    await services.sign_in.find(end)
    return _done()


def _answer(told: msgspec.Struct, status: int = 200) -> Response[bytes]:
    body = msgspec.json.encode(told)
    return Response(body, status_code=status, media_type="application/json", headers=PRIVATE)


def _done() -> Response[None]:
    return Response(None, status_code=204, headers=PRIVATE)
