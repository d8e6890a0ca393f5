"""How long a track is listened to, beside tracks of a similar length: a recount, and what is told to whom."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import Any

import pytest

from support.pages import House, Visit, add_person, measures, overflow, violations

PROJECT, OWNER = "curve", "curve@example.com"
TRACK = "500"
#: Length and number of ends of each track: similar ones, one that is too long, and one that is heard too seldom.
TRACKS = {TRACK: (200, 36), **{str(600 + n): (170 + 6 * n, 30) for n in range(11)}, "700": (260, 40), "701": (200, 29)}
#: Plays of the track of which no end is known.
OPEN = 5


def heard(asset: str, number: int) -> float:
    """Seconds that each listen lasted: no two tracks keep the same share."""
    length, ends = TRACKS[asset]
    return round(length * ((number * 7 + int(asset)) % ends / ends) ** (0.6 + int(asset) % 10 / 10), 1)


@pytest.fixture(scope="module")
def curves(house: House) -> House:
    """A project of its own."""
    add_person(house.server, OWNER, "owner", PROJECT)
    key = house.server.create_key(project=PROJECT)
    events: list[dict[str, Any]] = []
    for asset, (length, ends) in TRACKS.items():
        for number in range(ends + (OPEN if asset == TRACK else 0)):
            one = {"asset_id": asset, "player_id": f"p{number}", "timestamp": house.today - 90_000 - number}
            events.append(one | {"type": "play", "duration": length})
            if number < ends:
                events.append(one | {"type": "skip" if number % 3 else "stop", "duration": heard(asset, number)})
    for first in range(0, len(events), 500):
        assert house.server.post(events[first : first + 500], key).status_code == 202
    house.server.settled(key)
    return house


@pytest.fixture
def visits(visiting: Callable[..., Visit], curves: House) -> Callable[..., Visit]:
    """As ``visiting``, once the project is there."""
    assert curves.server.is_running()
    return visiting


def share(asset: str, second: int) -> float:
    ends = TRACKS[asset][1]
    return sum(heard(asset, number) >= second for number in range(ends)) / ends


def test_a_curve_stands_before_the_middle_half_of_similar_tracks(visits: Callable[..., Visit]) -> None:
    visit = visits(OWNER)
    page = visit.open(f"/tracks/{TRACK}")
    page.wait_for_selector("[data-measure=similar-tracks]")
    assert len(visit.asked) <= 2
    shown = measures(page)
    length, ends = TRACKS[TRACK]
    similar = [
        asset for asset, (its, count) in TRACKS.items()
        if asset != TRACK and 0.8 * length <= its <= 1.2 * length and count >= 30
    ]  # fmt: skip
    assert (shown["listens"], shown["similar-tracks"]) == ([ends], [len(similar)])
    for second in (3, 10, 30):
        low, _, high = statistics.quantiles([share(one, second) for one in similar], n=4, method="inclusive")
        assert shown[f"listening-{second}"] == [pytest.approx(share(TRACK, second))]
        assert shown[f"similar-low-{second}"] == [pytest.approx(low)]
        assert shown[f"similar-high-{second}"] == [pytest.approx(high)]
    # Of plays without an end all or none may have been there.
    still = share(TRACK, 30) * ends
    assert shown["plays-without-end"] == [OPEN]
    assert shown["least-listening"] == [pytest.approx(still / (ends + OPEN))]
    assert shown["most-listening"] == [pytest.approx((still + OPEN) / (ends + OPEN))]


def test_the_band_is_read_by_keyboard_and_breaks_no_rule(visits: Callable[..., Visit]) -> None:
    page = visits(OWNER).open(f"/tracks/{TRACK}")
    page.wait_for_selector(".plane path.band")
    chart = "[aria-label^='Share still listening']"
    page.focus(chart)
    page.keyboard.press("Home")
    assert page.inner_text(f"{chart} [aria-live]").endswith("Similar tracks 100.0% to 100.0%")
    assert page.locator(f"{chart} rect.note").count() == 3
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        assert (overflow(page), violations(page)) == (0, [])


def test_few_listens_make_no_curve_and_few_tracks_no_band(visits: Callable[..., Visit]) -> None:
    visit = visits(OWNER)
    page = visit.open("/tracks/701")
    assert "a curve needs 30" in page.inner_text("main")
    page = visit.open("/tracks/700")
    visit.ready(page)
    assert page.locator("[data-measure=listens]").count() == 1
    assert page.locator(".band").count() == 0
