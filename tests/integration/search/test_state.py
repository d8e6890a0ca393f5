"""What is gathered and learnt for search ranking is what the definitions say, whatever the way in which events came."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from audioscape_server.scores import search_clicks
from audioscape_server.scores.ranker import Ranker
from audioscape_server.scores.search.clicks import ClickRow
from audioscape_server.scores.search.model import UNLEARNED
from audioscape_server.scores.search_job import SearchJob
from support import search_oracle
from support.counting import DAY, NOW, Events, Sent, load_batches
from support.scores import hold
from support.store import command, opened_warehouse, select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audioscape_server.scores.search_clicks import Published
    from audioscape_server.warehouse import Warehouse

PROJECTS = ("first", "shuffled", "doubled", "stepwise", "other")
#: Projects that tests change.
CHANGED = ("late", "lost", "gone", "held", "sliced", "beside")


@pytest.fixture(scope="module")
def requests_of() -> dict[str, list[list[Sent]]]:
    first = search_oracle.searches(3, 250, "first")
    single = [[one] for request in first for one in request]
    shuffled = random.Random(1).sample(single, len(single))
    doubled = [*first, *shuffled]
    return {
        "first": first,
        "shuffled": [[replace(one, project="shuffled") for one in request] for request in shuffled],
        "doubled": [[replace(one, project="doubled") for one in request] for request in doubled],
        "stepwise": [[replace(one, project="stepwise") for one in request] for request in shuffled],
        "other": search_oracle.searches(4, 60, "other", days=2),
        **{name: search_oracle.searches(6, 20, name, days=1) for name in CHANGED},
    }


@pytest.fixture(scope="module")
def warehouse(
    tmp_path_factory: pytest.TempPathFactory, requests_of: dict[str, list[list[Sent]]]
) -> Iterator[Warehouse]:
    """All was published at once, but for the project to which events came in three parts, with a run after each."""
    with opened_warehouse(tmp_path_factory.mktemp("search")) as opened:
        stepwise, job = requests_of["stepwise"], SearchJob(opened, lambda: NOW)
        steps = [len(stepwise) * part // 3 for part in range(4)]
        for block, (start, end) in enumerate(pairwise(steps)):
            opened.insert_block("steps", block, 0, load_batches(stepwise[start:end], first=start + 1))
            job.run(hold(block + 1))
        for block, (project, requests) in enumerate(requests_of.items()):
            if project != "stepwise":
                opened.insert_block("spool", block, 0, load_batches(requests, first=block * 10_000 + 1))
        SearchJob(opened, lambda: NOW).run(hold(9))
        yield opened


def published(warehouse: Warehouse, project: str) -> Published:
    return search_clicks.published(asking(warehouse), project)


def asking(warehouse: Warehouse) -> Any:
    return lambda name, **asked: warehouse.ask(name, asked, tag="test", seconds=30)


def rows(warehouse: Warehouse, project: str) -> dict[str, list[ClickRow]]:
    """What counts, by query."""
    snapshots = published(warehouse, project).snapshots
    queries = [row["query"] for row in select(warehouse, "SELECT DISTINCT query FROM search_clicks")]
    found = search_clicks.clicks(asking(warehouse), project, queries, snapshots)
    return {query: sorted(of_query) for query, of_query in found.items()}


@pytest.mark.parametrize("project", PROJECTS)
def test_every_row_is_what_plain_python_says(
    warehouse: Warehouse, requests_of: dict[str, list[list[Sent]]], project: str
) -> None:
    events = Events(one for request in requests_of[project] for one in request)
    assert rows(warehouse, project) == search_oracle.gathered(events, project)


def _served(key: str, typed: str, assets: str, at: float = NOW - 60) -> Sent:
    metadata = json.dumps({"query": typed, "assets": assets})
    return Sent("listed", key, 11, 5, NOW, "search_served", None, at, "", None, "", metadata)


def _clicked(asset: int, rank: int) -> Sent:
    metadata = json.dumps({"query": "lofi beats", "rank": rank})
    return Sent("listed", "key-a", 11, 5, NOW, "search_click", asset, NOW - 50, "p", None, "", metadata)


def test_served_lists_are_gathered_beside_the_clicks_of_their_query(warehouse: Warehouse) -> None:
    long = ",".join(str(number) for number in range(100, 130))
    sent = [
        _clicked(2, 2),
        _served("key-a", "LoFi  beats!", "1,2"),
        _served("key-a", "lofi beats", "1,2"),  # the same, at the same time: there twice
        _served("key-a", "lofi beats", "1,2", NOW - 61),
        _served("key-a", "lofi beats", "1,x,1,3"),
        _served("key-b", "lofi beats", long),
        _served("key-b", "jazz", "1,2"),  # that nobody clicked
    ]
    warehouse.insert_block("listed", 0, 0, load_batches([[one] for one in sent]))
    SearchJob(warehouse, lambda: NOW).run(hold())
    found = rows(warehouse, "listed")
    assert found.keys() == {"lofi beats"}
    places = {(one.key, one.asset, one.rank): (one.clickers, one.shown) for one in found["lofi beats"]}
    of_b = {("key-b", 99 + rank, rank): (0, 1) for rank in range(1, 21)}
    of_a = {("key-a", 1, 1): (0, 3), ("key-a", 2, 2): (1, 2), ("key-a", 3, 3): (0, 1)}
    assert places == of_a | of_b
    late = _served("key-a", "lofi beats", "3", NOW - 62)
    warehouse.insert_block("listed", 1, 0, load_batches([[late]], first=100))
    SearchJob(warehouse, lambda: NOW).run(hold())
    assert sum(one.shown for one in rows(warehouse, "listed")["lofi beats"] if one.asset == 3) == 2


def test_the_events_say_something(warehouse: Warehouse) -> None:
    found = [row for of_query in rows(warehouse, "first").values() for row in of_query]
    assert {row.rank for row in found} == {0, 1, 2, 3, 5, 19, 20}
    assert 0 < sum(row.satisfied for row in found) < sum(row.outcomes for row in found)
    assert max(row.clickers for row in found) > 1


@pytest.mark.parametrize("other", ["shuffled", "doubled", "stepwise"])
def test_order_repetition_and_parts_change_nothing_to_the_last_bit(warehouse: Warehouse, other: str) -> None:
    assert rows(warehouse, other) == rows(warehouse, "first")
    one, same = published(warehouse, "first"), published(warehouse, other)
    assert one.model != UNLEARNED
    assert same.model == one.model


def test_the_same_text_is_the_same_query_wherever_it_is_folded(warehouse: Warehouse) -> None:
    """In the events when they are loaded, and in the question when it is asked."""
    ask = asking(warehouse)
    for typed in search_oracle.QUERIES:
        assert search_clicks.folded(ask, typed) == search_oracle.query_of(typed), typed
    assert len(rows(warehouse, "first")) == len({search_oracle.query_of(one) for one in search_oracle.QUERIES} - {""})


@given(
    typed=st.text(st.characters(max_codepoint=127), max_size=80) | st.sampled_from(["a" * 300, "-" * 300, "a. " * 90])
)
@settings(max_examples=60)
def test_ascii_is_folded_as_the_engine_folds_it(warehouse: Warehouse, typed: str) -> None:
    [row] = warehouse.ask("search/fold", {"query": typed}, tag="test", seconds=30)
    assert search_clicks.folded(asking(warehouse), typed) == row["query"]


def test_a_run_gathers_only_the_days_that_have_changed(warehouse: Warehouse) -> None:
    SearchJob(warehouse, lambda: NOW).run(hold())
    before = published(warehouse, "late")
    late = replace(search_oracle.searches(5, 1, "late")[0][0], timestamp=NOW - 4 * DAY)
    warehouse.insert_block("late", 0, 0, load_batches([[late]]))
    SearchJob(warehouse, lambda: NOW).run(hold())
    after = published(warehouse, "late")
    changed = {one.day for one in after.days} - {one.day for one in after.days if one in before.days}
    assert [f"{day}" for day in changed] == ["2026-09-19"]


def test_a_day_whose_rows_were_lost_is_gathered_again(warehouse: Warehouse) -> None:
    before = rows(warehouse, "lost")
    command(
        warehouse, "ALTER TABLE search_clicks DELETE WHERE project = 'lost' AND rank = 1 SETTINGS mutations_sync = 1"
    )
    assert rows(warehouse, "lost") != before
    SearchJob(warehouse, lambda: NOW).run(hold())
    assert rows(warehouse, "lost") == before


def test_clicks_that_are_gone_count_no_more(warehouse: Warehouse) -> None:
    before = rows(warehouse, "gone")
    warehouse.insert_block("gone", 0, 0, load_batches(search_oracle.searches(8, 20, "gone"), first=70_000))
    SearchJob(warehouse, lambda: NOW).run(hold())
    assert rows(warehouse, "gone") != before
    warehouse.delete_block("gone", 0, NOW, NOW)
    warehouse.repair_days(warehouse.block_days("spool", 0))
    SearchJob(warehouse, lambda: NOW).run(hold())
    assert rows(warehouse, "gone") == before


def test_who_was_held_up_replaces_nothing(warehouse: Warehouse) -> None:
    before = published(warehouse, "held")
    warehouse.insert_block("held", 0, 0, load_batches(search_oracle.searches(9, 5, "held"), first=80_000))
    SearchJob(warehouse, lambda: NOW).run(hold())
    newest = published(warehouse, "held")
    assert newest.snapshot > before.snapshot
    warehouse.add(
        "search_model",
        search_clicks.MODEL_COLUMNS,
        [[value] for value in search_clicks.as_row("held", replace(before, snapshot=before.snapshot + 1))],
    )
    assert published(warehouse, "held") == newest


def test_nobody_sees_what_is_not_published_yet(warehouse: Warehouse) -> None:
    before, found = rows(warehouse, "doubled"), published(warehouse, "doubled")
    ranker = Ranker(warehouse)
    ranked = ranker.rank("doubled", "jazz", [1, 2, 3, 4])
    day = found.days[-1]
    asked = {"project": "doubled", "day": day.day, "side": 1 - day.side, "snapshot": found.snapshot + 1}
    asked |= {"qualified_s": 1.0, "slices": 1, "slice": 0}
    warehouse.derive("search/gather", asked, tag="test", seconds=30)
    command(warehouse, "OPTIMIZE TABLE search_clicks FINAL")
    assert rows(warehouse, "doubled") == before
    assert Ranker(warehouse).rank("doubled", "jazz", [1, 2, 3, 4]) == ranked


def test_a_run_writes_beside_what_is_read(warehouse: Warehouse) -> None:
    before = published(warehouse, "beside").days[-1]
    again = search_oracle.searches(7, 3, "beside")
    at = NOW - 60
    warehouse.insert_block(
        "beside", 0, 0, load_batches([[replace(one[0], timestamp=at)] for one in again], first=90_000)
    )
    SearchJob(warehouse, lambda: NOW).run(hold())
    after = published(warehouse, "beside").days[-1]
    assert (after.day, after.side) == (before.day, 1 - before.side)


def test_slices_of_a_day_are_the_whole_day(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(warehouse, "sliced")
    command(warehouse, "ALTER TABLE search_clicks DELETE WHERE project = 'sliced' SETTINGS mutations_sync = 1")
    monkeypatch.setattr("audioscape_server.scores.search_job._SLICE_EVENTS", 5)
    SearchJob(warehouse, lambda: NOW).run(hold())
    assert rows(warehouse, "sliced") == before


def test_a_new_day_makes_clicks_older_without_gathering_them_again(warehouse: Warehouse) -> None:
    SearchJob(warehouse, lambda: NOW + DAY).run(hold())
    before = published(warehouse, "first")
    SearchJob(warehouse, lambda: NOW + 2 * DAY).run(hold())
    after = published(warehouse, "first")
    assert (after.days, after.today) == (before.days, before.today + 1)
    assert after.model.version != before.model.version
