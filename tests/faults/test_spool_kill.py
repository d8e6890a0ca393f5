"""The writer is killed at any moment: every batch that was acknowledged is there afterwards."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

from support.spools import look_into, reading, running_writer

TESTS = Path(__file__).parents[1]

#: Appends from several requests at once, for ever; says on standard output which batches were acknowledged.
APPENDER = """
import asyncio, json, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from support.spools import NOW, new_batch
from audioscape_server.spool import SpoolWriter

writer = SpoolWriter(Path(sys.argv[1]), max_bytes=2**40, reserve_bytes=0, clock=lambda: NOW)
writer.start()
first = int(sys.argv[3])

async def appends(lane):
    for number in range(lane, 10**9, 8):
        await writer.append(new_batch(content=json.dumps(first + number).encode()))
        os.write(1, b"%d\\n" % (first + number))

async def all_lanes():
    await asyncio.gather(*(appends(lane) for lane in range(8)))

asyncio.run(all_lanes())
"""


def test_kill_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    random_ = random.Random()
    acknowledged: set[int] = set()
    for life in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(path), str(TESTS), str(life * 1_000_000)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        for _ in range(random_.randrange(1, 400)):
            acknowledged.add(int(process.stdout.readline()))
        process.kill()
        rest = process.stdout.read().splitlines(keepends=True)
        acknowledged.update(int(line) for line in rest if line.endswith(b"\n"))
        process.stdout.close()
        process.wait()
        with reading(path) as spool:
            assert all(line.balanced for line in spool.ledger())
            [line] = spool.ledger()
            assert spool.recount() == {"default": (line.spooled, 0)}
    [(last,)] = look_into(path, "SELECT max(batch) FROM batches")
    with running_writer(path) as running:
        batches = running.writer.run(lambda spool: spool.batches_of(spool.write_down(1, last)))
    found = [json.loads(batch.content()) for batch in batches]
    assert acknowledged - set(found) == set(), "acknowledged batches are lost"
    assert len(found) == len(set(found))
    assert len({batch.batch for batch in batches}) == last, "no number was used twice or left out"
