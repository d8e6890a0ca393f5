"""The warehouse is away for a day; every event is taken all the same, and loaded once when it is back.

Time-compressed: the day's events come as fast as they are taken, while the server is told of a ClickHouse that nobody
runs. Then it is started with its own warehouse, and what is drained is timed.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from crashes import new_folder

from support.load import Load
from support.oracle import judge
from support.server import Server, free_port
from support.waiting import eventually

if TYPE_CHECKING:
    from argparse import Namespace

    from report import Report

BATCH = 500
#: Events a second of the outage that is stood for.
REAL_RATE = 1_000
#: Seconds between two words on how far it is.
WORD_S = 20.0


def outage(report: Report, options: Namespace) -> None:
    """Take a day's events without a warehouse, then drain them."""
    events = options.events or 86_400_000
    nobody = f"clickhouse://user:word@127.0.0.1:{free_port()}/audioscape"
    settings = {"SPOOL_MAX_BYTES": 2**36}
    with new_folder(report, options) as folder, Server(folder, {**settings, "WAREHOUSE": nobody}) as server:
        begun = time.monotonic()
        with Load(server, senders=8, batch=BATCH, late_retries=0.01) as load:
            while load.acknowledged < events // BATCH:
                load.wait_for(min(events // BATCH - load.acknowledged, 10_000), within=600)
                report.say(f"{load.acknowledged * BATCH:,} events taken")
        taken_s = time.monotonic() - begun
        server.configure(WAREHOUSE=None)
        begun = time.monotonic()
        server.restart()
        before = server.ingest()
        report.say(f"the warehouse is there; {before['spooled']:,} events wait")
        while (left := server.ingest()["spooled"]) and time.monotonic() - begun < events / REAL_RATE:
            report.say(f"{left:,} events wait")
            _wait_a_while(server, left)
        drained_s = time.monotonic() - begun
        verdict = judge(server, load, within=900)
        drained = before["spooled"]
        report.add(
            verdict,
            refused=load.refused,
            taken_s=taken_s,
            taken_per_s=verdict.acknowledged / taken_s,
            drained_s=drained_s,
            drained_per_s=drained / drained_s,
            times_real_time=drained / drained_s / REAL_RATE,
        )
        if load.refused:
            report.findings.append(f"{load.refused} posts were not answered 202 at once")


def _wait_a_while(server: Server, left: int) -> None:
    until = time.monotonic() + WORD_S
    eventually(
        lambda: server.ingest()["spooled"],
        until=lambda now: now == 0 or (now < left and time.monotonic() >= until),
        within=10 * WORD_S,
    )
