"""The process: builds every part, wires them, starts and stops them in the right order.

Start: folder locked → control database, if it is this folder's → spool (recovered by SQLite) → embedded warehouse →
loader → keys → listening. A warehouse *server* that is away delays nothing: events are accepted, and load when it is
back.

Stop (SIGTERM, SIGINT): new requests are answered 503 → those under way end → the loader finishes its block → the spool
is closed. What waits in the spool is loaded at the next start.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import socket
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
import uvloop
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server import __version__, listening
from audioscape_server.access import keyring
from audioscape_server.access.gate import Gate
from audioscape_server.access.keyring import Keyring
from audioscape_server.api import create_api
from audioscape_server.asgi import HTTPScope, Inbound, Receive, Send
from audioscape_server.clock_watch import ClockWatch
from audioscape_server.control import (
    Catalog,
    Claims,
    ControlDatabase,
    Installation,
    KeyStore,
    RejectedEvents,
)
from audioscape_server.errors import AudioScapeError, ConfigurationError, ServiceUnavailableError
from audioscape_server.ingest import endpoint
from audioscape_server.ingest.endpoint import Intake
from audioscape_server.ingest.rejections import Rejections
from audioscape_server.lanes import Lane
from audioscape_server.listening import HTTPServer
from audioscape_server.loading import assembly
from audioscape_server.loading.status import IngestStatus
from audioscape_server.observed import Observed
from audioscape_server.operations import running_server
from audioscape_server.operations.running_server import LocalCommands
from audioscape_server.operations.upkeep import Upkeep, checking
from audioscape_server.settings import Settings
from audioscape_server.spool import SpoolWriter
from audioscape_server.telemetry import Metrics
from audioscape_server.warehouse import Warehouse

#: Seconds in which the control database must say which keys have changed: an unknown key waits for that.
KEYS_S = 3.0
#: Seconds between two writes of the rejected events.
FLUSH_S = 1.0
#: Seconds between two readings of the gauges.
MEASURE_S = 1.0
#: Seconds between two looks at the room on the warehouse's disk.
TEND_S = 1.0
#: Seconds between two clean-ups of the control database.
TIDY_S = 60.0
#: Seconds that requests under way have to end when the server stops.
DRAIN_S = 10.0

_log = structlog.get_logger()


def serve(
    settings: Settings,
    on_ready: Callable[[str, KeyStore], None],
    clock: Callable[[], float] = time.time,
) -> None:
    """Run the server until SIGTERM or SIGINT.

    Args:
        settings: every knob.
        on_ready: called once requests are answered, with the server's address and its keys.
        clock: Unix seconds.

    Raises:
        ConfigurationError: another server runs on the folder, the port is taken, a database can't be used, or what
            lies in the folder does not belong together.
    """
    settings.folder.make()
    with running_server.sole_server(settings.folder) as announce:
        control = ControlDatabase(settings.control_url)
        try:
            installation = Installation(settings.folder, control, settings.secret)
            if ran := installation.open():
                _log.info("control database migrated", steps=ran)
            Service(settings, control, installation, clock).run(announce, on_ready)
            _log.info("server stopped")
        finally:
            control.close()


class Service:
    """The server, wired.

    Args:
        settings: every knob.
        control: the control database, up to date.
        installation: what belongs together.
        clock: Unix seconds.
    """

    def __init__(
        self,
        settings: Settings,
        control: ControlDatabase,
        installation: Installation,
        clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._folder = settings.folder
        self._control = control
        self._installation = installation
        pepper = installation.secret()
        self._metrics = Metrics()
        self._key_store = KeyStore(self._control, pepper, clock)
        self._clock_watch = ClockWatch(clock)
        self._keyring = Keyring(
            self._key_store.read,
            pepper,
            clock,
            clock_in_doubt=self._clock_watch.in_doubt,
            in_thread=Lane("keys", KEYS_S).run,
        )
        self._claims = Claims(self._control, clock)
        self._rejected = RejectedEvents(self._control, clock)
        self._rejections = Rejections()
        self._warehouse = Warehouse(settings.warehouse_url, reserve_bytes=settings.spool_reserve_bytes)
        # A thread of its own: it may wait for the longest question, and every thread has its handle of the engine.
        self._tending = ThreadPoolExecutor(1, "tending")
        self._proof = assembly.proof(settings, self._warehouse, self._control, clock, self._clock_watch.may_forget)
        self._status = IngestStatus(self._folder.spool, self._proof.ledgers, self._rejected, clock)
        self._writer = SpoolWriter(
            self._folder.spool,
            max_bytes=settings.spool_max_bytes,
            reserve_bytes=settings.spool_reserve_bytes,
            on_batches=self._wake_loader,
            clock=clock,
        )
        self._loader = assembly.loader(
            settings,
            self._proof,
            writer=self._writer,
            warehouse=self._warehouse,
            claims=self._claims,
            metrics=self._metrics,
            clock=clock,
        )
        gate = Gate(self._keyring, address_rate=settings.address_rate, address_burst=settings.address_burst)
        self._intake = Intake(
            gate=gate,
            spool=self._writer,
            rejections=self._rejections,
            metrics=self._metrics,
            clock=clock,
            clock_in_doubt=self._clock_watch.in_doubt,
        )
        api = create_api(
            warehouse=self._warehouse,
            catalog=Catalog(self._control),
            gate=gate,
            ingest_report=self._status.of,
            readiness=self.readiness,
            registry=self._metrics.registry,
            clock=clock,
        )
        self._api = Observed(api, self._metrics.read_seconds)
        upkeep = Upkeep(self._folder.spool, self._writer.run)
        self._local = LocalCommands({"check": checking(self._proof.check), **upkeep.commands})

    def run(self, announce: Callable[[str, str], None], on_ready: Callable[[str, KeyStore], None]) -> None:
        """Serve until SIGTERM or SIGINT; see `serve`.

        Args:
            announce: writes down where the server is, and its token for local commands.
            on_ready: as of `serve`.
        """
        listener = listening.listen(self._settings.host, self._settings.port)
        self._writer.start()
        try:
            accepted = sum(line.accepted for line in self._writer.run(lambda spool: spool.ledger()))
            self._installation.require_keys(accepted)
            self._installation.bind()
            self._clock_watch.must_be_after(self._proof.ledgers.last_published_at())
            self._proof.archive.open()
            self._open_embedded_warehouse()
            self._loader.start()
            uvloop.run(self._serve(listener, announce, on_ready))
        finally:
            self._loader.stop()
            self._writer.stop()
            self._proof.archive.close()
            self._tending.shutdown()
            self._warehouse.close()

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """The ASGI application: the ingest endpoint by itself, everything else by the API."""
        if scope["type"] == "lifespan":
            await self._api(scope, receive, send)
            return
        inbound = Inbound(receive)
        if scope["path"] in endpoint.PATHS:
            await self._intake(scope, inbound.receive, send)
        elif scope["path"].startswith(running_server.PREFIX):
            await self._local(scope, send)
        else:
            await self._api(scope, inbound.receive, send)
        await inbound.drain(scope)

    def readiness(self) -> tuple[bool, dict[str, str]]:
        """Whether requests can be answered, and the state of each part."""
        parts = {"intake": "stopping" if self._intake.closing else "ok", "warehouse": "ok"}
        try:
            self._warehouse.query("schema/applied_migrations")
        except AudioScapeError:
            parts["warehouse"] = "away"
        return parts["intake"] == "ok", parts

    def _open_embedded_warehouse(self) -> None:
        if self._settings.warehouse:
            return  # a server may be away; the loader goes on trying
        try:
            self._warehouse.open()
            self._warehouse.migrate()
        except AudioScapeError as error:
            raise ConfigurationError(f"The warehouse in {self._folder.warehouse} cannot be opened: {error}") from error

    async def _serve(
        self,
        listener: socket.socket,
        announce: Callable[[str, str], None],
        on_ready: Callable[[str, KeyStore], None],
    ) -> None:
        await self._keyring.refresh()
        url = listening.url_of(listener)
        server = HTTPServer(self, listener, listening.connections_within(listening.raise_file_limit()))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)

        def now_listening() -> None:
            announce(url, self._local.token)
            _log.info("server started", url=url, version=__version__, folder=str(self._folder.path))
            on_ready(url, self._key_store)

        server.on_startup(now_listening)
        serving = asyncio.create_task(server.serve())
        tasks = [
            asyncio.create_task(_every(keyring.REFRESH_S, self._keyring.refresh)),
            asyncio.create_task(_every(FLUSH_S, self._flush)),
            asyncio.create_task(_every(MEASURE_S, self._measure)),
            asyncio.create_task(_every(TIDY_S, self._tidy)),
            asyncio.create_task(_every(TEND_S, self._tend)),
        ]
        await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        _log.info("server stopping", asked=stop.is_set())
        self._intake.closing = True
        for task in tasks:
            task.cancel()
        server.stop()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(serving, DRAIN_S)
        await self._flush()

    def _wake_loader(self) -> None:
        self._loader.wake()

    async def _flush(self) -> None:
        """Store the rejected events that were gathered."""
        await asyncio.to_thread(self._flush_blocking)

    def _flush_blocking(self) -> None:
        self._clock_watch.look()
        groups = self._rejections.take()
        if groups:
            try:
                self._rejected.add(groups)
            except SQLAlchemyError:
                self._rejections.put_back(groups)
                raise

    async def _measure(self) -> None:
        await asyncio.to_thread(self._measure_blocking)

    def _measure_blocking(self) -> None:
        self._metrics.disk_free_bytes.set(shutil.disk_usage(self._folder.path).free)
        waiting = self._status.waiting()
        self._metrics.spooled.set(waiting.events)
        self._metrics.in_quarantine.set(waiting.quarantined)
        self._metrics.spool_bytes.set(waiting.bytes)
        self._metrics.lag_seconds.set(waiting.lag_s)

    async def _tend(self) -> None:
        """Keep the warehouse from filling the disk, and mend what a full one damaged."""
        await asyncio.get_running_loop().run_in_executor(self._tending, self._warehouse.tend)

    async def _tidy(self) -> None:
        await asyncio.to_thread(self._tidy_blocking)

    def _tidy_blocking(self) -> None:
        if not self._clock_watch.may_forget():
            return
        self._claims.forget_old(self._proof.ledgers.waiting_since())
        self._rejected.forget_old()


async def _every(seconds: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Do something again and again; a failure is logged, and the next time may succeed."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except (ServiceUnavailableError, SQLAlchemyError, OSError) as error:
            _log.warning("a periodic task failed", task=getattr(work, "__name__", "?"), error=str(error)[:300])
        except Exception as error:  # noqa: BLE001 - the next round must come
            _log.error("a periodic task failed", task=getattr(work, "__name__", "?"), exc_info=error)
