"""The judge of the other tests sees what it is there to see: each fault that is put into sound data is told."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from support import engine
from support.load import Load
from support.oracle import ROLLUPS, Verdict, count, judge
from support.server import Server

if TYPE_CHECKING:
    from pathlib import Path

_NOW = "SETTINGS mutations_sync = 2"
_SOME = "JSONExtractUInt(metadata, 'id') = 25"

FAULTS = {
    "an event is lost": (
        [f"ALTER TABLE audioscape.events DELETE WHERE {_SOME} {_NOW}"],
        ["1 acknowledged events are lost", "batches that are not whole", "project_hour is not"],
    ),
    "an event is doubled": (
        [f"INSERT INTO audioscape.events SELECT * FROM audioscape.events WHERE {_SOME}"],
        ["1 events are stored twice", "batches that are not whole"],
    ),
    "an event is altered": (
        [f"ALTER TABLE audioscape.events UPDATE player_id = 'somebody' WHERE {_SOME} {_NOW}"],
        ["events that are not what was sent"],
    ),
    "an event is made up": (
        ["INSERT INTO audioscape.events (project, type, metadata) VALUES ('default', 'play', '{\"id\":999999}')"],
        ["batches that nobody sent"],
    ),
    "rollups are short": (
        [f"TRUNCATE TABLE audioscape.{rollup}" for rollup in ROLLUPS],
        [f"{rollup} is not what the events make" for rollup in ROLLUPS],
    ),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Load]:
    """A warehouse that lost nothing, a copy of it, and the load that it was under."""
    with Server(tmp_path_factory.mktemp("server")) as server:
        with Load(server, senders=2) as load:
            load.wait_for(20)
        assert judge(server, load).findings == []
    kept = tmp_path_factory.mktemp("kept") / "warehouse"
    shutil.copytree(server.data / "warehouse", kept, symlinks=True)
    return server.data / "warehouse", kept, load


@pytest.mark.parametrize("fault", FAULTS)
def test_the_judge_sees(sound: tuple[Path, Path, Load], fault: str) -> None:
    warehouse, kept, load = sound
    # In the same place: the engine's folder has links with absolute paths.
    shutil.rmtree(warehouse)
    shutil.copytree(kept, warehouse, symlinks=True)
    statements, expected = FAULTS[fault]
    engine.ask(warehouse, *statements)
    verdict = Verdict()
    count(verdict, warehouse, load)
    told = "\n".join(verdict.findings)
    assert all(part in told for part in expected), told
