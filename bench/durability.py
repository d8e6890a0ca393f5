# pyright: reportPrivateUsage=false
"""What does it cost to fsync merges and to keep their sources for a while?

    python -m bench.durability --events 1_000_000

Loads the same blocks into two new warehouses in turn, several times over in one run: one as it is, one of which the
settings of migration 0007 were taken back. Prints the speed of each turn, and the ratio of the medians.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from audioscape_server.warehouse import ROLLUPS, Warehouse
from bench.load import PER_REQUEST, event, make_block

SETTINGS = "min_rows_to_fsync_after_merge, min_compressed_bytes_to_fsync_after_merge, old_parts_lifetime"


def turn(bodies: list[bytes], events: int, block: int, *, durable: bool) -> float:
    """Load and count; return events a second."""
    with tempfile.TemporaryDirectory() as folder, Warehouse(f"chdb://{Path(folder) / 'store'}") as warehouse:
        warehouse.migrate()
        connections = warehouse._connections  # noqa: SLF001 - nobody else changes the settings of a table
        if not durable:
            for table in ("events", *ROLLUPS):
                connections.command(f"ALTER TABLE {table} RESET SETTING {SETTINGS}")
        now, requests = time.time(), block // PER_REQUEST
        spent = 0.0
        for number in range(events // block):
            rows = make_block(number * requests, requests, PER_REQUEST, bodies, now)
            began = time.perf_counter()
            warehouse.insert_block("bench", number, 0, rows)
            if warehouse.count_block("bench", number, now, now) != block:
                raise SystemExit(f"block {number} is not there")
            spent += time.perf_counter() - began
        [parts] = connections.select(
            "SELECT count() AS n, formatReadableSize(sum(bytes_on_disk)) AS size FROM system.parts WHERE NOT active",
            {},
            {},
        )
        print(
            f"{'as it is' if durable else 'without':>8}  {events / spent:>9,.0f} events/s  "
            f"{psutil.Process().memory_info().rss / 1e6:,.0f} MB resident  {parts['n']} sources kept, {parts['size']}"
        )
        return events / spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000, help="events of each turn")
    parser.add_argument("--block", type=int, default=100_000, help="events per block")
    parser.add_argument("--turns", type=int, default=3, help="turns of each kind")
    options = parser.parse_args()
    rng, now = random.Random(7), time.time()
    bodies = [json.dumps([event(now, rng) for _ in range(PER_REQUEST)]).encode() for _ in range(4_000)]
    speeds: dict[bool, list[float]] = {True: [], False: []}
    for number in range(options.turns):
        for durable in (number % 2 == 0, number % 2 != 0):
            speeds[durable].append(turn(bodies, options.events, options.block, durable=durable))
    ratio = statistics.median(speeds[True]) / statistics.median(speeds[False])
    print(f"as it is, {ratio:.1%} of the speed without")


if __name__ == "__main__":
    main()
