"""Every scenario of `sdks/conformance/scenarios.json`, by its name."""

from __future__ import annotations

import pytest
from conformance_runner import SCENARIOS, Runner


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name, server):
    if "since-0.2" in SCENARIOS[name].get("needs", ()):
        pytest.skip("not in this SDK yet: rules 20 to 30")
    Runner(SCENARIOS[name], server).play()
