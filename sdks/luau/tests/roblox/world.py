"""The Python half of the stubbed Roblox server: the VM, real HTTP, JSON, and the order in which things happen."""

import contextlib
import gzip
import http.client
import importlib.util
import json
import queue
import socket
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = Path(__file__).parent
SOURCE = HERE.parent.parent / "src"

#: A step that has not settled after so many real seconds is broken.
SETTLE_SECONDS = 10
#: How often the fault server is asked whether it holds the requests in flight, in real seconds.
POLL_SECONDS = 0.005

SPAWN = """
local box, script = ...
task.spawn(function(...)
    box.value = script(...)
    box.done = true
end, select(3, ...))
"""


def _load_pluau() -> Any:
    """The VM's extension module, by path: its package needs syntax of Python 3.12. None if it is not installed."""
    spec = importlib.util.find_spec("pluau")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0])
    for library in sorted(folder.glob("_pluau*")):
        if library.suffix in {".so", ".pyd"}:
            spec = importlib.util.spec_from_file_location("_pluau", library)
            if spec is None or spec.loader is None:
                continue
            module = sys.modules.setdefault("_pluau", importlib.util.module_from_spec(spec))
            spec.loader.exec_module(module)
            return module
    return None


pluau = _load_pluau()
MISSING = pluau is None


class Secret:
    """What the game holds is opaque; only a request may see the text."""

    def __init__(self, text: str) -> None:
        self.text = text


class _Request:
    """One real HTTP request in a thread of its own. Its outcome goes into `outcomes`, unless it is cancelled."""

    def __init__(
        self, number: int, url: str, arguments: tuple[str, dict[str, str], bytes], outcomes: queue.Queue[Any]
    ) -> None:
        method, headers, body = arguments
        self.number = number
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.netloc, timeout=SETTLE_SECONDS)
        self._arguments = (method, parts.path, body, headers)
        self._outcomes = outcomes
        self._cancelled = False
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        try:
            self._connection.request(*self._arguments)
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException, AttributeError) as error:
            problem = "HttpError: DnsResolve" if "Name" in str(error) else "HttpError: ConnectFail"
            outcome: tuple[Any, ...] = (problem,)
        else:
            outcome = (None, response.status, {name.lower(): value for name, value in response.getheaders()}, body)
        self._connection.close()
        if not self._cancelled:
            self._outcomes.put((self.number, outcome))

    def cancel(self) -> None:
        self._cancelled = True
        if self._connection.sock is not None:
            # Not close: that would leave the thread in recv, and the other side without a word.
            with contextlib.suppress(OSError):
                self._connection.sock.shutdown(socket.SHUT_RDWR)


class World:
    """A server of one game. `held` says how many requests a scripted server holds back on purpose."""

    def __init__(
        self,
        source: Path = SOURCE,
        wall: float = 1_800_000_000,
        held: Callable[[], int] = lambda: 0,
    ) -> None:
        self._source = source
        self._held = held
        self._outcomes: queue.Queue[Any] = queue.Queue()
        self._in_flight: dict[int, _Request] = {}
        #: Addresses that lead elsewhere, as a name server would have it: base URL → base URL.
        self.hosts: dict[str, str] = {}
        self._requests = 0
        self.lua = pluau.Lua()
        host = self.lua.create_table()
        host.set("wall", wall)
        for name in ("compile", "request", "cancel", "decode", "guid", "folder", "secret"):
            host.set(name, self._function(getattr(self, f"_{name}")))
        self.lua_world = self._load((HERE / "prelude.luau").read_text(), "@prelude.luau")(host)[0]
        self.environment = self.lua_world.get("environment")

    # What the prelude calls

    def _function(self, method: Callable[..., list[Any]]) -> Any:
        return self.lua.create_function(lambda _lua, arguments: method(*arguments))

    def _load(self, text: str, name: str, scope: Any = None) -> Any:
        return self.lua.load_chunk(text, name=name, env=scope)

    def _compile(self, path: Any, scope: Any) -> list[Any]:
        return [self._load((self._source / str(path)).read_text(), f"@src/{path}", scope)]

    def _folder(self, _path: Any) -> list[Any]:
        return ["."]

    def _guid(self) -> list[Any]:
        return [str(uuid.uuid4())]

    def _secret(self, name: Any) -> list[Any]:
        return [self.secret(f"secret-{name}")]

    def _decode(self, text: Any) -> list[Any]:
        try:
            return [True, self.to_lua(json.loads(text.as_bytes()))]
        except (ValueError, AttributeError):
            return [False]

    def _request(self, *arguments: Any) -> list[Any]:
        url, method, names, values, body, compress = arguments
        headers = {}
        for (_, name), (_, value) in zip(names, values, strict=True):
            headers[str(name)] = value.data().text if isinstance(value, pluau.UserData) else str(value)
        content = body.as_bytes()
        if compress:
            headers["Content-Encoding"] = "gzip"
            content = gzip.compress(content, mtime=0)
        self._requests += 1
        address = str(url)
        for base, other in self.hosts.items():
            address = address.replace(base, other)
        request = _Request(self._requests, address, (str(method), headers, content), self._outcomes)
        self._in_flight[request.number] = request
        return [request.number]

    def _cancel(self, number: int) -> list[Any]:
        request = self._in_flight.pop(number, None)
        if request:
            request.cancel()
            deadline = time.monotonic() + SETTLE_SECONDS
            while self._held() > len(self._in_flight) and time.monotonic() < deadline:
                time.sleep(POLL_SECONDS)  # until the server has noticed, or the next request would seem to overlap
        return []

    # Values

    def to_lua(self, value: Any) -> Any:
        """A copy of `value` for Luau: containers become tables, None members are left out."""
        if isinstance(value, bytes):
            return self.lua.create_string(value)
        if isinstance(value, (dict, list)):
            table = self.lua.create_table()
            pairs = value.items() if isinstance(value, dict) else enumerate(value, 1)
            for key, member in pairs:
                if member is not None:
                    table.set(key, self.to_lua(member))
            return table
        return value

    def to_python(self, value: Any) -> Any:
        """A copy of a Luau value: tables become lists if they are non-empty arrays, else dicts; text becomes str."""
        if isinstance(value, pluau.String):
            return value.as_bytes().decode("utf-8", "surrogateescape")
        if isinstance(value, pluau.Table):
            pairs = {self.to_python(key): self.to_python(member) for key, member in value}
            if pairs and list(pairs) == list(range(1, len(pairs) + 1)):
                return list(pairs.values())
            return pairs
        return value

    def secret(self, text: str) -> Any:
        metatable = self.lua.create_table()
        metatable.set("__type", "Secret")
        metatable.set("__metatable", False)
        return self.lua.create_userdata(Secret(text), metatable)

    # Running

    def run(self, code: str, *arguments: Any) -> Any:
        """Run a script as the game would; its arguments are `...`. The first result. It must not yield."""
        results = self._load(code, "@script.luau", self.environment)(*(self.to_lua(each) for each in arguments))
        self.check()
        return self.to_python(results[0]) if results else None

    def start(self, code: str, *arguments: Any) -> "Thread":
        """Run a script that may yield. Its results are there once it is `done`."""
        box = self.lua.create_table()
        body = self._load(code, "@script.luau", self.environment)
        self._load(SPAWN, "@spawn.luau", self.environment)(box, body, *(self.to_lua(each) for each in arguments))
        return Thread(self, box)

    def check(self) -> None:
        """Fail if a thread of the SDK died of an error."""
        errors = self.to_python(self.lua_world.get("errors"))
        assert not errors, errors[0] if errors else None

    @property
    def now(self) -> float:
        return self._call("now")

    @property
    def warnings(self) -> list[str]:
        return self.to_python(self.lua_world.get("warnings")) or []

    @property
    def prints(self) -> list[str]:
        return self.to_python(self.lua_world.get("prints")) or []

    @property
    def attempts(self) -> int:
        return self.lua_world.get("attempts")

    def set(self, name: str, value: Any) -> None:
        self.lua_world.set(name, value)

    def _call(self, name: str, *arguments: Any) -> Any:
        results = self.lua_world.get(name)(*arguments)
        return results[0] if results else None

    def settle(self) -> None:
        """Until nothing is left to do before the clock moves: what is in flight is held by the server."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            self._call("runReady")
            self.check()
            if not self._in_flight:
                return
            try:
                number, outcome = self._outcomes.get(timeout=POLL_SECONDS)
            except queue.Empty:
                if self._held() == len(self._in_flight) and self._outcomes.empty():
                    return
                assert time.monotonic() < deadline, "the step did not settle"
                continue
            if self._in_flight.pop(number, None):
                self._call("complete", number, *(self.to_lua(each) for each in outcome))

    def advance(self, seconds: float) -> None:
        """Move the clock, stopping at each timer on the way."""
        end = self.now + seconds
        self.settle()
        while self._call("fireNextTimer", end):
            self.settle()
        self._call("moveClock", end)
        self.settle()

    def advance_until(self, done: Callable[[], bool], at_most: float) -> None:
        """Move the clock no further than needed, and at most so many seconds."""
        end = self.now + at_most
        self.settle()
        while not done():
            assert self._call("fireNextTimer", end + 1e-9), f"not done after {at_most} s"
            self.settle()

    def close_server(self, leaving: tuple[int, ...] = (), at_most: float = 30) -> float:
        """End the server, with these players still in it. Returns the virtual seconds that it took."""
        start = self.now
        self._call("closeServer", self.to_lua(list(leaving)))
        self.advance_until(lambda: self.lua_world.get("serverEnded"), at_most)
        return self.now - start

    def shut(self) -> None:
        """Give up what is still in flight."""
        for request in self._in_flight.values():
            request.cancel()
        self._in_flight.clear()


class Thread:
    """A script that may not have ended yet."""

    def __init__(self, world: World, box: Any) -> None:
        self._world = world
        self._box = box

    @property
    def done(self) -> bool:
        return bool(self._box.get("done"))

    @property
    def value(self) -> Any:
        assert self.done
        return self._world.to_python(self._box.get("value"))

    def wait(self, at_most: float) -> Any:
        """Move the clock until it ends, by at most so many virtual seconds. Its first result."""
        self._world.advance_until(lambda: self.done, at_most)
        return self.value
