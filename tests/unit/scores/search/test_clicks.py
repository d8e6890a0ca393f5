"""Clicks are merged as states, decayed by age and capped by key."""

from __future__ import annotations

import pytest

from audioscape_server.scores.search.clicks import ClickRow, QueryClicks, gather, merged
from audioscape_server.scores.search.examination import UNKNOWN
from audioscape_server.scores.search.parameters import DEFAULT
from support.search_clicks import TODAY

SHARES = {"a": 0.6, "b": 0.3, "c": 0.1}


def gathered(*rows: ClickRow, shares: dict[str, float] = SHARES) -> QueryClicks:
    return gather(rows, TODAY, UNKNOWN, shares, DEFAULT)


def row(
    asset: int = 1,
    key: str = "b",
    age: int = 0,
    rank: int | None = 1,
    *,
    clickers: int = 3,
    outcomes: int = 0,
    satisfied: int = 0,
    shown: int = 0,
) -> ClickRow:
    return ClickRow(asset, key, TODAY - age, rank, clickers, outcomes, satisfied, shown)


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ([row(clickers=4), row(clickers=9)], [row(clickers=9)]),
        ([row(clickers=9), row(clickers=4, outcomes=3, satisfied=2)], [row(clickers=9, outcomes=3, satisfied=2)]),
        ([row(rank=20), row(rank=33, clickers=5)], [row(rank=20, clickers=5)]),
        ([row(rank=None), row(rank=0, clickers=5), row(rank=-2)], [row(rank=0, clickers=5)]),
        ([row(clickers=0)], []),
        ([row(key="b"), row(key="a")], [row(key="a"), row(key="b")]),
    ],
    ids=["larger counts", "each count alone", "deep ranks", "unknown ranks", "nobody", "keys apart"],
)
def test_rows_for_one_place_are_one_state(found: list[ClickRow], kept: list[ClickRow]) -> None:
    assert merged(found) == kept


@pytest.mark.parametrize("counts", [(3, 4, 0), (3, 2, 3), (3, 2, -1)])
def test_counts_that_cannot_be_are_refused(counts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="satisfied ≤ outcomes ≤ clickers"):
        merged([ClickRow(1, "a", TODAY, 1, *counts)])


@pytest.mark.parametrize(("age", "worth"), [(0, 1.0), (-3, 1.0), (14, 0.5), (28, 0.25)])
def test_a_click_counts_half_after_the_half_life_and_never_more_than_one(age: int, worth: float) -> None:
    assert gathered(row(age=age, clickers=2)).assets[1].clicks == pytest.approx(2 * worth)


@pytest.mark.parametrize(
    ("key", "shares", "others", "kept"),
    [
        ("b", SHARES, 0, 3.0),
        ("b", SHARES, 20, 20 * 0.6 / 0.4 + 3),
        ("c", SHARES, 20, 23.0),
        ("d", SHARES, 20, 23.0),
        ("a", SHARES, 0, 100.0),
        ("b", {}, 0, 100.0),
        ("b", SHARES, 90, 100.0),
    ],
    ids=[
        "alone",
        "twice its share",
        "a half at least",
        "unknown",
        "the installation",
        "no shares yet",
        "below its cap",
    ],
)
def test_a_key_adds_what_its_share_and_the_other_keys_allow(
    key: str, shares: dict[str, float], others: int, kept: float
) -> None:
    # The others' clicks are of the key that holds the installation: it is not capped itself.
    rows = [row(key=key, clickers=100)] + ([row(key="a", clickers=others)] if others else [])
    of_asset = gathered(*rows, shares=shares).assets[1]
    assert of_asset.clicks == pytest.approx(kept + others)
    assert of_asset.capped == pytest.approx(100 - kept)


def test_the_rank_that_a_capped_key_claims_is_not_believed() -> None:
    capped, believed = gathered(row(rank=10, clickers=100)).assets[1], gathered(row(rank=10, clickers=3)).assets[1]
    assert (capped.clicks, capped.weight) == pytest.approx((3, 3))
    assert (believed.clicks, believed.weight) == pytest.approx((3, 30))


def test_what_a_cap_took_away_does_not_count_against_other_assets_either() -> None:
    found = gathered(row(asset=1, key="a", clickers=10), row(asset=2, key="c", clickers=1_000))
    assert found.assets[1].query_clicks_since == pytest.approx(13)


def test_clicks_at_an_unknown_rank_weigh_like_the_median_of_the_query() -> None:
    ranked = [row(asset=2, rank=1, clickers=1), row(asset=2, rank=4, clickers=1), row(asset=2, rank=9, clickers=1)]
    assert gathered(*ranked, row(rank=None)).assets[1].weight == pytest.approx(3 * 4)
    assert gathered(row(rank=None)).assets[1].weight == pytest.approx(3)


def test_clicks_on_the_query_count_from_the_first_day_of_the_asset() -> None:
    found = gathered(row(1, "a", 14, clickers=8), row(1, "a", 0, clickers=2), row(2, "a", 0, clickers=1))
    assert (found.assets[1].query_clicks_since, found.assets[1].query_clicks_before) == pytest.approx((7, 0))
    assert (found.assets[2].query_clicks_since, found.assets[2].query_clicks_before) == pytest.approx((3, 4))


def looked_at(*rows: ClickRow, shares: dict[str, float] = SHARES) -> dict[int, tuple[float, float]]:
    """Of each asset, the looks that lists tell, and the clicks on the query that count as showings."""
    assets = gathered(*rows, shares=shares).assets
    return {asset: (one.in_lists, one.query_clicks_since) for asset, one in assets.items()}


@pytest.mark.parametrize("times", [1, 50])
def test_what_lists_showed_is_charged_by_its_rank_and_more_lists_charge_no_more(times: int) -> None:
    found = [
        row(1, "a", rank=1, clickers=8, shown=3 * times),
        row(2, "a", rank=2, clickers=0, shown=2 * times),
        row(3, "a", rank=1, clickers=0, shown=1 * times),
        row(4, "b", rank=3, clickers=0, shown=9 * times),  # of a key without clicks
    ]
    expected = {1: (8 * 3 / 4, 0), 2: (8 * 2 / 4 / 2, 0), 3: (8 * 1 / 4, 0)}
    assert looked_at(*found) == {asset: pytest.approx(one) for asset, one in expected.items()}


def test_days_and_keys_without_lists_are_counted_as_ever() -> None:
    found = [
        row(1, "a", rank=1, clickers=8, shown=1),
        row(1, "a", 14, rank=1, clickers=6),
        row(1, "b", rank=1, clickers=5),
    ]
    assert looked_at(*found)[1] == pytest.approx((8, 5 + 6 / 2))


def test_a_list_that_leaves_out_what_was_clicked_is_not_believed() -> None:
    found = [row(1, "a", rank=1, clickers=8, shown=1), row(2, "a", rank=2, clickers=4)]
    assert looked_at(*found) == {1: pytest.approx((12, 0)), 2: pytest.approx((0, 12))}


def test_a_key_cannot_say_that_an_asset_was_seen_much_oftener_than_others_say() -> None:
    honest = [row(1, "a", rank=1, clickers=40, shown=1), row(2, "a", rank=20, clickers=0, shown=1)]
    liar = [row(1, "c", rank=2, clickers=40, shown=1), row(2, "c", rank=1, clickers=0, shown=1)]
    in_truth, with_lies = looked_at(*honest)[2], looked_at(*honest, *liar)[2]
    assert in_truth == pytest.approx((2, 0))
    assert with_lies == pytest.approx((2 + 2 + 3, 0))
    assert looked_at(*honest, *liar, shares={"a": 0.02, "c": 0.98})[2][0] == pytest.approx(2 + 40)
