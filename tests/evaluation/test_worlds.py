"""The simulated worlds are what they say, and the page tells misses."""

from __future__ import annotations

import numpy as np
import pytest
from evaluation.methods import base, learned, ndcg, ranked, raw_clicks
from evaluation.page import Measured, page
from evaluation.sections import Cell, Figure, compared, measured, tried
from evaluation.worlds import MODELS, ULTRA, World, click_rate, engine, people, world


def small(model: str, seed: int = 1) -> World:
    return world(seed, model, "strong", 4_000, queries=12, assets=25, days=4)


@pytest.mark.parametrize("model", MODELS)
def test_people_click_what_was_shown_and_rows_hold_every_click(model: str) -> None:
    made = small(model)
    rows = [row for of_query in made.rows().values() for row in of_query]
    assert sum(row.clickers for row in rows) == made.clicks.sum() > 0
    assert sum(row.satisfied for row in rows) == made.satisfied.sum() > 0
    assert (made.satisfied <= made.outcomes).all()
    assert (made.outcomes <= made.clicks).all()
    assert {row.rank for row in rows} <= set(range(1, 21))


def test_served_lists_hold_all_that_was_shown_for_queries_that_were_clicked() -> None:
    made = small("pbm 1")
    clicks, with_lists = made.rows(), made.rows(lists=True)
    for query in range(made.queries):
        shown = {(row.day, row.rank, row.asset) for row in with_lists[str(query)] if row.shown == 1}
        days = {row.day for row in clicks[str(query)]}
        assert len(shown) == 20 * len(days)
        assert {(row.day, row.rank, row.asset) for row in clicks[str(query)]} <= shown
        assert sum(row.clickers for row in with_lists[str(query)]) == made.clicks[query].sum()


@pytest.mark.parametrize(
    ("model", "rate"),
    [("pbm 0.5", 4**-0.5 * 0.52), ("pbm 1", 0.25 * 0.52), ("ultra", ULTRA[3] * 0.52)],
)
def test_clicks_come_by_the_rate_of_the_model(model: str, rate: float) -> None:
    assert click_rate(model, np.full(20, 0.52))[3] == pytest.approx(rate)


def test_in_a_cascade_a_session_clicks_once_at_most_and_reads_no_further() -> None:
    random = np.random.default_rng(3)
    made = engine(random, 1.0, 5, 30)
    sessions = np.full((5, 2), 500)
    clicks, _, _ = people("cascade", sessions, made, made.lists(2, random), random)
    assert (clicks.sum(2) <= sessions).all()
    made.attraction[:] = 1.0
    clicks, _, _ = people("cascade", sessions, made, made.lists(2, random), random)
    assert (clicks[..., 0] == sessions).all()


def test_a_seed_makes_the_same_world_and_another_seed_another() -> None:
    assert (small("dbn").clicks == small("dbn").clicks).all()
    assert (small("dbn").clicks != small("dbn", 2).clicks).any()


def test_rankings_are_permutations_and_the_ideal_has_an_ndcg_of_1() -> None:
    made = small("pbm 1")
    for order in compared(made, "pbm 1").values():
        assert (np.sort(order, axis=1) == np.arange(made.assets)).all()
    assert ndcg(made, np.argsort(-made.grades, axis=1, kind="stable")) == pytest.approx(1.0)


def test_without_clicks_the_product_says_what_the_search_engine_says() -> None:
    made = world(1, "pbm 1", "weak", 0, queries=5, assets=25, days=4)
    rows = made.rows()
    assert (ranked(made, rows, learned(made, rows)) == base(made)).all()


def test_the_page_tells_a_cell_that_is_below_the_base_order_and_below_raw_clicks() -> None:
    made = small("pbm 1")
    orders = compared(made, "pbm 1")
    worst = np.argsort(made.grades, axis=1, kind="stable")
    good = measured(("strong", "pbm 1", "20k"), [tried(made, {**orders, "product": raw_clicks(made)})])
    bad = measured(("weak", "pbm 1", "20k"), [tried(made, {**orders, "product": worst})])
    text = page(Measured([good, bad], [good]), seeds=[100, 101])
    told = {line.split(" | ")[0]: line for line in text.splitlines() if line.startswith(("| strong | pbm", "| cells"))}
    assert "**B**" not in told["| strong"]
    assert "| cells with a mean below base - .005 | none | 1 |  | **no** |" in text
    assert "| weak | pbm 1 | 20k |" in text
    assert next(line for line in text.splitlines() if line.startswith("| weak | pbm 1") and "**B** **R**" in line)


def test_an_interval_is_of_the_mean_over_the_seeds() -> None:
    figure = Figure([1.0, 2.0, 3.0])
    assert figure.mean == pytest.approx(2.0)
    assert figure.half == pytest.approx(4.30 / 3**0.5)
    assert (figure - Figure([1.0, 1.0, 1.0])).mean == pytest.approx(1.0)
    assert Cell(("a",)).traffic == {}
