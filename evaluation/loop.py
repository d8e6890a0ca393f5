"""The closed loop: what a ranking shows decides what is clicked, and so what it shows next.

42 days; each day's lists are the ranking made from the days before (28 at most). On day 14 every query gets a new asset
of grade 4, which the search engine puts at about rank 12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from audioscape_server.scores.search.model import Model

from .methods import base, learned, ndcg, ranked, raw_clicks
from .pieces import Piece, Results
from .sections import Figure
from .worlds import NOISE, SHOWN, Array, Engine, World, engine, people

DAYS, WINDOW, ARRIVAL, LEARN_EVERY = 42, 28, 14, 7
#: Place of the new asset in the base order, from 0; who counts as found, and where.
NEW, TOP, HEAD, WITHIN = 11, 3, 50, 7
#: 42 rankings of everything for each: fewer seeds.
LOOP_SEEDS = 3
LOOP_METHODS = ("raw clicks", "product", "with lists")


@dataclass
class Loop:
    """A closed loop over all seeds."""

    name: tuple[str, ...]
    method: str
    #: NDCG@10 weighted by traffic on the last day, and by day of the first seed.
    last: Figure
    by_day: list[float]
    #: Part of the 50 most asked queries whose new asset was among the first 3 within 7 days; days until then.
    found: Figure
    median_days: Figure


CLOSED_LOOP = "closed loop"


def loop_pieces(seeds: Sequence[int], sessions: Sequence[int], queries: int = 200) -> list[Piece]:
    """The product, with and without served lists, and raw clicks, where people click as by ``pbm 1``."""
    return [
        Piece(CLOSED_LOOP, (kind, f"{count // 1000}k", method), seed, _run, (kind, count, method, queries))
        for kind, count, method, seed in product(NOISE, sessions, LOOP_METHODS, seeds)
    ]


def loops(pieces: Iterable[Piece], results: Results) -> list[Loop]:
    """The loops of what came of the pieces."""
    runs: dict[tuple[str, ...], list[tuple[list[float], Array]]] = {}
    for piece in pieces:
        if piece.section == CLOSED_LOOP:
            runs.setdefault(piece.name, []).append(results[piece])
    return [_loop(name, found) for name, found in runs.items()]


def _loop(name: tuple[str, ...], runs: Sequence[tuple[list[float], Array]]) -> Loop:
    waits = [wait[:HEAD] for _, wait in runs]
    return Loop(
        name[:2],
        name[2],
        Figure([days[-1] for days, _ in runs]),
        runs[0][0],
        Figure([float((wait <= WITHIN).mean()) for wait in waits]),
        Figure([float(np.median(wait)) for wait in waits]),
    )


def _ranker(method: str) -> Callable[[World], Array]:
    """A ranking day by day; the product learns once a week."""
    if method == "raw clicks":
        return raw_clicks
    model: list[Model] = []
    day = 0

    def rank_today(made: World) -> Array:
        nonlocal day
        rows = made.rows(lists=method == "with lists")
        if day % LEARN_EVERY == 0:
            model[:] = [learned(made, rows)]
        day += 1
        return ranked(made, rows, model[0])

    return rank_today


def _run(kind: str, sessions: int, method: str, queries: int, seed: int) -> tuple[list[float], Array]:
    """NDCG by day, and the days until each query's new asset was among the first."""
    rank_today = _ranker(method)
    random = np.random.default_rng([seed, list(NOISE).index(kind)])
    made = _with_newcomer(engine(random, NOISE[kind], queries, 50))
    nothing = np.zeros((queries, 0, SHOWN), int)
    past = World(made.grades, nothing, nothing, nothing, nothing, made.traffic)
    order = base(past)
    wait, by_day = np.full(queries, np.inf), []
    for day in range(DAYS):
        shown = order if day >= ARRIVAL else order[order != NEW].reshape(queries, -1)
        today = shown[:, None, :SHOWN]
        arrived = random.multinomial(sessions // WINDOW, made.traffic)[:, None]
        clicks, outcomes, satisfied = people("pbm 1", arrived, made, today, random)
        past = replace(
            past,
            served=np.concatenate([past.served, today], 1)[:, -WINDOW:],
            clicks=np.concatenate([past.clicks, clicks], 1)[:, -WINDOW:],
            outcomes=np.concatenate([past.outcomes, outcomes], 1)[:, -WINDOW:],
            satisfied=np.concatenate([past.satisfied, satisfied], 1)[:, -WINDOW:],
        )
        order = rank_today(past)
        by_day.append(float(ndcg(past, order) @ made.traffic))
        if day >= ARRIVAL:
            place = (order == NEW).argmax(1)
            wait = np.where((place < TOP) & np.isinf(wait), day - ARRIVAL + 1, wait)
    return by_day, wait


def _with_newcomer(made: Engine) -> Engine:
    """The same, with an asset of grade 4 at the newcomer's place."""
    grades, attraction, satisfaction = made.grades.copy(), made.attraction.copy(), made.satisfaction.copy()
    grades[:, NEW], attraction[:, NEW], satisfaction[:, NEW] = 4, 1.0, 0.85
    return replace(made, grades=grades, attraction=attraction, satisfaction=satisfaction)
