"""The cookie of a session: its name, and where it is taken from.

Two names. ``__Host-audioscape`` is for every place but one: browsers keep it only over TLS, for this host and path
alone, so no other host of the domain and nobody on the line can set it. Plain ``audioscape`` is for a server that is
reached over http on the machine itself, where there is no certificate; it is taken from such a request and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

NAME: Final = "audioscape"
SECURE_NAME: Final = f"__Host-{NAME}"

_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


def token_in(cookies: Sequence[str], host: str) -> str | None:
    """The session's token; None where there is none, or two, one of which somebody else must have set.

    Args:
        cookies: the values of the request's ``Cookie`` headers.
        host: the value of its ``Host`` header.
    """
    pairs = [pair.strip().partition("=") for cookie in cookies for pair in cookie.split(";")]
    for name in (SECURE_NAME, *([NAME] if _is_loopback(host) else [])):
        found = [value for given, _, value in pairs if given == name]
        if found:
            return found[0] if len(found) == 1 and found[0] else None
    return None


def name_for(host: str, origin: str | None) -> str:
    """Under which name a browser is to keep a token.

    Args:
        host: the value of the request's ``Host`` header.
        origin: of its ``Origin`` header: behind a proxy that ends TLS, only that tells of https.
    """
    return NAME if _is_loopback(host) and (origin is None or origin.startswith("http://")) else SECURE_NAME


def _is_loopback(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in _LOOPBACK
    except ValueError:
        return False
