"""Sessions, in both databases: how they begin and end, and whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select

from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sessions import IDLE_S, LIFE_S, SKEW_S
from audioscape_server.control import Sessions, Users
from audioscape_server.control.schema import sessions
from audioscape_server.errors import NotFoundError
from support.spools import NOW

if TYPE_CHECKING:
    from audioscape_server.control import ControlDatabase

ADA, BO = "ada@example.com", "bo@example.com"
GOOD, NEW = "correct horse battery", "another horse battery"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people(database: ControlDatabase, clock: Clock) -> Users:
    """Ada owns two projects and sees a third; Bo sees one."""
    people = Users(database, clock)
    people.create(email=ADA, password=GOOD, project="games", role=Role.OWNER)
    people.set_role(ADA, "arcade", Role.EDITOR)
    people.create(email=BO, password=GOOD, project="games", role=Role.VIEWER)
    return people


@pytest.fixture
def store(database: ControlDatabase, clock: Clock) -> Sessions:
    return Sessions(database, clock)


def begin(store: Sessions, people: Users, email: str = ADA) -> str:
    token = store.begin(email, people.password_of(email) or "")
    assert token is not None
    return token


def test_a_session_tells_whose_it_is_and_shows_a_project_of_theirs(store: Sessions, people: Users) -> None:
    who = store.find(begin(store, people))
    assert who is not None
    assert (who.email, who.project, who.role) == (ADA, "arcade", Role.EDITOR)
    assert who.roles == {"arcade": Role.EDITOR, "games": Role.OWNER}
    people.set_role(ADA, "default", Role.VIEWER)
    again = store.find(begin(store, people))
    assert again is not None
    assert (again.project, again.role) == ("default", Role.VIEWER)


def test_only_a_digest_of_a_token_is_stored(store: Sessions, people: Users, database: ControlDatabase) -> None:
    token = begin(store, people)
    assert len(token) >= 43
    with database.engine.connect() as connection:
        [row] = connection.execute(select(sessions))
    assert token not in repr(row)
    assert token.encode() not in bytes(row.digest)


@pytest.mark.parametrize("token", ["", "x", "\udcff", "' OR 1=1 --"])
def test_any_other_text_is_nobodys(store: Sessions, people: Users, token: str) -> None:
    begin(store, people)
    assert store.find(token) is None


@pytest.mark.parametrize(
    ("idle", "age", "is_live"),
    [
        (IDLE_S - 1, IDLE_S - 1, True),
        (IDLE_S, IDLE_S, False),
        (1, LIFE_S - 1, True),
        (1, LIFE_S, False),
        (-SKEW_S, -SKEW_S, True),
        (-SKEW_S - 1, -SKEW_S - 1, False),
    ],
)
def test_a_session_ends_by_its_age_by_its_rest_and_with_the_clock(
    store: Sessions, people: Users, clock: Clock, idle: int, age: int, *, is_live: bool
) -> None:
    token = begin(store, people)
    while clock.now < NOW + age - idle:
        clock.now = min(clock.now + IDLE_S - 1, NOW + age - idle)
        assert store.find(token)
    clock.now = NOW + age
    assert (store.find(token) is not None) is is_live


def test_uses_are_noted_once_in_a_while(
    store: Sessions, people: Users, clock: Clock, database: ControlDatabase
) -> None:
    token = begin(store, people)
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE"):
            written.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    for _ in range(5):
        store.find(token)
    assert written == []
    clock.now += 60
    for _ in range(5):
        store.find(token)
    assert [statement.split()[1] for statement in written] == ["sessions", "user_roles"]


def test_signing_out_ends_this_session_or_all_of_this_user(store: Sessions, people: Users) -> None:
    first, second, other = begin(store, people), begin(store, people), begin(store, people, BO)
    store.end(first)
    assert [store.find(token) is not None for token in (first, second, other)] == [False, True, True]
    third = begin(store, people)
    who = store.find(third)
    assert who is not None
    store.end_all(who.user)
    assert [store.find(token) is not None for token in (second, third, other)] == [False, False, True]


@pytest.mark.parametrize("act", ["password", "remove"])
def test_a_session_ends_with_its_password_and_its_user(store: Sessions, people: Users, act: str) -> None:
    mine, other = begin(store, people), begin(store, people, BO)
    if act == "password":
        people.set_password(ADA, NEW)
    else:
        people.remove(ADA)
    assert store.find(mine) is None
    assert store.find(other) is not None


@pytest.mark.parametrize("act", ["password", "remove"])
def test_no_session_begins_by_a_password_that_was_replaced_meanwhile(store: Sessions, people: Users, act: str) -> None:
    checked = people.password_of(ADA) or ""
    if act == "password":
        people.set_password(ADA, NEW)
    else:
        people.remove(ADA)
    assert store.begin(ADA, checked) is None


def test_a_role_that_is_given_or_taken_away_counts_at_once(store: Sessions, people: Users) -> None:
    token = begin(store, people)
    people.set_role(ADA, "arcade", None)
    who = store.find(token)
    assert who is not None
    assert (who.project, who.role, who.roles) == ("arcade", None, {"games": Role.OWNER})
    people.set_role(ADA, "arcade", Role.VIEWER)
    who = store.find(token)
    assert who is not None
    assert who.role is Role.VIEWER


def test_a_session_changes_to_projects_of_its_user_only(store: Sessions, people: Users) -> None:
    token, other = begin(store, people), begin(store, people, BO)
    store.choose(token, "games")
    with pytest.raises(NotFoundError, match="no such project, or you have no role in it"):
        store.choose(other, "arcade")
    with pytest.raises(NotFoundError, match="no such project, or you have no role in it"):
        store.choose(token, "nowhere")
    assert [who and who.project for who in (store.find(token), store.find(other))] == ["games", "games"]


def test_whoever_has_no_role_is_signed_in_to_nothing(store: Sessions, people: Users) -> None:
    people.set_role(BO, "games", None)
    who = store.find(begin(store, people, BO))
    assert who is not None
    assert (who.project, who.role, who.roles) == ("", None, {})


def test_sessions_that_have_ended_are_forgotten_and_no_others(
    store: Sessions, people: Users, clock: Clock, database: ControlDatabase
) -> None:
    begin(store, people)
    clock.now += IDLE_S - 1
    kept = begin(store, people, BO)
    clock.now += 1
    store.forget_old(clock.now)
    with database.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(sessions)) == 1
    assert store.find(kept) is not None
