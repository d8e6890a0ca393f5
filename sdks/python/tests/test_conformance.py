"""Every scenario of `sdks/conformance/scenarios.json`, by its name."""

from __future__ import annotations

import pytest
from conformance_runner import SCENARIOS, Runner


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name, server):
    Runner(SCENARIOS[name], server).play()
