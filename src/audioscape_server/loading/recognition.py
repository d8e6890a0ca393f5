"""Is this spool the one that the warehouse, the archive and the control database know? Asked before anything is loaded.

A back-up put back, a snapshot of one worker, a disk that forgot: then this file is an *older copy*. Its numbers were
given a second time, to other batches, by the history that went on without it. Loaded under the same id, two histories
would pass for one, and one would be taken for the other's leftovers. So an older copy takes a new id:

* what waits in it and is in the warehouse already, under the old id, leaves it (it is known by its number and by the
  instant of its receipt, as the other history may have given the number to another batch);
* what waits and is not there is loaded under the new id;
* claims of batches that are nowhere any more are given up, so that their retries are stored;
* what the other history had accepted and not loaded is lost, and is said so.

The warehouse may be older too. What the archive holds of the other history is loaded again first, so that it counts as
being there.

The control database may be the older one: then it lacks claims, and a retry would be stored twice. The archive knows
the claims of the last days, and the spool those of its open blocks: they are put back.

Everything here may be cut short and is done again at the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from audioscape_server.control import Claim, Claims, Ledgers, PublishedLedger, SpoolState, WarehouseLock
from audioscape_server.failpoints import failpoint
from audioscape_server.loading.repair import Repair
from audioscape_server.spool import Archive, LedgerLine, Spool, SpoolWriter, StoredBatch
from audioscape_server.spool.archive import ArchivedBatch, Frame, Place
from audioscape_server.spool.store import WaitingBatch
from audioscape_server.warehouse import Warehouse

_log = structlog.get_logger()


class Recognition:
    """Recognises one spool.

    Args:
        writer: changes the spool.
        warehouse: what was loaded.
        archive: what was loaded in the last days.
        claims: who stored a batch first.
        ledgers: what is known of the spool's past.
        lock: keeps other workers' inserts apart.
        repair: brings back what is archived.
        clock: Unix seconds.
    """

    def __init__(
        self,
        *,
        writer: SpoolWriter,
        warehouse: Warehouse,
        archive: Archive,
        claims: Claims,
        ledgers: Ledgers,
        lock: WarehouseLock,
        repair: Repair,
        clock: Callable[[], float],
    ) -> None:
        self._writer = writer
        self._warehouse = warehouse
        self._archive = archive
        self._claims = claims
        self._ledgers = ledgers
        self._lock = lock
        self._repair = repair
        self._clock = clock

    def recognise(self, spool: Spool) -> None:
        """Ask the others what they know of this spool, and give it a new id if they know more than it does."""
        published = self._ledgers.published()
        self._restore_claims(spool, published)
        self._remember_open_blocks(spool)
        known = published.get(spool.id)
        if self._known_blocks(spool.id, known) > spool.last_block():
            # The warehouse may be the older one: what the archive holds counts as loaded, and must not be sent anew.
            self._repair.bring_back(spool.id)
            with self._lock.exclusive():
                self._renew(spool, known)
        else:
            # Nothing that this process accepted has claimed yet: these are claims of batches that are nowhere.
            self._claims.release(spool.id, self._writer.first_batch, ())
            self._tell_lost(spool, known)
        self.close_former_ledgers(spool)

    def _known_blocks(self, spool_id: str, known: PublishedLedger | None) -> int:
        return max(
            self._newest_archived(spool_id),
            known.state.last_block if known else 0,
            self._warehouse.newest_block(spool_id),
        )

    def _newest_archived(self, spool_id: str) -> int:
        for segment in reversed(self._archive.segments()):
            blocks = [frame.block for frame, _ in self._archive.frames(segment) if frame.spool == spool_id]
            if blocks:
                return max(blocks)
        return 0

    def _tell_lost(self, spool: Spool, known: PublishedLedger | None) -> None:
        """No block is unknown to this file; but it may have accepted more, in a state that is gone."""
        since = spool.accepted_since(self._writer.first_batch)
        mine = {line.project: line.accepted - since.get(line.project, 0) for line in spool.ledger()}
        lost = {
            line.project: line.accepted - mine.get(line.project, 0)
            for line in (known.lines if known else [])
            if line.accepted > mine.get(line.project, 0)
        }
        if lost:
            now = self._clock()
            texts = _texts_of_lost(lost)
            self._writer.run(lambda stored: [stored.note(text, now) for text in texts])
            _log.error("the spool had accepted more than it holds", lost=lost)

    def _renew(self, spool: Spool, known: PublishedLedger | None) -> None:
        old, now = spool.id, self._clock()
        waiting = spool.all_waiting()
        first = min((one.batch for one in waiting), default=spool.last_batch() + 1)
        held = self._warehouse.held_batches(old, first)
        there: list[WaitingBatch] = []
        for one in waiting:
            found = held.get(one.batch)
            if found is None or found.received_at != one.received_at:
                continue  # the number was given to another batch too
            if found.events < one.events:  # a partial insert that the other history had not settled yet
                self._warehouse.repair_days(self._warehouse.delete_batch(old, one.batch))
                del held[one.batch]
            else:
                there.append(one)
        failpoint("recognition.before_release")
        self._claims.release(old, first, held.keys())
        # The control database may be as old as the copy: a retry of what the warehouse holds must find its claim.
        self._claims.remember(
            old,
            [claim for claim in map(_claim, there) if claim],
        )
        since = spool.accepted_since(self._writer.first_batch)
        lost = _lost(spool, since, sum(one.events for one in there), known, self._warehouse.held_events(old))
        put_back = (
            f"An older copy of the spool {old} was put back: the warehouse knew {len(there)} of the {len(waiting)} "
            "batches that waited in it. What is accepted from now on is counted under a new id."
        )
        texts = [put_back, *_texts_of_lost(lost)]

        def renewed(stored: Spool) -> str:
            for text in texts:
                stored.note(text, now)
            return stored.renew([one.batch for one in there], now)

        failpoint("recognition.before_renew")
        new = self._writer.run(renewed)
        failpoint("recognition.after_renew")
        _log.error("an older copy of the spool was put back; it has a new id now", old=old, new=new, lost=lost)

    def close_former_ledgers(self, spool: Spool) -> None:
        """What was loaded under an id that this spool had before is in the warehouse, and that is its whole ledger.

        It may grow, as the archive brings more of it back; it never shrinks, or a later loss would not be seen.
        """
        published = self._ledgers.published()
        for former in spool.former_ids():
            known = published.get(former)
            closed = {line.project: line.loaded for line in known.lines} if known and known.state.retired else {}
            held = self._warehouse.held_events(former)
            loaded = {project: max(held.get(project, 0), closed.get(project, 0)) for project in held.keys() | closed}
            if known is None or not known.state.retired or loaded != closed:
                projects = loaded.keys() | {line.project for line in (known.lines if known else [])}
                lines = [
                    LedgerLine(project, accepted=loaded.get(project, 0), loaded=loaded.get(project, 0))
                    for project in sorted(projects)
                ]
                last_block = self._known_blocks(former, known)
                self._ledgers.publish(former, lines, SpoolState(last_block=last_block, retired=True))

    def _restore_claims(self, spool: Spool, published: Mapping[str, PublishedLedger]) -> None:
        """Put back the claims of archived blocks that the control database does not know of."""
        mine = {spool.id, *spool.former_ids()}
        restored = 0
        for segment in reversed(self._archive.segments()):
            frames = [(frame, place) for frame, place in self._archive.frames(segment) if frame.spool in mine]
            unknown = [(frame, place) for frame, place in frames if not _is_counted(frame, published)]
            for frame, place in unknown:
                restored += self._remember(frame.spool, place) if frame.claims else 0
            if frames and not unknown:
                break  # blocks are archived in their order: what is older was counted before
        if restored:
            _log.info("claims were put back from the archive", claims=restored)

    def _remember_open_blocks(self, spool: Spool) -> None:
        """As for archived blocks: their batches have claimed, and do not claim again when the block is settled."""
        for block in spool.open_blocks():
            batches = spool.batches_of(block)
            self._claims.remember(spool.id, [claim for claim in map(_claim, batches) if claim])

    def _remember(self, spool_id: str, place: Place) -> int:
        try:
            batches = self._archive.read(place)
        except (ValueError, OSError) as error:
            _log.error("claims cannot be read from the archive", spool=spool_id, error=str(error))
            return 0
        claims = [claim for claim in map(_claim, batches) if claim]
        self._claims.remember(spool_id, claims)
        return len(claims)


def _claim(one: WaitingBatch | StoredBatch | ArchivedBatch) -> Claim | None:
    return Claim(one.key_digest, one.body_digest, one.batch) if one.key_digest and one.body_digest else None


def _is_counted(frame: Frame, published: Mapping[str, PublishedLedger]) -> bool:
    """Whether the control database knows that this block was finished."""
    known = published.get(frame.spool)
    return known is not None and frame.block <= known.state.last_block and frame.block not in known.state.open_blocks


def _lost(
    spool: Spool,
    since: Mapping[str, int],
    in_both: int,
    known: PublishedLedger | None,
    held: Mapping[str, int],
) -> dict[str, int]:
    """How many events of each project the other history had accepted that are in no place now, as far as is known.

    ``in_both`` events wait in this file and are held by the warehouse.
    """
    if known is None:
        return {}
    here = {line.project: line.spooled - since.get(line.project, 0) + line.quarantined for line in spool.ledger()}
    lost: dict[str, int] = {}
    for line in known.lines:
        missing = line.accepted - line.duplicates - line.erased - held.get(line.project, 0) - here.get(line.project, 0)
        if len(known.lines) == 1:  # else nobody knows whose the batches were that are in both places
            missing += in_both
        if missing > 0:
            lost[line.project] = missing
    return lost


def _texts_of_lost(lost: Mapping[str, int]) -> list[str]:
    return [
        f"{events} events of project {project} were accepted after this copy of the spool was made, and had not been "
        "loaded: they are lost."
        for project, events in sorted(lost.items())
    ]
