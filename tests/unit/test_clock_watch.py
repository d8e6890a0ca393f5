"""The clock watch tells a jump of the wall clock from time that passes, and how long ago it was."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, strategies as st

from audioscape_server.clock_watch import DOUBT_S, FORGET_AFTER_S, JUMP_S, ClockWatch, counting

NOW = 1_790_166_896.0
DAY_S = 86_400.0


class Clocks:
    """A wall clock that can be set, and one that can't."""

    def __init__(self) -> None:
        self.wall, self.counted = NOW, 1_000.0
        self.watch = ClockWatch(lambda: self.wall, lambda: self.counted)

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.counted += seconds

    def jump(self, seconds: float) -> None:
        self.wall += seconds


@pytest.mark.parametrize("jump", [-9 * DAY_S, -JUMP_S - 1, JUMP_S + 1, 9 * DAY_S])
def test_a_jump_puts_the_clock_in_doubt_for_an_hour(jump: float) -> None:
    clocks = Clocks()
    clocks.pass_(10 * DAY_S)
    assert not clocks.watch.in_doubt()
    clocks.jump(jump)
    assert clocks.watch.in_doubt()
    clocks.pass_(DOUBT_S - 1)
    assert clocks.watch.in_doubt()
    clocks.pass_(1)
    assert not clocks.watch.in_doubt()


@pytest.mark.parametrize("jump", [-9 * DAY_S, JUMP_S + 1])
def test_nothing_is_forgotten_for_hours_after_a_start_or_a_jump(jump: float) -> None:
    clocks = Clocks()
    for _ in range(2):
        assert not clocks.watch.may_forget()
        clocks.pass_(FORGET_AFTER_S - 1)
        assert not clocks.watch.may_forget()
        clocks.pass_(1)
        assert clocks.watch.may_forget()
        clocks.jump(jump)


def test_a_clock_that_was_set_and_set_back_jumped_twice() -> None:
    clocks = Clocks()
    clocks.pass_(FORGET_AFTER_S)
    clocks.jump(9 * DAY_S)
    clocks.watch.look()
    clocks.pass_(120)
    clocks.jump(-9 * DAY_S)
    assert clocks.watch.steady_for_s() == 0
    assert not clocks.watch.may_forget()


@given(st.lists(st.floats(0.0, DAY_S), min_size=1, max_size=20))
def test_time_that_passes_is_no_jump_however_long(steps: list[float]) -> None:
    """A machine that is suspended looks as if it had slept between two looks."""
    clocks = Clocks()
    for seconds in steps:
        clocks.pass_(seconds)
        clocks.watch.look()
    assert not clocks.watch.in_doubt()
    assert clocks.watch.steady_for_s() == pytest.approx(sum(steps))


@pytest.mark.parametrize("slew", [-0.0005, 0.0005])
def test_a_clock_that_is_slewed_does_not_jump(slew: float) -> None:
    clocks = Clocks()
    for _ in range(10_000):
        clocks.pass_(30)
        clocks.jump(30 * slew)
        clocks.watch.look()
    assert clocks.watch.may_forget()
    assert not clocks.watch.in_doubt()


@pytest.mark.parametrize(("known", "in_doubt"), [(NOW + JUMP_S + 1, True), (NOW + JUMP_S - 1, False), (0.0, False)])
def test_a_clock_behind_what_was_written_down_is_in_doubt(known: float, in_doubt: bool) -> None:  # noqa: FBT001
    """A machine without a battery for its clock starts in the past, and is set once it finds its time server."""
    clocks = Clocks()
    clocks.watch.must_be_after(known)
    assert clocks.watch.in_doubt() == in_doubt


def test_the_second_clock_is_none_that_is_set() -> None:
    before = counting()
    assert 0 <= counting() - before < 60
    assert abs(counting() - time.time()) > DAY_S
