"""What is learnt of all queries: examination by rank, satisfaction, base quality, the keys' shares."""

from __future__ import annotations

from math import exp
from random import Random

import pytest

from audioscape_server.scores.search.clicks import ClickRow
from audioscape_server.scores.search.examination import UNKNOWN, Stand, fitted, stands
from audioscape_server.scores.search.model import UNLEARNED, learn
from support.search_clicks import TODAY

#: Relevance of 20 assets.
RELEVANCE = [0.9, 0.2, 0.5, 0.8, 0.1, 0.3, 0.6, 0.2, 0.7, 0.4, 0.3, 0.5, 0.1, 0.2, 0.6, 0.4, 0.2, 0.3, 0.5, 0.1]


def shifted(slope: float, shown: int, days: int = 20) -> dict[str, list[ClickRow]]:
    """Expected clicks of one query whose list is turned by one place each day, seen by rank^-slope."""
    rows = []
    for day in range(days):
        for rank in range(1, 21):
            asset = (rank + day) % 20
            clicks = round(shown * rank**-slope * RELEVANCE[asset])
            rows.append(ClickRow(asset, "a", TODAY - day, rank, clicks, clicks // 2, clicks // 4))
    return {"q": rows}


@pytest.mark.parametrize("slope", [0.5, 1.0, 1.5])
def test_examination_is_found_from_what_changed_its_rank(slope: float) -> None:
    found = learn(shifted(slope, 100_000, days=10), {}, TODAY, "1").examination
    # Clicks on the query stand for showings of it, and days with good assets on top have more of them.
    assert found == pytest.approx([rank**-slope for rank in range(1, 21)], rel=0.2)


def test_few_clicks_leave_examination_near_one_by_rank() -> None:
    assert learn(shifted(2.0, 10), {}, TODAY, "1").examination == pytest.approx(UNKNOWN, rel=0.35)


def test_lists_that_never_change_say_nothing_of_ranks() -> None:
    rows = {"q": [row for row in shifted(2.0, 100_000)["q"] if row.day == TODAY]}
    rows["q"] += [row._replace(day=TODAY - age) for row in rows["q"] for age in range(1, 20)]
    assert learn(rows, {}, TODAY, "1").examination == pytest.approx(UNKNOWN)


def test_examination_never_rises_with_the_rank() -> None:
    found = fitted([[Stand(1, 50, 1000.0), Stand(2, 900, 1000.0), Stand(5, 800, 1000.0), Stand(7, 5, 10.0)]] * 9)
    assert found[0] == 1.0
    assert list(found) == sorted(found, reverse=True)


def test_without_clicks_nothing_is_learnt() -> None:
    found = learn({}, {"q": [1, 2]}, TODAY, "1")
    assert found.examination == pytest.approx(UNKNOWN)
    assert (found.satisfaction, found.base_quality, found.shares) == (
        UNLEARNED.satisfaction,
        UNLEARNED.base_quality,
        {},
    )


def test_an_asset_stood_at_the_median_rank_of_a_days_clicks_and_nowhere_on_other_days() -> None:
    clicks = {(10, 3): 2.0, (14, 1): 1.0, (14, 5): 4.0}
    assert stands(clicks, {10: 7.0, 12: 9.0, 14: 8.0}) == [Stand(3, 2.0, 7.0), Stand(5, 5.0, 8.0)]


@pytest.mark.parametrize("slope", [0.5, 1.0, 1.5])
def test_days_without_a_click_do_not_make_good_ranks_look_worse(slope: float) -> None:
    random = Random(7)
    rows = {}
    for query in range(400):
        rows[str(query)] = [ClickRow(99, "a", TODAY - day, None, 400) for day in range(20)]
        for asset in range(4):
            relevance = random.choice([0.2, 0.5, 1.0])
            for day in range(20):
                rank = random.choice([1, 2, 4, 8, 16])
                clicks = poisson(random, 6 * rank**-slope * relevance)
                rows[str(query)].append(ClickRow(asset, "a", TODAY - day, rank, clicks))
    found = learn(rows, {}, TODAY, "1").examination
    assert [found[1], found[7]] == pytest.approx([2**-slope, 8**-slope], rel=0.15)


def poisson(random: Random, expected: float) -> int:
    count, product = 0, random.random()
    while product > exp(-expected):
        count, product = count + 1, product * random.random()
    return count


def test_satisfaction_is_what_outcomes_show() -> None:
    assert learn(shifted(1.0, 10_000), {}, TODAY, "1").satisfaction == pytest.approx(0.5, abs=0.01)
    rows = {"q": [ClickRow(1, "a", TODAY, 1, 1_000, 1_000, 900)]}
    assert learn(rows, {}, TODAY, "1").satisfaction == pytest.approx(0.9, abs=0.01)


def test_a_base_order_that_clicks_turn_around_is_poor_and_one_that_they_follow_is_good() -> None:
    rows = {"q": [ClickRow(asset, "a", TODAY, asset, clicks) for asset, clicks in ((1, 5), (2, 3), (3, 1), (9, 100))]}
    order = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    poor = learn(rows, {"q": order}, TODAY, "1").base_quality
    good = learn(rows, {"q": [9, 1, 2, 3, 4, 5, 6, 7, 8]}, TODAY, "1").base_quality
    assert poor < 0.6
    assert good > 0.95
    few = {"q": [row._replace(clickers=min(row.clickers, 5)) for row in rows["q"]]}
    assert learn(few, {"q": order}, TODAY, "1").base_quality == UNLEARNED.base_quality


def test_shares_are_of_days_that_an_attack_of_today_does_not_reach() -> None:
    rows = {
        "q": [
            ClickRow(1, "a", TODAY - 28, 1, 30),
            ClickRow(1, "b", TODAY - 3, 1, 10),
            ClickRow(1, "c", TODAY - 2, 1, 1_000),
            ClickRow(1, "c", TODAY - 29, 1, 1_000),
        ]
    }
    assert learn(rows, {}, TODAY, "1").shares == {"a": 0.75, "b": 0.25}


def test_a_key_that_is_capped_does_not_bend_examination() -> None:
    honest = {**shifted(1.0, 1_000), "s": [ClickRow(99, "b", TODAY - 5, 1, 5)]}

    def attacked(clickers: int) -> tuple[float, ...]:
        attack = [ClickRow(asset, "x", TODAY, 20, clickers) for asset in range(5)]
        return learn({**honest, "q": honest["q"] + attack}, {}, TODAY, "1").examination

    assert attacked(1_000_000) == learn(honest, {}, TODAY, "1").examination


def test_served_lists_change_nothing_that_is_learnt() -> None:
    rows = shifted(1.0, 200)
    shown = [ClickRow(500 + rank, "z", TODAY - 4, rank, 0, shown=9) for rank in range(1, 21)]
    orders = {query: range(30) for query in rows}
    with_lists = {query: [*(row._replace(shown=3) for row in found), *shown] for query, found in rows.items()}
    assert learn(with_lists, orders, TODAY, "7") == learn(rows, orders, TODAY, "7")
