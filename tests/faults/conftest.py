"""Servers whose deadlines can be waited for; and at the end, what each test put to the proof, in numbers."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from support.oracle import VERDICTS
from support.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def paced_server(tmp_path_factory: pytest.TempPathFactory, pace: str) -> Iterator[Callable[..., Server]]:
    """As ``new_server``, at that pace."""
    with ExitStack() as running:

        def start(**settings: Any) -> Server:
            return running.enter_context(Server(tmp_path_factory.mktemp("server"), settings, tamper=pace))

        yield start


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
