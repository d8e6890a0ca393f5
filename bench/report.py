"""What the figures say: medians, ratios within a round, aims, as a table and as JSON.

Everything here takes and gives plain data, as it is kept in results.json, so figures can be drawn or read again later.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

#: The names under which bench.peers and bench.answers run them.
LOADER, INTAKE, INFLUXDB, PLAIN, BARE = (
    "ours, with loader", "ours, intake alone", "InfluxDB 1.6", "plain service", "bare server",
)  # fmt: skip
OURS, POSTGRES = "ours", "PostgreSQL"
FIGURES = (
    "events_per_s", "p50_ms", "p99_ms", "cpu_s_per_million", "bytes_per_event", "resident_mb", "settled_s",
    "server_busy", "client_busy",
)  # fmt: skip
#: From this share of its core on the load generator may be the limit.
CLIENT_LIMIT = 0.9

Run = Mapping[str, Any]
Json = dict[str, Any]


class Compared(NamedTuple):
    """Two servers whose events a second are compared, and by how much the first should be ahead, by batch size."""

    one: str
    other: str
    aims: Mapping[int, float]


COMPARED = (
    Compared(LOADER, INFLUXDB, {1: 2.5, 50: 2.5, 500: 2.5}),
    Compared(LOADER, PLAIN, {1: 5.0, 50: 8.0, 500: 8.0}),
    Compared(INTAKE, INFLUXDB, {50: 4.5}),
    Compared(INTAKE, BARE, {50: 0.4}),
)


def medians(runs: Iterable[Run]) -> list[Json]:
    """One row per server and batch size: the median of each figure over the rounds that did not fail."""
    grouped: dict[tuple[int, str], list[Run]] = {}
    for run in runs:
        grouped.setdefault((run["batch"], run["peer"]), []).append(run)
    rows: list[Json] = []
    for (batch, peer), several in grouped.items():
        good = [run for run in several if not run["failure"]]
        figures = {name: statistics.median(run[name] for run in good) for name in FIGURES} if good else {}
        failures = [run["failure"] for run in several if run["failure"]]
        rows.append({"peer": peer, "batch": batch, "rounds": len(good), **figures, "failures": failures})
    return sorted(rows, key=lambda row: row["batch"])


def ratios(runs: Sequence[Run]) -> list[Json]:
    """Each comparison and batch size: the median of the ratios of events a second, each within one round.

    `cpu` is the same of events a second of CPU, which other work on the machine changes less.
    """
    good = {(run["peer"], run["batch"], run["round"]): run for run in runs if not run["failure"]}
    found: list[Json] = []
    for one, other, aims in COMPARED:
        for batch in sorted({run["batch"] for run in runs}):
            numbers = {run["round"] for run in runs if run["batch"] == batch}
            pairs = [((one, batch, number), (other, batch, number)) for number in numbers]
            both = [(good[mine], good[theirs]) for mine, theirs in pairs if mine in good and theirs in good]
            several = [mine["events_per_s"] / theirs["events_per_s"] for mine, theirs in both]
            if several:
                cpu = statistics.median(their["cpu_s_per_million"] / my["cpu_s_per_million"] for my, their in both)
                found.append({
                    "one": one, "other": other, "batch": batch, "median": statistics.median(several),
                    "least": min(several), "most": max(several), "aim": aims.get(batch), "cpu": cpu,
                })  # fmt: skip
    return found


def busiest_client(runs: Iterable[Run]) -> float:
    """The largest share of its core that the load generator used."""
    return max((run["client_busy"] for run in runs if not run["failure"]), default=0.0)


def ingest_report(runs: Sequence[Run]) -> str:
    """The tables of medians and ratios."""
    head = f"{'medians':20} {'batch':>5} {'events/s':>9} {'p50 ms':>8} {'p99 ms':>8} {'CPU s/M':>8} {'B/event':>8} "
    lines = [head + f"{'MB':>6} {'visible':>8} {'server':>7} {'client':>7}"]
    for row in medians(runs):
        if row["rounds"]:
            lines.append(
                f"{row['peer']:20} {row['batch']:>5} {row['events_per_s']:>9,.0f} {row['p50_ms']:>8.2f} "
                f"{row['p99_ms']:>8.2f} {row['cpu_s_per_million']:>8.1f} {row['bytes_per_event']:>8.1f} "
                f"{row['resident_mb']:>6.0f} {row['settled_s']:>6.1f} s {row['server_busy']:>7.0%} "
                f"{row['client_busy']:>7.0%}"
            )
        lines += [f"{row['peer']:20} {row['batch']:>5} FAILED: {failure}" for failure in row["failures"]]
    busiest = busiest_client(runs)
    verdict = "it MAY BE THE LIMIT" if busiest >= CLIENT_LIMIT else "it is not the limit"
    lines += ["", f"The load generator used at most {busiest:.0%} of its core: {verdict}.", ""]
    return "\n".join([*lines, *_ratio_lines(runs)])


def _ratio_lines(runs: Sequence[Run]) -> list[str]:
    head = f"{'events/s, ratio within a round':44} {'batch':>5}"
    lines = [head + "".join(f" {name:>7}" for name in ("median", "least", "most", "by CPU")) + f" {'aim':>5}"]
    for row in ratios(runs):
        aim = "" if row["aim"] is None else f"{row['aim']:>5} {'reached' if row['median'] >= row['aim'] else 'MISSED'}"
        figures = "".join(f" {row[name]:>7.2f}" for name in ("median", "least", "most", "cpu"))
        lines.append(f"{row['one'] + ' / ' + row['other']:44} {row['batch']:>5}{figures} {aim}")
    return lines


def p95(times: Sequence[float]) -> float:
    """The time within which 95 of 100 lie; of few, the longest."""
    return statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


def answer_times(answers: Json) -> list[Json]:
    """One row per question: median and p95 in milliseconds by who answered, and the ratio of the medians."""
    by_who = answers["milliseconds"]
    rows: list[Json] = []
    for question in by_who[OURS]:
        row: Json = {"question": question}
        for who, asked in by_who.items():
            row[who] = {"median_ms": statistics.median(asked[question]), "p95_ms": p95(asked[question])}
        if POSTGRES in row:
            row["ratio"] = row[POSTGRES]["median_ms"] / row[OURS]["median_ms"]
        rows.append(row)
    return rows


def answers_report(answers: Json) -> str:
    """The table of questions; the last row is the plain scan, of which each question is also given as a share."""
    rows = answer_times(answers)
    scan = rows[-1][OURS]["median_ms"]
    has_postgres = POSTGRES in rows[0]
    sizes = ", ".join(f"{size:.1f} bytes an event {who}" for who, size in answers["bytes_per_event"].items())
    head = f"{'question, ms':32} {'median':>8} {'p95':>8} {'p95/scan':>8}"
    lines = [f"{answers['events']:,} events; {sizes}", ""]
    lines.append(head + (f"   {'PostgreSQL':>10} {'p95':>9} {'ratio':>7}" if has_postgres else ""))
    for row in rows:
        ours = row[OURS]
        line = f"{row['question']:32} {ours['median_ms']:8.1f} {ours['p95_ms']:8.1f} {ours['p95_ms'] / scan:8.2f}"
        if has_postgres:
            theirs = row[POSTGRES]
            line += f"   {theirs['median_ms']:10.1f} {theirs['p95_ms']:9.1f} {row['ratio']:7.3g}"
        lines.append(line)
    if has_postgres:
        found = answers["differences"]
        lines += ["", "Both gave the same numbers." if not found else "They DIFFER:", *found[:20]]
        size = answers["bytes_per_event"]
        lines.append(f"Bytes on the disk: ours {size[OURS] / size[POSTGRES]:.2f} of PostgreSQL's.")
    return "\n".join(lines)
