"""Single events, newest first, a page at a time."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from math import inf
from typing import Any, Final

from audioscape_server.api import shaping
from audioscape_server.api.parameters import Cursor
from audioscape_server.api.periods import DAY_S, Period
from audioscape_server.api.responses import Events
from audioscape_server.api.shaping import Row

#: Bytes of metadata after which a page ends, whatever its limit.
PAGE_BYTES: Final = 4 << 20
#: Days before the end of a page in which its events are looked for, one after the other until the page is full.
_READ_DAYS: Final = (1.0, 8.0, inf)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; None = any."""

    type: str | None
    asset_id: int | None
    player_id: str | None


def event_page(
    ask: Callable[..., list[Row]],
    project: str,
    period: Period,
    wanted: EventFilter,
    limit: int,
    *,
    after: Cursor | None,
) -> Events:
    """One page. Most often the last day before it has all its events, so that is read first.

    Args:
        ask: runs a statement.
        project: whose events.
        period: when.
        wanted: which of them.
        limit: at most so many.
        after: where the page before ended; None = the first page.
    """
    until = period.until if after is None else min(period.until, after.timestamp + 1)
    # One more than asked for tells whether there is another page.
    asked = {"project": project, "limit": limit + 1, "max_bytes": PAGE_BYTES, **asdict(wanted), **_behind(after)}
    rows: list[Row] = []
    more = False
    for days in _READ_DAYS:
        since = max(period.since, until - days * DAY_S)
        rows = ask("read/events", **Period(since, until).asked, **asked)
        more = len(rows) > limit or sum(len(row["metadata"].encode()) for row in rows) > PAGE_BYTES
        if more or since == period.since:
            break
    rows = rows[:limit]
    last = Cursor(**{name: rows[-1][name] for name in ("timestamp", "spool", "row", "position")}) if more else None
    return Events(events=[shaping.event(row) for row in rows], next_cursor=last.encoded() if last else None)


def _behind(after: Cursor | None) -> dict[str, Any]:
    """What the statement is told of where the page before ended."""
    if after is None:
        return {"after_timestamp": None, "after_spool": "", "after_row": 0, "after_position": 0}
    return {
        "after_timestamp": after.timestamp, "after_spool": after.spool,
        "after_row": after.row, "after_position": after.position,
    }  # fmt: skip
