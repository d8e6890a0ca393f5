"""The line of questions: bounds that hold, nobody passed over, and turns that go round."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from audioscape_server.api.line import MAX_RUNNING, MAX_RUNNING_OF_PROJECT, MAX_WAITING_OF_PROJECT, Line
from audioscape_server.errors import ServiceUnavailableError


@dataclass(eq=False)
class Asked:
    project: str
    key: str = "k"


def drained(line: Line[Asked]) -> list[Asked]:
    """Who gets a turn, one at a time."""
    order: list[Asked] = []
    while (asked := line.next()) is not None:
        order.append(asked)
        line.end(asked)
    return order


def joined(line: Line[Asked], *asked: Asked) -> list[Asked]:
    for one in asked:
        line.join(one)
    return list(asked)


def test_one_project_leaves_threads_to_the_others() -> None:
    line = Line[Asked]()
    joined(line, *(Asked("busy") for _ in range(20)))
    running = [line.next() for _ in range(MAX_RUNNING)]
    assert len([one for one in running if one]) == MAX_RUNNING_OF_PROJECT < MAX_RUNNING
    [small] = joined(line, Asked("small"))
    assert line.next() is small


def test_projects_take_turns_however_much_one_of_them_asks() -> None:
    line = Line[Asked]()
    joined(line, *(Asked("a") for _ in range(3)), *(Asked("b") for _ in range(2)), Asked("c"))
    assert [one.project for one in drained(line)] == ["a", "b", "c", "a", "b", "a"]


def test_keys_of_a_project_take_turns_too() -> None:
    line = Line[Asked]()
    joined(line, *(Asked("a", "script") for _ in range(3)), Asked("a", "dashboard"), Asked("a", "dashboard"))
    assert [one.key for one in drained(line)] == ["script", "dashboard", "script", "dashboard", "script"]


def test_a_key_gets_its_answers_in_the_order_of_asking() -> None:
    line = Line[Asked]()
    asked = joined(line, *(Asked("a") for _ in range(5)))
    assert drained(line) == asked


def test_too_many_of_one_project_are_refused_and_none_of_another() -> None:
    line = Line[Asked]()
    joined(line, *(Asked("a", f"k{number}") for number in range(MAX_WAITING_OF_PROJECT)))
    with pytest.raises(ServiceUnavailableError):
        line.join(Asked("a", "another"))
    joined(line, Asked("b"))


class Model(RuleBasedStateMachine):
    """Any sequence of asking, leaving, taking turns and ending, beside lists that are searched through."""

    def __init__(self) -> None:
        super().__init__()
        self.line = Line[Asked]()
        self.waiting: list[Asked] = []
        self.running: list[Asked] = []
        self.turns: list[Asked] = []

    @rule(project=st.sampled_from("abc"), key=st.sampled_from("xy"))
    def join(self, project: str, key: str) -> None:
        self.waiting += joined(self.line, Asked(project, key))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        asked = data.draw(st.sampled_from(self.waiting))
        self.waiting.remove(asked)
        assert self.line.leave(asked)
        assert not self.line.leave(asked)

    @precondition(lambda self: self.running)
    @rule(data=st.data())
    def end(self, data: st.DataObject) -> None:
        asked = data.draw(st.sampled_from(self.running))
        assert not self.line.leave(asked)
        self.running.remove(asked)
        self.line.end(asked)

    @rule()
    def take(self) -> None:
        counts = {project: sum(one.project == project for one in self.running) for project in "abc"}
        ready = [one for one in self.waiting if counts[one.project] < MAX_RUNNING_OF_PROJECT]
        asked = self.line.next()
        if asked is None:
            assert not ready or len(self.running) == MAX_RUNNING
            return
        assert asked in ready
        assert counts[asked.project] == min(counts[one.project] for one in ready)
        assert asked is next(one for one in self.waiting if (one.project, one.key) == (asked.project, asked.key))
        self.waiting.remove(asked)
        self.running.append(asked)

    @invariant()
    def bounds_hold(self) -> None:
        assert len(self.running) <= MAX_RUNNING
        assert all(sum(one.project == project for one in self.running) <= MAX_RUNNING_OF_PROJECT for project in "abc")

    def teardown(self) -> None:
        for asked in self.running:
            self.line.end(asked)
        assert {id(one) for one in drained(self.line)} == {id(one) for one in self.waiting}
        assert not self.line._projects, "a project that neither waits nor runs is forgotten"


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=60, stateful_step_count=40)
