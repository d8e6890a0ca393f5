"""The load generator: wrk with a script that sends prepared requests, on a core of its own.

It keeps `CONNECTIONS` requests under way, each connection sends its next one when it is answered. How busy it was is
measured too: one that is busy all the time is itself the limit, and the figures are its own.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.workload import SECOND, Event

CONNECTIONS = 64
_SCRIPT = Path(__file__).with_suffix(".lua")
_PART, _END = "\1", "\2"


class LoadError(Exception):
    """The server did not answer as it was meant to, or the load generator failed; the text says how."""


@dataclass(frozen=True, slots=True)
class Load:
    """What the load generator saw. Latencies in milliseconds; `busy` is the share of its core that it used."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    busy: float


@dataclass(frozen=True, slots=True)
class Target:
    """Where the requests go, and in which form."""

    port: int
    path: str
    headers: Mapping[str, str]
    encode: Callable[[Sequence[Event]], str]


def write_requests(file: Path, target: Target, batches: Sequence[Sequence[Event]]) -> None:
    """Prepare the requests, one a batch, headers included."""
    with file.open("w", encoding="utf-8", newline="") as out:
        for batch in batches:
            body = target.encode(batch)
            if not body.isascii() or _PART in body or _END in body:
                raise LoadError("a body must be ASCII without control characters")
            headers = {"Host": f"127.0.0.1:{target.port}", **target.headers, "Content-Length": str(len(body))}
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            out.write(f"POST {target.path} HTTP/1.1\r\n{head}\r\n{body}".replace(SECOND, _PART) + _END)


def run(file: Path, port: int, seconds: int, core: int, first_second: int) -> Load:
    """Send prepared requests for so long.

    Args:
        file: as `write_requests` made it.
        port: of the server, on the loopback.
        seconds: how long.
        core: where the load generator runs.
        first_second: Unix seconds, written into the first round of requests; each later round has one less.

    Raises:
        LoadError: a request was refused or broken, or wrk did not run.
    """
    command: list[str] = ["setpriv", "--pdeathsig", "KILL", "taskset", "-c", str(core)]
    command += ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(_SCRIPT)]
    command += [f"http://127.0.0.1:{port}/", "--", str(file), str(first_second)]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        try:
            output = process.stdout.read().decode(errors="replace")
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        except BaseException:
            process.kill()
            raise
    took = time.monotonic() - began
    found = re.search(r"^RESULT (.*)$", output, re.MULTILINE)
    if process.returncode or found is None:
        raise LoadError(f"wrk failed: {output[-500:]}")
    seen = json.loads(found[1])
    if seen["refused"] or seen["broken"] or not seen["requests"]:
        raise LoadError(f"{seen['refused']} of {seen['requests']} requests were refused, {seen['broken']} broken")
    busy = (used.ru_utime + used.ru_stime) / took
    return Load(
        seen["requests"], seen["microseconds"] / 1e6, seen["p50_us"] / 1e3, seen["p99_us"] / 1e3, round(busy, 2)
    )
