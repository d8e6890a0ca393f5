"""Those who are not shown all of a project: its guests, and whoever opens a shared link."""

from __future__ import annotations

from typing import Any, Final

from litestar.connection import ASGIConnection

from audioscape_server.access.keys import Credential, Scope
from audioscape_server.access.limits import Limit
from audioscape_server.accounts.pages import SHARED, locked
from audioscape_server.accounts.sessions import SignedIn
from audioscape_server.api import narrowing, zones
from audioscape_server.api.requests import services_of
from audioscape_server.control import Workspace
from audioscape_server.control.project_settings import ProjectSettings
from audioscape_server.control.shares import Share
from audioscape_server.errors import ForbiddenError

AnyConnection = ASGIConnection[Any, Any, Any, Any]

#: The header in which a page sends the token of the link that it was opened by.
SHARE: Final = "x-share-token"
#: Questions per second of whoever has one link, all together: a page asks about ten.
SHARE_RATE: Final = 50
_READ: Final = frozenset({Scope.READ})


async def guest(connection: AnyConnection, who: SignedIn) -> Credential:
    """The credential of a guest, with the assets that are shown now.

    Raises:
        ForbiddenError: none are.
    """
    assets = await services_of(connection).workspace.run(lambda known: known.guests.assets(who.project, who.user))
    if not assets:
        raise ForbiddenError("You are a guest of this project, and no track is shown to you yet.")
    limit = Limit({"asset": frozenset(map(str, assets))})
    return Credential(who.project, f"user {who.user}", _READ, rate=0, limit=limit)


async def shared(connection: AnyConnection, token: str) -> tuple[Share, ProjectSettings] | None:
    """What a link shows, and how its project wants its days; None when there is no such link, or it has ended."""

    def find(workspace: Workspace) -> tuple[Share, ProjectSettings] | None:
        share = workspace.shares.find(token)
        return (share, workspace.settings.of(share.project)) if share else None

    return await services_of(connection).workspace.run(find)


def visitor(share: Share, settings: ProjectSettings, now: float) -> Credential:
    """The credential of whoever opens a link."""
    shown = locked(share.page, share.query)
    calendar = zones.calendar(settings.zone, settings.week_start)
    spans = narrowing.spans(shown, calendar, now)
    told_since = narrowing.told_since(shown, calendar, spans[0])
    limit = Limit(shown.filters, shown.hidden, spans, SHARED[share.page], told_since, shown.compare)
    return Credential(share.project, f"share {share.id}", _READ, rate=SHARE_RATE, limit=limit)
