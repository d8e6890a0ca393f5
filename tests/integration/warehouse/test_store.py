"""Opening: a folder that is no whole warehouse stops the start with words, and nothing is made in it or lost."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from audioscape_server.errors import AudioScapeError
from audioscape_server.warehouse import Warehouse, WarehouseRefused, WarehouseUnavailable
from support.counting import load_batches, random_requests
from support.store import command

if TYPE_CHECKING:
    from collections.abc import Callable

REQUESTS = random_requests(seed=1, count=20)
EVENTS = sum(len(events) for events in REQUESTS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with events, closed."""
    folder = tmp_path_factory.mktemp("whole") / "warehouse"
    with Warehouse(f"chdb://{folder}") as warehouse:
        warehouse.migrate()
        warehouse.insert_block("s", 1, 0, load_batches(REQUESTS))
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy to damage."""
    return Path(shutil.copytree(whole, tmp_path / "warehouse", symlinks=True))


def start(folder: Path) -> int:
    """What a start does; returns the number of events."""
    with Warehouse(f"chdb://{folder}") as warehouse:
        warehouse.migrate()
        return sum(row["events"] for row in warehouse.query("loading/loaded_events"))


def place(folder: Path, table: str) -> Path:
    """Where a table's files are; of the database itself for an empty name."""
    description = folder / "metadata" / (f"audioscape/{table}.sql" if table else "audioscape.sql")
    found = re.search(r"UUID '([^']*)'", description.read_text())
    assert found
    return folder / "store" / found[1][:3] / found[1]


def description(folder: Path, table: str) -> Path:
    return folder / "metadata" / "audioscape" / f"{table}.sql"


def files(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def foreign(folder: Path) -> None:
    shutil.rmtree(folder)
    (folder / "store").mkdir(parents=True)
    (folder / "holiday.jpg").write_bytes(b"...")


def a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


def without(relative: Callable[[Path], Path]) -> Callable[[Path], None]:
    def remove(folder: Path) -> None:
        target = relative(folder)
        shutil.rmtree(target) if target.is_dir() and not target.is_symlink() else target.unlink()

    return remove


def with_text(relative: Callable[[Path], Path], content: bytes) -> Callable[[Path], None]:
    return lambda folder: (relative(folder).write_bytes(content), None)[1]


#: What happened to the folder, and what the start says.
DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "something else": (foreign, "is not a warehouse of this program: it holds holiday.jpg"),
    "a file": (a_file, "is a file; a folder is expected"),
    "no store": (without(lambda folder: folder / "store"), "is missing. Restore the folder"),
    "no metadata": (without(lambda folder: folder / "metadata"), "holds tables' files and no description of them"),
    "no description of the database": (
        without(lambda folder: folder / "metadata/audioscape.sql"),
        "holds tables' files and no description of them",
    ),
    "an empty description of the database": (
        with_text(lambda folder: folder / "metadata/audioscape.sql", b""),
        "audioscape.sql cannot be read: it describes no table",
    ),
    "no folder of the database": (without(lambda folder: place(folder, "")), "is missing. Restore the folder"),
    "no files of a table": (
        without(lambda folder: place(folder, "events")),
        "the files of the table events are missing",
    ),
    "no files of a rollup": (
        without(lambda folder: place(folder, "track_day")),
        "the files of the table track_day are missing",
    ),
    "no description of a table": (
        without(lambda folder: description(folder, "events")),
        "the description of the table events is missing",
    ),
    "no description of a view": (
        without(lambda folder: description(folder, "track_day_view")),
        "has no track_day_view any more",
    ),
    "an empty description": (
        with_text(lambda folder: description(folder, "events"), b""),
        "events.sql cannot be read: it describes no table",
    ),
    "noise for a description": (
        with_text(lambda folder: description(folder, "events"), bytes(range(256))),
        "events.sql cannot be read: it describes no table",
    ),
    "half a description": (
        lambda folder: (
            description(folder, "events").write_bytes(description(folder, "events").read_bytes()[:300]) and None
        ),
        "the engine cannot open .*SYNTAX_ERROR.*Restore the folder",
    ),
    "an empty format file": (
        with_text(lambda folder: place(folder, "events") / "format_version.txt", b""),
        "the engine cannot open .*Attempt to read after eof.*Restore the folder",
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_what_is_no_whole_warehouse_stops_the_start_with_words_and_is_left_as_it_is(folder: Path, kind: str) -> None:
    spoil, words = DAMAGE[kind]
    spoil(folder)
    before = files(folder) if folder.is_dir() else None
    with pytest.raises(AudioScapeError, match=f"(?s){words}"):
        start(folder)
    if before is not None:
        assert before.items() <= {**files(folder), "status": before.get("status", 0)}.items()
        assert not before or "events.sql" not in {Path(name).name for name in files(folder).keys() - before.keys()}


def test_a_whole_warehouse_opens_again_and_again(folder: Path) -> None:
    assert [start(folder), start(folder)] == [EVENTS, EVENTS]


@pytest.mark.parametrize("made", [False, True], ids=["no folder", "an empty folder"])
def test_a_new_folder_becomes_a_warehouse(tmp_path: Path, made: bool) -> None:  # noqa: FBT001
    if made:
        (tmp_path / "new").mkdir()
    assert start(tmp_path / "new") == 0


def test_a_first_start_that_was_cut_short_is_begun_anew(tmp_path: Path) -> None:
    for name in ("tmp", "store", "data", "metadata"):
        (tmp_path / "new" / name).mkdir(parents=True)
    (tmp_path / "new" / "status").write_text("PID: 1\n")
    assert start(tmp_path / "new") == 0


@pytest.mark.parametrize("content", [b"", b"format version: 1\ncreate time: 2026-01-01 00:00:00\ncomman"])
def test_what_a_full_disk_leaves_of_a_delete_does_not_stop_the_start(folder: Path, content: bytes) -> None:
    left = place(folder, "events") / "mutation_999.txt"
    left.write_bytes(content)
    assert start(folder) == EVENTS
    assert not left.exists()


def test_a_delete_that_was_begun_is_left_to_the_engine(folder: Path) -> None:
    begun = place(folder, "events") / "mutation_999.txt"
    begun.write_text(
        "format version: 1\ncreate time: 2026-01-01 00:00:00\ncommands: (UPDATE _row_exists = 0 WHERE 1)\n"
    )
    with Warehouse(f"chdb://{folder}"):
        assert begun.exists()


def test_what_a_full_disk_leaves_of_a_rebuild_does_not_stop_the_start(folder: Path) -> None:
    left = place(folder, "") / "track_day_rebuild_20260923.sql"
    left.write_bytes(b"")
    assert start(folder) == EVENTS
    assert not left.exists()


def test_a_part_that_is_not_whole_is_set_aside_at_the_start_and_told(folder: Path) -> None:
    part = next(path for path in sorted(place(folder, "events").iterdir()) if path.name.startswith("2026"))
    (part / "checksums.txt").write_bytes(b"")
    assert start(folder) < EVENTS
    with Warehouse(f"chdb://{folder}") as warehouse:
        [aside] = warehouse.parts_aside()
    assert (aside.table, aside.part, aside.reason) == ("events", f"broken-on-start_{part.name}", "broken-on-start")


HOLD = """
import sys
from audioscape_server.warehouse import Warehouse
with Warehouse(sys.argv[1]):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_warehouse_that_another_process_has_open_is_told_with_its_number(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, f"chdb://{folder}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdin
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(WarehouseUnavailable, match=rf"is open in another process \({holder.pid}\)"):
            start(folder)
        holder.stdin.close()
    assert start(folder) == EVENTS


OPEN = """
import os
import sys
from audioscape_server.warehouse import Warehouse, WarehouseUnavailable
warehouse = Warehouse(sys.argv[1])
if os.geteuid() == 0:
    os.setuid(65534)  # root may use every folder
try:
    warehouse.open()
except WarehouseUnavailable as error:
    print(error)
"""


@pytest.mark.parametrize("name", ["", "metadata", "metadata/audioscape.sql", "events"])
def test_what_may_not_be_used_is_told_by_its_name(folder: Path, name: str) -> None:
    for above in folder.parents:
        if above.stat().st_mode & 0o005 == 0o005:
            break  # from here on everybody may pass
        above.chmod(0o755)
    subprocess.run(["chmod", "-R", "a+rwX", folder], check=True)
    path = place(folder, name) if name == "events" else folder / name
    path.chmod(0)
    done = subprocess.run([sys.executable, "-c", OPEN, f"chdb://{folder}"], capture_output=True, text=True, check=False)
    assert f"{path} may not be used. Give the folder to the user" in done.stdout, done.stderr


def test_a_folder_that_may_not_even_be_reached_is_told_likewise(folder: Path) -> None:
    folder.parent.chmod(0o700)
    done = subprocess.run([sys.executable, "-c", OPEN, f"chdb://{folder}"], capture_output=True, text=True, check=False)
    assert f"{folder} may not be used. Give the folder to the user" in done.stdout, done.stderr


def test_a_refusal_is_one_that_trying_again_does_not_help(folder: Path) -> None:
    foreign(folder)
    with pytest.raises(WarehouseRefused):
        start(folder)


def test_what_the_engine_writes_while_it_opens_still_reaches_standard_error(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (place(folder, "events") / "format_version.txt").write_bytes(b"")
    with pytest.raises(WarehouseUnavailable):
        start(folder)
    os.write(2, b"after it")
    said = capfd.readouterr().err
    assert "Attempt to read after eof" in said
    assert said.endswith("after it")


def test_where_too_much_looks_broken_nothing_is_set_aside_and_the_start_says_so(folder: Path) -> None:
    """Then the disk is at fault, and what is on it may be whole."""
    with Warehouse(f"chdb://{folder}") as warehouse:
        command(warehouse, "SYSTEM STOP MERGES")
        for block in range(2, 103):
            command(warehouse, f"INSERT INTO events (project, block, day) VALUES ('p', {block}, '2026-09-23')")
    parts = [path for path in place(folder, "events").iterdir() if path.name.startswith("2026")]
    for part in parts:
        (part / "checksums.txt").rename(part / "away")
        (part / "checksums.txt").touch()
    with pytest.raises(WarehouseUnavailable, match=r"the engine cannot open .*Suspiciously many"):
        start(folder)
    for part in parts:
        (part / "away").rename(part / "checksums.txt")
    assert start(folder) == EVENTS + 101
