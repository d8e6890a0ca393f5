"""With which day a project begins, or nothing: never an error, and never a page that waits."""

from __future__ import annotations

import asyncio
import threading
from datetime import date
from typing import Any

import pytest

from audioscape_server.api import zones
from audioscape_server.api.first_days import YOUNG_DAYS, Beginning, FirstDays
from audioscape_server.api.turns import Turns
from audioscape_server.errors import ServiceUnavailableError

#: 2026-03-08, 22:00 UTC.
NOW = 1_773_007_200.0
DAY_S = 86_400


class Warehouse:
    """One that says this is the first hour (None = no event), is away, or answers only when it is stopped."""

    def __init__(self, first: float | Exception | None, *, hangs: bool = False) -> None:
        self.first = first
        self.asked = 0
        self._stopped = threading.Event()
        if not hangs:
            self._stopped.set()

    def ask(self, name: str, parameters: dict[str, Any], **_: Any) -> list[dict[str, Any]]:
        assert (name, parameters) == ("read/first_event", {"project": "p"})
        self.asked += 1
        self._stopped.wait()
        if isinstance(self.first, Exception):
            raise self.first
        return [] if self.first is None else [{"first": self.first}]

    def stop(self, _tag: str) -> None:
        self._stopped.set()


def told(warehouse: Any, zone: str = "UTC", times: int = 1) -> list[Beginning]:
    """What is told, asked so many times one after the other."""

    async def ask() -> list[date | None]:
        turns = Turns(warehouse.stop)
        first_days = FirstDays(warehouse, turns, lambda: NOW)
        try:
            return [await first_days.of("p", "k", zones.calendar(zone), asyncio.Event().wait) for _ in range(times)]
        finally:
            await turns.close()

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("first", "zone", "expected"),
    [
        (NOW, "UTC", Beginning(date(2026, 3, 8))),
        (NOW, "Asia/Tehran", Beginning(date(2026, 3, 9))),
        (NOW - 3 * DAY_S, "UTC", Beginning(date(2026, 3, 5))),
        (None, "UTC", Beginning(None, has_events=False)),
        (ServiceUnavailableError("away"), "UTC", Beginning(None)),
    ],
)
def test_the_day_is_that_of_the_projects_zone_and_nothing_where_there_is_none(
    first: float | Exception | None, zone: str, expected: Beginning
) -> None:
    warehouse = Warehouse(first)
    assert told(warehouse, zone, times=2) == [expected, expected]
    assert warehouse.asked == 2


def test_a_project_that_is_not_young_is_asked_about_once() -> None:
    warehouse = Warehouse(NOW - YOUNG_DAYS * DAY_S - 1)
    assert told(warehouse, times=3) == [Beginning(date(2025, 12, 5))] * 3
    assert warehouse.asked == 1


def test_an_old_project_is_told_by_the_days_of_each_zone() -> None:
    first = NOW - 3 * 365 * DAY_S
    assert told(Warehouse(first), "UTC", times=2) == [Beginning(date(2023, 3, 9))] * 2
    assert told(Warehouse(first), "Asia/Tehran", times=2) == [Beginning(date(2023, 3, 10))] * 2


def test_a_page_does_not_wait_for_a_warehouse_that_hangs() -> None:
    assert told(Warehouse(NOW, hangs=True)) == [Beginning(None)]
