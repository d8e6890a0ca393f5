"""Served lists over HTTP: kept as events are, and counted nowhere."""

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from support.server import INGEST

if TYPE_CHECKING:
    import httpx

    from support.server import Server

PATH = "/analytics/v1/search/served"
LOFI = {"query": "lofi", "assets": ["7", "9"]}


class Searches:
    """A search engine of its own project, to which nothing but lists and custom events is sent."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.key = server.create_key(project=f"served-{uuid.uuid4().hex[:8]}")

    def post(self, *lists: Any, path: str = PATH, key: str | None = None, **headers: str) -> httpx.Response:
        body = json.dumps({"lists": lists})
        return self.send(body, path, key or self.key, headers)

    def send(self, body: str, path: str, key: str, headers: dict[str, str]) -> httpx.Response:
        sent = {"content-type": "application/json", **headers}
        return self._server.request("POST", path, key=key, headers=sent, content=body)

    def stored(self, query: str) -> list[dict[str, Any]]:
        """The events of this query's lists."""
        self._server.settled(self.key)
        events = self._server.get("/analytics/v1/events", self.key).json()["events"]
        return [event for event in events if event.get("metadata", {}).get("query") == query]


@pytest.fixture(scope="module")
def searches(server: Server) -> Searches:
    return Searches(server)


def test_a_list_is_shown_among_the_events_as_it_was_served(searches: Searches) -> None:
    at = round(time.time()) - 60
    headers = {"x-universe-id": "11", "x-place-id": "12"}
    answer = searches.post({"query": "shown", "assets": ["7", "009"], "at": at}, **headers)
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1})
    (event,) = searches.stored("shown")
    assert (event["type"], event["universe_id"], event["place_id"]) == ("search_served", "11", "12")
    assert event["metadata"] == {"query": "shown", "assets": "7,9"}
    assert "asset_id" not in event
    assert "player_id" not in event


def test_each_list_is_judged_alone(searches: Searches) -> None:
    answer = searches.post(LOFI, {"query": "", "assets": ["1"]}, LOFI)
    assert answer.status_code == 202
    assert answer.json() == {
        "accepted": 2,
        "rejected": 1,
        "errors": ['lists[1]: query must be a string that is not blank, got string ""'],
    }


def test_when_none_can_be_stored_the_client_is_told_why(searches: Searches) -> None:
    answer = searches.post({"query": "lofi", "assets": []})
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "Every list was rejected",
        "details": ["lists[0]: assets must be an array of 1 to 100 strings, got none"],
    }


def test_a_replay_is_answered_as_the_first_and_stored_once(searches: Searches) -> None:
    name = {"idempotency-key": uuid.uuid4().hex}
    one = {"query": "replayed", "assets": ["7"]}
    answers = [searches.post(one, **name, path=path) for path in (PATH, f"{PATH}/", PATH)]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(202, {"accepted": 1})] * 3
    assert len(searches.stored("replayed")) == 1


def test_a_claim_at_one_door_is_none_at_the_other(searches: Searches) -> None:
    event = {"type": "round_over", "metadata": {"query": "both"}}
    both = json.dumps({"lists": [{"query": "both", "assets": ["7"]}], "events": [event]})
    claim = {"idempotency-key": uuid.uuid4().hex}
    for path in (PATH, INGEST):
        assert searches.send(both, path, searches.key, claim).json() == {"accepted": 1}
    assert sorted(event["type"] for event in searches.stored("both")) == ["round_over", "search_served"]


def test_lists_count_as_events_and_in_nothing_else(server: Server, searches: Searches) -> None:
    assert searches.post(LOFI, LOFI).status_code == 202
    assert len(searches.stored("lofi")) >= 2
    totals = server.get("/analytics/v1/overview", searches.key).json()["totals"]
    assert {name for name, value in totals.items() if value not in (0, None, True)} == {"events"}
    assert server.get("/analytics/v1/tracks", searches.key).json()["tracks"] == []
    assert server.get("/analytics/v1/search/queries", searches.key).json()["total"] == 0


def test_who_may_only_read_can_not_send(server: Server, searches: Searches) -> None:
    answer = searches.post(LOFI, key=server.create_key(scope="read"))
    assert (answer.status_code, answer.json()) == (401, {"error": "Unauthorized"})


def test_it_is_sent_by_post(server: Server) -> None:
    answer = server.get(PATH)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, OPTIONS")
