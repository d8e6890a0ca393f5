"""Processes that fork: nothing is lost, nothing is sent by two."""

from __future__ import annotations

import os
import socket
import threading

import pytest
from scripts import Program, run

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

WAIT = """
def wait(*children):
    for pid in children:
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""


def test_a_child_drops_inherited_events_and_sends_its_own(server, control):
    """The parent sends what it tracked; a child that sent it too would count it twice."""
    out = run(
        WAIT
        + """
c = client()
track(c, 1, 3)
if (pid := os.fork()) == 0:
    assert c.stats.queued == 0
    track(c, 4, 5)
    assert c.flush()
    os._exit(0 if c.stats.tracked == c.stats.accepted == 2 else 1)
wait(pid)
assert c.flush()
print(c.stats.tracked, c.stats.accepted)
""",
        server.events,
    )
    assert out == "3 3"
    assert control.stored() == [4, 5, 1, 2, 3]


def test_preloaded_workers_send_on_their_own(server, control):
    """As under gunicorn --preload: the client is made, used, and only then the workers are forked."""
    run(
        WAIT
        + """
c = client()
track(c, 1, 250)  # starts the worker thread, which the children don't inherit
until(lambda: c.stats.accepted == 250)
children = []
for first in (1001, 2001):
    if (pid := os.fork()) == 0:
        track(c, first, first + 249)
        until(lambda: c.stats.accepted == 250)  # by the worker: nobody flushes
        os._exit(0)
    children.append(pid)
wait(*children)
""",
        server.events,
    )
    assert sorted(control.stored()) == [*range(1, 251), *range(1001, 1251), *range(2001, 2251)]


def test_a_fork_while_the_lock_is_held_does_not_lock_the_child(server, control):
    run(
        WAIT
        + """
import threading
c = client()
held, done = threading.Event(), threading.Event()
def hold():
    with c._delivery._lock:
        held.set()
        done.wait()
thread = threading.Thread(target=hold)
thread.start()
held.wait()
if (pid := os.fork()) == 0:
    import signal
    signal.alarm(3)
    track(c, 1, 1)
    assert c.flush()
    os._exit(0)
wait(pid)
done.set()
""",
        server.events,
    )
    assert control.stored() == [1]


def test_a_fork_that_bypasses_the_hook_is_noticed(server, control):
    """A fork by other means than os.fork runs no hooks; the process id gives it away."""
    run(
        WAIT
        + """
c = client()
track(c, 1, 2)
audioscape.lifecycle._live.clear()
if (pid := os.fork()) == 0:
    track(c, 3, 3)
    assert c.flush() and c.stats.tracked == 1
    os._exit(0)
wait(pid)
assert c.flush()
""",
        server.events,
    )
    assert sorted(control.stored()) == [1, 2, 3]


def test_a_fork_during_a_request_leaves_the_request_to_the_parent(server, control):
    control.script({"fault": "hold"})
    program = Program(
        WAIT
        + """
c = client()
track(c, 1, 250)
until(lambda: c._delivery._sending)
sys.stdin.readline()
if (pid := os.fork()) == 0:
    track(c, 1001, 1001)
    sys.exit(0)  # the exit handler sends it
wait(pid)
print("forked", flush=True)
until(lambda: c.stats.accepted == 250)
""",
        server.events,
    )
    control.await_held(1)
    program.process.stdin.write("\n")
    program.process.stdin.flush()
    assert program.hear() == "forked"
    control("POST", "/release")
    assert program.end()[0] == 0
    assert sorted(control.stored()) == [*range(1, 251), 1001]
    assert control.received()["misused"] == 0


def test_a_closed_client_stays_closed_in_a_child(server, control):
    run(
        WAIT
        + """
c = client()
c.close()
if (pid := os.fork()) == 0:
    track(c, 1, 1)
    os._exit(0 if c.stats.dropped_by == {"closed": 1} else 1)
wait(pid)
""",
        server.events,
    )
    assert control.stored() == []


def test_a_child_of_multiprocessing_sends_before_it_ends(server, control):
    """Such a child runs no exit handlers."""
    run(
        """
import multiprocessing
c = client()
track(c, 1, 1)
child = multiprocessing.get_context("fork").Process(target=track, args=(c, 2, 4))
child.start()
child.join()
assert child.exitcode == 0
""",
        server.events,
    )
    assert sorted(control.stored()) == [1, 2, 3, 4]


def test_a_fork_in_the_middle_of_an_answer_does_not_lock_the_child():
    """A thread that reads holds the lock of its reader; in the child nobody would ever release it."""
    head = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            parent, _ = listener.accept()
            child = None
            with parent:
                parent.recv(65536)
                parent.sendall(head + b"{")
                child, _ = listener.accept()
                with child:
                    child.recv(65536)
                    child.sendall(head + b"{}")
                parent.sendall(b"}")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        run(
            WAIT
            + """
import signal, threading
c = client()
track(c, 1, 1)
flushing = threading.Thread(target=c.flush)
flushing.start()
until(lambda: getattr(c._delivery._transport._connection, "_HTTPConnection__response", None))
time.sleep(0.05)  # it waits for the rest of the body now, and nothing tells
if (pid := os.fork()) == 0:
    signal.alarm(3)
    track(c, 2, 2)
    assert c.flush()
    os._exit(0)
wait(pid)
flushing.join()
assert c.stats.accepted == 1
""",
            f"http://127.0.0.1:{listener.getsockname()[1]}",
        )
        thread.join()
