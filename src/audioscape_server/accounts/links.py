"""One-time links: how a person gets in who has no password yet, or has forgotten it.

A link is ``…/join#TOKEN``. What stands after ``#`` a browser sends to nobody, so the token is in no log of a proxy; the
page reads it and sends it in a body. It is minted and stored as a session's is (`accounts.sessions`): 256 random bits,
of which only a digest is kept. Where they are kept is `control.links`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from audioscape_server.accounts.roles import Role


class Kind(StrEnum):
    """What a link is for."""

    FIRST = "first"
    """Makes the first account of an installation, an owner of its first project."""
    INVITATION = "invitation"
    """Gives the person with one email address a role in one project, and an account if there is none."""
    RESET = "reset"
    """Gives a person who has an account a new password."""


#: Seconds after which a link ends.
LIFE_S: Final = {Kind.FIRST: 3_600, Kind.INVITATION: 7 * 86_400, Kind.RESET: 86_400}


@dataclass(frozen=True, slots=True)
class Link:
    """What an open link leads to."""

    kind: Kind
    email: str | None
    """Whose it is; None for whoever opens it."""
    project: str | None
    role: Role | None
    """The role that it gives in the project; None when it gives none."""
    has_account: bool
    """Whether the person has a password already, which an invitation does not change."""


def address(server: str, token: str) -> str:
    """Where a person opens a link.

    Args:
        server: ``http://HOST:PORT``.
        token: of the link.
    """
    return f"{server}/join#{token}"
