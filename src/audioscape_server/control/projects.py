"""The names of projects."""

from __future__ import annotations

import re

from audioscape_server.errors import InvalidRequestError

_PROJECT = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def require_project(name: str) -> None:
    """Refuse what is no name of a project.

    Raises:
        InvalidRequestError: it is none.
    """
    if not _PROJECT.fullmatch(name):
        raise InvalidRequestError(
            f"A project's name has 1 to 63 lower-case letters, digits and hyphens, got {name[:80]!r}.",
        )
