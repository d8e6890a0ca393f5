"""How many events a second one worker on one core takes in, stored durably, and what share of that is our own work.

Two servers in turn, pinned to one core, the load generator (wrk) on the other: the real one, and the same one with
validation and spool switched out. Batches of 50 events (about 5.8 KB), 64 connections. The ratio is taken pair by pair,
so that it holds when the machine's speed drifts. Needs wrk (Debian: apt-get install wrk).

    python bench/ingest.py [--pairs 5] [--seconds 8]
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

BATCH = 50
CONNECTIONS = 64
SERVER_CORE, LOAD_CORE = 0, 1
PORT = 8471
TYPES = ("play", "stop", "skip", "vote", "favorite", "search_click")


def batch(rng: random.Random) -> str:
    """One batch, as a busy game server sends it."""
    return json.dumps({"events": [event(rng) for _ in range(BATCH)]})


def event(rng: random.Random) -> dict[str, object]:
    kind = rng.choice(TYPES)
    made: dict[str, object] = {
        "type": kind,
        "asset_id": str(rng.randrange(10**9, 10**10)),
        "timestamp": int(time.time()),
        "player_id": str(rng.randrange(10**8, 10**9)),
    }
    if kind in ("play", "stop", "skip"):
        made["duration"] = round(rng.random() * 200, 1)
    if kind == "vote":
        made["value"] = "up"
    if kind == "search_click":
        made["metadata"] = {"query": "lofi study beats", "rank": rng.randrange(1, 20)}
    return made


def measure(command: list[str], folder: Path, script: Path, seconds: int) -> tuple[float, float]:
    """Requests a second of a server under load, and its resident memory in MB afterwards."""
    server = subprocess.Popen(
        ["taskset", "-c", str(SERVER_CORE), *command], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        wait_until_ready()
        key = subprocess.run(
            [
                sys.executable,
                "-m",
                "audioscape_server",
                "keys",
                "create",
                "--data",
                folder,
                "--name",
                "bench",
                "--quiet",
            ],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        script.write_text(script_for(key))
        run_wrk(script, 2)
        rate = run_wrk(script, seconds)
        status = Path(f"/proc/{server.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return rate, int(found[1]) / 1024 if found else 0.0
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def script_for(key: str) -> str:
    body = batch(random.Random(7))
    return (
        'wrk.method = "POST"\nwrk.headers["content-type"] = "application/json"\n'
        f'wrk.headers["x-api-key"] = "{key}"\nwrk.body = [==[{body}]==]\n'
    )


def run_wrk(script: Path, seconds: int) -> float:
    url = f"http://127.0.0.1:{PORT}/analytics/v1/analytics"
    done = subprocess.run(
        ["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}", "-s", script, url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in done:
        sys.exit(f"the server refused requests:\n{done}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", done)
    return float(found[1]) if found else sys.exit(done)


def wait_until_ready() -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=8)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is missing: apt-get install wrk")
    real: list[float] = []
    loading: list[float] = []
    bare: list[float] = []
    memory = 0.0
    for _ in range(options.pairs):
        with tempfile.TemporaryDirectory() as folder:
            data, script = Path(folder), Path(folder) / "wrk.lua"
            serve = [sys.executable, "-m", "audioscape_server", "serve", "--data", folder, "--port", str(PORT)]
            # Loading later measures intake alone; loading at once measures both on the one core.
            real.append(measure([*serve, "--load-interval", "3600"], data, script, options.seconds)[0])
        with tempfile.TemporaryDirectory() as folder:
            data, script = Path(folder), Path(folder) / "wrk.lua"
            serve = [sys.executable, "-m", "audioscape_server", "serve", "--data", folder, "--port", str(PORT)]
            rate, memory = measure(serve, data, script, options.seconds)
            loading.append(rate)
        with tempfile.TemporaryDirectory() as folder:
            data, script = Path(folder), Path(folder) / "wrk.lua"
            command = [sys.executable, str(Path(__file__).with_name("bare_server.py")), folder, str(PORT)]
            bare.append(measure(command, data, script, options.seconds)[0])
    ratios = [one / other for one, other in zip(real, bare, strict=True)]
    show("intake alone, stored durably", real)
    show("intake and loader on the same core", loading)
    show("without validation and spool", bare)
    print(
        f"intake alone / without validation and spool: {statistics.median(ratios):.2f}"
        f" ({min(ratios):.2f} to {max(ratios):.2f})"
    )
    print(f"resident memory after intake and loading: {memory:.0f} MB")


def show(name: str, rates: list[float]) -> None:
    middle = statistics.median(rates)
    print(
        f"{name}: {middle:,.0f} requests/s = {middle * BATCH:,.0f} events/s"
        f" ({min(rates):,.0f} to {max(rates):,.0f} requests/s)"
    )


if __name__ == "__main__":
    main()
