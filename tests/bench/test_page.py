"""The page quotes a run by one command: its tables come between marks, and nothing else on the page moves."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from bench.report import FIGURES, INFLUXDB, LOADER, OURS, POSTGRES

from bench import page

DOCS = Path(__file__).parents[2] / "docs" / "performance.md"
MACHINE = {
    "processor": "a CPU, 2 cores used", "memory": "8 GB", "disk": "ext4 at /var/tmp", "system": "Debian",
    "python": "3.11", "audioscape": "0.1.0", "influxdb": "", "postgresql": "postgres 15",
    "load before": "0.1", "is_busy": False,
}  # fmt: skip


def run(peer: str, rate: float, failure: str = "") -> dict[str, Any]:
    figures = dict.fromkeys(FIGURES, 0.5) | {"events_per_s": rate}
    return {"peer": peer, "batch": 50, "round": 0, "failure": failure, **figures}


RESULTS = {
    "command": "python -m bench --quick",
    "began": "2026-11-01T10:00:00Z",
    "machine": MACHINE,
    "ingest": [run(LOADER, 240_000.0), run(INFLUXDB, 100_000.0), run(LOADER, 0.0, "LoadError: a | b")],
    "answers": {
        "events": 1_000_000,
        "bytes_per_event": {OURS: 33.5, POSTGRES: 210.0},
        "milliseconds": {OURS: {"overview": [10.0], "scan": [5.0]}, POSTGRES: {"overview": [250.0], "scan": [50.0]}},
        "estimates": 12,
        "differences": [],
    },
}
PAGE = """# Speed

<!-- intake -->

Not measured yet.

<!-- /intake -->

Between.
<!-- questions -->
<!-- /questions -->
After.
"""


def between(text: str, name: str) -> str:
    return text.partition(f"<!-- {name} -->\n")[2].partition(f"<!-- /{name} -->")[0]


def test_tables_stand_between_the_marks_and_all_else_stays() -> None:
    text = page.put(PAGE, RESULTS, "speed")
    intake, questions = between(text, "intake"), between(text, "questions")
    assert f"| 50 | {LOADER} | 240,000 | 0.5 ms |" in intake
    assert f"| {LOADER} / {INFLUXDB} | 50 | **2.40** | 2.40 to 2.40 | 1.00 | 2.5: missed |" in intake
    assert f"| 50 | {LOADER} | failed: LoadError: a / b |" in intake
    assert "`python -m bench --quick` on 2026-11-01: a CPU" in intake
    assert "| overview | 10.0 ms | 10.0 ms | 2.00 | 250.0 ms | 250.0 ms | **25** |" in questions
    assert "Both gave the same numbers" in questions
    assert "![Questions](speed/answers.svg)" in questions
    assert text.replace(intake, "").replace(questions, "") == PAGE.replace(between(PAGE, "intake"), "")
    for table in (part for part in text.split("\n\n") if part.startswith("|")):
        assert len({line.count("|") for line in table.splitlines()}) == 1, table


def test_a_second_run_takes_the_place_of_the_first() -> None:
    once = page.put(PAGE, RESULTS, "speed")
    assert page.put(once, RESULTS, "speed") == once


def test_a_part_that_was_not_measured_stays() -> None:
    text = page.put(PAGE, RESULTS | {"answers": None}, "speed")
    assert between(text, "questions") == ""
    assert "240,000" in between(text, "intake")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"machine": MACHINE | {"is_busy": True}}, "The machine was busy"),
        ({"answers": RESULTS["answers"] | {"differences": ["overview.plays: 1 and 2"]}}, "overview.plays: 1 and 2"),  # type: ignore[operator]
    ],
    ids=["a busy machine", "answers that differ"],
)
def test_what_spoils_a_run_is_told(changes: dict[str, Any], words: str) -> None:
    assert words not in page.put(PAGE, RESULTS, "speed")
    assert words in page.put(PAGE, RESULTS | changes, "speed")


def test_a_page_without_a_place_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results, target = tmp_path / "results.json", tmp_path / "speed.md"
    results.write_text(json.dumps(RESULTS))
    target.write_text(PAGE)
    monkeypatch.setattr(sys, "argv", ["page", str(results), str(target)])
    page.main()
    assert "240,000" in target.read_text()
    assert {path.name for path in (tmp_path / "speed").iterdir()} == {
        "ingest.svg",
        "latency.svg",
        "cpu.svg",
        "answers.svg",
    }
    assert str(target) in capsys.readouterr().out
    target.write_text("# Another page\n")
    with pytest.raises(SystemExit, match=r"speed\.md: the page must have one place <!-- intake -->"):
        page.main()
    assert target.read_text() == "# Another page\n"


def test_the_documentation_has_a_place_for_every_part() -> None:
    page.put(DOCS.read_text("utf-8"), RESULTS, DOCS.stem)
