"""The server with validation and spool switched out: what bench/ingest.py compares with. It stores nothing.

The same process, HTTP server, key check and body reading; a body is answered as soon as it has been read.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

from audioscape_server import service
from audioscape_server.asgi import Header, HTTPScope, Receive
from audioscape_server.ingest import endpoint
from audioscape_server.ingest.endpoint import Answer, Intake
from audioscape_server.settings import Settings


class BareIntake(Intake):
    """Authenticates, reads, answers."""

    async def _answer(self, scope: HTTPScope, receive: Receive, standing: list[Header]) -> Answer:
        headers = endpoint._read_headers(scope["headers"])  # noqa: SLF001 - the part under measurement
        standing.extend((await self._gate.admit(headers.keys, None)).standing)
        await endpoint._read_body(headers, receive)  # noqa: SLF001
        return Answer(202, b'{"accepted":50}')


def main() -> NoReturn:
    """Serve on the folder and port that the arguments name, until killed."""
    service.Intake = BareIntake
    settings = Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]))
    service.serve(settings, lambda _url, _keys: None)
    sys.exit()


if __name__ == "__main__":
    main()
