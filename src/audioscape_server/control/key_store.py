"""API keys in the control database: create, list, revoke, rotate, and what the keyring lives on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, update

from audioscape_server.access import keys
from audioscape_server.access.keyring import KeyChanges
from audioscape_server.access.keys import Credential, Scope
from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.projects import require_project
from audioscape_server.control.schema import api_key_secrets, api_keys, installation
from audioscape_server.errors import InvalidRequestError, KeyStoreUnavailableError, NotFoundError

#: Characters of a key's name.
MAX_NAME_CHARS = 200
#: Requests per second that a key may be limited to at most; far beyond any server, and it fits the column.
MAX_RATE = 1_000_000_000
#: Characters of a secret that are kept to tell it by: of the checksum, so they tell nothing of what is secret.
LAST_CHARS = 4
#: Seconds for which an expired credential is still given to the keyring.
EXPIRED_KEPT_S = 30 * 86_400


def _scopes(stored: str) -> frozenset[Scope]:
    """The scopes of a key, without those that there are no more."""
    return frozenset(scope for scope in Scope if scope.value in stored.split(","))


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """What is known of a secret of a key."""

    last4: str | None
    """Its last characters; empty of an imported one, None of one that was made before they were kept."""
    created_at: float
    expires_at: float | None
    used_at: float | None
    """About when it was used last."""

    def works_at(self, now: float) -> bool:
        """Whether it has not ended by a moment, Unix seconds."""
        return self.expires_at is None or self.expires_at > now


@dataclass(frozen=True, slots=True)
class ManagedKey:
    """A key as people see it."""

    id: str
    name: str
    scopes: frozenset[Scope]
    rate: int
    created_at: float
    expires_at: float | None
    revoked_at: float | None
    secrets: Sequence[StoredSecret]
    """The newest first; there is one at least."""


@dataclass(frozen=True, slots=True)
class StoredKey:
    """What is known of a key; its secret is not."""

    id: str
    project: str
    name: str
    scopes: str
    """Comma-separated."""
    rate: int
    identical_batches: bool
    identical_events: bool
    created_at: float
    expires_at: float | None
    revoked_at: float | None


class KeyStore:
    """API keys as they are stored.

    Args:
        database: the control database.
        pepper: the server's secret; without it no stored digest matches any key.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, pepper: bytes, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._pepper = pepper
        self._clock = clock
        self._installation: str | None = None

    def create(
        self,
        *,
        project: str,
        name: str,
        scopes: Iterable[Scope],
        rate: int = 0,
        identical_batches: bool = False,
        identical_events: bool = False,
        expires_at: float | None = None,
        imported: str | None = None,
    ) -> tuple[str, str]:
        """Create a key: a new one, or with ``imported`` one that somebody has already.

        Returns:
            Its id and the whole key, which is not stored and cannot be shown again.

        Raises:
            InvalidRequestError: the project, the name, the scopes, the rate, the end or the imported key is not valid,
                or this installation has that key already.
        """
        scopes = set(scopes)
        require_project(project)
        if not name.isprintable() or not name.strip() or len(name) > MAX_NAME_CHARS:
            raise InvalidRequestError(
                f"A key's name is a printable text of {MAX_NAME_CHARS} characters at most, got {name[:80]!r}."
            )
        if not scopes:
            raise InvalidRequestError(f"A key needs at least one scope of {', '.join(Scope)}.")
        if not 0 <= rate <= MAX_RATE:
            raise InvalidRequestError(f"A key's rate is 0 (no limit) to {MAX_RATE:,} requests per second, got {rate}.")
        if expires_at is not None and expires_at <= self._clock():
            raise InvalidRequestError("A key must end in the future; this end is past.")
        key_id, key = keys.mint()
        if imported is not None:
            key = imported
            _require_importable(key)
        with self._engine.begin() as connection:
            changed = _count_change(connection)
            self._require_new(connection, key)
            connection.execute(
                insert(api_keys).values(
                    changed=changed,
                    id=key_id,
                    project=project,
                    name=name,
                    scopes=",".join(sorted(scopes)),
                    rate=rate,
                    identical_batches=identical_batches,
                    identical_events=identical_events,
                    created_at=self._clock(),
                    expires_at=expires_at,
                ),
            )
            connection.execute(self._new_secret(key_id, key, "" if imported else key[-LAST_CHARS:]))
        return key_id, key

    def rotate(self, key_id: str, overlap_s: float, *, project: str | None = None) -> str:
        """Give a key a new secret; the old ones stop after ``overlap_s`` seconds.

        Args:
            key_id: which.
            overlap_s: seconds.
            project: whose it must be; None = anybody's.

        Raises:
            NotFoundError: no live key has this id.
        """
        with self._engine.begin() as connection:
            self._change_live(connection, key_id, project, {})
            ends_at = self._clock() + overlap_s
            connection.execute(
                update(api_key_secrets)
                .where(api_key_secrets.c.key_id == key_id)
                .where(or_(api_key_secrets.c.expires_at.is_(None), api_key_secrets.c.expires_at > ends_at))
                .values(expires_at=ends_at),
            )
            _, key = keys.mint(key_id)
            connection.execute(self._new_secret(key_id, key, key[-LAST_CHARS:]))
        return key

    def revoke(self, key_id: str, *, project: str | None = None) -> None:
        """Stop a key for good, on every worker within seconds; as `rotate`.

        Raises:
            NotFoundError: no live key has this id.
        """
        with self._engine.begin() as connection:
            self._change_live(connection, key_id, project, {"revoked_at": self._clock()})

    def list(self) -> list[StoredKey]:
        """Every key there ever was, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)).mappings()
            return [StoredKey(**{name: value for name, value in row.items() if name != "changed"}) for row in rows]

    def of(self, project: str) -> Sequence[ManagedKey]:
        """Every key that a project ever had, with its secrets, oldest first."""
        secrets: dict[str, list[StoredSecret]] = {}
        mine = select(api_key_secrets).join(api_keys, api_keys.c.id == api_key_secrets.c.key_id)
        newest_first = mine.where(api_keys.c.project == project).order_by(api_key_secrets.c.created_at.desc())
        wanted = select(api_keys).where(api_keys.c.project == project)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted.order_by(api_keys.c.created_at, api_keys.c.id)).all()
            # Those that work till their key does, first: two may have been made at the same moment.
            for row in connection.execute(newest_first.order_by(api_key_secrets.c.expires_at.is_not(None))):
                secrets.setdefault(row.key_id, []).append(
                    StoredSecret(row.last4, row.created_at, row.expires_at, row.used_at)
                )
        return [
            ManagedKey(
                row.id,
                row.name,
                _scopes(row.scopes),
                row.rate,
                row.created_at,
                row.expires_at,
                row.revoked_at,
                secrets[row.id],
            )
            for row in rows
        ]

    def note_uses(self, uses: Mapping[bytes, float]) -> None:
        """Note when secrets were used last, Unix seconds, by the digests of the keys."""
        with self._engine.begin() as connection:
            for digest, at in sorted(uses.items()):
                is_later = or_(api_key_secrets.c.used_at.is_(None), api_key_secrets.c.used_at < at)
                this = api_key_secrets.c.digest == digest
                connection.execute(update(api_key_secrets).where(this, is_later).values(used_at=at))

    def overlaps(self) -> dict[str, float]:
        """Until when an old secret of a rotated key goes on working, in Unix seconds, by the key's id."""
        wanted = (
            select(api_key_secrets.c.key_id, func.max(api_key_secrets.c.expires_at).label("ends_at"))
            .where(api_key_secrets.c.expires_at > self._clock())
            .group_by(api_key_secrets.c.key_id)
        )
        with self._engine.connect() as connection:
            return {row.key_id: row.ends_at for row in connection.execute(wanted)}

    def load(self) -> Mapping[bytes, Credential]:
        """Every live credential, by the digest of its key."""
        now = self._clock()
        changes = self.read(None)
        return {
            digest: credential
            for credentials in (changes.keys.values() if changes else ())
            for digest, credential in credentials.items()
            if credential.expires_at is None or credential.expires_at > now
        }

    def read(self, since: int | None) -> KeyChanges | None:
        """What has changed since a number of changes, for the keyring; everything for None.

        An expired credential is among it for some time: the keyring has a clock of its own, which may be the right one.

        Returns:
            None when nothing has changed.

        Raises:
            KeyStoreUnavailableError: this is not the control database that was read before.
        """
        with self._engine.connect() as connection:
            # First: what changes after this is read is read again the next time.
            found = connection.execute(select(installation.c.id, installation.c.key_changes)).one_or_none()
            if found is None or self._installation not in (None, found.id):
                raise KeyStoreUnavailableError("the control database was emptied, or is another installation's")
            self._installation = found.id
            if found.key_changes == since:
                return None
            everything = since is None or found.key_changes < since  # fewer: an older copy was put back
            wanted = api_keys.c.id.is_not(None) if everything else api_keys.c.changed > since
            keys_: dict[str, dict[bytes, Credential]] = {}
            for row in connection.execute(select(api_keys.c.id).where(wanted)):
                keys_[row.id] = {}
            for row in connection.execute(_credentials(wanted, self._clock() - EXPIRED_KEPT_S)):
                keys_.setdefault(row.id, {})[bytes(row.digest)] = _credential(row)
        return KeyChanges(found.key_changes, keys_, everything)

    def _require_new(self, connection: Connection, key: str) -> None:
        secret = select(api_key_secrets.c.key_id).where(
            api_key_secrets.c.digest == keys.digest(key.encode(), self._pepper)
        )
        key_id = connection.scalar(secret)
        if key_id is not None:
            raise InvalidRequestError(f"This installation has this key already: it is {key_id}.")

    def _new_secret(self, key_id: str, key: str, last4: str):  # noqa: ANN202 - a statement
        return insert(api_key_secrets).values(
            digest=keys.digest(key.encode(), self._pepper),
            key_id=key_id,
            created_at=self._clock(),
            last4=last4,
        )

    def _change_live(
        self, connection: Connection, key_id: str, project: str | None, values: Mapping[str, object]
    ) -> None:
        changed = _count_change(connection)
        key = connection.execute(select(api_keys).where(api_keys.c.id == key_id)).one_or_none()
        if key is None or project not in (None, key.project):
            raise NotFoundError("No key has this id; `audioscape keys list` shows them all.")
        if key.revoked_at is not None:
            raise NotFoundError("This key is revoked already.")
        if key.expires_at is not None and key.expires_at <= self._clock():
            raise NotFoundError("This key has expired; create a new one.")
        connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(changed=changed, **values))


def _count_change(connection: Connection) -> int:
    """Count a change of a key, first of all in its transaction: so changes become visible in their order.

    Else a server could read a number, and never the change with a lower one that was committed after it.
    """
    connection.execute(update(installation).values(key_changes=installation.c.key_changes + 1))
    return connection.scalar(select(installation.c.key_changes)) or 0


def _credentials(wanted: ColumnElement[bool], expired_before: float) -> Select[Any]:
    return (
        select(api_keys, api_key_secrets.c.digest, api_key_secrets.c.expires_at.label("secret_expires_at"))
        .join(api_key_secrets, api_key_secrets.c.key_id == api_keys.c.id)
        .where(wanted)
        .where(api_keys.c.revoked_at.is_(None))
        .where(or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > expired_before))
        .where(or_(api_key_secrets.c.expires_at.is_(None), api_key_secrets.c.expires_at > expired_before))
    )


def _credential(row: Row[Any]) -> Credential:
    return Credential(
        project=row.project,
        key=row.id,
        scopes=_scopes(row.scopes),
        rate=row.rate,
        identical_batches=row.identical_batches,
        identical_events=row.identical_events,
        expires_at=min((at for at in (row.expires_at, row.secret_expires_at) if at), default=None),
    )


def _require_importable(key: str) -> None:
    """Say what is wrong with a key that is to be imported, without repeating any of it."""
    if key.isascii() and keys.may_exist(key.encode()):
        return
    if key.startswith(keys.PREFIX):
        raise InvalidRequestError(
            f"This key begins with {keys.PREFIX} but is none of an AudioScape server: it was cut off or has a typo.",
        )
    found = f"{len(key)} characters" if key.isascii() and key.isprintable() and " " not in key else "other characters"
    raise InvalidRequestError(
        f"A key to import has {keys.MIN_IMPORTED_CHARS} to {keys.MAX_IMPORTED_CHARS} visible ASCII characters, "
        f"no spaces; got {found}.",
    )
