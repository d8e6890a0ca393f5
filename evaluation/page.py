"""Writes docs/scoring/ranking.md: the tables, what was aimed at and whether it was met, misses included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean

from .catalogue import ATTACK_DAYS, BARS, KEYS, PUSH_SEEDS, WELL_HEARD, Push, Trending
from .loop import LOOP_SEEDS, Loop
from .sections import ATTACK_SEEDS, MANY_CLICKS, METHODS, WORST_FALL, Cell, Figure

#: By how much the product may be below the base order, by the mean of a cell.
BELOW_BASE = 0.005
#: Differences of means that are no difference.
EQUAL = 0.0005


@dataclass(frozen=True)
class Measured:
    """What the page tells, by section."""

    main: Sequence[Cell] = ()
    small: Sequence[Cell] = ()
    served: Sequence[Cell] = ()
    attacks: Sequence[Cell] = ()
    loops: Sequence[Loop] = ()
    #: By what the catalogues are like.
    trends: Mapping[str, Sequence[Trending]] = field(default_factory=dict[str, Sequence[Trending]])
    #: By which key it was.
    pushes: Mapping[str, Sequence[Push]] = field(default_factory=dict)


def page(found: Measured, *, seeds: Sequence[int]) -> str:
    """The page."""
    parts = [
        HEAD.format(seeds=f"{seeds[0]} to {seeds[-1]}", many=MANY_CLICKS, fall=f"{WORST_FALL:.2f}".lstrip("0")),
        "## What was aimed at\n\n" + GOALS + _goals(found),
        "## Click models\n\n![Gain over the base order in every cell](ranking-cells.svg)\n\n"
        + CELLS
        + _cells(found.main),
        "Each query weighing the same (macro):\n\n" + _macro(found.main),
        "## Single queries\n\n" + QUERIES + _queries(found.main),
        "## Small worlds\n\n" + SMALL + _cells(found.small),
        "## Served lists\n\n" + SERVED + _served(found.served),
        "## Position bias from clicks alone\n\n" + KNOWN + _known(found.main),
        "## One key attacks\n\n" + ATTACK + _attacks(found.attacks),
        "## Closed loop\n\n![NDCG by day in the closed loop](ranking-loop.svg)\n\n" + LOOP + _loops(found.loops),
        "## One key pushes a track\n\n" + PUSHES + _pushes(found.pushes),
        "## Trends\n\n" + TRENDED + _trends(found.trends),
        TAIL,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


HEAD = """
# How well the scores rank

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
GOALS = """Means over the seeds, with 95 % intervals where a figure is a mean. A goal is met by the mean, rounded to
.001. Of each kind of people the cell that is worst counts.

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
A query has three other candidates of grade 4 on average, so the newcomer has to be told from its equals. An ideal
order, which knows the grades and draws ties once, has it among the first 3 in 76 % of the queries behind the strong
engine, and in 79 % behind the weak one. A ranking by clicks alone that is told how often each list was shown and each
rank looked at, with a prior like the product's and no bound, finds 68 and 74 % of them at 200k sessions, 32 and 45 %
at 20k (tuning seeds 0 to 9). What holds newcomers back, and what was tried, stands in
[the decision record](../decisions/0014-search-ranking-is-held-by-the-base-order.md#what-holds-newcomers-back).

"""
PUSHES = f"""Popularity: 2,000 tracks and 40 keys with tastes of their own, four weeks. For {ATTACK_DAYS} days a key
makes up players who hear the 1,500th track to the end, favour it, vote for it and queue it, so many a day: points that
it gains. *first 100*: how many of the true first 100 the chart holds without an attack. The first {PUSH_SEEDS} of the
seeds.

"""
TRENDED = f"""20,000 tracks and {KEYS} keys, four weeks, then a day on which some are heard three times as much. Tracks,
keys and days have moods, and weekends are busier. *jumped*: of those with {WELL_HEARD:.0f} listeners a day or more, in
all catalogues; *of few*: what was flagged of the others that jumped; *z of {BARS[0]:.0f}*: false flags, and what was
flagged of those that jumped, if a trend had to surprise by so much in all of them. The product's own bar rises with the
part of the tracks that are well heard; its numbers were chosen on seeds 0 to 6.

In *calm* catalogues the mood of a track on a day has a spread of 0.2; in *wild* ones of 0.4 (lognormal), in
*heavy-tailed* ones of 0.3 (the logarithm by Student's t, three degrees of freedom). *Busy* ones have ten times the
listeners; of them each tenth track is simulated, and false flags are told for 20,000. The moods of *busy and wild*
ones have a spread of 0.3 (lognormal). Of the well-heard tracks 8 % jump, in busy ones 2 %.

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


def _cells(cells: Sequence[Cell]) -> str:
    rows = []
    for cell in cells:
        product = cell.traffic["product"]
        marks = " **B**" * below_base(cell) + " **R**" * below_raw(cell)
        others = [_number(cell.traffic[method].mean) for method in METHODS[:-1]]
        gains = [_difference(product - cell.traffic[method]) for method in ("base", "raw clicks")]
        rows.append([*cell.name, *others, f"**{_number(product.mean)}**{marks}", *gains])
    return _table(["engine", "people", "sessions", *METHODS, "- base", "- raw clicks"], rows)


def _macro(cells: Sequence[Cell]) -> str:
    rows = [
        [
            *cell.name,
            *(_number(cell.macro[method].mean) for method in METHODS[:-1]),
            _with_interval(cell.macro["product"]),
        ]
        for cell in cells
    ]
    return _table(["engine", "people", "sessions", *METHODS], rows)


def _fallen(cells: Sequence[Cell], method: str) -> list[float]:
    return [gain for cell in cells for gain in cell.gains[method] if gain < -WORST_FALL]


def _queries(cells: Sequence[Cell]) -> str:
    rows = []
    for method in METHODS[1:]:
        gains = [gain for cell in cells for gain in cell.gains[method]]
        fallen = _fallen(cells, method)
        touched = sum(bool(_fallen([cell], method)) for cell in cells)
        share = f"{len(fallen)} of {len(gains)} ({len(fallen) / len(gains):.2%})"
        rows.append([method, share, f"{touched} of {len(cells)}", f"{min(gains):+.2f}", f"{mean(gains):+.3f}"])
    return _table(["", "fell", "cells with one", "worst", "mean gain"], rows)


def _served(cells: Sequence[Cell]) -> str:
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


def _known(cells: Sequence[Cell]) -> str:
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


def _attacks(cells: Sequence[Cell]) -> str:
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


def _loops(loops: Sequence[Loop]) -> str:
    rows = [
        [*one.name, one.method, _with_interval(one.last), f"{one.found.mean:.0%}", f"{one.median_days.mean:.1f}"]
        for one in loops
    ]
    return _table(["engine", "sessions", "ranking", "NDCG@10, last day", "found", "median days"], rows)


def _pushes(pushes: Mapping[str, Sequence[Push]]) -> str:
    rows = [
        [
            name,
            *(_plain(Figure([one.by_crowd[crowd] for one in found]), "+.1f") for crowd in found[0].by_crowd),
            _plain(Figure([100 * one.overlap for one in found]), ".0f"),
        ]
        for name, found in pushes.items()
    ]
    crowds = next(iter(pushes.values()))[0].by_crowd if pushes else {}
    return _table(["", *(f"{crowd:,} a day" for crowd in crowds), "first 100"], rows)


def _trends(trends: Mapping[str, Sequence[Trending]]) -> str:
    rows = [
        [
            name,
            str(len(found)),
            _plain(Figure([one.false_flags for one in found]), ".0f"),
            str(sum(one.jumped for one in found)),
            _plain(Figure([one.recall for one in found]), ".2f"),
            f"{mean(one.recall_of_few for one in found):.2f}",
            *(
                f"{mean(one.by_bar[bar][0] for one in found):.0f}, {mean(one.by_bar[bar][1] for one in found):.2f}"
                for bar in BARS
            ),
        ]
        for name, found in trends.items()
    ]
    bars = [f"z of {bar:.0f}" for bar in BARS]
    return _table(["", "catalogues", "false flags", "jumped", "flagged of these", "of few", *bars], rows)


def _plain(figure: Figure, form: str) -> str:
    return f"{figure.mean:{form}} ±{figure.half:{form.lstrip('+')}}"


class _Goals:
    """Rows of what was wanted and what was found."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []

    def least(self, what: str, found: Figure, wanted: float, form: str = ".3f") -> None:
        self._add(what, found, f"at least {wanted:{form}}", form, met=found.mean >= wanted - EQUAL)

    def most(self, what: str, found: Figure, wanted: float, form: str = ".3f") -> None:
        self._add(what, found, f"at most {wanted:{form}}", form, met=found.mean <= wanted + EQUAL)

    def none(self, what: str, found: int) -> None:
        self.rows.append([what, "none", str(found), "", "yes" if not found else "**no**"])

    def _add(self, what: str, found: Figure, wanted: str, form: str, *, met: bool) -> None:
        low, high = found.mean - found.half, found.mean + found.half
        interval = f"{low:{form}} to {high:{form}}"
        self.rows.append([what, wanted, f"{found.mean:{form}}", interval, "yes" if met else "**no**"])


def _goals(found: Measured) -> str:
    main = found.main
    goals = _Goals()
    goals.none("cells with a mean below base - .005", sum(map(below_base, main)))
    goals.none("cells with a mean below raw clicks", sum(map(below_raw, main)))
    goals.none(f"queries of {MANY_CLICKS} clicks that fell by more than .05", len(_fallen(main, "product")))
    for engine, sessions, wanted in (
        ("strong", "20k", 0.95),
        ("strong", "200k", 0.975),
        ("weak", "20k", 0.79),
        ("weak", "200k", 0.84),
    ):
        for cell in main:
            if cell.name == (engine, "pbm 1", sessions):
                goals.least(f"{engine}, pbm 1, {sessions}", cell.traffic["product"], wanted)
    for people in dict.fromkeys(cell.name[1] for cell in main):
        for other, wanted in (("base", -BELOW_BASE), ("raw clicks", 0.0)):
            gains = [cell.traffic["product"] - cell.traffic[other] for cell in main if cell.name[1] == people]
            goals.least(f"{people}: worst cell, product - {other}", min(gains, key=lambda gain: gain.mean), wanted)
    _served_goals(goals, found.served)
    gaps = [cell.traffic["known"] - cell.traffic["product"] for cell in main if "known" in cell.traffic]
    goals.most("largest gap to known examination", max(gaps, key=lambda gap: gap.mean), 0.015)
    for cell in found.attacks:
        lost = cell.traffic["unattacked"] - cell.traffic["product"]
        goals.most(f"lost to one key, {' '.join(cell.name)}", lost, 0.03 if cell.name[1] == "20k" else 0.005)
    _loop_goals(goals, found.loops)
    _popularity_goals(goals, found)
    return _table(["", "wanted", "found", "95 % interval", "met"], goals.rows)


def _popularity_goals(goals: _Goals, found: Measured) -> None:
    for name, pushes in found.pushes.items():
        goals.most(f"points that one key gains, {name}", Figure([one.gained for one in pushes]), 10, ".1f")
    if overlaps := [one.overlap for pushes in found.pushes.values() for one in pushes]:
        goals.least("true first 100 in the chart, unattacked", Figure(overlaps), 0.93, ".2f")
    heard = f"threefold jumps flagged, {WELL_HEARD:.0f} listeners a day or more"
    for name, trends in found.trends.items():
        flags = Figure([one.false_flags for one in trends])
        goals.most(f"{name} catalogues: false flags of 20,000 tracks a day", flags, 100, ".0f")
        goals.least(f"{name} catalogues: {heard}", Figure([one.recall for one in trends]), 0.9, ".2f")


def _served_goals(goals: _Goals, served: Sequence[Cell]) -> None:
    for cell in served:
        if cell.name == ("weak", "pbm 1", "200k"):
            goals.least("weak, pbm 1, 200k, served lists", cell.traffic["with lists"], 0.86)
    harmed = sum((cell.traffic["with lists"] - cell.traffic["base"]).mean < -BELOW_BASE for cell in served)
    goals.none("cells with served lists below base - .005", harmed)


def _loop_goals(goals: _Goals, loops: Sequence[Loop]) -> None:
    for one in loops:
        if one.method != "raw clicks" and one.name[1] == "200k":
            name = f"{one.name[0]} 200k{', served lists' if one.method == 'with lists' else ''}"
            goals.least(f"closed loop, {name}", one.last, 0.94 if one.name[0] == "weak" else 0.965)
            goals.least(f"found within a week, {name}", one.found, 0.8, ".2f")
            goals.most(f"median days to find, {name}", one.median_days, 2, ".1f")
