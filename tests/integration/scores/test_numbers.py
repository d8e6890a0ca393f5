"""Scores are what the definitions say, whatever the order in which events came."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from support import score_oracle
from support.counting import NOW
from support.scores import scores_of

if TYPE_CHECKING:
    from audioscape_server.scores.model import Scored
    from audioscape_server.warehouse import Warehouse
    from support.counting import Events

Published = dict[str, dict[int, list["Scored"]]]
OF_POPULARITY = ("mass", "quality", "score", "low", "high")
OF_TRENDS = {"x": "trend_listeners", "expected": "trend_expected", "z": "trend_z", "lift": "trend_lift"}


@pytest.mark.parametrize(
    ("project", "universe"),
    [*((project, universe) for project in ("first", "other", "honest") for universe in (0, 11, 12)), ("jump", 11)],
)
def test_every_number_is_what_plain_python_says(scored: Published, events: Events, project: str, universe: int) -> None:
    expected = score_oracle.scores(events, project, universe, NOW)
    found = {one["asset_id"]: one for one in scored[project][universe]}
    assert found.keys() == expected.keys()
    for asset, one in expected.items():
        for name in OF_POPULARITY:
            assert math.isclose(found[asset][name], one[name], rel_tol=1e-9, abs_tol=1e-9), (asset, name)
        for name, column in OF_TRENDS.items():
            assert math.isclose(found[asset][column], one.get(name, 0), rel_tol=1e-9, abs_tol=1e-9), (asset, name)


@pytest.mark.parametrize("other", ["shuffled", "doubled"])
def test_order_and_repetition_change_nothing_to_the_last_bit(scored: Published, other: str) -> None:
    assert scored[other] == scored["first"]


def test_ranks_go_by_the_lower_bound(scored: Published) -> None:
    ranked = scored["first"][0]
    assert [one["rank"] for one in ranked] == list(range(1, len(ranked) + 1))
    assert [one["low"] for one in ranked] == sorted((one["low"] for one in ranked), reverse=True)


def test_what_one_key_alone_says_is_capped_and_told(scored: Published) -> None:
    attacked = next(one for one in scored["first"][0] if one["asset_id"] == 6)
    honest = next(one for one in scored["honest"][0] if one["asset_id"] == 6)
    [(_, mass, counted)] = [one for one in attacked["capped"] if one[0] == "evil"]
    assert mass == 200
    # As much as all other keys together, and ten listeners.
    assert math.isclose(counted, attacked["uncapped"] - mass + 10)
    assert attacked["score"] <= honest["score"] + 10


def test_a_universe_without_events_and_a_project_without_any_have_no_scores(
    scored: Published, warehouse: Warehouse
) -> None:
    assert scored["first"][13] == []
    assert scores_of(warehouse, "nobody", 0, NOW) == []
