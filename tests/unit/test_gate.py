"""The gate: one key or address at a time, the same at every door."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from audioscape_server.access.gate import REFUSED_PAUSE_S, Admission, Gate
from audioscape_server.access.keys import Credential, Scope
from audioscape_server.errors import KeyStoreUnavailableError, TooManyRequestsError, UnauthorizedError

if TYPE_CHECKING:
    from collections.abc import Sequence

HELD = Credential("default", "abcdefghijkl", frozenset({Scope.READ}), rate=2)


IMPORTED = Credential("default", "mnopqrstuvwx", frozenset({Scope.INGEST}), rate=0, guessable=True)


class Ring:
    """Knows two keys, one of them imported."""

    away = False

    async def authenticate(self, key: bytes | None) -> Credential | None:
        if self.away:
            raise KeyStoreUnavailableError
        return {b"good": HELD, b"imported": IMPORTED}.get(key or b"")


paused: list[float] = []


async def pause(seconds: float) -> None:
    paused.append(seconds)


def gate(rate: float = 0.001, burst: int = 3) -> Gate:
    paused.clear()
    return Gate(Ring(), address_rate=rate, address_burst=burst, pause=pause)


def admit(gate: Gate, keys: Sequence[bytes], address: str | None = "10.0.0.1") -> Admission:
    return asyncio.run(gate.admit(keys, address))


def identify(gate: Gate, keys: Sequence[bytes], address: str | None = "10.0.0.1") -> Credential:
    return admit(gate, keys, address).credential


@pytest.mark.parametrize("keys", [[], [b""], [b"bad"], [b"good", b"good"]])
def test_exactly_one_known_key_opens(keys: list[bytes]) -> None:
    with pytest.raises(UnauthorizedError):
        identify(gate(), keys)


def test_an_address_without_a_key_is_slowed_after_its_burst_and_others_are_not() -> None:
    door = gate(burst=3)
    for _ in range(3):
        with pytest.raises(UnauthorizedError):
            identify(door, [b"bad"])
    with pytest.raises(TooManyRequestsError) as slowed:
        identify(door, [b"bad"])
    assert int(dict(slowed.value.headers)[b"retry-after"]) >= 1
    assert paused == [REFUSED_PAUSE_S], "and waits for the answer, however many connections it has"
    with pytest.raises(UnauthorizedError):
        identify(door, [b"bad"], "10.0.0.2")
    assert identify(door, [b"good"]) is HELD, "a valid key is not its neighbours' address"
    assert paused == [REFUSED_PAUSE_S]


def test_a_guess_beyond_the_allowance_is_slowed_whether_it_is_right_or_not() -> None:
    """An imported key may be easy to guess: past its wrong keys an address learns nothing by trying more."""
    door = gate(burst=2)
    assert identify(door, [b"imported"]) is IMPORTED
    for _ in range(2):
        with pytest.raises(UnauthorizedError):
            identify(door, [b"bad"])
    for key in (b"bad", b"imported"):
        with pytest.raises(TooManyRequestsError) as slowed:
            identify(door, [key])
        assert int(dict(slowed.value.headers)[b"retry-after"]) >= 1
    assert identify(door, [b"good"]) is HELD
    assert identify(door, [b"imported"], "10.0.0.2") is IMPORTED


def test_an_imported_key_uses_up_no_allowance() -> None:
    door = gate(burst=1)
    for _ in range(5):
        assert identify(door, [b"imported"]) is IMPORTED
    with pytest.raises(UnauthorizedError):
        identify(door, [b"bad"])


@pytest.mark.parametrize(("rate", "address"), [(0, "10.0.0.1"), (0.001, None)])
def test_without_a_rate_or_an_address_nobody_is_slowed(rate: float, address: str | None) -> None:
    door = gate(rate, burst=1)
    for _ in range(5):
        with pytest.raises(UnauthorizedError):
            identify(door, [b"bad"], address)


def test_a_key_over_its_rate_is_told_how_it_stands() -> None:
    door = gate()
    for remaining in (b"1", b"0"):
        assert dict(admit(door, [b"good"]).standing)[b"ratelimit-remaining"] == remaining
    with pytest.raises(TooManyRequestsError) as slowed:
        admit(door, [b"good"])
    assert {name for name, _ in slowed.value.headers} == {
        b"retry-after", b"ratelimit-limit", b"ratelimit-remaining", b"ratelimit-reset",
    }  # fmt: skip


def test_a_key_store_that_is_away_is_nobodys_fault_and_costs_no_turn() -> None:
    door = gate(burst=1)
    door._keyring.away = True  # type: ignore[attr-defined]
    for _ in range(3):
        with pytest.raises(KeyStoreUnavailableError):
            identify(door, [b"new"])
