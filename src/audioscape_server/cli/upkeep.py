"""``audioscape check``, ``migrate``, ``quarantine`` and ``doctor``: is all well, and what to do when it is not."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from cyclopts import App
from rich.text import Text

from audioscape_server.cli.console import answers, errors, table
from audioscape_server.cli.options import Where, opened_control, opened_installation
from audioscape_server.control import Ledgers, WarehouseLock
from audioscape_server.errors import NotFoundError
from audioscape_server.loading.check import check as compare
from audioscape_server.operations import running_server
from audioscape_server.operations.doctor import Severity, diagnose
from audioscape_server.settings import Settings
from audioscape_server.spool import Spool
from audioscape_server.warehouse import Warehouse

quarantine = App(name="quarantine", help="Events that the warehouse refused: list them, put them back in the queue.")

_MARKS = {
    Severity.OK: Text("  ok", "green"),
    Severity.WARNING: Text("look", "yellow"),
    Severity.PROBLEM: Text(" bad", "bold red"),
}


def check(*, where: Where | None = None) -> None:
    """Prove that every accepted event is in one place and one only."""
    where = where or Where()
    with errors.status("Counting every event…"):
        report = running_server.ask(where.settings.folder, "check") or _check_offline(where)
    rows = table("project", "accepted", "= loaded", "+ spooled", "+ quarantined", "+ duplicates", "+ erased")
    for line in report["lines"]:
        rows.add_row(
            line["project"],
            *(f"{line[name]:,}" for name in ("accepted", "loaded", "spooled", "quarantined", "duplicates", "erased")),
        )
    answers.print(rows)
    for problem in report["problems"]:
        answers.print(Text("does not add up:", "bold red"), problem, soft_wrap=True)
    if report["problems"]:
        sys.exit(1)
    answers.print(f"All adds up: {report['events']:,} events in the warehouse, each counted once in every rollup.")


def migrate(*, where: Where | None = None) -> None:
    """Bring the databases up to date."""
    where = where or Where()
    if running_server.running_server(where.settings.folder) is not None:
        answers.print("A server runs on this folder; it was brought up to date when it started.")
        return
    with opened_control(where), Warehouse(where.settings.warehouse_url) as warehouse:
        applied = warehouse.migrate()
    answers.print(f"Migrated: {', '.join(applied)}." if applied else "Everything is up to date.")


def adopt(*, where: Where | None = None) -> None:
    """Tie the folder to the control database and the secret that it has now."""
    where = where or Where()
    folder = where.settings.folder
    folder.make()
    with running_server.sole_server(folder), opened_installation(where) as installation:
        adopted = installation.adopt()
    answers.print(f"{folder.path} belongs to this control database and this secret now.")
    if adopted.other_database:
        answers.print(
            "Keys of the lost control database do not work any more: `audioscape keys create` makes new ones."
        )
        answers.print("A batch that was sent before and is sent again may be counted twice.")
    if adopted.other_secret:
        answers.print(
            "Keys made under the lost secret do not work any more: `audioscape keys rotate` gives each a new one."
        )


@quarantine.command(name="list")
def list_quarantine(*, where: Where | None = None) -> None:
    """List what was set aside, with the reason."""
    spool = _spool(where or Where())
    try:
        found = spool.quarantined()
    finally:
        spool.close()
    if not found:
        answers.print("Nothing is in quarantine.")
        return
    rows = table("batch", "project", "events", "received", "set aside", "reason")
    for one in found:
        received, aside = _date(one.received_at), _date(one.quarantined_at)
        rows.add_row(str(one.batch), one.project, str(one.events), received, aside, one.reason)
    answers.print(rows)


@quarantine.command
def release(batch: int, /, *, where: Where | None = None) -> None:
    """Put a batch back in the queue, once the reason is gone; it is loaded like a new one.

    Parameters
    ----------
    batch
        The batch's number, as `audioscape quarantine list` shows it.
    """
    where = where or Where()
    _spool(where).close()
    released = running_server.ask(where.settings.folder, "release", batch=str(batch))
    if released is None:
        with running_server.sole_server(where.settings.folder):
            released = _release_offline(where, batch)
    if not released:
        raise NotFoundError(f"No batch {batch} is in quarantine; `audioscape quarantine list` shows what is.")
    answers.print(f"Batch {batch} is back in the queue.")


def doctor(*, settings: Settings | None = None) -> None:
    """Say in plain words what is wrong with an installation."""
    findings = diagnose(settings or Settings())
    for finding in findings:
        answers.print(_MARKS[finding.severity], "", finding.text, soft_wrap=True)
        if finding.advice:
            answers.print(f"      → {finding.advice}", soft_wrap=True)
    if any(finding.severity is Severity.PROBLEM for finding in findings):
        sys.exit(1)


def _check_offline(where: Where) -> Mapping[str, Any]:
    settings = where.settings
    _spool(where).close()
    with opened_control(where) as control, Warehouse(settings.warehouse_url) as warehouse:
        warehouse.migrate()
        ledgers, lock = Ledgers(control, time.time), WarehouseLock(control)
        return asdict(compare(settings.folder.spool, warehouse, ledgers, lock))


def _release_offline(where: Where, batch: int) -> bool:
    spool = Spool(where.settings.folder.spool)
    try:
        with spool.transaction():
            return spool.release(batch)
    finally:
        spool.close()


def _spool(where: Where) -> Spool:
    path = where.settings.folder.spool
    if not path.exists():
        raise NotFoundError(f"There is no spool in {path.parent.parent}: give the --data folder of an installation.")
    return Spool(path, read_only=True)


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")
