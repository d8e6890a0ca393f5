"""What came in of the last hour, minute by minute, and how long it took to be visible."""

from __future__ import annotations

from hypothesis import given, strategies as st

from audioscape_server.api.live import HINTS
from audioscape_server.ingest.events.wire import Reason
from audioscape_server.traffic import MAX_LOADED, MINUTES, Traffic

NOW = 1_790_166_896.789


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 2 * 3_600), st.integers(0, 9)), max_size=60))
def test_each_minute_of_the_last_hour_counts_what_came_in_it(arrivals: list[tuple[str, float, int]]) -> None:
    clock = Clock()
    traffic = Traffic(clock)
    for project, after, events in sorted(arrivals, key=lambda one: one[1]):
        clock.now = NOW + after
        traffic.arrived(project, accepted=events, rejected=1, repeats=2)
    now = int(clock.now) // 60
    for project in "ab":
        minutes = traffic.minutes(project)
        assert [minute.start // 60 for minute in minutes] == list(range(now - MINUTES + 1, now + 1))
        for minute in minutes:
            mine = [one for one in arrivals if one[0] == project and int(NOW + one[1]) // 60 == minute.start // 60]
            counts = (minute.accepted, minute.rejected, minute.repeats)
            assert counts == (sum(events for _, _, events in mine), len(mine), 2 * len(mine))


def test_what_is_over_an_hour_old_is_forgotten() -> None:
    clock = Clock()
    traffic = Traffic(clock)
    traffic.arrived("a", accepted=3)
    traffic.refused(401)
    traffic.refused(429)
    traffic.loaded([("a", NOW - 1, 3)])
    assert (traffic.refusals(401), traffic.refusals(429), traffic.refusals(400)) == (1, 1, 0)
    clock.now += 3_600
    traffic.arrived("a", accepted=1)
    traffic.refused(401)
    assert sum(minute.accepted for minute in traffic.minutes("a")) == 1
    assert (traffic.refusals(401), traffic.refusals(429)) == (1, 0)
    clock.now += 1
    assert traffic.visible_after_s("a", (0.5,)) is None


def test_a_clock_that_is_put_back_loses_nothing_of_the_hour_before() -> None:
    clock = Clock()
    traffic = Traffic(clock)
    traffic.arrived("a", accepted=3)
    clock.now -= 600
    traffic.arrived("a", accepted=2)
    clock.now += 600
    assert sum(minute.accepted for minute in traffic.minutes("a")) == 5


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(1, 5)), min_size=1, max_size=30))
def test_events_are_told_by_how_long_they_took_to_be_visible(batches: list[tuple[float, int]]) -> None:
    clock = Clock()
    traffic = Traffic(clock)
    for lag, events in batches:
        clock.now = NOW + lag
        traffic.loaded([("a", NOW, events), ("b", NOW - 50, 7)])
    each = sorted(NOW + lag - NOW for lag, events in batches for _ in range(events))
    shares = (0.0, 0.5, 0.95)
    assert traffic.visible_after_s("a", shares) == [each[int(share * len(each))] for share in shares]
    assert traffic.visible_after_s("nobody", shares) is None


def test_only_so_many_batches_are_remembered() -> None:
    traffic = Traffic(lambda: NOW)
    traffic.loaded([("old", NOW, 1)])
    traffic.loaded([("new", NOW, 1)] * MAX_LOADED)
    assert traffic.visible_after_s("old", (0.5,)) is None
    assert traffic.visible_after_s("new", (0.5,)) == [0.0]


def test_every_reason_has_a_hint() -> None:
    assert HINTS.keys() == {reason.value for reason in Reason}
