"""What a running server says about itself: its metrics, and its log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from audioscape_server import __version__
from audioscape_server.loading.status import IngestStatus
from audioscape_server.spool import Spool
from audioscape_server.traffic import Traffic
from support.server import free_port
from support.spools import NOW, new_batch
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.server import Server

PLAY = {"type": "play", "asset_id": "7", "player_id": "canary-player"}


def samples(server: Server) -> dict[tuple[str, tuple[str, ...]], float]:
    """All samples, by name and the values of their labels."""
    families = text_string_to_metric_families(httpx.get(f"{server.url}/metrics").text)
    return {(one.name, tuple(one.labels.values())): one.value for family in families for one in family.samples}


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "text/plain; version=0.0.4; charset=utf-8"),
        ("application/openmetrics-text; version=1.0.0", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
    ],
)
def test_metrics_have_one_content_type_with_one_character_set(server: Server, accept: str, expected: str) -> None:
    answer = httpx.get(f"{server.url}/metrics", headers={"accept": accept} if accept else {})
    (content_type,) = answer.headers.get_list("content-type")
    assert content_type.startswith(expected)
    assert content_type.count("charset") == 1
    assert "_created" not in answer.text


def test_metrics_tell_what_the_server_is_and_does(server: Server) -> None:
    before = samples(server)
    assert server.post([PLAY, {"type": "vote", "asset_id": "7"}]).status_code == 202
    assert server.get("/analytics/v1/overview").status_code == 200
    assert server.get("/analytics/v1/tracks/18", None).status_code == 401
    assert server.get("/analytics/v1/no-such-thing").status_code == 404
    after = eventually(lambda: samples(server), until=lambda now: now["audioscape_disk_free_bytes", ()] > 0)
    grown = {
        ("audioscape_events_accepted_total", ()): 1,
        ("audioscape_events_rejected_total", ("vote_value_invalid",)): 1,
        ("audioscape_read_seconds_count", ("/analytics/v1/overview", "200")): 1,
        ("audioscape_read_seconds_count", ("/analytics/v1/tracks/{asset_id}", "401")): 1,
        ("audioscape_read_seconds_count", ("unknown", "404")): 1,
    }
    assert {name: after[name] - before.get(name, 0) for name in grown} == grown
    assert after["audioscape_build_info", (__version__,)] == 1
    assert after["process_resident_memory_bytes", ()] > 10**6
    assert after["process_start_time_seconds", ()] > 0
    assert {"audioscape_quarantine_events", "audioscape_spool_events", "audioscape_lag_seconds"} <= {
        name for name, _ in after
    }


def test_what_lies_in_quarantine_is_told_after_a_restart_too(tmp_path: Path) -> None:
    path = tmp_path / "spool.db"
    spool = Spool(path, NOW)
    with spool.transaction():
        spool.append([new_batch(count=3), new_batch(count=4)])
    with spool.transaction():
        spool.quarantine(1, "refused", NOW)
    spool.close()
    nobody: Any = None
    waiting = IngestStatus(path, nobody, nobody, lambda: NOW + 5, Traffic(lambda: NOW)).waiting()
    assert (waiting.events, waiting.quarantined, waiting.lag_s) == (4, 3, 5.0)
    assert waiting.bytes > 0


def test_a_log_for_machines_is_json_to_the_last_line_and_tells_what_happened(
    new_server: Callable[..., Server],
) -> None:
    # Nothing listens on the warehouse's port, so the driver and what it stands on have something to say.
    server = new_server(LOG_LEVEL="debug", LOG_FORMAT="json", WAREHOUSE=f"clickhouse://127.0.0.1:{free_port()}")
    assert server.post([PLAY, {"type": ""}, {"type": ""}, {**PLAY, "type": "vote"}]).status_code == 202
    assert server.post([PLAY], "as_live_canary").status_code == 401
    assert server.post(b"no JSON").status_code == 400
    assert server.get("/analytics/v1/overview", "as_live_canary").status_code == 401
    assert server.get("/analytics/v1/overview").status_code == 503
    eventually(lambda: '"logger": "urllib3' in server.log.read_text())
    assert server.stop() == 0

    text = server.log.read_text()
    told = [json.loads(line) for line in text.splitlines() if not line.startswith("AudioScape Analytics answers on")]
    assert all({"event", "level", "timestamp"} <= line.keys() for line in told)
    events = [line["event"] for line in told]
    assert events.index("server started") < events.index("server stopping") < events.index("server stopped")
    refused = [(line["event"], line["status"]) for line in told if line["event"].endswith("refused")]
    assert {("ingest refused", 401), ("ingest refused", 400), ("request refused", 401), ("request refused", 503)} <= {
        *refused
    }
    (rejected,) = [line for line in told if line["event"] == "events rejected"]
    assert rejected["reasons"] == {"type_invalid": 2, "vote_value_invalid": 1}
    assert rejected["project"] == "default"
    assert "canary" not in text
    assert server.key[21:] not in text
