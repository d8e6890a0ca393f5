"""What holds against any server of the ingest API: the fault server, or the one that the environment names.

AUDIOSCAPE_TEST_ENDPOINT=http://127.0.0.1:8000 AUDIOSCAPE_TEST_KEY=… pytest sdks/python/tests/test_any_server.py
"""

from __future__ import annotations

import os
import time

import pytest
from audioscape import AudioScape
from virtual_time import Control


@pytest.fixture
def address(request):
    """Endpoint and key."""
    if endpoint := os.environ.get("AUDIOSCAPE_TEST_ENDPOINT"):
        return endpoint, os.environ["AUDIOSCAPE_TEST_KEY"]
    server = request.getfixturevalue("server")
    Control(server)("PUT", "/script", {"default": {"reject": {"8": 'vote events require value "up" or "down"'}}})
    return server.events, "k"


@pytest.mark.parametrize("gzip", [True, False])
def test_a_session_is_accepted_and_a_bad_event_named(address, gzip):
    endpoint, key = address
    rejected = []
    player = "sdk-test"
    with AudioScape(key, endpoint=endpoint, gzip=gzip, on_rejected=lambda *call: rejected.append(call)) as client:
        client.track_search_click(9043887091, player, "lofi study beats", 2)
        client.track_add_to_queue(9043887091, player)
        client.track_play(9043887091, player, 217)
        client.track_skip(9043887091, player, 12)
        client.track_play(1848354536, player, 195)
        client.track_favorite(1848354536, player)
        client.track_vote(1848354536, "up", player)
        client.track_stop(1848354536, player, 195)
        client.track_vote(1848354536, "sideways", player)
        client.track(
            "lobby_opened", metadata={"room": "red \U0001f3b5", "size": 4, "open": True}, timestamp=time.time()
        )
        assert client.flush()
        assert (client.stats.accepted, client.stats.rejected) == (9, 1)
    ((event, message),) = rejected
    assert event["value"] == "sideways"
    assert message == 'vote events require value "up" or "down"'
