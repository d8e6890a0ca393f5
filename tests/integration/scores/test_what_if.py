"""What other numbers would do is what they do, once they are published; nothing moves before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import msgspec
import pytest

from audioscape_server.control import Catalog, ControlDatabase, ScoreModels, Track
from audioscape_server.errors import InvalidRequestError, NotFoundError
from audioscape_server.operations.scoring import Scoring
from audioscape_server.scores.job import ScoreJob
from audioscape_server.scores.parameters import DEFAULT
from audioscape_server.scores.what_if import CHANGEABLE, Models
from support.counting import NOW
from support.scores import hold
from support.store import command, select

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from audioscape_server.warehouse import Warehouse

FAVORITES = json.dumps({"weight_favorite": 50.0, "half_life_days": 14.0})


@pytest.fixture
def control(tmp_path: Path) -> Iterator[ControlDatabase]:
    database = ControlDatabase(f"sqlite:///{tmp_path / 'control.db'}")
    database.migrate()
    Catalog(database).put("first", [Track(1, "First Light")])
    yield database
    database.close()


@pytest.fixture
def scoring(warehouse: Warehouse, control: ControlDatabase) -> Scoring:
    return Scoring(warehouse, control, lambda: NOW)


def test_a_preview_shows_what_publishing_does(warehouse: Warehouse, control: ControlDatabase, scoring: Scoring) -> None:
    command(warehouse, "TRUNCATE TABLE scores")
    shown = scoring.preview("first", FAVORITES)
    assert shown["model_version"] == "popularity-4"
    published = scoring.publish("first", FAVORITES)
    assert (published["version"], published["weight_favorite"], published["weight_queue"]) == (
        "popularity-4.1",
        50,
        0.5,
    )
    models = Models(ScoreModels(control, lambda: NOW))
    ScoreJob(warehouse, lambda: NOW, models.of).run(hold())
    found = select(
        warehouse,
        "SELECT * FROM scores WHERE project = 'first' AND universe = 0 ORDER BY rank",
    )
    assert [(int(one["asset_id"]), one["score"], one["rank"]) for one in shown["tracks"]] == [
        (one["asset_id"], one["score"], one["rank"]) for one in found
    ]
    assert {one["model_version"] for one in found} == {"popularity-4.1"}
    # Another project keeps its own.
    assert models.of("other").version == "popularity-4"
    assert [one["rank"] for one in scoring.preview("first", FAVORITES)["tracks"]] == [
        one["previous_rank"] for one in scoring.preview("first", FAVORITES)["tracks"]
    ]


def test_a_preview_says_why(scoring: Scoring) -> None:
    rows = scoring.preview("first", FAVORITES)["tracks"]
    for one in rows:
        parts = {name: share for name, share in one["shares"].items() if name != "capped"}
        assert sum(parts.values()) == pytest.approx(1)
        assert one["shares"]["favorites"] >= one["previous_shares"]["favorites"]
    assert {one["asset_id"]: one["title"] for one in rows}["1"] == "First Light"
    assert any(one["rank"] != one["previous_rank"] for one in rows)


def test_a_preview_tells_of_types_that_nobody_sends(scoring: Scoring) -> None:
    assert scoring.preview("first", FAVORITES)["unheard_of"] == []
    mistyped = '{"weight_boss_fight": 1, "weight_favourite": 5}'
    assert scoring.preview("first", mistyped)["unheard_of"] == ["favourite"]


def test_a_preview_publishes_nothing(warehouse: Warehouse, control: ControlDatabase, scoring: Scoring) -> None:
    before = select(warehouse, "SELECT count() AS n FROM scores")
    scoring.preview("first", FAVORITES, universe="11", limit="2")
    assert select(warehouse, "SELECT count() AS n FROM scores") == before
    assert Models(ScoreModels(control, lambda: NOW)).of("first").version == "popularity-4"


def test_a_model_that_is_published_scores_at_once(warehouse: Warehouse, control: ControlDatabase) -> None:
    command(warehouse, "TRUNCATE TABLE scores")
    models = Models(ScoreModels(control, lambda: NOW))
    job = ScoreJob(warehouse, lambda: NOW, models.of)
    job.run(hold(1))
    job.run(hold(2))
    assert len(select(warehouse, "SELECT DISTINCT snapshot FROM scores WHERE project = 'first' AND universe = 0")) == 1
    models.publish("first", models.of("first"))
    job.run(hold(3))
    versions = select(warehouse, "SELECT DISTINCT model_version AS v FROM scores WHERE project = 'first' ORDER BY v")
    assert [one["v"] for one in versions][-1] == "popularity-4.1"


def test_a_custom_type_counts_from_when_it_gets_a_weight_until_that_is_0(scoring: Scoring) -> None:
    for changes, counts in (('{"weight_queue": 1}', False), ('{"weight_boss_fight": 2}', True)):
        shown = scoring.preview("first", changes)["tracks"]
        assert any(one["shares"].get("custom boss_fight") for one in shown) is counts
    assert scoring.publish("first", '{"weight_boss_fight": 2, "weight_Play": 1}')["custom_weights"] == {
        "boss_fight": 2,
        "Play": 1,
    }
    taken = scoring.publish("first", '{"weight_boss_fight": 0, "weight_queue": 1}')
    assert (taken["custom_weights"], taken["weight_queue"]) == ({"Play": 1}, 1)
    assert "custom boss_fight" not in scoring.preview("first", '{"weight_queue": 2}')["tracks"][0]["shares"]


def test_what_a_project_chose_for_an_older_formula_counts_in_this_one_and_nothing_else_of_it(
    control: ControlDatabase,
) -> None:
    chosen = dict.fromkeys(CHANGEABLE, 3.0) | {"custom_weights": {"emote": 2.0}}
    older = {"version": "popularity-1.7", "uncapped_share": 0.95, "trend_z": 5, "cap_base": 5, **chosen}
    ScoreModels(control, lambda: NOW).publish("older", lambda _: json.dumps(older))
    expected = msgspec.structs.replace(DEFAULT, version="popularity-4.7", **chosen)
    assert Models(ScoreModels(control, lambda: NOW)).of("older") == expected


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"half_life_days": 0.5}, "half_life_days: expected a number from 1 to 28, found 0.5"),
        ({"weight_favorite": -1.0}, "weight_favorite: expected a number from 0 to 100, found -1"),
        ({"dance": 1.0}, "dance is no number of the model"),
        ({"weight_play": 1.0}, "weight_play is no number of the model"),
        ({"weight_": 1.0}, "weight_ is no number of the model"),
        ({f"weight_{'x' * 129}": 1.0}, "is no number of the model"),
        ({"weight_dance": -1.0}, "weight_dance: expected a number from 0 to 100, found -1"),
        ({f"weight_dance {number}": 1.0 for number in range(11)}, "at most 10 custom types, found 11"),
    ],
)
def test_what_is_no_number_of_the_model_is_refused(scoring: Scoring, changes: dict[str, float], text: str) -> None:
    for ask in (scoring.preview, scoring.publish):
        with pytest.raises(InvalidRequestError, match=text):
            ask("first", json.dumps(changes))


def test_an_explanation_is_that_of_the_endpoint(warehouse: Warehouse, scoring: Scoring) -> None:
    command(warehouse, "TRUNCATE TABLE scores")
    ScoreJob(warehouse, lambda: NOW).run(hold())
    explained = scoring.explain("first", "6")
    assert (explained["asset_id"], explained["model_version"]) == ("6", "popularity-4")
    assert explained["capped_by_key"]["amount"] > 0
    with pytest.raises(NotFoundError):
        scoring.explain("first", "8")
