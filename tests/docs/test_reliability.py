"""The page on reliability names tests that exist, and no row of its matrix is without one."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_MATRIX = (ROOT / "docs" / "reliability.md").read_text().split("<!-- matrix -->")[1].split("<!-- /matrix -->")[0]


def test_every_row_names_tests_that_exist() -> None:
    rows = _MATRIX.strip().splitlines()[2:]
    assert len(rows) > 30
    for row in rows:
        named = re.findall(r"`([a-z/_]+\.py)::(test_[a-z0-9_]+)`", row)
        assert named, f"no test stands in the row {row}"
        for file, test in named:
            path = ROOT / file if "/" in file else ROOT / "tests" / "faults" / file
            assert f"def {test}(" in path.read_text(), f"{file} has no {test}"
