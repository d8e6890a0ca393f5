"""The fast judge decides as the slow reference does, on whatever hypothesis can think of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from audioscape_server.ingest.events import EnvelopeError, Verdict, judge
from support import reference
from support.samples import Literal, envelope, play
from support.strategies import NOW, bodies, events

METADATA = 6


def typed(value: Any) -> Any:
    """A JSON value whose equality tells 1 from 1.0 and from true."""
    return {name: (type(item), item) for name, item in value.items()} if isinstance(value, dict) else value


def stored(verdict: Verdict) -> list[tuple[Any, ...]]:
    """The accepted rows with metadata decoded, after a trip through JSON as on the way to the store."""
    rows = json.loads(json.dumps(verdict.accepted))
    return [(*row[:METADATA], typed(json.loads(row[METADATA] or "{}"))) for row in rows]


def expected(judgement: reference.Judgement) -> list[tuple[Any, ...]]:
    return [(*row[:METADATA], typed(row[METADATA])) for row in judgement.accepted]


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


@pytest.mark.slow
@settings(max_examples=100_000)
@given(st.one_of(bodies(), st.lists(events(), min_size=1, max_size=5).map(lambda batch: envelope(*batch))))
def test_agrees_for_long(body: bytes) -> None:
    agree(body)
