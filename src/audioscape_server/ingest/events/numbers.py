"""Which texts may have numbers that are slow to decode.

The decoder takes a few nanoseconds for a usual number, but ten microseconds for ``1e308`` and its like, and a body has
room for hundreds of thousands of them. So a text that may have such is looked at member by member, and only the numbers
that count are decoded.
"""

from __future__ import annotations

#: Bytes of a text, at most, whose numbers are all decoded unless one has an exponent. Numbers without one are slow only
#: when they have hundreds of digits.
SHORT_TEXT_BYTES = 1024

#: All digits look like 0 and both letters of an exponent like e.
_SHAPES = bytes.maketrans(b"123456789E", b"000000000e")


def may_be_slow(text: bytes, short: int = SHORT_TEXT_BYTES) -> bool:
    """Whether a JSON text may have numbers that are slow to decode: it is not short, or has an exponent.

    So looks ``1e5`` in a string too, which costs nothing but time.
    """
    return len(text) > short or text.translate(_SHAPES).find(b"0e") >= 0
