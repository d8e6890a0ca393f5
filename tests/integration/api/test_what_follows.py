"""What comes of clicks, and what is heard before and after a track: as plain Python says of the same events."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings, strategies as st

from support import behaviour, recount
from support.asking import ask, fields_of
from support.behaviour import ASSETS, filters, periods
from support.counting import DAY, ENDS, NOW, Events, Sent, folded, load_batches, of, query_and_rank
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audioscape_server.warehouse import Warehouse

PROJECT = "alpha"
#: All that was sent.
EVER = (NOW - 91 * DAY, NOW + DAY)


def without_assets(asked: dict[str, Any]) -> dict[str, Any]:
    """Filters for what is about one asset anyway."""
    return {name: values for name, values in asked.items() if not name.startswith("asset")}


@pytest.fixture(scope="module")
def requests() -> list[list[Sent]]:
    """A few players at the same few moments; their skips are early, just not early, or of nobody knows what length."""
    ends = cycle((("skip", 7.5), ("stop", 95.0), ("skip", 29.999), ("skip", 30.0), ("stop", 20.0), ("skip", None)))

    def ended(event: Sent) -> Sent:
        kind, duration = next(ends)
        return replace(event, type=kind, duration=duration)

    return [
        [ended(event) if event.type in ENDS else event for event in request]
        for request in behaviour.history(seed=3, project=PROJECT, count=1_500)
    ]


@pytest.fixture(scope="module")
def events(requests: list[list[Sent]]) -> Events:
    return Events(event for request in requests for event in request)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, requests: list[list[Sent]]) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("follows")) as opened:
        opened.insert_block("spool", 0, 0, load_batches(requests))
        opened.judge_stops()
        yield opened


def outcome(events: Sequence[Sent], click: Sent) -> tuple[bool, bool]:
    """Whether the player of a click played the track in ten minutes, and skipped that play early in the same time."""
    own = [event for event in events if (event.player_id, event.asset_id) == (click.player_id, click.asset_id)]
    latest = click.timestamp + 600
    played = min((e.timestamp for e in own if e.type == "play" and e.timestamp >= click.timestamp), default=None)
    if played is None or played > latest:
        return False, False
    ends = [
        (event.timestamp, event.type == "skip" and event.duration is not None and event.duration < 30)
        for event in own
        if event.type in ENDS and event.timestamp >= played
    ]
    ended, is_early = min(ends, default=(latest, False))
    return True, is_early and ended <= latest


@settings(max_examples=30, deadline=None)
@given(period=periods, asked=filters, search=st.sampled_from((None, "lofi", "azz")))
@example(period=EVER, asked={}, search=None)
def test_an_outcome_follows_the_clicks_of_its_search(
    *, client: Any, events: list[Sent], period: Any, asked: dict[str, Any], search: str | None
) -> None:
    require_outcomes(client, events, period, asked, search)


def test_what_follows_after_the_period_counts(client: Any, events: list[Sent]) -> None:
    clicks = [one for one in of(events, PROJECT, *EVER, type="search_click") if one.player_id]
    [click, *_] = [
        click
        for click in clicks
        if outcome(events, click)[0]
        and not outcome([one for one in events if one.timestamp < click.timestamp + 0.5], click)[0]
    ]
    require_outcomes(client, events, (EVER[0], click.timestamp + 0.5), {}, None)


def require_outcomes(client: Any, events: list[Sent], period: Any, asked: dict[str, Any], search: str | None) -> None:
    answer = ask(client, "search/outcomes", PROJECT, period, search=search, **asked)
    listed = ask(client, "search/queries", PROJECT, period, search=search, **asked)
    assert [row["query"] for row in answer["queries"]] == [row["query"] for row in listed["queries"]]
    assert answer["total"] == listed["total"]
    clicks = [one for one in of(events, PROJECT, *period, type="search_click", **fields_of(asked)) if one.player_id]
    by_query = recount.grouped(clicks, lambda click: folded(query_and_rank(click)[0]))
    for row in answer["queries"]:
        found = [outcome(events, click) for click in by_query.get(folded(row["query"]), [])]
        assert row == {
            "query": row["query"],
            "attempts": len(found),
            "played": sum(played for played, _ in found),
            "skipped_early": sum(skipped for _, skipped in found),
        }


def test_outcomes_come_in_the_pages_of_the_searches(client: Any) -> None:
    whole, second = (ask(client, "search/outcomes", PROJECT, EVER, **part) for part in ({}, {"limit": 1, "offset": 1}))
    assert len(whole["queries"]) == whole["total"] == 2
    assert whole["queries"][0]["played"] > whole["queries"][0]["skipped_early"] > 0
    assert second == {"queries": whole["queries"][1:], "total": 2}
    assert ask(client, "search/outcomes", "beta", EVER) == {"queries": [], "total": 0}


@settings(max_examples=30, deadline=None)
@given(period=periods, asset=st.sampled_from(ASSETS), asked=filters.map(without_assets))
@example(period=EVER, asset=1, asked={})
def test_neighbours_are_the_plays_of_the_same_player_just_before_and_after(
    *, client: Any, events: list[Sent], period: Any, asset: int, asked: dict[str, Any]
) -> None:
    answer = ask(client, f"tracks/{asset}/neighbours", PROJECT, period, **asked)
    plays = [one for one in of(events, PROJECT, *period, type="play", **fields_of(asked)) if one.player_id]
    before: list[str | None] = []
    after: list[str | None] = []
    for own in recount.grouped(plays, lambda play: play.player_id).values():
        own.sort(key=lambda play: (play.timestamp, play.asset_id))
        for at, play in enumerate(own):
            if play.asset_id == asset:
                before.append(near(play, own[at - 1] if at else None))
                after.append(near(play, own[at + 1] if at + 1 < len(own) else None))
    assert answer["plays"] == len(before)
    for side, found in (("before", before), ("after", after)):
        counts = [(found.count(str(one)), str(one)) for one in ASSETS if str(one) in found]
        expected = sorted(counts, key=lambda one: (-one[0], int(one[1])))
        assert [(row["plays"], row["asset_id"]) for row in answer[side]] == expected
        assert answer[f"nothing_{side}"] == found.count(None)


def near(play: Sent, other: Sent | None) -> str | None:
    """What was heard at another time, if that is no more than half an hour off."""
    return str(other.asset_id) if other and abs(other.timestamp - play.timestamp) <= 1_800 else None


def test_twenty_neighbours_are_told_on_each_side(client: Any, warehouse: Warehouse) -> None:
    """One track is heard before and after 25 of the plays, the next 24 times, and so on; and one play is alone."""
    plays = [
        play("wide", asset, NOW + at, f"p{number}-{again}")
        for number in range(1, 26)
        for again in range(number)
        for at, asset in ((0, 100 + number), (60, 7), (120, 100 + number))
    ]
    warehouse.insert_block("spool", 1, 0, load_batches([*plays, play("wide", 7, NOW, "alone")], first=10_000))
    answer = ask(client, "tracks/7/neighbours", "wide", EVER)
    assert answer["plays"] == 326
    for side in ("before", "after"):
        assert [row["plays"] for row in answer[side]] == list(range(25, 5, -1))
        assert [row["asset_id"] for row in answer[side]] == [str(100 + number) for number in range(25, 5, -1)]
        assert answer[f"nothing_{side}"] == 1


def test_half_an_hour_between_two_plays_is_no_pause(client: Any, warehouse: Warehouse) -> None:
    plays = [play("paused", asset, at, "p") for asset, at in ((1, NOW), (2, NOW + 1_800), (3, NOW + 3_600.25))]
    warehouse.insert_block("spool", 2, 0, load_batches(plays, first=20_000))
    found = [ask(client, f"tracks/{asset}/neighbours", "paused", EVER) for asset in (1, 2, 3)]
    assert [(one["nothing_before"], one["nothing_after"]) for one in found] == [(1, 0), (0, 1), (1, 1)]


def play(project: str, asset: int, at: float, player: str) -> list[Sent]:
    return [Sent(project, "k", 0, 0, NOW, "play", asset, at, player, None, "", "")]


def test_neighbours_as_csv_and_of_what_nobody_plays(client: Any) -> None:
    answer = client.get(
        "/analytics/v1/tracks/1/neighbours",
        params={"from": repr(EVER[0]), "to": repr(EVER[1])},
        headers={"x-api-key": f"read:{PROJECT}", "accept": "text/csv"},
    )
    head, *rows = answer.text.splitlines()
    assert head == "asset_id,title,artist,side,plays"
    assert {row.split(",")[3] for row in rows} == {"before", "after"}
    nothing = ask(client, "tracks/404/neighbours", PROJECT, EVER)
    assert (nothing["plays"], nothing["before"], nothing["nothing_after"]) == (0, [], 0)
    answer = client.get("/analytics/v1/tracks/x/neighbours", headers={"x-api-key": f"read:{PROJECT}"})
    assert (answer.status_code, "asset_id" in answer.json()["error"]) == (400, True)
