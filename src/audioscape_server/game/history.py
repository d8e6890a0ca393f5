"""Batches put into a stopped installation, as if each had been received when it was sent.

Events may be seven days old when they are received, so a year can't be posted. Here a batch is judged by the same rules
at its own time, put into the spool like a request, and loaded by the loader: archived, counted and in the ledger like
any other, so `audioscape check` proves it too. Nothing is written past these, and at most `GATHERED` events wait.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import msgspec

from audioscape_server.control import Claims, ControlDatabase, Jobs
from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.game.stream import Batch
from audioscape_server.ingest.events import encode_events, judge
from audioscape_server.loading import assembly
from audioscape_server.loading.loader import Loader
from audioscape_server.operations import running_server
from audioscape_server.settings import Settings
from audioscape_server.spool import NewBatch, SpoolWriter
from audioscape_server.spool.batches import Packer
from audioscape_server.telemetry import Metrics
from audioscape_server.warehouse import Warehouse

#: Events that wait in the spool until they are loaded together, at most.
GATHERED: Final = 100_000
#: Those of the first time, and how many times more it is each time after: from the first events the lengths of the
#: tracks are learned, and all days that are loaded by then are judged anew.
_FIRST: Final = 4_000
_GROWTH: Final = 2


class History:
    """Puts batches into the spool and the warehouse.

    Args:
        writer: writes the spool.
        loader: loads what is in it.
        project: whose events they are.
        keys: the ids of the keys of all games, in their order.
    """

    def __init__(self, writer: SpoolWriter, loader: Loader, project: str, keys: list[str]) -> None:
        self._writer = writer
        self._loader = loader
        self._project = project
        self._keys = keys
        self._packer = Packer()
        self._gathered: list[NewBatch] = []
        self._events = 0
        self._load_from = _FIRST
        self.accepted = 0
        self.refused = 0
        self.reasons: list[str] = []

    def put(self, batch: Batch) -> None:
        """Take a batch; now and then, load what was taken.

        Raises:
            ServiceUnavailableError: the spool or the warehouse can't take more now.
        """
        # As if it had come a moment after its last event: an event can't be received before it happened.
        verdict = judge(msgspec.json.encode({"events": batch.events}), batch.sent_at)
        self.refused += len(verdict.rejected)
        self.reasons = (self.reasons + [str(one) for one in verdict.rejected])[:3]
        if not verdict.accepted:
            return
        stored = encode_events(verdict.accepted)
        payload, checksum = self._packer.pack(stored)
        self._gathered.append(
            NewBatch(
                project=self._project,
                key=self._keys[batch.game.key],
                universe=batch.game.universe,
                place=batch.game.place,
                received_at=batch.sent_at,
                events=len(verdict.accepted),
                key_digest=None,
                body_digest=None,
                content_bytes=len(stored),
                checksum=checksum,
                payload=payload,
            )
        )
        self._events += len(verdict.accepted)
        if self._events >= self._load_from:
            self._load_from = min(self._load_from * _GROWTH, GATHERED)
            self.finish()

    def finish(self) -> None:
        """Load all that was taken.

        Raises:
            ServiceUnavailableError: the spool or the warehouse can't take more now.
        """
        if why := self._writer.why_refusing():
            raise ServiceUnavailableError(f"No more can be written: {why}.")
        gathered, self._gathered, self._events = self._gathered, [], 0
        self._writer.run(lambda spool: spool.append(gathered))
        self.accepted += sum(batch.events for batch in gathered)
        self._loader.round()


@contextmanager
def opened(settings: Settings, control: ControlDatabase, project: str, keys: list[str]) -> Generator[History]:
    """The history of an installation on which no server runs.

    Raises:
        ConfigurationError: a server runs on it.
    """
    with running_server.sole_server(settings.folder):
        warehouse = Warehouse(settings.warehouse_url, reserve_bytes=settings.spool_reserve_bytes)
        writer = SpoolWriter(
            settings.folder.spool,
            max_bytes=settings.spool_max_bytes,
            reserve_bytes=settings.spool_reserve_bytes,
            on_batches=lambda: None,
            clock=time.time,
        )
        parts = assembly.proof(settings, warehouse, control, time.time)
        loader = assembly.loader(
            settings,
            parts,
            writer=writer,
            warehouse=warehouse,
            claims=Claims(control, time.time),
            metrics=Metrics(),
            clock=time.time,
            jobs=Jobs(control, time.time),
        )
        writer.start()
        try:
            parts.archive.open()
            loader.prepare()
            history = History(writer, loader, project, keys)
            yield history
        finally:
            loader.stop()
            writer.stop()
            parts.archive.close()
            warehouse.close()
