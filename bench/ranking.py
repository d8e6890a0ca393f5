"""How long does a search ranking take, beside a sort of the same candidates by their clicks?

100 candidates, clicks of four keys over 28 days, as many rows as a busy query has. In turn: the ranking from rows, the
ranking from clicks that were gathered before, and a plain sort. Prints milliseconds, and the ratio of each pair's time
to that of the sort beside it.

    python -m bench.ranking [--rounds 300]
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from collections.abc import Callable

from audioscape_server.scores.search.clicks import ClickRow, gather
from audioscape_server.scores.search.model import learn
from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search.ranking import rank

CANDIDATES, DAYS, TODAY, KEYS = 100, 28, 20_000, "abcd"


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


def main() -> None:
    """Measure in turn and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
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


if __name__ == "__main__":
    main()
