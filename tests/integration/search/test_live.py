"""A server ranks the results of a search by what was posted to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.waiting import eventually

if TYPE_CHECKING:
    from support.server import Server

RANK = "/analytics/v1/search/rank"


def test_what_players_click_rises_soon_after_they_did(restless_server: Server) -> None:
    server = restless_server
    click = {"type": "search_click", "asset_id": "77002", "metadata": {"query": "Lo-Fi  beats", "rank": 2}}
    end = {"type": "stop", "asset_id": "77002", "duration": 180}
    assert server.post([{**one, "player_id": f"p{n}"} for n in range(30) for one in (click, end)]).status_code == 202
    server.settled()

    def ranked() -> dict[str, Any]:
        answer = server.request("POST", RANK, json={"query": "lofi beats!", "candidates": ["77001", "77002", "77003"]})
        assert answer.status_code == 200, answer.text
        return answer.json()

    found = eventually(ranked, until=lambda one: one["model_version"] != "unlearned", within=30)
    assert [one["asset_id"] for one in found["results"]] == ["77002", "77001", "77003"]
    assert found["results"][0]["evidence"]["satisfied"]["seen"] == 30
    jobs = {job["name"]: job for job in server.get("/analytics/v1/jobs").json()["jobs"]}
    assert jobs["search"]["error"] is None
    server.assert_no_fault_of_its_own()
