"""A server with a week of events, people with each role, and a browser; shared by all tests of pages."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from support.pages import HOSTILE, TITLES, House, Visit, add_person, browser_program, visit
from support.server import Server
from support.waiting import eventually

DAY = 86_400
#: Seconds within which events are in the scores, and some more: on a busy machine they do take minutes.
SCORED_S = 330.0


def _events(today: int) -> list[dict[str, Any]]:
    """The five whole days before today; each kind of event, in each of three experiences."""
    draw = random.Random(11)
    made: list[dict[str, Any]] = []
    for index in range(1_200):
        place = draw.choice([(1001, 2001), (1001, 2002), (1002, 2003)])
        at = today - 5 * DAY + draw.random() * 5 * DAY
        who = {
            "player_id": f"p{draw.randrange(60)}",
            "asset_id": str(100 + min(draw.randrange(12), draw.randrange(12))),
        }
        base = {**who, "universe": place[0], "place": place[1]}
        kind = index % 6
        if kind in (0, 1):
            made.append({**base, "type": "play", "timestamp": at, "duration": 180.0})
            heard = draw.choice([4.5, 60.0, 171.0, 180.0])
            made.append(
                {**base, "type": "skip" if heard == 4.5 else "stop", "timestamp": at + heard, "duration": heard}
            )
        elif kind == 2:
            made.append({**base, "type": "vote", "timestamp": at, "value": draw.choice(["up", "down"])})
        elif kind == 3:
            made.append({**base, "type": draw.choice(["favorite", "unfavorite", "add_to_queue"]), "timestamp": at})
        elif kind == 4:
            text = HOSTILE[index % len(HOSTILE)] if index % 5 == 0 else draw.choice(["lofi", "Rainy  Night", "jazz"])
            metadata = {"query": text, "rank": draw.randrange(1, 9)}
            made.append({**base, "type": "search_click", "timestamp": at, "metadata": metadata})
            if index % 12 == 4:
                made.append({**base, "type": "play", "timestamp": at + 20, "duration": 180.0})
            if index % 24 == 4:
                made.append({**base, "type": "skip", "timestamp": at + 24.5, "duration": 4.5})
        else:
            metadata = {"score": draw.randrange(100), "map": draw.choice(HOSTILE)}
            made.append(
                {**base, "type": draw.choice(["round_end", *HOSTILE[:2]]), "timestamp": at, "metadata": metadata}
            )
    return made


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    now = time.time()
    today = int(datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0).timestamp())
    with Server(tmp_path_factory.mktemp("house")) as server:
        events = _events(today)
        for role in ("owner", "editor", "viewer", "guest"):
            add_person(server, f"{role}@example.com", role)
        titles = server.data.parent / "titles.csv"
        with titles.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("asset_id", "title", "artist"), *TITLES])
        assert server.cli("catalog", "import", str(titles)).returncode == 0
        for place in {(event["universe"], event["place"]) for event in events}:
            batch = [
                {name: value for name, value in event.items() if name not in ("universe", "place")}
                for event in events
                if (event["universe"], event["place"]) == place
            ]
            where = {"x-universe-id": str(place[0]), "x-place-id": str(place[1])}
            for first in range(0, len(batch), 500):
                answer = server.post(batch[first : first + 500], headers=where)
                assert answer.json() == {"accepted": len(batch[first : first + 500])}, answer.text[:500]
        server.settled()
        eventually(lambda: server.get("/analytics/v1/charts/popular").json()["tracks"], within=SCORED_S)
        yield House(server, events, today)
        server.assert_no_fault_of_its_own()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Not for the session: while playwright is there its loop runs in this thread, and no other test can start one.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visiting(chromium: Browser, house: House) -> Iterator[Callable[..., Visit]]:
    """Visit the house: ``visiting("owner@example.com", viewport=…)``; None = nobody has signed in."""
    with ExitStack() as visits:

        def begin(email: str | None = "owner@example.com", **options: Any) -> Visit:
            return visits.enter_context(visit(chromium, house.server, email, **options))

        yield begin
