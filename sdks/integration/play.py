"""Simulated play: what listeners do, minute by minute, as steps for an SDK, and the events that must come of it.

The steps are those of ``sdks/conformance``, for several players: ``advance``, ``call``, ``player``, ``media``. What is
expected follows from the rules written there (17 to 19) and from nothing an SDK does.

Every moment is a multiple of a quarter of a second after a whole one, so that clocks which count in milliseconds and
clocks which count in floats agree to the last bit; no two happenings share a moment, so (type, asset, player, moment)
names an event. An event made by ``track`` carries an ``id`` in its metadata as well; the other methods take none.
"""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field
from typing import Any

MINUTE = 60
QUANTUM = 0.25

#: Asset ids and lengths in seconds: short ones, so that an hour holds many endings.
CATALOGUE = {
    "9043887091": 41.0,
    "1848354536": 47.5,
    "1837879082": 33.25,
    "9046862941": 58.0,
    "142376088": 62.75,
    "9223372036854775807": 39.0,
    "5410086218": 71.5,
    "1": 36.0,
}
LISTENERS: tuple[str | int, ...] = ("alice", "bo-7", 4_503_599_627, "zoë", 12, "mallory")

Step = dict[str, Any]


@dataclass
class Play:
    """Steps in order, by minute, and what must come of them. Events are as the read API answers them."""

    minutes: list[list[Step]]
    expected: list[dict[str, Any]]
    #: Messages of the events that have to be refused, by the ``id`` in their metadata.
    refused: dict[str, str]

    @property
    def tracked(self) -> int:
        """How many events the client was given."""
        return len(self.expected) + len(self.refused)


@dataclass
class _Listener:
    """One player and what it does, by the rules of ``createPlayer``."""

    name: str | int
    #: idle, loading, sounding, paused
    state: str = "idle"
    upcoming: list[str] = field(default_factory=list)
    asset: str = ""
    listened: float = 0.0
    since: float = 0.0
    #: Whether the last track was never heard: after a second one an SDK may let the next wait.
    unheard: bool = False

    def heard(self, now: float) -> float:
        return self.listened + (now - self.since if self.state == "sounding" else 0.0)


class _Hour:
    def __init__(self, rng: random.Random, wall: int, minutes: int) -> None:
        self.rng = rng
        self.wall = wall
        self.end = float(minutes * MINUTE)
        self.now = 0.0
        self.reached = 0.0
        self.numbers = 0
        self.play = Play([[] for _ in range(minutes + 1)], [], {})

    def run(self) -> Play:
        listeners = [_Listener(name) for name in LISTENERS]
        due = [(QUANTUM * (index + 1), index) for index in range(len(listeners))]
        for at, index in due:
            self._go_to(at)
            self._step({"player": [listeners[index].name, "create"]})
        heapq.heapify(due)
        taken = {at for at, _ in due}
        while due[0][0] < self.end:
            at, index = heapq.heappop(due)
            self._go_to(at)
            wait = self._act(listeners[index])
            later = at + max(QUANTUM, round(wait / QUANTUM) * QUANTUM)
            while later in taken:
                later += QUANTUM
            taken.add(later)
            heapq.heappush(due, (later, index))
        for index, listener in enumerate(listeners):
            self._go_to(self.end + QUANTUM * (index + 1))
            self._leave(listener)
        return self.play

    def _act(self, listener: _Listener) -> float:
        """One thing that a listener does or that happens to it; seconds until the next."""
        rng = self.rng
        match listener.state:
            case "idle":
                if not listener.upcoming:
                    self._queue(listener)
                    return 1.0
                self._command(listener, "play")
                self._load(listener)
                return rng.uniform(0.5, 5)
            case "loading":
                self._leave_loading(listener)
                return rng.uniform(1, 20)
            case "paused":
                self._command(listener, "resume")
                listener.state, listener.since = "sounding", self.now
                return rng.uniform(1, 15)
        left = CATALOGUE[listener.asset] - listener.heard(self.now)
        if left <= 0:
            self._media(listener, "ended")
            self._end(listener, "stop")
            self._load(listener)
            return rng.uniform(0.5, 5)
        self._while_sounding(listener)
        # Most tracks are heard to their end, to the moment.
        return rng.uniform(0.5, 5) if listener.state != "sounding" else min(left, rng.uniform(2, 25))

    def _leave_loading(self, listener: _Listener) -> None:
        chance = self.rng.random()
        listener.unheard = not (listener.unheard or chance < 0.85)  # noqa: PLR2004 - a share
        if not listener.unheard:
            self._media(listener, "started", CATALOGUE[listener.asset])
            listener.state, listener.since, listener.listened = "sounding", self.now, 0.0
            self._expect("play", listener, duration=CATALOGUE[listener.asset])
        elif chance < 0.95:  # noqa: PLR2004 - a share
            self._media(listener, "failed")
            self._load(listener)
        else:
            self._command(listener, "skip")
            self._load(listener)

    def _while_sounding(self, listener: _Listener) -> None:
        does = self.rng.choices(
            (self._pause, self._skip, self._stop, self._break_off, self._vote, self._favorite, self._add, self._search,
             self._custom, self._mistake),
            (6, 4, 2, 1, 5, 5, 4, 5, 6, 2),
        )[0]  # fmt: skip
        does(listener)

    # What a listener does while a track sounds

    def _pause(self, listener: _Listener) -> None:
        self._command(listener, "pause")
        listener.listened = listener.heard(self.now)
        listener.state = "paused"

    def _skip(self, listener: _Listener) -> None:
        self._command(listener, "skip")
        self._end(listener, "skip")
        self._load(listener)

    def _stop(self, listener: _Listener) -> None:
        self._command(listener, "stop")
        self._end(listener, "stop")

    def _break_off(self, listener: _Listener) -> None:
        self._media(listener, "failed")
        self._end(listener, "stop")
        self._load(listener)

    def _vote(self, listener: _Listener) -> None:
        value = self.rng.choice(("up", "down"))
        self._call("trackVote", assetId=listener.asset, value=value, playerId=listener.name)
        self._expect("vote", listener, value=value)

    def _favorite(self, listener: _Listener) -> None:
        method, kind = self.rng.choice((("trackFavorite", "favorite"), ("trackUnfavorite", "unfavorite")))
        self._call(method, assetId=listener.asset, playerId=listener.name)
        self._expect(kind, listener)

    def _add(self, listener: _Listener) -> None:
        self._call("trackAddToQueue", assetId=listener.asset, playerId=listener.name)
        self._expect("add_to_queue", listener)

    def _search(self, listener: _Listener) -> None:
        found = {"query": f'Löfi "beats" {self._number()}', "rank": self.rng.randint(1, 30)}
        self._call("trackSearchClick", assetId=listener.asset, playerId=listener.name, **found)
        self._expect("search_click", listener, metadata=found)

    def _custom(self, listener: _Listener) -> None:
        kind = self.rng.choice(("lobby_opened", "boss_fight", "play", "skip"))
        event: dict[str, Any] = {"metadata": {"id": f"c{self._number()}", "size": 4, "share": 0.5, "vip": True}}
        if kind in CATALOGUE_TYPES or self.rng.random() < 0.5:  # noqa: PLR2004 - a share
            event |= {"asset_id": listener.asset, "duration": self.rng.randint(0, 400) / 4}
        self._call("track", type=kind, playerId=listener.name, **_camel(event))
        self.play.expected.append(self._event(kind, listener, **event))

    def _mistake(self, listener: _Listener) -> None:
        """An event that has to be refused: by the server, or by the SDK itself."""
        named = {"metadata": {"id": f"m{self._number()}"}, "playerId": listener.name}
        mistake, message = self.rng.choice(
            (
                ({"type": "vote", "assetId": listener.asset, "value": "sideways"}, 'value "up" or "down"'),
                ({"type": "play", "assetId": "9" * 30}, "asset_id"),
                ({"type": "skip", "assetId": 1.5}, "asset_id|assetId"),
            )
        )
        self._call("track", **mistake, **named)
        self.play.refused[named["metadata"]["id"]] = message

    # The player

    def _queue(self, listener: _Listener) -> None:
        assets = self.rng.sample(sorted(CATALOGUE), self.rng.randint(1, 4))
        # What the medium says of its length must do where the queue says nothing.
        tracks = [{"assetId": a, **({"duration": CATALOGUE[a]} if self.rng.random() < 0.5 else {})} for a in assets]  # noqa: PLR2004
        self._command(listener, {"queue": tracks})
        listener.upcoming += assets

    def _load(self, listener: _Listener) -> None:
        listener.state = "loading" if listener.upcoming else "idle"
        listener.asset = listener.upcoming.pop(0) if listener.upcoming else ""

    def _end(self, listener: _Listener, kind: str) -> None:
        self._expect(kind, listener, duration=listener.heard(self.now))
        listener.state = "idle"

    def _leave(self, listener: _Listener) -> None:
        self._command(listener, "destroy")
        if listener.state in ("sounding", "paused"):
            self._end(listener, "stop")

    # Steps

    def _go_to(self, at: float) -> None:
        self.now = at

    def _step(self, step: Step) -> None:
        minute = self.play.minutes[min(int(self.now // MINUTE), len(self.play.minutes) - 1)]
        if self.now > self.reached:
            minute.append({"advance": self.now - self.reached})
            self.reached = self.now
        minute.append(step)

    def _command(self, listener: _Listener, command: Any) -> None:
        self._step({"player": [listener.name, command]})

    def _media(self, listener: _Listener, happening: str, *length: float) -> None:
        self._step({"media": [listener.name, happening, *length]})

    def _call(self, method: str, **arguments: Any) -> None:
        self._step({"call": [method, arguments]})

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    # What must come of it

    def _event(self, kind: str, listener: _Listener, **members: Any) -> dict[str, Any]:
        return {"type": kind, "timestamp": self.wall + self.now, "player_id": str(listener.name), **members}

    def _expect(self, kind: str, listener: _Listener, **members: Any) -> None:
        self.play.expected.append(self._event(kind, listener, asset_id=listener.asset, **members))


CATALOGUE_TYPES = ("play", "skip")


def hour(seed: int, wall: int, minutes: int = 60) -> Play:
    """Make an hour of play of several listeners.

    Args:
        seed: decides everything.
        wall: Unix seconds at which it begins.
        minutes: how long it takes.
    """
    return _Hour(random.Random(seed), wall, minutes).run()


def steady(seconds: int, first: int, wall: float) -> Play:
    """One custom event a second, numbered from ``first`` in the ``id``; ``wall``: Unix seconds at which it begins."""
    play = Play([[] for _ in range(0, seconds, MINUTE)], [], {})
    for second in range(seconds):
        metadata = {"id": f"s{first + second}"}
        play.minutes[second // MINUTE] += [{"call": ["track", {"type": "tick", "metadata": metadata}]}, {"advance": 1}]
        play.expected.append({"type": "tick", "timestamp": wall + second, "metadata": metadata})
    return play


def _camel(event: dict[str, Any]) -> dict[str, Any]:
    return {"assetId" if name == "asset_id" else name: value for name, value in event.items()}
