"""The events that every server under test is sent: a plausible mix, as JSON and as InfluxDB's lines.

No two events that are sent are equal: a store that takes the second for the first would look fast and small. All share
a set of prepared bodies, made before the load begins, of which the fractions of a second of all events differ; the load
generator writes another second into them each time round.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Stands in a prepared body where the load generator writes the second of an event; no other number looks so.
SECOND = "4242424242"
#: Events in all the prepared bodies of one batch size.
PREPARED = 100_000
TRACKS, PLAYERS, QUERIES = 20_000, 500_000, 3_000
UNIVERSE, PLACE = 1_000_007_919, 2_000_007_919
_KINDS = ("play", "stop", "skip", "vote", "favorite", "add_to_queue", "search_click", "dance")
_SHARES = (38, 26, 11, 6, 4, 6, 8, 1)


@dataclass(frozen=True, slots=True)
class Event:
    """One event; its time is a second that is not known yet, and `micros` microseconds."""

    type: str
    asset_id: int
    player_id: int
    micros: int
    duration: float | None
    value: str | None
    query: str | None
    rank: int | None


def batches(size: int, count: int, seed: int = 7) -> Iterator[list[Event]]:
    """Batches of so many events, the same ones for the same arguments.

    Args:
        size: events of a batch.
        count: batches; all together have at most a million events, so that the fractions of a second suffice.
        seed: of the random numbers.
    """
    rng = random.Random(seed)
    fractions = iter(rng.sample(range(1_000_000), size * count))
    for _ in range(count):
        yield [_event(rng, next(fractions)) for _ in range(size)]


def _event(rng: random.Random, micros: int) -> Event:
    [kind] = rng.choices(_KINDS, _SHARES)
    track = int(TRACKS ** rng.random())
    length = 60.0 + track % 240
    duration = {"play": length, "stop": length, "skip": round(rng.random() * length, 1)}.get(kind)
    is_search = kind == "search_click"
    return Event(
        kind, 1_800_000_000 + track, 100_000_000 + rng.randrange(PLAYERS) * 1_013, micros, duration,
        "up" if kind == "vote" else None,
        f"lofi {int(QUERIES ** rng.random())} beats" if is_search else None,
        rng.randrange(1, 20) if is_search else None,
    )  # fmt: skip


def as_json(events: Sequence[Event]) -> str:
    """A request's body, as game servers send it."""
    return json.dumps({"events": [_members(event) for event in events]}, separators=(",", ":"))


def _members(event: Event) -> dict[str, object]:
    members: dict[str, object] = {
        "type": event.type,
        "asset_id": str(event.asset_id),
        "timestamp": float(f"{SECOND}.{event.micros:06}"),
        "player_id": str(event.player_id),
    }
    if event.duration is not None:
        members["duration"] = event.duration
    if event.value is not None:
        members["value"] = event.value
    if event.query is not None:
        members["metadata"] = {"query": event.query, "rank": event.rank}
    return members


def as_lines(events: Sequence[Event]) -> str:
    """The same for InfluxDB, times in microseconds.

    What is grouped by (type and track) is a tag, and indexed; all else is a field. With players as tags it would keep
    a series for each.
    """
    return "\n".join(_line(event) for event in events)


def _line(event: Event) -> str:
    fields = [f'player="{event.player_id}"', f"universe={UNIVERSE}i", f"place={PLACE}i"]
    if event.duration is not None:
        fields.append(f"duration={event.duration}")
    if event.value is not None:
        fields.append(f'value="{event.value}"')
    if event.query is not None:
        fields.append(f'query="{event.query}",rank={event.rank}i')
    return f"events,type={event.type},asset={event.asset_id} {','.join(fields)} {SECOND}{event.micros:06}"
