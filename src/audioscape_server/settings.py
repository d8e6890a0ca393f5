"""Every knob of the server, with its default and its unit.

A setting is a flag of ``audioscape serve``, an environment variable ``AUDIOSCAPE_…`` and a line of the TOML file, in
that order of precedence: ``--spool-max-bytes``, ``AUDIOSCAPE_SPOOL_MAX_BYTES``, ``spool_max_bytes = …``.
"""

from __future__ import annotations

import math
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cyclopts import Parameter
from cyclopts.types import NonNegativeFloat, NonNegativeInt, Port, PositiveInt

from audioscape_server.durable import make_folder
from audioscape_server.errors import ConfigurationError

DEFAULT_DATA = Path("data")
MIB = 1024 * 1024
GIB = 1024 * MIB
#: The permissions of everybody but the owner.
_OTHERS = 0o077


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of ``audioscape serve``."""

    data: Path = DEFAULT_DATA
    """Folder for everything that is kept: spool, warehouse, control database, secret."""

    host: str = "127.0.0.1"
    """Address to listen on. Put a TLS proxy in front before you open it to the world."""

    port: Port = 8000
    """Port to listen on."""

    warehouse: str = ""
    """ClickHouse to load into: clickhouse://USER:PASSWORD@HOST:PORT/DATABASE. Default: embedded, in the data folder."""

    control: str = ""
    """Control database: postgresql+psycopg://USER:PASSWORD@HOST/DATABASE. Default: SQLite in the data folder."""

    secret: str = ""
    """Server secret under which API keys are stored. Default: made once and kept in the data folder. Workers that share
    a control database must share it."""

    spool_max_bytes: PositiveInt = 10 * GIB
    """Bytes the spool may hold before requests are answered 503. About 10 million requests of 50 events."""

    spool_reserve_bytes: NonNegativeInt = 200 * MIB
    """Bytes to leave free on the spool's disk: below that requests are answered 503 while the loader drains."""

    archive_days: NonNegativeFloat = 8.0
    """Days that loaded events are kept beside the spool: what the warehouse loses is loaded again; 0 for none."""

    archive_max_bytes: PositiveInt = 10 * GIB
    """Bytes the archive may hold; past that its oldest part is forgotten first. About 18 bytes an event."""

    block_events: PositiveInt = 100_000
    """Events loaded into the warehouse at once, about."""

    load_interval: NonNegativeFloat = 0.5
    """Seconds between two loads of a quiet server, after which a new event is visible; up to four times as many between
    those of a busy one."""

    address_rate: NonNegativeFloat = 30.0
    """Requests per second that one address may send without a valid key; 0 for no limit (behind a proxy that hides
    addresses)."""

    address_burst: PositiveInt = 300
    """Requests that one address may send at once without a valid key."""

    cors_origin: tuple[str, ...] = ()
    """Origin whose pages may read the API with a key, such as https://dash.example; repeat it for several. Never with
    cookies."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe messages to log."""

    log_format: Literal["text", "json"] = "text"
    """Form of the log on standard error."""

    def __post_init__(self) -> None:
        """Refuse what the types let through.

        Raises:
            ConfigurationError: a number is not finite, or the folder cannot hold an installation.
        """
        _require_possible(self.data, embedded=not self.warehouse)
        for name in ("load_interval", "address_rate", "archive_days"):
            value: float = getattr(self, name)
            if not math.isfinite(value):
                raise ConfigurationError(f"The setting --{name.replace('_', '-')} must be a number, got {value}.")

    @property
    def folder(self) -> DataFolder:
        """Where things lie."""
        return DataFolder(self.data.absolute())

    @property
    def warehouse_url(self) -> str:
        """The warehouse to load into."""
        return self.warehouse or f"chdb://{self.folder.warehouse}"

    @property
    def control_url(self) -> str:
        """The control database, as `ControlDatabase` takes it."""
        return self.control or f"sqlite:///{self.folder.control}"


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The data folder: what lies where."""

    path: Path

    @property
    def spool(self) -> Path:
        """The spool's file; its write-ahead log lies beside it."""
        return self.path / "spool" / "spool.db"

    @property
    def archive(self) -> Path:
        """What was loaded in the last days."""
        return self.path / "spool" / "archive"

    @property
    def warehouse(self) -> Path:
        """The embedded ClickHouse."""
        return self.path / "warehouse"

    @property
    def control(self) -> Path:
        """The control database, when it is SQLite."""
        return self.path / "control.db"

    @property
    def secret(self) -> Path:
        """The server secret, when it is kept here."""
        return self.path / "secret"

    @property
    def installation(self) -> Path:
        """The id of the control database to which the folder belongs."""
        return self.path / "installation"

    @property
    def server(self) -> Path:
        """Locked by the server that runs on this folder; says where to reach it."""
        return self.path / "server.json"

    @property
    def is_used(self) -> bool:
        """Whether there is an installation here, or what is left of one."""
        return any(part.exists() for part in (self.control, self.installation, self.spool, self.warehouse))

    def readable_by_others(self) -> list[Path]:
        """What lies here and other users of the machine can read."""
        parts = (self.spool.parent, self.warehouse, self.control, self.secret, self.installation, self.server)
        return [part for part in parts if part.exists() and stat.S_IMODE(part.stat().st_mode) & _OTHERS]

    def make(self) -> None:
        """Make the folder, readable by its owner only, and take from others what they could read in it.

        A folder that somebody else made keeps its mode: it may hold more than ours.

        Raises:
            ConfigurationError: it cannot be made, or stays readable by others.
        """
        try:
            make_folder(self.path)
            make_folder(self.spool.parent)
        except OSError as error:
            raise ConfigurationError(f"The data folder {self.path} cannot be made: {error.strerror}.") from None
        try:
            for part in self.readable_by_others():
                part.chmod(stat.S_IMODE(part.stat().st_mode) & ~_OTHERS)
        except OSError as error:
            raise ConfigurationError(
                f"{self.path} holds what others can read, and that cannot be changed: {error.strerror}. "
                f"As its owner: chmod -R go= {self.path}",
            ) from None


def _require_possible(data: Path, *, embedded: bool) -> None:
    """Refuse a name that one of the databases cannot open, or would take for something else.

    Raises:
        ConfigurationError: it is such a name.
    """
    name = str(data)
    if "\0" in name or (not name.isascii() and name.encode(errors="ignore").decode() != name):
        raise ConfigurationError(f"The name of the data folder must be UTF-8 without NUL, got {name!a}.")
    # The embedded engine takes what follows a question mark for options, and links are followed before that.
    if embedded and "?" in os.path.realpath(data):
        raise ConfigurationError(
            f"The data folder {os.path.realpath(data)} has a question mark in its name, which the embedded ClickHouse "
            "cannot open: give another --data folder.",
        )
