"""Plays the steps of `scenarios.json` against the Luau SDK. The format is described in `sdks/conformance/README.md`."""

import base64
import http.client
import json
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from roblox import World

HERE = Path(__file__).parent
CONFORMANCE = HERE.parent.parent / "conformance"
SCENARIOS = json.loads((CONFORMANCE / "scenarios.json").read_text())
API_KEY: str = SCENARIOS["apiKey"]
WALL: float = SCENARIOS["clock"]["wall"]

#: HttpService follows redirects by itself; a game cannot see them.
CANNOT = {"manual-redirect"}
CLOSE_TIMEOUT = 20
FLUSH_TIMEOUT = 10


class Control:
    """The control port of a fault server."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)

    def send(self, method: str, path: str, body: Any = None) -> Any:
        self._connection.request(method, path, None if body is None else json.dumps(body))
        response = self._connection.getresponse()
        text = response.read()
        assert response.status == 200, (path, response.status, text)
        return json.loads(text)

    def received(self) -> Any:
        return self.send("GET", "/received")

    def close(self) -> None:
        self._connection.close()


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """[1, 2, 3, 7] as [[1, 3], [7, 7]]."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] + 1 == number:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def number(event: dict[str, Any]) -> int:
    return int(event["asset_id"])


class Runner:
    """One scenario: a reset server, a fresh game server, a new client."""

    def __init__(self, server: Any, control: Control, scenario: dict[str, Any], source: Path) -> None:
        self._control = control
        self._scenario = scenario
        control.send("POST", "/reset")
        self.world = World(source=source, wall=WALL, held=lambda: control.received()["held"])
        options = dict(scenario.get("client", {}))
        self.world.set("random", options.pop("rng", 0))
        callbacks = options.pop("callbacks", "record")
        hook = options.pop("beforeSend", "none")
        self._endpoints = {
            "server": server.events,
            "padded": f" {server.events}\n",
            "refused": server.refused,
            "unresolvable": "http://fault.invalid",
            "none": None,
            "blank": " \n",
        }
        options["endpoint"] = self._endpoints[options.pop("endpoint", "server")]
        self._url = f"{str(options['endpoint']).strip()}/analytics/v1/analytics"
        self._max_queue_size = options.get("maxQueueSize", 500)
        self._driver = self.world.environment
        self._driver.set("driver", self._load_driver())
        self._call("new", options.pop("apiKey", API_KEY), options, callbacks, hook)
        self._closing: Any = None
        self._lengths: dict[str, float] = {}
        self._loops = 0

    def _load_driver(self) -> Any:
        chunk = self.world.lua.load_chunk(
            (HERE / "roblox" / "driver.luau").read_text(), name="@driver.luau", env=self.world.environment
        )
        return chunk()[0]

    def _call(self, name: str, *arguments: Any) -> Any:
        return self.world.run("local name = ... return driver[name](select(2, ...))", name, *arguments)

    def _start(self, name: str, *arguments: Any) -> Any:
        return self.world.start("local name = ... return driver[name](select(2, ...))", name, *arguments)

    def play(self) -> None:
        try:
            for index, step in enumerate(self._scenario["steps"]):
                ((kind, argument),) = step.items()
                try:
                    getattr(self, f"_step_{kind}")(argument)
                    self.world.settle()
                    self._check_always()
                except AssertionError as error:
                    raise AssertionError(f"step {index} {json.dumps(step)[:200]}: {error}") from error
            if self._closing is None:
                self._step_close({})
            lines = self.world.warnings + self.world.prints
            assert not any(API_KEY in line for line in lines), "the key is in a log line"
        finally:
            self.world.shut()

    def _check_always(self) -> None:
        stats = self._call("stats")
        assert stats["accepted"] + stats["rejected"] + stats["dropped"] + stats["queued"] == stats["tracked"], stats
        assert stats["queued"] <= self._max_queue_size, stats
        assert sum(stats["droppedBy"].values()) == stats["dropped"], stats
        received = self._control.received()
        assert not received["overlapped"], "two requests at a time"
        assert received["misused"] == 0, "a key came back with another body"

    # Steps

    def _step_server(self, replies: list[Any]) -> None:
        self._control.send("PUT", "/script", {"replies": replies})

    def _step_serverDefault(self, reply: Any) -> None:  # noqa: N802
        self._control.send("PUT", "/script", {"default": reply})

    def _step_serverDown(self, down: bool) -> None:  # noqa: FBT001, N802
        self._control.send("POST", "/down" if down else "/up")

    def _step_release(self, _: Any) -> None:
        self._control.send("POST", "/release")

    def _step_configure(self, options: dict[str, Any]) -> None:
        self._max_queue_size = options.get("maxQueueSize", self._max_queue_size)
        self._call("configure", options)

    def _step_construct(self, options: dict[str, Any]) -> None:
        given = {"endpoint": self._endpoints[options.get("endpoint", "server")]}
        error = self._call("construct", options.get("apiKey", API_KEY), given)
        if "fails" not in options:
            assert error is None, error
            return
        assert error is not None, "it was made"
        for part in options["fails"]:
            assert part in error, f"{part!r} is not in {error!r}"
        assert options.get("apiKey", "").strip() == "" or options["apiKey"] not in error, "the key is in the error"

    def _step_register(self, properties: dict[str, Any]) -> None:
        self._call("register", properties)

    def _step_unregister(self, name: str) -> None:
        self._call("unregister", name)

    def _step_setEnabled(self, enabled: bool) -> None:  # noqa: FBT001, N802
        self._call("setEnabled", enabled)

    def _step_track(self, span: list[int]) -> None:
        self._call("track", *span)

    def _step_call(self, call: list[Any]) -> None:
        self._call("call", *call)

    def _step_poison(self, name: str) -> None:
        self._call("poison", name)

    def _step_advance(self, seconds: float) -> None:
        self.world.advance(seconds)

    def _step_flush(self, options: dict[str, Any]) -> None:
        timeout = options.get("timeout", FLUSH_TIMEOUT)
        returned = self._start("flush", timeout).wait(timeout)
        assert returned == options.get("returns", returned), f"flush returned {returned}"

    def _step_close(self, options: dict[str, Any]) -> None:
        timeout = options.get("timeout", CLOSE_TIMEOUT)
        self._closing = (self._start("close", timeout), timeout)
        if not options.get("background"):
            self._step_closed({})

    def _step_closed(self, _: Any) -> None:
        thread, timeout = self._closing
        thread.wait(timeout)

    def _step_concurrent(self, options: dict[str, Any]) -> None:
        thread = self._start("concurrent", options["producers"], options["each"], options["flushes"])
        thread.wait(FLUSH_TIMEOUT * (options["flushes"] + 1))

    def _step_player(self, command: Any) -> None:
        if isinstance(command, dict):
            for track in command["queue"]:
                self._lengths["rbxassetid://" + str(track["assetId"])] = track["duration"]
            self._call("player", "queue", command["queue"])
        else:
            self._call("player", command)

    def _step_media(self, happening: str) -> None:
        engine = self.world.lua_world.get("currentSound")()[0]
        sound = engine.get("sound")
        if happening == "started":
            engine.get("load")(self._lengths[str(engine.get("assetId")()[0])])
        elif happening == "ended":
            engine.get("finish")()
        elif happening == "looped":
            self._loops += 1
            engine.get("loop")(self._loops)
        elif engine.get("isReady")()[0]:
            sound.get("Destroy")(sound)
        else:
            engine.get("failToLoad")()

    # Expectations

    def _step_expect(self, expected: dict[str, Any]) -> None:
        received = self._control.received()
        for name, value in expected.items():
            found = getattr(self, f"_found_{name}")(received, value)
            assert found == value, f"{name}: expected {value}, found {found}"

    def _found_requests(self, received: Any, _: Any) -> Any:
        return len(received["requests"])

    def _found_attempts(self, _received: Any, _: Any) -> Any:
        return self.world.attempts

    def _found_batches(self, received: Any, _: Any) -> Any:
        found = [ranges(map(number, request["events"])) for request in received["requests"]]
        return [batch[0] if len(batch) == 1 else batch for batch in found]

    def _found_stored(self, received: Any, _: Any) -> Any:
        return ranges(map(number, received["stored"]))

    def _found_storedEvents(self, received: Any, _: Any) -> Any:  # noqa: N802
        return received["stored"]

    def _found_timestamps(self, received: Any, _: Any) -> Any:
        return [event["timestamp"] for event in received["stored"]]

    def _found_storedOnce(self, received: Any, value: dict[str, int]) -> Any:  # noqa: N802
        by_producer = defaultdict(list)
        for event in received["stored"]:
            by_producer[number(event) // 10000].append(number(event) % 10000)
        once = {producer: list(range(1, value["each"] + 1)) for producer in range(1, value["producers"] + 1)}
        return value if by_producer == once else dict(by_producer)

    def _found_sent(self, received: Any, _: Any) -> Any:
        return received["requests"][-1]["events"]

    def _found_headers(self, received: Any, value: dict[str, Any]) -> Any:
        headers = received["requests"][-1]["headers"]
        found = {}
        for name, wanted in value.items():
            text = headers.get(name)
            if isinstance(wanted, dict) and text is not None and re.fullmatch(wanted["matches"], text):
                text = wanted
            found[name] = text
        return found

    def _found_identical(self, received: Any, value: list[list[int]]) -> Any:
        requests = [(each["key"], base64.b64decode(each["body"])) for each in received["requests"]]
        groups: dict[Any, list[int]] = {}
        for index in sorted(index for group in value for index in group):
            groups.setdefault(requests[index], []).append(index)
        keys = {key for key, _ in groups}
        return list(groups.values()) if len(keys) == len(groups) else "a key with two bodies"

    def _found_keys(self, received: Any, _: Any) -> Any:
        return len({request["key"] for request in received["requests"]})

    def _found_stats(self, _: Any, value: dict[str, Any]) -> Any:
        stats = self._call("stats")
        return {name: stats[name] for name in value}

    def _found_rejected(self, _: Any, value: list[list[Any]]) -> Any:
        found = self.world.to_python(self._driver.get("driver").get("rejected")) or []
        calls = [[which or None, message] for which, message in found]
        if len(calls) == len(value):
            pairs = zip(calls, value, strict=True)
            return [[b if b is None else a for a, b in zip(call, wanted, strict=True)] for call, wanted in pairs]
        return calls

    def _found_drops(self, _: Any, _value: Any) -> Any:
        return self.world.to_python(self._driver.get("driver").get("drops"))

    def _found_logs(self, _: Any, _value: Any) -> Any:
        return len(self.world.warnings)

    def _parts(self, parts: list[str]) -> list[str]:
        return [part.replace("{url}", self._url) for part in parts]

    def _found_logged(self, _: Any, value: list[list[str]]) -> Any:
        lines = self.world.warnings
        matches = len(lines) == len(value) and all(
            part in line for line, parts in zip(lines, value, strict=True) for part in self._parts(parts)
        )
        return value if matches else lines

    def _found_unlogged(self, _: Any, value: list[str]) -> Any:
        lines = self.world.warnings + self.world.prints
        return [part for part in value if not any(part in line for line in lines)]

    def _found_debugged(self, _: Any, value: list[list[str]]) -> Any:
        lines = iter(self.world.prints)
        found = [parts for parts in value if any(all(part in line for part in self._parts(parts)) for line in lines)]
        return found if value else self.world.prints

    def _found_held(self, received: Any, _: Any) -> Any:
        return received["held"]
