"""Events of custom types count in a project that gave their type a weight, and nowhere else."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import pytest

from audioscape_server.scores.parameters import DEFAULT
from support import score_oracle
from support.counting import NOW, Sent, random_requests
from support.scores import publish, scores_of
from support.search_api import asking
from support.store import command

if TYPE_CHECKING:
    from audioscape_server.scores.model import Scored
    from audioscape_server.warehouse import Warehouse
    from support.counting import Events

#: The asset that the key `evil` pushes, and by how many made-up players.
PUSHED, CROWD = 6, 200
#: Types that are sent, and one that nobody sends; the last in order is what `evil` sends.
WEIGHTS = {"emote": 2.0, "boss_fight": 0.75, "Play": 5.0, "dance": 100.0}
OPTED_IN = msgspec.structs.replace(DEFAULT, custom_weights=WEIGHTS)


@pytest.fixture(scope="module")
def requests_of() -> dict[str, list[list[Sent]]]:
    """Of a project whose types count, the same again, and of one that calls them something else."""
    emote = Sent("mine", "evil", 11, 5, NOW, "emote", PUSHED, NOW - 60, "", None, "", "")
    mine = [
        *random_requests(3, 150, ["mine"]),
        *([replace(emote, player_id=f"fake{number}")] for number in range(CROWD)),
        # Twice on one day is once; an event without an asset is about none.
        [emote, emote, replace(emote, asset_id=None)],
        [replace(emote, asset_id=7, key="key-a")],
    ]
    return {
        "mine": mine,
        "again": [[replace(one, project="again")] for request in reversed([*mine, *mine]) for one in request],
        "renamed": [[_renamed(one) for one in request] for request in mine],
    }


def _renamed(one: Sent) -> Sent:
    return replace(one, project="renamed", type=f"{one.type} too" if one.type in WEIGHTS else one.type)


@pytest.fixture(scope="module")
def mine(warehouse: Warehouse) -> dict[int, Scored]:
    return {one["asset_id"]: one for one in scores_of(warehouse, "mine", 0, NOW, OPTED_IN)}


@pytest.mark.parametrize("universe", [0, 11])
def test_every_number_is_what_plain_python_says(warehouse: Warehouse, events: Events, universe: int) -> None:
    expected = score_oracle.scores(events, "mine", universe, NOW, WEIGHTS)
    found = {one["asset_id"]: one for one in scores_of(warehouse, "mine", universe, NOW, OPTED_IN)}
    assert found.keys() == expected.keys()
    for asset, one in expected.items():
        for name in ("mass", "quality", "score", "low", "high"):
            assert math.isclose(found[asset][name], one[name], rel_tol=1e-9, abs_tol=1e-9), (asset, name)


def test_order_and_repetition_change_nothing_to_the_last_bit(warehouse: Warehouse, mine: dict[int, Scored]) -> None:
    assert scores_of(warehouse, "again", 0, NOW, OPTED_IN) == list(mine.values())


def test_types_without_a_weight_change_nothing_to_the_last_bit(warehouse: Warehouse) -> None:
    without = scores_of(warehouse, "mine", 0, NOW)
    assert without == scores_of(warehouse, "renamed", 0, NOW)
    assert {one["asset_id"] for one in without} == {1, 2, 3, 4, 5, 6}
    nobody_sends = msgspec.structs.replace(DEFAULT, custom_weights={"dance": 100.0})
    assert [{**one, "custom": []} for one in scores_of(warehouse, "mine", 0, NOW, nobody_sends)] == without


def test_one_key_cannot_lift_a_track_by_custom_events(mine: dict[int, Scored], warehouse: Warehouse) -> None:
    pushed = mine[PUSHED]
    [(_, mass, counted)] = [one for one in pushed["capped"] if one[0] == "evil"]
    assert mass == 2 * (CROWD + 1)
    assert math.isclose(counted, pushed["key_growth"] * (pushed["uncapped"] - mass + 3))
    without_evil = next(one for one in scores_of(warehouse, "renamed", 0, NOW, OPTED_IN) if one["asset_id"] == PUSHED)
    assert pushed["score"] <= without_evil["score"] + 10


def test_an_asset_of_custom_events_alone_has_a_score(mine: dict[int, Scored]) -> None:
    assert mine[7]["custom"] == [("Play", 0), ("boss_fight", 0), ("dance", 0), ("emote", 1)]
    assert mine[7]["listeners"] == mine[7]["trend_listeners"] == 0
    assert mine[7]["score"] > 0


@pytest.mark.parametrize("universe", [0, 11])
def test_a_score_can_be_worked_out_from_its_explanation(warehouse: Warehouse, universe: int) -> None:
    command(warehouse, "TRUNCATE TABLE scores")
    publish(warehouse, NOW, OPTED_IN)
    asked = {"universe": universe} if universe else {}
    with asking(warehouse, parameters=OPTED_IN) as client:
        explained = [
            client.get(f"/analytics/v1/tracks/{asset}/score", params=asked, headers={"x-api-key": "read:mine"}).json()
            for asset in (1, PUSHED)
        ]
    for one in explained:
        given, parts = one["parameters"], one["components"]
        assert parts["custom"].keys() == given["custom_weights"].keys() == WEIGHTS.keys()
        mass = (
            parts["listens"]
            + one["qualified_rate"] * parts["plays_without_end"]
            + given["weight_queue"] * parts["queue"]
            + given["weight_click"] * parts["clicks"]
            + given["weight_favorite"] * parts["favorites"]
            + sum(given["custom_weights"][kind] * players for kind, players in parts["custom"].items())
            - one["capped_by_key"]["amount"]
        )
        weighed = mass * one["quality"]["multiplier"]
        score = 100 * math.log(1 + weighed / given["scale"]) / math.log(1 + one["reference_mass"] / given["scale"])
        assert math.isclose(min(100, score), one["score"], rel_tol=0, abs_tol=1e-9)
