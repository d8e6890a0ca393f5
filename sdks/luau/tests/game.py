"""A game that uses the SDK: what most tests here start from."""

from pathlib import Path
from typing import Any

from luau_runner import Control
from roblox import World

KEY = "luau-test-key-5c2d"

#: What every script of a test can use: `client`, `AudioScape`, `rejected`, `dropped`.
SETUP = """
local key, options = ...
AudioScape = require(game:GetService("ServerStorage").AudioScape)
rejected, dropped = {}, {}
client = AudioScape.new(key, options)
client.onRejected = function(event, message)
    table.insert(rejected, { event = event, message = message })
end
client.onDropped = function(events, reason)
    table.insert(dropped, { events = events, reason = reason })
end
"""


class Game:
    """A game server, the fault server behind it, and its scripts."""

    def __init__(self, server: Any, control: Control, source: Path) -> None:
        self.server = server
        self.control = control
        self.world = World(source=source, held=lambda: control.received()["held"])

    def begin(self, key: Any = KEY, **options: Any) -> "Game":
        """Make the client."""
        self.world.run(SETUP, key, {"endpoint": self.server.events, **options})
        return self

    def run(self, code: str, *arguments: Any) -> Any:
        """Run a script that does not yield, then let everything settle."""
        result = self.world.run(code, *arguments)
        self.world.settle()
        return result

    def get(self, expression: str) -> Any:
        return self.world.run(f"return {expression}")

    def track(self, first: int, last: int) -> None:
        self.run("local first, last = ... for i = first, last do client:trackPlay(i, 7, i) end", first, last)

    def flush(self) -> bool:
        return self.world.start("return client:flush()").wait(10)

    def replies(self, *replies: dict[str, Any]) -> None:
        self.control.send("PUT", "/script", {"replies": list(replies)})

    def default_reply(self, reply: dict[str, Any]) -> None:
        self.control.send("PUT", "/script", {"default": reply})

    @property
    def stats(self) -> dict[str, Any]:
        return self.get("client.stats")

    @property
    def requests(self) -> list[dict[str, Any]]:
        return self.control.received()["requests"]

    @property
    def stored(self) -> list[dict[str, Any]]:
        return self.control.received()["stored"]

    @property
    def stored_ids(self) -> list[int]:
        return [int(event["asset_id"]) for event in self.stored]
