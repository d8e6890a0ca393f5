"""The commands: what they print, what they never print, and what they say to bad input."""

from __future__ import annotations

import json
import re
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from audioscape_server.access.keys import PATTERN, digest
from audioscape_server.access.secret import server_secret
from audioscape_server.control import Catalog, ControlDatabase, KeyStore, Track
from audioscape_server.settings import DataFolder
from audioscape_server.spool import Spool
from support.spools import NOW, new_batch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.command import Command, Done

COMMANDS = [
    [],
    ["serve"],
    ["keys"],
    ["keys", "create"],
    ["keys", "import"],
    ["keys", "list"],
    ["keys", "revoke"],
    ["keys", "rotate"],
    ["users"],
    ["users", "create"],
    ["users", "list"],
    ["users", "role"],
    ["users", "password"],
    ["users", "remove"],
    ["sdk"],
    ["sdk", "luau"],
    ["catalog"],
    ["catalog", "import"],
    ["scores"],
    ["scores", "preview"],
    ["scores", "publish"],
    ["scores", "explain"],
    ["scores", "flagged"],
    ["check"],
    ["migrate"],
    ["quarantine"],
    ["quarantine", "list"],
    ["quarantine", "release"],
    ["quarantine", "export"],
    ["quarantine", "drop"],
    ["acknowledge"],
    ["doctor"],
    ["adopt"],
    ["simulate"],
    ["demo"],
]
#: What a hostile or unlucky text looks like to a terminal that knows markup.
MARKUP = "[/red] [bold]x[/] :smile: [link=http://x]"


def assert_one_line(done: Done) -> str:
    """A refusal: exit code 1, one line that says why, no traceback, nothing on standard output."""
    assert done.code == 1
    assert done.out == ""
    [line] = done.err.splitlines()
    assert line.startswith("error: ")
    return line


@pytest.fixture
def control(audioscape: Command) -> Iterator[ControlDatabase]:
    DataFolder(audioscape.data).make()
    database = ControlDatabase(f"sqlite:///{audioscape.data}/control.db")
    database.migrate()
    yield database
    database.close()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: " ".join(words) or "audioscape")
def test_every_command_explains_itself(audioscape: Command, command: list[str]) -> None:
    done = audioscape(*command, "--help")
    assert done.code == 0
    assert len(done.out.split()) > 15
    assert "audioscape" in done.out
    groups = ["keys"], ["users"], ["catalog"], ["quarantine"], ["scores"], ["sdk"], ["sdk", "luau"]
    # The demo has a folder of its own.
    if command and command not in (*groups, ["demo"]):
        assert "--data" in done.out
        assert "[default: data]" in " ".join(done.out.split())


def test_every_command_has_its_help_tested(audioscape: Command) -> None:
    listed = re.findall(r"^│ ([a-z]+) ", audioscape("--help").out, re.MULTILINE)
    assert set(listed) == {words[0] for words in COMMANDS if words}


def test_quiet_prints_the_key_and_nothing_else(audioscape: Command) -> None:
    done = audioscape("keys", "create", "--name", "a", "--quiet")
    assert (done.code, done.err) == (0, "")
    key = done.out.removesuffix("\n")
    assert PATTERN.fullmatch(key)
    rotated = audioscape("keys", "rotate", key[8:20], "--quiet")
    assert PATTERN.fullmatch(rotated.out.removesuffix("\n"))
    assert rotated.out != done.out


def test_without_quiet_only_the_key_goes_to_standard_output(audioscape: Command) -> None:
    done = audioscape("keys", "create", "--name", "a", "--scope", "ingest,read", "--project", "my-game")
    assert PATTERN.fullmatch(done.out.removesuffix("\n"))
    assert "my-game" in done.err
    assert "ingest,read" in done.err
    assert not PATTERN.search(done.err)


def test_a_created_key_is_what_was_asked_for(audioscape: Command, control: ControlDatabase) -> None:
    made = audioscape(
        *("keys", "create", "--name", MARKUP, "--scope", "read, ingest", "--rate", "9", "--project", "p-1"),
        *("--expires", "90d", "--identical-batches", "--quiet"),
    )
    pepper = server_secret("", DataFolder(audioscape.data))
    [credential] = KeyStore(control, pepper, lambda: NOW).load().items()
    assert credential[0] == digest(made.out.strip().encode(), pepper)
    assert (credential[1].project, credential[1].rate, credential[1].identical_batches) == ("p-1", 9, True)
    [stored] = KeyStore(control, pepper, lambda: NOW).list()
    assert stored.name == MARKUP
    assert stored.expires_at == pytest.approx(stored.created_at + 90 * 86_400, abs=60)


def test_the_list_shows_keys_whole_and_never_a_secret(audioscape: Command) -> None:
    keys = [
        audioscape("keys", "create", "--name", name, "--project", "p" * 63, "--quiet").out.strip()
        for name in (MARKUP, "n" * 100)
    ]
    assert audioscape("keys", "revoke", keys[1][8:20]).code == 0
    done = audioscape("keys", "list")
    assert done.code == 0
    for key in keys:
        assert key[8:20] in done.out
        assert key[21:] not in done.out
        assert key[21:40] not in done.out
    assert "p" * 63 in done.out
    assert MARKUP in done.out
    assert "n" * 100 in done.out
    assert "revoked" in done.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["keys", "create", "--name", "a", "--scope", "write"], "A scope is one of ingest, read; got 'write'."),
        (["keys", "create", "--name", "a", "--scope", ""], "A scope is one of"),
        (["keys", "create", "--name", "a", "--project", "No"], "got 'No'"),
        (["keys", "create", "--name", "a", "--project", MARKUP], MARKUP),
        (["keys", "create", "--name", "a", "--scope", MARKUP], MARKUP),
        (["keys", "create", "--name", "a", "--rate", "-1"], "got -1"),
        (["keys", "create", "--name", "a", "--expires", "soon"], "or at a date, such as 2027-01-31; got 'soon'"),
        (["keys", "create", "--name", "a", "--expires", "2020-01-01"], "must end in the future"),
        (["keys", "create", "--name", "a", "--expires", "0s"], "must end in the future"),
        (["keys", "create", "--name", "a", "--expires", "9" * 400 + "d"], "99d"),
        (["keys", "create", "--name", ""], "A key's name"),
        (["keys", "list"], "There is no installation in"),
        (["keys", "revoke", "nosuchkey"], "There is no installation in"),
        (["keys", "rotate", "nosuchkey"], "There is no installation in"),
        (["catalog", "import", "nosuchfile.csv"], "nosuchfile.csv cannot be read"),
        (["check"], "There is no spool"),
        (["quarantine", "list"], "There is no spool"),
        (["quarantine", "release", "7"], "There is no spool"),
        (["keys", "create", "--name", "a", "--secret", "short"], "at least 32 characters"),
        (["keys", "list", "--control", "nonsense"], "The setting control must be"),
        (["check", "--warehouse", "http://x"], "There is no spool"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_that_says_what_was_found(audioscape: Command, arguments: list[str], says: str) -> None:
    assert says in assert_one_line(audioscape(*arguments))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["keys", "revoke", "nosuchkey"], "No key has this id"),
        (["keys", "rotate", "nosuchkey"], "No key has this id"),
        (["keys", "rotate", "nosuchkey", "--overlap", "1y"], "got '1y'"),
        (["keys", "rotate", "nosuchkey", "--secret", "short"], "at least 32 characters"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_a_key_command_is_told_about_an_installation(audioscape: Command, arguments: list[str], says: str) -> None:
    assert audioscape("keys", "create", "--name", "first").code == 0
    assert says in assert_one_line(audioscape(*arguments))


def test_reading_makes_no_installation(audioscape: Command) -> None:
    assert_one_line(audioscape("keys", "list"))
    assert not audioscape.data.exists()


def test_adopting_makes_no_installation_where_there_is_none(audioscape: Command) -> None:
    for flags in ([], ["--control", f"sqlite:///{audioscape.folder}/c.db"]):
        assert "There is no installation in" in assert_one_line(audioscape("adopt", *flags))
    assert list(audioscape.folder.iterdir()) == []


def test_a_lost_secret_is_refused_while_keys_depend_on_it_and_given_up_by_adopting(audioscape: Command) -> None:
    assert audioscape("keys", "create", "--name", "first").code == 0
    [key_id] = re.findall(r"^ *(\w{12}) ", audioscape("keys", "list").out, re.MULTILINE)
    (audioscape.data / "secret").unlink()
    for arguments in (["create", "--name", "second"], ["rotate", key_id]):
        says = assert_one_line(audioscape("keys", *arguments))
        assert "The secret is missing" in says
        assert "audioscape adopt" in says
    assert not (audioscape.data / "secret").exists()
    assert audioscape("keys", "list").code == 0, "to look, and to revoke, takes no secret"

    done = audioscape("adopt")
    assert (done.code, "keys rotate" in done.out) == (0, True)
    assert audioscape("keys", "rotate", key_id, "--quiet").code == 0


def test_a_key_under_another_secret_is_not_made(audioscape: Command) -> None:
    """The server would not know it: whoever got it would be told 401."""
    assert audioscape("keys", "create", "--name", "first", env={"SECRET": "s" * 32}).code == 0
    assert "The secret is missing" in assert_one_line(audioscape("keys", "create", "--name", "second"))
    other = audioscape("keys", "create", "--name", "second", env={"SECRET": "t" * 32})
    assert "not the one under which the 1 keys" in assert_one_line(other)
    assert "t" * 32 not in other.err
    assert audioscape("keys", "create", "--name", "second", "--secret", "s" * 32).code == 0


def test_a_lost_control_database_is_not_replaced_in_silence(audioscape: Command) -> None:
    DataFolder(audioscape.data).make()
    Spool(DataFolder(audioscape.data).spool, NOW).close()
    for arguments in (["keys", "create", "--name", "a"], ["migrate"]):
        says = assert_one_line(audioscape(*arguments))
        assert "control.db is missing or empty" in says
        assert not (audioscape.data / "control.db").exists()
    assert audioscape("adopt").code == 0
    assert audioscape("keys", "create", "--name", "a").code == 0


def test_a_quarantined_row_is_listed_with_its_reason_and_released(audioscape: Command) -> None:
    assert audioscape("keys", "create", "--name", "a").code == 0
    folder = DataFolder(audioscape.data)
    spool = Spool(folder.spool, NOW)
    with spool.transaction():
        spool.append([new_batch(project="p-1")])
        spool.quarantine(1, MARKUP, NOW)
    spool.close()
    listed = audioscape("quarantine", "list")
    assert listed.code == 0
    assert MARKUP in listed.out
    assert "p-1" in listed.out
    assert assert_one_line(audioscape("quarantine", "release", "2")).startswith("error: No batch 2")
    assert audioscape("quarantine", "release", "1").code == 0
    assert audioscape("quarantine", "list").out == "Nothing is in quarantine.\n"


@pytest.mark.parametrize("words", [["migrate"], ["catalog", "import", "a.csv"], ["check"], ["keys", "list"]])
def test_a_wrong_folder_is_not_made_an_installation(audioscape: Command, words: list[str]) -> None:
    (audioscape.folder / "a.csv").write_text("asset_id\n1\n")
    assert str(audioscape.folder / "wrong") in assert_one_line(audioscape(*words, "--data", "wrong"))
    assert not (audioscape.folder / "wrong").exists()


def test_a_key_that_makes_an_installation_says_so(audioscape: Command) -> None:
    says = f"There was no installation in {audioscape.data}; a new one was made."
    assert says in audioscape("keys", "create", "--name", "a").err
    assert "installation" not in audioscape("keys", "create", "--name", "b").err


def test_the_list_shows_how_long_an_old_secret_works(audioscape: Command) -> None:
    assert audioscape("keys", "create", "--name", "a").code == 0
    [key] = json.loads(audioscape("keys", "list", "--json").out)
    assert (key["overlap_until"], key["is_live"], key["scopes"]) == (None, True, ["ingest"])
    assert audioscape("keys", "rotate", key["id"], "--overlap", "24h").code == 0
    [rotated] = json.loads(audioscape("keys", "list", "--json").out)
    day, minute = rotated["overlap_until"][:16].split("T")
    assert f"live; the old secret until {day} {minute}" in audioscape("keys", "list").out
    assert audioscape("keys", "revoke", key["id"]).code == 0
    [revoked] = json.loads(audioscape("keys", "list", "--json").out)
    assert (revoked["overlap_until"], revoked["is_live"]) == (None, False)


def test_answers_for_programs_are_json(audioscape: Command) -> None:
    told = audioscape("doctor", "--json")
    assert {finding["severity"] for finding in json.loads(told.out)} >= {"ok", "warning"}
    assert audioscape("keys", "create", "--name", "a").code == 0
    with closing(Spool(DataFolder(audioscape.data).spool, NOW)) as spool, spool.transaction():
        spool.append([new_batch(project="p-1")])
        spool.quarantine(1, MARKUP, NOW)
    [batch] = json.loads(audioscape("quarantine", "list", "--json").out)
    assert (batch["batch"], batch["project"], batch["reason"]) == (1, "p-1", MARKUP)


# --- the catalog


def names(control: ControlDatabase, *asset_ids: int) -> dict[int, Track]:
    return Catalog(control).tracks("default", asset_ids)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("a.csv", 'asset_id,title,artist,extra,duration\n1,"One, ""two""\nthree",A,x,1.5\n 2 ,,,,\n'),
        ("a.csv", '\ufeffasset_id,title,artist,extra,duration\r\n1,"One, ""two""\nthree",A,x,1.5\r\n2,,,,\r\n'),
        (
            "a.json",
            json.dumps(
                [
                    {"asset_id": "1", "title": 'One, "two"\nthree', "artist": "A", "duration": 1.5, "extra": [1]},
                    {"asset_id": 2, "title": None, "duration": ""},
                ]
            ),
        ),
        ("A.JSON", '[{"asset_id":1,"title":"One, \\"two\\"\\nthree","artist":"A","duration":"1.5"},{"asset_id":2}]'),
    ],
)
def test_names_are_imported(audioscape: Command, control: ControlDatabase, file: str, content: str) -> None:
    (audioscape.folder / file).write_bytes(content.encode())
    done = audioscape("catalog", "import", file)
    assert (done.code, done.out) == (0, "Names imported: 2; project default has 2.\n")
    assert names(control, 1, 2) == {1: Track(1, 'One, "two"\nthree', "A", duration=1.5), 2: Track(2)}


#: What Python takes for the end of a line, and CSV does not.
NO_LINE_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


@pytest.mark.parametrize("char", NO_LINE_ENDS, ids=ascii)
@pytest.mark.parametrize("quote", ["", '"'], ids=["bare", "quoted"])
def test_a_title_is_one_name_whatever_is_in_it(
    audioscape: Command, control: ControlDatabase, char: str, quote: str
) -> None:
    (audioscape.folder / "a.csv").write_bytes(f"asset_id,title\n1,{quote}One{char}2{quote}\n".encode())
    assert audioscape("catalog", "import", "a.csv").code == 0
    assert names(control, 1) == {1: Track(1, f"One{char}2")}


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("a.csv", "Asset_ID , title,  duration\n1, One, 2\n"),
        ("a.csv", '\ufeffasset_id, "title", duration\r\n\r\n1, "One", 2\r\n'),
        ("a.csv", "asset_id,title,duration\r1,One,2\r"),
        ("a.csv", "asset_id,duration,title\n1, 2 ,One"),
        ("a.json", '\ufeff[{"asset_id": 1, "title": " One ", "duration": 2}]'),
    ],
)
def test_white_space_around_fields_and_a_byte_order_mark_are_forgiven(
    audioscape: Command, control: ControlDatabase, file: str, content: str
) -> None:
    (audioscape.folder / file).write_bytes(content.encode())
    assert audioscape("catalog", "import", file).code == 0
    assert names(control, 1) == {1: Track(1, "One", duration=2.0)}


@pytest.mark.parametrize("project", ["No", "", "a b", "ü", "-a", "a" * 64])
def test_names_are_for_a_project_that_can_be(audioscape: Command, control: ControlDatabase, project: str) -> None:
    (audioscape.folder / "a.csv").write_text("asset_id,title\n1,One\n")
    assert f"got {project!r}" in assert_one_line(audioscape("catalog", "import", "a.csv", f"--project={project}"))
    assert Catalog(control).count(project) == 0


def test_importing_again_replaces(audioscape: Command, control: ControlDatabase) -> None:
    for title in ("old", "new"):
        (audioscape.folder / "a.csv").write_text(f"asset_id,title\n1,{title}\n")
        assert audioscape("catalog", "import", "a.csv").code == 0
    assert names(control, 1) == {1: Track(1, "new")}


@pytest.mark.parametrize(
    ("file", "content"),
    [("a.csv", "asset_id,title\n0,Zero\n"), ("a.json", '[{"asset_id":0,"title":"Zero"}]')],
)
def test_an_asset_may_have_the_number_0(audioscape: Command, control: ControlDatabase, file: str, content: str) -> None:
    (audioscape.folder / file).write_text(content)
    assert audioscape("catalog", "import", file).code == 0
    assert names(control, 0) == {0: Track(0, "Zero")}


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("a.csv", b"", "needs a header line with a column asset_id"),
        ("a.csv", b"title\nx\n", "needs a header line with a column asset_id"),
        ("a.csv", b"asset_id\nx\n", "a.csv, line 2: asset_id must be decimal digits, got 'x'"),
        ("a.csv", b"asset_id\n1\n-2\n", "a.csv, line 3: asset_id"),
        ("a.csv", b"asset_id\n" + b"9" * 5_000 + b"\n", "a.csv, line 2: asset_id"),
        ("a.csv", "asset_id\n\u0661\n".encode(), "a.csv, line 2: asset_id"),
        ("a.csv", b"asset_id\n9223372036854775808\n", "a.csv, line 2: asset_id"),
        ("a.csv", b"asset_id\n[/x]\n", "a.csv, line 2: asset_id must be decimal digits, got '[/x]'"),
        ("a.csv", b"asset_id,duration\n1,long\n", "a.csv, line 2: duration must be seconds, got 'long'"),
        ("a.csv", b"asset_id,duration\n1,nan\n", "a.csv, line 2: duration"),
        ("a.csv", b"asset_id,duration\n1,1_000\n", "a.csv, line 2: duration"),
        ("a.csv", "asset_id,duration\n1,١٢\n".encode(), "a.csv, line 2: duration"),
        ("a.csv", b"asset_id,duration\n1,1e999\n", "a.csv, line 2: duration"),
        ("a.csv", b"asset_id,title\n1," + b"x" * 200_000 + b"\n", "a.csv is not valid CSV"),
        ("a.csv", b"asset_id;title\n1;One\n", "separated by commas; got 'asset_id;title'"),
        ("a.csv", b"asset_id,title, Title\n1,One,Two\n", "has the column title more than once"),
        ("a.csv", b'asset_id,title\n1,One\n2,"Two\n3,Three\n', "line 3: a quote is opened and never closed"),
        ("a.csv", b'asset_id,title\n1,"One\ntwo"\n2,"Two"x\n', "line 4: "),
        ("a.csv", b"asset_id,title\n1,Hello, world\n", "line 2: 3 fields under a header of 2"),
        ("a.csv", b"asset_id,title\n\n1,a\0b\n", "line 3: title must be a text"),
        ("a.csv", b"asset_id\n\xff\n", "not UTF-8"),
        ("a.csv", "asset_id\n1\n".encode("utf-16"), "not UTF-8"),
        ("a.json", b"", "not valid JSON"),
        ("a.json", b"{}", "must be an array of objects"),
        ("a.json", b"[1]", "must be an array of objects"),
        ("a.json", b'[{"title":"x"}]', "a.json, entry 1: asset_id"),
        ("a.json", b'[{"asset_id":1.0}]', "a.json, entry 1: asset_id"),
        ("a.json", b'[{"asset_id":true}]', "a.json, entry 1: asset_id"),
        ("a.json", b"[" * 100_000, "not valid JSON"),
        ("a.json", b'[{"asset_id":1,"title":"\\ud800"}]', "a.json, entry 1: title"),
        ("a.json", b'[{"asset_id":1,"title":true}]', "a.json, entry 1: title"),
        ("a.json", b'[{"asset_id":1},{"asset_id":1,"title":["x"]}]', "a.json, entry 2: title"),
        ("a.txt", b"", "got '.txt'"),
        ("a", b"", "got 'no suffix'"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_bad_catalog_is_refused_whole(
    audioscape: Command, control: ControlDatabase, file: str, content: bytes, says: str
) -> None:
    (audioscape.folder / file).write_bytes(content)
    assert says in assert_one_line(audioscape("catalog", "import", file))
    assert Catalog(control).count("default") == 0
