"""Is this spool the one that the warehouse, the archive and the control database know? Asked before anything is loaded.

A back-up put back, a snapshot of one worker, a disk that forgot: then this file is an *older copy*. Its numbers were
given a second time, to other batches, by the history that went on without it. Loaded under the same id, two histories
would pass for one, and one would be taken for the other's leftovers. So an older copy takes a new id, of the same
``lineage``. What is known under every id of the lineage counts, as the same copy may be put back twice:

* what waits in it and is in the warehouse already leaves it (it is known by its number and by the instant of its
  receipt, as the other history may have given the number to another batch; by the instant alone where the other
  history set it aside and released it, under another number);
* what waits and is not there is loaded under the new id;
* what lies in quarantine and was released and loaded by another history leaves it;
* claims of batches that are nowhere any more are given up, so that their retries are stored;
* the ledgers of the other ids are closed: what was loaded under them is all that they will ever have;
* what the other histories had accepted and not loaded is lost, and is said so.

A file is an older copy when more blocks are known of its id than it has; when another copy closed the ledger of its id;
when something that waits in it is held under another id; and when another process runs under its id.

The other one may run: this may be a snapshot of one worker, started beside it. Whoever runs holds the lock of its id
(``Leases``), and no file, time or database says it better: they are copied too. Under an id that runs nothing is
deleted, no claim is given up and no ledger closed. A batch that waits here may wait there as well: unless the other one
said that all it has is newer, it is set aside in quarantine here. So nothing is doubled, nothing is lost, and it can be
seen. Batches that this process accepted itself are nobody else's, and are loaded.

The warehouse may be older too. What the archive holds of the other histories is loaded again first, so that it counts
as being there.

The control database may be the older one: then it lacks claims, and a retry would be stored twice. The archive knows
the claims of the last days, and the spool those of its open blocks: they are put back.

Everything here may be cut short and is done again at the next start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import structlog

from audioscape_server.control import Claim, Claims, Leases, Ledgers, PublishedLedger, SpoolState, WarehouseLock
from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.failpoints import failpoint
from audioscape_server.loading.alone import alone
from audioscape_server.loading.lineage import Lineage, Lineages, held_by_instant, holders
from audioscape_server.loading.repair import Repair
from audioscape_server.spool import Archive, LedgerLine, Spool, SpoolWriter, StoredBatch
from audioscape_server.spool.archive import ArchivedBatch, Frame, Place
from audioscape_server.spool.batches import WaitingBatch
from audioscape_server.spool.store import LINEAGE_DIGITS
from audioscape_server.warehouse import HeldBatch, Warehouse

#: Why a batch is in quarantine that a running spool may hold too.
_REASON = "this spool is a copy of one that runs elsewhere, which may hold and load this batch: release it if not"

_log = structlog.get_logger()


class Recognition:
    """Recognises one spool.

    Args:
        writer: changes the spool.
        warehouse: what was loaded.
        archive: what was loaded in the last days.
        claims: who stored a batch first.
        ledgers: what is known of the spool's past.
        leases: which spools run.
        lineages: knows the copies of a spool.
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
        leases: Leases,
        lineages: Lineages,
        lock: WarehouseLock,
        repair: Repair,
        clock: Callable[[], float],
    ) -> None:
        self._writer = writer
        self._warehouse = warehouse
        self._archive = archive
        self._claims = claims
        self._ledgers = ledgers
        self._leases = leases
        self._lineages = lineages
        self._lock = lock
        self._repair = repair
        self._clock = clock
        self._was_recognised = False

    def recognise(self, spool: Spool) -> str:
        """Ask the others what they know of this spool, and give it a new id if they know more than it does.

        Returns:
            The id under which it may load; no other process works under it.

        Raises:
            WarehouseUnavailable, SQLAlchemyError: they do not answer.
            ServiceUnavailableError: the spool cannot be changed, or a process that may be gone seems to run on a copy.
        """
        own = spool.id
        self._leases.hold(own)
        published = self._ledgers.published()
        self._restore_claims(spool, published)
        self._remember_open_blocks(spool)
        lineage = self._lineages.of(spool, published)
        if self._is_older(spool, lineage, published.get(own)):
            # The warehouse may be the older one: what the archive holds counts as loaded, and must not be sent anew.
            self._repair.bring_back(lineage.gone)
            with alone(self._lock, self._warehouse):
                own = self._renew(spool, lineage, published)
            self.close_former_ledgers(spool)  # else once the warehouse is repaired, as then more of them may be there
        else:
            if not self._was_recognised:
                # Nothing that this process accepted has claimed yet: these are claims of batches that are nowhere.
                self._claims.release(own, self._writer.first_batch, ())
            self._tell_lost(spool, published.get(own))
        if not self._leases.hold(own):
            raise ServiceUnavailableError(f"another process took the spool {own}")
        self._was_recognised = True
        return own

    def _is_older(self, spool: Spool, lineage: Lineage, known: PublishedLedger | None) -> bool:
        return (
            spool.id in lineage.running
            or lineage.blocks[spool.id] > spool.last_block()
            or (known is not None and known.state.retired)
            or self._lineages.held_elsewhere(spool, lineage)
        )

    def is_surely_older(self, spool: Spool) -> bool:
        """Whether the control database alone tells that this file was an older copy when this process began.

        Raises:
            SQLAlchemyError: it does not answer.
        """
        known = self._ledgers.published().get(spool.id)
        if known is None:
            return False
        return known.state.retired or known.state.last_block > spool.last_block() or bool(self._beyond(spool, known))

    def _tell_lost(self, spool: Spool, known: PublishedLedger | None) -> None:
        """No block is unknown to this file; but it may have accepted more, in a state that is gone."""
        lost = self._beyond(spool, known) if known else {}
        if lost:
            now = self._clock()
            texts = _texts_of_lost(lost)
            self._writer.run(lambda stored: [stored.note(text, now) for text in texts])
            _log.error("the spool had accepted more than it holds", lost=lost)

    def _beyond(self, spool: Spool, known: PublishedLedger) -> dict[str, int]:
        """How many events of each project were accepted that this file never knew of."""
        since = spool.accepted_since(self._writer.first_batch)
        mine = {line.project: line.accepted - since.get(line.project, 0) for line in spool.ledger()}
        return {
            line.project: line.accepted - mine.get(line.project, 0)
            for line in known.lines
            if line.accepted > mine.get(line.project, 0)
        }

    def _renew(self, spool: Spool, lineage: Lineage, published: Mapping[str, PublishedLedger]) -> str:
        now, waiting = self._clock(), spool.all_waiting()
        first = min((one.batch for one in waiting), default=spool.last_batch() + 1)
        strangers = [one for one in lineage.gone if one != spool.id and one not in lineage.former]
        quarantined = spool.quarantined()
        numbers = [lineage.claimed[one] for one in strangers if one in lineage.claimed]
        lowest = min([first, *numbers, *(one.batch for one in quarantined)])
        held = self._warehouse.held_batches(lineage.ids, lowest)
        there, others = self._settle_waiting(waiting, lineage, held)
        released = held_by_instant(quarantined, others)
        aside = self._in_other_hands([one for one in waiting if one.batch not in there], lineage)
        failpoint("recognition.before_release")
        claims = {one.batch: _claim(one) for one in waiting if one.batch in there}
        kept = {(claim.key_digest, claim.body_digest) for claim in claims.values() if claim}
        for one in {spool.id, *strangers} - lineage.running:
            numbers = [batch for id_, batch in held if id_ == one]
            if one == spool.id:
                numbers += [batch.batch for batch in quarantined]  # not lost: a retry of it is a repeat
            self._claims.release(one, first if one == spool.id else 0, numbers, kept)
        # The control database may be as old as the copy: a retry of what the warehouse holds must find its claim.
        for holder in set(there.values()):
            theirs = [claim for batch, claim in claims.items() if claim and there[batch] == holder]
            self._claims.remember(holder, theirs)
        lost = self._lost_by(lineage.gone, spool, waiting, there, published)
        texts = [*_texts_of_renewal(spool.id, lineage, len(waiting), len(there), len(aside)), *_texts_of_lost(lost)]

        def renewed(stored: Spool) -> str:
            for text in texts:
                stored.note(text, now)
            for batch in released:
                stored.drop(batch)
            for batch in aside:
                stored.quarantine(batch, _REASON, now)
            return stored.renew(there, lineage.gone, now)

        failpoint("recognition.before_renew")
        new = self._writer.run(renewed)
        failpoint("recognition.after_renew")
        _log.error("an older copy of the spool was put back; it has a new id now", old=spool.id, new=new, lost=lost)
        return new

    def _settle_waiting(
        self, waiting: Sequence[WaitingBatch], lineage: Lineage, held: dict[tuple[str, int], HeldBatch]
    ) -> tuple[dict[int, str], dict[tuple[str, int], HeldBatch]]:
        """Under which id each waiting batch is held, of those that are; and what is held of other batches.

        A partial insert that another history had not settled is deleted, and leaves ``held``.
        """
        others = dict(held)
        there: dict[int, str] = {}
        for one in waiting:
            for id_, found in holders(one, lineage.ids, held):
                others.pop((id_, one.batch))
                if found.events >= one.events:
                    there.setdefault(one.batch, id_)
                elif id_ not in lineage.running:
                    self._warehouse.repair_days(self._warehouse.delete_batch(id_, one.batch))
                    del held[id_, one.batch]
        # Another history may have set it aside, released it under another number, and loaded it.
        for batch, place in held_by_instant([one for one in waiting if one.batch not in there], others).items():
            there[batch] = place[0]
            del others[place]
        return there, others

    def _in_other_hands(self, waiting: Sequence[WaitingBatch], lineage: Lineage) -> list[int]:
        """The batches, of these, that may wait in a spool that runs, too."""
        if not lineage.running:
            return []
        since = self._ledgers.waiting_since_in(lineage.running)
        return [one.batch for one in waiting if one.batch < self._writer.first_batch and one.received_at >= since]

    def _lost_by(
        self,
        ids: Iterable[str],
        spool: Spool,
        waiting: Sequence[WaitingBatch],
        there: Mapping[int, str],
        published: Mapping[str, PublishedLedger],
    ) -> dict[str, int]:
        """How many events of each project other histories had accepted that are in no place now, as far as is known."""
        since = spool.accepted_since(self._writer.first_batch)
        here = {line.project: line.spooled - since.get(line.project, 0) + line.quarantined for line in spool.ledger()}
        for one in waiting:
            if one.batch in there:
                here[one.project] -= one.events
        lost: Counter[str] = Counter()
        for id_ in ids:
            known = published.get(id_)
            held = self._warehouse.held_events(id_) if known else {}
            for line in known.lines if known else []:
                stored = held.get(line.project, 0) + here.get(line.project, 0)
                lost[line.project] += max(0, line.accepted - line.duplicates - line.erased - stored)
        return dict(+lost)

    def close_former_ledgers(self, spool: Spool) -> None:
        """What was loaded under an id that this spool had before is in the warehouse, and that is its whole ledger.

        It may grow, as the archive brings more of it back. It shrinks only once, when the id is retired, as what is
        missing then was told, or waits here and is loaded anew: else a later loss would not be seen. One that a process
        works under again is that process's.
        """
        published = self._ledgers.published()
        for former, retired_at in spool.former_ids().items():
            if self._leases.runs_elsewhere(former):
                continue
            known = published.get(former)
            is_closed = known is not None and known.state.retired and known.updated_at >= retired_at
            closed = {line.project: line.loaded for line in known.lines} if known and is_closed else {}
            held = self._warehouse.held_events(former)
            loaded = {project: max(held.get(project, 0), closed.get(project, 0)) for project in held.keys() | closed}
            if not is_closed or loaded != closed:
                projects = loaded.keys() | {line.project for line in (known.lines if known else [])}
                lines = [
                    LedgerLine(project, accepted=loaded.get(project, 0), loaded=loaded.get(project, 0))
                    for project in sorted(projects)
                ]
                last_block = max(
                    self._warehouse.newest_blocks(former).get(former, 0),
                    *(frame.block for frame, _ in self._archive.frames() if frame.spool == former),
                    known.state.last_block if known else 0,
                )
                self._ledgers.publish(former, lines, SpoolState(last_block=last_block, retired=True))

    def _restore_claims(self, spool: Spool, published: Mapping[str, PublishedLedger]) -> None:
        """Put back the claims of archived blocks that the control database does not know of.

        Of all the lineage: the file may be older than an id that it had, and then does not know of it.
        """
        mine = spool.id[:LINEAGE_DIGITS]
        restored = 0
        for segment in reversed(self._archive.segments()):
            frames = [(frame, place) for frame, place in self._archive.frames(segment) if frame.spool.startswith(mine)]
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


def _texts_of_renewal(spool: str, lineage: Lineage, waiting: int, there: int, aside: int) -> list[str]:
    begin = f"An older copy of the spool {spool} was put back"
    if spool in lineage.running:
        begin = f"This is a copy of the spool {spool}, which runs elsewhere"
    known = f"the warehouse knew {there} of the {waiting} batches that waited in it"
    texts = [f"{begin}: {known}. What is accepted from now on is counted under a new id."]
    if aside:
        running = ", ".join(sorted(lineage.running))
        texts.append(
            f"{aside} batches were set aside in quarantine, as the spool {running}, which runs elsewhere and is of the "
            "same origin, may hold and load them too."
        )
    return texts


def _texts_of_lost(lost: Mapping[str, int]) -> list[str]:
    return [
        f"{events} events of project {project} were accepted after this copy of the spool was made, and had not been "
        "loaded: they are lost."
        for project, events in sorted(lost.items())
    ]
