"""What may rise, and how far."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search.safety import Bound, bound, highest_ranks, hold, pooled_quality

clicks = st.lists(st.one_of(st.just(0.0), st.floats(0, 1e6)), max_size=60)
bounds = st.builds(Bound, st.floats(0, 1e3), st.floats(0, 3), st.integers(0, 20))


@pytest.mark.parametrize(
    ("satisfied_clicks", "slack_clicks", "doubt", "highest"),
    [
        ([0] * 14, 10, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11, 11, 11]),
        ([0, 0, 0], 0, 1, [1, 2, 3]),
        ([5, 0, 1], 0, 0, [1, 2, 1]),
        ([5, 0, 1], 10, 0, [1, 2, 2]),
        ([5, 0, 5], 1e9, 0, [1, 2, 2]),
        ([5, 3, 6], 1e9, 0, [1, 1, 1]),
        ([50, 50, 50, 10], 10, 0, [1, 1, 1, 2]),
        ([50, 0, 0, 0, 0, 0, 0, 0, 40], 1e9, 0, [1, 2, 3, 4, 5, 6, 7, 8, 2]),
        ([50, 0, 0, 30, 0, 0, 0, 0, 38], 1e9, 1, [1, 2, 3, 2, 5, 6, 7, 8, 5]),
        ([50, 0, 0, 30, 0, 0, 0, 0, 39], 1e9, 1, [1, 2, 3, 2, 5, 6, 7, 8, 2]),
        ([50, 0, 0, 0, 0.9], 1e9, 1, [1, 2, 3, 4, 4]),
    ],
)
def test_the_highest_rank_is_the_base_rank_or_what_clicks_prove_or_what_the_slack_gives(
    satisfied_clicks: list[float], slack_clicks: float, doubt: float, highest: list[int]
) -> None:
    assert highest_ranks(satisfied_clicks, Bound(slack_clicks, doubt, 10)) == highest


@given(clicks, bounds)
def test_the_highest_rank_is_a_rank_and_never_below_the_base_rank(satisfied_clicks: list[float], held: Bound) -> None:
    for base_rank, highest in enumerate(highest_ranks(satisfied_clicks, held), 1):
        assert 1 <= highest <= base_rank


@given(clicks, bounds, st.data())
def test_more_clicks_never_put_the_highest_rank_lower(
    satisfied_clicks: list[float], held: Bound, data: st.DataObject
) -> None:
    if not satisfied_clicks:
        return
    which = data.draw(st.integers(0, len(satisfied_clicks) - 1))
    more = list(satisfied_clicks)
    more[which] += data.draw(st.floats(0, 1e6))
    assert highest_ranks(more, held)[which] <= highest_ranks(satisfied_clicks, held)[which]


@given(st.data())
def test_the_held_order_is_by_score_wherever_the_bound_lets_it(data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 40))
    scores = data.draw(st.lists(st.sampled_from([0.1, 0.2, 0.5, 0.9]), min_size=count, max_size=count))
    highest = [data.draw(st.integers(1, base_rank)) for base_rank in range(1, count + 1)]
    order = hold(scores, highest)
    assert sorted(order) == list(range(count))
    for rank, position in enumerate(order, 1):
        assert rank >= highest[position]
        for later in order[rank:]:
            # Whoever comes later was bound, or scores less, or as much from further below.
            assert highest[later] > rank or (-scores[later], later) > (-scores[position], position)


@pytest.mark.parametrize(
    ("quality", "slack_clicks", "doubt"),
    [
        (0.0, 0, 0),
        (0.82, 0, 0),
        (0.84, 5, 0),
        (0.86, 10, 0),
        (0.88, 10, 0),
        (0.9, 10, 0.5),
        (0.92, 10, 1),
        (1.0, 10, 1),
    ],
)
def test_the_bound_closes_as_the_base_order_gets_better(quality: float, slack_clicks: float, doubt: float) -> None:
    assert bound(quality, DEFAULT) == pytest.approx((slack_clicks, doubt, 10))


def test_a_query_with_few_clicks_is_judged_by_the_average_of_all() -> None:
    assert pooled_quality(0.4, 0, 0.9, DEFAULT) == pytest.approx(0.9)
    assert pooled_quality(0.4, 1_000, 0.9, DEFAULT) == pytest.approx(0.65)
    assert pooled_quality(0.4, 100_000, 0.9, DEFAULT) == pytest.approx(0.4, abs=0.01)
