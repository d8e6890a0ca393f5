"""Under gevent, patched before or after the import."""

from __future__ import annotations

import signal

import pytest
from scripts import Program, run

pytest.importorskip("gevent")

PATCH = "from gevent import monkey; monkey.patch_all()"


@pytest.mark.parametrize("first", [PATCH, f"import audioscape; {PATCH}"], ids=["before", "after"])
def test_a_worker_sends_by_itself(first, server, control):
    run(
        """
        import gevent
        c = client()
        track(c, 1, 250)
        until(lambda: c.stats.accepted == 250)  # time.sleep yields to the worker
        track(c, 251, 252)
        assert c.flush()
        track(c, 253, 253)  # and the exit sends this one
        """,
        server.events,
        first=first,
    )
    assert control.stored() == list(range(1, 254))


def test_a_request_in_flight_does_not_stop_the_other_greenlets(server, control):
    control.script({"fault": "hold"})
    program = Program(
        """
        import gevent
        c = client()
        track(c, 1, 1)
        flushing = gevent.spawn(c.flush)
        until(lambda: c._delivery._sending)
        print("running", flush=True)
        assert flushing.get(timeout=20)
        """,
        server.events,
        first=PATCH,
    )
    assert program.hear() == "running"
    control.await_held(1)
    control("POST", "/release")
    assert program.end()[0] == 0
    assert control.stored() == [1]


def test_a_killed_greenlet_leaves_the_batch_to_others(server, control):
    """A greenlet is killed in the middle of a request: its batch goes back, under the same key."""
    control.script({"fault": "hang"})
    run(
        """
        import gevent
        c = client()
        track(c, 1, 3)
        flushing = gevent.spawn(c.flush)
        until(lambda: c._delivery._sending)
        gevent.sleep(0.05)
        flushing.kill()
        assert c.stats.queued == 3
        assert c.flush()
        """,
        server.events,
        first=PATCH,
    )
    assert control.stored() == [1, 2, 3]
    assert control.received()["misused"] == 0


@pytest.mark.parametrize("wait", ["gevent.sleep(60)", "gevent.event.Event().wait()", "until(lambda: False)"])
def test_sigterm_drains(wait, server, control):
    program = Program(
        f"""
        import gevent, gevent.event
        c = client()
        track(c, 1, 3)
        c.install_signal_handlers()
        gevent.spawn(print, "ready", flush=True)
        {wait}
        """,
        server.events,
        first=PATCH,
    )
    with program:
        assert program.hear() == "ready"
        program.signal()
        assert program.end()[0] == -signal.SIGTERM
    assert control.stored() == [1, 2, 3]
