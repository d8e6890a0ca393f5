"""Token buckets, against the promise that they make to a server: never more than burst + rate x t."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from audioscape_server.access import rate_limits
from audioscape_server.access.rate_limits import Allowance, Limiter

rates = st.floats(0.1, 1_000) | st.integers(1, 1_000)
bursts = st.integers(1, 50)
pauses = st.lists(st.floats(0, 5) | st.just(0.0), min_size=1, max_size=60)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@given(rate=rates, burst=bursts, pauses=pauses)
def test_no_window_lets_more_through_than_promised(rate: float, burst: int, pauses: list[float]) -> None:
    clock = Clock()
    limiter = Limiter(clock)
    let_through: list[float] = []
    for pause in pauses:
        clock.now += pause
        if limiter.take("who", rate, burst).allowed:
            let_through.append(clock.now)
    for first, begin in enumerate(let_through):
        for count, end in enumerate(let_through[first:], 1):
            assert count <= burst + rate * (end - begin) + 1e-6


@given(rate=rates, burst=bursts, pauses=pauses)
def test_what_a_client_is_told_is_true(rate: float, burst: int, pauses: list[float]) -> None:
    clock = Clock()
    limiter = Limiter(clock)
    for pause in pauses:
        clock.now += pause
        told = limiter.take("who", rate, burst)
        assert told.limit == burst
        assert 0 <= told.remaining < burst
        if told.allowed:
            assert told.retry_after_s == 0
            for _ in range(told.remaining):
                assert limiter.take("who", rate, burst).allowed
            assert not limiter.take("who", rate, burst).allowed
        else:
            assert told.retry_after_s >= 1
            assert told.remaining == 0
            clock.now += told.retry_after_s + 1e-6
            assert limiter.take("who", rate, burst).allowed


@given(rate=rates, burst=bursts)
def test_after_reset_a_bucket_is_full_again(rate: float, burst: int) -> None:
    clock = Clock()
    limiter = Limiter(clock)
    while (told := limiter.take("who", rate, burst)).allowed:
        pass
    clock.now += told.reset_s + 1e-6
    assert [limiter.take("who", rate, burst).allowed for _ in range(burst + 1)] == [True] * burst + [False]


def test_a_pause_however_long_lets_no_more_than_a_burst_through() -> None:
    clock = Clock()
    limiter = Limiter(clock)
    limiter.take("who", 10, 3)
    clock.now += 1e9
    assert [limiter.take("who", 10, 3).allowed for _ in range(4)] == [True, True, True, False]


def test_buckets_are_apart() -> None:
    limiter = Limiter(Clock())
    assert limiter.take("one", 1, 1).allowed
    assert not limiter.take("one", 1, 1).allowed
    assert limiter.take("other", 1, 1).allowed


def test_memory_is_bounded_and_the_least_recently_seen_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limits, "MAX_BUCKETS", 3)
    limiter = Limiter(Clock())
    for who in ("a", "b", "c", "a", "d"):
        limiter.take(who, 1, 1)
    assert set(limiter._buckets) == {"c", "a", "d"}
    assert not limiter.take("a", 1, 1).allowed, "who comes often is not forgotten, and stays limited"


@pytest.mark.parametrize(
    ("allowance", "headers"),
    [
        (
            Allowance(allowed=True, limit=10, remaining=4, reset_s=2, retry_after_s=0),
            {b"ratelimit-limit": b"10", b"ratelimit-remaining": b"4", b"ratelimit-reset": b"2"},
        ),
        (
            Allowance(allowed=False, limit=10, remaining=0, reset_s=5, retry_after_s=1),
            {
                b"ratelimit-limit": b"10",
                b"ratelimit-remaining": b"0",
                b"ratelimit-reset": b"5",
                b"retry-after": b"1",
            },
        ),
    ],
)
def test_the_headers_say_the_same(allowance: Allowance, headers: dict[bytes, bytes]) -> None:
    assert dict(allowance.headers()) == headers
