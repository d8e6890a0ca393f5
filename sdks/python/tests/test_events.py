"""Whatever is tracked becomes one valid event, or a refusal with a reason."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from enum import IntEnum

import pytest
from audioscape.events import MAX_EVENT_BYTES, Unsendable, encode, members
from hypothesis import given, strategies as st


class Asset(IntEnum):
    SONG = 1848354536


def event(type_="x", asset_id=None, player_id=None, duration=None, value=None, metadata=None, timestamp=None):
    fields = (type_, asset_id, player_id, duration, value, metadata, timestamp)
    return json.loads(encode(fields, 1_800_000_000.25, {}))


@pytest.mark.parametrize(
    ("given_", "sent"),
    [
        ({}, {}),
        ({"asset_id": 9043887091}, {"asset_id": "9043887091"}),
        ({"asset_id": 1818.0}, {"asset_id": "1818"}),
        ({"asset_id": Asset.SONG}, {"asset_id": "1848354536"}),
        ({"asset_id": "007"}, {"asset_id": "007"}),
        ({"player_id": 'quo"te\\\n\x00'}, {"player_id": 'quo"te\\\n\x00'}),
        ({"player_id": "\u00fc\U0001f3b5"}, {"player_id": "\u00fc\U0001f3b5"}),
        ({"player_id": "\ud83c\udfb5"}, {"player_id": "\U0001f3b5"}),
        ({"player_id": "a\udfb5\ud83cb"}, {"player_id": "a\ufffd\ufffdb"}),
        ({"player_id": "x" * 300}, {"player_id": "x" * 256}),
        ({"duration": 217}, {"duration": 217}),
        ({"duration": 12.5}, {"duration": 12.5}),
        ({"duration": Decimal("12.5")}, {"duration": 12.5}),
        ({"duration": math.nan}, {}),
        ({"duration": "217"}, {}),
        ({"duration": True}, {}),
        ({"duration": 10**400}, {}),
        ({"value": "up"}, {"value": "up"}),
        ({"value": 1}, {}),
        ({"timestamp": 1_700_000_000}, {"timestamp": 1_700_000_000}),
        ({"timestamp": math.inf}, {}),
        (
            {"metadata": {"s": "t", "n": 1, "f": 1.5, "b": False}},
            {"metadata": {"s": "t", "n": 1, "f": 1.5, "b": False}},
        ),
        ({"metadata": {"a": None, "b": [1], "c": {}, "d": math.nan, 5: 1}}, {}),
        ({"metadata": {}}, {}),
        ({"metadata": [1]}, {}),
        (
            {"metadata": {"a": {}, **{str(i): i for i in range(9, -1, -1)}}},
            {"metadata": {str(i): i for i in range(10)}},
        ),
        ({"metadata": {f"{i:02d}": i for i in range(30)}}, {"metadata": {f"{i:02d}": i for i in range(10)}}),
    ],
)
def test_what_is_sent(given_, sent):
    assert event(**given_) == {"type": "x", "timestamp": 1_800_000_000.25, **sent}


@pytest.mark.parametrize("type_", [None, "", 5, b"play", "x" * 129])
def test_a_bad_type_is_refused(type_):
    with pytest.raises(Unsendable, match="type must be a string of 1 to 128 characters"):
        event(type_)


@pytest.mark.parametrize("field", ["asset_id", "player_id"])
@pytest.mark.parametrize("id_", [1.5, math.nan, True, b"1", [], object()])
def test_a_bad_id_is_refused(field, id_):
    with pytest.raises(Unsendable, match=f"{field} must be a string or a whole number, found {type(id_).__name__}"):
        event(**{field: id_})


@pytest.mark.parametrize(("letter", "size"), [("x", 1), ("\u00fc", 2), ("\U0001f3b5", 4)])
def test_the_limit_is_exact_and_in_bytes(letter, size):
    room = MAX_EVENT_BYTES - len(encode(("x", None, None, None, None, {"k": ""}, None), 1.5, {}))
    fits = {"k": letter * (room // size)}
    assert len(encode(("x", None, None, None, None, fits, None), 1.5, {})) > MAX_EVENT_BYTES - size
    with pytest.raises(Unsendable, match="at most 32768"):
        event(metadata={"k": letter * (room // size + 1)})


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(categories=["L", "Cs", "Cc"]))
    | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=12)
    ),
    max_leaves=15,
)


KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=2)
PROPERTIES = st.dictionaries(KEYS, st.integers() | st.booleans() | KEYS, max_size=14)


@given(PROPERTIES, PROPERTIES)
def test_an_events_own_metadata_comes_first_and_all_of_it_is_bounded(own, inherited):
    encoded = encode(("x", None, None, None, None, own, None), 1.5, dict(sorted(members(inherited).items())))
    others = [key for key in sorted(inherited) if key not in own]
    expected = [*sorted(own)[:10], *others][:10]
    sent = json.loads(encoded).get("metadata", {})
    assert sent == {key: own.get(key, inherited.get(key)) for key in expected}


@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING, ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_anything_becomes_a_valid_event_or_a_refusal(
    type_, asset_id, player_id, duration, value, metadata, timestamp, inherited
):
    fields = (type_, asset_id, player_id, duration, value, metadata, timestamp)
    try:
        encoded = encode(fields, 1_800_000_000.5, members(inherited))
    except Unsendable:
        return

    def no_constant(name):
        raise AssertionError(f"{name} is not JSON")

    sent = json.loads(encoded.decode("utf-8"), parse_constant=no_constant)
    assert len(encoded) <= MAX_EVENT_BYTES
    assert isinstance(sent["type"], str)
    assert all(isinstance(sent.get(field, ""), str) for field in ("asset_id", "player_id", "value"))
    assert all(type(sent[field]) in (int, float) for field in ("timestamp", "duration") if field in sent)
    assert 0 < len(sent.get("metadata", "x")) <= 10
    assert all(isinstance(v, (str, int, float)) for v in sent.get("metadata", {}).values())
