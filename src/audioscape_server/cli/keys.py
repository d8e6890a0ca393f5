"""``audioscape keys``: create, list, revoke, rotate."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from audioscape_server.access.keys import Scope
from audioscape_server.cli.console import AsJson, answers, errors, print_json, table
from audioscape_server.cli.hidden import MAX_BYTES, read_hidden
from audioscape_server.cli.options import Where, opened_keys, seconds
from audioscape_server.control import StoredKey
from audioscape_server.errors import InvalidRequestError

app = App(name="keys", help="Create, import, list, revoke and rotate API keys.")

#: Of the calendar; in another time zone its last day could not be shown.
_LAST_YEAR = 9999
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
    identical_events: bool = False,
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
        that send no Idempotency-Key and send the same bytes again. It does not help the published AudioScape client
        where its batch grew before it tried again: see --identical-events.
    identical_events
        Take an event that equals one of the last 6 hours in everything, the fraction of its second and its player
        included, for the same event: for the published AudioScape client, which sends no Idempotency-Key and may put
        events into another batch before it tries again. Repeats count as duplicates.
    quiet
        Print nothing but the key.
    """
    with opened_keys(where or Where(), make=True, sign=True, quiet=quiet) as keys:
        key_id, key = keys.create(
            project=project,
            name=name,
            scopes=_scopes(scope),
            rate=rate,
            identical_batches=identical_batches,
            identical_events=identical_events,
            expires_at=_moment(expires) if expires else None,
        )
    _show(key, f"Key {key_id} of project {project} may {scope}.", quiet=quiet)


@app.command(name="import")
def import_(
    file: Path | None = None,
    /,
    *,
    name: str,
    project: str = "default",
    scope: str = "ingest",
    rate: int = 0,
    expires: str | None = None,
    identical_batches: bool = False,
    identical_events: bool = False,
    where: Where | None = None,
) -> None:
    """Take over a key that games have already, so that they need no other.

    For games that come from another service, and for the published AudioScape client pointed at this server: it sends
    one key to all its services. The key is read from a file or from standard input, never from the command line, where
    every process of the machine could see it.

    Examples: `audioscape keys import key.txt --name "published client" --identical-events`, or
    `pass show audioscape | audioscape keys import --name "another service"`.

    Parameters
    ----------
    file
        The file with the key: 20 to 512 visible ASCII characters, with white space around them or without. By default
        it is read from standard input; at a terminal it is asked for, and not shown.
    name
        What the key is for, such as "published client".
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
        that send no Idempotency-Key and send the same bytes again. It does not help the published AudioScape client
        where its batch grew before it tried again: see --identical-events.
    identical_events
        Take an event that equals one of the last 6 hours in everything, the fraction of its second and its player
        included, for the same event: for the published AudioScape client, which sends no Idempotency-Key and may put
        events into another batch before it tries again. Repeats count as duplicates.
    """
    key = _read_key(file)
    with opened_keys(where or Where(), make=True, sign=True) as keys:
        key_id, _ = keys.create(
            project=project,
            name=name,
            scopes=_scopes(scope),
            rate=rate,
            identical_batches=identical_batches,
            identical_events=identical_events,
            expires_at=_moment(expires) if expires else None,
            imported=key,
        )
    answers.print(key_id)
    errors.print(f"Imported: key {key_id} of project {project} may {scope}. Only a digest of it is stored.")


@app.command(name="list")
def list_(*, as_json: AsJson = False, where: Where | None = None) -> None:
    """List every key: what it may do, and whether it is live. Keys themselves are not stored."""
    with opened_keys(where or Where()) as keys:
        found, overlaps = keys.list(), keys.overlaps()
    if as_json:
        print_json([_as_json(key, overlaps) for key in found])
        return
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
            _state(key, overlaps),
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


def _read_key(file: Path | None) -> str:
    """The key from a file, from standard input, or typed in at a terminal without being shown.

    Raises:
        InvalidRequestError: there is none; the text never holds what was read.
    """
    raw = read_hidden(file, "key", "Key to import (not shown): ")
    lines = raw.decode("utf-8-sig", "replace").split()
    if len(raw) > MAX_BYTES or len(lines) != 1:
        found = "nothing" if not lines else "more than that"
        raise InvalidRequestError(f"Give one key and nothing else, in a file or on standard input; got {found}.")
    return lines[0]


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
        return time.time() + _from_now(text)
    if moment.year == _LAST_YEAR:
        raise InvalidRequestError(f"A key ends before the year {_LAST_YEAR}, or never; got {text!r}.")
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _from_now(text: str) -> float:
    try:
        return seconds(text)
    except InvalidRequestError:
        raise InvalidRequestError(
            f"A key ends after a duration, such as 90d, or at a date, such as 2027-01-31; got {text!r}."
        ) from None


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M")


def _as_json(key: StoredKey, overlaps: Mapping[str, float]) -> dict[str, Any]:
    is_live = _state(key, {}) == "live"
    times = {"overlap_until": overlaps.get(key.id) if is_live else None} | {
        name: getattr(key, name) for name in ("created_at", "expires_at", "revoked_at")
    }
    return (
        asdict(key)
        | {"scopes": key.scopes.split(","), "is_live": is_live}
        | {name: at and datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds") for name, at in times.items()}
    )


def _state(key: StoredKey, overlaps: Mapping[str, float]) -> str:
    if key.revoked_at is not None:
        return f"revoked {_date(key.revoked_at)}"
    if key.expires_at is not None and key.expires_at <= time.time():
        return "expired"
    return f"live; the old secret until {_date(overlaps[key.id])}" if key.id in overlaps else "live"
