"""The benchmark's report: ratios are taken within a round, and what failed is told, not counted."""

from __future__ import annotations

from typing import Any

import pytest
from bench.plots import bars
from bench.report import (
    BARE,
    FIGURES,
    INFLUXDB,
    INTAKE,
    LOADER,
    OURS,
    PLAIN,
    POSTGRES,
    answer_times,
    answers_report,
    ingest_report,
    medians,
    ratios,
)


def run(
    peer: str, number: int, rate: float, *, batch: int = 50, client_busy: float = 0.2, failure: str = ""
) -> dict[str, Any]:
    figures = dict.fromkeys(FIGURES, 1.0) | {"events_per_s": rate, "client_busy": client_busy}
    return {"peer": peer, "batch": batch, "round": number, "failure": failure, **figures}


#: The machine is half as fast in the second round, and four times in the third.
DRIFTING = [
    run(LOADER, 0, 300.0), run(INFLUXDB, 0, 100.0), run(PLAIN, 0, 30.0),
    run(LOADER, 1, 150.0), run(INFLUXDB, 1, 60.0), run(PLAIN, 1, 15.0),
    run(LOADER, 2, 1200.0), run(INFLUXDB, 2, 300.0), run(PLAIN, 2, 120.0),
]  # fmt: skip


def test_a_ratio_is_the_median_of_the_ratios_of_each_round() -> None:
    found = {(one["one"], one["other"]): one for one in ratios(DRIFTING)}
    ahead = found[LOADER, INFLUXDB]
    assert (ahead["median"], ahead["least"], ahead["most"]) == (3.0, 2.5, 4.0)
    assert found[LOADER, PLAIN]["median"] == 10.0
    assert found.keys() == {(LOADER, INFLUXDB), (LOADER, PLAIN)}, "nothing is compared with who did not run"


def test_events_a_second_of_cpu_are_compared_too() -> None:
    runs = [run(LOADER, 0, 1.0) | {"cpu_s_per_million": 4.0}, run(INFLUXDB, 0, 1.0) | {"cpu_s_per_million": 10.0}]
    [ahead] = ratios(runs)
    assert (ahead["median"], ahead["cpu"]) == (1.0, 2.5)


def test_batch_sizes_are_compared_each_by_itself() -> None:
    runs = [run(LOADER, 0, 10.0, batch=1), run(INFLUXDB, 0, 5.0, batch=1), run(LOADER, 0, 90.0), run(INFLUXDB, 0, 30.0)]
    assert {one["batch"]: one["median"] for one in ratios(runs)} == {1: 2.0, 50: 3.0}


def test_a_round_in_which_one_failed_is_left_out_of_ratios_and_medians() -> None:
    failed = run(INFLUXDB, 1, 0.0, failure="LoadError: refused")
    runs = [run(LOADER, 0, 40.0), run(INFLUXDB, 0, 10.0), run(LOADER, 1, 40.0), failed]
    [ahead] = ratios(runs)
    assert ahead["median"] == 4.0
    influx = next(row for row in medians(runs) if row["peer"] == INFLUXDB)
    assert (influx["events_per_s"], influx["rounds"], influx["failures"]) == (10.0, 1, ["LoadError: refused"])
    assert "LoadError: refused" in ingest_report(runs)


def test_a_server_that_failed_in_every_round_is_told_and_ends_nothing() -> None:
    runs = [run(LOADER, 0, 40.0), run(PLAIN, 0, 0.0, failure="PeerError: did not start")]
    assert ratios(runs) == []
    assert "FAILED: PeerError: did not start" in ingest_report(runs)


@pytest.mark.parametrize(("rate", "word"), [(39.9, "MISSED"), (40.0, "reached")])
def test_an_aim_is_reached_or_missed(rate: float, word: str) -> None:
    report = ingest_report([run(INTAKE, 0, rate), run(BARE, 0, 100.0)])
    assert word in report
    assert ("MISSED" in report) == (word == "MISSED")


@pytest.mark.parametrize(("busy", "words"), [(0.89, "it is not the limit"), (0.9, "it MAY BE THE LIMIT")])
def test_a_load_generator_that_is_busy_all_the_time_is_told(busy: float, words: str) -> None:
    assert words in ingest_report([run(LOADER, 0, 10.0), run(BARE, 0, 10.0, client_busy=busy)])


ANSWERS = {
    "events": 1_000,
    "bytes_per_event": {OURS: 50.0, POSTGRES: 200.0},
    "milliseconds": {
        OURS: {"overview": [10.0, 20.0, 90.0], "scan": [5.0, 5.0, 5.0]},
        POSTGRES: {"overview": [100.0, 300.0, 200.0], "scan": [50.0, 50.0, 50.0]},
    },
    "differences": [],
}


def test_questions_are_compared_by_their_medians() -> None:
    overview, _ = answer_times(ANSWERS)
    assert overview[OURS]["median_ms"] == 20.0
    assert overview["ratio"] == 10.0
    assert 20.0 < overview[OURS]["p95_ms"] <= 90.0


def test_answers_that_differ_are_told() -> None:
    assert "Both gave the same numbers." in answers_report(ANSWERS)
    assert "overview.totals: 1 and 2" in answers_report(ANSWERS | {"differences": ["overview.totals: 1 and 2"]})


def test_a_picture_shows_every_figure_and_longer_bars_for_more() -> None:
    picture = bars("Rate", "events/s", [("batches of 50", {LOADER: 1_000.0, INFLUXDB: 10.0})])
    assert ">1,000<" in picture
    assert ">10<" in picture
    widths = [
        float(part.split('"')[0])
        for part in picture.split('<rect x="210" y="')[1:]
        for part in part.split('width="')[1:2]
    ]
    assert widths[0] > widths[1]
