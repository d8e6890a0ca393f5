"""InfluxDB 1.6 as Debian has it: every write is fsynced in its WAL before it is answered, which is its default.

No keys are checked, and nothing but whole lines is judged, in its favour. What it takes on the disk is its WAL (Snappy)
and its TSM files; a WAL that is left alone for ten minutes would be rewritten, smaller.
"""

from __future__ import annotations

import json
import os
import shutil
import urllib.parse
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.peers.process import PeerError, Served, answers, folder_bytes, free_port, started, wait_until
from bench.workload import as_lines
from bench.wrk import Target


@contextmanager
def running(folder: Path, core: int) -> Generator[Served]:
    """With default settings but for folders, ports and logs."""
    if shutil.which("influxd") is None:
        raise PeerError("InfluxDB is not installed: apt-get install influxdb")
    port, log = free_port(), folder / "log"
    settings = {
        "META_DIR": str(folder / "meta"),
        "DATA_DIR": str(folder / "data"),
        "DATA_WAL_DIR": str(folder / "wal"),
        "DATA_WAL_FSYNC_DELAY": "0s",
        "DATA_QUERY_LOG_ENABLED": "false",
        "HTTP_BIND_ADDRESS": f"127.0.0.1:{port}",
        "HTTP_LOG_ENABLED": "false",
        "BIND_ADDRESS": f"127.0.0.1:{free_port()}",
        "MONITOR_STORE_ENABLED": "false",
        "REPORTING_DISABLED": "true",
    }
    env = os.environ | {f"INFLUXDB_{name}": value for name, value in settings.items()}
    base = f"http://127.0.0.1:{port}"

    def query(text: str) -> dict[str, Any]:
        body = urllib.parse.urlencode({"q": text, "db": "bench"}).encode()
        with urllib.request.urlopen(f"{base}/query", body, timeout=60) as answer:
            [result] = json.load(answer)["results"]
        if "error" in result:
            raise PeerError(result["error"])
        return result

    def stored() -> int:
        series = query("SELECT count(player) FROM events").get("series")
        return int(series[0]["values"][0][1]) if series else 0

    with started(["influxd", "run", "-config", "/dev/null"], core, log, env=env) as process:
        wait_until(answers(f"{base}/ping"), process, log)
        query("CREATE DATABASE bench")
        target = Target(port, "/write?db=bench&precision=u", {"content-type": "text/plain"}, as_lines)
        yield Served(target, [process], stored, lambda: folder_bytes(folder / "wal") + folder_bytes(folder / "data"))
