"""The clock watch tells a jump of the wall clock from time that passes, and between which times the truth may lie."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given, strategies as st

from audioscape_server.clock_watch import DOUBT_S, JUMP_S, MAX_READINGS, WRITE_EVERY_S, ClockWatch, counting

NOW = 1_790_166_896.0
DAY_S = 86_400.0
KEEP_S = 8 * DAY_S


class Clocks:
    """A wall clock that can be set, and one that can't; and what is written down from one process to the next."""

    def __init__(self) -> None:
        self.wall, self.counted = NOW, 1_000.0
        self.watch = ClockWatch(lambda: self.wall, lambda: self.counted)

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.counted += seconds

    def jump(self, seconds: float) -> None:
        self.wall += seconds

    def restart(self, *, stopped_s: float = 0.0, reboots: bool = False) -> None:
        """End the process, and begin another one after some time; a reboot begins to count anew."""
        written: list[bytes] = []
        self.watch.write(written.append)
        self.state = written[-1] if written else self.state
        self.pass_(stopped_s)
        self.counted = 7.0 if reboots else self.counted
        self.watch = ClockWatch(lambda: self.wall, lambda: self.counted)
        self.watch.resume(self.state)

    def is_old(self, stamp: float) -> bool:
        """Whether something with this stamp, that is kept for so long, may be forgotten."""
        return stamp < self.watch.at_least(KEEP_S) - KEEP_S

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


@pytest.mark.parametrize("reboots", [False, True])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["pass", "jump", "restart"]),
            st.floats(-400 * DAY_S, 400 * DAY_S) | st.sampled_from([9 * DAY_S, -9 * DAY_S, JUMP_S, -JUMP_S]),
        ),
        max_size=12,
    )
)
def test_whatever_becomes_of_the_clock_what_is_young_is_not_old(
    reboots: bool,  # noqa: FBT001 - a parameter of the test
    steps: list[tuple[str, float]],
) -> None:
    """Ahead for a minute or for months, set back, restarted while it is wrong: young is what was just stamped."""
    clocks = Clocks()
    watched, stamps = 0.0, [(0.0, clocks.wall)]
    for step, seconds in [*steps, ("pass", 5 * DAY_S), ("pass", 0.0)]:
        if step == "pass":
            clocks.pass_(abs(seconds))
            watched += abs(seconds)
        elif step == "jump":
            clocks.jump(seconds)
        else:
            clocks.restart(stopped_s=abs(seconds), reboots=reboots)
        clocks.watch.look()
        stamps.append((watched, clocks.wall))
        young = [stamp for at, stamp in stamps if watched - at <= KEEP_S]
        assert not any(map(clocks.is_old, young))
    clocks.pass_(KEEP_S + 2 * JUMP_S)
    # A clock that is moved by less than a jump is not looked at so closely.
    assert all(clocks.is_old(stamp) for _, stamp in stamps if stamp < clocks.wall - KEEP_S - JUMP_S)


def test_a_clock_that_is_ahead_over_night_makes_nobody_forget() -> None:
    clocks = Clocks()
    clocks.pass_(10 * DAY_S)
    assert clocks.watch.at_least(KEEP_S) == pytest.approx(clocks.wall, abs=0.001)
    stamped = clocks.wall
    clocks.jump(30 * DAY_S)
    for _ in range(3):
        clocks.pass_(DAY_S)
        assert not clocks.is_old(stamped)
        clocks.restart()
        assert not clocks.is_old(stamped)
    clocks.jump(-30 * DAY_S)
    assert not clocks.is_old(stamped)
    clocks.pass_(5 * DAY_S + 1)
    assert clocks.is_old(stamped)


def test_nothing_is_old_before_the_clock_was_watched_for_as_long() -> None:
    clocks = Clocks()
    clocks.pass_(KEEP_S - 1)
    assert clocks.watch.at_least(KEEP_S) == 0
    clocks.restart(stopped_s=DAY_S)
    assert clocks.watch.at_least(KEEP_S) == 0, "nobody knows how long it was stopped"
    clocks.pass_(1)
    assert clocks.watch.at_least(KEEP_S) == pytest.approx(clocks.wall - DAY_S, abs=0.001)
    clocks.pass_(KEEP_S)
    assert clocks.watch.at_least(KEEP_S) == pytest.approx(clocks.wall, abs=0.001)


def test_readings_are_bounded_and_what_is_not_remembered_makes_nothing_old() -> None:
    clocks = Clocks()
    for _ in range(MAX_READINGS + 5):
        clocks.pass_(100)
        clocks.jump(2 * JUMP_S)
        clocks.watch.look()
    written: list[bytes] = []
    clocks.watch.write(written.append)
    assert len(clocks.watch._readings) == MAX_READINGS
    assert clocks.watch.at_least(100 * MAX_READINGS) == 0
    assert clocks.watch.at_least(100 * (MAX_READINGS - 2)) > 0


def test_what_is_known_is_written_down_when_it_changes_and_every_minute() -> None:
    clocks = Clocks()
    written: list[bytes] = []

    def writes() -> bool:
        before = len(written)
        clocks.watch.write(written.append)
        return len(written) > before

    assert writes()
    clocks.pass_(WRITE_EVERY_S - 1)
    assert not writes()
    clocks.pass_(1)
    assert writes()
    clocks.jump(9 * DAY_S)
    assert writes()
    assert not writes()
    for _ in range(60):
        clocks.pass_(WRITE_EVERY_S)
        assert writes()
    clocks.jump(9 * DAY_S)
    with pytest.raises(OSError, match="full"):
        clocks.watch.write(_full)
    assert writes(), "what could not be written is written with the next look"


def _full(_: bytes) -> None:
    raise OSError("full")


@pytest.mark.parametrize("reboots", [False, True])
@pytest.mark.parametrize(("jump", "span"), [(9 * DAY_S, (-9 * DAY_S, 0)), (-9 * DAY_S, (0, 9 * DAY_S + 30)), (0, None)])
def test_a_restart_ends_no_doubt(
    jump: float,
    span: tuple[float, float] | None,
    reboots: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    clocks = Clocks()
    clocks.jump(jump)
    clocks.watch.look()
    for _ in range(3):
        clocks.pass_(DOUBT_S - 100)
        clocks.restart(reboots=reboots)
        assert clocks.span() == (span and pytest.approx(span, abs=60))
    clocks.restart(stopped_s=600, reboots=reboots)
    earlier = span and (span[0] - 600, span[1])
    assert clocks.span() == (earlier and pytest.approx(earlier, abs=60)), "nobody knows how long it was stopped"
    clocks.pass_(DOUBT_S)
    clocks.restart(reboots=reboots)
    assert clocks.span() is None


@given(st.lists(st.floats(0.0, DAY_S), min_size=1, max_size=20))
def test_time_that_passes_is_no_jump_however_long(steps: list[float]) -> None:
    """A machine that is suspended looks as if it had slept between two looks."""
    clocks = Clocks()
    for seconds in steps:
        clocks.pass_(seconds)
        clocks.watch.look()
    assert clocks.span() is None
    assert clocks.watch.at_least(sum(steps) - 0.001) == pytest.approx(clocks.wall, abs=0.001)


@pytest.mark.parametrize("slew", [-0.0005, 0.0005])
def test_a_clock_that_is_slewed_does_not_jump(slew: float) -> None:
    clocks = Clocks()
    for _ in range(10_000):
        clocks.pass_(30)
        clocks.jump(30 * slew)
        clocks.watch.look()
    assert clocks.watch.at_least(DAY_S) == pytest.approx(clocks.wall, abs=2 * JUMP_S)
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


@pytest.mark.parametrize("written", [b"", b"\xc1", b"\x93\x01", b"\x83\xa7counted\xa3two"])
def test_what_another_version_wrote_of_the_clock_keeps_no_server_from_starting(written: bytes) -> None:
    clocks = Clocks()
    clocks.watch.resume(written)
    clocks.pass_(KEEP_S - 1)
    assert not clocks.is_old(NOW - DAY_S)
    clocks.pass_(2)
    assert clocks.is_old(NOW - DAY_S)
