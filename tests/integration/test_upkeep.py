"""What is work for the whole installation is done as a job, and seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx

from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.server import Server

UPKEEP = ("reconciliation", "tidying")


def upkeep(server: Server) -> dict[str, Any]:
    """The runs and failures of each."""
    jobs = server.get("/analytics/v1/jobs").json()["jobs"]
    return {job["name"]: (job["runs"], job["failures"]) for job in jobs if job["name"] in UPKEEP}


def test_upkeep_is_seen_and_rollups_are_reconciled_at_each_start(new_server: Callable[..., Server]) -> None:
    server = new_server()
    eventually(lambda: upkeep(server), until=lambda runs: len(runs) == 2 and all(done for done, _ in runs.values()))
    metrics = httpx.get(f"{server.url}/metrics").text
    for name in UPKEEP:
        assert f'audioscape_job_runs_total{{job="{name}",outcome="succeeded"}}' in metrics
    before, _ = upkeep(server)["reconciliation"]
    assert server.stop() == 0
    server.start()
    after, failures = eventually(lambda: upkeep(server)["reconciliation"], until=lambda runs: runs[0] > before)
    assert (after, failures) == (before + 1, 0)
    server.assert_no_fault_of_its_own()
