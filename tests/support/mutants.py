"""Defects that are put into a copy of the package, and the tests that must notice them.

A mutant is a change that somebody may really make: a line that looks idle, an order that looks free. A test that stays
green over it promises nothing. The change is made in a copy; the test, and every server that it starts, run from that.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import audioscape_server

TESTS = Path(__file__).parent.parent
PACKAGE = Path(audioscape_server.__file__).parent
#: Seconds for one test file against one mutant, its server's start included.
TEST_S = 300


class Mutant(NamedTuple):
    """``old`` stands exactly once in ``file``; with ``new`` in its place, ``test`` must fail.

    ``test`` is ``FILE::NAME``; NAME may be the beginning of several tests' names.
    """

    name: str
    file: str
    old: str
    new: str
    test: str

    def changed(self) -> str:
        """The file with the defect in it.

        Raises:
            AssertionError: the code has moved on, and this mutant with it or away.
        """
        source = (PACKAGE / self.file).read_text("utf-8")
        found = source.count(self.old)
        assert found == 1, (
            f"mutant {self.name!r}: {self.file} holds the text to change {found} times, it must stand there once. "
            f"Where the code was rewritten, write the mutant anew:\n{self.old}"
        )
        return source.replace(self.old, self.new)


def require_makeable(mutants: list[Mutant]) -> None:
    """Every mutant is a change of the code as it stands, under a name of its own, and its test is there."""
    names = [mutant.name for mutant in mutants]
    assert len(set(names)) == len(names), f"names that are given twice: {sorted(names)}"
    for mutant in mutants:
        changed = mutant.changed()
        if mutant.file.endswith(".py"):
            ast.parse(changed, mutant.name)
        file, _, name = mutant.test.partition("::")
        assert f"def {name}" in (TESTS / file).read_text("utf-8"), f"mutant {mutant.name!r}: no test {mutant.test}"


def require_noticed(mutant: Mutant, folder: Path) -> None:
    """Change a copy of the package in this folder, and have the named test fail on it."""
    changed = mutant.changed()
    copy = folder / "src" / PACKAGE.name
    shutil.copytree(PACKAGE, copy)
    (copy / mutant.file).write_text(changed, "utf-8")
    file, _, name = mutant.test.partition("::")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=short"]
    done = subprocess.run(
        [*command, str(TESTS / file), "-k", name],
        cwd=TESTS.parent,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        timeout=TEST_S,
        check=False,
    )
    assert done.returncode == 1, f"{mutant.test} did not fail\n{done.stdout[-2_000:]}"
    assert " failed" in done.stdout.splitlines()[-1], f"the test did not come to its end\n{done.stdout[-2_000:]}"
