"""For any course of events: the counters add up, nothing is lost without a word or stored twice, order is kept."""

from __future__ import annotations

import json
import threading
from collections import Counter

from audioscape import AudioScape, Response
from hypothesis import HealthCheck, given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from virtual_time import NOWHERE, VirtualClock

#: What the server does with a request: its status, and whether it stores before the answer is lost.
ANSWERS = ("202", "202", "202", "500", "429", "413 over 2", "400", "reject first", "lost before", "lost after")


class Server:
    """The real server's rules, in memory: stores a batch once, whatever happens to its answers."""

    def __init__(self) -> None:
        self.script: list[str] = []
        self.answers: dict[str, tuple[bytes, Response]] = {}
        self.stored: list[int] = []
        self.busy = threading.Lock()

    def send(self, request, _timeout):
        assert self.busy.acquire(blocking=False), "two requests at once"
        try:
            return self._answer(request, self.script.pop(0) if self.script else "202")
        finally:
            self.busy.release()

    def _answer(self, request, answer):
        key = request.headers["Idempotency-Key"]
        if key in self.answers:
            body, response = self.answers[key]
            assert body == request.body, "a batch changed between two attempts"
            return response
        events = [int(event["asset_id"]) for event in json.loads(request.body)["events"]]
        if answer in ("500", "429", "400"):
            return Response(int(answer), {"retry-after": "70"} if answer == "429" else {}, b"")
        if answer == "413 over 2" and len(events) > 2:
            return Response(413, {}, b"")
        if answer == "lost before":
            raise ConnectionResetError
        refused = 1 if answer == "reject first" and len(events) > 1 else 0
        self.stored += events[refused:]
        response = Response(202, {}, json.dumps({"errors": ["events[0]: no"] * refused}).encode())
        self.answers[key] = request.body, response
        if answer == "lost after":
            raise ConnectionResetError
        return response

    def close(self): ...


#: What before_send may make of an event.
HOOKS = {
    "passes": lambda event: event,
    "edits": lambda event: {**event, "player_id": "someone"},
    "drops": lambda _: None,
    "fails": lambda event: event["no such field"],
    "spoils": lambda event: {**event, "type": ""},
}


class Life(RuleBasedStateMachine):
    """One client, in virtual time, with a server that does as it likes."""

    @initialize(batch=st.integers(1, 8), queue=st.integers(8, 40), jitter=st.floats(0, 1, exclude_max=True))
    def start(self, batch, queue, jitter):
        self.server = Server()
        self.clock = VirtualClock()
        self.rejected, self.lost = [], []
        self.tracked = 0
        self.open = self.enabled = True
        self.queue = queue
        self.hook = HOOKS["passes"]
        self.client = AudioScape(
            "k",
            endpoint=NOWHERE,
            max_batch_size=batch,
            max_queue_size=queue,
            transport=self.server,
            clock=self.clock,
            rng=lambda: jitter,
            gzip=False,
            before_send=lambda event: self.hook(event),  # noqa: PLW0108 - the hook changes
            on_rejected=lambda event, _: self.rejected.append(int(event["asset_id"])),
            on_drop=lambda events, _: self.lost.extend(int(event["asset_id"]) for event in events),
        )

    @rule(count=st.integers(1, 60))
    def track(self, count):
        for _ in range(count):
            self.client.track_play(self.tracked + 1, 7)
            self.tracked += self.enabled

    @rule(name=st.sampled_from(sorted(HOOKS)))
    def change_the_hook(self, name):
        self.hook = HOOKS[name]

    @rule(enabled=st.booleans())
    def set_enabled(self, enabled):
        self.enabled = enabled
        self.client.set_enabled(enabled)

    @rule(answers=st.lists(st.sampled_from(ANSWERS), max_size=6))
    def script(self, answers):
        self.clock.settle()
        self.server.script = list(answers)

    @rule(seconds=st.integers(1, 400))
    def advance(self, seconds):
        self.clock.advance(seconds)

    @rule()
    def flush(self):
        before = self.client.stats.queued
        if self.clock.run(self.client.flush, 10) and before:
            assert self.client.stats.queued == 0

    @precondition(lambda self: self.open)
    @rule(queue=st.integers(4, 40))
    def configure(self, queue):
        self.queue = queue
        self.client.configure_analytics(max_queue_size=queue)

    @rule()
    def close(self):
        self.clock.run(self.client.close, 10)
        self.open = False
        assert self.client.stats.queued == 0

    @invariant()
    def the_counters_add_up(self):
        if not hasattr(self, "client"):
            return
        self.clock.settle()
        stats = self.client.stats
        assert stats.tracked == self.tracked
        assert stats.accepted + stats.rejected + stats.dropped + stats.queued == self.tracked
        assert stats.queued <= self.queue
        assert stats.rejected == len(self.rejected)
        assert stats.dropped == len(self.lost)
        assert stats.accepted <= len(self.server.stored)

    @invariant()
    def nothing_is_stored_twice_or_out_of_order(self):
        if hasattr(self, "client"):
            assert self.server.stored == sorted(set(self.server.stored))

    def teardown(self):
        if not hasattr(self, "client"):
            return
        self.clock.settle()
        self.server.script = []
        self.clock.run(self.client.close, 10)
        stats = self.client.stats
        outcomes = Counter(self.rejected + self.lost)
        assert max(outcomes.values(), default=1) == 1, "an event has two outcomes"
        missing = set(range(1, self.tracked + 1)) - set(self.server.stored) - set(outcomes)
        assert not missing, "lost without a word"
        assert stats.accepted + stats.rejected + stats.dropped == self.tracked


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=100, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


@settings(max_examples=25, deadline=None)
@given(
    producers=st.integers(1, 5),
    each=st.integers(1, 150),
    flushes=st.integers(0, 8),
    batch=st.integers(1, 40),
    faults=st.lists(st.sampled_from(["202", "500", "lost before", "lost after", "413 over 2"]), max_size=12),
)
def test_concurrent_producers_lose_nothing_and_keep_their_order(producers, each, flushes, batch, faults):
    server = Server()
    server.script = list(faults)
    client = AudioScape("k", endpoint=NOWHERE, max_queue_size=2000, max_batch_size=batch, transport=server, gzip=False)

    def produce(k):
        for i in range(1, each + 1):
            client.track_play(1000 * k + i, 7)

    # Positions in `stored` are compared per producer: between producers there is no order to keep.
    threads = [threading.Thread(target=produce, args=(k + 1,)) for k in range(producers)]
    for thread in threads:
        thread.start()
    for _ in range(flushes):
        client.flush()
    for thread in threads:
        thread.join()
    assert any(client.flush() for _ in range(len(faults) + 1))
    for k in range(1, producers + 1):
        assert [n for n in server.stored if n // 1000 == k] == [1000 * k + i for i in range(1, each + 1)]
    stats = client.stats
    assert (stats.tracked, stats.accepted, stats.queued) == (producers * each, producers * each, 0)
    client.close()


@settings(max_examples=25, deadline=None)
@given(
    producers=st.integers(1, 4),
    batch=st.integers(1, 20),
    queue=st.integers(1, 60),
    faults=st.lists(st.sampled_from(["202", "500", "lost before", "413 over 2", "400"]), max_size=12),
    before_close=st.integers(0, 150),
)
def test_close_under_fire_accounts_for_every_event(producers, batch, queue, faults, before_close):
    """Producers go on while the client is flushed, reconfigured and closed."""
    server = Server()
    server.script = list(faults)
    lost = []
    client = AudioScape(
        "k",
        endpoint=NOWHERE,
        max_queue_size=queue,
        max_batch_size=batch,
        transport=server,
        gzip=False,
        on_drop=lambda events, _: lost.extend(int(event["asset_id"]) for event in events),
    )

    def produce(k):
        for i in range(200):
            client.track_play(1000 * k + i, 7)

    threads = [threading.Thread(target=produce, args=(k + 1,)) for k in range(producers)]
    for thread in threads:
        thread.start()
    while client.stats.tracked < before_close:
        client.flush()
    client.configure_analytics(max_queue_size=max(1, queue // 2))
    client.close()
    for thread in threads:
        thread.join()
    stats = client.stats
    assert stats.queued == 0
    assert stats.tracked == producers * 200 == stats.accepted + stats.dropped
    assert (len(server.stored), len(lost)) == (stats.accepted, stats.dropped)
    assert sorted(server.stored + lost) == [1000 * k + i for k in range(1, producers + 1) for i in range(200)]
