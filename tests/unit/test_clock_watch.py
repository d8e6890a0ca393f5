"""The clock watch tells a jump of the wall clock from time that passes, and between which times the truth may lie."""

from __future__ import annotations

import math
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

    def span(self) -> tuple[float, float] | None:
        """The span, in seconds from what the wall clock says."""
        span = self.watch.span()
        return span and (span[0] - self.wall, span[1] - self.wall)


@pytest.mark.parametrize("jump", [-9 * DAY_S, -JUMP_S - 1, JUMP_S + 1, 9 * DAY_S])
def test_a_jump_puts_the_clock_in_doubt_for_an_hour(jump: float) -> None:
    clocks = Clocks()
    clocks.pass_(10 * DAY_S)
    assert clocks.span() is None
    assert clocks.watch.earliest() == clocks.wall
    clocks.jump(jump)
    between = (min(0, -jump), max(0, -jump))
    for passed in (0, DOUBT_S - 1):
        clocks.pass_(passed)
        assert clocks.span() == pytest.approx(between)
        assert clocks.watch.earliest() == pytest.approx(clocks.wall + between[0])
    clocks.pass_(1)
    assert clocks.span() is None


def test_while_the_clock_jumps_about_the_truth_may_be_any_of_its_readings() -> None:
    clocks = Clocks()
    for jump, between in ((9 * DAY_S, (-9, 0)), (-17 * DAY_S, (0, 17)), (8 * DAY_S, (-8, 9))):
        clocks.jump(jump)
        assert clocks.span() == pytest.approx([days * DAY_S for days in between])
        clocks.pass_(DOUBT_S - 1)
    clocks.pass_(1)
    assert clocks.span() is None
    clocks.jump(JUMP_S + 1)
    assert clocks.span() == pytest.approx((-JUMP_S - 1, 0)), "what was before the doubt ended is no reading any more"


def test_the_doubt_goes_on_while_most_batches_disagree_with_the_clock() -> None:
    clocks = Clocks()
    clocks.jump(9 * DAY_S)
    clocks.watch.look()
    clocks.watch.hear(agrees=True)
    for _ in range(2):
        clocks.watch.hear(agrees=False)
    clocks.pass_(DAY_S)
    assert clocks.span() == pytest.approx((-9 * DAY_S, 0))
    clocks.watch.hear(agrees=True)
    assert clocks.span() is None


def test_what_was_said_before_a_jump_says_nothing_of_the_clock_after_it() -> None:
    clocks = Clocks()
    for jump in (9 * DAY_S, -9 * DAY_S):
        clocks.jump(jump)
        clocks.watch.look()
        clocks.watch.hear(agrees=jump < 0)
        clocks.watch.hear(agrees=jump < 0)
    clocks.watch.hear(agrees=False)
    clocks.pass_(DOUBT_S)
    assert clocks.span() is None


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
    assert clocks.span() is None
    assert clocks.watch.steady_for_s() == pytest.approx(sum(steps))


@pytest.mark.parametrize("slew", [-0.0005, 0.0005])
def test_a_clock_that_is_slewed_does_not_jump(slew: float) -> None:
    clocks = Clocks()
    for _ in range(10_000):
        clocks.pass_(30)
        clocks.jump(30 * slew)
        clocks.watch.look()
    assert clocks.watch.may_forget()
    assert clocks.span() is None


@pytest.mark.parametrize(
    ("known", "span"),
    [
        # A machine without a battery for its clock starts in the past, and is set once it finds its time server.
        (9 * DAY_S, (0, math.inf)),
        (JUMP_S + 1, (0, math.inf)),
        (JUMP_S - 1, None),
        (-JUMP_S + 1, None),
        # A long stop and a clock that is far ahead look the same.
        (-JUMP_S - 1, (-JUMP_S - 1, 0)),
        (-9 * DAY_S, (-9 * DAY_S, 0)),
    ],
)
def test_a_start_is_compared_with_what_was_written_down_last(known: float, span: tuple[float, float] | None) -> None:
    clocks = Clocks()
    clocks.watch.was(NOW + known)
    assert clocks.span() == (span and pytest.approx(span))
    clocks.pass_(DOUBT_S)
    assert clocks.span() is None


def test_the_second_clock_is_none_that_is_set() -> None:
    before = counting()
    assert 0 <= counting() - before < 60
    assert abs(counting() - time.time()) > DAY_S
