"""The list of tests that take long names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_drill_is_a_test_and_named_once() -> None:
    names = (ROOT / "tests" / "drills.txt").read_text(encoding="utf-8").split()
    assert names == sorted(set(names))
    for name in names:
        file, test, *_ = name.split("::")
        assert re.search(rf"^(def )?{test}\b", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE), name
