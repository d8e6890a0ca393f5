"""Programs that use the SDK, each in a process of its own: what only the end of a process can show."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

from virtual_time import PATIENCE

from conftest import SRC

#: Seconds until a program that does not end has failed.
PROGRAM_PATIENCE = 3 * PATIENCE

PREAMBLE = """\
import os, sys, time
{first}
import audioscape
from audioscape import AudioScape

def client(**options):
    return AudioScape("k", endpoint=sys.argv[1], **options)

def track(client, first, last):
    for i in range(first, last + 1):
        client.track_play(i, 7, i)

def until(condition):
    give_up = time.monotonic() + {patience}
    while not condition():
        assert time.monotonic() < give_up, "never happened"
        time.sleep(0.005)

"""


class Program:
    """A script under way; `say` and `hear` exchange lines with it."""

    def __init__(self, script: str, endpoint: str, *, first: str = "") -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "error::ResourceWarning",
                "-c",
                PREAMBLE.format(first=first, patience=2 * PATIENCE) + textwrap.dedent(script),
                endpoint,
            ],
            env={**os.environ, "PYTHONPATH": str(SRC), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """After a failed test it may still run."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()

    def hear(self) -> str:
        return self.process.stdout.readline().strip()

    def signal(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def end(self) -> tuple[int, str, str]:
        """Wait for its end; its exit code, and the rest of what it printed and complained about."""
        try:
            out, err = self.process.communicate(timeout=PROGRAM_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # its children too
            self.process.communicate()
            raise AssertionError("the program did not end") from None
        return self.process.returncode, out.strip(), err


def run(script: str, endpoint: str, *, first: str = "", code: int = 0) -> str:
    """Run a script to its end; what it printed."""
    returned, out, err = Program(script, endpoint, first=first).end()
    assert returned == code, err
    assert code or "Traceback" not in err, err
    return out
