"""The fast judge decides as the slow reference does, on whatever hypothesis and a fuzzer can think of."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from audioscape_server.ingest.events import EnvelopeError, Verdict, encode_events, judge
from support import fuzzing, reference
from support.samples import Literal, envelope, play
from support.strategies import NOW, bodies, events

METADATA = 6


def stored(verdict: Verdict) -> list[tuple[Any, ...]]:
    """The accepted events after a trip through JSON as on the way to the store, and what their metadata holds."""
    events = json.loads(encode_events(verdict.accepted))
    return [(*event[:METADATA], parsed(event[METADATA])) for event in events]


def parsed(metadata: str) -> dict[str, Any]:
    """What a metadata text holds: types, digits, and each name once."""
    if not metadata:
        return {}
    members = json.loads(
        metadata, parse_int=reference.Number, parse_float=reference.Number, object_pairs_hook=lambda pairs: pairs
    )
    names = [name for name, _ in members]
    assert len(names) == len(set(names))
    return {name: (type(value), value) for name, value in members}


def expected(judgement: reference.Judgement) -> list[tuple[Any, ...]]:
    return [
        (*event[:METADATA], {name: (type(value), value) for name, value in event[METADATA].items()})
        for event in judgement.accepted
    ]


def agree(body: bytes) -> None:
    try:
        judgement = reference.judge(body, NOW)
    except reference.BodyRefused:
        with pytest.raises(EnvelopeError):
            judge(body, NOW)
        return
    verdict = judge(body, NOW)
    assert [rejection.index for rejection in verdict.rejected] == judgement.rejected
    assert stored(verdict) == expected(judgement)
    for rejection in verdict.rejected:
        assert len(str(rejection)) < 200
        assert str(rejection).isprintable()


@settings(max_examples=500)
@given(st.lists(events(), min_size=1, max_size=5))
@example([play(metadata={"n": Literal("1E400")})])
@example([play(metadata={Literal(r'"\uDC00"'): 1}), play()])
def test_agrees_on_events(batch: list[Any]) -> None:
    agree(envelope(*batch))


@settings(max_examples=500)
@given(bodies())
def test_agrees_on_bodies(body: bytes) -> None:
    agree(body)


@settings(max_examples=200)
@given(st.lists(events(), min_size=1, max_size=8))
@example([None, play(metadata={"": "\ufdd0\ufdd1\ufdd0"})])
def test_each_event_is_judged_alone(batch: list[Any]) -> None:
    together = judge(envelope(*batch), NOW)
    alone = [judge(envelope(event), NOW) for event in batch]
    assert together.accepted == [row for verdict in alone for row in verdict.accepted]
    assert [(rejection.reason, rejection.message) for rejection in together.rejected] == [
        (rejection.reason, rejection.message) for verdict in alone for rejection in verdict.rejected
    ]


def agree_on_random_bodies(count: int) -> None:
    run = random.randrange(10**9)  # pytest-randomly prints its seed, and every input has its own
    for number in range(count):
        seed = f"{run}:{number}"
        try:
            agree(fuzzing.body(seed))
        except BaseException as failure:
            failure.add_note(f"the body is fuzzing.body({seed!r})")
            raise


def test_agrees_on_20_000_random_bodies() -> None:
    agree_on_random_bodies(20_000)


@pytest.mark.slow
def test_agrees_on_2_million_random_bodies() -> None:
    agree_on_random_bodies(2_000_000)


@pytest.mark.slow
@settings(max_examples=100_000)
@given(st.one_of(bodies(), st.lists(events(), min_size=1, max_size=5).map(lambda batch: envelope(*batch))))
def test_agrees_for_long(body: bytes) -> None:
    agree(body)
