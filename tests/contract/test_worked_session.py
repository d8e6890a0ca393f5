"""The worked session of the published page: eight events in, the numbers of the page out."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from support.samples import worked_session
from support.waiting import eventually

if TYPE_CHECKING:
    from support.server import Server

TOTALS = {
    "events": 8,
    "plays": 2,
    "listeners": 1,
    "listeners_exact": True,
    "listened_seconds": 207,
    "completed": 1,
    "completion_rate": 0.5,
    "skips": 1,
    "skip_rate": 0.5,
    "up_votes": 1,
    "down_votes": 0,
    "favorites": 1,
    "unfavorites": 0,
    "queue_adds": 1,
    "search_clicks": 1,
}


def test_the_worked_session(server: Server) -> None:
    key = server.create_key(project=f"worked-{uuid.uuid4().hex[:8]}")
    sent = worked_session()
    answer = server.post(sent, key, {"x-universe-id": "4922", "x-place-id": "17"})
    assert (answer.status_code, answer.json()) == (202, {"accepted": 8})

    overview = eventually(
        lambda: server.get("/analytics/v1/overview", key).json(),
        until=lambda seen: seen["totals"]["events"] == 8,
    )
    assert overview["totals"] == TOTALS

    tracks = server.get("/analytics/v1/tracks", key).json()
    assert tracks["total"] == 2
    assert {track["asset_id"]: (track["plays"], track["skips"], track["completed"]) for track in tracks["tracks"]} == {
        "1837879082": (1, 1, 0),
        "9046862941": (1, 0, 1),
    }
    (query,) = server.get("/analytics/v1/search/queries", key).json()["queries"]
    assert (query["query"], query["clicks"], query["players"], query["mean_rank"]) == ("lofi study beats", 1, 1, 2)
    (experience,) = server.get("/analytics/v1/experiences", key).json()["experiences"]
    assert (experience["universe_id"], experience["place_id"], experience["events"]) == ("4922", "17", 8)

    events = server.get("/analytics/v1/events", key).json()["events"]
    stored = [{name: event[name] for name in one} for one, event in zip(sent, reversed(events), strict=True)]
    assert stored == sent
    ingest = server.ingest(key)
    assert (ingest["accepted"], ingest["loaded"], ingest["spooled"], ingest["duplicates"]) == (8, 8, 0, 0)
