"""Plays the scenarios of `sdks/conformance` against the public surface of the SDK. The format is explained there."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from audioscape import AudioScape, Track
from virtual_time import Control, Pending, VirtualClock, VirtualTransport, collected_logs

DOCUMENT = json.loads((Path(__file__).resolve().parents[2] / "conformance" / "scenarios.json").read_text("utf-8"))
SCENARIOS = {scenario["name"]: scenario for scenario in DOCUMENT["scenarios"]}

SNAKE = re.compile("[A-Z]")


def snake(name: str) -> str:
    return SNAKE.sub(lambda letter: "_" + letter[0].lower(), name)


def cycle():
    metadata = {"good": 1}
    metadata["self"] = metadata
    return metadata


NAN = float("nan")

POISON = {
    "nan-duration": lambda c: c.track_play(901, 7, NAN),
    "infinite-duration": lambda c: c.track_play(901, 7, float("inf")),
    "nan-id": lambda c: c.track_play(NAN, 7, 1),
    "function-id": lambda c: c.track_play(print, 7, 1),
    "no-type": lambda c: c.track(None),
    "nan-metadata": lambda c: c.track("poison", asset_id=901, metadata={"bad": NAN, "good": 1}),
    "cycle": lambda c: c.track("poison", asset_id=901, metadata=cycle()),
    "nested-metadata": lambda c: c.track("poison", asset_id=901, metadata={"good": 1, "deep": {"a": 1}}),
    "eleven-keys": lambda c: c.track("poison", asset_id=901, metadata={f"k{i:02d}": 1 for i in range(11, 0, -1)}),
    "long-id": lambda c: c.track_play(901, "x" * 300, 1),
    "huge": lambda c: c.track("poison", asset_id=901, metadata={"big": "x" * (1 << 20)}),
    "bad-text": lambda c: c.track_play(901, "a\ud800b", 1),
}


def changed(event, **changes):
    return {**event, **changes}


#: What each hook makes of an event, and of which: of all, or of the even-numbered alone.
HOOKS = {
    "edit": (False, lambda event: changed(event, player_id="someone", metadata={"edited": True})),
    "drop": (True, lambda _: None),
    "throw": (True, lambda event: event["no such field"]),
    "nonsense": (True, lambda _: 5),
    "spoil": (True, lambda event: changed(event, type="")),
}


def hook(name):
    even, act = HOOKS[name]
    return lambda event: event if even and number(event) % 2 else act(event)


class Stage:
    """A playback that does nothing but remember what it was asked to play."""

    def start(self, cue):
        self.cue = cue

    def pause(self): ...

    def resume(self): ...

    def stop(self): ...


def number(event):
    return int(event["asset_id"]) if str(event.get("asset_id", "")).isdigit() else None


def ranges(numbers):
    """The fewest ranges that say these numbers in order."""
    result = []
    for n in numbers:
        if result and result[-1][1] == n - 1:
            result[-1][1] = n
        else:
            result.append([n, n])
    return result


class Runner:
    """One scenario."""

    def __init__(self, scenario, server) -> None:
        self.scenario = scenario
        self.control = Control(server)
        self.control("POST", "/reset")
        self.clock = VirtualClock(DOCUMENT["clock"]["wall"])
        self.clock.held = self.control.held
        self.transport = VirtualTransport(self.clock)
        self.rejected, self.drops = [], Counter()
        self.pending = self.player = None
        self.max_queue = 500
        self.options = dict(scenario.get("client", {}))
        port = urlsplit(server.events).port
        self.endpoint = {
            "server": server.events,
            "padded": f"\t{server.events} \r\n",
            "refused": server.refused,
            "unresolvable": f"http://fault.invalid:{port}",
        }[self.options.pop("endpoint", "server")]
        self.callbacks = self.options.pop("callbacks", "record")
        rng = self.options.pop("rng", 0)
        self.key = self.options.pop("apiKey", DOCUMENT["apiKey"])
        if "beforeSend" in self.options:
            self.options["beforeSend"] = hook(self.options["beforeSend"])
        self.max_queue = self.options.get("maxQueueSize", 500)
        self.create = lambda: AudioScape(
            self.key,
            endpoint=self.endpoint,
            clock=self.clock,
            rng=lambda: rng,
            transport=self.transport,
            on_rejected=None if self.callbacks == "none" else self.on_rejected,
            on_drop=None if self.callbacks == "none" else self.on_drop,
            **{snake(name): value for name, value in self.options.items()},
        )

    def on_rejected(self, event, message):
        self.rejected.append([number(event), message])
        if self.callbacks == "track" and number(event) < 900:
            self.client.track_play(number(event) + 900, 7, 1)
        if self.callbacks == "throw":
            raise RuntimeError("a callback of the host's")

    def on_drop(self, events, reason):
        self.drops[reason] += len(events)
        if self.callbacks == "throw":
            raise RuntimeError("a callback of the host's")

    def play(self) -> None:
        with collected_logs() as self.logs:
            self.client = self.create()
            try:
                for index, step in enumerate(self.scenario["steps"]):
                    ((verb, argument),) = step.items()
                    try:
                        getattr(self, "do_" + snake(verb))(argument)
                        self.clock.settle()
                        self.check_invariants()
                    except AssertionError as error:
                        raise AssertionError(f"step {index}, {json.dumps(step)[:300]}: {error}") from error
            finally:
                self.clock.run(self.client.close, 10)
            assert not any(DOCUMENT["apiKey"] in line for line in [*self.logs, *self.logs.debug])

    def check_invariants(self):
        stats = self.client.stats
        assert stats.accepted + stats.rejected + stats.dropped + stats.queued == stats.tracked, stats
        assert stats.dropped == sum(stats.dropped_by.values()), stats
        assert stats.queued <= self.max_queue, stats
        received = self.control.received()
        assert received["misused"] == 0, "a key came back with another body"
        assert not received["overlapped"], "two requests at once"

    # -- steps -------------------------------------------------------------------------------------------------------

    def do_server(self, replies):
        self.control.script(*replies)

    def do_server_default(self, reply):
        self.control("PUT", "/script", {"default": reply})

    def do_server_down(self, down):
        self.control("POST", "/down" if down else "/up")

    def do_release(self, _):
        self.control("POST", "/release")
        self.control.await_held(0)

    def do_configure(self, options):
        self.max_queue = options.get("maxQueueSize", self.max_queue)
        self.client.configure_analytics(**{snake(name): value for name, value in options.items()})

    def do_construct(self, given):
        endpoint = {"server": self.endpoint, "none": None, "blank": " \t"}[given.get("endpoint", "server")]
        key = given.get("apiKey", DOCUMENT["apiKey"])
        if "fails" not in given:
            AudioScape(key, endpoint=endpoint, clock=self.clock, transport=self.transport).close()
            return
        with pytest.raises(ValueError) as caught:
            AudioScape(key, endpoint=endpoint, clock=self.clock, transport=self.transport)
        assert all(words in str(caught.value) for words in given["fails"]), caught.value
        assert key not in str(caught.value), "the key is in the error"

    def do_register(self, properties):
        self.client.register(properties)

    def do_unregister(self, name):
        self.client.unregister(name)

    def do_set_enabled(self, enabled):
        self.client.set_enabled(enabled)

    def do_track(self, span):
        for i in range(span[0], span[1] + 1):
            self.client.track_play(i, 7, i)

    def do_call(self, call):
        method, arguments = call
        getattr(self.client, snake(method))(**{snake(name): value for name, value in arguments.items()})

    def do_poison(self, name):
        POISON[name](self.client)

    def do_advance(self, seconds):
        self.clock.advance(seconds)

    def do_flush(self, options):
        timeout = options.get("timeout", 10)
        result = self.clock.run(lambda: self.client.flush(timeout), timeout)
        assert result == options.get("returns", result), f"flush returned {result}"

    def do_close(self, options):
        timeout = options.get("timeout", 10)
        if options.get("background"):
            self.pending = Pending(lambda: self.client.close(timeout)), self.clock.monotonic() + timeout
        else:
            self.clock.run(lambda: self.client.close(timeout), timeout)

    def do_closed(self, _):
        self.clock.finish(*self.pending)

    def do_concurrent(self, options):
        def produce(k):
            for i in range(1, options["each"] + 1):
                self.client.track_play(10000 * k + i, 7, i)

        threads = [threading.Thread(target=produce, args=(k + 1,)) for k in range(options["producers"])]
        for thread in threads:
            thread.start()
        for _ in range(options["flushes"]):
            self.client.flush()
        for thread in threads:
            thread.join()
        self.client.flush()

    def do_player(self, command):
        if command == "create":
            self.stage = Stage()
            self.player = self.client.create_player(7, self.stage)
        elif isinstance(command, dict):
            self.player.queue(Track(track["assetId"], track.get("duration")) for track in command["queue"])
        else:
            getattr(self.player, command)()

    def do_media(self, event):
        getattr(self.stage.cue, event)()

    # -- expectations ------------------------------------------------------------------------------------------------

    def do_expect(self, expected):
        self.received = self.control.received()
        for member, value in expected.items():
            actual = getattr(self, "see_" + snake(member))(value)
            assert actual == value, f"{member}: {actual}"

    def see_requests(self, _):
        return len(self.received["requests"])

    def see_attempts(self, _):
        return self.transport.attempts

    def see_batches(self, _):
        batches = [ranges(map(number, request["events"])) for request in self.received["requests"]]
        return [batch[0] if len(batch) == 1 else batch for batch in batches]

    def see_stored(self, _):
        return ranges(map(number, self.received["stored"]))

    def see_stored_events(self, _):
        return self.received["stored"]

    def see_timestamps(self, _):
        return [event["timestamp"] for event in self.received["stored"]]

    def see_stored_once(self, value):
        numbers = [number(event) for event in self.received["stored"]]
        for k in range(1, value["producers"] + 1):
            mine = [n for n in numbers if n // 10000 == k]
            assert mine == [10000 * k + i for i in range(1, value["each"] + 1)], f"producer {k}: {ranges(mine)}"
        assert len(numbers) == value["producers"] * value["each"]
        return value

    def see_sent(self, _):
        return self.received["requests"][-1]["events"]

    def see_headers(self, value):
        headers = self.received["requests"][-1]["headers"]
        for name, rule in value.items():
            if isinstance(rule, dict):
                assert re.fullmatch(rule["matches"], headers.get(name, "")), f"{name}: {headers.get(name)}"
            else:
                assert headers.get(name) == rule, f"{name}: {headers.get(name)}"
        return value

    def see_identical(self, groups):
        requests = self.received["requests"]
        seen = [{(requests[i]["key"], base64.b64decode(requests[i]["body"])) for i in group} for group in groups]
        assert all(len(group) == 1 for group in seen), "a resend differs"
        assert len({key for group in seen for key, _ in group}) == len(groups), "a key is used twice"
        return groups

    def see_keys(self, _):
        return len({request["key"] for request in self.received["requests"]})

    def see_stats(self, value):
        stats = self.client.stats
        actual = {name: getattr(stats, snake(name)) for name in value}
        return {name: dict(field) if name == "droppedBy" else field for name, field in actual.items()}

    def see_rejected(self, value):
        if len(value) != len(self.rejected):
            return self.rejected
        return [[e if e is None else a for e, a in zip(rule, call)] for rule, call in zip(value, self.rejected)]

    def see_drops(self, _):
        return dict(self.drops)

    def see_logs(self, _):
        return len(self.logs)

    def see_logged(self, value):
        url = self.endpoint.strip() + "/analytics/v1/analytics"
        wanted = [[words.replace("{url}", url) for words in rule] for rule in value]
        assert len(self.logs) == len(wanted), self.logs
        assert all(words in line for rule, line in zip(wanted, self.logs) for words in rule), self.logs
        return value

    def see_unlogged(self, value):
        for line in [*self.logs, *self.logs.debug]:
            assert not any(words in line for words in value), line
        return value

    def see_debugged(self, value):
        url = self.endpoint.strip() + "/analytics/v1/analytics"
        lines = iter(self.logs.debug)
        for rule in value:
            wanted = [words.replace("{url}", url) for words in rule]
            assert any(all(words in line for words in wanted) for line in lines), f"{rule}: {self.logs.debug}"
        return value if value or not self.logs.debug else self.logs.debug

    def see_held(self, _):
        return self.received["held"]
