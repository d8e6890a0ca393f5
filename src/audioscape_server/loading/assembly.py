"""Puts the parts of the loading room together, for the server and for commands on a stopped installation."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from audioscape_server.control import Claims, ControlDatabase, Jobs, Leases, Ledgers, ReconciledDays, WarehouseLock
from audioscape_server.loading.blocks import Blocks
from audioscape_server.loading.check import Check
from audioscape_server.loading.cutter import Cutter
from audioscape_server.loading.lineage import Lineages
from audioscape_server.loading.loader import Loader
from audioscape_server.loading.publish import Publisher
from audioscape_server.loading.recognition import Recognition
from audioscape_server.loading.reconciliation import NAME as RECONCILIATION, Reconciliation
from audioscape_server.loading.release import Release
from audioscape_server.loading.repair import Repair
from audioscape_server.settings import Settings
from audioscape_server.spool import Archive, SpoolWriter
from audioscape_server.telemetry import Metrics
from audioscape_server.warehouse import Warehouse

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Proof:
    """What it takes to prove that all adds up, and to mend what does not."""

    archive: Archive
    ledgers: Ledgers
    lock: WarehouseLock
    leases: Leases
    lineages: Lineages
    reconciliation: Reconciliation
    repair: Repair
    check: Check
    release: Release


def proof(
    settings: Settings,
    warehouse: Warehouse,
    control: ControlDatabase,
    clock: Callable[[], float],
    at_least: Callable[[float], float] = lambda _: 0.0,
) -> Proof:
    """Build what needs no writer.

    Args:
        settings: where things lie, and for how long they are kept.
        warehouse: what was loaded.
        control: ledgers, and the lock that all workers share.
        clock: Unix seconds.
        at_least: the least that the clock read in the last so many seconds; without it nothing is too old.
    """
    archive = Archive(
        settings.folder.archive,
        keep_s=settings.archive_days * _DAY_S,
        max_bytes=settings.archive_max_bytes,
        clock=clock,
        at_least=at_least,
    )
    ledgers, lock, leases = Ledgers(control, clock), WarehouseLock(control), Leases(control)
    reconciliation = Reconciliation(warehouse, ReconciledDays(control), lock, clock)
    repair = Repair(
        spool_path=settings.folder.spool,
        warehouse=warehouse,
        archive=archive,
        reconciliation=reconciliation,
        lock=lock,
        leases=leases,
    )
    check = Check(
        spool_path=settings.folder.spool,
        warehouse=warehouse,
        archive=archive,
        ledgers=ledgers,
        lock=lock,
        repair=repair,
    )
    claims = Claims(control, clock)
    lineages = Lineages(
        warehouse=warehouse,
        archive=archive,
        claims=claims,
        leases=leases,
        monotonic=time.monotonic,
    )
    release = Release(
        spool_path=settings.folder.spool,
        warehouse=warehouse,
        archive=archive,
        repair=repair,
        ledgers=ledgers,
        lineages=lineages,
    )
    return Proof(archive, ledgers, lock, leases, lineages, reconciliation, repair, check, release)


def loader(
    settings: Settings,
    parts: Proof,
    *,
    writer: SpoolWriter,
    warehouse: Warehouse,
    claims: Claims,
    metrics: Metrics,
    clock: Callable[[], float],
    jobs: Jobs,
) -> Loader:
    """Build the loader of the spool that this writer writes."""
    publisher = Publisher(parts.ledgers, clock)
    return Loader(
        spool_path=settings.folder.spool,
        writer=writer,
        warehouse=warehouse,
        cutter=Cutter(writer=writer, claims=claims, ledgers=parts.ledgers, metrics=metrics),
        publisher=publisher,
        leases=parts.leases,
        blocks=Blocks(
            writer=writer,
            warehouse=warehouse,
            archive=parts.archive,
            claims=claims,
            lock=parts.lock,
            metrics=metrics,
            publisher=publisher,
            clock=clock,
        ),
        recognition=Recognition(
            writer=writer,
            warehouse=warehouse,
            archive=parts.archive,
            claims=claims,
            ledgers=parts.ledgers,
            leases=parts.leases,
            lineages=parts.lineages,
            lock=parts.lock,
            repair=parts.repair,
            clock=clock,
        ),
        repair=parts.repair,
        rollups_may_differ=lambda: jobs.hasten(RECONCILIATION),
        check=parts.check,
        metrics=metrics,
        block_events=settings.block_events,
        interval_s=settings.load_interval,
        clock=clock,
    )
