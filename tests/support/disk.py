"""A disk that can lose its power, run full and go away: an ext4 file system in a file, mounted through a loop device.

Only root can do that. Elsewhere the tests say so and are skipped; in CI as root they fail.
"""

from __future__ import annotations

import fcntl
import os
import struct
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1024 * 1024
#: _IOR('X', 125, __u32) of the kernel's ext4: the file system stops at once, as when power fails.
_EXT4_IOC_SHUTDOWN = 0x8004587D
#: What was not yet written stays unwritten, the journal included.
_NO_LOG_FLUSH = 2
_FILLER = "filler"


class Disk:
    """An ext4 file system of its own.

    Args:
        folder: holds the image and the mount point.
        size: of the image, bytes.
        block: of the file system, bytes.

    Attributes:
        keep: whether its image stays when it is no longer used, for whoever looks why something was lost.
    """

    def __init__(self, folder: Path, *, size: int = 2048 * MIB, block: int = 4096) -> None:
        self.path = folder / "disk"
        self._image = folder / "disk.img"
        self.keep = False
        self.path.mkdir(parents=True)
        with self._image.open("wb") as image:
            image.truncate(size)
        # -m 0: nothing is kept for root, so that "full" means the same for everybody.
        _run("mkfs.ext4", "-q", "-F", "-m", "0", "-b", str(block), str(self._image))

    def mount(self) -> None:
        """Mount it; what its journal holds is recovered first."""
        _run("mount", "-o", "loop", str(self._image), str(self.path))

    def unmount(self) -> None:
        """Unmount it. Where somebody still uses it that fails, and its name is free all the same."""
        try:
            _run("umount", str(self.path))
        except AssertionError:
            abandon(self.path)
            raise

    def cut_power(self) -> None:
        """Stop it at once: what was not synced is gone, and every access fails until it is mounted anew.

        Freeze the server before: a real cut stops program and disk at the same instant, and here a sync that is under
        way may still be told that it went well.
        """
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, _EXT4_IOC_SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def remount(self) -> None:
        """Mount it anew, as a machine does that starts after a power cut. Nobody may have a file open."""
        self.unmount()
        self.mount()

    def fill(self, *, leave: int = 0) -> None:
        """Use up all space but so many bytes."""
        with (self.path / _FILLER).open("ab") as filler:
            for step in (16 * MIB, MIB, 64 * 1024, 4096, 512):
                _write_while_there_is_room(filler.fileno(), step, self, leave)

    def free(self) -> None:
        """Give back what ``fill`` took."""
        (self.path / _FILLER).unlink(missing_ok=True)

    def free_bytes(self) -> int:
        state = os.statvfs(self.path)
        return state.f_bavail * state.f_frsize


@contextmanager
def new_disk(folder: Path, **options: int) -> Iterator[Disk]:
    """A mounted disk for the length of a ``with``; whoever has files open on it must have ended by then.

    Its image stays where an error ends that, and no mount does, whatever ends it.
    """
    require_disks()
    disk = Disk(folder, **options)
    try:
        disk.mount()
        yield disk
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        disk.keep = True
        raise
    finally:
        if disk.path.is_mount():
            disk.unmount()
        if not disk.keep:
            disk._image.unlink()


def mounted_disks() -> list[Path]:
    """Where disks of whatever process are mounted."""
    points = [Path(line.split(" ")[1]) for line in Path("/proc/self/mounts").read_text().splitlines()]
    return [point for point in points if point.name == "disk"]


def abandon(point: Path) -> None:
    """Unmount the disk of a process that was killed; a server that it left behind keeps it until it ends."""
    _run("umount", "--lazy", str(point))


def require_disks() -> None:
    """Skip the test where nothing can be mounted.

    In CI as root a disk that cannot be mounted fails the test that asked for it.
    """
    if os.geteuid() != 0:
        pytest.skip("SKIPPED FOR WANT OF ROOT: power cuts and full disks need a loop mount; run the tests as root")
    if not os.environ.get("CI") and not os.path.exists("/dev/loop-control"):  # noqa: PTH110
        pytest.skip("SKIPPED FOR WANT OF LOOP DEVICES: power cuts and full disks cannot be tested in this container")


def _write_while_there_is_room(descriptor: int, step: int, disk: Disk, leave: int) -> None:
    while disk.free_bytes() >= leave + step:
        try:
            # Written and not only reserved, for then the last blocks are taken too.
            os.posix_fallocate(descriptor, os.fstat(descriptor).st_size, step)
        except OSError:
            return


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
