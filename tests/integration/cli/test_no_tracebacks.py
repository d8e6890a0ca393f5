"""Whatever lies in the folder and whatever is set: a command answers in words, never with a traceback."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from audioscape_server.control import database as control_database
from audioscape_server.settings import DataFolder
from audioscape_server.spool import Spool
from support.server import Server
from support.spools import NOW, new_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from support.command import Command

COMMANDS = {
    "keys create": ["keys", "create", "--name", "a"],
    "keys import": ["keys", "import", "key.txt", "--name", "a"],
    "keys list": ["keys", "list"],
    "keys revoke": ["keys", "revoke", "nosuchkey"],
    "keys rotate": ["keys", "rotate", "nosuchkey"],
    "users create": ["users", "create", "--email", "a@example.com", "--password-file", "key.txt"],
    "users list": ["users", "list"],
    "catalog import": ["catalog", "import", "names.csv"],
    "scores explain": ["scores", "explain", "1"],
    "check": ["check"],
    "acknowledge": ["acknowledge"],
    "doctor": ["doctor"],
    "quarantine list": ["quarantine", "list"],
    "quarantine release": ["quarantine", "release", "1"],
    "quarantine export": ["quarantine", "export", "1"],
    "quarantine drop": ["quarantine", "drop", "1"],
    "migrate": ["migrate"],
    "adopt": ["adopt"],
    "sdk luau": ["sdk", "luau", "--endpoint", "http://127.0.0.1"],
}


def replace_by_file(path: Path) -> None:
    remove(path)
    path.write_bytes(b"this is no database, and no folder either" * 500)


def replace_by_folder(path: Path) -> None:
    remove(path)
    path.mkdir()


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def empty(path: Path) -> None:
    path.write_bytes(b"")


#: What lies in the folder: each part of it, and what became of it.
PARTS = [
    "",
    "spool",
    "spool/spool.db",
    "spool/archive",
    "warehouse",
    "control.db",
    "secret",
    "installation",
    "server.json",
]
DAMAGES: list[Callable[[Path], None]] = [replace_by_file, replace_by_folder, remove, empty]
#: What is set: flags and variables of the environment.
SETTINGS: dict[str, tuple[list[str], dict[str, str]]] = {
    "a folder in a file": (["--data", "key.txt/data"], {}),
    "a folder nobody can make": (["--data", "/proc/audioscape"], {}),
    "a folder whose name is too long": (["--data", "x" * 300], {}),
    "a folder of bytes": (["--data", "data\udcff"], {}),
    "a question mark": (["--data", "q?x"], {}),
    "a percent sign": (["--data", "p%20q"], {}),
    "no such driver": (["--control", "mysql://u:p@127.0.0.1/x"], {}),
    "no URL": (["--control", "nonsense"], {}),
    "PostgreSQL away": (["--control", "postgresql+psycopg://u:p@127.0.0.1:1/x"], {}),
    "a control database in no folder": (["--control", "sqlite:////nowhere/at/all.db"], {}),
    "ClickHouse away": (["--warehouse", "clickhouse://127.0.0.1:1/x"], {}),
    "no such warehouse": (["--warehouse", "http://127.0.0.1:1/x"], {}),
    "a bad warehouse port": (["--warehouse", "clickhouse://127.0.0.1:x/x"], {}),
    "a short secret": (["--secret", "short"], {}),
    "another secret": (["--secret", "s" * 40], {}),
    "a settings file that is a folder": ([], {"CONFIG": "."}),
}


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--control", "mysql://u:p@127.0.0.1/x"], "The setting control must be"),
        (["--data", "/proc/audioscape"], "The data folder /proc/audioscape cannot be made"),
        (["--host", "192.0.2.1"], "192.0.2.1:8000 cannot be listened on"),
    ],
)
def test_where_the_log_is_json_a_refused_start_is_a_line_of_it(tmp_path: Path, flags: list[str], says: str) -> None:
    words = ["serve", "--log-format", "json", *flags]
    done = subprocess.run(
        [sys.executable, "-m", "audioscape_server", *words], capture_output=True, cwd=tmp_path, timeout=60, check=False
    )
    *_, last = [json.loads(line) for line in done.stderr.splitlines()]
    assert (done.returncode, last["event"], last["level"]) == (1, "the server does not run", "error")
    assert last["error"].startswith(says)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_terminal_that_lacks_a_letter_shows_it_as_an_escape(tmp_path: Path, encoding: str) -> None:
    def run(*words: str) -> bytes:
        return subprocess.run(
            [sys.executable, "-m", "audioscape_server", "keys", *words, "--data", tmp_path],
            capture_output=True, timeout=60, check=True, env={**os.environ, "PYTHONIOENCODING": encoding},
        ).stdout  # fmt: skip

    run("create", "--name", "\N{EIGHTH NOTE}")
    assert "\N{EIGHTH NOTE}".encode(encoding, "backslashreplace") in run("list")
    assert json.loads(run("list", "--json"))[0]["name"] == "\N{EIGHTH NOTE}"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as a stopped server leaves it, but for the warehouse's tables."""
    folder = DataFolder(tmp_path_factory.mktemp("installed") / "data")
    made = subprocess.run(
        [sys.executable, "-m", "audioscape_server", "keys", "create", "--name", "a", "--data", folder.path],
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    with closing(Spool(folder.spool, NOW)) as spool, spool.transaction():
        spool.append([new_batch(project="p-1")])
        spool.quarantine(1, "bad", NOW)
    folder.archive.mkdir()
    return folder.path


@pytest.fixture
def files(audioscape: Command, installed: Path) -> Path:
    """The installation's copy in the command's folder, and what the commands read."""
    shutil.copytree(installed, audioscape.data)
    (audioscape.folder / "key.txt").write_text("k" * 30)
    (audioscape.folder / "names.csv").write_text("asset_id,title\n1,One\n")
    return audioscape.data


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_database, "BUSY_TIMEOUT_S", 0)


def assert_every_command_answers_in_words(
    audioscape: Command, flags: list[str], env: dict[str, str], again: Callable[[], object] = lambda: None
) -> None:
    for name, words in COMMANDS.items():
        again()
        done = audioscape(*words, *(flags if name != "sdk luau" else []), env=env)  # an exception would come out here
        said = done.out + done.err
        assert "Traceback" not in said, name
        assert said.strip(), name
        assert done.code in (0, 1, 2), name
        if done.code == 1 and name not in ("doctor", "check"):
            assert done.err.splitlines()[-1].startswith("error: "), (name, said)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("part", PARTS, ids=lambda part: part or "the folder")
def test_a_part_of_the_folder_is_not_what_it_was(
    audioscape: Command, files: Path, installed: Path, part: str, damage: Callable[[Path], None]
) -> None:
    path = files / part
    if damage is empty and (not path.exists() or path.is_dir()):
        pytest.skip("a folder cannot be truncated")

    def again() -> None:
        remove(files)
        shutil.copytree(installed, files)
        damage(path)

    assert_every_command_answers_in_words(audioscape, [], {}, again)


@pytest.mark.parametrize("what", SETTINGS)
@pytest.mark.usefixtures("files")
def test_a_setting_that_does_not_work(audioscape: Command, what: str) -> None:
    flags, env = SETTINGS[what]
    assert_every_command_answers_in_words(audioscape, flags, env)


@pytest.mark.parametrize("words", [["release"], ["export"], ["drop"]])
@pytest.mark.parametrize("number", ["9" * 30, "0", "-1", "x"])
@pytest.mark.usefixtures("files")
def test_a_number_that_no_batch_has(audioscape: Command, words: list[str], number: str) -> None:
    done = audioscape("quarantine", *words, "--", number)
    assert (done.code, done.out) == (1, "") or (done.code == 2 and number[:20] in done.out + done.err)


@pytest.fixture
def locked(files: Path) -> Iterator[None]:
    with closing(sqlite3.connect(files / "control.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@pytest.mark.usefixtures("locked")
def test_a_locked_control_database(audioscape: Command) -> None:
    assert_every_command_answers_in_words(audioscape, [], {})
    assert "database is locked" in audioscape("keys", "list").err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(audioscape: Command, files: Path) -> None:
    for path in [files, *files.rglob("*")]:
        path.chmod(path.stat().st_mode & 0o555)
    try:
        assert_every_command_answers_in_words(audioscape, [], {})
    finally:
        for path in [files, *files.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o700)


def test_a_working_folder_that_is_gone(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    for words in (["keys", "list"], ["doctor"], ["check"], ["serve"], ["migrate"]):
        gone.mkdir()
        script = f'rmdir "{gone}"; exec "{sys.executable}" -m audioscape_server {" ".join(words)}'
        done = subprocess.run(["sh", "-c", script], cwd=gone, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert done.stderr == "error: The working folder is gone: change to another one, and try again.\n"


@pytest.mark.parametrize("zone", ["UTC+3", "Europe/Nowhere", ":bad", "Pacific/Apia"])
def test_the_time_zone_of_the_machine_changes_nothing(installed: Path, tmp_path: Path, zone: str) -> None:
    shutil.copytree(installed, tmp_path / "data")
    for words in (["keys", "list"], ["migrate"]):
        done = subprocess.run(
            [sys.executable, "-m", "audioscape_server", *words],
            cwd=tmp_path, env={**os.environ, "TZ": zone}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["p%20q", "a b", "a&b=c#d", "ä", "a+b;c"])
def test_a_folder_may_have_any_name_that_is_no_url(audioscape: Command, name: str) -> None:
    """What is kept is in this folder and nowhere else."""
    done = subprocess.run(
        [sys.executable, "-m", "audioscape_server", "keys", "create", "--name", "a", "--data", name],
        cwd=audioscape.folder, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [path.name for path in audioscape.folder.iterdir()] == [name]
    assert (audioscape.folder / name / "control.db").exists()


@pytest.mark.parametrize("name", ["q?x", "q?path=evil", "link"])
def test_a_folder_that_the_embedded_engine_would_take_for_another_is_refused(audioscape: Command, name: str) -> None:
    (audioscape.folder / "link").symlink_to("q?x")
    for words in (["keys", "create", "--name", "a"], ["migrate"], ["serve"]):
        done = audioscape(*words, "--data", name)
        assert (done.code, done.out) == (1, "")
        assert "has a question mark in its name" in done.err
    assert [path.name for path in audioscape.folder.iterdir()] == ["link"]


def test_what_others_could_read_is_taken_from_them(audioscape: Command, files: Path) -> None:
    folder = DataFolder(files)
    (files / "warehouse").mkdir()
    for path in [files, *files.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    told = audioscape("doctor")
    for part in ("control.db", "secret", "spool", "warehouse"):
        assert f"{files / part} can be read by others" in told.out
    assert told.code == 1
    assert audioscape("keys", "list").code == 0
    assert folder.readable_by_others() == []
    assert "can be read by others" not in audioscape("doctor").out
    assert files.stat().st_mode & 0o777 == 0o755, "it is not ours to close"


def test_what_is_made_in_a_folder_that_others_can_enter_is_for_its_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # a server that begins writes to the control database, too: that is worth waiting for
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    with Server(tmp_path) as server:
        server.settled(server.key)
    readable = [path for path in data.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o077]
    assert readable == []
