"""Puts the figures of a run on a page, between the comments that mark their places, and the pictures into a folder.

    python -m bench.page bench-results/results.json docs/performance.md

What stands between ``<!-- intake -->`` and ``<!-- /intake -->`` is replaced by the rounds of load, what stands between
``<!-- questions -->`` and ``<!-- /questions -->`` by the answers. A part that the run has not measured stays as it is,
and so does all else. The pictures' folder is beside the page, with its name.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import plots
from bench.report import OURS, POSTGRES, Run, answer_times, busiest_client, medians, ratios

Results = Mapping[str, Any]


class PageError(Exception):
    """The page has no place for the figures; the text says which."""


def put(page: str, results: Results, pictures: str) -> str:
    """The page with the figures of a run.

    Args:
        page: Markdown.
        results: as `python -m bench` writes them.
        pictures: the folder of the pictures, as seen from the page.

    Raises:
        PageError: it has no place for them.
    """
    if results.get("ingest"):
        page = _between(page, "intake", _intake(results, pictures))
    if results.get("answers"):
        page = _between(page, "questions", _questions(results, pictures))
    return page


def _between(page: str, name: str, text: str) -> str:
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if len(pattern.findall(page)) != 1:
        raise PageError(f"the page must have one place <!-- {name} --> … <!-- /{name} -->, each on a line of its own")
    return pattern.sub(lambda found: f"{found[1]}\n{text}\n\n{found[2]}", page)


def _run(results: Results) -> str:
    """By which command, when, on what."""
    machine = results["machine"]
    peers = [machine[name] for name in ("influxdb", "postgresql") if machine[name]]
    programs = [f"Python {machine['python']}", f"AudioScape {machine['audioscape']}", *peers]
    parts = [machine["processor"], machine["memory"], machine["disk"], machine["system"], *programs]
    busy = " The machine was busy with other work: compare within this run only." if machine["is_busy"] else ""
    return f"`{results['command']}` on {results['began'][:10]}: {'; '.join(parts)}.{busy}"


def _intake(results: Results, pictures: str) -> str:
    runs = results["ingest"]
    rounds = max(run["round"] for run in runs) + 1
    about = (
        f"Medians of {rounds} round{'s' if rounds > 1 else ''}. `busy` is the server's share of its core; the load "
        f"generator used at most {busiest_client(runs):.0%} of its own."
    )
    return "\n\n".join([
        _run(results),
        about,
        _servers(runs),
        f"![Events taken in by one core]({pictures}/ingest.svg)",
        "Ratios of events a second, each within a round; `by CPU` are those of events a second of CPU:",
        _compared(runs),
        f"![99th percentile of an answer]({pictures}/latency.svg)",
        f"![CPU for a million events]({pictures}/cpu.svg)",
    ])  # fmt: skip


def _servers(runs: Sequence[Run]) -> str:
    head = ("batch", "server", "events/s", "p50", "p99", "CPU s a million", "bytes an event", "memory", "visible after",
            "busy")  # fmt: skip
    rows: list[Sequence[str]] = []
    for row in medians(runs):
        names = (str(row["batch"]), row["peer"])
        if row["rounds"]:
            rows.append((
                *names, f"{row['events_per_s']:,.0f}", f"{row['p50_ms']:.1f} ms", f"{row['p99_ms']:.1f} ms",
                f"{row['cpu_s_per_million']:.1f}", f"{row['bytes_per_event']:.0f}", f"{row['resident_mb']:,.0f} MB",
                f"{row['settled_s']:.1f} s", f"{row['server_busy']:.0%}",
            ))  # fmt: skip
        rows += [(*names, f"failed: {failure}", *[""] * 7) for failure in row["failures"]]
    return _table(head, rows)


def _compared(runs: Sequence[Run]) -> str:
    rows = [
        (
            f"{one['one']} / {one['other']}", str(one["batch"]), f"**{one['median']:.2f}**",
            f"{one['least']:.2f} to {one['most']:.2f}", f"{one['cpu']:.2f}", _aim(one["median"], one["aim"]),
        )
        for one in ratios(runs)
    ]  # fmt: skip
    return _table(("", "batch", "median", "rounds", "by CPU", "aim"), rows)


def _aim(reached: float, aim: float | None) -> str:
    return "" if aim is None else f"{aim:g}: {'reached' if reached >= aim else 'missed'}"


def _questions(results: Results, pictures: str) -> str:
    answers = results["answers"]
    rows = answer_times(answers)
    scan = rows[-1][OURS]["median_ms"]
    has_postgres = POSTGRES in rows[0]
    told: list[Sequence[str]] = []
    for row in rows:
        ours = row[OURS]
        cells = [row["question"], *_times(ours), f"{ours['p95_ms'] / scan:.2f}"]
        told.append([*cells, *_times(row[POSTGRES]), f"**{row['ratio']:.3g}**"] if has_postgres else cells)
    head = ["", "ours, median", "p95", "p95 / plain scan"]
    sizes = "; ".join(f"{who} {size:.1f}" for who, size in answers["bytes_per_event"].items())
    parts = [_run(results), f"{answers['events']:,} events. Bytes an event on the disk: {sizes}."]
    if has_postgres:
        head += ["PostgreSQL, median", "p95", "ratio of the medians"]
        differ = answers["differences"]
        same = (
            f"Both gave the same numbers each time, and the {answers['estimates']:,} estimates of listeners were as "
            "close as promised."
        )
        parts.append(f"**The answers differ**: {'; '.join(differ[:5])}" if differ else same)
    return "\n\n".join([*parts, _table(head, told), f"![Questions]({pictures}/answers.svg)"])


def _times(times: Mapping[str, float]) -> tuple[str, str]:
    return f"{times['median_ms']:,.1f} ms", f"{times['p95_ms']:,.1f} ms"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in line)} |" for line in lines
    )


def main() -> None:
    """Rewrite the page, draw the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="the results.json of a run")
    parser.add_argument("page", type=Path, help="the page that quotes it")
    options = parser.parse_args()
    results = json.loads(options.results.read_text("utf-8"))
    pictures = options.page.with_suffix("")
    try:
        text = put(options.page.read_text("utf-8"), results, pictures.name)
    except PageError as error:
        raise SystemExit(f"{options.page}: {error}") from None
    options.page.write_text(text, "utf-8")
    print("\n".join(str(path) for path in [options.page, *plots.draw(results, pictures)]))


if __name__ == "__main__":
    main()
