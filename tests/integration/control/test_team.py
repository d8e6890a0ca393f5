"""The people of a project, in both databases: reached from their project alone, and never without an owner."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from audioscape_server.accounts.roles import Role
from audioscape_server.control import Sessions, Team, Users
from audioscape_server.control.sessions import NOTED_EVERY_S
from audioscape_server.errors import InvalidRequestError, NotFoundError
from support.spools import NOW

if TYPE_CHECKING:
    from collections.abc import Callable

    from audioscape_server.control import ControlDatabase

ADA, BO, CY = "ada@example.com", "bo@example.com", "cy@example.com"
GOOD = "correct horse battery"


class World:
    """Ada owns `games` and `arcade`, Bo edits `games`, Cy owns `elsewhere` alone."""

    def __init__(self, database: ControlDatabase) -> None:
        self.now = NOW
        self.team = Team(database, lambda: self.now)
        self.users = Users(database, lambda: self.now)
        self.sessions = Sessions(database, lambda: self.now)
        self.ada = self._add(ADA, "games", Role.OWNER)
        self.users.set_role(ADA, "arcade", Role.OWNER)
        self.bo = self._add(BO, "games", Role.EDITOR)
        self.cy = self._add(CY, "elsewhere", Role.OWNER)

    def _add(self, email: str, project: str, role: Role) -> str:
        return self.users.create(email=email, password=GOOD, project=project, role=role)

    def begin(self, email: str) -> str:
        return self.sessions.begin(email, self.users.password_of(email) or "") or ""

    def roles(self, project: str = "games") -> dict[str, Role]:
        return {member.email: member.role for member in self.team.members(project)}


@pytest.fixture
def world(database: ControlDatabase) -> World:
    return World(database)


def test_everybody_of_a_project_is_listed_and_nobody_else(world: World) -> None:
    assert world.roles() == {ADA: Role.OWNER, BO: Role.EDITOR}
    assert [member.id for member in world.team.members("games")] == [world.ada, world.bo]
    assert world.roles("nowhere") == {}


def test_when_a_person_was_seen_is_known_by_project_and_outlives_the_session(world: World) -> None:
    def seen(project: str) -> float | None:
        return world.team.members(project)[0].seen_at

    assert (seen("games"), seen("arcade")) == (None, None)
    token = world.begin(ADA)
    assert (seen("games"), seen("arcade")) == (None, NOW)
    world.now += NOTED_EVERY_S
    world.sessions.find(token)
    assert (seen("games"), seen("arcade")) == (None, NOW + NOTED_EVERY_S)
    world.now += 1
    world.sessions.choose(token, "games")
    assert (seen("games"), seen("arcade")) == (NOW + NOTED_EVERY_S + 1, NOW + NOTED_EVERY_S)
    world.sessions.end(token)
    world.team.set_role("games", world.bo, Role.OWNER)
    world.team.set_role("games", world.ada, Role.VIEWER)
    assert seen("games") == NOW + NOTED_EVERY_S + 1


def test_a_role_changes_and_is_taken_away_in_its_project_alone(world: World) -> None:
    world.users.set_role(BO, "arcade", Role.VIEWER)
    world.team.set_role("games", world.bo, Role.VIEWER)
    assert world.roles() == {ADA: Role.OWNER, BO: Role.VIEWER}
    world.team.remove("games", world.bo)
    assert world.roles() == {ADA: Role.OWNER}
    assert world.roles("arcade") == {ADA: Role.OWNER, BO: Role.VIEWER}


#: What an owner of `games` may try with somebody.
ACTS: dict[str, Callable[[World, str], None]] = {
    "another role": lambda world, user: world.team.set_role("games", user, Role.VIEWER),
    "no role": lambda world, user: world.team.remove("games", user),
    "signed out": lambda world, user: world.team.sign_out("games", user),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["of another project", "nobody", "nothing"])
def test_nobody_of_another_project_is_reached_or_told_from_nobody(world: World, act: str, who: str) -> None:
    session = world.begin(CY)
    user = {"of another project": world.cy, "nobody": "0" * 12, "nothing": ""}[who]
    with pytest.raises(NotFoundError, match="no such person or invitation in this project"):
        ACTS[act](world, user)
    assert (world.roles(), world.roles("elsewhere")) == ({ADA: Role.OWNER, BO: Role.EDITOR}, {CY: Role.OWNER})
    assert world.sessions.find(session) is not None


@pytest.mark.parametrize("act", ["another role", "no role"])
def test_the_last_owner_neither_falls_nor_leaves(world: World, act: str) -> None:
    world.users.set_role(CY, "games", Role.VIEWER)
    with pytest.raises(InvalidRequestError, match="last owner"):
        ACTS[act](world, world.ada)
    assert world.roles()[ADA] is Role.OWNER
    world.team.set_role("games", world.ada, Role.OWNER)
    world.team.set_role("games", world.bo, Role.OWNER)
    ACTS[act](world, world.ada)
    with pytest.raises(InvalidRequestError, match="last owner"):
        ACTS[act](world, world.bo)


def test_of_two_owners_who_go_at_the_same_moment_one_stays(world: World) -> None:
    """Each saw the other one when it looked."""
    people = [world.ada, world.bo]
    for _ in range(5):
        for user in people:
            world.users.set_role(ADA if user == world.ada else BO, "games", Role.OWNER)
        begin = threading.Barrier(2)

        def leave(user: str, begin: threading.Barrier = begin) -> None:
            begin.wait()
            try:
                world.team.set_role("games", user, Role.VIEWER)
            except InvalidRequestError:
                return

        threads = [threading.Thread(target=leave, args=(user,)) for user in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(world.roles().values()) == [Role.OWNER, Role.VIEWER]


def test_whoever_is_signed_out_is_so_everywhere_and_nobody_else(world: World) -> None:
    ones, other = [world.begin(BO), world.begin(BO)], world.begin(ADA)
    world.team.sign_out("games", world.bo)
    assert [world.sessions.find(token) for token in ones] == [None, None]
    assert world.sessions.find(other) is not None
    assert world.roles()[BO] is Role.EDITOR
