"""The pages of experiences and of what comes in: every number is a plain recount of what was sent."""

from __future__ import annotations

import csv
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest

from support.pages import House, Visit, add_person, measures

#: Milliseconds in which what follows from an answer is drawn, and timers begin: by the clock that tests move.
DRAWN_MS = 200


def _row(page: Any, universe: str, place: str | None = None) -> dict[str, float]:
    inside = f"[data-universe='{universe}']" + (f"[data-place='{place}']" if place else ":not([data-place])")
    return {name: values[0] for name, values in measures(page, f"tr{inside}").items()}


def _recount(events: list[dict[str, Any]], plays: int) -> dict[str, Any]:
    kinds = Counter(event["type"] for event in events)
    ends = [event for event in events if event["type"] in ("stop", "skip")]
    completed = sum(event["type"] == "stop" and event["duration"] >= 0.9 * 180 for event in ends)
    return {
        "plays": kinds["play"],
        "listeners": len({event["player_id"] for event in events if event["type"] in ("play", "stop", "skip")}),
        "listened_seconds": pytest.approx(sum(event["duration"] for event in ends)),
        "completion_rate": pytest.approx(completed / len(ends)),
        "skip_rate": pytest.approx(kinds["skip"] / len(ends)),
        "share": pytest.approx(kinds["play"] / plays),
    }


def test_universes_and_their_places_are_a_recount(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    page = visit.open("/experiences")
    plays = sum(event["type"] == "play" for event in house.events)
    assert len(visit.asked) <= 2
    for universe in {event["universe"] for event in house.events}:
        mine = [event for event in house.events if event["universe"] == universe]
        assert _row(page, str(universe)) == _recount(mine, plays)
    page.click("[aria-label='Places of 1001']")
    page.wait_for_selector("[data-place]")
    visit.ready(page)
    assert page.locator("[data-place]").count() == 2
    for place in (2001, 2002):
        mine = [event for event in house.events if (event["universe"], event["place"]) == (1001, place)]
        assert _row(page, "1001", str(place)) == _recount(mine, plays)
    page.click("[aria-label='Places of 1001']")
    page.wait_for_selector("[data-place]", state="detached")


def test_the_bars_of_experiences_add_up_to_all_plays(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/experiences")
    page.click("section:has(h2:has-text('Plays by')) button:has-text('Table')")
    cells = page.eval_on_selector_all(
        "section:has(h2:has-text('Plays by')) tbody td", "all => all.map(each => Number(each.textContent))"
    )
    assert sum(cells) == sum(event["type"] == "play" for event in house.events)


def test_what_comes_in_is_asked_ever_more_rarely_while_the_server_is_away(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    clock = visit.context.clock
    clock.install()
    page = visit.open("/live")
    clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))

    def asked() -> int:
        # What was given up was asked nevertheless; nothing is on its way any more when this is answered.
        page.evaluate("fetch('/healthz').then(answer => answer.text())")
        return sum("events?limit=" in unquote(call) for call in visit.asked)

    def asks_after(seconds: int) -> None:
        before = asked()
        clock.run_for(seconds * 1_000 - DRAWN_MS)
        assert asked() == before, seconds
        clock.run_for(DRAWN_MS)
        assert asked() == before + 1, seconds

    page.route("**/analytics/v1/**", lambda route: route.abort())
    clock.run_for(5_000)
    page.wait_for_selector("text=can't be reached")
    clock.run_for(DRAWN_MS)
    for seconds in (2, 4, 8, 16, 30, 30):
        asks_after(seconds)
    page.wait_for_selector("text=ever more rarely")
    page.unroute("**/analytics/v1/**")
    asks_after(30)
    page.wait_for_selector("text=every 5 seconds")
    clock.run_for(DRAWN_MS)
    asks_after(5)
    visit.faults.clear()


def test_what_is_posted_is_seen_live(visiting: Callable[..., Visit], house: House) -> None:
    add_person(house.server, "live@example.com", project="live")
    page = visiting("live@example.com").open("/live")
    assert measures(page, ".cards")["accepted"] == [0]
    now = time.time()
    sent = [{"type": "play", "asset_id": "900001", "player_id": f"live{one}", "timestamp": now} for one in range(3)]
    wrong = {"type": "play", "asset_id": "900001", "timestamp": now * 1_000}
    key = house.server.create_key(project="live")
    assert house.server.post([*sent, wrong], key, {"x-universe-id": "1003"}).status_code == 202
    house.server.settled(key)
    page.wait_for_function("() => document.querySelector('[data-measure=active_players]').dataset.value == 3")
    page.wait_for_selector("[data-reason=timestamp_milliseconds]")
    page.wait_for_selector("td:has-text('live2')")
    shown = measures(page, ".cards")
    assert (shown["accepted"], shown["rejected"], shown["repeats"], shown["spooled"]) == ([3], [1], [0], [0])
    assert measures(page, "[data-reason]") == {"rejected_events": [1]}
    with page.expect_download() as saving:
        page.click("[aria-label='Save Refused events of the last 24 hours as CSV']")
    (row,) = csv.DictReader(saving.value.path().read_text("utf-8").splitlines())
    assert (row["reason"], row["count"], row["universe_id"]) == ("timestamp_milliseconds", "1", "1003")
    assert saving.value.suggested_filename == "audioscape-refused-events-of-the-last-24-hours.csv"


@pytest.fixture(scope="module")
def playing(house: House) -> str:
    """Who may see a project in which three play, two of them in one experience."""
    add_person(house.server, "playing@example.com", project="playing")
    key = house.server.create_key(project="playing")
    for universe, players in (("1004", "ab"), ("1005", "c")):
        sent = [{"type": "play", "asset_id": "900001", "player_id": one, "timestamp": time.time()} for one in players]
        assert house.server.post(sent, key, {"x-universe-id": universe}).status_code == 202
    house.server.settled(key)
    return "playing@example.com"


def test_numbers_that_cannot_be_asked_anew_are_dimmed_and_say_of_when_they_are(visiting: Callable[..., Visit]) -> None:
    visit = visiting()
    page = visit.open("/live")
    page.route("**/analytics/v1/**", lambda route: route.abort())
    page.wait_for_selector(".cards.stale [data-measure=accepted]")
    told = page.locator(".notice:has-text('These numbers are of')")
    when = told.locator("time").get_attribute("datetime")
    assert when
    assert 0 <= time.time() - datetime.fromisoformat(when).timestamp() < 60
    page.unroute("**/analytics/v1/**")
    page.wait_for_selector(".cards:not(.stale)")
    assert told.count() == 0
    visit.faults.clear()  # the browser tells of what could not be asked


@pytest.mark.parametrize(("asked", "players"), [("", 3), ("?universe=1004", 2), ("?universe_not=1004", 1)])
def test_the_bar_tells_who_plays_now_without_a_call_of_its_own(
    visiting: Callable[..., Visit], playing: str, asked: str, players: int
) -> None:
    visit = visiting(playing)
    page = visit.open(f"/{asked}")
    page.wait_for_selector(f"[data-measure=active_now][data-value='{players}']")
    (call,) = [call for call in visit.asked if "live/players" in unquote(call)]
    assert call.startswith("batch?")
    page.get_by_role("link", name=f"{players} {'player' if players == 1 else 'players'} now").click()
    page.wait_for_selector("main[data-page=live]")


def test_the_bar_counts_anew_where_the_page_has_nothing_to_ask(visiting: Callable[..., Visit], playing: str) -> None:
    visit = visiting(playing)
    page = visit.open("/charts?asset=404")
    page.wait_for_selector("[data-measure=active_now][data-value='0']")
    page.keyboard.press("Escape")
    page.wait_for_selector("[data-measure=active_now][data-value='3']")
    # A page without filters has no count that is filtered.
    page = visit.open("/settings?asset=404")
    page.wait_for_selector("[data-measure=active_now][data-value='3']")


def test_a_tab_that_is_seen_again_counts_at_once_what_it_counted_long_ago(
    visiting: Callable[..., Visit], playing: str
) -> None:
    visit = visiting(playing)
    page = visit.open("/healthz", until_ready=False)
    page.clock.install()
    page.add_init_script("Object.defineProperty(document, 'hidden', { get: () => window.away ?? false })")
    page.goto(f"{visit.server.url}/")
    page.wait_for_selector("[data-measure=active_now][data-value='3']")
    turn = "away => { window.away = away; document.dispatchEvent(new Event('visibilitychange')) }"

    def counted() -> int:
        return len([call for call in visit.asked if "live/players" in unquote(call)])

    before = counted()
    page.evaluate(turn, True)
    page.evaluate(turn, False)
    page.evaluate(turn, True)
    page.clock.fast_forward("00:40")  # half a minute has passed, and the next one has begun
    assert counted() == before
    with page.expect_request("**/live/players*", timeout=5_000):
        page.evaluate(turn, False)
    page.evaluate(turn, False)
    page.wait_for_selector("[data-measure=active_now][data-value='3']")
    assert counted() == before + 1
