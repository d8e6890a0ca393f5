"""The end of the interpreter, by every door."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from scripts import Program, run

SHORT_EXIT = "import audioscape.lifecycle; audioscape.lifecycle.EXIT_TIMEOUT = 0.3"


def test_events_are_sent_when_the_program_ends(server, control):
    run("c = client(); track(c, 1, 3)", server.events)
    assert control.stored() == [1, 2, 3]


def test_the_exit_code_is_the_hosts(server, control):
    run("c = client(); track(c, 1, 1); sys.exit(3)", server.events, code=3)
    assert control.stored() == [1]


def test_an_uncaught_exception_does_not_stop_the_drain(server, control):
    run("c = client(); track(c, 1, 1); raise RuntimeError", server.events, code=1)
    assert control.stored() == [1]


def test_no_thread_is_started_while_the_interpreter_exits(server, control):
    """From Python 3.12 on that raises; what is tracked so late is sent in the caller's thread."""
    run(
        """
        import atexit, threading
        c = client()
        def late():
            def refuse(thread):
                raise RuntimeError("can't create new thread at interpreter shutdown")
            threading.Thread.start = refuse
            track(c, 1, 2)
        atexit.register(late)  # runs before the handler of the client, which was registered first
        """,
        server.events,
    )
    assert control.stored() == [1, 2]


def test_tracking_after_the_exit_handler_is_harmless(server, control):
    out = run(
        """
        import atexit
        box = []
        def last():
            track(box[0], 2, 2)
            print(dict(box[0].stats.dropped_by))
        atexit.register(last)
        box.append(client())
        track(box[0], 1, 1)
        """,
        server.events,
    )
    assert out == "{'closed': 1}"
    assert control.stored() == [1]


def test_a_thread_that_tracks_through_the_exit_does_no_harm(server, control):
    run(
        """
        import threading
        c = client()
        def produce():
            while True:
                track(c, 1, 1)
        threading.Thread(target=produce, daemon=True).start()
        until(lambda: c.stats.accepted > 100)
        """,
        server.events,
    )
    assert len(control.stored()) > 100


def test_a_hung_server_does_not_hold_the_exit(server, control):
    control("PUT", "/script", {"default": {"fault": "hang"}})
    run(f"{SHORT_EXIT}\nc = client(); d = client(); track(c, 1, 1); track(d, 2, 2)", server.events)
    assert control.stored() == []


def test_a_hung_request_of_the_worker_does_not_hold_the_exit(server, control):
    control("PUT", "/script", {"default": {"fault": "hang"}})
    run(f"{SHORT_EXIT}\nc = client(); track(c, 1, 250)\nuntil(lambda: c._delivery._sending)", server.events)
    assert len(control.received()["requests"]) <= 1


def test_an_absent_server_does_not_hold_the_exit(server):
    run("c = client(); track(c, 1, 300)", server.refused)


def test_one_hung_endpoint_leaves_the_others_their_share(server, control):
    """The hung client drains first or last; either way the healthy one delivers."""
    control.script({"fault": "hang"})
    run(f"{SHORT_EXIT}\nc = client(); d = client(); track(c, 1, 1); track(d, 2, 2)", server.events)
    assert len(control.stored()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGTERM on this system")
class TestSignals:
    def test_sigterm_drains_and_then_kills_as_it_would_have(self, server, control):
        program = Program(
            """
            import threading
            c = client(); track(c, 1, 3)
            c.install_signal_handlers()
            print("ready")
            threading.Event().wait()
            """,
            server.events,
        )
        assert program.hear() == "ready"
        program.signal()
        assert program.end()[0] == -signal.SIGTERM
        assert control.stored() == [1, 2, 3]

    def test_the_previous_handler_gets_the_signal_after_the_drain(self, server, control):
        program = Program(
            """
            import signal, threading
            def host(number, frame):
                print("host", number == signal.SIGTERM, c.stats.accepted + d.stats.accepted)
                track(c, 4, 4)  # the client is still open
                sys.exit(7)
            signal.signal(signal.SIGTERM, host)
            c, d = client(), client()
            track(c, 1, 2); track(d, 3, 3)
            c.install_signal_handlers(); d.install_signal_handlers()
            print("ready")
            threading.Event().wait()
            """,
            server.events,
        )
        assert program.hear() == "ready"
        program.signal()
        code, out, _ = program.end()
        assert (code, out) == (7, "host True 3")
        assert sorted(control.stored()) == [1, 2, 3, 4]

    def test_an_ignored_signal_stays_ignored(self, server):
        program = Program(
            """
            import signal
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            c = client(); track(c, 1, 1)
            c.install_signal_handlers()
            print("ready")
            until(lambda: c.stats.accepted == 1)
            print("alive")
            """,
            server.events,
        )
        assert program.hear() == "ready"
        program.signal()
        assert program.end()[:2] == (0, "alive")

    def test_a_signal_in_the_middle_of_a_track_call_does_not_deadlock(self, server, control):
        run(
            """
            import signal
            c = client(); track(c, 1, 2)
            c.install_signal_handlers()
            with c._delivery._lock:
                signal.raise_signal(signal.SIGTERM)
                track(c, 3, 3)
            until(lambda: False)
            """,
            server.events,
            code=-signal.SIGTERM,
        )
        assert control.stored() == [1, 2, 3]

    @pytest.mark.parametrize(
        "first", ["", "from gevent import monkey; monkey.patch_all(thread=False)"], ids=["plain", "gevent"]
    )
    def test_a_signal_that_wakes_another_thread_is_not_overlooked(self, first, server, control):
        """Nor one that comes when the main thread is on its way into a wait: it would wait on, for ever."""
        if first:
            pytest.importorskip("gevent")
        run(
            """
            import signal, threading
            c = client(); track(c, 1, 3)
            c.install_signal_handlers()
            def hit():
                until(lambda: sys._current_frames()[main].f_code.co_name == "wait")
                time.sleep(0.05)
                signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
            main = threading.get_ident()
            threading.Thread(target=hit, daemon=True).start()
            threading.Event().wait()
            """,
            server.events,
            first=first,
            code=-signal.SIGTERM,
        )
        assert control.stored() == [1, 2, 3]

    def test_the_handler_of_the_host_gets_the_signal_once(self, server):
        """Sending it again must not look like a second signal: many take that for an order to end at once."""
        program = Program(
            """
            import signal, threading
            heard = []
            signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
            c = client(); track(c, 1, 3)
            c.install_signal_handlers()
            print("ready")
            until(lambda: heard)
            time.sleep(0.5)  # ten times what passes until a signal is sent again
            print(len(heard))
            """,
            server.events,
        )
        assert program.hear() == "ready"
        program.signal()
        assert program.end()[:2] == (0, "1")

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
    def test_a_signal_of_a_forked_child_is_not_taken_for_one_of_the_parent(self, server):
        run(
            """
            import os, signal
            heard = []
            signal.signal(signal.SIGTERM, lambda number, frame: heard.append(number))
            c = client()
            c.install_signal_handlers()
            ready, said = os.pipe()
            if (child := os.fork()) == 0:
                signal.signal(signal.SIGTERM, lambda number, frame: os._exit(7))
                os.write(said, b"!")
                until(lambda: False)
            os.read(ready, 1)
            os.kill(child, signal.SIGTERM)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
            time.sleep(0.5)  # ten times what passes until a signal is sent again
            assert heard == []
            """,
            server.events,
        )

    def test_an_event_loop_that_looks_after_signals_is_left_alone(self, server, control):
        program = Program(
            """
            import asyncio, signal
            async def main():
                ended = asyncio.Event()
                asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
                async with client() as c:
                    track(c, 1, 3)
                    c.install_signal_handlers()
                    print("ready", flush=True)
                    await ended.wait()
                print(c.stats.accepted)
            asyncio.run(main())
            """,
            server.events,
        )
        assert program.hear() == "ready"
        program.signal()
        assert program.end()[:2] == (0, "3")
        assert control.stored() == [1, 2, 3]

    def test_a_signal_that_the_main_thread_overlooks_is_sent_again(self, server, control):
        """It may be about to wait for a lock for ever, as the idle workers of a pool are."""
        run(
            """
            import os, threading
            real, sent = os.kill, []
            def lossy(pid, number):
                sent.append(number)
                if len(sent) > 1:
                    real(pid, number)
            c = client(); track(c, 1, 3)
            c.install_signal_handlers()
            os.kill = lossy
            real(os.getpid(), 15)
            threading.Event().wait()
            """,
            server.events,
            code=-signal.SIGTERM,
        )
        assert control.stored() == [1, 2, 3]

    def test_a_hung_server_does_not_hold_the_signal(self, server, control):
        control("PUT", "/script", {"default": {"fault": "hang"}})
        program = Program(
            """
            c = client(); track(c, 1, 1)
            c.install_signal_handlers(timeout=0.3)
            print("ready")
            until(lambda: False)
            """,
            server.events,
        )
        assert program.hear() == "ready"
        program.signal()
        assert program.end()[0] == -signal.SIGTERM

    def test_outside_the_main_thread_it_warns(self, server):
        run(
            """
            import threading
            c = client()
            thread = threading.Thread(target=c.install_signal_handlers)
            thread.start(); thread.join()
            """,
            server.events,
        )
