"""A server scores what is posted by itself, and says when it did."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import httpx

from support.waiting import eventually

if TYPE_CHECKING:
    from support.server import Server


def test_what_is_posted_is_in_the_chart_soon_and_the_job_is_seen(restless_server: Server) -> None:
    server = restless_server
    posted = [{"type": "stop", "asset_id": "77001", "player_id": f"p{n}", "duration": 60} for n in range(3)]
    looped = [{"type": "play", "asset_id": "77002", "player_id": "who loops", "timestamp": time.time()}] * 60
    assert server.post(looped, server.create_key(project="loops")).status_code == 202
    assert server.post(posted).status_code == 202

    def place() -> Any:
        answer = server.get("/analytics/v1/charts/popular")
        assert answer.status_code == 200, answer.text
        rows = answer.json()["tracks"]
        return [row["asset_id"] for row in rows if row["asset_id"] == "77001"]

    eventually(place, within=60)
    explained = server.get("/analytics/v1/tracks/77001/score").json()
    assert (explained["components"]["listens"], explained["mass"], explained["listeners_7d"]) == (3, 3, 3)

    def job() -> Any:
        return next(job for job in server.get("/analytics/v1/jobs").json()["jobs"] if job["name"] == "scores")

    # A score is there before the run that made it has ended: other projects come after.
    ended = eventually(job, until=lambda job: (job["succeeded_at"] or "") >= explained["as_of"], within=60)
    assert ended["error"] is None
    preview = json.loads(server.cli("scores", "preview", "--weight", "favorite=50", "--json").stdout)
    assert [(one["asset_id"], one["rank"]) for one in preview["tracks"]] == [("77001", 1)]
    assert "type favourite" in server.cli("scores", "preview", "--weight", "favourite=5").stdout
    assert "popularity-4.1" in server.cli("scores", "publish", "--half-life", "14", "--weight", "queue=2").stdout
    [flag] = json.loads(server.cli("scores", "flagged", "--project", "loops", "--json").stdout)["flags"]
    assert (flag["reason"], flag["player_id"], flag["amount"]) == ("loop", "who loops", 60)
    assert "who loops" in server.cli("scores", "flagged", "--project", "loops").stdout
    assert server.get("/analytics/v1/integrity").json().keys() == {"flags", "as_of"}
    assert "3.00" in server.cli("scores", "explain", "77001").stdout
    eventually(
        lambda: server.get("/analytics/v1/charts/popular").json()["model_version"],
        until=lambda version: version == "popularity-4.1",
        within=60,
    )
    assert 'audioscape_job_runs_total{job="scores",outcome="succeeded"}' in httpx.get(f"{server.url}/metrics").text
