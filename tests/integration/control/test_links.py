"""One-time links, in both databases: each works once, for what it was made, while what it rests on holds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from audioscape_server.access.keys import Scope
from audioscape_server.accounts import passwords
from audioscape_server.accounts.links import LIFE_S, Kind
from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sessions import SKEW_S
from audioscape_server.control import KeyStore, Links, Sessions, Users
from audioscape_server.control.schema import links
from audioscape_server.errors import InvalidRequestError, NotFoundError
from support.spools import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from audioscape_server.control import ControlDatabase

ADA, BO, CY = "ada@example.com", "bo@example.com", "cy@example.com"
GOOD = "correct horse battery"
STORED = passwords.hashed("another horse battery", "")
GONE = "used already, has ended, or was withdrawn"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


class World:
    """The links of an installation, and its people."""

    def __init__(self, database: ControlDatabase) -> None:
        self.database = database
        self.clock = Clock()
        self.links = Links(database, self.clock)
        self.users = Users(database, self.clock)

    def add(self, email: str = ADA, role: Role = Role.OWNER, project: str = "games") -> str:
        return self.users.create(email=email, password=GOOD, project=project, role=role)

    def roles(self) -> dict[str, dict[str, Role]]:
        return {user.email: dict(user.roles) for user in self.users.list()}

    def link(self, kind: Kind) -> str:
        """The token of an open one, and a world in which it works."""
        if kind is Kind.FIRST:
            return self.links.first() or ""
        ada = self.add()
        if kind is Kind.RESET:
            return self.links.reset(ADA)
        return self.links.invite(BO, Role.EDITOR, project="games", sent_by=ada)[1]


#: Whose account the link of each kind is used for.
WHOSE = {Kind.FIRST: CY, Kind.INVITATION: BO, Kind.RESET: ADA}


@pytest.fixture
def world(database: ControlDatabase) -> World:
    return World(database)


def is_open(world: World, token: str) -> bool:
    try:
        world.links.look(token)
    except NotFoundError:
        return False
    return True


def test_the_first_link_makes_an_owner_of_the_project_that_was_first(world: World) -> None:
    token = world.links.first()
    assert token is not None
    link = world.links.look(token)
    assert (link.email, link.project, link.role, link.has_account) == (None, "default", Role.OWNER, False)
    keys = KeyStore(world.database, b"pepper", world.clock)
    for project in ("arcade", "games"):
        keys.create(project=project, name="first", scopes=[Scope.INGEST])
        world.clock.now += 1
    assert world.links.look(token).project == "arcade"
    world.links.use(token, ADA, STORED)
    assert world.roles() == {ADA: {"arcade": Role.OWNER}}
    assert world.users.password_of(ADA) == STORED


def test_where_there_is_somebody_there_is_no_first_link_and_an_older_one_is_dead(world: World) -> None:
    token = world.links.first() or ""
    world.add(role=Role.VIEWER)
    assert world.links.first() is None
    assert not is_open(world, token)
    with pytest.raises(NotFoundError, match=GONE):
        world.links.use(token, BO, STORED)
    assert list(world.roles()) == [ADA]


def test_every_start_gives_a_link_and_all_of_them_one_account(world: World) -> None:
    one, two = world.links.first() or "", world.links.first() or ""
    assert one != two
    assert is_open(world, one)
    world.links.use(two, ADA, STORED)
    assert not is_open(world, one)
    # Not even once nobody is left: whoever kept it would be let in.
    world.users.remove(ADA)
    assert not is_open(world, one)


def test_two_who_use_links_at_the_same_moment_make_one_account(world: World) -> None:
    """Two nodes, each with the link that it printed; and two clicks on the same one."""
    tokens = [world.links.first() or "" for _ in range(3)] * 2
    begin = threading.Barrier(len(tokens))
    made: list[str] = []

    def use(number: int) -> None:
        begin.wait()
        try:
            world.links.use(tokens[number], f"{number}@example.com", STORED)
        except NotFoundError:
            return
        made.append(f"{number}@example.com")

    threads = [threading.Thread(target=use, args=(number,)) for number in range(len(tokens))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert list(world.roles()) == made


@pytest.mark.parametrize("kind", Kind)
def test_a_link_works_once(world: World, kind: Kind) -> None:
    token = world.link(kind)
    assert is_open(world, token)
    world.links.use(token, WHOSE[kind], STORED)
    assert not is_open(world, token)
    with pytest.raises(NotFoundError, match=GONE):
        world.links.use(token, WHOSE[kind], STORED)
    assert world.users.password_of(WHOSE[kind]) == STORED


@pytest.mark.parametrize("kind", Kind)
def test_a_link_ends_by_its_age_and_one_of_the_future_is_none(world: World, kind: Kind) -> None:
    token, made_at = world.link(kind), world.clock.now
    for moment, wanted in (
        (made_at + LIFE_S[kind] - 1, True),
        (made_at + LIFE_S[kind], False),
        (made_at - SKEW_S, True),
        (made_at - SKEW_S - 1, False),
    ):
        world.clock.now = moment
        assert is_open(world, token) == wanted, moment - made_at


def test_what_lasts_how_long() -> None:
    assert LIFE_S == {Kind.FIRST: 3_600, Kind.INVITATION: 7 * 86_400, Kind.RESET: 86_400}


@pytest.mark.parametrize("kind", Kind)
def test_what_cannot_be_done_uses_no_link_up(world: World, kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a crash in the middle: the link is used and the account is there, or neither."""
    token, before = world.link(kind), world.roles()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        for name in ("give_role", "put_password"):
            broken.setattr(f"audioscape_server.control.links.{name}", fail)
        with pytest.raises(RuntimeError):
            world.links.use(token, WHOSE[kind], STORED)
    assert (is_open(world, token), world.roles()) == (True, before)


def test_only_a_digest_of_a_link_is_stored(world: World) -> None:
    token = world.link(Kind.INVITATION)
    with world.database.engine.connect() as connection:
        stored = [value for row in connection.execute(select(links)) for value in row]
    assert not [value for value in stored if value in (token, token.encode())]


def test_an_invitation_makes_an_account_with_its_role_in_its_project_alone(world: World) -> None:
    ada = world.add()
    invitation, token = world.links.invite("Bo@Example.com", Role.EDITOR, project="games", sent_by=ada)
    link = world.links.look(token)
    assert (link.email, link.project, link.role, link.has_account) == (BO, "games", Role.EDITOR, False)
    assert world.links.open_invitations("games") == [invitation]
    assert world.links.open_invitations("arcade") == []
    world.links.use(token, BO, STORED)
    assert world.roles() == {ADA: {"games": Role.OWNER}, BO: {"games": Role.EDITOR}}
    assert world.links.open_invitations("games") == []


def test_whoever_has_an_account_keeps_the_password_and_gets_the_role(world: World) -> None:
    ada, bo = world.add(), world.add(BO, Role.VIEWER, "arcade")
    cy = world.add(CY, Role.VIEWER, "arcade")
    _, token = world.links.invite(BO, Role.EDITOR, project="games", sent_by=ada)
    assert world.links.look(token).has_account
    with pytest.raises(InvalidRequestError, match="already"):
        world.links.use(token, BO, STORED)
    with pytest.raises(NotFoundError, match=GONE):
        world.links.accept(token, cy)
    world.links.accept(token, bo)
    assert world.roles()[BO] == {"arcade": Role.VIEWER, "games": Role.EDITOR}
    assert world.users.password_of(BO) != STORED
    assert not is_open(world, token)


@pytest.mark.parametrize("kind", [Kind.FIRST, Kind.RESET])
def test_only_an_invitation_is_accepted(world: World, kind: Kind) -> None:
    token = world.link(kind)
    user = world.users.list()[0].id if kind is Kind.RESET else "0" * 12
    with pytest.raises(NotFoundError, match=GONE):
        world.links.accept(token, user)
    assert is_open(world, token)


def test_an_invitation_lowers_nobody(world: World) -> None:
    """Whoever became an owner in another way since must not fall by accepting it."""
    ada, bo = world.add(), world.add(BO, Role.VIEWER, "arcade")
    _, token = world.links.invite(BO, Role.VIEWER, project="games", sent_by=ada)
    world.users.set_role(BO, "games", Role.OWNER)
    world.links.accept(token, bo)
    assert world.roles()[BO]["games"] is Role.OWNER


@pytest.mark.parametrize("fall", ["falls", "leaves", "is removed"])
def test_an_invitation_holds_while_who_sent_it_is_an_owner(world: World, fall: str) -> None:
    """Else an owner who must go could keep a door open for a week."""
    ada = world.add()
    _, token = world.links.invite(BO, Role.OWNER, project="games", sent_by=ada)
    world.users.set_role(ADA, "arcade", Role.OWNER)
    if fall == "is removed":
        world.users.remove(ADA)
    else:
        world.users.set_role(ADA, "games", Role.EDITOR if fall == "falls" else None)
    assert not is_open(world, token)
    assert world.links.open_invitations("games") == []
    with pytest.raises(NotFoundError, match=GONE):
        world.links.use(token, BO, STORED)


def test_nobody_is_invited_who_is_there_or_has_no_address(world: World) -> None:
    ada = world.add()
    for email, says in ((ADA, "has a role in this project already"), ("nobody", "looks like")):
        with pytest.raises(InvalidRequestError, match=says):
            world.links.invite(email, Role.VIEWER, project="games", sent_by=ada)


NEWER: dict[str, Callable[[World, str], str]] = {
    "invitation": lambda world, ada: world.links.invite(BO, Role.VIEWER, project="games", sent_by=ada)[1],
    "reset": lambda world, _: world.links.reset(ADA),
}


@pytest.mark.parametrize("kind", NEWER)
def test_a_newer_link_takes_the_place_of_the_older_one_and_of_no_other(world: World, kind: str) -> None:
    ada = world.add()
    world.users.set_role(ADA, "arcade", Role.OWNER)
    world.add(BO, Role.VIEWER, "elsewhere")
    others = [
        world.links.invite(BO, Role.VIEWER, project="arcade", sent_by=ada)[1],
        world.links.invite(CY, Role.VIEWER, project="games", sent_by=ada)[1],
        world.links.reset(BO),
    ]
    older, newer = NEWER[kind](world, ada), NEWER[kind](world, ada)
    assert [is_open(world, token) for token in (older, newer, *others)] == [False, True, True, True, True]


def test_an_invitation_is_withdrawn_in_its_project_alone(world: World) -> None:
    ada = world.add()
    invitation, token = world.links.invite(BO, Role.VIEWER, project="games", sent_by=ada)
    reset = world.links.reset(ADA)
    for project in ("arcade", ""):
        with pytest.raises(NotFoundError, match="no such person or invitation"):
            world.links.withdraw(invitation.id, project)
    assert is_open(world, token)
    world.links.withdraw(invitation.id, "games")
    assert (is_open(world, token), is_open(world, reset)) == (False, True)


def test_a_new_password_signs_out_whoever_has_the_old_one(world: World) -> None:
    token, sessions = world.link(Kind.RESET), Sessions(world.database, world.clock)
    session = sessions.begin(ADA, world.users.password_of(ADA) or "") or ""
    assert sessions.find(session) is not None
    world.links.use(token, ADA, STORED)
    assert sessions.find(session) is None
    assert world.roles() == {ADA: {"games": Role.OWNER}}


def test_a_link_for_a_password_ends_with_the_password_and_the_account(world: World) -> None:
    world.add(BO, Role.VIEWER)
    token, other = world.link(Kind.RESET), world.links.reset(BO)
    world.users.set_password(ADA, "yet another battery")
    assert not is_open(world, token)
    token = world.links.reset(ADA)
    world.users.remove(ADA)
    world.add()
    assert not is_open(world, token)
    assert is_open(world, other)
    with pytest.raises(NotFoundError, match=r"no user nobody@example\.com"):
        world.links.reset("nobody@example.com")


def test_links_that_have_ended_are_removed_and_no_others(world: World) -> None:
    world.link(Kind.INVITATION)
    world.links.reset(ADA)
    world.clock.now += LIFE_S[Kind.RESET]
    world.links.forget_old(world.clock.now)
    with world.database.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(links)) == 1
    assert len(world.links.open_invitations("games")) == 1


@pytest.mark.parametrize("token", ["", "x", "\0", "é" * 400])
def test_what_is_no_token_opens_nothing(world: World, token: str) -> None:
    world.link(Kind.FIRST)
    assert not is_open(world, token)
