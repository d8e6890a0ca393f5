"""What the README says is so: its examples run, and its table of options is the code's."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import audioscape
import pytest
from audioscape import AudioScape, buffer

from conftest import SRC

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
#: Those that begin with the name of a file are recipes: `test_recipes.py` runs them.
EXAMPLES = re.findall(r"^```python\n(?!# \S+\.py\n)(.*?)^```", README, re.DOTALL | re.MULTILINE)
ENDPOINT = "https://analytics.example.com"


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_runs(example, server, control, tmp_path):
    sends = ENDPOINT in example
    program = tmp_path / "example.py"
    program.write_text(example.replace(ENDPOINT, server.events), "utf-8")
    result = subprocess.run(
        [sys.executable, "-W", "error", str(program)],
        env={"PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert bool(control.received()["stored"]) == sends


def test_the_first_event_takes_five_lines():
    lines = [line for line in EXAMPLES[0].splitlines() if line.strip()]
    assert len(lines) <= 5
    assert "track_play" in EXAMPLES[0]


def test_the_table_of_options_is_the_codes():
    rows = re.findall(r"^\| `(\w+)` \| `(.+?)` \|", README, re.MULTILINE)
    parameters = list(inspect.signature(AudioScape).parameters.values())[1:]
    defaults = {p.name: "random.random" if p.name == "rng" else repr(p.default).replace("'", '"') for p in parameters}
    assert dict(rows) == defaults


def test_every_option_is_in_the_docstring():
    described = re.findall(r"^ +(\w+): ", inspect.getdoc(AudioScape.__init__).partition("Args:")[2], re.MULTILINE)
    assert described[: len(inspect.signature(AudioScape).parameters)] == list(inspect.signature(AudioScape).parameters)


def test_every_reason_of_a_drop_is_listed():
    reasons = {value for name, value in vars(buffer).items() if name.isupper() and isinstance(value, str)}
    line = next(line for line in README.splitlines() if line.startswith("The reasons of drops:"))
    assert set(re.findall(r"`(\w+)`", line)) - {"close"} == reasons


def test_every_public_name_and_method_has_a_docstring():
    for name in audioscape.__all__:
        value = getattr(audioscape, name)
        assert inspect.getdoc(value), name
        for member, function in inspect.getmembers(value, inspect.isfunction):
            assert member.startswith("_") or function.__doc__, f"{name}.{member}"


def test_the_changelog_has_the_version():
    assert f"## {audioscape.__version__} " in (ROOT / "CHANGELOG.md").read_text("utf-8")
