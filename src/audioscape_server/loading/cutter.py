"""Cuts waiting batches into a block, and settles their claims.

What becomes of a batch that was in no block yet
    It has no claim, or is the first to claim: it is in the block, and will be sent.
    Another batch was ahead of it, and is loaded: it is in the block as a repeat, which is counted and not sent.
    Another batch was ahead of it, and is not loaded yet: it is postponed. The first lies on the disk of another node,
    and an older copy of that may be put back: the events were acknowledged here too, and must not depend on it. It is
    asked for again with every block, and is loaded when the first has given its claim up (``recognition``).

Whether the first is loaded is read from what its spool publishes: the number below which every batch has left it. That
is read before the claims: a spool that is renewed gives its claims up and then closes its ledger, and a closed ledger
beside claims from before would pass a batch for loaded that is nowhere.
Within one spool a repeat need not wait: who loses the first has lost the repeat too, which is younger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from audioscape_server.control import Claim, Claims, Ledgers, Owner, SpoolState
from audioscape_server.failpoints import failpoint
from audioscape_server.spool import Block, Spool, SpoolWriter
from audioscape_server.spool.batches import WaitingBatch
from audioscape_server.telemetry import Metrics

_log = structlog.get_logger()


class Cutter:
    """Cuts blocks of one spool. Belongs to the loader's thread.

    Args:
        writer: changes the spool.
        claims: who stored a batch first.
        ledgers: how far other spools are loaded.
        metrics: what is counted.
    """

    def __init__(self, *, writer: SpoolWriter, claims: Claims, ledgers: Ledgers, metrics: Metrics) -> None:
        self._writer = writer
        self._claims = claims
        self._ledgers = ledgers
        self._metrics = metrics
        self._told_of: set[str] = set()
        """Spools of which it was told that repeats wait for them."""

    def cut(self, spool: Spool, batches: Sequence[WaitingBatch]) -> Block | None:
        """Write a block of these batches down, all that wait up to some number; None when each of them is postponed.

        Raises:
            SQLAlchemyError: the control database does not answer.
            ServiceUnavailableError: the spool cannot be written.
        """
        # Batches without a key ask nobody: they are loaded while the control database is away.
        states = self._ledgers.states() if any(one.key_digest for one in batches) else {}
        repeats = self._settle_claims(spool.id, batches)
        postponed = self._not_loaded(spool, repeats, states)
        failpoint("loader.after_claims")
        first, last = batches[0].batch, batches[-1].batch
        known = repeats.keys() - postponed

        def written(stored: Spool) -> Block | None:
            stored.postpone(sorted(postponed))
            return stored.write_down(first, last, known) if len(postponed) < len(batches) else None

        block = self._writer.run(written)
        self._metrics.duplicates.inc(sum(batch.events for batch in batches if batch.batch in known))
        failpoint("loader.after_write_down")
        return block

    def _settle_claims(self, spool_id: str, batches: Sequence[WaitingBatch]) -> Mapping[int, Owner]:
        wanted = [
            Claim(one.key_digest, one.body_digest, one.batch) for one in batches if one.key_digest and one.body_digest
        ]
        if not wanted:
            return {}
        outcome = self._claims.settle(spool_id, wanted)
        self._metrics.misused_keys.inc(outcome.misused)
        return outcome.repeats

    def _not_loaded(self, spool: Spool, repeats: Mapping[int, Owner], states: Mapping[str, SpoolState]) -> set[int]:
        """The batches, of these, whose first lies in another spool and may be lost with it."""
        mine = {spool.id, *spool.former_ids()}
        elsewhere = {batch: first for batch, first in repeats.items() if first.spool not in mine}
        waiting = {
            batch: first.spool
            for batch, first in elsewhere.items()
            if (state := states.get(first.spool)) is None or not state.has_loaded(first.batch)
        }
        for one in sorted(set(waiting.values()) - self._told_of):
            _log.warning("repeats wait until another spool has loaded what it took first", spool=one)
        self._told_of = set(waiting.values())
        return set(waiting)
