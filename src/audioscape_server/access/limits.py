"""What a caller is shown at most, for those who are not shown all of a project: guests, and who opens a shared link.

A limit is a filter that the caller cannot leave out. It is kept as values of the query parameters that filter, and put
into every request in one place, `api.narrowing`: so what reads the parameters need not know of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open interval of Unix seconds."""

    since: float
    until: float


@dataclass(frozen=True, slots=True)
class Limit:
    """What is shown at most."""

    values: Mapping[str, frozenset[str]]
    """The values of a parameter that may be asked for; what is not among the keys is not limited. Numbers are written
    without leading zeros."""
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The values of a parameter that are left out of every answer, likewise."""
    spans: tuple[Span, ...] = ()
    """The times that may be asked for; the first where none is. None here: any."""
    paths: frozenset[str] | None = None
    """The routes that may be asked, as they are declared; None = all that can be narrowed."""
    told_since: float = 0.0
    """Before which time nothing is told of, in what a period is compared with neither; Unix seconds."""
    compare: str | None = None
    """With what a period may be compared, as the address of a page has it: `previous`, `year` or `none`. None: any."""
