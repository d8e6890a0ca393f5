"""The ring of keys: known ones work whatever happens, unknown ones are looked for, revoked ones stop."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import given, strategies as st

from audioscape_server.access import keyring
from audioscape_server.access.keyring import KeyChanges, Keyring
from audioscape_server.access.keys import Credential, Scope, digest, may_exist, mint
from audioscape_server.errors import KeyStoreUnavailableError

NOW = 1_790_166_896.0
PEPPER = b"p" * 32


class Store:
    """A control database of keys that counts looks and what they read, and may be away or slow."""

    def __init__(self) -> None:
        self.keys: dict[str, dict[bytes, Credential]] = {}
        self.changed: dict[str, int] = {}
        self.number = 0
        self.looks = 0
        self.keys_read = 0
        self.away = False

    def add(self, key: str, key_id: str | None = None, **more: object) -> Credential:
        key_id = key_id or key[8:20]
        credential = Credential("default", key_id, frozenset({Scope.INGEST}), 0, **more)  # type: ignore[arg-type]
        self.keys.setdefault(key_id, {})[digest(key.encode(), PEPPER)] = credential
        self._change(key_id)
        return credential

    def revoke(self, key_id: str) -> None:
        self.keys[key_id] = {}
        self._change(key_id)

    def _change(self, key_id: str) -> None:
        self.number += 1
        self.changed[key_id] = self.number

    def read(self, since: int | None) -> KeyChanges | None:
        self.looks += 1
        if self.away:
            raise ConnectionError("the database is away")
        if since == self.number:
            return None
        everything = since is None or since > self.number
        wanted = {key: dict(of) for key, of in self.keys.items() if everything or self.changed[key] > (since or 0)}
        self.keys_read += len(wanted)
        return KeyChanges(self.number, wanted, everything)


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(keyring, "MISS_REFRESH_S", 0.0)
    return Store()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ring(store: Store, clock: Clock) -> Keyring:
    return Keyring(store.read, PEPPER, clock)


def test_a_known_key_is_found_without_a_look(store: Store, ring: Keyring) -> None:
    _, key = mint()
    expected = store.add(key)

    async def ask() -> None:
        await ring.refresh()
        for _ in range(5):
            assert await ring.authenticate(key.encode()) == expected
            assert ring.find(key.encode()) == expected

    asyncio.run(ask())
    assert store.looks == 1


def test_uses_of_valid_keys_are_told_once_by_what_is_stored_of_them(store: Store, ring: Keyring, clock: Clock) -> None:
    known, later, unused = (mint()[1] for _ in range(3))
    _, unknown = mint()

    async def ask() -> None:
        store.add(known)
        store.add(unused)
        await ring.refresh()
        store.add(later)
        for key in (known, later, unknown, "no key"):
            await ring.authenticate(key.encode())
        clock.now += 5
        await ring.authenticate(known.encode())

    asyncio.run(ask())
    wanted = {digest(known.encode(), PEPPER): NOW + 5, digest(later.encode(), PEPPER): NOW}
    assert (ring.take_uses(), ring.take_uses()) == (wanted, {})


def test_a_key_works_from_the_moment_it_is_made(store: Store, ring: Keyring) -> None:
    async def ask() -> None:
        await ring.refresh()
        _, key = mint()
        expected = store.add(key)
        assert ring.find(key.encode()) is None
        assert await ring.authenticate(key.encode()) == expected

    asyncio.run(ask())


@pytest.mark.parametrize(
    "key",
    [
        None,
        b"",
        b"as_live_",
        b"x" * 19,
        b"x" * 513,
        b"x" * 30 + b" x",
        b"x" * 30 + b"\xe9",
        pytest.param(mint()[1].encode()[:-1] + b"!", id="another sign"),
    ],
)
def test_what_cannot_be_a_key_is_refused_without_a_look(store: Store, ring: Keyring, key: bytes | None) -> None:
    assert asyncio.run(ring.authenticate(key)) is None
    assert store.looks == 0


IMPORTED = "a-key-of-the-game's-own!~"


def test_an_imported_key_works_from_the_moment_it_is_imported(store: Store, ring: Keyring) -> None:
    async def ask() -> None:
        await ring.refresh()
        assert await ring.authenticate(IMPORTED.encode()) is None
        store.add(IMPORTED)
        assert await ring.authenticate(IMPORTED.encode()) is not None

    asyncio.run(ask())


def test_an_imported_key_is_a_fault_of_ours_while_the_database_is_away(store: Store, ring: Keyring) -> None:
    """A client would drop its events on a 401."""
    store.away = True
    with pytest.raises(KeyStoreUnavailableError):
        asyncio.run(ring.authenticate(IMPORTED.encode()))


def test_only_a_key_that_was_not_minted_counts_as_guessable(store: Store, ring: Keyring) -> None:
    _, minted = mint()
    for key in (minted, IMPORTED):
        store.add(key)

    async def ask() -> None:
        await ring.refresh()
        found = [await ring.authenticate(key.encode()) for key in (minted, IMPORTED) for _ in range(2)]
        assert [credential.guessable for credential in found if credential] == [False, False, True, True]

    asyncio.run(ask())


@pytest.mark.parametrize(
    ("key", "may"),
    [
        (b"x" * 20, True),
        (b"x" * 512, True),
        (b"x" * 19, False),
        (b"x" * 513, False),
        (b"x" * 20 + b" ", False),
        (b"x" * 20 + b"\n", False),
        (b"as_live_" + b"x" * 30, False),
        pytest.param(mint()[1].encode(), True, id="a minted one"),
    ],
)
def test_what_may_be_a_key(key: bytes, may: bool) -> None:  # noqa: FBT001 - what is expected
    assert may_exist(key) is may


def test_all_who_ask_for_unknown_keys_at_once_share_a_look(store: Store, ring: Keyring) -> None:
    async def ask() -> None:
        unknown = [mint()[1].encode() for _ in range(100)]
        assert await asyncio.gather(*map(ring.authenticate, unknown)) == [None] * 100

    asyncio.run(ask())
    assert store.looks == 1


def test_unknown_keys_cannot_keep_the_database_busy(
    store: Store, ring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looks are MISS_REFRESH_S apart, however many ask one after the other."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(keyring, "MISS_REFRESH_S", 1_000.0)

    async def ask() -> None:
        for _ in range(3):
            assert await ring.authenticate(mint()[1].encode()) is None

    monkeypatch.setattr(keyring.asyncio, "sleep", sleep)
    asyncio.run(ask())
    assert slept[0] == 0
    assert all(seconds > 990 for seconds in slept[1:])
    assert store.looks == 3


def test_a_revoked_key_stops_with_the_next_refresh(store: Store, ring: Keyring) -> None:
    _, key = mint()
    store.add(key)

    async def ask() -> None:
        await ring.refresh()
        assert await ring.authenticate(key.encode())
        store.revoke(key[8:20])
        await ring.refresh()
        assert ring.find(key.encode()) is None
        assert await ring.authenticate(key.encode()) is None

    asyncio.run(ask())


def test_a_key_stops_when_it_expires_without_a_refresh(store: Store, ring: Keyring, clock: Clock) -> None:
    _, key = mint()
    store.add(key, expires_at=NOW + 10)

    async def ask() -> None:
        await ring.refresh()
        for later, alive in ((0, True), (9.9, True), (10, False)):
            clock.now = NOW + later
            assert (ring.find(key.encode()) is not None) is alive

    asyncio.run(ask())


def test_while_the_database_is_away_known_keys_work_and_unknown_ones_are_our_fault(store: Store, ring: Keyring) -> None:
    _, known = mint()
    store.add(known)

    async def ask() -> None:
        await ring.refresh()
        store.away = True
        with pytest.raises(KeyStoreUnavailableError):
            await ring.refresh()
        assert await ring.authenticate(known.encode())
        for _ in range(2):
            with pytest.raises(KeyStoreUnavailableError):
                await ring.authenticate(mint()[1].encode())
        assert await ring.authenticate(b"no key at all") is None
        store.away = False
        assert await ring.authenticate(mint()[1].encode()) is None

    asyncio.run(ask())


def test_all_who_share_a_failed_look_are_told(store: Store, ring: Keyring) -> None:
    store.away = True

    async def ask() -> list[object]:
        unknown = [mint()[1].encode() for _ in range(10)]
        return await asyncio.gather(*map(ring.authenticate, unknown), return_exceptions=True)

    assert all(isinstance(answer, KeyStoreUnavailableError) for answer in asyncio.run(ask()))
    assert store.looks == 1


def test_a_client_that_goes_away_does_not_end_the_look_of_the_others(store: Store, ring: Keyring) -> None:
    async def ask() -> None:
        _, key = mint()
        expected = store.add(key)
        gone = asyncio.create_task(ring.authenticate(mint()[1].encode()))
        stays = asyncio.create_task(ring.authenticate(key.encode()))
        await asyncio.sleep(0)
        gone.cancel()
        assert await stays == expected

    asyncio.run(ask())


def test_a_slow_look_does_not_bring_back_what_was_before(store: Store, ring: Keyring) -> None:
    """A look that began before a key was made ends after the one that found it."""
    begun, end = threading.Event(), threading.Event()
    read = store.read

    def slow_read(since: int | None) -> KeyChanges | None:
        seen = read(since)
        if store.looks == 1:
            begun.set()
            assert end.wait(30)
        return seen

    ring._read = slow_read

    async def ask() -> None:
        slow = asyncio.create_task(ring.refresh())
        await asyncio.to_thread(begun.wait)
        _, key = mint()
        expected = store.add(key)
        request = asyncio.create_task(ring.authenticate(key.encode()))
        await asyncio.wait([request], timeout=0.2)
        end.set()
        await slow
        assert await request == expected
        assert ring.find(key.encode()) == expected

    asyncio.run(ask())


def test_while_nothing_changes_nothing_is_read(store: Store, ring: Keyring) -> None:
    known = [mint()[1] for _ in range(100)]
    for key in known:
        store.add(key)

    async def ask() -> None:
        await ring.refresh()
        assert store.keys_read == 100
        for _ in range(10):
            await ring.refresh()
        store.revoke(known[0][8:20])
        store.add(known[1], known[1][8:20])
        await ring.refresh()

    asyncio.run(ask())
    assert store.keys_read == 102
    assert [ring.find(key.encode()) is not None for key in known[:3]] == [False, True, True]


def test_after_an_older_copy_was_put_back_the_ring_is_what_that_says(store: Store, ring: Keyring) -> None:
    old, new = mint()[1], mint()[1]

    async def ask() -> None:
        store.add(old)
        before = (dict(store.keys), dict(store.changed), store.number)
        store.add(new)
        await ring.refresh()
        store.keys, store.changed, store.number = before
        await ring.refresh()

    asyncio.run(ask())
    assert [ring.find(key.encode()) is not None for key in (old, new)] == [True, False]


_steps = st.lists(st.tuples(st.sampled_from(["add", "rotate", "revoke", "refresh", "ask"]), st.integers(0, 3)))


@given(_steps)
def test_a_ring_that_reads_changes_knows_what_one_that_reads_everything_knows(steps: list[tuple[str, int]]) -> None:
    store = Store()
    ring = Keyring(store.read, PEPPER, lambda: NOW)
    minted: list[str] = []

    async def run() -> None:
        for what, number in steps:
            key_id = f"{number:012}"
            if what == "add" or (what == "rotate" and store.keys.get(key_id)):
                minted.append(mint(key_id)[1])
                store.add(minted[-1], key_id)
            elif what == "revoke" and key_id in store.keys:
                store.revoke(key_id)
            elif what == "refresh":
                await ring.refresh()
            for key in minted if what == "ask" else ():
                ring.find(key.encode())
        await ring.refresh()
        fresh = Keyring(store.read, PEPPER, lambda: NOW)
        await fresh.refresh()
        for key in minted:
            assert ring.find(key.encode()) == fresh.find(key.encode())

    asyncio.run(run())


@pytest.mark.parametrize(("earliest", "in_doubt"), [(NOW, True), (NOW + 10, False), (NOW + 9 * 86_400, False)])
def test_a_key_that_expired_by_a_clock_that_jumped_is_no_401(
    store: Store,
    clock: Clock,
    earliest: float,
    in_doubt: bool,  # noqa: FBT001
) -> None:
    ring = Keyring(store.read, PEPPER, clock, earliest=lambda: earliest)
    _, key = mint()
    store.add(key, expires_at=NOW + 10)
    clock.now = NOW + 9 * 86_400

    async def ask() -> Credential | None:
        await ring.refresh()
        assert await ring.authenticate(mint()[1].encode()) is None
        return await ring.authenticate(key.encode())

    if in_doubt:
        with pytest.raises(KeyStoreUnavailableError):
            asyncio.run(ask())
    else:
        assert asyncio.run(ask()) is None


def test_the_ring_says_whether_it_is_fresh(store: Store, ring: Keyring) -> None:
    async def ask() -> list[bool]:
        seen = [ring.is_fresh]
        for store.away in (False, True, False):
            await asyncio.gather(ring.refresh(), return_exceptions=True)
            seen.append(ring.is_fresh)
        return seen

    assert asyncio.run(ask()) == [False, True, False, True]
