"""Do dashboards and intake stand in each other's way, on one server with all cores?

A history of a quarter of a year, then in turn, each for some seconds, over HTTP on the loopback:

* intake alone, as fast as eight senders can: batches of 50, each sends its next when it is answered;
* the same beside 20 dashboards: what share of its rate is left;
* half of that rate alone: how long a 202 takes;
* half of that rate beside 20 dashboards: how long a 202 takes, and an answer.

A dashboard is one connection that asks for what the overview draws (the period and its buckets, tracks, searches,
experiences), each with a period of its own, one after the other. It rests between two answers, so that all of them take
`--rest` seconds, as for somebody who reads; `--rest 0` has each ask again at once: 20 questions under way at any time.

Senders and dashboards are processes of their own, on the same cores as the server. Prints a table, and the most memory
that the server had.

    python -m bench.together [--events 5_400_000] [--seconds 15] [--rest 30] [--dashboards 20]
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from typing import Any, Final

from audioscape_server.warehouse import Warehouse
from bench.history import DAY, END, TRACKS, asset_of, fill
from bench.ingest import folder_on
from bench.peers.audioscape import running
from bench.peers.postgres import all_cores
from bench.peers.process import PATIENCE_S, MemoryWatch, wait_for_rest
from bench.workload import SECOND, as_json, batches
from bench.wrk import Target

SENDERS, BATCH, PREPARED_BATCHES = 8, 50, 400
QUESTIONS: Final = (
    "overview?interval=day&{period}",
    "tracks?limit=5&{period}",
    "tracks/{asset}?{period}",
    "search/queries?limit=5&{period}",
    "experiences?limit=5&{period}",
)
#: Seconds after which a connection that rests is not used again.
_KEPT_S: Final = 1.0
#: Spawned, for a fork would take threads along in the middle of their work.
_PROCESSES = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Seen:
    """Milliseconds of each answer, and answers that were none: refused for a while, or broken."""

    times: list[float]
    refused: int

    def at(self, share: float) -> float:
        """A quantile, in milliseconds."""
        return statistics.quantiles(self.times, n=100, method="inclusive")[round(share * 100) - 1]


@dataclass(frozen=True, slots=True)
class Readers:
    """So many dashboards, each of which rests so many seconds in all while it asks all its questions once."""

    dashboards: int
    rest_s: float


NOBODY: Final = Readers(0, 0.0)


class _Connection:
    """One connection that tells how long each answer took."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._connection = HTTPConnection("127.0.0.1", target.port, timeout=60)
        self._used = 0.0
        self.times: list[float] = []
        self.refused = 0

    def request(self, method: str, path: str, body: bytes | None = None) -> None:
        if time.perf_counter() - self._used > _KEPT_S:
            self._connection.close()  # the server may have closed it, too; it is opened again by the request
        began = time.perf_counter()
        self._connection.request(method, path, body, dict(self._target.headers))
        answer = self._connection.getresponse()
        answer.read()
        self._used = time.perf_counter()
        if answer.status >= 300:
            self.refused += 1
        else:
            self.times.append((time.perf_counter() - began) * 1_000)


def _together(connections: Sequence[_Connection], work: Any, seconds: float, begin: Any, results: Any) -> None:
    """Run the work of each connection in a thread of its own, when all processes are ready; tell what all saw."""
    begin.wait()
    until = time.time() + seconds
    threads = [threading.Thread(target=work, args=(number, one, until)) for number, one in enumerate(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times = [took for one in connections for took in one.times]
    results.put(Seen(times, sum(one.refused for one in connections)))


def send(target: Target, batches_per_s: float, seconds: float, begin: Any, results: Any) -> None:
    """Post batches, so many a second together; 0 = each its next when it is answered."""
    bodies = [as_json(events) for events in batches(BATCH, PREPARED_BATCHES)]

    def work(number: int, connection: _Connection, until: float) -> None:
        due, step = time.time() + number / max(batches_per_s, 1.0), SENDERS / batches_per_s if batches_per_s else 0.0
        for place in range(number, 10**9, SENDERS):
            if batches_per_s:
                time.sleep(max(0.0, due - time.time()))
                due += step
            if (now := time.time()) >= until:
                return
            body = bodies[place % len(bodies)].replace(SECOND, str(int(now)))
            connection.request("POST", target.path, body.encode())

    _together([_Connection(target) for _ in range(SENDERS)], work, seconds, begin, results)


def read(target: Target, readers: Readers, seconds: float, begin: Any, results: Any) -> None:
    """Ask as dashboards do."""

    def work(number: int, connection: _Connection, until: float) -> None:
        rng = random.Random(number)
        for place in count(number):
            time.sleep(rng.random() * 2 * readers.rest_s / len(QUESTIONS))
            if time.time() >= until:
                return
            end = END // DAY * DAY - rng.randrange(30) * DAY
            period = f"from={end - 28 * DAY}&to={end}"
            asset = asset_of(int(TRACKS ** rng.random()))
            question = QUESTIONS[place % len(QUESTIONS)].format(period=period, asset=asset)
            connection.request("GET", f"/analytics/v1/{question}")

    _together([_Connection(target) for _ in range(readers.dashboards)], work, seconds, begin, results)


def beside(target: Target, seconds: float, readers: Readers, batches_per_s: float | None) -> tuple[Seen, Seen]:
    """What senders and dashboards saw in so many seconds; `batches_per_s` None = no senders."""
    of_senders, of_readers = _PROCESSES.Queue(), _PROCESSES.Queue()
    is_sent = batches_per_s is not None
    begin = _PROCESSES.Barrier(int(is_sent) + int(readers.dashboards > 0))
    processes: list[Any] = []
    if is_sent:
        processes.append(_PROCESSES.Process(target=send, args=(target, batches_per_s, seconds, begin, of_senders)))
    if readers.dashboards:
        processes.append(_PROCESSES.Process(target=read, args=(target, readers, seconds, begin, of_readers)))
    for process in processes:
        process.start()
    sent = of_senders.get(timeout=seconds + PATIENCE_S) if is_sent else Seen([], 0)
    answered = of_readers.get(timeout=seconds + PATIENCE_S) if readers.dashboards else Seen([], 0)
    for process in processes:
        process.join()
    return sent, answered


def told(name: str, sent: Seen, answered: Seen, seconds: float) -> float:
    """Print a row, and return the events that were taken in a second."""
    rate = len(sent.times) * BATCH / seconds
    intake = (
        f"{rate:9,.0f} events/s  202 p50 {sent.at(0.5):6.1f} p99 {sent.at(0.99):7.1f} ms" if sent.times else " " * 50
    )
    answers = (
        f"  {len(answered.times) / seconds:5.1f} answers/s  p50 {answered.at(0.5):7.1f} p95 {answered.at(0.95):7.1f} ms"
        if answered.times
        else ""
    )
    refused = f"  refused: {sent.refused} and {answered.refused}" if sent.refused or answered.refused else ""
    print(f"{name:36}{intake}{answers}{refused}", flush=True)
    return rate


def measure(target: Target, seconds: float, readers: Readers) -> None:
    """One row after the other."""
    beside(target, 5, NOBODY, 0.0)  # warm
    full = told("full load", *beside(target, seconds, NOBODY, 0.0), seconds)
    left = told("full load beside dashboards", *beside(target, seconds, readers, 0.0), seconds)
    half = full / 2 / BATCH
    told("half load", *beside(target, seconds, NOBODY, half), seconds)
    told("half load beside dashboards", *beside(target, seconds, readers, half), seconds)
    told("dashboards alone", *beside(target, seconds, readers, None), seconds)
    print(f"share of the full rate that is left beside dashboards: {left / full:.2f}")


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=5_400_000, help="of the history")
    parser.add_argument("--seconds", type=float, default=15, help="of each row")
    parser.add_argument("--dashboards", type=int, default=20)
    parser.add_argument(
        "--rest", type=float, default=30, help="seconds, on average, in which a dashboard asks all once"
    )
    options = parser.parse_args()
    with folder_on(None) as folder:
        data = folder / "data"
        # An installation is made before its history, or it would miss the keys that go with that.
        install = [sys.executable, "-m", "audioscape_server", "keys", "create", "--name", "first", "--data", str(data)]
        subprocess.run([*install, "--quiet"], check=True, stdout=subprocess.DEVNULL)
        warehouse = Warehouse(f"chdb://{data / 'warehouse'}")
        warehouse.open()
        warehouse.migrate()
        fill(warehouse, options.events, 90)
        warehouse.close()
        with running(folder, all_cores()) as served, MemoryWatch(served.processes) as memory:
            wait_for_rest(served.processes[0])
            measure(served.target, options.seconds, Readers(options.dashboards, options.rest))
        print(f"resident at most: {memory.peak / 1e6:,.0f} MB")


if __name__ == "__main__":
    main()
