"""What a question about events of any type is made of: measures, names, and conditions; and how they are read.

What a text is
    Metadata is a flat object of texts, numbers and booleans (docs/contract.md), kept character for character. Each
    value has a text: of a text what it says, of a number its digits as they were sent, of a boolean ``true`` or
    ``false``; the first 256 characters of it. Groups and conditions compare texts. What is not set has the empty text.

Names
    `universe_id` and the like are fields of an event, everything else is a key of its metadata. A key that is called as
    a field, or that holds what would end it, is written as a JSON text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import msgspec

from audioscape_server.api.refusals import refuse

MEASURES: Final = ("count", "players", "sum", "avg", "min", "max", "p50", "p95", "per_player")
#: Those that are made of numbers.
OF_NUMBERS: Final = ("sum", "avg", "min", "max", "p50", "p95")
#: What an event carries beside metadata, and may be told apart by.
FIELDS: Final = ("type", "universe_id", "place_id", "asset_id", "player_id", "key", "value")
OPERATORS: Final = ("is", "not", "contains")
MAX_CONDITIONS: Final = 10
#: Characters of a text that count.
MAX_TEXT: Final = 256
_CONDITION: Final = re.compile(rf'("(?:[^"\\]|\\.)*"|.+?):({"|".join(OPERATORS)}):(.*)', re.DOTALL)


class Name(NamedTuple):
    """Where a text or a number is taken from: a field of an event, or a key of its metadata."""

    field: str
    key: str = ""


NOTHING: Final = Name("")


@dataclass(frozen=True, slots=True)
class Condition:
    """What the text of something has to be."""

    name: Name
    operator: str
    text: str


@dataclass(frozen=True, slots=True)
class WantedMeasure:
    """What is to be worked out of which events.

    Attributes:
        type: of the events; None = any.
        measure: one of `MEASURES`.
        of: the numbers that it is made of.
        by: what groups are told apart by.
        where: conditions, all of which hold.
    """

    type: str | None
    measure: str
    of: Name
    by: Name
    where: Sequence[Condition]

    @property
    def reads_metadata(self) -> bool:
        """Whether metadata has to be taken apart."""
        return any(name.field == "metadata" for name in (self.of, self.by, *(one.name for one in self.where)))


def name(parameter: str, text: str, fields: Collection[str]) -> Name:
    """Read a field or a key of metadata."""
    if text in fields:
        return Name(text)
    if not text:
        refuse(parameter, text, f"{', '.join(fields)}, or a key of metadata")
    if not text.startswith('"'):
        return Name("metadata", text)
    try:
        return Name("metadata", msgspec.json.decode(text, type=str))
    except (msgspec.MsgspecError, ValueError):
        refuse(parameter, text, "a key that begins with a quote as a JSON text")


def condition(text: str) -> Condition:
    """Read one `where`: KEY:is:VALUE, KEY:not:VALUE or KEY:contains:VALUE."""
    found = _CONDITION.fullmatch(text)
    if found is None:
        refuse("where", text, "KEY:is:VALUE, KEY:not:VALUE or KEY:contains:VALUE")
    if len(found[3]) > MAX_TEXT:
        refuse("where", f"a value of {len(found[3])} characters", f"at most {MAX_TEXT}, of which a text has no more")
    return Condition(name("where", found[1], FIELDS), found[2], found[3])


def wanted_measure(
    kind: str | None, measure: str, of: str | None, by: str | None, where: Sequence[str]
) -> WantedMeasure:
    """Read what is to be worked out."""
    if measure in OF_NUMBERS and of is None:
        refuse("of", "nothing", f"duration or a key of metadata, for measure={measure}")
    if measure not in OF_NUMBERS and of is not None:
        refuse("of", of, f"nothing, for measure={measure}")
    if len(where) > MAX_CONDITIONS:
        refuse("where", f"{len(where)} of them", f"at most {MAX_CONDITIONS}")
    return WantedMeasure(
        kind,
        measure,
        NOTHING if of is None else name("of", of, ("duration",)),
        NOTHING if by is None else name("by", by, FIELDS),
        [condition(one) for one in where],
    )
