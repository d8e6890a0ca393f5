"""scenarios.json keeps its format, and covers what it says it covers."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import jsonschema
import pytest

HERE = Path(__file__).resolve().parent.parent
DOCUMENT = json.loads((HERE / "scenarios.json").read_text("utf-8"))
SCHEMA = json.loads((HERE / "scenarios.schema.json").read_text("utf-8"))
README = (HERE / "README.md").read_text("utf-8")
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SCENARIOS = DOCUMENT["scenarios"]


def test_the_file_satisfies_its_schema() -> None:
    assert [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(DOCUMENT)] == []


@pytest.mark.parametrize(
    "broken",
    [
        {"step": {}},
        {"step": {"tarck": [1, 2]}},
        {"step": {"track": [1]}},
        {"step": {"advance": -1}},
        {"step": {"track": [1, 2], "advance": 3}},
        {"step": {"expect": {}}},
        {"step": {"expect": {"reqeusts": 1}}},
        {"step": {"expect": {"drops": {"bored": 1}}}},
        {"step": {"construct": {"fials": []}}},
        {"step": {"server": [{"stauts": 500}]}},
        {"name": "Bad Name"},
        {"scenario": 35},
        {"needs": ["magic"]},
    ],
)
def test_the_schema_refuses_misspelt_scenarios(broken) -> None:
    document = copy.deepcopy(DOCUMENT)
    scenario = document["scenarios"][0]
    if "step" in broken:
        scenario["steps"][0] = broken["step"]
    else:
        scenario.update(broken)
    assert not VALIDATOR.is_valid(document)


def test_every_promise_has_a_scenario() -> None:
    assert {scenario["scenario"] for scenario in SCENARIOS} == set(range(1, 35))


def test_names_are_unique_and_begin_with_their_number() -> None:
    names = [scenario["name"] for scenario in SCENARIOS]
    assert len(set(names)) == len(names)
    assert all(name.startswith(f"{scenario['scenario']:02d}-") for name, scenario in zip(names, SCENARIOS))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
def test_a_scenario_expects_something_at_its_end(scenario) -> None:
    assert "expect" in scenario["steps"][-1]


def test_the_readme_explains_every_step() -> None:
    verbs = [next(iter(step["properties"])) for step in SCHEMA["$defs"]["step"]["oneOf"]]
    assert [verb for verb in verbs if f'{{"{verb}": ' not in README] == []


@pytest.mark.parametrize("definition", ["expect", "client"])
def test_the_readme_explains_every_member(definition) -> None:
    members = SCHEMA["$defs"][definition]["properties"]
    assert [member for member in members if f"`{member}`" not in README] == []


def test_the_readme_explains_every_poison() -> None:
    names = next(
        step["properties"]["poison"]["enum"]
        for step in SCHEMA["$defs"]["step"]["oneOf"]
        if "poison" in step["properties"]
    )
    assert [name for name in names if f"`{name}`" not in README] == []
