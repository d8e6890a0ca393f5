"""What is told live equals what was posted, whatever became of it."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any

from support.samples import play
from support.waiting import eventually

if TYPE_CHECKING:
    from support.server import Server


def sums(live: dict[str, Any]) -> dict[str, int]:
    return {name: sum(minute[name] for minute in live["minutes"]) for name in ("accepted", "rejected", "repeats")}


def test_what_comes_in_is_told_live(server: Server) -> None:
    project = f"live-{uuid.uuid4().hex[:8]}"
    key, slow = (server.create_key(project=project, rate=rate) for rate in (None, 1))

    def live() -> dict[str, Any]:
        answer = server.get("/analytics/v1/live", key)
        assert answer.status_code == 200, answer.text
        return answer.json()

    before = live()
    assert sums(before) == {"accepted": 0, "rejected": 0, "repeats": 0}
    now = time.time()
    named = {"idempotency-key": str(uuid.uuid4())}
    batch = [play(player_id="a", timestamp=now), play(player_id="b", timestamp=now), play(timestamp=now)]
    assert [server.post(batch, key, named).status_code for _ in range(3)] == [202] * 3
    headers = {"x-universe-id": "77"}
    wrong = [play(timestamp=now * 1_000), play(timestamp=now * 1_000, player_id="secret"), play(asset_id=None)]
    assert server.post([*wrong, play(player_id="c", timestamp=now)], key, headers).status_code == 202
    assert server.post(batch, "as_live_wrong").status_code == 401
    statuses = [server.post(batch[:1], slow).status_code for _ in range(4)]
    assert 429 in statuses
    taken = statuses.count(202)
    found = eventually(live, until=lambda seen: seen["spooled"] == 0 and len(seen["rejected"]) == 2)
    assert sums(found) == {"accepted": 4 + taken, "rejected": 3, "repeats": 6}
    assert found["events"] == 4 + taken
    assert found["active_players"] == 3
    assert found["visible_lag"]["p50"] <= found["visible_lag"]["p95"]
    assert found["last_event_at"]
    assert found["unauthorized"] - before["unauthorized"] >= 1
    assert found["too_many_requests"] - before["too_many_requests"] >= statuses.count(429)
    assert found["disk_free_bytes"] > 0
    assert {(one["reason"], one["universe_id"], one["count"]) for one in found["rejected"]} == {
        ("timestamp_milliseconds", "77", 2), ("asset_id_missing", "77", 1),
    }  # fmt: skip
    assert all(one["hint"] for one in found["rejected"])
    assert "secret" not in str(found)
