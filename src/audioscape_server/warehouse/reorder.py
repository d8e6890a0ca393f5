"""Sort the events anew, in a warehouse that an older version filled.

::

    events ──copy, day by day──▶ events_by_key_… ──exchange──▶ events, and the old table is dropped

What must hold: every event is in `events` before and after, whatever cuts this short. It goes on where it was: a day of
which the copy has as many events as the table is copied; the order of `events` says whether the two were exchanged.
Nobody adds an event meanwhile, as inserts fail until the next migration; nobody takes one away or judges one, as the
fence is raised: what carries an older token does nothing.

A second worker that begins the same raises the fence too: that ends what the first one runs, and its later copies do
nothing. Then it gives the copy a name of its own, so that an exchange of the first one finds no table, and only then it
looks at the order. So one of them exchanges, once, and the other one fails and tries again.
"""

import uuid
from typing import Final

import structlog

from audioscape_server.failpoints import failpoint
from audioscape_server.warehouse.client import Connections
from audioscape_server.warehouse.errors import WarehouseUnavailable
from audioscape_server.warehouse.fence import Fence
from audioscape_server.warehouse.parts import Soundness
from audioscape_server.warehouse.room import Room
from audioscape_server.warehouse.statements import statement

_WANTED: Final = "project, key, universe, place, timestamp, spool, row, position"

_log: Final = structlog.get_logger()


def sort_events(connections: Connections, room: Room) -> None:
    """Sort the events by key, universe, place and time.

    Raises:
        WarehouseUnavailable: there is no room for a copy of them, and nothing was changed; or another worker does it.
    """
    if not _is_sorted(connections):
        [events] = connections.query("schema/bytes_of_events", {}, {})
        room.require_for_copy(int(events["bytes"]), "the events, which are sorted anew for this version")
        connections.change(statement("schema/close_inbox"), {}, {})
    soundness = Soundness(connections)
    soundness.begin()
    fence = Fence(connections, soundness)
    fence.raise_()
    if soundness.is_doubtful:
        soundness.restore()
    copy = _taken_over(connections)
    if not _is_sorted(connections):
        connections.change(statement("schema/events_by_key"), {"copy": copy}, {})
        _copy(connections, copy, fence.own)
        failpoint("reorder.copied")
        connections.change(f"EXCHANGE TABLES events AND {copy}", {}, {})
    failpoint("reorder.exchanged")
    connections.change(f"DROP TABLE IF EXISTS {copy} SYNC", {}, {})


def _is_sorted(connections: Connections) -> bool:
    [table] = connections.query("schema/order_of_events", {}, {})
    return table["sorting_key"] == _WANTED


def _taken_over(connections: Connections) -> str:
    """A name that no other worker knows, for the copy: one that was begun has it from now on."""
    own = f"events_by_key_{uuid.uuid4().hex[:12]}"
    for row in connections.query("schema/copies_of_events", {}, {}):
        connections.change(f"RENAME TABLE {row['name']} TO {own}", {}, {})
    return own


def _copy(connections: Connections, copy: str, token: int) -> None:
    days = connections.query("schema/uncopied_days", {"copy": copy}, {})
    if days:
        _log.info("the events are sorted anew; this takes a minute per fifty million", days=len(days))
    for number, row in enumerate(days, 1):
        if row["is_begun"]:
            connections.change(statement("schema/drop_copied_day"), {"copy": copy, "day": str(row["day"])}, {})
        copied = {"copy": copy, "day": row["day"], "token": token}
        connections.change(statement("schema/copy_day"), copied, {"async_insert": 0})
        failpoint("reorder.day")
        if number % 30 == 0:
            _log.info("events were sorted anew", days=number, of=len(days))
    if left := connections.query("schema/uncopied_days", {"copy": copy}, {}):
        raise WarehouseUnavailable(f"{len(left)} days of events were not sorted: another worker sorts them now")
