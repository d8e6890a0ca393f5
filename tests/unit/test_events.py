"""What the wire says of one event: every field rule, at its edges."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest

from audioscape_server.ingest.events import Reason, Rejection, encode_events, judge
from support.samples import BUILT_IN_TYPES, Literal, envelope, play, without

NOW = 1_700_000_000
WEEK_S = 7 * 86_400
DAYS_400_S = 34_560_000
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
    "duration of 400 days": Accepted(play(duration=DAYS_400_S), DURATION, DAYS_400_S),
    "duration of 400 days, written with an exponent": Accepted(play(duration=Literal("3.456E7")), DURATION, DAYS_400_S),
    "duration too small for a double": Accepted(play(duration=Literal("1e-400")), DURATION, 0),
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


METADATA_STORED = {
    "omitted": (None, ""),
    "null": ("null", ""),
    "empty object": ("{}", ""),
    "empty object with a space": ("{ }", ""),
    "empty array counts as an empty object": ("[]", ""),
    "empty array with white space": ("[ \n\t\r ]", ""),
    "every kind": ('{"a":"x","b":1,"c":1.5,"d":true,"e":false}', ...),
    "10 keys": ("{" + ",".join(f'"k{i}":{i}' for i in range(10)) + "}", ...),
    "empty key and empty text": ('{"":""}', ...),
    "a trailing zero": ('{"n":1.10}', ...),
    "an integer and a whole number": ('{"i":1,"n":1.0}', ...),
    "more digits than a double": ('{"n":3.14159265358979323846,"m":0.1000000000000000055511151231257827}', ...),
    "exponents": ('{"n":1E5,"m":1e+05,"o":-1.50E-007}', ...),
    "minus zero": ('{"n":-0,"m":-0.0}', ...),
    "beyond 2^53, 2^63 and 2^64": ('{"n":9007199254740993,"m":-9223372036854775809,"o":18446744073709551616}', ...),
    "the smallest and the largest double": ('{"n":5e-324,"m":1.7976931348623157e308}', ...),
    "too small for a double": ('{"n":1e-400,"m":-1e-99999}', ...),
    "zero with an exponent": ('{"n":0e999,"m":0.000E+400}', ...),
    "an integer of 309 digits": ('{"n":1' + "0" * 308 + "}", ...),
    "a fraction of 5,000 digits": ('{"n":0.' + "1" * 5_000 + "}", ...),
    "a digit and an e in a text": ('{"t":"track 1e5","n":0}', ...),
    "hostile texts": (
        '{"<script>":"\';DROP TABLE events--","=cmd()":"\\u001b[31m","__proto__":"\\u0000\u202e🎵"}',
        ...,
    ),
    "escapes in texts and names": (r'{"\u0071uery":"caf\u00e9 \/ \ud83c\udfb5","\"":"\\\""}', ...),
    "text that is not ASCII": ('{"ключ":"значение 🎵"}', ...),
    "long text": ('{"t":"' + "x" * 100_000 + '"}', ...),
    "colons in texts": ('{"url":"http://[::1]:80/","at:":"12:30"}', ...),
    "hundreds of colons in a text": ('{"t":"' + ":" * 1_000 + '","n":1.10}', ...),
    "JSON in a text": (r'{"t":"{\"a\":1,\"a\":2}","n":1}', ...),
    "white space": ('{ "a" : 1.10 ,\n\t"b":"x  y"\r}', ...),
    "a repeated name: the last": ('{"n":1.10,"m":2,"n":1.20}', '{"n":1.20,"m":2}'),
    "a name repeated with escapes": (r'{"a":1,"\u0061":"\u0062", "b" : 3}', r'{"a":"\u0062","b":3}'),
    "a repeated name and a colon in it": (r'{"\u003a":1,"a":1,"a":2}', '{":":1,"a":2}'),
    "a name repeated with what is not taken": ('{"a":null,"b":[1],"a":1,"b":"x"}', '{"a":1,"b":"x"}'),
    "11 members of 10 names": (
        "{" + ",".join(f'"k{i % 10}":{i}' for i in range(11)) + "}",
        "{" + ",".join(f'"k{i}":{i or 10}' for i in range(10)) + "}",
    ),
    "one name 10,000 times": ("{" + ",".join(f'"n":{i}' for i in range(10_000)) + "}", '{"n":9999}'),
}


@pytest.mark.parametrize(("sent", "stored"), METADATA_STORED.values(), ids=METADATA_STORED)
def test_stores_metadata_character_for_character(sent: str | None, stored: Any) -> None:
    text = row_of(play(metadata=Literal(sent)) if sent else play())[METADATA]
    assert text == (sent if stored is ... else stored)


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
    "duration of 400 days and a second": Rejected(
        play(duration=DAYS_400_S + 1), Reason.DURATION_INVALID, (*LENGTH, "0 to 34560000", "400 days", "34560001")
    ),
    "duration a bit over 400 days": Rejected(
        play(duration=DAYS_400_S + 0.001), Reason.DURATION_INVALID, (*LENGTH, "34560000.001")
    ),
    "duration that ruins a sum": Rejected(play(duration=1e308), Reason.DURATION_INVALID, (*LENGTH, "1e+308")),
    "duration of 300 digits": Rejected(play(duration=10**300), Reason.DURATION_INVALID, LENGTH),
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
    "metadata of 10,000 keys": Rejected(
        play(metadata={str(i): i for i in range(10_000)}), Reason.METADATA_TOO_MANY_KEYS, (*META, "10", "10000")
    ),
    "metadata of 300 keys and many more members": Rejected(
        play(metadata=Literal("{" + ",".join(f'"k{i % 300}":{i}' for i in range(1_000)) + "}")),
        Reason.METADATA_TOO_MANY_KEYS,
        (*META, "10"),
    ),
    "metadata whose last of a repeated name is null": Rejected(
        play(metadata=Literal('{"a":1,"a":null}')), Reason.METADATA_VALUE_INVALID, (*META, '"a"', "null")
    ),
    "metadata value of many members": Rejected(
        play(metadata={"key": {str(i): i for i in range(1_000)}}), Reason.METADATA_VALUE_INVALID, (*META, "object")
    ),
    "metadata value beyond a double, by its digits": Rejected(
        play(metadata={"key": Literal("17976931348623159" + "0" * 292 + ".5")}), Reason.METADATA_VALUE_INVALID, META
    ),
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
    of_lists = {Reason.QUERY_INVALID, Reason.ASSETS_INVALID}
    assert {case.reason for case in REFUSED.values()} == set(Reason) - of_lists


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


SURROGATES = {
    "in a type": (play(type=Literal(r'"a\ud800b"')), Reason.UNPAIRED_SURROGATE),
    "in a player": (play(player_id=Literal(r'"\uDFFF"')), Reason.UNPAIRED_SURROGATE),
    "in an asset": (play(asset_id=Literal(r'"\ud800"')), Reason.ASSET_ID_INVALID),
    "in a vote": (vote(value=Literal(r'"up\ud800"')), Reason.VOTE_VALUE_INVALID),
    "in the place of a number": (play(duration=Literal(r'"\ud800"')), Reason.DURATION_INVALID),
    "in a metadata text": (play(metadata={"k": Literal(r'"\ud83c\udfb5\udfb5"')}), Reason.UNPAIRED_SURROGATE),
    "in a metadata name": (play(metadata={Literal(r'"\ud800\ud800"'): 1}), Reason.UNPAIRED_SURROGATE),
    "two halves in the wrong order": (play(type=Literal(r'"\udc00\ud800"')), Reason.UNPAIRED_SURROGATE),
    "behind an escaped backslash": (play(type=Literal(r'"\\\ud800"')), Reason.UNPAIRED_SURROGATE),
    "behind what only looks like its other half": (play(type=Literal(r'"\\ud83c\udfb5"')), Reason.UNPAIRED_SURROGATE),
    "beside the characters that stand for it": (play(type=Literal(r'"\ufffd\ufffe\ud800"')), Reason.UNPAIRED_SURROGATE),
}


@pytest.mark.parametrize(("event", "reason"), SURROGATES.values(), ids=SURROGATES)
def test_an_unpaired_surrogate_refuses_the_event_and_shows_as_no_character(event: Any, reason: Reason) -> None:
    rejection = refusal_of(event)
    assert rejection.reason is reason
    if "got" in rejection.message:
        assert 'got string "\ufffd"' in rejection.message
    assert "\ufffd" in json.dumps(json.loads(rejection.event), ensure_ascii=False)


NO_SURROGATES = {
    "where a member is ignored": play(value=Literal(r'"\ud800"'), extra=Literal(r'"\udfff"')),
    "where the player was cut": play(player_id=Literal('"' + "p" * 256 + r'\ud800"')),
    "where another member of the name counts": Literal(r'{"type":"\ud800","metadata":{"a":"\ud800","a":1},"type":"x"}'),
    "in a pair": play(type=Literal(r'"\uD83C\uDFB5"'), extra=Literal(r'"\ud800"')),
    "in an escaped backslash": play(type=Literal(r'"\\ud800"'), extra=Literal(r'"\ud800"')),
    "in the characters that stand for it": play(type=Literal(r'"\ufffd\ufffe"'), extra=Literal(r'"\ud800"')),
}


@pytest.mark.parametrize("event", NO_SURROGATES.values(), ids=NO_SURROGATES)
def test_an_unpaired_surrogate_that_does_not_count_refuses_nothing(event: Any) -> None:
    row_of(event)


def test_a_refused_event_that_is_too_large_for_a_sample_is_not_kept() -> None:
    assert refusal_of(play(timestamp="soon", note="x" * 10_000)).event == b""


def test_the_refused_event_is_kept_as_it_came() -> None:
    event = play(timestamp="soon", note="kept")
    assert json.loads(refusal_of(event).event) == event


def test_rows_round_trip_through_the_spool_form() -> None:
    events = [case.event for case in ACCEPTED.values()] + [
        play(metadata=Literal(sent or "null")) for sent, _ in METADATA_STORED.values()
    ]
    rows = judge(envelope(*events), NOW).accepted
    assert [tuple(row) for row in json.loads(encode_events(rows))] == rows
