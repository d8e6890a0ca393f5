"""What belongs together: a data folder, its control database, and the secret under which the keys are stored.

With another control database or another secret every key is unknown, every client is told 401 and drops its events.
That is a fault of ours, so it must not come that far:

* The control database has an id (table ``installation``). A folder that was served has it in the file ``installation``
  too. Where the two differ, or the database is missing or empty beside a folder with a history, nothing is opened.
* The control database keeps a fingerprint of the secret, from the first time that it is used. Under another secret no
  key is made or checked, and none is made in place of a lost one.
* Both refusals come before anything is changed, so putting the right file back mends them. Who has no right file any
  more says so once, with ``audioscape adopt``.
"""

from __future__ import annotations

import hmac
import os
from typing import NamedTuple

from sqlalchemy import func, select, update

from audioscape_server.access.secret import server_secret
from audioscape_server.control.database import ControlDatabase, usable
from audioscape_server.control.schema import api_keys, installation
from audioscape_server.durable import sync_folder
from audioscape_server.errors import ConfigurationError
from audioscape_server.settings import DataFolder

_RESTORE = "Restore it from a backup. If there is none: `audioscape adopt` goes on without the keys that were in it."


class Adopted(NamedTuple):
    """What `Installation.adopt` changed."""

    other_database: bool
    other_secret: bool


class Installation:
    """The parts of an installation, kept together.

    Args:
        folder: the data folder.
        database: the control database.
        secret: the secret that was given as a setting; empty for the folder's own.
    """

    def __init__(self, folder: DataFolder, database: ControlDatabase, secret: str) -> None:
        self._folder = folder
        self._database = database
        self._given = secret

    @usable()
    def open(self) -> list[str]:
        """Bring the control database up to date, if it is this folder's; the names of the steps that were run.

        Raises:
            ConfigurationError: it is missing, emptied, or another installation's; the text says how to go on.
        """
        bound = self._bound_to()
        if self._database.version() == 0 and (bound or self._has_history()):
            raise ConfigurationError(
                f"{self._place} is missing or empty, but {self._folder.path} holds data. {_RESTORE}",
            )
        ran = self._database.migrate()
        found = self._database.installation()
        if found is None:
            raise ConfigurationError(f"{self._place} was emptied. {_RESTORE}")
        if bound and found != bound:
            raise ConfigurationError(
                f"{self._place} is of another installation ({found}) than {self._folder.path} ({bound}): its keys are "
                "not the ones that clients of this folder have. Give the control database of this folder. "
                "If there is none: `audioscape adopt` ties the folder to this one.",
            )
        return ran

    @usable()
    def bind(self) -> None:
        """Write down in the folder which control database it belongs to. Once; a crash leaves all or nothing of it.

        Raises:
            ConfigurationError: the folder cannot be written.
        """
        found = self._database.installation()
        if found and found != self._bound_to():
            self._write(found)

    @usable()
    def secret(self) -> bytes:
        """The secret under which the keys of this control database are stored; made when there never was one.

        Raises:
            ConfigurationError: it is lost, or this is another one; the text says how to go on.
        """
        self.require_secret()
        secret = server_secret(self._given, self._folder)
        self._require_same(self._fingerprint() or self._remember(fingerprint(secret)), secret)
        return secret

    @usable()
    def require_secret(self) -> None:
        """Refuse a secret that is lost or another one; makes none, unlike `secret`.

        Raises:
            ConfigurationError: it is; the text says how to go on.
        """
        known = self._fingerprint()
        if self._given or self._folder.secret.exists():
            if known:
                self._require_same(known, server_secret(self._given, self._folder))
        elif known or self._issued():
            raise ConfigurationError(
                f"The secret is missing: neither the setting secret nor {self._folder.secret} is there, and "
                f"{self._issued()} keys of the control database {self._database.place} are stored under it. {_RESTORE}",
            )

    def _require_same(self, known: bytes, secret: bytes) -> None:
        if not hmac.compare_digest(known, fingerprint(secret)):
            given = "The setting secret" if self._given else f"The secret in {self._folder.secret}"
            raise ConfigurationError(
                f"{given} is not the one under which the {self._issued()} keys of the control database "
                f"{self._database.place} are stored: none of them would be known. Give the secret that the server was "
                f"started with, as --secret or AUDIOSCAPE_SECRET, or restore {self._folder.secret}. "
                "If it is lost: `audioscape adopt` goes on with this one.",
            )

    @usable()
    def require_keys(self, accepted: int) -> None:
        """Refuse to go on without a single key where events were accepted: somebody must have had one.

        Args:
            accepted: events that the folder's spool has ever accepted.

        Raises:
            ConfigurationError: there is no key, not even a revoked one.
        """
        if accepted and not self._issued():
            raise ConfigurationError(
                f"{self._place} has no keys, but {self._folder.path} has accepted {accepted:,} events: the clients "
                "that sent them would all be refused. Restore the control database from a backup, or create new keys "
                "first: `audioscape keys create`.",
            )

    @usable()
    def adopt(self) -> Adopted:
        """Tie the folder, the control database and the secret together as they are, whatever was before.

        Raises:
            ConfigurationError: one of them cannot be used.
        """
        self._database.migrate()
        found = self._database.make_installation()
        secret = fingerprint(server_secret(self._given, self._folder))
        before, bound = self._fingerprint(), self._bound_to()
        with self._database.engine.begin() as connection:
            connection.execute(update(installation).values(secret_fingerprint=secret))
        self._write(found)
        return Adopted(bool(bound) and bound != found, bool(before) and before != secret)

    @property
    def _place(self) -> str:
        return f"The control database {self._database.place}"

    def _bound_to(self) -> str:
        try:
            return self._folder.installation.read_text("ascii").strip() if self._folder.installation.exists() else ""
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"{self._folder.installation} cannot be read: {error}.") from None

    def _has_history(self) -> bool:
        """Whether a server ran on the folder: every start makes the control database before these."""
        return self._folder.spool.exists() or self._folder.warehouse.exists()

    def _fingerprint(self) -> bytes:
        with self._database.engine.connect() as connection:
            return bytes(connection.scalar(select(installation.c.secret_fingerprint)) or b"")

    def _remember(self, new: bytes) -> bytes:
        """Keep the first fingerprint; of several that come at once, one. Returns the one that was kept."""
        unknown = installation.c.secret_fingerprint.is_(None)
        with self._database.engine.begin() as connection:
            connection.execute(update(installation).where(unknown).values(secret_fingerprint=new))
        return self._fingerprint()

    def _issued(self) -> int:
        with self._database.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(api_keys)) or 0

    def _write(self, found: str) -> None:
        file = self._folder.installation
        draft = file.with_suffix(".new")
        try:
            self._folder.make()
            with draft.open("w", encoding="ascii") as written:
                written.write(f"{found}\n")
                written.flush()
                os.fsync(written.fileno())
            draft.replace(file)
            sync_folder(file.parent)
        except OSError as error:
            raise ConfigurationError(f"{file} cannot be written: {error.strerror}.") from None


def fingerprint(secret: bytes) -> bytes:
    """What is kept of a secret to know it again: nothing else can be learned from it."""
    return hmac.digest(secret, b"audioscape: fingerprint of the server secret", "sha256")
