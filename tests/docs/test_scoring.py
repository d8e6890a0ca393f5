"""Every number of the scores is documented, with its value."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from audioscape_server.scores.parameters import DEFAULT

SCORING = Path(__file__).parents[2] / "docs" / "scoring.md"


def test_the_table_of_parameters_is_the_code() -> None:
    table = SCORING.read_text("utf-8").split("<!-- parameters -->")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| `?([^`|]+?)`? \|", table, re.MULTILINE)
    assert rows == [
        (name, "none" if value == {} else value if isinstance(value, str) else f"{value:g}")
        for name, value in msgspec.to_builtins(DEFAULT).items()
    ]
