"""When batches are sent, and what is done about their answers.

One `Delivery` per client. It owns the lock, the buffer, the timer and the worker thread.

Invariants:

* One request at a time: whoever sends (the worker, `flush`, `close`) holds the turn, `_sending`.
* No I/O, no callback and no waiting for a thread under the lock.
* Once closed, always closed; `close` again waits for the one under way. Whoever closes drains, then drops what is left
  and says so: no event leaves this process without an outcome, but by `os._exit` and a kill.
* The worker never needs to be there: `flush` and `close` send in the caller's thread, as no thread can be started
  while the interpreter exits, and none survives a fork.
* The worker holds this object but not the client, so a client that nobody holds is collected; then `lifecycle` holds
  this object until it has closed.

The timer, `_wake_at`: set by the first event that waits and by the end of a turn that leaves events; to the interval
after a success, to the delay after a failure. While the `_backoff` is on we wait after a failure: then nothing but the
timer, `flush` and `close` sends. See the delivery rules in `sdks/conformance/README.md`.
"""

from __future__ import annotations

import _thread
import os
import threading
from contextlib import suppress
from typing import Any, Callable

from audioscape import buffer, events, retry
from audioscape.backoff import Backoff
from audioscape.batch import Batch
from audioscape.buffer import Buffer, Stats
from audioscape.clock import Clock
from audioscape.exchange import Exchange, Route
from audioscape.journal import Journal
from audioscape.notices import Dropped, Notices, Rejected
from audioscape.retry import Outcome, Verdict
from audioscape.settings import Settings
from audioscape.transport import Transport

#: Failed attempts in a row after which `close` gives up.
SHUTDOWN_ATTEMPTS = 3


#: Seconds for the drain of a client that nobody holds any more.
RETIRE_TIMEOUT = 10.0


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
        on_start: Callable[[], None],
        on_end: Callable[[Delivery], None],
        *,
        debugging: bool,
    ) -> None:
        """Send what is added along `route`.

        `on_start` is called in each process before a worker is started in it, `on_end` when all that was added has an
        outcome and nothing more can be added.
        """
        self._route = route
        self._settings = settings
        self._transport = transport
        self._clock = clock
        self._rng = rng
        self._on_rejected = on_rejected
        self._on_drop = on_drop
        self._on_start = on_start
        self._on_end = on_end
        self._debugging = debugging
        self._closed = False
        self._start_afresh()

    def _start_afresh(self) -> None:
        """The state of a new client; and of a forked child, where neither the lock nor the events are ours."""
        self.journal = Journal(self._clock.monotonic, self._route.headers["x-api-key"], debugging=self._debugging)
        self._notices = Notices(self._route.url, self._on_rejected, self._on_drop, self.journal)
        self._exchange = Exchange(self._route, self._transport, self._clock, self.journal)
        self._pid = os.getpid()
        # Re-entrant: a garbage collection under the lock may run a finaliser that tracks.
        self._lock = threading.RLock()
        self._work = threading.Condition(self._lock)  # the worker waits on it
        self._turn = threading.Condition(self._lock)  # whoever wants to send waits on it
        self._buffer = Buffer(self._settings.max_queue_size)
        self._sending = False
        self._telling: list[int] = []  # threads in the middle of their callbacks
        self._closing: list[int] = []  # threads in the middle of `close`
        self._worker_wanted = False
        self._retired = False
        self._backoff = Backoff(self._rng, self.journal)
        self._wake_at: float | None = None

    def forked(self) -> None:
        """In a child process: forget the events (the parent sends them), the threads and the connections."""
        self._start_afresh()
        self._exchange.close()

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
                self._buffer.turn_away(buffer.CLOSED)
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

    def withhold(self, event: bytes) -> None:
        """Count an event that `before_send` did not let through, and say so."""
        self._check_pid()
        with self._lock:
            self._buffer.turn_away(buffer.BEFORE_SEND)
        self._notices.lose([event], buffer.BEFORE_SEND)

    def flush(self, timeout: float) -> bool:
        """Send all that was added before, within `timeout` seconds; whether all of it has an outcome now."""
        self._check_pid()
        deadline = self._clock.monotonic() + timeout
        with self._lock:
            upto = self._buffer.appended
            if not self._take_turn(deadline):
                return self._buffer.settled(upto)
            held_off = self._clock.monotonic() < self._backoff.not_before
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

    def close(self, timeout: float, *, last: bool = False) -> None:
        """Take no more events, drain, and drop what is left. Again: wait for the close that is under way.

        `last`: the process ends, so what another `close` left undone, or does not get done in time, is done here.
        """
        self._check_pid()
        me, deadline = threading.get_ident(), self._clock.monotonic() + timeout
        with self._lock:
            again, self._closed = self._closed, True
            if again:
                if me not in self._telling:  # a callback that the close waits for
                    self._await_others(self._closing, deadline)
                if not last:
                    return
            self._closing.append(me)
            self._work.notify()
        try:
            self.drain(max(0.0, deadline - self._clock.monotonic()))
            with self._lock:
                lost = self._buffer.abandon()
                self._wake_at = None
                self._await_others(self._telling, deadline)
            self._notices.lose(lost, buffer.SHUTDOWN)
        finally:
            with self._lock:
                self._closing.remove(me)
                self._turn.notify_all()
        self._on_end(self)

    def retire(self) -> None:
        """Nobody holds the client any more: send what waits, then end. May be called by the garbage collector."""
        with self._lock:
            self._retired = True
            self._work.notify()
            alone, waits = not self._worker_wanted, self._buffer.queued > 0
        if alone and waits:
            # Not threading.Thread: that takes a lock which the interrupted code may hold. If there is no thread to be
            # had, the exit of the interpreter sends them.
            with suppress(RuntimeError):
                _thread.start_new_thread(self._run, ())
        elif alone:
            self._on_end(self)

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

    def _await_others(self, threads: list[int], deadline: float) -> None:
        """Wait, holding the lock, until no other thread is in `threads`: the process may be about to end."""
        me = threading.get_ident()
        while any(thread != me for thread in threads) and (left := deadline - self._clock.monotonic()) > 0:
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
        self._exchange.close()
        with self._lock:
            if self._buffer.on_wire is not None:  # KeyboardInterrupt, GreenletExit: the host stopped us
                self._buffer.put_back(self._buffer.on_wire)
            self._sending = False
            if telling:
                self._telling.append(threading.get_ident())
            if not self._backoff.on:
                waits = self._buffer.queued > 0
                self._wake_at = self._clock.monotonic() + self._settings.batch_interval if waits else None
            self._turn.notify_all()
            self._work.notify()

    def _attempt(self, batch: Batch, timeout: float, calls: list[Callable[[], None]]) -> bool:
        """Send one batch and settle it; False if it has to be sent again."""
        verdict = self._exchange.carry(batch, timeout)
        if verdict.outcome is Outcome.FAILED:
            if self._fail(batch, verdict.asked):
                self._exchange.warn_of_failure(verdict)
            return False
        with self._lock:
            self._backoff.end()
            self._settle(batch, verdict, calls)
        return True

    def _fail(self, batch: Batch, asked: float | None) -> bool:
        """Let the batch wait, unless it was abandoned; `asked`: seconds the server asked for."""
        random = self._backoff.draw()
        with self._lock:
            now, interval = self._clock.monotonic(), self._settings.batch_interval
            self._wake_at = self._backoff.lengthen(now, interval, asked, random)
            return self._buffer.put_back(batch)

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
                calls.append(lambda: self._notices.reject(rejected, verdict.status))
        elif self._buffer.drop(batch, reason):
            calls.append(lambda: self._notices.lose(list(batch.events), reason, verdict.status, verdict.said))

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
            and not self._backoff.on
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
                self.close(RETIRE_TIMEOUT)
        finally:
            # Killed (a greenlet can be) or ended by a callback that exits: the next event starts another.
            with self._lock:
                self._worker_wanted = False

    def _work_off(self, upto: int, *, full: bool) -> None:
        try:
            self._send(upto, full=full)
        except Exception:  # noqa: BLE001 - a defect of ours must neither end delivery for good nor spin
            with self._lock:
                self._wake_at = self._backoff.lengthen(self._clock.monotonic(), retry.MAX_DELAY, None, 0.0)
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
