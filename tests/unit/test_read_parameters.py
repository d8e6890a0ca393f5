"""Parameters of the read API: periods to the fraction of a second, and nothing guessed."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from audioscape_server.api import parameters, periods
from audioscape_server.api.parameters import Cursor
from audioscape_server.api.periods import Period
from audioscape_server.api.zones import DAY_S, HOUR_S, UNITS, Unit
from audioscape_server.errors import InvalidRequestError

#: 2026-09-23 12:34:56.789 UTC
NOW = 1_790_166_896.789

#: The shortest and the longest bucket, in seconds.
LENGTHS_S = {
    "hour": (HOUR_S, HOUR_S), "day": (DAY_S, DAY_S), "week": (7 * DAY_S, 7 * DAY_S), "month": (28 * DAY_S, 31 * DAY_S),
}  # fmt: skip

some_periods = (
    st.tuples(st.floats(0, periods.MAX_TIME_S), st.floats(0, periods.MAX_TIME_S))
    .filter(lambda ends: ends[0] != ends[1])
    .map(lambda ends: Period(min(ends), max(ends)))
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("1790166896", 1_790_166_896.0),
        ("1790166896.123456789", 1_790_166_896.123456789),
        ("2026-09-23T12:34:56Z", 1_790_166_896.0),
        ("2026-09-23t12:34:56z", 1_790_166_896.0),
        ("2026-09-23 12:34:56Z", 1_790_166_896.0),
        ("2026-09-23T14:34:56+02:00", 1_790_166_896.0),
        ("2026-09-23T12:34:56.7890001Z", 1_790_166_896.7890001),
        # A date is its midnight.
        ("2026-09-23", 1_790_121_600.0),
        ("1970-01-01", 0.0),
    ],
)
def test_a_time_is_read_to_the_last_digit(text: str, seconds: float) -> None:
    assert periods.period(text, None, NOW + 1e9).since == seconds


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-09-23T12:34:56Z", "2026-09-23T13:00:00Z"),
        ("2026-09-23T12:54:59Z", "2026-09-23T13:00:00Z"),
        # Within five minutes of the hour an event may already lie in the next.
        ("2026-09-23T12:55:00Z", "2026-09-23T14:00:00Z"),
        ("2026-09-23T13:00:00Z", "2026-09-23T14:00:00Z"),
    ],
)
def test_the_default_period_is_28_days_and_holds_all_that_is_accepted(now: str, until: str) -> None:
    at = periods.period(now, None, NOW + 1e9).since
    default = periods.period(None, None, at)
    assert periods.rfc3339(default.until) == until
    assert default.until - default.since == 28 * DAY_S
    assert default.until > at + periods.AHEAD_S


@given(some_periods, st.sampled_from((HOUR_S, DAY_S)))
def test_whole_units_are_the_longest_run_inside_the_period(period: Period, unit: int) -> None:
    whole = period.whole(unit)
    if whole == periods.NO_WHOLE:
        assert -(-math.ceil(period.since) // unit) * unit + unit > period.until
    else:
        assert whole.start % unit == whole.end % unit == 0
        assert whole.start - unit < period.since <= whole.start
        assert whole.end <= period.until < whole.end + unit


@given(st.floats(0, 4e9), st.floats(0.001, 400 * DAY_S), st.sampled_from(UNITS))
def test_buckets_touch_the_period_follow_each_other_and_cover_it(since: float, length: float, unit: Unit) -> None:
    period = Period(since, since + length)
    buckets = period.buckets(unit)
    shortest, longest = LENGTHS_S[unit]
    assert buckets[0] <= period.since < buckets[0] + longest
    assert buckets[-1] < period.until <= buckets[-1] + longest
    assert all(shortest <= later - earlier <= longest for earlier, later in pairwise(buckets))


@pytest.mark.parametrize(
    ("unit", "since", "until", "starts"),
    [
        ("hour", "2026-09-23T12:34:56Z", "2026-09-23T14:00:00Z", ["2026-09-23T12:00:00Z", "2026-09-23T13:00:00Z"]),
        ("day", "2026-02-28T23:00:00Z", "2026-03-01T00:00:01Z", ["2026-02-28T00:00:00Z", "2026-03-01T00:00:00Z"]),
        # A Sunday and a Monday.
        ("week", "2026-09-20T00:00:00Z", "2026-09-21T00:00:01Z", ["2026-09-14T00:00:00Z", "2026-09-21T00:00:00Z"]),
        ("week", "2026-09-14T00:00:00Z", "2026-09-21T00:00:00Z", ["2026-09-14T00:00:00Z"]),
        ("month", "2024-02-29T12:00:00Z", "2024-03-01T00:00:01Z", ["2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"]),
        ("month", "2025-12-01T00:00:00Z", "2026-01-01T00:00:00Z", ["2025-12-01T00:00:00Z"]),
    ],
)
def test_buckets_follow_the_calendar(unit: Unit, since: str, until: str, starts: list[str]) -> None:
    period = periods.period(since, until, NOW)
    assert [periods.rfc3339(start) for start in period.buckets(unit)] == starts


def test_a_time_just_after_the_hour_leaves_that_hour_out() -> None:
    hour = 1_790_164_800
    assert Period(math.nextafter(hour, math.inf), hour + 3 * HOUR_S).whole(HOUR_S).start == hour + HOUR_S
    assert Period(hour, math.nextafter(hour + 3 * HOUR_S, 0)).whole(HOUR_S).end == hour + 2 * HOUR_S
    assert Period(math.nextafter(hour, 0), hour + 1.0).buckets("hour")[0] == hour - HOUR_S


def test_the_period_before_has_the_same_length_and_ends_where_this_one_starts() -> None:
    assert Period(1_000.5, 1_010.0).previous == Period(991.0, 1_000.5)
    assert Period(5.0, 100.0).previous == Period(0.0, 5.0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1_790_166_896, "2026-09-23T12:34:56Z"),
        (1_790_166_896.5, "2026-09-23T12:34:56.5Z"),
        (1_790_166_896.000001, "2026-09-23T12:34:56.000001Z"),
        (1_790_166_896.9999999, "2026-09-23T12:34:57Z"),
    ],
)
def test_a_time_is_written_with_the_digits_it_has(seconds: float, text: str) -> None:
    assert periods.rfc3339(seconds) == text


@given(
    st.builds(
        Cursor,
        st.floats(0, periods.MAX_TIME_S),
        st.text(st.characters(exclude_categories=("Cs",))),
        st.integers(0, 2**64 - 1),
        st.integers(0, 2**16 - 1),
    )
)
def test_a_cursor_comes_back_as_it_was(cursor: Cursor) -> None:
    assert parameters.cursor(cursor.encoded()) == cursor


@given(st.text())
def test_no_text_breaks_the_reading_of_a_cursor(text: str) -> None:
    complaint = "cursor: expected the next_cursor of an earlier answer"
    try:
        parameters.cursor(text)
    except InvalidRequestError as error:
        complaint = str(error)
    assert complaint.startswith("cursor: expected the next_cursor of an earlier answer")
