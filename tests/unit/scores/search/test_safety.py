"""What may rise, and how far."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search.safety import highest_ranks, hold, pooled_quality, slack

clicks = st.lists(st.one_of(st.just(0.0), st.floats(0, 1e6)), max_size=60)


@pytest.mark.parametrize(
    ("satisfied_clicks", "slack_clicks", "highest"),
    [
        ([0, 0, 0], 10, [1, 2, 3]),
        ([0, 0, 0], 0, [1, 2, 3]),
        ([5, 0, 1], 0, [1, 2, 1]),
        ([5, 0, 1], 10, [1, 2, 2]),
        ([5, 0, 5], 1e9, [1, 2, 2]),
        ([5, 3, 6], 1e9, [1, 1, 1]),
        ([50, 50, 50, 10], 10, [1, 1, 1, 2]),
        ([50, 0, 0, 0, 0, 0, 0, 0, 40], 1e9, [1, 2, 3, 4, 5, 6, 7, 8, 2]),
    ],
)
def test_the_highest_rank_is_the_base_rank_or_what_clicks_prove_or_what_the_slack_gives(
    satisfied_clicks: list[float], slack_clicks: float, highest: list[int]
) -> None:
    assert highest_ranks(satisfied_clicks, slack_clicks) == highest


@given(clicks, st.floats(0, 1e3))
def test_the_highest_rank_is_a_rank_and_never_below_the_base_rank(
    satisfied_clicks: list[float], slack_clicks: float
) -> None:
    for base_rank, highest in enumerate(highest_ranks(satisfied_clicks, slack_clicks), 1):
        assert 1 <= highest <= base_rank


@given(clicks, st.floats(0.1, 1e3), st.data())
def test_more_clicks_never_put_the_highest_rank_lower(
    satisfied_clicks: list[float], slack_clicks: float, data: st.DataObject
) -> None:
    if not satisfied_clicks:
        return
    which = data.draw(st.integers(0, len(satisfied_clicks) - 1))
    more = list(satisfied_clicks)
    more[which] += data.draw(st.floats(0, 1e6))
    assert highest_ranks(more, slack_clicks)[which] <= highest_ranks(satisfied_clicks, slack_clicks)[which]


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
    ("quality", "expected"),
    [(0.0, 0.0), (DEFAULT.poor_base, 0.0), (0.82, 5.0), (DEFAULT.good_base, 10.0), (1.0, 10.0)],
)
def test_the_slack_goes_from_nothing_for_a_poor_base_order_to_its_whole_for_a_good_one(
    quality: float, expected: float
) -> None:
    assert slack(quality, DEFAULT) == pytest.approx(expected)


def test_a_query_with_few_clicks_is_judged_by_the_average_of_all() -> None:
    assert pooled_quality(0.4, 0, 0.9, DEFAULT) == pytest.approx(0.9)
    assert pooled_quality(0.4, 100, 0.9, DEFAULT) == pytest.approx(0.65)
    assert pooled_quality(0.4, 10_000, 0.9, DEFAULT) == pytest.approx(0.4, abs=0.01)
