"""Rejected events in memory: counted exactly, bounded whatever comes, and free of players."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, strategies as st

from audioscape_server.ingest import rejections as rejections_module
from audioscape_server.ingest.events import Reason, Rejection
from audioscape_server.ingest.rejections import SAMPLE_CHARS, SAMPLE_TEXT_CHARS, Rejections, Source, redact, sample

NOW = 1_790_166_896.0
HOUR_S = 3_600
SECRET = "the player's own name"

sources = st.builds(Source, st.sampled_from(["p", "q"]), st.sampled_from(["k1", "k2"]), st.integers(0, 6))
reasons = st.sampled_from([Reason.TYPE_INVALID, Reason.ASSET_ID_INVALID, Reason.NOT_AN_OBJECT])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=100),
    lambda inner: (
        st.lists(inner, max_size=30) | st.dictionaries(st.text(max_size=80) | st.just("player_id"), inner, max_size=30)
    ),
    max_leaves=40,
)


def rejection(event: Any = None, reason: Reason = Reason.TYPE_INVALID, message: str = "wrong") -> Rejection:
    raw = event if isinstance(event, bytes) else json.dumps(event).encode()
    return Rejection(0, reason, message, raw)


def counts(groups: list[Any]) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for group in groups:
        found[group.project, group.key_id, group.reason] += group.count
    return found


@given(
    steps=st.lists(
        st.tuples(st.just("add"), sources, reasons, st.integers(1, 3)) | st.tuples(st.sampled_from(["take", "fail"])),
        max_size=60,
    ),
    max_groups=st.integers(1, 5),
)
def test_every_refusal_is_counted_once_whatever_fails(steps: list[Any], max_groups: int) -> None:
    """Universes may be folded together when there are too many; nothing else is lost, and nothing is counted twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rejections_module, "MAX_GROUPS", max_groups)
        gathered = Rejections()
        expected: Counter[tuple[str, str, str]] = Counter()
        stored: Counter[tuple[str, str, str]] = Counter()
        for step, *what in steps:
            if step == "add":
                source, reason, number = what
                gathered.add(source, [rejection(reason=reason)] * number, NOW)
                expected[source.project, source.key, reason.value] += number
            elif step == "take":
                stored += counts(gathered.take())
            else:
                gathered._put_back(gathered.take())
        stored += counts(gathered.take())
    assert stored == expected


def test_memory_is_bounded_whatever_universes_are_invented() -> None:
    gathered = Rejections()
    for universe in range(rejections_module.MAX_GROUPS * 2):
        gathered.add(Source("p", "k", universe), [rejection()], NOW)
    groups = gathered.take()
    assert len(groups) == rejections_module.MAX_GROUPS
    assert sum(group.count for group in groups) == rejections_module.MAX_GROUPS * 2


def test_groups_are_by_the_hour_and_remember_when_they_were_seen_last() -> None:
    gathered = Rejections()
    hour = NOW // HOUR_S * HOUR_S
    for at in (hour, hour + 3_599.9, hour + 3_600):
        gathered.add(Source("p", "k", 1), [rejection()], at)
    assert [(group.hour, group.count, group.last_seen) for group in gathered.take()] == [
        (hour, 2, hour + 3_599.9),
        (hour + 3_600, 1, hour + 3_600),
    ]


def test_what_could_not_be_stored_is_added_to_what_came_meanwhile() -> None:
    gathered = Rejections()
    gathered.add(Source("p", "k", 1), [rejection({"type": "old"})] * 2, NOW)

    def fail(_: object) -> None:
        gathered.add(Source("p", "k", 1), [rejection({"type": "new"})] * 3, NOW + 1)
        raise OSError

    with pytest.raises(OSError):
        gathered.write(fail)
    [group] = gathered.take()
    assert (group.count, group.last_seen) == (5, NOW + 1)
    assert json.loads(group.sample)["event"] == {"type": "new"}
    assert gathered.take() == []


@given(value=json_values)
def test_no_sample_names_a_player_or_grows_without_bound(value: Any) -> None:
    def planted(inner: Any) -> Any:
        if isinstance(inner, dict):
            return {key: SECRET if key == "player_id" else planted(item) for key, item in inner.items()}
        return [planted(item) for item in inner] if isinstance(inner, list) else inner

    text = sample(rejection({"player_id": SECRET, "more": planted(value)}))
    assert SECRET not in text
    assert len(text) <= SAMPLE_CHARS
    assert json.loads(text)["message"] == "wrong"


@pytest.mark.parametrize(
    "player",
    [SECRET, [SECRET], {"name": SECRET}, {SECRET: 1}, [[[SECRET]]], 12345678901234567890],
    ids=repr,
)
def test_a_player_is_hidden_whatever_its_form(player: Any) -> None:
    text = sample(rejection({"type": "play", "player_id": player, "metadata": {"player_id": player}}))
    assert SECRET not in text
    assert "1234567890" not in text
    assert f"({type(player).__name__}, hidden)" in text


def test_what_is_wrong_can_still_be_seen() -> None:
    event = {"type": "plya", "asset_id": 7, "player_id": None, "metadata": {"a": [1, True, None]}}
    assert json.loads(sample(rejection(event, message="no"))) == {"message": "no", "event": event}


@pytest.mark.parametrize("raw", [b"{", b"\xff\xfe", b'{"a":"\xff"}', b"[" * 100_000, b'"\\ud800"'])
def test_what_cannot_be_decoded_is_said_to_be_so(raw: bytes) -> None:
    assert json.loads(sample(rejection(raw)))["event"] == "(not decodable)"


def test_long_texts_and_large_events_are_cut() -> None:
    assert redact({"a" * 100: "b" * 100}) == {"a" * SAMPLE_TEXT_CHARS: "b" * SAMPLE_TEXT_CHARS + "…"}
    assert len(redact(list(range(100)))) == rejections_module.SAMPLE_MEMBERS
    assert json.loads(sample(rejection(["x" * 60] * 20)))["event"] == "(too large to keep)"
