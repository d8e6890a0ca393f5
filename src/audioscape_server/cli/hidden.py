"""What a command reads and never shows: a key, a password.

Never from the command line, where every process of the machine could see it.
"""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Final

from audioscape_server.errors import InvalidRequestError

#: More than any key or password; a file this long is another one.
MAX_BYTES: Final = 4_096


def read_hidden(file: Path | None, what: str, prompt: str) -> bytes:
    """What a file holds, or standard input; at a terminal it is asked for, and not shown.

    Args:
        file: None for standard input.
        what: how an error calls it, such as "key".
        prompt: the words at a terminal.

    Returns:
        `MAX_BYTES` + 1 bytes of what is longer.

    Raises:
        InvalidRequestError: the file cannot be read; the text never holds what was read.
    """
    if file is None and sys.stdin.isatty():
        return getpass.getpass(prompt).encode()
    try:
        if file is None:
            return sys.stdin.buffer.read(MAX_BYTES + 1)
        with file.open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        source = file or "standard input"
        raise InvalidRequestError(f"The {what} cannot be read from {source}: {error.strerror}.") from None
