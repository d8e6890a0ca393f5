"""What to say of a parameter that cannot be read: its name, what was found and what is expected."""

from collections.abc import Sequence
from typing import Final, NoReturn

from audioscape_server.errors import InvalidRequestError

#: Characters of a refused value that are shown.
_SHOWN_CHARS: Final = 40


def refuse(name: str, found: str, expected: str) -> NoReturn:
    """Say what is wrong with a parameter."""
    raise InvalidRequestError(f"{name}: expected {expected}, found {_shown(found)}")


def refuse_unknown(name: str, known: Sequence[str]) -> NoReturn:
    """Say that there is no parameter of this name, and which there are."""
    raise InvalidRequestError(f"unknown parameter {_shown(name)}: expected {' or '.join(known) or 'none at all'}")


def _shown(found: str) -> str:
    # Cut after escaping too: an escaped character can take ten.
    shown = repr(found[: _SHOWN_CHARS + 1])
    return shown if len(shown) <= _SHOWN_CHARS + len("''") else f"{shown[:_SHOWN_CHARS]}…"
