"""The whole game in the order of time, in batches as game servers send them, and the truth about it."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

from audioscape_server.game import attacks
from audioscape_server.game.attacks import Attack
from audioscape_server.game.sessions import EVENTS_OF_A_SESSION, ZONES, Event, Sent, Session, player
from audioscape_server.game.world import Game, World

_HOUR_S: Final = 3_600.0
_DAY_S: Final = 86_400.0
#: Events that a server sends at once, at most, and seconds for which it keeps one back.
BATCH_EVENTS: Final = 500
BATCH_S: Final = 600.0
#: Made-up players of an attack a day, as a share of the sessions, and at least.
_CROWD: Final = 0.1
_LEAST_CROWD: Final = 200


class Batch(NamedTuple):
    """What one game's servers send at once."""

    game: Game
    sent_at: float
    """Unix seconds; when the last of its events has happened."""
    events: list[Event]


class Stream:
    """A game that is played once.

    Args:
        world: where it happens.
        events: how many events all players send together, about; an attack comes on top.
        attack: which attack there is; empty = none.
    """

    def __init__(self, world: World, events: int, attack: str = "") -> None:
        self._world = world
        self._sessions = events / EVENTS_OF_A_SESSION
        self._plays: Counter[str] = Counter()
        self._sent = 0
        days = (world.ends_at - world.starts_at) / _DAY_S
        crowd = max(_LEAST_CROWD, int(_CROWD * self._sessions / days))
        self.attack: Attack | None = attacks.make(attack, world, crowd) if attack else None

    def batches(self) -> Iterator[Batch]:
        """All that is sent, in the order in which it is; each event once. To be called once."""
        gathered: dict[int, list[Sent]] = {game.key: [] for game in self._world.games}
        look_at = 0.0
        for one in self._all():
            if one.at >= look_at:
                look_at = one.at + BATCH_S / 2
                for batch in gathered.values():
                    if batch and one.at - batch[0].at >= BATCH_S / 2:
                        yield _batch(batch)
                        batch.clear()
            batch = gathered[one.game.key]
            batch.append(one)
            self._sent += 1
            if len(batch) == BATCH_EVENTS:
                yield _batch(batch)
                batch.clear()
        yield from (_batch(batch) for batch in gathered.values() if batch)

    def truth(self, keys: list[str]) -> dict[str, Any]:
        """What is true of the game, once it was played, as JSON holds it.

        Args:
            keys: the ids of the API keys, in the order of the games.
        """
        world = self._world
        ids = [str(track.asset_id) for track in world.tracks]
        return {
            "seed": world.seed,
            "from": world.starts_at,
            "to": world.ends_at,
            "events": self._sent,
            "keys": keys,
            "tracks": [
                {
                    "asset_id": asset,
                    "title": track.title,
                    "artist": track.artist,
                    "released_at": track.released_at,
                    "appeal": track.appeal,
                    "liking": track.liking,
                    "plays": self._plays[asset],
                }
                for asset, track in zip(ids, world.tracks, strict=True)
            ],
            "queries": [
                {
                    "query": query.text,
                    "relevance": {ids[track]: grade for track, grade in query.grades.items()},
                    "order": [ids[track] for track in query.order],
                }
                for query in world.queries
            ],
            "attack": self._blame(keys),
        }

    def _blame(self, keys: list[str]) -> dict[str, Any] | None:
        if self.attack is None:
            return None
        return {
            "kind": self.attack.kind,
            "asset_id": str(self.attack.target.asset_id),
            "keys": [keys[game.key] for game in self.attack.games],
            "players": list(self.attack.players),
            "from": self.attack.starts_at,
        }

    def _all(self) -> Iterator[Sent]:
        honest = self._honest()
        if self.attack is None:
            return honest
        return heapq.merge(honest, self.attack.events(), key=_when)

    def _honest(self) -> Iterator[Sent]:
        """What players do: sessions begin in the order of time, and what of them is to come waits in a heap."""
        waiting: list[tuple[float, int, Sent]] = []
        number = 0
        for session in self._begun():
            began, events = session
            while waiting and waiting[0][0] <= began:
                yield self._noted(heapq.heappop(waiting)[2])
            for one in events:
                if one.at < self._world.ends_at:
                    number += 1
                    heapq.heappush(waiting, (one.at, number, one))
        while waiting:
            yield self._noted(heapq.heappop(waiting)[2])

    def _noted(self, one: Sent) -> Sent:
        if one.event["type"] == "play":
            self._plays[one.event["asset_id"]] += 1
        return one

    def _begun(self) -> Iterator[tuple[float, Iterator[Sent]]]:
        world, rng = self._world, Random(self._world.seed + 2)
        hours = [
            world.starts_at + hour * _HOUR_S for hour in range(math.ceil((world.ends_at - world.starts_at) / _HOUR_S))
        ]
        each = self._sessions / sum(share * _rhythm(at, offset) for at in hours for offset, share in ZONES)
        for starts_at in hours:
            begun: list[tuple[float, int]] = []
            for zone, (offset, share) in enumerate(ZONES):
                expected = each * share * _rhythm(starts_at, offset)
                begun += [(starts_at + rng.random() * _HOUR_S, zone) for _ in range(_chance(rng, expected))]
            for at, zone in sorted(begun):
                # Some play often, most now and then.
                who = player(world, int(world.players * rng.random() ** 2), zone)
                yield at, Session(world, rng, who, at).events()


def _when(one: Sent) -> float:
    return one.at


def _batch(gathered: list[Sent]) -> Batch:
    return Batch(gathered[0].game, gathered[-1].at, [one.event for one in gathered])


def _rhythm(at: float, offset: int) -> float:
    """How much is going on in a time zone at an hour: most at 7 in the evening and on weekends."""
    local = datetime.fromtimestamp(at, UTC) + timedelta(hours=offset)
    of_day = 1 + 0.8 * math.cos((local.hour - 19) / 24 * 2 * math.pi)
    of_week = 1.4 if local.weekday() >= 5 else 0.84  # Saturday and Sunday
    return of_day * of_week


def _chance(rng: Random, expected: float) -> int:
    """How many come when so many are expected and each comes by itself (Poisson)."""
    if expected > 30:
        return max(0, round(rng.gauss(expected, math.sqrt(expected))))
    count, left = 0, rng.expovariate(1.0)
    while left < expected:
        count, left = count + 1, left + rng.expovariate(1.0)
    return count
