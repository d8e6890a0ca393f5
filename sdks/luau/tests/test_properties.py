"""What holds for any input and any order of events."""

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest
from game import Game
from hypothesis import HealthCheck, Phase, example, given, settings, strategies as st
from luau_runner import Control
from roblox import World

#: A mutant is to be noticed, not explained: shrinking takes most of the time then.
PHASES = (Phase.explicit, Phase.generate) if "AUDIOSCAPE_LUAU_SOURCE" in os.environ else tuple(Phase)

REPLIES: list[dict[str, Any]] = [
    {"status": 202},
    {"status": 500},
    {"status": 429, "headers": {"Retry-After": "40"}},
    {"status": 400},
    {"status": 401},
    {"reject": {"0": "no", "2": "no"}},
    {"reject": {"*": "no"}},
    {"fault": "reset", "store": False},
    {"fault": "hang"},
]
#: A server that stores without saying so, and one that finds batches too large: none does both.
FORGETFUL: list[dict[str, Any]] = [
    {"fault": "reset", "store": True},
    {"fault": "truncate", "store": True},
    {"fault": "hold"},
]
NARROW: list[dict[str, Any]] = [{"status": 413}, {"maxEvents": 3}]


def script(length: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.one_of(
        st.lists(st.sampled_from(REPLIES + FORGETFUL), max_size=length),
        st.lists(st.sampled_from(REPLIES + NARROW), max_size=length),
    )


STEP = st.one_of(
    st.tuples(st.just("track"), st.integers(1, 30)),
    st.tuples(st.just("poison"), st.sampled_from(["client:track({})", "client:track(nil)", "client:trackPlay(0 / 0)"])),
    st.tuples(st.just("advance"), st.sampled_from([1, 5, 10, 30, 61, 300])),
    st.tuples(st.just("flush"), st.just(0)),
    st.tuples(st.just("configure"), st.integers(1, 40)),
    st.tuples(st.just("release"), st.just(0)),
    st.tuples(st.just("destroy"), st.just(0)),
)


def assert_balanced(game: Game) -> None:
    stats = game.stats
    assert stats["accepted"] + stats["rejected"] + stats["dropped"] + stats["queued"] == stats["tracked"], stats
    assert sum(stats["droppedBy"].values()) == stats["dropped"], stats


def live(fault_server: Any, control: Control, source: Path, replies: list[Any], steps: list[tuple[str, Any]]) -> None:
    """accepted + rejected + dropped + queued = tracked at any moment; nothing is stored twice; callbacks agree."""
    control.send("POST", "/reset")
    game = Game(fault_server, control, source).begin(maxQueueSize=40, maxBatchSize=8)
    game.replies(*replies)
    next_number = 1
    for kind, argument in steps:
        if kind == "track":
            game.track(next_number, next_number + argument - 1)
            next_number += argument
        elif kind == "poison":
            game.run(argument)
        elif kind == "advance":
            game.world.advance(argument)
        elif kind == "configure":
            game.run("client:configureAnalytics({ maxQueueSize = ... })", argument)
        elif kind == "release":
            control.send("POST", "/release")
            game.world.settle()
        else:
            game.world.start(f"client:{kind}(9)").wait(9)
        assert_balanced(game)
    game.world.start("client:destroy()").wait(20)
    control.send("POST", "/release")
    game.world.settle()
    assert_balanced(game)
    stats = game.stats
    assert stats["queued"] == 0
    assert sum(len(each["events"]) for each in game.get("dropped") or []) == stats["dropped"]
    assert len(game.get("rejected") or []) == stats["rejected"]
    received = control.received()
    stored = [int(event["asset_id"]) for event in received["stored"]]
    assert len(stored) == len(set(stored)), "an event was stored twice"
    assert len(stored) >= stats["accepted"], "an event was counted but not stored"
    assert not received["overlapped"]
    assert received["misused"] == 0
    game.world.shut()


@settings(max_examples=150, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(replies=[{"fault": "reset", "store": True}], steps=[("track", 3), ("advance", 30), ("advance", 300)])
@example(replies=[{"status": 500}], steps=[("track", 5), ("flush", 0), ("configure", 1)])
@example(replies=[{"reject": {"0": "no"}}], steps=[("track", 3), ("flush", 0)])
@given(replies=script(12), steps=st.lists(STEP, max_size=12))
def test_every_event_has_one_fate(
    fault_server: Any, control: Control, source: Path, replies: list[Any], steps: list[tuple[str, Any]]
) -> None:
    live(fault_server, control, source, replies, steps)


@pytest.mark.slow
@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(replies=script(30), steps=st.lists(STEP, max_size=30))
def test_every_event_has_one_fate_in_a_long_life(
    fault_server: Any, control: Control, source: Path, replies: list[Any], steps: list[tuple[str, Any]]
) -> None:
    live(fault_server, control, source, replies, steps)


def literal(value: Any) -> str:
    """A Luau expression for a Python value."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return "0 / 0" if math.isnan(value) else ("math.huge" if value > 0 else "-math.huge")
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, bytes):
        return '"' + "".join(f"\\x{byte:02x}" for byte in value) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{literal(key)}] = {literal(member)}" for key, member in value.items()) + "}"
    return str(value)


SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(),
    st.sampled_from([math.nan, math.inf, -math.inf]),
    st.binary(max_size=20),
    st.text(max_size=300).map(str.encode),
    st.just("print"),
)
KEY = st.one_of(st.binary(max_size=4), st.integers(1, 5), st.booleans())
ANYTHING = st.one_of(SCALAR, st.dictionaries(KEY, st.one_of(SCALAR, st.just("{ 1 }")), max_size=14))
MEMBERS = [b"type", b"assetId", b"playerId", b"duration", b"value", b"metadata", b"timestamp", b"other"]
HOSTILE = st.dictionaries(st.sampled_from(MEMBERS), ANYTHING, max_size=8)
#: Gets past the first checks, to what lies behind them.
CARELESS = st.fixed_dictionaries(
    {
        b"type": st.just(b"t"),
        b"metadata": st.dictionaries(st.text("abc", min_size=1).map(str.encode), SCALAR, max_size=14),
    },
    optional={b"duration": SCALAR, b"timestamp": SCALAR, b"value": SCALAR},
)
EVENT = st.one_of(HOSTILE, CARELESS)


@settings(max_examples=150, deadline=None, phases=PHASES)
@example(events=[{b"type": b"t", b"metadata": {b"a": math.nan}}])
@given(events=st.lists(EVENT, min_size=1, max_size=5))
def test_anything_at_all_becomes_valid_json_or_is_rejected(source: Path, events: list[Any]) -> None:
    """Strict JSON, in UTF-8, with members of the right types."""
    world = World(source=source)
    world.run(
        'client = require(game:GetService("ServerStorage").AudioScape).new("k", { endpoint = "http://127.0.0.1" })'
    )
    for event in events:
        world.run(f"client:track({literal(event)})")
    stats = world.run("return client.stats")
    assert stats["tracked"] == len(events) == stats["rejected"] + stats["queued"]
    body = world.run("local batch = client._queue:send(50) return if batch then batch.body else '{\"events\": []}'")

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    sent = json.loads(body.encode("utf-8", "surrogateescape").decode("utf-8"), parse_constant=refuse)["events"]
    assert len(sent) == stats["queued"]
    for event in sent:
        assert 1 <= len(event["type"]) <= 128
        assert isinstance(event["timestamp"], (int, float))
        assert isinstance(event.get("asset_id", ""), str)
        assert len(event.get("player_id", "")) <= 256
        metadata = event.get("metadata", {"some": 1})
        assert 1 <= len(metadata) <= 10
        assert all(isinstance(value, (str, int, float, bool)) for value in metadata.values())


@settings(max_examples=300, deadline=None)
@given(
    raw=st.one_of(st.binary(max_size=30), st.text(max_size=10).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
def test_repaired_text_is_unicode_and_good_text_is_untouched(raw: bytes, text_module: Any) -> None:
    """As long as something is bad there is a replacement character, and never more of them than bad bytes."""
    repaired = text_module(raw)
    try:
        assert repaired == raw.decode()
    except UnicodeDecodeError:
        assert "\ufffd" in repaired
        assert repaired.count("\ufffd") <= raw.decode("utf-8", "replace").count("\ufffd")


@settings(max_examples=300, deadline=None)
@given(
    failures=st.integers(1, 40),
    interval=st.floats(5, 300),
    retry_after=st.integers(0, 10_000),
    random=st.floats(0, 0.999),
)
def test_a_delay_is_never_under_what_the_server_asked_nor_over_300(
    policy: Any, failures: int, interval: float, retry_after: int, random: float
) -> None:
    delay = policy(failures, interval, retry_after, random)
    assert min(300, retry_after) <= delay <= 300
    assert delay >= min(300, 0.9 * interval * 2)
