"""The documents name all that the code has, and nothing that it has not."""

from __future__ import annotations

import re
from pathlib import Path

from audioscape_server.api.document import describe
from audioscape_server.api.resources import OPEN_ROUTES, PEOPLE_ROUTES, READ_ROUTES
from audioscape_server.api.responses import MEASURES
from audioscape_server.warehouse import ROLLUPS

DOCS = Path(__file__).parents[2] / "docs"


def first_column(text: str, heading: str) -> set[str]:
    section = text.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]
    return {
        name for row in re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE) for name in re.findall(r"`([^`]*)`", row)
    }


def test_counting_defines_every_measure_and_names_every_rollup() -> None:
    text = (DOCS / "counting.md").read_text("utf-8")
    assert first_column(text, "Measures") == set(MEASURES)
    assert first_column(text, "Where a number comes from") == set(ROLLUPS)


def test_api_lists_every_path() -> None:
    text = (DOCS / "api.md").read_text("utf-8").split("\n## ")[0]
    listed = {
        path.partition(" ")[2] or path
        for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE)
        for path in re.findall(r"`([^`]*)`", row)
    }
    assert listed == set(describe([READ_ROUTES, OPEN_ROUTES, PEOPLE_ROUTES])["paths"])
