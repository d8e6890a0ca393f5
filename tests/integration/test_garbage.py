"""What the collector of garbage looks at while requests wait."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SERVE = """
import gc, json, os, signal, sys
from pathlib import Path
from audioscape_server.service import serve
from audioscape_server.settings import Settings

def ready(*_):
    told = {"spared": gc.get_freeze_count(), "watched": len(gc.get_objects()), "begins": gc.get_threshold()[0]}
    print(json.dumps(told), flush=True)
    os.kill(os.getpid(), signal.SIGTERM)

serve(Settings(data=Path(sys.argv[1]), port=0), ready)
"""


def test_what_a_server_has_loaded_is_not_looked_through_while_requests_wait(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", SERVE, tmp_path / "data"], capture_output=True, text=True, check=True)
    [line] = [line for line in ran.stdout.splitlines() if line.startswith("{")]
    told = json.loads(line)
    assert told["spared"] > 50_000, "modules, routes and tables of the control database"
    assert told["watched"] < told["spared"] / 10
    assert told["begins"] > 64 * 100, "events that wait for a commit, of 64 requests, do not make it begin"
