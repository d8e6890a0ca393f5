"""API keys: their form, and the ring that holds them in memory."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import given, strategies as st

from audioscape_server.access import keys
from audioscape_server.access.keys import Credential, Keyring, Scope, digest, is_well_formed, mint
from audioscape_server.errors import KeyStoreUnavailableError

NOW = 1_790_166_896.0
PEPPER = b"p" * 32

any_key = st.builds(lambda _: mint()[1].encode(), st.integers())


def test_a_key_reads_as_documented() -> None:
    key_id, key = mint()
    assert keys.PATTERN.fullmatch(key)
    assert key.startswith(f"as_live_{key_id}_")
    assert len(key) == len("as_live_") + 12 + 1 + 43 + 6
    assert is_well_formed(key.encode())


def test_no_two_keys_are_alike_and_a_rotation_keeps_the_id() -> None:
    minted = [mint("abcdefghijkl") for _ in range(200)]
    assert {key_id for key_id, _ in minted} == {"abcdefghijkl"}
    assert len({key for _, key in minted}) == 200


def test_the_checksum_is_what_scanners_of_other_languages_compute() -> None:
    """CRC-32 in base 62, most significant digit first: a fixed example, so that it never changes."""
    assert is_well_formed(b"as_live_abcdefghijkl_" + b"0" * 43 + b"0qgvCv")


@given(key=any_key, at=st.integers(0, 69), to=st.integers(0, 255))
def test_a_key_with_any_byte_changed_is_not_well_formed(key: bytes, at: int, to: int) -> None:
    changed = key[:at] + bytes([to]) + key[at + 1 :]
    assert is_well_formed(changed) == (changed == key)


@given(key=any_key, at=st.integers(0, 69), length=st.integers(1, 70))
def test_a_key_that_was_cut_or_swapped_is_not_well_formed(key: bytes, at: int, length: int) -> None:
    assert not is_well_formed(key[:at] + key[at + length :])
    swapped = key[:at] + key[at : at + 2][::-1] + key[at + 2 :]
    assert is_well_formed(swapped) == (swapped == key)


@given(text=st.binary(max_size=120))
def test_noise_is_not_a_key(text: bytes) -> None:
    assert not is_well_formed(text)


@pytest.mark.parametrize("wrap", [b"%b\n", b" %b", b"%b ", b"\n%b", b"%b%b", b"%b\x00"])
def test_a_key_with_anything_around_it_is_not_well_formed(wrap: bytes) -> None:
    key = mint()[1].encode()
    assert not is_well_formed(wrap % ((key,) * wrap.count(b"%b")))


def test_the_pattern_finds_a_key_in_any_text() -> None:
    _, key = mint()
    assert keys.PATTERN.findall(f"x{key}.{key}\n") == [key, key]


def test_a_digest_needs_the_key_and_the_pepper() -> None:
    _, key = mint()
    assert digest(key.encode(), PEPPER) == digest(key.encode(), PEPPER)
    assert len(digest(key.encode(), PEPPER)) == 32
    assert digest(key.encode(), b"q" * 32) != digest(key.encode(), PEPPER)


# --- the ring


class Store:
    """A control database of keys that counts looks, and may be away or slow."""

    def __init__(self) -> None:
        self.credentials: dict[bytes, Credential] = {}
        self.looks = 0
        self.away = False

    def add(self, key: str, **more: object) -> Credential:
        credential = Credential("default", key[8:20], frozenset({Scope.INGEST}), 0, **more)  # type: ignore[arg-type]
        self.credentials[digest(key.encode(), PEPPER)] = credential
        return credential

    def load(self) -> dict[bytes, Credential]:
        self.looks += 1
        if self.away:
            raise ConnectionError("the database is away")
        return dict(self.credentials)


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(keys, "MISS_REFRESH_S", 0.0)
    return Store()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ring(store: Store, clock: Clock) -> Keyring:
    return Keyring(store.load, PEPPER, clock)


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
        mint()[1].encode()[:-1] + b"!",
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
        (mint()[1].encode(), True),
    ],
)
def test_what_may_be_a_key(key: bytes, may: bool) -> None:  # noqa: FBT001 - what is expected
    assert keys.may_exist(key) is may


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

    monkeypatch.setattr(keys, "MISS_REFRESH_S", 1_000.0)

    async def ask() -> None:
        for _ in range(3):
            assert await ring.authenticate(mint()[1].encode()) is None

    monkeypatch.setattr(keys.asyncio, "sleep", sleep)
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
        store.credentials.clear()
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
    load = store.load

    def slow_load() -> dict[bytes, Credential]:
        seen = load()
        if store.looks == 1:
            begun.set()
            assert end.wait(30)
        return seen

    ring._load = slow_load

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
