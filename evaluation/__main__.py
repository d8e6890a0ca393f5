"""How well does the search ranking rank, and where does it do harm?

    python -m evaluation             everything, seeds 100 to 109: about 20 minutes on one core
    python -m evaluation --quick     two seeds, no 200k sessions, nothing written: under a minute
    python -m evaluation --tuning    seeds 0 to 9, to choose parameters on; nothing written

Writes docs/scoring/ranking.md and its two pictures, for which matplotlib is needed (requirements/evaluation.lock); the
other two print the page. It calls the product's own functions, never a copy of its formula.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .loop import LOOP_SEEDS, loops
from .page import page
from .sections import ATTACK_SEEDS, attack, click_models, served_lists, small_worlds

PAGE = Path(__file__).parent.parent / "docs" / "scoring" / "ranking.md"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--quick", action="store_true")
    how.add_argument("--tuning", action="store_true")
    chosen = parser.parse_args()
    seeds = range(2) if chosen.quick else range(10) if chosen.tuning else range(100, 110)
    sessions = [2_000, 20_000] if chosen.quick else [2_000, 20_000, 200_000]
    cells = click_models(seeds, sessions)
    print("click models: done", file=sys.stderr)
    small, attacks = small_worlds(seeds), attack(seeds[:ATTACK_SEEDS], sessions[1:])
    print("small worlds, attacks: done", file=sys.stderr)
    served = served_lists(seeds, sessions)
    print("served lists: done", file=sys.stderr)
    looped = loops(seeds[:1], sessions[1:], 40) if chosen.quick else loops(seeds[:LOOP_SEEDS], sessions[1:])
    text = page(cells, small, served, attacks, looped, seeds=seeds)
    if chosen.quick or chosen.tuning:
        print(text)
        return
    from . import plots  # noqa: PLC0415  # matplotlib is needed for this alone

    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(text, "utf-8")
    plots.cells(cells, PAGE.with_name("ranking-cells.svg"))
    plots.loop(looped, PAGE.with_name("ranking-loop.svg"))


if __name__ == "__main__":
    main()
