"""Tracks, a track and searches: every number is a plain recount of what was sent."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from support.pages import HOSTILE, House, Visit, add_person, measures, overflow, rows, violations

if TYPE_CHECKING:
    from playwright.sync_api import Route

LENGTH_S = 180.0
ENDS = ("stop", "skip")
DAY_S = 86_400


def of_kind(house: House, *kinds: str, **where: Any) -> list[dict[str, Any]]:
    """What was sent of some types, with these values."""
    return [
        event
        for event in house.events
        if event["type"] in kinds and all(event.get(name) == value for name, value in where.items())
    ]


def between(house: House, first: int, last: int) -> str:
    """So many days before today, to so many, as an address has them."""
    days = [datetime.fromtimestamp(house.today - ago * DAY_S, UTC).date() for ago in (first, last)]
    return f"period=custom&from={days[0]}&to={days[1]}"


def test_every_track_has_its_own_numbers(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/tracks?compare=none")
    heard: dict[str, set[str]] = defaultdict(set)
    seconds: dict[str, float] = defaultdict(float)
    for event in of_kind(house, "play", *ENDS):
        heard[event["asset_id"]].add(event["player_id"])
        seconds[event["asset_id"]] += event["duration"] if event["type"] in ENDS else 0
    plays = Counter(event["asset_id"] for event in of_kind(house, "play"))
    up = Counter(event["asset_id"] for event in of_kind(house, "vote", value="up"))
    assert rows(page, "plays") == plays
    assert rows(page, "listeners") == {asset: len(players) for asset, players in heard.items()}
    assert rows(page, "listened_seconds") == pytest.approx(dict(seconds))
    early = Counter(event["asset_id"] for event in of_kind(house, "skip") if event["duration"] < 30)
    assert {asset: count for asset, count in rows(page, "early_skips").items() if count} == early
    page = visiting().open("/tracks?compare=none&columns=up_votes")
    assert {asset: count for asset, count in rows(page, "up_votes").items() if count} == dict(up)


def test_plays_over_time_are_drawn_in_each_row(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    page = visit.open(f"/tracks?compare=none&{between(house, 5, 0)}&columns=plays,plays_series")
    assert len(visit.asked) <= 2
    by_day = {asset: [0] * 5 for asset in rows(page, "plays")}
    for event in of_kind(house, "play"):
        by_day[event["asset_id"]][int(event["timestamp"] - house.today) // DAY_S + 5] += 1
    assert rows(page, "most_plays") == {asset: max(plays) for asset, plays in by_day.items()}
    for asset, plays in by_day.items():
        path = page.get_attribute(f"tr[data-asset='{asset}'] .spark path", "d") or ""
        heights = [float(point.split(",")[1]) for point in path.removeprefix("M").split("L")]
        assert heights == pytest.approx([26 - count / (max(plays) or 1) * 24 for count in plays], abs=0.01)


@pytest.mark.parametrize("universe", [1001, 1002])
def test_a_filter_counts_what_passes_it(visiting: Callable[..., Visit], house: House, universe: int) -> None:
    page = visiting().open(f"/tracks?compare=none&universe={universe}")
    plays = Counter(event["asset_id"] for event in of_kind(house, "play", universe=universe))
    assert {asset: count for asset, count in rows(page, "plays").items() if count} == dict(plays)


def test_a_heading_sorts(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open("/tracks?compare=none")
    for _ in range(2):
        page.click("th button:has-text('Listeners')")
        page.wait_for_url("**sort=listeners*")
    page.wait_for_url("**order=asc*")
    visit.ready(page)
    shown = list(rows(page, "listeners").values())
    assert shown == sorted(shown)
    assert page.get_attribute("th:has-text('Listeners')", "aria-sort") == "ascending"


def test_a_track_tells_who_still_listens(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/tracks/101?compare=none")
    shown = measures(page)
    ends = of_kind(house, *ENDS, asset_id="101")
    assert shown["plays"][0] == len(of_kind(house, "play", asset_id="101"))
    completed = [end for end in ends if end["type"] == "stop" and end["duration"] >= 0.9 * LENGTH_S]
    assert shown["completion_rate"] == [pytest.approx(len(completed) / len(ends))]
    for second in (3, 10, 30):
        still = sum(1 for end in ends if end["duration"] >= second)
        assert shown[f"listening-{second}"] == [pytest.approx(still / len(ends))]


def test_a_track_tells_what_is_heard_around_it(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/tracks/101?compare=none")
    by_player: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for play in sorted(of_kind(house, "play"), key=lambda play: play["timestamp"]):
        by_player[play["player_id"]].append(play)
    pairs = [pair for plays in by_player.values() for pair in pairwise(plays)]
    near = [pair for pair in pairs if pair[1]["timestamp"] - pair[0]["timestamp"] <= 1_800]
    mine = len(of_kind(house, "play", asset_id="101"))
    for side, at, other in (("before", 1, 0), ("after", 0, 1)):
        beside = Counter(pair[other]["asset_id"] for pair in near if pair[at]["asset_id"] == "101")
        found = rows(page, f"plays_{side}", f"section:has(h2:has-text('Heard {side} it'))")
        assert 0 < len(found) <= 8
        assert found == {asset: beside[asset] for asset in found}
        shown = measures(page)
        assert shown[f"plays_with_{side}"] == [mine]
        assert shown[f"nothing_{side}"] == [mine - beside.total()]


def test_completion_by_week_is_a_recount(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/tracks/101?compare=none")
    panel = "section:has(h2:has-text('Completion by week'))"
    page.click(f"{panel} button:has-text('Table')")
    weeks: dict[int, list[bool]] = defaultdict(list)
    for end in of_kind(house, *ENDS, asset_id="101"):
        monday = (int(end["timestamp"]) // DAY_S + 3) // 7
        weeks[monday].append(end["type"] == "stop" and end["duration"] >= 0.9 * LENGTH_S)
    expected = [sum(ended) / len(ended) for _, ended in sorted(weeks.items())]
    assert measures(page, f"{panel} tbody")["completion"] == pytest.approx(expected)


def test_searches_are_told_by_their_clicks(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/search")
    clicks = of_kind(house, "search_click")
    shown = measures(page, "section:has(table:has(caption:text-is('Searches')))")
    assert sum(shown["clicks"]) == len(clicks)
    panel = "section:has(h2:has-text('Ranks that are clicked'))"
    page.click(f"{panel} button:has-text('Table')")
    at = Counter(event["metadata"]["rank"] for event in clicks)
    assert measures(page, f"{panel} tbody")["clicks"] == [*(at[rank] for rank in range(1, 11)), 0, 0, 0]
    lofi = [event for event in clicks if event["metadata"]["query"] == "lofi"]
    row = "tr:has(button:has(:text-is('lofi')))"
    assert measures(page, row)["clicks"] == [len(lofi)]
    assert measures(page, row)["players"] == [len({event["player_id"] for event in lofi})]
    assert measures(page, row)["mean_rank"] == [
        pytest.approx(sum(event["metadata"]["rank"] for event in lofi) / len(lofi))
    ]


def test_the_spellings_of_a_search_stand_behind_it(visiting: Callable[..., Visit], house: House) -> None:
    add_person(house.server, "spelling@example.com", project="spelling")
    key = house.server.create_key(project="spelling")
    typed = {"Jazz": 4, HOSTILE[0]: 3, "jazz": 2, " jazz  ": 1}
    clicks = [text for text, times in typed.items() for _ in range(times)]
    click = {"type": "search_click", "asset_id": "100", "player_id": "p", "timestamp": time.time() - DAY_S}
    sent = [{**click, "metadata": {"query": text, "rank": 1}} for text in clicks]
    assert house.server.post(sent, key).status_code == 202
    house.server.settled(key)
    page = visiting("spelling@example.com").open("/search?period=7d")
    row = "tr:has(button:has(:text-is('Jazz')))"
    assert measures(page, row)["spelling_count"] == [3]
    mark = page.get_by_role("button", name="3 spellings of Jazz")
    mark.focus()
    page.keyboard.press("Enter")
    assert page.locator(f"{row} .spelling .text").all_text_contents() == ["Jazz", "jazz", " jazz  "]
    assert measures(page, f"{row} [role=tooltip]")["spelling_clicks"] == [4, 2, 1]
    assert mark.get_attribute("aria-describedby") == page.get_by_role("tooltip").get_attribute("id")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.wait_for_selector("[role=tooltip]", state="detached")
    # The mouse may go from the mark to what it opened.
    mark.hover()
    page.get_by_role("tooltip").hover()
    assert page.get_by_role("tooltip").is_visible()
    # What was typed in one way only says nothing of it.
    assert measures(page)["spelling_count"] == [3]


def test_searches_tell_whether_players_played_what_they_clicked(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/search")
    clicks = [click for click in of_kind(house, "search_click") if click["metadata"]["query"] == "lofi"]

    def first_after(event: dict[str, Any], since: float, *kinds: str) -> dict[str, Any] | None:
        who = {name: event[name] for name in ("player_id", "asset_id")}
        within = [one for one in of_kind(house, *kinds, **who) if since <= one["timestamp"] <= event["timestamp"] + 600]
        return min(within, key=lambda one: one["timestamp"], default=None)

    plays = [(click, play) for click in clicks if (play := first_after(click, click["timestamp"], "play"))]
    ends = [first_after(click, play["timestamp"], *ENDS) for click, play in plays]
    skipped = sum(end is not None and end["type"] == "skip" and end["duration"] < 30 for end in ends)
    assert 0 < skipped < len(plays) < len(clicks)
    row = measures(page, "tr:has(button:has(:text-is('lofi')))")
    assert row["then_played"] == [pytest.approx(len(plays) / len(clicks))]
    assert row["skipped_early"] == [pytest.approx(skipped / len(plays))]


def test_a_table_says_what_its_chart_draws(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/?compare=none")
    page.click("section:has(h2:has-text('Plays by day')) button:has-text('Table')")
    shown = measures(page, "section:has(h2:has-text('Plays by day')) tbody")
    assert list(shown) == ["plays"]
    assert sum(shown["plays"]) == len(of_kind(house, "play"))


def test_a_chart_is_read_by_keyboard(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/?compare=none&period=28d")
    page.focus("[aria-roledescription=chart]")
    page.keyboard.press("End")
    last_day = [event for event in of_kind(house, "play") if event["timestamp"] >= house.today - 86_400]
    said = page.inner_text("[aria-roledescription=chart] [aria-live]")
    assert said.endswith(f"Plays {len(last_day):,}")
    page.keyboard.press("Escape")
    assert page.inner_text("[aria-roledescription=chart] [aria-live]") == ""


def test_the_columns_of_tracks_are_chosen_by_keyboard_and_stay_in_the_address(
    visiting: Callable[..., Visit], house: House
) -> None:
    visit = visiting()
    page = visit.open("/tracks?compare=none")
    page.focus("button:text-is('Columns')")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    assert violations(page) == []
    for name in ("vote_share", "queue_adds"):
        page.focus(f"dialog input[name={name}]")
        page.keyboard.press("Space")
    page.focus("dialog input[name=down_votes]")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="detached")
    down = Counter(event["asset_id"] for event in of_kind(house, "vote", value="down"))
    for shown in (page, visit.open(page.url.removeprefix(visit.server.url))):
        heads = shown.locator("th[scope=col]").all_inner_texts()
        assert ("Votes down" in heads, "Queue adds" in heads, "Share of votes up" in heads) == (True, False, False)
        assert {asset: count for asset, count in rows(shown, "down_votes").items() if count} == dict(down)
    page.click("button:text-is('Columns')")
    page.click("dialog button:text-is('The usual ones')")
    assert "columns=" not in page.url


def test_votes_and_favourites_of_tracks_are_a_recount(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/tracks?compare=none&columns=vote_share,net_favorites")
    up, all_votes = (
        Counter(event["asset_id"] for event in of_kind(house, "vote", **where)) for where in ({"value": "up"}, {})
    )
    net = Counter(event["asset_id"] for event in of_kind(house, "favorite"))
    net.subtract(Counter(event["asset_id"] for event in of_kind(house, "unfavorite")))
    shares = {asset: up[asset] / count for asset, count in all_votes.items()}
    assert rows(page, "vote_share") == pytest.approx(shares)
    lows = rows(page, "vote_share_low")
    assert lows.keys() == shares.keys()
    # The lower end is the share from which this many are seen with a chance that is just not too small.
    for asset, low in lows.items():
        count, share = all_votes[asset], shares[asset]
        assert abs(share - low) == pytest.approx(1.959964 * math.sqrt(low * (1 - low) / count), abs=1e-6)
    assert {asset: count for asset, count in rows(page, "net_favorites").items() if count} == {
        asset: count for asset, count in net.items() if count
    }
    for asset, count in all_votes.items():
        is_grey = page.locator(f"tr[data-asset='{asset}'] .muted:has(> [data-measure=vote_share])").count() == 1
        assert is_grey == (count < 10), (asset, count)


def test_places_moved_are_those_between_two_lists(visiting: Callable[..., Visit], house: House) -> None:
    """Of the last whole day and the one before it."""
    page = visiting().open(f"/tracks?{between(house, 1, 0)}&columns=plays,rank_change")
    page.wait_for_selector("[data-measure=rank_change]")
    lists: list[dict[str, int]] = []
    for first, last in ((2, 1), (1, 0)):
        inside = [
            event
            for event in house.events
            if house.today - first * DAY_S <= event["timestamp"] < house.today - last * DAY_S
        ]
        plays = Counter(event["asset_id"] for event in inside if event["type"] == "play")
        assets = sorted({event["asset_id"] for event in inside}, key=lambda asset: (-plays[asset], int(asset)))
        lists.append({asset: place for place, asset in enumerate(assets)})
    before, now = lists
    moved = {asset: abs(before[asset] - place) for asset, place in now.items() if asset in before}
    assert rows(page, "rank_change") == moved
    for asset, place in now.items():
        up = page.locator(f"tr[data-asset='{asset}'] .delta:has-text('▲')").count() == 1
        assert up == (asset in before and before[asset] > place), asset


def test_five_tracks_are_seen_side_by_side(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    page = visit.open("/tracks?compare=none")
    for asset in ("100", "101", "102", "103", "104"):
        page.check(f"tr[data-asset='{asset}'] input")
    page.wait_for_selector("[data-side='104']")
    assert page.is_disabled("tr[data-asset='105'] input")
    page.uncheck("tr[data-asset='102'] input")
    page.check("tr[data-asset='105'] input")
    assert "picked=100,101,103,104,105" in page.url
    visit = visiting()
    page = visit.open(f"/tracks?compare=none&{between(house, 4, 1)}&picked=100,101,999&universe=1001&draw=skip_rate")
    assert len(visit.asked) <= 2
    inside = [
        event
        for event in of_kind(house, "play", *ENDS, universe=1001)
        if house.today - 4 * DAY_S <= event["timestamp"] < house.today - DAY_S
    ]
    for asset in ("100", "101", "999"):
        mine = [event for event in inside if event["asset_id"] == asset]
        shown = measures(page, f"[data-side='{asset}']")
        assert shown["plays"] == [sum(event["type"] == "play" for event in mine)]
        assert shown["listeners"] == [len({event["player_id"] for event in mine})]
    panel = "section:has(> header h2:has-text('Side by side'))"
    assert page.locator(f"{panel} .legend li").count() == 3
    page.select_option(f"{panel} select", "plays")
    page.click(f"{panel} button:text-is('Table')")
    cells = page.locator(f"{panel} tbody td").all_inner_texts()
    plays = [event for event in inside if event["type"] == "play" and event["asset_id"] in ("100", "101")]
    assert sum(map(int, cells)) == len(plays)
    page.set_viewport_size({"width": 375, "height": 900})
    assert (overflow(page), violations(page)) == (0, [])
    page.click(f"{panel} button:text-is('Choose none')")
    page.wait_for_selector(panel, state="detached")
    assert "picked" not in page.url


@pytest.mark.parametrize(
    ("path", "row", "where"),
    [
        ("/", ".cards", {}),
        ("/tracks", "tr[data-asset='101']", {"asset_id": "101"}),
        ("/tracks/101", ".cards", {"asset_id": "101"}),
        ("/experiences", "tr[data-universe='1001']", {"universe": 1001}),
    ],
)
def test_by_how_much_plays_moved_is_told_unrounded(
    visiting: Callable[..., Visit], house: House, path: str, row: str, where: dict[str, Any]
) -> None:
    page = visiting().open(f"{path}?{between(house, 2, 0)}")
    page.wait_for_selector(f"{row} [data-measure=plays_change]:not([data-value=''])")
    ages = [(house.today - play["timestamp"]) / DAY_S for play in of_kind(house, "play", **where)]
    now, before = (sum(first < age <= first + 2 for age in ages) for first in (0, 2))
    assert measures(page, row)["plays_change"] == [pytest.approx(now / before - 1)]


def test_where_nothing_was_before_all_is_new_on_every_page(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    for path in ("/", "/tracks/101"):
        page = visit.open(f"{path}?{between(house, 5, 0)}")
        assert page.locator(".cards .delta").all_inner_texts() == ["new", "new", "new", "\N{EN DASH}", "\N{EN DASH}"], (
            path
        )


def test_popular_tracks_show_by_what_they_are_sorted(visiting: Callable[..., Visit]) -> None:
    page = visiting().open("/charts")
    panel = "section.panel:has(h2:has-text('Popular'))"
    assert page.locator(f"{panel} th[aria-sort=descending]").inner_text() == "At least ↓"
    lows = measures(page, panel)["score_low"]
    assert len(lows) > 1
    assert lows == sorted(lows, reverse=True)


def test_a_change_of_a_track_says_nothing_until_it_is_known(visiting: Callable[..., Visit]) -> None:
    visit, held = visiting(), []

    def hold_the_earlier_period(route: Route) -> None:
        if "asset=" in unquote(route.request.url):
            held.append(route)
        else:
            route.continue_()

    visit.context.route("**/analytics/v1/**", hold_the_earlier_period)
    with visit.context.expect_event("request", lambda request: "asset=" in unquote(request.url)):
        page = visit.open("/tracks?period=7d", until_ready=False)
    assert set(page.locator("tr[data-asset] td:nth-child(3)").all_inner_texts()) == {""}
    for route in held:
        route.continue_()
    page.wait_for_selector("tr[data-asset] td:nth-child(3) .delta")
    assert all(page.locator("tr[data-asset] td:nth-child(3)").all_inner_texts())
