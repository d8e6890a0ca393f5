"""The control database, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, closing
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, text

from audioscape_server.access import keys
from audioscape_server.access.keys import Scope
from audioscape_server.control import (
    Catalog,
    Claim,
    Claims,
    ControlDatabase,
    KeyStore,
    Leases,
    Ledgers,
    RejectedEvents,
    RejectedGroup,
    Track,
    WarehouseLock,
    rejected as rejected_module,
)
from audioscape_server.control.claims import CHUNK, KEEP_S, Outcome, Owner
from audioscape_server.control.key_store import EXPIRED_KEPT_S
from audioscape_server.control.ledgers import FORGOTTEN_S, PublishedLedger, SpoolState
from audioscape_server.errors import (
    ConfigurationError,
    InvalidRequestError,
    KeyStoreUnavailableError,
    NotFoundError,
)
from audioscape_server.ingest.events.wire import MAX_AGE_S, MAX_AHEAD_S
from audioscape_server.spool import LedgerLine
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = 1_790_166_896.0
PEPPER = b"p" * 32
DAY_S = 86_400


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(database: ControlDatabase, clock: Clock) -> KeyStore:
    return KeyStore(database, PEPPER, clock)


def loaded(store: KeyStore, key: str) -> keys.Credential | None:
    return store.load().get(keys.digest(key.encode(), PEPPER))


# --- opening


@pytest.mark.parametrize(
    "url",
    ["", "no url", "nosuchdatabase://x", "mysql://x:secret@y/z", "sqlite+aiosqlite:///x", "postgresql+asyncpg://x"],
    ids=repr,
)
def test_a_url_that_is_none_is_refused_in_plain_words(url: str) -> None:
    with pytest.raises(ConfigurationError, match="The setting control must be") as refused:
        ControlDatabase(url)
    assert "secret" not in str(refused.value)


# --- keys


def test_a_created_key_is_loaded_with_all_that_it_may_do(store: KeyStore) -> None:
    key_id, key = store.create(
        project="my-game",
        name="servers ♪ [red]",
        scopes=[Scope.READ, Scope.INGEST],
        rate=7,
        identical_batches=True,
        expires_at=NOW + 60,
    )
    found = loaded(store, key)
    assert found == keys.Credential(
        "my-game", key_id, frozenset({Scope.INGEST, Scope.READ}), 7, identical_batches=True, expires_at=NOW + 60
    )
    [stored] = store.list()
    assert (stored.id, stored.project, stored.name, stored.scopes, stored.rate, stored.created_at) == (
        *(key_id, "my-game", "servers ♪ [red]", "ingest,read", 7, NOW),
    )


def test_only_a_digest_of_a_key_is_stored(store: KeyStore, database: ControlDatabase) -> None:
    _, key = store.create(project="default", name="a", scopes=[Scope.INGEST])
    secret = key.rsplit("_", 1)[1]
    with database.engine.connect() as connection:
        for table in ("api_keys", "api_key_secrets"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):
                assert secret not in repr(tuple(row))
        assert [bytes(d) for d in connection.scalars(text("SELECT digest FROM api_key_secrets"))] == [
            keys.digest(key.encode(), PEPPER)
        ]


def test_only_what_changed_is_read_again(store: KeyStore) -> None:
    made = [store.create(project="default", name="a", scopes=[Scope.INGEST])[0] for _ in range(3)]
    first = store.read(None)
    assert first is not None
    assert (set(first.keys), first.everything) == (set(made), True)
    assert store.read(first.number) is None

    store.revoke(made[0])
    store.rotate(made[1], 60)
    added, _ = store.create(project="default", name="b", scopes=[Scope.READ])
    second = store.read(first.number)
    assert second is not None
    assert {key: len(credentials) for key, credentials in second.keys.items()} == {made[0]: 0, made[1]: 2, added: 1}
    assert not second.everything
    assert second.number > first.number
    assert store.read(second.number) is None


def test_changes_that_come_at_once_are_all_seen(store: KeyStore, database: ControlDatabase) -> None:
    """A reader that looks all the time misses none, in whatever order they are committed."""
    seen, number, everybody_wrote = set[str](), None, threading.Event()

    def write(_: int) -> set[str]:
        mine = KeyStore(database, PEPPER, lambda: NOW)
        return {mine.create(project="default", name="a", scopes=[Scope.INGEST])[0] for _ in range(5)}

    def read() -> None:
        nonlocal number
        is_last = False
        while not is_last:
            is_last = everybody_wrote.is_set()
            if (changes := store.read(number)) is not None:
                seen.update(changes.keys)
                number = changes.number

    with ThreadPoolExecutor(5) as pool:
        reading = pool.submit(read)
        written = set().union(*pool.map(write, range(4)))
        everybody_wrote.set()
        reading.result()
    assert seen == written


def test_another_installations_keys_are_not_taken(store: KeyStore, database: ControlDatabase) -> None:
    """Whoever had a key would be told that it is wrong."""
    store.read(None)
    for change in ("UPDATE installation SET id = 'another'", "DELETE FROM installation"):
        with database.engine.begin() as connection:
            connection.execute(text(change))
        with pytest.raises(KeyStoreUnavailableError):
            store.read(None)


def test_an_expired_secret_is_given_to_the_ring_for_some_time(store: KeyStore, clock: Clock) -> None:
    store.create(project="default", name="a", scopes=[Scope.INGEST], expires_at=NOW + 10)
    for later, kept in ((10, 1), (EXPIRED_KEPT_S + 9, 1), (EXPIRED_KEPT_S + 10, 0)):
        clock.now = NOW + later
        changes = store.read(None)
        assert changes is not None
        assert sum(len(credentials) for credentials in changes.keys.values()) == kept
        assert store.load() == {}


def test_under_another_pepper_no_key_is_known(store: KeyStore) -> None:
    _, key = store.create(project="default", name="a", scopes=[Scope.INGEST])
    assert keys.digest(key.encode(), b"q" * 32) not in store.load()


def test_a_rotation_keeps_the_id_and_lets_the_old_secret_overlap(store: KeyStore, clock: Clock) -> None:
    key_id, old = store.create(project="default", name="a", scopes=[Scope.INGEST])
    new = store.rotate(key_id, 3_600)
    for key in (old, new):
        credential = loaded(store, key)
        assert credential is not None
        assert credential.key == key_id
    clock.now += 3_599
    assert loaded(store, old)
    clock.now += 1
    assert loaded(store, old) is None
    assert loaded(store, new)
    assert len(store.list()) == 1


def test_a_second_rotation_does_not_lengthen_the_first_ones_overlap(store: KeyStore, clock: Clock) -> None:
    key_id, first = store.create(project="default", name="a", scopes=[Scope.INGEST])
    second = store.rotate(key_id, 60)
    third = store.rotate(key_id, 3_600)
    clock.now += 60
    assert [loaded(store, key) is not None for key in (first, second, third)] == [False, True, True]


def test_a_rotation_without_overlap_stops_the_old_secret_at_once(store: KeyStore) -> None:
    key_id, old = store.create(project="default", name="a", scopes=[Scope.INGEST])
    new = store.rotate(key_id, 0)
    assert (loaded(store, old), loaded(store, new) is not None) == (None, True)


def test_the_keys_of_a_project_are_told_with_their_secrets_and_no_others(store: KeyStore, clock: Clock) -> None:
    one, first = store.create(project="games", name="one", scopes=[keys.Scope.READ, keys.Scope.INGEST], rate=7)
    store.create(project="arcade", name="other", scopes=[keys.Scope.READ])
    clock.now += 1
    two, _ = store.create(project="games", name="two", scopes=[keys.Scope.READ], imported="x" * 30)
    second = store.rotate(one, DAY_S)  # at the moment at which the other secret was made
    third = store.rotate(one, DAY_S)
    found = {key.id: key for key in store.of("games")}
    assert list(found) == [one, two]
    assert (found[one].name, found[one].scopes, found[one].rate) == ("one", set(keys.Scope), 7)
    assert [secret.last4 for secret in found[one].secrets] == [third[-4:], second[-4:], first[-4:]]
    assert [secret.works_at(clock.now + DAY_S) for secret in found[one].secrets] == [True, False, False]
    assert [secret.last4 for secret in found[two].secrets] == [""]


def test_the_latest_use_of_a_secret_is_kept_whichever_node_tells_of_it_first(store: KeyStore) -> None:
    one, key = store.create(project="games", name="one", scopes=[keys.Scope.READ])
    store.create(project="games", name="two", scopes=[keys.Scope.READ])
    digest = keys.digest(key.encode(), PEPPER)
    for at in (NOW + 5, NOW + 3, NOW + 4):
        store.note_uses({digest: at, b"n" * 32: NOW})
    used = {key.id: key.secrets[0].used_at for key in store.of("games")}
    assert used.pop(one) == NOW + 5
    assert list(used.values()) == [None]


@pytest.mark.parametrize("act", ["rotate", "revoke"])
def test_a_key_is_changed_for_its_own_project_alone(store: KeyStore, act: str) -> None:
    key_id, key = store.create(project="games", name="one", scopes=[keys.Scope.READ])
    with pytest.raises(NotFoundError, match="No key has this id"):
        store.rotate(key_id, 0, project="arcade") if act == "rotate" else store.revoke(key_id, project="arcade")
    assert loaded(store, key) is not None
    store.rotate(key_id, 0, project="games") if act == "rotate" else store.revoke(key_id, project="games")
    assert loaded(store, key) is None


def test_a_revoked_key_stops_with_all_its_secrets_and_stays_listed(store: KeyStore) -> None:
    key_id, old = store.create(project="default", name="a", scopes=[Scope.INGEST])
    new = store.rotate(key_id, 3_600)
    store.revoke(key_id)
    assert store.load() == {}
    assert loaded(store, old) is loaded(store, new) is None
    assert [(key.id, key.revoked_at) for key in store.list()] == [(key_id, NOW)]


def test_an_expired_key_stops(store: KeyStore, clock: Clock) -> None:
    _, key = store.create(project="default", name="a", scopes=[Scope.INGEST], expires_at=NOW + 10)
    clock.now += 9.5
    assert loaded(store, key)
    clock.now += 0.5
    assert loaded(store, key) is None


def test_a_credential_ends_with_its_secret_or_its_key_whichever_is_first(store: KeyStore) -> None:
    key_id, old = store.create(project="default", name="a", scopes=[Scope.INGEST], expires_at=NOW + 100)
    store.rotate(key_id, 50)
    assert [credential.expires_at for credential in (loaded(store, old),) if credential] == [NOW + 50]


@pytest.mark.parametrize("act", ["revoke", "rotate"])
@pytest.mark.parametrize("state", ["unknown", "revoked", "expired"])
def test_only_a_live_key_can_be_revoked_or_rotated(store: KeyStore, clock: Clock, act: str, state: str) -> None:
    key_id, _ = store.create(project="default", name="a", scopes=[Scope.INGEST], expires_at=NOW + 10)
    if state == "revoked":
        store.revoke(key_id)
    if state == "expired":
        clock.now += 10
    asked = "nosuchkey123" if state == "unknown" else key_id
    with pytest.raises(NotFoundError):
        store.revoke(asked) if act == "revoke" else store.rotate(asked, 60)


@pytest.mark.parametrize(
    "wrong",
    [
        {"project": ""},
        {"project": "-a"},
        {"project": "A"},
        {"project": "a b"},
        {"project": "a" * 64},
        {"project": "a\n"},
        {"rate": -1},
        {"rate": 2**31},
        {"scopes": []},
        {"expires_at": NOW},
        {"name": ""},
        {"name": "a\x00b"},
    ],
    ids=repr,
)
def test_a_key_that_could_not_work_is_not_made(store: KeyStore, wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidRequestError):
        store.create(**({"project": "default", "name": "a", "scopes": [Scope.INGEST]} | wrong))  # type: ignore[arg-type]
    assert store.list() == []


# --- the file


def test_every_commit_to_the_file_is_synced(tmp_path: Path) -> None:
    """And the folder with it; and not by a log, which two processes may corrupt where SQLite is old."""
    database = ControlDatabase(f"sqlite:///{tmp_path / 'control.db'}")
    with database.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 3  # EXTRA
        assert connection.scalar(text("PRAGMA journal_mode")) == "delete"
    database.close()


# --- claims


def claim(row: int, name: str, body: str = "") -> Claim:
    return Claim(name.encode().ljust(16), body.encode().ljust(16), row)


@pytest.fixture
def claims(database: ControlDatabase, clock: Clock) -> Claims:
    return Claims(database, clock)


def test_the_first_row_wins_and_wins_again(claims: Claims) -> None:
    assert claims.settle("s1", [claim(1, "a"), claim(2, "a"), claim(3, "b")]) == Outcome({2: Owner("s1", 1)}, 0)
    assert claims.settle("s1", [claim(1, "a"), claim(2, "a"), claim(3, "b")]) == Outcome({2: Owner("s1", 1)}, 0)
    assert claims.settle("s1", [claim(4, "a")]) == Outcome({4: Owner("s1", 1)}, 0)


def test_the_same_row_number_of_another_spool_is_another_row(claims: Claims) -> None:
    assert claims.settle("s1", [claim(1, "a")]) == Outcome({}, 0)
    assert claims.settle("s2", [claim(1, "a")]) == Outcome({1: Owner("s1", 1)}, 0)


def test_another_body_is_stored_and_counted_as_misuse(claims: Claims) -> None:
    assert claims.settle("s1", [claim(1, "a", "x")]) == Outcome({}, 0)
    assert claims.settle("s1", [claim(2, "a", "y")]) == Outcome({}, 1)
    assert claims.settle("s1", [claim(3, "a", "y"), claim(4, "a", "x")]) == Outcome(
        {3: Owner("s1", 2), 4: Owner("s1", 1)}, 0
    )


def test_more_claims_than_fit_one_statement_are_settled(claims: Claims) -> None:
    wanted = [claim(row, str(row % (CHUNK + 7))) for row in range(2 * (CHUNK + 7))]
    assert claims.settle("s1", wanted).repeats.keys() == set(range(CHUNK + 7, 2 * (CHUNK + 7)))


@pytest.mark.usefixtures("database")
def test_of_nodes_that_claim_at_once_one_wins(url: str, clock: Clock) -> None:
    barrier = threading.Barrier(4)
    names = [str(i) for i in range(30)]

    def node(number: int) -> dict[int, Owner]:
        own = ControlDatabase(url)
        order = names if number % 2 else names[::-1]  # the rows of two nodes come in different orders
        barrier.wait()
        try:
            return Claims(own, clock).settle(f"s{number}", [claim(int(name), name) for name in order]).repeats
        finally:
            own.close()

    with ThreadPoolExecutor(4) as pool:
        lost = [done.result() for done in [pool.submit(node, number) for number in range(4)]]
    for name in range(30):
        assert sum(name in one for one in lost) == 3, "all but one lose"


def test_nodes_that_claim_the_same_crosswise_do_not_wait_for_each_other(postgresql_url: str, clock: Clock) -> None:
    """Two insert the same claims, from either end, and meet a third in the middle: both would be half-way through."""
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    forth = [claim(1, "a"), claim(2, "m"), claim(3, "z")]
    with ExitStack() as stack:
        databases = [stack.enter_context(closing(ControlDatabase(postgresql_url))) for _ in range(3)]
        databases[0].migrate()
        pool = stack.enter_context(ThreadPoolExecutor(2))
        # Each look on its own: within a transaction the server would show what it saw first.
        looking = databases[0].engine.execution_options(isolation_level="AUTOCOMMIT")
        with databases[0].engine.begin() as third:
            Claims(databases[0], clock)._insert(third, "third", [claim(9, "m")])
            nodes = [
                pool.submit(Claims(database, clock).settle, name, wanted)
                for name, database, wanted in zip(("s1", "s2"), databases[1:], (forth, forth[::-1]), strict=True)
            ]
            with looking.connect() as connection:
                eventually(lambda: connection.scalar(waits), until=lambda waiting: waiting == 2)
        lost = [node.result(timeout=60).repeats for node in nodes]
    assert sorted(map(len, lost)) == [1, 3]


def test_a_claim_outlives_every_retry_that_is_accepted() -> None:
    """A retry comes as long as its events are young enough; they may have been ahead, and be stored a day later."""
    assert KEEP_S >= MAX_AGE_S + MAX_AHEAD_S + DAY_S / 2


def test_claims_are_forgotten_after_eight_days_and_the_longest_wait(claims: Claims, clock: Clock) -> None:
    claims.settle("s1", [claim(1, "a")])
    clock.now += KEEP_S
    assert claims.forget_old(clock.now) == 0
    clock.now += 1
    assert claims.forget_old(clock.now - 1) == 0
    assert claims.forget_old(clock.now) == 1
    assert claims.settle("s1", [claim(2, "a")]) == Outcome({}, 0)


# --- names, ledgers, rejections


def test_names_are_replaced_and_found_by_project(database: ControlDatabase) -> None:
    catalog = Catalog(database)
    assert catalog.put("p", []) == 0
    assert catalog.put("p", [Track(1, "old", artist="x"), Track(2, "two"), Track(1, "new", duration=1.5)]) == 3
    assert catalog.put("other", [Track(1, "foreign")]) == 1
    assert catalog.put("p", [Track(2**63 - 1, "♪ 'Robert'); DROP TABLE catalog;--")]) == 1
    assert catalog.count("p") == 3
    assert catalog.tracks("p", [1, 2**63 - 1, 404]) == {
        1: Track(1, "new", duration=1.5),
        2**63 - 1: Track(2**63 - 1, "♪ 'Robert'); DROP TABLE catalog;--"),
    }
    assert catalog.tracks("p", []) == {}


def tracks_and(count: int, do: Callable[[], object]) -> Iterator[Track]:
    """Names to import, which do something when so many were taken."""
    yield from (Track(number, "new") for number in range(1, count + 1))
    do()


def test_others_write_while_names_are_gathered_and_see_none_of_them(database: ControlDatabase, store: KeyStore) -> None:
    catalog = Catalog(database)
    catalog.put("p", [Track(1, "old")])
    seen: list[object] = []

    def write_and_look() -> None:
        seen.append(store.create(project="p", name="n", scopes={Scope.READ})[1])
        seen.extend([catalog.count("p"), catalog.tracks("p", [1, 2])])

    assert catalog.put("p", tracks_and(5_000, write_and_look)) == 5_000
    assert seen[1:] == [1, {1: Track(1, "old")}]
    assert catalog.count("p") == 5_000
    assert loaded(store, str(seen[0]))


def test_an_import_that_ends_half_way_leaves_the_names_as_they_were(database: ControlDatabase) -> None:
    catalog = Catalog(database)
    catalog.put("p", [Track(1, "old")])

    def fail() -> None:
        raise InterruptedError

    for _ in range(2):  # nor is anything left that the next import would take for its own
        with pytest.raises(InterruptedError):
            catalog.put("p", tracks_and(3_000, fail))
        assert (catalog.count("p"), catalog.tracks("p", [1])) == (1, {1: Track(1, "old")})
    assert catalog.put("p", [Track(7, "seven")]) == 1
    assert catalog.count("p") == 2


def test_ledgers_are_replaced_line_by_line(database: ControlDatabase, clock: Clock) -> None:
    ledgers = Ledgers(database, clock)
    one, two = SpoolState(last_block=3, open_blocks=(2, 3)), SpoolState(last_block=2**40, oldest_waiting_at=NOW)
    ledgers.publish("s1", [], SpoolState())
    ledgers.publish("s1", [LedgerLine("a", accepted=5, spooled=5), LedgerLine("b", accepted=1, erased=1)], SpoolState())
    ledgers.publish("s2", [LedgerLine("a", accepted=2**40, loaded=2**40, last_event_at=NOW)], two)
    ledgers.publish("s1", [LedgerLine("a", accepted=6, loaded=6)], one)
    assert ledgers.published() == {
        "s1": PublishedLedger(one, [LedgerLine("a", accepted=6, loaded=6), LedgerLine("b", accepted=1, erased=1)]),
        "s2": PublishedLedger(two, [LedgerLine("a", accepted=2**40, loaded=2**40, last_event_at=NOW)]),
    }


def test_claims_wait_for_the_oldest_batch_of_every_spool(database: ControlDatabase, clock: Clock) -> None:
    """A spool that waits for nothing, as far as it was heard of, may have taken in batches since."""
    ledgers = Ledgers(database, clock)
    assert ledgers.waiting_since() == NOW, "no spool, nothing waits"
    ledgers.publish("waits", [], SpoolState(oldest_waiting_at=NOW - 100))
    assert ledgers.waiting_since() == NOW - 100
    ledgers.publish("was empty and is silent", [], SpoolState())
    ledgers.publish("has another id now", [], SpoolState(oldest_waiting_at=NOW - 1_000_000, retired=True))
    clock.now += 5_000
    ledgers.publish("waits", [], SpoolState(oldest_waiting_at=NOW + 4_000))
    assert ledgers.waiting_since() == NOW
    clock.now += FORGOTTEN_S
    ledgers.publish("waits", [], SpoolState())
    assert ledgers.waiting_since() == clock.now, "one that is not heard of for months is given up"


@pytest.mark.parametrize("restarted", [False, True], ids=["", "before a restart"])
def test_claims_of_a_clock_that_went_back_are_not_forgotten_early(
    database: ControlDatabase,
    clock: Clock,
    restarted: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    claims = Claims(database, clock)
    claims.settle("s1", [claim(1, "a")])
    clock.now -= 9 * 86_400
    claims = Claims(database, clock) if restarted else claims
    claims.settle("s1", [claim(2, "b")])
    clock.now += 9 * 86_400
    assert claims.forget_old(clock.now) == 0


def test_claims_of_a_worker_that_is_behind_are_as_young_as_those_of_the_others(
    database: ControlDatabase, clock: Clock
) -> None:
    right, behind = Claims(database, clock), Claims(database, lambda: clock.now - 5 * 86_400)
    for number in range(3):
        right.settle("s1", [claim(number, f"right {number}")])
        behind.settle("s2", [claim(number, f"behind {number}")])
        clock.now += KEEP_S / 2
    assert right.forget_old(clock.now) == 2, "the first of each"


def test_a_clock_that_was_years_ahead_keeps_no_later_claim_for_years(database: ControlDatabase, clock: Clock) -> None:
    claims = Claims(database, clock)
    clock.now += 50 * 365 * 86_400
    claims.settle("s1", [claim(1, "ahead")])
    clock.now -= 50 * 365 * 86_400
    claims.settle("s1", [claim(2, "right")])
    clock.now += 2 * KEEP_S
    assert claims.forget_old(clock.now) == 0
    clock.now += 1
    assert claims.forget_old(clock.now) == 1


def test_released_claims_are_those_that_nobody_holds(claims: Claims) -> None:
    claims.settle("s1", [claim(number, str(number)) for number in (1, 2, 3, 4)])
    claims.settle("s2", [claim(3, "other"), claim(2, "of another spool")])
    assert claims.release("s1", 2, {3}) == 2
    again = claims.settle("s3", [claim(number + 10, str(number)) for number in (1, 2, 3, 4)])
    assert again.repeats.keys() == {11, 13}
    assert claims.settle("s3", [claim(15, "of another spool")]).repeats.keys() == {15}


def test_claims_that_are_put_back_win(claims: Claims) -> None:
    claims.settle("s1", [claim(1, "a")])
    claims.remember("s1", [claim(1, "a"), claim(2, "b")])
    assert claims.settle("s1", [claim(1, "a"), claim(2, "b")]).repeats == {}
    assert claims.settle("s2", [claim(7, "a"), claim(8, "b")]).repeats.keys() == {7, 8}


def group(reason: str, count: int = 1, *, last_seen: float = NOW, **more: object) -> RejectedGroup:
    at = {"project": "p", "key_id": "k", "universe": 0, "hour": int(last_seen // 3_600 * 3_600), "sample": "{}"}
    return RejectedGroup(**(at | {"reason": reason, "count": count, "last_seen": last_seen} | more))  # type: ignore[arg-type]


def test_rejections_add_up_and_the_newest_sample_is_shown(database: ControlDatabase, clock: Clock) -> None:
    store = RejectedEvents(database, clock)
    store.add([group("type_invalid", 2, sample='"old"'), group("not_an_object", 1)])
    store.add([group("type_invalid", 3, sample='"new"', last_seen=NOW + 1), group("type_invalid", 5, universe=9)])
    store.add([group("type_invalid", 100, project="other")])
    assert store.by_reason("p") == [
        {"reason": "type_invalid", "count": 10, "last_seen": NOW + 1, "sample": '"new"'},
        {"reason": "not_an_object", "count": 1, "last_seen": NOW, "sample": "{}"},
    ]
    assert store.by_reason("nobody") == []


def test_rejections_are_forgotten_after_a_week(database: ControlDatabase, clock: Clock) -> None:
    store = RejectedEvents(database, clock)
    store.add([group("type_invalid"), group("not_an_object", last_seen=NOW + DAY_S)])
    clock.now += 7 * DAY_S + 1
    assert [one["reason"] for one in store.by_reason("p")] == ["not_an_object"]
    assert store.forget_old(clock.now) == 1
    assert store.forget_old(clock.now) == 0


def test_rejections_are_bounded_and_the_oldest_go(
    database: ControlDatabase, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejected_module, "MAX_GROUPS", 3)
    store = RejectedEvents(database, clock)
    store.add([group("type_invalid", universe=i, last_seen=NOW + i) for i in range(5)])
    assert store.forget_old(clock.now) == 2
    assert store.by_reason("p")[0]["count"] == 3


# --- the warehouse's lock


@pytest.fixture
def lock_of(url: str) -> Iterator[Callable[[], WarehouseLock]]:
    with ExitStack() as databases:

        def new() -> WarehouseLock:
            database = ControlDatabase(url)
            databases.callback(database.close)
            return WarehouseLock(database)

        yield new


def _asks(lock: Callable[[], AbstractContextManager[None]]) -> tuple[threading.Thread, threading.Event]:
    """Ask for a lock from another thread; it says when it has got it, and gives it back."""
    taken = threading.Event()

    def take() -> None:
        with lock():
            taken.set()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    return thread, taken


def test_many_may_insert_at_once(lock_of: Callable[[], WarehouseLock]) -> None:
    with lock_of().shared(), lock_of().shared():
        thread, taken = _asks(lock_of().shared)
        assert taken.wait(30)
    thread.join(timeout=30)


@pytest.mark.parametrize("held", ["shared", "exclusive"])
@pytest.mark.parametrize("asked", ["shared", "exclusive"])
def test_a_repair_is_alone(lock_of: Callable[[], WarehouseLock], held: str, asked: str) -> None:
    with getattr(lock_of(), held)():
        waiting, taken = _asks(getattr(lock_of(), asked))
        may_both = held == asked == "shared"
        assert taken.wait(30 if may_both else 0.3) is may_both
    waiting.join(timeout=30)
    assert taken.is_set()


@pytest.mark.parametrize("held", ["shared", "exclusive"])
def test_postgresql_soon_notices_that_a_holder_of_the_lock_is_gone(postgresql_url: str, held: str) -> None:
    """By its own settings it takes two hours, and nobody would load anything."""
    with closing(ControlDatabase(postgresql_url)) as database:
        asked: list[str] = []
        event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        with getattr(WarehouseLock(database), held)():
            pass
    settings, [lock] = asked[:-1], asked[-1:]
    assert [text.split(" = ")[0] for text in settings] == [
        f"SET LOCAL tcp_keepalives_{name}" for name in ("idle", "interval", "count")
    ]
    assert "advisory" in lock


def test_a_lock_ends_with_an_error(lock_of: Callable[[], WarehouseLock]) -> None:
    with pytest.raises(LookupError), lock_of().exclusive():
        raise LookupError
    thread, taken = _asks(lock_of().exclusive)
    thread.join(timeout=30)
    assert taken.is_set()


def test_a_spool_runs_elsewhere_as_long_as_another_holds_its_lock(database: ControlDatabase) -> None:
    one, other = Leases(database), Leases(database)
    assert one.hold("a" * 32)
    assert one.hold("a" * 32), "it is held already"
    assert not other.hold("a" * 32)
    assert (one.runs_elsewhere("a" * 32), other.runs_elsewhere("a" * 32)) == (False, True)
    assert not other.runs_elsewhere("b" * 32), "asking takes no lock"
    assert one.hold("b" * 32)
    one.give_up()
    one.give_up()
    assert other.hold("a" * 32)
    other.give_up()


def test_a_lock_that_the_control_database_dropped_is_taken_again_or_lost(database: ControlDatabase) -> None:
    """PostgreSQL was started anew: its locks are gone, and whoever comes first has them."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("the lock of a file ends with its process alone")
    one, other = Leases(database), Leases(database)
    assert one.hold("a" * 32)
    drop_sessions(database)
    assert one.hold("a" * 32)
    drop_sessions(database)
    assert other.hold("a" * 32)
    assert not one.hold("a" * 32)
    other.give_up()


def drop_sessions(database: ControlDatabase) -> None:
    with database.engine.connect() as connection:
        mine = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {mine}"))


def test_claims_of_batches_that_are_held_under_another_id_are_kept(claims: Claims) -> None:
    claims.settle("s1", [claim(1, "a"), claim(2, "b"), claim(3, "c")])
    kept = claim(2, "b")
    assert claims.release("s1", 1, {1}, {(kept.key_digest, kept.body_digest)}) == 1
    assert claims.settle("s2", [claim(7, "a"), claim(8, "b"), claim(9, "c")]).repeats.keys() == {7, 8}


def test_the_spools_of_a_lineage_are_found_by_their_claims(claims: Claims) -> None:
    claims.settle("ab1", [claim(4, "a"), claim(3, "b")])
    claims.settle("ab2", [claim(9, "c")])
    claims.settle("xab", [claim(1, "d")])
    assert claims.lowest("ab") == {"ab1": 3, "ab2": 9}
    assert claims.lowest("a%") == {}


@pytest.mark.parametrize(
    ("state", "loaded"),
    [
        (SpoolState(), set()),
        (SpoolState(first_waiting=2), {1}),
        (SpoolState(first_waiting=3, open_blocks=(9,)), {1, 2}),
        (SpoolState(first_waiting=1, retired=True), {1, 2, 3}),
    ],
)
def test_a_batch_is_loaded_once_all_up_to_it_have_left_its_spool(
    database: ControlDatabase, clock: Clock, state: SpoolState, loaded: set[int]
) -> None:
    ledgers = Ledgers(database, clock)
    ledgers.publish("s1", [], state)
    ledgers.publish("s2", [], SpoolState(first_waiting=9))
    known = ledgers.states()
    assert known == {"s1": state, "s2": SpoolState(first_waiting=9)}
    assert {batch for batch in (1, 2, 3) if known["s1"].has_loaded(batch)} == loaded


def test_what_is_heard_of_a_spool_leaves_all_else_that_is_known_of_it(database: ControlDatabase, clock: Clock) -> None:
    ledgers = Ledgers(database, clock)
    line = LedgerLine("a", accepted=6, loaded=6)
    ledgers.publish("s1", [line], SpoolState(last_block=3, open_blocks=(2, 3), oldest_waiting_at=NOW - 5))
    ledgers.hear("s1", NOW)
    ledgers.hear("s2", NOW - 9)
    assert ledgers.published() == {
        "s1": PublishedLedger(SpoolState(last_block=3, open_blocks=(2, 3), oldest_waiting_at=NOW - 5), [line]),
        "s2": PublishedLedger(SpoolState(oldest_waiting_at=NOW - 9), []),
    }


def test_since_when_a_batch_may_wait_in_some_spools(database: ControlDatabase, clock: Clock) -> None:
    ledgers = Ledgers(database, clock)
    ledgers.publish("waits", [], SpoolState(oldest_waiting_at=NOW - 100))
    ledgers.publish("waits for nothing", [], SpoolState())
    assert ledgers.waiting_since_in({"waits", "waits for nothing"}) == NOW - 100
    assert ledgers.waiting_since_in({"waits for nothing"}) == NOW, "it may have taken in batches since"
    assert ledgers.waiting_since_in({"waits", "never heard of"}) == 0
