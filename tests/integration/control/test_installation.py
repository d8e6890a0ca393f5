"""What belongs together is kept together: folder, control database and secret; on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from audioscape_server.access.keys import Scope
from audioscape_server.control import ControlDatabase, Installation, KeyStore
from audioscape_server.errors import ConfigurationError
from audioscape_server.settings import DataFolder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET, OTHER_SECRET = "s" * 32, "t" * 32
NOW = 1_790_166_896.0


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "folder")
    made.make()
    return made


@pytest.fixture
def of(folder: DataFolder, database: ControlDatabase) -> Callable[..., Installation]:
    """The folder with the database and a secret; each call is another start."""

    def made(secret: str = "") -> Installation:
        return Installation(folder, database, secret)

    return made


def add_key(database: ControlDatabase, secret: str = SECRET) -> None:
    KeyStore(database, secret.encode(), lambda: NOW).create(project="p", name="n", scopes=[Scope.INGEST])


def other_database(tmp_path: Path) -> ControlDatabase:
    other = ControlDatabase(f"sqlite:///{tmp_path / 'other.db'}")
    other.migrate()
    return other


def test_a_folder_goes_on_with_its_own_control_database(of: Callable[..., Installation], folder: DataFolder) -> None:
    for _ in range(2):
        assert of().open() == []
        of().bind()
    assert [path.name for path in folder.path.iterdir() if "installation" in path.name] == ["installation"]


def test_another_installations_control_database_is_refused_and_left_alone(
    of: Callable[..., Installation], folder: DataFolder, tmp_path: Path
) -> None:
    of().bind()
    bound = folder.installation.read_text()
    other = other_database(tmp_path)
    with pytest.raises(ConfigurationError, match=r"of another installation.*audioscape adopt"):
        Installation(folder, other, "").open()
    assert folder.installation.read_text() == bound
    other.close()
    assert of().open() == []


def test_the_folders_note_is_on_the_disk_before_it_has_its_name(
    of: Callable[..., Installation], folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a note would be that of another installation."""
    synced: list[int] = []
    sync = os.fsync

    def noted(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        assert folder.installation.exists() == (len(synced) == 2)
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    of().bind()
    assert synced == [folder.installation.stat().st_ino, folder.path.stat().st_ino]


@pytest.mark.parametrize("history", ["installation", "spool", "warehouse"])
def test_a_missing_control_database_is_refused_beside_a_history_and_not_made(
    folder: DataFolder, tmp_path: Path, history: str
) -> None:
    getattr(folder, history).write_text("1234")
    file = tmp_path / "missing.db"
    missing = ControlDatabase(f"sqlite:///{file}")
    with pytest.raises(ConfigurationError, match=r"missing.db is missing or empty.*audioscape adopt"):
        Installation(folder, missing, "").open()
    assert not file.exists()
    file.touch()
    with pytest.raises(ConfigurationError, match=r"missing.db is missing or empty"):
        Installation(folder, missing, "").open()
    assert file.stat().st_size == 0
    missing.close()


def test_a_first_start_makes_the_control_database(folder: DataFolder, url: str) -> None:
    database = ControlDatabase(url)
    assert Installation(folder, database, "").open() != []
    assert database.is_current()
    database.close()


def test_an_emptied_control_database_is_refused(of: Callable[..., Installation], database: ControlDatabase) -> None:
    of().bind()
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM installation"))
    with pytest.raises(ConfigurationError, match=r"was emptied.*audioscape adopt"):
        of().open()


def test_without_any_key_a_folder_that_accepted_events_is_refused(
    of: Callable[..., Installation], database: ControlDatabase
) -> None:
    of().require_keys(0)
    with pytest.raises(ConfigurationError, match=r"has no keys, but .* has accepted 1,234 events"):
        of().require_keys(1_234)
    add_key(database)
    of().require_keys(1_234)


def test_only_the_secret_of_the_first_time_is_taken(of: Callable[..., Installation], database: ControlDatabase) -> None:
    assert of(SECRET).secret() == SECRET.encode()
    add_key(database)
    with pytest.raises(ConfigurationError, match="not the one under which the 1 keys") as refused:
        of(OTHER_SECRET).secret()
    assert OTHER_SECRET not in str(refused.value)
    assert of(SECRET).secret() == SECRET.encode()


def test_a_lost_secret_is_refused_and_not_replaced(
    of: Callable[..., Installation], folder: DataFolder, database: ControlDatabase
) -> None:
    made = of().secret()
    assert of().secret() == made == folder.secret.read_bytes()
    folder.secret.unlink()
    with pytest.raises(ConfigurationError, match=r"The secret is missing.*0 keys"):
        of().secret()
    add_key(database)
    with pytest.raises(ConfigurationError, match=r"The secret is missing.*1 keys"):
        of().secret()
    assert not folder.secret.exists()
    folder.secret.write_bytes(b"x" * 32)
    with pytest.raises(ConfigurationError, match=r"The secret in .* is not the one"):
        of().secret()
    folder.secret.write_bytes(made)
    assert of().secret() == made


def test_keys_of_the_first_version_still_guard_their_secret(
    of: Callable[..., Installation], folder: DataFolder, database: ControlDatabase
) -> None:
    """It kept no fingerprint."""
    add_key(database)
    with pytest.raises(ConfigurationError, match="The secret is missing"):
        of().secret()
    folder.secret.write_bytes(SECRET.encode())
    assert of().secret() == SECRET.encode()
    with pytest.raises(ConfigurationError, match="not the one"):
        of(OTHER_SECRET).secret()


def test_of_secrets_that_come_at_once_one_is_taken(of: Callable[..., Installation]) -> None:
    def start(number: int) -> bytes | None:
        try:
            return of(f"{number:032}").secret()
        except ConfigurationError:
            return None

    with ThreadPoolExecutor(4) as pool:
        assert sum(secret is not None for secret in pool.map(start, range(8))) == 1


def test_a_start_that_is_overtaken_by_another_does_not_replace_its_secret(
    of: Callable[..., Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = of(OTHER_SECRET)
    remember = late._remember

    def overtaken(new: bytes) -> bytes:
        assert of(SECRET).secret() == SECRET.encode()
        return remember(new)

    monkeypatch.setattr(late, "_remember", overtaken)
    with pytest.raises(ConfigurationError, match="not the one"):
        late.secret()
    assert of(SECRET).secret() == SECRET.encode()


def test_the_database_tells_nothing_of_the_secret(of: Callable[..., Installation], database: ControlDatabase) -> None:
    of(SECRET).secret()
    with database.engine.connect() as connection:
        [row] = connection.execute(text("SELECT * FROM installation")).all()
    assert SECRET not in repr(row)
    assert SECRET.encode() not in [bytes(value) for value in row if isinstance(value, bytes | memoryview)]


def test_adopting_ties_the_folder_to_what_is_there(
    of: Callable[..., Installation], folder: DataFolder, database: ControlDatabase, tmp_path: Path
) -> None:
    other = other_database(tmp_path)
    Installation(folder, other, "").bind()
    assert of(SECRET).adopt() == (True, False)
    assert of(SECRET).open() == []
    add_key(database)
    assert of(OTHER_SECRET).adopt() == (False, True)
    assert of(OTHER_SECRET).secret() == OTHER_SECRET.encode()
    with pytest.raises(ConfigurationError):
        of(SECRET).secret()
    assert of(OTHER_SECRET).adopt() == (False, False)
    other.close()


def test_adopting_an_emptied_or_a_new_database_makes_it_one(folder: DataFolder, url: str) -> None:
    folder.spool.touch()
    database = ControlDatabase(url)
    installation = Installation(folder, database, "")
    installation.adopt()
    with database.engine.begin() as connection:
        connection.execute(text("DELETE FROM installation"))
    assert installation.adopt().other_database
    assert installation.open() == []
    database.close()


def test_a_database_that_does_not_answer_is_told_in_a_line(folder: DataFolder) -> None:
    away = ControlDatabase("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(ConfigurationError, match="The control database cannot be used"):
        Installation(folder, away, "").open()
    away.close()
