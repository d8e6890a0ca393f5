"""On what it was measured, and whether the machine had other work: figures are worth nothing without."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

import psutil

from audioscape_server import __version__
from bench.peers import postgres

#: Processes that want a core, over the last minute and by core, from which on the machine counts as busy.
BUSY_LOAD = 0.3


def describe(disk: Path) -> dict[str, str | bool]:
    """Words about the machine and the programs."""
    load = os.getloadavg()[0]
    cores = len(os.sched_getaffinity(0))
    where = postgres.programs()
    return {
        "processor": f"{_processor()}, {cores} cores used",
        "memory": f"{psutil.virtual_memory().total / 1e9:.0f} GB",
        "disk": f"{_said('findmnt', '-no', 'FSTYPE', '-T', str(disk))} at {disk}",
        "system": f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}",
        "python": platform.python_version(),
        "audioscape": __version__,
        "influxdb": _said("influxd", "version").partition(" (")[0],
        "postgresql": _said(str(where / "postgres"), "--version") if where else "",
        "load before": f"{load:.1f}",
        "is_busy": load > BUSY_LOAD * cores,
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _said(*command: str) -> str:
    if shutil.which(command[0]) is None:
        return ""
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
