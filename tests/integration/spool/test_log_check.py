"""Recovery that ends before the write-ahead log does is noticed, and a commit that the power cut tore is no alarm."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from audioscape_server.spool.log_check import read_log
from support.spools import look_into, new_batch, reading, running_writer

if TYPE_CHECKING:
    from pathlib import Path

FRAME = 24 + 4_096
HEADER = 32


def crashed(folder: Path, commits: int) -> Path:
    """A spool as a process leaves it that dies after so many acknowledged batches, all of them in its log."""
    live, dead = folder / "live.db", folder / "dead.db"
    with running_writer(live) as running:
        for number in range(commits):
            assert running.append(new_batch(content=json.dumps(number).encode())) == [None]
        shutil.copy(live, dead)
        shutil.copy(f"{live}-wal", f"{dead}-wal")
    return dead


def last_commits(path: Path) -> tuple[int, ...]:
    log = read_log(path)
    assert log is not None
    return log.commits


def damage(path: Path, frame: int) -> None:
    """Flip a bit in the page of a frame, counted from 1."""
    log = path.with_name(path.name + "-wal")
    data = bytearray(log.read_bytes())
    data[HEADER + (frame - 1) * FRAME + 24 + 100] ^= 1
    log.write_bytes(data)


def incidents(path: Path) -> list[str]:
    with running_writer(path), reading(path) as spool:
        return [incident.what for incident in spool.incidents()]


def test_a_log_that_is_sound_is_no_incident(tmp_path: Path) -> None:
    path = crashed(tmp_path, 5)
    assert len(last_commits(path)) >= 5
    assert incidents(path) == []
    assert look_into(path, "SELECT count(*) FROM batches") == [(5,)]


def test_a_torn_last_commit_is_no_incident(tmp_path: Path) -> None:
    path = crashed(tmp_path, 5)
    damage(path, last_commits(path)[-1])
    assert incidents(path) == []


@pytest.mark.parametrize("commit", [-2, -3, 1])
def test_acknowledged_commits_that_recovery_leaves_out_are_told(tmp_path: Path, commit: int) -> None:
    path = crashed(tmp_path, 5)
    damage(path, last_commits(path)[commit])
    [told] = incidents(path)
    assert "write-ahead log is damaged" in told


def test_a_log_whose_header_is_damaged_is_told(tmp_path: Path) -> None:
    path = crashed(tmp_path, 3)
    log = path.with_name(path.name + "-wal")
    data = bytearray(log.read_bytes())
    data[20] ^= 1
    log.write_bytes(data)
    assert "header of the spool's write-ahead log is damaged" in "\n".join(incidents(path))


def test_frames_left_over_from_an_earlier_log_are_no_commits(tmp_path: Path) -> None:
    live = tmp_path / "live.db"
    with running_writer(live) as running:
        for _ in range(20):
            running.append(new_batch())
        running.writer.run(lambda spool: spool._db.execute("PRAGMA wal_checkpoint(restart)").fetchall())
        assert running.append(new_batch()) == [None]
        shutil.copy(f"{live}-wal", tmp_path / "dead.db-wal")
        shutil.copy(live, tmp_path / "dead.db")
    assert len(last_commits(tmp_path / "dead.db")) == 1


def test_an_incident_is_shown_until_it_was_read(tmp_path: Path) -> None:
    path = crashed(tmp_path, 5)
    damage(path, last_commits(path)[-3])
    assert len(incidents(path)) == 1
    assert len(incidents(path)) == 1, "a restart does not make it unseen"
    with running_writer(path) as running:
        running.writer.run(lambda spool: spool.forget_incidents())
    assert incidents(path) == []
