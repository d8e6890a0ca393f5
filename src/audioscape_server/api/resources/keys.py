"""The API keys of the session's project: what each may do, whether it is used, and changes of them."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from audioscape_server.access.keys import PREFIX, Scope
from audioscape_server.accounts.roles import Action
from audioscape_server.api.periods import DAY_S, HOUR_S, rfc3339
from audioscape_server.api.requests import PRIVATE, AnyRequest, answered, json_of, services_of
from audioscape_server.control import ManagedKey, RejectedGroup, StoredSecret
from audioscape_server.errors import InvalidRequestError, ServiceUnavailableError

_KEYS: Final = "/analytics/v1/keys"
#: Bytes of a body at most.
_MAX_BODY_BYTES: Final = 4_096
#: Seconds for which an old secret may go on working: a moment, an hour, a day, a week.
OVERLAPS_S: Final = (0, 3_600, DAY_S, 7 * DAY_S)
#: Days after which a key may end at most.
MAX_DAYS: Final = 3_650


class OldSecret(msgspec.Struct):
    """A secret that was replaced and goes on working for a while."""

    last4: str | None
    works_until: str
    last_used: str | None
    used_since_rotation: bool


class LastRejected(msgspec.Struct):
    """The last event of a key that was rejected: why, in words that name what was found, and the event, redacted."""

    at: str
    reason: str
    sample: msgspec.Raw


class Key(msgspec.Struct):
    """A key. Times are RFC 3339; what is null was not, or is not known."""

    id: str
    name: str
    state: str
    """live, expired or revoked."""
    prefix: str | None
    last4: str | None
    scopes: list[str]
    rate: int
    created: str
    expires: str | None
    revoked: str | None
    last_used: str | None
    last_universe: str | None
    events: int | None
    rejected: int
    last_rejected: LastRejected | None
    old_secrets: list[OldSecret]


class Keys(msgspec.Struct):
    """Every key of the project. Events and rejected ones are those that came since `since`."""

    since: str
    keys: list[Key]


class Made(msgspec.Struct):
    """A key, told this once."""

    id: str
    key: str


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """The key to create."""

    name: str
    scopes: list[str]
    rate: int = 0
    expires_in_days: int | None = None


class Rotation(msgspec.Struct, forbid_unknown_fields=True):
    """How long the old secret goes on working, in seconds."""

    overlap_s: int


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """An empty body."""


class _Sent(NamedTuple):
    events: int
    last_universe: int


@get(_KEYS, action=Action.MANAGE_KEYS)
async def keys(request: AnyRequest) -> Response[bytes]:
    """Every key there was, and what came with it in the last 24 hours and the hour in which they began."""
    services, project = services_of(request), request.user.project
    now = services.clock()
    since = (now - DAY_S) // HOUR_S * HOUR_S
    found = await services.key_desk.keys(project)
    rejected = await services.key_desk.rejected_since(project, since)
    last = await services.key_desk.last_rejected(project)
    try:
        sent = await _sent(request, since)
    except ServiceUnavailableError:
        sent = None  # a key must be revocable while the warehouse is away
    told = [_told(key, sent, rejected.get(key.id, 0), last.get(key.id), now) for key in found]
    return _answer(Keys(rfc3339(since), told))


@post(_KEYS, action=Action.MANAGE_KEYS, request_max_body_size=_MAX_BODY_BYTES)
async def create(request: AnyRequest) -> Response[bytes]:
    """Create a key."""
    given = await json_of(request, Wanted)
    days = given.expires_in_days
    if days is not None and not 1 <= days <= MAX_DAYS:
        raise InvalidRequestError(f"expires_in_days: expected 1 to {MAX_DAYS:,}, or null for never; found {days}.")
    key_id, key = await services_of(request).key_desk.create(
        request.user.project,
        name=given.name,
        scopes=_scopes(given.scopes),
        rate=given.rate,
        lives_s=None if days is None else days * DAY_S,
    )
    return _answer(Made(key_id, key), 201)


@post(f"{_KEYS}/{{key:str}}/rotate", action=Action.MANAGE_KEYS, request_max_body_size=_MAX_BODY_BYTES)
async def rotate(request: AnyRequest, key: FromPath[str]) -> Response[bytes]:
    """Give a key a new secret."""
    overlap_s = (await json_of(request, Rotation)).overlap_s
    if overlap_s not in OVERLAPS_S:
        raise InvalidRequestError(f"overlap_s: expected one of {', '.join(map(str, OVERLAPS_S))}; found {overlap_s}.")
    made = await services_of(request).key_desk.rotate(request.user.project, key, overlap_s)
    return _answer(Made(key, made))


@post(f"{_KEYS}/{{key:str}}/revoke", action=Action.MANAGE_KEYS, request_max_body_size=_MAX_BODY_BYTES)
async def revoke(request: AnyRequest, key: FromPath[str]) -> Response[None]:
    """Stop a key for good."""
    await json_of(request, Nothing)
    await services_of(request).key_desk.revoke(request.user.project, key)
    return Response(None, status_code=204, headers=PRIVATE)


async def _sent(request: AnyRequest, since: float) -> dict[str, _Sent]:
    """What the warehouse knows of each key."""
    project = request.user.project
    rows = await answered(request, lambda queries: queries.ask("read/events_of_keys", project=project, since=since))
    return {row["key"]: _Sent(row["events"], row["last_universe"]) for row in rows}


def _told(
    key: ManagedKey, sent: Mapping[str, _Sent] | None, rejected: int, last: RejectedGroup | None, now: float
) -> Key:
    newest, *older = key.secrets
    of_key = None if sent is None else sent.get(key.id, _Sent(0, 0))
    used = [secret.used_at for secret in key.secrets if secret.used_at is not None]
    state = _state(key, now)
    return Key(
        id=key.id,
        name=key.name,
        state=state,
        # An imported key looks as whoever made it wanted.
        prefix=None if newest.last4 == "" else f"{PREFIX}{key.id}_",
        last4=newest.last4 or None,
        scopes=[scope.value for scope in Scope if scope in key.scopes],
        rate=key.rate,
        created=rfc3339(key.created_at),
        expires=_moment(key.expires_at),
        revoked=_moment(key.revoked_at),
        last_used=_moment(max(used, default=None)),
        last_universe=str(of_key.last_universe) if of_key and of_key.last_universe else None,
        events=of_key.events if of_key else None,
        rejected=rejected,
        last_rejected=last and LastRejected(rfc3339(last.last_seen), last.reason, msgspec.Raw(last.sample.encode())),
        old_secrets=[_old(secret, newest) for secret in older if state == "live" and secret.works_at(now)],
    )


def _old(secret: StoredSecret, newest: StoredSecret) -> OldSecret:
    return OldSecret(
        last4=secret.last4 or None,
        works_until=rfc3339(secret.expires_at or 0),
        last_used=_moment(secret.used_at),
        used_since_rotation=secret.used_at is not None and secret.used_at > newest.created_at,
    )


def _state(key: ManagedKey, now: float) -> str:
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and key.expires_at <= now else "live"


def _moment(at: float | None) -> str | None:
    return None if at is None else rfc3339(at)


def _scopes(names: list[str]) -> list[Scope]:
    try:
        return [Scope(name) for name in names]
    except ValueError:
        raise InvalidRequestError(f"scopes: expected some of {', '.join(Scope)}; found {names!r:.80}.") from None


def _answer(told: msgspec.Struct, status: int = 200) -> Response[bytes]:
    body = msgspec.json.encode(told)
    return Response(body, status_code=status, media_type="application/json", headers=PRIVATE)
