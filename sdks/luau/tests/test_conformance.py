"""Every scenario that the three SDKs share."""

from pathlib import Path
from typing import Any

import pytest
from luau_runner import CANNOT, SCENARIOS, Control, Runner


@pytest.mark.parametrize("scenario", SCENARIOS["scenarios"], ids=lambda scenario: scenario["name"])
def test_scenario(scenario: dict[str, Any], fault_server: Any, control: Control, source: Path) -> None:
    """The steps lead to what they expect, and what must always hold holds after each."""
    missing = CANNOT.intersection(scenario.get("needs", []))
    if missing:
        pytest.skip(f"not in this SDK: {', '.join(missing)}")
    Runner(fault_server, control, scenario, source).play()


def test_all_34_promises_are_played() -> None:
    """No promise lost its scenario."""
    assert {scenario["scenario"] for scenario in SCENARIOS["scenarios"]} == set(range(1, 35))
