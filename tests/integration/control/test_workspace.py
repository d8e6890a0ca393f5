"""What a project keeps for its people: settings, names of experiences, notes and saved views, on both databases."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from audioscape_server.accounts.pages import PageName, locked, require_query
from audioscape_server.accounts.roles import Role
from audioscape_server.control import Track, Users, Workspace, annotations, experience_names, saved_views
from audioscape_server.control.guests import Album, Given
from audioscape_server.control.project_settings import ProjectSettings
from audioscape_server.control.texts import line
from audioscape_server.errors import InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from audioscape_server.control import ControlDatabase

NOW = 1_790_000_000.0
GOOD = "correct horse battery"


@pytest.fixture
def workspace(database: ControlDatabase) -> Workspace:
    return Workspace(database, lambda: NOW)


def test_settings_are_the_defaults_until_a_project_chooses_its_own(workspace: Workspace) -> None:
    assert workspace.settings.of("alpha") == ProjectSettings("UTC", "monday")
    for chosen in (
        ProjectSettings("Asia/Kolkata", "sunday"),
        ProjectSettings("America/Argentina/Buenos_Aires", "saturday"),
    ):
        workspace.settings.put("alpha", chosen)
        assert workspace.settings.of("alpha") == chosen
    assert workspace.settings.of("beta") == ProjectSettings()


def test_a_name_is_replaced_and_taken_away_and_is_of_one_kind_and_one_project(workspace: Workspace) -> None:
    def called(project: str) -> list[tuple[str, int, str]]:
        return [(one.kind, one.id, one.name) for one in workspace.names.list(project)]

    top = 2**63 - 1
    for kind, id_, name in (
        ("universe", 7, "Obby"),
        ("place", 7, " Lobby "),
        ("place", top, "Deep"),
        ("place", 7, "Hall"),
    ):
        workspace.names.put("alpha", "user", kind, id_, name)
    workspace.names.put("beta", "user", "universe", 7, "Other")
    assert called("alpha") == [("place", 7, "Hall"), ("place", top, "Deep"), ("universe", 7, "Obby")]
    for _ in range(2):  # what has no name keeps none
        workspace.names.put("alpha", "user", "universe", 7, None)
    assert called("alpha") == [("place", 7, "Hall"), ("place", top, "Deep")]
    assert called("beta") == [("universe", 7, "Other")]


def test_a_project_has_no_more_names_than_a_page_can_hold(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experience_names, "MOST", 2)
    for id_ in (1, 2):
        workspace.names.put("alpha", "user", "place", id_, "x")
    with pytest.raises(InvalidRequestError, match="at most 2 names"):
        workspace.names.put("alpha", "user", "universe", 1, "x")
    workspace.names.put("alpha", "user", "place", 2, "y")  # one that is there may change
    workspace.names.put("beta", "user", "place", 3, "z")


_projects = itertools.count()


def note(workspace: Workspace, since: float, until: float, project: str = "alpha", text: str = "Release") -> str:
    return workspace.annotations.add(project, "user", begins_at=since, ends_at=until, text=text)


# One database for all examples: each has its own project.
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    notes=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 10)), max_size=6),
    asked=st.tuples(st.integers(0, 20), st.integers(1, 15)),
)
def test_the_notes_of_a_period_are_those_that_touch_it(
    workspace: Workspace, notes: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    project = f"p-{next(_projects)}"
    for at, length in notes:
        note(workspace, at, at + length, project)
    since, until = asked[0], asked[0] + asked[1]
    # In quarters, so that points at both ends are told apart: a note is closed, a period half-open.
    touching = sorted(
        (at, at + length)
        for at, length in notes
        if any(at <= quarter / 4 <= at + length for quarter in range(4 * since, 4 * until))
    )
    found = workspace.annotations.between(project, since, until)
    assert sorted((one.begins_at, one.ends_at) for one in found) == touching
    assert [one.begins_at for one in found] == sorted(one.begins_at for one in found)


def test_a_note_tells_who_wrote_it_and_when_until_that_user_is_gone(
    workspace: Workspace, database: ControlDatabase
) -> None:
    users = Users(database, lambda: NOW)
    ada = users.create(email="ada@example.com", password=GOOD, project="alpha", role=Role.EDITOR)
    workspace.annotations.add("alpha", ada, begins_at=5, ends_at=5, text="  Release 2.0 ")
    workspace.views.add("alpha", ada, name="Mine", page=PageName.TRACKS, query="")
    [found] = workspace.annotations.between("alpha", 0, 10)
    [view] = workspace.views.list("alpha")
    assert (found.text, found.by, found.created_at) == ("Release 2.0", "ada@example.com", NOW)
    assert (view.by, view.created_at) == ("ada@example.com", NOW)
    users.remove("ada@example.com")
    assert [one.by for one in workspace.annotations.between("alpha", 0, 10)] == [None]
    assert [one.by for one in workspace.views.list("alpha")] == [None]


def test_a_note_that_ends_before_it_begins_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidRequestError, match="until: expected a time that is not before at"):
        note(workspace, 5, 4)
    assert workspace.annotations.between("alpha", 0, 10) == []


def test_what_one_project_wrote_another_neither_sees_nor_deletes(workspace: Workspace) -> None:
    written = note(workspace, 5, 5)
    saved = workspace.views.add("alpha", "user", name="Mine", page=PageName.OVERVIEW, query="")
    shared, _ = workspace.shares.make("alpha", "user", page=PageName.OVERVIEW, query="", days=1)
    assert workspace.annotations.between("beta", 0, 10) == []
    assert workspace.views.list("beta") == workspace.shares.list("beta") == []
    for remove in (workspace.annotations.remove, workspace.views.remove, workspace.shares.remove):
        for id_ in (written, saved, shared.id, "", "%"):
            with pytest.raises(NotFoundError):
                remove("beta", id_)
    assert len(workspace.annotations.between("alpha", 0, 10)) == len(workspace.views.list("alpha")) == 1
    workspace.annotations.remove("alpha", written)
    workspace.views.remove("alpha", saved)
    workspace.shares.remove("alpha", shared.id)
    assert workspace.annotations.between("alpha", 0, 10) == workspace.views.list("alpha") == []
    with pytest.raises(NotFoundError):
        workspace.annotations.remove("alpha", written)


def test_a_name_is_of_one_view_of_a_project(workspace: Workspace) -> None:
    workspace.views.add("alpha", "user", name="Weekly", page=PageName.TRACKS, query="period=7d&asset=%31")
    with pytest.raises(InvalidRequestError, match="a view 'Weekly' already"):
        workspace.views.add("alpha", "user", name=" Weekly ", page=PageName.OVERVIEW, query="")
    workspace.views.add("beta", "user", name="Weekly", page=PageName.OVERVIEW, query="")
    workspace.views.add("alpha", "user", name="audience", page=PageName.AUDIENCE, query="")
    found = workspace.views.list("alpha")
    assert [(one.name, one.page, one.query) for one in found] == [
        ("audience", "audience", ""),
        ("Weekly", "tracks", "period=7d&asset=%31"),
    ]


def test_there_is_an_end_to_notes_and_views(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotations, "MOST", 2)
    monkeypatch.setattr(saved_views, "MOST", 2)
    for number in range(2):
        note(workspace, number, number)
        workspace.views.add("alpha", "user", name=str(number), page=PageName.TRACKS, query="")
    with pytest.raises(InvalidRequestError, match="at most 2 notes"):
        note(workspace, 5, 5)
    with pytest.raises(InvalidRequestError, match="at most 2 saved views"):
        workspace.views.add("alpha", "user", name="one more", page=PageName.TRACKS, query="")
    note(workspace, 5, 5, "beta")
    assert len(workspace.annotations.between("alpha", 0, 10)) == len(workspace.views.list("alpha")) == 2


@pytest.mark.parametrize(
    "text",
    ["", " \t ", "x" * 201, "two\nlines", "a\0b", "\ud800", "a\u2028b", "a\u202eb", "\x1b[31mred", "a\x85b", "\u200b"],
    ids=ascii,
)
def test_a_note_is_one_line_that_can_be_read(workspace: Workspace, text: str) -> None:
    with pytest.raises(InvalidRequestError, match="text: expected"):
        note(workspace, 5, 5, text=text)
    assert workspace.annotations.between("alpha", 0, 10) == []


@pytest.mark.parametrize(
    "text", ["x" * 200, "<script>alert(1)</script>", "Fête 🎉 שלום", "'; DROP TABLE users; --", "=1+1"]
)
def test_any_other_text_comes_back_as_it_was_written(workspace: Workspace, text: str) -> None:
    note(workspace, 5, 5, text=text)
    assert [one.text for one in workspace.annotations.between("alpha", 0, 10)] == [text]
    assert line("name", f" {text}", 200) == text


@pytest.mark.parametrize(
    ("query", "is_one"),
    [
        ("", True),
        ("period=7d&universe=11,12&x=%C3%A9", True),
        ("a" * 2_000, True),
        ("a" * 2_001, False),
        ("a b", False),
        ("a#b", False),
        ("é", False),
        ("%", False),
        ("%zz", False),
        ("a\n", False),
        ("<script>", False),
        ('"', False),
        ("\\", False),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_query_is_what_may_stand_behind_the_question_mark(query: str, *, is_one: bool) -> None:
    if is_one:
        require_query(query)
    else:
        with pytest.raises(InvalidRequestError, match="query: expected"):
            require_query(query)


@pytest.mark.parametrize(
    ("page", "query", "expected"),
    [
        (PageName.TRACKS, "asset=1,x!", "asset to be at most 100 ids"),
        (PageName.TRACKS, "asset=1&asset=2", "every parameter once"),
        (PageName.TRACKS, "asset=1,2&asset_not=2", "asset_not to be none of the values of asset"),
        (PageName.TRACK, "asset=1,2", "asset=ID, the track that is shown"),
        (PageName.TRACKS, "period=29d", "period to be one of today, .*, found '29d'"),
        (PageName.TRACKS, "period=custom&from=2026-02-30", r"from to be a day \(2026-01-31\)"),
        (PageName.TRACKS, "from=2026-02-02&to=2026-02-02", "from and to, two days"),
        (PageName.TRACKS, "compare=yaer", "compare to be one of previous, year, none, found 'yaer'"),
    ],
)
def test_a_link_that_would_show_something_else_than_it_says_is_not_made(
    workspace: Workspace, page: PageName, query: str, expected: str
) -> None:
    with pytest.raises(InvalidRequestError, match=f"query: expected {expected}"):
        workspace.shares.make("alpha", "user", page=page, query=query, days=1)
    assert workspace.shares.list("alpha") == []


def test_a_link_that_was_made_with_an_unreadable_comparison_compares_as_it_did() -> None:
    """Once such links were made; nobody who has one can change it."""
    assert locked(PageName.TRACKS, "compare=yaer") == locked(PageName.TRACKS, "compare=previous")
    assert locked(PageName.TRACKS, "compare=year").compare == "year"


def test_an_empty_comparison_of_a_link_is_none_that_was_chosen(workspace: Workspace) -> None:
    shared, _ = workspace.shares.make("alpha", "user", page=PageName.TRACKS, query="compare=", days=1)
    assert locked(shared.page, shared.query).compare == "previous"


def test_a_guest_is_shown_what_was_given_as_the_catalog_has_it_now(
    workspace: Workspace, database: ControlDatabase
) -> None:
    gus = Users(database, lambda: NOW).create(email="gus@example.com", password=GOOD, project="alpha", role=Role.GUEST)
    workspace.catalog.put(
        "alpha",
        [Track(1, None, "Ada", "Dawn"), Track(2, None, "ada"), Track(3, None, "Bo", "Dawn"), Track(4, album="Dawn")],
    )
    workspace.catalog.put("beta", [Track(9, None, "Ada", "Dawn")])
    for wanted, shown in (
        (Given(), set()),
        (Given([7, 7]), {7}),
        (Given([7], ["Ada"]), {1, 7}),
        (Given([], [], [Album("Dawn", "Bo")]), {3}),
        (Given([], [], [Album("Dawn")]), {4}),
        (Given([], ["%", "A_a"]), set()),
    ):
        workspace.guests.give("alpha", gus, wanted)
        assert workspace.guests.assets("alpha", gus) == shown
        assert workspace.guests.given("alpha", gus).albums == list(wanted.albums)
    workspace.guests.give("alpha", gus, Given([], ["Ada"]))
    workspace.catalog.put("alpha", [Track(5, None, "Ada"), Track(1, None, "Cy")])
    assert workspace.guests.assets("alpha", gus) == {5}
    assert workspace.guests.assets("beta", gus) == frozenset()


@pytest.mark.parametrize(
    "given",
    [Given([], [""]), Given([], ["x" * 401]), Given([], ["a\0b"]), Given([], [], [Album("")]), Given(range(501))],
    ids=["empty", "long", "nul", "no album", "too many"],
)
def test_what_cannot_be_given_changes_nothing(workspace: Workspace, database: ControlDatabase, given: Given) -> None:
    gus = Users(database, lambda: NOW).create(email="gus@example.com", password=GOOD, project="alpha", role=Role.GUEST)
    workspace.guests.give("alpha", gus, Given([1]))
    with pytest.raises(InvalidRequestError):
        workspace.guests.give("alpha", gus, given)
    assert workspace.guests.assets("alpha", gus) == {1}
    for project, user in (("beta", gus), ("alpha", "nobody")):
        with pytest.raises(NotFoundError):
            workspace.guests.give(project, user, Given([1]))
