"""What makes the comparison honest: PostgreSQL is asked the same as ours, and answers the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bench.answers import SCAN_NAME, asked_of_ours, asked_of_postgres, fill, postgres_with_history
from bench.peers.questions import PostgresQuestions, differences, numbers

from audioscape_server.warehouse import Warehouse

DAYS, EVENTS, PLAYERS = 70, 8_000, 400


def test_every_question_is_answered_with_the_same_numbers(peer_folder: Path) -> None:
    with Warehouse(f"chdb://{peer_folder / 'store'}") as warehouse:
        warehouse.migrate()
        fill(warehouse, EVENTS, DAYS, players=PLAYERS)
        with (
            postgres_with_history(warehouse, DAYS, peer_folder / "postgres") as cluster,
            cluster.connect() as connection,
        ):
            ours, theirs = asked_of_ours(warehouse), asked_of_postgres(PostgresQuestions(connection))
            assert ours.keys() == theirs.keys()
            for question in [name for name in ours if name != SCAN_NAME] * 2:
                ours_numbers, theirs_numbers = numbers(ours[question]()), theirs[question]()
                assert differences(ours_numbers, theirs_numbers, question) == []
            [scanned], [scanned_there] = ours[SCAN_NAME](), theirs[SCAN_NAME]()
            assert list(scanned.values()) == list(scanned_there.values())
            assert numbers(ours["overview"]())["totals"]["listeners"] > PLAYERS / 2, "there is something to count"


@pytest.mark.parametrize(
    ("ours", "theirs", "told"),
    [
        ({"plays": 3}, {"plays": 3}, []),
        ({"plays": 3}, {"plays": 4}, [".plays: 3 and 4"]),
        ({"plays": 3}, {"skips": 3}, [": ['plays', 'skips'] on one side only"]),
        ({"rows": [1, 2]}, {"rows": [1]}, [".rows: 2 and 1 rows"]),
        ({"rows": [{"plays": 1}]}, {"rows": [{"plays": 2}]}, [".rows[0].plays: 1 and 2"]),
        ({"skip_rate": 0.1 + 0.2}, {"skip_rate": 0.3}, []),
        ({"skip_rate": 0.3}, {"skip_rate": 0.31}, [".skip_rate: 0.3 and 0.31"]),
        ({"skip_rate": 0.3}, {"skip_rate": None}, [".skip_rate: 0.3 and None"]),
        ({"skip_rate": None}, {"skip_rate": 0.3}, [".skip_rate: None and 0.3"]),
        ({"listeners": 99_600, "listeners_exact": False}, {"listeners": 100_000}, []),
        ({"listeners": 99_400, "listeners_exact": False}, {"listeners": 100_000}, [".listeners: 99400 and 100000"]),
        ({"listeners": 99_999, "listeners_exact": True}, {"listeners": 100_000}, [".listeners: 99999 and 100000"]),
    ],
)
def test_a_difference_is_told_and_rounding_or_an_estimate_is_none(ours: Any, theirs: Any, told: list[str]) -> None:
    assert differences(ours, theirs) == told
