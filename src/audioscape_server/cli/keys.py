"""``audioscape keys``: create, list, revoke, rotate."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter

from audioscape_server.access.keys import Scope
from audioscape_server.cli.console import answers, errors, table
from audioscape_server.cli.options import Where, opened_keys, seconds
from audioscape_server.control import StoredKey
from audioscape_server.errors import InvalidRequestError

app = App(name="keys", help="Create, list, revoke and rotate API keys.")

_SHOWN_ONCE = "This is the only time the key is shown; only a digest of it is stored."


@app.command
def create(
    *,
    name: str,
    project: str = "default",
    scope: str = "ingest",
    rate: int = 0,
    expires: str | None = None,
    identical_batches: bool = False,
    quiet: Annotated[bool, Parameter(negative=())] = False,
    where: Where | None = None,
) -> None:
    """Create a key and print it, once.

    Parameters
    ----------
    name
        What the key is for, such as "production servers".
    project
        The project that its events belong to: lower-case letters, digits and hyphens.
    scope
        What the key may do: ingest, read; several separated by commas.
    rate
        Requests per second that it may send; 0 for no limit.
    expires
        When it stops: a duration from now (90d) or a date (2027-01-31). Never, by default.
    identical_batches
        Take a byte-identical batch in which every event has a timestamp and a player for a repeat, for clients
        that send no Idempotency-Key.
    quiet
        Print nothing but the key.
    """
    with opened_keys(where or Where(), make=True, sign=True) as keys:
        key_id, key = keys.create(
            project=project,
            name=name,
            scopes=_scopes(scope),
            rate=rate,
            identical_batches=identical_batches,
            expires_at=_moment(expires) if expires else None,
        )
    _show(key, f"Key {key_id} of project {project} may {scope}.", quiet=quiet)


@app.command(name="list")
def list_(*, where: Where | None = None) -> None:
    """List every key: what it may do, and whether it is live. Keys themselves are not stored."""
    with opened_keys(where or Where()) as keys:
        found = keys.list()
    if not found:
        answers.print("No keys yet. Create one: audioscape keys create --name first --scope ingest,read")
        return
    rows = table("id", "project", "name", "scopes", "rate/s", "created", "expires", "state")
    for key in found:
        rows.add_row(
            key.id,
            key.project,
            key.name,
            key.scopes,
            str(key.rate or "no limit"),
            _date(key.created_at),
            _date(key.expires_at) if key.expires_at else "never",
            _state(key),
        )
    answers.print(rows)


@app.command
def revoke(key_id: str, /, *, where: Where | None = None) -> None:
    """Stop a key for good; running servers refuse it within 5 seconds.

    Parameters
    ----------
    key_id
        The key's id, as `audioscape keys list` shows it.
    """
    with opened_keys(where or Where()) as keys:
        keys.revoke(key_id)
    answers.print(f"Key {key_id} is revoked.")


@app.command
def rotate(
    key_id: str,
    /,
    *,
    overlap: str = "24h",
    quiet: Annotated[bool, Parameter(negative=())] = False,
    where: Where | None = None,
) -> None:
    """Give a key a new secret and print it, once. The old secret goes on working for a while.

    Parameters
    ----------
    key_id
        The key's id, as `audioscape keys list` shows it. It stays the same.
    overlap
        How long the old secret goes on working, such as 24h; 0s to stop it now.
    quiet
        Print nothing but the key.
    """
    with opened_keys(where or Where(), sign=True) as keys:
        key = keys.rotate(key_id, seconds(overlap))
    _show(key, f"Key {key_id} has a new secret; the old one works for another {overlap}.", quiet=quiet)


def _show(key: str, about: str, *, quiet: bool) -> None:
    answers.print(key, soft_wrap=True)
    if not quiet:
        errors.print(f"{about} {_SHOWN_ONCE}")


def _scopes(text: str) -> list[Scope]:
    try:
        return [Scope(part.strip()) for part in text.split(",")]
    except ValueError:
        raise InvalidRequestError(f"A scope is one of {', '.join(Scope)}; got {text!r}.") from None


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return time.time() + seconds(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def _state(key: StoredKey) -> str:
    if key.revoked_at is not None:
        return f"revoked {_date(key.revoked_at)}"
    if key.expires_at is not None and key.expires_at <= time.time():
        return "expired"
    return "live"
