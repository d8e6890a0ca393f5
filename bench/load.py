"""How fast do blocks go from the spool's format to queryable, with every rollup, and into the archive?

    python -m bench.load --events 3_000_000

Prints one line per million events and a summary; use an otherwise idle machine. The events are a plausible mix:
Zipf-like assets, players that come back, 50 events per request, timestamps of the last hour and one in twenty up to 7
days late.
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


def make_block(start: int, requests: int, bodies: list[bytes], now: float) -> list[LoadBatch]:
    """Make one block from prepared bodies."""
    return [
        LoadBatch(row, "default", f"key{row % 3}", 10 + row % 5, row % 7, now, PER_REQUEST, bodies[row % len(bodies)])
        for row in range(start, start + requests)
    ]


def stored(batch: LoadBatch) -> StoredBatch:
    """As the spool holds it; every one had an Idempotency-Key."""
    digest = batch.batch.to_bytes(16)
    return StoredBatch(
        batch.batch, batch.project, batch.key, batch.universe, batch.place, batch.received_at, batch.count, 0, b"",
        digest, digest,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=3_000_000)
    parser.add_argument("--block", type=int, default=100_000, help="events per block")
    parser.add_argument("--bodies", type=int, default=8_000, help="distinct request bodies to make")
    parser.add_argument("--rest", type=int, default=15, help="seconds to wait before the last look at the memory")
    options = parser.parse_args()
    rng, now = random.Random(7), time.time()
    bodies = [json.dumps([event(now, rng) for _ in range(PER_REQUEST)]).encode() for _ in range(options.bodies)]
    process = psutil.Process()
    print(f"{options.bodies} bodies made, {process.memory_info().rss / 1e6:.0f} MB resident before the engine")
    with tempfile.TemporaryDirectory() as folder, Warehouse(f"chdb://{Path(folder) / 'store'}") as warehouse:
        warehouse.migrate()
        archive = Archive(Path(folder) / "archive", keep_s=86_400, max_bytes=2**40)
        insert = count = keep = 0.0
        peak = 0
        requests = options.block // PER_REQUEST
        blocks = options.events // options.block
        for block in range(blocks):
            rows = make_block(block * requests, requests, bodies, now)
            began = time.perf_counter()
            warehouse.insert_block("bench", block, 0, rows)
            inserted = time.perf_counter()
            held = warehouse.count_block("bench", block, now, now)
            counted = time.perf_counter()
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
        # Merges end and the allocator gives back what it can.
        time.sleep(options.rest)
        print(f"{process.memory_info().rss / 1e6:.0f} MB resident after {options.rest} s of rest")


if __name__ == "__main__":
    main()
