"""What a client is made with: an argument, else a variable of the environment, checked here once and for all.

Invariants:

* Nothing is sent to a host that nobody named: there is no default endpoint.
* No error text holds the key, nor an endpoint that may hold a password.
* The environment is read when a client is made, never on import.

An argument wins over the environment. An empty or blank text counts as not given, wherever it stands.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

#: Added to the endpoint.
PATH = "/analytics/v1/analytics"

#: What a right endpoint looks like, for the texts of errors and warnings.
EXAMPLE = "https://analytics.example.com"

_SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def api_key(given: object) -> str:
    """The key, from the argument or `AUDIOSCAPE_API_KEY`, without white space around it.

    Raises:
        ValueError: it is missing, or not printable ASCII.
    """
    key = _text("api_key", given)
    if not key:
        raise ValueError("api_key is missing: give a key with the scope ingest, or set AUDIOSCAPE_API_KEY")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError(f"api_key must be printable ASCII without spaces, which these {len(key)} characters are not")
    return key


def url(given: object) -> str:
    """The URL that batches are sent to, made from the argument or `AUDIOSCAPE_ENDPOINT`.

    Raises:
        ValueError: the endpoint is missing, or no address of a server.
    """
    endpoint = _text("endpoint", given)
    if not endpoint:
        raise ValueError(
            f'endpoint is missing: give the address of your AudioScape server, such as "{EXAMPLE}", '
            "as endpoint=... or as AUDIOSCAPE_ENDPOINT"
        )
    if not _is_address(endpoint):
        found = "something with a user in it" if "@" in endpoint else repr(endpoint[:100])
        raise ValueError(
            f'endpoint must look like "{EXAMPLE}", maybe with a port and a path but without user, query and fragment;'
            f" found {found}"
        )
    return endpoint.rstrip("/") + PATH


def switch(name: str, given: object, *, default: bool) -> bool:
    """Whether something is on, from the argument or `AUDIOSCAPE_` and its name.

    Raises:
        ValueError: it is neither on nor off.
    """
    if isinstance(given, bool):
        return given
    if given is not None and not isinstance(given, str):
        raise ValueError(f"{name} must be True or False, not {type(given).__name__}")
    word = _text(name, given).lower()
    if not word:
        return default
    if word not in _SWITCH:
        raise ValueError(f"{name} must be one of {', '.join(_SWITCH)}; found {word[:100]!r} ({_source(name, given)})")
    return _SWITCH[word]


def digits(name: str, value: object) -> str:
    """A whole number as text.

    Raises:
        ValueError: it is none.
    """
    if not (text := str(value)).isascii() or not text.isdigit():
        raise ValueError(f"{name} must be a whole number, found {text[:100]!r}")
    return text


def _text(name: str, given: object) -> str:
    """The argument or, if that is None or blank, the variable, stripped; "" if there is neither."""
    if given is not None and not isinstance(given, str):
        raise ValueError(f"{name} must be a string, not {type(given).__name__}")
    return (given or "").strip() or os.environ.get(_variable(name), "").strip()


def _variable(name: str) -> str:
    return f"AUDIOSCAPE_{name.upper()}"


def _source(name: str, given: object) -> str:
    return f"{name}=..." if isinstance(given, str) and given.strip() else _variable(name)


def _is_address(endpoint: str) -> bool:
    if not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    try:
        parts = urlsplit(endpoint)
        _ = parts.port  # raises ValueError if it is no port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and not (parts.username or parts.password or "@" in parts.netloc)
        and not ("?" in endpoint or "#" in endpoint)
    )
