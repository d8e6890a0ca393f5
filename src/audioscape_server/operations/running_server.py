"""Commands on a data folder while a server runs on it: they ask the server.

The spool and the embedded warehouse belong to one process. A command that needs them finds the running server in the
folder's ``server.json`` (readable by the owner only), which also holds a token for this run: who can read the folder
may ask. When no server runs, the command opens the folder itself.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Mapping
from functools import partial
from http.client import HTTPException
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from audioscape_server.asgi import HTTPScope, Send, send_json
from audioscape_server.errors import AudioScapeError, ConfigurationError, ServiceUnavailableError
from audioscape_server.lanes import Lane
from audioscape_server.operations.failures import in_words
from audioscape_server.settings import DataFolder

PREFIX = "/local/v1/"
TOKEN_HEADER = "x-audioscape-local"  # noqa: S105 - a header's name
#: Seconds a running server may take for an answer: a check recounts everything.
TIMEOUT_S = 900
#: Seconds that a program on this machine may take to say what it is.
PROBE_S = 5
_NO_ANSWER = "The server cannot answer now; its log says why."

#: Without the environment's proxy: all of this stays on the machine.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

Command = Callable[..., Any]


class LocalCommands:
    """The server's side: a small ASGI application.

    Args:
        commands: what can be asked, by name; each blocks and returns something JSON can hold. Each has a thread of its
            own: a long one holds up no other.
    """

    def __init__(self, commands: Mapping[str, Command]) -> None:
        self._commands = {name: (Lane(f"command {name}", TIMEOUT_S), command) for name, command in commands.items()}
        self.token = secrets.token_hex(32)

    @property
    def is_busy(self) -> bool:
        """Whether a command is under way."""
        return any(lane.is_busy for lane, _ in self._commands.values())

    async def __call__(self, scope: HTTPScope, send: Send) -> None:
        """Answer a command; who has no token learns nothing, not even that there is something."""
        found = self._commands.get(scope["path"].removeprefix(PREFIX))
        token = dict(scope["headers"]).get(TOKEN_HEADER.encode(), b"")
        if found is None or not secrets.compare_digest(token, self.token.encode()):
            await send_json(send, 404, {"error": "Not Found"})
            return
        try:
            lane, command = found
            answer = await lane.run(partial(command, **dict(parse_qsl(scope["query_string"].decode()))))
        except Exception as error:
            text = str(error) if isinstance(error, AudioScapeError) else in_words(error)
            if text is None:
                raise
            await send_json(send, 503, {"error": text})
        else:
            await send_json(send, 200, answer)


def ask(folder: DataFolder, command: str, **parameters: str) -> Any:
    """Ask the server that runs on a folder; None when none runs.

    Raises:
        ServiceUnavailableError: it runs and cannot answer; the text says why.
    """
    server = running_server(folder)
    if server is None:
        return None
    request = urllib.request.Request(  # noqa: S310 - our own address, from a file that only the owner can write
        f"{server['url']}{PREFIX}{command}?{urlencode(parameters)}",
        headers={TOKEN_HEADER: server["token"]},
    )
    try:
        with _opener.open(request, timeout=TIMEOUT_S) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise ServiceUnavailableError(_told(error)) from None
    except ValueError:
        raise ServiceUnavailableError(_NO_ANSWER) from None
    except OSError as error:
        raise ServiceUnavailableError(f"The server at {server['url']} does not answer: {error}.") from None


def fetched(url: str) -> dict[str, Any]:
    """The JSON object that a program on this machine answers at a URL, whatever its status; empty when it does not."""
    try:
        with _opener.open(url, timeout=PROBE_S) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            try:
                answer = json.load(error)
            except ValueError:
                return {}
    except (OSError, HTTPException, ValueError):
        return {}
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}


def _told(error: urllib.error.HTTPError) -> str:
    with error:
        try:
            return json.load(error)["error"]
        except (ValueError, LookupError, TypeError):
            return _NO_ANSWER


def running_server(folder: DataFolder) -> dict[str, Any] | None:
    """Where the server that runs on this folder is reached, its process id and its token; None when none runs.

    Raises:
        ServiceUnavailableError: it is starting.
    """
    if not folder.server.exists():
        return None
    with folder.server.open("r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            try:
                return json.load(file)
            except ValueError:
                raise ServiceUnavailableError("The server on this folder is starting; try again in a moment.") from None
    return None


@contextlib.contextmanager
def sole_server(folder: DataFolder) -> Generator[Callable[[str, str], None]]:
    """Hold the folder: two servers on one spool would each believe to be its only writer.

    Yields:
        A function that writes down the server's address and token, once it answers.

    Raises:
        ConfigurationError: another server holds it.
    """
    with folder.server.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"Another server runs on {folder.path} already: stop it, or give this one another --data folder.",
            ) from None
        folder.server.chmod(0o600)
        file.truncate(0)

        def announce(url: str, token: str) -> None:
            file.write(json.dumps({"url": url, "pid": os.getpid(), "token": token}))
            file.flush()

        yield announce
        file.truncate(0)
