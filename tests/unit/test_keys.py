"""API keys: what they look like."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from audioscape_server.access import keys
from audioscape_server.access.keys import digest, is_well_formed, mint

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
