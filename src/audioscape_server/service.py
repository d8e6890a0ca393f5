"""The process: builds every part, wires them, starts and stops them in the right order.

Start: folder locked → control database, if it is this folder's → spool (recovered by SQLite) → embedded warehouse →
loader → keys → listening. A warehouse *server* that is away delays nothing: events are accepted, and load when it is
back.

Stop (SIGTERM, SIGINT): new requests are answered 503, questions to the warehouse are stopped, requests under way end
and the loader finishes its block, all at once and within `DRAIN_S` → the spool is closed → the warehouse, if nobody
uses it any more. An engine is never closed under somebody who does: the process ends without that, as after a crash,
which loses nothing. Whatever hangs, the process has ended `STOP_S` after it was told. What waits in the spool is loaded
at the next start.

Exit code: 0 after a stop, 1 when it did not start, ended by itself, or had to be ended.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import time
from collections.abc import Callable

import structlog
import uvloop
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server import __version__, listening
from audioscape_server.access import keyring
from audioscape_server.access.gate import Gate
from audioscape_server.access.key_desk import KeyDesk
from audioscape_server.access.keyring import Keyring
from audioscape_server.accounts.joining import Joining
from audioscape_server.accounts.sign_in import SignIn
from audioscape_server.api import create_api, stop_questions
from audioscape_server.asgi import HTTPScope, Inbound, Receive, Send
from audioscape_server.chores import Chore, blocking, repeat
from audioscape_server.clock_watch import ClockWatch
from audioscape_server.control import (
    Catalog,
    Claims,
    ControlDatabase,
    Installation,
    Jobs,
    KeyStore,
    Links,
    RejectedEvents,
    ScoreModels,
    Sessions,
    Team,
    Users,
    Workspace,
)
from audioscape_server.cors import Cors
from audioscape_server.dashboard import DASHBOARD_ROUTES, lost
from audioscape_server.ending import end_after, end_now
from audioscape_server.errors import AudioScapeError, ConfigurationError, ServiceUnavailableError
from audioscape_server.garbage import spare_what_stays
from audioscape_server.ingest import endpoint
from audioscape_server.ingest.endpoint import Intake
from audioscape_server.ingest.rejections import Rejections
from audioscape_server.jobs.room import JobRoom
from audioscape_server.jobs.schedule import schedule
from audioscape_server.jobs.tidying import Tidying
from audioscape_server.lanes import Lane
from audioscape_server.listening import HTTPServer
from audioscape_server.loading import assembly
from audioscape_server.loading.status import IngestStatus
from audioscape_server.observed import Observed
from audioscape_server.operations import running_server
from audioscape_server.operations.running_server import LocalCommands
from audioscape_server.operations.scoring import Scoring
from audioscape_server.operations.upkeep import Upkeep, checking, releasing
from audioscape_server.readiness import PROBE_S, Readiness
from audioscape_server.scores.what_if import Models
from audioscape_server.searching import Searching
from audioscape_server.settings import Settings
from audioscape_server.spool import Spool, SpoolWriter
from audioscape_server.telemetry import Metrics
from audioscape_server.warehouse import Warehouse, WarehouseUnavailable

#: Seconds in which the control database must say which keys have changed: an unknown key waits for that.
KEYS_S = 3.0
#: Seconds between two looks at the clock, two writes of the rejected events, two readings of the gauges, and two looks
#: at the room on the warehouse's disk.
CLOCK_S = FLUSH_S = MEASURE_S = TEND_S = 1.0
#: Seconds after which it is stored that a key was used.
USES_S = 10.0
#: Seconds that such work is waited for, and what may wait for the longest question or a large table.
CHORE_S = 15.0
LONG_CHORE_S = 300.0
#: Seconds that requests under way, questions and the loader have to end when the server stops, and the last writing.
DRAIN_S = 10.0
LAST_FLUSH_S = 2.0
#: Seconds after which the process has ended, whatever hangs.
STOP_S = 18.0

OnReady = Callable[[str, KeyStore, Links], None]

_log = structlog.get_logger()


def serve(
    settings: Settings,
    on_ready: OnReady,
    clock: Callable[[], float] = time.time,
) -> None:
    """Run the server until SIGTERM or SIGINT.

    Args:
        settings: every knob.
        on_ready: called once requests are answered, with the server's address, its keys and its one-time links.
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
        self._installation = installation
        pepper = installation.secret()
        self._metrics = Metrics(clock)
        self._key_store = KeyStore(control, pepper, clock)
        self._clock_watch = ClockWatch(clock)
        self._keyring = Keyring(
            self._key_store.read,
            pepper,
            clock,
            earliest=self._clock_watch.earliest,
            in_thread=Lane("keys", KEYS_S).run,
        )
        sessions = Sessions(control, clock)
        self._links = Links(control, clock)
        sign_in = SignIn(Users(control, clock), sessions, limit_addresses=settings.address_rate > 0)
        workspace = Workspace(control, clock)
        claims = Claims(control, clock)
        self._rejected = RejectedEvents(control, clock)
        self._rejections = Rejections()
        self._warehouse = Warehouse(settings.warehouse_url, reserve_bytes=settings.spool_reserve_bytes)
        # A thread of its own: it may wait for the longest question, and every thread has its handle of the engine.
        self._tending = Lane("tending", LONG_CHORE_S)
        models = Models(ScoreModels(control, clock))
        self._searching = Searching(self._warehouse, clock)
        self._proof = assembly.proof(settings, self._warehouse, control, clock, self._clock_watch.at_least)
        jobs = Jobs(control, clock)
        self._jobs = JobRoom(
            jobs,
            schedule(
                self._warehouse,
                clock=clock,
                model_of=models.of,
                stepped_back=self._metrics.searches_stepped_back.set,
                reconciliation=self._proof.reconciliation,
                tidying=Tidying(
                    self._clock_watch.at_least,
                    claims,
                    self._proof.ledgers.waiting_since,
                    [self._rejected, sessions, self._links, workspace.shares],
                ),
            ),
            metrics=self._metrics,
            clock=clock,
            worker=f"{socket.gethostname()}:{self._folder.path.resolve()}",
            stop_asking=self._warehouse.stop,
        )
        self._status = IngestStatus(
            self._folder.spool, self._proof.ledgers, self._rejected, clock, self._metrics.traffic
        )
        self._writer = SpoolWriter(
            self._folder.spool,
            max_bytes=settings.spool_max_bytes,
            reserve_bytes=settings.spool_reserve_bytes,
            on_batches=lambda: self._loader.wake(),  # noqa: PLW0108 - it is built later
            clock=clock,
            at_least=self._clock_watch.at_least,
        )
        self._loader = assembly.loader(
            settings,
            self._proof,
            writer=self._writer,
            warehouse=self._warehouse,
            claims=claims,
            metrics=self._metrics,
            clock=clock,
            jobs=jobs,
        )
        gate = Gate(self._keyring, address_rate=settings.address_rate, address_burst=settings.address_burst)
        self._intake = Intake(
            gate=gate,
            spool=self._writer,
            rejections=self._rejections,
            metrics=self._metrics,
            clock=clock,
            clock_watch=self._clock_watch,
        )
        self._readiness = Readiness(
            why_refusing=self._why_refusing,
            ask_warehouse=lambda: self._warehouse.query("schema/applied_migrations"),
            knows_keys=lambda: self._keyring.is_fresh,
            embedded=not settings.warehouse,
        )
        self._questions = create_api(
            warehouse=self._warehouse,
            catalog=Catalog(control),
            model_of=models.of,
            gate=gate,
            ingest_report=self._status.of,
            live_report=self._status.live,
            jobs=jobs.states,
            ranking=self._searching.rank,
            readiness=self._readiness,
            registry=self._metrics.registry,
            sign_in=sign_in,
            joining=Joining(self._links, sessions, sign_in),
            workspace=workspace,
            links=self._links,
            team=Team(control, clock),
            key_desk=KeyDesk(self._key_store, self._keyring, self._rejected, clock),
            clock=clock,
            pages=DASHBOARD_ROUTES,
            lost=lost,
        )
        self._api = Observed(Cors(self._questions, settings.cors_origin), self._metrics.read_seconds)
        upkeep = Upkeep(self._folder.spool, self._writer.run)
        self._local = LocalCommands(
            {
                "check": checking(self._proof.check),
                "release": releasing(self._proof.release, self._writer.run),
                **upkeep.commands,
                **Scoring(self._warehouse, control, clock).commands,
            }
        )

    def run(self, announce: Callable[[str, str], None], on_ready: OnReady) -> None:
        """Serve until SIGTERM or SIGINT; see `serve`.

        Args:
            announce: writes down where the server is, and its token for local commands.
            on_ready: as of `serve`.
        """
        self._files = listening.raise_file_limit()
        listener = listening.listen(self._settings.host, self._settings.port)
        self._writer.start()
        try:
            accepted = sum(line.accepted for line in self._writer.run(lambda spool: spool.ledger()))
            self._installation.require_keys(accepted)
            self._installation.bind()
            if state := self._writer.run(Spool.clock):
                self._clock_watch.resume(state)
            if last_heard_of := self._proof.ledgers.last_published_at():
                self._clock_watch.was(last_heard_of)
            self._proof.archive.open()
            self._open_embedded_warehouse()
            self._loader.start()
            uvloop.run(self._serve(listener, announce, on_ready))
        finally:
            self._loader.stop()
            self._writer.stop()
            self._proof.archive.close()
            self._warehouse.close()

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """The ASGI application: the ingest endpoint by itself, everything else by the API."""
        if scope["type"] == "lifespan":
            await self._api(scope, receive, send)
            return
        inbound = Inbound(receive)
        if scope["raw_path"].partition(b"?")[0] in endpoint.PATHS:
            await self._intake(scope, inbound.receive, send)
        elif scope["path"].startswith(running_server.PREFIX):
            await self._local(scope, send)
        else:
            await self._api(scope, inbound.receive, send)
        await inbound.drain(scope)

    def _why_refusing(self) -> str | None:
        return "the server is stopping" if self._intake.closing else self._writer.why_refusing()

    def _open_embedded_warehouse(self) -> None:
        if self._settings.warehouse:
            return  # a server may be away; the loader goes on trying
        try:
            self._warehouse.open()
            self._warehouse.migrate()
        except AudioScapeError as error:
            is_full = shutil.disk_usage(self._folder.path).free < self._settings.spool_reserve_bytes
            if not (is_full and isinstance(error, WarehouseUnavailable)):
                text = f"The warehouse in {self._folder.warehouse} cannot be opened: {error}"
                raise ConfigurationError(text) from error
            # No reason to be silent: the intake says 503, and the loader goes on trying until there is room.
            _log.warning("the disk is nearly full; the warehouse waits for room", error=str(error))

    async def _serve(
        self,
        listener: socket.socket,
        announce: Callable[[str, str], None],
        on_ready: OnReady,
    ) -> None:
        await self._keyring.refresh()
        url = listening.url_of(listener)
        server = HTTPServer(self, listener, listening.connections_within(self._files))
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)

        def now_listening() -> None:
            spare_what_stays()
            announce(url, self._local.token)
            _log.info("server started", url=url, version=__version__, folder=str(self._folder.path))
            on_ready(url, self._key_store, self._links)

        server.on_startup(now_listening)
        serving = asyncio.create_task(server.serve())
        chores = [asyncio.create_task(repeat(chore)) for chore in self._chores()]
        await asyncio.wait([serving, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        _log.info("server stopping", asked=stop.is_set())
        end_after(STOP_S)
        for chore in chores:
            chore.cancel()
        server.stop()
        await self._drain(serving)
        if not stop.is_set():
            raise ServiceUnavailableError("The HTTP server ended by itself.")

    async def _drain(self, serving: asyncio.Task[None]) -> None:
        """Let all that is under way come to its end, but not for ever."""
        self._intake.closing = True
        loading = asyncio.get_running_loop().run_in_executor(None, self._loader.stop)
        asking = asyncio.create_task(stop_questions(self._questions))
        stopping = asyncio.create_task(self._jobs.end())
        await asyncio.wait([serving, loading, asking, stopping], timeout=DRAIN_S)
        try:
            async with asyncio.timeout(LAST_FLUSH_S):
                await Lane("last flush", LAST_FLUSH_S).run(self._last_flush)
        except (ServiceUnavailableError, SQLAlchemyError, OSError, TimeoutError) as error:
            _log.warning("what was rejected last, or is known of the clock, was not stored", error=str(error)[:300])
        in_use = not (asking.done() and loading.done() and self._loader.has_ended)
        in_use |= any(one.is_busy for one in (self._tending, self._jobs, self._searching, self._local))
        if in_use or self._readiness.is_asking:
            self._writer.stop()
            self._proof.archive.close()
            end_now(0, "the warehouse is still in use, and left as after a crash")

    def _chores(self) -> list[Chore]:
        return [
            Chore("keys", keyring.REFRESH_S, self._keyring.refresh),
            blocking("uses of keys", USES_S, CHORE_S, lambda: self._key_store.note_uses(self._keyring.take_uses())),
            Chore("clock", CLOCK_S, self._look_at_the_clock),
            blocking("what is known of the clock", CLOCK_S, CHORE_S, self._write_down_the_clock),
            Chore("readiness", PROBE_S, self._readiness.probe),
            # Keeps the warehouse from filling the disk, and mends what a full one damaged.
            Chore("tending", TEND_S, lambda: self._tending.run(self._warehouse.tend)),
            blocking("rejected events", FLUSH_S, CHORE_S, self._flush),
            blocking("gauges", MEASURE_S, CHORE_S, self._measure),
            self._searching.chore(),
            *self._jobs.chores(),
        ]

    async def _look_at_the_clock(self) -> None:
        self._clock_watch.look()

    def _write_down_the_clock(self) -> None:
        self._clock_watch.write(lambda state: self._writer.run(lambda spool: spool.keep_clock(state)))

    def _last_flush(self) -> None:
        try:
            self._flush()
        finally:
            self._write_down_the_clock()

    def _flush(self) -> None:
        self._rejections.write(self._rejected.add)

    def _measure(self) -> None:
        self._metrics.disk_free_bytes.set(shutil.disk_usage(self._folder.path).free)
        waiting = self._status.waiting()
        self._metrics.spooled.set(waiting.events)
        self._metrics.in_quarantine.set(waiting.quarantined)
        self._metrics.spool_bytes.set(waiting.bytes)
        self._metrics.lag_seconds.set(waiting.lag_s)
