"""Writes docs/scoring/ranking.md: the tables, what was aimed at and whether it was met, misses included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import mean

from .loop import LOOP_SEEDS, Loop
from .sections import ATTACK_SEEDS, MANY_CLICKS, METHODS, WORST_FALL, Cell, Figure

#: By how much the product may be below the base order, by the mean of a cell.
BELOW_BASE = 0.005
#: Differences of means that are no difference.
EQUAL = 0.0005


def page(
    main: list[Cell],
    small: list[Cell],
    served: list[Cell],
    attacks: list[Cell],
    loops: list[Loop],
    *,
    seeds: Sequence[int],
) -> str:
    """The page."""
    parts = [
        HEAD.format(seeds=f"{seeds[0]} to {seeds[-1]}", many=MANY_CLICKS, fall=f"{WORST_FALL:.2f}".lstrip("0")),
        "## What was aimed at\n\n" + _goals(main, served, attacks, loops),
        "## Click models\n\n![Gain over the base order in every cell](ranking-cells.svg)\n\n" + CELLS + _cells(main),
        "Each query weighing the same (macro):\n\n" + _macro(main),
        "## Single queries\n\n" + QUERIES + _queries(main),
        "## Small worlds\n\n" + SMALL + _cells(small),
        "## Served lists\n\n" + SERVED + _served(served),
        "## Position bias from clicks alone\n\n" + KNOWN + _known(main),
        "## One key attacks\n\n" + ATTACK + _attacks(attacks),
        "## Closed loop\n\n![NDCG by day in the closed loop](ranking-loop.svg)\n\n" + LOOP + _loops(loops),
        TAIL,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


HEAD = """
# How well the search ranking ranks

Written by `make evaluate`; do not edit. Simulated worlds show the mechanism, not what a field test would: click models
are simple, and gains in them need not transfer. What they can show is where a ranking does harm.

**Protocol.** 200 queries with 50 candidates each, traffic by Zipf's law, grades 0 to 4, 15 % of the poor candidates
look good and satisfy nobody; a *strong* and a *weak* search engine, whose order differs a little from day to day; 20
shown, 28 days, whether a click satisfied is seen for 70 % of them. Figures are NDCG@10, the ideal order being 1, with
95 % intervals over the seeds {seeds}.

**How far to trust it.** Some hundred variants were compared on other seeds (0 to 5, most on 0 and 1), by hand, in
worlds of the same make. The engines' noise was set before this run, but after a first one had missed a goal, so that
base order and raw clicks score as in the reference that the goals come from; the weak engine's worlds became easier
by that. One rule, that a capped key's rank is not believed, was added after the attack on these very seeds had shown
a loss of .052 (strong, 20k); it was chosen on seeds 0 to 2, and the section on attacks was measured again. So that
section is no independent test, and the rest is one only of the parameters, not of the worlds.

*base*: the search engine's own order. *raw clicks*: the most clicked first. *click-through*: clicks per showing, for
which one has to know what was shown. *bare IPS*: clicks divided by 1 / rank. *score alone*: the product's score without
the safety bound. *product*: `audioscape_server.scores.search`, its own functions, position bias learnt from the clicks.
"""
CELLS = """Weighted by traffic. **B** marks a mean below base - .005, **R** one below raw clicks.

"""
QUERIES = """Queries that got {many} clicks or more, over all seeds, and how many of them fell by more than {fall} NDCG
below their base order.

""".format(many=MANY_CLICKS, fall=f"{WORST_FALL:.2f}".lstrip("0"))
SMALL = """100 queries with 40 candidates, 6 days: few clicks, and little that changes its rank. Weighted by traffic.

"""
SERVED = """What the product gains where the lists that were shown are served to it: each candidate is charged for the
showings that it had, clicked or not. Weighted by traffic; the closed loop below has a row for it too.

"""
KNOWN = """Where the click model has an examination by rank, the product that knows it, beside the one that learns it.

"""
ATTACK = f"""PBM, slope 1; four honest games, and a key with 2 % of the traffic that adds 10 % fake players to a fifth
of the queries: they click one irrelevant candidate, claim rank 20, and are satisfied. Attacked queries only, by
traffic, and the first {ATTACK_SEEDS} of the seeds.

"""
LOOP = f"""42 days; each day shows the ranking made of the days before. On day 14 every query gets a new candidate of
grade 4, at rank 12 of the search engine's order. *Found*: the part of the 50 most asked queries that had it among the
first 3 within 7 days. The first {LOOP_SEEDS} of the seeds. (Before day 14 the ideal has the
newcomer already, hence the step in the picture. The dip about day 28 is when the first day leaves the window.)
A query has three other candidates of grade 4 on average: an ideal order with ties by chance has the new one among the
first 3 in 78 % of the queries on a given day, so 80 % within a week asks for nearly the ideal. On one tuning seed a
looser bound or less charge for newcomers found somewhat more; neither was adopted without measuring every cell again.

"""
TAIL = """
## What this does not show

Real people. Query back-off for rare queries, and several keys in collusion: neither is built. Base orders that get
worse while clicks are old: decay and the watch over re-ranked queries are for that. The bound and its figures are
discussed in [the decision record](../decisions/0014-search-ranking-is-held-by-the-base-order.md).
"""


def _number(value: float) -> str:
    return f"{value:.3f}".replace("0.", ".", 1)


def _with_interval(figure: Figure) -> str:
    return f"{_number(figure.mean)} ±{_number(figure.half)}"


def _difference(figure: Figure) -> str:
    return f"{figure.mean:+.3f} ±{figure.half:.3f}".replace("0.", ".")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def below_base(cell: Cell) -> bool:
    """The product's mean is below what is allowed of the base order's."""
    return (cell.traffic["product"] - cell.traffic["base"]).mean < -BELOW_BASE


def below_raw(cell: Cell) -> bool:
    """The product's mean is below that of raw clicks."""
    return (cell.traffic["product"] - cell.traffic["raw clicks"]).mean < -EQUAL


def _cells(cells: list[Cell]) -> str:
    rows = []
    for cell in cells:
        product = cell.traffic["product"]
        marks = " **B**" * below_base(cell) + " **R**" * below_raw(cell)
        others = [_number(cell.traffic[method].mean) for method in METHODS[:-1]]
        gains = [_difference(product - cell.traffic[method]) for method in ("base", "raw clicks")]
        rows.append([*cell.name, *others, f"**{_number(product.mean)}**{marks}", *gains])
    return _table(["engine", "people", "sessions", *METHODS, "- base", "- raw clicks"], rows)


def _macro(cells: list[Cell]) -> str:
    rows = [
        [
            *cell.name,
            *(_number(cell.macro[method].mean) for method in METHODS[:-1]),
            _with_interval(cell.macro["product"]),
        ]
        for cell in cells
    ]
    return _table(["engine", "people", "sessions", *METHODS], rows)


def _fallen(cells: list[Cell], method: str) -> list[float]:
    return [gain for cell in cells for gain in cell.gains[method] if gain < -WORST_FALL]


def _queries(cells: list[Cell]) -> str:
    rows = []
    for method in METHODS[1:]:
        gains = [gain for cell in cells for gain in cell.gains[method]]
        fallen = _fallen(cells, method)
        touched = sum(bool(_fallen([cell], method)) for cell in cells)
        share = f"{len(fallen)} of {len(gains)} ({len(fallen) / len(gains):.2%})"
        rows.append([method, share, f"{touched} of {len(cells)}", f"{min(gains):+.2f}", f"{mean(gains):+.3f}"])
    return _table(["", "fell", "cells with one", "worst", "mean gain"], rows)


def _served(cells: list[Cell]) -> str:
    rows = [
        [
            *cell.name,
            *(_number(cell.traffic[name].mean) for name in ("base", "product", "with lists")),
            _difference(cell.traffic["with lists"] - cell.traffic["product"]),
            f"{len(_fallen([cell], 'with lists'))}, {len(_fallen([cell], 'product'))} without",
        ]
        for cell in cells
    ]
    return _table(["engine", "people", "sessions", "base", "product", "with lists", "gain", "queries that fell"], rows)


def _known(cells: list[Cell]) -> str:
    rows = [
        [
            *cell.name,
            _number(cell.traffic["product"].mean),
            _number(cell.traffic["known"].mean),
            _difference(cell.traffic["product"] - cell.traffic["known"]),
        ]
        for cell in cells
        if "known" in cell.traffic
    ]
    return _table(["engine", "people", "sessions", "learnt", "known", "difference"], rows)


def _attacks(cells: list[Cell]) -> str:
    names = ("base", "raw clicks", "bare IPS", "uncapped", "product", "unattacked")
    rows = [
        [
            *cell.name,
            *(_number(cell.traffic[name].mean) for name in names),
            _difference(cell.traffic["product"] - cell.traffic["unattacked"]),
        ]
        for cell in cells
    ]
    return _table(["engine", "sessions", *names, "lost"], rows)


def _loops(loops: list[Loop]) -> str:
    rows = [
        [*one.name, one.method, _with_interval(one.last), f"{one.found.mean:.0%}", f"{one.median_days.mean:.1f}"]
        for one in loops
    ]
    return _table(["engine", "sessions", "ranking", "NDCG@10, last day", "found", "median days"], rows)


def _goals(main: list[Cell], served: list[Cell], attacks: list[Cell], loops: list[Loop]) -> str:
    def traffic(*name: str) -> float | None:
        found = [cell for cell in main if cell.name == name]
        return found[0].traffic["product"].mean if found else None

    rows: list[list[str]] = []

    def goal(what: str, found: float | None, wanted: float, *, most: bool = False, form: str = "{:.3f}") -> None:
        if found is not None:
            met = found <= wanted + EQUAL if most else found >= wanted - EQUAL
            sign = "at most" if most else "at least"
            rows.append([what, f"{sign} {form.format(wanted)}", form.format(found), "yes" if met else "**no**"])

    count = "{:.0f}"
    goal("cells with a mean below base - .005", sum(map(below_base, main)), 0, most=True, form=count)
    goal("cells with a mean below raw clicks", sum(map(below_raw, main)), 0, most=True, form=count)
    goal("queries that fell by more than .05", len(_fallen(main, "product")), 0, most=True, form=count)
    for engine, sessions, wanted in (
        ("strong", "20k", 0.95),
        ("strong", "200k", 0.975),
        ("weak", "20k", 0.79),
        ("weak", "200k", 0.84),
    ):
        goal(f"{engine}, pbm 1, {sessions}", traffic(engine, "pbm 1", sessions), wanted)
    for cell in served:
        lists = cell.traffic["with lists"]
        if cell.name == ("weak", "pbm 1", "200k"):
            goal("weak, pbm 1, 200k, served lists", lists.mean, 0.86)
    harmed = sum((cell.traffic["with lists"] - cell.traffic["base"]).mean < -BELOW_BASE for cell in served)
    goal("cells with served lists below base - .005", harmed, 0, most=True, form=count)
    gaps = [(cell.traffic["known"] - cell.traffic["product"]).mean for cell in main if "known" in cell.traffic]
    goal("largest gap to known examination", max(gaps), 0.015, most=True)
    for cell in attacks:
        lost = (cell.traffic["unattacked"] - cell.traffic["product"]).mean
        goal(f"lost to one key, {' '.join(cell.name)}", lost, 0.03 if cell.name[1] == "20k" else 0.005, most=True)
    for one in loops:
        if one.method != "raw clicks" and one.name[1] == "200k":
            name = f"{one.name[0]} 200k{', served lists' if one.method == 'with lists' else ''}"
            goal(f"closed loop, {name}", one.last.mean, 0.94 if one.name[0] == "weak" else 0.965)
            goal(f"found within a week, {name}", one.found.mean, 0.8, form="{:.2f}")
            goal(f"median days to find, {name}", one.median_days.mean, 2, most=True, form="{:.1f}")
    return _table(["", "wanted", "found", "met"], rows)
