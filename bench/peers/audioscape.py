"""Ours, as it comes: with its loader and every rollup on the same core, and with the loader put off."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.peers.process import Served, answers, folder_bytes, free_port, started, wait_until
from bench.workload import PLACE, UNIVERSE, as_json
from bench.wrk import Target

PATH = "/analytics/v1/analytics"
_AUDIOSCAPE = [sys.executable, "-m", "audioscape_server"]


@contextmanager
def running(folder: Path, core: int | str) -> Generator[Served]:
    """With default settings, on a core or several (as taskset takes them); stored is what is loaded."""
    with _running(folder, core, stored="loaded") as served:
        yield served


@contextmanager
def running_intake_alone(folder: Path, core: int) -> Generator[Served]:
    """The loader begins after the measurement; stored is what is in the spool."""
    with _running(folder, core, "--load-interval", "3600", stored="accepted") as served:
        yield served


@contextmanager
def _running(folder: Path, core: int | str, *settings: str, stored: str) -> Generator[Served]:
    data, log, port = folder / "data", folder / "log", free_port()
    serve = [*_AUDIOSCAPE, "serve", "--data", data, "--port", str(port), *settings]
    with started(serve, core, log) as process:
        wait_until(answers(f"http://127.0.0.1:{port}/healthz"), process, log)
        create = [*_AUDIOSCAPE, "keys", "create", "--data", data, "--name", "bench", "--scope", "ingest,read"]
        key = subprocess.run([*create, "--quiet"], check=True, capture_output=True, text=True).stdout.strip()

        def status() -> dict[str, Any]:
            asked = urllib.request.Request(f"http://127.0.0.1:{port}/analytics/v1/ingest", headers={"x-api-key": key})
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return json.load(answer)

        headers = {
            "content-type": "application/json", "x-api-key": key,
            "x-universe-id": str(UNIVERSE), "x-place-id": str(PLACE),
        }  # fmt: skip
        target = Target(port, PATH, headers, as_json)
        yield Served(target, [process], lambda: int(status()[stored]), lambda: folder_bytes(data))
