"""What the first start of `make run` prints: commands that work as they stand."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.server import Server


def typed(command: str) -> str:
    return subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=60, check=True).stdout


def test_the_commands_that_a_first_start_prints_send_an_event_and_read_it(new_server: Callable[..., Server]) -> None:
    server = new_server(FIRST_KEY="true")
    send, ask = re.findall(r"^  (curl .*(?:\n    .*)*)", server.log.read_text(), re.MULTILINE)
    assert typed(send) == '{"accepted":1}'

    def told() -> tuple[int, int]:
        totals = json.loads(typed(ask))["totals"]
        return totals["plays"], totals["listeners"]

    eventually(told, until=(1, 1).__eq__)
    server.restart()
    assert server.log.read_text().count("Your first key") == 1
