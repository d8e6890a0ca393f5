"""Batches and blocks, as they are put into the spool and read back."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import NamedTuple

import zstandard

#: zstd level: 1 cuts a batch to a third or less in a few microseconds; higher levels gain little.
ZSTD_LEVEL = 1


class NewBatch(NamedTuple):
    """One request's accepted events, on their way in."""

    project: str
    key: str
    universe: int
    place: int
    received_at: float
    events: int
    key_digest: bytes | None
    body_digest: bytes | None
    content_bytes: int
    """Of the payload, unpacked."""
    checksum: int
    payload: bytes
    event_digests: tuple[bytes | None, ...] = ()
    """For a key that takes equal events for one: a digest of each event that can be told from every other, in order."""


class WaitingBatch(NamedTuple):
    """A batch that is in no block yet: what it takes to cut a block and to claim."""

    batch: int
    events: int
    content_bytes: int
    key_digest: bytes | None
    body_digest: bytes | None
    received_at: float
    project: str


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """One request's accepted events, read back."""

    batch: int
    project: str
    key: str
    universe: int
    place: int
    received_at: float
    events: int
    checksum: int
    payload: bytes
    key_digest: bytes | None
    body_digest: bytes | None

    def content(self) -> bytes:
        """The canonical events, JSON.

        Raises:
            ValueError: the bytes on the disk are not the bytes that were written.
        """
        if zlib.crc32(self.payload) != self.checksum:
            raise ValueError("the batch's bytes do not match their checksum")
        try:
            return zstandard.decompress(self.payload)
        except zstandard.ZstdError as error:
            raise ValueError(f"the batch does not decompress: {error}") from None


@dataclass(frozen=True, slots=True)
class Block:
    """A range of batches that is sent to the warehouse as one."""

    block: int
    first_batch: int
    last_batch: int
    attempt: int


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A batch that is not sent to the warehouse, and why."""

    batch: int
    project: str
    events: int
    received_at: float
    reason: str
    quarantined_at: float


class Packer:
    """Packs canonical events as they are stored. Keeps zstd's work space, which is most of the cost; one thread's."""

    def __init__(self) -> None:
        self._compress = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress

    def pack(self, content: bytes) -> tuple[bytes, int]:
        """Compressed bytes, and their checksum."""
        payload = self._compress(content)
        return payload, zlib.crc32(payload)
