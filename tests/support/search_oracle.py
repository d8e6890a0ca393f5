"""What the search job has to gather, in plain Python, from the events alone; and events to gather it from."""

from __future__ import annotations

import json
import random
import statistics
import unicodedata
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from audioscape_server.scores.search.clicks import ClickRow
from support.counting import DAY, HOUR, NOW, Sent, folded, query_and_rank

if TYPE_CHECKING:
    from collections.abc import Iterable

HALF_HOUR = 1_800
KEYS = ("key-a", "key-b", "key-c")
#: Spellings, some of one query.
QUERIES = (
    "lofi beats", "Lo-Fi  Beats!", "\uff2c\uff2f\uff26\uff29 beats", "jazz", "?!", "\u0401lka", "\u0451LKA\u2026",
    "x" * 70, "'; DROP TABLE events; --", "{query:String}", "a\\b", "<b>\u00e9</b>", "  ",
)  # fmt: skip


def query_of(typed: str) -> str:
    """A query as searches are told apart."""
    text = folded(typed[:256])[:256]
    bare = " ".join("".join(one for one in text if not unicodedata.category(one).startswith("P")).split())
    return (bare or text)[:64]


def gathered(events: Iterable[Sent], project: str, window_days: int = 84) -> dict[str, list[ClickRow]]:
    """The rows of each query, in order."""
    own = [one for one in events if one.project == project and one.asset_id is not None]
    ends: dict[tuple[str, str, int], list[tuple[float, float]]] = defaultdict(list)
    plays: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for one in own:
        if one.duration is None or one.asset_id is None:
            continue
        if one.type in ("stop", "skip") and one.player_id:
            ends[one.key, one.player_id, one.asset_id].append((one.timestamp, one.duration))
        if one.type == "play" and one.duration > 0:
            plays[one.asset_id].append((one.timestamp, one.duration))
    players: dict[tuple[str, int, str, int, int], dict[object, tuple[bool, bool]]] = defaultdict(dict)
    for one in own:
        typed, rank = query_and_rank(one) if one.type == "search_click" else ("", None)
        day = int(one.timestamp // DAY)
        if not folded(typed) or one.asset_id is None or day <= NOW // DAY - window_days:
            continue
        until = (day + 1) * DAY + HALF_HOUR
        said = [length for at, length in plays[one.asset_id] if day * DAY <= at < until]
        enough = min(30, statistics.median(said) / 2) if said else 30
        after = sorted((at, -heard) for at, heard in ends[one.key, one.player_id, one.asset_id] if at >= one.timestamp)
        seen = bool(after) and bool(one.player_id) and after[0][0] <= one.timestamp + HALF_HOUR
        good = seen and -after[0][1] >= enough
        at_all = players[query_of(typed), one.asset_id, one.key, day, min(20, rank or 0)]
        who = one.player_id or (one.universe, one.place, one.timestamp // HOUR)
        before = at_all.get(who, (False, False))
        at_all[who] = (before[0] or seen, before[1] or good)
    rows = [
        (query, ClickRow(asset, key, day, rank, len(who), *map(sum, zip(*who.values(), strict=True))))
        for (query, asset, key, day, rank), who in players.items()
    ]
    return {query: [row for _, row in found] for query, found in groupby(sorted(rows), key=lambda one: one[0])}


def searches(seed: int, count: int, project: str, days: int = 6) -> list[list[Sent]]:
    """Requests of players who search, click, and mostly listen to what they clicked, in the last days."""
    rng = random.Random(seed)
    return [_session(rng, project, days) for _ in range(count)]


def _session(rng: random.Random, project: str, days: int) -> list[Sent]:
    key, universe, asset = rng.choices(KEYS, (6, 3, 1))[0], rng.choice((0, 11)), rng.randrange(1, 8)
    player = rng.choice(("", *(f"p{number}" for number in range(12))))
    # Often about midnight, where the outcome falls on the next day.
    at = NOW - rng.randrange(days) * DAY - rng.choice((rng.random() * DAY, NOW % DAY + rng.random() * 1_200))

    def sent(kind: str, later: float, duration: float | None, metadata: str = "") -> Sent:
        return Sent(project, key, universe, 5, NOW, kind, asset, at + later, player, duration, "", metadata)

    session: list[Sent] = []
    for _ in range(rng.choice((1, 1, 2))):
        rank = rng.choice((None, 0, 1, 1, 2, 3, 5, 19, 20, 21, 400))
        session.append(sent("search_click", rng.random() * 60, None, _metadata(rng.choice(QUERIES), rank)))
    if rng.random() < 0.3:
        session.append(sent("play", 1, rng.choice((20.0, 24.0, 200.0))))
    for _ in range(rng.choice((0, 1, 1, 2))):
        later = rng.choice((0.0, 40.0, 500.0, 1_790.0, 2_500.0))
        session.append(sent(rng.choice(("stop", "skip")), later, rng.choice((None, 3.0, 11.0, 15.0, 30.0, 180.0))))
    return session


def _metadata(query: str, rank: int | None) -> str:
    return json.dumps({"query": query} if rank is None else {"query": query, "rank": rank})
