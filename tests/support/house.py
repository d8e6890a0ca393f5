"""The read API with people in it: a control database of its own, and every door for people wired to it.

Ada owns the projects `alpha` and `games`, Bo edits `alpha`, Cy owns `beta`. All have one password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar.testing import TestClient

from audioscape_server.accounts import passwords
from audioscape_server.accounts.joining import Joining
from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sign_in import SignIn
from audioscape_server.control import ControlDatabase, Links, Sessions, Team, Users, Workspace
from audioscape_server.control.schema import links, sessions, user_roles, users
from audioscape_server.control.users import add_user, give_role
from support.browser import Browser
from support.counting import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from httpx import Response

ADA, BO, CY = "ada@example.com", "bo@example.com", "cy@example.com"
GOOD = "correct horse battery"
_STORED = passwords.hashed(GOOD, "")


class House:
    """One for a module: making the application takes longer than most tests. `refill` begins anew."""

    def __init__(self, folder: Path, parts: Any) -> None:
        self.database = ControlDatabase(f"sqlite:///{folder}/control.db")
        self.database.migrate()
        self._monotonic = 0.0
        self.users, self.links = Users(self.database, lambda: NOW), Links(self.database, lambda: NOW)
        self.sessions, self.team = Sessions(self.database, lambda: NOW), Team(self.database, lambda: NOW)
        sign_in = SignIn(self.users, self.sessions, limit_addresses=True, monotonic=lambda: self._monotonic)
        joining = Joining(self.links, self.sessions, sign_in)
        app = type(parts)(
            parts.warehouse,
            sign_in=sign_in,
            joining=joining,
            links=self.links,
            team=self.team,
            workspace=Workspace(self.database, lambda: NOW),
        ).app()
        self.client = TestClient(app, raise_server_exceptions=False)
        self.refill()

    def refill(self) -> None:
        """Put in who is there at first, nobody else, and nobody tried anything yet."""
        self.rest()
        self.empty()
        with self.database.engine.begin() as connection:
            self.ada, self.bo, self.cy = (add_user(connection, email, _STORED, NOW) for email in (ADA, BO, CY))
            for user, project, role in (
                (self.ada, "alpha", Role.OWNER),
                (self.ada, "games", Role.OWNER),
                (self.bo, "alpha", Role.EDITOR),
                (self.cy, "beta", Role.OWNER),
            ):
                give_role(connection, user, project, role)

    def rest(self) -> None:
        """Nobody has tried too often before what comes now."""
        self._monotonic += 1_000_000

    def empty(self) -> None:
        """As before the first account."""
        with self.database.engine.begin() as connection:
            for table in (links, sessions, user_roles, users):
                connection.execute(table.delete())

    def roles(self) -> dict[str, dict[str, Role]]:
        """Of everybody, by project."""
        return {user.email: dict(user.roles) for user in self.users.list()}

    def signed_in(self, email: str = ADA) -> SignedInBrowser:
        return SignedInBrowser(self.client, email)


class SignedInBrowser(Browser):
    """A browser whose person is signed in, and which sends the session's token with every change."""

    def __init__(self, client: TestClient[Any], email: str) -> None:
        super().__init__(client)
        self._csrf = ""
        self._csrf = self.sign_in(email, GOOD).json()["csrf_token"]

    def send(self, method: str, path: str, **options: Any) -> Response:
        given = {"x-csrf-token": self._csrf} if self._csrf and method != "GET" else {}
        options["headers"] = given | options.get("headers", {})
        return super().send(method, path, **options)

    def show(self, project: str) -> None:
        """Show another project from now on."""
        assert self.post("/session/project", {"project": project}).status_code == 200
