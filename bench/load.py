# pyright: reportPrivateUsage=false
"""How fast do blocks go from the spool's format to queryable, with every rollup, and into the archive?

    python -m bench.load --events 3_000_000 [--per-request 50] [--events-alone]

Prints one line per million events and a summary; use an otherwise idle machine. The events are a plausible mix:
Zipf-like assets, players that come back, timestamps of the last hour and one in twenty up to 7 days late.
``--events-alone`` takes every rollup away first: what loading would cost if they cost nothing.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

import psutil

from audioscape_server.spool import Archive, StoredBatch
from audioscape_server.warehouse import LoadBatch, Warehouse

PER_REQUEST = 50
#: The view that makes events of what is inserted.
UNPACK = "unpack"


def event(now: float, rng: random.Random) -> list[object]:
    """Make one event array as the spool keeps it."""
    type_ = rng.choices(
        ["play", "stop", "skip", "vote", "favorite", "add_to_queue", "search_click", "dance"],
        [38, 26, 11, 6, 4, 6, 8, 1],
    )[0]
    asset = min(int(rng.paretovariate(0.7)), 20_000)
    late = rng.random() * 7 * 86_400 if rng.random() < 0.05 else rng.random() * 3_600
    length = 90 + asset % 180
    duration = {"play": length, "stop": length, "skip": round(rng.random() * length, 3)}.get(type_)
    query = json.dumps({"query": f"lofi {asset % 500} beats", "rank": rng.randint(1, 20)})
    return [
        type_,
        1_800_000_000 + asset,
        now - late,
        str(rng.randint(1, 200_000)),
        duration,
        "up" if type_ == "vote" else "",
        query if type_ == "search_click" else "",
    ]


def make_block(start: int, requests: int, per_request: int, bodies: list[bytes], now: float) -> list[LoadBatch]:
    """Make one block from prepared bodies."""
    return [
        LoadBatch(row, "default", f"key{row % 3}", 10 + row % 5, row % 7, now, per_request, bodies[row % len(bodies)])
        for row in range(start, start + requests)
    ]


def drop_rollups(warehouse: Warehouse) -> None:
    """Take every view away that fills a rollup."""
    connections = warehouse._connections  # noqa: SLF001 - nobody else wants that
    views = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView'"
    for view in connections.select(views, {}, {}):
        if view["name"] != UNPACK:
            connections.command(f"DROP VIEW {view['name']} SYNC")


def stored(batch: LoadBatch) -> StoredBatch:
    """As the spool holds it; every one had an Idempotency-Key."""
    digest = batch.batch.to_bytes(16)
    return StoredBatch(
        batch.batch, batch.project, batch.key, batch.universe, batch.place, batch.received_at, batch.count, 0, b"",
        digest, digest,
    )  # fmt: skip


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=3_000_000)
    parser.add_argument("--block", type=int, default=100_000, help="events per block")
    parser.add_argument("--per-request", type=int, default=PER_REQUEST, help="events per request")
    parser.add_argument("--events-alone", action="store_true", help="without any rollup")
    parser.add_argument("--bodies", type=int, default=8_000, help="distinct request bodies to make")
    parser.add_argument("--rest", type=int, default=15, help="seconds to wait before the last look at the memory")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    rng, now = random.Random(7), time.time()
    bodies = [json.dumps([event(now, rng) for _ in range(options.per_request)]).encode() for _ in range(options.bodies)]
    process = psutil.Process()
    print(f"{options.bodies} bodies made, {process.memory_info().rss / 1e6:.0f} MB resident before the engine")
    with tempfile.TemporaryDirectory() as folder, Warehouse(f"chdb://{Path(folder) / 'store'}") as warehouse:
        warehouse.migrate()
        if options.events_alone:
            drop_rollups(warehouse)
        archive = Archive(Path(folder) / "archive", keep_s=86_400, max_bytes=2**40)
        insert = count = keep = cpu = 0.0
        peak = 0
        requests = options.block // options.per_request
        blocks = options.events // options.block
        for block in range(blocks):
            rows = make_block(block * requests, requests, options.per_request, bodies, now)
            began, began_cpu = time.perf_counter(), time.process_time()
            warehouse.insert_block("bench", block, 0, rows)
            inserted = time.perf_counter()
            held = warehouse.count_block("bench", block, now, now)
            counted = time.perf_counter()
            cpu += time.process_time() - began_cpu
            if held != options.block:
                raise SystemExit(f"block {block}: {held} of {options.block} events stored")
            batches = [stored(row) for row in rows]
            keeping = time.perf_counter()
            archive.append("bench", block, batches, [row.events for row in rows])
            kept = time.perf_counter()
            insert, count, keep = insert + inserted - began, count + counted - inserted, keep + kept - keeping
            peak = max(peak, process.memory_info().rss)
            if (block + 1) * options.block % 1_000_000 == 0:
                done = (block + 1) * options.block
                print(
                    f"{done:>12,} events  {done / (insert + count):>9,.0f}/s  insert {insert / (block + 1):.3f} s  "
                    f"count {count / (block + 1):.3f} s  archive {keep / (block + 1):.3f} s a block  "
                    f"{process.memory_info().rss / 1e6:.0f} MB"
                )
        loading = insert + count
        print(
            f"archive: {archive.bytes() / options.events:.1f} bytes an event, {keep / loading:.1%} on top of "
            f"{loading / blocks:.3f} s a block"
        )
        archive.close()
        print(f"{options.events / (loading + keep):,.0f} events/s, at most {peak / 1e6:.0f} MB resident")
        print(f"inserts, counts and the merges beside them: {cpu / options.events * 1e6:.2f} CPU s a million events")
        # Merges end and the allocator gives back what it can.
        time.sleep(options.rest)
        print(f"{process.memory_info().rss / 1e6:.0f} MB resident after {options.rest} s of rest")


if __name__ == "__main__":
    main()
