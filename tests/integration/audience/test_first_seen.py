"""Who is new is told by all events, whatever was gathered of them, and whatever changed since."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from audioscape_server import first_seen
from audioscape_server.api.filters import Filters
from audioscape_server.first_seen import CLOSED_AFTER_DAYS, FirstSeenJob, Gathered
from support.counting import DAY, NOW, Sent, load_batches
from support.scores import hold
from support.store import command, opened_warehouse, select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from audioscape_server.warehouse import Warehouse

MIDNIGHT = NOW // DAY * DAY
NUMBERS = count(1)

#: A player, and on which day before today something was heard.
events = st.tuples(st.sampled_from("abcd"), st.integers(0, 30))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(events, min_size=1, max_size=6)),
        st.tuples(st.just("remove"), st.integers(0, 9)),
        st.tuples(st.just("gather"), st.integers(0, 12)),
    ),
    min_size=2,
    max_size=6,
)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("first-seen")) as opened:
        yield opened


class World:
    """A project of its own, and which events are in it."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.project = f"project{next(NUMBERS)}"
        self.blocks: dict[int, list[tuple[str, int]]] = {}
        self._warehouse = warehouse

    def add(self, heard: list[tuple[str, int]]) -> int:
        block = len(self.blocks) + 1
        sent = [
            Sent(self.project, "key", 1, 1, NOW, "play", 1, MIDNIGHT - ago * DAY + 100 + place, player, None, "", "")
            for place, (player, ago) in enumerate(heard)
        ]
        self._warehouse.insert_block(self.project, block, 0, load_batches([sent]))
        self.blocks[block] = heard
        return block

    def remove(self, block: int) -> None:
        if self.blocks.get(block):
            days = self._warehouse.block_days(self.project, block)
            self._warehouse.delete_block(self.project, block, MIDNIGHT - 31 * DAY, NOW)
            self._warehouse.repair_days(days)
            self.blocks[block] = []

    def gather(self, days_later: int = 0, fence: int = 1) -> None:
        FirstSeenJob(self._warehouse, lambda: NOW + days_later * DAY).run(hold(fence))

    def gather_late(self, generation: int, days: list[date]) -> None:
        """What a worker writes that was held up for long."""
        asked = {"project": self.project, "generation": generation, "days": days}
        self._warehouse.derive("audience/gather", asked, tag="test", seconds=30)

    def ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        return self._warehouse.ask(name, parameters, tag="test", seconds=30)

    def gathered(self) -> Gathered:
        return first_seen.gathered(self.ask, self.project)

    def new(self, days: int) -> dict[int, int]:
        """How many players were new on each of the last days: how many days ago, players."""
        starts = [int(MIDNIGHT - ago * DAY) for ago in range(days, -1, -1)]
        rows = first_seen.asked(
            self.ask, self.project, "audience/new_players", starts=starts, until=NOW + DAY, is_filtered=0,
            **Filters().lists,
        )  # fmt: skip
        return {(int(MIDNIGHT) - row["start"]) // DAY: row["players"] for row in rows}

    def recounted(self, days: int) -> dict[int, int]:
        first: dict[str, int] = {}
        for heard in self.blocks.values():
            for player, ago in heard:
                first[player] = max(ago, first.get(player, 0))
        return {ago: list(first.values()).count(ago) for ago in first.values() if ago <= days}


@settings(max_examples=12, deadline=None)
@given(steps=steps, days=st.integers(0, 30))
def test_who_is_new_is_what_all_events_say_whatever_was_gathered(
    warehouse: Warehouse, steps: list[tuple[str, Any]], days: int
) -> None:
    world = World(warehouse)
    for name, given_ in steps:
        getattr(world, name)(given_)
        assert world.new(days) == world.recounted(days)


@pytest.fixture
def world(warehouse: Warehouse) -> World:
    """Four days were gathered of it, of which the last is the last one that is closed; one is not gathered."""
    one = World(warehouse)
    one.add([("a", 30), ("b", 12), ("a", 9), ("c", CLOSED_AFTER_DAYS), ("d", CLOSED_AFTER_DAYS - 1)])
    one.gather()
    return one


def day(ago: int) -> date:
    return datetime.fromtimestamp(MIDNIGHT, UTC).date() - timedelta(days=ago)


def test_who_was_seen_before_is_gathered_once(warehouse: Warehouse) -> None:
    """What a history of many days holds is as many rows as players, although merges have not come to it."""
    world = World(warehouse)
    world.add([("a", 20), ("b", 12), ("a", 12)])
    world.gather()
    world.add([("a", 6), ("b", 6), ("c", 6)])
    world.gather(days_later=4)
    [told] = select(warehouse, f"SELECT count() AS rows FROM first_seen WHERE project = '{world.project}'")
    assert told["rows"] == len("abc")
    assert world.new(30) == {20: 1, 12: 1, 6: 1}


def test_an_earlier_day_that_is_gathered_later_tells_who_was_first_seen_on_it(warehouse: Warehouse) -> None:
    """So it is where an outage brings the first events of a day that had none."""
    world = World(warehouse)
    world.add([("a", 12), ("b", 12)])
    world.gather()
    world.add([("a", 20)])
    world.gather()
    assert not world.gathered().unknown
    assert world.new(30) == {20: 1, 12: 1}


def test_days_are_gathered_when_nothing_comes_to_them_any_more(world: World) -> None:
    assert set(world.gathered().unknown) == {day(CLOSED_AFTER_DAYS - 1)}
    world.gather(days_later=1)
    assert not world.gathered().unknown


def test_gathered_days_are_not_read_again(world: World) -> None:
    asked: list[dict[str, Any]] = []

    def ask(name: str, **parameters: Any) -> list[dict[str, Any]]:
        asked.append({"name": name, **parameters})
        return world.ask(name, **parameters) if name == "audience/gathered" else []

    first_seen.asked(ask, world.project, "audience/new_players", until=NOW, starts=[MIDNIGHT])
    [question] = [one for one in asked if one["name"] == "audience/new_players"]
    assert question["unknown_days"] == [day(CLOSED_AFTER_DAYS - 1)]
    assert question["generation"] == world.gathered().generation > 0


def test_a_day_that_changed_makes_all_that_was_gathered_worthless_until_it_is_gathered_anew(world: World) -> None:
    before = world.gathered()
    world.remove(world.add([("e", 20)]))
    assert world.gathered() == before  # as it was
    world.add([("e", 12)])
    assert (world.gathered().generation, len(world.gathered().unknown)) == (0, 5)
    world.gather()
    after = world.gathered()
    assert after.generation > before.generation
    assert set(after.unknown) == {day(CLOSED_AFTER_DAYS - 1)}


def test_a_run_that_takes_long_leaves_the_rest_to_the_next_one_and_says_so(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days are gathered together up to a number of events; one with more, by itself."""
    monkeypatch.setattr(first_seen, "_EVENTS_AT_ONCE", 4)
    world = World(warehouse)
    world.gather()  # what other projects have left
    world.add([(player, ago) for ago in range(CLOSED_AFTER_DAYS, 20) for player in "ab"])
    world.add([(player, 20) for player in "abcde"])
    left, more = [len(world.gathered().unknown)], []
    while not more or more[-1]:
        ticks = count(int(NOW), 8)  # two statements of a run begin in time, and no third one
        more.append(FirstSeenJob(warehouse, lambda ticks=ticks: next(ticks)).run(hold()))
        left.append(len(world.gathered().unknown))
    assert left == [13, 10, 6, 2, 0]
    assert more == [True] * 3 + [False]
    assert world.new(30) == world.recounted(30)


def test_players_that_were_lost_with_a_part_are_read_from_the_events_and_gathered_anew(
    world: World, warehouse: Warehouse
) -> None:
    world.add([("b", 3)])
    assert world.new(10) == world.recounted(10)
    for part in select(warehouse, "SELECT name FROM system.parts WHERE table = 'first_seen' AND active"):
        command(warehouse, f"ALTER TABLE first_seen DETACH PART '{part['name']}'")
    assert world.gathered().generation == 0
    assert world.new(10) == world.recounted(10)  # "b" is not new
    world.gather()
    assert world.gathered().generation > 0
    assert world.new(10) == world.recounted(10)


def test_what_a_worker_that_was_held_up_gathers_counts_no_more(world: World) -> None:
    old = world.gathered().generation
    ghost = world.add([("z", 25)])
    world.gather(fence=old + 7)
    world.remove(ghost)
    world.gather(fence=old + 20)
    world.gather_late(old, [day(25), day(12)])
    assert world.gathered().generation > old
    world.add([("z", 3)])
    assert world.new(10) == world.recounted(10)  # "z" is new, and was never there before these days


def test_of_a_worker_that_was_killed_half_way_nobody_stays_who_is_in_no_event(
    world: World, warehouse: Warehouse
) -> None:
    ghost = world.add([("z", 25)])
    with pytest.raises(KilledError):
        FirstSeenJob(KilledAfterGathering(warehouse), lambda: NOW).run(hold())
    assert world.gathered().generation > 0
    assert day(25) in world.gathered().unknown
    world.remove(ghost)
    world.add([("z", 3)])
    assert world.new(10) == world.recounted(10)
    world.gather(fence=world.gathered().newest + 5)
    assert world.gathered().generation > 0
    assert world.new(10) == world.recounted(10)


@pytest.mark.parametrize("players_first", [False, True])
def test_events_that_come_while_their_day_is_gathered_are_told_as_all_others(
    world: World, warehouse: Warehouse, *, players_first: bool
) -> None:
    """They are among the players that were gathered, or they are not; what the day counted before says neither."""
    world.add([("b", 25)])
    meanwhile = DuringGathering(warehouse, lambda: world.add([("z", 25)]), players_first=players_first)
    FirstSeenJob(meanwhile, lambda: NOW).run(hold(world.gathered().newest + 1))
    assert world.new(30) == world.recounted(30)
    world.gather(fence=world.gathered().newest + 1)
    assert set(world.gathered().unknown) == {day(CLOSED_AFTER_DAYS - 1)}
    assert world.new(30) == world.recounted(30)


class DuringGathering:
    """A warehouse in which something happens once, just before players are gathered or just after."""

    def __init__(self, warehouse: Warehouse, happens: Callable[[], object], *, players_first: bool) -> None:
        self.ask, self.add, self._warehouse = warehouse.ask, warehouse.add, warehouse
        self._happens, self._players_first = [happens], players_first

    def derive(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> None:
        if self._players_first:
            self._warehouse.derive(name, parameters, tag=tag, seconds=seconds)
        while self._happens:
            self._happens.pop()()
        if not self._players_first:
            self._warehouse.derive(name, parameters, tag=tag, seconds=seconds)


class KilledError(Exception):
    """The worker is no more."""


class KilledAfterGathering:
    """A warehouse whose worker is killed when players are gathered, before it notes of which day."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.ask, self.add, self._warehouse = warehouse.ask, warehouse.add, warehouse

    def derive(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> None:
        self._warehouse.derive(name, parameters, tag=tag, seconds=seconds)
        raise KilledError


def test_an_answer_that_was_asked_for_while_all_was_gathered_anew_is_asked_for_again(world: World) -> None:
    generations: list[int] = []

    def ask(name: str, **parameters: Any) -> list[dict[str, Any]]:
        if name != "audience/new_players":
            return world.ask(name, **parameters)
        generations.append(parameters["generation"])
        if len(generations) == 1:
            world.add([("e", 12)])
            world.gather()
        return [{"asked": len(generations)}]

    before = world.gathered().generation
    answer = first_seen.asked(ask, world.project, "audience/new_players", until=NOW, starts=[MIDNIGHT])
    assert answer == [{"asked": 2}]
    assert generations == [before, world.gathered().generation]
