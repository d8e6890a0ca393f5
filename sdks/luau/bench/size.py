"""Prints what the Luau SDK weighs, and what `track` costs in the VM of the tests.

The cost includes the stubbed JSONEncode, which is Luau here and native on Roblox: an upper bound.
"""

import gzip
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from roblox import World  # noqa: E402

from audioscape_server.cli import sdk  # noqa: E402

CALLS = 20_000


def memory(world: World) -> int:
    world.run("collectgarbage() collectgarbage()")
    return world.lua.used_memory()


def main() -> None:
    sources = sorted((HERE.parent / "src").glob("*.luau"))
    texts = [source.read_text() for source in sources]
    lines = sum(text.count("\n") for text in texts)
    size = sum(map(len, texts))
    packed = len(gzip.compress("".join(texts).encode(), mtime=0))
    script = sdk.script({source.stem: text for source, text in zip(sources, texts, strict=True)}, "https://a.example")
    longest = max(sources, key=lambda source: source.read_text().count("\n"))
    print(f"{len(sources)} modules, {lines} lines, {size / 1000:.1f} kB of source, {packed / 1000:.1f} kB gzipped")
    print(f"as one ModuleScript: {len(script) / 1000:.1f} of the 200 thousand characters that Studio takes")
    print(f"longest module: {longest.name}, {longest.read_text().count(chr(10))} lines")

    world = World()
    world.run(
        """
        client = require(game:GetService("ServerStorage").AudioScape).new("key", { endpoint = "http://127.0.0.1" })
        client._delivery.retryAt = math.huge -- never sends
        """
    )
    started = time.perf_counter()
    world.run("for i = 1, ... do client:trackPlay(i, 12345678901, 217) end", CALLS)
    print(f"track with a full queue: {(time.perf_counter() - started) / CALLS * 1e6:.1f} us a call, {CALLS} calls")
    full = memory(world)
    world.run("client:configureAnalytics({ maxQueueSize = 1 })")
    print(f"memory of a full queue of 500 plays: {(full - memory(world)) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
