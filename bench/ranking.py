"""How long does a search ranking take, beside a sort of the same candidates by their clicks?

100 candidates, clicks of four keys over 28 days, as many rows as a busy query has. In turn: the ranking from rows, the
ranking from clicks that were gathered before, and a plain sort. Prints milliseconds, and the ratio of each pair's time
to that of the sort beside it.

Then the whole way: a server with clicks of 200 queries of the last week is asked over HTTP to rank the 100 candidates
of a query, by Zipf's law, in turn with `/healthz`, which costs the way alone. First with nothing beside it, then while
another process posts events, which are clicks and their outcomes too. The server runs on the cores of ``--cores``, as
taskset takes them; who asks and who posts run on any.

    python -m bench.ranking [--rounds 300] [--requests 2000] [--beside 2000] [--cores 0]
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.client import HTTPConnection
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from audioscape_server.scores.search.clicks import ClickRow, gather
from audioscape_server.scores.search.model import learn
from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search.ranking import rank
from bench.peers.audioscape import running
from bench.wrk import Target

CANDIDATES, DAYS, TODAY, KEYS = 100, 28, 20_000, "abcd"
QUERIES, CLICKS, PER_REQUEST = 200, 20_000, 500
RANK = "/analytics/v1/search/rank"


def busy_query() -> list[ClickRow]:
    """Clicks on the first 40 candidates, at ranks about their own."""
    random.seed(7)
    rows: list[ClickRow] = []
    for asset in range(1, 41):
        for day in range(DAYS):
            for key in KEYS:
                clickers = random.randrange(1 + 60 // asset)
                if clickers:
                    seen = random.randrange(clickers + 1)
                    at = max(1, asset + random.randrange(-2, 3))
                    rows.append(ClickRow(asset, key, TODAY - day, at, clickers, seen, random.randrange(seen + 1)))
    return rows


class Asking:
    """One connection to the server.

    Args:
        target: where it takes events.
    """

    def __init__(self, target: Target) -> None:
        self._connection = HTTPConnection("127.0.0.1", target.port, timeout=30)
        self._target = target

    def request(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Ask, and read the whole answer."""
        self._connection.request(method, path, body, self._target.headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path} was answered {answer.status}: {content[:300]!r}")
        return content

    def post_events(self, events: list[dict[str, Any]]) -> None:
        """Post a batch."""
        self.request("POST", self._target.path, json.dumps({"events": events}).encode())


def zipf(rng: random.Random, count: int) -> int:
    """A number from 0 to count - 1; the first ones oftenest."""
    return min(count - 1, int(count ** rng.random()) - 1)


def clicks(rng: random.Random, sessions: int, days: float) -> list[dict[str, Any]]:
    """Players who click a result and listen to it, in the last days."""
    events: list[dict[str, Any]] = []
    now = time.time()
    for _ in range(sessions):
        query, place = zipf(rng, QUERIES), 1 + zipf(rng, 20)
        at = now - 60 - rng.random() * days * 86_400
        who = {"asset_id": str(1_000 * query + place), "player_id": str(rng.randrange(5_000))}
        said = {"query": f"query {query}", "rank": place}
        events.append({"type": "search_click", "timestamp": at, "metadata": said, **who})
        events.append({"type": "stop", "timestamp": at + 50, "duration": rng.choice((5, 200)), **who})
    return events


@contextmanager
def posting(target: Target, events_per_s: int) -> Generator[Callable[[], int]]:
    """Post so many events a second, in a process of its own; how many were posted."""
    # A thread would hold the interpreter while it makes events, and the answer that is timed would wait for it.
    context = get_context("spawn")
    posted, stop = context.Value("q", 0), context.Event()
    process = context.Process(target=_post, args=(target, events_per_s, posted, stop), daemon=True)
    process.start()
    while not posted.value:
        time.sleep(0.1)
    yield lambda: posted.value
    stop.set()
    process.join()


def _post(target: Target, events_per_s: int, posted: Any, stop: Any) -> None:
    rng, asking, began = random.Random(3), Asking(target), time.monotonic()
    while not stop.wait(max(0.0, began + posted.value / events_per_s - time.monotonic())):
        asking.post_events(clicks(rng, 50, 0.01))
        posted.value += 100


def ask_in_turn(asking: Asking, requests: int) -> dict[str, list[float]]:
    """Milliseconds of each request."""
    rng = random.Random(5)
    times: dict[str, list[float]] = {"rank": [], "healthz": []}
    for _ in range(requests):
        query = zipf(rng, QUERIES)
        candidates = [str(1_000 * query + place) for place in range(1, CANDIDATES + 1)]
        body = json.dumps({"query": f"Query {query}", "candidates": candidates}).encode()
        for name, method, path, sent in (("rank", "POST", RANK, body), ("healthz", "GET", "/healthz", None)):
            began = time.perf_counter()
            asking.request(method, path, sent)
            times[name].append((time.perf_counter() - began) * 1_000)
    return times


def over_http(requests: int, beside: int, cores: str) -> None:
    """Measure the whole way and print."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), cores) as served:
        asking = Asking(served.target)
        events = clicks(random.Random(1), CLICKS, 6.5)
        for first in range(0, len(events), PER_REQUEST):
            asking.post_events(events[first : first + PER_REQUEST])
        while b"unlearned" in asking.request("POST", RANK, b'{"query": "query 1", "candidates": ["1001"]}'):
            time.sleep(0.5)
        print(f"over HTTP, {CANDIDATES} candidates, {len(events)} events of {QUERIES} queries, {requests} requests")
        told("with nothing beside it", ask_in_turn(asking, requests))
        with posting(served.target, beside) as posted:
            began, before = time.monotonic(), posted()
            times = ask_in_turn(asking, requests)
            rate = (posted() - before) / (time.monotonic() - began)
        told(f"beside {rate:,.0f} events a second", times)


def told(when: str, times: dict[str, list[float]]) -> None:
    """Print what was measured."""
    ratio = statistics.median(own / way for own, way in zip(times["rank"], times["healthz"], strict=True))
    for name, found in times.items():
        p99 = statistics.quantiles(found, n=100)[98]
        print(f"{when}: {name:>8}: median {statistics.median(found):.2f} ms, p99 {p99:.2f} ms")
    print(f"{when}: a ranking takes {ratio:.1f} times the way alone")


def main() -> None:
    """Measure in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--beside", type=int, default=2_000, help="events a second")
    parser.add_argument("--cores", default="0", help="of the server, such as 0,1")
    options = parser.parse_args()
    rounds = options.rounds
    rows, candidates = busy_query(), list(range(1, CANDIDATES + 1))
    model = learn({"q": rows}, {"q": candidates}, TODAY, "bench")
    gathered = gather(rows, TODAY, model.examination, model.shares, DEFAULT)
    clicks = {asset: sum(row.clickers for row in rows if row.asset == asset) for asset in candidates}
    ways: dict[str, Callable[[], object]] = {
        "from rows": lambda: rank(candidates, gather(rows, TODAY, model.examination, model.shares, DEFAULT), model),
        "from gathered clicks": lambda: rank(candidates, gathered, model),
        "plain sort": lambda: sorted(candidates, key=lambda asset: -clicks[asset]),
    }
    times: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, work in ways.items():
            began = time.perf_counter()
            work()
            times[way].append((time.perf_counter() - began) * 1_000)
    print(f"{CANDIDATES} candidates, {len(rows)} rows, {rounds} rounds")
    for way, found in times.items():
        ratio = statistics.median(own / plain for own, plain in zip(found, times["plain sort"], strict=True))
        p99 = statistics.quantiles(found, n=100)[98]
        print(f"{way:>22}: median {statistics.median(found):.3f} ms, p99 {p99:.3f} ms, {ratio:.0f} plain sorts")
    over_http(options.requests, options.beside, options.cores)


if __name__ == "__main__":
    main()
