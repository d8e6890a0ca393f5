"""Who may sign in, by the command: passwords are read from files and terminals, and shown nowhere."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.command import Command, Done

ADA = "ada@example.com"
GOOD = "correct horse battery"


class Piped:
    """Standard input that is no terminal."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)

    def isatty(self) -> bool:
        return False


class Terminal:
    """Standard input that is one."""

    def isatty(self) -> bool:
        return True


def create(audioscape: Command, content: bytes = GOOD.encode(), *more: str) -> Done:
    (audioscape.folder / "password").write_bytes(content)
    file = () if "--password-file" in more else ("--password-file", "password")
    return audioscape("users", "create", "--email", "Ada@Example.com", *file, *more)


def listed(audioscape: Command) -> list[tuple[str, dict[str, str]]]:
    done = audioscape("users", "list", "--json")
    assert done.code == 0
    return [(user["email"], user["roles"]) for user in json.loads(done.out)]


@pytest.mark.parametrize("content", [GOOD, f"{GOOD}\n", f"{GOOD}\r\n", f"\ufeff{GOOD}\n"])
def test_a_person_is_let_in_and_the_password_shown_nowhere(audioscape: Command, content: str) -> None:
    done = create(audioscape, content.encode(), "--role", "owner", "--project", "games")
    assert (done.code, done.out) == (0, "Ada@Example.com is owner of project games.\n")
    table, as_json = audioscape("users", "list"), audioscape("users", "list", "--json")
    assert [word in table.out for word in (ADA, "owner of games")] == [True] * 2
    assert listed(audioscape) == [(ADA, {"games": "owner"})]
    for said in (done.out, done.err, table.out, as_json.out):
        assert GOOD not in said
        assert "argon2" not in said


def test_whoever_gets_no_role_is_a_viewer_of_the_default_project(audioscape: Command) -> None:
    assert create(audioscape).code == 0
    assert listed(audioscape) == [(ADA, {"default": "viewer"})]


def test_roles_are_given_and_taken_away_and_a_person_removed(audioscape: Command) -> None:
    create(audioscape)
    assert (
        audioscape("users", "role", ADA, "editor", "--project", "games").out == f"{ADA} is editor of project games.\n"
    )
    assert listed(audioscape) == [(ADA, {"default": "viewer", "games": "editor"})]
    assert audioscape("users", "role", ADA, "none").out == f"{ADA} has no role any more in project default.\n"
    assert listed(audioscape) == [(ADA, {"games": "editor"})]
    assert audioscape("users", "remove", ADA).code == 0
    assert listed(audioscape) == []
    assert "Nobody yet" in audioscape("users", "list").out


def test_a_password_comes_from_standard_input_too(audioscape: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    create(audioscape)
    monkeypatch.setattr("sys.stdin", Piped(b"another horse battery\n"))
    done = audioscape("users", "password", ADA)
    assert (done.code, done.out) == (0, f"{ADA} has a new password.\n")


@pytest.mark.parametrize(("second", "code"), [(GOOD, 0), (f"{GOOD}!", 1)])
def test_at_a_terminal_a_password_is_asked_for_twice_and_not_shown(
    audioscape: Command, monkeypatch: pytest.MonkeyPatch, second: str, code: int
) -> None:
    typed = iter([GOOD, second])
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    done = audioscape("users", "create", "--email", ADA, "--role", "owner")
    assert done.code == code
    assert GOOD not in done.out + done.err
    assert listed(audioscape) == [(ADA, {"default": "owner"})] if not code else "The two passwords differ" in done.err


@pytest.mark.parametrize(
    ("content", "more", "says"),
    [
        (b"short", (), "A password has 12 to 1,024 characters, got 5"),
        (b"", (), "A password has 12 to 1,024 characters, got 0"),
        (b"\xff" * 20, (), "is text in UTF-8"),
        (b"x" * 5_000, (), "more than 4,096 bytes"),
        (b"two lines\nof a password\n", (), "no line breaks"),
        (GOOD.encode(), ("--role", "king"), "A role is one of owner, editor, viewer, guest; got 'king'"),
        (GOOD.encode(), ("--project", "No"), "A project's name has"),
        (GOOD.encode(), ("--password-file", "gone"), "The password cannot be read from gone"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_let_in(
    audioscape: Command, content: bytes, more: tuple[str, ...], says: str
) -> None:
    done = create(audioscape, content, *more)
    assert done.code == 1
    assert says in done.err
    assert GOOD not in done.out + done.err
    assert audioscape("users", "list").code == 1 or listed(audioscape) == []


def test_a_link_for_a_new_password_leads_to_where_people_reach_the_server(audioscape: Command) -> None:
    create(audioscape)
    for more, server in (((), "http://127.0.0.1:8000"), (("--url", "https://a.example/"), "https://a.example")):
        done = audioscape("users", "link", "Ada@example.com", *more)
        address, token = done.out.strip().split("/join#")
        assert (done.code, address, len(token)) == (0, server, 43)
    refused = audioscape("users", "link", "nobody@example.com")
    assert (refused.code, "There is no user nobody@example.com" in refused.err) == (1, True)
