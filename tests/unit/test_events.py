"""What the wire says of one event: every field rule, at its edges."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from audioscape_server.ingest.events import Reason, Rejection, encode_events, judge
from support.samples import BUILT_IN_TYPES, Literal, envelope, play, without

NOW = 1_700_000_000
WEEK_S = 7 * 86_400
LARGEST_ASSET = 2**63 - 1
HUGE_INTEGER = Literal("9" * 400)
BEYOND_DOUBLE = Literal("1e400")
LONE_SURROGATE = Literal(r'"\ud800"')
NOTE = "🎵"


def vote(**members: Any) -> dict[str, Any]:
    return play(type="vote", **members)


def row_of(event: Any, now: float = NOW) -> tuple[Any, ...]:
    verdict = judge(envelope(event), now)
    assert verdict.rejected == []
    (row,) = verdict.accepted
    return row


def refusal_of(event: Any, now: float = NOW) -> Rejection:
    verdict = judge(envelope(event), now)
    assert verdict.accepted == []
    (rejection,) = verdict.rejected
    return rejection


TYPE, ASSET_ID, TIMESTAMP, PLAYER_ID, DURATION, VALUE, METADATA = range(7)


class Accepted(NamedTuple):
    """An event that must be accepted, and what one column of its canonical row must hold."""

    event: Any
    column: int
    holds: Any


ACCEPTED = {
    **{f"built-in {name}": Accepted(play(type=name, value="up"), TYPE, name) for name in BUILT_IN_TYPES},
    "type of 1 character": Accepted(play(type="x"), TYPE, "x"),
    "type of 128 characters": Accepted(play(type="x" * 128), TYPE, "x" * 128),
    "type of 128 emoji": Accepted(play(type=NOTE * 128), TYPE, NOTE * 128),
    "type Play is a custom type": Accepted({"type": "Play"}, TYPE, "Play"),
    "type with a space is a custom type": Accepted({"type": "play "}, TYPE, "play "),
    "type NUL": Accepted({"type": "\0"}, TYPE, "\0"),
    "type right to left": Accepted({"type": "\u202emoc"}, TYPE, "\u202emoc"),
    "type __proto__": Accepted({"type": "__proto__"}, TYPE, "__proto__"),
    "asset_id 0": Accepted(play(asset_id="0"), ASSET_ID, 0),
    "asset_id of 19 digits with leading zeros": Accepted(play(asset_id="0" * 18 + "7"), ASSET_ID, 7),
    "largest asset_id": Accepted(play(asset_id=str(LARGEST_ASSET)), ASSET_ID, LARGEST_ASSET),
    "custom type without asset_id": Accepted({"type": "level_up"}, ASSET_ID, None),
    "custom type with null asset_id": Accepted({"type": "level_up", "asset_id": None}, ASSET_ID, None),
    "custom type with asset_id": Accepted({"type": "level_up", "asset_id": "5"}, ASSET_ID, 5),
    "timestamp omitted is the receipt": Accepted(play(), TIMESTAMP, NOW),
    "timestamp null is the receipt": Accepted(play(timestamp=None), TIMESTAMP, NOW),
    "timestamp now": Accepted(play(timestamp=NOW), TIMESTAMP, NOW),
    "timestamp exactly 7 days ago": Accepted(play(timestamp=NOW - WEEK_S), TIMESTAMP, NOW - WEEK_S),
    "timestamp exactly 5 minutes ahead": Accepted(play(timestamp=NOW + 300), TIMESTAMP, NOW + 300),
    "timestamp fractional": Accepted(play(timestamp=NOW - 0.125), TIMESTAMP, NOW - 0.125),
    "timestamp with an exponent": Accepted(play(timestamp=Literal("1.7e9")), TIMESTAMP, NOW),
    "player_id omitted": Accepted(play(), PLAYER_ID, ""),
    "player_id null": Accepted(play(player_id=None), PLAYER_ID, ""),
    "player_id empty": Accepted(play(player_id=""), PLAYER_ID, ""),
    "player_id of 256 characters": Accepted(play(player_id="p" * 256), PLAYER_ID, "p" * 256),
    "player_id of 257 characters is cut": Accepted(play(player_id="p" * 256 + "q"), PLAYER_ID, "p" * 256),
    "player_id is cut between emoji": Accepted(play(player_id="p" + NOTE * 300), PLAYER_ID, "p" + NOTE * 255),
    "player_id of 100 KB is cut": Accepted(play(player_id="p" * 100_000), PLAYER_ID, "p" * 256),
    "duration omitted": Accepted(play(), DURATION, None),
    "duration null": Accepted(play(duration=None), DURATION, None),
    "duration 0": Accepted(play(duration=0), DURATION, 0),
    "duration minus zero": Accepted(play(duration=Literal("-0")), DURATION, 0),
    "duration fractional": Accepted(play(duration=12.375), DURATION, 12.375),
    "duration large": Accepted(play(duration=1e300), DURATION, 1e300),
    "duration of a large integer": Accepted(play(duration=10**300), DURATION, 1e300),
    "vote up": Accepted(vote(value="up"), VALUE, "up"),
    "vote down": Accepted(vote(value="down"), VALUE, "down"),
    **{
        f"value {value!s:.20} on a play is ignored": Accepted(play(value=value), VALUE, "")
        for value in ("up", "sideways", None, 5, True, [[1]], {"up": None}, BEYOND_DOUBLE, HUGE_INTEGER, LONE_SURROGATE)
    },
    "value on a custom type is ignored": Accepted({"type": "Vote", "value": 3}, VALUE, ""),
    "nulls beside an ignored value": Accepted(
        {**dict.fromkeys(("asset_id", "timestamp", "player_id", "duration", "metadata")), "type": "x", "value": 5},
        TYPE,
        "x",
    ),
    "unknown member": Accepted(play(session={"deep": [1, None, {"x": "y"}]}), TYPE, "play"),
    "unknown member beyond a double": Accepted(play(extra=BEYOND_DOUBLE), TYPE, "play"),
    "unknown member with half a surrogate pair": Accepted(play(extra=LONE_SURROGATE), TYPE, "play"),
    "unknown member named by half a surrogate pair": Accepted({LONE_SURROGATE: 1, **play()}, TYPE, "play"),
    "escaped member name": Accepted({Literal(r'"\u0074ype"'): "skip", "asset_id": "1"}, TYPE, "skip"),
}


@pytest.mark.parametrize("case", ACCEPTED.values(), ids=ACCEPTED)
def test_accepts(case: Accepted) -> None:
    assert row_of(case.event)[case.column] == case.holds


METADATA_ACCEPTED = {
    "omitted": (None, None),
    "empty object": ({}, None),
    "empty array counts as an empty object": ([], None),
    "every type": (
        {"a": "x", "b": 1, "c": 1.5, "d": True, "e": False},
        {"a": "x", "b": 1, "c": 1.5, "d": True, "e": False},
    ),
    "10 keys": ({f"k{i}": i for i in range(10)}, {f"k{i}": i for i in range(10)}),
    "empty key and empty text": ({"": ""}, {"": ""}),
    "an integer stays an integer": ({"n": 1}, {"n": 1}),
    "a float stays a float": ({"n": 1.0}, {"n": 1.0}),
    "beyond 2^53": ({"n": 2**53 + 1}, {"n": 2**53 + 1}),
    "beyond 2^64": ({"n": 2**64}, {"n": 2**64}),
    "below -2^63": ({"n": -(2**63) - 1}, {"n": -(2**63) - 1}),
    "smallest double": ({"n": 5e-324}, {"n": 5e-324}),
    "largest double": ({"n": 1.7976931348623157e308}, {"n": 1.7976931348623157e308}),
    "hostile texts": (
        {"<script>": "';DROP TABLE events--", "=cmd()": "\x1b[31m", "__proto__": "\0\u202e" + NOTE},
        {"<script>": "';DROP TABLE events--", "=cmd()": "\x1b[31m", "__proto__": "\0\u202e" + NOTE},
    ),
    "long text": ({"t": "x" * 100_000}, {"t": "x" * 100_000}),
}


@pytest.mark.parametrize(("sent", "stored"), METADATA_ACCEPTED.values(), ids=METADATA_ACCEPTED)
def test_stores_metadata_with_the_types_it_was_sent_with(sent: Any, stored: dict[str, Any] | None) -> None:
    text = row_of(play(metadata=sent))[METADATA]
    if stored is None:
        assert text == ""
        return
    found = json.loads(text)
    assert found == stored
    assert {name: type(value) for name, value in found.items()} == {name: type(value) for name, value in stored.items()}


class Rejected(NamedTuple):
    """An event that must be refused: the reason, and words that its message must have (the field, what was found)."""

    event: Any
    reason: Reason
    words: tuple[str, ...] = ()


ASSET = ("asset_id",)
TIME = ("timestamp",)
PLAYER = ("player_id",)
LENGTH = ("duration",)
META = ("metadata",)

REFUSED = {
    **{
        f"an event that is {word}": Rejected(event, Reason.NOT_AN_OBJECT, ("object", word))
        for event, word in ((None, "null"), ("play", "string"), ([], "array"), (7, "number"), (True, "true"))
    },
    "type missing": Rejected({"asset_id": "1"}, Reason.TYPE_INVALID, ("type", "128")),
    "type null": Rejected(play(type=None), Reason.TYPE_INVALID, ("type", "128")),
    "type empty": Rejected(play(type=""), Reason.TYPE_INVALID, ("type", "128")),
    "type of 129 characters": Rejected(play(type="x" * 129), Reason.TYPE_INVALID, ("type", "128", "129")),
    "type of 129 emoji": Rejected(play(type=NOTE * 129), Reason.TYPE_INVALID, ("type", "128", "129")),
    "type of 1 MB": Rejected(play(type="x" * 1_000_000), Reason.TYPE_INVALID, ("type", "128")),
    "type a number": Rejected(play(type=5), Reason.TYPE_INVALID, ("type", "5")),
    "type an object": Rejected(play(type={"type": "play"}), Reason.TYPE_INVALID, ("type", "object")),
    "type half a surrogate pair": Rejected(play(type=LONE_SURROGATE), Reason.UNPAIRED_SURROGATE, ("surrogate",)),
    **{
        f"{name} without asset_id": Rejected(
            without(play(type=name, value="up"), "asset_id"), Reason.ASSET_ID_MISSING, ASSET
        )
        for name in BUILT_IN_TYPES
    },
    "asset_id null": Rejected(play(asset_id=None), Reason.ASSET_ID_MISSING, ASSET),
    "asset_id a number": Rejected(play(asset_id=123), Reason.ASSET_ID_INVALID, (*ASSET, "string", "number", "123")),
    **{
        f"asset_id {text!r:.30}": Rejected(play(asset_id=text), Reason.ASSET_ID_INVALID, (*ASSET, "19", "digits"))
        for text in (
            *("", " ", "-1", "+1", " 1", "1 ", "1\n", "1.0", "1e3", "0x1", "1_000", "abc", "\0", "1\0"),
            *("٣", "\uff11", "²", "Ⅷ", "9" * 30, "0" * 20, str(LARGEST_ASSET + 1), "9" * 19, "1" * 100_000),
        )
    },
    "asset_id an array": Rejected(play(asset_id=["1"]), Reason.ASSET_ID_INVALID, (*ASSET, "array")),
    "asset_id a boolean": Rejected(play(asset_id=False), Reason.ASSET_ID_INVALID, ASSET),
    "asset_id of a custom type is checked": Rejected({"type": "x", "asset_id": "x"}, Reason.ASSET_ID_INVALID, ASSET),
    "asset_id number of a custom type": Rejected({"type": "x", "asset_id": 1}, Reason.ASSET_ID_INVALID, ASSET),
    "timestamp a string": Rejected(play(timestamp=str(NOW)), Reason.TIMESTAMP_INVALID, (*TIME, "number", str(NOW))),
    "timestamp a boolean": Rejected(play(timestamp=True), Reason.TIMESTAMP_INVALID, (*TIME, "true")),
    "timestamp an object": Rejected(play(timestamp={}), Reason.TIMESTAMP_INVALID, (*TIME, "object")),
    "timestamp an ISO date": Rejected(play(timestamp="2023-11-14T22:13:20Z"), Reason.TIMESTAMP_INVALID, TIME),
    "timestamp beyond a double": Rejected(play(timestamp=BEYOND_DOUBLE), Reason.TIMESTAMP_INVALID, TIME),
    "timestamp 0": Rejected(play(timestamp=0), Reason.TIMESTAMP_TOO_OLD, (*TIME, "7 days")),
    "timestamp negative": Rejected(play(timestamp=-1), Reason.TIMESTAMP_TOO_OLD, (*TIME, "-1")),
    "timestamp very negative": Rejected(play(timestamp=-1e308), Reason.TIMESTAMP_TOO_OLD, TIME),
    "timestamp 7 days and 1 s ago": Rejected(play(timestamp=NOW - WEEK_S - 1), Reason.TIMESTAMP_TOO_OLD, TIME),
    "timestamp 7 days and 1 ms ago": Rejected(play(timestamp=NOW - WEEK_S - 0.001), Reason.TIMESTAMP_TOO_OLD, TIME),
    "timestamp 5 min and 1 s ahead": Rejected(
        play(timestamp=NOW + 301), Reason.TIMESTAMP_TOO_FAR_AHEAD, (*TIME, "5 min")
    ),
    "timestamp 5 min and 1 ms ahead": Rejected(play(timestamp=NOW + 300.001), Reason.TIMESTAMP_TOO_FAR_AHEAD, TIME),
    "timestamp in milliseconds": Rejected(
        play(timestamp=NOW * 1000), Reason.TIMESTAMP_MILLISECONDS, (*TIME, "milliseconds")
    ),
    "timestamp in fractional milliseconds": Rejected(
        play(timestamp=NOW * 1000 + 0.5), Reason.TIMESTAMP_MILLISECONDS, (*TIME, "milliseconds")
    ),
    "player_id a number": Rejected(play(player_id=156), Reason.PLAYER_ID_INVALID, (*PLAYER, "string", "number")),
    "player_id a boolean": Rejected(play(player_id=False), Reason.PLAYER_ID_INVALID, (*PLAYER, "false")),
    "player_id an object": Rejected(play(player_id={"id": "1"}), Reason.PLAYER_ID_INVALID, (*PLAYER, "object")),
    "player_id half a surrogate pair": Rejected(play(player_id=LONE_SURROGATE), Reason.UNPAIRED_SURROGATE),
    "duration negative": Rejected(play(duration=-1), Reason.DURATION_INVALID, (*LENGTH, "-1")),
    "duration barely negative": Rejected(play(duration=-5e-324), Reason.DURATION_INVALID, LENGTH),
    "duration a string": Rejected(play(duration="217"), Reason.DURATION_INVALID, (*LENGTH, "number", "217")),
    "duration a boolean": Rejected(play(duration=True), Reason.DURATION_INVALID, (*LENGTH, "true")),
    "duration beyond a double": Rejected(play(duration=BEYOND_DOUBLE), Reason.DURATION_INVALID, (*LENGTH, "finite")),
    "duration of 400 digits": Rejected(play(duration=HUGE_INTEGER), Reason.DURATION_INVALID, (*LENGTH, "finite")),
    "duration on a favorite is checked": Rejected(play(type="favorite", duration=-1), Reason.DURATION_INVALID, LENGTH),
    **{
        f"vote with value {value!s:.20}": Rejected(vote(value=value), Reason.VOTE_VALUE_INVALID)
        for value in ("UP", "", "sideways", " up", "up\n", None, 1, True, ["up"], {}, BEYOND_DOUBLE, "x" * 10_000)
    },
    "vote without value": Rejected(vote(), Reason.VOTE_VALUE_INVALID),
    **{
        f"metadata {word}": Rejected(play(metadata=value), Reason.METADATA_INVALID, (*META, "object", word))
        for value, word in (([1], "array"), ("{}", "string"), (3, "number"), (True, "true"), ("x" * 10_000, "string"))
    },
    "metadata of 11 keys": Rejected(
        play(metadata={str(i): i for i in range(11)}), Reason.METADATA_TOO_MANY_KEYS, (*META, "10", "11")
    ),
    "metadata of 11 keys, one of them null": Rejected(
        play(metadata={**{str(i): i for i in range(10)}, "n": None}), Reason.METADATA_TOO_MANY_KEYS, (*META, "10", "11")
    ),
    **{
        f"metadata value {word}": Rejected(
            play(metadata={"key": value}), Reason.METADATA_VALUE_INVALID, (*META, "key", word)
        )
        for value, word in ((None, "null"), ({}, "object"), ([], "array"), ([1], "array"), ({"a": {"b": 1}}, "object"))
    },
    "metadata value beyond a double": Rejected(
        play(metadata={"key": BEYOND_DOUBLE}), Reason.METADATA_VALUE_INVALID, META
    ),
    "metadata value of 400 digits": Rejected(play(metadata={"key": HUGE_INTEGER}), Reason.METADATA_VALUE_INVALID, META),
    "metadata value of 5,000 digits": Rejected(
        play(metadata={"key": Literal("-" + "1" * 5_000)}), Reason.METADATA_VALUE_INVALID, META
    ),
    "metadata value half a surrogate pair": Rejected(play(metadata={"k": LONE_SURROGATE}), Reason.UNPAIRED_SURROGATE),
    "metadata key half a surrogate pair": Rejected(play(metadata={LONE_SURROGATE: 1}), Reason.UNPAIRED_SURROGATE),
    "metadata null under a long key": Rejected(
        play(metadata={"k" * 10_000: None}), Reason.METADATA_VALUE_INVALID, META
    ),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_refuses(case: Rejected) -> None:
    rejection = refusal_of(case.event)
    assert rejection.reason is case.reason
    for word in case.words:
        assert word in rejection.message


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_a_message_is_short_and_fit_to_be_shown(case: Rejected) -> None:
    verdict = judge(envelope(*[play()] * 499, case.event), NOW)
    (rejection,) = verdict.rejected
    text = str(rejection)
    assert text == f"events[499]: {rejection.message}"
    assert len(text) < 200
    assert text.isprintable()


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_a_refused_event_costs_its_neighbours_nothing(case: Rejected) -> None:
    before, after = play(player_id="before", metadata={"n": 2**53 + 1}), vote(value="down", timestamp=NOW - 0.5)
    verdict = judge(envelope(before, case.event, after), NOW)
    assert verdict.accepted == [row_of(before), row_of(after)]
    assert [rejection.index for rejection in verdict.rejected] == [1]


def test_every_reason_is_reached_by_a_named_case() -> None:
    assert {case.reason for case in REFUSED.values()} == set(Reason)


VOTE_MESSAGES = [case for case in REFUSED.values() if case.reason is Reason.VOTE_VALUE_INVALID]


@pytest.mark.parametrize("case", VOTE_MESSAGES)
def test_a_vote_without_a_direction_is_told_so_in_the_published_words(case: Rejected) -> None:
    assert str(refusal_of(case.event)) == 'events[0]: vote events require value "up" or "down"'


@pytest.mark.parametrize("fraction", [0.25, 0.5, 0.999])
def test_the_oldest_whole_second_of_a_client_is_still_inside_the_week(fraction: float) -> None:
    # A client that counts whole seconds and is exactly 7 days late must not lose to the fraction of our clock.
    now = NOW + fraction
    assert row_of(play(timestamp=NOW - WEEK_S), now)[TIMESTAMP] == NOW - WEEK_S
    assert row_of(play(timestamp=now + 300), now)[TIMESTAMP] == now + 300
    assert refusal_of(play(timestamp=NOW - WEEK_S - 1), now).reason is Reason.TIMESTAMP_TOO_OLD
    assert refusal_of(play(timestamp=now + 301), now).reason is Reason.TIMESTAMP_TOO_FAR_AHEAD


def test_an_omitted_timestamp_is_the_time_of_receipt() -> None:
    assert row_of(play(), NOW + 0.125)[TIMESTAMP] == pytest.approx(NOW + 0.125, abs=1e-3)


STAMPED = {
    "all have both": ([play(timestamp=NOW, player_id="p")] * 2, True),
    "one without a timestamp": ([play(timestamp=NOW, player_id="p"), play(player_id="p")], False),
    "one without a player": ([play(timestamp=NOW, player_id="p"), play(timestamp=NOW)], False),
    "one with an empty player": ([play(timestamp=NOW, player_id="")], False),
    "what was refused does not matter": ([play(timestamp=NOW, player_id="p"), {"type": ""}], True),
}


@pytest.mark.parametrize(("events", "stamped"), STAMPED.values(), ids=STAMPED)
def test_a_batch_is_stamped_when_each_accepted_event_has_a_time_and_a_player(events: list[Any], stamped: bool) -> None:  # noqa: FBT001
    assert judge(envelope(*events), NOW).stamped is stamped


def test_the_refused_event_is_kept_as_it_came() -> None:
    event = play(timestamp="soon", note="kept")
    assert json.loads(refusal_of(event).event) == event


def test_rows_round_trip_through_the_spool_form() -> None:
    events = [case.event for case in ACCEPTED.values()] + [
        play(metadata=sent) for sent, _ in METADATA_ACCEPTED.values()
    ]
    rows = judge(envelope(*events), NOW).accepted
    assert [tuple(row) for row in json.loads(encode_events(rows))] == rows
