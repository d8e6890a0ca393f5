"""Would a cap for several keys together hold collusion, and what would it cost? ``python -m evaluation.collusion``.

Catalogues of 2,000 tracks by 40 keys, with tastes of their own or those of a genre; listeners come by chance. Keys
push the 1,500th track by crowds of several sizes. The caps of the warehouse, one statement there, are written out here.
Prints the table that docs/scoring.md quotes; about a minute. A trial: the product has the first rule.

Rules
    each key     what the product does: each key alone is capped, by 9 points or its share of the traffic
    fond of it   the keys most fond of a track, however many, are capped as one key with the traffic of all
    far above    those keys are one for the 9 points if each gives the track 8 times as much of its traffic as the rest
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from audioscape_server.scores import popularity
from audioscape_server.scores.parameters import DEFAULT

Array = np.ndarray[Any, Any]
TRACKS, KEYS, TARGET, SEEDS, GENRES = 2_000, 40, 1_499, range(100, 105), 5
#: How many times as much of their traffic as the rest keys must give a track to be far above it.
FAR = 8.0
#: Who attacks, by the place of the key in the order of traffic, and made-up listeners of each key; the worst counts.
GROUPS = {
    "one": [10], "two": [10, 20], "five small": [30, 31, 32, 33, 34], "ten": list(range(20, 30)),
    "five of 4 %": [3, 4, 5, 6, 7], "the 3rd to 5th": [2, 3, 4],
}  # fmt: skip
CROWDS = (20, 60, 200, 600, 5_000)


def catalogue(seed: int, top: float, *, genres: bool) -> tuple[Array, Array, Array]:
    """How popular each track is, the traffic of each key, and the mass of each track by key."""
    random = np.random.default_rng(seed)
    share = np.arange(1, KEYS + 1) ** -0.85
    share /= share.sum()
    appeal = top * (np.arange(TRACKS) / 6 + 1) ** -0.8
    taste = random.gamma(3.0, 1 / 3.0, (TRACKS, KEYS))
    if genres:
        same = random.integers(0, GENRES, TRACKS)[:, None] == random.integers(0, GENRES, KEYS)
        liking = np.where(same, 0.6 * GENRES, 0.4 * GENRES / (GENRES - 1))
        taste *= liking / (liking * share).sum(1, keepdims=True)
    return appeal, share, random.poisson(appeal[:, None] * share * taste).astype(float)


def each_key(mass: Array, share: Array) -> Array:
    """What of the mass of each track and key counts now, by key."""
    ratios = [popularity.allowance(float(one), DEFAULT) for one in share]
    most = np.array([np.inf if one is None else max(one, growth(mass)) for one in ratios])
    others = mass.sum(1, keepdims=True) - mass
    return np.minimum(mass, most * np.maximum(others, 1e-9) + growth(mass) * DEFAULT.scale)


def growth(mass: Array) -> float:
    """What 9 points are, of the mass that all tracks have without their largest key."""
    known = np.sort(mass.sum(1) - mass.max(1))[math.ceil(DEFAULT.reference_quantile * len(mass)) - 1]
    return (1 + max(DEFAULT.least_reference, float(known)) / DEFAULT.scale) ** (DEFAULT.key_points / 100) - 1


def together(mass: Array, share: Array, *, far_above: bool) -> Array:
    """What counts, by track, where the keys that are most fond of a track are one."""
    counted = each_key(mass, share)
    fondest = np.argsort(-mass / share, axis=1, kind="stable")
    of_keys, theirs = (np.take_along_axis(one, fondest, 1) for one in (mass, counted))
    traffic = np.cumsum(share[fondest], 1)
    rest = np.maximum(0.0, mass.sum(1, keepdims=True) - np.cumsum(of_keys, 1))
    grown = growth(mass)
    may = traffic <= DEFAULT.tenant_share
    if far_above:
        may &= of_keys / share[fondest] >= FAR * (rest + DEFAULT.scale) / np.maximum(1e-9, 1 - traffic)
        ratio = np.full_like(traffic, grown)
    else:
        ratio = np.maximum(grown, DEFAULT.key_factor * traffic / np.maximum(1e-9, 1 - traffic))
    over = np.cumsum(theirs, 1) - (ratio * rest + grown * DEFAULT.scale)
    return counted.sum(1) - np.where(may, np.maximum(0.0, over), 0.0).max(1)


RULES: dict[str, Callable[[Array, Array], Array]] = {
    "no cap": lambda mass, _: mass.sum(1),
    "each key": lambda mass, share: each_key(mass, share).sum(1),
    "fond of it": lambda mass, share: together(mass, share, far_above=False),
    "far above": lambda mass, share: together(mass, share, far_above=True),
}


def score(masses: Array, track: int) -> float:
    """The score of a track among all."""
    reference = float(np.sort(masses)[math.ceil(DEFAULT.reference_quantile * len(masses)) - 1])
    return popularity.score(float(masses[track]), reference, DEFAULT)


def gained(rule: Callable[[Array, Array], Array], mass: Array, share: Array, keys: Sequence[int]) -> float:
    """The most that an attack of these keys gains, in points."""
    before = score(rule(mass, share), TARGET)
    gains: list[float] = []
    for crowd in CROWDS:
        pushed = mass.copy()
        pushed[TARGET, keys] += crowd
        gains.append(score(rule(pushed, share), TARGET) - before)
    return max(gains)


def main() -> None:
    """Print the table."""
    print(f"| reference | tastes | rule | true first 100 | {' | '.join(GROUPS)} |\n|{'---|' * (4 + len(GROUPS))}")
    for top in (3_000.0, 800.0):
        for genres in (False, True):
            made = [catalogue(seed, top, genres=genres) for seed in SEEDS]
            for name, rule in RULES.items():
                found = [len(set(np.argsort(-rule(mass, share))[:100]) & set(range(100))) for _, share, mass in made]
                gains = [
                    [gained(rule, mass, share, keys) for _, share, mass in made] for keys in GROUPS.values()
                ]  # fmt: skip
                told = [f"{min(one):.1f} to {max(one):.1f}" for one in gains]
                row = [f"{top:,.0f}", "of genres" if genres else "of each key", name, f"{np.mean(found):.1f}", *told]
                print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
