"""Settings, titles, notes and saved views over HTTP. Who may change them is told in test_changes.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient

from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sign_in import SignIn
from audioscape_server.api.periods import rfc3339
from audioscape_server.control import Catalog, ControlDatabase, Sessions, Track, Users, Workspace
from support.browser import Browser
from support.counting import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response

API = "/analytics/v1"
GOOD = "correct horse battery"
TITLES = "text/csv; charset=utf-8"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlDatabase]:
    database = ControlDatabase(f"sqlite:///{tmp_path_factory.mktemp('workspace')}/control.db")
    database.migrate()
    yield database
    database.close()


@pytest.fixture(scope="module")
def client(bare: Any, database: ControlDatabase) -> Iterator[TestClient[Any]]:
    users, sessions = Users(database, lambda: NOW), Sessions(database, lambda: NOW)
    users.create(email="ada@example.com", password=GOOD, project="alpha", role=Role.EDITOR)
    users.create(email="bo@example.com", password=GOOD, project="beta", role=Role.EDITOR)
    clock = iter(range(0, 10_000_000, 1_000))
    door = SignIn(users, sessions, limit_addresses=True, monotonic=lambda: next(clock))
    made = type(bare)(bare.warehouse, sign_in=door, workspace=Workspace(database, lambda: NOW))
    with TestClient(made.app(), raise_server_exceptions=False) as client:
        yield client


class Editor(Browser):
    """Somebody who is signed in, and whose page holds the token."""

    def __init__(self, client: TestClient[Any], email: str) -> None:
        super().__init__(client)
        self.csrf = self.sign_in(email, GOOD).json()["csrf_token"]

    def change(self, method: str, path: str, body: Any = None, content_type: str = "application/json") -> Response:
        headers = {"x-csrf-token": self.csrf, "content-type": content_type}
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        return self.send(method, API + path, headers=headers, **content)

    def read(self, path: str) -> Any:
        answer = self.get(API + path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def ada(client: TestClient[Any]) -> Editor:
    return Editor(client, "ada@example.com")


@pytest.fixture
def bo(client: TestClient[Any]) -> Editor:
    return Editor(client, "bo@example.com")


def test_the_settings_of_a_project_are_changed_for_all_of_it_and_for_no_other(ada: Editor, bo: Editor) -> None:
    wanted = {"zone": "Asia/Tehran", "week_start": "saturday"}
    assert bo.read("/settings") == {"zone": "UTC", "week_start": "monday"}
    done = ada.change("PUT", "/settings", wanted)
    assert (done.status_code, done.json()) == (200, wanted)
    assert ada.read("/settings") == wanted
    assert ada.get(f"{API}/settings", **{"x-api-key": "read:alpha"}).json() == wanted
    assert bo.read("/settings") == {"zone": "UTC", "week_start": "monday"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"zone": "UTC"},
        {"zone": "UTC", "week_start": "friday"},
        *(
            {"zone": zone, "week_start": "monday"}
            for zone in (
                "",
                "Mars/Phobos",
                "europe/paris",
                "../../etc/passwd",
                "/etc/localtime",
                "Etc/../UTC",
                "UTC\0",
                "Europe/Paris ",
                "x" * 65,
                "Factory",
            )
        ),
        {"zone": 1, "week_start": "monday"},
        {"zone": "UTC", "week_start": "monday", "project": "beta"},
        [],
        b"\xff",
    ],
    ids=lambda body: ascii(body)[:50],
)
def test_settings_that_are_none_are_refused_and_change_nothing(ada: Editor, body: Any) -> None:
    before = ada.read("/settings")
    assert ada.change("PUT", "/settings", body).status_code == 400
    assert ada.read("/settings") == before


def test_a_path_tells_all_that_may_be_done_with_it(ada: Editor) -> None:
    told = {path: ada.send("OPTIONS", API + path).headers["allow"] for path in ("/settings", "/annotations", "/titles")}
    assert told == {
        "/settings": "GET, HEAD, PUT, OPTIONS",
        "/annotations": "GET, HEAD, POST, OPTIONS",
        "/titles": "POST, OPTIONS",
    }


def test_an_experience_is_named_for_all_of_the_project_and_for_no_other(ada: Editor, bo: Editor) -> None:
    named = {"kind": "universe", "id": "4922", "name": "=Obby <b>"}
    done = ada.change("PUT", "/experiences/names", named | {"name": " =Obby <b> "})
    assert (done.status_code, done.json()) == (200, named)
    told = {"names": [named | {"by": "ada@example.com", "changed_at": rfc3339(NOW)}]}
    assert ada.read("/experiences/names") == told
    by_key = {"x-api-key": "read:alpha"}
    assert ada.get(f"{API}/experiences/names", **by_key).json() == told
    assert "'=Obby" in ada.get(f"{API}/experiences/names", accept="text/csv", **by_key).text
    assert bo.read("/experiences/names") == {"names": []}
    assert ada.change("PUT", "/experiences/names", named | {"name": None}).json() == named | {"name": None}
    assert ada.read("/experiences/names") == {"names": []}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "game"},
        {"kind": None},
        *({"id": id_} for id_ in ("", "0", "00", "-1", "1.5", "1" * 20, str(2**63), " 1", "\u0661", 1, None)),
        *({"name": name} for name in ("", " ", "x" * 81, "a\nb", "a\0b", "\u202e", 1)),
        {"project": "beta"},
    ],
    ids=ascii,
)
def test_what_is_no_name_of_an_experience_is_refused(ada: Editor, wrong: dict[str, Any]) -> None:
    body = {"kind": "place", "id": "1", "name": "Lobby"} | wrong
    told = ada.change("PUT", "/experiences/names", body)
    assert (told.status_code, list(told.json())) == (400, ["error"])
    assert ada.read("/experiences/names") == {"names": []}


def test_titles_are_taken_whole_and_replace_those_that_are_there(ada: Editor, database: ControlDatabase) -> None:
    catalog = Catalog(database)
    for title in ("One", "Eins"):
        body = f'\ufeffasset_id,title,duration\r\n70,"{title}, ""x""\nb",1.5\r\n71,,\r\n72,\u200b,\r\n'.encode()
        done = ada.change("POST", "/titles", body, TITLES)
        assert (done.status_code, done.json()) == (200, {"taken": 3})
        found = catalog.tracks("alpha", [70, 71, 72])
        # What nobody sees is no title.
        assert found == {70: Track(70, f'{title}, "x"\nb', duration=1.5), 71: Track(71), 72: Track(72)}
    assert catalog.tracks("beta", [70, 71, 72]) == {}


def test_every_wrong_line_is_told_and_then_nothing_is_taken(ada: Editor, database: ControlDatabase) -> None:
    body = b'asset_id,title,duration\n80,Good,1\nx,Bad,1\n81,"two\nlines",long\n82,a,b,c\n83,Good,2\n'
    told = ada.change("POST", "/titles", body, TITLES)
    assert told.status_code == 400
    assert told.json() == {
        "taken": 0,
        "refused": [
            {"line": 3, "reason": "asset_id must be decimal digits, got 'x'."},
            {"line": 4, "reason": "duration must be seconds, got 'long'."},
            {"line": 6, "reason": "4 fields under a header of 3; a comma in a name takes quotes around the name."},
        ],
        "refused_total": 3,
        "error": "Nothing was taken: 3 lines are wrong. Line 3: asset_id must be decimal digits, got 'x'.",
    }
    assert Catalog(database).tracks("alpha", [80, 81, 82, 83]) == {}


def test_no_more_wrong_lines_are_told_than_anybody_reads(ada: Editor) -> None:
    told = ada.change("POST", "/titles", b"asset_id\n" + b"x\n" * 5_000, TITLES).json()
    assert (len(told["refused"]), told["refused_total"]) == (100, 5_000)


@pytest.mark.parametrize(
    ("body", "content_type", "refused"),
    [
        (b"asset_id\n90\n", "application/json", "400 The content-type must be text/csv."),
        (b"", TITLES, "400 needs a header line with a column asset_id"),
        (b"title\nOne\n", TITLES, "400 needs a header line with a column asset_id"),
        (b'asset_id,title\n90,"One\n', TITLES, "400 a quote is opened and never closed"),
        (b"asset_id\n90\n\xff\n", TITLES, "400 not UTF-8"),
        ("asset_id\n90\n".encode("utf-16"), TITLES, "400 not UTF-8"),
        (b"asset_id\n90\n" + b" " * (8 << 20), TITLES, "413 "),
    ],
    ids=["json", "empty", "no id", "open quote", "bytes", "utf-16", "too large"],
)
def test_what_is_no_csv_of_titles_is_refused_whole(
    ada: Editor, database: ControlDatabase, body: bytes, content_type: str, refused: str
) -> None:
    told = ada.change("POST", "/titles", body, content_type)
    status, _, says = refused.partition(" ")
    assert (told.status_code, says in told.text) == (int(status), True)
    assert Catalog(database).tracks("alpha", [90]) == {}


def test_a_note_is_written_read_by_all_of_the_project_and_deleted(ada: Editor, bo: Editor) -> None:
    made = ada.change("POST", "/annotations", {"at": "2026-09-23T12:00:00.5+02:00", "text": " Release <b>2.0</b> "})
    assert made.status_code == 201
    [point] = ada.read("/annotations?from=2026-09-23&to=2026-09-24")["annotations"]
    assert point == {
        "id": made.json()["id"],
        "at": "2026-09-23T10:00:00.5Z",
        "until": None,
        "text": "Release <b>2.0</b>",
        "by": "ada@example.com",
        "created_at": rfc3339(NOW),
    }
    ranged = ada.change("POST", "/annotations", {"at": 1_000_000_000, "until": 1_000_000_060.25, "text": "=1+1"}).json()
    by_key = ada.get(f"{API}/annotations?from=1000000000&to=1000000001", **{"x-api-key": "read:alpha"}).json()
    assert [one["until"] for one in by_key["annotations"]] == ["2001-09-09T01:47:40.25Z"]
    as_csv = ada.get(f"{API}/annotations?from=1000000000&to=1000000001", accept="text/csv").text
    assert "'=1+1" in as_csv
    assert bo.read("/annotations?from=0&to=2000000000") == {"annotations": []}
    assert bo.change("DELETE", f"/annotations/{point['id']}").status_code == 404
    for one in (point["id"], ranged["id"]):
        assert ada.change("DELETE", f"/annotations/{one}").status_code == 204
        assert ada.change("DELETE", f"/annotations/{one}").status_code == 404
    assert ada.read("/annotations?from=0&to=2000000000") == {"annotations": []}


@pytest.mark.parametrize(
    "body",
    [
        {"at": "2026-09-23", "text": "no offset"},
        {"at": "2026-09-23T12:00:00", "text": "no offset"},
        {"at": "yesterday", "text": "x"},
        {"at": -1, "text": "x"},
        {"at": 1e300, "text": "x"},
        {"at": 4_102_444_801, "text": "x"},
        {"at": "9999-12-31T23:59:59-23:59", "text": "x"},
        {"at": "0001-01-01T00:00:00+23:59", "text": "x"},
        {"at": True, "text": "x"},
        {"at": None, "text": "x"},
        {"at": 5, "until": 4, "text": "x"},
        {"at": 5, "text": ""},
        {"at": 5, "text": "x" * 201},
        {"at": 5},
        {"text": "x"},
        {"at": 5, "text": "x", "project": "beta"},
        b'{"at": NaN, "text": "x"}',
        b'{"at": 5, "text": "\\ud800"}',
    ],
    ids=lambda body: ascii(body)[:50],
)
def test_a_note_that_is_none_is_refused(ada: Editor, body: Any) -> None:
    told = ada.change("POST", "/annotations", body)
    assert (told.status_code, list(told.json())) == (400, ["error"])
    assert ada.read("/annotations?from=0&to=4102444800") == {"annotations": []}


def test_a_view_is_saved_listed_and_deleted(ada: Editor, bo: Editor) -> None:
    wanted = {"name": "Weekly", "page": "tracks", "query": "period=7d&sort=skips"}
    made = ada.change("POST", "/views", wanted)
    assert made.status_code == 201
    [saved] = ada.read("/views")["views"]
    assert saved == wanted | {"id": made.json()["id"], "by": "ada@example.com", "created_at": rfc3339(NOW)}
    again = ada.change("POST", "/views", wanted | {"page": "overview"})
    assert (again.status_code, "a view 'Weekly' already" in again.text) == (400, True)
    assert bo.read("/views") == {"views": []}
    assert bo.change("DELETE", f"/views/{saved['id']}").status_code == 404
    assert ada.change("DELETE", f"/views/{saved['id']}").status_code == 204
    assert ada.read("/views") == {"views": []}


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "page": "settings"},
        {"name": "x", "page": "../keys"},
        {"name": "", "page": "tracks"},
        {"name": "x" * 81, "page": "tracks"},
        {"name": "x", "page": "tracks", "query": "a#b"},
        {"name": "x", "page": "tracks", "query": "a" * 2_001},
        {"name": "x"},
        {"name": "x", "page": "tracks", "by": "bo@example.com"},
    ],
    ids=lambda body: ascii(body)[:50],
)
def test_a_view_that_is_none_is_refused(ada: Editor, body: Any) -> None:
    assert ada.change("POST", "/views", body).status_code == 400
    assert ada.read("/views") == {"views": []}
