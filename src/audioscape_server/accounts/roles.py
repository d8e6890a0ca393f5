"""What people may do in a project: the one place that says so.

Each role may do all that the ones after it may, so a role that is raised never loses anything. What nobody is told of
here nobody may do: a route names the `Action` that it is, and `may` answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from audioscape_server.errors import InvalidRequestError


class Role(StrEnum):
    """A role in one project; each may do all that the ones after it may."""

    OWNER = "owner"
    """Manages people, and what others are shown without signing in."""
    EDITOR = "editor"
    """Changes what everybody of the project sees: names, notes, settings, saved views; and manages keys."""
    VIEWER = "viewer"
    """Reads."""
    GUEST = "guest"
    """Reads of some tracks only."""


class Action(StrEnum):
    """What can be done in a project; the value completes "you may not …"."""

    READ = "read everything"
    ANNOTATE = "change the notes of this project"
    SAVE_VIEWS = "change the saved views of this project"
    CHANGE_SETTINGS = "change the settings of this project"
    NAME_TITLES = "change the titles of this project"
    NAME_EXPERIENCES = "change the names of experiences of this project"
    MANAGE_KEYS = "manage the keys of this project"
    MANAGE_PEOPLE = "manage the people of this project"
    SHARE = "share pages of this project"


_VIEWER: Final = frozenset({Action.READ})
_EDITOR: Final = _VIEWER | {
    Action.ANNOTATE,
    Action.SAVE_VIEWS,
    Action.CHANGE_SETTINGS,
    Action.NAME_TITLES,
    Action.NAME_EXPERIENCES,
    Action.MANAGE_KEYS,
}
_OWNER: Final = _EDITOR | {Action.MANAGE_PEOPLE, Action.SHARE}
_ALLOWED: Final[Mapping[Role, frozenset[Action]]] = {
    Role.OWNER: _OWNER,
    Role.EDITOR: _EDITOR,
    Role.VIEWER: _VIEWER,
    Role.GUEST: frozenset(),
}


def role_named(text: str) -> Role:
    """The role of a name.

    Raises:
        InvalidRequestError: there is none.
    """
    try:
        return Role(text)
    except ValueError:
        raise InvalidRequestError(f"A role is one of {', '.join(Role)}; got {text[:80]!r}.") from None


def may(role: Role | None, action: Action) -> bool:
    """Whether a role may do something in its project; None, who has no role there, may do nothing."""
    return role is not None and action in _ALLOWED[role]
