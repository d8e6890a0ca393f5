"""Blocks: stored as they were, counted, deleted, and told apart."""

from __future__ import annotations

import json
import sys
import threading
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from audioscape_server.warehouse import LoadBatch, Warehouse
from support.counting import DAY, NOW, load_batches, random_requests
from support.store import days_of_block, select

if TYPE_CHECKING:
    from collections.abc import Callable


def row(number: int, *events: list[Any], received_at: float = NOW) -> LoadBatch:
    return LoadBatch(number, "p", "key", 7, 8, received_at, len(events), json.dumps(events).encode())


def play(timestamp: float = NOW) -> list[Any]:
    return ["play", 1, timestamp, "p1", 217.5, "", ""]


def test_a_block_is_stored_with_all_its_events_carry(warehouse: Warehouse) -> None:
    requests = random_requests(seed=1, count=30)
    warehouse.insert_block("s", 4, 0, load_batches(requests))
    found = select(
        warehouse,
        "SELECT project, key, universe, place, received_at, type, asset_id, timestamp, player_id, duration, value, "
        "metadata, spool, block, row, position, toString(day) AS day FROM events ORDER BY row, position",
    )
    expected = [
        {name: getattr(event, name) for name in event.__dataclass_fields__}
        | {"spool": "s", "block": 4, "row": number, "position": position}
        | {"day": datetime.fromtimestamp(event.timestamp, UTC).date().isoformat()}
        for number, sent in enumerate(requests, 1)
        for position, event in enumerate(sent)
    ]
    assert found == expected


texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
members = st.dictionaries(
    st.sampled_from(("query", "rank", "x")) | texts,
    texts | st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans(),
    max_size=4,
)


@settings(max_examples=60)
@given(
    type_=texts.filter(bool) | st.just("search_click"),
    asset_id=st.none() | st.integers(0, 2**63 - 1),
    timestamp=st.floats(0, 4e9),
    player_id=texts,
    duration=st.none() | st.floats(0, 34_560_000),
    metadata=members.map(json.dumps) | members.map(lambda value: json.dumps(value, ensure_ascii=False)) | st.just(""),
)
def test_whatever_is_valid_is_stored_to_the_letter(
    *,
    shared: Warehouse,
    new_name: Callable[[], str],
    type_: str,
    asset_id: int | None,
    timestamp: float,
    player_id: str,
    duration: float | None,
    metadata: str,
) -> None:
    spool = new_name()
    event = [type_, asset_id, timestamp, player_id, duration, "", metadata]
    shared.insert_block(spool, 1, 0, [row(1, event)])
    [stored] = select(
        shared,
        f"SELECT type, asset_id, timestamp, player_id, duration, value, metadata FROM events WHERE spool = '{spool}'",
    )
    assert list(stored.values()) == event


@pytest.mark.parametrize(
    ("metadata", "query", "folded", "rank"),
    [
        ('{"query":"Lofi  Beats","rank":2}', "Lofi  Beats", "lofi beats", 2),
        ('{"query":"\\uff2cofi\\u3000\\u00c9t\\u00e9 ","rank":3.0}', "\uff2cofi\u3000Été ", "lofi été", 3),
        ('{"query":"\\u2028 \\t"}', "\u2028 \t", "", 0),
        ('{"query":7,"rank":"2"}', "", "", 0),
        ('{"rank":2.5}', "", "", 0),
        ('{"rank":0}', "", "", 0),
        ('{"rank":-1}', "", "", 0),
        ('{"rank":true}', "", "", 0),
        ('{"rank":1000001}', "", "", 0),
        ('{"query":"\\ud800","rank":1e400}', "", "", 0),
        ("", "", "", 0),
        (json.dumps({"query": "A" * 300}), "A" * 256, "a" * 256, 0),
        (json.dumps({"query": "\ufdfa" * 40}), "\ufdfa" * 40, ("صلى الله عليه وسلم" * 40)[:256], 0),
    ],
)
def test_a_click_tells_its_query_and_rank_whatever_its_metadata_holds(
    *, warehouse: Warehouse, metadata: str, query: str, folded: str, rank: int
) -> None:
    event = ["search_click", 1, NOW, "", None, "", metadata]
    warehouse.insert_block("s", 1, 0, [row(1, event)])
    found = select(warehouse, "SELECT query, folded_query, rank, metadata FROM events")
    assert found == [{"query": query, "folded_query": folded, "rank": rank, "metadata": metadata}]


def test_every_white_space_of_unicode_folds_like_a_space(warehouse: Warehouse) -> None:
    spaces = [character for character in map(chr, range(sys.maxunicode + 1)) if character.isspace()]
    events = [
        ["search_click", 1, NOW, "", None, "", json.dumps({"query": f"{space}a{space}{space} b{space}"})]
        for space in spaces
    ]
    warehouse.insert_block("s", 1, 0, [row(1, *events)])
    found = select(warehouse, "SELECT position, query, folded_query FROM events ORDER BY position")
    assert len(found) == len(spaces) > 20
    assert [one["query"] for one in found if one["folded_query"] != "a b"] == []


def test_only_clicks_have_a_query(warehouse: Warehouse) -> None:
    event = ["play", 1, NOW, "", None, "", '{"query":"a","rank":1}']
    warehouse.insert_block("s", 1, 0, [row(1, event)])
    assert select(warehouse, "SELECT query, folded_query, rank FROM events") == [
        {"query": "", "folded_query": "", "rank": 0}
    ]


def test_a_block_is_counted_apart_from_others_and_found_however_late_its_events(warehouse: Warehouse) -> None:
    late, ahead = NOW - 7 * DAY, NOW + 300
    warehouse.insert_block("s", 1, 0, [row(1, play(late), play(ahead)), row(2, play())])
    warehouse.insert_block("s", 2, 0, [row(3, play())])
    warehouse.insert_block("other", 1, 0, [row(1, play())])
    assert [warehouse.count_block(name, block, NOW, NOW) for name, block in (("s", 1), ("s", 2), ("other", 1))] == [
        3, 1, 1,
    ]  # fmt: skip
    assert warehouse.count_block("s", 9, NOW, NOW) == 0
    expected = sorted({datetime.fromtimestamp(time, UTC).date() for time in (late, NOW, ahead)})
    assert days_of_block(warehouse, "s", 1) == expected


def test_deleting_a_block_leaves_the_others(warehouse: Warehouse) -> None:
    for block in (1, 2, 3):
        warehouse.insert_block("s", block, 0, [row(block, play(), play(NOW - 7 * DAY))])
    warehouse.delete_block("s", 2, NOW, NOW)
    assert [warehouse.count_block("s", block, NOW, NOW) for block in (1, 2, 3)] == [2, 0, 2]
    warehouse.delete_block("s", 2, NOW, NOW)
    warehouse.insert_block("s", 2, 1, [row(2, play(), play(NOW - 7 * DAY))])
    assert [warehouse.count_block("s", block, NOW, NOW) for block in (1, 2, 3)] == [2, 2, 2]


def test_the_same_attempt_stores_nothing_twice_in_any_table(warehouse: Warehouse) -> None:
    """The second line of defence: a token works on the base table and on every rollup."""
    for _ in range(2):
        warehouse.insert_block("s", 1, 0, [row(1, play())])
    assert warehouse.count_block("s", 1, NOW, NOW) == 1
    assert warehouse.differing_days([date(2026, 9, 23)]) == []


def test_malformed_rows_store_nothing_so_that_counting_shows_it(warehouse: Warehouse) -> None:
    warehouse.insert_block("s", 1, 0, [LoadBatch(1, "p", "k", 0, 0, NOW, 1, b"not json"), row(2, play())])
    assert warehouse.count_block("s", 1, NOW, NOW) == 1


def test_threads_ask_at_the_same_time(warehouse: Warehouse) -> None:
    warehouse.insert_block("s", 1, 0, [row(1, play())])
    counts: list[int] = []

    def ask() -> None:
        counts.extend(warehouse.count_block("s", 1, NOW, NOW) for _ in range(5))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1] * 20
