"""``audioscape users``: create, list, role, password, link, remove."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from cyclopts import App

from audioscape_server.accounts.links import address
from audioscape_server.accounts.roles import Role, role_named
from audioscape_server.cli.console import AsJson, answers, print_json, table
from audioscape_server.cli.hidden import MAX_BYTES, read_hidden
from audioscape_server.cli.options import Where, opened_links, opened_users
from audioscape_server.errors import InvalidRequestError
from audioscape_server.operations.running_server import running_server

app = App(name="users", help="Say who may sign in, and what each may do.")

#: Where a server listens that nothing else was said to.
_USUAL_URL = "http://127.0.0.1:8000"


@app.command
def create(
    *,
    email: str,
    role: str = Role.VIEWER,
    project: str = "default",
    password_file: Path | None = None,
    where: Where | None = None,
) -> None:
    """Let a person sign in.

    The password is read from a file or from standard input; at a terminal it is asked for, and not shown.

    Parameters
    ----------
    email
        By which the person signs in. Upper and lower case are the same.
    role
        What the person may do: owner, editor, viewer or guest.
    project
        Where: the project's name. `audioscape users role` gives roles in more projects.
    password_file
        The file with the password: 12 to 1,024 characters in one line.
    """
    role_ = role_named(role)
    password = _read_password(password_file)
    with opened_users(where or Where(), make=True) as users:
        users.create(email=email, password=password, project=project, role=role_)
    answers.print(f"{email} is {role_} of project {project}.", soft_wrap=True)


@app.command(name="list")
def list_(*, as_json: AsJson = False, where: Where | None = None) -> None:
    """List everybody who may sign in, with the role in each project."""
    with opened_users(where or Where()) as users:
        found = users.list()
    if as_json:
        print_json(
            [
                asdict(user) | {name: _moment(getattr(user, name)) for name in ("created_at", "password_at")}
                for user in found
            ]
        )
        return
    if not found:
        answers.print("Nobody yet. Let somebody in: audioscape users create --email name@example.com --role owner")
        return
    rows = table("email", "roles", "created", "password set")
    for user in found:
        roles = ", ".join(f"{role} of {project}" for project, role in user.roles.items())
        rows.add_row(user.email, roles or "none", _moment(user.created_at), _moment(user.password_at))
    answers.print(rows)


@app.command
def role(email: str, role: str, /, *, project: str = "default", where: Where | None = None) -> None:
    """Give a person a role in a project, or take it away.

    Parameters
    ----------
    email
        Whose.
    role
        What the person may do there: owner, editor, viewer or guest; none takes the role away.
    project
        The project's name.
    """
    given = None if role == "none" else role_named(role)
    with opened_users(where or Where()) as users:
        users.set_role(email, project, given)
    may = f"is {given} of" if given else "has no role any more in"
    answers.print(f"{email} {may} project {project}.", soft_wrap=True)


@app.command
def password(email: str, /, *, password_file: Path | None = None, where: Where | None = None) -> None:
    """Give a person a new password, read as `create` reads it.

    Parameters
    ----------
    email
        Whose.
    password_file
        The file with the password: 12 to 1,024 characters in one line.
    """
    new = _read_password(password_file)
    with opened_users(where or Where()) as users:
        users.set_password(email, new)
    answers.print(f"{email} has a new password.", soft_wrap=True)


@app.command
def link(email: str, /, *, url: str = "", where: Where | None = None) -> None:
    """Print a link by which a person who forgot the password sets a new one: once, within a day.

    Give it to nobody else. The password that there is holds until the link is used.

    Parameters
    ----------
    email
        Whose.
    url
        Where people reach the server, such as https://music.example.com. By default the address that the server on this
        folder listens on.
    """
    where = where or Where()
    with opened_links(where) as links:
        running = running_server(where.settings.folder)
        server = url.rstrip("/") or (running["url"] if running else _USUAL_URL)
        answers.print(address(server, links.reset(email)), soft_wrap=True, markup=False)


@app.command
def remove(email: str, /, *, where: Where | None = None) -> None:
    """Forget a person, with every role.

    Parameters
    ----------
    email
        Whom.
    """
    with opened_users(where or Where()) as users:
        users.remove(email)
    answers.print(f"{email} is removed.", soft_wrap=True)


def _read_password(file: Path | None) -> str:
    """The password, without the line break at its end. Typed in, it is asked for twice.

    Raises:
        InvalidRequestError: it cannot be read, or was not the same both times.
    """
    is_typed = file is None and sys.stdin.isatty()
    raw = read_hidden(file, "password", "Password (not shown): ")
    if is_typed and read_hidden(file, "password", "The same again: ") != raw:
        raise InvalidRequestError("The two passwords differ.")
    if len(raw) > MAX_BYTES:
        raise InvalidRequestError(f"A file with a password is a line; this has more than {MAX_BYTES:,} bytes.")
    try:
        return raw.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise InvalidRequestError("A file with a password is text in UTF-8; this is not.") from None


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
