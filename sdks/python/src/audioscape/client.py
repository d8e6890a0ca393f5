"""The public surface. It checks the constructor's arguments; after that nothing here raises, blocks or prints."""

from __future__ import annotations

import random
import signal
import weakref
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Callable, Union
from urllib.parse import urlsplit

from audioscape import events, lifecycle
from audioscape.buffer import Stats
from audioscape.clock import Clock, SystemClock
from audioscape.delivery import Delivery, Route
from audioscape.notices import Dropped, Rejected
from audioscape.player import Playback, Player, SilentPlayback
from audioscape.settings import Settings, finite
from audioscape.transport import HttpTransport, Transport

#: Where the server listens unless told otherwise.
DEFAULT_ENDPOINT = "http://127.0.0.1:8000"

PATH = "/analytics/v1/analytics"

#: An id: text, or a number that becomes its digits.
Id = Union[str, int]


class AudioScape:
    """A client for one API key.

    `track…` methods queue an event and return; a background thread sends. Two clients share nothing. Use it as a
    context manager, or call `close` when you are done; the exit of the interpreter does so too.
    """

    def __init__(
        self,
        api_key: str,
        *,
        endpoint: str = DEFAULT_ENDPOINT,
        batch_interval: float = Settings().batch_interval,
        max_batch_size: int = Settings().max_batch_size,
        max_queue_size: int = Settings().max_queue_size,
        request_timeout: float = 10.0,
        gzip: bool = True,
        universe_id: Id | None = None,
        place_id: Id | None = None,
        on_rejected: Rejected | None = None,
        on_drop: Dropped | None = None,
        transport: Transport | None = None,
        clock: Clock | None = None,
        rng: Callable[[], float] = random.random,
    ) -> None:
        """Prepare a client; nothing is started or sent before the first event.

        Args:
            api_key: a key with the scope `ingest`.
            endpoint: `http://` or `https://`, host and port of the server, maybe with a path before its API.
            batch_interval: seconds from the first waiting event to the request, 5 to 300.
            max_batch_size: events in a request, 1 to 500.
            max_queue_size: events kept while the server is away; the oldest are dropped first.
            request_timeout: seconds for one request.
            gzip: compress bodies above 1 KB.
            universe_id: Roblox universe of the events.
            place_id: Roblox place of the events.
            on_rejected: called with an event (a dict) and a message, for each event that was refused.
            on_drop: called with a list of events and a reason, when events are lost.
            transport: sends requests; by default over `http.client`.
            clock: tells the time and waits.
            rng: random numbers from 0 to 1, for jitter.

        Raises:
            ValueError: `api_key` or `endpoint` cannot be used.
        """
        headers = {"Content-Type": "application/json", "User-Agent": "audioscape-python", "x-api-key": _key(api_key)}
        if universe_id is not None:
            headers["X-Universe-Id"] = _digits("universe_id", universe_id)
        if place_id is not None:
            headers["X-Place-Id"] = _digits("place_id", place_id)
        if (seconds := finite(request_timeout)) is None or seconds <= 0:
            raise ValueError("request_timeout must be a number of seconds above 0")
        self._clock = clock or SystemClock()
        self._delivery = Delivery(
            Route(_url(endpoint), headers, gzip, seconds),
            Settings(),
            transport or HttpTransport(),
            self._clock,
            rng,
            on_rejected,
            on_drop,
            lifecycle.watch_process,
        )
        self.configure_analytics(
            batch_interval=batch_interval, max_batch_size=max_batch_size, max_queue_size=max_queue_size
        )
        lifecycle.watch(self._delivery)
        weakref.finalize(self, self._delivery.retire).atexit = False

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
        metadata: Mapping[str, str | float | bool] | None = None,
        timestamp: float | None = None,
    ) -> None:
        """An event of any type. `timestamp` (Unix seconds) defaults to now; metadata has at most 10 keys."""
        self._track(type, asset_id, player_id, duration, value, metadata, timestamp)

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
        handlers of your own.
        """
        try:
            lifecycle.on_signals(self._delivery, signals, _seconds(timeout))
        except (ValueError, OSError) as error:
            self._warn(f"signal handlers were not installed: {error}")

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
        try:
            event = events.encode(type_, asset_id, player_id, duration, value, metadata, timestamp, self._clock.time())
        except events.Unsendable as refusal:
            given = {
                "type": type_,
                "asset_id": asset_id,
                "player_id": player_id,
                "duration": duration,
                "value": value,
                "metadata": metadata,
                "timestamp": timestamp,
            }
            self._delivery.refuse({name: field for name, field in given.items() if field is not None}, str(refusal))
            return
        self._delivery.add(event)

    def _warn(self, message: str) -> None:
        self._delivery.journal.warn(message.partition(" ")[0], "%s", message)


def _key(api_key: str) -> str:
    # The key itself must not appear in the error.
    if not isinstance(api_key, str) or not api_key:  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ValueError("api_key must be a string that is not empty")
    if not (api_key.isascii() and api_key.isprintable() and api_key == api_key.strip()):
        raise ValueError("api_key must be printable ASCII, without spaces around it")
    return api_key


def _url(endpoint: str) -> str:
    url = urlsplit(endpoint)
    if (
        not endpoint.isascii()
        or url.scheme not in ("http", "https")
        or not url.hostname
        or url.username
        or url.query
        or url.fragment
    ):
        raise ValueError("endpoint must look like https://host or http://host:port, without user, query or fragment")
    _ = url.port  # raises ValueError if it is no port
    return endpoint.rstrip("/") + PATH


def _digits(name: str, value: Id) -> str:
    if not (text := str(value)).isascii() or not text.isdigit():
        raise ValueError(f"{name} must be a whole number")
    return text


def _seconds(timeout: object) -> float:
    """A timeout as given by the host, up to a day; anything odd is 10 s, as flush() and close() must not raise."""
    seconds = finite(timeout)
    return 10.0 if seconds is None else min(max(seconds, 0.0), 86_400.0)


async def _in_thread(function: Callable[[float], Any], timeout: float) -> Any:
    import asyncio  # noqa: PLC0415 - most hosts never need it, and it is slow to import

    return await asyncio.get_running_loop().run_in_executor(None, function, timeout)
