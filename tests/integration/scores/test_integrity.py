"""Who does what no crowd of players does is found, and nobody else; nothing is changed by it."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from evaluation.attacks import play

from audioscape_server.game import attacks
from audioscape_server.scores import integrity
from audioscape_server.scores.integrity import IntegrityJob
from support.counting import DAY, NOW, Sent, load_batches
from support.scores import hold
from support.store import opened_warehouse, select

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audioscape_server.scores.integrity import Flag
    from audioscape_server.warehouse import Warehouse

#: What each attack of the game is flagged for, at least.
REASONS = {
    "one-key": {"made_up_listeners"},
    "votes": {"made_up_votes"},
    "ranks": {"made_up_listeners", "claimed_rank"},
    "afk": {"loop"},
    "collusion": {"made_up_listeners", "collusion"},
}
#: Seeds of games in which nobody cheats.
CLEAN = (1, 2, 3)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("integrity")) as opened:
        yield opened


def flags_of(warehouse: Warehouse, project: str, now: float = NOW) -> list[Flag]:
    return IntegrityJob(warehouse, lambda: now).flags(project, now)


@pytest.mark.parametrize("kind", attacks.KINDS)
def test_each_attack_of_the_game_is_found_and_nobody_else_is_blamed(warehouse: Warehouse, kind: str) -> None:
    blame = play(warehouse, kind, seed=5, days=4, events=6_000, attack=kind)["attack"]
    flags = flags_of(warehouse, kind)
    assert {one.reason for one in flags} == REASONS[kind]
    assert {one.key for one in flags} == set(blame["keys"])
    assert {str(one.asset_id) for one in flags} == {blame["asset_id"]}
    assert {one.player_id for one in flags if one.reason == "loop"} == set(blame["players"])
    assert all(NOW - 4 * DAY <= blame["from"] - 1 < one.since < NOW for one in flags)
    assert all(one.effect != "told_only" for one in flags if one.reason != "collusion")


@pytest.mark.parametrize("seed", CLEAN)
def test_nobody_is_flagged_in_a_game_without_an_attack(warehouse: Warehouse, seed: int) -> None:
    play(warehouse, f"clean-{seed}", seed=seed, days=7, events=15_000)
    assert flags_of(warehouse, f"clean-{seed}") == []


# Events by hand: a project in which most is usual, and one thing at the edge of a rule.

ONE = Sent("", "evil", 11, 5, NOW, "play", 1, NOW - 3_600, "", 200.0, "", "")


def usual() -> list[Sent]:
    """60 players of another key who hear five tracks each, vote for them and click at the top."""
    query = json.dumps({"query": "lofi", "rank": 1})
    return [
        replace(ONE, key="fair", asset_id=asset, player_id=f"p{number}", **what)
        for number in range(60)
        for asset in range(10, 15)
        for what in (
            {"type": "play"},
            {"type": "vote", "value": "up", "duration": None},
            {"type": "search_click", "metadata": query, "duration": None},
        )
    ]


def crowd(count: int, **members: Any) -> list[Sent]:
    return [replace(ONE, **{"player_id": f"x{number}", **members}) for number in range(count)]


def elsewhere(count: int) -> list[Sent]:
    """Some of the crowd hear something else, too."""
    return crowd(count, asset_id=2)


VOTE: dict[str, Any] = {"type": "vote", "value": "up", "duration": None}


def click(rank: int, **members: Any) -> dict[str, Any]:
    metadata = json.dumps({"query": "Lofi", "rank": rank})
    return {"type": "search_click", "duration": None, "metadata": metadata, **members}


CASES: dict[str, tuple[list[Sent], set[str]]] = {
    "50 who hear nothing else": (crowd(50), {"made_up_listeners"}),
    "49 who hear nothing else": (crowd(49), set()),
    "49 who hear nothing else, and one without a name": (crowd(49) + crowd(1, player_id=""), set()),
    "8 of 10 who hear nothing else": (crowd(70) + elsewhere(14), {"made_up_listeners"}),
    "fewer than 8 of 10": (crowd(70) + elsewhere(15), set()),
    "50 without a name": (crowd(50, player_id=""), set()),
    "50 of a week ago": (crowd(50, timestamp=NOW - 8 * DAY), set()),
    "50 of six days ago": (crowd(50, timestamp=NOW - 6 * DAY), {"made_up_listeners"}),
    "30 votes of nobody who heard it": (crowd(30, **VOTE), {"made_up_votes"}),
    "29 votes of nobody who heard it": (crowd(29, **VOTE), set()),
    "30 votes, of which 7 heard it": (crowd(30, **VOTE) + crowd(7) + elsewhere(37), set()),
    "60 plays on a day": (crowd(60, player_id="afk"), {"loop"}),
    "59 plays on a day": (crowd(59, player_id="afk"), set()),
    "60 plays on two days": (
        crowd(30, player_id="afk") + crowd(30, player_id="afk", timestamp=NOW - DAY - 3_600),
        set(),
    ),
    "30 who click at place 11": (crowd(30, **click(11)), {"claimed_rank"}),
    "29 who click at place 11": (crowd(29, **click(11)), set()),
    "30 who click at place 10": (crowd(30, **click(10)), set()),
    "30 who click at place 11, and 30 at the top": (
        crowd(30, **click(11))
        + [one for n in range(30) for one in crowd(1, **click(3, asset_id=2, player_id=f"y{n}"))],
        set(),
    ),
    "two keys, each with 50 who hear nothing else": (
        crowd(50) + crowd(50, key="evil too"),
        {"made_up_listeners", "collusion"},
    ),
}


def put(warehouse: Warehouse, project: str, events: list[Sent], first: int = 1) -> None:
    warehouse.insert_block(project, first, 0, load_batches([[replace(one, project=project)] for one in events], first))


@pytest.fixture(scope="module")
def edges(warehouse: Warehouse) -> None:
    for name, (events, _) in CASES.items():
        put(warehouse, name, usual() + events)


@pytest.mark.usefixtures("edges")
@pytest.mark.parametrize("name", CASES)
def test_the_rules_at_their_edges(warehouse: Warehouse, name: str) -> None:
    flags = flags_of(warehouse, name)
    assert {one.reason for one in flags} == CASES[name][1]
    assert all(one.key.startswith("evil") for one in flags)


def oracle(events: list[Sent]) -> dict[tuple[str, int | None], tuple[int, int, int, int]]:
    """Of each key and asset: listeners, those who hear nothing else; voters, those who never heard it."""
    heard, voted = defaultdict(set), defaultdict(set)
    for one in events:
        (voted if one.type == "vote" else heard)[one.key, one.player_id].add(one.asset_id)
    found: dict[Any, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for who in heard.keys() | voted.keys():
        for asset in heard[who]:
            found[who[0], asset][0] += 1
            found[who[0], asset][1] += heard[who] | voted[who] == {asset}
        for asset in voted[who]:
            found[who[0], asset][2] += 1
            found[who[0], asset][3] += asset not in heard[who]
    return {where: (a, b, c, d) for where, (a, b, c, d) in found.items()}


def test_crowds_are_counted_as_plain_python_counts_them_in_any_order_and_twice(warehouse: Warehouse) -> None:
    rng = random.Random(7)
    events = [
        replace(
            ONE,
            key=rng.choice(["a", "b", "c"]),
            asset_id=rng.randrange(5),
            player_id=f"p{int(200 * rng.random() ** 2)}",
            **rng.choice([{"type": "play"}, {"type": "stop"}, VOTE]),
        )
        for _ in range(600)
    ]
    put(warehouse, "crowds", events)
    put(warehouse, "crowds again", rng.sample(events * 2, len(events) * 2))
    asked: dict[str, Any] = {"window_days": 7, "least_listeners": 1, "least_voters": 1, "most": 99}
    asked |= {"share": 0.0, "usual": 1.0, "today": integrity.day_of(NOW)}
    once, twice = (
        warehouse.ask("integrity/crowds", {"project": project, **asked}, tag="t", seconds=30)
        for project in ("crowds", "crowds again")
    )
    assert twice == once
    counted = {(row["reason"], row["key"], row["asset"]): (row["amount"], row["of"]) for row in once}
    expected = oracle(events)
    assert len(counted) > 10
    for (reason, key, asset), (amount, of) in counted.items():
        listeners, only_here, voters, unheard = expected[key, asset]
        assert (of, amount) == ((listeners, only_here) if reason == "made_up_listeners" else (voters, unheard))
    rest = [one for where, one in expected.items() if where != (once[0]["key"], once[0]["asset"])]
    assert once[0]["usual"] == pytest.approx(sum(one[1] for one in rest) / sum(one[0] for one in rest))


def test_the_only_key_of_a_project_is_told_and_not_capped(warehouse: Warehouse) -> None:
    # What was sent from 28 to 3 days ago says how much a key may say.
    put(warehouse, "alone", [replace(one, key="evil", timestamp=NOW - 4 * DAY) for one in usual()] + crowd(50))
    [one] = flags_of(warehouse, "alone")
    assert (one.reason, one.effect) == ("made_up_listeners", "told_only")


def published(warehouse: Warehouse, project: str) -> list[tuple[str, str]]:
    rows = warehouse.ask("integrity/flagged", {"project": project}, tag="t", seconds=30)
    assert [row["number"] for row in rows] == list(range(len(rows)))
    assert rows[0]["reason"] == ""
    return [(row["reason"], row["key"]) for row in rows[1:]]


def test_flags_are_published_whole_and_go_when_their_events_are_old(warehouse: Warehouse) -> None:
    put(warehouse, "published", usual() + crowd(50) + crowd(60, player_id="afk", asset_id=3))
    now = NOW
    job = IntegrityJob(warehouse, lambda: now)
    job.run(hold(7))
    assert published(warehouse, "published") == [("made_up_listeners", "evil"), ("loop", "evil")]
    held_up = IntegrityJob(warehouse, lambda: now)
    now = NOW + 9 * DAY
    job.run(hold(8))
    assert published(warehouse, "published") == []
    # A worker that was held up writes under an older number: nobody reads it.
    for _ in range(10):
        held_up._publish(hold(7), "published", NOW, flags_of(warehouse, "published"))
    assert published(warehouse, "published") == []


def test_a_project_is_looked_at_again_only_when_something_may_have_changed(warehouse: Warehouse) -> None:
    put(warehouse, "again", usual())
    now = NOW
    job = IntegrityJob(warehouse, lambda: now)

    def looked() -> bool:
        count = "SELECT max(snapshot) AS n FROM integrity_flags WHERE project = 'again'"
        before = select(warehouse, count)
        job.run(hold(9))
        return select(warehouse, count) != before

    assert looked()
    assert not looked()
    put(warehouse, "again", crowd(1), first=9_000)
    assert looked()
    now += 3_600
    assert looked()
