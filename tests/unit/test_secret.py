"""The server secret: made once, kept to its owner, and never lost to a bad moment."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from audioscape_server.access.secret import SECRET_BYTES, server_secret
from audioscape_server.errors import ConfigurationError
from audioscape_server.settings import DataFolder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_it_is_made_once_and_only_its_owner_can_read_it(folder: DataFolder) -> None:
    made = server_secret("", folder)
    assert len(made) == SECRET_BYTES
    assert server_secret("", folder) == made
    assert stat.S_IMODE(folder.secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert {path.name for path in folder.path.iterdir()} == {"secret", "spool"}, "no draft is left"


def test_a_new_secret_is_on_the_disk_with_its_name_before_it_is_used(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it every key that was issued is worth nothing."""
    synced: list[int] = []
    sync = os.fsync

    def noted(handle: int) -> None:
        synced.append(os.fstat(handle).st_ino)
        sync(handle)

    monkeypatch.setattr(os, "fsync", noted)
    server_secret("", folder)
    assert synced[-2:] == [folder.secret.stat().st_ino, folder.path.stat().st_ino]


def test_two_installations_have_two_secrets(folder: DataFolder, tmp_path: Path) -> None:
    assert server_secret("", folder) != server_secret("", DataFolder(tmp_path / "other"))


def test_processes_that_start_at_once_agree(folder: DataFolder) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({done.result() for done in [pool.submit(server_secret, "", folder) for _ in range(32)]}) == 1


def test_a_draft_that_a_crash_left_behind_is_no_obstacle(folder: DataFolder) -> None:
    """In a container every start has the same process id."""
    folder.make()
    folder.secret.with_name(f"secret.{os.getpid()}").write_bytes(b"half")
    assert len(server_secret("", folder)) == SECRET_BYTES


def test_a_given_secret_is_taken_as_it_is_and_nothing_is_written(folder: DataFolder) -> None:
    assert server_secret("s" * 32, folder) == b"s" * 32
    assert not folder.path.exists()


def test_a_short_secret_is_refused_without_being_shown(folder: DataFolder) -> None:
    with pytest.raises(ConfigurationError, match="at least 32 characters, got 31") as error:
        server_secret("hunter2" + "x" * 24, folder)
    assert "hunter2" not in str(error.value)


def test_a_secret_that_was_cut_off_is_refused(folder: DataFolder) -> None:
    """Under another secret no key is known: that must not pass for keys that are all wrong."""
    folder.make()
    folder.secret.write_bytes(b"")
    with pytest.raises(ConfigurationError, match="at least 32 bytes, found 0"):
        server_secret("", folder)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(ConfigurationError, match="cannot be made"):
        server_secret("", DataFolder(tmp_path / "data"))
