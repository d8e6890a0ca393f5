"""AudioScape analytics: music events from Python, batched, retried, never blocking, never counted twice.

    client.AudioScape.track_…   an event is made, by a client whose options were checked by `options`
      → intake                  given its super-properties, shown to before_send
      → events                  sanitised and encoded, once and for good
      → buffer                  queued in a bounded buffer that knows what became of every event
      → delivery                sent by the timer, a half-full queue, flush() or close(), one batch at a time
      → batch                   frozen under one Idempotency-Key
      → exchange                made a request
      → transport               carried over HTTP
      → retry                   its answer judged; after a failure the batch waits (`backoff`), then it goes again
      → notices                 and the host is told of what was rejected or lost, by callbacks and in the `journal`

`lifecycle` looks after exit and fork, `signals` after signals; `player` emits a listener's play, stop and skip; `clock`
is all the time there is.
"""

from audioscape.buffer import Stats
from audioscape.client import AudioScape
from audioscape.clock import Clock, SystemClock
from audioscape.player import Cue, Playback, Player, Track
from audioscape.transport import HttpTransport, Request, Response, Transport, TransportError

__version__ = "0.2.0"

__all__ = [
    "AudioScape",
    "Clock",
    "Cue",
    "HttpTransport",
    "Playback",
    "Player",
    "Request",
    "Response",
    "Stats",
    "SystemClock",
    "Track",
    "Transport",
    "TransportError",
]
