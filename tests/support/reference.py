"""The contract of the ingest body a second time: slow, plain, standard library only.

The product decides with a fast decoder and two code paths; this decides with ``json`` and one ``if`` per rule. Wherever
the two disagree, one of them misreads the contract. It knows nothing of messages, only of what is accepted.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NamedTuple

from support.samples import BUILT_IN_TYPES

DAY_S = 86_400
MAX_EVENTS = 500


class Number(str):
    """A number of JSON as it was written: what its digits are matters."""

    __slots__ = ()

    @property
    def value(self) -> float:
        """Its nearest double; infinite when it is beyond them."""
        return float(self)


class BodyRefused(Exception):  # noqa: N818 - a verdict on the body, not a fault
    """The body as a whole is rejected with 400."""


class EventRefused(Exception):  # noqa: N818 - a verdict on an event, not a fault
    """One event is rejected; its neighbours are not."""


class Judgement(NamedTuple):
    """What is accepted, as canonical events (metadata as a dict), and the indexes of what is rejected."""

    accepted: list[tuple[Any, ...]]
    rejected: list[int]


def judge(body: bytes, now: float) -> Judgement:
    """Judge a request body received at ``now``, Unix seconds."""
    events = _events(body)
    accepted, rejected = [], []
    for index, event in enumerate(events):
        try:
            accepted.append(_canonical(event, now))
        except EventRefused:
            rejected.append(index)
    return Judgement(accepted, rejected)


def _events(body: bytes) -> list[Any]:
    try:
        text = body.decode("utf-8").removeprefix("\ufeff")
        envelope = json.loads(text, parse_int=Number, parse_float=Number, parse_constant=_not_json)
    except (ValueError, RecursionError) as error:
        raise BodyRefused(str(error)) from None
    if not isinstance(envelope, dict):
        raise BodyRefused("not an object")
    events = envelope.get("events")
    if not isinstance(events, list) or not events:
        raise BodyRefused("no events array")
    if len(events) > MAX_EVENTS:
        raise BodyRefused("too many events")
    return events


def _not_json(name: str) -> None:
    raise ValueError(name)


def _canonical(event: Any, now: float) -> tuple[Any, ...]:
    if not isinstance(event, dict):
        raise EventRefused
    kind = event.get("type")
    if not _is_text(kind) or not 1 <= len(kind) <= 128:
        raise EventRefused
    return (
        kind,
        _asset_id(event.get("asset_id"), required=kind in BUILT_IN_TYPES),
        _timestamp(event.get("timestamp"), now),
        _player_id(event.get("player_id")),
        _duration(event.get("duration")),
        _vote(event.get("value")) if kind == "vote" else "",
        _metadata(event.get("metadata")),
    )


def _is_text(value: Any) -> bool:
    # An escaped half of a surrogate pair is JSON, but no text: nothing can store it.
    return isinstance(value, str) and not isinstance(value, Number) and not re.search("[\ud800-\udfff]", value)


def _is_finite_number(value: Any) -> bool:
    return isinstance(value, Number) and math.isfinite(value.value)


def _asset_id(value: Any, *, required: bool) -> int | None:
    if value is None and not required:
        return None
    if not _is_text(value) or not re.fullmatch("[0-9]{1,19}", value) or int(value) >= 2**63:
        raise EventRefused
    return int(value)


def _timestamp(value: Any, now: float) -> float:
    if value is None:
        return now
    if not _is_finite_number(value) or not math.floor(now) - 7 * DAY_S <= value.value <= now + 300:
        raise EventRefused
    return value.value


def _player_id(value: Any) -> str:
    if value is None:
        return ""
    # What is cut off is not looked at.
    if not isinstance(value, str) or not _is_text(value[:256]) or isinstance(value, Number):
        raise EventRefused
    return value[:256]


def _duration(value: Any) -> float | None:
    if value is None:
        return None
    if not _is_finite_number(value) or not 0 <= value.value <= 400 * DAY_S:
        raise EventRefused
    return value.value


def _vote(value: Any) -> str:
    if isinstance(value, Number) or value not in ("up", "down"):
        raise EventRefused
    return value


def _metadata(value: Any) -> dict[str, Any]:
    if value is None or value == []:
        return {}
    if not isinstance(value, dict) or len(value) > 10:
        raise EventRefused
    for name, item in value.items():
        if not _is_text(name) or not (isinstance(item, bool) or _is_text(item) or _is_finite_number(item)):
            raise EventRefused
    return value
