"""What the real server has, and how it differs from what was tracked."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.counting import Sent, lengths, measures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.server import Server

#: An event as the read API answers it: a field that was not sent is absent.
Event = dict[str, Any]

#: What the server adds to an event.
_ADDED = ("received_at", "universe_id", "place_id")


def stored_events(server: Server, key: str, **query: Any) -> list[Event]:
    """Every event of the key's project, page by page, once all that was accepted has been loaded."""
    server.settled(key)
    events: list[Event] = []
    cursor: dict[str, str] = {}
    while True:
        page = read(server, key, "events", limit=500, **query, **cursor)
        events += page["events"]
        if page["next_cursor"] is None:
            return events
        cursor = {"cursor": page["next_cursor"]}


def read(server: Server, key: str, path: str, **query: Any) -> Any:
    """An answer of the read API."""
    answer = server.get(f"/analytics/v1/{path}", key, params=query)
    assert answer.is_success, f"{path} {query}: {answer.status_code} {answer.text}"
    return answer.json()


@dataclass(frozen=True)
class Difference:
    """Where what arrived is not what was tracked; events as text."""

    missing: list[str]
    doubled: list[str]
    #: Arrived, but was never tracked: a field was changed on the way, say.
    unknown: list[str]


NONE = Difference([], [], [])


def difference(tracked: Iterable[Event], stored: Iterable[Event]) -> Difference:
    """Compare events whole: every field, every moment, and how often."""
    owed = Counter(map(_text, tracked))
    found = Counter(_text({name: event[name] for name in event if name not in _ADDED}) for event in stored)
    surplus = sorted((found - owed).elements())
    return Difference(
        missing=sorted((owed - found).elements()),
        doubled=[text for text in surplus if text in owed],
        unknown=[text for text in surplus if text not in owed],
    )


def plain_sums(events: Iterable[Event]) -> dict[str, Any]:
    """What the overview has to say of these events, in plain Python."""
    sent = [
        Sent(
            project="",
            key="",
            universe=0,
            place=0,
            received_at=0,
            type=event["type"],
            asset_id=int(event["asset_id"]) if "asset_id" in event else None,
            timestamp=event["timestamp"],
            player_id=event.get("player_id", ""),
            duration=event.get("duration"),
            value=event.get("value", ""),
            metadata=json.dumps(event.get("metadata", {})),
        )
        for event in events
    ]
    return measures(sent, lengths(sent, ""))


def _text(value: Any) -> str:
    """Equal values have equal texts: 41 and 41.0 are equal, the order of members does not matter."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_text(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(float(value))
    return json.dumps(value, ensure_ascii=False)
