"""Random request bodies by the ten thousand: JSON as odd as JSON can be, then broken a little.

Cheaper than hypothesis by two orders of magnitude, and without its shrinking: an input is found again by its seed.
Everything is built as text, for what matters here is how things are spelled: repeated names, escapes, white space,
digits.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from support.samples import BUILT_IN_TYPES

#: The time of receipt that random timestamps surround, Unix seconds.
NOW = 1_700_000_000

_NUMBERS = (
    *("0", "-0", "-0.0", "1", "-1", "1.10", "0.5", "217", "12.375", "1E5", "1e+05", "2e-3", "3.14159265358979323846"),
    *("34560000", "34560000.0", "3.456e7", "34560000.001", "34560001", "-5e-324", "1e-400", "1e400", "-1e400", "1e308"),
    *("9007199254740993", "9223372036854775808", "18446744073709551616", "9" * 308, "9" * 309, "9" * 4_301),
    *("1.7976931348623157e308", "1.7976931348623159e308", "0e999", "0." + "0" * 400 + "1", "1e99999999999999999999"),
    *map(str, (NOW, NOW + 0.25, NOW + 300, NOW + 301, NOW - 604_800, NOW - 604_801, NOW * 1_000, -NOW)),
)
_SCALARS = ("null", "true", "false", '""', '"x"', "{}", "[]", "[1]", '{"a":1}', '[{"a":[null,{"b":[]}]}]', "[ ]")
_TEXTS = (
    *BUILT_IN_TYPES,
    *("Play", "up", "down", "UP", "level_up", "1", "007", "9223372036854775807", "9223372036854775808", "0" * 19, "٣"),
    *(
        "",
        "x",
        "a:b",
        "::",
        'a"b\\c/',
        "\0",
        "é",
        "🎵",
        "\ufffd",
        "\ufffe",
        "\ufeff",
        "1e5",
        "p" * 255 + "🎵🎵",
        "t" * 129,
    ),
)
#: Spelled out in JSON: what Python's text cannot hold, or would spell otherwise.
_ODD_TEXTS = (
    *(r'"\ud800"', r'"\udfff"', r'"\udc00\ud800"', r'"\ud83c\udfb5"', r'"\uD83C\uDFB5\uDFB5"', r'"\\ud83c\udfb5"'),
    *(r'"\\\ud800"', r'"\\ud800"', r'"\ud83c\u0041"', r'"\/\b\f\n\r\t"', r'"\u003a"', '"' + "p" * 256 + r'\ud800"'),
)
_NAMES = ("type", "asset_id", "timestamp", "player_id", "duration", "value", "metadata", "extra", "Type", "events")
_SPACES = (" ", "\n", "\t\r\n", "  ")
#: What a body is broken with.
_BREAKS = (
    *(
        b'"',
        b"\\",
        b",",
        b":",
        b"{",
        b"}",
        b"[",
        b"]",
        b"0",
        b"-",
        b".",
        b"e",
        b"\\u",
        b"\\ud800",
        b"null",
        b" ",
        b"\n",
    ),
    *(b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\x1f", b"/**/", b"'", b"NaN", b"\\q", b"\xf0\x9f"),
)


def body(seed: str) -> bytes:
    """The body of a seed: valid JSON three times in four, and about half of its events as the contract wants them."""
    return _Body(Random(seed)).body()


class _Body:
    def __init__(self, random: Random) -> None:
        self._random = random
        #: How odd this body is: nothing at all, or something in every third place.
        self._oddness = random.choice((0.0, 0.02, 0.1, 0.3))

    def body(self) -> bytes:
        members = [(self._spell("events"), self._array([self._event() for _ in range(self._random.randint(1, 4))]))]
        while self._is_odd():
            name = self._random.choice(("events", "extra", "Events"))
            where = self._random.randint(0, len(members))
            members.insert(
                where, (self._spell(name), self._random.choice(("[]", "null", self._array([self._event()]))))
            )
        text = self._object(members)
        if self._is_odd():
            text = self._random.choice(("\ufeff", " ", "\n", "[", "\ufeff\ufeff")) + text
        content = text.encode()
        return self._broken(content) if self._random.random() < 0.25 else content

    def _event(self) -> str:
        if self._is_odd():
            return self._odd()
        members = [("type", self._text(self._random.choice((*BUILT_IN_TYPES, "vote", "level_up"))))]
        usual: dict[str, Callable[[], str]] = {
            "asset_id": lambda: self._text(str(self._random.randint(0, 2**63 - 1))),
            "timestamp": lambda: repr(NOW - self._random.randint(0, 10**9) / 1_000),
            "player_id": lambda: self._text(str(self._random.randint(1, 10**10))),
            "duration": lambda: repr(self._random.randint(0, 10**6) / 1_000),
            "value": lambda: self._random.choice(('"up"', '"down"', r'"\u0075p"')),
            "metadata": self._metadata,
        }
        members += [(name, make()) for name, make in usual.items() if self._random.random() < 0.8]
        while self._is_odd():
            name = self._random.choice(_NAMES)
            members.insert(self._random.randint(0, len(members)), (name, self._odd()))
        if self._is_odd():
            del members[self._random.randrange(len(members))]
        return self._object([(self._spell(name), value) for name, value in members])

    def _metadata(self) -> str:
        members = []
        for number in range(self._random.choice((0, 1, 2, 3, 9, 10))):
            name = self._random.choice(("query", "rank", f"k{number}")) if self._is_odd() else f"k{number}"
            value = (
                self._odd() if self._is_odd() else self._random.choice((self._text("lofi beats"), "2", "1.50", "true"))
            )
            members.append((self._spell(name), value))
        return self._object(members)

    def _odd(self) -> str:
        match self._random.randrange(4):
            case 0:
                return self._random.choice(_NUMBERS)
            case 1:
                return self._random.choice(_SCALARS)
            case 2:
                return self._random.choice(_ODD_TEXTS)
            case _:
                return self._text(self._random.choice(_TEXTS))

    def _text(self, text: str) -> str:
        return self._random.choice(_ODD_TEXTS) if self._is_odd() else self._spell(text)

    def _spell(self, text: str) -> str:
        """A text as JSON, now and then with more escapes than it needs."""
        escape = self._is_odd()
        return '"' + "".join(_escaped(char) if escape or char in '"\\' or char < " " else char for char in text) + '"'

    def _object(self, members: list[tuple[str, str]]) -> str:
        colon = ":" + self._space()
        return "{" + self._space() + f",{self._space()}".join(f"{name}{colon}{value}" for name, value in members) + "}"

    def _array(self, elements: list[str]) -> str:
        return "[" + self._space() + f"{self._space()},".join(elements) + self._space() + "]"

    def _space(self) -> str:
        return self._random.choice(_SPACES) if self._is_odd() else ""

    def _is_odd(self) -> bool:
        return self._random.random() < self._oddness

    def _broken(self, content: bytes) -> bytes:
        """With a few bytes taken out, put in, or moved elsewhere."""
        broken = bytearray(content)
        for _ in range(self._random.randint(1, 2)):
            at = self._random.randint(0, len(broken))
            end = at + self._random.choice((0, 0, 1, 2, 8))
            match self._random.randrange(4):
                case 0:
                    broken[at:end] = b""
                case 1 | 2:
                    broken[at:end] = self._random.choice(_BREAKS)
                case _:
                    start = self._random.randint(0, len(broken))
                    broken[at:end] = broken[start : start + self._random.randint(1, 30)]
        return bytes(broken)


def _escaped(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
