"""What an answer means, and how long to wait after a failure. Pure functions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timezone
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, cast

from audioscape.buffer import REFUSED, UNAUTHORIZED
from audioscape.transport import Response

#: Seconds: no wait is longer, whatever the server asks for.
MAX_DELAY = 300.0

#: The part of a delay that the random source moves.
JITTER = 0.1

_ERROR = re.compile(r"events\[(\d{1,4})\]: (.*)", re.DOTALL)


class Outcome(Enum):
    """What happens to a batch."""

    #: Stored, but for the events named in `errors`.
    ACCEPTED = "accepted"
    #: Every event was refused, each for its own reason.
    REJECTED = "rejected"
    #: Refused as a whole; sending it again would not mend it.
    DROPPED = "dropped"
    #: To be sent in halves.
    TOO_LARGE = "too_large"
    #: To be sent again.
    FAILED = "failed"


@dataclass(frozen=True)
class Verdict:
    """What an answer says about a batch."""

    outcome: Outcome
    #: Index in the batch -> what is wrong with that event.
    errors: Mapping[int, str] = field(default_factory=dict[int, str])
    #: Of `DROPPED`, as counted.
    reason: str = ""


def judge(response: Response, size: int) -> Verdict:
    """The meaning of an answer to a batch of `size` events.

    Any 2xx is success with or without a body that can be read: to take it for a failure would send stored events again.
    """
    status = response.status
    if 200 <= status < 300:
        return Verdict(Outcome.ACCEPTED, _errors(_object(response.body).get("errors"), size))
    if status == 413:
        return Verdict(Outcome.TOO_LARGE)
    if status in (401, 403):
        return Verdict(Outcome.DROPPED, reason=UNAUTHORIZED)
    if status == 429 or not 400 <= status < 500:
        return Verdict(Outcome.FAILED)
    if status == 400:
        body = _object(response.body)
        if body.get("details") and isinstance(body["details"], list):
            named = _errors(body["details"], size)
            general = str(body.get("error", "rejected"))
            return Verdict(Outcome.REJECTED, {index: named.get(index, general) for index in range(size)})
    return Verdict(Outcome.DROPPED, reason=REFUSED)


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait for a `Retry-After` header: whole seconds, or an HTTP-date seen from `now` (Unix seconds).

    None if it is absent, unreadable or past.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:10]), MAX_DELAY)
    try:
        date = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    seconds = (date if date.tzinfo else date.replace(tzinfo=timezone.utc)).timestamp() - now
    return seconds if seconds > 0 else None


def delay(failures: int, interval: float, asked: float | None, random: float) -> float:
    """Seconds to wait after this many failures in a row.

    Jitter shortens the backoff but lengthens what the server asked for, so that nobody is back before they may be.
    """
    backoff = interval * 2.0 ** min(failures, 16) * (1 - JITTER * random)
    return min(MAX_DELAY, max(backoff, (asked or 0.0) * (1 + JITTER * random)))


def _object(body: bytes) -> dict[str, Any]:
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _errors(lines: Any, size: int) -> dict[int, str]:
    """Messages by index, from lines like `events[2]: …`; lines that name no event of the batch say nothing to us."""
    errors: dict[int, str] = {}
    for line in cast("list[object]", lines) if isinstance(lines, list) else ():
        match = _ERROR.fullmatch(line) if isinstance(line, str) else None
        if match and int(match[1]) < size:
            errors.setdefault(int(match[1]), match[2])
    return errors
