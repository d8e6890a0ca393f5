"""The ledgers of all spools, as their loaders published them: so that any worker can answer for the whole fleet.

With a ledger goes what others must know of its spool: up to which block it is counted, which blocks were under way,
since when the oldest batch waits, and up to which batch all are loaded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from audioscape_server.control.database import ControlDatabase, replacing
from audioscape_server.control.schema import ledgers, spools
from audioscape_server.spool.ledger import LedgerLine

#: Seconds after which a spool that is never heard of no longer keeps old claims alive.
FORGOTTEN_S = 90 * 86_400


@dataclass(frozen=True, slots=True)
class SpoolState:
    """How far a published ledger goes."""

    last_block: int = 0
    """The highest number of a block at that time: what is newer is not counted in the ledger."""
    open_blocks: tuple[int, ...] = ()
    """Blocks that were under way at that time: they are not counted in the ledger, but may be in the warehouse."""
    oldest_waiting_at: float | None = None
    """When the oldest waiting batch was received, Unix seconds."""
    first_waiting: int = 0
    """The lowest number of a waiting batch: those below have left the spool, and the warehouse holds them."""
    retired: bool = False
    """The spool has another id now; nothing is added to this ledger any more."""

    def has_loaded(self, batch: int) -> bool:
        """Whether a batch that claimed under this id is held by the warehouse, however its spool's disk may fare.

        A retired id has given up the claims of batches that are not held.
        """
        return self.retired or batch < self.first_waiting


@dataclass(frozen=True, slots=True)
class PublishedLedger:
    """What is known of a spool."""

    state: SpoolState
    lines: list[LedgerLine]
    updated_at: float = field(default=0.0, compare=False)
    """When it was published, Unix seconds."""


class Ledgers:
    """Published ledgers, a line per spool and project.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def publish(self, spool: str, lines: Sequence[LedgerLine], state: SpoolState) -> None:
        """Replace what is known of a spool."""
        now = self._clock()
        with self._engine.begin() as connection:
            _put(
                connection,
                spools,
                [{**asdict(state), "open_blocks": json.dumps(state.open_blocks), "spool": spool, "updated_at": now}],
            )
            if lines:
                _put(connection, ledgers, [{"spool": spool, "updated_at": now, **asdict(line)} for line in lines])

    def hear(self, spool: str, oldest_waiting_at: float | None) -> None:
        """Note that a spool is there, and since when it waits, and leave all else that is known of it as it is.

        For a spool that is not recognised yet: its file may be an older copy, which must not overwrite what is known of
        the newer one.
        """
        with self._engine.begin() as connection:
            known = connection.execute(select(spools).where(spools.c.spool == spool)).mappings().first()
            row: dict[str, Any] = (
                dict(known) if known else {**asdict(SpoolState()), "spool": spool, "open_blocks": "[]"}
            )
            waits = [at for at in (row["oldest_waiting_at"], oldest_waiting_at) if at is not None]
            row.update(oldest_waiting_at=min(waits, default=None), updated_at=self._clock())
            _put(connection, spools, [row])

    def published(self) -> dict[str, PublishedLedger]:
        """What is known of every spool."""
        found: dict[str, PublishedLedger] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(select(spools).order_by(spools.c.spool)):
                found[row.spool] = PublishedLedger(_state(row), [], row.updated_at)
            for row in connection.execute(select(ledgers).order_by(ledgers.c.spool, ledgers.c.project)).mappings():
                values = {name: value for name, value in row.items() if name not in ("spool", "updated_at")}
                known = found.setdefault(row["spool"], PublishedLedger(SpoolState(), []))
                known.lines.append(LedgerLine(**values))
        return found

    def states(self) -> dict[str, SpoolState]:
        """How every spool stands that was ever heard of."""
        with self._engine.connect() as connection:
            return {row.spool: _state(row) for row in connection.execute(select(spools))}

    def last_published_at(self) -> float:
        """When a spool was last heard of, Unix seconds; 0 when none ever was."""
        with self._engine.connect() as connection:
            return connection.scalar(select(func.max(spools.c.updated_at))) or 0.0

    def waiting_since(self) -> float:
        """Since when a batch may wait in any spool of the fleet, Unix seconds."""
        now = self._clock()
        heard_of = ~spools.c.retired & (spools.c.updated_at > now - FORGOTTEN_S)
        with self._engine.connect() as connection:
            oldest = connection.scalar(select(func.min(_WAITING_SINCE)).where(heard_of))
        return now if oldest is None else min(now, oldest)

    def waiting_since_in(self, names: Collection[str]) -> float:
        """Since when a batch may wait in one of these spools, Unix seconds; 0 where one was never heard of."""
        asked = select(_WAITING_SINCE).where(spools.c.spool.in_(names))
        with self._engine.connect() as connection:
            found = list(connection.scalars(asked))
        return min(found) if len(found) == len(names) and found else 0.0


#: A spool that waits for nothing, as far as it was heard of, may have taken in batches since.
_WAITING_SINCE = func.coalesce(spools.c.oldest_waiting_at, spools.c.updated_at)


def _state(row: Row[Any]) -> SpoolState:
    return SpoolState(
        last_block=row.last_block,
        open_blocks=tuple(json.loads(row.open_blocks)),
        oldest_waiting_at=row.oldest_waiting_at,
        first_waiting=row.first_waiting,
        retired=row.retired,
    )


def _put(connection: Connection, table: Table, rows: Sequence[dict[str, object]]) -> None:
    connection.execute(replacing(connection, table), rows)
