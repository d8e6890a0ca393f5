"""The simulated game: what is promised of every game, whatever its seed."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from functools import cache
from typing import Any

import pytest

from audioscape_server.game import attacks, world
from audioscape_server.game.stream import BATCH_S, Batch, Stream
from audioscape_server.ingest.events import BUILT_IN_TYPES, judge

ENDS_AT = 1_790_166_896.0
DAYS = 4
KEYS = [f"key-{number}" for number in range(6)]


@cache
def played(seed: int = 1, attack: str = "", events: int = 12_000) -> tuple[list[Batch], dict[str, Any]]:
    made = world.make(seed, ENDS_AT - DAYS * 86_400, ENDS_AT, tracks=400, players=3_000)
    stream = Stream(made, events, attack)
    return list(stream.batches()), stream.truth(KEYS)


def events_of(batches: list[Batch]) -> list[dict[str, Any]]:
    return [event for batch in batches for event in batch.events]


def test_the_same_seed_plays_the_same_game_and_another_one_another() -> None:
    once = played()
    played.cache_clear()
    assert played() == once
    assert played(2)[0] != once[0]
    assert played(2)[1]["queries"] != once[1]["queries"]


@pytest.mark.parametrize("attack", ["", *attacks.KINDS])
def test_a_server_takes_every_event_when_its_batch_is_sent(attack: str) -> None:
    for batch in played(attack=attack)[0]:
        verdict = judge(json.dumps({"events": batch.events}).encode(), batch.sent_at)
        assert verdict.rejected == []
        assert len(batch.events) > 0


def test_a_busy_game_sends_at_most_500_events_at_once() -> None:
    made = world.make(1, ENDS_AT - 3_600, ENDS_AT, tracks=100, players=3_000)
    sizes = [len(batch.events) for batch in Stream(made, 24_000).batches()]
    assert max(sizes) == 500


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_about_as_many_events_come_as_were_asked_for(seed: int) -> None:
    batches, truth = played(seed)
    assert len(events_of(batches)) == truth["events"]
    assert 0.85 < truth["events"] / 12_000 < 1.15
    assert {event["type"] for event in events_of(batches)} == BUILT_IN_TYPES | {"search_served"}


def test_batches_are_sent_in_the_order_of_time_within_the_game() -> None:
    batches = played(attack="one-key")[0]
    times = [batch.sent_at for batch in batches]
    assert all(after - before > -BATCH_S for before, after in itertools.pairwise(times))
    assert min(event["timestamp"] for event in events_of(batches)) >= ENDS_AT - DAYS * 86_400
    assert max(times) <= ENDS_AT


def test_nothing_is_played_before_it_is_out_and_some_tracks_come_out_meanwhile() -> None:
    batches, truth = played()
    released = {track["asset_id"]: track["released_at"] for track in truth["tracks"]}
    plays = [event for event in events_of(batches) if event["type"] == "play"]
    assert all(event["timestamp"] >= released[event["asset_id"]] - 0.001 for event in plays)
    assert any(released[event["asset_id"]] > ENDS_AT - DAYS * 86_400 for event in plays)


def test_the_truth_counts_what_honest_players_play() -> None:
    batches, truth = played(attack="one-key")
    honest = [event for event in events_of(batches) if int(event.get("player_id", 0)) < 9_000_000_000]
    plays = Counter(event["asset_id"] for event in honest if event["type"] == "play")
    assert {track["asset_id"]: track["plays"] for track in truth["tracks"] if track["plays"]} == plays


def test_clicks_follow_the_place_and_the_relevance() -> None:
    batches, truth = played(events=60_000)
    relevance = {query["query"]: query["relevance"] for query in truth["queries"]}
    by_rank, by_grade = Counter[int](), Counter[int]()
    shown = Counter[int]()
    for event in events_of(batches):
        if event["type"] == "search_served":
            query = event["metadata"]["query"]
            shown.update(relevance[query][asset] for asset in event["metadata"]["assets"].split(",")[:5])
        elif event["type"] == "search_click" and "rank" in event["metadata"]:
            by_rank[event["metadata"]["rank"]] += 1
            if event["metadata"]["rank"] <= 5:
                by_grade[relevance[event["metadata"]["query"]][event["asset_id"]]] += 1
    assert by_rank[1] > by_rank[5] > by_rank[20] > 0
    assert by_rank[1] > 12 * by_rank[20]
    rates = [by_grade[grade] / shown[grade] for grade in range(5)]
    assert rates[4] > 5 * rates[0] > 0


@pytest.mark.parametrize("kind", attacks.KINDS)
def test_an_attack_is_blamed_on_those_who_carry_it_out(kind: str) -> None:
    batches, truth = played(attack=kind)
    blame = truth["attack"]
    made_up = [
        (KEYS[batch.game.key], event)
        for batch in batches
        for event in batch.events
        if int(event.get("player_id", 0)) >= 9_000_000_000
    ]
    assert len(made_up) > 100
    assert {event["asset_id"] for _, event in made_up} == {blame["asset_id"]}
    assert {key for key, _ in made_up} == set(blame["keys"])
    if blame["players"]:
        assert {event["player_id"] for _, event in made_up} == set(blame["players"])
    plays = [track["plays"] for track in truth["tracks"]]
    of_target = next(track["plays"] for track in truth["tracks"] if track["asset_id"] == blame["asset_id"])
    assert of_target <= sorted(plays)[len(plays) // 2], "few people want what is to be lifted"
