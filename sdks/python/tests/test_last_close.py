"""The program ends while a `close` is under way, whoever runs it: all that was tracked arrives, or is said to be lost.

The server holds each request until the test lets it go, so that the end of the program comes first.
"""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest
from scripts import Program, run
from virtual_time import PATIENCE

EVENTS, BATCHES = 400, 8

#: Tells the test that the program is at its end: exit handlers run in the reverse order of their registration.
BEGIN = """
import atexit, threading
def begin():
    c = client()
    atexit.register(print, "leaving")
    track(c, 1, 400)
    return c
"""

DAEMON = """
c = begin()
def closing():
    {close}
threading.Thread(target=closing, daemon=True).start()
until(lambda: c._delivery._closed)
{then}
"""

WAYS = {
    "falls off the end": "c = begin()",
    "forgets the client": "c = begin(); del c",
    "rebinds the name": "c = begin(); c = client()",
    "never names it": "begin()",
    "leaves it in a cycle for the collector": """
import gc
class Game: pass
game = Game()
game.music, game.self = begin(), game
del game
gc.collect()
""",
    "closes in a daemon thread": DAEMON.format(close="c.close()", then=""),
    "leaves a with block in a daemon thread": DAEMON.format(close="c.__exit__(None, None, None)", then=""),
    "closes in a daemon thread and forgets": DAEMON.format(close="c.close()", then="del c"),
    "closes in a daemon thread and in the main thread": DAEMON.format(close="c.close()", then="c.close()"),
    "closes in a thread that ends by sys.exit": DAEMON.format(close="c.close(); sys.exit(3)", then=""),
    "closes in a daemon thread and ends by sys.exit": DAEMON.format(close="c.close()", then="sys.exit()"),
    "closes in a thread that is no daemon": "c = begin(); threading.Thread(target=c.close).start()",
    "closes in two threads": """
c = begin()
for _ in range(2):
    threading.Thread(target=c.close, daemon=True).start()
until(lambda: c._delivery._closed)
""",
    "closes in an executor": """
from concurrent.futures import ThreadPoolExecutor
c = begin()
ThreadPoolExecutor(1).submit(c.close)
""",
    "ends its event loop in the middle of aclose": """
import asyncio
c = begin()
async def main():
    asyncio.ensure_future(c.aclose())
    await asyncio.sleep(0)
asyncio.run(main())
""",
    "cancels its aclose": """
import asyncio
c = begin()
async def main():
    task = asyncio.ensure_future(c.aclose())
    await asyncio.sleep(0)
    task.cancel()
asyncio.run(main())
""",
}


class Server:
    """The fault server, which answers one request at a time, when the test says so."""

    def __init__(self, control) -> None:
        self.control = control
        self.answered = 0
        control("PUT", "/script", {"default": {"fault": "hold"}})

    def answer(self, program=None) -> bool:
        """Wait for the next request, and answer it; False if the program ends instead."""
        give_up = time.monotonic() + PATIENCE
        while len(self.control.received()["requests"]) <= self.answered or not self.control.held():
            if program and program.process.poll() is not None:
                return False
            assert time.monotonic() < give_up, f"no request came after the {self.answered} that were answered"
            time.sleep(0.002)
        self.answered += 1
        self.control("POST", "/release")
        return True

    def answer_all(self) -> None:
        for _ in range(BATCHES):
            self.answer()


@pytest.fixture
def slow(control):
    return Server(control)


@pytest.mark.parametrize("way", WAYS)
def test_a_program_that(way, slow, server, control):
    with Program(BEGIN + WAYS[way], server.events) as program:
        if not any(word in way for word in ("main thread", "executor", "aclose", "no daemon")):
            assert program.hear() == "leaving"  # the others wait for the close before exit handlers run
        slow.answer_all()
        code, _, err = program.end()
    assert (code, "Traceback" in err, "could not be delivered" in err) == (0, False, False), err
    assert sorted(control.stored()) == list(range(1, EVENTS + 1))


@pytest.mark.parametrize("ending", ["raise RuntimeError('of the host')", "sys.exit(1)"])
def test_a_program_that_fails_while_it_closes(ending, slow, server, control):
    with Program(BEGIN + DAEMON.format(close="c.close()", then=ending), server.events) as program:
        assert program.hear() == "leaving"
        slow.answer_all()
        assert program.end()[0] == 1
    assert sorted(control.stored()) == list(range(1, EVENTS + 1))


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal on this system")
@pytest.mark.parametrize("way", ["c.close()", "c.__exit__(None, None, None)"])
def test_a_close_that_is_interrupted_is_taken_up_again(way, slow, server, control):
    """Ctrl-C in the middle of it: the rest is sent when the program ends."""
    script = f"{BEGIN}\nc = begin()\nprint('closing', flush=True)\n{way}"
    with Program(script, server.events) as program:
        assert program.hear() == "closing"
        slow.answer()
        program.signal(signal.SIGINT)
        assert program.hear() == "leaving"
        while slow.answer(program):  # the interrupted batch may come a second time, under its key
            pass
        assert program.end()[0] == -signal.SIGINT
    assert sorted(control.stored()) == list(range(1, EVENTS + 1))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.parametrize("way", ["forgets the client", "closes in a daemon thread", "cancels its aclose"])
@pytest.mark.parametrize("ending", ["", "sys.exit()"])
def test_a_forked_child_that(way, ending, slow, server, control):
    script = f"""
parent = client()
track(parent, 1001, 1003)  # which the parent sends
if (pid := os.fork()):
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    print("parent", flush=True)
    parent.close()
    print(parent.stats.accepted)
    sys.exit()
{BEGIN}
{WAYS[way]}
{ending}
"""
    with Program(script, server.events) as program:
        if "aclose" not in way:
            assert program.hear() == "leaving"
        slow.answer_all()
        while program.hear() != "parent":
            pass
        slow.answer()
        code, out, err = program.end()
    assert (code, out) == (0, "3"), err
    assert sorted(control.stored()) == [*range(1, EVENTS + 1), 1001, 1002, 1003]


@pytest.mark.parametrize("way", ["falls off the end", "forgets the client", "closes in a daemon thread"])
def test_what_cannot_be_delivered_by_the_end_is_said(way, server, control):
    """By `on_drop` and in the log: once, with every event."""
    control("PUT", "/script", {"default": {"fault": "hang"}})
    script = f"""
import audioscape.lifecycle
audioscape.lifecycle.EXIT_TIMEOUT = 0.3
lost = []
make = client
def client():
    return make(on_drop=lambda events, reason: lost.append([len(events), reason]))
import atexit
atexit.register(lambda: print(lost))  # runs after the one of the SDK if it is registered before
{BEGIN.replace('atexit.register(print, "leaving")', "")}
{WAYS[way]}
"""
    with Program(script, server.events) as program:
        code, out, err = program.end()
    assert (code, out) == (0, "[[400, 'shutdown']]"), err
    assert err.count("closed with 400 events that could not be delivered") == 1, err


def test_the_end_waits_for_what_a_close_has_to_say(server, control):
    control("PUT", "/script", {"default": {"fault": "hang"}})
    with Program(
        """
        import atexit, threading
        saying, leaving = threading.Event(), threading.Event()
        def on_drop(events, reason):
            saying.set()
            leaving.wait()
            time.sleep(0.1)  # the exit is under way now
            print(len(events), reason)
        c = client(on_drop=on_drop)
        atexit.register(leaving.set)
        track(c, 1, 3)
        threading.Thread(target=c.close, args=(0.1,), daemon=True).start()
        saying.wait()
        """,
        server.events,
    ) as program:
        assert program.end()[:2] == (0, "3 shutdown")


def test_a_second_close_returns_when_the_first_is_done(slow, server):
    script = BEGIN + DAEMON.format(close="c.close()", then='print("ready"); c.close(); print(c.stats.accepted)')
    with Program(script, server.events) as program:
        assert program.hear() == "ready"
        slow.answer_all()
        assert program.hear() == "400"
        assert program.end()[0] == 0


def test_a_client_is_collected_when_no_thread_can_be_had(slow, server, control):
    """Then the exit of the interpreter sends what it left."""
    script = f"""{BEGIN}
import _thread
def refuse(*_):
    raise RuntimeError("can't start new thread")
threading.Thread.start = _thread.start_new_thread = refuse
begin()
"""
    with Program(script, server.events) as program:
        assert program.hear() == "leaving"
        slow.answer_all()
        assert program.end()[0] == 0
    assert control.stored() == list(range(1, EVENTS + 1))


def test_a_collected_client_whose_worker_was_ended_by_a_callback_is_drained(server, control):
    """A callback that calls sys.exit ends the thread it runs in, here the worker while events wait for it."""
    refused = {"status": 422}
    control("PUT", "/script", {"replies": [{"fault": "hold", "then": refused}, {**refused, "times": 4}]})
    script = """
import gc
c = client(on_drop=lambda events, reason: sys.exit())
track(c, 1, 250)  # five full batches, which the worker sends
until(lambda: c._delivery._sending)
track(c, 251, 260)
print("tracked", flush=True)
until(lambda: c.stats.dropped == 250 and not c._delivery._worker_wanted)
del c
gc.collect()
"""
    with Program(script, server.events) as program:
        assert program.hear() == "tracked"
        control.await_held(1)
        control("POST", "/release")
        assert program.end()[0] == 0
    assert control.stored() == list(range(251, 261))


@pytest.mark.parametrize("who", ["the one that closes", "another that it waits for"])
def test_a_callback_may_close_while_a_close_waits_for_it(who, server, control):
    """Each waiting for the other would end at the deadline only."""
    control("PUT", "/script", {"default": {"status": 422}})
    events = 1 if who == "the one that closes" else 250  # these the worker sends by itself
    out = run(
        f"""
        import threading
        heard, called = [], threading.Event()
        def on_drop(events, reason):
            called.set()
            until(lambda: c._delivery._closed)
            c.close(timeout=86_400)
            heard.append(threading.current_thread() is threading.main_thread())
        c = client(on_drop=on_drop)
        track(c, 1, {events})
        if {events} > 1:
            called.wait()
        c.close(timeout=86_400)
        print(set(heard))
        """,
        server.events,
    )
    assert out == ("{True}" if events == 1 else "{False}")


def test_an_answer_that_comes_after_the_close_is_not_warned_of(server, control):
    control("PUT", "/script", {"default": {"fault": "hold", "then": {"status": 500}}})
    with Program(
        """
        import logging, threading
        logging.basicConfig(stream=sys.stdout, format="%(message)s")
        c = client()
        track(c, 1, 250)  # the worker sends them
        until(lambda: c._delivery._sending)
        c.close(timeout=0.1)
        print("closed", flush=True)
        until(lambda: not c._delivery._sending)
        """,
        server.events,
    ) as program:
        assert program.hear() == "closed with 250 events that could not be delivered"
        assert program.hear() == "closed"
        control("POST", "/release")
        assert program.end()[:2] == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM on this system")
def test_a_signal_that_ends_the_program_says_what_is_lost(server, control):
    control("PUT", "/script", {"default": {"fault": "hang"}})
    with Program(
        """
        c = client(on_drop=lambda events, reason: print(len(events), reason, flush=True))
        track(c, 1, 3)
        c.install_signal_handlers(timeout=0.3)
        print("ready")
        until(lambda: False)
        """,
        server.events,
    ) as program:
        assert program.hear() == "ready"
        program.signal()
        code, out, err = program.end()
    assert (code, out) == (-signal.SIGTERM, "3 shutdown"), err
    assert "closed with 3 events" in err


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM on this system")
def test_a_signal_waits_for_a_close_that_is_under_way(slow, server, control):
    script = BEGIN + DAEMON.format(
        close="c.close()", then='c.install_signal_handlers(); print("ready"); until(lambda: False)'
    )
    with Program(script, server.events) as program:
        assert program.hear() == "ready"
        slow.answer()
        program.signal()
        for _ in range(BATCHES - 1):
            slow.answer()
        assert program.end()[0] == -signal.SIGTERM
    assert control.stored() == list(range(1, EVENTS + 1))
