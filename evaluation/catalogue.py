# pyright: reportPrivateUsage=false
"""Catalogues of tracks, who hears them, and what the product's own statements make of that in a warehouse.

How popular a track is, and whether it jumps, is decided here and by nothing of the product; events follow from it by
chance, and go into a new warehouse.

- ``trends``: 20,000 tracks over 29 days; on the last one some are heard three times as much. Each day has its mood,
  each track on each day and each key too; weekends are busier. Which of them trend, in calm catalogues and in wilder
  and busier ones, and which would by other bars?
- ``push``: 2,000 tracks; one key makes up listeners of the 1,500th, who also favour it, vote for it and queue it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from audioscape_server.scores import trending
from audioscape_server.scores.model import Trend
from audioscape_server.scores.parameters import DEFAULT
from audioscape_server.scores.scope import Scope
from audioscape_server.warehouse import Warehouse

from .pieces import Piece

Array = np.ndarray[Any, Any]
#: Midnight of 2026-11-02, and half a day: when it is now.
NOW = 1_793_577_600.0 + 43_200
DAY_S = 86_400
ROW = np.dtype([("track", "<u4"), ("key", "u1"), ("kind", "u1"), ("at", "<f8"), ("player", "<u8")])
STOP, PLAY, FAVORITE, VOTE, QUEUE = range(5)

TRENDS, PUSH = "trends", "push"
PUSH_SEEDS = 5
JUMP, WELL_HEARD = 3.0, 10.0
#: Part of the tracks with few listeners that jump.
FEW_JUMPING = 0.005
#: Of a key with a track for good, of a key with a track on a day: spread, as a part of the mean.
TASTE, KEY_MOOD = 0.6, 0.2
WEEKEND = 1.3
TARGET = 1_499
#: Made-up listeners a day, and for how long; which key it is, by traffic.
CROWDS, ATTACK_DAYS, ATTACKERS = (20, 200, 2_000), 3, (5, 20)


#: Beside the surprise that a trend must reach, what else could be asked of it, the same in all catalogues.
BARS = (2.0, 3.0, 4.0)
KEYS = 12


@dataclass(frozen=True)
class Kind:
    """What a catalogue is like."""

    name: str
    top: float
    """Listeners a day of the first track."""
    mood: float
    """Of a track on a day: spread, as a part of the mean."""
    shape: str = "gamma"
    """Of that: gamma, lognormal, or t: the logarithm is by Student's t, with three degrees of freedom."""
    every: int = 1
    """Each so manieth track is simulated, where all would be too many events."""
    jumping: float = 0.08
    """Part of the well-heard tracks that jump; less where many are well heard, or the whole would seem to grow."""
    seeds: int = 5


KINDS = (
    Kind("calm", 400.0, 0.2, seeds=10),
    Kind("wild", 400.0, 0.4, "lognormal"),
    Kind("heavy-tailed", 400.0, 0.3, "t"),
    Kind("busy", 4_000.0, 0.2, every=10, jumping=0.02),
    Kind("busy and wild", 4_000.0, 0.3, "lognormal", every=10, jumping=0.02),
)


@dataclass(frozen=True)
class Trending:
    """What was flagged of 20,000 tracks, and what of those that did jump."""

    false_flags: float
    recall: float
    recall_of_few: float
    jumped: int
    by_bar: dict[float, tuple[float, float]]
    """False flags and recall if a trend had to surprise by so much."""


@dataclass(frozen=True)
class Push:
    """The most points that one key gained by crowds of every size, and how true the chart is without an attack."""

    gained: float
    by_crowd: dict[int, float]
    overlap: float


def trend_pieces(seeds: Sequence[int], tracks: int = 20_000, kinds: Sequence[Kind] = KINDS) -> list[Piece]:
    """Some catalogues of each kind, by seed."""
    return [Piece(TRENDS, (kind.name,), seed, trends, (kind, tracks)) for kind in kinds for seed in seeds[: kind.seeds]]


def push_pieces(seeds: Sequence[int], tracks: int = 2_000) -> list[Piece]:
    """One key of medium size, and a small one."""
    return [
        Piece(PUSH, (f"key {attacker + 1} of 40",), seed, push, (tracks, attacker))
        for attacker in ATTACKERS
        for seed in seeds
    ]


def trends(kind: Kind, tracks: int, seed: int) -> Trending:
    """Let some tracks jump, and see what trends."""
    random = np.random.default_rng([seed, 7])
    mean, by_key = _catalogue(random, tracks, keys=KEYS, top=kind.top, every=kind.every)
    well = mean >= WELL_HEARD
    jumps = random.random(len(mean)) < np.where(well, kind.jumping, FEW_JUMPING)
    parts: list[Array] = []
    for age in range(DEFAULT.trend_days + 1):
        weekday = int((NOW - (age + 0.5) * DAY_S) // DAY_S + 3) % 7
        mood = _moods(random, kind, len(mean))[:, None] * _spread(random, KEY_MOOD, by_key.shape)
        expected = mean[:, None] * by_key * mood * (WEEKEND if weekday >= 5 else 1.0) * random.normal(1, 0.05)
        if age == 0:
            expected[jumps] *= JUMP
        parts.append(_listeners(random.poisson(expected), age, random))
    with warehouse() as made:
        fill(made, "trends", parts)
        movers = scope(made, "trends").movers()
    flagged = _flags(len(mean), [one for one in movers if one["trend_rank"]])
    by_bar: dict[float, tuple[float, float]] = {}
    for bar in BARS:
        would = _flags(len(mean), [one for one in movers if _trends(one, bar)])
        by_bar[bar] = _false(would, jumps), _recall(would, jumps & well)
    return Trending(
        _false(flagged, jumps),
        _recall(flagged, jumps & well),
        _recall(flagged, jumps & ~well),
        int((jumps & well).sum()),
        by_bar,
    )


def _trends(one: Trend, bar: float) -> bool:
    return trending.trends(one["trend_listeners"], one["trend_expected"], one["trend_keys"], KEYS, DEFAULT, bar=bar)


def _flags(tracks: int, of: Sequence[Trend]) -> Array:
    flags = np.zeros(tracks, bool)
    flags[[one["asset_id"] - 1 for one in of]] = True
    return flags


def _recall(flags: Array, jumps: Array) -> float:
    return float(flags[jumps].mean()) if jumps.any() else float("nan")


def _false(flags: Array, jumps: Array) -> float:
    """Of 20,000 tracks."""
    return float((flags & ~jumps).sum()) * 20_000 / len(flags)


def push(tracks: int, attacker: int, seed: int) -> Push:
    """Let one key make up listeners: more and more of them, in one project."""
    random = np.random.default_rng([seed, 8])
    mean, by_key = _catalogue(random, tracks, keys=40, top=300.0)
    parts = [_listeners(random.poisson(mean[:, None] * by_key), age, random) for age in range(DEFAULT.window_days // 2)]
    target = TARGET * tracks // 2_000
    with warehouse() as made:
        fill(made, "push", parts)
        clean = scope(made, "push").popular()
        before = _score(clean, target)
        gains: dict[int, float] = {}
        for crowd, fewer in zip(CROWDS, (0, *CROWDS), strict=False):
            fill(made, "push", [_crowd(target, attacker, crowd - fewer, random)], block=crowd + 1)
            gains[crowd] = _score(scope(made, "push").popular(), target) - before
    true = set(np.argsort(-mean, kind="stable")[:100].tolist())
    overlap = len(true & {one["asset_id"] - 1 for one in clean[:100]}) / 100
    return Push(max(gains.values()), gains, overlap)


def _catalogue(
    random: np.random.Generator, tracks: int, *, keys: int, top: float, every: int = 1
) -> tuple[Array, Array]:
    """Listeners a day of each track, the most first, and of that what comes by each key, in all 1 on average."""
    share = np.arange(1, keys + 1) ** -0.85
    mean = top * (np.arange(0, tracks, every) / 6 + 1) ** -0.8
    return mean, share / share.sum() * _spread(random, TASTE, (len(mean), keys))


def _moods(random: np.random.Generator, kind: Kind, tracks: int) -> Array:
    """How many times as much as usual each track is heard on a day: 1 on average, or nearly so."""
    if kind.shape == "gamma":
        return _spread(random, kind.mood, tracks)
    if kind.shape == "t":
        return np.clip(np.exp(kind.mood * random.standard_t(3, tracks) / 3**0.5), 0.05, 20)
    of_logarithm = np.log(1 + kind.mood**2)
    return np.exp(random.normal(-of_logarithm / 2, of_logarithm**0.5, tracks))


def _spread(random: np.random.Generator, spread: float, shape: int | tuple[int, ...]) -> Array:
    """Factors of mean 1 with that standard deviation."""
    return random.gamma(spread**-2, spread**2, shape)


def _listeners(counts: Array, age: int, random: np.random.Generator) -> Array:
    """So many listeners by track and key, some time in the 24 hours of that age; each hears it to the end."""
    tracks, keys = np.nonzero(counts)
    times = counts[tracks, keys]
    rows = np.zeros(int(times.sum()), ROW)
    rows["track"], rows["key"] = np.repeat(tracks, times) + 1, np.repeat(keys, times)
    rows["at"] = NOW - (age + random.random(len(rows))) * DAY_S
    # Who else they hear says nothing: a listener counts once for a track, a key and a day.
    rows["player"] = random.integers(1, 2**62, len(rows))
    return rows


def _crowd(target: int, attacker: int, crowd: int, random: np.random.Generator) -> Array:
    """Players that a key made up, who do for a track all that players can do."""
    players = np.zeros((crowd * ATTACK_DAYS, 5), ROW)
    players["track"], players["key"], players["kind"] = target + 1, attacker, np.arange(5)
    players["player"] = random.integers(1, 2**62, len(players))[:, None]
    players["at"] = NOW - (random.random(len(players)) * ATTACK_DAYS * DAY_S)[:, None]
    return players.ravel()


def _score(scored: Sequence[dict[str, Any]], track: int) -> float:
    return next((one["score"] for one in scored if one["asset_id"] == track + 1), 0.0)


@contextmanager
def warehouse() -> Generator[Warehouse]:
    """A new one."""
    with tempfile.TemporaryDirectory() as folder, Warehouse(f"chdb://{Path(folder) / 'store'}") as made:
        made.migrate()
        yield made


def scope(made: Warehouse, project: str) -> Scope:
    """The scores of a project."""
    return Scope(partial(_ask, made), project, 0, NOW, DEFAULT)


def _ask(made: Warehouse, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
    return made.ask(name, parameters, tag="evaluation", seconds=1_800)


def fill(made: Warehouse, project: str, parts: Sequence[Array], *, block: int = 1) -> None:
    """Put listeners into the warehouse, and let it judge ends as the loader does."""
    statement = Path(__file__).with_name("listeners.sql").read_text("utf-8")
    connections = made._connections  # noqa: SLF001  # no events go into a warehouse like this but here
    with tempfile.NamedTemporaryFile(suffix=".bin") as file:
        for rows in parts:
            rows.tofile(file)
        file.flush()
        asked = {"project": project, "block": block, "file": file.name}
        connections.command(statement, asked, {"async_insert": 0, "max_partitions_per_insert_block": 0})
    made.judge_stops()
