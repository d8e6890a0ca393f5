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
OF_TRENDS = {
    "x": "trend_listeners",
    "expected": "trend_expected",
    "z": "trend_z",
    "bar": "trend_bar",
    "lift": "trend_lift",
}


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
    assert math.isclose(counted, attacked["key_growth"] * (attacked["uncapped"] - mass + 3))
    assert attacked["score"] <= honest["score"] + 10


@pytest.mark.parametrize("universe", [0, 11])
def test_no_usual_key_lifts_a_score_by_more_than_nine_points(scored: Published, universe: int) -> None:
    ranked = scored["first"][universe]
    usual = [
        (one, counted)
        for one in ranked
        for _, mass, counted in one["capped"]
        if math.isclose(counted, one["key_growth"] * (one["uncapped"] - mass + 3))
    ]
    assert usual
    for one, counted in usual:
        lifted, without = (math.log(1 + mass / 3) for mass in (one["mass"], one["mass"] - counted))
        assert 100 * (lifted - without) / math.log(1 + max(100, one["reference_mass"]) / 3) <= 9 + 1e-9


def test_the_only_key_of_a_universe_is_not_capped_there(only_key: list[Scored]) -> None:
    assert [(one["asset_id"], one["mass"], one["capped"]) for one in only_key] == [(1, 40, []), (2, 20, [])]


def test_a_universe_without_events_and_a_project_without_any_have_no_scores(
    scored: Published, warehouse: Warehouse
) -> None:
    assert scored["first"][13] == []
    assert scores_of(warehouse, "nobody", 0, NOW) == []
