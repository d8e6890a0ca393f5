"""Rejected events on their way to the control database: grouped in memory, redacted, written every second.

A rejected event is not acknowledged, so a crash may lose the last second of these groups. Nothing that was accepted
depends on them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, cast

import msgspec

from audioscape_server.control.rejected import RejectedGroup
from audioscape_server.ingest.events import Rejection

#: Groups gathered between two writes; a client can make more only by inventing universes, and those are folded into 0.
MAX_GROUPS = 2_000
#: Characters of a text in a sample, and of a sample's whole event.
SAMPLE_TEXT_CHARS = 64
SAMPLE_CHARS = 1_000
#: Members of an object or array in a sample.
SAMPLE_MEMBERS = 20
_HOUR_S = 3_600
_TOO_LARGE = "(too large to keep)"


@dataclass(frozen=True, slots=True)
class Source:
    """Whose events were rejected."""

    project: str
    key: str
    universe: int


class Rejections:
    """Gathers rejected events. Added to by the event loop, taken from by the thread that stores them."""

    def __init__(self) -> None:
        self._groups: dict[tuple[Source, str, int], RejectedGroup] = {}
        self._lock = threading.Lock()

    def add(self, source: Source, rejections: Iterable[Rejection], now: float) -> None:
        """Count rejected events and keep a sample of each reason."""
        hour = int(now // _HOUR_S * _HOUR_S)
        with self._lock:
            for rejection in rejections:
                self._add(source, rejection, hour, now)

    def take(self) -> list[RejectedGroup]:
        """All that was gathered since the last call."""
        with self._lock:
            groups, self._groups = self._groups, {}
        return list(groups.values())

    def write(self, add: Callable[[list[RejectedGroup]], None]) -> None:
        """Store all that was gathered.

        Args:
            add: stores some groups; when it raises, they are gathered again, and that is raised.
        """
        if groups := self.take():
            try:
                add(groups)
            except BaseException:
                self._put_back(groups)
                raise

    def _put_back(self, groups: Iterable[RejectedGroup]) -> None:
        with self._lock:
            for group in groups:
                where = (Source(group.project, group.key_id, group.universe), group.reason, group.hour)
                newer = self._groups.get(where, replace(group, count=0))
                self._groups[where] = replace(newer, count=newer.count + group.count)

    def _add(self, source: Source, rejection: Rejection, hour: int, now: float) -> None:
        where = (source, rejection.reason.value, hour)
        known = self._groups.get(where)
        if known is None and len(self._groups) >= MAX_GROUPS:
            source = replace(source, universe=0)
            where = (source, rejection.reason.value, hour)
            known = self._groups.get(where)
        if known is not None:
            self._groups[where] = replace(known, count=known.count + 1, last_seen=now)
            return
        self._groups[where] = RejectedGroup(
            project=source.project,
            key_id=source.key,
            universe=source.universe,
            reason=rejection.reason.value,
            hour=hour,
            count=1,
            last_seen=now,
            sample=sample(rejection),
        )


def sample(rejection: Rejection) -> str:
    """A rejected event fit to be kept and shown: JSON with its message; players hidden, texts cut."""
    try:
        event = redact(msgspec.json.decode(rejection.event)) if rejection.event else _TOO_LARGE
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        event = "(not decodable)"
    text = msgspec.json.encode({"message": rejection.message, "event": event}).decode()
    if len(text) <= SAMPLE_CHARS:
        return text
    return msgspec.json.encode({"message": rejection.message, "event": _TOO_LARGE}).decode()


def redact(value: Any, name: str = "") -> Any:
    """A JSON value without what may identify a player, and without long texts.

    What a game puts into metadata is its own business: of its texts only the length is kept.
    """
    if name == "player_id" and value is not None:
        return f"({type(value).__name__}, hidden)"
    if name == "metadata" and isinstance(value, dict):
        members = list(cast("dict[str, Any]", value).items())[:SAMPLE_MEMBERS]
        return {
            key[:SAMPLE_TEXT_CHARS]: f"({len(item)} characters)" if isinstance(item, str) else redact(item, key)
            for key, item in members
        }
    match value:
        case str():
            return value if len(value) <= SAMPLE_TEXT_CHARS else value[:SAMPLE_TEXT_CHARS] + "…"
        case dict():
            members = list(cast("dict[str, Any]", value).items())[:SAMPLE_MEMBERS]
            return {key[:SAMPLE_TEXT_CHARS]: redact(item, key) for key, item in members}
        case list():
            return [redact(item) for item in cast("list[Any]", value)[:SAMPLE_MEMBERS]]
        case _:
            return value
