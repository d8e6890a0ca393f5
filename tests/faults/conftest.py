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


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Send what a test put to the proof along with its report: to another process, where tests run in several."""
    if call.when == "call":
        item.user_properties += [("verdict", (one.acknowledged, one.lost, one.doubled)) for one in VERDICTS]
        VERDICTS.clear()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call"
    ]
    rows = [
        (report.nodeid, report.duration, *numbers)
        for report in reports
        for name, numbers in report.user_properties
        if name == "verdict"
    ]
    if not rows:
        return
    terminalreporter.section("what was put to the proof: events acknowledged, lost, doubled; seconds")
    for test, seconds, acknowledged, lost, doubled in rows:
        terminalreporter.write_line(f"{acknowledged:>10,} {lost:>7,} {doubled:>7,} {seconds:>8.1f}  {test}")
    acknowledged, lost, doubled = (sum(row[column] for row in rows) for column in (2, 3, 4))
    took = sum({test: seconds for test, seconds, *_ in rows}.values())
    terminalreporter.write_line(
        f"{acknowledged:>10,} {lost:>7,} {doubled:>7,} {took:>8.1f}"
        "  in all; what the tests called controls lose, they must"
    )
