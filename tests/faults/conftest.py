"""After the tests of faults: what each put to the proof, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.oracle import VERDICTS

if TYPE_CHECKING:
    import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not VERDICTS:
        return
    took = {
        report.nodeid: report.duration
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
    }
    write = terminalreporter.write_line
    terminalreporter.section("what was put to the proof: events acknowledged, lost, doubled; seconds")
    for test, verdict in VERDICTS:
        seconds = took.get(test, 0.0)
        write(f"{verdict.acknowledged:>10,} {verdict.lost:>7,} {verdict.doubled:>7,} {seconds:>8.1f}  {test}")
    write(
        f"{sum(verdict.acknowledged for _, verdict in VERDICTS):>10,}"
        f" {sum(verdict.lost for _, verdict in VERDICTS):>7,}"
        f" {sum(verdict.doubled for _, verdict in VERDICTS):>7,} {sum(took.values()):>8.1f}"
        "  in all; what the tests called controls lose, they must"
    )
