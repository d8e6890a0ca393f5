"""What people may do in a project."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """A role in one project; each may do all that the ones after it may."""

    OWNER = "owner"
    """Manages people and keys."""
    EDITOR = "editor"
    """Changes what everybody of the project sees: names, notes, saved views."""
    VIEWER = "viewer"
    """Reads."""
