"""Breaks the SDK on purpose, one defect at a time, and demands that the test that promises otherwise fails.

Run with `pytest -m mutants`. A row is a change to a copy of `src` and the test that must notice it: every shared scenario
number, every special of Roblox, and every known bug that can happen here has at least one row.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from luau_runner import SCENARIOS

HERE = Path(__file__).parent
SRC = HERE.parent / "src"


class Mutant(NamedTuple):
    """`old` stands exactly once in `file`; with `new` in its place, `test` must fail."""

    name: str
    file: str
    old: str
    new: str
    test: str


def scenario(name: str) -> str:
    return f"test_conformance.py::test_scenario[{name}]"


def bug(name: str) -> str:
    return f"test_known_bugs.py::test_{name}"


def roblox(name: str) -> str:
    return f"test_roblox.py::test_{name}"


def player(name: str) -> str:
    return f"test_player.py::test_{name}"


MUTANTS = [
    # The 27 promises
    Mutant("01-sends-at-once", "Delivery.luau", "self:_arm(self.settings.batchInterval)\n\tend\n\tlocal half",
           "self:_arm(0)\n\tend\n\tlocal half", scenario("01-first-request-at-30")),
    Mutant("01-no-floor", "Options.luau", "{ low = 5, high = 300", "{ low = 0, high = 300",
           scenario("01-interval-never-under-5")),
    Mutant("02-newest-first", "Queue.luau", "table.insert(events, self:_takeFresh())",
           "table.insert(events, 1, self:_takeFresh())", scenario("02-batches-in-order")),
    Mutant("02-no-early-flush", "Delivery.luau", "self.queue.size >= half", "self.queue.size > 2 * half",
           scenario("02-early-flush-at-half")),
    Mutant("03-time-of-sending", "Batch.luau", 'body = `\\{"events":[{table.concat(events, ",")}]}`',
           'body = string.gsub(`\\{"events":[{table.concat(events, ",")}]}`, "18000%d+", tostring(os.time()))',
           scenario("03-timestamps-survive-an-outage")),
    Mutant("04-ids-by-tostring", "Sanitize.luau", 'string.format("%.0f", (value :: number) + 0)', "tostring(value) .. '.0'",
           scenario("04-session-example")),
    Mutant("04-vote-before-player", "Client.luau", "trackVote(self: Client, assetId: Id, value: string, playerId: Id?)",
           "trackVote(self: Client, assetId: Id, playerId: any, value: any)", scenario("04-session-example")),
    Mutant("04-gzip-always", "Transport.luau", "GZIP_ABOVE_BYTES = 1024", "GZIP_ABOVE_BYTES = 0", scenario("04-gzip-above-1-kb")),
    Mutant("05-202-only", "Verdict.luau", "status >= 200 and status < 300", "status == 202", scenario("05-any-2xx-is-success")),
    Mutant("06-new-key-on-retry", "Transport.luau", "= batch.key", "= HttpService:GenerateGUID(false)",
           scenario("06-same-bytes-after-500")),
    Mutant("06-retry-at-the-end", "Queue.luau", "table.insert(self.waiting, 1, assert(self.onWire))",
           "table.insert(self.waiting, assert(self.onWire))", scenario("14-halves-are-frozen-too")),
    Mutant("07-backoff-does-not-grow", "RetryPolicy.luau", "2 ^ failures", "2", scenario("07-delays-double-to-300")),
    Mutant("07-no-cap", "RetryPolicy.luau", "MAX_DELAY = 300", "MAX_DELAY = 3000", scenario("07-delays-double-to-300")),
    Mutant("07-no-jitter", "RetryPolicy.luau", "(1 - JITTER * random)", "1", scenario("07-jitter-shortens-backoff")),
    Mutant("08-backoff-is-not-reset", "Delivery.luau", "self.failures, self.retryAt, self.heldUntil = 0, 0, 0",
           "self.retryAt, self.heldUntil = 0, 0", scenario("08-success-resets")),
    Mutant("09-retry-after-ignored", "RetryPolicy.luau", "if not header then", "if header then", scenario("09-retry-after-seconds")),
    Mutant("09-header-by-its-given-name", "Transport.luau", 'string.lower(name) == "retry-after"', 'name == "Retry-After"',
           scenario("09-retry-after-seconds")),
    Mutant("09-no-dates", "RetryPolicy.luau", "local date = httpDate(header)", "local date = nil", scenario("09-retry-after-date")),
    Mutant("09-prefix-is-enough", "RetryPolicy.luau", 'string.find(header, "^%d+$")', 'string.find(header, "^%d+")',
           scenario("09-retry-after-garbage-mixed")),
    Mutant("09-flush-ignores-retry-after", "Delivery.luau", "return os.clock() < self.heldUntil", "return false",
           scenario("09-flush-respects-retry-after")),
    Mutant("09-flush-waits-out-a-backoff", "Delivery.luau", "return os.clock() < self.heldUntil",
           "return os.clock() < self.retryAt", scenario("09-flush-skips-backoff")),
    Mutant("10-split-batch-on-failure", "Delivery.luau", "self.queue:giveBack()\n\tself.failures += 1",
           "self.queue:settle(Batch.halves(self.queue.onWire :: any))\n\tself.failures += 1", scenario("10-reset-after-store")),
    Mutant("11-thrown-is-refused", "Verdict.luau", "status > 400 and status < 500", "status == 0 or status > 400 and status < 500",
           scenario("11-nobody-listens")),
    Mutant("12-400-is-retried", "Verdict.luau", 'return { kind = "dropped", reason = "refused" }\n\telseif status == 401',
           'return { kind = "failed" }\n\telseif status == 401', scenario("12-400-drops-next-flows")),
    Mutant("12-408-is-retried", "Verdict.luau", "status ~= 429 then", "status ~= 429 and status ~= 408 then",
           scenario("12-other-4xx-drop")),
    Mutant("13-401-logs-each-time", "Delivery.luau", "then Log.ONCE else nil", "then 0 else nil",
           scenario("13-401-drops-and-logs-once")),
    Mutant("13-401-is-retried", "Verdict.luau", "status == 401 or status == 403", "status == 403",
           scenario("13-401-drops-and-logs-once")),
    Mutant("14-413-drops-all", "Verdict.luau", "size > 1 then", "size > 1000 then", scenario("14-413-halves-deliver")),
    Mutant("14-odd-one-to-the-second", "Batch.luau", "math.ceil(size / 2)", "math.floor(size / 2)",
           scenario("14-413-halves-deliver")),
    Mutant("14-halves-share-a-key", "Batch.luau", "\tlocal middle = math.ceil(size / 2)\n\treturn {",
           "\tlocal middle = math.ceil(size / 2)\n\tif size == 4 then HttpService = { GenerateGUID = function() return batch.key end } :: any end\n\treturn {",
           scenario("14-413-halves-to-one-then-drops")),
    Mutant("15-index-from-one", "Verdict.luau", "(tonumber(digits) :: number) + 1", "(tonumber(digits) :: number)",
           scenario("15-partial-202")),
    Mutant("15-twice-named-counts-twice", "Verdict.luau", "index <= size and not rejections[index]", "index <= size",
           scenario("15-odd-errors")),
    Mutant("16-details-ignored", "Verdict.luau", 'local rejections = named(member(body, "details"), size)',
           "local rejections: { [number]: string } = {}", scenario("16-all-rejected-400")),
    Mutant("17-drops-the-newest", "Queue.luau", "local lost = self:evict(limit - 1)", "local lost: { Event.Wire } = {}",
           scenario("17-overflow-in-backoff")),
    Mutant("17-cuts-a-frozen-batch", "Queue.luau", "local batch = table.remove(self.waiting, 1)\n\t\tif batch then",
           "local batch = nil\n\t\tif batch then", scenario("17-a-frozen-batch-goes-whole")),
    Mutant("18-wire-is-not-counted", "Queue.luau", "\tself.onWire = batch\n\treturn batch",
           "\tself.onWire = batch\n\tself.size -= if batch then #batch.events else 0\n\treturn batch",
           scenario("18-overflow-while-a-request-hangs")),
    Mutant("18-over-the-limit", "Queue.luau", "if self.size >= limit then", "if self.size >= limit + 1 then",
           scenario("18-all-on-the-wire")),
    Mutant("19-poison-is-not-tracked", "Client.luau", "ledger:refuse(event, refusal :: string)",
           "ledger.tracked -= 1\n\t\tledger:refuse(event, refusal :: string)", scenario("19-counters-always-add-up")),
    Mutant("19-drop-is-not-counted", "Ledger.luau", "self.dropped += #events", "self.dropped += 1",
           scenario("19-counters-always-add-up")),
    Mutant("20-nan-passes", "Sanitize.luau", "value == value and math.abs(value) ~= math.huge", "true",
           scenario("20-poison-is-mended")),
    Mutant("20-bad-text-passes", "Text.luau", "if utf8.len(text) then", "if true then", scenario("20-poison-is-mended")),
    Mutant("20-any-size", "Sanitize.luau", "MAX_EVENT_BYTES = 32_768", "MAX_EVENT_BYTES = 2 ^ 30",
           scenario("20-poison-is-rejected")),
    Mutant("20-empty-metadata", "Sanitize.luau", "if #keys > 0 then scalars else nil", "scalars",
           scenario("20-empty-metadata-is-omitted")),
    Mutant("21-no-deadline", "Delivery.luau", "finished:wait(timeout)\n\tself.ledger:drop", "finished:wait()\n\tself.ledger:drop",
           scenario("21-hung-request-before-shutdown")),
    Mutant("21-late-answer-counts", "Delivery.luau", "if self.queue.onWire ~= batch then",
           "if self.queue.onWire ~= batch and self.ledger:settle(batch.events, {}) == nil then",
           scenario("21-late-answer-changes-nothing")),
    Mutant("22-one-attempt", "Shutdown.luau", "Shutdown.ATTEMPTS = 3", "Shutdown.ATTEMPTS = 1",
           scenario("22-third-attempt-delivers")),
    Mutant("22-attempts-in-all", "Delivery.luau", "self:_answered(batch, verdict, answer.status)\n\t\t\tfailed = 0",
           "self:_answered(batch, verdict, answer.status)", scenario("22-attempts-count-in-a-row")),
    Mutant("23-shutdown-waits-out", "Delivery.luau", "return self.queue.size > 0\n",
           "return self.queue.size > 0 and (self.retryAt == 0 or task.wait(self.retryAt - os.clock()) ~= nil)\n",
           scenario("23-shutdown-in-backoff")),
    Mutant("23-double-send", "Delivery.luau", "\t\tbefore:wait()\n", "", scenario("23-shutdown-in-flight")),
    Mutant("24-tracks-after-close", "Client.luau", "if self._closed then", "if false then", scenario("24-track-after-close")),
    Mutant("24-close-is-not-counted", "Client.luau",
           '\t\tledger:drop({ if type(event) == "table" then event else {} :: any }, "closed")\n', "",
           scenario("24-track-after-close")),
    Mutant("25-requeued-not-frozen", "Queue.luau", "table.insert(self.waiting, 1, assert(self.onWire))",
           "for _, event in assert(self.onWire).events do self.fresh[self.tail] = event self.tail += 1 end",
           scenario("25-concurrent-producers-with-faults")),
    Mutant("26-counts-pauses", "Player.luau", "\t\tsession.listening:pause()\n", "", scenario("26-player-pause-600")),
    Mutant("26-skip-is-a-stop", "Player.luau", 'self:_finish("skip")', 'self:_finish("stop")', scenario("26-player-skip-at-12")),
    Mutant("26-play-at-load", "Player.luau", "local audible = sound.IsLoaded and sound.IsPlaying", "local audible = sound.IsPlaying",
           scenario("26-player-loading-is-not-listening")),
    Mutant("26-loops-unheard", "Player.luau", "sound.DidLoop:Connect", "sound.Stopped:Connect", scenario("26-player-loop")),
    Mutant("26-broken-unheard", "Player.luau", "sound.Destroying:Connect", "sound.Stopped:Connect",
           scenario("26-player-fails-midway")),
    Mutant("26-failed-load-unheard", "Player.luau", "status == Enum.AssetFetchStatus.Failure", "false",
           scenario("26-player-failed-load")),
    Mutant("27-callbacks-unguarded", "Callback.luau", "local succeeded = pcall(callback :: any, ...)",
           "local succeeded = true; (callback :: any)(...)", scenario("27-throwing-callbacks")),
    Mutant("27-callbacks-before-counters", "Ledger.luau", "\tself.rejected += rejected\n\tself.accepted += #events - rejected",
           "\tself.rejected += rejected\n\tself.accepted += #events", scenario("27-callbacks-may-track")),
    # Specials of Roblox
    Mutant("no-farewell-frame", "Shutdown.luau", "\ttask.wait()\n", "", roblox("farewells_of_the_last_frame_are_sent")),
    Mutant("closed-as-the-end-begins", "Client.luau", "\tself:_stopPlayers()\n\tself._delivery:shutDown",
           "\tself:_stopPlayers()\n\tself._closed = true\n\tself._delivery:shutDown",
           roblox("what_is_tracked_while_the_server_ends_is_sent_too")),
    Mutant("players-stop-too-late", "Client.luau", "\tself:_stopPlayers()\n\tself._delivery:shutDown(timeout, attempts)",
           "\tself._delivery:shutDown(timeout, attempts)\n\tself:_stopPlayers()", roblox("a_player_whose_listener_stays_to_the_end_says_farewell")),
    Mutant("clients-one-after-another", "Shutdown.luau", "\t\t\tlatch:open()\n\t\tend)\n", "\t\t\tlatch:open()\n\t\tend)\n\t\tlatch:wait()\n",
           roblox("clients_end_side_by_side")),
    Mutant("bound-for-each-client", "Shutdown.luau", "if not bound then", "if true then", roblox("clients_end_side_by_side")),
    Mutant("studio-as-live", "Shutdown.luau", "if RunService:IsStudio() then 1", "if false then 1", roblox("studio_gets_one_attempt")),
    Mutant("end-does-not-wait-for-destroy", "Client.luau", "\t\tself._ended:wait()\n", "",
           roblox("the_end_of_a_server_waits_for_a_destroy_under_way")),
    Mutant("disabled-is-an-outage", "Transport.luau", 'pattern = "[Hh]ttp requests are not enabled"', 'pattern = "never"',
           roblox("http_disabled_warns_once_and_is_no_outage")),
    Mutant("locked-header-is-an-outage", "Transport.luau", 'pattern = "[Hh]eader .* not allowed"', 'pattern = "never"',
           roblox("a_header_that_is_not_allowed_warns_once")),
    Mutant("budget-loses-events", "Transport.luau",
           'return { status = 0, problem = "this game server has used up its HTTP requests of the minute" }',
           "return { status = 404 }", roblox("a_used_up_request_budget_is_a_failure_to_back_off_from")),
    Mutant("requests-overlap", "Transport.luau", "if self.released and not self.released:wait(TIMEOUT) then", "if false then",
           roblox("a_request_given_up_is_not_overlapped")),
    Mutant("any-body-size", "Queue.luau", "MAX_BATCH_BYTES = 1_000_000", "MAX_BATCH_BYTES = math.huge",
           roblox("a_request_stays_under_a_megabyte")),
    Mutant("closed-and-no-table", "Client.luau", 'if type(event) == "table" then event else {} :: any', "event",
           bug("track_never_raises_into_the_game[client:track('text')]")),
    Mutant("ids-with-exponents", "Sanitize.luau", 'string.format("%.0f", (value :: number) + 0)', "string.format('%.4g', value)",
           roblox("ids_travel_as_exact_digits[12345678901-12345678901]")),
    Mutant("long-ids-with-exponents", "Sanitize.luau", 'string.format("%.0f", (value :: number) + 0)', "tostring(value)",
           roblox("ids_travel_as_exact_digits[1e21-1000000000000000000000]")),
    Mutant("secret-is-read", "Options.luau", 'if typeof(apiKey) == "Secret" then\n\t\treturn apiKey :: Secret',
           'if typeof(apiKey) == "Secret" then\n\t\treturn `{apiKey}`', roblox("a_secret_reaches_the_header_and_nothing_else")),
    Mutant("key-in-the-error", "Options.luau", 'error("AudioScape.new: apiKey must be visible', 'error(apiKey .. ": must be visible',
           roblox("a_bad_key_is_said_at_once_but_not_repeated[with space-visible ASCII]")),
    Mutant("live-references", "Ledger.luau", "droppedBy = table.clone(self.droppedBy)", "droppedBy = self.droppedBy",
           roblox("stats_are_a_snapshot")),
    Mutant("whole-seconds", "Clock.luau", "DateTime.now().UnixTimestampMillis / 1000", "os.time()",
           roblox("timestamps_keep_the_order_within_a_second")),
    Mutant("request-within-track", "Delivery.luau", "\ttask.defer(function()\n\t\tbefore:wait()", "\ttask.spawn(function()\n\t\tbefore:wait()",
           roblox("track_makes_no_request_and_does_not_yield")),
    Mutant("leaves-unheard", "Player.luau", "tostring(player.UserId) == tostring(self.playerId)", "false",
           player("the_listener_who_leaves_stops_the_player")),
    Mutant("load-timeout-of-a-loaded-sound", "Player.luau", "\t\tif not sound.IsLoaded then\n\t\t\tself:_over(session)\n\t\tend",
           "\t\tself:_over(session)", player("a_slow_track_that_loads_in_time_is_not_passed_over")),
    Mutant("no-load-timeout", "Player.luau", "LOAD_TIMEOUT = 30", "LOAD_TIMEOUT = 300",
           player("a_track_that_never_loads_is_passed_over_after_30_seconds")),
    Mutant("old-signals-count", "Player.luau", "\tif self.session == session then\n\t\tself:_finish", "\tif self.session then\n\t\tself:_finish",
           player("signals_of_a_track_that_is_over_change_nothing")),
    # Known bugs of other SDKs
    Mutant("flush-is-unbounded", "Delivery.luau", "\t\tfinished:wait(timeout)\n\tend\n\treturn",
           "\t\tfinished:wait()\n\tend\n\treturn", roblox("flush_gives_up_waiting_but_the_batch_lives")),
    Mutant("backoff-holds-up-the-end", "Delivery.luau", "\tlocal finished = self:_inTurn(function()\n\t\tself:_run(attempts",
           "\tlocal finished = self:_inTurn(function()\n\t\ttask.wait(self.retryAt - os.clock())\n\t\tself:_run(attempts",
           bug("a_backoff_does_not_hold_up_the_end")),
    Mutant("clients-are-kept", "Shutdown.luau", "\t\ttable.remove(live, index)", "", bug("a_destroyed_client_can_be_collected")),
    Mutant("200-only", "Verdict.luau", "status >= 200 and status < 300", "status == 200", bug("a_202_is_no_failure[202]")),
    Mutant("track-raises", "Sanitize.luau", "local succeeded, wire, refusal = pcall(encoded, event, now)",
           "local succeeded, wire, refusal = true, encoded(event, now)",
           bug("track_never_raises_into_the_game[client:track(setmetatable({}, { __index = function() error('no') end }))]")),
    Mutant("flush-returns-early", "Delivery.luau", "\t\tfinished:wait(timeout)\n\tend\n\treturn", "\tend\n\treturn",
           bug("flush_does_not_return_before_a_request_in_flight_has_its_answer")),
    Mutant("events-stranded", "Delivery.luau", "\t\tfinished:open()\n\t\tself:arrange()", "\t\tfinished:open()",
           bug("what_is_tracked_during_a_flush_is_not_stranded")),
    Mutant("oversized-is-never-done", "Delivery.luau", "\treturn self.queue:oldest() >= goal\n",
           "\treturn self.ledger.accepted >= self.ledger.tracked\n", bug("an_oversized_event_does_not_make_flush_hang")),
    Mutant("player-cache-leak", "Client.luau", "self._players[player] = nil", "", bug("listeners_that_come_and_go_cost_no_memory")),
    Mutant("connection-leak", "Player.luau", "self.leaving:Disconnect()", "", bug("listeners_that_come_and_go_cost_no_memory")),
    Mutant("quick-leaver-plays-on", "Player.luau", "\tif self.destroyed then\n\t\treturn\n\tend\n\tlocal sound",
           "\tlocal sound", bug("a_listener_who_leaves_at_once_breaks_nothing")),
    Mutant("overflow-in-silence", "Client.luau", '\t\tledger:drop(lost, "queue_full")', "", bug("overflow_drops_the_oldest_and_says_so")),
    Mutant("thrown-is-lost", "Transport.luau", "answer = if succeeded then result else failed(result)",
           "answer = if succeeded then result else { status = 404 }", bug("a_thrown_request_loses_nothing")),
    Mutant("429-is-lost", "Verdict.luau", "status ~= 429 then", "true then", bug("a_429_with_a_body_loses_nothing")),
    Mutant("no-timeout", "Transport.luau", "local TIMEOUT = 10", "local TIMEOUT = 1e9", bug("a_request_has_a_timeout")),
    Mutant("flush-spins", "Delivery.luau", "\t\t\t\tself:_run(1, function()\n\t\t\t\t\treturn self.queue:oldest() < goal",
           "\t\t\t\tself:_run(50, function()\n\t\t\t\t\treturn self.queue:oldest() < goal",
           bug("a_server_that_is_down_is_not_hammered_by_flush_or_the_end")),
    Mutant("jitter-below-retry-after", "RetryPolicy.luau", "retryAfter * (1 + JITTER * random)", "retryAfter * (1 - JITTER * random)",
           bug("jitter_never_comes_before_retry_after[0.5]")),
    Mutant("one-cycle-costs-the-batch", "Sanitize.luau", 'local keep = type(member) == "string"',
           'local keep = type(member) == "table" or type(member) == "string"', scenario("20-poison-is-mended")),
    # What holds for any input
    Mutant("accepted-too-many", "Ledger.luau", "self.accepted += #events - rejected", "self.accepted += #events",
           "test_properties.py::test_every_event_has_one_fate"),
    Mutant("dropped-and-lost", "Queue.luau", "table.move(batch.events, 1, #batch.events, #lost + 1, lost)", "",
           "test_properties.py::test_every_event_has_one_fate"),
    Mutant("retry-changes-the-key", "Transport.luau", "= batch.key", "= HttpService:GenerateGUID(false)",
           "test_properties.py::test_every_event_has_one_fate"),
    Mutant("nan-in-metadata", "Sanitize.luau", 'type(member) == "boolean" or isFinite(member)',
           'type(member) == "boolean" or type(member) == "number"',
           "test_properties.py::test_anything_at_all_becomes_valid_json_or_is_rejected"),
    Mutant("early-halves-wait", "Delivery.luau", " and (self:_fullBatchWaits() or #self.queue.waiting > 0)",
           " and self:_fullBatchWaits()", roblox("halves_of_an_early_batch_are_sent_at_once")),
]  # fmt: skip

pytestmark = pytest.mark.mutants


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_noticed(mutant: Mutant, tmp_path: Path) -> None:
    """The named test fails: not by an error around it, and not because it is not there."""
    copy = tmp_path / "src"
    shutil.copytree(SRC, copy)
    text = (copy / mutant.file).read_text()
    assert text.count(mutant.old) == 1, f"{mutant.file} has {text.count(mutant.old)} of what is to be changed"
    (copy / mutant.file).write_text(text.replace(mutant.old, mutant.new))
    process = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "--tb=line",
         str(HERE / mutant.test)],
        # Loading every plugin that is installed takes longer than most tests here.
        env={**os.environ, "AUDIOSCAPE_LUAU_SOURCE": str(copy), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
             "HYPOTHESIS_STORAGE_DIRECTORY": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=120, cwd=HERE,
    )  # fmt: skip
    assert process.returncode == 1, process.stdout[-2000:] + process.stderr[-2000:]
    assert re.search(r"^1 failed", process.stdout, re.MULTILINE), process.stdout[-2000:]


def test_every_promise_has_a_mutant() -> None:
    """No shared scenario number, and no known bug, is without one."""
    named = " ".join(mutant.test for mutant in MUTANTS)
    numbers = {each["scenario"] for each in SCENARIOS["scenarios"]}
    assert numbers == {int(number) for number in re.findall(r"test_scenario\[(\d\d)-", named)}
