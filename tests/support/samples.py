"""Events that tests send: the worked session of the published page, a plain valid event, and JSON beyond ``json``."""

from __future__ import annotations

import json
import time
from typing import Any

BUILT_IN_TYPES = ("play", "stop", "skip", "vote", "favorite", "unfavorite", "add_to_queue", "search_click")


class Literal(str):
    """A piece of JSON text that goes out as it stands: ``1e400``, a 400-digit integer, an unpaired surrogate."""

    __slots__ = ()


def play(**members: Any) -> dict[str, Any]:
    """A valid event with the given members changed or added."""
    return {"type": "play", "asset_id": "1234567890", **members}


def without(event: dict[str, Any], member: str) -> dict[str, Any]:
    """An event without one of its members."""
    return {name: value for name, value in event.items() if name != member}


def to_json(value: Any) -> str:
    """JSON text of a value in which a Literal stands for itself."""
    match value:
        case Literal():
            return str(value)
        case dict():
            return "{" + ",".join(f"{to_json(name)}:{to_json(item)}" for name, item in value.items()) + "}"
        case list() | tuple():
            return "[" + ",".join(map(to_json, value)) + "]"
        case _:
            return json.dumps(value, allow_nan=False)


def envelope(*events: Any, **members: Any) -> bytes:
    """The body of a request with these events."""
    return to_json({"events": list(events), **members}).encode()


def worked_session(now: float | None = None, *, player: str = "player-1") -> list[dict[str, Any]]:
    """The eight events of the published page, posted by its example in one batch."""
    start = int(time.time() if now is None else now) - 300
    first, second = "1837879082", "9046862941"

    def event(kind: str, asset: str, after: int, **members: Any) -> dict[str, Any]:
        return {"type": kind, "asset_id": asset, "timestamp": start + after, "player_id": player, **members}

    return [
        event("search_click", first, 0, metadata={"query": "lofi study beats", "rank": 2}),
        event("add_to_queue", first, 2),
        event("play", first, 5, duration=217),
        event("skip", first, 17, duration=12),
        event("play", second, 18, duration=195),
        event("favorite", second, 60),
        event("vote", second, 70, value="up"),
        event("stop", second, 213, duration=195),
    ]
