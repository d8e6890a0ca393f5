"""Claims: which batch was stored first.

A batch with an ``Idempotency-Key`` is claimed when it is put into a block, not when it is accepted: the intake
asks no database. The first claimant wins; the same batch claims again (after a crash) and wins again; any other batch
with the same key and the same body is a repeat, whichever node took it. The same key with another body is another
batch: it is stored, and counted as misuse.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.schema import claims

#: Seconds a claim is kept: a day longer than an event may be late, so a retry is refused before its claim is forgotten.
KEEP_S = 8 * 86_400
#: Claims in one statement; SQLite allows 32,766 parameters, a claim takes five.
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Claim:
    """A batch's claim to be the first of its kind."""

    key_digest: bytes
    body_digest: bytes
    batch: int


class Owner(NamedTuple):
    """The batch that was the first to claim."""

    spool: str
    batch: int


class Outcome(NamedTuple):
    """What came of a number of claims."""

    repeats: dict[int, Owner]
    """Batches that another one was ahead of, and which."""
    misused: int
    """Batches whose key was claimed with another body."""


class Claims:
    """The claims of every spool.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def settle(self, spool: str, wanted: Sequence[Claim]) -> Outcome:
        """Claim for every batch, in their order, and say which batches lost."""
        outcome = Outcome({}, 0)
        for start in range(0, len(wanted), CHUNK):
            repeats, misused = self._settle_chunk(spool, wanted[start : start + CHUNK])
            outcome = Outcome(outcome.repeats | repeats, outcome.misused + misused)
        return outcome

    def remember(self, spool: str, known: Sequence[Claim]) -> None:
        """Store claims that were settled before, where they are missing: an older control database was put back."""
        for start in range(0, len(known), CHUNK):
            with self._engine.begin() as connection:
                self._insert(connection, spool, known[start : start + CHUNK])

    def release(
        self, spool: str, first_batch: int, held: Collection[int], kept: Collection[tuple[bytes, bytes]] = ()
    ) -> int:
        """Give up the claims of batches that are nowhere any more; returns how many.

        An older copy of a spool was put back: what it took in since then, and had not loaded, is lost. A retry of such
        a batch must be stored, and so must a batch that still waits and will claim again under the spool's new id.

        Args:
            spool: the id under which they were claimed.
            first_batch: the lowest number in question.
            held: the numbers, of those, that the warehouse holds under this id.
            kept: digests of the key and the body of batches that it holds under another one.
        """
        mine = (claims.c.spool == spool) & (claims.c.batch >= first_batch)
        with self._engine.begin() as connection:
            found = connection.execute(select(claims.c.batch, claims.c.key_digest, claims.c.body_digest).where(mine))
            numbers = {row.batch for row in found if (bytes(row.key_digest), bytes(row.body_digest)) not in kept}
            released = sorted(numbers - set(held))
            for start in range(0, len(released), CHUNK):
                lost = released[start : start + CHUNK]
                connection.execute(delete(claims).where(claims.c.spool == spool).where(claims.c.batch.in_(lost)))
        return len(released)

    def give_up(self, spool: str, batches: Collection[int]) -> None:
        """Give up the claims of these batches: a repeat that was taken elsewhere, or comes later, is stored instead."""
        with self._engine.begin() as connection:
            connection.execute(delete(claims).where(claims.c.spool == spool).where(claims.c.batch.in_(batches)))

    def lowest(self, prefix: str) -> dict[str, int]:
        """The lowest number of a claimed batch, by spool, of every spool whose id begins with this."""
        found = select(claims.c.spool, func.min(claims.c.batch).label("batch"))
        found = found.where(claims.c.spool.startswith(prefix, autoescape=True)).group_by(claims.c.spool)
        with self._engine.connect() as connection:
            return {row.spool: row.batch for row in connection.execute(found)}

    def forget_old(self, waiting_since: float) -> int:
        """Remove claims that no retry can meet any more; returns how many.

        Args:
            waiting_since: Unix seconds since when a batch may wait in any spool of the fleet, or now: a retry that came
                in time may wait there, through a long outage of the warehouse or of its node, and has not claimed yet.
        """
        before = min(self._clock(), waiting_since) - KEEP_S
        with self._engine.begin() as connection:
            return connection.execute(delete(claims).where(claims.c.claimed_at < before)).rowcount

    def _settle_chunk(self, spool: str, wanted: Sequence[Claim]) -> Outcome:
        with self._engine.begin() as connection:
            self._insert(connection, spool, wanted)
            standing = connection.execute(
                select(claims).where(claims.c.key_digest.in_({claim.key_digest for claim in wanted})),
            )
            owner: dict[tuple[bytes, bytes], Owner] = {}
            bodies: dict[bytes, int] = {}
            for row in standing:
                owner[bytes(row.key_digest), bytes(row.body_digest)] = Owner(row.spool, row.batch)
                bodies[bytes(row.key_digest)] = bodies.get(bytes(row.key_digest), 0) + 1
        owners = {claim.batch: owner[claim.key_digest, claim.body_digest] for claim in wanted}
        repeats = {batch: first for batch, first in owners.items() if first != Owner(spool, batch)}
        misused = sum(1 for claim in wanted if claim.batch not in repeats and bodies[claim.key_digest] > 1)
        return Outcome(repeats, misused)

    def _insert(self, connection: Connection, spool: str, wanted: Sequence[Claim]) -> None:
        # A clock that went back, or is behind those of other workers, must not make new claims look old: they would be
        # forgotten before their retries end. Nor must one that was years ahead keep all claims for years.
        now = self._clock()
        newest = connection.scalar(select(func.max(claims.c.claimed_at))) or 0.0
        claimed_at = max(now, min(newest, now + KEEP_S))
        connection.execute(
            upsert(connection, claims).on_conflict_do_nothing(),
            [
                {
                    "key_digest": claim.key_digest,
                    "body_digest": claim.body_digest,
                    "spool": spool,
                    "batch": claim.batch,
                    "claimed_at": claimed_at,
                }
                # In one order on every node: two that insert the same claims crosswise would deadlock.
                for claim in sorted(wanted, key=lambda claim: (claim.key_digest, claim.body_digest))
            ],
        )
