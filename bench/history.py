# pyright: reportPrivateUsage=false
"""The events that the questions are about: made in the warehouse (history.sql), and copied to PostgreSQL."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from audioscape_server.first_seen import CLOSED_AFTER_DAYS, FirstSeenJob
from audioscape_server.warehouse import ROLLUPS, Warehouse
from bench.peers import postgres
from bench.peers.plain import SCHEMA
from bench.peers.questions import FOLDER

DAY = 86_400
#: 2026-11-01 14:25:00 UTC, when the history ends: in the middle of an hour of a day of a month.
END = 1_793_543_100
TRACKS, UNIVERSES, PLAYERS = 20_000, 2_000, 5_000_000
#: Events that history.sql makes of a listen, on average.
EVENTS_OF_A_LISTEN = 2.26
#: Events made by one statement, if a day has fewer.
AT_ONCE = 1_000_000
#: The id of a track, see `asset_of`, as history.sql has it.
_FIRST_ASSET, _BETWEEN_ASSETS = 1_000_000_000, 6_700_417
_COLUMNS = "key, universe_id, place_id, received_at, type, asset_id, timestamp, player_id, duration, value, metadata"


def asset_of(track: int) -> int:
    """The id of a track by its number, of which 1 is heard most."""
    return _FIRST_ASSET + track * _BETWEEN_ASSETS


def fill(warehouse: Warehouse, events: int, days: int, *, players: int = PLAYERS) -> None:
    """Make the history, the oldest day first.

    Args:
        warehouse: an empty one.
        events: about so many.
        days: that they spread over; the last one is that of `END`.
        players: who may have sent them.
    """
    connections = warehouse._connections  # noqa: SLF001 - no events go into a warehouse like this but here
    statement = Path(__file__).with_name("history.sql").read_text("utf-8")
    listens = round(events / days / EVENTS_OF_A_LISTEN)
    first = END // DAY * DAY - (days - 1) * DAY
    step = max(1, AT_ONCE * days // events)
    for number in range(0, days, step):
        connections.command(
            statement,
            {
                "day": number, "days": min(step, days - number), "midnight": first + number * DAY, "listens": listens,
                "tracks": TRACKS, "universes": UNIVERSES, "players": players,
            },
            {"async_insert": 0, "max_partitions_per_insert_block": 0},
        )  # fmt: skip
    warehouse.judge_stops()
    for table in ("events", *ROLLUPS):
        connections.command(f"OPTIMIZE TABLE {table} FINAL")


class _Alone:
    """The hold on a job that no other worker knows of."""

    fence = 1

    def renew(self, above: int = 0) -> None:
        self.fence = max(self.fence, above + 1)


def gather(warehouse: Warehouse) -> None:
    """Gather who was first seen when, as a job of the server does; questions about who is new wait for that."""
    hold: Any = _Alone()
    FirstSeenJob(warehouse, lambda: END + (CLOSED_AFTER_DAYS + 1) * DAY).run(hold)
    warehouse._connections.command("OPTIMIZE TABLE first_seen FINAL")  # noqa: SLF001


@contextmanager
def postgres_with_history(warehouse: Warehouse, days: int, folder: Path) -> Generator[postgres.Postgres]:
    """A PostgreSQL on all cores that holds the same events.

    Args:
        warehouse: as `fill` left it.
        days: as they were given to `fill`.
        folder: where PostgreSQL is to lie; is made.
    """
    folder.mkdir()
    with postgres.running(folder, postgres.all_cores()) as cluster:
        with cluster.connect() as connection:
            copy(warehouse, days, connection)
        yield cluster


def copy(warehouse: Warehouse, days: int, connection: psycopg.Connection) -> None:
    """Fill a new table of events, and prepare it for questions."""
    connection.execute(SCHEMA.read_bytes())
    connection.execute("SET timezone = 'UTC'")
    last = END // DAY
    with connection.cursor().copy(f"COPY events ({_COLUMNS}) FROM STDIN".encode()) as copying:
        for day in _exported(warehouse, range(last - days + 1, last + 1)):
            copying.write(day)
    for one in (FOLDER / "prepare.sql").read_bytes().split(b";"):
        if one.strip():
            connection.execute(one)
    connection.execute("VACUUM ANALYZE events")
    connection.execute("ANALYZE track_length")


def _exported(warehouse: Warehouse, days: Iterable[int]) -> Generator[bytes]:
    """The events of each Unix day, as COPY takes them."""
    statement = (FOLDER / "export.sql").read_text("utf-8")
    client: Any = warehouse._connections._client()  # noqa: SLF001 - the warehouse itself has no use for this form
    for day in days:
        yield client.raw_query(statement, parameters={"day": day}, fmt="TabSeparated")
