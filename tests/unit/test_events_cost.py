"""What judging costs at worst, whatever arrives, as a multiple of a usual batch of 500 events.

CPU time of this thread, measured in the same run: the machine's speed and its other work cancel out. A limit is about
twice of what the worst body costs, for the cost of nearly all is far below it; what these tests are for costs hundreds
of times more.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from random import Random
from types import FrameType
from typing import Any

import pytest

from audioscape_server.ingest.events import LARGE_BODY_BYTES, EnvelopeError, judge, judge_lists
from support import hostile
from support.samples import to_json

NOW = 1_700_000_000
MAX_BODY_BYTES = 4 * 1024 * 1024
#: A body that is judged by the event loop itself.
MOST_INLINE = 40
#: A body of 4 MiB, which is as long as 65 usual batches, judged by a thread.
MOST_LARGE = 500
#: One step of that, in which no other thread has its turn.
MOST_STEP = 80

Clock = Callable[[], float]


def usual_batch() -> bytes:
    kinds = ("play", "skip", "stop", "vote", "search_click", "level_up", "favorite")
    events = [
        {
            "type": kinds[number % len(kinds)],
            "asset_id": str(1_837_879_082 + number),
            "timestamp": NOW - number / 8,
            "player_id": str(261_000_000 + number),
            "duration": number / 4,
            "value": "up",
            "metadata": {"query": "lofi study beats", "rank": number},
        }
        for number in range(500)
    ]
    return to_json({"events": events}).encode()


def judged(body: bytes) -> None:
    with contextlib.suppress(EnvelopeError):
        (judge_lists if body.startswith(b'{"lists":') else judge)(body, NOW)


def cost(body: bytes, times: int = 1) -> float:
    """Seconds of CPU, the least of some runs."""
    costs = []
    for _ in range(times):
        started = time.thread_time()
        judged(body)
        costs.append(time.thread_time() - started)
    return min(costs)


def longest_step(body: bytes) -> float:
    """Seconds of CPU between two points at which another thread may have its turn.

    The interpreter passes on a turn between two calls, and a profiler is told of each. While SQLite works, others do.
    """
    longest, last = 0.0, time.thread_time()

    def note(_: FrameType, event: str, what: Any) -> None:
        nonlocal longest, last
        now = time.thread_time()
        if not (event == "c_return" and getattr(what, "__self__", None).__class__.__module__ == "apsw"):
            longest = max(longest, now - last)
        last = time.thread_time()

    sys.setprofile(note)
    try:
        judged(body)
    finally:
        sys.setprofile(None)
    return longest


@pytest.fixture(scope="module")
def usual() -> float:
    body = usual_batch()
    assert len(judge(body, NOW).accepted) == 500
    return cost(body, times=20)


def too_costly(measure: Callable[[bytes], float], body: bytes, limit: float) -> bool:
    # A second and a third look: only what is slow each time is slow.
    return all(measure(body) > limit for _ in range(3))


def shapes_that_cost(measure: Callable[[bytes], float], size: int, limit: float, share: float = 1.0) -> list[Any]:
    random = Random(size)
    return [
        shape
        for shape in hostile.shapes()
        if random.random() < share and too_costly(measure, hostile.filled(*shape, size), limit)
    ]


@pytest.mark.parametrize("size", [4 * 1024, 16 * 1024, 64 * 1024, LARGE_BODY_BYTES])
def test_no_body_that_the_event_loop_judges_costs_much_more_than_a_usual_batch(size: int, usual: float) -> None:
    assert shapes_that_cost(cost, size, MOST_INLINE * usual, share=0.25) == []


# All shapes at once would take minutes: those that were slow, and their like; the long run has all.
WORST = {
    "two million events": ("the events", "0", ","),
    "a million empty lists in metadata": ("a metadata array", "[]", ","),
    "400,000 metadata members": ("metadata", '"%x":1', ","),
    "600,000 metadata members of one name": ("metadata", '"a":1', ","),
    "600,000 of one name and half a surrogate pair": ("metadata with half a surrogate pair", '"a":1', ","),
    "400,000 members in a metadata value": ("an object in metadata", '"%x":1', ","),
    "metadata numbers that are slow to decode": ("metadata", '"a":1e308', ","),
    "durations that are slow to decode": ("an event", '"timestamp":1e308', ","),
    "durations that are slow to decode, named with escapes": ("an event", r'"\u0064uration":1e308', ","),
    "durations of 300 digits": ("an event", '"duration":0.' + "0" * 308 + "1", ","),
    "timestamps of 4,300 digits": ("an event", '"timestamp":' + "1" * 4_300, ","),
    "400,000 unknown members": ("an event of the wrong type", '"%x":1', ","),
    "backslashes": ("a type", r"\\", ""),
    "backslashes, cut short": ("an unclosed type", r"\\", ""),
    "backslashes and half a surrogate pair": ("a type with half a surrogate pair", r"\\", ""),
    "half surrogate pairs": ("a type", r"\ud800", ""),
    "surrogate pairs and a half": ("a type with half a surrogate pair", r"\ud83c\udfb5", ""),
    "what looks like half a surrogate pair": ("a type with half a surrogate pair", r"\ude0", ""),
    "repeated events": ("the envelope", '"events":[{"type":"x"}]', ","),
    "repeated metadata": ("an event", '"metadata":{}', ","),
    "deep lists": ("the events", "[" * hostile.DEEP + "]" * hostile.DEEP, ","),
    "deep objects": ("an unknown array", '{"a":' * hostile.DEEP + "1" + "}" * hostile.DEEP, ","),
    "bottomless lists": ("the events", "[", ""),
    "white space": ("the body", " ", ""),
    "colons": ("a metadata text", ":", ""),
    "notes": ("a wide player", "🎵", ""),
    "digits": ("a metadata number", "1", ""),
    "bad UTF-8 at the end": ("bad UTF-8 at the end", "é", ""),
}
BATCHES = {
    "500 metadata of one name": '{"type":"x","metadata":{' + '"a":1,' * 1_300 + '"a":%s}}',
    "500 metadata of many names": '{"type":"x","metadata":{' + ",".join(f'"{n:x}":1' for n in range(900)) + ',"z":%s}}',
    "500 metadata of slow numbers": '{"type":"x","metadata":{'
    + "".join(f'"{n}":1e308,' for n in range(9))
    + '"z":%s}}',
    "500 slow durations": '{"type":"x","duration":1e308,"timestamp":1e-308,"extra":"%s"}',
    "500 long assets": '{"type":"x","asset_id":"%s"}',
}


#: Those that fit into a body that the event loop judges.
SMALL_EVENTS = [name for name, event in BATCHES.items() if 500 * len(event) < LARGE_BODY_BYTES]


@pytest.mark.parametrize("name", SMALL_EVENTS)
def test_no_batch_that_the_event_loop_judges_costs_much_more_than_a_usual_one(name: str, usual: float) -> None:
    body = hostile.batch_of(BATCHES[name], LARGE_BODY_BYTES)
    assert len(body) <= LARGE_BODY_BYTES
    assert not too_costly(cost, body, MOST_INLINE * usual)


def large(name: str) -> bytes:
    if name in BATCHES:
        return hostile.batch_of(BATCHES[name], MAX_BODY_BYTES)
    return hostile.filled(*WORST[name], MAX_BODY_BYTES)


@pytest.mark.parametrize("name", WORST)
def test_no_shape_that_was_slow_costs_the_event_loop_much(name: str, usual: float) -> None:
    assert not too_costly(cost, hostile.filled(*WORST[name], LARGE_BODY_BYTES), MOST_INLINE * usual)


@pytest.mark.parametrize("name", [*WORST, *BATCHES])
def test_no_large_body_costs_much_more_than_its_length(name: str, usual: float) -> None:
    assert not too_costly(cost, large(name), MOST_LARGE * usual)


@pytest.mark.parametrize("name", [*WORST, *BATCHES])
def test_no_step_of_a_large_body_keeps_other_threads_waiting(name: str, usual: float) -> None:
    assert not too_costly(longest_step, large(name), MOST_STEP * usual)


#: Of served lists: what stands before the piece that is repeated, the piece, and what stands behind.
LISTS = {
    "two million lists": ('{"lists":[', "0,", "0]}"),
    "a million assets": ('{"lists":[{"query":"x","assets":[', '"",', '""]}]}'),
    "assets that are slow numbers": ('{"lists":[{"query":"x","assets":[', "1e308,", "1]}]}"),
    "a query of half surrogate pairs": ('{"lists":[{"assets":["1"],"query":"', r"\ud800", '"}]}'),
    "a long query": ('{"lists":[{"assets":["1"],"query":"', "🎵", '"}]}'),
    "lists of many assets": ('{"lists":[', '{"query":"x","assets":["1","2","3","4","5","6","7","8","9"]},', "0]}"),
    "a time of many digits": ('{"lists":[{"query":"x","assets":["1"],"at":1', "1", "}]}"),
    "repeated members": ('{"lists":[{', '"at":1e308,', '"at":1}]}'),
}


def body_of_lists(name: str, size: int) -> bytes:
    before, piece, behind = (part.encode() for part in LISTS[name])
    return before + piece * ((size - len(before) - len(behind)) // len(piece)) + behind


@pytest.mark.parametrize("name", LISTS)
def test_no_body_of_served_lists_costs_more_than_one_of_events_may(name: str, usual: float) -> None:
    assert not too_costly(cost, body_of_lists(name, LARGE_BODY_BYTES), MOST_INLINE * usual)
    assert not too_costly(cost, body_of_lists(name, MAX_BODY_BYTES), MOST_LARGE * usual)
    assert not too_costly(longest_step, body_of_lists(name, MAX_BODY_BYTES), MOST_STEP * usual)


@pytest.mark.slow
@pytest.mark.parametrize("size", [16 * 1024, LARGE_BODY_BYTES])
def test_no_shape_costs_the_event_loop_much(size: int, usual: float) -> None:
    assert shapes_that_cost(cost, size, MOST_INLINE * usual) == []


@pytest.mark.slow
@pytest.mark.parametrize(("measure", "most"), [(cost, MOST_LARGE), (longest_step, MOST_STEP)])
def test_no_shape_of_a_large_body_costs_much(measure: Callable[[bytes], float], most: float, usual: float) -> None:
    assert shapes_that_cost(measure, MAX_BODY_BYTES, most * usual) == []
