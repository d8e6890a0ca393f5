"""Taking over a key that games have already: from a file or standard input, never shown, never weak."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from audioscape_server.access.keys import mint

if TYPE_CHECKING:
    from pathlib import Path

    from support.command import Command, Done

KEY = "a-key-that-the-game-has:~!"


class Piped:
    """Standard input that is no terminal."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)

    def isatty(self) -> bool:
        return False


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "key.txt"


def import_file(audioscape: Command, file: Path, content: bytes, *more: str) -> Done:
    file.write_bytes(content)
    return audioscape("keys", "import", str(file), "--name", "published client", *more)


@pytest.mark.parametrize("content", [f"{KEY}", f"{KEY}\n", f"  {KEY}\r\n\n", f"\ufeff{KEY}\n"])
def test_a_key_is_imported_from_a_file_and_shown_nowhere(audioscape: Command, key_file: Path, content: str) -> None:
    done = import_file(audioscape, key_file, content.encode(), "--scope", "ingest,read", "--project", "games")
    assert done.code == 0
    assert KEY not in done.out + done.err
    listed = audioscape("keys", "list").out
    assert KEY not in listed
    row = next(line for line in listed.splitlines() if done.out.strip() in line)
    assert [word in row for word in ("games", "published client", "ingest,read", "live")] == [True] * 4


def test_a_key_is_imported_from_standard_input(audioscape: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Piped(f"{KEY}\n".encode()))
    done = audioscape("keys", "import", "--name", "published client")
    assert done.code == 0
    assert done.out.strip() in audioscape("keys", "list").out


def test_at_a_terminal_the_key_is_asked_for_and_not_shown(audioscape: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def getpass(prompt: str) -> str:
        asked.append(prompt)
        return KEY

    terminal = Piped(b"")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("getpass.getpass", getpass)
    assert audioscape("keys", "import", "--name", "published client").code == 0
    assert asked == ["Key to import (not shown): "]


def test_a_key_of_another_installation_can_be_imported(audioscape: Command, key_file: Path) -> None:
    assert import_file(audioscape, key_file, mint()[1].encode()).code == 0


def test_a_key_is_imported_once(audioscape: Command, key_file: Path) -> None:
    first = import_file(audioscape, key_file, KEY.encode()).out.strip()
    done = import_file(audioscape, key_file, KEY.encode())
    assert done.code == 1
    assert f"This installation has this key already: it is {first}." in done.err


def test_an_imported_key_can_be_rotated_to_a_minted_one(audioscape: Command, key_file: Path) -> None:
    key_id = import_file(audioscape, key_file, KEY.encode()).out.strip()
    assert audioscape("keys", "rotate", key_id, "--quiet").out.startswith(f"as_live_{key_id}_")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Give one key and nothing else, in a file or on standard input; got nothing."),
        (b" \n\n", "got nothing"),
        (b"one-key-of-enough-length\nanother-key-of-enough-length\n", "got more than that"),
        (b"a key with spaces in between", "got more than that"),
        (b"x" * 5_000, "got more than that"),
        (b"x" * 19, "has 20 to 512 visible ASCII characters, no spaces; got 19 characters"),
        (b"x" * 513, "has 20 to 512 visible ASCII characters, no spaces; got 513 characters"),
        ("schlüssel-mit-genug-zeichen".encode(), "got other characters"),
        (b"twenty-and-more-\x00-characters", "got other characters"),
        pytest.param(
            mint()[1][:-1].encode(), "begins with as_live_ but is none of an AudioScape server", id="a minted one, cut"
        ),
    ],
)
def test_what_is_no_key_is_one_line_that_does_not_repeat_it(
    audioscape: Command, key_file: Path, content: bytes, says: str
) -> None:
    done = import_file(audioscape, key_file, content)
    assert (done.code, done.out) == (1, "")
    (line,) = done.err.splitlines()
    assert says in line
    assert not any(len(word) > 3 and word in line for word in content.decode("utf-8", "replace").split())


def test_a_file_that_is_not_there_is_one_line(audioscape: Command, tmp_path: Path) -> None:
    done = audioscape("keys", "import", str(tmp_path / "none.txt"), "--name", "x")
    assert done.code == 1
    assert f"cannot be read from {tmp_path}{os.sep}none.txt: No such file or directory" in done.err
