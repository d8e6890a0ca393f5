"""The server secret: the pepper of stored keys. Made once, kept in the data folder, readable by its owner only."""

from __future__ import annotations

import os
import secrets

from audioscape_server.errors import ConfigurationError
from audioscape_server.settings import DataFolder

#: Bytes of a secret that we make, and characters of one that is given.
SECRET_BYTES = 32
MIN_CHARS = 32


def server_secret(given: str, folder: DataFolder) -> bytes:
    """The secret that was given as a setting, or the folder's own; made when there is none.

    Raises:
        ConfigurationError: the given one is too short, or the folder cannot be written.
    """
    if given:
        if len(given) < MIN_CHARS:
            raise ConfigurationError(f"The setting secret needs at least {MIN_CHARS} characters, got {len(given)}.")
        return given.encode()
    folder.make()
    try:
        _make(folder)
    except FileExistsError:
        pass
    except OSError as error:
        raise ConfigurationError(f"{folder.secret} cannot be written: {error.strerror}.") from None
    return folder.secret.read_bytes()


def _make(folder: DataFolder) -> None:
    # A whole file appears at once or not at all, whoever else starts at the same time.
    draft = folder.secret.with_name(f"secret.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, folder.secret)
    finally:
        draft.unlink()
