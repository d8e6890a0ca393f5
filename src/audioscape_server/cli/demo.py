"""``audioscape demo``: a server with a simulated week in it, to look at. Its data is gone when it ends."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

from audioscape_server.access.keys import Scope
from audioscape_server.accounts.links import address
from audioscape_server.cli.console import answers, errors
from audioscape_server.cli.options import Where, opened_keys, opened_links
from audioscape_server.cli.simulate import POSTED_DAYS, Attack, simulate
from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.operations import running_server

#: Seconds that the server may take to start, and to end.
_STARTS_S = 60.0
_ENDS_S = 30.0
_LOOK_S = 0.2


def demo(
    *,
    events: Annotated[int, Parameter(validator=validators.Number(gte=1))] = 200_000,
    attack: Attack | None = None,
    port: Annotated[int, Parameter(validator=validators.Number(gte=0, lte=65_535))] = 0,
) -> None:
    """Run a server with the last week of a simulated game in it, until Ctrl-C.

    Its data lies in a folder of its own, which is gone afterwards.

    Parameters
    ----------
    events
        How many events, about.
    attack
        Lift one track in the last 3 days, by one of the ways of `audioscape simulate`.
    port
        Where the server listens; 0 = any port that is free.
    """
    with tempfile.TemporaryDirectory(prefix="audioscape-demo-") as folder:
        where = Where(data=Path(folder) / "data")
        with opened_keys(where, make=True, sign=True, quiet=True) as keys:
            _, key = keys.create(project="default", name="demo", scopes=[Scope.READ, Scope.INGEST])
        with _server(where, port or _free_port()) as (server, url):
            simulate(events=events, days=POSTED_DAYS, attack=attack, truth=Path(folder) / "truth.json", where=where)
            with opened_links(where) as links:
                token = links.first()
            door = address(url, token) if token else url
            answers.print(_TO_ASK.format(url=url, door=door, key=key, folder=folder), soft_wrap=True)
            with contextlib.suppress(KeyboardInterrupt):
                server.wait()


_TO_ASK = """
A week of a simulated game is in {url}, until Ctrl-C. To look at it in a browser, make yourself an account here:

  {door}

Your key for programs, which may read and send:

  {key}

What most players listen to, in a minute from now, when scores are ready:

  curl -s '{url}/analytics/v1/charts/popular?limit=10' -H 'x-api-key: {key}'

How it went by day:

  curl -s '{url}/analytics/v1/overview?interval=day' -H 'x-api-key: {key}'

All other questions: {url}/docs. What is true of the game: {folder}/truth.json"""


@contextlib.contextmanager
def _server(where: Where, port: int) -> Generator[tuple[subprocess.Popen[bytes], str]]:
    command = [sys.executable, "-m", "audioscape_server", "serve", "--data", str(where.data), "--port", str(port)]
    server = subprocess.Popen([*command, "--log-level", "warning"], stdout=subprocess.DEVNULL)  # noqa: S603 - our own
    try:
        yield server, _address(server, where)
    finally:
        server.terminate()
        with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            server.wait(_ENDS_S)
        server.kill()
        server.wait()


def _address(server: subprocess.Popen[bytes], where: Where) -> str:
    """Where the server answers, once it does."""
    give_up_at = time.monotonic() + _STARTS_S
    with errors.status("Starting a server…"):
        while time.monotonic() < give_up_at and server.poll() is None:
            with contextlib.suppress(ServiceUnavailableError):
                if running := running_server.running_server(where.settings.folder):
                    return running["url"]
            time.sleep(_LOOK_S)
    raise ServiceUnavailableError("The server did not start; what it said stands above.")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
