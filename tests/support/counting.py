"""Random events, and what they add up to in plain Python: the reference for every number that the server answers.

Nothing here knows how the server counts. It is slow, obvious, and follows the definitions in docs/counting.md.
"""

from __future__ import annotations

import json
import math
import random
import statistics
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from audioscape_server.warehouse import LoadBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A Wednesday, 12:34:56.789 UTC.
NOW = 1_790_166_896.789
HOUR, DAY = 3_600, 86_400
ENDS = ("stop", "skip")
LISTENS = ("play", "stop", "skip")


@dataclass(frozen=True)
class Sent:
    """One event with all that its request said."""

    project: str
    key: str
    universe: int
    place: int
    received_at: float
    type: str
    asset_id: int | None
    timestamp: float
    player_id: str
    duration: float | None
    value: str
    metadata: str


class Events(list[Sent]):
    """Events that do not fill the screen when a test fails."""

    def __repr__(self) -> str:
        return f"<{len(self)} events>"


def random_requests(seed: int, count: int, projects: Sequence[str] = ("alpha", "beta")) -> list[list[Sent]]:
    """Make requests of 1 to 9 events: late ones, ragged times, players seen under several keys, odd metadata."""
    rng = random.Random(seed)
    return [_request(rng, rng.choice(projects)) for _ in range(count)]


def load_batches(requests: Iterable[Sequence[Sent]], first: int = 1) -> list[LoadBatch]:
    """Write requests as the spool keeps them."""
    return [
        LoadBatch(
            batch=batch,
            project=sent[0].project,
            key=sent[0].key,
            universe=sent[0].universe,
            place=sent[0].place,
            received_at=sent[0].received_at,
            count=len(sent),
            events=json.dumps(
                [[e.type, e.asset_id, e.timestamp, e.player_id, e.duration, e.value, e.metadata] for e in sent]
            ).encode(),
        )
        for batch, sent in enumerate(requests, first)
    ]


def of(events: Iterable[Sent], project: str, since: float, until: float, **equal: Any) -> list[Sent]:
    """The events of a project in [since, until) whose fields are what is given: one value, or one of several.

    None stands for any. A name that ends with `_not` tells what a field is not.
    """
    wanted = {
        name: value if isinstance(value, tuple) else (value,) for name, value in equal.items() if value is not None
    }
    return [
        event
        for event in events
        if event.project == project
        and since <= event.timestamp < until
        and all(
            (getattr(event, name.removesuffix("_not")) in values) != name.endswith("_not")
            for name, values in wanted.items()
        )
    ]


def lengths(events: Iterable[Sent], project: str) -> dict[int, float]:
    """The length of each asset: the median over all plays of the project that carry one."""
    plays: dict[int, list[float]] = defaultdict(list)
    for event in events:
        if (event.project, event.type) == (project, "play") and None not in (event.asset_id, event.duration):
            plays[event.asset_id].append(event.duration)
    return {asset: statistics.median(durations) for asset, durations in plays.items()}


def measures(events: Sequence[Sent], length_of: dict[int, float]) -> dict[str, Any]:
    """The measures of these events."""
    types = Counter(event.type for event in events)
    ends = [event for event in events if event.type in ENDS]
    completed = sum(
        event.type == "stop"
        and event.duration is not None
        and event.asset_id in length_of
        and event.duration >= 0.9 * length_of[event.asset_id]
        for event in events
    )
    votes = Counter(event.value for event in events if event.type == "vote")
    return {
        "events": len(events),
        "plays": types["play"],
        "listeners": len({event.player_id for event in events if event.type in LISTENS} - {""}),
        "listeners_exact": True,
        "listened_seconds": round(sum(round((event.duration or 0) * 1_000_000) for event in ends) / 1_000_000, 6),
        "completed": completed,
        "completion_rate": completed / len(ends) if ends else None,
        "skips": types["skip"],
        "skip_rate": types["skip"] / len(ends) if ends else None,
        "up_votes": votes["up"],
        "down_votes": votes["down"],
        "favorites": types["favorite"],
        "unfavorites": types["unfavorite"],
        "queue_adds": types["add_to_queue"],
        "search_clicks": types["search_click"],
    }


def query_and_rank(event: Sent) -> tuple[str, int | None]:
    """What a search click says: the query as typed, empty if none; the rank, None if none or odd."""
    metadata = json.loads(event.metadata or "{}")
    query, rank = metadata.get("query"), metadata.get("rank")
    whole = (
        isinstance(rank, int | float) and not isinstance(rank, bool) and rank == int(rank) and 1 <= rank <= 1_000_000
    )
    return query[:256] if isinstance(query, str) else "", int(rank) if whole else None


def folded(query: str) -> str:
    """What spellings of one query have in common."""
    return " ".join(unicodedata.normalize("NFKC", query).lower().split())


def _request(rng: random.Random, project: str) -> list[Sent]:
    received_at = NOW - rng.choice((0, 1, 5, 30)) * HOUR - rng.random() * 40 * HOUR
    common = {
        "project": project,
        "key": rng.choice(("key-a", "key-b")),
        "universe": rng.choice((0, 11, 12)),
        "place": rng.choice((0, 5, 6)),
        "received_at": received_at,
    }
    return [_event(rng, common) for _ in range(rng.randint(1, 9))]


def _event(rng: random.Random, common: dict[str, Any]) -> Sent:
    kind = rng.choices(
        (
            "play", "stop", "skip", "vote", "favorite", "unfavorite", "add_to_queue", "search_click", "Play",
            "boss_fight",
        ),
        (8, 6, 4, 2, 1, 1, 2, 3, 1, 1),
    )[0]  # fmt: skip
    age = rng.choice((0, rng.random() * HOUR, rng.random() * 7 * DAY, rng.randrange(7 * 24) * HOUR))
    timestamp = common["received_at"] - age
    if rng.random() < 0.3:
        timestamp = float(math.floor(timestamp / HOUR) * HOUR)  # exactly on the hour
    asset = rng.randint(1, 6)
    custom = kind in ("Play", "boss_fight")
    length = 100.0 + asset * 11.5
    durations = {
        "play": (length, length, round(length), None, length + rng.random()),
        "stop": (length, 0.9 * length, round(0.9 * length, 2), rng.random() * length, 0, None),
        "skip": (rng.randint(0, 40), rng.random() * 200, 4_000.5, None),
        "boss_fight": (12.5, None),
    }.get(kind, (None,))
    return Sent(
        **common,
        type=kind,
        asset_id=None if custom and rng.random() < 0.5 else asset,
        timestamp=timestamp,
        player_id=rng.choice(("", "p1", "p2", "p3", "ünï", "p5")),
        duration=rng.choice(durations),
        value=rng.choice(("up", "down")) if kind == "vote" else "",
        metadata=_search_metadata(rng) if kind == "search_click" else rng.choice(("", '{"a":9007199254740993}')),
    )


def _search_metadata(rng: random.Random) -> str:
    query = rng.choice(
        (
            "lofi beats",
            "Lofi  Beats",
            "\uff2c\uff2f\uff26\uff29 beats",
            " lofi\u3000beats ",
            "Jazz",
            "jazz",
            "piano",
            "",
            "   ",
            "lofi\u000bbeats",
            "\u0085lofi\u2003beats\u001c",
            7,
            None,
        )
    )
    rank = rng.choice((1, 10.0, 20, 21, 0, -1, 2.5, 1_000_001, "2", True, None))
    return json.dumps({name: value for name, value in (("query", query), ("rank", rank)) if value is not None})
