"""Options that several commands share, and what they open."""

from __future__ import annotations

import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cyclopts import Parameter

from audioscape_server.cli.console import errors
from audioscape_server.control import ControlDatabase, Installation, KeyStore, Links, Users
from audioscape_server.errors import InvalidRequestError, NotFoundError
from audioscape_server.settings import DEFAULT_DATA, Settings

_DURATION = re.compile(r"(\d{1,6})\s*([smhd])", re.ASCII)
_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Which installation a command is about. The same settings as the server's."""

    data: Path = DEFAULT_DATA
    """Folder of the installation."""

    control: str = ""
    """Control database, when it is not the SQLite file in the folder."""

    warehouse: str = ""
    """ClickHouse server, when the warehouse is not embedded."""

    secret: str = ""
    """Server secret, when it is not kept in the folder."""

    @property
    def settings(self) -> Settings:
        """The server's settings for this installation."""
        return Settings(data=self.data, control=self.control, warehouse=self.warehouse, secret=self.secret)


@contextmanager
def opened_control(where: Where) -> Generator[ControlDatabase]:
    """The control database of an installation.

    Raises:
        NotFoundError: there is none.
        ConfigurationError: it is not the one that belongs to the folder.
    """
    with _opened(where, make=False) as (database, installation):
        installation.open()
        yield database


@contextmanager
def opened_installation(where: Where) -> Generator[Installation]:
    """An installation whose parts may not belong together.

    Raises:
        NotFoundError: the folder has no part of one.
    """
    with _opened(where, make=False) as (_, installation):
        yield installation


@contextmanager
def opened_keys(where: Where, *, make: bool = False, sign: bool = False, quiet: bool = False) -> Generator[KeyStore]:
    """The API keys of an installation; see `opened_control`.

    Args:
        where: which installation.
        make: make one where there is none.
        sign: keys will be made, which takes the secret.
        quiet: do not say that one was made. Say it otherwise: the folder may be a wrong one.
    """
    with _ready(where, make=make, quiet=quiet) as (database, installation):
        yield KeyStore(database, installation.secret() if sign else b"", time.time)


@contextmanager
def opened_users(where: Where, *, make: bool = False) -> Generator[Users]:
    """The people of an installation; see `opened_keys`."""
    with _ready(where, make=make) as (database, _):
        yield Users(database, time.time)


@contextmanager
def opened_links(where: Where) -> Generator[Links]:
    """The one-time links of an installation; see `opened_control`."""
    with opened_control(where) as database:
        yield Links(database, time.time)


def require_installation(where: Where) -> None:
    """Refuse a folder that has no part of an installation: it may be a wrong one.

    Raises:
        NotFoundError: it has none.
    """
    folder = where.settings.folder
    if not folder.is_used:
        raise NotFoundError(f"There is no installation in {folder.path}: give the --data folder of one.")


@contextmanager
def _ready(where: Where, *, make: bool, quiet: bool = False) -> Generator[tuple[ControlDatabase, Installation]]:
    with _opened(where, make=make) as (database, installation):
        is_new = make and database.version() == 0
        installation.open()
        yield database, installation
        if is_new and not quiet:
            errors.print(
                f"There was no installation in {where.settings.folder.path}; a new one was made.", soft_wrap=True
            )


@contextmanager
def _opened(where: Where, *, make: bool) -> Generator[tuple[ControlDatabase, Installation]]:
    settings = where.settings
    if not (make or where.control):
        require_installation(where)
    settings.folder.make()
    database = ControlDatabase(settings.control_url)
    try:
        yield database, Installation(settings.folder, database, where.secret)
    finally:
        database.close()


def seconds(text: str) -> float:
    """A duration such as ``90s``, ``30m``, ``24h`` or ``7d``.

    Raises:
        InvalidRequestError: it is none.
    """
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise InvalidRequestError(f"A duration is a number with s, m, h or d, such as 24h; got {text!r}.")
    return int(found[1]) * _UNITS_S[found[2]]
