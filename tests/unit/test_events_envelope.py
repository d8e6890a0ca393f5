"""What the wire says of the body around the events: which bodies are refused whole, and in which words."""

from __future__ import annotations

import json

import pytest

from audioscape_server.ingest.events import EnvelopeError, judge
from support.samples import Literal, envelope, play, to_json

NOW = 1_700_000_000
EVENTS_MISSING = 'Request body must contain an "events" array'
EVENT = to_json(play())
DEEP = 100_000


def nested(opening: str, closing: str, inside: str = "", depth: int = DEEP) -> Literal:
    return Literal(opening * depth + inside + closing * depth)


NOT_THERE = {
    "null": b"null",
    "array": b"[]",
    "array of events": f"[{EVENT}]".encode(),
    "number": b"5",
    "string": b'"events"',
    "true": b"true",
    "empty object": b"{}",
    "single event": EVENT.encode(),
    "other case": f'{{"Events":[{EVENT}]}}'.encode(),
    "events null": b'{"events":null}',
    "events empty": b'{"events":[]}',
    "events an object": b'{"events":{}}',
    "events an object of events": f'{{"events":{{"0":{EVENT}}}}}'.encode(),
    "events a string": b'{"events":"[]"}',
    "events a number": b'{"events":1}',
    "events nested": f'{{"data":{{"events":[{EVENT}]}}}}'.encode(),
}


@pytest.mark.parametrize("body", NOT_THERE.values(), ids=NOT_THERE)
def test_a_body_without_events_is_told_so_in_the_published_words(body: bytes) -> None:
    with pytest.raises(EnvelopeError) as rejection:
        judge(body, NOW)
    assert str(rejection.value) == EVENTS_MISSING


def inside(value: str | bytes) -> dict[str, bytes]:
    """The same broken value in every place of a body: known and unknown, inside an event and beside it."""
    value = value if isinstance(value, bytes) else value.encode()
    event = EVENT[:-1].encode()
    return {
        "unknown member of the envelope": b'{"extra":' + value + b',"events":[' + event + b"}]}",
        "unknown member behind the events": b'{"events":[' + event + b'}],"extra":' + value + b"}",
        "unknown member of an event": b'{"events":[' + event + b',"extra":' + value + b"}]}",
        "nested in an unknown member": b'{"events":[' + event + b',"extra":[{"x":' + value + b"}]}]}",
        "metadata": b'{"events":[' + event + b',"metadata":{"k":' + value + b"}}]}",
        "ignored value": b'{"events":[' + event + b',"value":' + value + b"}]}",
        "known member": b'{"events":[' + event + b',"player_id":' + value + b"}]}",
        "an event": b'{"events":[' + event + b"}," + value + b"]}",
        "beside a bad event": b'{"events":[{"type":5},' + event + b',"extra":' + value + b"}]}",
    }


BROKEN_VALUES: dict[str, str | bytes] = {
    "NaN": "NaN",
    "Infinity": "Infinity",
    "minus Infinity": "-Infinity",
    "bare word": "undefined",
    "single quotes": "'x'",
    "comment": "1 /* one */",
    "leading zero": "01",
    "leading plus": "+1",
    "bare minus": "-",
    "dot without digits": "1.",
    "digits without zero": ".5",
    "exponent without digits": "1e",
    "hexadecimal": "0x10",
    "unknown escape": r'"\q"',
    "short escape": r'"\u12"',
    "short escape before half a surrogate pair": r'"\u83c\udfb5"',
    "escape without digits": r'"\u12g4"',
    "raw newline in a text": '"a\nb"',
    "raw NUL in a text": '"a\0b"',
    "raw escape character in a text": '"\x1b"',
    "unclosed text": '"a',
    "trailing comma in an array": "[1,]",
    "trailing comma in an object": '{"a":1,}',
    "missing comma": "[1 2]",
    "missing colon": '{"a" 1}',
    "unquoted name": "{a:1}",
    "nothing": "",
    "lone byte": b'"\xff"',
    "overlong slash": b'"\xc0\xaf"',
    "cut sequence": b'"\xe2\x82"',
    "surrogate in UTF-8": b'"\xed\xa0\x80"',
    "beyond Unicode": b'"\xf4\x90\x80\x80"',
    "bad UTF-8 in a name": b'{"\xff":1}',
    "Latin-1": '"é"'.encode("latin-1"),
}
BROKEN = {f"{what}, as {where}": body for what, value in BROKEN_VALUES.items() for where, body in inside(value).items()}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_not_json_is_refused_wherever_it_stands(body: bytes) -> None:
    with pytest.raises(EnvelopeError) as rejection:
        judge(body, NOW)
    assert str(rejection.value) != EVENTS_MISSING


WHOLE = {
    "empty": b"",
    "space": b" \n",
    "truncated": envelope(play())[:-1],
    "truncated in an event": envelope(play())[:-5],
    "trailing word": envelope(play()) + b"x",
    "trailing bracket": envelope(play()) + b"}",
    "two bodies": envelope(play()) * 2,
    "NUL behind": envelope(play()) + b"\0",
    "two byte order marks": b"\xef\xbb\xbf" * 2 + envelope(play()),
    "byte order mark behind": envelope(play()) + b"\xef\xbb\xbf",
    "UTF-16": envelope(play()).decode().encode("utf-16"),
    "UTF-16 without mark": envelope(play()).decode().encode("utf-16-le"),
    "UTF-32": envelope(play()).decode().encode("utf-32"),
    "form": b"events=%5B%5D",
    "XML": b"<events/>",
    "random bytes": bytes(range(256)),
    "half a surrogate pair": rb"\udc00",
    "half a surrogate pair, then truncated": envelope(play(extra=Literal(r'"\ud800"')))[:-1],
    "50,001 escaped surrogates, one of them unpaired": envelope(
        play(extra=Literal('"' + r"\ud83c\udfb5" * 25_000 + r'\ud800"'))
    ),
}


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_a_body_that_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(EnvelopeError):
        judge(body, NOW)


DEEP_VALUES = {"arrays": nested("[", "]"), "objects": nested('{"a":', "}", "1"), "unclosed arrays": Literal("[" * DEEP)}
TOO_DEEP = {f"{what}, as {where}": body for what, value in DEEP_VALUES.items() for where, body in inside(value).items()}
TOO_DEEP |= {
    "the body": b"[" * DEEP,
    "the events": b'{"events":' + b"[" * DEEP,
    "closed events": envelope(nested("[", "]")),
}


@pytest.mark.parametrize("body", TOO_DEEP.values(), ids=TOO_DEEP)
def test_nesting_without_end_is_refused_whole(body: bytes) -> None:
    with pytest.raises(EnvelopeError):
        judge(body, NOW)


@pytest.mark.parametrize("where", inside("1"))
def test_no_depth_of_nesting_is_a_fault_of_ours(where: str) -> None:
    for depth in range(850, 1_050):
        body = inside("[" * depth + "]" * depth)[where]
        try:
            judge(body, NOW)
        except EnvelopeError as error:
            assert "deep" in str(error)  # noqa: PT017 - some depths are taken


def test_more_than_500_deep_events_are_refused() -> None:
    with pytest.raises(EnvelopeError):
        judge(envelope(*[nested("[", "]", depth=900)] * 501), NOW)


def test_nesting_that_software_really_sends_is_no_fault() -> None:
    deep = json.loads(nested("[", "]", depth=64))
    assert len(judge(envelope(play(extra=deep), extra=deep), NOW).accepted) == 1


@pytest.mark.parametrize("count", [1, 2, 499, 500])
def test_takes_1_to_500_events(count: int) -> None:
    assert len(judge(envelope(*[play()] * count), NOW).accepted) == count


@pytest.mark.parametrize("event", [play(), {"type": ""}, None], ids=["good", "bad", "null"])
@pytest.mark.parametrize("count", [501, 10_000, 1_000_000])
def test_more_than_500_events_are_refused_and_counted(event: object, count: int) -> None:
    with pytest.raises(EnvelopeError) as rejection:
        judge(envelope(*[event] * count), NOW)
    assert "500" in str(rejection.value)
    assert str(count) in str(rejection.value).replace(",", "")


#: Members of an object, made at once: every process that runs tests makes them when it gathers the tests.
MANY = json.dumps({f"k{number}": number for number in range(200_000)})[1:-1]
TAKEN = {
    "byte order mark": b"\xef\xbb\xbf" + envelope(play()),
    "unknown members": envelope(play(), sdk="1.0", sent_at=5, nested={"events": []}),
    "unknown member beyond a double": envelope(play(), extra=Literal("1e400")),
    "unknown member of 400 digits": envelope(play(), extra=Literal("9" * 400)),
    "unknown member with half a surrogate pair": envelope(play(), extra=Literal(r'"\ud800"')),
    "49,999 escaped surrogates, one of them unpaired": envelope(
        play(extra=Literal('"' + r"\ud83c\udfb5" * 24_999 + r'\ud800"'))
    ),
    "60,000 escaped surrogates in pairs": envelope(play(extra=Literal('"' + r"\ud83c\udfb5" * 30_000 + '"'))),
    "unknown member behind the events": f'{{"events":[{EVENT}],"x":[1,2,{{}}]}}'.encode(),
    "escaped name": f'{{"\\u0065vents":[{EVENT}]}}'.encode(),
    "space everywhere": f' \r\n\t{{ "events" : [ {EVENT} ] }} \n'.encode(),
    "raw UTF-8": envelope(play()).replace(b'"play"', '"p\u00e9\U0001f3b5"'.encode()),
    "200,000 unknown members of the envelope": f'{{"events":[{EVENT}],{MANY}}}'.encode(),
    "200,000 unknown members of an event": f'{{"events":[{EVENT[:-1]},{MANY}}}]}}'.encode(),
    "the last of two events members": f'{{"events":[],"events":[{EVENT}]}}'.encode(),
    "the last of two members of an event": envelope(play()).replace(b'"type"', b'"type":5,"type"'),
}


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN)
def test_takes_whatever_else_json_allows(body: bytes) -> None:
    verdict = judge(body, NOW)
    assert (len(verdict.accepted), verdict.rejected) == (1, [])


@pytest.mark.parametrize("body", [*BROKEN.values(), *WHOLE.values(), b'{"events":[' + b"\xff" * 1000 + b"]}"])
def test_the_text_of_a_refused_body_is_short_and_fit_to_be_shown(body: bytes) -> None:
    with pytest.raises(EnvelopeError) as rejection:
        judge(body, NOW)
    text = str(rejection.value)
    assert 0 < len(text) < 200
    assert text.isprintable()
    assert "msgspec" not in text


def test_a_batch_of_nothing_but_bad_events_is_no_fault_of_the_envelope() -> None:
    verdict = judge(envelope(*[{"type": ""}] * 500), NOW)
    assert verdict.accepted == []
    assert [rejection.index for rejection in verdict.rejected] == list(range(500))
