"""What is measured, one function for each section of the page; figures are by seed, so that intervals can be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from statistics import mean, stdev

import numpy as np

from audioscape_server.scores.search.clicks import ClickRow

from .methods import (
    UNBOUND,
    UNCAPPED,
    bare_ips,
    base,
    click_through,
    learned,
    ndcg,
    ranked,
    raw_clicks,
    with_lists,
)
from .pieces import Piece, Results
from .worlds import MODELS, NOISE, TODAY, Array, World, examination, world

#: Student's t for a two-sided 95 % interval, by degrees of freedom.
T95 = {1: 12.71, 2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 6: 2.45, 7: 2.36, 8: 2.31, 9: 2.26}
#: Clicks from which a query must not fall, and by how much it may at most.
MANY_CLICKS, WORST_FALL = 200, 0.05

METHODS = ("base", "raw clicks", "click-through", "bare IPS", "score alone", "product")


@dataclass(frozen=True)
class Figure:
    """A figure by seed."""

    values: Sequence[float]

    @property
    def mean(self) -> float:
        """Over the seeds."""
        return mean(self.values)

    @property
    def half(self) -> float:
        """Half the width of the 95 % interval of the mean."""
        count = len(self.values)
        return T95[min(count - 1, 9)] * stdev(self.values) / count**0.5 if count > 1 else float("nan")

    def __sub__(self, other: Figure) -> Figure:
        return Figure([own - its for own, its in zip(self.values, other.values, strict=True)])


@dataclass
class Cell:
    """One kind of world, over all seeds."""

    name: tuple[str, ...]
    #: NDCG@10 by method: weighted by traffic, and each query the same.
    traffic: dict[str, Figure] = field(default_factory=dict)
    macro: dict[str, Figure] = field(default_factory=dict)
    #: By method, what queries with many clicks gained over the base order.
    gains: dict[str, list[float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Try:
    """What rankings of one world came to, by method, as in a cell."""

    traffic: dict[str, float]
    macro: dict[str, float]
    gains: dict[str, list[float]]


def tried(made: World, orders: Mapping[str, Array]) -> Try:
    """These rankings of a world, by method."""
    many = made.clicks.sum((1, 2)) >= MANY_CLICKS
    found = {method: ndcg(made, order) for method, order in orders.items()}
    return Try(
        {method: float(one @ made.traffic) for method, one in found.items()},
        {method: float(one.mean()) for method, one in found.items()},
        {method: (one - found["base"])[many].tolist() for method, one in found.items()},
    )


def measured(name: tuple[str, ...], tries: Sequence[Try]) -> Cell:
    """A cell of these tries, one for each seed."""
    methods = list(tries[0].traffic)
    return Cell(
        name,
        {method: Figure([one.traffic[method] for one in tries]) for method in methods},
        {method: Figure([one.macro[method] for one in tries]) for method in methods},
        {method: [gain for one in tries for gain in one.gains[method]] for method in methods},
    )


def cells(section: str, pieces: Iterable[Piece], results: Results) -> list[Cell]:
    """The cells of a section."""
    tries: dict[tuple[str, ...], list[Try]] = {}
    for piece in pieces:
        if piece.section == section:
            tries.setdefault(piece.name, []).append(results[piece])
    return [measured(name, found) for name, found in tries.items()]


def compared(made: World, model: str = "") -> dict[str, Array]:
    """Every method's ranking of a world; where examination is known, also the product that knows it."""
    rows = made.rows()
    learnt = learned(made, rows)
    orders = {
        "base": base(made),
        "raw clicks": raw_clicks(made),
        "click-through": click_through(made),
        "bare IPS": bare_ips(made),
        "score alone": ranked(made, rows, learnt, UNBOUND),
        "product": ranked(made, rows, learnt),
    }
    known = examination(model) if model else None
    if known is not None:
        orders["known"] = ranked(made, rows, replace(learnt, examination=tuple(known.tolist())))
    return orders


CLICK_MODELS, SMALL_WORLDS, SERVED_LISTS, ONE_KEY = "click models", "small worlds", "served lists", "one key"


def click_models(seeds: Sequence[int], sessions: Sequence[int]) -> list[Piece]:
    """Every click model, both search engines, few and many sessions."""
    return [
        Piece(CLICK_MODELS, (engine, model, f"{count // 1000}k"), seed, _click_model, (model, engine, count))
        for engine, model, count, seed in product(NOISE, MODELS, sessions, seeds)
    ]


def _click_model(model: str, engine: str, sessions: int, seed: int) -> Try:
    made = world(seed, model, engine, sessions)
    return tried(made, compared(made, model))


def served_lists(seeds: Sequence[int], sessions: Sequence[int]) -> list[Piece]:
    """The product with and without the lists that were shown, where its click model holds and where it does not."""
    return [
        Piece(SERVED_LISTS, (engine, model, f"{count // 1000}k"), seed, _served, (model, engine, count))
        for engine, model, count, seed in product(NOISE, ("pbm 1", "cascade"), sessions, seeds)
    ]


def _served(model: str, engine: str, sessions: int, seed: int) -> Try:
    made = world(seed, model, engine, sessions)
    rows = made.rows()
    ranking = ranked(made, rows, learned(made, rows))
    return tried(made, {"base": base(made), "product": ranking, "with lists": with_lists(made)})


#: The noise of the engines of small worlds.
SMALL_NOISE = {"strong": 0.92, "weak": 2.9}


def small_worlds(seeds: Sequence[int]) -> list[Piece]:
    """100 queries by 40 candidates over 6 days, as somebody else tried the score without a bound."""
    return [
        Piece(SMALL_WORLDS, (engine, model, f"{count // 1000}k"), seed, _small, (model, engine, count))
        for engine, model, count, seed in product(SMALL_NOISE, ("pbm 0.9", "cascade", "dbn"), (4_000, 20_000), seeds)
    ]


def _small(model: str, engine: str, sessions: int, seed: int) -> Try:
    made = world(seed, model, engine, sessions, queries=100, assets=40, days=6, noise=SMALL_NOISE[engine])
    return tried(made, compared(made))


#: The attack: a part of the queries, and fake players as a part of a query's clicks.
ATTACKED, FAKES = 0.2, 0.1
#: Five games have five times the rows: fewer seeds.
ATTACK_SEEDS = 5
GAMES = {"game a": 0.4, "game b": 0.3, "game c": 0.2, "game d": 0.08, "attacker": 0.02}


def attack(seeds: Sequence[int], sessions: Sequence[int]) -> list[Piece]:
    """One key adds 10 % fake players who click a bad asset, say rank 20, and are satisfied. Attacked queries only."""
    return [
        Piece(ONE_KEY, (engine, f"{count // 1000}k"), seed, _attacked, (engine, count))
        for engine, count, seed in product(NOISE, sessions, seeds)
    ]


def _attacked(engine: str, sessions: int, seed: int) -> Try:
    made = world(seed, "pbm 1", engine, sessions)
    random = np.random.default_rng([seed, 99])
    honest = {query: list(_by_game(rows, random)) for query, rows in made.rows().items()}
    targets = np.flatnonzero(random.random(made.queries) < ATTACKED)
    pushed = {query: list(rows) for query, rows in honest.items()}
    fakes = made.clicks.copy()
    served = made.served.copy()
    for query in targets:
        worst = max(asset for asset in range(made.assets) if made.grades[query, asset] == 0)
        days = made.clicks.shape[1]
        daily = random.multinomial(max(1, round(made.clicks[query].sum() * FAKES)), [1 / days] * days)
        for day, count in enumerate(daily.tolist()):
            pushed[str(query)].append(ClickRow(worst, "attacker", TODAY - days + 1 + day, 20, count, count, count))
        served[query, :, -1], fakes[query, :, -1] = worst, daily
    victim = replace(made, clicks=fakes, served=served)
    clean, bent = learned(made, honest), learned(made, pushed)
    orders = {
        "base": base(made),
        "raw clicks": raw_clicks(victim),
        "bare IPS": bare_ips(victim),
        "uncapped": ranked(made, pushed, learned(made, pushed, UNCAPPED), UNCAPPED),
        "product": ranked(made, pushed, bent),
        "unattacked": ranked(made, honest, clean),
    }
    only = replace(
        made,
        **{name: getattr(made, name)[targets] for name in ("grades", "served", "clicks", "outcomes", "satisfied")},
        traffic=made.traffic[targets] / made.traffic[targets].sum(),
    )
    return tried(only, {method: order[targets] for method, order in orders.items()})


def _by_game(rows: list[ClickRow], random: np.random.Generator) -> Iterable[ClickRow]:
    """The same clicks, each by a player of some game."""
    shares = list(GAMES.values())
    for row in rows:
        split = random.multinomial([row.satisfied, row.outcomes - row.satisfied, row.clickers - row.outcomes], shares)
        for game, (good, bad, unseen) in zip(GAMES, split.T.tolist(), strict=True):
            if good + bad + unseen:
                yield row._replace(key=game, clickers=good + bad + unseen, outcomes=good + bad, satisfied=good)
