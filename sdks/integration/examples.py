"""Programs as they stand in a README or on a page, run with an SDK as it was built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from sessions import SDKS

if TYPE_CHECKING:
    from pathlib import Path


def run_python(code: str, build: Path, folder: Path) -> None:
    program = folder / "example.py"
    program.write_text(code, "utf-8")
    run([sys.executable, str(program)], folder, {"PYTHONPATH": str(build)})


def run_javascript(code: str, build: Path, folder: Path) -> None:
    # What npm would put there.
    package = folder / "node_modules" / "audioscape"
    package.mkdir(parents=True)
    shutil.copy(SDKS / "javascript" / "package.json", package)
    shutil.copytree(build, package / "dist")
    program = folder / "example.mjs"
    program.write_text(code, "utf-8")
    run(["node", str(program)], folder, {})


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


def world_of(source: Path) -> Any:
    """A game on Roblox's servers, for which the module of a folder stands in ServerStorage."""
    sys.path.append(str(SDKS / "luau" / "tests"))
    from roblox import World  # noqa: PLC0415 - needs the VM

    return World(source=source, wall=time.time())
