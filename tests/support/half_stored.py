"""A block that is in the events and in some rollups, and not in others yet, as every block is for some moments."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from audioscape_server.warehouse import Warehouse
from support.counting import load_batches
from support.store import command, select
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from support.counting import Sent

#: The rollups that count every event.
_COUNTING = ("project_day", "project_hour", "place_day")


@contextmanager
def half_stored(warehouse: Warehouse, events: Sequence[Sent], missing: str, folder: Path) -> Iterator[None]:
    """Store the events of one project; within this, all of them are there, and in no row of the rollup `missing`.

    The view of the rollup reads a pipe into which nobody writes. With the pipe's end the block is stored wholly.
    Another worker sends it: what this one publishes does not wait for that.

    Args:
        warehouse: an embedded one.
        events: of one project, which has no events yet of these days.
        missing: a rollup, other than that of projects.
        folder: for the pipe.
    """
    project = events[0].project
    others = [rollup for rollup in _COUNTING if rollup != missing]
    [before] = {_counted(warehouse, project, rollup) for rollup in others}
    pipe = folder / f"{missing}.pipe"
    os.mkfifo(pipe)
    [view] = select(warehouse, f"SELECT as_select AS text FROM system.tables WHERE name = '{missing}_view'")
    waiting = f"1 NOT IN (SELECT toUInt8(0) FROM file('{pipe}', 'LineAsString', 'line String'))"
    known, _, groups = view["text"].rpartition(" GROUP BY ")
    is_filtered = " WHERE " in known.rpartition("FROM audioscape.events")[2]
    held = f"{known} {'AND' if is_filtered else 'WHERE'} {waiting} GROUP BY {groups}"
    command(warehouse, f"ALTER TABLE {missing}_view MODIFY QUERY {held}")
    batches = load_batches([[one] for one in events], first=before + 1)
    with Warehouse(f"chdb://{warehouse._connections.folder}") as other:
        sender = threading.Thread(
            target=other.insert_block, args=(f"half {project}", before + 1, 0, batches), daemon=True
        )
        sender.start()
        try:
            # The engine fills rollups side by side.
            for rollup in others:
                eventually(
                    lambda of=rollup: _counted(warehouse, project, of),
                    until=lambda counted: counted == before + len(events),
                )
            yield
        finally:
            os.close(eventually(lambda: _opened(pipe)))
            sender.join()
            command(warehouse, f"ALTER TABLE {missing}_view MODIFY QUERY {view['text']}")


def _counted(warehouse: Warehouse, project: str, rollup: str) -> int:
    [row] = select(warehouse, f"SELECT sum(events) AS events FROM {rollup} WHERE project = '{project}'")
    return int(row["events"])


def _opened(pipe: Path) -> int:
    """The end to write to; 0 as long as nobody reads."""
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return 0
