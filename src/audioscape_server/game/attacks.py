"""Those who cheat: each attack lifts one track that few people want, in the last days of the game.

They send well-formed events and honest-looking ids: what gives them away is what no crowd of players does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any, Final, NamedTuple

from audioscape_server.game.sessions import Sent
from audioscape_server.game.world import Game, Track, World

_DAY_S: Final = 86_400.0
#: Days that an attack lasts: the last ones.
ATTACK_DAYS: Final = 3
#: Players that loop a track.
_LOOPERS: Final = 12
#: Keys in collusion.
_COLLUDING: Final = 3


class Attack(NamedTuple):
    """An attack, and whom it is to be blamed on."""

    kind: str
    target: Track
    games: tuple[Game, ...]
    players: tuple[str, ...]
    """Who loops a track; empty where each player comes once."""
    starts_at: float
    events: Callable[[], Iterator[Sent]]
    """What is sent, in the order of time."""


def make(kind: str, world: World, crowd: int) -> Attack:
    """Make an attack.

    Args:
        kind: one of `KINDS`.
        world: where it happens.
        crowd: made-up players a day.
    """
    target = min((track for track in world.tracks if track.released_at <= world.starts_at), key=lambda one: one.appeal)
    games = world.games[-_COLLUDING:] if kind == "collusion" else world.games[-1:]
    starts_at = max(world.starts_at, world.ends_at - ATTACK_DAYS * _DAY_S)
    players = tuple(str(9_000_000_000 + number) for number in range(_LOOPERS)) if kind == "afk" else ()

    def events() -> Iterator[Sent]:
        rng = Random(world.seed + 1)
        span = world.ends_at - starts_at
        if players:
            yield from _loops(target, games[0], players, (starts_at, world.ends_at))
            return
        visits = sorted(rng.random() * span for _ in range(int(crowd * span / _DAY_S)))
        for number, after in enumerate(visits):
            game, who = rng.choice(games), str(9_000_000_000 + number)
            yield from _VISITS[kind](world, target, game, who, starts_at + after)

    return Attack(kind, target, games, players, starts_at, events)


def _loops(target: Track, game: Game, players: tuple[str, ...], when: tuple[float, float]) -> Iterator[Sent]:
    at, until = when
    while at + target.length_s < until:
        for number, who in enumerate(players):
            yield _sent("play", at + number / 100, game, target, who, duration=target.length_s)
        at += target.length_s
        for number, who in enumerate(players):
            yield _sent("stop", at + number / 100, game, target, who, duration=target.length_s)
        at += 1.0


def _listener(_: World, target: Track, game: Game, who: str, at: float) -> Iterator[Sent]:
    yield _sent("play", at, game, target, who, duration=target.length_s)
    yield _sent("stop", at, game, target, who, duration=target.length_s)


def _voter(_: World, target: Track, game: Game, who: str, at: float) -> Iterator[Sent]:
    yield _sent("vote", at, game, target, who, value="up")


def _searcher(world: World, target: Track, game: Game, who: str, at: float) -> Iterator[Sent]:
    # The lower the claimed place, the more a click there is worth to whoever corrects for attention.
    metadata = {"query": world.queries[0].text, "rank": 20}
    yield _sent("search_click", at, game, target, who, metadata=metadata)
    yield from _listener(world, target, game, who, at)


def _sent(kind: str, at: float, game: Game, target: Track, who: str, **members: Any) -> Sent:
    event = {"type": kind, "timestamp": round(at, 3), "player_id": who, "asset_id": str(target.asset_id), **members}
    return Sent(at, game, event)


_VISITS: Final = {"one-key": _listener, "collusion": _listener, "votes": _voter, "ranks": _searcher}
KINDS: Final = (*_VISITS, "afk")
