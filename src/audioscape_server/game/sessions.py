"""What one player does in one sitting: searches, plays, skips, votes, favourites."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from random import Random
from typing import Any, Final, NamedTuple

from audioscape_server.game.world import GENRES, SHOWN, Game, Query, Track, World

Event = dict[str, Any]
"""As a game server sends it."""

#: Hours from UTC in which players live, and what share of them.
ZONES: Final = ((-8, 0.3), (-3, 0.15), (1, 0.35), (8, 0.2))
#: Tracks of a session, on average, and the share of sessions that search.
_TRACKS: Final = 4.0
_SEARCHES: Final = 0.35
#: How often somebody looks at a place of a list, by the place: 1 / place^0.9.
_ATTENTION: Final = 0.9
#: How often what was looked at is clicked, by its grade.
_CLICKED: Final = (0.04, 0.15, 0.35, 0.6, 0.9)
#: Seconds heard of a track that is skipped, on average; the rest of those who do not like it skip late.
_SKIP_S: Final = 12.0
#: Events of a session, on average, as measured: how many sessions make so many events.
EVENTS_OF_A_SESSION: Final = 10.75


class Sent(NamedTuple):
    """An event, and the game whose server sends it."""

    at: float
    game: Game
    event: Event


class Player(NamedTuple):
    """A player; a function of the seed and the number alone, so that none is kept."""

    id: str
    game: int
    tastes: tuple[int, int]


def player(world: World, number: int, zone: int) -> Player:
    """The player with this number in a time zone."""
    rng = Random((world.seed << 40) ^ (number << 4) ^ zone)
    shares = rng.random()
    game = 0
    while game < len(world.games) - 1 and shares > world.games[game].share:
        shares -= world.games[game].share
        game += 1
    return Player(str(100_000_000 + number * 8 + zone), game, (rng.randrange(len(GENRES)), rng.randrange(len(GENRES))))


class Session:
    """One sitting of one player.

    Args:
        world: where it happens.
        rng: its chance.
        who: the player.
        at: when it begins, Unix seconds.
    """

    def __init__(self, world: World, rng: Random, who: Player, at: float) -> None:
        self._world = world
        self._rng = rng
        self._who = who
        self._at = at
        self._game = world.games[who.game]

    def events(self) -> Iterator[Sent]:
        """All that the player does, in the order of time."""
        rng = self._rng
        if rng.random() < _SEARCHES:
            yield from self._search()
        while True:
            track = self._choose()
            if track is not None:
                yield from self._listen(track)
            if rng.random() < 1 / _TRACKS:
                return

    def _sent(self, kind: str, **members: Any) -> Sent:
        event = {"type": kind, "timestamp": round(self._at, 3), "player_id": self._who.id, **members}
        return Sent(self._at, self._game, event)

    def _search(self) -> Iterator[Sent]:
        rng, world = self._rng, self._world
        query = world.queries[int(len(world.queries) * rng.random() ** 2)]
        shown = self._shown(query)
        ids = ",".join(str(world.tracks[track].asset_id) for track in shown)
        # A list has no player, as the endpoint for served lists has none.
        served = self._sent("search_served", metadata={"query": query.text, "assets": ids})
        del served.event["player_id"]
        yield served
        for rank, track in enumerate(shown, 1):
            if rng.random() < rank**-_ATTENTION and rng.random() < _CLICKED[query.grades[track]]:
                self._at += 1 + rank * rng.random()
                asset = str(world.tracks[track].asset_id)
                yield self._sent("search_click", asset_id=asset, metadata={"query": query.text, "rank": rank})
                if rng.random() < 0.2:
                    yield self._sent("add_to_queue", asset_id=asset)
                yield from self._listen(track, query.grades[track] / 4)

    def _shown(self, query: Query) -> list[int]:
        return [track for track in query.order if self._world.tracks[track].released_at <= self._at][:SHOWN]

    def _choose(self) -> int | None:
        """A track that the radio plays, mostly to the player's taste; None when it is not out yet."""
        rng = self._rng
        genre = self._who.tastes[int(rng.random() < 0.3)] if rng.random() < 0.8 else rng.randrange(len(GENRES))
        sums = self._world.appeals[genre]
        number = self._world.by_genre[genre][bisect(sums, rng.random() * sums[-1])]
        return number if self._world.tracks[number].released_at <= self._at else None

    def _listen(self, number: int, wanted: float = 0.0) -> Iterator[Sent]:
        rng, track = self._rng, self._world.tracks[number]
        asset = str(track.asset_id)
        yield self._sent("play", asset_id=asset, duration=track.length_s)
        likes = rng.random() < self._liked(track, wanted)
        heard = track.length_s if likes else min(track.length_s, rng.expovariate(1 / _SKIP_S) + rng.random() * 20)
        self._at += heard
        if self._game.sends_ends:
            yield self._sent("stop" if likes else "skip", asset_id=asset, duration=round(heard, 1))
        if rng.random() < 0.06:
            yield self._sent("vote", asset_id=asset, value="up" if likes == (rng.random() < 0.9) else "down")
        if likes and rng.random() < 0.05:
            yield self._sent("favorite", asset_id=asset)
        elif not likes and rng.random() < 0.005:
            yield self._sent("unfavorite", asset_id=asset)

    def _liked(self, track: Track, wanted: float) -> float:
        taste = track.liking if track.genre in self._who.tastes else track.liking * 0.5
        return min(0.98, max(taste, wanted))
