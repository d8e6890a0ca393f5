"""How many events a second does one core take in, durably: ours, and what people would use instead.

    python -m bench.ingest [--rounds 3] [--seconds 8] [--batches 1,50,500] [--only NAME …]

Every server runs with all that it needs on one core, the load generator on another. A round starts each server anew and
loads it, one after the other, A B C A B C …; ratios are taken within a round, so they hold when the machine's speed
drifts. After the load each is given the time to make all that it acknowledged visible to questions: the CPU time of
that counts, and its stored events are counted; one that has fewer than it acknowledged has failed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import wrk
from bench.peers import PEERS
from bench.peers.process import MemoryWatch, Served, cpu_s
from bench.report import CLIENT_LIMIT, ingest_report
from bench.workload import PREPARED, batches

SIZES = (1, 50, 500)
#: Load before the measurement, in seconds: caches fill, pools open, first segments are made.
WARM_S = 2
#: Seconds that a server may take to make all visible that it acknowledged.
SETTLE_S = 300
#: How far apart the seconds of events of the first and the second load are.
_APART_S = 100_000


@dataclass(frozen=True, slots=True)
class Run:
    """One server, one batch size, one round.

    Attributes:
        events_per_s: acknowledged in the measured time.
        cpu_s_per_million: CPU seconds of all its processes for a million events, until they were visible.
        settled_s: from the last request until all was visible.
        bytes_per_event: on the disk, then.
        resident_mb: at most, in millions of bytes; what its processes share counts once.
        server_busy, client_busy: shares of their cores that the server and the load generator used during the load.
        failure: why there are no figures.
    """

    peer: str
    batch: int
    round: int
    events_per_s: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    cpu_s_per_million: float = 0.0
    settled_s: float = 0.0
    bytes_per_event: float = 0.0
    resident_mb: float = 0.0
    server_busy: float = 0.0
    client_busy: float = 0.0
    failure: str = ""


class ShortError(Exception):
    """Fewer events are stored than were acknowledged, or more than were sent."""


@contextmanager
def folder_on(disk: Path | None) -> Generator[Path]:
    """A temporary folder on a disk (None: wherever), which other users can enter but not list."""
    made = Path(tempfile.mkdtemp(prefix="audioscape-bench-", dir=disk))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def two_cores() -> tuple[int, int]:
    """One for the server, one for the load generator; the same twice where there is but one.

    The first and the last that this process may use: neighbours may be two halves of one core.
    """
    cores = sorted(os.sched_getaffinity(0))
    return cores[0], cores[-1]


@contextmanager
def on_core(core: int) -> Generator[None]:
    """Keep this process, and what it starts without a core of its own, off the other cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def measure(name: str, size: int, number: int, *, seconds: int, disk: Path) -> Run:
    """Start a server, load it, and look at it."""
    server_core, client_core = two_cores()
    with on_core(client_core), folder_on(disk) as folder, PEERS[name](folder, server_core) as served:
        file = folder / "requests"
        wrk.write_requests(file, served.target, list(batches(size, max(1, PREPARED // size))))
        now, port = int(time.time()), served.target.port
        empty = served.disk_bytes()
        warm = wrk.run(file, port, min(WARM_S, seconds), client_core, now - _APART_S)
        settle(served, warm.requests * size)
        before = cpu_s(served.processes)
        with MemoryWatch(served.processes) as memory:
            load = wrk.run(file, port, seconds, client_core, now)
            loaded = cpu_s(served.processes)
            settled_s = settle(served, (warm.requests + load.requests) * size)
        used = cpu_s(served.processes) - before
        events = load.requests * size
        stored = check(served, (warm.requests + load.requests) * size, size)
        return Run(
            name, size, number,
            events_per_s=events / load.seconds,
            p50_ms=load.p50_ms,
            p99_ms=load.p99_ms,
            cpu_s_per_million=used / events * 1e6,
            settled_s=settled_s,
            bytes_per_event=(served.disk_bytes() - empty) / stored if stored else 0.0,
            resident_mb=memory.peak / 1e6,
            server_busy=(loaded - before) / load.seconds,
            client_busy=load.busy,
        )  # fmt: skip


def settle(served: Served, acknowledged: int) -> float:
    """Wait until so many events are visible; returns the seconds that it took."""
    began = time.monotonic()
    while served.stored is not None and served.stored() < acknowledged:
        if time.monotonic() - began > SETTLE_S:
            raise ShortError(f"{served.stored():,} of {acknowledged:,} acknowledged events are visible")
        time.sleep(0.1)
    return time.monotonic() - began


def check(served: Served, acknowledged: int, size: int) -> int:
    """Events stored: what was acknowledged, and at most what was under way when the load generator ended."""
    if served.stored is None:
        return 0
    stored, most = served.stored(), acknowledged + 2 * wrk.CONNECTIONS * size
    if not acknowledged <= stored <= most:
        raise ShortError(f"{stored:,} events are stored; {acknowledged:,} were acknowledged, {most:,} sent at most")
    return stored


def rounds(names: Iterable[str], sizes: Sequence[int], count: int, seconds: int, disk: Path) -> Iterator[Run]:
    """Every server in turn, for each batch size, so many times. One that fails is told, and the others go on."""
    for number in range(count):
        for size in sizes:
            for name in names:
                try:
                    yield measure(name, size, number, seconds=seconds, disk=disk)
                except Exception as error:  # noqa: BLE001 - whatever becomes of one server, the others go on
                    yield Run(name, size, number, failure=f"{type(error).__name__}: {error}"[:300])


def require_machine() -> None:
    """End with a clear word where the measurement cannot be made."""
    missing = [name for name in ("wrk", "taskset", "setpriv") if shutil.which(name) is None]
    if missing:
        raise SystemExit(f"{' and '.join(missing)} missing: apt-get install wrk util-linux")
    if len(os.sched_getaffinity(0)) == 1:
        raise SystemExit("Two cores are needed, one for the servers, one for the load generator; there is one.")


def told(run: Run) -> str:
    """One line about a run."""
    name = f"{run.peer:20} {run.batch:>4} a batch"
    if run.failure:
        return f"{name}  FAILED  {run.failure}"
    limit = "  the LOAD GENERATOR may be the limit" if run.client_busy >= CLIENT_LIMIT else ""
    return (
        f"{name} {run.events_per_s:>9,.0f} events/s  p50 {run.p50_ms:>7.2f} ms  p99 {run.p99_ms:>7.2f} ms  "
        f"{run.cpu_s_per_million:>7.1f} CPU s/million  {run.bytes_per_event:>6.1f} B/event  "
        f"{run.resident_mb:>5.0f} MB  visible after {run.settled_s:>4.1f} s  "
        f"server {run.server_busy:.0%} client {run.client_busy:.0%}{limit}"
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `python -m bench` asks for, too."""
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=8, help="of load for each server, batch size and round")
    parser.add_argument("--batches", type=lambda text: [int(one) for one in text.split(",")], default=list(SIZES))
    parser.add_argument("--only", nargs="+", choices=list(PEERS), default=list(PEERS), metavar="NAME")
    parser.add_argument("--disk", type=Path, default=Path("/var/tmp"), help="a folder on the disk to measure on")


def main() -> None:
    """Measure, and print each run as it ends and the summary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser)
    options = parser.parse_args()
    require_machine()
    runs: list[Run] = []
    for run in rounds(options.only, options.batches, options.rounds, options.seconds, options.disk):
        print(told(run), flush=True)
        runs.append(run)
    print(ingest_report([asdict(run) for run in runs]))


if __name__ == "__main__":
    main()
