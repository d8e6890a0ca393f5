"""The read API with people in it: a control database of its own, and every door for people wired to it.

Ada owns the projects `alpha` and `games`, Bo edits `alpha`, Cy owns `beta`. All have one password.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar.testing import TestClient
from sqlalchemy import update

from audioscape_server.access.key_desk import KeyDesk
from audioscape_server.access.keyring import Keyring
from audioscape_server.access.keys import Scope, digest
from audioscape_server.accounts import passwords
from audioscape_server.accounts.joining import Joining
from audioscape_server.accounts.roles import Role
from audioscape_server.accounts.sign_in import SignIn
from audioscape_server.control import ControlDatabase, KeyStore, Links, RejectedEvents, Sessions, Team, Users, Workspace
from audioscape_server.control.schema import api_key_secrets, api_keys, links, rejected, sessions, user_roles, users
from audioscape_server.control.users import add_user, give_role
from support.browser import Browser
from support.counting import NOW

if TYPE_CHECKING:
    from pathlib import Path

    from httpx import Response

ADA, BO, CY = "ada@example.com", "bo@example.com", "cy@example.com"
GOOD = "correct horse battery"
_PEPPER = bytes(32)
_STORED = passwords.hashed(GOOD, "")


class House:
    """One for a module: making the application takes longer than most tests. `refill` begins anew."""

    def __init__(self, folder: Path, parts: Any) -> None:
        self.database = ControlDatabase(f"sqlite:///{folder}/control.db")
        self.database.migrate()
        self._monotonic = 0.0
        self.warehouse = parts.warehouse
        self.users, self.links = Users(self.database, lambda: NOW), Links(self.database, lambda: NOW)
        self.sessions, self.team = Sessions(self.database, lambda: NOW), Team(self.database, lambda: NOW)
        sign_in = SignIn(self.users, self.sessions, limit_addresses=True, monotonic=lambda: self._monotonic)
        joining = Joining(self.links, self.sessions, sign_in)
        self.keys = KeyStore(self.database, _PEPPER, lambda: NOW)
        self.keyring = Keyring(self.keys.read, _PEPPER, lambda: NOW)
        self.rejected = RejectedEvents(self.database, lambda: NOW)
        app = type(parts)(
            parts.warehouse,
            sign_in=sign_in,
            joining=joining,
            links=self.links,
            team=self.team,
            key_desk=KeyDesk(self.keys, self.keyring, self.rejected, lambda: NOW),
            keys=self.keyring,
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
            for table in (links, sessions, user_roles, users, api_key_secrets, api_keys, rejected):
                connection.execute(table.delete())

    def add_key(self, key_id: str, project: str) -> None:
        """Add a key with an id of our choice, by which events were sent."""
        made, _ = self.keys.create(project=project, name=key_id, scopes=[Scope.INGEST])
        with self.database.engine.begin() as connection:
            connection.execute(update(api_keys).where(api_keys.c.id == made).values(id=key_id))
            secret = update(api_key_secrets).where(api_key_secrets.c.key_id == made)
            connection.execute(secret.values(key_id=key_id))

    def digest(self, key: str) -> bytes:
        """What is stored of a key."""
        return digest(key.encode(), _PEPPER)

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
