"""What a load sends: batch after batch, each a pure function of its number, so that nobody has to remember the events.

Event ``number * size + position`` has that id in its metadata and is found by it wherever it went. What else it carries
is decided by the batch's template, ``number % TEMPLATES``, and its position.
"""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Enough for variety, few enough to compare what is stored template by template.
TEMPLATES = 16
TRACKS = 7
PLAYERS = 5
DAY_S = 86_400
KINDS = ("play", "skip", "stop", "favorite", "unfavorite", "add_to_queue", "vote", "search_click", "boost_used")
#: Of ten batches, those that go out without an Idempotency-Key: clients that never send a batch twice.
UNNAMED = 3


class Batches:
    """The batches of one load.

    Args:
        size: events in a batch.
        seed: of the events' variety.
        ages: in days; an event has one of them, so that several partitions are written at once.
    """

    def __init__(self, *, size: int, seed: int = 0, ages: Sequence[int] = (0,)) -> None:
        self.size = size
        self.seed = seed
        self.started_at = int(time.time())
        self.templates = [self._template(random.Random(f"{seed}-{number}"), ages) for number in range(TEMPLATES)]
        self._texts = [_text(template) for template in self.templates]

    def body(self, number: int) -> bytes:
        """The request's body."""
        return self._texts[number % TEMPLATES] % tuple(range(number * self.size, (number + 1) * self.size))

    def headers(self, number: int) -> dict[str, str]:
        """The request's headers, but for the API key."""
        headers = {"content-type": "application/json", "x-universe-id": str(self.universe(number))}
        return headers | ({"idempotency-key": f"{self.seed}-{number}"} if self.is_named(number) else {})

    def is_named(self, number: int) -> bool:
        """Whether the batch has an Idempotency-Key, and so may be sent again."""
        return number % 10 >= UNNAMED

    def universe(self, number: int) -> int:
        """The experience that the batch comes from; 0: it says none."""
        return number % TEMPLATES % 3

    def _template(self, random_: random.Random, ages: Sequence[int]) -> list[dict[str, Any]]:
        return [self._event(random_, random_.choice(ages)) for _ in range(self.size)]

    def _event(self, random_: random.Random, age: int) -> dict[str, Any]:
        kind = random_.choice(KINDS)
        event: dict[str, Any] = {
            "type": kind,
            "asset_id": str(random_.randrange(1, TRACKS + 1)),
            "player_id": f"player-{random_.randrange(PLAYERS)}",
        }
        if age or random_.random() < 0.5:  # the others get the time of their receipt
            event["timestamp"] = self.started_at - age * DAY_S - random_.randrange(600)
        if kind in ("play", "stop", "skip"):
            event["duration"] = random_.randrange(300)
        if kind == "vote":
            event["value"] = random_.choice(["up", "down"])
        event["metadata"] = {"id": None}
        if kind == "search_click":
            event["metadata"] |= {"query": random_.choice(["lofi", "study beats"]), "rank": random_.randrange(1, 9)}
        return event


def _text(template: list[dict[str, Any]]) -> bytes:
    """The body with a place for each event's id."""
    return json.dumps({"events": template}, separators=(",", ":")).replace('"id":null', '"id":%d').encode()
