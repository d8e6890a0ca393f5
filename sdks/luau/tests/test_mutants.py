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


def refusal(name: str) -> str:
    return f"test_refusals.py::test_{name}"


def swapped(name: str) -> str:
    return f"test_swapped.py::test_{name}"


MUTANTS = [
    # The promises of the shared scenarios, as far as they are 27
    Mutant("01-sends-at-once", "Delivery.luau", "self:_arm(self.settings.batchInterval)\n\tend\n\tlocal half",
           "self:_arm(0)\n\tend\n\tlocal half", scenario("01-first-request-at-30")),
    Mutant("01-no-floor", "Options.luau", "{ low = 5, high = 300", "{ low = 0, high = 300",
           scenario("01-interval-never-under-5")),
    Mutant("02-newest-first", "Queue.luau", "table.insert(events, event)",
           "table.insert(events, 1, event)", scenario("02-batches-in-order")),
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
    Mutant("13-401-logs-each-time", "Delivery.luau", 'self.log:reason("refused", reason', 'self.log:reason("refused", reason .. os.clock()',
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
    Mutant("19-poison-is-not-tracked", "Client.luau", "ledger:refuse(event, refusal)",
           "ledger.tracked -= 1\n\t\t\tledger:refuse(event, refusal)", scenario("19-counters-always-add-up")),
    Mutant("19-drop-is-not-counted", "Ledger.luau", "self.dropped += #events", "self.dropped += 1",
           scenario("19-counters-always-add-up")),
    Mutant("20-nan-passes", "Sanitize.luau", "value == value and math.abs(value) ~= math.huge", "true",
           scenario("20-poison-is-mended")),
    Mutant("20-bad-text-passes", "Text.luau", "if utf8.len(text) then", "if true then", scenario("20-poison-is-mended")),
    Mutant("20-any-size", "Sanitize.luau", "MAX_EVENT_BYTES = 32_768", "MAX_EVENT_BYTES = 2 ^ 30",
           scenario("20-poison-is-rejected")),
    Mutant("20-empty-metadata", "Sanitize.luau", "if next(scalars) ~= nil then scalars else nil", "scalars",
           scenario("20-empty-metadata-is-omitted")),
    Mutant("21-no-deadline", "Delivery.luau", "finished:wait(timeout)\n\tself.ledger:drop", "finished:wait()\n\tself.ledger:drop",
           scenario("21-hung-request-before-shutdown")),
    Mutant("21-late-answer-counts", "Delivery.luau", "if self.queue.onWire ~= batch then",
           "if self.queue.onWire ~= batch and self.ledger:settle(batch.events, {}) == nil then",
           scenario("21-late-answer-changes-nothing")),
    Mutant("22-one-attempt", "Shutdown.luau", "Shutdown.ATTEMPTS = 3", "Shutdown.ATTEMPTS = 1",
           scenario("22-third-attempt-delivers")),
    Mutant("22-attempts-in-all", "Delivery.luau", "self:_answered(batch, verdict, answer)\n\t\t\tfailed = 0",
           "self:_answered(batch, verdict, answer)", scenario("22-attempts-count-in-a-row")),
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
    Mutant("26-counts-pauses", "Session.luau", "\t\tself.heard:pause()\n", "", scenario("26-player-pause-600")),
    Mutant("26-skip-is-a-stop", "Player.luau", 'self:_finish("skip")', 'self:_finish("stop")', scenario("26-player-skip-at-12")),
    Mutant("26-play-at-load", "Session.luau", "not self.paused else ready and voice.isPlaying()", "not self.paused else voice.isPlaying()",
           scenario("26-player-loading-is-not-listening")),
    Mutant("26-loops-unheard", "Voice.luau", "audio.Looped:Connect(watch.looped)", "", scenario("26-player-loop")),
    Mutant("26-broken-unheard", "Voice.luau", "audio.Destroying:Connect(watch.gone)", "",
           scenario("26-player-fails-midway")),
    Mutant("26-failed-load-unheard", "Session.luau", "status == Enum.AssetFetchStatus.Failure", "false",
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
    Mutant("key-in-the-error", "Options.luau", "error(`AudioScape.{caller}: apiKey must be visible", "error(`{apiKey}: must be visible",
           roblox("a_bad_key_is_said_at_once_but_not_repeated[with space-visible ASCII]")),
    Mutant("live-references", "Ledger.luau", "droppedBy = table.clone(self.droppedBy)", "droppedBy = self.droppedBy",
           roblox("stats_are_a_snapshot")),
    Mutant("whole-seconds", "Clock.luau", "DateTime.now().UnixTimestampMillis / 1000", "os.time()",
           roblox("timestamps_keep_the_order_within_a_second")),
    Mutant("request-within-track", "Delivery.luau", "\ttask.defer(function()\n\t\tbefore:wait()", "\ttask.spawn(function()\n\t\tbefore:wait()",
           roblox("track_makes_no_request_and_does_not_yield")),
    Mutant("leaves-unheard", "Player.luau", "tostring(player.UserId) == tostring(self.playerId)", "false",
           player("the_listener_who_leaves_stops_the_player[AudioPlayer]")),
    Mutant("assumed-although-it-reported", "Session.luau", "self.assumed, self.parts.hearing.assumed = false, false", "",
           player("one_that_reports_ends_the_assumption[AudioPlayer]")),
    Mutant("silent-servers-record-nothing", "Session.luau", "self.assumed, self.parts.hearing.assumed = true, true", "",
           player("a_track_that_reports_nothing_counts_from_its_start[Sound]")),
    Mutant("each-track-waits-anew", "Session.luau", "assumed = parts.hearing.assumed", "assumed = false",
           player("after_one_that_reports_nothing_the_next_count_at_once[Sound]")),
    Mutant("assumed-plays-are-of-now", "Session.luau", "Clock.wall() - self.asked:seconds() else nil", "nil else nil",
           player("a_track_that_reports_nothing_counts_from_its_start[AudioPlayer]")),
    Mutant("assumed-tracks-never-end", "Session.luau", "if self.assumed and not self.paused and length then", "if false then",
           player("a_track_that_reports_nothing_ends_with_its_duration[Sound]")),
    Mutant("assumed-in-pause", "Session.luau", "if self.assumed then not self.paused else", "if self.assumed then true else",
           player("a_track_in_pause_is_not_assumed_to_be_heard[Sound]")),
    Mutant("an-end-without-a-report-is-nothing", "Session.luau", "\t\tself.assumed = true\n\t\tself:_play()\n", "",
           player("a_track_that_ends_without_a_report_was_heard[Sound]")),
    Mutant("old-signals-count", "Session.luau", "if not self.finished then", "if true then",
           player("signals_of_a_track_that_is_over_change_nothing[Sound]")),
    Mutant("refused-assets-in-silence", "Session.luau", 'self.parts.log:reason("assets"', 'print("assets"',
           player("a_refused_asset_is_named_and_passed_over[AudioPlayer]")),
    Mutant("refused-assets-spin", "Player.luau", "elseif self.unheard < 2 then", "elseif true then",
           player("a_queue_of_refused_assets_does_not_spin[Sound]")),
    Mutant("asked-for-again-spins", "Player.luau", "if self.unheard < 2 then 0 else 1", "0",
           player("a_track_that_is_asked_for_again_when_it_was_refused_does_not_spin")),
    Mutant("waits-for-ever-after", "Player.luau", "self.unheard, self.heardThisRound = 0, true", "self.heardThisRound = true",
           player("a_track_that_is_heard_ends_the_waits[Sound]")),
    Mutant("silent-rounds-spin", "Player.luau", "if #self.played > 0 and not self.heardThisRound then", "if false then",
           player("a_queue_that_plays_itself_again_does_not_spin[AudioPlayer]")),
    Mutant("an-empty-queue-finishes", "Player.luau", "\t\tif #self.Queue > 0 then\n\t\t\tself:_next()\n\t\tend", "\t\tself:_next()",
           player("a_queue_that_plays_itself_again_does_not_spin[AudioPlayer]")),
    Mutant("stop-does-not-end-the-wait", "Player.luau", "\t\ttask.cancel(self.waiting)", "", player("a_player_that_waits_can_be_stopped[Sound-stop]")),
    Mutant("no-second-round", "Player.luau", "self.Queue, self.played = self.played, {}\nend\n\nfunction Player._next",
           "self.played = {}\nend\n\nfunction Player._next", player("play_at_the_end_of_the_queue_starts_it_again[Sound]")),
    Mutant("all-that-was-played-is-kept", "Player.luau", "MAX_PLAYED = 500", "MAX_PLAYED = 5000",
           player("tracks_that_are_over_are_kept_up_to_500[Sound]")),
    Mutant("the-games-output-is-ignored", "Player.luau", "local output = given.output or ownOutput", 'local output = ownOutput or Instance.new("AudioDeviceOutput")',
           player("an_output_of_the_games_is_used_and_left_alone")),
    Mutant("outputs-are-left-behind", "Player.luau", "self.ownOutput:Destroy()", "", player("an_audio_player_is_wired_to_an_output_of_its_own")),
    Mutant("any-volume", "Voice.luau", "math.clamp(given, 0, 1)", "given", player("the_volume_stays_between_0_and_1[Sound-2-1]")),
    # Endpoint, refusals, debug, dry run, beforeSend, super-properties, enabled
    Mutant("28-a-default-host", "Options.luau", "then Address.endpoint else endpoint", 'then (Address.endpoint or "http://127.0.0.1:9") else endpoint',
           scenario("28-no-host-but-a-named-one")),
    Mutant("28-no-address-built-in", "Options.luau", "then Address.endpoint else endpoint", "then nil else endpoint",
           roblox("the_address_that_is_built_in_is_enough")),
    Mutant("28-white-space-in-the-key", "Options.luau", 'string.match(apiKey, "^%s*(.-)%s*$") :: string', "apiKey",
           scenario("28-read-from-a-file")),
    Mutant("28-white-space-in-the-endpoint", "Options.luau", '"^%s*(.-)[%s/]*$"', '"^(.-)/*$"', scenario("28-read-from-a-file")),
    Mutant("29-rejected-in-silence", "Ledger.luau", "self:_warnOfRefusal(event, message, answer)", "", scenario("29-each-reason-once")),
    Mutant("29-refused-in-silence", "Ledger.luau", 'self:_warnOfRefusal(if type(event) == "table" then event else nil, message, "it was not sent")',
           "", scenario("29-refused-by-the-sdk")),
    Mutant("29-dropped-in-silence", "Delivery.luau", 'self.log:reason("refused", reason', 'self.log:reason("", ""', scenario("29-each-reason-once")),
    Mutant("29-every-time", "Log.luau", "if self.quietUntil[kind] then", "if false then",
           refusal("a_reason_that_comes_again_leaves_room_for_others")),
    Mutant("29-one-reason-for-all", "Ledger.luau", "`{how}: {message}`, function()", "how, function()", scenario("29-each-reason-once")),
    Mutant("29-each-value-a-reason", "Log.luau", 'string.match(reason, "^(.-), got ") or', "",
           scenario("29-other-values-are-no-other-reason")),
    Mutant("29-no-advice", "Delivery.luau", "\t[404] = RIGHT_ENDPOINT,\n", "", scenario("29-wrong-path")),
    Mutant("29-a-flood-of-reasons", "Log.luau", "MAX_REASONS = 20", "MAX_REASONS = 2000", scenario("29-no-flood-of-reasons")),
    Mutant("29-whole-pages", "Log.luau", "MAX_QUOTED_CHARACTERS = 200", "MAX_QUOTED_CHARACTERS = 2000", scenario("29-the-servers-text-is-cut")),
    Mutant("29-the-key-in-a-rejection", "Ledger.luau", "was refused: {self.log:quoted(message)}", "was refused: {message}",
           scenario("29-the-key-in-an-answer")),
    Mutant("29-the-key-in-an-answer", "Log.luau", 'string.gsub(text, (string.gsub(key, "%p", "%%%0")), "<key>")', "text",
           scenario("29-the-key-in-an-answer")),
    Mutant("29-the-key-as-a-pattern", "Log.luau", '(string.gsub(key, "%p", "%%%0"))', "key",
           refusal("a_key_full_of_pattern_characters_is_masked_too")),
    Mutant("29-a-secret-in-an-answer", "Log.luau", "if #word >= SECRET_LENGTH then", "if false then",
           refusal("a_secret_cannot_leak_by_what_a_server_says")),
    Mutant("30-silent-sends", "Delivery.luau", "self.log:debug(`send:", "local _ = (`send:", scenario("30-track-send-answer")),
    Mutant("30-always-loud", "Log.luau", "if self.debugging then", "if true then", scenario("30-silent-without")),
    Mutant("31-dry-run-sends", "Transport.luau", "if self.dryRun then", "if false then", scenario("31-everything-but-the-network")),
    Mutant("32-a-failed-hook-lets-through", "Prepare.luau", "\tif returned == nil then\n\t\treturn nil, nil", "\tif returned == nil then\n\t\treturn wire, nil",
           scenario("32-fails")),
    Mutant("32-hook-is-asked-in-vain", "Prepare.luau", "return Sanitize.toWire(returned, now)", "return wire, nil", scenario("32-edits")),
    Mutant("32-a-drop-is-not-counted", "Client.luau", 'ledger:drop({ event }, "before_send")', "", scenario("32-drops")),
    Mutant("32-any-answer-is-an-event", "Prepare.luau", '(result == nil or type(result) == "table")', "true", scenario("32-returns-nonsense")),
    Mutant("32-a-hook-may-yield", "Prepare.luau", "if succeeded and not yielded and", "if succeeded and",
           roblox("a_beforeSend_that_yields_drops_the_event_and_holds_nothing_up")),
    Mutant("33-super-properties-win", "Sanitize.luau", "if scalars[key] == nil then", "if true then", scenario("33-merged-into-every-event")),
    Mutant("33-more-than-ten", "Sanitize.luau", "math.min(room, #others)", "#others", scenario("33-ten-keys-in-all")),
    Mutant("33-left-out-in-silence", "Prepare.luau", "if not whole then", "if false then", scenario("33-unusable-values")),
    Mutant("33-never-unregistered", "Prepare.luau", "self.properties[name] = nil", "", scenario("33-merged-into-every-event")),
    Mutant("34-off-is-on", "Client.luau", "self:configureAnalytics({ enabled = enabled })", "", scenario("34-off-does-nothing")),
    # A game written for the published client
    Mutant("other-services-throw", "Elsewhere.luau", "return nil, MESSAGE", "error(MESSAGE)",
           swapped("a_quick_start_of_the_published_client_survives")),
    Mutant("other-services-warn-each-time", "Elsewhere.luau", "warned[name] = true", "",
           swapped("what_belongs_to_another_service_answers_nil_and_warns_once[AudioScape-search]")),
    Mutant("clients-have-no-other-services", "Client.luau", " or Elsewhere.method(key)", "",
           swapped("what_belongs_to_another_service_answers_nil_and_warns_once[client-search]")),
    Mutant("a-colon-is-the-key", "init.luau", "Shared.setApiKey(if apiKey == AudioScape then afterColon else apiKey)", "Shared.setApiKey(apiKey)",
           swapped("setters_called_with_a_colon_work")),
    Mutant("the-first-key-stays", "Shared.luau", "\t\tclient:_authorize(key)\n", "", swapped("another_key_counts_for_what_waits_too")),
    Mutant("the-first-address-stays", "Shared.luau", "\t\tclient:_aim(new)\n", "", swapped("another_address_counts_for_what_waits_too")),
    Mutant("closed-for-ever", "Shared.luau", "\t\tclient = nil\n", "", swapped("a_module_that_was_destroyed_begins_anew_with_a_key")),
    Mutant("no-word-of-a-missing-address", "Shared.luau", "if not url and not Address.endpoint then", "if false then",
           swapped("without_an_address_nothing_is_sent_and_both_calls_say_so")),
    Mutant("the-old-key-is-masked", "Client.luau", "\tself._log.key = key\n", "", refusal("a_key_that_is_replaced_is_the_one_that_is_masked")),
    # Known bugs of other SDKs
    Mutant("flush-is-unbounded", "Delivery.luau", "\t\tfinished:wait(timeout)\n\tend\n\treturn",
           "\t\tfinished:wait()\n\tend\n\treturn", roblox("flush_gives_up_waiting_but_the_batch_lives")),
    Mutant("backoff-holds-up-the-end", "Delivery.luau", "\tlocal finished = self:_inTurn(function()\n\t\tself:_run(attempts",
           "\tlocal finished = self:_inTurn(function()\n\t\ttask.wait(self.retryAt - os.clock())\n\t\tself:_run(attempts",
           bug("a_backoff_does_not_hold_up_the_end")),
    Mutant("clients-are-kept", "Shutdown.luau", "\t\ttable.remove(live, index)", "", bug("a_destroyed_client_can_be_collected")),
    Mutant("200-only", "Verdict.luau", "status >= 200 and status < 300", "status == 200", bug("a_202_is_no_failure[202]")),
    Mutant("track-raises", "Sanitize.luau", "local succeeded, wire, refusal = pcall(encoded, event, now, properties)",
           "local succeeded, wire, refusal = true, encoded(event, now, properties)",
           bug("track_never_raises_into_the_game[client:track(setmetatable({}, { __index = function() error('no') end }))]")),
    Mutant("flush-returns-early", "Delivery.luau", "\t\tfinished:wait(timeout)\n\tend\n\treturn", "\tend\n\treturn",
           bug("flush_does_not_return_before_a_request_in_flight_has_its_answer")),
    Mutant("events-stranded", "Delivery.luau", "\t\tfinished:open()\n\t\tself:arrange()", "\t\tfinished:open()",
           bug("what_is_tracked_during_a_flush_is_not_stranded")),
    Mutant("oversized-is-never-done", "Delivery.luau", "\treturn self.queue:oldest() >= goal\n",
           "\treturn self.ledger.accepted >= self.ledger.tracked\n", bug("an_oversized_event_does_not_make_flush_hang")),
    Mutant("player-cache-leak", "Client.luau", "self._players[player] = nil", "", bug("listeners_that_come_and_go_cost_no_memory")),
    Mutant("connection-leak", "Player.luau", "self.leaving:Disconnect()", "", bug("listeners_that_come_and_go_cost_no_memory")),
    Mutant("quick-leaver-plays-on", "Player.luau", "elseif not self.waiting and not self.destroyed then",
           "elseif not self.waiting then", bug("a_listener_who_leaves_at_once_breaks_nothing")),
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
