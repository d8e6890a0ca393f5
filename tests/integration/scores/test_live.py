"""A server scores what is posted by itself, and says when it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from support.waiting import eventually

if TYPE_CHECKING:
    from support.server import Server


def test_what_is_posted_is_in_the_chart_soon_and_the_job_is_seen(server: Server) -> None:
    posted = [{"type": "stop", "asset_id": "77001", "player_id": f"p{n}", "duration": 60} for n in range(3)]
    assert server.post(posted).status_code == 202

    def place() -> Any:
        answer = server.get("/analytics/v1/charts/popular")
        assert answer.status_code == 200, answer.text
        rows = answer.json()["tracks"]
        return [row["asset_id"] for row in rows if row["asset_id"] == "77001"]

    eventually(place, within=60)
    explained = server.get("/analytics/v1/tracks/77001/score").json()
    assert (explained["components"]["listens"], explained["mass"], explained["listeners_7d"]) == (3, 3, 3)
    [job] = server.get("/analytics/v1/jobs").json()["jobs"]
    assert (job["name"], job["error"]) == ("scores", None)
    assert job["succeeded_at"] >= explained["as_of"]
    assert 'audioscape_job_runs_total{job="scores",outcome="succeeded"}' in httpx.get(f"{server.url}/metrics").text
