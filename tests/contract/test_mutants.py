"""Breaks the server on purpose, one defect at a time, and demands that the test that promises otherwise fails.

Run with ``pytest -m mutants``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mutants import Mutant, require_makeable, require_noticed

if TYPE_CHECKING:
    from pathlib import Path


def event(name: str) -> str:
    return f"unit/test_events.py::test_{name}"


def body_text(name: str) -> str:
    return f"unit/test_events_envelope.py::test_{name}"


def cost(name: str) -> str:
    return f"unit/test_events_cost.py::test_{name}"


def answer(name: str) -> str:
    return f"contract/test_answers.py::test_{name}"


def body(name: str) -> str:
    return f"contract/test_body.py::test_{name}"


def served(name: str) -> str:
    return f"unit/test_served_lists.py::test_{name}"


def unit_body(name: str) -> str:
    return f"unit/test_bodies.py::test_{name}"


def key(name: str) -> str:
    return f"contract/test_keys.py::test_{name}"


def limit(name: str) -> str:
    return f"contract/test_limits.py::test_{name}"


def installation(name: str) -> str:
    return f"integration/control/test_installation.py::test_{name}"


def migration(name: str) -> str:
    return f"integration/control/test_migrations.py::test_{name}"


def in_doubt() -> str:
    return "unit/test_intake.py::test_while_the_clock_is_in_doubt"


def connection(name: str) -> str:
    return f"contract/test_connections.py::test_{name}"


def reading(name: str) -> str:
    return f"unit/test_reading.py::test_{name}"


def again(name: str) -> str:
    return f"contract/test_idempotency.py::test_{name}"


def read(name: str) -> str:
    return f"integration/api/test_{name}"


MUTANTS = [
    # What the wire says
    Mutant("501 events", "ingest/events/wire.py", "MAX_EVENTS = 500", "MAX_EVENTS = 501", body_text("more_than_500_events")),
    Mutant("499 events", "ingest/events/wire.py", "MAX_EVENTS = 500", "MAX_EVENTS = 499", body_text("takes_1_to_500_events")),
    Mutant("type of 129", "ingest/events/wire.py", "MAX_TYPE_CHARS = 128", "MAX_TYPE_CHARS = 129", event("refuses")),
    Mutant("type of 127", "ingest/events/wire.py", "MAX_TYPE_CHARS = 128", "MAX_TYPE_CHARS = 127", event("accepts")),
    Mutant("asset of 20 digits", "ingest/events/wire.py", "MAX_ASSET_DIGITS = 19", "MAX_ASSET_DIGITS = 20", event("refuses")),
    Mutant("asset of 2^63", "ingest/events/wire.py", "MAX_ASSET_ID = 2**63 - 1", "MAX_ASSET_ID = 2**63", event("refuses")),
    Mutant("other scripts' digits", "ingest/events/rules.py", " and digits.isascii()", "", event("refuses")),
    Mutant("player of 255", "ingest/events/wire.py", "MAX_PLAYER_CHARS = 256", "MAX_PLAYER_CHARS = 255", event("accepts")),
    Mutant("11 keys", "ingest/events/wire.py", "MAX_METADATA_KEYS = 10", "MAX_METADATA_KEYS = 11", event("refuses")),
    Mutant("a second too old", "ingest/events/wire.py", "7 * 86_400", "7 * 86_400 + 1", event("refuses")),
    Mutant("a second too early", "ingest/events/wire.py", "MAX_AHEAD_S = 300", "MAX_AHEAD_S = 301", event("refuses")),
    Mutant("the week ends within a second", "ingest/events/rules.py", "now // 1 - MAX_AGE_S", "now - MAX_AGE_S", event("the_oldest")),
    Mutant("duration of zero", "ingest/events/rules.py", "not 0 <= duration", "not 0 < duration", event("accepts")),
    Mutant("negative duration", "ingest/events/rules.py", "not 0 <= duration", "not -1 <= duration", event("refuses")),
    Mutant("400 days and a second", "ingest/events/wire.py", "MAX_DURATION_S = 34_560_000", "MAX_DURATION_S = 34_560_001", event("refuses")),
    Mutant("399 days", "ingest/events/wire.py", "MAX_DURATION_S = 34_560_000", "MAX_DURATION_S = 34_473_600", event("accepts")),
    Mutant("sideways", "ingest/events/rules.py", 'Literal["up", "down"]', "str", event("refuses")),
    Mutant("long echo", "ingest/events/wire.py", "ECHO_CHARS = 40", "ECHO_CHARS = 400", event("a_message_is_short")),
    Mutant("raw echo", "ingest/events/rejected.py", "char.isprintable() and ", "", event("a_message_is_short")),
    Mutant("bad UTF-8 where nobody looks", "ingest/events/judge.py", "    _require_utf8(body)\n", "", body_text("what_is_not_json")),
    Mutant("empty batch", "ingest/events/judge.py", 'if not batch:\n        raise missing("events")', 'if batch is None:\n        raise missing("events")', body_text("a_body_without_events")),
    Mutant("no byte order mark", "ingest/events/judge.py", "    body = body.removeprefix(_BYTE_ORDER_MARK)\n", "", body_text("takes_whatever")),
    Mutant("any byte order marks", "ingest/events/judge.py", "body.removeprefix(_BYTE_ORDER_MARK)", "body.lstrip(_BYTE_ORDER_MARK)",
           body_text("a_body_that_is_not_json")),
    Mutant("101 assets served", "ingest/events/wire.py", "MAX_SERVED_ASSETS = 100", "MAX_SERVED_ASSETS = 101", served("refuses")),
    Mutant("99 assets served", "ingest/events/wire.py", "MAX_SERVED_ASSETS = 100", "MAX_SERVED_ASSETS = 99", served("500_lists_of_100")),
    Mutant("an asset served twice", "ingest/events/served.py", "!= place:", "== -1:", served("refuses")),
    Mutant("served in any order", "ingest/events/served.py", "return list(places)", "return sorted(places)", served("what_was_shown")),
    Mutant("a long query served", "ingest/events/wire.py", "MAX_QUERY_CHARS = 256", "MAX_QUERY_CHARS = 512", served("takes")),
    Mutant("a blank query served", "ingest/events/served.py", "not query.strip()", "not query", served("refuses")),
    Mutant("served at any time", "ingest/events/served.py", "if not receipt.oldest <= at <= receipt.latest:", "if False:", served("refuses")),
    Mutant("rules too deep", "ingest/events/judge.py", "except RecursionError:", "except ZeroDivisionError:",
           body_text("no_depth_of_nesting")),
    Mutant("one claim at two doors", "ingest/endpoint.py", '(b"lists",)', "()", "contract/test_served_lists.py::test_a_claim_at_one_door"),
    Mutant("501 large events", "ingest/events/one_by_one.py", "range(MAX_EVENTS + 1)", "range(MAX_EVENTS)", body_text("more_than_500_events")),
    Mutant("10 unseen as repeated", "ingest/events/metadata.py", "if names == colons:", "if names:", event("stores_metadata")),
    Mutant("metadata rewritten", "ingest/events/metadata.py", "== len(members):", "== -1:", event("stores_metadata")),
    Mutant("repeated names stored", "ingest/events/metadata.py", "== len(members):", "!= -1:", event("stores_metadata")),
    Mutant("null in metadata", "ingest/events/metadata.py", "b'\"tf'", "b'\"tfn'", event("refuses")),
    Mutant("infinite metadata", "ingest/events/metadata.py", "return math.isfinite(float(value))", "return True", event("refuses")),
    Mutant("an array as metadata", "ingest/events/metadata.py", " and not content[1:-1].strip()", "", event("refuses")),
    Mutant("half pairs are texts", "ingest/events/judge.py", "raise unpaired_surrogate()", "pass", event("an_unpaired_surrogate_refuses")),
    Mutant("one stand-in", "ingest/events/surrogates.py", r'rb"\ufffe"', r'rb"\ufffd"', event("an_unpaired_surrogate_refuses")),
    Mutant("escaped backslashes unseen", "ingest/events/surrogates.py", 'rstrip(b"\\\\")', 'rstrip(b"")', event("an_unpaired_surrogate")),
    Mutant("pairs are unpaired", "ingest/events/surrogates.py", "elif at == high_end:", "elif at == -2:", event("an_unpaired_surrogate")),
    # What it costs
    Mutant("all events made", "ingest/events/judge.py", "if len(body) <= SMALL_BODY_BYTES or (", "if True or (", cost("no_")),
    Mutant("all members made", "ingest/events/metadata.py", "MANY_COLONS = 200", "MANY_COLONS = 10**9", cost("no_step")),
    Mutant("slow numbers of metadata", "ingest/events/metadata.py", '.find(b"0e") < 0', '.find(b"0e") < 10**9', cost("no_batch")),
    Mutant("any number of numbers", "ingest/events/numbers.py", "2 * MAX_EVENTS", "10**9", cost("no_shape")),
    Mutant("names with escapes unseen", "ingest/events/numbers.py", 'b"\\\\" not in body and ', "", cost("no_shape")),
    Mutant("slow numbers of events", "ingest/events/one_by_one.py", "if not may_be_slow(text):", "if True:", cost("no_step")),
    Mutant("exponents unseen", "ingest/events/numbers.py", 'b"0e"', 'b"0f"', cost("no_body")),
    Mutant("surrogates without end", "ingest/events/surrogates.py", "MAX_ESCAPES = 50_000", "MAX_ESCAPES = 10**9", body_text("a_body_that_is_not_json")),
    Mutant("samples of any size", "ingest/events/judge.py", "if len(event) <= MAX_KEPT_BYTES", "if True", event("a_refused_event_that_is_too_large")),
    # The answers
    Mutant("key after type", "ingest/endpoint.py",
           '        client = scope.get("client")\n',
           '        _require_types(headers)\n        client = scope.get("client")\n',
           key("the_key_is_checked_before_the_body")),
    Mutant("first of two keys", "access/gate.py", "if len(keys) == 1 else None", "if keys else None", key("no_key_no_entry")),
    Mutant("scope unread", "ingest/endpoint.py", "if Scope.INGEST not in credential.scopes:", "if False:", key("a_scope_opens")),
    Mutant("no CORS on answers", "ingest/endpoint.py", "            *_CORS,\n", "", answer("a_page_of_any_origin")),
    Mutant("no CORS for labels", "ingest/endpoint.py", ", x-universe-id, x-place-id", "", answer("any_origin_may_ask")),
    Mutant("no request id", "ingest/endpoint.py", '            (b"x-request-id", request),\n', "", answer("every_answer_has")),
    Mutant("any content type", "ingest/endpoint.py", 'if media_type != b"application/json":', "if not media_type:",
           answer("content_types_refused")),
    Mutant("exact content type", "ingest/endpoint.py", '.partition(b";")[0].strip().lower()', "", answer("content_types_taken")),
    Mutant("any encoding", "ingest/endpoint.py", 'if headers.encoding not in (b"", b"gzip"):', 'if headers.encoding == b"br":',
           body("other_encodings")),
    Mutant("last of two encodings", "ingest/endpoint.py", 'found[name] = value if name not in found else found[name] + b", " + value',
           "found[name] = value", body("other_encodings")),
    Mutant("label text is an error", "ingest/endpoint.py", "if not value.isdigit() or", "if", answer("labels_are_never_an_error")),
    Mutant("all refused is 202", "ingest/endpoint.py", "if not verdict.accepted and first is None:", "if verdict.accepted is None:",
           answer("none_stored")),
    Mutant("length trusted", "ingest/reading.py", "if len(body) + size > MAX_WIRE_BYTES:", "if size < 0:",
           body("a_chunked_body_over_the_cap")),
    Mutant("length not read", "ingest/reading.py", "if length.isdigit() and", "if False and",
           body("a_length_over_the_cap")),
    Mutant("waits for ever", "ingest/reading.py", "asyncio.timeout(BODY_DEADLINE_S)", "asyncio.timeout(None)",
           body("a_body_that_stalls")),
    Mutant("408", "ingest/endpoint.py", "return Answer(503,", "return Answer(408,", body("a_body_that_stalls")),
    Mutant("a body is held for ever", "ingest/endpoint.py", "            self._reader.release(credential.project, len(body))\n",
           "            pass\n", "unit/test_intake.py::test_bodies_make_room"),
    Mutant("one project holds all", "ingest/reading.py", " or self._held_of[project] + size > MAX_HELD_BYTES_OF_PROJECT", "",
           reading("a_project_may_hold")),
    Mutant("what failed is held", "ingest/reading.py", "            if not complete:\n", "            if False:\n",
           reading("what_failed")),
    Mutant("bodies without bound", "ingest/reading.py", "if self._held + size > MAX_HELD_BYTES or", "if", reading("a_project_may_hold")),
    Mutant("bomb", "ingest/bodies.py", "member.decompress(body, left + 1)", "member.decompress(body)",
           body("bombs_do_not_fill")),
    Mutant("cut gzip", "ingest/bodies.py", "if not member.eof:", "if False:", body("a_body_that_is_not_the_gzip")),
    Mutant("gzip with a tail", "ingest/bodies.py", "body = member.unused_data", 'body = b""', body("a_body_that_is_not_the_gzip")),
    Mutant("members each of 4 MiB", "ingest/bodies.py", "        left -= len(part)\n", "", unit_body("the_most_that_is_inflated")),
    Mutant("large bodies on the event loop", "ingest/bodies.py", "return await self._in_a_thread(body)", "return self._work_on_large(body)",
           unit_body("the_event_loop_does")),
    Mutant("a small gzip of much on the event loop", "ingest/bodies.py", "inflate(content, LARGE_BODY_BYTES)", "inflate(content, MAX_BODY_BYTES)",
           unit_body("the_event_loop_does")),
    Mutant("all places for one", "ingest/bodies.py", "or self._large[body.project] >= MAX_LARGE_OF_PROJECT", "", unit_body("a_project_with")),
    Mutant("places without end", "ingest/bodies.py", "self._large.total() >= MAX_LARGE", "False", unit_body("too_many_large")),
    Mutant("places never given back", "ingest/bodies.py", "self._large[body.project] -= 1", "pass", unit_body("a_large_body_that_is_refused")),
    # What the server says about itself
    Mutant("character set twice", "api/resources/operations.py", ', headers={"content-type": content_type}', "",
           "integration/test_telemetry.py::test_metrics_have"),
    Mutant("made-up paths as labels", "observed.py", 'scope.get("path_template") or "unknown"', 'scope["path"]',
           "unit/test_observed.py::test_paths"),
    Mutant("questions in the log", "logs.py", "        _cut_queries,\n", "", "unit/test_logs.py::test_neither"),
    # Keys and limits
    Mutant("revoked keys live on", "service.py", 'Chore("keys", keyring.REFRESH_S, self._keyring.refresh),', "",
           key("a_revoked_key_stops")),
    Mutant("no look for a new key", "access/keyring.py", "if credential is not None or not may_exist(key):", "if True:",
           key("a_key_works_from_the_moment")),
    Mutant("no burst", "access/rate_limits.py", "allowed = tokens >= 1.0", "allowed = True", limit("a_key_over_its_rate")),
    Mutant("one bucket for all", "access/gate.py", "self._keys.take(credential.key,", 'self._keys.take("key",',
           limit("one_key_over_its_rate")),
    Mutant("addresses go on guessing", "access/gate.py", "        if address is not None and self._address_rate:\n", "        if False:\n",
           "unit/test_gate.py::test_an_address_without"),
    Mutant("addresses go on guessing imported keys", "access/gate.py", "if credential.guessable and slowed:", "if False:",
           "unit/test_gate.py::test_a_guess_beyond"),
    Mutant("imported keys use up the allowance", "access/gate.py", "self._addresses.peek(", "self._addresses.take(",
           "unit/test_gate.py::test_an_imported_key_uses"),
    Mutant("imported keys are as good as minted ones", "access/keyring.py", "replace(credential, guessable=True)", "credential",
           "unit/test_keyring.py::test_only_a_key_that_was_not_minted"),
    Mutant("imported keys wait for a refresh", "access/keys.py", "return _IMPORTED.fullmatch(key) is not None", "return False",
           "unit/test_keyring.py::test_an_imported_key_works"),
    Mutant("a typo is looked for", "access/keys.py", "if key.startswith(PREFIX.encode()):", "if False:",
           "unit/test_keyring.py::test_what_cannot_be_a_key"),
    Mutant("imported over another", "control/key_store.py", "            self._require_new(connection, key)\n", "",
           "integration/cli/test_keys_import.py::test_a_key_is_imported_once"),
    Mutant("all keys are read every second", "control/key_store.py", "everything = since is None or", "everything = True or",
           "integration/control/test_control.py::test_only_what_changed"),
    Mutant("a revoked key is no change", "control/key_store.py", ".values(changed=changed, **values)", ".values(**values)",
           "integration/control/test_control.py::test_only_what_changed"),
    Mutant("anybody's keys", "control/key_store.py", "if found is None or self._installation not in (None, found.id):", "if False:",
           "integration/control/test_control.py::test_another_installations"),
    Mutant("revoked keys stay in memory", "access/keyring.py", "                del self._credentials[digested]\n",
           "                pass\n", "unit/test_keyring.py::test_a_revoked_key"),
    Mutant("revoked keys stay in the cache", "access/keyring.py", "if credential.key not in gone}", "}",
           "unit/test_keyring.py::test_a_revoked_key"),
    Mutant("expired by a wrong clock", "access/keyring.py", "elif self._may_be_valid(key):", "elif False:",
           "unit/test_keyring.py::test_a_key_that_expired_by"),
    Mutant("ready whatever the intake says", "readiness.py", "return intake is None and not stuck, parts", "return not stuck, parts",
           "unit/test_readiness.py::test_it_says"),
    Mutant("a stuck engine is ready", "readiness.py", "self._monotonic() - self._answered_at > STUCK_S", "False",
           "unit/test_readiness.py::test_an_embedded_engine"),
    Mutant("told every second", "chores.py", "            if not failing:\n                _log.warning(", "            if True:\n                _log.warning(",
           "unit/test_chores.py::test_a_failure_is_told_once"),
    Mutant("waits for a hung PostgreSQL", "control/impatient.py", "self.answer_s if timeout is None else timeout", "timeout",
           "integration/control/test_hanging.py::test_a_statement"),
    Mutant("gives up on a repair", "control/warehouse_lock.py", "with patient(connection):", "if True:",
           "integration/control/test_hanging.py::test_a_lock"),
    Mutant("waits for what hangs", "lanes.py", "asyncio.timeout(self._within_s)", "asyncio.timeout(None)",
           "unit/test_lanes.py::test_nobody_waits"),
    Mutant("does what nobody waits for", "lanes.py", "            if not done.set_running_or_notify_cancel():\n                continue\n",
           "            done.set_running_or_notify_cancel()\n", "unit/test_lanes.py::test_nobody_waits"),
    # Once
    Mutant("no claims", "ingest/endpoint.py", "    if headers.idempotency_key:\n", "    if False:\n", again("a_replay_is_answered")),
    Mutant("claims by key alone", "ingest/endpoint.py",
           "return digest(*owner, headers.idempotency_key), judged.digest",
           'return digest(*owner, headers.idempotency_key), b""', again("another_body")),
    Mutant("claims across keys", "ingest/endpoint.py", "credential.key.encode(), *door.salt)",
           "*door.salt)", again("another_api_key")),
    Mutant("a repeat is judged anew", "ingest/endpoint.py", "receipt = first or _receipt(verdict)", "receipt = _receipt(verdict)",
           "unit/test_repeats.py::test_a_repeat_is_answered"),
    Mutant("guesses", "ingest/endpoint.py", "if credential.identical_batches and judged.verdict.stamped:", "if credential.identical_batches:",
           "unit/test_repeats.py::test_a_batch_without_a_key"),
    # Connections
    Mutant("silent for ever", "listening.py", "http=HTTPModes.http1,", "http=HTTPModes.auto,", connection("a_connection_that_falls")),
    Mutant("1,024 connections", "listening.py", "            backpressure=connections,\n", "", connection("thousands_of_idle")),
    Mutant("all files for connections", "listening.py", "max(files - OTHER_FILES, files // 2)", "files", connection("connections_leave")),
    Mutant("few files", "listening.py", "    if soft < hard:\n", "    if soft > hard:\n", connection("the_limit_of_open_files")),
    Mutant("a shared port", "listening.py", "socket.SO_REUSEADDR, 1", "socket.SO_REUSEPORT, 1", connection("a_port_that_is_taken")),
    Mutant("broken pipes", "service.py", "        await inbound.drain(scope)\n", "", "contract/test_large_refusals.py::test_it_is_seen"),
    Mutant("reads for ever", "asgi.py", "while left > 0 and not self.ended:", "while not self.ended:",
           "contract/test_large_refusals.py::test_what_is_read"),
    Mutant("nobody knows how the key stands", "ingest/endpoint.py", "            *standing,\n", "",
           "unit/test_intake.py::test_a_fault_of_ours"),
    Mutant("no pause for guesses", "access/gate.py", "            await self._pause(REFUSED_PAUSE_S)\n", "",
           "unit/test_gate.py::test_an_address_without"),
    # A clock that is wrong
    Mutant("any doubt keeps a key", "access/keyring.py", "and known.expires_at > self._earliest()", "",
           "unit/test_keyring.py::test_a_key_that_expired_by"),
    Mutant("too old for ever", "ingest/endpoint.py", "            self._question_the_clock(verdict)\n", "            pass\n",
           in_doubt()),
    Mutant("only whole batches are in doubt", "ingest/endpoint.py", "if any(may_be_in_time(timestamp, *span) for timestamp in times):",
           "if not verdict.accepted and any(may_be_in_time(timestamp, *span) for timestamp in times):", in_doubt()),
    Mutant("any doubt will do", "ingest/endpoint.py", "if any(may_be_in_time(timestamp, *span) for timestamp in times):",
           "if times:", in_doubt()),
    Mutant("nobody speaks against the clock", "ingest/endpoint.py", "            self._clock_watch.hear(agrees=False)\n", "",
           "unit/test_intake.py::test_the_clock_is_not_believed"),
    Mutant("nobody speaks for the clock", "ingest/endpoint.py", "            self._clock_watch.hear(agrees=True)\n", "            pass\n",
           "unit/test_intake.py::test_events_that_agree"),
    Mutant("our own stamp speaks for the clock", "ingest/endpoint.py", "if any(event[2] is not verdict.received_at for event in verdict.accepted):",
           "if verdict.accepted:", "unit/test_intake.py::test_our_own_stamp"),
    Mutant("jumps go unseen", "clock_watch.py", "self._jumped_at, self._least, self._most = now, least, most",
           "self._least, self._most = least, most", "unit/test_clock_watch.py::test_a_jump"),
    Mutant("the last reading alone", "clock_watch.py", "            least, most = min(least, self._least), max(most, self._most)\n",
           "            pass\n", "unit/test_clock_watch.py::test_while_the_clock_jumps_about"),
    Mutant("every reading there ever was", "clock_watch.py", "        if self._is_in_doubt(now):\n            least", "        if True:\n            least",
           "unit/test_clock_watch.py::test_while_the_clock_jumps_about"),
    Mutant("doubts end by themselves", "clock_watch.py", " or self._disagreed > self._agreed", "", "unit/test_clock_watch.py::test_the_doubt_goes_on"),
    Mutant("old votes count", "clock_watch.py", "        self._agreed = self._disagreed = 0\n\n    def _is", "\n    def _is",
           "unit/test_clock_watch.py::test_what_was_said"),
    Mutant("a start ahead is believed", "clock_watch.py", "elif passed > JUMP_S:", "elif False:", "unit/test_clock_watch.py::test_a_start"),
    Mutant("a start behind is bounded", "clock_watch.py", "self._apart, math.inf)", "self._apart, known - now)", "unit/test_clock_watch.py::test_a_start"),
    Mutant("a jump from the start", "clock_watch.py", "before, self._apart = self._apart, self._wall() - now\n        jump = self._apart - before",
           "before, self._apart = self._least, self._wall() - now\n        jump = self._apart - before",
           "unit/test_clock_watch.py::test_while_the_clock_jumps"),
    Mutant("only jumps ahead", "clock_watch.py", "if abs(jump) > JUMP_S:", "if jump > JUMP_S:", "unit/test_clock_watch.py::test_a_jump"),
    Mutant("the last reading tells what is old", "clock_watch.py", "apart = min(apart, reading.apart)", "apart = self._apart",
           "unit/test_clock_watch.py::test_a_clock_that_is_ahead_over_night"),
    Mutant("old before it was watched", "clock_watch.py", "            return 0.0", "            return now + apart",
           "unit/test_clock_watch.py::test_nothing_is_old"),
    Mutant("a restart forgets the readings", "clock_watch.py", "self._readings = [Reading(since + self._origin, apart - self._origin) for since, apart in known.readings]",
           "pass", "unit/test_clock_watch.py::test_a_clock_that_is_ahead_over_night"),
    Mutant("a restart ends the doubt", "clock_watch.py", "if known.doubt:", "if False:", "unit/test_clock_watch.py::test_a_restart"),
    Mutant("what could not be written is not tried again", "clock_watch.py", "        put(msgspec.msgpack.encode(memory))\n        self._written = memory",
           "        self._written = memory\n        put(msgspec.msgpack.encode(memory))", "unit/test_clock_watch.py::test_what_is_known"),
    # What belongs together
    Mutant("any control database", "control/installation.py", "if bound and found != bound:", "if False:",
           installation("another_installations")),
    Mutant("a new control database", "control/installation.py", "if self._database.version() == 0 and", "if False and",
           installation("a_missing_control_database")),
    Mutant("an emptied control database", "control/installation.py", "if found is None:\n            raise", "if False:\n            raise",
           installation("an_emptied")),
    Mutant("no keys", "control/installation.py", "if accepted and not self._issued():", "if False:", installation("without_any_key")),
    Mutant("any secret", "control/installation.py", "if not hmac.compare_digest(known, fingerprint(secret)):", "if False:",
           installation("only_the_secret")),
    Mutant("a new secret", "control/installation.py", "elif known or self._issued():", "elif False:",
           installation("a_lost_secret")),
    Mutant("the last secret wins", "control/installation.py", ".where(unknown)", "", installation("a_start_that_is_overtaken")),
    Mutant("all is looked through", "service.py", "            spare_what_stays()\n", "", "integration/test_garbage.py::test_what"),
    Mutant("never bound", "service.py", "            self._installation.bind()\n", "",
           "integration/test_refused_starts.py::test_it_says"),
    Mutant("half a migration", "control/migrate.py", "    missing = [step for step in wanted if step.version > found]\n",
           "    missing = [step for step in wanted if step.version > found][:1]\n", migration("migrating_again")),
    Mutant("a newer database", "control/migrate.py", "if found > wanted[-1].version:", "if False:", migration("a_newer_database")),
    Mutant("everybody migrates", "control/migrate.py", "    connection.execute(_ALONE[connection.dialect.name])\n", "",
           migration("several_processes")),
    # What is answered
    *(Mutant(f"{name}: any time", f"warehouse/sql/read/{name}.sql", f'{{% include "periods/{part}" %}}', "", read(test))
      for part, test, names in (
          ("rest_of_both", "periods.py::test_every_endpoint", ("activity_of_places", "activity_of_tracks")),
          ("rest", "periods.py::test_every_endpoint",
           ("search_queries", "tracks", "places", "measures_of_tracks", "measures_of_places")),
          ("rest", "numbers.py::test_rows_are_sorted", ("tracks_by_listeners", "places_by_listeners")),
          ("rest", "groups.py::test_groups_count", ("groups",)),
      ) for name in names),
    *(Mutant(f"{name} without an end", f"warehouse/sql/{name}.sql", " AND timestamp < {until:Float64}", "",
             read(test)) for name, test in (
        ("read/activity_of_project", "numbers.py::test_an_estimate_of_few"),
        ("periods/rest_of_both", "periods.py::test_every_endpoint"), ("periods/events", "periods.py::test_every_endpoint"))),
    *(Mutant(f"{file}: {name}", f"api/{file}.py", old, new, read("numbers.py::test_every_answer")) for file, name, old, new in (
        ("periods", "days are whole that no rollup knows", "int(rollup and self.is_utc_days)", "int(self.is_utc_days)"),
        ("timeline", "days are whole that no rollup knows", "int(rollup and is_whole(DAY_S))", "int(is_whole(DAY_S))"),
        ("periods", "whole days leave nothing", "int(rollup and self.is_utc_days)", "int(rollup and days != NO_WHOLE)"),
        ("timeline", "whole days leave nothing", "int(rollup and is_whole(DAY_S))", "int(rollup)"),
    )),
    Mutant("the last of any day", "warehouse/sql/read/last_of_places.sql", "max(day) AS last_day", "min(day) AS last_day", read("numbers.py::test_experiences")),
    Mutant("few listens are a curve", "warehouse/sql/read/typical_listening.sql", "HAVING listening[1] >= {least:UInt64}",
           "HAVING listening[1] >= 1", read("typical.py::test_ends_that")),
    Mutant("universes have no last event", "warehouse/sql/read/last_of_places.sql",
           "if({whole:UInt8}, toUInt64(0), place) AS place_id", "place AS place_id", read("numbers.py::test_every_answer")),
    Mutant("the last of what is filtered", "api/queries.py", " and replace(filters, universes=(), not_universes=()) == Filters()", "", read("numbers.py::test_every_answer")),
    *(Mutant(name, path, old, new, read("typical.py::test_the_bounds")) for name, path, old, new in (
        ("similar is any length", "api/typical.py", "NEAR: Final = 0.2", "NEAR: Final = 0.9"),
        ("a track is like itself", "warehouse/sql/read/similar_tracks.sql", "    AND asset_id != {asset_id:UInt64}\n", ""),
        ("whole days alone", "api/typical.py", "-(-ceil(period.until) // DAY_S)", "(ceil(period.until) // DAY_S)"),
        ("skips keep listening", "warehouse/sql/read/typical_listening.sql", ", CAST(skipped_at, 'Array(Tuple(UInt16, UInt64))'))", ", [])"),
    )),
    Mutant("groups: the edge twice", "warehouse/sql/read/groups.sql",
           '{% include "periods/rest" %}', '{% include "periods/events" %}', read("groups.py::test_groups_count")),
    Mutant("listeners of tracks added up", "warehouse/sql/read/groups.sql", "uniqExactArray(part.listeners)", "sum(length(part.listeners))",
           read("groups.py::test_groups_count")),
    Mutant("groups: ties by chance of the number", "warehouse/sql/read/groups.sql", "number = 0 ASC, ", "", read("groups.py::test_groups_are_sorted")),
    Mutant("names of another project", "control/catalog.py", "for name in names)).where(catalog.c.project == project)", "for name in names))",
           read("groups.py::test_groups_count")),
    Mutant("an asset between two parts", "api/groups.py", "first = part[-1] + 1", "first = part[-1] + 2", read("groups.py::test_groups_count")),
    Mutant("an artist's tracks without an album as one album", "api/groups.py", "if label[0] is not None:", "if any(label):",
           read("groups.py::test_groups_count")),
    Mutant("an hour that both periods share is the first one's", "warehouse/sql/measures/second_of_event.sql",
           "timestamp < {since:Float64} AS is_before", "second < {since:Float64} AS is_before",
           read("periods.py::test_every_endpoint")),
    Mutant("the edge twice", "warehouse/sql/read/activity_of_project.sql", "NOT (timestamp >= {hours_from", "(1 OR timestamp >= {hours_from",
           read("numbers.py::test_an_estimate_of_few")),
    Mutant("a period is taken for whole hours", "api/timeline.py", "return all(end % unit == 0 for", "return any(end % unit == 0 for",
           read("numbers.py::test_an_estimate_of_few")),
    Mutant("the hours of whole days twice", "warehouse/sql/read/activity_of_project.sql",
           "                NOT (day >= {days_from:Date} AND day < {days_to:Date})\n                AND NOT", "                NOT",
           read("numbers.py::test_an_estimate_of_few")),
    Mutant("weeks from Sunday", "api/zones.py", '"monday": 0, "sunday": 6', '"monday": 6, "sunday": 0',
           "unit/test_zones.py::test_a_week_begins"),
    *(Mutant(f"{name}: cut days read whole too", "warehouse/sql/periods/days_of_both.sql",
             "{% if cut_days %}AND toUInt16(day) NOT IN {cut_days:Array(UInt16)}{% endif %}", "", read(test))
      for name, test in (("overview", "zones.py::test_an_overview"), ("track", "zones.py::test_a_track"))),
    *(Mutant(f"{name}: cut days not read", f"warehouse/sql/{name}.sql",
             "{% if cut_days %}OR toUInt16(day) IN {cut_days:Array(UInt16)}{% endif %}", "", read("zones.py::test_an_overview"))
      for name in ("read/activity_of_project", "periods/rest_of_both")),
    *(Mutant(name, "warehouse/sql/read/activity_of_project.sql", f"{{% if cut_hours %}}{old}{{% endif %}}", "",
             read("zones.py::test_an_estimate")) for name, old in (
        ("cut hours read whole too", "AND intDiv(second, 3600) NOT IN {cut_hours:Array(UInt32)}"),
        ("cut hours not read", "OR intDiv(toUInt32(timestamp), 3600) IN {cut_hours:Array(UInt32)}"),
        ("days of cut hours left out", "OR toUInt16(day) IN (SELECT intDiv(arrayJoin({cut_hours:Array(UInt32)}), 24))"))),
    Mutant("hours of a zone are those of UTC", "api/timeline.py", "all(end % unit == 0 for end in ends) and not self._cut(unit)",
           "all(end % unit == 0 for end in ends)", read("zones.py::test_an_estimate")),
    Mutant("a day begins when its date is shown first", "api/zones.py", "return second if first < second and self.local(second - 1).date() < day else first",
           "return first", "unit/test_zones.py::test_buckets_follow"),
    Mutant("an hour that is shown twice is one", "api/zones.py", "if self._offset_at(following - 1) != offset:", "if False:",
           "unit/test_zones.py::test_buckets_follow"),
    Mutant("the days before by seconds", "api/periods.py", "else self.days\n", "else None\n",
           "unit/test_zones.py::test_the_period_before"),
    Mutant("one project takes all", "api/line.py", " and project.running < MAX_RUNNING_OF_PROJECT", "",
           "unit/test_line.py::test_one_project"),
    Mutant("the first project first", "api/line.py", "        self._projects.move_to_end(asked.project)\n", "",
           "unit/test_line.py::test_projects_take_turns"),
    Mutant("the first key first", "api/line.py", "        project.waiting.move_to_end(asked.key)\n", "",
           "unit/test_line.py::test_keys_of"),
    Mutant("waiting is free", "api/turns.py", "timeout=LIMIT_S", "timeout=LIMIT_S * 2", "unit/test_turns.py::test_the_deadline"),
    Mutant("told once to stop", "api/turns.py", "while not turn.ended.is_set()", "if not turn.ended.is_set()",
           "unit/test_turns.py::test_a_question_is_told"),
    Mutant("the next statement for nobody", "api/turns.py", "        turn.question.give_up()\n", "",
           "unit/test_turns.py::test_a_question_whose_client_left_is_stopped"),
    Mutant("nobody sees the client leave", "api/requests.py", "lambda: gone(request)", "lambda: __import__('asyncio').Event().wait()",
           read("slow_questions.py::test_a_question_is_stopped")),
    Mutant("nothing to find a question by", "warehouse/warehouse.py", ', "log_comment": tag, "max_threads": threads}', ', "max_threads": threads}',
           read("slow_questions.py::test_a_question_is_stopped")),
    Mutant("escapes", "api/edge.py", 'b"%" not in path and ', "", read("http.py::test_a_path")),
    Mutant("no HEAD", "api/edge.py", 'scope["method"] = "GET"', "pass", read("http.py::test_head")),
    Mutant("OPTIONS needs a key", "api/callers.py", '== "OPTIONS":\n        return  #', '== "TRACE":\n        return  #', read("http.py::test_options")),
    Mutant("weeks of hours begin on Thursday", "warehouse/sql/read/rhythm.sql", "+ 72", "+ 0", read("zones.py::test_the_hours_of")),
    Mutant("the clock of the first day for all", "api/zones.py", "            if self._offset_at(end) != found[-1][1]:", "            if False:",
           read("zones.py::test_the_hours_of")),
    Mutant("half hours as whole ones", "api/rhythm.py", "        offset % HOUR_S == 0 for _, offset in segments", "        True for _ in segments",
           read("zones.py::test_the_hours_of_the_week_of_many")),
    Mutant("a rhythm of whole hours always", "api/rhythm.py", "int(period.since % HOUR_S == 0 == period.until % HOUR_S)", "1", read("zones.py::test_the_hours_of")),
    Mutant("the ends of a rhythm twice", "warehouse/sql/read/rhythm_of_project.sql",
           "            AND NOT (timestamp >= {hours_from", "            AND (1 OR timestamp >= {hours_from", read("zones.py::test_the_hours_of_the_week_of_many")),
    Mutant("the period before by seconds", "api/timeline.py", "math.floor(self.period.before(one, comparison)) for one in inside",
           "math.floor(one - self.period.until + self.period.since) for one in inside", read("zones.py::test_each_bucket_of_the_period_before")),
    Mutant("repeats pass for new", "ingest/endpoint.py", '{"accepted": stored} if first is None else {"repeats": stored}', '{"accepted": stored}',
           "contract/test_live.py"),
    Mutant("nobody notes what is visible", "loading/blocks.py",
           "        self._metrics.traffic.loaded((one.project, one.received_at, one.count) for one in read.batches)\n", "", "contract/test_live.py"),
    Mutant("minutes of all projects", "traffic.py", "self._minutes.get(project, {})", "next(iter(self._minutes.values()), {})",
           "unit/test_traffic.py::test_each_minute"),
    Mutant("an hour without its last minute", "traffic.py", "range(now - (MINUTES - 1) * _MINUTE_S, now + _MINUTE_S, _MINUTE_S)",
           "range(now - MINUTES * _MINUTE_S, now, _MINUTE_S)", "unit/test_traffic.py::test_each_minute"),
    Mutant("events ahead have a lag below nothing", "warehouse/sql/read/arrivals.sql", "greatest(received_at - timestamp, 0)",
           "received_at - timestamp", read("live.py::test_lags")),
    Mutant("players of the future are active", "warehouse/sql/read/arrivals.sql", " AND timestamp <= {now:Float64})", ")",
           read("live.py::test_lags")),
    Mutant("every origin may read", "cors.py", "and asked[0] in self._origins else None", "else None", read("cors.py::test_no_other")),
    Mutant("pages and metrics for other origins", "cors.py", ' or not scope["path"].startswith(_ROOT)', "", read("cors.py::test_only")),
    Mutant("a batch in a batch", "api/batch.py", ' or path == "batch"', "", read("batch.py::test_what_is_no_question")),
    Mutant("a batch without the key's rate", "api/batch.py", 'b"x-api-key", b"x-share-token"', 'b"x-api-kez", b"x-share-token"',
           read("batch.py::test_each_question")),
    Mutant("questions of a batch take what the batch takes", "api/batch.py", '_AS_JSON: Final = (b"accept", b"application/json")',
           '_AS_JSON: Final = (b"accept", b"text/csv")', read("batch.py::test_each_question")),
    Mutant("questions of a batch go on without a client", "api/batch.py", "        await left.wait()\n", "        await asyncio.Event().wait()\n",
           read("batch.py::test_all_questions_stop")),
    Mutant("a batch in the order of the answers", "api/batch.py", "for one in under_way]", "for one in reversed(under_way)]",
           read("batch.py::test_each_question")),
    Mutant("one tag for all codings", "api/render.py", "{digest}-{coding}", "{digest}", read("http.py::test_a_large_answer")),
    Mutant("a moving next page", "api/resources/events.py", "period.pinned()", "{}", read("http.py::test_the_next_page_is_of")),
    Mutant("no next page", "api/requests.py", "end < answer.total", "end > answer.total", read("http.py::test_link")),
    Mutant("full-width formulas", "api/spreadsheet.py", 'unicodedata.normalize("NFKC", first)[0]', "first",
           "unit/test_spreadsheet.py::test_a_text_that_could"),
    Mutant("long ids as numbers", "api/spreadsheet.py", "[0-9]{16,}", "[0-9]{20,}", "unit/test_spreadsheet.py::test_a_text_that_could"),
    Mutant("a list called like a measure", "api/page.py", "if measures <= properties.keys() else", "if True else",
           read("document.py::test_the_page_loads")),
]  # fmt: skip


def test_every_mutant_is_a_change_of_the_code_as_it_stands() -> None:
    require_makeable(MUTANTS)


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_named_test_notices(mutant: Mutant, tmp_path: Path) -> None:
    require_noticed(mutant, tmp_path)
