"""A warehouse in memory, with the methods that loading uses, and with all that a real one does badly.

An insert may store all, some or nothing and then raise; an attempt that was given up may arrive later, until it is
stopped; a token that was used before makes the engine pass over what it brought; a part may become unreadable; a
rollup may miss events; blocks may be lost; an older copy may be put back.
"""

from __future__ import annotations

import copy
import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from audioscape_server.warehouse import HeldBatch, WarehouseRefused, WarehouseUnavailable
from audioscape_server.warehouse.errors import UnreadablePart
from audioscape_server.warehouse.parts import DamagedPart
from audioscape_server.warehouse.rollups import Difference

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator, Sequence

    from audioscape_server.warehouse import LoadBatch
    from simulation.faults import Faults

POISON = "poison"
ALL = (0, 2**63)
INSERT_FAULTS = ("before", "after", "partial", "late", "unfed", "short")


class Row(NamedTuple):
    """One event as it is stored."""

    spool: str
    block: int
    batch: int
    position: int
    project: str
    received_at: float
    day: date
    id: int


class Tables(NamedTuple):
    """What lies on the warehouse's disk."""

    rows: list[Row]
    rollup: Counter[date]
    tokens: dict[str, set[int]]


class FakeWarehouse:
    """One warehouse for all nodes."""

    def __init__(self, rng: random.Random, faults: Faults) -> None:
        self._rng = rng
        self._faults = faults
        self.tables = Tables([], Counter(), {})
        self.ever: set[int] = set()
        """Every event that was ever stored."""
        self.late: dict[str, list[Row]] = {}
        self.damaged: set[tuple[str, int]] = set()
        self.aside: set[date] = set()
        """The days of what was set aside."""
        self.next_fault: str | None = None
        self.away = 0
        self._doubtful = False
        """A question met an unreadable part; the next change begins with setting it aside."""
        self._set_aside = False
        self._was_short = False

    # What the simulation does to it.

    def snapshot(self) -> Tables:
        return copy.deepcopy(self.tables)

    def put_back(self, tables: Tables) -> None:
        self.tables = copy.deepcopy(tables)
        self.damaged.clear()
        self.aside.clear()

    def lose_block(self) -> None:
        """A part with all of a block, or with some of it, is gone; the rollups do not know."""
        if self.tables.rows:
            lost = self._rng.choice(self.tables.rows)[:2]
            self.tables.rows[:] = [row for row in self.tables.rows if row[:2] != lost or self._rng.random() < 0.3]

    def damage_block(self) -> None:
        """A part cannot be read any more."""
        if self.tables.rows:
            self.damaged.add(self._rng.choice(self.tables.rows)[:2])

    def land_late(self) -> None:
        """Attempts that were given up arrive: wholly, partly or not at all."""
        for name in list(self.late):
            rows = self.late.pop(name, [])
            self._store(name, rows[: self._rng.choice((0, len(rows), self._rng.randrange(len(rows) + 1)))])

    def ids(self) -> Counter[int]:
        """How often each event is stored, where it can be read."""
        return Counter(row.id for row in self.tables.rows if row[:2] not in self.damaged)

    def received_at(self) -> defaultdict[int, set[float]]:
        """When the batches were received under which each event is stored."""
        found: defaultdict[int, set[float]] = defaultdict(set)
        for row in self.tables.rows:
            found[row.id].add(row.received_at)
        return found

    # What loading asks of it.

    def open(self) -> None:
        self._call("open")

    def migrate(self) -> list[str]:
        return []

    def insert_block(self, spool: str, block: int, attempt: int | str, batches: Sequence[LoadBatch]) -> None:
        self._change("insert")
        token = f"{spool}:{block}:{attempt}"
        rows = list(_rows(spool, block, batches))
        some = rows[: self._rng.randrange(len(rows) + 1)]
        fault, self.next_fault = self.next_fault, None
        if fault == "short" and self._was_short:
            fault = None  # twice in a row is what a bad batch looks like, and rightly taken for one
        self._was_short = fault == "short"
        if any(POISON.encode() in batch.events for batch in batches):
            self._store(token, list(_rows(spool, block, batches[: self._clean(batches)])))
            raise WarehouseRefused("poison")
        match fault:
            case "before":
                raise WarehouseUnavailable("connection refused")
            case "after":
                self._store(token, rows)
                raise WarehouseUnavailable("timed out")
            case "partial":
                self._store(token, some)
                raise WarehouseUnavailable("connection reset")
            case "late":
                self.late[token] = rows
                raise WarehouseUnavailable("timed out")
            case "unfed":
                self._store(token, rows, fed=False)
                raise WarehouseUnavailable("connection reset")
            case "short":
                self._store(token, some)
            case _:
                self._store(token, rows)
        self._faults.point("warehouse.inserted")

    def may_change(self) -> bool:
        return True

    def raise_fence(self) -> None:
        self._call("fence")
        self.land_late()

    def count_block(
        self, spool: str, block: int, first_received: float, last_received: float, batches: tuple[int, int] = ALL
    ) -> int:
        self._call("count")
        return sum(map(_in_block(spool, block, first_received, last_received, batches), self._readable()))

    def delete_block(
        self, spool: str, block: int, first_received: float, last_received: float, batches: tuple[int, int] = ALL
    ) -> None:
        self._change("delete")
        self._delete(_in_block(spool, block, first_received, last_received, batches))

    def delete_batch(self, spool: str, batch: int) -> list[date]:
        self._change("delete")
        days = {row.day for row in self._readable() if (row.spool, row.batch) == (spool, batch)}
        self._delete(lambda row: (row.spool, row.batch) == (spool, batch))
        return sorted(days)

    def block_days(self, spool: str, block: int) -> list[date]:
        self._call("held")
        return sorted({row.day for row in self._readable() if (row.spool, row.block) == (spool, block)})

    def newest_blocks(self, prefix: str) -> dict[str, int]:
        self._call("newest")
        found: dict[str, int] = {}
        for row in self._readable():
            if row.spool.startswith(prefix):
                found[row.spool] = max(row.block, found.get(row.spool, 0))
        return found

    def held_batches(self, spools: Sequence[str], first_batch: int) -> dict[tuple[str, int], HeldBatch]:
        self._call("held")
        rows = [row for row in self._readable() if row.spool in spools and row.batch >= first_batch]
        events = Counter((row.spool, row.batch) for row in rows)
        return {(row.spool, row.batch): HeldBatch(events[row.spool, row.batch], row.received_at) for row in rows}

    def held_blocks(self, spool: str, first_block: int, last_block: int) -> dict[int, int]:
        self._call("held")
        return Counter(
            row.block for row in self._readable() if row.spool == spool and first_block <= row.block <= last_block
        )

    def held_events(self, spool: str) -> dict[str, int]:
        self._call("held")
        return Counter(row.project for row in self._readable() if row.spool == spool)

    def doubled_blocks(self, spool: str, blocks: Sequence[int]) -> list[int]:
        self._call("doubled")
        rows = [row for row in self._readable() if row.spool == spool]
        elsewhere = {row.batch for row in rows if row.block not in blocks}
        found: dict[int, set[int]] = {}
        for row in rows:
            if row.block in blocks:
                found.setdefault(row.block, set()).add(row.batch)
        return sorted(block for block, batches in found.items() if batches <= elsewhere)

    def differing_days(self, days: Iterable[date], **_sets: bool) -> list[Difference]:
        """A rollup is one sum here, and has no sets."""
        self._call("compare")
        counted = Counter(row.day for row in self._readable())
        return [
            Difference(day=day, rollup="sum", projects=()) for day in days if counted[day] != self.tables.rollup[day]
        ]

    def repair_days(self, days: Iterable[date], **_sets: bool) -> list[Difference]:
        differences = self.differing_days(days)
        for difference in differences:
            self._change("repair")
            self.tables.rollup[difference.day] = sum(row.day == difference.day for row in self.tables.rows)
        return differences

    def judge_stops(self) -> list[date]:
        self._change("judge")
        return []

    def damaged_parts(self) -> list[DamagedPart]:
        self._call("verify")
        return [DamagedPart("events", f"{spool}/{block}", "simulated") for spool, block in sorted(self.damaged)]

    def set_damaged_aside(self, damaged: list[DamagedPart]) -> None:
        self._call("detach")
        self._detach((spool, int(block)) for spool, block in (part.part.split("/") for part in damaged))

    def doubtful_days(self) -> set[date]:
        self._call("aside")
        return self.aside

    def met_unreadable_part(self) -> bool:
        self._mend()
        met, self._set_aside = self._set_aside, False
        return met

    def query(self, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
        self._call("query")
        rows = self._readable()
        if name == "loading/event_days":
            return [{"day": day} for day in sorted({row.day for row in rows} | (+self.tables.rollup).keys())]
        if name == "loading/doubtful_events":
            doubtful = set(zip(parameters["spools"], parameters["blocks"], strict=True))
            last = dict(zip(parameters["counted"], parameters["last_blocks"], strict=True))
            rows = [
                row for row in rows if row[:2] in doubtful or row.block > last.get(row.spool, parameters["highest"])
            ]
        else:
            assert name == "loading/loaded_events"
        counted = Counter((row.spool, row.project) for row in rows)
        return [{"spool": spool, "project": project, "events": count} for (spool, project), count in counted.items()]

    def _clean(self, batches: Sequence[LoadBatch]) -> int:
        """How many batches are stored before the engine meets the bad one."""
        [first, *_] = [number for number, batch in enumerate(batches) if POISON.encode() in batch.events]
        return self._rng.randrange(first + 1)

    def _call(self, name: str) -> None:
        self._faults.point(f"warehouse.{name}")
        if self.away:
            self.away -= 1
            raise WarehouseUnavailable("away")

    def _change(self, name: str) -> None:
        self._call(name)
        self._mend()

    def _mend(self) -> None:
        if self._doubtful:
            self._detach(self.damaged)
            self._doubtful, self._set_aside = False, True

    def _detach(self, damaged: Iterable[tuple[str, int]]) -> None:
        gone = set(damaged)
        self.aside.update(row.day for row in self.tables.rows if row[:2] in gone)
        self.tables.rows[:] = [row for row in self.tables.rows if row[:2] not in gone]
        self.damaged -= gone

    def _readable(self) -> list[Row]:
        if self.damaged:
            self._doubtful = True
            raise UnreadablePart("a part cannot be read")
        return self.tables.rows

    def _delete(self, unwanted: Any) -> None:
        self._readable()
        self.tables.rows[:] = [row for row in self.tables.rows if not unwanted(row)]
        self._faults.point("warehouse.deleted")

    def _store(self, token: str, rows: Sequence[Row], *, fed: bool = True) -> None:
        # The engine passes over what came under the same token before, deleted since or not.
        known = self.tables.tokens.setdefault(token, set())
        new = [row for row in rows if row.id not in known]
        known.update(row.id for row in new)
        self.ever.update(row.id for row in new)
        self.tables.rows.extend(new)
        if fed:
            self.tables.rollup.update(row.day for row in new)


def _rows(spool: str, block: int, batches: Sequence[LoadBatch]) -> Iterator[Row]:
    for batch in batches:
        for position, event in enumerate(json.loads(batch.events)):
            day = datetime.fromtimestamp(event[2], UTC).date()
            id_ = json.loads(event[6])["id"]
            yield Row(spool, block, batch.batch, position, batch.project, batch.received_at, day, id_)


def _in_block(spool: str, block: int, first_received: float, last_received: float, batches: tuple[int, int]) -> Any:
    first = datetime.fromtimestamp(first_received - 8 * 86_400, UTC).date()
    last = datetime.fromtimestamp(last_received + 86_400, UTC).date()

    def wanted(row: Row) -> bool:
        return row[:2] == (spool, block) and batches[0] <= row.batch <= batches[1] and first <= row.day <= last

    return wanted
