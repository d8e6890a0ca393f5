"""The public surface. It checks the constructor's arguments; after that nothing here raises, blocks or prints."""

from __future__ import annotations

import random
import signal
import weakref
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Callable, NoReturn, Union

from audioscape import journal, lifecycle, options
from audioscape.buffer import Stats
from audioscape.clock import Clock, SystemClock
from audioscape.delivery import Delivery
from audioscape.exchange import Route
from audioscape.intake import BeforeSend, Intake, Value
from audioscape.notices import Dropped, Rejected
from audioscape.player import Playback, Player, SilentPlayback
from audioscape.settings import Settings, finite
from audioscape.signals import drain_on
from audioscape.transport import DryRun, HttpTransport, Transport

#: An id: text, or a number that becomes its digits.
Id = Union[str, int]


class AudioScape:
    """A client for one API key.

    `track…` methods queue an event and return; a background thread sends. Two clients share nothing. Use it as a
    context manager, or call `close` when you are done; the exit of the interpreter does so too.
    """

    def __init__(
        self,
        api_key: str | None = None,
        *,
        endpoint: str | None = None,
        batch_interval: float = Settings().batch_interval,
        max_batch_size: int = Settings().max_batch_size,
        max_queue_size: int = Settings().max_queue_size,
        request_timeout: float = 10.0,
        gzip: bool = True,
        universe_id: Id | None = None,
        place_id: Id | None = None,
        on_rejected: Rejected | None = None,
        on_drop: Dropped | None = None,
        before_send: BeforeSend | None = None,
        super_properties: Mapping[str, Value] | None = None,
        enabled: bool | None = None,
        dry_run: bool | None = None,
        debug: bool | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
        rng: Callable[[], float] = random.random,
    ) -> None:
        """Prepare a client; nothing is started or sent before the first event.

        Args:
            api_key: a key with the scope `ingest`; else `AUDIOSCAPE_API_KEY` in the environment.
            endpoint: address of the server, such as `https://analytics.example.com`, maybe with a port and a path
                before its API; else `AUDIOSCAPE_ENDPOINT`. There is no default.
            batch_interval: seconds from the first waiting event to the request, 5 to 300.
            max_batch_size: events in a request, 1 to 500.
            max_queue_size: events kept while the server is away; the oldest are dropped first.
            request_timeout: seconds for one request.
            gzip: compress bodies above 1 KB.
            universe_id: Roblox universe of the events.
            place_id: Roblox place of the events.
            on_rejected: called with an event (a dict) and a message, for each event that was refused.
            on_drop: called with a list of events and a reason, when events are lost.
            before_send: called with each event (a dict) when it is tracked; returns what to send in its place, or None
                to drop it. An event for which it fails is dropped.
            super_properties: metadata for every event, as if given to `register`.
            enabled: whether `track…` does anything; else `AUDIOSCAPE_ENABLED`, else yes.
            dry_run: do all but send, and count events as accepted; else `AUDIOSCAPE_DRY_RUN`, else no.
            debug: log each event, request and answer; else `AUDIOSCAPE_DEBUG`, else no.
            transport: sends requests; by default over `http.client`.
            clock: tells the time and waits.
            rng: random numbers from 0 to 1, for jitter.

        Raises:
            ValueError: `api_key` or `endpoint` is missing, or an option or a variable cannot be used; the text says
                what was found and what is expected.
        """
        key, url = options.api_key(api_key), options.url(endpoint)
        headers = {"Content-Type": "application/json", "User-Agent": "audioscape-python", "x-api-key": key}
        if universe_id is not None:
            headers["X-Universe-Id"] = options.digits("universe_id", universe_id)
        if place_id is not None:
            headers["X-Place-Id"] = options.digits("place_id", place_id)
        if options.switch("dry_run", dry_run, default=False):
            transport = DryRun()
        if debugging := options.switch("debug", debug, default=False):
            journal.show_debug()
        if (seconds := finite(request_timeout)) is None or seconds <= 0:
            raise ValueError("request_timeout must be a number of seconds above 0")
        self._clock = clock or SystemClock()
        self._delivery = Delivery(
            Route(url, headers, gzip, seconds),
            Settings(),
            transport or HttpTransport(),
            self._clock,
            rng,
            on_rejected,
            on_drop,
            lifecycle.watch_process,
            lifecycle.release,
            debugging=debugging,
        )
        switched_on = options.switch("enabled", enabled, default=True)
        self._intake = Intake(self._delivery, self._clock.time, before_send, enabled=switched_on)
        self.register(super_properties or {})
        self.configure_analytics(
            batch_interval=batch_interval, max_batch_size=max_batch_size, max_queue_size=max_queue_size
        )
        lifecycle.watch(self._delivery)
        weakref.finalize(self, lifecycle.adopt, self._delivery).atexit = False

    def configure_analytics(
        self,
        *,
        batch_interval: float | None = None,
        max_batch_size: int | None = None,
        max_queue_size: int | None = None,
    ) -> None:
        """Change these settings; what is out of bounds is moved to the bound, with a warning."""
        settings = self._delivery.settings.bounded(self._warn, batch_interval, max_batch_size, max_queue_size)
        self._delivery.configure(settings)

    def track_play(self, asset_id: Id, player_id: Id, duration: float | None = None) -> None:
        """A track started. `duration`: its full length in seconds."""
        self._track("play", asset_id, player_id, duration)

    def track_stop(self, asset_id: Id, player_id: Id, listened: float | None = None) -> None:
        """A track ended, or the player left. `listened`: seconds."""
        self._track("stop", asset_id, player_id, listened)

    def track_skip(self, asset_id: Id, player_id: Id, listened: float | None = None) -> None:
        """The player chose to skip. `listened`: seconds."""
        self._track("skip", asset_id, player_id, listened)

    def track_vote(self, asset_id: Id, value: str, player_id: Id) -> None:
        """The player voted `"up"` or `"down"`."""
        self._track("vote", asset_id, player_id, value=value)

    def track_favorite(self, asset_id: Id, player_id: Id) -> None:
        """The player made it a favourite."""
        self._track("favorite", asset_id, player_id)

    def track_unfavorite(self, asset_id: Id, player_id: Id) -> None:
        """The player took that back."""
        self._track("unfavorite", asset_id, player_id)

    def track_add_to_queue(self, asset_id: Id, player_id: Id) -> None:
        """The player queued it."""
        self._track("add_to_queue", asset_id, player_id)

    def track_search_click(self, asset_id: Id, player_id: Id, query: str, rank: int) -> None:
        """The player chose it from the results of `query`, at `rank` (1 is the top)."""
        self._track("search_click", asset_id, player_id, metadata={"query": query, "rank": rank})

    def track(
        self,
        type: str,  # noqa: A002 - the field's name
        *,
        asset_id: Id | None = None,
        player_id: Id | None = None,
        duration: float | None = None,
        value: str | None = None,
        metadata: Mapping[str, Value] | None = None,
        timestamp: float | None = None,
    ) -> None:
        """An event of any type. `timestamp` (Unix seconds) defaults to now; metadata has at most 10 keys."""
        self._track(type, asset_id, player_id, duration, value, metadata, timestamp)

    def register(self, properties: Mapping[str, Value]) -> None:
        """Add these super-properties to the metadata of every event from now on; an event's own values win."""
        self._intake.register(properties)

    def unregister(self, name: str) -> None:
        """Take a super-property away, if it is there."""
        self._intake.unregister(name)

    def set_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - it says what it is
        """Switch `track…` on or off; off, it does nothing and counts nothing. What was tracked before is sent."""
        self._intake.enabled = bool(enabled)

    def create_player(self, player_id: Id, playback: Playback | None = None) -> Player:
        """A player for one listener, which emits play, stop and skip by itself.

        Without a `playback` its tracks count as sounding as soon as they start, and you report their end on
        `player.current`.
        """
        return Player(player_id, playback or SilentPlayback(), self._track, self._clock.monotonic, self._warn)

    @property
    def stats(self) -> Stats:
        """What became of the events so far."""
        return self._delivery.stats()

    def flush(self, timeout: float = 10.0) -> bool:
        """Send now what was tracked before; does not wait out a backoff, but respects a `Retry-After`.

        Returns:
            Whether all of it has an outcome (accepted, rejected or dropped). If not, it waits as before.
        """
        return self._delivery.flush(_seconds(timeout))

    async def aflush(self, timeout: float = 10.0) -> bool:
        """`flush`, without blocking the event loop."""
        return await _in_thread(self.flush, timeout)

    def close(self, timeout: float = 10.0) -> None:
        """Send what waits, with up to three attempts, and end; what could not be sent by then is dropped."""
        self._delivery.close(_seconds(timeout))

    async def aclose(self, timeout: float = 10.0) -> None:
        """`close`, without blocking the event loop."""
        await _in_thread(self.close, timeout)

    def install_signal_handlers(self, signals: Iterable[int] = (signal.SIGTERM,), timeout: float = 10.0) -> None:
        """Send what waits when one of these signals comes, then let the handler that was there before have it.

        Python does not run exit handlers when SIGTERM ends it. Call this from the main thread, after setting up
        handlers of your own; and in the workers of a `multiprocessing.Pool`, as or from its `initializer`, since the
        end of a `with` block ends them by SIGTERM.
        """
        try:
            drain_on(self._delivery, signals, _seconds(timeout))
        except (ValueError, OSError) as error:
            self._warn(f"signal handlers were not installed: {error}")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client cannot be sent to another process: make one in each process, in its initializer")

    def __enter__(self) -> AudioScape:  # noqa: PYI034 - typing.Self is younger than Python 3.9
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> AudioScape:  # noqa: PYI034
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _track(
        self,
        type_: object,
        asset_id: object = None,
        player_id: object = None,
        duration: object = None,
        value: object = None,
        metadata: object = None,
        timestamp: object = None,
    ) -> None:
        self._intake.take(type_, asset_id, player_id, duration, value, metadata, timestamp)

    def _warn(self, message: str) -> None:
        self._delivery.journal.warn(message.partition(" ")[0], "%s", message)


def _seconds(timeout: object) -> float:
    """A timeout as given by the host, up to a day; anything odd is 10 s, as flush() and close() must not raise."""
    seconds = finite(timeout)
    return 10.0 if seconds is None else min(max(seconds, 0.0), 86_400.0)


async def _in_thread(function: Callable[[float], Any], timeout: float) -> Any:
    import asyncio  # noqa: PLC0415 - most hosts never need it, and it is slow to import

    return await asyncio.get_running_loop().run_in_executor(None, function, timeout)
