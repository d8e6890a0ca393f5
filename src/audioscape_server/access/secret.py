"""The server secret: the pepper of stored keys. Made once, kept in the data folder, readable by its owner only."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile

from audioscape_server.durable import sync_folder
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
    try:
        if not folder.secret.exists():
            folder.make()
            _make(folder)
        secret = folder.secret.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{folder.secret} cannot be read and written: {error.strerror}.") from None
    if len(secret) < SECRET_BYTES:
        raise ConfigurationError(
            f"{folder.secret} must hold at least {SECRET_BYTES} bytes, found {len(secret)}: restore it from a backup. "
            "With another secret no key that was issued works any more.",
        )
    return secret


def _make(folder: DataFolder) -> None:
    # A whole file appears at once or not at all, whoever else starts at the same time.
    with tempfile.NamedTemporaryFile(dir=folder.path, prefix="secret.") as draft:
        draft.write(secrets.token_bytes(SECRET_BYTES))
        draft.flush()
        os.fsync(draft.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, folder.secret)
    sync_folder(folder.path)
