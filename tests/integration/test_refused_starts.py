"""A server whose parts do not belong together does not start: it would answer 401, and clients would drop events."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

EVENT = {"type": "play", "asset_id": "1"}


def remove(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    file.write_bytes(b"")


def empty_tables(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in set(tables) - {"schema_version"}:
            database.execute(f"DELETE FROM {table}")


def remove_keys(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DELETE FROM api_key_secrets")
        database.execute("DELETE FROM api_keys")


def of_another_installation(file: Path) -> None:
    other = file.with_name("other")
    other.mkdir()
    with closing(sqlite3.connect(file)) as database, closing(sqlite3.connect(other / file.name)) as copy:
        database.backup(copy)
        with copy:
            copy.execute("UPDATE installation SET id = 'another'")
    (other / file.name).replace(file)


def foreign_secret(file: Path) -> None:
    file.write_bytes(b"f" * 32)


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that has taken an event and was stopped."""
    with Server(tmp_path_factory.mktemp("server")) as server:
        assert server.post([EVENT]).status_code == 202
        server.stop()
        yield server


@pytest.mark.parametrize(
    ("file", "happens", "says"),
    [
        ("control.db", remove, "control.db is missing or empty"),
        ("control.db", empty, "control.db is missing or empty"),
        ("control.db", empty_tables, "control.db was emptied"),
        ("control.db", remove_keys, "has no keys, but"),
        ("control.db", of_another_installation, "is of another installation (another)"),
        ("secret", remove, "The secret is missing"),
        ("secret", empty, "must hold at least 32 bytes, found 0"),
        ("secret", foreign_secret, "is not the one under which the 1 keys"),
    ],
)
def test_it_says_what_is_wrong_and_how_to_go_on_and_changes_nothing(
    stopped: Server, tmp_path: Path, file: str, happens: Callable[[Path], None], says: str
) -> None:
    victim = stopped.data / file
    shutil.copy2(victim, tmp_path / file)
    happens(victim)
    left = victim.read_bytes() if victim.exists() else None

    done = stopped.cli("serve", "--port", str(stopped.port))

    assert (done.returncode, done.stdout) == (1, "")
    [line] = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert says in line
    assert "estore" in line or "audioscape adopt" in line, "it says how to go on"
    assert "Traceback" not in done.stderr
    assert (victim.read_bytes() if victim.exists() else None) == left, "nothing was changed"
    shutil.copy2(tmp_path / file, victim)


def test_it_goes_on_once_the_right_files_are_back(stopped: Server) -> None:
    """Every case above puts back what it took."""
    stopped.start()
    assert stopped.post([EVENT]).status_code == 202
    stopped.stop()


def test_who_lost_the_keys_for_good_goes_on_with_new_ones(new_server: Callable[..., Server]) -> None:
    server = new_server()
    assert server.post([EVENT]).status_code == 202
    assert server.settled()["loaded"] == 1
    server.stop()
    (server.data / "control.db").unlink()
    (server.data / "secret").unlink()
    assert server.cli("adopt").returncode == 0
    key = server.create_key()
    server.start()
    assert server.post([EVENT], key).status_code == 202
    assert server.settled(key)["loaded"] == 2, "what was accepted before is still there"
