"""Tells the other workers how this spool stands, by way of the control database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from audioscape_server.control import Ledgers, SpoolState
from audioscape_server.spool import LedgerLine, Spool

#: Seconds after which a ledger is published again although nothing changed: others must know that nothing waits here.
PUBLISH_EVERY_S = 60.0


class Publisher:
    """Publishes the ledger of one spool. Belongs to the loader's thread.

    Args:
        ledgers: where it is published.
        clock: Unix seconds.
    """

    def __init__(self, ledgers: Ledgers, clock: Callable[[], float]) -> None:
        self._ledgers = ledgers
        self._clock = clock
        self._published: tuple[Sequence[LedgerLine], SpoolState] | None = None
        self._published_at = 0.0

    def publish_file(self, path: Path) -> None:
        """As `publish`, for who has not opened the spool.

        Raises:
            apsw.Error: it cannot be opened.
        """
        with closing(Spool(path, read_only=True)) as spool:
            self.publish(spool)

    def hear_file(self, path: Path) -> None:
        """Tell only since when the spool waits: it is not recognised yet, and may be an older copy.

        Raises:
            apsw.Error: it cannot be opened.
            SQLAlchemyError: the control database does not answer.
        """
        with closing(Spool(path, read_only=True)) as spool:
            self._ledgers.hear(spool.id, spool.oldest_received_at())

    def publish(self, spool: Spool) -> None:
        """Publish, if something has changed or nothing was published for long.

        Raises:
            SQLAlchemyError: the control database does not answer.
        """
        with spool.snapshot():
            lines = spool.ledger()
            open_blocks = tuple(block.block for block in spool.open_blocks())
            state = SpoolState(
                spool.last_block(), open_blocks, spool.oldest_received_at(), first_waiting=spool.first_waiting()
            )
        now = self._clock()
        if (lines, state) != self._published or abs(now - self._published_at) >= PUBLISH_EVERY_S:
            self._ledgers.publish(spool.id, lines, state)
            self._published, self._published_at = (lines, state), now
