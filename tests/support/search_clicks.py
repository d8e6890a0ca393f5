"""Clicks of one query that hypothesis makes up, and the ranking of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from audioscape_server.scores.search.clicks import ClickRow, gather
from audioscape_server.scores.search.examination import UNKNOWN
from audioscape_server.scores.search.model import Model
from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search.ranking import Ranked, rank

if TYPE_CHECKING:
    from collections.abc import Sequence

TODAY = 20_000
CANDIDATES = list(range(1, 31))


def model(**changes: Any) -> Model:
    known = {
        "examination": UNKNOWN,
        "satisfaction": 0.5,
        "base_quality": 0.82,
        "shares": {"a": 0.4, "b": 0.35, "c": 0.25},
    }
    return Model(**{"version": "7", **known, **changes})


@st.composite
def row(draw: st.DrawFn) -> ClickRow:
    clickers = draw(st.integers(0, 200))
    outcomes = draw(st.integers(0, clickers))
    return ClickRow(
        asset=draw(st.integers(1, 40)),
        key=draw(st.sampled_from("abcd")),
        day=TODAY - draw(st.integers(-1, 40)),
        rank=draw(st.one_of(st.none(), st.integers(-1, 60))),
        clickers=clickers,
        outcomes=outcomes,
        satisfied=draw(st.integers(0, outcomes)),
        shown=draw(st.sampled_from([0, 0, 0, 1, 7])),
    )


rows = st.one_of(st.lists(row(), max_size=10), st.lists(row(), min_size=12, max_size=16))
#: The first ranks are seen most, none is never seen.
examinations = st.lists(st.floats(0.01, 1), min_size=20, max_size=20).map(
    lambda seen: tuple(value / max(seen) for value in sorted(seen, reverse=True))
)
models = st.builds(
    model,
    examination=examinations,
    satisfaction=st.floats(0.05, 1),
    base_quality=st.sampled_from([0.0, 0.84, 0.9, 1.0]),
    shares=st.sampled_from([{}, {"a": 1.0}, {"a": 0.4, "b": 0.35, "c": 0.25}]),
)


def ranked(found: Sequence[ClickRow], known: Model, candidates: Sequence[int] = CANDIDATES) -> list[Ranked]:
    return rank(candidates, gather(found, TODAY, known.examination, known.shares, DEFAULT), known)


def assets(found: Sequence[ClickRow], known: Model) -> list[int]:
    return [one.asset for one in ranked(found, known)]
