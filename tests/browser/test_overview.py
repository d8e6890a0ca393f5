"""Every number of the overview is a plain recount of what was sent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest

from support.pages import House, Visit, add_person, measures, rows


def test_the_numbers_are_a_recount(visiting: Callable[..., Visit], house: House) -> None:
    page = visiting().open("/")
    shown = measures(page)
    kinds = Counter(event["type"] for event in house.events)
    ends = [event for event in house.events if event["type"] in ("stop", "skip")]
    listeners = {event["player_id"] for event in house.events if event["type"] in ("play", "stop", "skip")}
    completed = sum(1 for event in ends if event["type"] == "stop" and event["duration"] >= 0.9 * 180)
    assert shown["plays"][0] == kinds["play"]
    assert shown["listeners"] == [len(listeners)]
    assert shown["listened_seconds"] == [pytest.approx(sum(event["duration"] for event in ends))]
    assert shown["completion_rate"] == [pytest.approx(completed / len(ends))]
    assert shown["skip_rate"] == [pytest.approx(kinds["skip"] / len(ends))]
    votes = Counter(event["value"] for event in house.events if event["type"] == "vote")
    assert (shown["up_votes"], shown["down_votes"]) == ([votes["up"]], [votes["down"]])
    assert (shown["favorites"], shown["unfavorites"]) == ([kinds["favorite"]], [kinds["unfavorite"]])
    assert shown["queue_adds"] == [kinds["add_to_queue"]]
    assert shown["search_clicks"] == [kinds["search_click"]]


def test_the_top_tracks_are_a_recount(visiting: Callable[..., Visit], house: House) -> None:
    plays = Counter(event["asset_id"] for event in house.events if event["type"] == "play")
    shown = rows(visiting().open("/"), "plays")
    assert shown == dict(sorted(plays.items(), key=lambda one: (-one[1], int(one[0])))[:8])


def test_a_click_on_a_row_filters_and_one_step_back_undoes_it(visiting: Callable[..., Visit], house: House) -> None:
    visit = visiting()
    page = visit.open("/")
    before = measures(page)["plays"][0]
    page.click("[data-asset] button.name")
    page.wait_for_url("**asset=*")
    page.wait_for_function(f"() => document.querySelector('.cards [data-measure=plays]').dataset.value != {before}")
    visit.ready(page)
    [asset, *_] = rows(page, "plays")
    assert measures(page, ".cards")["plays"] == [
        sum(1 for event in house.events if event["type"] == "play" and event["asset_id"] == asset)
    ]
    page.go_back()
    page.wait_for_function(f"() => document.querySelector('.cards [data-measure=plays]').dataset.value == {before}")
    assert "asset" not in page.url


@pytest.mark.parametrize(("compare", "told"), [("previous", "true"), ("year", "true"), ("none", "false")])
def test_an_earlier_period_is_asked_for_where_it_is_shown(
    visiting: Callable[..., Visit], house: House, compare: str, told: str
) -> None:
    first, last = (datetime.fromtimestamp(house.today - ago * 86_400, UTC).date() for ago in (2, 0))
    visit = visiting()
    page = visit.open(f"/?period=custom&from={first}&to={last}&compare={compare}")
    asked = " ".join(map(unquote, visit.asked))
    assert set(re.findall(r"[?&]previous=(\w+)", asked)) == {told}
    assert (page.locator(".cards .delta").count() > 0) is (compare != "none")


def test_what_was_refused_is_told_and_leads_to_why(visiting: Callable[..., Visit], house: House) -> None:
    owner, project = "refused@example.com", "refused"
    add_person(house.server, owner, "owner", project)
    key = house.server.create_key(project=project)
    wrong = [{"type": "play", "asset_id": "x"}, {"type": "vote", "asset_id": "7", "value": "sideways"}]
    assert house.server.post([{"type": "play", "asset_id": "7", "player_id": "p"}, *wrong], key).json()["accepted"] == 1
    house.server.settled(key)
    page = visiting(owner).open("/")
    assert measures(page)["refused"] == [2]
    page.click("main a:has-text('refused in 7 days')")
    page.wait_for_selector("main[data-page=live] [data-reason]")
    # Of another project nothing was refused.
    assert "refused" not in measures(visiting().open("/"))
