"""The archive: loaded batches, kept for some days on the spool's disk, so that what the warehouse loses can come back.

The warehouse is an engine of others, with settings and faults that nobody can know in full. So a block that it
acknowledged does not vanish: it is written here first, and leaves the spool after that.

Invariants
    1. A block leaves the spool only after its frame is fsynced here (unless the archive is turned off).
    2. A segment is only appended to by the process that began it, and never again once it is *sealed*.
    3. What is read from a frame is what was written: header and content have a checksum each.
    4. Nothing is forgotten before ``keep_s`` is over, but for ``max_bytes``: then the oldest segment goes first.

Layout
    ``NNNNNNNN.open`` is being written, ``NNNNNNNN.sealed`` is complete. A segment is a sequence of frames, one a
    block::

        magic | bytes of the header | bytes of the content | CRC-32 of these two and the header | CRC-32 of the content
        header   JSON, see `Frame`
        content  the block's batches, msgpack in zstd

Failure rules
    * A write that fails is cut off again and told; the block stays in the spool.
    * A process that dies may leave half a frame at the end of its open segment. The next one cuts it off and seals the
      segment: that block had not left the spool.
    * A block may have several frames, as the process may die between the frame and the spool's commit. The last counts.
      One without batches says that the block is no more: it was split, or set aside.
    * A damaged frame costs that frame; its neighbours are found by their magic.
    * The clock may be wrong: what is old is told by the least that it read for as long (``at_least``).
"""

from __future__ import annotations

import contextlib
import math
import mmap
import os
import struct
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from io import FileIO
from pathlib import Path
from typing import BinaryIO, NamedTuple

import msgspec
import structlog
import zstandard

from audioscape_server.durable import make_folder, sync_folder
from audioscape_server.spool.batches import StoredBatch

#: Bytes after which a segment is sealed, and seconds.
SEGMENT_BYTES = 64 * 1024 * 1024
SEGMENT_S = 3_600.0
#: zstd level: 3 is a quarter smaller than 1 and still many times faster than loading.
ZSTD_LEVEL = 3

_MAGIC = b"\xf1ASarch1"
_PREFIX = struct.Struct("<8sIIII")

_log = structlog.get_logger()


class Frame(msgspec.Struct, frozen=True):
    """What is known of an archived block without reading its content."""

    spool: str
    block: int
    batches: int
    events: int
    claims: int
    """How many of its batches had an Idempotency-Key."""
    first_received: float
    """Unix seconds, as are the next two."""
    last_received: float
    archived_at: float


_decode_frame = msgspec.json.Decoder(Frame).decode


class ArchivedBatch(msgspec.Struct, frozen=True, array_like=True):
    """One request's accepted events, as they were loaded."""

    batch: int
    project: str
    key: str
    universe: int
    place: int
    received_at: float
    events: int
    key_digest: bytes | None
    body_digest: bytes | None
    content: bytes
    """Canonical events, JSON."""


class Place(NamedTuple):
    """Where a frame lies."""

    segment: Path
    at: int
    """Of its content in the file, bytes."""
    length: int
    checksum: int


class Archive:
    """The archive of one spool. Appended to by one thread; read by any.

    Args:
        folder: where the segments lie; made when needed.
        keep_s: seconds that a segment is kept after its last frame; 0 turns the archive off.
        max_bytes: of all segments.
        clock: Unix seconds.
        at_least: the least that the clock read in the last so many seconds, see `ClockWatch`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keep_s: float,
        max_bytes: int,
        clock: Callable[[], float] = time.time,
        at_least: Callable[[float], float] = lambda _: math.inf,
    ) -> None:
        self.folder = folder
        self.on = keep_s > 0
        self._keep_s = keep_s
        self._max_bytes = max_bytes
        self._clock = clock
        self._at_least = at_least
        self._compress = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress
        self._file: FileIO | None = None
        self._path = folder
        self._began = 0.0

    def open(self) -> None:
        """Seal what an earlier process left open.

        Raises:
            OSError: the folder cannot be read and written.
        """
        if not self.folder.exists():
            return
        for path in sorted(self.folder.glob("*.open")):
            _cut_torn_end(path)
            _seal(path)

    def close(self) -> None:
        """Seal the open segment; idempotent."""
        file, self._file = self._file, None
        if file is not None:
            file.close()
            try:
                _seal(self._path)
            except FileNotFoundError:
                _log.warning("a segment of the archive is gone: somebody deleted it", segment=self._path.name)

    def append(self, spool: str, block: int, batches: Sequence[StoredBatch], contents: Sequence[bytes]) -> None:
        """Keep a block. When this returns it is on the disk.

        Args:
            spool: the spool's id.
            block: its number.
            batches: what of it was loaded; at least one.
            contents: of each batch, the canonical events.

        Raises:
            OSError: it could not be written; nothing of it stays.
        """
        if not self.on or not batches:
            return
        received = [batch.received_at for batch in batches]
        frame = Frame(
            spool,
            block,
            len(batches),
            sum(batch.events for batch in batches),
            sum(batch.key_digest is not None for batch in batches),
            min(received),
            max(received),
            self._clock(),
        )
        content = [
            ArchivedBatch(
                one.batch,
                one.project,
                one.key,
                one.universe,
                one.place,
                one.received_at,
                one.events,
                one.key_digest,
                one.body_digest,
                content,
            )
            for one, content in zip(batches, contents, strict=True)
        ]
        self._write(msgspec.json.encode(frame), self._compress(msgspec.msgpack.encode(content)))

    def void(self, spool: str, block: int) -> None:
        """Say that a block is no more, as its batches go another way.

        A process may have died after it wrote a frame of the block and before it finished it: that must not be loaded.

        Raises:
            OSError: as `append`.
        """
        if self.on:
            now = self._clock()
            frame = Frame(spool, block, 0, 0, 0, now, now, now)
            self._write(msgspec.json.encode(frame), self._compress(msgspec.msgpack.encode([])))

    def repeated(self) -> dict[tuple[str, int], str]:
        """Of blocks, by spool and number, that have several frames: the stem of the segment whose last one counts."""
        newest: dict[str, int] = {}
        found: dict[tuple[str, int], str] = {}
        for segment in self.segments():
            for frame, _ in self.frames(segment):
                # Blocks are archived in their order, so what comes again is not newer than all before.
                if frame.block <= newest.get(frame.spool, 0):
                    found[frame.spool, frame.block] = segment.stem
                else:
                    newest[frame.spool] = frame.block
        return found

    def _write(self, header: bytes, content: bytes) -> None:
        file = self._segment()
        at = file.tell()
        try:
            _write_all(file, _prefix(header, content) + header + content)
            os.fsync(file.fileno())
        except OSError:
            # What the kernel kept of it is unknown, so this segment ends where it was sound, and is not written again.
            self._file = None
            with contextlib.suppress(OSError), file:
                file.truncate(at)
            raise

    def _segment(self) -> FileIO:
        if self._file is not None:
            full = self._file.tell() >= SEGMENT_BYTES or time.monotonic() - self._began >= SEGMENT_S
            if not full:
                return self._file
            self.close()
        self.tidy()
        make_folder(self.folder)
        numbers = [int(path.stem) for path in self.segments()]
        self._path = self.folder / f"{max(numbers, default=0) + 1:08}.open"
        self._file = self._path.open("xb", buffering=0)
        self._path.chmod(0o600)
        sync_folder(self.folder)
        self._began = time.monotonic()
        return self._file

    def tidy(self) -> None:
        """Forget sealed segments that are too old, and the oldest beyond the bound."""
        segments = [(path, path.stat()) for path in self.segments() if path.suffix == ".sealed"]
        size = sum(stat.st_size for _, stat in segments)
        now = min(self._clock(), self._at_least(self._keep_s))
        for path, stat in segments:
            old = stat.st_mtime < now - self._keep_s
            if not old and size <= self._max_bytes:
                break
            if not old:
                _log.warning("archive is full; its oldest segment is forgotten", segment=path.name, bytes=size)
            path.unlink()
            size -= stat.st_size

    def bytes(self) -> int:
        """Bytes that the segments take."""
        return sum(path.stat().st_size for path in self.segments())

    def segments(self) -> list[Path]:
        """Every segment, the oldest first. One holds an hour at most: its frames are few enough to be held at once."""
        if not self.folder.exists():
            return []
        return sorted(path for path in self.folder.iterdir() if path.suffix in {".open", ".sealed"})

    def frames(self, segment: Path | None = None) -> Iterator[tuple[Frame, Place]]:
        """Every readable block of a segment, or of all, the oldest first; its content is read by `read`."""
        for path in [segment] if segment else self.segments():
            yield from _frames_of(path)

    def read(self, place: Place) -> list[ArchivedBatch]:
        """The batches of a block.

        Raises:
            ValueError: the bytes on the disk are not the bytes that were written.
            OSError: they cannot be read.
        """
        with _opened(place.segment) as file:
            file.seek(place.at)
            content = file.read(place.length)
        if zlib.crc32(content) != place.checksum:
            raise ValueError(f"the content at byte {place.at} of {place.segment.name} does not match its checksum")
        return msgspec.msgpack.decode(zstandard.decompress(content), type=list[ArchivedBatch])

    def damage(self) -> list[str]:
        """What is wrong with the archive, in words. Reads all of it."""
        found: list[str] = []
        for path in self.segments():
            end = 0
            for _, place in _frames_of(path):
                try:
                    self.read(place)
                except (ValueError, OSError) as error:
                    found.append(f"archive: {error}")
                gap = _gap_before(place, end)
                if gap:
                    found.append(f"archive: {gap} bytes before byte {place.at} of {path.name} are no frame")
                end = place.at + place.length
            rest = path.stat().st_size - end
            if rest and path.suffix == ".sealed":
                found.append(f"archive: the last {rest} bytes of {path.name} are no frame")
        return found


def _prefix(header: bytes, content: bytes) -> bytes:
    lengths = struct.pack("<II", len(header), len(content))
    return _PREFIX.pack(_MAGIC, len(header), len(content), zlib.crc32(lengths + header), zlib.crc32(content))


def _frames_of(path: Path) -> Iterator[tuple[Frame, Place]]:
    try:
        file = _opened(path)
    except FileNotFoundError:  # forgotten since it was listed
        return
    with file:
        size = os.fstat(file.fileno()).st_size
        if size < _PREFIX.size:
            return
        with mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as data:
            at = 0
            while 0 <= at <= size - _PREFIX.size:
                found = _frame_at(data, path, at)
                if found is None:
                    at = data.find(_MAGIC, at + 1)
                    continue
                yield found
                at = found[1].at + found[1].length


def _frame_at(data: mmap.mmap, path: Path, at: int) -> tuple[Frame, Place] | None:
    magic, header_length, length, header_sum, checksum = _PREFIX.unpack_from(data, at)
    begins = at + _PREFIX.size + header_length
    if magic != _MAGIC or begins + length > len(data):
        return None
    header = data[at + _PREFIX.size : begins]
    if zlib.crc32(struct.pack("<II", header_length, length) + header) != header_sum:
        return None
    return _decode_frame(header), Place(path, begins, length, checksum)


def _opened(segment: Path) -> BinaryIO:
    """A segment for reading; it may have been sealed since it was listed."""
    try:
        return segment.open("rb")
    except FileNotFoundError:
        return segment.with_suffix(".sealed").open("rb")


def _gap_before(place: Place, end: int) -> int:
    """Bytes between the end of one frame and the begin of the next, whose header lies before its content."""
    with _opened(place.segment) as file:
        file.seek(end)
        prefix = file.read(_PREFIX.size)
    if len(prefix) == _PREFIX.size:
        magic, header_length, *_ = _PREFIX.unpack(prefix)
        if magic == _MAGIC and end + _PREFIX.size + header_length == place.at:
            return 0
    return place.at - end


def _write_all(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _cut_torn_end(path: Path) -> None:
    """Cut off what follows the last whole frame."""
    end = 0
    for _, place in _frames_of(path):
        end = place.at + place.length
    if end < path.stat().st_size:
        os.truncate(path, end)


def _seal(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.chmod(0o400)
    path.rename(path.with_suffix(".sealed"))
    sync_folder(path.parent)
