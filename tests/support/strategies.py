"""Random request bodies: events that are valid, valid but for a mutation, arbitrary JSON, arbitrary bytes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from support.samples import BUILT_IN_TYPES, Literal, to_json

#: The time of receipt that random timestamps surround, Unix seconds.
NOW = 1_700_000_000

LARGEST_ASSET = 2**63 - 1
WEEK_S = 7 * 86_400
MAX_DURATION_S = 400 * 86_400

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
edge_literals = st.sampled_from(
    [
        *map(Literal, ("1e400", "-1e400", "9" * 400, "-" + "9" * 5_000, "1E5", "-0", "-0.0", "1e-400", "0.1e1")),
        *map(Literal, ("1.10", "3.14159265358979323846", "1E+05", "-0.0e5", "34560000.0", "3.456e7", "0.1e309")),
        *map(Literal, (r'"\ud800"', r'"\udfff x"', r'"\ud83c\udfb5"', r'"\u0000"', r'"\/"', "2e308", "1" + "0" * 308)),
    ],
)
edge_numbers = st.sampled_from(
    [
        0,
        -1,
        1,
        0.5,
        NOW,
        NOW * 1000,
        NOW - WEEK_S,
        NOW - WEEK_S - 1,
        NOW + 300,
        NOW + 301,
        2**53 + 1,
        2**63,
        2**64,
        1e308,
        34_560_000,
        34_560_000.5,
        34_560_001,
    ],
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    edge_numbers,
    edge_literals,
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)

asset_ids = st.integers(0, LARGEST_ASSET).map(str) | st.sampled_from(["0", "007", "0" * 19, str(LARGEST_ASSET)])
timestamps = st.integers(NOW - WEEK_S, NOW + 300) | st.floats(NOW - WEEK_S, NOW + 300)
names = st.sampled_from(["type", "asset_id", "timestamp", "player_id", "duration", "value", "metadata", "extra"])
metadata_values = st.one_of(
    texts, st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), edge_literals
)


@st.composite
def valid_events(draw: st.DrawFn) -> dict[str, Any]:
    """An event that the contract accepts (but for the edge literals in its metadata)."""
    kind = draw(
        st.sampled_from(BUILT_IN_TYPES) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=130)
    )
    event: dict[str, Any] = {"type": kind}
    if kind in BUILT_IN_TYPES or draw(st.booleans()):
        event["asset_id"] = draw(asset_ids)
    if kind == "vote":
        event["value"] = draw(st.sampled_from(["up", "down"]))
    optional = {
        "timestamp": timestamps,
        "player_id": texts | st.just("🎵" * 300),
        "duration": st.floats(0, MAX_DURATION_S) | st.integers(0, MAX_DURATION_S),
        "metadata": st.dictionaries(texts | st.integers().map(str), metadata_values, max_size=11),
    }
    for name, value in optional.items():
        if draw(st.booleans()):
            event[name] = draw(value | st.none())
    return event


@st.composite
def events(draw: st.DrawFn) -> Any:
    """An event: valid, or with up to two of its members replaced, removed or added; now and then no event at all."""
    if draw(st.integers(0, 19)) == 0:
        return draw(values)
    event = draw(valid_events())
    for _ in range(draw(st.integers(0, 2))):
        name = draw(names)
        if draw(st.booleans()):
            event[name] = draw(values)
        else:
            event.pop(name, None)
    return event


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A body: bytes, JSON, an envelope, or an envelope with a few bytes changed."""
    match draw(st.sampled_from(["bytes", "json", "envelope", "damaged", "damaged"])):
        case "bytes":
            return draw(st.binary(max_size=60))
        case "json":
            return to_json(draw(values)).encode()
        case "envelope":
            members = draw(st.dictionaries(texts, values, max_size=2))
            body = to_json({**members, "events": draw(st.lists(events(), max_size=3) | values)}).encode()
            return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + body
        case _:
            body = bytearray(to_json({"events": draw(st.lists(events(), min_size=1, max_size=2))}).encode())
            for _ in range(draw(st.integers(1, 3))):
                at = draw(st.integers(0, len(body) - 1))
                body[at : at + draw(st.integers(0, 2))] = draw(
                    st.binary(max_size=2)
                    | st.sampled_from([b'"', b"\\", b",", b"}", b"]", b"[", b"{", b":", b"0", b"-", b"e"])
                )
            return bytes(body)
