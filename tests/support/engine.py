"""The embedded warehouse read by a way of the tests' own: another process, plain SQL, none of the server's code.

The engine can be open in one process only, so the server must have ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_PROGRAM = """
import sys
from chdb import session
engine = session.Session(sys.argv[1])
for statement in sys.argv[2:]:
    sys.stdout.write(str(engine.query(statement, "JSONEachRow")) + "\\0")
"""


def ask(folder: Path, *statements: str, within: float = 1_800) -> list[list[dict[str, Any]]]:
    """Run statements on the warehouse in a folder; the rows of each.

    Args:
        folder: of the warehouse.
        statements: SQL.
        within: seconds that all of them may take.
    """
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder), *statements],
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
    assert done.returncode == 0, f"the warehouse cannot be read: {done.stderr[-2_000:]}"
    return [[json.loads(line) for line in answer.splitlines()] for answer in done.stdout.split("\0")[:-1]]
