"""What is told live equals a plain recount of the events of the last hour."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from support.counting import NOW, Sent, load_batches

if TYPE_CHECKING:
    from audioscape_server.warehouse import Warehouse

#: How old an event was when it came, how long ago that was, and of whom it is.
ARRIVED = [
    (0.25, 10.0, "p1"), (3.0, 10.0, "p1"), (-4.0, 20.0, "p2"), (0.0, 200.0, ""), (1.5, 299.5, "p3"), (0.5, 290.0, "p4"),
    (-0.75, 300.0, "p5"), (60.0, 300.0, "p6"), (2.0, 1_000.0, "p7"), (0.0, 3_000.0, "p8"), (-200.0, 0.5, "p9"),
    (5_000.0, 10.0, "late"), (0.0, 3_700.0, "before"), (500.0, 3_200.0, "older"),
]  # fmt: skip


def events(project: str) -> list[Sent]:
    return [
        Sent(project, "k", 0, 0, NOW - ago, "play", 1, NOW - ago - age, player, 1.0, "", "")
        for age, ago, player in ARRIVED
    ]


def live(client: Any, project: str) -> dict[str, Any]:
    answer = client.get("/analytics/v1/live", headers={"x-api-key": f"read:{project}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_lags_clocks_and_players_are_those_of_the_last_hour(client: Any, warehouse: Warehouse) -> None:
    sent = events("live")
    warehouse.insert_block("live", 1, 0, load_batches([[one] for one in sent]))
    found = live(client, "live")
    hour = [one for one in sent if one.timestamp > NOW - 3_600]
    assert found["events"] == len(hour) == 11
    assert found["active_players"] == len({one.player_id for one in hour if NOW - 300 < one.timestamp <= NOW} - {""})
    lags = sorted(max(0.0, one.received_at - one.timestamp) for one in hour)
    assert found["emit_lag"] == {
        "p50": round(lags[len(lags) // 2], 6), "p95": round(lags[int(0.95 * len(lags))], 6)
    }  # fmt: skip
    assert found["ahead_share"] == sum(one.timestamp > one.received_at + 1 for one in hour) / len(hour)


@pytest.mark.parametrize(
    ("asked", "passes"),
    [
        ({}, lambda _: True),
        ({"universe": "11"}, lambda one: one.universe == 11),
        ({"universe_not": "11", "place": "6"}, lambda one: one.universe != 11 and one.place == 6),
        ({"asset": "1,2"}, lambda one: one.asset_id in (1, 2)),
        ({"key": "other"}, lambda one: one.key == "other"),
    ],
    ids=["all", "universe", "places", "assets", "key"],
)
def test_who_plays_now_is_counted_as_it_is_filtered(
    client: Any, warehouse: Warehouse, request: pytest.FixtureRequest, asked: dict[str, str], passes: Any
) -> None:
    project = f"now-{request.node.callspec.id}"
    sent = [
        replace(
            one, universe=11 + index % 2, place=5 + index % 3, asset_id=1 + index % 4, key=("k", "other")[index % 2]
        )
        for index, one in enumerate(events(project) * 2)
    ]
    warehouse.insert_block(project, 1, 0, load_batches([[one] for one in sent]))
    answer = client.get("/analytics/v1/live/players", params=asked, headers={"x-api-key": f"read:{project}"})
    now = [one for one in sent if NOW - 300 < one.timestamp <= NOW and passes(one)]
    expected = len({one.player_id for one in now} - {""})
    assert expected > 0
    assert answer.json() == {"active_players": expected}
    as_csv = client.get(
        "/analytics/v1/live/players", params=asked, headers={"x-api-key": f"read:{project}", "accept": "text/csv"}
    )
    assert as_csv.text.split() == ["active_players", str(expected)]


def test_a_project_without_events_has_none(client: Any) -> None:
    found = live(client, "silent")
    assert (found["events"], found["active_players"]) == (0, 0)
    assert (found["emit_lag"], found["ahead_share"], found["rejected"]) == (None, None, [])


def test_what_the_worker_knows_is_told_with_what_to_do(client: Any) -> None:
    found = live(client, "alpha")
    assert found["as_of"] == "2026-09-23T12:34:56.789Z"
    assert found["minutes"] == [{"start": "2026-09-23T12:34:00Z", "accepted": 5, "rejected": 3, "repeats": 1}]
    assert found["visible_lag"] == {"p50": 0.5, "p95": 1.25}
    [rejected] = found["rejected"]
    assert (rejected["reason"], rejected["key"], rejected["universe_id"], rejected["count"]) == (
        "timestamp_milliseconds", "key-a", "11", 3,
    )  # fmt: skip
    assert "1000" in rejected["hint"]
    assert rejected["sample"]["event"] == {"type": "play"}
