"""Reads SQLite's write-ahead log from outside: does recovery come as far as the log does?

SQLite's recovery ends, without a word, at the first frame whose checksum is wrong. After a power cut that is right: the
frames behind are a commit that was never answered. On a damaged file it drops commits that were acknowledged. The two
can be told apart: one thread writes the spool, one commit at a time, so at most *one* commit can be under way when the
power goes. If two or more commits of this log lie behind the end of the recovery, acknowledged ones are among them.

File format: https://www.sqlite.org/fileformat2.html#walformat
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

#: Big endian: magic, version, page size, checkpoint number, two salts, two checksums.
_HEADER = struct.Struct(">8I")
#: Big endian: page number, pages of the database after a commit (0 = no commit), two salts, two checksums.
_FRAME = struct.Struct(">6I")
_MAGICS = (0x377F0682, 0x377F0683)
_BIG_ENDIAN = 0x377F0683


@dataclass(frozen=True, slots=True)
class Log:
    """What a write-ahead log holds, by its headers alone."""

    readable: bool
    """Whether its own header is sound; a log whose header is not is ignored by recovery as a whole."""
    commits: tuple[int, ...]
    """The numbers of the frames that end a commit, from 1."""

    def commits_behind(self, recovered_frames: int) -> int:
        """How many commits lie behind the frame at which recovery ended."""
        return sum(1 for frame in self.commits if frame > recovered_frames)


def read_log(path: Path) -> Log | None:
    """The write-ahead log of a database that nobody has open; None when there is none, or an empty one.

    Args:
        path: of the database; its log lies beside it.

    Raises:
        OSError: it cannot be read.
    """
    log = path.with_name(path.name + "-wal")
    try:
        size = log.stat().st_size
    except FileNotFoundError:
        return None
    if size < _HEADER.size + _FRAME.size:
        return None
    with log.open("rb") as file:
        header = file.read(_HEADER.size)
        magic, _, page_size, _, *salts, sum_1, sum_2 = _HEADER.unpack(header)
        if magic not in _MAGICS or _checksum(header[:24], magic) != (sum_1, sum_2):
            return Log(readable=False, commits=())
        commits: list[int] = []
        frame_size = _FRAME.size + page_size
        for number in range(1, (size - _HEADER.size) // frame_size + 1):
            file.seek(_HEADER.size + (number - 1) * frame_size)
            _, committed, *found, _, _ = _FRAME.unpack(file.read(_FRAME.size))
            # Frames with other salts are left over from before the log was last started anew.
            if found == salts and committed:
                commits.append(number)
    return Log(readable=True, commits=tuple(commits))


def _checksum(data: bytes, magic: int) -> tuple[int, int]:
    words = struct.unpack(f"{'>' if magic == _BIG_ENDIAN else '<'}{len(data) // 4}I", data)
    first = second = 0
    for at in range(0, len(words), 2):
        first = (first + words[at] + second) & 0xFFFFFFFF
        second = (second + words[at + 1] + first) & 0xFFFFFFFF
    return first, second
