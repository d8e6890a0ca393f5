"""The programs that the measurement needs beside Python's, from Debian's packages.

They are installed where they are missing; services that their packages start on the way are stopped again, because the
measurement starts its own and wants the machine for itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from bench.peers import postgres

#: Package -> what it is for.
NEEDED = {"wrk": "the load generator", "influxdb": "InfluxDB 1.6", "postgresql": "PostgreSQL"}
#: Packages that bring a service.
SERVICES = ("influxdb", "postgresql")


def missing() -> list[str]:
    """Packages whose programs are not here."""
    has = {
        "wrk": shutil.which("wrk"),
        "influxdb": shutil.which("influxd"),
        "postgresql": postgres.programs(),
    }
    return [package for package in NEEDED if not has[package]]


def install() -> list[str]:
    """Install what is missing; returns what still is, after it said so."""
    wanted = missing()
    if not wanted:
        return []
    command = f"apt-get install {' '.join(wanted)}"
    if os.geteuid() or shutil.which("apt-get") is None:
        print("\n".join(f"{NEEDED[package]} is missing and left out." for package in wanted))
        print(f"Only root can install it, on Debian or Ubuntu: sudo {command}", flush=True)
        return wanted
    print(f"Installing {', '.join(wanted)}.", flush=True)
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=False, env=env)
    options = ["-y", "-qq", "--no-install-recommends"]
    done = subprocess.run(
        ["apt-get", "install", *options, *wanted], check=False, env=env, capture_output=True, text=True
    )
    if done.returncode:
        print(f"{command} failed: {done.stderr[-500:]}", flush=True)
    if Path("/run/systemd/system").exists():
        for service in set(wanted) & set(SERVICES):
            subprocess.run(["systemctl", "disable", "--now", "--quiet", service], check=False)
    return missing()
