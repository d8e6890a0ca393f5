"""`with multiprocessing.Pool(…)` ends its workers by SIGTERM: with the initializer of the README they send first."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import subprocess
import sys

import pytest
from audioscape import AudioScape
from scripts import PROGRAM_PATIENCE
from virtual_time import NOWHERE

from conftest import SRC

METHODS = [method for method in ("fork", "forkserver", "spawn") if method in multiprocessing.get_all_start_methods()]

#: The client is made by the initializer, in each worker.
MADE_IN_THE_WORKER = """
import multiprocessing, sys
from audioscape import AudioScape

client = None

def start():
    global client
    client = AudioScape("k", endpoint=sys.argv[1])
    client.install_signal_handlers()

def work(number):
    client.track_play(number, 7)
    return number

if __name__ == "__main__":
    with multiprocessing.get_context(sys.argv[2]).Pool(3, initializer=start) as pool:
        assert sum(pool.map(work, range(1, 101), chunksize=1)) == 5050
"""

#: The client is there before the workers are forked, and has events of its own.
INHERITED = """
import multiprocessing, sys
from audioscape import AudioScape

client = AudioScape("k", endpoint=sys.argv[1])

def work(number):
    client.track_play(number, 7)
    return number

if __name__ == "__main__":
    client.track_play(1001, 7)
    with multiprocessing.get_context(sys.argv[2]).Pool(3, initializer={initializer}) as pool:
        assert sum(pool.map(work, range(1, 101), chunksize=1)) == 5050
        {ending}
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM on this system")


def run_file(script, tmp_path, *arguments):
    """Run it from a file: workers that are not forked import it anew."""
    file = tmp_path / "program.py"
    file.write_text(script, "utf-8")
    done = subprocess.run(
        [sys.executable, str(file), *arguments],
        env={**os.environ, "PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        timeout=PROGRAM_PATIENCE,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("method", METHODS)
def test_workers_that_make_a_client_send_before_they_are_ended(method, server, control, tmp_path):
    run_file(MADE_IN_THE_WORKER, tmp_path, server.events, method)
    assert sorted(control.stored()) == list(range(1, 101))


@pytest.mark.skipif("fork" not in METHODS, reason="no fork on this system")
@pytest.mark.parametrize("ending", ["", "pool.close(); pool.join()", "pool.terminate(); pool.join()"])
def test_forked_workers_that_inherit_a_client_send_before_they_are_ended(ending, server, control, tmp_path):
    script = INHERITED.format(initializer="client.install_signal_handlers", ending=ending)
    run_file(script, tmp_path, server.events, "fork")
    assert sorted(control.stored()) == [*range(1, 101), 1001]


@pytest.mark.skipif("fork" not in METHODS, reason="no fork on this system")
def test_workers_that_are_joined_need_no_initializer(server, control, tmp_path):
    script = INHERITED.format(initializer="None", ending="pool.close(); pool.join()")
    run_file(script, tmp_path, server.events, "fork")
    assert sorted(control.stored()) == [*range(1, 101), 1001]


def test_an_executor_needs_no_initializer(server, control, tmp_path):
    run_file(
        """
import sys
from concurrent.futures import ProcessPoolExecutor
from audioscape import AudioScape

def work(number):
    global client
    client = globals().get("client") or AudioScape("k", endpoint=sys.argv[1])
    client.track_play(number, 7)
    return number

if __name__ == "__main__":
    with ProcessPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(1, 101))) == 5050
""",
        tmp_path,
        server.events,
    )
    assert sorted(control.stored()) == list(range(1, 101))


def test_a_client_that_would_be_pickled_says_what_to_do():
    with AudioScape("k", endpoint=NOWHERE) as client:
        for what in (client, client.install_signal_handlers, client.track_play):
            with pytest.raises(TypeError, match="make one in each process"):
                pickle.dumps(what)
