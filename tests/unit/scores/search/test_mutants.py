"""Breaks the search ranking on purpose, one defect at a time. Run with ``pytest -m mutants``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mutants import Mutant, require_makeable, require_noticed

if TYPE_CHECKING:
    from pathlib import Path


def test_of(name: str) -> str:
    return f"unit/scores/search/test_{name}"


test_of.__test__ = False  # type: ignore[attr-defined]


def mutant(name: str, file: str, old: str, new: str, test: str) -> Mutant:
    return Mutant(name, f"scores/search/{file}.py", old, new, test_of(test))


MUTANTS = [
    mutant("rows add up", "clicks", "*map(max, known[4:], row[4:])", "*map(int.__add__, known[4:], row[4:])", "ranking.py::test_rows_in_another_order"),
    mutant("rows as they came", "clicks", "sorted(places.values())", "list(places.values())", "ranking.py::test_rows_in_another_order"),
    mutant("the last state stands", "clicks", "row if known is None else ClickRow(*place, *map(max, known[4:], row[4:]))", "row", "clicks.py::test_rows_for_one_place"),
    mutant("lists are learnt of", "model", "row._replace(shown=0)", "row", "model.py::test_served_lists"),
    mutant("more lists charge more", "clicks", "min(1.0, row.shown / lists[place])", "row.shown", "clicks.py::test_what_lists_showed"),
    mutant("lists of any rank", "clicks", "in_lists[place] * part * examination[row.rank - 1]", "in_lists[place] * part", "clicks.py::test_what_lists_showed"),
    mutant("lists charge twice", "clicks", "0.0 if (key, day) in lists else counted", "counted", "clicks.py::test_what_lists_showed"),
    mutant("hidden showings", "clicks", "hidden[asset] += in_lists.get((key, day), 0.0)", "pass", "clicks.py::test_a_list_that_leaves_out"),
    mutant("lists of one day are of all", "clicks", "lists[row.key, row.day] += row.shown", "lists[row.key, row.day - 0] += row.shown * 2", "clicks.py::test_what_lists_showed"),
    mutant("lies about lists", "clicks", "counted += looks if part < 0 else min(looks, most)", "counted += looks", "clicks.py::test_a_key_cannot_say"),
    mutant("lists judge the base order", "ranking", "plain = replace(clicks, assets=clicks.without_lists)", "plain = clicks", "ranking.py::test_served_lists"),
    mutant("looks are not in the score", "ranking", ' + e["in_lists"]', "", "ranking.py::test_scores_and_order"),
    mutant("no cap", "clicks", "min(1.0, allowed / clicks)", "1.0", "ranking.py::test_a_key_that_pushes"),
    mutant("new installations capped", "clicks", "not shares or ", "", "clicks.py::test_a_key_adds"),
    mutant("the future grows", "clicks", "max(0, as_of - day)", "(as_of - day)", "clicks.py::test_a_click_counts_half"),
    mutant("all history", "scoring", "2.0 ** (-of_asset.clicks / parameters.newcomer_clicks)", "1.0", "ranking.py::test_what_was_clicked"),
    mutant("unknown ranks are first", "clicks", "median(known) if known else 1.0", "1.0", "clicks.py::test_clicks_at_an_unknown"),
    mutant("clicks that satisfy nobody", "scoring", "self.clicks * self.satisfaction / average", "self.clicks", "ranking.py::test_scores_and_order"),
    mutant("no prior below", "scoring", "(self.examinations + prior_weight)", "(self.examinations + 1)", "ranking.py::test_scores_and_order"),
    mutant("anyone rises", "safety", "highest.append(open_to_all)", "highest.append(1)", "ranking.py::test_none_rises"),
    mutant("equal clicks prove", "safety", "above[-1][0] < fewer", "above[-1][0] <= fewer", "safety.py::test_the_highest_rank"),
    mutant("clicks prove nothing", "safety", "min(open_to_all, proven, given)", "min(open_to_all, given)", "safety.py::test_the_highest_rank_is_the"),
    mutant("equals swap", "safety", "(-scores[position], position)", "(-scores[position], -position)", "ranking.py::test_a_query_that_nobody"),
    mutant("the bound is forgotten", "ranking", "enumerate(hold(scores, highest), 1)", "enumerate(hold(scores, [1] * len(scores)), 1)", "ranking.py::test_none_rises"),
    mutant("held unseen", "ranking", "free[position] < highest[position]", "False", "ranking.py::test_who_is_held"),
    mutant("a bound for poor orders", "safety", "min(1.0, max(0.0,", "min(1.0, max(0.5,", "safety.py::test_the_bound_closes"),
    mutant("a query judges itself", "safety", "(own * clickers + average * weight) / (clickers + weight)", "own", "safety.py::test_a_query_with_few"),
    mutant("shares of today", "model", "range(3, 29)", "range(29)", "model.py::test_shares"),
    mutant("days without a click forgotten", "examination", " / -expm1(-stand.query_clicks * examination[stand.rank] * relevance)", "", "model.py::test_days_without"),
    mutant("examination may rise", "examination", "tuple(accumulate(values, min))", "tuple(values)", "model.py::test_examination_never_rises"),
    mutant("fitted once", "examination", "ROUNDS = 40", "ROUNDS = 1", "model.py::test_examination_is_found"),
    mutant("attackers fit", "model", "kept[row.asset, row.key] < 1.0", "False", "model.py::test_a_key_that_is_capped"),
    mutant("no doubt", "safety", "if deviations <= 0", "if True", "safety.py::test_the_highest_rank_is_the"),
    mutant("nearer ones forgotten", "safety", "above[-1][0] <= clicks", "above[-1][0] > clicks", "ranking.py::test_none_rises"),
    mutant("unclicked ones lead", "parameters", "first_page: int = 10", "first_page: int = 9", "ranking.py::test_below_the_first_ten"),
    mutant("unmoved assets fit", "examination", "for stand in found}) > 1", "for stand in found}) > 0", "model.py::test_lists_that_never"),
    mutant("claimed ranks", "clicks", "if part == 1.0 else 1.0", "if True else 1.0", "clicks.py::test_the_rank_that_a_capped"),
    mutant("what made it judges it", "watchdog", "if row.day < day]", "if row.day <= day]", "watchdog.py::test_what_the_ranking_was_made_of"),
    mutant("a guess steps back", "watchdog", "self.clicks >= CLICKS_LEAST and ", "", "watchdog.py::test_the_order_that_later"),
    mutant("chance steps back", "watchdog", "self.gain < -DEVIATIONS * self.deviation", "self.gain < 10", "watchdog.py::test_the_order_that_later"),
    mutant("a verdict for ever", "watchdog", "not as_of - JUDGED_DAYS <= day <= as_of", "False", "watchdog.py::test_a_verdict_is_forgotten"),
    mutant("every click satisfied", "watchdog", " * _satisfied(row, model)", "", "watchdog.py::test_clicks_that_satisfied"),
    mutant("whatever a key says", "watchdog", "row.clickers * kept[row.asset, row.key]", "row.clickers", "watchdog.py::test_one_key_alone"),
    mutant("high clicks weigh as much", "watchdog", "_weight(row, model) * ", "", "watchdog.py::test_a_click_far_down"),
]  # fmt: skip


def test_every_mutant_is_a_change_of_the_code_as_it_stands() -> None:
    require_makeable(MUTANTS)


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_named_test_notices(mutant: Mutant, tmp_path: Path) -> None:
    require_noticed(mutant, tmp_path)
