"""Worlds to try a ranking in: queries, assets of known relevance, a search engine, and people who click.

An asset has a grade, 0 to 4, for a query. How attractive it looks follows from the grade, but for *bait*: grades of 0
and 1 that look like 3 and satisfy nobody. The search engine orders by the grade and noise, a little differently each
day. People see the first 20 and click by one of the models below; whether a click satisfied is seen for 70 % of them.
Everything is drawn from one seed.

Click models (examination and clicks by rank k):

- ``pbm``: examined with k^-slope, clicked if attractive. ``ultra``: the same with the examination of ULTRA's table,
  which was measured by eye tracking, and goes on as 1/k below rank 10.
- ``cascade``: from the top until the first click. ``dbn``: from the top; after a click that satisfies people stop, else
  they go on with 0.9.
- ``trust``: as pbm with slope 1, and people click what stands high although it does not attract them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from audioscape_server.scores.search.clicks import ClickRow

Array = np.ndarray[Any, Any]

SHOWN = 20
#: The last day of every world, as days since 1970.
TODAY = 20_000
#: Click probability of an examined asset by its grade, as ULTRA's click models have it.
ATTRACTION = np.array([0.1, 0.16, 0.28, 0.52, 1.0])
#: Satisfaction of a click by grade; bait satisfies BAIT_SATISFIES.
SATISFACTION = np.array([0.25, 0.4, 0.55, 0.7, 0.85])
BAIT, BAIT_LOOKS_LIKE, BAIT_SATISFIES = 0.15, 3, 0.1
GRADES = (0.62, 0.14, 0.1, 0.08, 0.06)
OUTCOME_SEEN = 0.7
#: Noise of the search engine, in grades, and how much of it is drawn anew each day.
NOISE = {"strong": 1.1, "weak": 3.2}
DAILY = 0.3
ULTRA = np.array([0.68, 0.61, 0.48, 0.34, 0.28, 0.2, 0.11, 0.1, 0.08, 0.06, *(0.6 / k for k in range(11, 21))])
MODELS = ("pbm 0.5", "pbm 1", "pbm 1.5", "ultra", "cascade", "dbn", "trust")

_RANKS = np.arange(1, SHOWN + 1)


@dataclass(frozen=True)
class World:
    """Assets are numbered by their place in the base order, from 0."""

    grades: Array  # (query, asset)
    served: Array  # (query, day, rank): asset
    clicks: Array  # (query, day, rank)
    outcomes: Array
    satisfied: Array
    traffic: Array  # (query): share of the sessions

    @property
    def queries(self) -> int:
        """How many."""
        return self.grades.shape[0]

    @property
    def assets(self) -> int:
        """How many candidates a query has."""
        return self.grades.shape[1]

    def by_asset(self, counts: Array) -> Array:
        """Counts by query and asset."""
        total = np.zeros(self.grades.shape)
        queries = np.broadcast_to(np.arange(self.queries)[:, None, None], self.served.shape)
        np.add.at(total, (queries, self.served), counts)
        return total

    def rows(self, key: str = "game", *, lists: bool = False) -> dict[str, list[ClickRow]]:
        """What the product reads, by query; also where each asset was shown, if the lists were served."""
        found: dict[str, list[ClickRow]] = {str(query): [] for query in range(self.queries)}
        first = TODAY - self.clicks.shape[1] + 1
        asked = self.clicks.sum(2, keepdims=True) > 0
        places = np.nonzero(self.clicks + (asked if lists else 0))
        columns = [self.served[places], self.clicks[places], self.outcomes[places], self.satisfied[places]]
        for query, day, rank, asset, clicks, outcomes, satisfied in zip(
            *(column.tolist() for column in [*places, *columns]), strict=True
        ):
            found[str(query)].append(
                ClickRow(asset, key, first + day, rank + 1, clicks, outcomes, satisfied, int(lists))
            )
        return found


@dataclass(frozen=True)
class Engine:
    """Assets, how they look, and a search engine's scores of them; queries by assets, in base order."""

    grades: Array
    attraction: Array
    satisfaction: Array
    scores: Array
    noise: float
    traffic: Array

    def lists(self, days: int, random: np.random.Generator) -> Array:
        """What it shows on each day."""
        daily = random.normal(0, DAILY * self.noise, (len(self.grades), days, self.grades.shape[1]))
        return np.argsort(-(self.scores[:, None, :] + daily), axis=2, kind="stable")[..., :SHOWN]


def engine(random: np.random.Generator, noise: float, queries: int, assets: int) -> Engine:
    """A search engine with queries of its own; traffic by Zipf's law."""
    grades = random.choice(5, size=(queries, assets), p=GRADES)
    scores = grades + random.normal(0, noise, (queries, assets))
    order = np.argsort(-scores, axis=1)
    grades, scores = np.take_along_axis(grades, order, 1), np.take_along_axis(scores, order, 1)
    bait = (random.random((queries, assets)) < BAIT) & (grades <= 1)
    attraction = ATTRACTION[np.where(bait, BAIT_LOOKS_LIKE, grades)]
    satisfaction = np.where(bait, BAIT_SATISFIES, SATISFACTION[grades])
    traffic = 1 / np.arange(1, queries + 1)
    return Engine(grades, attraction, satisfaction, scores, noise, traffic / traffic.sum())


def world(
    seed: int,
    model: str,
    base: str,
    sessions: int,
    *,
    queries: int = 200,
    assets: int = 50,
    days: int = 28,
    noise: float | None = None,
) -> World:
    """A world in which the search engine's lists were shown as they came."""
    random = np.random.default_rng([seed, list(NOISE).index(base)])
    made = engine(random, noise or NOISE[base], queries, assets)
    sessions_by_day = random.multinomial(sessions // days, made.traffic, size=days).T
    served = made.lists(days, random)
    return World(made.grades, served, *people(model, sessions_by_day, made, served, random), made.traffic)


def people(
    model: str, sessions: Array, made: Engine, served: Array, random: np.random.Generator
) -> tuple[Array, Array, Array]:
    """Clicks, outcomes seen, and satisfied ones among those, of so many sessions by query and day."""
    queries = np.arange(len(served))[:, None, None]
    attraction, satisfaction = made.attraction[queries, served], made.satisfaction[queries, served]
    if model in {"cascade", "dbn"}:
        clicks, satisfied = _from_the_top(model, sessions, attraction, satisfaction, random)
    else:
        clicks = random.binomial(sessions[..., None], click_rate(model, attraction))
        satisfied = random.binomial(clicks, satisfaction)
    seen = random.binomial(satisfied, OUTCOME_SEEN)
    return clicks, seen + random.binomial(clicks - satisfied, OUTCOME_SEEN), seen


def examination(model: str) -> Array | None:
    """How often each rank is looked at, the first being 1, where the model has such a thing."""
    if model.startswith("pbm"):
        return _RANKS ** -float(model.split()[1])
    return ULTRA / ULTRA[0] if model == "ultra" else None


def click_rate(model: str, attraction: Array) -> Array:
    """The probability of a click by rank, for models in which ranks do not depend on each other."""
    if model == "trust":
        attracted, trusted = 1 - (_RANKS + 1) / 100, 0.65 / np.minimum(_RANKS, 10)
        return (attracted * attraction + trusted * (1 - attraction)) / _RANKS
    return (ULTRA if model == "ultra" else _RANKS ** -float(model.split()[1])) * attraction


def _from_the_top(
    model: str, sessions: Array, attraction: Array, satisfaction: Array, random: np.random.Generator
) -> tuple[Array, Array]:
    clicks, satisfied = np.zeros(attraction.shape, int), np.zeros(attraction.shape, int)
    reading = sessions.copy()
    for rank in range(attraction.shape[-1]):
        clicks[..., rank] = random.binomial(reading, attraction[..., rank])
        satisfied[..., rank] = random.binomial(clicks[..., rank], satisfaction[..., rank])
        if model == "cascade":
            reading = reading - clicks[..., rank]
        else:
            reading = random.binomial(reading - satisfied[..., rank], 0.9)
    return clicks, satisfied
