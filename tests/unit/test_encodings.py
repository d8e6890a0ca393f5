"""Content codings: the client chooses, small answers stay as they are, and what is sent can be read."""

from __future__ import annotations

import gzip

import pytest
import zstandard

from audioscape_server.api.encodings import CODINGS, WORTH_BYTES, chosen

BODY = b"x" * WORTH_BYTES


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", None), ("gzip", "gzip"), ("zstd", "zstd"), ("gzip, zstd", "zstd"), ("gzip, deflate, br, zstd", "zstd"),
        ("GZIP", "gzip"), ("br", None), ("gzip;q=0", None), ("zstd;q=0, gzip", "gzip"),
        ("zstd;q=0.5, gzip;q=0.8", "gzip"),
        ("*", "gzip"), ("*;q=0", None), ("gzip;q=0, *", None), ("identity", None), ("identity;q=0, gzip;q=0.1", "gzip"),
        ("identity, gzip;q=0.5", None), ("gzip ; q=0.5", "gzip"), ("gzip;q=nonsense", None), (",,;", None),
    ],
)  # fmt: skip
def test_the_client_chooses(accepted: str, coding: str | None) -> None:
    assert chosen(accepted, BODY) == coding


def test_a_small_answer_is_left_as_it_is() -> None:
    assert chosen("gzip, zstd", BODY[1:]) is None


def test_every_coding_can_be_read_and_is_the_same_each_time() -> None:
    readers = {"gzip": gzip.decompress, "zstd": zstandard.decompress}
    assert readers.keys() == CODINGS.keys()
    for name, encode in CODINGS.items():
        assert readers[name](encode(BODY)) == BODY
        assert encode(BODY) == encode(BODY)
        assert len(encode(BODY)) < len(BODY) / 10
