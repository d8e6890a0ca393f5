"""When batches are sent, and what is done about their answers.

One `Delivery` per client. It owns the lock, the buffer, the timer and the worker thread.

Invariants:

* One request at a time: whoever sends (the worker, `flush`, `close`) holds the turn, `_sending`.
* No I/O, no callback and no waiting for a thread under the lock.
* The worker never needs to be there: `flush` and `close` send in the caller's thread, as no thread can be started
  while the interpreter exits, and none survives a fork.
* The worker holds this object but not the client, so a client that nobody holds is collected (and drained).

The timer, `_wake_at`: set by the first event that waits and by the end of a turn that leaves events; to the interval
after a success, to the delay after a failure. `_failures` > 0 means that we wait after a failure: then nothing but the
timer, `flush` and `close` sends. See the delivery rules in `sdks/conformance/README.md`.
"""

from __future__ import annotations

import os
import threading
from typing import Any, Callable, NamedTuple

from audioscape import buffer, events, retry
from audioscape.batch import Batch
from audioscape.buffer import Buffer, Stats
from audioscape.clock import Clock
from audioscape.journal import Journal
from audioscape.notices import Dropped, Notices, Rejected
from audioscape.retry import Outcome, Verdict
from audioscape.settings import Settings
from audioscape.transport import Request, Transport

#: Failed attempts in a row after which `close` gives up.
SHUTDOWN_ATTEMPTS = 3


class Route(NamedTuple):
    """Where batches go, and with what."""

    url: str
    headers: dict[str, str]
    compress: bool
    #: Seconds for one request.
    timeout: float


class Delivery:
    """See the module's docstring."""

    def __init__(
        self,
        route: Route,
        settings: Settings,
        transport: Transport,
        clock: Clock,
        rng: Callable[[], float],
        on_rejected: Rejected | None,
        on_drop: Dropped | None,
        on_start: Callable[[], None] = lambda: None,
    ) -> None:
        """Send what is added along `route`; call `on_start` in each process before a worker is started in it."""
        self._route = route
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._rng = rng
        self._on_rejected = on_rejected
        self._on_drop = on_drop
        self._on_start = on_start
        self._closed = False
        self._start_afresh()

    def _start_afresh(self) -> None:
        """The state of a new client; and of a forked child, where neither the lock nor the events are ours."""
        self.journal = Journal(self._clock.monotonic)
        self._notices = Notices(self._on_rejected, self._on_drop, self.journal)
        self._pid = os.getpid()
        # Re-entrant: a garbage collection under the lock may run a finaliser that tracks.
        self._lock = threading.RLock()
        self._work = threading.Condition(self._lock)  # the worker waits on it
        self._turn = threading.Condition(self._lock)  # whoever wants to send waits on it
        self._buffer = Buffer(self._settings.max_queue_size)
        self._sending = False
        self._telling: list[int] = []  # threads in the middle of their callbacks
        self._worker_wanted = False
        self._retired = False
        self._failures = 0
        self._wake_at: float | None = None
        self._not_before = 0.0  # the end of a Retry-After

    def forked(self) -> None:
        """In a child process: forget the events (the parent sends them), the threads and the connections."""
        self._start_afresh()
        try:
            self._transport.close()
        except Exception:  # noqa: BLE001 - a transport of the host's
            self.journal.warn("transport", "closing the transport after a fork failed", error=True)

    # -- what the host does ------------------------------------------------------------------------------------------

    def stats(self) -> Stats:
        """The counts of this moment."""
        self._check_pid()
        with self._lock:
            return self._buffer.stats()

    def configure(self, settings: Settings) -> None:
        """Change the settings; a smaller queue drops its oldest events at once."""
        self._check_pid()
        with self._lock:
            self._settings = settings
            self._buffer.capacity = settings.max_queue_size
            lost = self._buffer.evict()
            self._work.notify()
        self._notices.lose(lost, buffer.QUEUE_FULL)

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._settings

    def add(self, event: bytes) -> None:
        """Queue an event. Never blocks on the network, never raises."""
        self._check_pid()
        with self._lock:
            if self._closed:
                self._buffer.turn_away()
                lost, reason = [event], buffer.CLOSED
            else:
                lost, reason = self._buffer.add(event), buffer.QUEUE_FULL
                self._arm()
            start, self._worker_wanted = not self._closed and not self._worker_wanted, True
        if start:
            self._start_worker()
        if lost:
            self._notices.lose(lost, reason)

    def refuse(self, event: dict[str, Any], message: str) -> None:
        """Count an event that can't be sent, and say so."""
        self._check_pid()
        with self._lock:
            self._buffer.refuse()
        self._notices.reject([(event, message)])

    def flush(self, timeout: float) -> bool:
        """Send all that was added before, within `timeout` seconds; whether all of it has an outcome now."""
        self._check_pid()
        deadline = self._clock.monotonic() + timeout
        with self._lock:
            upto = self._buffer.appended
            if not self._take_turn(deadline):
                return self._buffer.settled(upto)
            held_off = self._clock.monotonic() < self._not_before
        if held_off:
            self._end_turn()
        else:
            self._send(upto, deadline=deadline)
        with self._lock:
            return self._buffer.settled(upto)

    def drain(self, timeout: float) -> None:
        """Send all that waits, without regard to backoff or `Retry-After`: three attempts, within `timeout` seconds."""
        self._check_pid()
        deadline = self._clock.monotonic() + timeout
        with self._lock:
            if not self._take_turn(deadline):
                return
            upto = self._buffer.appended
        self._send(upto, attempts=SHUTDOWN_ATTEMPTS, deadline=deadline)

    def close(self, timeout: float) -> None:
        """Take no more events, drain, and drop what is left. Again: nothing."""
        self._check_pid()
        deadline = self._clock.monotonic() + timeout
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._work.notify()
        self.drain(timeout)
        with self._lock:
            lost = self._buffer.abandon()
            self._wake_at = None
            self._await_callbacks(deadline)
        self._notices.lose(lost, buffer.SHUTDOWN)

    def retire(self) -> None:
        """Nobody holds the client any more: let the worker send what waits, then end."""
        with self._lock:
            self._retired = True
            self._work.notify()

    # -- the turn ----------------------------------------------------------------------------------------------------

    def _take_turn(self, deadline: float | None = None) -> bool:
        """Wait, holding the lock, until nobody sends; False if the deadline comes first."""
        while self._sending:
            left = None if deadline is None else deadline - self._clock.monotonic()
            if left is not None and left <= 0:
                return False
            self._clock.wait(self._turn, left)
        self._sending = True
        return True

    def _await_callbacks(self, deadline: float) -> None:
        """Wait, holding the lock, for the callbacks of other threads: the process may be about to end."""
        me = threading.get_ident()
        while any(thread != me for thread in self._telling) and (left := deadline - self._clock.monotonic()) > 0:
            self._clock.wait(self._turn, left)

    def _send(self, upto: int, *, full: bool = False, attempts: int = 1, deadline: float | None = None) -> None:
        """Send batches until all before `upto` is settled, or `attempts` in a row fail; then end the turn.

        Callbacks run after the turn has ended, so that they may flush and close.
        """
        calls: list[Callable[[], None]] = []
        failed = 0
        try:
            while failed < attempts:
                left = self._route.timeout if deadline is None else deadline - self._clock.monotonic()
                with self._lock:
                    batch = self._buffer.take(self._settings.full_batch, upto, full=full) if left > 0 else None
                if batch is None:
                    break
                failed = 0 if self._attempt(batch, min(left, self._route.timeout), calls) else failed + 1
        finally:
            self._end_turn(telling=bool(calls))
            self._tell(calls)

    def _tell(self, calls: list[Callable[[], None]]) -> None:
        if not calls:
            return
        try:
            for call in calls:
                call()
        finally:
            with self._lock:
                self._telling.remove(threading.get_ident())
                self._turn.notify_all()

    def _end_turn(self, *, telling: bool = False) -> None:
        """Let others send; `telling`: this thread has callbacks to make yet."""
        try:
            self._transport.close()
        except Exception:  # noqa: BLE001 - a transport of the host's
            self.journal.warn("transport", "closing the transport failed", error=True)
        with self._lock:
            if self._buffer.on_wire is not None:  # KeyboardInterrupt, GreenletExit: the host stopped us
                self._buffer.put_back(self._buffer.on_wire)
            self._sending = False
            if telling:
                self._telling.append(threading.get_ident())
            if self._failures == 0:
                waits = self._buffer.queued > 0
                self._wake_at = self._clock.monotonic() + self._settings.batch_interval if waits else None
            self._turn.notify_all()
            self._work.notify()

    def _attempt(self, batch: Batch, timeout: float, calls: list[Callable[[], None]]) -> bool:
        """Send one batch and settle it; False if it has to be sent again."""
        body, compressed = batch.body(compress=self._route.compress)
        headers = {**self._route.headers, "Idempotency-Key": batch.key}
        if compressed:
            headers["Content-Encoding"] = "gzip"
        asked: float | None = None
        try:
            response = self._transport.send(Request(self._route.url, headers, body), timeout)
            verdict = retry.judge(response, len(batch.events))
            asked = retry.retry_after(response.headers.get("retry-after"), self._clock.time())
            trouble = f"the server answered {response.status}"
        except Exception as error:  # noqa: BLE001 - a transport of the host's may raise what it likes
            verdict, trouble = Verdict(Outcome.FAILED), f"no answer ({type(error).__name__})"
        if verdict.outcome is Outcome.FAILED:
            self._fail(batch, asked)
            self.journal.warn("failure", "%s: events wait and will be sent again", trouble)
            return False
        with self._lock:
            self._failures = 0
            self._not_before = 0.0
            self._settle(batch, verdict, calls)
        return True

    def _fail(self, batch: Batch, asked: float | None) -> None:
        """Let the batch wait; `asked`: seconds the server asked for."""
        random = self._random()
        with self._lock:
            self._buffer.put_back(batch)
            self._failures += 1
            delay = retry.delay(self._failures, self._settings.batch_interval, asked, random)
            self._wake_at = self._clock.monotonic() + delay
            self._not_before = self._wake_at if asked else 0.0

    def _random(self) -> float:
        try:
            return min(max(float(self._rng()), 0.0), 1.0)
        except Exception:  # noqa: BLE001 - a random source of the host's
            self.journal.warn("rng", "the random source raised", error=True)
            return 0.0

    def _settle(self, batch: Batch, verdict: Verdict, calls: list[Callable[[], None]]) -> None:
        """Count a batch that was answered for good, and note the callbacks that follow."""
        reason = verdict.reason
        if verdict.outcome is Outcome.TOO_LARGE:
            if len(batch.events) > 1:
                self._buffer.split(batch)
                return
            reason = buffer.TOO_LARGE
        if not reason:
            if self._buffer.accept(batch, len(verdict.errors)) and verdict.errors:
                rejected = [(events.decode(batch.events[i]), message) for i, message in sorted(verdict.errors.items())]
                calls.append(lambda: self._notices.reject(rejected))
        elif self._buffer.drop(batch, reason):
            calls.append(lambda: self._notices.lose(list(batch.events), reason))

    # -- the worker --------------------------------------------------------------------------------------------------

    def _arm(self) -> None:
        """Under the lock, after an event was added: set the timer and wake the worker, if either is due."""
        if self._wake_at is None:
            self._wake_at = self._clock.monotonic() + self._settings.batch_interval
            self._work.notify()
        elif self._early():
            self._work.notify()

    def _early(self) -> bool:
        """Whether half of the queue is filled, with a full batch in it, and nothing speaks against sending."""
        settings = self._settings
        return (
            len(self._buffer.waiting) >= settings.full_batch
            and 2 * self._buffer.queued >= settings.max_queue_size
            and self._failures == 0
        )

    def _start_worker(self) -> None:
        self._on_start()
        worker = threading.Thread(target=self._run, name="audioscape", daemon=True)
        try:
            worker.start()
        except RuntimeError:
            # The interpreter is exiting, or out of threads: the events wait for the drain at exit, or the next start.
            self.journal.warn("thread", "the worker could not be started; events wait for flush() or close()")
            with self._lock:
                self._worker_wanted = False

    def _run(self) -> None:
        pid = self._pid
        try:
            while self._pid == pid:
                with self._lock:
                    due = self._await_work()
                    if due is None:
                        break
                    upto = self._buffer.appended
                    self._take_turn()
                self._work_off(upto, full=due == "early")
            if not self._closed:
                self.close(self._route.timeout)
        finally:
            # Killed (a greenlet can be) or ended by a callback that exits: the next event starts another.
            with self._lock:
                self._worker_wanted = False

    def _work_off(self, upto: int, *, full: bool) -> None:
        try:
            self._send(upto, full=full)
        except Exception:  # noqa: BLE001 - a defect of ours must neither end delivery for good nor spin
            with self._lock:
                self._failures += 1
                self._wake_at = self._clock.monotonic() + retry.MAX_DELAY
            self.journal.warn("defect", "an unexpected error while sending", error=True)

    def _await_work(self) -> str | None:
        """Wait, holding the lock, for something to send: "timer" or "early"; None when the worker is to end."""
        while not (self._closed or self._retired):
            left = None if self._wake_at is None else self._wake_at - self._clock.monotonic()
            if self._sending:
                left = None  # the end of the turn wakes us
            elif left is not None and left <= 0:
                return "timer"
            elif self._early():
                return "early"
            self._clock.wait(self._work, left)
        return None

    def _check_pid(self) -> None:
        """Notice a fork that bypassed `os.register_at_fork`."""
        if os.getpid() != self._pid:
            self.forked()
