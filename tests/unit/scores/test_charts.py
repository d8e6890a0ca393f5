"""The formulas of popularity and trending, at their bounds."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, strategies as st

from audioscape_server.scores import popularity, trending
from audioscape_server.scores.model import score_popularity, score_trends, with_trends
from audioscape_server.scores.parameters import DEFAULT

MASSES = st.floats(0, 1e9)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.0, 0.0),
        (0.2, 1.0),  # as much as all others together
        (1 / 3, 2.0),
        (0.475, 1.9 / 0.525),
        (0.476, None),  # the tenant itself
        (1.0, None),
    ],
)
def test_a_key_may_add_more_the_more_of_the_traffic_is_its_own(share: float, expected: float | None) -> None:
    assert popularity.allowance(share, DEFAULT) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [([0], [None]), ([7], [None]), ([0, 0], [0, 0]), ([4, 1], [None, 1]), ([1, 1, 1], [2, 2, 2]), ([], [])],
)
def test_the_only_key_of_a_project_has_no_cap_and_new_ones_the_least(earlier: list[int], expected: list[int]) -> None:
    found = popularity.allowances(earlier, DEFAULT)
    assert found == [None if one is None else pytest.approx(one) for one in expected]


def test_few_assets_are_measured_by_the_greatest_and_many_by_a_percentile() -> None:
    few = [[float(mass)] * 7 for mass in range(1, 1_999)]
    many = [[float(mass)] * 7 for mass in range(1, 10_001)]
    assert popularity.reference_mass(few, DEFAULT) == pytest.approx(1_998)
    assert popularity.reference_mass(many, DEFAULT) == pytest.approx(9_995)


def test_the_reference_follows_over_days_and_leaves_out_those_before_the_first() -> None:
    assert popularity.reference_mass([[100.0, 0, 0, 0, 0, 0, 0]], DEFAULT) == 100
    assert popularity.reference_mass([[100.0, 50.0, 0, 0, 0, 0, 0]], DEFAULT) == pytest.approx((100 + 37.5) / 1.75)
    assert popularity.reference_mass([[0.0] * 7], DEFAULT) == 0


@given(MASSES, MASSES, st.floats(1e-3, 1e9))
def test_more_listeners_never_score_less_and_scores_stay_in_bounds(one: float, other: float, reference: float) -> None:
    low, high = sorted((one, other))
    scores = popularity.score(low, reference, DEFAULT), popularity.score(high, reference, DEFAULT)
    assert 0 <= scores[0] <= scores[1] <= 100
    least, most = popularity.bounds(one, DEFAULT)
    assert 0 <= least <= one <= most


def test_the_reference_has_the_score_100_and_nothing_has_none() -> None:
    assert popularity.score(3_000, 3_000, DEFAULT) == 100
    assert popularity.score(0, 3_000, DEFAULT) == popularity.score(5, 0, DEFAULT) == 0


@given(st.integers(0, 10**6), st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0.01, 1), st.floats(0.01, 1))
def test_votes_and_skips_move_a_mass_by_two_at_most(
    ends: int, ups: float, downs: float, completion_mean: float, vote_mean: float
) -> None:
    for early in (0, ends):
        completed = popularity.completion(ends, early, completion_mean, DEFAULT)
        voted = popularity.vote_share(ups, downs, vote_mean, DEFAULT)
        assert 0.5 <= popularity.quality(completed, completion_mean, voted, vote_mean, DEFAULT) <= 2
    assert popularity.quality(completion_mean, completion_mean, vote_mean, vote_mean, DEFAULT) == 1


@pytest.mark.parametrize(
    ("listeners", "expected", "bar", "keys", "of_project", "trends"),
    [
        (60, 10, 2.6, 3, 5, True),
        (60, 10, 2.6, 2, 5, False),  # two keys may be one person
        (60, 10, 2.6, 2, 3, False),
        (60, 10, 2.6, 2, 2, True),  # the project has no more
        (19, 0, 2.6, 3, 5, False),  # too few to matter
        (20, 0, 2.6, 3, 5, True),
        (38, 20, 2.6, 3, 5, True),
        (37, 20, 2.6, 3, 5, False),  # grown, and no surprise
        (1_660, 1_000, 2.6, 3, 5, True),
        (1_640, 1_000, 2.6, 3, 5, False),  # a day on which the track is in the mood
        (1_404, 1_000, 1.5, 3, 5, True),
        (1_403, 1_000, 1.5, 3, 5, False),  # surprising, and small
    ],
)
def test_a_trend_is_a_surprise_and_matters(
    listeners: float, expected: float, bar: float, keys: int, of_project: int, *, trends: bool
) -> None:
    assert trending.trends(listeners, expected, keys, of_project, DEFAULT, bar=bar) is trends


@pytest.mark.parametrize(
    ("expected", "bar"),
    [
        ([], 2.807034),
        ([1.0] * 1_000, 1.6),  # none can reach 20 listeners by a good day
        ([9.9] * 1_000, 1.6),
        ([10.0], 2.807034),  # each may be flagged with a chance of .0025
        ([10.0] * 1_000, 2.807034),
        ([10.0] * 100 + [1.0] * 900, 1.959964),  # .025
        ([10.0] * 50 + [1.0] * 950, 1.644854),  # .05
        ([10.0] * 40 + [1.0] * 960, 1.6),
        ([10.0] + [1.0] * 999, 1.6),  # no chance is more than a half
    ],
)
def test_the_more_tracks_are_well_heard_the_more_a_trend_must_surprise(expected: list[float], bar: float) -> None:
    assert trending.least_surprise(expected, DEFAULT) == pytest.approx(bar, abs=1e-6)


@given(st.lists(st.floats(0, 1e6), max_size=300))
def test_chance_flags_no_more_than_its_share_of_all_tracks(expected: list[float]) -> None:
    beyond = math.erfc(trending.least_surprise(expected, DEFAULT) / math.sqrt(2)) / 2
    well_heard = sum(one >= 10 for one in expected)
    assert well_heard * beyond <= 0.0025 * len(expected) + 1e-9


def test_surprise_and_lift_are_what_is_told() -> None:
    assert trending.surprise(60, 10, DEFAULT) == pytest.approx(50 / math.sqrt(10 + 6.25 + 1))
    assert trending.lift(60, 10, DEFAULT) == 3.5


def _counted(asset: int, mass: float) -> dict[str, Any]:
    names = ("listens", "plays", "queue", "clicks", "favorites", "ups", "downs")
    rest: dict[str, Any] = {
        "scope": 0,
        "capped_keys": [],
        "qualified_rate": 0.5,
        "ends": 0,
        "early": 0,
        "listeners": 0,
        "growth": 0.4,
        "custom_players": [],
    }
    return {"asset": asset, "mass": mass, "total": mass, "masses": [mass] * 7, **dict.fromkeys(names, 0.0), **rest}


def _moved(asset: int, listeners: float, *, has_past: bool = True) -> dict[str, Any]:
    return {"asset": asset, "listeners": listeners, "expected": 10.0, "trend_keys": 3, "has_past": has_past}


def test_trends_are_ranked_by_lift_and_need_a_past() -> None:
    counted = [_counted(asset, 50.0) for asset in (1, 2, 3)]
    moved = [_moved(1, 60.0), _moved(2, 90.0), _moved(3, 12.0)]
    trends = score_trends(moved, 5, DEFAULT)
    assert [(one["asset_id"], one["trend_rank"]) for one in trends] == [(2, 1), (1, 2), (3, 0)]
    scored = with_trends(score_popularity(counted, DEFAULT), trends)
    assert {one["asset_id"]: one["trend_rank"] for one in scored} == {1: 2, 2: 1, 3: 0}
    assert {one["trend_bar"] for one in trends} == {trending.least_surprise([10.0] * 3, DEFAULT)}
    without = [_moved(asset, 90.0, has_past=False) for asset in (1, 2, 3)]
    assert score_trends(without, 5, DEFAULT) == []


def test_where_many_are_well_heard_a_day_like_that_is_no_trend() -> None:
    few = [_moved(1, 20.0), *({**_moved(asset, 1.0), "expected": 1.0} for asset in range(2, 101))]
    assert [one["trend_rank"] for one in score_trends(few, 5, DEFAULT) if one["asset_id"] == 1] == [1]
    many = [_moved(1, 20.0), *(_moved(asset, 10.0) for asset in range(2, 101))]
    assert [one["trend_rank"] for one in score_trends(many, 5, DEFAULT) if one["asset_id"] == 1] == [0]


def test_equals_are_ranked_by_their_ids() -> None:
    ranked = score_popularity([_counted(asset, 50.0) for asset in (3, 1, 2)], DEFAULT)
    assert [(one["asset_id"], one["rank"]) for one in ranked] == [(1, 1), (2, 2), (3, 3)]


def test_the_rank_a_day_before_is_by_the_mass_of_then_and_none_without_it() -> None:
    counted = [_counted(1, 50.0), _counted(2, 40.0), _counted(3, 30.0)]
    for row, before in zip(counted, (0.0, 20.0, 25.0), strict=True):
        row["masses"] = [row["mass"], before, *row["masses"][2:]]
    ranked = score_popularity(counted, DEFAULT)
    assert [(one["asset_id"], one["rank"], one["rank_a_day_before"]) for one in ranked] == [
        (1, 1, 0), (2, 2, 2), (3, 3, 1)
    ]  # fmt: skip
