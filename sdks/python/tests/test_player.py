"""The player beyond the shared scenarios: cues, odd playbacks, several players."""

from __future__ import annotations

import json

import pytest
from audioscape import AudioScape, Track
from conformance_runner import Stage
from virtual_time import NOWHERE, VirtualClock


class Stopwatch(VirtualClock):
    """A clock for code that never waits."""

    def pass_(self, seconds):
        self._now += seconds


@pytest.fixture
def clock():
    return Stopwatch()


@pytest.fixture
def client(clock):
    client = AudioScape("k", endpoint=NOWHERE, clock=clock)
    client._delivery._worker_wanted = True  # nothing shall be sent
    yield client
    client.close(0)


def emitted(client):
    events = [json.loads(event) for event in client._delivery._buffer.waiting]
    return [(event["type"], event["asset_id"], event.get("duration")) for event in events]


def test_a_report_about_a_track_that_has_ended_is_ignored(client, clock):
    """The end of the last track often arrives after the next one was started."""
    stage = Stage()
    player = client.create_player(7, stage)
    player.queue([Track(1, 10.0), Track(2, 20.0), Track(3, 30.0)])
    player.play()
    late = stage.cue
    late.started()
    clock.pass_(4)
    player.skip()
    stage.cue.started()
    for report in (late.ended, late.failed, late.looped, late.started):
        report()
    clock.pass_(5)
    stage.cue.ended()
    assert emitted(client) == [("play", "1", 10), ("skip", "1", 4), ("play", "2", 20), ("stop", "2", 5)]


def test_a_second_start_of_the_same_track_is_ignored(client, clock):
    stage = Stage()
    player = client.create_player(7, stage)
    player.queue([Track(1, 10.0)])
    player.play()
    stage.cue.started()
    clock.pass_(3)
    stage.cue.started()
    player.stop()
    assert emitted(client) == [("play", "1", 10), ("stop", "1", 3)]


def test_the_length_may_come_with_the_start(client):
    stage = Stage()
    player = client.create_player(7, stage)
    player.queue([Track("1"), Track("2", 20.0)])
    player.play()
    stage.cue.started(12.5)
    player.skip()
    stage.cue.started(99.0)
    assert emitted(client) == [("play", "1", 12.5), ("skip", "1", 0), ("play", "2", 20)]


def test_a_track_paused_while_it_loads_is_listened_to_from_its_resume(client, clock):
    stage = Stage()
    player = client.create_player(7, stage)
    player.queue([Track(1, 10.0)])
    player.play()
    player.pause()
    clock.pass_(5)
    stage.cue.started()
    clock.pass_(5)
    player.resume()
    clock.pass_(2)
    player.stop()
    assert emitted(client) == [("play", "1", 10), ("stop", "1", 2)]


class Broken(Stage):
    def start(self, cue):
        if cue.track.asset_id == 1:
            raise OSError("no such device")
        super().start(cue)
        cue.started()

    def pause(self):
        raise OSError

    resume = stop = pause


def test_a_playback_that_raises_harms_neither_the_host_nor_the_events(client, clock):
    player = client.create_player(7, Broken())
    player.queue([Track(1, 10.0), Track(2, 20.0)])
    player.play()
    player.pause()
    clock.pass_(3)
    player.resume()
    clock.pass_(4)
    player.destroy()
    assert emitted(client) == [("play", "2", 20), ("stop", "2", 4)]


class Instant(Stage):
    """Ends every track within start()."""

    def start(self, cue):
        cue.started()
        cue.ended()


def test_a_playback_that_ends_at_once_plays_the_whole_queue(client):
    player = client.create_player(7, Instant())
    player.queue([Track(i, 1.0) for i in range(240)])  # deeper than the stack, if it recursed
    player.play()
    assert len(emitted(client)) == 480
    assert player.current is None


def test_stop_within_start_stops(client):
    class Reluctant(Stage):
        def start(self, cue):
            super().start(cue)
            cue.started()
            player.stop()

    player = client.create_player(7, Reluctant())
    player.queue([Track(1, 10.0), Track(2, 20.0)])
    player.play()
    assert emitted(client) == [("play", "1", 10), ("stop", "1", 0)]
    player.play()
    assert len(emitted(client)) == 4


def test_without_a_playback_the_host_reports_the_end(client, clock):
    player = client.create_player(7)
    player.queue([(1, 10.0), (2,)])
    player.play()
    clock.pass_(10)
    player.current.ended()
    clock.pass_(5)
    player.current.ended()
    assert emitted(client) == [("play", "1", 10), ("stop", "1", 10), ("play", "2", None), ("stop", "2", 5)]


@pytest.mark.parametrize("tracks", [None, 5, [5], [(1, 2, 3)], "x"])
def test_a_queue_of_anything_else_is_ignored(client, tracks):
    player = client.create_player(7)
    player.queue(tracks)
    player.play()
    player.destroy()
    assert [event for event in emitted(client) if event[1] != "x"] == []
