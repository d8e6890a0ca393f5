"""Sort the events anew, in a warehouse that an older version filled.

::

    events ──copy, day by day──▶ events_by_key ──exchange──▶ events, and the old table is dropped

What must hold: every event is in `events` before and after, whatever cuts this short. It goes on where it was: a day of
which the copy has as many events as the table is copied; the order of `events` says whether the two were exchanged.
Nobody adds an event meanwhile, as inserts fail until the next migration; nobody takes one away or judges one, as the
fence is raised: what carries an older token does nothing.
"""

from typing import Final

import structlog

from audioscape_server.failpoints import failpoint
from audioscape_server.warehouse.client import Connections, statement
from audioscape_server.warehouse.fence import Fence
from audioscape_server.warehouse.room import Room

_WANTED: Final = "project, key, universe, place, timestamp, spool, row, position"

_log: Final = structlog.get_logger()


def sort_events(connections: Connections, room: Room) -> None:
    """Sort the events by key, universe, place and time.

    Raises:
        WarehouseUnavailable: there is no room for a copy of them; nothing was changed.
    """
    [table] = connections.query("schema/order_of_events", {}, {})
    if table["sorting_key"] != _WANTED:
        [events] = connections.query("schema/bytes_of_events", {}, {})
        room.require_for_copy(int(events["bytes"]), "the events, which are sorted anew for this version")
        connections.change(statement("schema/close_inbox"), {}, {})
        Fence(connections).raise_()
        connections.change(statement("schema/events_by_key"), {}, {})
        _copy(connections)
        failpoint("reorder.copied")
        connections.change("EXCHANGE TABLES events AND events_by_key", {}, {})
    failpoint("reorder.exchanged")
    connections.change("DROP TABLE IF EXISTS events_by_key SYNC", {}, {})


def _copy(connections: Connections) -> None:
    days = connections.query("schema/uncopied_days", {}, {})
    if days:
        _log.info("the events are sorted anew; this takes a minute per fifty million", days=len(days))
    for number, row in enumerate(days, 1):
        if row["is_begun"]:
            connections.change(statement("schema/drop_copied_day"), {"day": str(row["day"])}, {})
        connections.change(statement("schema/copy_day"), {"day": row["day"]}, {"async_insert": 0})
        failpoint("reorder.day")
        if number % 30 == 0:
            _log.info("events were sorted anew", days=number, of=len(days))
