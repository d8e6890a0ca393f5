"""A warehouse with projects whose scores are known: the same events in order, shuffled and twice, and others."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from support.counting import DAY, NOW, Events, Sent, load_batches, random_requests
from support.scores import scores_of
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audioscape_server.scores.model import Scored
    from audioscape_server.warehouse import Warehouse

#: The project of the attack below, and what it attacks.
ATTACKED = 6
#: Keys, some of which send far more than others.
KEYS = ("key-a", "key-b", "key-c", "key-d", "key-e")


def _requests(seed: int) -> list[list[Sent]]:
    rng = random.Random(seed)
    requests = []
    for request in random_requests(seed, 300, ["first"]):
        key = rng.choices(KEYS, (8, 5, 4, 2, 1))[0]
        requests.append([replace(one, key=key, player_id=_player(rng, one)) for one in request])
    # One who skips early and comes back to listen did not skip.
    one = Sent("first", "key-a", 11, 5, NOW, "skip", 2, NOW - 600, "who comes back", 1.0, "", "")
    back = [one, replace(one, type="stop", timestamp=NOW - 60, duration=200.0)]
    # What came in last is not what happened last.
    none = replace(one, type="unfavorite", timestamp=NOW - 200, received_at=NOW - 100, duration=None)
    early = replace(none, type="favorite", timestamp=NOW - 5_000, received_at=NOW - 10)
    return [*requests, back, [none], [early]]


def _player(rng: random.Random, one: Sent) -> str:
    return one.player_id and f"{one.player_id}{rng.randrange(20)}"


def _attack(count: int) -> list[list[Sent]]:
    """One new key says that many players listened to the track today, and that some skipped it."""
    one = Sent("first", "evil", 11, 5, NOW, "stop", ATTACKED, NOW - 60, "", 300.0, "", "")
    heard = [[replace(one, player_id=f"fake{number}")] for number in range(count)]
    skipped = [[replace(one, player_id=f"bored{number}", type="skip", duration=2.0)] for number in range(count // 4)]
    return [*heard, *skipped]


def _jump() -> list[list[Sent]]:
    """Three keys, four tracks with 12 listeners a day for six days; then track 3 has five times as many."""
    one = Sent("jump", "key-a", 11, 5, NOW, "stop", 1, NOW, "", 300.0, "", "")
    return [
        [
            replace(
                one, key=f"key-{'abc'[n % 3]}", asset_id=asset, timestamp=NOW - 3_600 - back * DAY, player_id=f"p{n}"
            )
            for n in range(60 if (asset, back) == (3, 0) else 12)
            if n % 3 == turn
        ]
        for back in range(6)
        for asset in (1, 2, 3, 4)
        for turn in range(3)
    ]


def _apart() -> list[list[Sent]]:
    """Five keys, each alone in a universe of its own; in the first, one track has twice the listeners of another."""
    one = Sent("apart", "key-0", 21, 5, NOW, "stop", 1, NOW, "", 300.0, "", "")
    return [
        [
            replace(one, key=f"key-{key}", universe=21 + key, asset_id=asset, timestamp=NOW - 60, player_id=f"p{n}")
            for n in range(40 if asset % 2 else 20)
        ]
        for key in range(5)
        for asset in (1 + 2 * key, 2 + 2 * key)
    ]


@pytest.fixture(scope="module")
def requests_of() -> dict[str, list[list[Sent]]]:
    """The requests of each project."""
    first = [*_requests(7), *_attack(200)]
    rng = random.Random(1)
    single = [[one] for request in first for one in request]
    shuffled = rng.sample(single, len(single))
    return {
        "first": first,
        "shuffled": [[replace(one, project="shuffled") for one in request] for request in shuffled],
        "doubled": [[replace(one, project="doubled") for one in request] for request in [*first, *shuffled]],
        "other": [
            [replace(one, project="other", asset_id=one.asset_id and one.asset_id + 3) for one in request]
            for request in random_requests(9, 40, ["other"])
        ],
        "jump": _jump(),
        "apart": _apart(),
        "honest": [[replace(one, project="honest") for one in request] for request in _requests(7)],
    }


@pytest.fixture(scope="module")
def events(requests_of: dict[str, list[list[Sent]]]) -> Events:
    return Events(one for requests in requests_of.values() for request in requests for one in request)


@pytest.fixture(scope="module")
def warehouse(
    tmp_path_factory: pytest.TempPathFactory, requests_of: dict[str, list[list[Sent]]]
) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("scores")) as opened:
        for block, requests in enumerate(requests_of.values()):
            opened.insert_block("spool", block, 0, load_batches(requests, first=block * 10_000 + 1))
        yield opened


@pytest.fixture(scope="module")
def scored(warehouse: Warehouse, requests_of: dict[str, list[list[Sent]]]) -> dict[str, dict[int, list[Scored]]]:
    """The scores of each project, by universe."""
    return {
        project: {universe: scores_of(warehouse, project, universe, NOW) for universe in (0, 11, 12, 13)}
        for project in requests_of
    }


@pytest.fixture(scope="module")
def only_key(warehouse: Warehouse) -> list[Scored]:
    """The scores of a universe that one key of five sends from."""
    return scores_of(warehouse, "apart", 21, NOW)
