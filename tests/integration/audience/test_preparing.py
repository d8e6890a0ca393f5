"""While too many events would have to be read to tell who is new, an answer says so, and how far the job is."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server import first_seen
from audioscape_server.api import audience
from audioscape_server.api.audience import Bounds
from audioscape_server.api.filters import Filters
from audioscape_server.api.periods import Period
from audioscape_server.api.zones import calendar
from audioscape_server.first_seen import CLOSED_AFTER_DAYS, FirstSeenJob
from support.counting import DAY, NOW, Sent, load_batches
from support.scores import hold
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from audioscape_server.api.audience_responses import Audience, Cohorts
    from audioscape_server.warehouse import Warehouse

MIDNIGHT = NOW // DAY * DAY
#: Players of each closed day, and of each later one.
CLOSED, OPEN = 4, 30
DAYS = range(CLOSED_AFTER_DAYS, CLOSED_AFTER_DAYS + 10)


@pytest.fixture
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Ten closed days with four players each, half of whom come back every day; and eight days with many."""
    sent = [
        Sent(
            "long",
            "key",
            1,
            1,
            NOW,
            "play",
            1,
            MIDNIGHT - ago * DAY + 60,
            f"p{number % 2 or (ago, number)}",
            None,
            "",
            "",
        )
        for ago in range(CLOSED_AFTER_DAYS + 10)
        for number in range(CLOSED if ago in DAYS else OPEN)
    ]
    with opened_warehouse(tmp_path_factory.mktemp("preparing")) as opened:
        opened.insert_block("spool", 1, 0, load_batches([sent]))
        yield opened


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days are gathered at once, and half of the history is too much to read."""
    monkeypatch.setattr(first_seen, "_EVENTS_AT_ONCE", 2 * CLOSED)
    monkeypatch.setattr(first_seen, "_MOST_READ", 5 * CLOSED)


def asked(warehouse: Warehouse, until: float = NOW) -> tuple[Audience, Cohorts]:
    def ask(name: str, **parameters: Any) -> list[dict[str, Any]]:
        return warehouse.ask(name, parameters, tag="test", seconds=30)

    period = Period(MIDNIGHT - 20 * DAY, until, calendar("UTC", "monday"))
    return (
        audience.audience(ask, "long", period, Filters(), Bounds(3, 10)),
        audience.cohorts(ask, "long", period, "week", Filters(), completed_only=False),
    )


def gather(warehouse: Warehouse) -> bool:
    """A run that comes to one statement."""
    ticks = count(int(NOW), 15)
    return FirstSeenJob(warehouse, lambda: next(ticks)).run(hold())


def test_how_far_it_is_is_told_until_who_is_new_can_be(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patient:
        patient.setattr(first_seen, "_MOST_READ", 10**9)
        whole = asked(warehouse)
    shares = []
    for _ in range(5):
        players, cohorts = asked(warehouse)
        if players.preparing is None:
            break
        assert cohorts.preparing == players.preparing
        assert (cohorts.cohorts, cohorts.average) == ([], [])
        assert (players.new, players.returning) == (None, None)
        assert {(day.new, day.returning) for day in players.days} == {(None, None)}
        # All else is there.
        assert players.players == whole[0].players
        assert [(day.dau, day.wau, day.mau) for day in players.days] == [
            (day.dau, day.wau, day.mau) for day in whole[0].days
        ]
        assert players.segments == whole[0].segments
        shares.append(players.preparing)
        assert gather(warehouse)
    # Six of ten days are gathered: what is left is read.
    assert shares == [0, 0.2, 0.4]
    assert asked(warehouse) == whole
    assert whole[0].new == 2 * len(DAYS) + 1 + (CLOSED_AFTER_DAYS * OPEN) // 2


def test_days_that_are_always_read_are_not_waited_for(warehouse: Warehouse) -> None:
    """Events that may still come make none of them too much."""
    while gather(warehouse):
        pass
    assert asked(warehouse)[0].preparing is None


@pytest.mark.parametrize(("days_ago", "is_preparing"), [(3, True), (4, True), (5, False), (9, False)])
def test_a_question_about_what_was_before_waits_for_nothing_later(
    warehouse: Warehouse, *, days_ago: int, is_preparing: bool
) -> None:
    """Of the days before the last eight that it asks for five are read, and no more."""
    until = MIDNIGHT - days_ago * DAY + 1
    for answer in asked(warehouse, until):
        assert (answer.preparing is not None) is is_preparing
