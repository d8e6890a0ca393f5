"""The doctor finds each fault that it knows, by making the fault."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import apsw
import pytest

from audioscape_server.access.keys import Scope
from audioscape_server.access.secret import server_secret
from audioscape_server.control import ControlDatabase, Installation, KeyStore
from audioscape_server.control.migrate import latest_version
from audioscape_server.operations.doctor import Finding, Severity, diagnose
from audioscape_server.settings import GIB, Settings
from audioscape_server.spool import Spool
from support.samples import play
from support.server import free_port
from support.spools import NOW, new_batch, tamper

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.server import Server


@pytest.fixture
def nothing(tmp_path: Path) -> Settings:
    """Settings of a place where nothing was ever installed."""
    return Settings(data=tmp_path / "data", port=free_port())


@pytest.fixture
def healthy(nothing: Settings) -> Settings:
    """An installation with a key and a spool in which something waits; its warehouse was not made yet."""
    folder = nothing.folder
    folder.make()
    database = ControlDatabase(nothing.control_url)
    database.migrate()
    KeyStore(database, server_secret("", folder), lambda: NOW).create(
        project="default", name="a", scopes=[Scope.INGEST]
    )
    database.close()
    spool = Spool(folder.spool, NOW)
    with spool.transaction():
        spool.append([new_batch(), new_batch()])
    spool.close()
    return nothing


def found(settings: Settings, severity: Severity) -> list[str]:
    return [finding.text for finding in diagnose(settings) if finding.severity is severity]


def problem(settings: Settings) -> Finding:
    [only] = [finding for finding in diagnose(settings) if finding.severity is Severity.PROBLEM]
    assert only.advice, "a problem comes with what to do"
    return only


def entries(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_a_healthy_installation_has_no_problem(new_server: Callable[..., Server]) -> None:
    """A running server has the spool to itself: the doctor asks it."""
    server = new_server()
    assert server.post([play(), play()]).status_code == 202
    server.settled()
    settings = Settings(data=server.data, port=server.port)
    assert found(settings, Severity.PROBLEM) == found(settings, Severity.WARNING) == []
    oks = "\n".join(found(settings, Severity.OK))
    for text in ("Python 3", "GiB free", "live keys: 1", "0 events wait", f"A server runs on {server.url}"):
        assert text in oks


def test_looking_changes_nothing(healthy: Settings) -> None:
    before = entries(healthy.folder.path)
    diagnose(healthy)
    assert entries(healthy.folder.path) == before


def test_where_nothing_is_installed_it_says_so_and_makes_nothing(nothing: Settings) -> None:
    assert found(nothing, Severity.PROBLEM) == []
    assert any("There is no installation" in text for text in found(nothing, Severity.WARNING))
    assert not nothing.folder.path.exists()


def test_a_remote_control_database_makes_no_folder_either(nothing: Settings, tmp_path: Path) -> None:
    database = ControlDatabase(f"sqlite:///{tmp_path / 'far away.db'}")
    database.migrate()
    database.close()
    assert "There is no live key." in found(
        replace(nothing, control=f"sqlite:///{tmp_path / 'far away.db'}"), Severity.WARNING
    )
    assert not nothing.folder.path.exists()


def test_no_server(healthy: Settings) -> None:
    assert found(healthy, Severity.WARNING) == ["No server runs on this folder."]


def test_a_port_that_another_program_has(healthy: Settings) -> None:
    with socket.create_server(("127.0.0.1", healthy.port)):
        assert f"Another program listens on 127.0.0.1:{healthy.port}" in problem(healthy).text


def test_a_port_that_audioscape_has(healthy: Settings, new_server: Callable[..., Server]) -> None:
    other = new_server()
    found = problem(replace(healthy, port=other.port))
    assert found.text == f"An AudioScape server of another data folder listens on 127.0.0.1:{other.port}."
    assert "--data" in found.advice


def test_a_warehouse_that_the_server_cannot_reach(new_server: Callable[..., Server]) -> None:
    server = new_server(WAREHOUSE="clickhouse://127.0.0.1:1/nowhere", SECRET="s" * 32)
    told = problem(Settings(data=server.data, port=server.port, secret="s" * 32))
    assert "The server cannot reach the warehouse" in told.text


def test_a_warehouse_that_is_away_while_no_server_runs(healthy: Settings) -> None:
    assert "The warehouse cannot be looked at" in problem(replace(healthy, warehouse="clickhouse://127.0.0.1:1/x")).text


def test_another_secret(healthy: Settings) -> None:
    with closing(ControlDatabase(healthy.control_url)) as database:
        Installation(healthy.folder, database, "").secret()  # the first use, which is remembered
    assert "is not the one under which the 1 keys" in problem(replace(healthy, secret="t" * 32)).text


@pytest.mark.parametrize("port_of", ["::1", "127.0.0.1"])
def test_a_port_that_is_free(healthy: Settings, port_of: str) -> None:
    assert found(replace(healthy, host=port_of), Severity.PROBLEM) == []


def test_a_control_database_that_is_gone(healthy: Settings) -> None:
    healthy.folder.control.unlink()
    assert "control.db is missing or empty" in problem(healthy).text
    assert not healthy.folder.control.exists()


def test_a_secret_that_others_can_read(healthy: Settings) -> None:
    healthy.folder.secret.chmod(0o640)
    assert "can be read by others" in problem(healthy).text


def test_a_secret_that_is_lost(healthy: Settings) -> None:
    """The keys are all there and none works."""
    healthy.folder.secret.unlink()
    told = problem(healthy)
    assert "The secret is missing" in told.text
    assert "audioscape adopt" in told.advice, "what `keys create` says, too"
    assert not healthy.folder.secret.exists(), "a new one would hide the loss"


def test_too_little_disk_and_little_disk(healthy: Settings) -> None:
    free = os.statvfs(healthy.folder.path).f_bavail * os.statvfs(healthy.folder.path).f_frsize
    assert "below spool_reserve_bytes" in problem(replace(healthy, spool_reserve_bytes=free + GIB)).text


def test_little_disk(healthy: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audioscape_server.operations.doctor._LITTLE_DISK", 2**80)
    assert any("GiB free on the disk" in text for text in found(healthy, Severity.WARNING))


def test_a_control_database_without_tables(healthy: Settings) -> None:
    healthy.folder.control.unlink()
    healthy.folder.control.touch(0o600)
    assert problem(healthy).text == "The control database has no tables."


@pytest.mark.parametrize(("version", "advice"), [(1, "audioscape migrate"), (99, "newer version")])
def test_a_control_database_of_another_version(healthy: Settings, version: int, advice: str) -> None:
    with closing(sqlite3.connect(healthy.folder.control)) as database, database:
        database.execute("UPDATE schema_version SET version = ?", (version,))
    found = problem(healthy)
    assert f"schema version {version}, this AudioScape works with {latest_version()}" in found.text
    assert advice in found.advice


def test_a_control_database_that_is_damaged(healthy: Settings) -> None:
    healthy.folder.control.write_bytes(b"this is no database" * 100)
    assert "The control cannot be looked at" in problem(healthy).text


def test_no_live_key(healthy: Settings) -> None:
    database = ControlDatabase(healthy.control_url)
    store = KeyStore(database, b"p" * 32, lambda: NOW)
    store.revoke(store.list()[0].id)
    database.close()
    assert "There is no live key." in found(healthy, Severity.WARNING)


def test_a_ledger_that_does_not_add_up(healthy: Settings) -> None:
    tamper(healthy.folder.spool, "UPDATE ledger SET accepted = accepted + 1")
    assert problem(healthy).text == "The ledger does not add up for default."


def test_a_spool_that_is_damaged(healthy: Settings) -> None:
    spool = healthy.folder.spool
    damaged = bytearray(spool.read_bytes())
    damaged[4_096:] = b"\xa5" * (len(damaged) - 4_096)
    spool.write_bytes(damaged)
    text = problem(healthy).text
    assert "damaged" in text or "cannot be looked at" in text


def test_something_in_quarantine(healthy: Settings) -> None:
    spool = Spool(healthy.folder.spool, NOW)
    with spool.transaction():
        spool.quarantine(1, "refused", NOW)
    spool.close()
    assert "1 events are in quarantine." in found(healthy, Severity.WARNING)


def test_an_old_sqlite(healthy: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.2")
    assert problem(healthy).text == "SQLite 3.51.2 can corrupt its write-ahead log."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")
def test_a_folder_that_cannot_be_written(healthy: Settings) -> None:
    healthy.folder.path.chmod(0o500)
    try:
        assert "cannot be read and written" in found(healthy, Severity.PROBLEM)[0]
    finally:
        healthy.folder.path.chmod(0o700)
