"""A ranking that does worse than the order it changes steps back by itself, and comes back."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, strategies as st

from audioscape_server.scores.search.clicks import ClickRow, gather
from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search.ranking import rank, recomputed
from audioscape_server.scores.search.watchdog import CLICKS_LEAST, JUDGED_DAYS, Verdict, judge
from support.search_clicks import CANDIDATES, TODAY, model, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

#: The search engine's order; 2 was clicked for days, so that the ranking puts it first.
BASE = [1, 2, 3, 4]
MODEL = model(shares={})


def clicks(asset: int, days: Sequence[int], clickers: int, rank: int, key: str = "a") -> list[ClickRow]:
    return [ClickRow(asset, key, TODAY - back, rank, clickers, clickers, clickers) for back in days]


PAST = clicks(2, range(6, 12), 30, 2)


def of_days(days: Sequence[int], order: Sequence[int] = BASE) -> dict[int, Sequence[int]]:
    return {TODAY - back: order for back in days}


def test_the_past_puts_the_second_first() -> None:
    gathered = gather(PAST, TODAY - 5, MODEL.examination, {}, DEFAULT)
    assert [one.asset for one in rank(BASE, gathered, MODEL)][:2] == [2, 1]


@pytest.mark.parametrize(
    ("later", "steps_back"),
    [
        (clicks(1, range(1, 6), 40, 1), True),  # people want what the engine had first
        (clicks(2, range(1, 6), 40, 1), False),  # and here what the ranking has first
        (clicks(1, range(1, 6), 40, 1) + clicks(2, range(1, 6), 60, 1), False),
        (clicks(4, range(1, 6), 40, 4), False),  # which both have at the same place
        (clicks(99, range(1, 6), 40, 4), False),  # which neither has
        (clicks(1, [5], CLICKS_LEAST - 1, 1), False),  # too few to say anything
        (clicks(1, [5], CLICKS_LEAST, 1), True),
        (clicks(1, [0], 40, 1), False),  # on a day of which the engine's order is not known
        ([], False),
    ],
    ids=["base-right", "ranking-right", "both", "no-difference", "unknown", "few", "enough", "no-order", "none"],
)
def test_the_order_that_later_clicks_speak_for_is_kept(later: list[ClickRow], *, steps_back: bool) -> None:
    assert judge(PAST + later, of_days(range(1, 6)), TODAY, MODEL).steps_back is steps_back


def test_what_the_ranking_was_made_of_does_not_judge_it() -> None:
    """The clicks of the past are no evidence for the order that they made."""
    assert judge(PAST, of_days(range(1, 6)), TODAY, MODEL) == Verdict(0.0, 0.0, 0.0)
    first_day = judge(clicks(2, [5], 50, 2), of_days([5]), TODAY, MODEL)
    assert (first_day.gain, first_day.clicks) == (0.0, 50.0)


def test_clicks_that_satisfied_nobody_speak_for_nothing() -> None:
    later = [row._replace(satisfied=0) for row in clicks(1, range(1, 6), 40, 1)]
    assert judge(PAST + later, of_days(range(1, 6)), TODAY, MODEL).gain == 0
    unseen = [row._replace(outcomes=0, satisfied=0) for row in later]
    assert judge(PAST + unseen, of_days(range(1, 6)), TODAY, MODEL).gain < 0


def test_a_click_far_down_weighs_more_than_one_at_the_top() -> None:
    top, down = (judge(PAST + clicks(1, [5], 40, at), of_days([5]), TODAY, MODEL).gain for at in (1, 10))
    assert down == pytest.approx(top / MODEL.examination[9])
    assert judge(PAST + clicks(1, [5], 40, 20), of_days([5]), TODAY, MODEL).gain == down


def test_one_key_alone_cannot_call_the_ranking_back() -> None:
    honest = model(shares={"a": 0.9, "b": 0.1})
    later = clicks(2, range(1, 6), 20, 1) + clicks(1, range(1, 6), 1, 1, "b")
    attacked = [*later, *clicks(1, range(1, 6), 400, 1, "evil")]
    assert not judge(PAST + attacked, of_days(range(1, 6)), TODAY, honest).steps_back
    assert judge(PAST + attacked, of_days(range(1, 6)), TODAY, MODEL).steps_back


def test_a_verdict_is_forgotten_with_the_days_that_it_was_of() -> None:
    history = PAST + clicks(1, range(1, 6), 40, 1)
    assert judge(history, of_days(range(1, 6)), TODAY, MODEL).steps_back
    assert judge(history, of_days(range(1, 6)), TODAY + JUDGED_DAYS - 5, MODEL).steps_back
    assert not judge(history, of_days(range(1, 6)), TODAY + JUDGED_DAYS, MODEL).steps_back


@given(found=rows, days=st.sets(st.integers(0, 20), max_size=4), seed=st.integers(0, 9))
def test_order_and_repetition_of_the_clicks_change_no_verdict(found: list[ClickRow], days: set[int], seed: int) -> None:
    orders = {TODAY - back: CANDIDATES for back in days}
    verdict = judge(found, orders, TODAY, model())
    again = [*found, *found]
    random.Random(seed).shuffle(again)
    assert judge(again, dict(reversed(orders.items())), TODAY, model()) == verdict


@given(found=rows)
def test_a_ranking_that_has_stepped_back_is_the_base_order_and_says_so(found: list[ClickRow]) -> None:
    known = model()
    gathered = gather(found, TODAY, known.examination, known.shares, DEFAULT)
    ranking = rank(CANDIDATES, gathered, known, stepped_back=True)
    assert [one.asset for one in ranking] == CANDIDATES
    assert all(one.evidence["stepped_back"] for one in ranking)
    assert [place for place, _ in recomputed([one.evidence for one in ranking])] == list(range(1, len(CANDIDATES) + 1))
