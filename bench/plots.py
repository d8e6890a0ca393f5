"""Draws results.json as SVG: bars on a logarithmic scale, each with its figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from bench.report import BARE, INFLUXDB, INTAKE, LOADER, OURS, PLAIN, POSTGRES, answer_times, medians

COLORS = {
    LOADER: "#4c51bf", INTAKE: "#8f93e6", INFLUXDB: "#2f9e76", PLAIN: "#c77d2e", BARE: "#9aa0a6",
    OURS: "#4c51bf", POSTGRES: "#c77d2e",
}  # fmt: skip
WIDTH, LEFT, RIGHT, BAR, GAP, TOP = 760, 210, 90, 14, 10, 64

#: A group's name, and its bars: whose, and how much.
Group = tuple[str, Mapping[str, float]]


def bars(title: str, unit: str, groups: Sequence[Group]) -> str:
    """A picture of horizontal bars in groups.

    Args:
        title: what it shows.
        unit: of the figures; which way is better belongs here.
        groups: one row each; figures are positive.
    """
    figures = [value for _, several in groups for value in several.values() if value > 0]
    low = 10 ** math.floor(math.log10(min(figures)))
    decades = max(1, math.ceil(math.log10(max(figures) / low)))
    scale = (WIDTH - LEFT - RIGHT) / decades
    names = list(dict.fromkeys(name for _, several in groups for name in several))
    parts: list[str] = []
    at = TOP
    for group, several in groups:
        middle = at + len(several) * BAR / 2 + 4
        parts.append(f'<text x="{LEFT - 8}" y="{middle:.0f}" text-anchor="end">{escape(group)}</text>')
        for name, value in several.items():
            length = max(1.0, math.log10(value / low) * scale) if value > 0 else 0.0
            parts.append(
                f'<rect x="{LEFT}" y="{at}" width="{length:.1f}" height="{BAR - 2}" fill="{COLORS[name]}"/>'
                f'<text x="{LEFT + length + 4:.1f}" y="{at + BAR - 4}" class="f">{_figure(value)}</text>'
            )
            at += BAR
        at += GAP
    lines = [_tick(LEFT + number * scale, low * 10**number, at) for number in range(decades + 1)]
    keys: list[str] = []
    x = 12
    for name in names:
        keys.append(f'<rect x="{x}" y="36" width="10" height="10" fill="{COLORS[name]}"/>')
        keys.append(f'<text x="{x + 14}" y="45">{escape(name)}</text>')
        x += 30 + 7 * len(name)
    height = at + 24
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(title)}">\n'
        "<style>text{font:12px sans-serif;fill:#222}.f{font-size:11px}.t{font-size:11px;fill:#666}"
        ".h{font-size:14px;font-weight:bold}</style>\n"
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n'
        f'<text x="12" y="22" class="h">{escape(title)} ({escape(unit)})</text>\n'
        + "\n".join([*keys, *lines, *parts])
        + "\n</svg>\n"
    )


def _tick(x: float, value: float, bottom: int) -> str:
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{bottom}" stroke="#ddd"/>'
        f'<text x="{x:.1f}" y="{bottom + 14}" text-anchor="middle" class="t">{_figure(value)}</text>'
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def draw(results: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write a picture of each part of the results that is there; returns the files."""
    made: dict[str, str] = {}
    rows = [row for row in medians(results.get("ingest", [])) if row["rounds"]]
    if rows:
        for file, title, unit, figure in (
            ("ingest", "Events taken in by one core", "events/s, more is better", "events_per_s"),
            ("latency", "99th percentile of an answer, 64 requests under way", "ms, less is better", "p99_ms"),
            ("cpu", "CPU for a million events, until visible", "seconds, less is better", "cpu_s_per_million"),
        ):
            by_batch: dict[int, dict[str, float]] = {}
            for row in rows:
                by_batch.setdefault(row["batch"], {})[row["peer"]] = row[figure]
            made[file] = bars(title, unit, [(f"batches of {batch}", several) for batch, several in by_batch.items()])
    if results.get("answers"):
        answers = results["answers"]
        groups = [
            (row["question"], {who: row[who]["median_ms"] for who in (OURS, POSTGRES) if who in row})
            for row in answer_times(answers)
        ]
        made["answers"] = bars(f"Questions about {answers['events']:,} events", "ms, median, less is better", groups)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / f"{name}.svg").write_text(text, "utf-8")
    return [folder / f"{name}.svg" for name in made]
