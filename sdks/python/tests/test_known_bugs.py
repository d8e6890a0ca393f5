"""Bugs that other event SDKs had, and this one must not have.

`COVERED` says where each is tested; `ELSEWHERE` why one can't happen here. The numbers are ours, and stay.
"""

from __future__ import annotations

import gc
import logging
import socket
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path

import pytest
from audioscape import AudioScape, HttpTransport, Request, Response, Track, TransportError
from conformance_runner import SCENARIOS, Runner
from scripts import run
from virtual_time import NOWHERE, PATIENCE, VirtualClock, VirtualTransport, collected_logs

from conftest import SRC

COVERED = {
    1: "test_fork.py::test_preloaded_workers_send_on_their_own",
    2: "test_gevent.py::test_a_worker_sends_by_itself",
    3: "test_known_bugs.py::test_03_an_oversized_event_does_not_hang_flush",
    4: "test_known_bugs.py::test_04_flush_is_bounded_even_if_the_server_trickles",
    5: "test_exit.py::test_an_absent_server_does_not_hold_the_exit",
    6: "test_exit.py::test_no_thread_is_started_while_the_interpreter_exits",
    7: "test_known_bugs.py::test_07_a_client_nobody_holds_is_collected",
    8: "test_known_bugs.py::test_08_delivered_batches_are_not_resent_when_a_later_one_fails",
    9: "test_known_bugs.py::test_09_a_202_is_success",
    10: "test_known_bugs.py::test_10_track_never_raises",
    15: "test_known_bugs.py::test_15_flush_returns_when_all_before_it_is_settled",
    16: "test_exit.py::TestSignals::test_sigterm_drains_and_then_kills_as_it_would_have",
    17: "test_known_bugs.py::test_17_players_who_left_leave_nothing_behind",
    18: "test_known_bugs.py::test_18_waiting_for_a_dead_server_does_not_spin",
    19: "test_conformance.py::test_scenario[09-jitter-never-undercuts-retry-after]",
}

ELSEWHERE = {
    11: "a browser tab that is hidden and shown again: there are no tabs here",
    12: "the 64 KiB that a browser's keepalive requests share",
    13: "a browser's beacon, which can't carry headers",
    14: "a browser's back-forward cache",
}


def test_every_known_bug_has_a_test_or_a_reason():
    assert sorted([*COVERED, *ELSEWHERE]) == list(range(1, 20))
    for node in COVERED.values():
        file, *_, name = node.split("::")
        assert f"def {name.partition('[')[0]}(" in (Path(__file__).parent / file).read_text("utf-8"), node


class Scripted:
    """A transport that gives the answers it was told to; what is an exception is raised."""

    def __init__(self, *answers, default=None):
        self.answers, self.default = list(answers), default or Response(202, {}, b"")
        self.requests = []

    def send(self, request, _timeout):
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else self.default
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def close(self): ...


@pytest.fixture
def client(server):
    with AudioScape("k", endpoint=server.events) as client:
        yield client


def test_03_an_oversized_event_does_not_hang_flush(client, control):
    """A discarded item that is still counted as pending made flush wait for ever."""
    client.track("huge", metadata={"x": "x" * 40_000})
    client.track_play(1, 7)
    assert client.flush()
    assert (client.stats.rejected, client.stats.queued) == (1, 0)
    assert control.stored() == [1]


def test_04_flush_is_bounded_even_if_the_server_trickles():
    """A socket's timeout starts anew with every byte: only a deadline for all of it ends such an answer."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()

        def trickle():
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 202 Accepted\r\n")
                with suppress(OSError):
                    while not stop.wait(0.02):
                        connection.sendall(b"X-More: x\r\n")

        thread = threading.Thread(target=trickle)
        thread.start()
        try:
            endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
            transport = HttpTransport()
            with pytest.raises(TransportError, match="timed out"):
                transport.send(Request(endpoint + "/x", {}, b"{}"), 0.3)
        finally:
            stop.set()
            thread.join()


def test_04_flush_returns_false_when_its_time_is_up(server, control):
    control.script({"fault": "hang"})
    client = AudioScape("k", endpoint=server.events)
    client.track_play(1, 7)
    assert client.flush(timeout=0.2) is False
    assert client.stats.queued == 1
    client.close()
    assert control.stored() == [1]


def test_05_close_interrupts_a_backoff():
    transport = Scripted(Response(500, {"retry-after": "300"}, b""))
    client = AudioScape("k", endpoint=NOWHERE, transport=transport)
    client.track_play(1, 7)
    assert client.flush() is False
    client.close()  # would wait 300 real seconds if it honoured the wait
    assert client.stats.accepted == 1


def test_07_a_client_nobody_holds_is_collected(server, control):
    """Exit hooks and threads that hold clients strongly leak them; what it still held is sent."""
    before = set(threading.enumerate())
    client = AudioScape("k", endpoint=server.events)
    client.track_play(1, 7)
    gone, delivery = weakref.ref(client), weakref.ref(client._delivery)
    del client
    gc.collect()
    assert gone() is None
    for worker in set(threading.enumerate()) - before:
        worker.join(PATIENCE)
        assert not worker.is_alive(), "the worker outlives its client"
    assert control.stored() == [1]
    gc.collect()
    assert delivery() is None


def test_07_a_client_that_was_never_used_leaves_nothing():
    client = AudioScape("k", endpoint=NOWHERE, transport=Scripted())
    delivery = weakref.ref(client._delivery)
    del client
    gc.collect()
    assert delivery() is None


def test_08_delivered_batches_are_not_resent_when_a_later_one_fails():
    transport = Scripted(Response(202, {}, b""), Response(500, {}, b""))
    client = AudioScape("k", endpoint=NOWHERE, transport=transport)
    for i in range(120):
        client.track_play(i, 7)
    assert client.flush(1) is False
    assert client.flush(1) is True
    client.close(1)
    keys = [request.headers["Idempotency-Key"] for request in transport.requests]
    assert len(keys) == 4
    assert keys[1] == keys[2]
    assert len(set(keys)) == 3


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_09_a_202_is_success(status):
    transport = Scripted(default=Response(status, {}, b""))
    with AudioScape("k", endpoint=NOWHERE, transport=transport) as client:
        client.track_play(1, 7)
        assert client.flush()
        assert client.stats.accepted == 1
    assert len(transport.requests) == 1


def hostile():
    """An object every method of which raises. Made here, as pytest looks at all that a module holds."""

    class Hostile:
        def __getattribute__(self, name):
            raise RuntimeError

        __str__ = __repr__ = __eq__ = __len__ = __iter__ = __index__ = __float__ = __hash__ = __getattribute__

    return Hostile()


ODD = {
    "none": None,
    "bool": True,
    "negative": -1,
    "huge": 10**400,
    "fraction": 1.5,
    "nan": float("nan"),
    "empty": "",
    "half a character": "\ud800",
    "bytes": b"x",
    "list": [],
    "keys that are no text": {1: 2},
    "nested": {"a": {}},
    "function": print,
    "hostile": hostile,
}


@pytest.mark.parametrize("name", ODD)
def test_10_track_never_raises(name):
    odd = ODD[name]() if name == "hostile" else ODD[name]
    with AudioScape("k", endpoint=NOWHERE, transport=Scripted()) as client:
        calls = [
            lambda: client.track_play(odd, odd, odd),
            lambda: client.track_stop(odd, odd, odd),
            lambda: client.track_skip(odd, odd, odd),
            lambda: client.track_vote(odd, odd, odd),
            lambda: client.track_favorite(odd, odd),
            lambda: client.track_unfavorite(odd, odd),
            lambda: client.track_add_to_queue(odd, odd),
            lambda: client.track_search_click(odd, odd, odd, odd),
            lambda: client.track(odd, metadata=odd, timestamp=odd, value=odd),
            lambda: client.track("x", asset_id=1, metadata={"a": odd}, timestamp=odd),
        ]
        for call in calls:
            call()
        client.configure_analytics(batch_interval=odd, max_batch_size=odd, max_queue_size=odd)
        client.flush(odd)
        assert client.stats.tracked == len(calls)
        client.close(odd)


def test_15_flush_returns_when_all_before_it_is_settled(server, control):
    """Not when the queue is empty: what is on the wire in another thread counts too."""
    control.script({"fault": "hold"})
    with AudioScape("k", endpoint=server.events) as client:
        client.track_play(1, 7)
        first = threading.Thread(target=client.flush)
        first.start()
        control.await_held(1)
        assert client.flush(timeout=0.05) is False
        second = []
        waiting = threading.Thread(target=lambda: second.append(client.flush()))
        waiting.start()
        control("POST", "/release")
        first.join()
        waiting.join()
        assert second == [True]
        assert client.stats.accepted == 1


def test_15_flush_is_not_stranded_by_a_stream_of_events():
    """Flush answers for what came before it, so a busy producer does not keep it for ever."""
    producing = []

    class Busy(Scripted):
        def send(self, request, timeout):
            for _ in range(60):  # more than a batch comes in while one is sent
                client.track_play(2, 7)
            producing.append(1)
            assert len(producing) < 50, "flush never ends"
            return super().send(request, timeout)

    client = AudioScape("k", endpoint=NOWHERE, transport=Busy(), max_queue_size=100_000)
    client.track_play(1, 7)
    assert client.flush()
    client._delivery._transport = Scripted()
    client.close()


def test_16_the_worker_does_not_keep_the_process(server, control):
    """A thread that is no daemon would hold the program until its timer fires."""
    run(
        """
        import threading
        c = client(); track(c, 1, 1)
        assert all(t.daemon for t in threading.enumerate() if t.name == "audioscape")
        """,
        server.events,
    )
    assert control.stored() == [1]


def test_17_players_who_left_leave_nothing_behind():
    """A cache of players grew with everyone who ever joined."""
    with AudioScape("k", endpoint=NOWHERE, transport=Scripted()) as client:
        player = client.create_player(7)
        player.queue([Track(1, 10.0)])
        player.play()
        gone = weakref.ref(player)
        player.destroy()
        del player
        gc.collect()
        assert gone() is None
        assert client.stats.tracked == 2


def test_17_a_quick_leaver_is_harmless():
    with AudioScape("k", endpoint=NOWHERE, transport=Scripted()) as client:
        player = client.create_player(7)
        player.destroy()
        player.queue([Track(1)])
        player.play()
        player.skip()
        assert client.stats.tracked == 0


@pytest.mark.parametrize(
    "failure",
    [
        RuntimeError("anything"),
        OSError(),
        ValueError(),
        Response(429, {}, b'{"message": "Too Many Requests"}'),
        Response(503, {}, b"<html>"),
    ],
    ids=lambda failure: str(getattr(failure, "status", type(failure).__name__)),
)
def test_17_whatever_the_transport_raises_or_says_is_retried(failure):
    """A thrown request, and a 429 with a body, were dropped."""
    transport = Scripted(failure)
    with AudioScape("k", endpoint=NOWHERE, transport=transport) as client:
        client.track_play(1, 7)
        assert client.flush() is False
        assert client.stats.queued == 1
        assert client.flush() is True
    assert transport.requests[0].body == transport.requests[1].body


def test_18_waiting_for_a_dead_server_does_not_spin(server):
    """In ten minutes without a server there are as many attempts as the delays allow, and no more."""
    clock = VirtualClock()
    transport = VirtualTransport(clock)
    client = AudioScape("k", endpoint=server.refused, clock=clock, transport=transport, rng=lambda: 0)
    client.track_play(1, 7)
    clock.advance(700)  # attempts at 30, 90, 210, 450
    assert transport.attempts == 4
    clock.run(lambda: client.close(1), 1)
    assert transport.attempts == 7


def test_18_the_hosts_logging_is_not_touched():
    """A library that calls logging.basicConfig() takes the root logger over."""
    script = (
        "import logging, audioscape\n"
        "c = audioscape.AudioScape('k', endpoint='http://127.0.0.1:9')\n"
        "c.track(None); c.flush(0.1); c.close(0.1)\n"
        "assert not logging.root.handlers and not logging.getLogger('audioscape').handlers\n"
    )
    subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": str(SRC)}, check=True, capture_output=True)


def test_18_a_request_has_a_timeout_by_default(server):
    seen = []

    class Watching(Scripted):
        def send(self, request, timeout):
            seen.append(timeout)
            return super().send(request, timeout)

    client = AudioScape("k", endpoint=server.events, transport=Watching())
    for i in range(250):
        client.track_play(i, 7)
    give_up = time.monotonic() + 10
    while client.stats.queued and time.monotonic() < give_up:
        time.sleep(0.001)
    client.close()
    assert seen == [10.0] * 5


def test_18_every_worker_of_every_client_is_ended_by_close():
    before = set(threading.enumerate())
    clients = [AudioScape("k", endpoint=NOWHERE, transport=Scripted()) for _ in range(3)]
    for client in clients:
        client.track_play(1, 7)
    workers = set(threading.enumerate()) - before
    assert len(workers) == 3
    for client in clients:
        client.close()
    for worker in workers:
        worker.join(PATIENCE)
        assert not worker.is_alive()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_that_was_killed_is_replaced():
    """A callback that exits, or gevent killing a greenlet, ends the worker but not delivery."""

    class Exiting(Scripted):
        def send(self, request, timeout):
            if not self.requests:
                self.requests.append(request)
                raise SystemExit
            return super().send(request, timeout)

    client = AudioScape("k", endpoint=NOWHERE, transport=Exiting(), max_batch_size=1, max_queue_size=2)
    before = set(threading.enumerate())
    client.track_play(1, 7)
    for worker in set(threading.enumerate()) - before:
        worker.join(PATIENCE)
    assert client.stats.queued == 1
    client.track_play(2, 7)
    assert any(thread.name == "audioscape" for thread in set(threading.enumerate()) - before)
    client.close()
    assert client.stats.accepted == 2


def test_close_waits_for_the_callbacks_of_the_worker():
    """Else the end of the process could come before the host has heard what was lost."""
    entered, release, heard = threading.Event(), threading.Event(), []

    def on_drop(_events, reason):
        entered.set()
        release.wait(PATIENCE)
        heard.append(reason)

    client = AudioScape(
        "k", endpoint=NOWHERE, transport=Scripted(default=Response(400, {}, b"")), max_queue_size=1, on_drop=on_drop
    )
    client.track_play(1, 7)
    assert entered.wait(PATIENCE)
    closing = threading.Thread(target=client.close)
    closing.start()
    closing.join(0.2)
    assert closing.is_alive()
    release.set()
    closing.join(PATIENCE)
    assert heard == ["refused"]


def test_a_callback_may_flush_and_close():
    results = []

    def on_drop(*_):
        client.track_play(2, 7)
        results.append(client.flush())
        client.close()

    client = AudioScape("k", endpoint=NOWHERE, transport=Scripted(Response(400, {}, b"")), on_drop=on_drop)
    client.track_play(1, 7)
    assert client.flush()
    assert results == [True]
    assert (client.stats.accepted, client.stats.dropped) == (1, 1)


def test_a_transport_and_a_random_source_that_raise_are_survived():
    class Fragile(Scripted):
        def close(self):
            raise OSError

    def rng():
        raise OSError

    client = AudioScape("k", endpoint=NOWHERE, transport=Fragile(OSError()), rng=rng)
    client.track_play(1, 7)
    assert client.flush() is False
    assert client.flush() is True
    client.close()


def test_a_defect_while_an_answer_is_settled_neither_loses_nor_spins(monkeypatch):
    clock, transport = VirtualClock(), Scripted()
    client = AudioScape("k", endpoint=NOWHERE, transport=transport, clock=clock)
    settle = client._delivery._settle

    def broken(*_):
        monkeypatch.setattr(client._delivery, "_settle", settle)
        raise ZeroDivisionError

    monkeypatch.setattr(client._delivery, "_settle", broken)
    client.track_play(1, 7)
    clock.advance(30)
    assert client.stats.queued == 1
    clock.advance(299)
    assert len(transport.requests) == 1
    clock.advance(1)
    assert client.stats.accepted == 1
    assert transport.requests[0].body == transport.requests[1].body
    clock.run(client.close, 10)


def test_logs_stay_below_error_are_rate_limited_and_hold_no_key(caplog):
    key = "a-very-secret-key"
    transport = Scripted(default=RuntimeError(f"cannot send {key}"))
    clock = VirtualClock()
    with caplog.at_level(logging.DEBUG, "audioscape"):
        client = AudioScape(key, endpoint=NOWHERE, transport=transport, clock=clock, rng=lambda: 0)
        for _ in range(20):
            client.track_play(1, 7)
            client.flush()
        assert len(caplog.records) == 1
        clock.advance(1000)
        clock.run(lambda: client.close(1), 1)
    assert all(record.levelno < logging.ERROR for record in caplog.records)
    assert key not in caplog.text


def test_the_key_is_in_no_representation_and_no_constructor_error():
    client = AudioScape("a-very-secret-key", endpoint=NOWHERE, transport=Scripted())
    assert "secret" not in repr(client)
    for bad in ("a secret\n", "", " \n", "secr\u00e9t", None, 5):
        with pytest.raises(ValueError, match="api_key") as caught:
            AudioScape(bad, endpoint=NOWHERE)
        assert "secr" not in str(caught.value)


@pytest.mark.parametrize("name", ["27-throwing-callbacks"])
def test_a_throwing_callback_is_logged_without_the_key(name, server):
    with collected_logs() as lines:
        Runner(SCENARIOS[name], server).play()
    assert any("callback" in line for line in lines)
