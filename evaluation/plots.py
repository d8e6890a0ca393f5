"""The page's two pictures, as SVG without dates, so that the same figures make the same files."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams.update({"svg.hashsalt": "audioscape", "svg.fonttype": "none", "font.size": 8, "font.family": "sans-serif"})

from matplotlib import pyplot as plt  # noqa: E402

from .loop import ARRIVAL, Loop  # noqa: E402
from .sections import Cell  # noqa: E402

COLORS = {"raw clicks": "#9a9a9a", "score alone": "#d98c3f", "product": "#2f6db5"}
LOOP_COLORS = {**COLORS, "with lists": "#3d8b57"}


def cells(found: list[Cell], file: Path) -> None:
    """Gain over the base order by cell and method, with intervals."""
    figure, axes = plt.subplots(1, 2, figsize=(8, 5), sharey=False, layout="constrained")
    for axis, engine in zip(axes, ("strong", "weak"), strict=True):
        shown = [cell for cell in found if cell.name[0] == engine]
        for shift, (method, color) in enumerate(COLORS.items()):
            gains = [cell.traffic[method] - cell.traffic["base"] for cell in shown]
            places = [-place + (1 - shift) * 0.22 for place in range(len(shown))]
            axis.errorbar(
                [gain.mean for gain in gains], places, xerr=[gain.half for gain in gains], fmt="o", ms=3, lw=1,
                color=color, label=method,
            )  # fmt: skip
        axis.axvline(0, color="black", lw=0.8)
        axis.set_yticks([-place for place in range(len(shown))], [" ".join(cell.name[1:]) for cell in shown])
        axis.set_title(f"{engine} search engine")
        axis.set_xlabel("NDCG@10 over the base order")
        axis.locator_params(axis="x", nbins=6)
        axis.grid(axis="x", lw=0.3)
    _save(figure, axes[0], file)


def loop(found: list[Loop], file: Path) -> None:
    """NDCG by day of the first seed."""
    names = list(dict.fromkeys(one.name for one in found))
    figure, axes = plt.subplots(1, len(names), figsize=(8, 2.6), sharey=True, squeeze=False, layout="constrained")
    for axis, name in zip(axes[0], names, strict=True):
        for one in found:
            if one.name == name:
                axis.plot(range(1, len(one.by_day) + 1), one.by_day, color=LOOP_COLORS[one.method], label=one.method)
        axis.axvline(ARRIVAL, color="black", lw=0.6, ls=":")
        axis.set_title(" ".join(name))
        axis.set_xlabel("day")
        axis.grid(lw=0.3)
    axes[0][0].set_ylabel("NDCG@10")
    _save(figure, axes[0][0], file)


def _save(figure: plt.Figure, named: plt.Axes, file: Path) -> None:
    """Write it, the names of ``named`` in a row above all, where they hide no mark."""
    handles, names = named.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=len(names), frameon=False)
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)
