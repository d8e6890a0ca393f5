"""What the warehouse lost of what this worker brought is loaded again from its archive.

Each worker does it for itself, at each start and once a day: nobody else has its archive. ``audioscape check --repair``
does it too, and more. Every step counts first, so it may be cut short and run again, and does nothing where all is
well:

1. By the command alone: parts that cannot be read are set aside, so that everything else can be. (A server sets aside
   what it meets.)
2. Every archived block is compared with what the warehouse holds of it. What is missing wholly or partly, or is there
   more than once, is deleted and loaded again, by the same way that blocks in doubt go. What the warehouse holds of
   its batches under another id of the lineage is deleted too: another history's copy of the warehouse was put back.
3. A block that nobody knows and whose batches are all held under other blocks is a ghost: it was deleted, and a power
   cut brought it back. It is deleted again.
4. By the command alone: the rollups are reconciled with the events (``reconciliation``), which in a server is a job.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from audioscape_server.control import Leases, WarehouseLock
from audioscape_server.failpoints import failpoint
from audioscape_server.loading.alone import alone
from audioscape_server.loading.blocks import days_of
from audioscape_server.loading.reconciliation import Reconciliation
from audioscape_server.spool import Archive, Spool
from audioscape_server.spool.archive import ArchivedBatch, Frame, Place
from audioscape_server.spool.store import LINEAGE_DIGITS
from audioscape_server.warehouse import Difference, LoadBatch, Warehouse, WarehouseUnavailable

#: Unix seconds: received at any time, as far as the engine's dates go.
_ANY_TIME = (10 * 86_400.0, 4_000_000_000.0)

#: Says which blocks, by spool, are under way.
_UnderWay = Callable[[], set[tuple[str, int]]]

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class LostBlock:
    """An archived block of which the warehouse holds another number of events than it was loaded with."""

    frame: Frame
    place: Place
    found: int


@dataclass(slots=True)
class Repaired:
    """What a repair did."""

    parts: int = 0
    """Parts that could not be read and were set aside."""
    blocks: int = 0
    """Blocks that were loaded again."""
    events: int = 0
    """Events of these blocks."""
    ghosts: int = 0
    """Blocks that a power cut had brought back, and that were deleted again."""
    rollups: list[str] = field(default_factory=list[str])
    """Rollups that were rebuilt, with their day."""
    problems: list[str] = field(default_factory=list[str])
    """What could not be repaired."""

    def texts(self) -> list[str]:
        """What was done, in words; nothing where there was nothing to do."""
        counted = {
            f"{self.parts} parts of the warehouse that could not be read were set aside": self.parts,
            f"{self.blocks} blocks were loaded again from the archive, with {self.events} events": self.blocks,
            f"{self.ghosts} blocks that a power cut had brought back were deleted again": self.ghosts,
            f"{len(self.rollups)} rollups were rebuilt": len(self.rollups),
        }
        return [text for text, count in counted.items() if count] + self.problems


class Repair:
    """Repairs what one spool brought.

    Args:
        spool_path: the spool's file, for reading.
        warehouse: what is repaired.
        archive: where lost blocks come from.
        reconciliation: of the rollups.
        lock: nobody inserts while something is repaired.
        leases: which spools run, and are let alone.
    """

    def __init__(
        self,
        *,
        spool_path: Path,
        warehouse: Warehouse,
        archive: Archive,
        reconciliation: Reconciliation,
        lock: WarehouseLock,
        leases: Leases,
    ) -> None:
        self._spool_path = spool_path
        self._warehouse = warehouse
        self._archive = archive
        self._reconciliation = reconciliation
        self._lock = lock
        self._leases = leases
        self._relatives: dict[str, list[str]] = {}

    def load_what_is_lost(self) -> None:
        """Load again what the warehouse lost. Loading pauses at each step, and goes on between them.

        Raises:
            WarehouseUnavailable: it is away, or there is too little room on its disk.
        """
        done = Repaired()
        self._load_lost(done)
        _tell(done)

    def run(self, *, verify: bool = False, every_day: bool = False) -> Repaired:
        """Repair all of it, the rollups too; as `load_what_is_lost`.

        Args:
            verify: read every part of the warehouse, to find those that cannot be read.
            every_day: compare all of the rollups of all days, whether or not they can still change.

        Raises:
            WarehouseUnavailable: as `load_what_is_lost`.
        """
        done = Repaired()
        if verify:
            done.parts = self._set_parts_aside()
        self._load_lost(done)
        self._note_rebuilt(self._reconciliation.run(every_day=every_day), done)
        _tell(done)
        return done

    def _load_lost(self, done: Repaired) -> None:
        for lost_blocks, unknown in self._compared(self._open_blocks):
            for lost in lost_blocks:
                self._load_again(lost, done)
            self._delete_ghosts(unknown, done)

    def bring_back(self, spools: Collection[str]) -> None:
        """Load again what is archived of some spools: of the blocks that are open in one too, as it is an older copy.

        Raises:
            WarehouseUnavailable: as `run`.
        """
        done = Repaired()
        for lost_blocks, _ in self._compared(set):
            for lost in lost_blocks:
                if lost.frame.spool in spools and not self._load_again(lost, done):
                    # Else it would be taken for one that is nowhere, loaded under another id, and brought back later.
                    raise WarehouseUnavailable(done.problems[-1])

    def lost_blocks(self) -> list[LostBlock]:
        """Archived blocks of which the warehouse holds another number of events, the oldest first."""
        return [lost for lost_blocks, _ in self._compared(self._open_blocks) for lost in lost_blocks]

    def _compared(self, under_way: _UnderWay) -> Iterator[tuple[list[LostBlock], dict[str, list[int]]]]:
        """For each segment: what of it the warehouse has lost, and blocks of its range, by spool, that nobody knows.

        Blocks under way are left out. A segment at a time, so that months of small blocks need little memory.
        """
        compared_up_to: dict[str, int] = {}
        self._relatives = {}
        repeated = self._archive.repeated()
        for segment in self._archive.segments():
            counting = [
                (frame, place)
                for frame, place in self._archive.frames(segment)
                if repeated.get((frame.spool, frame.block), segment.stem) == segment.stem
            ]
            yield self._compare(counting, compared_up_to, under_way())

    def _compare(
        self,
        frames: Sequence[tuple[Frame, Place]],
        compared_up_to: dict[str, int],
        open_blocks: set[tuple[str, int]],
    ) -> tuple[list[LostBlock], dict[str, list[int]]]:
        archived = {
            (frame.spool, frame.block): (frame, place)
            for frame, place in frames
            if (frame.spool, frame.block) not in open_blocks
        }
        for spool, block in sorted(archived):  # those that were split too: an older warehouse may hold them
            compared_up_to.setdefault(spool, block - 1)
        archived = {name: (frame, place) for name, (frame, place) in archived.items() if frame.batches}
        lost: list[LostBlock] = []
        unknown: dict[str, list[int]] = {}
        for spool in sorted({spool for spool, _ in archived}):
            blocks = [block for name, block in archived if name == spool]
            first = min(compared_up_to[spool] + 1, *blocks)
            held = self._warehouse.held_blocks(spool, first, max(blocks))
            compared_up_to[spool] = max(blocks)
            for block in blocks:
                frame, place = archived[spool, block]
                if held.get(block, 0) != frame.events:
                    lost.append(LostBlock(frame, place, held.get(block, 0)))
            unknown[spool] = [
                block for block in held if (spool, block) not in archived and (spool, block) not in open_blocks
            ]
        return lost, unknown

    def judge_stops(self) -> None:
        """Learn the lengths of tracks, and judge again the stops that a new length judges otherwise."""
        with alone(self._lock, self._warehouse):
            days = self._warehouse.judge_stops()
        if days:
            _log.info("stops were judged again by the new lengths of their tracks", days=[str(day) for day in days])

    def _set_parts_aside(self) -> int:
        """Set aside what cannot be read, so that everything else can be; returns how many parts.

        Raises:
            WarehouseUnavailable: as `run`.
        """
        with alone(self._lock, self._warehouse):
            parts = self._warehouse.damaged_parts()
            if parts:
                self._warehouse.set_damaged_aside(parts)
                # What a lost part held of a day that could no longer change is missing there now.
                self._reconciliation.forget()
        return len(parts)

    def _load_again(self, lost: LostBlock, done: Repaired) -> bool:
        """Load a block from the archive; False when the warehouse did not take all of it, without saying why."""
        frame = lost.frame
        try:
            archived = self._archive.read(lost.place)
        except (ValueError, OSError) as error:
            text = f"block {frame.block} of spool {frame.spool}: {lost.found} of {frame.events} events are there"
            done.problems.append(f"{text}, and its copy in the archive cannot be read: {error}")
            return True
        batches = [_load_batch(one) for one in archived]
        received = frame.first_received, frame.last_received
        with alone(self._lock, self._warehouse):
            found = self._warehouse.count_block(frame.spool, frame.block, *received)
            if found == frame.events:
                return True
            if found:
                self._warehouse.delete_block(frame.spool, frame.block, *received)
            self._delete_elsewhere(frame.spool, batches, done)
            failpoint("repair.before_insert")
            # A name of its own: the tokens of earlier attempts would make the engine pass over it.
            attempt = f"again-{uuid.uuid4().hex}"
            self._warehouse.insert_block(frame.spool, frame.block, attempt, batches)
            failpoint("repair.after_insert")
            self._note_rebuilt(self._warehouse.repair_days(days_of(batches)), done)
            now_found = self._warehouse.count_block(frame.spool, frame.block, *received)
        if now_found != frame.events:
            done.problems.append(
                f"block {frame.block} of spool {frame.spool}: {now_found} of {frame.events} events after loading again"
            )
            return False
        done.blocks += 1
        done.events += frame.events - found
        return True

    def _delete_elsewhere(self, spool: str, batches: Sequence[LoadBatch], done: Repaired) -> None:
        """Delete what is held of these batches under another id of the spool's lineage."""
        if spool not in self._relatives:  # asked once a run: it reads all of the warehouse
            ids = self._warehouse.newest_blocks(spool[:LINEAGE_DIGITS])
            self._relatives[spool] = sorted(one for one in ids if one != spool)
        others = [one for one in self._relatives[spool] if not self._leases.runs_elsewhere(one)]
        if not others:
            return
        received_at = {one.batch: one.received_at for one in batches}
        held = self._warehouse.held_batches(others, min(received_at))
        for (other, batch), found in held.items():
            if received_at.get(batch) == found.received_at:
                days = self._warehouse.delete_batch(other, batch)
                self._note_rebuilt(self._warehouse.repair_days(days), done)

    def _delete_ghosts(self, unknown: Mapping[str, Sequence[int]], done: Repaired) -> None:
        for spool, blocks in unknown.items():
            if not blocks:
                continue
            with alone(self._lock, self._warehouse):
                for block in self._warehouse.doubled_blocks(spool, blocks):
                    days = self._warehouse.block_days(spool, block)
                    self._warehouse.delete_block(spool, block, *_ANY_TIME)
                    # At once: another node may have found these days right, with the ghost in them.
                    self._note_rebuilt(self._warehouse.repair_days(days), done)
                    done.ghosts += 1

    def _open_blocks(self) -> set[tuple[str, int]]:
        spool = Spool(self._spool_path, read_only=True)
        try:
            return {(spool.id, block.block) for block in spool.open_blocks()}
        finally:
            spool.close()

    def _note_rebuilt(self, differences: Iterable[Difference], done: Repaired) -> None:
        done.rollups += [f"{one.rollup} of {one.day}" for one in differences]


def _tell(done: Repaired) -> None:
    if done.blocks or done.rollups or done.parts or done.ghosts:
        _log.warning(
            "the warehouse was repaired",
            parts=done.parts,
            blocks=done.blocks,
            events=done.events,
            ghosts=done.ghosts,
            rollups=len(done.rollups),
        )
    for problem in done.problems:
        _log.error("the warehouse could not be repaired", problem=problem)


def _load_batch(one: ArchivedBatch) -> LoadBatch:
    return LoadBatch(
        batch=one.batch,
        project=one.project,
        key=one.key,
        universe=one.universe,
        place=one.place,
        received_at=one.received_at,
        count=one.events,
        events=one.content,
    )
