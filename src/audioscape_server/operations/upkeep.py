"""What an operator asks of an installation's spool; the same whether a server runs on it or not.

A running server has the spool to itself and answers these commands (see ``running_server``); on a stopped installation
the command line carries them out.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import apsw

from audioscape_server.errors import ConfigurationError, InvalidRequestError
from audioscape_server.loading.check import Check
from audioscape_server.loading.release import Change, Release
from audioscape_server.spool import Quarantined, Spool

T = TypeVar("T")


def checking(check: Check) -> Callable[..., dict[str, Any]]:
    """The command that proves that all adds up; with ``repair``, it mends first what does not."""

    def command(repair: str = "") -> dict[str, Any]:
        return asdict(check.run(repair=bool(repair)))

    return command


def releasing(release: Release, change: Change) -> Callable[..., dict[str, int]]:
    """The command that puts batches back in the queue: one, those whose reason contains a text, or all.

    It raises InvalidRequestError when nothing says which.
    """

    def command(batch: str = "", reason: str = "", every: str = "") -> dict[str, int]:
        if not (batch or reason or every):
            raise InvalidRequestError("Say which batches: a number, a part of the reason, or all.")

        def is_wanted(one: Quarantined) -> bool:
            return bool(every or (reason and reason in one.reason) or (batch and one.batch == int(batch)))

        return asdict(release.run(change, is_wanted))

    return command


def describe(spool: Spool) -> dict[str, Any]:
    """How a spool stands: its file, its ledger, what is in quarantine, what went wrong."""
    damage = spool.damage()
    return {
        "damage": damage,
        "ledger": [] if damage else [asdict(line) | {"balanced": line.balanced} for line in spool.ledger()],
        "quarantined": 0 if damage else sum(one.events for one in spool.quarantined()),
        "incidents": [] if damage else [asdict(incident) for incident in spool.incidents()],
    }


@contextmanager
def stopped_spool(path: Path) -> Generator[Change]:
    """The spool of an installation on which no server runs, to be changed.

    Raises:
        ConfigurationError: it cannot be opened, or a server has it.
    """
    try:
        spool = Spool(path, time.time())
    except (apsw.Error, OSError) as error:
        raise ConfigurationError(f"The spool's file {path} cannot be opened: {error}.") from None

    def change(what: Callable[[Spool], T]) -> T:
        with spool.transaction():
            return what(spool)

    with closing(spool):
        yield change


class Upkeep:
    """The commands. Every parameter is a text, as it comes from a query string.

    Args:
        spool_path: the spool's file, for reading.
        change: changes the spool.
    """

    def __init__(self, spool_path: Path, change: Change) -> None:
        self._spool_path = spool_path
        self._change = change

    @property
    def commands(self) -> Mapping[str, Callable[..., Any]]:
        """Every command, by its name."""
        return {
            "spool": self.spool,
            "quarantine": self.quarantine,
            "export": self.export,
            "drop": self.drop,
            "acknowledge": self.acknowledge,
        }

    def spool(self) -> dict[str, Any]:
        """How the spool stands: its file, its ledger, what is in quarantine, what went wrong."""
        with closing(Spool(self._spool_path, read_only=True)) as spool:
            return describe(spool)

    def quarantine(self) -> list[dict[str, Any]]:
        """Every batch that was set aside, oldest first."""
        with closing(Spool(self._spool_path, read_only=True)) as spool:
            return [asdict(one) for one in spool.quarantined()]

    def export(self, batch: str) -> dict[str, Any] | None:
        """What a batch in quarantine holds, its bytes as they lie on the disk (base64); None when there is no such."""
        with closing(Spool(self._spool_path, read_only=True)) as spool:
            stored = spool.quarantined_batch(int(batch))
        if stored is None:
            return None
        try:
            events: str | None = stored.content().decode()
        except ValueError:
            events = None
        return {
            "batch": stored.batch,
            "project": stored.project,
            "key": stored.key,
            "universe": stored.universe,
            "place": stored.place,
            "received_at": stored.received_at,
            "events": stored.events,
            "canonical_events": events,
            "payload": base64.b64encode(stored.payload).decode(),
        }

    def drop(self, batch: str) -> int | None:
        """Give up a batch in quarantine: its events count as erased. Returns how many; None when there is no such."""
        return self._change(lambda spool: spool.drop(int(batch)))

    def acknowledge(self) -> bool:
        """Somebody has read what went wrong."""
        self._change(Spool.forget_incidents)
        return True
