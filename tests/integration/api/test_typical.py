"""What a track's listening curve is held against: a recount of the curves of the tracks of a similar length."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.api import typical
from support.asking import ask
from support.counting import DAY, NOW, Sent, lengths, of

if TYPE_CHECKING:
    from litestar.testing import TestClient

#: Whole days, a period that only touches its days, and one within a day.
PERIODS = [(NOW // DAY * DAY - 6 * DAY, NOW // DAY * DAY), (NOW - 3.3 * DAY, NOW - 0.2), (NOW - 7200.0, NOW - 3600.0)]


def recounted(events: list[Sent], project: str, asset: int, period: tuple[float, float], least: int) -> dict[str, Any]:
    """Event by event."""
    length_of = lengths(events, project)
    length = length_of[asset]
    first, end = period[0] // DAY * DAY, -(-period[1] // DAY) * DAY
    seconds = int(min(3_600, length * 1.2))
    curves: list[list[float]] = []
    for other, its in length_of.items():
        if other == asset or not 0.8 * length <= its <= 1.2 * length:
            continue
        heard = [
            event.duration
            for event in of(events, project, first, end, asset_id=other)
            if event.type in ("stop", "skip") and event.duration is not None
        ]
        if len(heard) >= least:
            curves.append([sum(one >= second for one in heard) / len(heard) for second in range(seconds + 1)])
    bounds: list[dict[str, Any]] = []
    for second, shares in enumerate(zip(*curves, strict=True)):
        # One curve is its own quartiles; Python asks for two.
        low, _, high = statistics.quantiles(shares * 2 if len(shares) == 1 else shares, n=4, method="inclusive")
        bounds.append({"second": second, "low": pytest.approx(low), "high": pytest.approx(high)})
    return {"length": length, "tracks": len(curves), "is_sample": False, "listening": bounds}


@pytest.mark.parametrize("period", PERIODS, ids=["whole days", "parts of days", "an hour"])
def test_the_bounds_are_those_of_the_curves_of_similar_tracks(
    client: TestClient[Any], events: list[Sent], period: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typical, "LEAST", 2)
    found: list[int] = []
    for asset, length in lengths(events, "alpha").items():
        if length:
            answer = ask(client, f"tracks/{asset}/typical", "alpha", period)
            assert answer == recounted(events, "alpha", asset, period, 2)
            found.append(answer["tracks"])
    assert max(found) > 0


def test_ends_that_do_not_say_how_long_make_no_curve(
    client: TestClient[Any], events: list[Sent], monkeypatch: pytest.MonkeyPatch
) -> None:
    period = PERIODS[0]
    ends = {asset: [event for event in of(events, "alpha", *period, asset_id=asset) if event.type in ("stop", "skip")]
            for asset in lengths(events, "alpha")}  # fmt: skip
    told = {asset: sum(event.duration is not None for event in some) for asset, some in ends.items()}
    # As many as one track has ends, and has not with a duration.
    for least in {len(ends[asset]) for asset, count in told.items() if count < len(ends[asset])}:
        monkeypatch.setattr(typical, "LEAST", least)
        for asset in ends:
            answer = ask(client, f"tracks/{asset}/typical", "alpha", period)
            assert answer == recounted(events, "alpha", asset, period, least)
    assert any(count < len(ends[asset]) for asset, count in told.items())
