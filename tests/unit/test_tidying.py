"""What is too old in the control database is told by the least that the clock read for as long as a claim is kept."""

from __future__ import annotations

from typing import Any, cast

import pytest

from audioscape_server.control.claims import KEEP_S
from audioscape_server.jobs import Hold
from audioscape_server.jobs.tidying import WATCHED_S, Tidying


class Told:
    """Something that gets too old, and at which time it was asked to forget."""

    def __init__(self) -> None:
        self.at: list[float] = []

    def forget_old(self, now: float) -> None:
        self.at.append(now)


@pytest.mark.parametrize(("waits_since", "claims_at"), [(900.0, 900.0), (5_000.0, 1_000.0)])
def test_a_clock_that_was_wrong_has_no_say(waits_since: float, claims_at: float) -> None:
    claims, other = Told(), Told()
    least = {WATCHED_S: 1_000.0}
    Tidying(least.__getitem__, cast("Any", claims), lambda: waits_since, [other]).run(cast("Hold", None))
    assert (claims.at, other.at) == ([claims_at], [1_000.0])


def test_a_clock_that_is_wrong_for_less_than_a_claim_is_kept_has_no_say() -> None:
    assert WATCHED_S >= KEEP_S
