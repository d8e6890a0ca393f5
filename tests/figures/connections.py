"""Honest clients beside thousands of connections that say nothing, or nonsense, or a byte at a time."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import random
import resource
import statistics
import time
from typing import TYPE_CHECKING

from crashes import new_folder

from support.load import Load
from support.oracle import judge
from support.server import INGEST, Server
from support.waiting import eventually

if TYPE_CHECKING:
    from argparse import Namespace
    from multiprocessing.synchronize import Event

    from report import Report

#: Requests that are timed, quiet and beside the others.
TIMED = 3_000
#: Requests before the first that is timed.
WARM_UP = 500
SENDERS = 4
RATE = 100
_HEAD = f"POST {INGEST} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n".encode()
#: What hostile clients send, a byte every second where it ends without an end.
HOSTILE = (
    b"GET / HTTP/1.1\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    _HEAD + b"Content-Length: 100\r\nX-Api-Key: nobody\r\n\r\n" + b" " * 90,
    _HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n" + b"x" * 90,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 90,
)


def connections(report: Report, options: Namespace) -> None:
    """The honest clients' p99, quiet and not."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = options.idle + options.hostile + 1_000
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, hard)), hard))
    with new_folder(report, options) as folder, Server(folder) as server:
        with Timed(server, senders=SENDERS, rate=RATE) as load:
            load.wait_for(WARM_UP)
            quiet = _p99_s(load, TIMED)
            report.say(f"quiet: p99 {quiet * 1000:.1f} ms")
            for idle, hostile in ((options.idle, 0), (options.idle, options.hostile)):
                ending, ready = multiprocessing.Event(), multiprocessing.Event()
                others = multiprocessing.Process(target=_others, args=(server.port, idle, hostile, ready, ending))
                others.start()
                try:
                    eventually(ready.is_set, within=120)
                    beside = _p99_s(load, TIMED)
                finally:
                    ending.set()
                    others.join(30)
                report.say(f"beside {idle} idle and {hostile} hostile: p99 {beside * 1000:.1f} ms")
        verdict = judge(server, load)
        report.add(
            verdict,
            refused=load.refused,
            quiet_p99_ms=quiet * 1000,
            worst_beside_p99_ms=beside * 1000,
            worst_ratio=beside / quiet,
        )
        if beside > 2 * quiet:
            report.findings.append(f"p99 beside the others is {beside / quiet:.1f} times its quiet value")


class Timed(Load):
    """A load that remembers how long each answer took."""

    def _post(self, client: object, number: int) -> bool:
        begun = time.monotonic()
        settled = super()._post(client, number)  # type: ignore[arg-type]
        self.took_s.append(time.monotonic() - begun)
        return settled

    took_s: list[float] = []  # noqa: RUF012 - one load at a time


def _p99_s(load: Timed, requests: int) -> float:
    load.took_s.clear()
    load.wait_for(requests, within=600)
    return statistics.quantiles(load.took_s, n=100)[98]


def _others(port: int, idle: int, hostile: int, ready: Event, ending: Event) -> None:
    asyncio.run(_open_all(port, idle, hostile, ready, ending))


async def _open_all(port: int, idle: int, hostile: int, ready: Event, ending: Event) -> None:
    """Hold so many connections, and open each again when the server closes it."""
    sends = [None] * idle + [HOSTILE[number % len(HOSTILE)] for number in range(hostile)]
    tasks = [asyncio.create_task(_hold(port, each)) for each in sends]
    await asyncio.sleep(5)  # all of them are connected by then
    ready.set()
    await asyncio.to_thread(ending.wait)
    for task in tasks:
        task.cancel()


async def _hold(port: int, sends: bytes | None) -> None:
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.closing(writer):
                reading = asyncio.create_task(reader.read(1 << 16))
                for at in range(len(sends or b"")):
                    writer.write((sends or b"")[at : at + 1])
                    await asyncio.wait([reading], timeout=random.uniform(0.5, 1.5))
                    if reading.done():
                        break
                await reading
        await asyncio.sleep(random.uniform(0.5, 1.5))
