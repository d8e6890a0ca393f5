"""A queue of tracks that emits `play`, `stop` and `skip` with the right durations by itself.

Rules:

* `play` is emitted when a track starts to sound, and then exactly one `stop` or `skip` when it ends. A track that never
  sounded (still loading, failed to load) emits nothing.
* `skip`: the listener chose to. `stop`: everything else that ends a track.
* The duration of both is seconds listened: time passes from `started` to the end, but for pauses. It is taken from the
  monotonic clock, not from the position of the medium, which seeks, loops and speeds don't tell from listening.
* Each start of a track gets a `Cue` of its own. What a cue reports after its track has ended is ignored, so a late
  "ended" of the last track never ends the next one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from typing import Any, Callable, NamedTuple, Optional, Protocol, Union


class Track(NamedTuple):
    """Something to play."""

    asset_id: str | int
    #: Length in seconds, if known.
    duration: float | None = None


class Cue:
    """One start of one track: whoever plays it reports here what happens to it. Thread-safe; never raises."""

    def __init__(self, track: Track, report: Callable[[Cue, str, float | None], None]) -> None:
        """Made by the player."""
        self.track = track
        self._report = report

    def started(self, duration: float | None = None) -> None:
        """It sounds. `duration`: its length in seconds, if the track did not say."""
        self._report(self, "started", duration)

    def looped(self) -> None:
        """It reached its end and began anew."""
        self._report(self, "looped", None)

    def ended(self) -> None:
        """It reached its end."""
        self._report(self, "ended", None)

    def failed(self) -> None:
        """It could not be loaded, or broke."""
        self._report(self, "failed", None)


class Playback(Protocol):
    """What really plays: an audio library, a voice channel, a remote device. Must not block for long."""

    def start(self, cue: Cue) -> None:
        """Load and play `cue.track`, and report on the cue. What played before was stopped."""
        ...

    def pause(self) -> None:
        """Fall silent, keep the position."""
        ...

    def resume(self) -> None:
        """Go on."""
        ...

    def stop(self) -> None:
        """Fall silent for good."""
        ...


class SilentPlayback:
    """For hosts that play by other means: a track counts as sounding from the moment it starts."""

    def start(self, cue: Cue) -> None:
        """See `Playback`."""
        cue.started()

    def pause(self) -> None:
        """See `Playback`."""

    def resume(self) -> None:
        """See `Playback`."""

    def stop(self) -> None:
        """See `Playback`."""


#: Emits an event: type, asset id, player id, duration.
Emit = Callable[[str, Union[str, int], Union[str, int], Optional[float]], None]


class Player:
    """One listener's player; made by `AudioScape.create_player`. Thread-safe; never raises."""

    def __init__(
        self,
        player_id: str | int,
        playback: Playback,
        emit: Emit,
        monotonic: Callable[[], float],
        warn: Callable[[str], None],
    ) -> None:
        """Made by the client."""
        self._player_id = player_id
        self._playback = playback
        self._emit = emit
        self._monotonic = monotonic
        self._warn = warn
        # Re-entrant, as a playback may report from within start().
        self._lock = threading.RLock()
        self._queue: deque[Track] = deque()
        self._cue: Cue | None = None
        self._sounding = False
        self._paused = False
        self._destroyed = False
        self._starting = False  # a track is being started
        self._advance = False  # and another is to follow at once
        self._listened = 0.0
        self._since = 0.0  # when listening went on, if it goes on

    @property
    def current(self) -> Cue | None:
        """The track that loads, plays or pauses now."""
        return self._cue

    def queue(self, tracks: Iterable[tuple[Any, ...]]) -> None:
        """Add tracks (or plain tuples of asset id and duration) to the end of the queue."""
        try:
            new = [Track(*track) for track in tracks]
        except Exception:  # noqa: BLE001 - an iterable of the host's
            self._warn("queue() takes tracks or tuples of asset id and duration")
            return
        with self._lock:
            self._queue.extend(new)

    def play(self) -> None:
        """Start the next track if none is at hand; go on if it is paused."""
        with self._lock:
            if self._cue is None:
                self._next()
            else:
                self.resume()

    def pause(self) -> None:
        """Interrupt; what follows is not listened to."""
        with self._lock:
            if self._cue is None or self._paused:
                return
            self._listened = self._so_far()
            self._paused = True
            self._ask(self._playback.pause)

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._lock:
            if self._cue is None or not self._paused:
                return
            self._paused = False
            self._since = self._monotonic()
            self._ask(self._playback.resume)

    def skip(self) -> None:
        """The listener wants the next track."""
        with self._lock:
            if self._cue is not None:
                self._end("skip")
                self._ask(self._playback.stop)
                self._next()

    def stop(self) -> None:
        """End the current track; the queue stays, and `play` goes on with it."""
        with self._lock:
            self._advance = False
            if self._cue is not None:
                self._end("stop")
                self._ask(self._playback.stop)

    def destroy(self) -> None:
        """The listener left: end the current track and take no more commands."""
        with self._lock:
            self.stop()
            self._destroyed = True
            self._queue.clear()

    def _report(self, cue: Cue, event: str, duration: float | None) -> None:
        with self._lock:
            if cue is not self._cue:
                return
            if event == "started":
                self._started(duration)
            elif event == "looped":
                self._looped()
            else:
                self._next()

    def _started(self, duration: float | None) -> None:
        if self._cue is None or self._sounding:
            return
        self._sounding = True
        self._listened, self._since = 0.0, self._monotonic()
        track = self._cue.track
        length = duration if track.duration is None else track.duration
        self._cue.track = Track(track.asset_id, length)
        self._emit("play", track.asset_id, self._player_id, length)

    def _looped(self) -> None:
        if self._cue is not None and self._sounding:
            cue = self._cue
            self._end("stop")
            self._cue = cue
            self._started(None)

    def _next(self) -> None:
        """End the current track, if there is one, and start the next that can be started."""
        self._end("stop")
        self._advance = True
        if self._starting:
            return  # reported from within start(): the loop below, further up the stack, goes on
        self._starting = True
        try:
            while self._advance and self._queue and not self._destroyed:
                self._advance = False
                self._cue = cue = Cue(self._queue.popleft(), self._report)
                if not self._ask(lambda cue=cue: self._playback.start(cue)) and self._cue is cue:
                    self._end("stop")
                    self._advance = True
        finally:
            self._starting = False

    def _end(self, type_: str) -> None:
        cue, self._cue = self._cue, None
        if cue is not None and self._sounding:
            self._sounding = False
            self._emit(type_, cue.track.asset_id, self._player_id, self._so_far())
        self._paused = False

    def _so_far(self) -> float:
        """Seconds listened to the current track."""
        return self._listened + (0.0 if self._paused else self._monotonic() - self._since)

    def _ask(self, command: Callable[[], None]) -> bool:
        try:
            command()
        except Exception as error:  # noqa: BLE001 - a playback of the host's
            self._warn(f"the playback raised {type(error).__name__}")
            return False
        return True
