"""Kills, power cuts and full disks, many times over."""

from __future__ import annotations

import fcntl
import random
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import test_full_disk
import test_power_cut

from support.disk import abandon, mounted_disks
from support.load import Load
from support.oracle import judge
from support.server import Server

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from report import Report

#: Kills, cuts or cycles between two judgements.
GROUP = 25
#: Of the name of a run's folder; in it, a file that the run has locked.
PREFIX = "audioscape-figure-"
IN_USE = "in-use"
BATCH = 200
#: A share of the power cuts each: what is on the disk, and who is tampered with.
CUTS = (
    (test_power_cut.NOTHING_LOADED, ""),
    (test_power_cut.MANY_PARTS, "stir"),
    (test_power_cut.WITH_ARCHIVE, "stir"),
)


@contextmanager
def new_folder(report: Report, options: Namespace) -> Iterator[Path]:
    """A folder for the length of a ``with``. It stays where an error ends that, or the report has a new finding."""
    folder, before = Path(tempfile.mkdtemp(dir=options.folder, prefix=PREFIX)), len(report.findings)
    is_kept = True
    with (folder / IN_USE).open("w") as in_use:
        fcntl.flock(in_use, fcntl.LOCK_EX)
        try:
            yield folder
            is_kept = len(report.findings) > before
        except (KeyboardInterrupt, SystemExit):
            is_kept = False
            raise
        finally:
            if is_kept:
                report.say(f"what was found is in {folder}")
            else:
                shutil.rmtree(folder)


def unmount_what_was_left(report: Report) -> None:
    """Unmount the disks of runs that were killed. Those of runs that go on are theirs: the lock in the folder tells."""
    for point in mounted_disks():
        if not point.parent.name.startswith(PREFIX):
            continue
        with (point.parent / IN_USE).open("a") as in_use:
            try:
                fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            abandon(point)
            report.say(f"a run that was killed had left {point} mounted; its data is in {point.parent}")


def kills(report: Report, options: Namespace) -> None:
    """Random kills under load, of servers with different blocks."""
    count, events = options.count or 200, options.events or 5_000_000
    random_ = random.Random()
    while report.total.get("kills", 0) < count and report.may_go_on():
        group = min(GROUP, count - report.total.get("kills", 0))
        block = random_.choice([2_000, 20_000, 100_000])
        begun = time.monotonic()
        settings = {"BLOCK_EVENTS": block, "LOAD_INTERVAL": 0.1}
        with new_folder(report, options) as folder, Server(folder, settings) as server:
            with Load(server, senders=8, batch=BATCH, ages=(0, 1, 4)) as load:
                for _ in range(group):
                    load.wait_for(random_.randrange(1, 2 * events // count // BATCH))
                    server.kill()
                    server.start()
                # What chance left out, so that the events come to what was asked for.
                load.wait_for(max(1, group * events // count // BATCH - load.acknowledged), within=600)
            report.add(judge(server, load, within=120), kills=group, seconds=time.monotonic() - begun)


def cuts(report: Report, options: Namespace) -> None:
    """Power cuts, and first the controls, which must lose events."""
    count = options.count or 300
    for name, settings, tamper in (
        ("spool", test_power_cut.NOTHING_LOADED, "spool"),
        ("warehouse", test_power_cut.MANY_PARTS, "stir,warehouse"),
    ):
        told = f"lost_by_the_{name}_control"
        if told not in report.total:
            with new_folder(report, options) as folder:
                lost = test_power_cut.cut_again_and_again(folder, settings, cuts=2, tamper=tamper).lost
            report.add(None, **{told: lost})
        if not report.total[told]:
            report.findings.append(f"the control, a {name} that does not sync, lost nothing")
    while report.total.get("cuts", 0) < count and report.may_go_on():
        group = min(GROUP, count - report.total.get("cuts", 0))
        settings, tamper = CUTS[report.total.get("cuts", 0) // GROUP % len(CUTS)]
        begun = time.monotonic()
        with new_folder(report, options) as folder:
            verdict = test_power_cut.cut_again_and_again(folder, settings, cuts=group, tamper=tamper)
            report.add(verdict, cuts=group, seconds=time.monotonic() - begun)


def disks(report: Report, options: Namespace) -> None:
    """Disks that fill up and get room again, with blocks of 1 KiB and of 4 KiB."""
    count = options.count or 50
    for block in (1_024, 4_096):
        name = f"cycles_{block}"
        while report.total.get(name, 0) < count and report.may_go_on():
            group = min(GROUP, count - report.total.get(name, 0))
            begun = time.monotonic()
            with new_folder(report, options) as folder:
                healed = test_full_disk.fill_and_free(folder, cycles=group, block=block)
                report.add(
                    healed.verdict,
                    **{name: group},
                    worst_intake_s=healed.worst_intake_s,
                    worst_reads_s=healed.worst_reads_s,
                    seconds=time.monotonic() - begun,
                )
