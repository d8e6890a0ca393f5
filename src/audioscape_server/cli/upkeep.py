"""``audioscape check``, ``migrate``, ``quarantine`` and ``doctor``: is all well, and what to do when it is not."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from cyclopts import App, Parameter, validators
from rich.text import Text

from audioscape_server.cli.console import AsJson, answers, errors, print_json, table
from audioscape_server.cli.options import Where, opened_control, opened_installation, require_installation
from audioscape_server.errors import InvalidRequestError, NotFoundError
from audioscape_server.loading import assembly
from audioscape_server.operations import running_server
from audioscape_server.operations.doctor import Severity, diagnose
from audioscape_server.operations.upkeep import Upkeep, checking, releasing, stopped_spool
from audioscape_server.settings import Settings
from audioscape_server.warehouse import Warehouse

quarantine = App(name="quarantine", help="Events that the warehouse refused: list them, put them back in the queue.")

#: A batch's number, as SQLite can hold it.
BatchNumber = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=2**63 - 1))]

_MARKS = {
    Severity.OK: Text("  ok", "green"),
    Severity.WARNING: Text("look", "yellow"),
    Severity.PROBLEM: Text(" bad", "bold red"),
}


def check(
    *, repair: Annotated[bool, Parameter(negative=())] = False, as_json: AsJson = False, where: Where | None = None
) -> None:
    """Prove that every accepted event is in one place and one only.

    Parameters
    ----------
    repair
        First load again from the archive what the warehouse lost, and rebuild the rollups that differ.
    """
    where = where or Where()
    with errors.status("Repairing, then counting every event…" if repair else "Counting every event…"):
        report = _asked(where, "check", repair="yes" if repair else "")
    if as_json:
        print_json(report)
    else:
        _show(report)
    if report["problems"]:
        sys.exit(1)


def _show(report: dict[str, Any]) -> None:
    for text in report["repaired"]:
        answers.print(Text("repaired:", "yellow"), text, soft_wrap=True)
    rows = table("project", "accepted", "= loaded", "+ spooled", "+ quarantined", "+ duplicates", "+ erased")
    for line in report["lines"]:
        rows.add_row(
            line["project"],
            *(f"{line[name]:,}" for name in ("accepted", "loaded", "spooled", "quarantined", "duplicates", "erased")),
        )
    answers.print(rows)
    for incident in report["incidents"]:
        answers.print(Text("happened:", "bold yellow"), incident, soft_wrap=True)
    if report["incidents"]:
        answers.print("Once you have read that: audioscape acknowledge", soft_wrap=True)
    for problem in report["problems"]:
        answers.print(Text("does not add up:", "bold red"), problem, soft_wrap=True)
    if not report["problems"]:
        answers.print(f"All adds up: {report['events']:,} events in the warehouse, each counted once in every rollup.")


def acknowledge(*, where: Where | None = None) -> None:
    """Say that you have read what happened, as `audioscape check` shows it; it is not shown again."""
    _asked(where or Where(), "acknowledge")
    answers.print("What happened will not be shown again.")


def migrate(*, where: Where | None = None) -> None:
    """Bring the databases up to date."""
    where = where or Where()
    if running_server.running_server(where.settings.folder) is not None:
        answers.print("A server runs on this folder; it was brought up to date when it started.")
        return
    settings = where.settings
    with (
        opened_control(where),
        Warehouse(settings.warehouse_url, reserve_bytes=settings.spool_reserve_bytes) as warehouse,
    ):
        applied = warehouse.migrate()
    answers.print(f"Migrated: {', '.join(applied)}." if applied else "Everything is up to date.")


def adopt(*, where: Where | None = None) -> None:
    """Tie the folder to the control database and the secret that it has now."""
    where = where or Where()
    folder = where.settings.folder
    require_installation(where)
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
def list_quarantine(*, as_json: AsJson = False, where: Where | None = None) -> None:
    """List what was set aside, with the reason."""
    found = _asked(where or Where(), "quarantine")
    if as_json:
        print_json(found)
        return
    if not found:
        answers.print("Nothing is in quarantine.")
        return
    rows = table("batch", "project", "events", "received", "set aside", "reason")
    for one in found:
        received, aside = _date(one["received_at"]), _date(one["quarantined_at"])
        rows.add_row(str(one["batch"]), one["project"], str(one["events"]), received, aside, one["reason"])
    answers.print(rows)


@quarantine.command
def release(
    batch: BatchNumber | None = None,
    /,
    *,
    reason: str = "",
    every: Annotated[bool, Parameter(name="--all", negative=())] = False,
    where: Where | None = None,
) -> None:
    """Put batches back in the queue, once the reason is gone; they are loaded like new ones.

    What was loaded already, after a copy of the spool was put back, leaves the quarantine and counts as a repeat.

    Parameters
    ----------
    batch
        The batch's number, as `audioscape quarantine list` shows it.
    reason
        Every batch whose reason contains this text.
    every
        Every batch.
    """
    if batch is None and not reason and not every:
        raise InvalidRequestError("Say which batches: a number, --reason TEXT, or --all.")
    number = "" if batch is None else str(batch)
    released = _asked(where or Where(), "release", batch=number, reason=reason, every="yes" if every else "")
    if batch is not None and not any(released.values()):
        raise _no_such_batch(batch)
    answers.print(f"Batches back in the queue: {released['queued']}.")
    if released["loaded"]:
        answers.print(f"Batches that were loaded already, and count as repeats: {released['loaded']}.")
    if released["kept"]:
        answers.print(f"Batches that stay, as a copy of this spool that runs may load them: {released['kept']}.")


@quarantine.command
def export(batch: BatchNumber, /, *, where: Where | None = None) -> None:
    """Print what a batch in quarantine holds, as JSON; its bytes as they lie on the disk, too (base64).

    Parameters
    ----------
    batch
        The batch's number, as `audioscape quarantine list` shows it.
    """
    found = _asked(where or Where(), "export", batch=str(batch))
    if found is None:
        raise _no_such_batch(batch)
    print(json.dumps(found, ensure_ascii=False))  # noqa: T201 - for another program, so no wrapping and no colours


@quarantine.command
def drop(batch: BatchNumber, /, *, where: Where | None = None) -> None:
    """Give up a batch in quarantine for good: its events count as erased.

    Parameters
    ----------
    batch
        The batch's number, as `audioscape quarantine list` shows it.
    """
    dropped = _asked(where or Where(), "drop", batch=str(batch))
    if dropped is None:
        raise _no_such_batch(batch)
    answers.print(f"Batch {batch} is given up: {dropped} events count as erased.")


def doctor(*, as_json: AsJson = False, settings: Settings | None = None) -> None:
    """Say in plain words what is wrong with an installation."""
    findings = diagnose(settings or Settings())
    if as_json:
        print_json([asdict(finding) | {"severity": finding.severity.value} for finding in findings])
    for finding in () if as_json else findings:
        answers.print(_MARKS[finding.severity], "", finding.text, soft_wrap=True)
        if finding.advice:
            answers.print(f"      → {finding.advice}", soft_wrap=True)
    if any(finding.severity is Severity.PROBLEM for finding in findings):
        sys.exit(1)


def _asked(where: Where, command: str, **parameters: str) -> Any:
    """Have a command carried out: by the server that runs on the folder, or here when none runs."""
    settings = where.settings
    if not settings.folder.spool.exists():
        raise NotFoundError(f"There is no spool in {settings.folder.path}: give the --data folder of an installation.")
    if running_server.running_server(settings.folder) is not None:
        return running_server.ask(settings.folder, command, **parameters)
    with running_server.sole_server(settings.folder):
        if command == "check":
            with _stopped_proof(where) as proof:
                return checking(proof.check)(**parameters)
        if command == "release":
            with _stopped_proof(where) as proof, stopped_spool(settings.folder.spool) as change:
                return releasing(proof.release, change)(**parameters)
        with stopped_spool(settings.folder.spool) as change:
            return Upkeep(settings.folder.spool, change).commands[command](**parameters)


@contextmanager
def _stopped_proof(where: Where) -> Generator[assembly.Proof]:
    """What knows all that was loaded, of an installation on which no server runs."""
    settings = where.settings
    with (
        opened_control(where) as control,
        Warehouse(settings.warehouse_url, reserve_bytes=settings.spool_reserve_bytes) as warehouse,
    ):
        warehouse.migrate()
        yield assembly.proof(settings, warehouse, control, time.time)


def _no_such_batch(batch: int) -> NotFoundError:
    return NotFoundError(f"No batch {batch} is in quarantine; `audioscape quarantine list` shows what is.")


def _date(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")
