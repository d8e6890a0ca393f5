"""Whether honest clients notice thousands of idle and hostile connections: their latency, quiet and under attack.

The server on one core; the honest client and the attackers, each a process of its own, on the other. Honest: batches
of 50 events at a fixed rate, each on a new connection (an attack on connections must be felt here first). Idle:
connections that send nothing, opened again when they are closed. Hostile, a quarter each: headers a byte at a time; a
valid key's body a byte at a time; wrong keys with 100 kB bodies, once a second; answers that nobody reads.

    python -m bench.connections [--idle 3000] [--hostile 1000] [--seconds 30]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bench.workload import SECOND, as_json, batches

SERVER_CORE, CLIENT_CORE = 0, 1
HOST, PORT = "127.0.0.1", 8472
PATH = "/analytics/v1/analytics"
#: Honest requests a second.
RATE = 50

Attack = Callable[[str], Coroutine[Any, Any, None]]


def post(key: str, length: int) -> bytes:
    """The headers of a post."""
    return (
        f"POST {PATH} HTTP/1.1\r\nHost: {HOST}\r\nx-api-key: {key}\r\ncontent-type: application/json\r\n"
        f"content-length: {length}\r\n\r\n"
    ).encode()


async def idle(_: str) -> None:
    """Says nothing until it is closed."""
    reader, writer = await asyncio.open_connection(HOST, PORT)
    await reader.read(1)
    writer.close()


async def _drip(text: bytes, then: bytes) -> None:
    reader, writer = await asyncio.open_connection(HOST, PORT)
    writer.write(text)
    answered = False
    while not answered:
        writer.write(then)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await reader.read(1)
                answered = True
    writer.close()


async def slow_headers(_: str) -> None:
    """A byte of a header each second."""
    await _drip(f"POST {PATH} HTTP/1.1\r\nx-slow: ".encode(), b"x")


async def slow_body(key: str) -> None:
    """A valid key, and a byte of the body each second."""
    await _drip(post(key, 10_000), b"{")


async def wrong_keys(_: str) -> None:
    """Guesses keys, with large bodies."""
    reader, writer = await asyncio.open_connection(HOST, PORT)
    for _attempt in range(10):
        writer.write(post(f"as_live_{random.randrange(10**12):012}_nonsense", 100_000) + bytes(100_000))
        await reader.read(4096)
        await asyncio.sleep(1)
    writer.close()


async def unread(_: str) -> None:
    """Asks for much and takes nothing."""
    reader, writer = await asyncio.open_connection(HOST, PORT, limit=1)
    transport: Any = writer.transport
    transport.pause_reading()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(60):
            while True:
                writer.write(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 100)
                await writer.drain()
    writer.close()
    del reader


async def _again_and_again(attack: Attack, key: str) -> None:
    await asyncio.sleep(random.random() * 5)
    while True:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await attack(key)
        await asyncio.sleep(random.random())


async def besiege(idle_: int, hostile: int, key: str) -> None:
    """Attack until killed."""
    kinds: list[Attack] = [slow_headers, slow_body, wrong_keys, unread]
    attacks: list[Attack] = [idle] * idle_ + [kinds[number % len(kinds)] for number in range(hostile)]
    await asyncio.gather(*(_again_and_again(attack, key) for attack in attacks))


async def honest(key: str, seconds: float) -> list[tuple[float, bool]]:
    """Seconds that each answer took, and whether it was 202."""
    [events] = batches(50, 1)
    body = as_json(events).replace(SECOND, str(int(time.time()))).encode()
    took: list[tuple[float, bool]] = []

    async def one() -> None:
        started = time.perf_counter()
        status = b""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(30):
                reader, writer = await asyncio.open_connection(HOST, PORT)
                writer.write(post(key, len(body)) + body)
                status = await reader.readline()
                writer.close()
        took.append((time.perf_counter() - started, b" 202 " in status))

    tasks: set[asyncio.Task[None]] = set()
    ends_at = time.perf_counter() + seconds
    while time.perf_counter() < ends_at:
        tasks.add(asyncio.create_task(one()))
        await asyncio.sleep(1 / RATE)
    await asyncio.gather(*tasks)
    return took


def told(name: str, took: list[tuple[float, bool]]) -> None:
    """Print a row."""
    times = sorted(seconds * 1_000 for seconds, _ in took)
    at = [times[int(len(times) * share)] for share in (0.5, 0.95, 0.99)]
    lost = sum(not well for _, well in took)
    print(
        f"{name:10} n={len(times)} p50={at[0]:.1f} ms p95={at[1]:.1f} ms p99={at[2]:.1f} ms max={times[-1]:.1f} "
        f"ms, not 202: {lost}",
        flush=True,
    )


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--idle", type=int, default=3_000)
    options.add_argument("--hostile", type=int, default=1_000)
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--besiege", help=argparse.SUPPRESS)
    given = options.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.sched_setaffinity(0, {CLIENT_CORE % (os.cpu_count() or 1)})
    if given.besiege:
        asyncio.run(besiege(given.idle, given.hostile, given.besiege))
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "audioscape_server"]
        made = [*command, "keys", "create", "--name", "bench", "--data", f"{folder}/data", "--quiet"]
        key = subprocess.run(made, check=True, capture_output=True, text=True).stdout.strip()
        serve = ["taskset", "-c", str(SERVER_CORE), *command, "serve", "--data", f"{folder}/data", "--port", str(PORT)]
        with Path(folder, "log").open("wb") as log:
            server = subprocess.Popen(serve, stdout=log, stderr=log)
        attackers = None
        try:
            _await_ready()
            asyncio.run(honest(key, 5))  # warm
            told("quiet", asyncio.run(honest(key, given.seconds)))
            crowd = ["--idle", str(given.idle), "--hostile", str(given.hostile)]
            attackers = subprocess.Popen([sys.executable, "-m", "bench.connections", "--besiege", key, *crowd])
            time.sleep(15)
            print(f"open files of the server: {sum(1 for _ in Path(f'/proc/{server.pid}/fd').iterdir())}")
            told("attacked", asyncio.run(honest(key, given.seconds)))
            if attackers.poll() is not None:
                raise SystemExit(f"the attackers ended by themselves, with {attackers.returncode}")
            attackers.kill()
            attackers.wait()
            time.sleep(15)
            told("afterwards", asyncio.run(honest(key, given.seconds)))
            print(f"open files of the server: {sum(1 for _ in Path(f'/proc/{server.pid}/fd').iterdir())}")
        finally:
            if attackers is not None:
                attackers.kill()
            server.terminate()
            server.wait(30)


def _await_ready() -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{HOST}:{PORT}/readyz", timeout=5):
            return
        time.sleep(0.2)
    raise SystemExit("the server did not start")


if __name__ == "__main__":
    main()
