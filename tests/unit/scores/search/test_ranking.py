"""A ranking is a permutation that the clicks explain, held by the base order, and the same however the rows come."""

from __future__ import annotations

import json
from dataclasses import replace
from math import floor, sqrt
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, strategies as st

from audioscape_server.scores.search.clicks import ClickRow
from audioscape_server.scores.search.model import UNLEARNED
from audioscape_server.scores.search.ranking import recomputed
from support.search_clicks import CANDIDATES, TODAY, assets, model, models, ranked, rows

if TYPE_CHECKING:
    from random import Random

    from audioscape_server.scores.search.model import Model


def clicked(asset: int, rank: int, clickers: int, satisfied: int = 0, *, key: str = "a", day: int = TODAY) -> ClickRow:
    return ClickRow(asset, key, day, rank, clickers, satisfied, satisfied)


@given(rows, models)
def test_a_ranking_is_a_permutation_of_the_candidates(found: list[ClickRow], known: Model) -> None:
    ranking = ranked(found, known)
    assert sorted(one.asset for one in ranking) == CANDIDATES
    assert [one.rank for one in ranking] == CANDIDATES
    assert [CANDIDATES[one.base_rank - 1] for one in ranking] == [one.asset for one in ranking]


@given(models, st.permutations(CANDIDATES))
def test_a_query_that_nobody_clicked_comes_back_in_base_order(known: Model, candidates: list[int]) -> None:
    others = [clicked(99, 1, 50)]
    assert [one.asset for one in ranked([], known, candidates)] == candidates
    assert [one.asset for one in ranked(others, known, candidates)] == candidates


@given(rows, models, st.randoms(use_true_random=False))
def test_rows_in_another_order_or_given_twice_rank_the_same_to_the_last_bit(
    found: list[ClickRow], known: Model, random: Random
) -> None:
    again = found + found
    random.shuffle(again)
    assert ranked(again, known) == ranked(found, known)


def test_rows_in_another_order_sum_to_the_last_bit() -> None:
    found = [clicked(1, 1 + age % 7, 3 + age, age, day=TODAY - age) for age in range(28)]
    assert ranked(found[::-1], model()) == ranked(found, model())


@given(rows, models)
def test_an_older_state_of_a_row_beside_the_newer_one_changes_nothing(found: list[ClickRow], known: Model) -> None:
    older = [row._replace(clickers=row.clickers // 2, outcomes=0, satisfied=0) for row in found]
    assert ranked(older + found, known) == ranked(found, known)


@given(rows, models, st.randoms(use_true_random=False))
def test_scores_and_order_follow_from_the_evidence_alone(found: list[ClickRow], known: Model, random: Random) -> None:
    ranking = ranked(found, known)
    evidence = json.loads(json.dumps([one.evidence for one in ranking]))
    random.shuffle(evidence)
    again = recomputed(evidence)
    assert [base_rank for base_rank, _ in again] == [one.base_rank for one in ranking]
    assert [score for _, score in again] == pytest.approx([one.score for one in ranking], abs=1e-9)


@given(rows, models)
@example([*(clicked(asset, asset, 30) for asset in range(1, 9)), clicked(30, 30, 1, 1)], model(base_quality=1.0))
def test_none_rises_above_its_bound_and_none_without_a_click_into_the_first_ten(
    found: list[ClickRow], known: Model
) -> None:
    ranking = ranked(found, known)
    satisfied = {}
    for one in ranking:
        evidence = one.evidence
        satisfied[one.base_rank] = evidence["clicks"] * evidence["satisfied"]["rate"] / evidence["average_satisfaction"]
    for one in ranking:
        assert highest_rank(one.base_rank, satisfied, **one.evidence["bound"]) == one.evidence["highest_rank"]
        assert one.rank >= one.evidence["highest_rank"]
        if not one.evidence["clickers"]:
            assert one.rank >= min(one.base_rank, 11)


def highest_rank(
    base_rank: int, satisfied: dict[int, float], *, slack_clicks: float, doubt_deviations: float, first_page: int
) -> int:
    """The bound as the module's text states it, the slow way."""
    own, open_to_all = satisfied[base_rank], min(base_rank, first_page + 1)
    if not own:
        return open_to_all
    if not slack_clicks:
        return 1

    def has_as_many(above: int) -> bool:
        return own - satisfied[above] <= doubt_deviations * sqrt(own + satisfied[above])

    proven = max((above + 1 for above in range(1, base_rank) if has_as_many(above)), default=1)
    return min(open_to_all, proven, max(1, floor(base_rank / (1 + own / slack_clicks))))


@given(rows, models)
def test_who_is_held_by_safety_says_so(found: list[ClickRow], known: Model) -> None:
    ranking = ranked(found, known)
    by_score = sorted(ranking, key=lambda one: (-one.score, one.base_rank))
    for place, one in enumerate(by_score, 1):
        assert one.evidence["held_by_safety"] == (place < one.evidence["highest_rank"])


@given(rows, models)
def test_served_lists_do_not_change_how_good_the_base_order_is(found: list[ClickRow], known: Model) -> None:
    without = [row._replace(shown=0) for row in found]
    qualities = [ranked(each, known)[0].evidence["base_quality"] for each in (found, without)]
    assert qualities[0] == qualities[1]


def uncapped(known: Model) -> Model:
    return replace(known, shares={})


def at_one_rank(found: list[ClickRow]) -> list[ClickRow]:
    """Every asset was clicked at one rank; of rows for one place, one."""
    return list({(row.asset, row.key, row.day): row._replace(rank=row.asset % 25 + 1) for row in found}.values())


@given(rows.map(at_one_rank), models.map(uncapped), st.integers(1, 100), st.data())
def test_more_satisfied_clicks_never_lower_a_score_nor_raise_another(
    found: list[ClickRow], known: Model, more: int, data: st.DataObject
) -> None:
    found = [row for row in found if row.clickers]
    if not found:
        return
    row = data.draw(st.sampled_from(found))
    added = row._replace(clickers=row.clickers + more, outcomes=row.outcomes + more, satisfied=row.satisfied + more)
    before = {one.asset: one.score for one in ranked(found, known)}
    after = {one.asset: one.score for one in ranked([added if other is row else other for other in found], known)}
    for asset, score in before.items():
        if asset == row.asset:
            assert after[asset] >= score - 1e-12
        else:
            assert after[asset] <= score + 1e-12


def test_a_clear_favourite_rises_to_the_top_of_a_poor_order_and_of_a_good_one() -> None:
    found = [clicked(9, 9, 300, 200), clicked(1, 1, 20, 5), clicked(2, 2, 10, 3)]
    for quality in (0.3, 1.0):
        assert assets(found, model(base_quality=quality, shares={}))[0] == 9


def test_a_single_click_from_far_below_moves_much_in_a_poor_order_and_little_in_a_good_one() -> None:
    found = [clicked(1, 1, 5, 3), clicked(16, 16, 2, 1), clicked(18, 18, 1, 1)]
    assert assets(found, model(base_quality=0.0, shares={})).index(18) < 6
    assert assets(found, model(base_quality=1.0, shares={})).index(18) >= 10


def test_below_the_first_ten_what_nobody_clicked_takes_the_place_of_what_did_badly() -> None:
    found = [clicked(1, 1, 900, 800)] + [clicked(asset, asset, 9) for asset in range(2, 13)]
    assert [asset for asset in assets(found, model(shares={})) if asset > 12] == list(range(13, 31))
    assert assets(found, model(shares={})).index(13) == 10


def test_clicks_that_satisfy_nobody_weigh_less() -> None:
    for bait, good in ((2, 3), (3, 2)):
        found = [clicked(1, 1, 100, 60), ClickRow(bait, "a", TODAY, bait, 60, 50, 0), clicked(good, good, 60, 45)]
        order = assets(found, model(shares={}))
        assert order.index(good) < order.index(bait)


def test_a_key_that_pushes_one_asset_is_held_and_told() -> None:
    honest = [clicked(1, 1, 40, 30, key="a"), clicked(2, 2, 20, 15, key="b"), clicked(20, 20, 1, 1, key="b")]
    attack = clicked(20, 20, 500, 500, key="c")
    pushed = next(one for one in ranked([*honest, attack], model()) if one.asset == 20)
    assert pushed.evidence["capped_by_key"] == pytest.approx(500 - 4)
    assert pushed.evidence["clicks"] == pytest.approx(5)
    assert pushed.evidence["clickers"] == 501


@pytest.mark.parametrize(("clickers", "before"), [(2, 25), (4, 12.5), (20, 0.05)])
def test_what_was_clicked_before_a_candidate_was_counts_against_it_only_while_it_has_few_clicks(
    clickers: int, before: float
) -> None:
    old = [clicked(1, 1, 100, 50, day=TODAY - 14), clicked(1, 1, 10, 5)]
    new = next(one for one in ranked([*old, clicked(12, 12, clickers)], model(shares={})) if one.asset == 12)
    assert new.evidence["query_clicks"] == pytest.approx(10 + clickers + before, abs=0.01)


def test_a_candidate_that_stands_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="candidate 7 was found twice"):
        ranked([], model(), [7, 8, 7])


def test_without_candidates_or_a_model_there_is_still_an_answer() -> None:
    assert ranked([clicked(1, 1, 5)], UNLEARNED, []) == []
    assert recomputed([]) == []
    assert [one.asset for one in ranked([], UNLEARNED, [5, 3])] == [5, 3]
