"""Bodies that are made to cost: one piece, again and again, in some place of a body, up to a size.

Every place is filled with every piece, so that neighbours of what once was slow are tried too.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

DEEP = 900
HALFWAY = "2.2250738585072011e-308"
"""A number that a fast decoder of doubles gives up on."""

#: Where it is put: before and after.
PLACES = {
    "the body": ("", ""),
    "the envelope": ("{", ',"events":[{"type":"x"}]}'),
    "the events": ('{"events":[', "]}"),
    "the events of an unclosed body": ('{"events":[', ""),
    "a bad event": ('{"events":[{"type":5},', "]}"),
    "an event": ('{"events":[{"type":"x",', "}]}"),
    "an event of the wrong type": ('{"events":[{', ',"type":5}]}'),
    "an unknown array": ('{"events":[{"type":"x","a":[', "]}]}"),
    "an unknown object": ('{"events":[{"type":"x","a":{', "}}]}"),
    "a vote": ('{"events":[{"type":"vote","asset_id":"1","value":[', "]}]}"),
    "a type": ('{"events":[{"type":"', '"}]}'),
    "a type with half a surrogate pair": ('{"events":[{"type":"', r'\ud800"}]}'),
    "an unclosed type": ('{"events":[{"type":"', ""),
    "an asset": ('{"events":[{"type":"x","asset_id":"', '"}]}'),
    "a player": ('{"events":[{"type":"x","player_id":"', '"}]}'),
    "a wide player": ('{"events":[{"type":"x","player_id":"🎵', '"}]}'),
    "a timestamp": ('{"events":[{"type":"x","timestamp":1', "}]}"),
    "a duration": ('{"events":[{"type":"x","duration":0.', "}]}"),
    "an exponent": ('{"events":[{"type":"x","duration":1e', "}]}"),
    "metadata": ('{"events":[{"type":"x","metadata":{', "}}]}"),
    "metadata with half a surrogate pair": ('{"events":[{"type":"x","metadata":{', r',"a":"\ud800"}}]}'),
    "a metadata array": ('{"events":[{"type":"x","metadata":[', "]}]}"),
    "a metadata text": ('{"events":[{"type":"x","metadata":{"a":"', '"}}]}'),
    "a metadata number": ('{"events":[{"type":"x","metadata":{"a":-1', "}}]}"),
    "an object in metadata": ('{"events":[{"type":"x","metadata":{"a":{', "}}}]}"),
    "bad UTF-8 at the end": ('{"events":[{"type":"', '\udcff"}]}'),
}

#: With what: as it is, and with commas between. ``%x`` counts.
PIECES = (
    *("[]", "{}", "0", '""', "null", "1e308", HALFWAY, "9" * 4_300, "0." + "0" * 308 + "1"),
    *(
        '"a":1',
        '"a":null',
        '"a":1e308',
        f'"a":{HALFWAY}',
        '"%x":1',
        '"%x":[]',
        r'"\ud800":1',
        r'"\u0061%x":1',
        '"a:":":"',
    ),
    *('"type":"x"', '"type":5', '"timestamp":1e308', '"timestamp":' + "1" * 4_300, '"duration":0.' + "0" * 308 + "1"),
    *(
        '"asset_id":"1"',
        r'"\u0064uration":1e308',
        '"player_id":"x"',
        '"value":"up"',
        '"metadata":{}',
        '"metadata":{"a":1,"a":2}',
        '"metadata":[[]]',
    ),
    *('"events":[]', '"events":[0]', '"events":[{"type":"x"}]'),
    *('{"type":"x"}', '{"type":"play"}', '{"type":"x","duration":1e308}', '{"type":"x","metadata":{"a":1e308,"b":[]}}'),
    *("[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP, "[", '{"a":', "]", "}", '"', ",", ":"),
    *(
        r"\\",
        r"\"",
        r"\u0041",
        r"\ud800",
        r"\udc00\ud800",
        r"\ud83c\udfb5",
        r"\\\ud800",
        r"\ude0",
        r"\uac00",
        r"\ud55c",
    ),
    *(" ", "\n", "x", "1", "0", "9", "é", "🎵", "e5", "\x00", "\ufeff", "\udcff", "\udcc3"),
)


def filled(place: str, piece: str, joint: str, size: int) -> bytes:
    """A place filled with a piece, in at most ``size`` bytes. Lone low surrogates stand for bytes that are no UTF-8."""
    before, after = (_encode(part) for part in PLACES[place])
    space = size - len(before) - len(after)
    if "%" in piece:
        number = space // len(_encode(piece % 0 + joint))
        content = _encode(joint.join(piece % counted for counted in islice(count(), number)))[:space]
        content = content[: content.rfind(_encode(joint))] if joint else content
    else:
        unit = _encode(piece + joint)
        content = (unit * (space // len(unit))).removesuffix(_encode(joint)) if joint else unit * (space // len(unit))
    return before + content + after


def batch_of(event: str, size: int, copies: int = 500) -> bytes:
    """A batch of one event again and again, each grown by ``%s`` to its share of a size."""
    share = size // copies - len(event) - 1
    return ('{"events":[' + ",".join([event % ("1" * max(share, 1))] * copies) + "]}").encode()


def shapes() -> Iterator[tuple[str, str, str]]:
    """Every place with every piece, with and without commas."""
    for place in PLACES:
        for piece in PIECES:
            for joint in (",", ""):
                yield place, piece, joint


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
