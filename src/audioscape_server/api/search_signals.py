"""Judgments for training a search engine offline: what clicks say of each asset of each query, in pages of queries.

A query is told only where `PLAYERS` players or more clicked something for it: fewer would say who wrote the text.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, NamedTuple

from audioscape_server.api.search_responses import SearchSignal, SearchSignals
from audioscape_server.scores import search_clicks
from audioscape_server.scores.search.clicks import allowance
from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search_clicks import Published

#: Distinct players from which on the text of a query is told.
PLAYERS: Final = 5
#: Queries of a page: their texts are a parameter, of which a server takes 128 KiB.
MOST_QUERIES: Final = 200
#: Assets of a query, the most relevant ones.
MOST_ASSETS: Final = 500
#: Days whose clicks count.
_WINDOW_DAYS: Final = 84

Ask = Callable[..., list[dict[str, Any]]]


class SignalsPage(NamedTuple):
    """Which rows a page has."""

    asked: dict[str, Any]
    """The parameters of ``search/signals.sql``."""
    next_after: str | None
    """The last query, where there are more."""


def page(ask: Ask, project: str, after: str, limit: int) -> SignalsPage:
    """The page after a query."""
    found = search_clicks.published(ask, project)
    since = found.day - timedelta(days=_WINDOW_DAYS - 1)
    rows = ask("search/judged", project=project, since=since, after=after, players=PLAYERS, limit=limit + 1)
    queries = [row["query"] for row in rows]
    asked = {"project": project, "queries": queries[:limit], "snapshots": found.snapshots, **_of_model(found)}
    return SignalsPage(asked, queries[limit - 1] if len(queries) > limit else None)


def signals(ask: Ask, found: SignalsPage) -> SearchSignals:
    """The rows of a page."""
    rows = ask("search/signals", **found.asked)
    return SearchSignals([SearchSignal(**row) for row in rows], found.next_after)


def _of_model(found: Published) -> dict[str, Any]:
    model, parameters = found.model, DEFAULT
    keys = sorted(model.shares)
    return {
        "today": found.day,
        "keys": keys,
        "allowances": [allowance(key, model.shares, parameters) for key in keys],
        "allowance": allowance("", model.shares, parameters),
        "examination": list(model.examination),
        "satisfaction": model.satisfaction,
        "half_life_days": parameters.half_life_days,
        "key_floor_clicks": parameters.key_floor_clicks,
        "newcomer_clicks": parameters.newcomer_clicks,
        "satisfaction_weight": parameters.satisfaction_weight,
        "prior_weight": parameters.prior_weight,
        "prior": 1.0 / sum(model.examination),
        "assets": MOST_ASSETS,
    }
