"""What a block has not brought to every table yet is not counted wrongly, and is counted as soon as it is there.

An insert is not atomic: its rollups follow one another, by some milliseconds, or by more on a busy machine.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.jobs.projects import DueProjects
from audioscape_server.scores.integrity import LEAST_LISTENERS, IntegrityJob
from audioscape_server.scores.job import ScoreJob
from audioscape_server.scores.search_job import SearchJob
from support.counting import DAY, NOW, Sent, load_batches
from support.half_stored import half_stored
from support.scores import hold, scores_of
from support.store import opened_warehouse, select

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audioscape_server.warehouse import Warehouse

NUMBERS = count(1)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("half-stored")) as opened:
        yield opened


@pytest.fixture
def project() -> str:
    return f"project{next(NUMBERS)}"


def heard(project: str, listeners: int = 3, **members: Any) -> list[Sent]:
    one = Sent(project, "key-a", 11, 5, NOW, "stop", 1, NOW - 60, "", 60.0, "", "")
    return [replace(one, **{"player_id": f"p{number}", **members}) for number in range(listeners)]


def published(warehouse: Warehouse, project: str) -> dict[int, tuple[float, list[Any]]]:
    """The mass of each asset that was published last, and whose part of it was capped."""
    rows = select(warehouse, f"SELECT asset_id, mass, capped FROM scores FINAL WHERE project = '{project}'")
    return {row["asset_id"]: (row["mass"], row["capped"]) for row in rows}


def test_the_first_listeners_of_a_project_are_not_capped_at_any_moment(
    warehouse: Warehouse, project: str, tmp_path: Path
) -> None:
    """The events are there, and no table tells yet which keys the project has: nobody says what they may add."""
    job = ScoreJob(warehouse, lambda: NOW)
    with half_stored(warehouse, heard(project), "place_day", tmp_path):
        job.run(hold(1))
        assert published(warehouse, project) == {}
    job.run(hold(2))
    assert published(warehouse, project) == {1: (3, [])}


def test_what_a_key_says_that_is_not_known_yet_takes_nothing_from_the_others(
    warehouse: Warehouse, project: str, tmp_path: Path
) -> None:
    past = heard(project, asset_id=2, timestamp=NOW - 2 * DAY)  # without any nothing trends
    warehouse.insert_block(project, 1, 0, load_batches([heard(project), past]))
    new = [*heard(project, key="key-b"), *heard(project, 1, key="key-b", type="vote", duration=None, value="down")]
    with half_stored(warehouse, new, "place_day", tmp_path):
        half = next(one for one in scores_of(warehouse, project, 0, NOW) if one["asset_id"] == 1)
    whole = next(one for one in scores_of(warehouse, project, 0, NOW) if one["asset_id"] == 1)
    assert (half["mass"], half["capped"], half["down_votes"], half["trend_keys"]) == (3, [], 0, 1)
    assert {key for key, _, _ in whole["capped"]} == {"key-a", "key-b"}
    assert (whole["down_votes"], whole["trend_keys"]) == (1, 2)


def test_lengths_that_come_last_are_in_the_score_of_the_next_run(
    warehouse: Warehouse, project: str, tmp_path: Path
) -> None:
    """20 seconds are half of a track of 40, and of one whose length is not known they are no listen."""
    events = [*heard(project, duration=20.0), *heard(project, 1, type="play", duration=40.0)]
    job = ScoreJob(warehouse, lambda: NOW)
    with half_stored(warehouse, events, "track_length_day", tmp_path):
        job.run(hold(1))
        assert published(warehouse, project) == {1: (0, [])}
    job.run(hold(2))
    assert published(warehouse, project) == {1: (3, [])}


def test_a_made_up_crowd_of_a_key_that_is_not_known_yet_is_flagged_by_the_next_run(
    warehouse: Warehouse, project: str, tmp_path: Path
) -> None:
    others = heard(project, 80, asset_id=2) + heard(project, 80, asset_id=3)
    warehouse.insert_block(project, 1, 0, load_batches([others]))
    crowd = [replace(one, key="evil", player_id=f"x {one.player_id}") for one in heard(project, LEAST_LISTENERS)]
    job = IntegrityJob(warehouse, lambda: NOW)

    def flagged() -> list[dict[str, Any]]:
        return select(
            warehouse, f"SELECT reason, key FROM integrity_flags FINAL WHERE project = '{project}' AND number > 0"
        )

    with half_stored(warehouse, crowd, "place_day", tmp_path):
        job.run(hold(1))
        assert flagged() == []
    job.run(hold(2))
    assert flagged() == [{"reason": "made_up_listeners", "key": "evil"}]


def test_lists_that_were_served_are_counted_by_the_next_run(warehouse: Warehouse, project: str, tmp_path: Path) -> None:
    served = json.dumps({"query": "lofi", "assets": "1,2"})
    events = [
        *heard(project, type="search_click", duration=None, metadata=json.dumps({"query": "lofi", "rank": 1})),
        *heard(project, type="search_served", asset_id=None, duration=None, metadata=served),
    ]
    job = SearchJob(warehouse, lambda: NOW)

    def gathered() -> set[int]:
        """Under which numbers the clicks were gathered."""
        rows = select(warehouse, f"SELECT DISTINCT snapshot FROM search_clicks WHERE project = '{project}'")
        return {row["snapshot"] for row in rows}

    with half_stored(warehouse, events, "custom_day", tmp_path):
        job.run(hold(1))
        before = gathered()
    job.run(hold(2))
    assert gathered() > before


@pytest.mark.parametrize(
    "runs",
    [
        [(1, "", True), (1, "", False)],
        [(1, "a", True), (1, "", True), (1, "", False)],
        [(1, "a", True), (1, "a", True), (1, "a", True), (1, "", True), (1, "", False)],
        [(1, "a", True), (1, "b", True), (1, "b", False)],
        [(1, "ab", True), (1, "bc", True), (1, "c", True), (1, "c", False)],
        [(1, "", True), (1, "a", False), (2, "a", True), (2, "", True), (2, "", False)],
    ],
    ids=["at rest", "a block ends", "a block takes long", "another block", "two blocks", "other projects' blocks"],
)
def test_a_project_is_due_until_all_has_ended_that_ran_when_it_changed(
    runs: list[tuple[int, str, bool]],
) -> None:
    projects = DueProjects(lambda: NOW)
    found = [
        bool(list(projects.each(hold(), [("one", looks)], frozenset(under_way), lambda: 0)))
        for looks, under_way, _ in runs
    ]
    assert found == [is_due for *_, is_due in runs]
