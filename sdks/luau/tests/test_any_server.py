"""What holds against any server of the ingest API: the fault server, or the one that the environment names.

AUDIOSCAPE_TEST_ENDPOINT=http://127.0.0.1:8000 AUDIOSCAPE_TEST_KEY=… pytest sdks/luau/tests/test_any_server.py
"""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from game import SETUP
from luau_runner import Control
from roblox import World

SESSION = """
local assetId, other, userId = 9043887091, "rbxassetid://1848354536", 12345678901
client:trackSearchClick(assetId, userId, "lofi study beats", 2)
client:trackAddToQueue(assetId, userId)
client:trackPlay(assetId, userId, 217)
client:trackSkip(assetId, userId, 12)
client:trackPlay(other, userId, 195)
client:trackFavorite(other, userId)
client:trackVote(other, "up", userId)
client:trackStop(other, userId, 195)
client:trackVote(other, "sideways", userId)
client:track({ type = "lobby_opened", metadata = { room = "red \\u{1F3B5}", size = 4, open = true } })
"""


@pytest.fixture
def address(fault_server: Any, control: Control) -> tuple[str, str]:
    """Endpoint and key."""
    if endpoint := os.environ.get("AUDIOSCAPE_TEST_ENDPOINT"):
        return endpoint, os.environ["AUDIOSCAPE_TEST_KEY"]
    control.send("PUT", "/script", {"default": {"reject": {"8": 'vote events require value "up" or "down"'}}})
    return fault_server.events, "k"


@pytest.mark.parametrize("gzip", [True, False])
def test_a_session_is_accepted_and_a_bad_event_named(address: tuple[str, str], source: Path, gzip: bool) -> None:  # noqa: FBT001
    endpoint, key = address
    world = World(source=source, wall=time.time())
    world.run(SETUP, world.secret(key), {"endpoint": endpoint, "gzip": gzip})
    world.run(SESSION)
    assert world.start("return client:flush()").wait(10) is True
    stats = world.run("return client.stats")
    assert (stats["accepted"], stats["rejected"]) == (9, 1)
    (rejection,) = world.run("return rejected")
    assert rejection["event"]["value"] == "sideways"
    assert rejection["message"] == 'vote events require value "up" or "down"'
