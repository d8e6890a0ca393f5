"""The figures of the Python SDK: what track() costs, what a full queue holds, what one process sustains, its size.

    python bench/bench.py [--seconds 10] [--rate 1000]

Prints; asserts nothing. The server is the conformance suite's, in a process of its own.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import platform
import statistics
import subprocess
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "src" / "audioscape"
FAULT_SERVER = HERE.parents[1] / "conformance" / "fault_server.py"

sys.path.insert(0, str(PACKAGE.parent))

from audioscape import AudioScape  # noqa: E402
from audioscape.events import MAX_EVENT_BYTES  # noqa: E402


class Nowhere:
    """A transport without a server: every attempt fails."""

    def send(self, _request, _timeout):
        """Fail."""
        raise ConnectionRefusedError

    def close(self):
        """Nothing is open."""


def track_cost(**options) -> None:
    """Microseconds of CPU of one track_play: what other work on the machine takes does not count."""
    client = AudioScape("k", endpoint="http://nowhere", transport=Nowhere(), **options)
    for i in range(1000):
        client.track_play(i, "1234567", 217.5)
    client.flush()  # fails: from now on nothing is sent meanwhile
    runs = []
    for _ in range(40):
        start = time.thread_time()
        for i in range(5000):
            client.track_play(i, "1234567", 217.5)
        runs.append((time.thread_time() - start) / 5000 * 1e6)
    client.close(0)
    print(f"  median {statistics.median(runs):.2f} µs, best {min(runs):.2f} µs")


def full_queue(metadata) -> None:
    """The memory that 500 waiting events take."""
    tracemalloc.start()
    client = AudioScape("k", endpoint="http://nowhere", transport=Nowhere())
    before, _ = tracemalloc.get_traced_memory()
    for i in range(600):
        client.track("session", asset_id=i, player_id="1234567", metadata=metadata)
    assert client.stats.queued == 500
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.reset_peak()
    client.flush()  # a batch is composed and fails: the peak of an attempt
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    client.close(0)
    print(f"  waiting {(after - before) / 2**20:.2f} MiB, while a batch is sent {(peak - before) / 2**20:.2f} MiB")


def sustained(rate: int, seconds: float) -> None:
    """Track at a steady rate with default settings against a real server, then close."""
    server = subprocess.Popen([sys.executable, str(FAULT_SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    client = AudioScape("k", endpoint=json.loads(server.stdout.readline())["events"])
    start, cpu, highest, tracked = time.perf_counter(), time.process_time(), 0, 0
    slowest = 0.0
    while (elapsed := time.perf_counter() - start) < seconds:
        while tracked < elapsed * rate:
            before = time.perf_counter()
            client.track_play(tracked, "1234567", 217.5)
            slowest = max(slowest, time.perf_counter() - before)
            tracked += 1
        highest = max(highest, client.stats.queued)
        time.sleep(0.002)
    cpu = time.process_time() - cpu
    took = time.perf_counter() - start
    client.close()
    server.stdin.close()
    server.wait()
    server.stdout.close()
    stats = client.stats
    print(f"  {tracked / took:.0f} events/s for {took:.1f} s: {stats.accepted} accepted, {stats.dropped} dropped")
    print(f"  highest queue {highest} of 500, slowest track() {slowest * 1e3:.2f} ms, CPU {cpu / took:.1%} of a core")


def size() -> None:
    files = sorted(PACKAGE.glob("*.py"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    plain = sum(file.stat().st_size for file in files)
    lines = sum(len(file.read_text("utf-8").splitlines()) for file in files)
    print(
        f"  {len(files)} modules, {lines} lines, {plain / 1024:.0f} KiB, {len(packed.getvalue()) / 1024:.0f} KiB zipped"
    )


def main() -> None:
    logging.disable()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to sustain the rate")
    parser.add_argument("--rate", type=int, default=1000, help="events a second")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}")
    print("track(), queue not full (target: under 5 µs)")
    track_cost(max_queue_size=1_000_000)
    print("track(), queue full, each call drops the oldest")
    track_cost()
    print("full queue of 500 events with three keys of metadata (target: under 16 MB)")
    full_queue({"query": "lofi study beats", "rank": 2, "room": "red"})
    print(f"full queue of 500 events of the largest size, {MAX_EVENT_BYTES} bytes")
    full_queue({"text": "x" * (MAX_EVENT_BYTES - 150)})
    print(f"{options.rate} events/s with default settings (target: nothing dropped)")
    sustained(options.rate, options.seconds)
    print("package")
    size()


if __name__ == "__main__":
    main()
