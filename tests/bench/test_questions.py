"""What makes the comparison honest: PostgreSQL is asked the same as ours, and answers the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bench.answers import SCAN_NAME, Answers, asked_of_ours, asked_of_postgres, measure
from bench.comparison import Comparison, is_likely
from bench.history import copy, fill
from bench.peers.postgres import Postgres
from bench.peers.questions import PostgresQuestions, numbers
from bench.report import OURS, POSTGRES

from audioscape_server.api import activity
from audioscape_server.warehouse import Warehouse

#: Two periods of 28 days and what lies at their ends.
DAYS, EVENTS, PLAYERS = 58, 6_000, 400


def test_every_question_is_answered_with_the_same_numbers(
    database: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(activity, "EXACT_LISTENERS", PLAYERS // 4)  # so that some are estimated
    with Warehouse(f"chdb://{tmp_path / 'store'}") as warehouse, database.connect() as connection:
        warehouse.migrate()
        fill(warehouse, EVENTS, DAYS, players=PLAYERS)
        copy(warehouse, DAYS, connection)
        ours, theirs = asked_of_ours(warehouse), asked_of_postgres(PostgresQuestions(connection))
        found = Answers(EVENTS, {})
        measure({OURS: ours, POSTGRES: theirs}, 1, found)
        assert found.differences == []
        assert found.estimates > DAYS / 2
        assert {who: {len(times) for times in asked.values()} for who, asked in found.milliseconds.items()} == {
            OURS: {1}, POSTGRES: {1},
        }  # fmt: skip
        [scanned], [scanned_there] = ours[SCAN_NAME](), theirs[SCAN_NAME]()
        assert list(scanned.values()) == list(scanned_there.values())
        assert numbers(ours["overview"]())["totals"]["listeners"] > PLAYERS / 2, "there is something to count"


def compared(ours: Any, theirs: Any) -> list[str]:
    comparison = Comparison()
    comparison.add(ours, theirs)
    return comparison.differences()


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ({"plays": 3}, {"plays": 3}, []),
        ({"plays": 3}, {"plays": 4}, [".plays: 3 and 4"]),
        ({"plays": 3}, {"skips": 3}, [": ['plays', 'skips'] on one side only"]),
        ({"rows": [1, 2]}, {"rows": [1]}, [".rows: 2 and 1 rows"]),
        ({"rows": [{"plays": 1}]}, {"rows": [{"plays": 2}]}, [".rows[0].plays: 1 and 2"]),
        ({"rows": []}, {"rows": None}, [".rows: [] and None"]),
        ({"skip_rate": 0.1 + 0.2}, {"skip_rate": 0.3}, []),
        ({"skip_rate": 0.3}, {"skip_rate": 0.31}, [".skip_rate: 0.3 and 0.31"]),
        ({"skip_rate": 0.3}, {"skip_rate": None}, [".skip_rate: 0.3 and None"]),
        ({"skip_rate": None}, {"skip_rate": 0.3}, [".skip_rate: None and 0.3"]),
        ({"listeners": 99_999, "listeners_exact": True}, {"listeners": 100_000}, [".listeners: 99999 and 100000"]),
        ({"listeners": 99_999}, {"listeners": 100_000}, [".listeners: 99999 and 100000"]),
    ],
)
def test_a_difference_is_told_and_rounding_is_none(ours: Any, theirs: Any, told: list[str]) -> None:
    assert compared(ours, theirs) == told


@pytest.mark.parametrize(
    ("estimated", "counted", "is_well"),
    [
        (100_000, 100_000, True),
        (99_500, 100_000, True),  # within 0.5 %
        (100_999, 100_000, True),  # one that is not proves nothing, see below
        (101_001, 100_000, False),  # more than 1 %
        (104, 105, True),  # a collision
        (0, 1, True),
        (103, 105, False),
    ],
)
def test_no_estimate_is_further_off_than_any_may_be(estimated: int, counted: int, *, is_well: bool) -> None:
    # Beside it a thousand that are right: of so many, one may be off by more than 0.5 %.
    comparison = Comparison(estimates=1_000)
    comparison.add({"listeners": estimated, "listeners_exact": False}, {"listeners": counted}, "hour")
    told = [] if is_well else [f"hour.listeners: {estimated} estimated, {counted} counted"]
    assert comparison.differences() == told


@pytest.mark.parametrize(("estimates", "may_be_beyond"), [(2, 1), (50, 2), (1_000, 10), (10_000, 48)])
def test_as_many_estimates_are_far_off_as_chance_makes_of_the_promise(estimates: int, may_be_beyond: int) -> None:
    def differences(beyond: int) -> list[str]:
        comparison = Comparison()
        for number in range(estimates):
            comparison.add(
                {"listeners": 99_300 if number < beyond else 100_000, "listeners_exact": False}, {"listeners": 100_000}
            )
        return comparison.differences()

    assert differences(may_be_beyond) == []
    [told] = differences(may_be_beyond + 1)
    assert told.startswith(f"{may_be_beyond + 1} of {estimates} estimates of listeners are off by more than 0.5%: ")


def test_chance_is_what_happens_once_in_a_thousand_runs() -> None:
    assert is_likely(0, 0.0)
    assert not is_likely(1, 0.000_9)
    assert is_likely(1, 0.001_1)
