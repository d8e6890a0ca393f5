"""What was searched, clicked or not, as custom events tell it: as plain Python says of the same events."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings, strategies as st

from support import recount
from support.asking import ask, fields_of
from support.behaviour import PLAYERS, filters, periods
from support.counting import DAY, NOW, Events, Sent, folded, load_batches, of, query_and_rank
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from audioscape_server.warehouse import Warehouse

PROJECT = "alpha"
EVER = (NOW - 91 * DAY, NOW + DAY)
WINDOW_S = 600
QUERIES = ("lofi", "Lofi", " lofi ", "jazz", "JAZZ", "a \u2003b", "", None, 7)
RESULTS = (0, 0.0, -0, 3, 12.0, 10**12, -1, 0.5, "0", True, None)


def _late(kind: str, after_midnight: float) -> Sent:
    midnight = NOW // DAY * DAY - 5 * DAY
    return Sent(
        project="late",
        key="key-a",
        universe=0,
        place=0,
        received_at=midnight + 2,
        type=kind,
        asset_id=1 if kind == "search_click" else None,
        timestamp=midnight + after_midnight,
        player_id="p1",
        duration=None,
        value="",
        metadata='{"query":"lofi"}',
    )


#: A search at the end of a day (UTC), and its click on the next one, on which nothing is searched.
LATE = [_late("search", -1.0), _late("search_click", 1.0)]


def _metadata(rng: random.Random) -> str:
    said = {"query": rng.choice(QUERIES), "results": rng.choice(RESULTS), "more": "x"}
    return json.dumps({name: value for name, value in said.items() if value is not None})


def _event(rng: random.Random, bases: Sequence[float]) -> Sent:
    kind = rng.choice(("search", "search", "search", "search_click", "search_click", "play", "Search"))
    at = rng.choice(bases) + rng.randrange(-3, 4) * 300 + rng.choice((0, 0, 0, 0.001, -17.25))
    return Sent(
        project=PROJECT,
        key=rng.choice(("key-a", "key-b")),
        universe=rng.choice((0, 11, 12)),
        place=rng.choice((0, 5)),
        received_at=at + 1,
        type=kind,
        asset_id=rng.choice((1, 2, 3)) if kind in ("search_click", "play") or rng.random() < 0.2 else None,
        timestamp=at,
        player_id=rng.choice(PLAYERS),
        duration=None,
        value="",
        metadata=_metadata(rng),
    )


@pytest.fixture(scope="module")
def requests() -> list[list[Sent]]:
    """A few players at a few moments, some around midnight, so that much of it is at the same time."""
    rng = random.Random(29)
    midnight = NOW // DAY * DAY
    days = (0.3, 1, 2, 9, 31, 61, 90)
    bases = [base for day in days for base in (midnight - day * DAY, NOW - day * DAY)]
    return [[_event(rng, bases)] for _ in range(1_500)]


@pytest.fixture(scope="module")
def events(requests: list[list[Sent]]) -> Events:
    return Events(event for request in requests for event in request)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, requests: list[list[Sent]]) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("made")) as opened:
        opened.insert_block("spool", 0, 0, load_batches([*requests, LATE]))
        yield opened


def query_of(event: Sent) -> str:
    return folded(query_and_rank(event)[0])


def results_of(event: Sent) -> int | None:
    """How many results a search says that it had."""
    results = json.loads(event.metadata)["results"] if '"results"' in event.metadata else None
    is_number = isinstance(results, int | float) and not isinstance(results, bool)
    return int(results) if is_number and results >= 0 and results == int(results) else None


def is_clicked(events: Sequence[Sent], search: Sent) -> bool:
    """Whether the player clicked in ten minutes, and before searching for the same again."""
    own = [
        event
        for event in events
        if event.player_id == search.player_id
        and query_of(event) == query_of(search)
        and search.timestamp <= event.timestamp <= search.timestamp + WINDOW_S
    ]
    clicks = [event.timestamp for event in own if event.type == "search_click"]
    again = [e.timestamp for e in own if e.type == "search" and e.timestamp > search.timestamp]
    return bool(clicks) and min(clicks) < min(again, default=float("inf"))


def counts(events: Sequence[Sent], searches: Sequence[Sent]) -> dict[str, int]:
    by_players = [one for one in searches if one.player_id]
    found = [results_of(one) for one in searches]
    return {
        "searches": len(searches),
        "counted": len(found) - found.count(None),
        "without_results": found.count(0),
        "attempts": len(by_players),
        "clicked": sum(is_clicked(events, one) for one in by_players),
    }


def spelling(searches: Sequence[Sent]) -> str:
    typed = Counter(query_and_rank(one)[0] for one in searches)
    return min(typed, key=lambda text: (-typed[text], text.encode()))


def expected(
    events: Events, period: Any, asked: dict[str, Any], sought: str | None, *, only_vain: bool
) -> dict[str, Any]:
    made = [
        one
        for one in of(events, PROJECT, *period, type="search", **fields_of(asked))
        if query_of(one) and (sought is None or sought in query_of(one))
    ]
    rows = [
        (query, {"query": spelling(some), **counts(events, some)})
        for query, some in recount.grouped(made, query_of).items()
    ]
    most = "without_results" if only_vain else "searches"
    listed = [row for _, row in sorted(rows, key=lambda one: (-one[1][most], one[0].encode())) if row[most]]
    names = ("searches", "counted", "without_results", "attempts", "clicked")
    return {
        "totals": {name: sum(row[name] for row in listed) for name in names},
        "queries": listed,
        "total": len(listed),
    }


@settings(max_examples=60, deadline=None)
@given(period=periods, asked=filters, search=st.sampled_from((None, "lofi", "azz")), only_vain=st.booleans())
@example(period=EVER, asked={}, search=None, only_vain=False)
@example(period=EVER, asked={}, search=None, only_vain=True)
@example(period=EVER, asked={"asset": (1,)}, search=None, only_vain=False)
@example(period=(NOW // DAY * DAY - 2 * DAY - 900, NOW // DAY * DAY - 2 * DAY), asked={}, search=None, only_vain=False)
def test_searches_are_told_as_custom_events_tell_them(
    *, client: Any, events: Events, period: Any, asked: dict[str, Any], search: str | None, only_vain: bool
) -> None:
    answer = ask(client, "search/made", PROJECT, period, search=search, without_results=str(only_vain).lower(), **asked)
    assert answer == expected(events, period, asked, search, only_vain=only_vain)


def test_the_searches_that_were_made_come_in_pages_that_tell_of_all(client: Any) -> None:
    whole = ask(client, "search/made", PROJECT, EVER)
    assert len(whole["queries"]) == whole["total"] == 3
    totals = whole["totals"]
    assert totals["searches"] > totals["counted"] > totals["without_results"] > 0
    assert totals["searches"] > totals["attempts"] > totals["clicked"] > 0
    for offset in range(5):
        assert ask(client, "search/made", PROJECT, EVER, limit=1, offset=offset) == {
            **whole,
            "queries": whole["queries"][offset : offset + 1],
        }
    nothing = ask(client, "search/made", "beta", EVER)
    assert (nothing["queries"], nothing["total"], set(nothing["totals"].values())) == ([], 0, {0})


def test_a_search_of_yesterday_is_clicked_today(client: Any) -> None:
    answer = ask(client, "search/made", "late", EVER)
    assert answer["totals"] == {"searches": 1, "counted": 0, "without_results": 0, "attempts": 1, "clicked": 1}
