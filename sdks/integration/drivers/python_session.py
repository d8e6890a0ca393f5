"""A game on the Python SDK, played from standard input; see ``sessions.py`` for the protocol."""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.request
from pathlib import Path

SDK = Path(__file__).resolve().parents[2] / "python"
sys.path[:0] = [os.environ.get("SDK_SOURCE") or str(SDK / "src"), str(SDK / "tests")]

from audioscape import AudioScape, Track  # noqa: E402
from virtual_time import VirtualClock, VirtualTransport  # noqa: E402


def snake(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)


def id_of(event: dict) -> str:
    return event.get("metadata", {}).get("id", "")


class Stage:
    """A playback that remembers which cue it was asked to play."""

    def start(self, cue):
        self.cue = cue

    def pause(self): ...

    def resume(self): ...

    def stop(self): ...


class Session:
    def __init__(self, endpoint, control, key, wall, rng, options):
        self.clock, self.control = VirtualClock(wall), control
        self.clock.held = self.held
        self.transport = VirtualTransport(self.clock)
        self.stages, self.players, self.rejected, self.dropped = {}, {}, [], []
        self.client = AudioScape(
            key,
            endpoint=endpoint,
            clock=self.clock,
            transport=self.transport,
            rng=lambda: rng,
            on_rejected=lambda event, message: self.rejected.append([id_of(event), message]),
            on_drop=lambda events, reason: self.dropped.extend([id_of(event), reason] for event in events),
            **{snake(name): value for name, value in options.items()},
        )

    def held(self):
        """Whether the latest request is one that will never be answered."""
        if not self.control or not self.clock.in_flight:
            return 0
        with urllib.request.urlopen(f"{self.control}/latest") as answer:
            latest = json.load(answer)
        return int(latest["silent"] and latest["requests"] == self.transport.attempts)

    def advance(self, seconds):
        self.clock.advance(seconds)

    def call(self, call):
        method, arguments = call
        getattr(self.client, snake(method))(**{snake(name): value for name, value in arguments.items()})

    def player(self, command):
        name, what = command
        if what == "create":
            self.stages[name] = Stage()
            self.players[name] = self.client.create_player(name, self.stages[name])
        elif isinstance(what, dict):
            self.players[name].queue(Track(track["assetId"], track.get("duration")) for track in what["queue"])
        else:
            getattr(self.players[name], what)()

    def media(self, happening):
        name, what, *length = happening
        getattr(self.stages[name].cue, what)(*length)

    def flush(self, seconds):
        self.clock.run(lambda: self.client.flush(seconds), seconds)

    def close(self, seconds):
        self.clock.run(lambda: self.client.close(seconds), seconds)

    def report(self):
        stats = self.client.stats
        counts = {name: getattr(stats, name) for name in ("tracked", "accepted", "rejected", "dropped", "queued")}
        rejected, self.rejected = self.rejected, []
        dropped, self.dropped = self.dropped, []
        return {"stats": {**counts, "droppedBy": dict(stats.dropped_by)}, "rejected": rejected, "dropped": dropped}


session = Session(**json.loads(sys.stdin.readline()))
for line in sys.stdin:
    for step in json.loads(line):
        ((verb, argument),) = step.items()
        getattr(session, verb)(argument)
    session.clock.settle()
    print(json.dumps(session.report()), flush=True)
