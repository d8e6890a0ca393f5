"""What players do after a click, from day to day, and with events of any type: at random, and worked out in Python.

Like `support.recount`, nothing here knows how the server counts. It follows docs/counting.md, event by event.
"""

from __future__ import annotations

import json
import math
import random
import re
import statistics
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from support.asking import is_meant
from support.counting import DAY, LISTENS, NOW, Sent, folded, lengths, of, query_and_rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

STEPS = ("search_click", "add_to_queue", "play", "completed")
PLAYERS = ("", "p1", "p2", "p3", "p4")
ASSETS = (1, 2, 3)
#: Metadata that is hard to take apart: escapes, dots, quotes, braces, numbers that no double holds, long texts.
METADATA = (
    "",
    '{"level":1,"mode":"hard"}',
    '{ "level" : 1.0 , "mode" : "hard" }',
    '{"level":"1","mode":"\\u0068ard"}',
    '{"level":12345678901234567890123,"a.b":true}',
    '{"level":-2.5e3,"a.b":"true"}',
    '{"level":0.1,"q\\"uote\\\\":"}{\\",\\"level\\":7"}',
    '{"q\\"uote\\\\":false,"mode":""}',
    '{"\\u006dode":"\\ud83c\\udfb5 \\u0000 \\n\\t","level":1E2}',
    '{"mode":"' + "x" * 255 + 'yz","level":3}',
    '{"mode":"' + "x" * 255 + 'yzz","universe_id":"inside","level":-0}',
    '{"mode":"' + "é" * 65_536 + '"}',
    '{"is":"a:is:b","x:is:y":"deep"}',
)

#: The midnight (UTC) before now.
TODAY = NOW // DAY * DAY
#: On, just before and just after the times at which things happen.
times = st.builds(
    lambda days, steps, more: NOW - days * DAY + steps * 300 + more,
    st.sampled_from((-0.2, 0, 1, 2, 9, 31, 61, 90)),
    st.integers(-9, 9),
    st.sampled_from((0, 0.001, 17.25)),
) | st.builds(
    lambda days, more: TODAY - days * DAY + more,
    st.sampled_from((-1, 0, 2, 9, 20, 40, 90)),
    st.sampled_from((0, 0, 0.5)),
)
periods = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map(sorted)
filters = st.fixed_dictionaries(
    {},
    optional={
        "universe": st.sampled_from(((0,), (11, 12))),
        "place": st.sampled_from(((5,), (0, 5))),
        "asset": st.sampled_from(((1,), (2, 3))),
        "key": st.sampled_from((("key-a",), ("key-a", "key-b"))),
        "universe_not": st.sampled_from(((0,), (11, 404))),
        "place_not": st.sampled_from(((5,), (0, 404))),
        "asset_not": st.sampled_from(((1,), (2, 99))),
        "key_not": st.sampled_from((("key-a",), ("nobody",))),
    },
).filter(is_meant)


def history(seed: int, project: str, count: int = 260) -> list[list[Sent]]:
    """Requests of a few players who search, queue and play a few assets over months, much of it at the same times."""
    rng = random.Random(seed)
    bases = [NOW - rng.choice((0.1, 0.6, 1, 2, 3, 8, 9, 20, 31, 40, 60, 80)) * DAY for _ in range(12)]
    events = [_event(rng, project, rng.choice(bases)) for _ in range(count)]
    # One player comes with the first instant of a day of UTC, and is new on a day on which all others are known.
    midnights = [TODAY - days * DAY for days in (20, 20, 9, 2, 0, 0)]
    events += [replace(_event(rng, project, NOW), timestamp=at, player_id="p5") for at in midnights]
    nobody = replace(_event(rng, project, NOW), timestamp=TODAY, player_id="", type="search_click", metadata="")
    return [[event] for event in (*events, nobody)]


def _event(rng: random.Random, project: str, base: float) -> Sent:
    kind = rng.choices(
        ("search_click", "add_to_queue", "play", "stop", "skip", "vote", "boss.fight", 'It\'s "one"'),
        (6, 3, 6, 5, 1, 1, 4, 1),
    )[0]
    timestamp = math.floor(base / 300) * 300.0 + rng.randrange(-8, 9) * 300 + rng.choice((0, 0, 0, 0.001, 17.25, -0.5))
    asset = rng.choice(ASSETS)
    own = kind not in ("boss.fight", 'It\'s "one"')
    metadata = rng.choice(METADATA)
    if kind == "search_click":
        words = {"query": rng.choice(("lofi", "Lofi", " lofi ", "jazz", None)), "rank": rng.choice((1, 2, None))}
        metadata = json.dumps({name: value for name, value in words.items() if value is not None})
    return Sent(
        project=project,
        key=rng.choice(("key-a", "key-b")),
        universe=rng.choice((0, 11, 12)),
        place=rng.choice((0, 5)),
        received_at=timestamp + 1,
        type=kind,
        asset_id=asset if own or rng.random() < 0.3 else None,
        timestamp=timestamp,
        player_id=rng.choice(PLAYERS),
        duration={"play": 100.0, "stop": rng.choice((100.0, 95.0, 20.0, None)), "skip": 7.5}.get(
            kind, rng.choice((None, 12.5, 60.0))
        ),
        value=rng.choice(("up", "down")) if kind == "vote" else "",
        metadata=metadata,
    )


# Funnels.


def attempts(
    events: Sequence[Sent],
    project: str,
    period: tuple[float, float],
    window: float,
    *,
    queue: str,
    before: float = math.inf,
    **where: Any,
) -> list[tuple[Sent, list[float | None]]]:
    """Each click of a player in the period, and when, before some time, it came to each step; None = never."""
    length_of = lengths(events, project)
    found = []
    for click in of(events, project, *period, type="search_click", **where):
        if not click.player_id:
            continue
        own = [
            event
            for event in events
            if (event.project, event.player_id, event.asset_id) == (project, click.player_id, click.asset_id)
        ]
        latest = click.timestamp + window

        def first(kind: str, since: float | None, own: list[Sent] = own, latest: float = latest) -> float | None:
            if since is None:
                return None
            times = [
                event.timestamp
                for event in own
                if is_step(event, kind, length_of) and since <= event.timestamp < before
            ]
            return min(times) if times and min(times) <= latest else None

        queued = first("add_to_queue", click.timestamp)
        played = first("play", queued if queue == "required" else click.timestamp)
        found.append((click, [click.timestamp, queued, played, first("completed", played)]))
    return found


def is_step(event: Sent, kind: str, length_of: dict[int, float]) -> bool:
    """Whether an event is what a step needs."""
    if kind != "completed":
        return event.type == kind
    length = length_of.get(event.asset_id or 0)
    return event.type == "stop" and None not in (length, event.duration) and event.duration >= 0.9 * length  # type: ignore[operator]


def reached(tried: Iterable[tuple[Sent, list[float | None]]], counted: str) -> dict[str, int]:
    """How many players, or attempts, came to each step."""
    who: dict[str, set[Any]] = {step: set() for step in STEPS}
    for number, (click, times) in enumerate(tried):
        for step, time in zip(STEPS, times, strict=True):
            if time is not None:
                who[step].add(click.player_id if counted == "players" else number)
    return {step: len(some) for step, some in who.items()}


def medians(tried: Iterable[tuple[Sent, list[float | None]]], queue: str) -> dict[str, float | None]:
    """The median of the seconds from the step before, of all attempts that came to a step."""
    waits: dict[str, list[float]] = {step: [] for step in STEPS}
    for _, (clicked, queued, played, completed) in tried:
        before = queued if queue == "required" else clicked
        for step, since, at in (
            ("add_to_queue", clicked, queued),
            ("play", before, played),
            ("completed", played, completed),
        ):
            if since is not None and at is not None:
                waits[step].append(at - since)
    return {step: statistics.median(some) if some else None for step, some in waits.items()}


def click_group(click: Sent, breakdown: str) -> Any:
    """What a click is told apart by."""
    query, rank = query_and_rank(click)
    return {"universe": click.universe or None, "rank": rank, "query": folded(query) or None}[breakdown]


# Events of any type.


@cache
def members(metadata: str) -> dict[str, tuple[str, str]]:
    """Of each key the kind and the text of its value; numbers as they were sent."""
    parsed = json.loads(metadata, parse_int=_Digits, parse_float=_Digits) if metadata else {}
    return {key: _told(value) for key, value in parsed.items()}


class _Digits(str):
    """The text of a number."""

    __slots__ = ()


def _told(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    return "number" if isinstance(value, _Digits) else "string", str(value)[:256]


def text_of(event: Sent, name: str) -> str:
    """The text of a field, or of a key of metadata; a name in quotes is always a key."""
    fields = {
        "type": event.type,
        "universe_id": str(event.universe or ""),
        "place_id": str(event.place or ""),
        "asset_id": "" if event.asset_id is None else str(event.asset_id),
        "player_id": event.player_id,
        "key": event.key,
        "value": event.value,
    }
    if name in fields:
        return fields[name]
    return members(event.metadata).get(json.loads(name) if name.startswith('"') else name, ("", ""))[1]


def number_of(event: Sent, name: str) -> float | None:
    """The number of a key of metadata, or the duration."""
    if name == "duration":
        return event.duration
    kind, text = members(event.metadata).get(name, ("", ""))
    return float(text) if kind == "number" else None


def holds(event: Sent, condition: str) -> bool:
    """Whether an event fulfils a condition."""
    found = re.fullmatch(r'("(?:[^"\\]|\\.)*"|.+?):(is|not|contains):(.*)', condition, re.DOTALL)
    assert found is not None
    name, operator, wanted = found.groups()
    text = text_of(event, name)
    return {"is": text == wanted, "not": text != wanted, "contains": wanted in text}[operator]


def amount(events: Sequence[Sent], measure: str, name: str | None) -> float | None:
    """A measure of these events."""
    players = {event.player_id for event in events} - {""}
    numbers = [number for event in events if name is not None and (number := number_of(event, name)) is not None]
    match measure:
        case "count":
            return len(events)
        case "players":
            return len(players)
        case "per_player":
            return sum(event.player_id != "" for event in events) / len(players) if players else None
        case "sum":
            return math.fsum(numbers)
        case _ if not numbers:
            return None
        case "avg":
            return math.fsum(numbers) / len(numbers)
        case "min" | "max":
            return {"min": min, "max": max}[measure](numbers)
        case _:
            place = (0.5 if measure == "p50" else 0.95) * (len(numbers) - 1)
            low, rest = sorted(numbers)[math.floor(place)], place - math.floor(place)
            return low + (sorted(numbers)[math.ceil(place)] - low) * rest


# Players from day to day.


def day_of(event: Sent, zone: str) -> str:
    """The day of an event as a zone writes it."""
    return datetime.fromtimestamp(event.timestamp, ZoneInfo(zone)).date().isoformat()


def first_events(events: Iterable[Sent], project: str) -> dict[str, Sent]:
    """The first event ever of each player."""
    first: dict[str, Sent] = {}
    for event in sorted(events, key=lambda event: event.timestamp):
        if event.project == project and event.player_id:
            first.setdefault(event.player_id, event)
    return first


def sessions(events: Iterable[Sent], since: float) -> list[tuple[Sent, float]]:
    """The sessions that begin at or after a time: their first event and their length."""
    by_player: dict[str, list[Sent]] = defaultdict(list)
    for event in sorted(events, key=lambda event: event.timestamp):
        if event.player_id:
            by_player[event.player_id].append(event)
    found = []
    for own in by_player.values():
        first = own[0]
        for before, event in zip(own, [*own[1:], None], strict=True):
            if event is None or event.timestamp - before.timestamp > 1_800:
                found.append((first, before.timestamp - first.timestamp))
                first = event or first
    return [(first, length) for first, length in found if first.timestamp >= since]


def listened_minutes(events: Iterable[Sent]) -> dict[str, float]:
    """How long each listener listened, in minutes."""
    micros = Counter[str]()
    for event in events:
        if event.player_id and event.type in LISTENS:
            heard = event.duration if event.type != "play" and event.duration is not None else 0
            micros[event.player_id] += round(heard * 1_000_000)
    return {player: heard / 60_000_000 for player, heard in micros.items()}


def active_days(events: Iterable[Sent], zone: str, days: Callable[[str], bool]) -> dict[str, set[str]]:
    """The active days of each player, of those that are wanted."""
    found: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if event.player_id and days(day := day_of(event, zone)):
            found[event.player_id].add(day)
    return found
