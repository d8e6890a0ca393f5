"""A Roblox game on the Luau SDK, in the Luau VM, played from standard input; see ``sessions.py`` for the protocol."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

SDK = Path(__file__).resolve().parents[2] / "luau"
sys.path[:0] = [str(SDK / "tests"), str(SDK.parent / "conformance")]

from luau_runner import Control  # noqa: E402
from roblox import World, world  # noqa: E402

world.SETTLE_SECONDS = float(os.environ["AUDIOSCAPE_TEST_PATIENCE"])

GAME = (Path(__file__).parent / "game.luau").read_text("utf-8")


class Session:
    def __init__(self, endpoint, control, key, wall, rng, options):
        self.control = Control(control) if control else None
        source = Path(os.environ.get("SDK_SOURCE") or SDK / "src")
        self.world = World(source=source, wall=wall, held=self.held)
        self.world.set("random", rng)
        self.world.environment.set("world", self.world.lua_world)
        self.world.run(GAME, key, {"endpoint": endpoint, **options})

    def held(self):
        """Whether the latest request is one that will never be answered."""
        latest = self.control.send("GET", "/latest") if self.control else {"silent": False}
        return int(latest["silent"] and latest["requests"] == self.world.attempts)

    def advance(self, seconds):
        self.world.advance(seconds)

    def call(self, call):
        self._do("call", *call)

    def player(self, command):
        name, what = command
        if isinstance(what, dict):
            self._do("player", name, "queue", what["queue"])
        else:
            self._do("player", name, what)

    def media(self, happening):
        self._do("media", *happening)

    def flush(self, seconds):
        self.world.start("client:flush(...)", seconds).wait(seconds)

    def close(self, seconds):
        self.world.start("client:destroy(...)", seconds).wait(seconds)

    def report(self):
        self.world.settle()
        return self._do("report")

    def _do(self, name, *arguments):
        result = self.world.run("local name = ... return session[name](select(2, ...))", name, *arguments)
        self.world.settle()
        return result


session = Session(**json.loads(sys.stdin.readline()))
for line in sys.stdin:
    for step in json.loads(line):
        ((verb, argument),) = step.items()
        getattr(session, verb)(argument)
    print(json.dumps(session.report()), flush=True)
