"""The archive: what was loaded is kept, found again after any end of the process, and never read back wrong."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.spool import Archive, StoredBatch, archive as archive_module
from support.spools import NOW, new_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DAY_S = 86_400.0


def stored(number: int, *, claim: bool = False) -> StoredBatch:
    """A batch as the spool holds it."""
    new = new_batch()
    digest = number.to_bytes(16) if claim else None
    return StoredBatch(
        number, "default", "abcdefghijkl", 1, 2, NOW + number, new.events, new.checksum, new.payload, digest, digest
    )


def content(number: int) -> bytes:
    return b'["event %d"]' % number


def keep(archive: Archive, *blocks: int, spool: str = "s") -> None:
    """Append blocks of two batches each."""
    for block in blocks:
        numbers = (2 * block, 2 * block + 1)
        archive.append(spool, block, [stored(number) for number in numbers], [content(number) for number in numbers])


def blocks_of(archive: Archive) -> list[int]:
    return [frame.block for frame, _ in archive.frames()]


class Maker:
    """Opens the archive of one folder, as one process after the other does."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self.folder = folder
        self._opened = opened

    def __call__(self, now: Callable[[], float] = lambda: NOW, **options: Any) -> Archive:
        archive = Archive(self.folder, **({"keep_s": 8 * DAY_S, "max_bytes": 2**40, "clock": now} | options))
        archive.open()
        self._opened.callback(lambda: archive._file and archive._file.close())  # as the end of a process does
        return archive

    def segment(self, kind: str) -> Path:
        [found] = self.folder.glob(f"*.{kind}")
        return found


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Maker]:
    with ExitStack() as opened:
        yield Maker(tmp_path / "archive", opened)


def places_in(segment: Path) -> list[archive_module.Place]:
    return [place for _, place in archive_module._frames_of(segment)]


def test_what_was_kept_is_read_back_as_it_was(make: Maker) -> None:
    archive = make()
    archive.append("s", 7, [stored(1, claim=True), stored(2)], [content(1), content(2)])
    [(frame, place)] = archive.frames()
    assert (frame.spool, frame.block, frame.batches, frame.events, frame.claims) == ("s", 7, 2, 2, 1)
    assert (frame.first_received, frame.last_received) == (NOW + 1, NOW + 2)
    first, second = archive.read(place)
    assert (first.batch, first.project, first.key, first.universe, first.place) == (1, "default", "abcdefghijkl", 1, 2)
    assert (first.content, first.key_digest, first.body_digest) == (content(1), (1).to_bytes(16), (1).to_bytes(16))
    assert (second.content, second.key_digest, second.events, second.received_at) == (content(2), None, 1, NOW + 2)


def test_another_process_goes_on_where_one_ended(make: Maker) -> None:
    archive = make()
    keep(archive, 1, 2)
    archive.close()
    again = make()
    keep(again, 3)
    assert blocks_of(again) == [1, 2, 3]
    assert again.damage() == []


@pytest.mark.parametrize("left", [0, 1, 10, 40, 90])
def test_half_a_frame_that_a_killed_process_left_is_cut_off(make: Maker, left: int) -> None:
    """The block of that frame had not left the spool: it is loaded, and kept, again."""
    keep(make(), 1, 2)
    segment = make.segment("open")
    first, _ = places_in(segment)
    os.truncate(segment, first.at + first.length + left)
    again = make()
    assert blocks_of(again) == [1]
    assert again.damage() == []
    keep(again, 2)
    assert blocks_of(again) == [1, 2]


def test_a_flipped_byte_costs_its_own_block_and_is_told(make: Maker) -> None:
    """Wherever the byte is: in a magic, in a length, in a header, in a content."""
    archive = make()
    keep(archive, 1, 2, 3)
    archive.close()
    segment = make.segment("sealed")
    first, second, _ = places_in(segment)
    begin, end = first.at + first.length, second.at + second.length
    sound = segment.read_bytes()
    segment.chmod(0o600)
    for at in range(begin, end):
        segment.write_bytes(sound[:at] + bytes([sound[at] ^ 0x20]) + sound[at + 1 :])
        readable = []
        for frame, place in archive.frames():
            try:
                archive.read(place)
            except ValueError:
                continue
            readable.append(frame.block)
        assert readable == [1, 3], f"byte {at}"
        assert archive.damage() != [], f"byte {at}"


def test_a_write_that_fails_leaves_nothing_and_the_next_one_works(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = make()
    keep(archive, 1)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(archive_module.os, "fsync", fail)
        with pytest.raises(OSError, match="No space left"):
            keep(archive, 2)
    assert blocks_of(archive) == [1]
    keep(archive, 2)
    assert blocks_of(archive) == [1, 2]
    assert archive.damage() == []


def test_a_block_is_synced_before_the_call_returns(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    sync = os.fsync
    archive = make()
    keep(archive, 1)

    def noted(handle: int) -> None:
        synced.append(os.fstat(handle).st_size)
        sync(handle)

    monkeypatch.setattr(archive_module.os, "fsync", noted)
    keep(archive, 2)
    segment = make.segment("open")
    assert synced == [segment.stat().st_size]


def test_a_new_segment_is_synced_with_its_name(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a power cut may take the whole file, and the block has left the spool."""
    synced: set[int] = set()
    sync = os.fsync

    def noted(handle: int) -> None:
        synced.add(os.fstat(handle).st_ino)
        sync(handle)

    monkeypatch.setattr(archive_module.os, "fsync", noted)
    keep(make(), 1)
    assert synced == {path.stat().st_ino for path in (make.segment("open"), make.folder, make.folder.parent)}


def test_of_several_frames_of_a_block_the_last_counts(make: Maker) -> None:
    keep(make(), 1, 2)
    again = make()
    keep(again, 2, 3)
    assert again.repeated() == {("s", 2): make.segment("open").stem}


def test_the_old_is_forgotten_and_the_young_is_kept(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "SEGMENT_BYTES", 1)
    now = NOW
    archive = make(lambda: now)
    for block in (1, 2, 3):
        keep(archive, block)
    archive.close()
    for age, segment in zip((9, 7, 1), sorted(make.folder.iterdir()), strict=True):
        os.utime(segment, (NOW - age * DAY_S, NOW - age * DAY_S))
    archive.tidy()
    assert blocks_of(archive) == [2, 3]


def test_a_clock_that_cannot_be_trusted_makes_nobody_forget(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "SEGMENT_BYTES", 1)
    asked: list[float] = []

    def least(over_s: float) -> float:
        asked.append(over_s)
        return NOW

    archive = make(lambda: NOW + 100 * DAY_S, at_least=least, keep_s=30 * DAY_S)
    keep(archive, 1)
    keep(archive, 2)
    archive.close()
    for age, segment in zip((30.001, 29.999), sorted(make.folder.iterdir()), strict=True):
        os.utime(segment, (NOW - age * DAY_S, NOW - age * DAY_S))
    archive.tidy()
    assert blocks_of(archive) == [2]
    assert set(asked) == {30 * DAY_S}


def test_it_is_bounded_and_the_oldest_goes_first(make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "SEGMENT_BYTES", 1)
    measured = make()
    keep(measured, 1)
    size = measured.bytes()
    archive = make(max_bytes=2 * size + size // 2, at_least=lambda _: 0.0)
    for block in range(2, 8):
        keep(archive, block)
    archive.close()
    archive.tidy()
    assert blocks_of(archive) == [6, 7]


def test_turned_off_it_keeps_nothing(make: Maker) -> None:
    archive = make(keep_s=0)
    keep(archive, 1)
    assert blocks_of(archive) == []
    assert archive.bytes() == 0


def test_nobody_else_may_read_it(make: Maker) -> None:
    archive = make()
    keep(archive, 1)
    archive.close()
    segment = make.segment("sealed")
    assert segment.stat().st_mode & 0o077 == 0
    assert make.folder.stat().st_mode & 0o077 == 0
