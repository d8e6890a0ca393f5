"""Breaks the SDK on purpose, one way at a time, and expects the tests that promise otherwise to fail.

A mutant is a copy of the package with one piece of text replaced. Each of its tests must fail on it; that they pass on
the real package, the rest of the suite shows.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from conformance_runner import SCENARIOS
from test_known_bugs import COVERED

pytestmark = pytest.mark.mutants

HERE = Path(__file__).resolve().parent
PACKAGE = HERE.parent / "src" / "audioscape"


class Mutant(NamedTuple):
    """`old` stands in `file` exactly once; with `new` in its place each of `tests` must fail."""

    name: str
    file: str
    old: str
    new: str
    #: Names of scenarios, or nodes below this folder.
    tests: tuple[str, ...]


def mutant(name, file, old, new, *tests):
    return Mutant(name, file, old, new, tests)


MUTANTS = [
    # -- when it sends
    mutant(
        "sends at once",
        "delivery.py",
        "self._wake_at = self._clock.monotonic() + self._settings.batch_interval\n            self._work",
        "self._wake_at = self._clock.monotonic()\n            self._work",
        "01-first-request-at-30",
        "01-timer-starts-with-the-first-event",
    ),
    mutant(
        "no floor of the interval",
        "settings.py",
        "MIN_INTERVAL = 5.0",
        "MIN_INTERVAL = 0.0",
        "01-interval-never-under-5",
    ),
    mutant(
        "newest first",
        "buffer.py",
        "[self.waiting.popleft() for",
        "[self.waiting.pop() for",
        "02-batches-in-order",
        "25-concurrent-producers",
    ),
    mutant(
        "no early flush",
        "delivery.py",
        "2 * self._buffer.queued >= settings.max_queue_size",
        "False",
        "02-early-flush-at-half",
        "02-early-flush-has-no-floor",
        "test_fork.py::test_preloaded_workers_send_on_their_own",
    ),
    mutant(
        "early flush sends the rest too", "delivery.py", 'full=due == "early"', "full=False", "02-early-flush-at-half"
    ),
    mutant(
        "early flush in backoff", "delivery.py", "            and not self._backoff.on\n", "", "17-overflow-in-backoff"
    ),
    mutant(
        "stamps when it sends",
        "exchange.py",
        "        if compressed:\n",
        '        import re\n        body = re.sub(rb\'(?<="timestamp":)[0-9.]+\', b"%d" % self._clock.time(), body)\n        if compressed:\n',
        "03-timestamps-survive-an-outage",
    ),
    # -- what it sends
    mutant(
        "ids stay numbers",
        "events.py",
        'encode_basestring(_id("player_id", player_id)[:MAX_PLAYER_ID_LENGTH])',
        '_id("player_id", player_id)',
        "04-session-example",
        "20-poison-is-mended",
    ),
    mutant("universe misnamed", "client.py", '"X-Universe-Id"', '"X-Universe"', "04-session-example"),
    mutant("never compresses", "batch.py", "if not compress or", "if True or", "04-gzip-above-1-kb"),
    mutant(
        "only 200 is success",
        "retry.py",
        "if 200 <= status < 300:",
        "if status == 200:",
        "05-any-2xx-is-success",
        "test_known_bugs.py::test_09_a_202_is_success[202]",
    ),
    mutant(
        "a key for each attempt",
        "exchange.py",
        '"Idempotency-Key": batch.key',
        '"Idempotency-Key": __import__("uuid").uuid4().hex',
        "06-same-bytes-after-500",
        "10-reset-after-store",
        "11-truncated-answer",
    ),
    mutant(
        "frozen anew after a failure",
        "buffer.py",
        "self.frozen.appendleft(batch)",
        "self.frozen.appendleft(Batch.freeze(batch.events))",
        "06-a-flush-stops-at-a-failure",
        "10-reset-after-store",
        "test_known_bugs.py::test_08_delivered_batches_are_not_resent_when_a_later_one_fails",
    ),
    # -- after a failure
    mutant("linear backoff", "retry.py", "2.0 ** min(failures, 16)", "2.0 * failures", "07-delays-double-to-300"),
    mutant(
        "no cap",
        "retry.py",
        "MAX_DELAY = 300.0",
        "MAX_DELAY = 30000.0",
        "07-delays-double-to-300",
        "09-retry-after-capped",
    ),
    mutant(
        "jitter upward on backoff",
        "retry.py",
        "(1 - JITTER * random)",
        "(1 + JITTER * random)",
        "07-jitter-shortens-backoff",
    ),
    mutant(
        "success does not reset",
        "delivery.py",
        "            self._backoff.end()\n            self._settle",
        "            self._settle",
        "08-success-resets",
    ),
    mutant(
        "Retry-After instead of backoff",
        "retry.py",
        "max(backoff, (asked or 0.0) * (1 + JITTER * random))",
        "(asked or backoff)",
        "09-retry-after-shorter-than-backoff",
    ),
    mutant(
        "Retry-After ignored", "retry.py", "(asked or 0.0)", "0.0", "09-retry-after-seconds", "09-retry-after-on-503"
    ),
    mutant(
        "dates not read", "retry.py", "date = parsedate_to_datetime(value)", "raise ValueError", "09-retry-after-date"
    ),
    mutant(
        "jitter below Retry-After",
        "retry.py",
        "(1 + JITTER * random)",
        "(1 - JITTER * random)",
        "09-jitter-never-undercuts-retry-after",
        "09-jitter-lengthens-retry-after",
    ),
    mutant(
        "flush ignores Retry-After",
        "delivery.py",
        "held_off = self._clock.monotonic() < self._backoff.not_before",
        "held_off = False",
        "09-flush-respects-retry-after",
    ),
    mutant(
        "flush waits out a backoff",
        "delivery.py",
        "held_off = self._clock.monotonic() < self._backoff.not_before",
        "held_off = self._backoff.on",
        "09-flush-skips-backoff",
    ),
    mutant(
        "no answer is final",
        "exchange.py",
        "return Verdict(Outcome.FAILED, said=said)",
        'return Verdict(Outcome.DROPPED, reason="refused")',
        "11-server-down-then-up",
        "11-nobody-listens",
        "11-name-does-not-resolve",
        "11-request-times-out",
        "10-reset-before-store",
        "test_known_bugs.py::test_17_whatever_the_transport_raises_or_says_is_retried[RuntimeError]",
    ),
    mutant(
        "a cut answer is an answer",
        "transport.py",
        "if cut or (answer.length and len(body) <= MAX_ANSWER_BYTES):",
        "if False:",
        "11-truncated-answer",
        "test_transport.py::test_no_complete_answer_is_an_error[half a head]",
    ),
    mutant(
        "an early answer is not read",
        "transport.py",
        "with suppress(BrokenPipeError, ConnectionResetError):",
        "if True:",
        "test_transport.py::test_an_answer_that_comes_before_the_body_was_read_is_an_answer",
    ),
    mutant(
        "waits no time after a failure",
        "backoff.py",
        "next_at = now + retry.delay(self._failures, interval, asked, random)",
        "next_at = now",
        "test_known_bugs.py::test_18_waiting_for_a_dead_server_does_not_spin",
    ),
    # -- what an answer means
    mutant(
        "400 and 408 are retried",
        "retry.py",
        "if status == 429 or",
        "if status in (400, 408, 429) or",
        "12-400-drops-next-flows",
        "12-other-4xx-drop",
    ),
    mutant(
        "429 drops",
        "retry.py",
        "if status == 429 or",
        "if",
        "09-retry-after-seconds",
        "test_known_bugs.py::test_17_whatever_the_transport_raises_or_says_is_retried[429]",
    ),
    mutant(
        "401 is retried",
        "retry.py",
        "if status in (401, 403):",
        "if False:",
        "13-401-drops-and-logs-once",
        "13-403-drops-and-logs-once",
    ),
    mutant(
        "401 logs again and again",
        "notices.py",
        "identity, what = (0, UNAUTHORIZED)",
        "identity, what = (id(object()) + count, UNAUTHORIZED)",
        "13-401-drops-and-logs-once",
    ),
    mutant(
        "logs without limit",
        "journal.py",
        "if now < self._next.get(kind, now):",
        "if False:",
        "test_known_bugs.py::test_logs_stay_below_error_are_rate_limited_and_hold_no_key",
    ),
    mutant(
        "413 drops at once",
        "delivery.py",
        "if len(batch.events) > 1:",
        "if False:",
        "14-413-halves-to-one-then-drops",
        "14-413-halves-deliver",
    ),
    mutant("second half first", "buffer.py", "reversed(batch.halves())", "batch.halves()", "14-413-halves-deliver"),
    mutant(
        "index off by one",
        "retry.py",
        "errors.setdefault(int(match[1]),",
        "errors.setdefault(int(match[1]) - 1,",
        "15-partial-202",
        "15-partial-202-second-batch",
    ),
    mutant("details ignored", "retry.py", 'and body.get("details") and', "and False and", "16-all-rejected-400"),
    # -- endpoint and key
    mutant(
        "a host by default",
        "options.py",
        "    if not endpoint:\n",
        '    endpoint = endpoint or "http://127.0.0.1:8000"\n    if not endpoint:\n',
        "28-no-host-but-a-named-one",
    ),
    mutant("white space stays", "options.py", '(given or "").strip()', '(given or "")', "28-read-from-a-file"),
    mutant(
        "any key will do",
        "options.py",
        'if not key.isascii() or not key.isprintable() or " " in key:',
        "if False:",
        "28-a-wrong-key",
    ),
    mutant(
        "the key in an error",
        "options.py",
        "which these {len(key)} characters are not",
        "not {key}",
        "28-a-wrong-key",
        "test_known_bugs.py::test_the_key_is_in_no_representation_and_no_constructor_error",
    ),
    # -- refusals
    mutant(
        "silent about refused batches",
        "notices.py",
        "            self._log_refusal(",
        "            self._url or self._log_refusal(",
        "29-each-reason-once",
        "29-also-with-callbacks",
        "29-wrong-path",
        "29-too-large",
    ),
    mutant(
        "silent about refused events without a callback",
        "notices.py",
        "        for message in dict.fromkeys(message for _, message in rejected):",
        "        for message in dict.fromkeys(message for _, message in rejected if self._on_rejected):",
        "29-each-reason-once",
        "29-refused-by-the-sdk",
    ),
    mutant(
        "each refusal is logged",
        "journal.py",
        "if reason in self._reasons or",
        "if",
        "29-each-reason-once",
        "29-wrong-path",
        "29-refused-by-the-sdk",
    ),
    mutant(
        "each value is a reason",
        "journal.py",
        'VALUE_FOUND.sub("", said)',
        "said",
        "29-other-values-are-no-other-reason",
    ),
    mutant("reasons without end", "journal.py", "MAX_REASONS = 20", "MAX_REASONS = 200", "29-no-flood-of-reasons"),
    mutant("no hint at the endpoint", "notices.py", "WRONG_PATH = (404, 405)", "WRONG_PATH = ()", "29-wrong-path"),
    mutant("no cut", "journal.py", "words[:QUOTED]", "words", "29-the-servers-text-is-cut"),
    mutant(
        "cut before the key is replaced",
        "journal.py",
        "self._clean(text).split()",
        "self._clean(text[:QUOTED]).split()",
        "29-the-key-in-an-answer",
    ),
    mutant(
        "the key in the log",
        "journal.py",
        'return text.replace(self._secret, "***") if len(self._secret) >= SECRET_LENGTH else text',
        "return text",
        "29-the-key-in-an-answer",
        "test_known_bugs.py::test_logs_stay_below_error_are_rate_limited_and_hold_no_key",
    ),
    # -- debug, dry run, before_send, super-properties, enabled
    mutant(
        "debug says nothing of answers",
        "exchange.py",
        '        self._journal.debug("answer %d',
        '        verdict or self._journal.debug("answer %d',
        "30-track-send-answer",
    ),
    mutant("always debugging", "journal.py", "        if self.debugging:\n", "        if True:\n", "30-silent-without"),
    mutant(
        "a dry run sends",
        "client.py",
        "            transport = DryRun()\n",
        "            pass\n",
        "31-everything-but-the-network",
    ),
    mutant(
        "a failing hook lets events through",
        "intake.py",
        "            self._delivery.withhold(event)\n            return None\n        return",
        "            return event\n        return",
        "32-fails",
        "32-returns-nonsense",
    ),
    mutant(
        "what the hook drops is not counted",
        "intake.py",
        "                self._delivery.withhold(event)\n",
        "",
        "32-drops",
    ),
    mutant(
        "what the hook returns is ignored",
        "intake.py",
        "        return self._encoded(fields, {})",
        "        return event",
        "32-edits",
        "32-spoils",
    ),
    mutant("a failing hook is not logged", "intake.py", "once=True, error=True", "kind=1", "32-fails"),
    mutant("a failing hook is logged again", "intake.py", "once=True, error=True", "error=True", "32-fails"),
    mutant(
        "super-properties win",
        "events.py",
        "(own.get(key) or inherited[key])",
        "(inherited.get(key) or own[key])",
        "33-merged-into-every-event",
    ),
    mutant(
        "an eleventh key",
        "events.py",
        "[: MAX_METADATA_KEYS - len(keys)]",
        "",
        "33-ten-keys-in-all",
    ),
    mutant(
        "super-properties in any order",
        "intake.py",
        "dict(sorted({**self._properties, **usable}.items()))",
        "{**self._properties, **usable}",
        "33-ten-keys-in-all",
    ),
    mutant(
        "unregister does nothing",
        "intake.py",
        "if key != name}",
        "if key}",
        "33-merged-into-every-event",
    ),
    mutant("silent about what is left out", "intake.py", "if left_out:", "if False:", "33-unusable-values"),
    mutant(
        "never off",
        "intake.py",
        "if not self.enabled:",
        "if False:",
        "34-off-does-nothing",
        "34-off-keeps-what-waits",
    ),
    # -- the queue
    mutant(
        "the frozen batch stays",
        "buffer.py",
        "            if self.frozen:\n                batch",
        "            if False:\n                batch",
        "17-overflow-in-backoff",
        "17-a-frozen-batch-goes-whole",
    ),
    mutant(
        "what is on the wire does not count",
        "buffer.py",
        "return len(self.waiting) + self._unsettled",
        "return len(self.waiting)",
        "18-overflow-while-a-request-hangs",
    ),
    mutant(
        "unbounded",
        "buffer.py",
        "return self.evict() if self.queued > self.capacity else []",
        "return []",
        "17-overflow-in-backoff",
        "18-all-on-the-wire",
    ),
    mutant(
        "rejected is not counted",
        "buffer.py",
        "self._rejected += rejected",
        "pass",
        "15-partial-202",
        "19-counters-always-add-up",
    ),
    mutant(
        "closed is not counted",
        "buffer.py",
        "self._dropped[reason] += 1\n\n    def take",
        "pass\n\n    def take",
        "19-counters-always-add-up",
        "24-track-after-close",
    ),
    mutant(
        "a failed batch goes to the end",
        "buffer.py",
        "self.frozen.appendleft(batch)",
        "self.waiting.extend(batch.events); self._unsettled -= len(batch.events)",
        "25-concurrent-producers-with-faults",
    ),
    mutant(
        "delivered batches stay",
        "buffer.py",
        "        self._accepted += len(batch.events) - rejected\n",
        "        self._accepted += len(batch.events) - rejected\n        self.frozen.append(batch)\n        self._unsettled += len(batch.events)\n",
        "test_known_bugs.py::test_08_delivered_batches_are_not_resent_when_a_later_one_fails",
    ),
    mutant(
        "refused is pending for ever",
        "buffer.py",
        "        self._tracked += 1\n        self._rejected += 1\n",
        "        self._tracked += 1\n        self._unsettled += 1\n",
        "test_known_bugs.py::test_03_an_oversized_event_does_not_hang_flush",
    ),
    mutant(
        "the wire is not waited for",
        "buffer.py",
        "return self._unsettled == 0 and self.appended",
        "return self.appended",
        "test_known_bugs.py::test_15_flush_returns_when_all_before_it_is_settled",
    ),
    # -- poison
    mutant(
        "NaN is a number",
        "events.py",
        "return float.__repr__(real) if math.isfinite(real) else None",
        "return float.__repr__(real)",
        "20-poison-is-mended",
    ),
    mutant(
        "no limit of size",
        "events.py",
        "MAX_EVENT_BYTES = 32_768",
        "MAX_EVENT_BYTES = 1 << 30",
        "20-poison-is-rejected",
    ),
    mutant(
        "exceptions of arguments escape",
        "events.py",
        "except Exception as error:",
        "except ZeroDivisionError as error:",
        "test_known_bugs.py::test_10_track_never_raises[hostile]",
    ),
    mutant(
        "half characters escape",
        "events.py",
        "except UnicodeEncodeError:",
        "except ZeroDivisionError:",
        "20-poison-is-mended",
    ),
    # -- shutdown
    mutant(
        "a request outlives the deadline",
        "delivery.py",
        "min(left, self._route.timeout)",
        "self._route.timeout",
        "21-hung-endpoint-at-shutdown",
    ),
    mutant(
        "the turn is waited for without end",
        "delivery.py",
        "if left is not None and left <= 0:\n                return False",
        "if False:\n                return False",
        "21-hung-request-before-shutdown",
    ),
    mutant(
        "a late answer counts",
        "buffer.py",
        "        if self.on_wire is not batch:\n            return False\n",
        "",
        "21-late-answer-changes-nothing",
    ),
    mutant(
        "two attempts",
        "delivery.py",
        "SHUTDOWN_ATTEMPTS = 3",
        "SHUTDOWN_ATTEMPTS = 2",
        "22-third-attempt-delivers",
        "22-three-failures-give-up",
    ),
    mutant(
        "endless attempts",
        "delivery.py",
        "SHUTDOWN_ATTEMPTS = 3",
        "SHUTDOWN_ATTEMPTS = 1 << 60",
        "test_exit.py::test_an_absent_server_does_not_hold_the_exit",
    ),
    mutant(
        "attempts are not counted anew",
        "delivery.py",
        "failed = 0 if self._attempt(batch, min(left, self._route.timeout), calls) else failed + 1",
        "failed += not self._attempt(batch, min(left, self._route.timeout), calls)",
        "22-attempts-count-in-a-row",
    ),
    mutant(
        "shutdown waits for the backoff",
        "delivery.py",
        "            if not self._take_turn(deadline):\n                return\n",
        "            if self._failures or not self._take_turn(deadline):\n                return\n",
        "23-shutdown-in-backoff",
        "23-shutdown-in-retry-after",
        "test_known_bugs.py::test_05_close_interrupts_a_backoff",
    ),
    mutant("two may send", "delivery.py", "while self._sending:", "while False:", "23-shutdown-in-flight"),
    mutant(
        "closed clients take events",
        "delivery.py",
        "            if self._closed:\n                self._buffer.turn_away(",
        "            if False:\n                self._buffer.turn_away(",
        "24-track-after-close",
    ),
    # -- the player
    mutant(
        "pauses are listened to",
        "player.py",
        "0.0 if self._paused else",
        "0.0 if False else",
        "26-player-leave-while-paused",
    ),
    mutant(
        "loading is listened to",
        "player.py",
        "self._listened, self._since = 0.0, self._monotonic()",
        "self._listened = 0.0",
        "26-player-loading-is-not-listening",
    ),
    mutant("a skip is a stop", "player.py", 'self._end("skip")', 'self._end("stop")', "26-player-skip-at-12"),
    mutant(
        "silent tracks emit",
        "player.py",
        "if cue is not None and self._sounding:",
        "if cue is not None:",
        "26-player-skip-while-loading",
        "26-player-failed-load",
    ),
    mutant(
        "loops are silent",
        "player.py",
        'elif event == "looped":\n                self._looped()',
        'elif event == "looped":\n                pass',
        "26-player-loop",
    ),
    mutant("no next track", "player.py", "while self._advance and self._queue and", "while False and", "26-player-end"),
    mutant(
        "stop empties the queue",
        "player.py",
        '                self._end("stop")\n                self._ask(self._playback.stop)',
        '                self._end("stop")\n                self._queue.clear()\n                self._ask(self._playback.stop)',
        "26-player-stop-keeps-the-queue",
    ),
    mutant(
        "players are kept",
        "client.py",
        "        return Player(player_id, playback or SilentPlayback(), self._track, self._clock.monotonic, self._warn)",
        "        self.players = [*getattr(self, 'players', []), Player(player_id, playback or SilentPlayback(), self._track, self._clock.monotonic, self._warn)]\n        return self.players[-1]",
        "test_known_bugs.py::test_17_players_who_left_leave_nothing_behind",
    ),
    # -- callbacks
    mutant(
        "callbacks may break us",
        "notices.py",
        "            callback(*args)\n        except Exception:",
        "            callback(*args)\n        except ZeroDivisionError:",
        "27-throwing-callbacks",
    ),
    mutant(
        "close does not wait for callbacks",
        "delivery.py",
        "                self._await_others(self._telling, deadline)\n",
        "",
        "test_known_bugs.py::test_close_waits_for_the_callbacks_of_the_worker",
    ),
    # -- processes
    mutant(
        "children send inherited events",
        "delivery.py",
        "self._buffer = Buffer(self._settings.max_queue_size)",
        "self._buffer = getattr(self, '_buffer', None) or Buffer(self._settings.max_queue_size)",
        "test_fork.py::test_a_child_drops_inherited_events_and_sends_its_own",
    ),
    mutant(
        "children have no worker",
        "delivery.py",
        "        self._worker_wanted = False\n        self._retired",
        "        self._worker_wanted = getattr(self, '_worker_wanted', False)\n        self._retired",
        "test_fork.py::test_preloaded_workers_send_on_their_own",
    ),
    mutant(
        "children inherit the lock",
        "delivery.py",
        "self._lock = threading.RLock()",
        "self._lock = getattr(self, '_lock', None) or threading.RLock()",
        "test_fork.py::test_a_fork_while_the_lock_is_held_does_not_lock_the_child",
    ),
    mutant(
        "children close their parent's reader",
        "transport.py",
        "if wire is not None and os.getpid() != self._pid:",
        "if wire is None:",
        "test_fork.py::test_a_fork_in_the_middle_of_an_answer_does_not_lock_the_child",
    ),
    mutant(
        "the process id is not looked at",
        "delivery.py",
        "if os.getpid() != self._pid:",
        "if False:",
        "test_fork.py::test_a_fork_that_bypasses_the_hook_is_noticed",
    ),
    mutant(
        "the wait blocks gevent",
        "clock.py",
        "        condition.wait(seconds)",
        "        from gevent import monkey\n        condition.release()\n        monkey.get_original('time', 'sleep')(30)\n        condition.acquire()",
        "test_gevent.py::test_a_worker_sends_by_itself[before]",
    ),
    mutant(
        "a killed greenlet keeps its batch",
        "delivery.py",
        "                self._buffer.put_back(self._buffer.on_wire)\n            self._sending",
        "                pass\n            self._sending",
        "test_gevent.py::test_a_killed_greenlet_leaves_the_batch_to_others",
        "test_known_bugs.py::test_a_defect_while_an_answer_is_settled_neither_loses_nor_spins",
    ),
    mutant(
        "a thread that cannot start raises",
        "delivery.py",
        "        except RuntimeError:\n            # The interpreter",
        "        except ZeroDivisionError:\n            # The interpreter",
        "test_exit.py::test_no_thread_is_started_while_the_interpreter_exits",
    ),
    mutant(
        "children of multiprocessing are not watched",
        "delivery.py",
        "        self._on_start()\n",
        "",
        "test_fork.py::test_a_child_of_multiprocessing_sends_before_it_ends",
    ),
    mutant(
        "a killed worker is not replaced",
        "delivery.py",
        "            with self._lock:\n                self._worker_wanted = False\n\n    def _work_off",
        "            pass\n\n    def _work_off",
        "test_known_bugs.py::test_a_worker_that_was_killed_is_replaced",
    ),
    mutant(
        "no exit hook",
        "lifecycle.py",
        "    atexit.register(_at_exit)\n",
        "",
        "test_exit.py::test_events_are_sent_when_the_program_ends",
    ),
    mutant(
        "hooks hold clients",
        "lifecycle.py",
        "_live: weakref.WeakSet[Delivery] = weakref.WeakSet()",
        "_live: set[Delivery] = set()",
        "test_known_bugs.py::test_07_a_client_that_was_never_used_leaves_nothing",
    ),
    mutant(
        "workers outlive their client",
        "client.py",
        "        weakref.finalize(self, lifecycle.adopt, self._delivery).atexit = False\n",
        "",
        "test_known_bugs.py::test_07_a_client_nobody_holds_is_collected",
    ),
    mutant(
        "a trickle lasts",
        "transport.py",
        "        self._wire.raw.settimeout(_left(self._wire.deadline))\n        count",
        "        self._wire.raw.settimeout(5)\n        count",
        "test_known_bugs.py::test_04_flush_is_bounded_even_if_the_server_trickles",
    ),
    mutant(
        "a signal is swallowed",
        "signals.py",
        "elif self._previous == signal.SIG_DFL:",
        "elif False:",
        "test_exit.py::TestSignals::test_sigterm_drains_and_then_kills_as_it_would_have",
    ),
    mutant(
        "a signal drains in its handler",
        "signals.py",
        "_thread.start_new_thread(self._drain, (number,))",
        "__import__('threading').Thread(target=self._drain, args=(number,)).run()",
        "test_exit.py::TestSignals::test_a_signal_in_the_middle_of_a_track_call_does_not_deadlock",
    ),
    mutant(
        "the worker keeps the process",
        "delivery.py",
        "daemon=True",
        "daemon=False",
        "test_known_bugs.py::test_16_the_worker_does_not_keep_the_process",
    ),
    # -- the last close
    mutant(
        "a second close does not wait",
        "delivery.py",
        "                    self._await_others(self._closing, deadline)\n",
        "                    pass\n",
        "test_last_close.py::test_a_second_close_returns_when_the_first_is_done",
        "test_last_close.py::test_the_end_waits_for_what_a_close_has_to_say",
    ),
    mutant(
        "the exit leaves a close to others",
        "delivery.py",
        "                if not last:\n                    return\n",
        "                return\n",
        "test_last_close.py::test_a_close_that_is_interrupted_is_taken_up_again[c.close()]",
        "test_last_close.py::test_what_cannot_be_delivered_by_the_end_is_said[closes in a daemon thread]",
    ),
    mutant(
        "the exit does not wait at all",
        "delivery.py",
        "            if again:\n",
        "            if again:\n                return\n",
        "test_last_close.py::test_a_program_that[closes in a daemon thread]",
        "test_last_close.py::test_a_program_that[leaves a with block in a daemon thread]",
    ),
    mutant(
        "a callback that closes waits for itself",
        "delivery.py",
        "if me not in self._telling:",
        "if True:",
        "test_last_close.py::test_a_callback_may_close_while_a_close_waits_for_it[another that it waits for]",
    ),
    mutant(
        "nobody holds a collected client",
        "lifecycle.py",
        "    _orphans.add(delivery)\n",
        "",
        "test_last_close.py::test_a_client_is_collected_when_no_thread_can_be_had",
    ),
    mutant(
        "an orphan for ever",
        "lifecycle.py",
        "    _orphans.discard(delivery)\n",
        "    pass\n",
        "test_known_bugs.py::test_07_a_client_nobody_holds_is_collected",
    ),
    mutant(
        "a collected client without a worker is forgotten",
        "delivery.py",
        "        if alone and waits:",
        "        if False:",
        "test_last_close.py::test_a_client_is_collected_when_no_thread_can_be_had",
        "test_last_close.py::test_a_collected_client_whose_worker_was_ended_by_a_callback_is_drained",
    ),
    mutant(
        "warns of an answer that comes too late",
        "delivery.py",
        "if self._fail(batch, verdict.asked):",
        "if self._fail(batch, verdict.asked) or True:",
        "test_last_close.py::test_an_answer_that_comes_after_the_close_is_not_warned_of",
    ),
    # -- signals and pools
    mutant(
        "dies of a signal without a word",
        "signals.py",
        "finish if self._previous == signal.SIG_DFL else Delivery.drain",
        "Delivery.drain",
        "test_last_close.py::test_a_signal_that_ends_the_program_says_what_is_lost",
    ),
    mutant(
        "no lookout",
        "signals.py",
        "    _lookout.start()\n",
        "",
        "test_exit.py::TestSignals::test_a_signal_that_wakes_another_thread_is_not_overlooked[plain]",
    ),
    mutant(
        "the lookout does not know what was handled",
        "signals.py",
        "        self._hear(self._ears)\n",
        "",
        "test_exit.py::TestSignals::test_the_handler_of_the_host_gets_the_signal_once",
    ),
    mutant(
        "signals of a child go to its parent",
        "signals.py",
        "        _watch_forks()\n",
        "",
        "test_exit.py::TestSignals::test_a_signal_of_a_forked_child_is_not_taken_for_one_of_the_parent",
    ),
    mutant(
        "the drained signal is sent once",
        "signals.py",
        "            while self._draining:",
        "            if self._draining:",
        "test_exit.py::TestSignals::test_a_signal_that_the_main_thread_overlooks_is_sent_again",
    ),
    mutant(
        "a client may be pickled",
        "client.py",
        "    def __reduce__(self)",
        "    def reduce(self)",
        "test_pool.py::test_a_client_that_would_be_pickled_says_what_to_do",
    ),
    mutant(
        "the workers of a pool die at once",
        "signals.py",
        "            signal.signal(number, handler)\n        handler",
        "        handler",
        "test_pool.py::test_workers_that_make_a_client_send_before_they_are_ended[spawn]",
        "test_pool.py::test_forked_workers_that_inherit_a_client_send_before_they_are_ended[]",
    ),
]


def node(test: str) -> str:
    return f"test_conformance.py::test_scenario[{test}]" if test in SCENARIOS else test


@pytest.mark.parametrize("broken", MUTANTS, ids=lambda broken: broken.name.replace(" ", "-"))
def test_a_mutant_is_noticed(broken, tmp_path):
    copy = tmp_path / "audioscape"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    source = (copy / broken.file).read_text("utf-8")
    assert source.count(broken.old) == 1, f"{broken.file} holds this {source.count(broken.old)} times: {broken.old}"
    (copy / broken.file).write_text(source.replace(broken.old, broken.new), "utf-8")
    options = ["-q", "--tb=no", "-rf", "-p", "no:cacheprovider", "--rootdir", HERE, "-c", os.devnull]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *[str(HERE / node(test)) for test in broken.tests]],
        env={
            **os.environ,
            "AUDIOSCAPE_SRC": str(tmp_path),
            "AUDIOSCAPE_TEST_PATIENCE": "1.5",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    failed = re.search(r"(\d+) failed", result.stdout)
    assert failed, f"no test failed:\n{result.stdout[-2000:]}{result.stderr[-2000:]}"
    assert int(failed[1]) == len(broken.tests), f"some passed:\n{result.stdout[-2000:]}"


def test_every_promise_has_a_mutant():
    killed = {SCENARIOS[test]["scenario"] for broken in MUTANTS for test in broken.tests if test in SCENARIOS}
    assert killed == set(range(1, 35))


def test_every_known_bug_has_a_mutant():
    killed = {node(test).partition("[")[0] for broken in MUTANTS for test in broken.tests}
    assert {number: test for number, test in COVERED.items() if test.partition("[")[0] not in killed} == {}
