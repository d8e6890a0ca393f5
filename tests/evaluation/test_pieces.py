"""Worlds are worked off once, whatever stops a run, and what popularity and trends were to reach is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from evaluation.catalogue import BARS, NOW, ROW, Push, Trending
from evaluation.page import Measured, page
from evaluation.pieces import Piece, made_of, work_off
from evaluation.sections import measured, tried
from evaluation.worlds import world

from evaluation import catalogue, pieces

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_known_is_not_made_again_unless_the_code_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "KEPT", tmp_path)
    asked = [Piece("a section", ("one",), seed, divmod, (17,)) for seed in (3, 5)]
    first = work_off(asked, {"a section": "this code"}, 1)
    assert [first[piece] for piece in asked] == [(5, 2), (3, 2)]
    of_zero = [Piece("a section", ("one",), seed, pow, (17,)) for seed in (3, 5)]
    assert work_off(of_zero, {"a section": "this code"}, 1) == first
    assert work_off(of_zero[:1], {"a section": "other code"}, 1)[of_zero[0]] == 17**3


def test_a_digest_is_of_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_PRODUCT", tmp_path)
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores" / "one.py").write_text("a = 1")
    before = made_of("worlds.py", "scores")
    (tmp_path / "scores" / "told.md").write_text("no code")
    assert made_of("worlds.py", "scores") == before
    (tmp_path / "scores" / "one.py").write_text("a = 2")
    assert made_of("worlds.py", "scores") != before


def test_the_page_tells_misses_of_popularity_and_trends_with_intervals() -> None:
    made = world(1, "pbm 1", "strong", 400, queries=5, assets=25, days=4)
    order = np.tile(np.arange(25), (5, 1))
    methods = ("base", "raw clicks", "click-through", "bare IPS", "score alone", "product", "known")
    cell = measured(("strong", "pbm 1", "20k"), [tried(made, dict.fromkeys(methods, order))] * 2)
    by_bar = dict.fromkeys(BARS, (140.0, 0.97)) | {4.0: (3.0, 0.7)}
    trends = {"calm": [Trending(90.0, 0.95, 0.2, 50, by_bar), Trending(130.0, 0.93, 0.3, 40, by_bar)]}
    pushes = {"key 6 of 40": [Push(9.0, {20: 9.0}, 0.94), Push(9.5, {20: 9.5}, 0.96)]}
    text = page(Measured([cell], [cell], trends=trends, pushes=pushes), seeds=[100, 101])
    assert "| calm catalogues: false flags of 20,000 tracks a day | at most 100 | 110 | -144 to 364 | **no** |" in text
    heard = "calm catalogues: threefold jumps flagged, 10 listeners a day or more"
    assert f"| {heard} | at least 0.90 | 0.94 | 0.81 to 1.07 | yes |" in text
    assert "| calm | 2 | 110 ±254 | 90 | 0.94 ±0.13 | 0.25 | 140, 0.97 | 140, 0.97 | 3, 0.70 |" in text
    assert "| points that one key gains, key 6 of 40 | at most 10.0 | 9.2 | 6.1 to 12.4 | yes |" in text


def test_what_trends_is_what_the_product_finds_in_events() -> None:
    """All tracks are heard alike, but for the one that is heard ten times as much in the last day."""
    rows = np.zeros(40 * 29 * 12 + 12 * 9, ROW)
    heard = np.indices((40, 29, 12)).reshape(3, -1)
    rows["track"][: heard.shape[1]], rows["key"][: heard.shape[1]] = heard[0] + 1, heard[2]
    rows["at"][: heard.shape[1]] = NOW - (heard[1] + 0.5) * 86_400
    more = rows[heard.shape[1] :]
    more["track"], more["key"], more["at"] = 7, np.arange(len(more)) % 12, NOW - 40_000
    rows["player"] = np.arange(len(rows)) + 1
    with catalogue.warehouse() as made:
        catalogue.fill(made, "trends", [rows])
        movers = catalogue.scope(made, "trends").movers()
    assert [one["asset_id"] for one in movers if one["trend_rank"]] == [7]
    assert movers[0]["trend_listeners"] == 120
