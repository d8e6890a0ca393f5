"""People, in both databases: one for an email, a role for each project, and nothing left of whoever is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, insert, select

from audioscape_server.accounts.roles import Role
from audioscape_server.control import Users
from audioscape_server.control.schema import user_roles, users
from audioscape_server.errors import InvalidRequestError, NotFoundError
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
def store(database: ControlDatabase, clock: Clock) -> Users:
    return Users(database, clock)


def create(store: Users, email: str = ADA, project: str = "games", role: Role = Role.OWNER) -> str:
    return store.create(email=email, password=GOOD, project=project, role=role)


def stored_password(database: ControlDatabase, email: str) -> str:
    with database.engine.connect() as connection:
        return connection.execute(select(users.c.password).where(users.c.email == email)).scalar_one()


def test_a_person_is_listed_with_a_role_in_each_project(store: Users, clock: Clock) -> None:
    create(store, BO, role=Role.VIEWER)
    clock.now += 1
    ada = create(store, " ADA@Example.com ")
    store.set_role("Ada@example.com", "other", Role.EDITOR)
    [first, second] = store.list()
    assert (first.id, first.email, first.roles) == (ada, ADA, {"games": Role.OWNER, "other": Role.EDITOR})
    assert (first.created_at, first.password_at) == (NOW + 1, NOW + 1)
    assert (second.email, second.roles) == (BO, {"games": Role.VIEWER})


def test_a_role_is_replaced_and_taken_away_in_its_project_alone(store: Users) -> None:
    create(store)
    create(store, BO)
    store.set_role(ADA, "other", Role.VIEWER)
    store.set_role(ADA, "games", Role.EDITOR)
    store.set_role(ADA, "other", None)
    assert [user.roles for user in store.list()] == [{"games": Role.EDITOR}, {"games": Role.OWNER}]
    with pytest.raises(NotFoundError, match="no role in the project other"):
        store.set_role(ADA, "other", None)


def test_an_email_is_one_person_however_it_is_spelled(store: Users, database: ControlDatabase) -> None:
    create(store)
    with pytest.raises(InvalidRequestError, match=f"There is a user {ADA} already"):
        create(store, "ADA@EXAMPLE.COM", "other", Role.VIEWER)
    assert [user.roles for user in store.list()] == [{"games": Role.OWNER}]
    with database.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(user_roles)) == 1


def test_a_new_password_takes_the_place_of_the_old_one_and_of_nobody_elses(
    store: Users, database: ControlDatabase, clock: Clock
) -> None:
    create(store)
    create(store, BO)
    clock.now += 60
    store.set_password("ADA@example.com", NEW)
    assert PasswordHasher().verify(stored_password(database, ADA), NEW)
    assert PasswordHasher().verify(stored_password(database, BO), GOOD)
    assert [(user.created_at, user.password_at) for user in store.list()] == [(NOW, NOW + 60), (NOW, NOW)]


def test_of_a_removed_person_nothing_is_left_and_of_others_everything(store: Users, database: ControlDatabase) -> None:
    create(store)
    create(store, BO)
    store.remove("Ada@Example.com")
    assert [(user.email, user.roles) for user in store.list()] == [(BO, {"games": Role.OWNER})]
    with database.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(user_roles)) == 1
    create(store, ADA, "other", Role.VIEWER)
    assert store.list()[0].roles == {"other": Role.VIEWER}


@pytest.mark.parametrize("act", ["role", "password", "remove"])
def test_nobody_is_changed_who_is_not_there(store: Users, act: str) -> None:
    create(store, BO)
    acts = {
        "role": lambda: store.set_role(ADA, "games", Role.OWNER),
        "password": lambda: store.set_password(ADA, NEW),
        "remove": lambda: store.remove(ADA),
    }
    with pytest.raises(NotFoundError, match=f"no user {ADA}"):
        acts[act]()
    assert [(user.email, user.roles) for user in store.list()] == [(BO, {"games": Role.OWNER})]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"email": "nobody"}, "An email address"),
        ({"password": "short"}, "A password has 12"),
        ({"project": "No Project"}, "A project's name"),
    ],
)
def test_what_is_not_valid_makes_nobody(store: Users, changed: dict[str, str], says: str) -> None:
    values = {"email": ADA, "password": GOOD, "project": "games"} | changed
    with pytest.raises(InvalidRequestError, match=says):
        store.create(**values, role=Role.OWNER)
    assert store.list() == []


def test_a_role_that_a_newer_server_knows_is_no_role_here(store: Users, database: ControlDatabase) -> None:
    user = create(store)
    with database.engine.begin() as connection:
        connection.execute(insert(user_roles).values(user_id=user, project="other", role="wizard"))
    assert store.list()[0].roles == {"games": Role.OWNER}
