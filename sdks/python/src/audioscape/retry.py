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
    #: Of the answer; 0 if there was none.
    status: int = 0
    #: What the server said of the batch as a whole or, without an answer, why there is none.
    said: str = ""
    #: Of `FAILED`: seconds that the server asked us to wait.
    asked: float | None = None


def judge(response: Response, size: int, now: float) -> Verdict:
    """The meaning of an answer to a batch of `size` events that came at `now` (Unix seconds).

    Any 2xx is success with or without a body that can be read: to take it for a failure would send stored events again.
    """
    status, body = response.status, _object(response.body)
    said = str(body.get("error") or response.body.decode("utf-8", "replace"))
    if 200 <= status < 300:
        return Verdict(Outcome.ACCEPTED, _errors(body.get("errors"), size), status=status, said=said)
    if status == 413:
        return Verdict(Outcome.TOO_LARGE, status=status, said=said)
    if status in (401, 403):
        return Verdict(Outcome.DROPPED, reason=UNAUTHORIZED, status=status, said=said)
    if status == 429 or not 400 <= status < 500:
        asked = retry_after(response.headers.get("retry-after"), now)
        return Verdict(Outcome.FAILED, status=status, said=said, asked=asked)
    if status == 400 and body.get("details") and isinstance(body["details"], list):
        named = _errors(body["details"], size)
        general = str(body.get("error", "rejected"))
        errors = {index: named.get(index, general) for index in range(size)}
        return Verdict(Outcome.REJECTED, errors, status=status, said=said)
    return Verdict(Outcome.DROPPED, reason=REFUSED, status=status, said=said)


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
