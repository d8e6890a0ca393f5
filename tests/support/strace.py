"""System calls of a server by strace: of a running one some fail or take long, of a new one some are written down."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


SYNCS = "fsync,fdatasync"
#: Calls that make, change or remove a name in a folder.
NAMES = "openat,mkdir,mkdirat,link,linkat,rename,renameat,renameat2,unlink,unlinkat"
_CALL = re.compile(r"^\d+ +(?P<at>[0-9.]+) (?P<name>[a-z0-9]+)\((?P<arguments>.*)\) += (?P<result>\d+)")
_HANDLE = re.compile(r"^\d+<([^>]+)>")
_PATH = re.compile(r'"([^"]+)"')


@contextmanager
def injected(pid: int, faults: Mapping[str, str], *paths: Path | str) -> Iterator[None]:
    """Tamper with system calls for the length of a ``with``.

    Args:
        pid: of a process that runs; it may be killed meanwhile.
        faults: by names of system calls, with commas between, what befalls them, as strace names it: ``error=EIO``,
            ``delay_enter=2s``, ``retval=0``.
        paths: only calls on these files; a name that the server writes with a slash at its end needs it here too.
    """
    require_strace()
    on = [argument for path in paths for argument in ("-P", str(path))]
    inject = [part for calls, what in faults.items() for part in ("-e", f"inject={calls}:{what}")]
    traced = ["-e", f"trace={','.join(faults)}"]
    process = subprocess.Popen(
        ["strace", "-f", *on, *traced, *inject, "-o", os.devnull, "-p", str(pid)], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        told = process.stderr.readline()
        while "attached" not in told:
            assert told, "strace could not attach to the server"
            told = process.stderr.readline()
        yield
    finally:
        process.send_signal(signal.SIGINT)  # lets go of the server
        process.communicate(timeout=30)


class Names:
    """What a new server does to names, from its first moment to its end.

    Args:
        file: where strace writes it down.

    Attributes:
        command: what the server is to be run under.
    """

    def __init__(self, file: Path) -> None:
        require_strace()
        self._file = file
        # The tracer is a grandchild (-D), so the process that is started is the server.
        traced = ["-e", f"trace={NAMES},{SYNCS}", "-s", "4096"]
        self.command = ["strace", "-D", "-f", "-y", "-ttt", *traced, "-o", str(file)]

    def not_synced(self, within: Path, until: float) -> set[Path]:
        """Names under a folder that were made until a time (Unix seconds) and could be gone after a power cut then.

        A name is safe when its folder was synced after it was made. Those that were removed again are left out.
        """
        found: set[Path] = set()
        known: set[Path] = set()
        for name, arguments, folder in self._calls(until):
            if name in SYNCS.split(","):
                found = {path for path in found if path.parent != folder}
                continue
            paths = [Path(path) for path in _PATH.findall(arguments)]
            gone = paths[:1] if name.startswith(("unlink", "rename")) else []
            made = paths[-1:] if not name.startswith("unlink") and (name != "openat" or "O_CREAT" in arguments) else []
            found.difference_update(gone)
            known.difference_update(gone)
            found.update(path for path in made if path not in known and path.is_relative_to(within))
            known.update(made)
        return found

    def _calls(self, until: float) -> Iterator[tuple[str, str, Path | None]]:
        """Each call that succeeded, with its arguments, and the file that its handle is of."""
        waiting: dict[str, str] = {}
        for line in self._file.read_text().splitlines():
            thread = line.split(" ", 1)[0]
            if line.endswith("<unfinished ...>"):
                waiting[thread] = line.removesuffix(" <unfinished ...>")
                continue
            whole = line
            if " resumed>" in line and thread in waiting:
                whole = waiting.pop(thread) + line.split(" resumed>", 1)[1]
            call = _CALL.match(whole)
            if call and float(call["at"]) <= until:
                handle = _HANDLE.match(call["arguments"])
                yield call["name"], call["arguments"], Path(handle[1]) if handle else None


def require_strace() -> None:
    """Skip the test where strace is not installed or may not attach; in CI that fails."""
    if shutil.which("strace") is None:
        reason = "strace is not installed (Debian: apt-get install strace): no system call can be made to fail"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    if os.geteuid() != 0:
        pytest.skip("SKIPPED FOR WANT OF ROOT: strace may not attach to a running server")
