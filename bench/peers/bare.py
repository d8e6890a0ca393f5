"""The limit of the stack: our HTTP server and event loop around an application that reads a body and answers 202.

It checks no key, judges nothing and stores nothing.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from audioscape_server.asgi import HTTPScope, Receive, Send
from audioscape_server.listening import HTTPServer, listen, raise_file_limit
from bench.peers.process import Served, answers, free_port, started, wait_until
from bench.workload import as_json
from bench.wrk import Target


async def application(_scope: HTTPScope, receive: Receive, send: Send) -> None:
    """Read it all, and answer."""
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    headers = [(b"content-type", b"application/json"), (b"content-length", b"15")]
    await send({"type": "http.response.start", "status": 202, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"accepted":50}'})


async def serve(port: int) -> None:
    """Serve until SIGTERM."""
    await HTTPServer(application, listen("127.0.0.1", port), raise_file_limit()).serve()


@contextmanager
def running(folder: Path, core: int) -> Generator[Served]:
    """As a process of its own."""
    port, log = free_port(), folder / "log"
    command = [sys.executable, "-m", "bench.peers.bare", str(port)]
    with started(command, core, log, cwd=Path(__file__).parents[2]) as process:
        wait_until(answers(f"http://127.0.0.1:{port}/"), process, log)
        headers = {"content-type": "application/json", "x-api-key": "none"}
        yield Served(Target(port, "/", headers, as_json), [process], None, lambda: 0)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(serve(int(sys.argv[1])))
