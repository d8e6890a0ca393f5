"""The process of a loader is killed at every step of a block, the engine in it too: each event is counted once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

#: Drains the spool of a folder and dies at the step that it is told; or, told none, says what the warehouse holds.
LOADER = """
import json, os, signal, sys
from pathlib import Path
folder, tests, step = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
sys.path.insert(0, tests)
from audioscape_server.warehouse import Warehouse
from support.loading import Node, assert_exactly_once, control_database

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Dying(Warehouse):
    def insert_block(self, *block):
        if step == "before the insert":
            die()
        super().insert_block(*block)
        if step == "after the insert":
            die()

    def count_block(self, *block):
        count = super().count_block(*block)
        if step == "after the count":
            die()
        return count

class DyingNode(Node):
    def __init__(self, *parts, **options):
        super().__init__(*parts, **options)
        run = self.running.writer.run

        def run_and_die(change):
            done = run(change)
            if step == "after the block is written down" and "write_down" in change.__code__.co_names:
                die()
            if step == "after the block is finished" and "finish" in change.__code__.co_names:
                die()
            return done

        self.running.writer.run = run_and_die
        settle = self.claims.settle

        def settle_and_die(*wanted):
            outcome = settle(*wanted)
            if step == "after the claims":
                die()
            return outcome

        self.claims.settle = settle_and_die

warehouse = Dying(f"chdb://{folder / 'warehouse'}")
with warehouse, control_database(folder) as control:
    warehouse.migrate()
    node = DyingNode(folder / "node", warehouse, control)
    if step == "send":
        for id_ in range(0, 12, 3):
            node.send(id_, id_ + 1, id_ + 2, name=f"batch {id_}")
            node.send(id_, id_ + 1, id_ + 2, name=f"batch {id_}")
    else:
        node.drain()
        assert_exactly_once(warehouse, set(range(12)), node)
        line = node.ledger()
        print(line.accepted, line.loaded, line.duplicates)
    node.stop()
"""

STEPS = [
    "after the claims",
    "after the block is written down",
    "before the insert",
    "after the insert",
    "after the count",
    "after the block is finished",
]


def run(folder: Path, step: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LOADER, str(folder), str(TESTS), step],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("steps", [STEPS[:3], STEPS[3:]], ids=["until the insert", "from the insert on"])
def test_a_loader_that_is_killed_at_every_step_loads_each_event_once(tmp_path: Path, steps: list[str]) -> None:
    sent = run(tmp_path, "send")
    assert sent.returncode == 0, sent.stderr
    for step in steps:
        assert run(tmp_path, step).returncode == -9, f"it did not come to the step {step!r}"
    done = run(tmp_path, "none")
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-3:] == ["24", "12", "12"]
