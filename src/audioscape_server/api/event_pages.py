"""Single events, newest first, a page at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final

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
    rows: list[Row] = []
    more = False
    for days in _READ_DAYS:
        since = max(period.since, until - days * DAY_S)
        rows = ask(
            "read/events",
            project=project,
            **Period(since, until).asked,
            type=wanted.type,
            asset_id=wanted.asset_id,
            player_id=wanted.player_id,
            after_timestamp=after.timestamp if after else None,
            after_spool=after.spool if after else "",
            after_row=after.row if after else 0,
            after_position=after.position if after else 0,
            # One more than asked for tells whether there is another page.
            limit=limit + 1,
            max_bytes=PAGE_BYTES,
        )
        more = len(rows) > limit or sum(len(row["metadata"].encode()) for row in rows) > PAGE_BYTES
        if more or since == period.since:
            break
    rows = rows[:limit]
    last = Cursor(**{name: rows[-1][name] for name in ("timestamp", "spool", "row", "position")}) if more else None
    return Events(events=[shaping.event(row) for row in rows], next_cursor=last.encoded() if last else None)
