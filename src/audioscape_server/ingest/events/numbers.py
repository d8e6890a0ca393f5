"""Which texts may have numbers that are slow to decode.

The decoder takes a few nanoseconds for a usual number, but ten microseconds for ``1e308`` and its like, and a body has
room for hundreds of thousands of them. So a text that may have many such is looked at member by member, and only the
numbers that count are decoded.
"""

from __future__ import annotations

from audioscape_server.ingest.events.wire import MAX_EVENTS

#: Bytes of a text, at most, whose numbers are all decoded unless one has an exponent. Numbers without one are slow only
#: when they have hundreds of digits.
SHORT_TEXT_BYTES = 1024

#: For ``translate``: all digits look like 0 and both letters of an exponent like e.
SHAPES = bytes.maketrans(b"123456789E", b"000000000e")


def may_be_slow(text: bytes) -> bool:
    """Whether a JSON text may have many numbers that are slow to decode."""
    return len(text) > SHORT_TEXT_BYTES or has_exponent(text)


def has_exponent(text: bytes) -> bool:
    """Whether a JSON text may have a number with an exponent; so looks ``1e5`` in a string too."""
    return text.translate(SHAPES).find(b"0e") >= 0


def has_few_numbers(body: bytes) -> bool:
    """Whether the events of a body have no more numbers than a full batch may. Quicker than to look for an exponent."""
    # A name that is written with escapes would not be found.
    return b"\\" not in body and body.count(b'"timestamp"') + body.count(b'"duration"') <= 2 * MAX_EVENTS
