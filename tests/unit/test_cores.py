"""The cores are taken when this process used most of what they had to give since this was last asked."""

from __future__ import annotations

import pytest

from audioscape_server.jobs.cores import TAKEN, Cores


class Meter:
    def __init__(self) -> None:
        self.used, self.now = 7.0, 1_000.0

    def cores(self, count: int) -> Cores:
        return Cores(lambda: self.used, lambda: self.now, count)


@pytest.mark.parametrize("count", [1, 2, 8])
@pytest.mark.parametrize("share", [0.0, TAKEN - 0.05, TAKEN + 0.05, 1.0])
def test_the_share_of_all_cores_counts(count: int, share: float) -> None:
    meter = Meter()
    cores = meter.cores(count)
    meter.used += share * count * 2
    meter.now += 2
    assert cores.are_taken() is (share > TAKEN)


def test_only_the_time_since_the_last_asking_counts() -> None:
    meter = Meter()
    cores = meter.cores(1)
    told: list[bool] = []
    for used in (2.0, 0.0, 2.0):
        meter.used += used
        meter.now += 2
        told.append(cores.are_taken())
    assert told == [True, False, True]


def test_who_asks_twice_at_once_is_told_that_there_is_room() -> None:
    assert Meter().cores(1).are_taken() is False


def test_every_asker_has_a_time_of_its_own() -> None:
    meter = Meter()
    one, other = meter.cores(1), meter.cores(1)
    meter.used += 2
    meter.now += 2
    assert one.are_taken()
    assert other.are_taken()
