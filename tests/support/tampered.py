"""The real server, started by ``python -m support.tampered``, with something done to it that no user can ask for.

``TAMPER`` names what, with commas between:

``spool``
    The spool never syncs (SQLite's ``synchronous=OFF``): a control, which a power cut must expose.
``warehouse``
    No table of the warehouse syncs its parts, and old parts go at once: the other control.
``stir``
    The engine never rests: parts are merged whole, foreign events are stored, deleted and swapped out of the rollups,
    so that whatever moment power fails at, merges, mutations and swaps of real events are under way.
``hurry``
    The fixed deadlines and pauses of the server are a fifth of what they are: what must not wait for ever waits for two
    seconds in place of ten, and no test has to wait for the rest.
``behind``
    Nobody works out who was first seen when before the last days, and no question may read those events instead.
``restless``
    Jobs rest a fifth of what they do: they would rest longest where the machine is busy with other tests.
"""

from __future__ import annotations

import os
import random
import threading
import time
from datetime import UTC, datetime
from typing import Any

import apsw

from audioscape_server import asgi, first_seen, listening, service
from audioscape_server.cli import main
from audioscape_server.control import impatient
from audioscape_server.errors import AudioScapeError
from audioscape_server.ingest import reading
from audioscape_server.jobs import room, runner, schedule
from audioscape_server.loading import loader
from audioscape_server.loading.loader import Loader
from audioscape_server.spool import writer
from audioscape_server.warehouse import LoadBatch, Warehouse

#: Of the events that are stored only to be deleted.
PROJECT = "stirred"
SPOOL = "5" * 32
#: Seconds between two stirs.
PAUSE_S = 0.1

#: The engine looks every second for parts that may go, not every half minute: no test has to wait for it.
_HASTE = "cleanup_delay_period = 1, max_cleanup_delay_period = 1, cleanup_delay_period_random_add = 0"
#: All that a client, an operator or the loader may have to wait for.
_DEADLINES: dict[Any, tuple[str, ...]] = {
    asgi: ("REST_DEADLINE_S",),
    impatient: ("ANSWER_S",),
    listening: ("HEADERS_DEADLINE_S",),
    loader: ("MAX_BACKOFF_S", "STOP_S"),
    reading: ("BODY_DEADLINE_S",),
    service: ("DRAIN_S",),  # and not the last resort: the end itself takes as long as the machine
    writer: ("COMMIT_S", "STOP_S"),
}
#: What is posted waits for these until it counts in a score.
_PAUSES_OF_JOBS: dict[Any, tuple[str, ...]] = {
    runner: ("_REST",),
    room: ("LOOK_S",),
    schedule: ("_SOON_S",),
}
_CARELESS = (
    "fsync_after_insert = 0, fsync_part_directory = 0, min_rows_to_fsync_after_merge = 0,"
    " min_compressed_bytes_to_fsync_after_merge = 0, old_parts_lifetime = 0"
)


def spool() -> None:
    def never_sync(connection: Any) -> None:
        connection.pragma("synchronous", "off")
        connection.authorizer = lambda action, name, *_: (
            apsw.SQLITE_IGNORE if (action, name) == (apsw.SQLITE_PRAGMA, "synchronous") else apsw.SQLITE_OK
        )

    apsw.connection_hooks.append(never_sync)


def warehouse() -> None:
    migrate = Warehouse.migrate

    def migrate_and_forget_syncing(self: Warehouse) -> list[str]:
        done = migrate(self)
        for table in tables(self):
            self._connections.command(f"ALTER TABLE {table} MODIFY SETTING {_CARELESS}")
        return done

    Warehouse.migrate = migrate_and_forget_syncing


def stir() -> None:
    start = Loader.start

    def start_and_stir(self: Loader) -> None:
        forget_foreign_events(self)
        for table in tables(self._warehouse):
            self._warehouse._connections.command(f"ALTER TABLE {table} MODIFY SETTING {_HASTE}")
        start(self)
        threading.Thread(target=_stir_for_ever, args=(self,), daemon=True).start()

    Loader.start = start_and_stir


def calm() -> None:
    """Not stirred any more: what earlier stirs left is taken out before anything is loaded."""
    start = Loader.start

    def start_calmly(self: Loader) -> None:
        forget_foreign_events(self)
        start(self)

    Loader.start = start_calmly


def hurry() -> None:
    _divide(_DEADLINES)


def behind() -> None:
    first_seen._MOST_READ = 0
    first_seen._RUN_S = 0.0


def restless() -> None:
    _divide(_PAUSES_OF_JOBS)


def _divide(constants: dict[Any, tuple[str, ...]]) -> None:
    for module, names in constants.items():
        for name in names:
            setattr(module, name, type(getattr(module, name))(getattr(module, name) / 5))


def forget_foreign_events(loader: Loader) -> None:
    warehouse = loader._warehouse
    warehouse._connections.command(
        f"DELETE FROM events WHERE project = '{PROJECT}'", settings={"lightweight_deletes_sync": 2}
    )
    days = [row["day"] for row in warehouse._connections.select("SELECT DISTINCT day FROM track_day", {}, {})]
    warehouse.repair_days(days)


def tables(warehouse: Warehouse) -> list[str]:
    rows = warehouse._connections.select(
        "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'", {}, {}
    )
    return [row["name"] for row in rows]


def _stir_for_ever(loader: Loader) -> None:
    warehouse, random_ = loader._warehouse, random.Random()
    while True:
        try:
            if random_.random() < 0.7:
                table = random_.choice(["events", "events", *tables(warehouse)])
                warehouse._connections.command(f"OPTIMIZE TABLE {table} FINAL")
            else:
                _store_and_delete(loader, random_.randrange(2**40))
        except AudioScapeError:
            pass  # a disk that is gone, a part that is just being merged
        time.sleep(PAUSE_S)


def _store_and_delete(loader: Loader, block: int) -> None:
    """A block of foreign events comes and goes, with rewritten parts and swapped partitions behind it."""
    warehouse, now = loader._warehouse, time.time()
    events = b'[["play",1,%f,"",null,"",""]]' % now
    one = LoadBatch(batch=block, project=PROJECT, key="k", universe=0, place=0, received_at=now, count=1, events=events)
    with loader._blocks._lock.exclusive():
        warehouse.insert_block(SPOOL, block, 1, [one])
        warehouse.delete_block(SPOOL, block, now, now)
        warehouse.repair_days([datetime.fromtimestamp(now, UTC).date()])


if __name__ == "__main__":
    for name in filter(None, os.environ["TAMPER"].split(",")):
        {
            "behind": behind,
            "calm": calm,
            "hurry": hurry,
            "restless": restless,
            "spool": spool,
            "stir": stir,
            "warehouse": warehouse,
        }[name]()
    main()
