"""How well do the scores rank, and where do they do harm?

    python -m evaluation             everything, seeds 100 to 109: about 40 CPU minutes, on all cores
    python -m evaluation --quick     two seeds, no 200k sessions, nothing written: a minute or two
    python -m evaluation --tuning    seeds 0 to 9, to choose parameters on; the page is printed

Writes docs/scoring/ranking.md and its two pictures, for which matplotlib is needed (requirements/evaluation.lock); the
other two print the page. It calls the product's own functions, never a copy of its formula. It tells of each world that
is done; a run that was stopped goes on from there (`.evaluation/`), as long as the code is the same.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .catalogue import KINDS, PUSH, PUSH_SEEDS, TRENDS, push_pieces, trend_pieces
from .loop import CLOSED_LOOP, LOOP_SEEDS, loop_pieces, loops
from .page import Measured, page
from .pieces import Piece, Results, made_of, work_off
from .sections import (
    ATTACK_SEEDS,
    CLICK_MODELS,
    ONE_KEY,
    SERVED_LISTS,
    SMALL_WORLDS,
    attack,
    cells,
    click_models,
    served_lists,
    small_worlds,
)

PAGE = Path(__file__).parent.parent / "docs" / "scoring" / "ranking.md"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true")
    how.add_argument("--tuning", action="store_true")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    seeds = range(2) if chosen.quick else range(10) if chosen.tuning else range(100, 110)
    pieces = everything(seeds, quick=chosen.quick)
    results = work_off(pieces, _digests(), chosen.processes, keep=not chosen.quick)
    main_cells, looped = cells(CLICK_MODELS, pieces, results), loops(pieces, results)
    small, served, attacks = (cells(section, pieces, results) for section in (SMALL_WORLDS, SERVED_LISTS, ONE_KEY))
    trended, pushed = (_by_name(section, pieces, results) for section in (TRENDS, PUSH))
    text = page(Measured(main_cells, small, served, attacks, looped, trended, pushed), seeds=seeds)
    if chosen.quick or chosen.tuning:
        print(text)
        return
    from . import plots  # noqa: PLC0415  # matplotlib is needed for this alone

    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, "utf-8")
    plots.cells(main_cells, PAGE.with_name("ranking-cells.svg"))
    plots.loop(looped, PAGE.with_name("ranking-loop.svg"))


def _by_name(section: str, pieces: Sequence[Piece], results: Results) -> dict[str, list[Any]]:
    """What came of the worlds of a section, by what they are called."""
    found: dict[str, list[Any]] = {}
    for piece in pieces:
        if piece.section == section:
            found.setdefault(piece.name[0], []).append(results[piece])
    return found


def everything(seeds: Sequence[int], *, quick: bool) -> list[Piece]:
    """All pieces, or some small ones."""
    sessions = [2_000, 20_000] if quick else [2_000, 20_000, 200_000]
    return [
        *click_models(seeds, sessions),
        *small_worlds(seeds),
        *attack(seeds[:ATTACK_SEEDS], sessions[1:]),
        *served_lists(seeds, sessions),
        *(trend_pieces(seeds, 1_000, KINDS[:1]) if quick else trend_pieces(seeds)),
        *push_pieces(seeds[:PUSH_SEEDS], 200 if quick else 2_000),
        *(loop_pieces(seeds[:1], sessions[1:], 40) if quick else loop_pieces(seeds[:LOOP_SEEDS], sessions[1:])),
    ]


def _digests() -> dict[str, str]:
    """Of the code that each section is made of."""
    ranking = made_of("worlds.py", "methods.py", "sections.py", "loop.py", "scores/search")
    popular = made_of("catalogue.py", "listeners.sql", "scores", "warehouse")
    return {
        **dict.fromkeys((CLICK_MODELS, SMALL_WORLDS, SERVED_LISTS, ONE_KEY, CLOSED_LOOP), ranking),
        **dict.fromkeys((TRENDS, PUSH), popular),
    }


if __name__ == "__main__":
    main()
