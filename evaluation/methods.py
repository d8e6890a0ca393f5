"""The rankings that are compared: the product's own functions, and what one would do without them.

A ranking is an array (query, rank) of assets. Assets are numbered by base order, so the base order is 0, 1, 2, …
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from audioscape_server.scores.search.clicks import ClickRow, gather
from audioscape_server.scores.search.model import Model, learn
from audioscape_server.scores.search.parameters import DEFAULT, Parameters
from audioscape_server.scores.search.ranking import rank

from .worlds import TODAY, Array, World

if TYPE_CHECKING:
    Method = Callable[[World], Array]

DISCOUNTS = 1 / np.log2(np.arange(2, 12))
#: So wide that nothing holds a candidate: what the score alone would do.
UNBOUND = replace(DEFAULT, slack_base=(2.0, 3.0), first_page=0)
#: So wide that no key is capped.
UNCAPPED = replace(DEFAULT, key_share_least=0.99)


def ndcg(world: World, order: Array) -> Array:
    """NDCG@10 by query; 1 where nothing is relevant."""
    gains = 2.0**world.grades - 1
    found = (np.take_along_axis(gains, order[:, :10], 1) * DISCOUNTS).sum(1)
    best = (-np.sort(-gains, axis=1)[:, :10] * DISCOUNTS).sum(1)
    return np.where(best > 0, found / np.maximum(best, 1e-12), 1.0)


def by_score(scores: Array) -> Array:
    """Best first; equals in base order."""
    return np.argsort(-scores, axis=1, kind="stable")


def base(world: World) -> Array:
    """What the search engine says."""
    return by_score(np.zeros(world.grades.shape))


def raw_clicks(world: World) -> Array:
    """The most clicked first."""
    return by_score(world.by_asset(world.clicks))


def click_through(world: World) -> Array:
    """Clicks per showing, which the product does not know."""
    sessions = world.clicks.sum(2, keepdims=True) * np.ones(world.clicks.shape)
    shown = world.by_asset(sessions)
    return by_score(world.by_asset(world.clicks) / np.maximum(shown, 1e-9))


def bare_ips(world: World) -> Array:
    """Clicks, each divided by 1 / rank: inverse propensity scoring without prior or bound."""
    return by_score(world.by_asset(world.clicks * np.arange(1, world.clicks.shape[2] + 1)))


def with_lists(world: World) -> Array:
    """The product's ranking where the lists that were shown are served to it."""
    rows = world.rows(lists=True)
    return ranked(world, rows, learned(world, rows))


def learned(world: World, rows: Mapping[str, list[ClickRow]], parameters: Parameters = DEFAULT) -> Model:
    """The product's model of a world's clicks."""
    return learn(rows, {query: range(world.assets) for query in rows}, TODAY, "evaluation", parameters)


def ranked(world: World, rows: Mapping[str, list[ClickRow]], model: Model, parameters: Parameters = DEFAULT) -> Array:
    """The product's ranking."""
    candidates = range(world.assets)
    order = np.empty(world.grades.shape, int)
    for query in range(world.queries):
        clicks = gather(rows[str(query)], TODAY, model.examination, model.shares, parameters)
        order[query] = [one.asset for one in rank(candidates, clicks, model, parameters)]
    return order
