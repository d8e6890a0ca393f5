"""Tracks, queries and games of a simulated world, and what is true of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from random import Random
from typing import Final, NamedTuple

GENRES: Final = ("lofi", "synthwave", "jazz", "ambient", "metal", "house", "folk", "chiptune")
_MOODS: Final = ("calm", "happy", "dark", "slow", "fast", "study", "party", "rainy", "epic", "night", "morning", "boss")
_NOUNS: Final = ("River", "Neon", "Castle", "Orbit", "Garden", "Engine", "Harbor", "Mirror", "Signal", "Forest")
_DAY_S: Final = 86_400.0

#: Tracks that come out while the game is played, of all.
_NEW_SHARE: Final = 0.02
#: Candidates of a query, and how many of them its search shows.
_CANDIDATES: Final = 40
SHOWN: Final = 20
#: How far the search engine is off, in grades: one standard deviation.
_SEARCH_NOISE: Final = 1.2
#: The game that never sends `stop` and `skip`.
_WITHOUT_ENDS: Final = 4
#: How the traffic is shared among games: each has so many times what the next one has.
_NEXT_GAME: Final = 1.35


class Track(NamedTuple):
    """A track, and how people truly like it."""

    asset_id: int
    title: str
    artist: str
    genre: int
    length_s: float
    appeal: float
    """How often it is chosen, beside others of its genre."""
    liking: float
    """The share of players with a taste for its genre who hear it to its end."""
    released_at: float
    """Unix seconds; before the game begins for most."""


class Query(NamedTuple):
    """A search, and what is relevant to it."""

    text: str
    grades: Mapping[int, int]
    """How relevant each candidate is, 0 to 4, by its place among the tracks."""
    order: tuple[int, ...]
    """The candidates in the search engine's order."""


class Game(NamedTuple):
    """A game: the servers that share an API key."""

    key: int
    """Its place among the keys."""
    universe: int
    place: int
    share: float
    """Of all sessions."""
    sends_ends: bool
    """Whether it sends `stop` and `skip` at all: some games never do."""


class World(NamedTuple):
    """All that is there before anybody plays."""

    seed: int
    starts_at: float
    ends_at: float
    tracks: tuple[Track, ...]
    queries: tuple[Query, ...]
    games: tuple[Game, ...]
    players: int
    by_genre: tuple[tuple[int, ...], ...]
    """The tracks of each genre."""
    appeals: tuple[tuple[float, ...], ...]
    """The running sums of their appeals."""


def make(
    seed: int,
    starts_at: float,
    ends_at: float,
    *,
    tracks: int = 2_000,
    queries: int = 200,
    players: int = 20_000,
    keys: int = 6,
) -> World:
    """Make a world.

    Args:
        seed: of all chance.
        starts_at: Unix seconds; when the first session may begin.
        ends_at: Unix seconds; nothing happens later.
        tracks: how many tracks, at least 100.
        queries: how many queries.
        players: how many players.
        keys: how many games, each with a key of its own; two share a universe.
    """
    rng = Random(seed)
    made = tuple(_track(rng, number, starts_at, ends_at) for number in range(tracks))
    by_genre = tuple(
        tuple(number for number, one in enumerate(made) if one.genre == genre) for genre in range(len(GENRES))
    )
    appeals = tuple(tuple(accumulate(made[number].appeal for number in genre)) for genre in by_genre)
    shares = [_NEXT_GAME**-number for number in range(keys)]
    games = tuple(
        Game(number, 1_001 + number // 2, 2_001 + number, share / sum(shares), number != _WITHOUT_ENDS)
        for number, share in enumerate(shares)
    )
    asked = tuple(_query(rng, number, by_genre) for number in range(queries))
    return World(seed, starts_at, ends_at, made, asked, games, players, by_genre, appeals)


def _track(rng: Random, number: int, starts_at: float, ends_at: float) -> Track:
    is_new = rng.random() < _NEW_SHARE
    genre = rng.randrange(len(GENRES))
    # As Zipf has it, with the places shuffled: what is popular has no telling id.
    appeal = (1.0 + 500.0 * rng.random()) ** -0.9
    return Track(
        asset_id=1_800_000_000 + number * 7,
        title=f"{rng.choice(_MOODS).title()} {rng.choice(_NOUNS)} {number}",
        artist=f"{rng.choice(_NOUNS)} {rng.choice(('Club', 'Trio', 'Sound', 'Union'))}",
        genre=genre,
        length_s=round(min(420.0, max(60.0, rng.gauss(190, 50))), 1),
        appeal=appeal * (8.0 if is_new else 1.0),
        liking=0.3 + 0.6 * rng.random(),
        released_at=starts_at + rng.random() * (ends_at - starts_at) if is_new else starts_at - _DAY_S,
    )


def _query(rng: Random, number: int, by_genre: tuple[tuple[int, ...], ...]) -> Query:
    genre = number % len(GENRES)
    found = rng.sample(by_genre[genre], min(_CANDIDATES, len(by_genre[genre])))
    grades = {track: min(4, int(5 * rng.random() ** 1.6)) for track in found}
    order = sorted(found, key=lambda track: (-(grades[track] + rng.gauss(0, _SEARCH_NOISE)), track))
    return Query(f"{_MOODS[number % len(_MOODS)]} {GENRES[genre]} {number // len(GENRES) + 1}", grades, tuple(order))
