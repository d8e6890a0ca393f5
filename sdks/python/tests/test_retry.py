"""What answers mean and how long failures wait: tables."""

from __future__ import annotations

import json

import pytest
from audioscape import Response
from audioscape.retry import MAX_DELAY, Outcome, delay, judge, retry_after
from hypothesis import given, strategies as st

NOW = 1_800_000_000  # Fri, 15 Jan 2027 08:00:00 GMT


@pytest.mark.parametrize(
    ("status", "outcome", "reason"),
    [
        *[(status, Outcome.ACCEPTED, "") for status in (200, 201, 202, 204, 299)],
        *[(status, Outcome.FAILED, "") for status in (0, 100, 301, 302, 307, 308, 429, 500, 502, 503, 504, 599, 600)],
        *[(status, Outcome.DROPPED, "unauthorized") for status in (401, 403)],
        *[(status, Outcome.DROPPED, "refused") for status in (400, 402, 404, 405, 408, 409, 410, 415, 422, 431, 499)],
        (413, Outcome.TOO_LARGE, ""),
    ],
)
def test_every_status_has_one_meaning(status, outcome, reason):
    verdict = judge(Response(status, {}, b""), 3, 0.0)
    assert (verdict.outcome, verdict.reason, dict(verdict.errors)) == (outcome, reason, {})


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"accepted": 3}, {}),
        ({"accepted": 2, "rejected": 1, "errors": ["events[2]: no: such\nthing"]}, {2: "no: such\nthing"}),
        (
            {"errors": ["events[0]: a", "events[0]: b", "events[3]: out", "events[-1]: x", "events[x]: y", 5, None]},
            {0: "a"},
        ),
        ({"errors": {"events[0]": "a"}}, {}),
        ([1], {}),
        ("text", {}),
        (None, {}),
    ],
)
def test_errors_name_events_of_the_batch_once(body, errors):
    assert judge(Response(202, {}, json.dumps(body).encode()), 3, 0.0).errors == errors


@pytest.mark.parametrize("body", [b"<html>", b"\xff", b"", b"[" * 100_000])
def test_an_unreadable_body_of_a_success_is_success(body):
    assert judge(Response(202, {}, body), 3, 0.0).outcome is Outcome.ACCEPTED


def test_a_400_with_details_rejects_every_event_with_its_reason():
    body = {"error": "all failed", "details": ["events[1]: one"]}
    verdict = judge(Response(400, {}, json.dumps(body).encode()), 2, 0.0)
    assert (verdict.outcome, verdict.errors) == (Outcome.REJECTED, {0: "all failed", 1: "one"})


@pytest.mark.parametrize("details", [[], None, "events[0]: x", {}])
def test_a_400_without_details_drops_the_batch(details):
    verdict = judge(Response(400, {}, json.dumps({"details": details}).encode()), 2, 0.0)
    assert (verdict.outcome, verdict.reason) == (Outcome.DROPPED, "refused")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("200", 200),
        (" 200 ", 200),
        ("9" * 5000, 300),
        ("-1", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("\u0662\u0660", None),
        ("\u00b2", None),
        ("Fri, 15 Jan 2027 08:03:20 GMT", 200),
        ("Fri, 15 Jan 2027 08:03:20", 200),
        ("Friday, 15-Jan-27 08:03:20 GMT", 200),
        ("Fri, 15 Jan 2027 08:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Fri, 99 Jan 2027 08:03:20 GMT", None),
        ("Fri, 15 Jan 99999999 08:03:20 GMT", None),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=60))
def test_retry_after_reads_anything(value):
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("failures", "asked", "random", "seconds"),
    [
        (1, None, 0, 60),
        (2, None, 0, 120),
        (3, None, 0, 240),
        (4, None, 0, 300),
        (100_000, None, 0, 300),
        (1, None, 1, 54),
        (1, 200, 0, 200),
        (1, 200, 1, 220),
        (1, 5, 0, 60),
        (1, 58, 1, 63.8),
        (1, 9999, 1, 300),
        (4, 290, 1, 300),
    ],
)
def test_delays(failures, asked, random, seconds):
    assert delay(failures, 30, asked, random) == pytest.approx(seconds)


@given(
    st.integers(1, 10_000), st.floats(5, 300), st.none() | st.floats(0, MAX_DELAY), st.floats(0, 1, exclude_max=True)
)
def test_nobody_is_back_before_they_may_be(failures, interval, asked, random):
    wait = delay(failures, interval, asked, random)
    assert wait <= MAX_DELAY
    assert wait >= (asked or 0)
    assert wait >= min(0.9 * interval * 2, MAX_DELAY)
