"""The servers under test: one module each, with a function `running` that starts it and ends it.

Each runs in a temporary folder on the disk that is asked for, pinned to one core with all that it needs, the database
included, and is ended by its process id.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from bench.peers import audioscape, bare, influxdb, plain
from bench.peers.process import Served
from bench.report import BARE, INFLUXDB, INTAKE, LOADER, PLAIN

#: Starts a server in a folder, on a core.
Peer = Callable[[Path, int], AbstractContextManager[Served]]

PEERS: dict[str, Peer] = {
    LOADER: audioscape.running,
    INTAKE: audioscape.running_intake_alone,
    INFLUXDB: influxdb.running,
    PLAIN: plain.running,
    BARE: bare.running,
}
