"""A file that is synced may be gone after a power cut all the same, when the folder that names it was not."""

from __future__ import annotations

import time
from pathlib import Path

from support.server import Server
from support.strace import Names

#: Of a running server; nothing rests on them after a power cut.
PASSING = {"server.json", "warehouse.lock"}
#: SQLite syncs the folder of its rollback journal before the database is written to, so one that is just begun may go.
JOURNAL = "-journal"


def test_the_names_of_a_new_installation_are_on_the_disk_before_anything_rests_on_them(tmp_path: Path) -> None:
    """With all folders new, down to the archive's; the engine's own names, in the warehouse, are the engine's."""
    names = Names(tmp_path / "names")
    data = tmp_path / "new" / "data"
    with Server(tmp_path, {"LOAD_INTERVAL": 0.05}, data=data, under=names.command) as server:
        assert server.post([{"type": "x"}]).status_code == 202
        acknowledged = time.time()
        assert server.settled()["loaded"] == 1
        left_the_spool = time.time()
    stopped = time.time()
    assert {path.name for path in (data / "spool" / "archive").iterdir()} == {"00000001.sealed"}
    for moment in (acknowledged, left_the_spool):
        assert {name for name in unsafe(names, tmp_path / "new", moment) if not name.endswith(JOURNAL)} == set()
    assert unsafe(names, tmp_path / "new", stopped) == set()


def test_the_judge_of_names_sees_one_that_is_not_synced(tmp_path: Path) -> None:
    record = tmp_path / "names"
    record.write_text(
        """7 1.0 mkdir("/d", 0700) = 0
7 2.0 openat(AT_FDCWD</x>, "/d/a", O_RDWR|O_CREAT, 0644) = 4</d/a>
8 2.5 openat(AT_FDCWD</x>, "/d/read", O_RDONLY) = 5</d/read>
7 3.0 fsync(4</d/a>) = 0
7 4.0 fsync(5</d> <unfinished ...>
8 4.5 openat(AT_FDCWD</x>, "/d/b", O_RDWR|O_CREAT, 0644 <unfinished ...>
7 5.0 <... fsync resumed>) = 0
8 5.5 <... openat resumed>) = 6</d/b>
7 6.0 rename("/d/b", "/d/c") = 0
7 7.0 mkdir("/d/e", 0700) = -1 EEXIST (File exists)
7 8.0 unlink("/d/c") = 0
"""
    )
    names = Names(record)
    d = Path("/d")
    a, b, c = d / "a", d / "b", d / "c"
    expected = {1.5: {d}, 3.5: {d, a}, 5.9: {d, b}, 6.5: {d, c}, 9.0: {d}}
    assert {until: names.not_synced(d, until) for until in expected} == expected


def unsafe(names: Names, folder: Path, until: float) -> set[str]:
    """Of the names that must last, those that a power cut at this time could take."""
    found = {path.relative_to(folder) for path in names.not_synced(folder, until)}
    return {
        str(path)
        for path in found
        if path.name not in PASSING and path.suffix != ".lock" and "warehouse" not in path.parts[1:-1]
    }
