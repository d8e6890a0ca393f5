"""What is wrong with an installation, in plain words: for ``audioscape doctor``."""

from __future__ import annotations

import os
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import Enum

import apsw
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server.control import ControlDatabase, Installation, KeyStore
from audioscape_server.control.migrate import latest_version
from audioscape_server.errors import AudioScapeError, ConfigurationError
from audioscape_server.operations import running_server
from audioscape_server.operations.upkeep import describe
from audioscape_server.settings import GIB, Settings
from audioscape_server.spool import Spool
from audioscape_server.warehouse import Warehouse

#: The first SQLite without the bug that can corrupt a write-ahead log.
_SQLITE_FIXED = (3, 51, 3)
#: Bytes free on the disk below which we say so.
_LITTLE_DISK = 2 * GIB


class Severity(Enum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    severity: Severity
    text: str
    advice: str = ""


def diagnose(settings: Settings) -> list[Finding]:
    """Look at everything that a running server depends on. Changes nothing."""
    findings: list[Finding] = []
    for look in (_software, _folder, _disk, _control, _spool, _server, _warehouse):
        findings.extend(_looked(look, settings))
    return findings


def _looked(look: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from look(settings)
    except (AudioScapeError, SQLAlchemyError, apsw.Error, OSError) as error:
        text = f"The {look.__name__.strip('_')} cannot be looked at: {error}"
        yield Finding(Severity.PROBLEM, text, "Check the settings and the folder's owner.")


def _software(_: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    sqlite = apsw.sqlite_lib_version()
    yield Finding(Severity.OK, f"Python {version}, SQLite {sqlite} for the spool.")
    if tuple(map(int, sqlite.split("."))) < _SQLITE_FIXED:
        yield Finding(
            Severity.PROBLEM,
            f"SQLite {sqlite} can corrupt its write-ahead log.",
            "Install apsw 3.51.3 or newer from PyPI instead of the system's package.",
        )


def _folder(settings: Settings) -> Iterator[Finding]:
    path = settings.folder.path
    if not path.exists():
        yield Finding(Severity.WARNING, f"There is no installation in {path} yet.", "`audioscape serve` makes one.")
        return
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            Severity.PROBLEM, f"{path} cannot be read and written.", f"Give this user the folder: chown {path}."
        )
        return
    yield Finding(Severity.OK, f"Data folder {path}.")
    for part in settings.folder.readable_by_others():
        yield Finding(Severity.PROBLEM, f"{part} can be read by others.", f"chmod go= {part}")
    if stat.S_IMODE(path.stat().st_mode) & stat.S_IWOTH:
        yield Finding(Severity.PROBLEM, f"Everybody may put files into {path}.", f"chmod o-w {path}")


def _disk(settings: Settings) -> Iterator[Finding]:
    path = settings.folder.path
    if not path.exists():
        return
    disk = os.statvfs(path)
    free = disk.f_bavail * disk.f_frsize
    if free < settings.spool_reserve_bytes:
        text = f"{free / GIB:.1f} GiB free: below spool_reserve_bytes, so requests are answered 503."
        yield Finding(Severity.PROBLEM, text, "Free some disk; the server goes on by itself.")
    elif free < _LITTLE_DISK:
        yield Finding(Severity.WARNING, f"Only {free / GIB:.1f} GiB free on the disk.", "Free some disk soon.")
    else:
        yield Finding(Severity.OK, f"{free / GIB:.1f} GiB free on the disk.")


def _control(settings: Settings) -> Iterator[Finding]:
    if not settings.control and not settings.folder.is_used:
        return
    database = ControlDatabase(settings.control_url)
    try:
        installation = Installation(settings.folder, database, settings.secret)
        version, ours = database.version(), latest_version()
        if version != ours and (settings.control or settings.folder.control.exists()):
            text = "The control database has no tables."
            if version:
                text = f"The control database has schema version {version}, this AudioScape works with {ours}."
            advice = "`audioscape migrate`" if version < ours else "Run the newer version that it belongs to."
            yield Finding(Severity.PROBLEM, text, advice)
            return
        try:
            installation.open()  # up to date already, or refused: nothing is made
            installation.require_secret()
        except ConfigurationError as error:
            text, _, advice = str(error).partition(". ")
            yield Finding(Severity.PROBLEM, f"{text}.", advice)
            return
        keys = KeyStore(database, b"", time.time).load()  # needs no secret: nothing is compared, and nothing is made
    finally:
        database.close()
    if keys:
        yield Finding(Severity.OK, f"The control database answers; live keys: {len(keys)}.")
    else:
        yield Finding(
            Severity.WARNING, "There is no live key.", "audioscape keys create --name first --scope ingest,read"
        )


def _spool(settings: Settings) -> Iterator[Finding]:
    if not settings.folder.spool.exists():
        return
    found = running_server.ask(settings.folder, "spool")
    if found is None:
        with closing(Spool(settings.folder.spool, read_only=True)) as spool:
            found = describe(spool)
    for incident in found["incidents"]:
        yield Finding(Severity.WARNING, incident["what"], "Once you have read that: `audioscape acknowledge`.")
    if found["damage"]:
        text = f"The spool's file is damaged: {found['damage']}"
        yield Finding(Severity.PROBLEM, text, "Stop the server, copy the file aside, and restore it from a back-up.")
        return
    unbalanced = [line["project"] for line in found["ledger"] if not line["balanced"]]
    if unbalanced:
        text = f"The ledger does not add up for {', '.join(unbalanced)}."
        yield Finding(Severity.PROBLEM, text, "`audioscape check` says where.")
    waiting = sum(line["spooled"] for line in found["ledger"])
    yield Finding(Severity.OK, f"The spool is sound; {waiting:,} events wait for the warehouse.")
    if found["quarantined"]:
        text = f"{found['quarantined']:,} events are in quarantine."
        yield Finding(Severity.WARNING, text, "`audioscape quarantine list` says why.")


def _server(settings: Settings) -> Iterator[Finding]:
    server = running_server.running_server(settings.folder)
    if server is not None:
        yield Finding(Severity.OK, f"A server runs on {server['url']} (process {server['pid']}).")
        return
    yield Finding(Severity.WARNING, "No server runs on this folder.", "audioscape serve")
    address = f"{settings.host}:{settings.port}"
    try:
        socket.create_connection((settings.host, settings.port), timeout=running_server.PROBE_S).close()
    except OSError:
        return
    if "AudioScape" in str(running_server.fetched(f"http://{address}/openapi.json").get("info")):
        text = f"An AudioScape server of another data folder listens on {address}."
        yield Finding(Severity.PROBLEM, text, "Give the --data folder of that one, or serve on another --port.")
    else:
        text = f"Another program listens on {address}."
        yield Finding(Severity.PROBLEM, text, "Stop it, or serve on another --port.")


def _warehouse(settings: Settings) -> Iterator[Finding]:
    server = running_server.running_server(settings.folder)
    if server is not None:
        if running_server.fetched(f"{server['url']}/readyz").get("warehouse") == "ok":
            yield Finding(Severity.OK, "The warehouse answers.")
        else:
            text = "The server cannot reach the warehouse: events are accepted and wait, nothing can be asked."
            yield Finding(Severity.PROBLEM, text, "See that ClickHouse runs; the server's log says what it answers.")
        return
    if not settings.folder.path.exists() or not (settings.warehouse or settings.folder.warehouse.exists()):
        return
    with Warehouse(settings.warehouse_url, reserve_bytes=settings.spool_reserve_bytes) as warehouse:
        events = sum(int(row["events"]) for row in warehouse.query("loading/loaded_events"))
    yield Finding(Severity.OK, f"The warehouse answers; it holds {events:,} events.")
