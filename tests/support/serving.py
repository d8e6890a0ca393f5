"""An ASGI application behind the real HTTP server, in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from granian.constants import Interfaces
from granian.server.embed import Server

from support.server import free_port
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Seconds that the server may take to start, and to end.
PATIENCE_S = 30.0


@contextmanager
def serving(app: Any) -> Iterator[int]:
    """Serve `app` on the loopback; the port."""
    port = free_port()
    made: list[tuple[Server, asyncio.AbstractEventLoop]] = []

    async def serve() -> None:
        server = Server(app, address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False)
        made.append((server, asyncio.get_running_loop()))
        await server.serve()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        eventually(lambda: _is_listening(port), within=PATIENCE_S)
        yield port
    finally:
        [(server, loop)] = made
        loop.call_soon_threadsafe(server.stop)
        thread.join(PATIENCE_S)
        assert not thread.is_alive(), "the server did not end"


def _is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
