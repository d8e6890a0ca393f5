"""Whether the ranking does better than the order that it changes, judged by clicks that came after it.

The past is played again: for each day, the search engine's order of that day is ranked by what was clicked before it,
and both orders are judged by what was clicked on that day. A satisfied click speaks for the order that has it higher:
by the difference of 1 / log2(rank + 1), as in DCG. Clicks are likelier high up, in whichever order was shown, so each
is divided by the examination of its rank, at least that of the tenth; a key counts as far as its cap lets it.

What must hold:

- The verdict follows from clicks, orders and the model alone, so it can be worked out again at any time.
- Clicks that the ranking was made of never judge it.
- A query steps back when its base order did better by more than `DEVIATIONS` standard deviations of chance, on at least
  `CLICKS_LEAST` clicks; never on a guess. Where both orders are the same, nothing speaks for either.
- It comes back by itself: when later days speak for the ranking, or when the days that spoke against it are
  `JUDGED_DAYS` old.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2, sqrt
from typing import Final

from .clicks import ClickRow, decays, gather, kept_parts, merged
from .model import Model
from .parameters import DEFAULT, Parameters
from .ranking import rank

#: Days by whose clicks a ranking is judged, before the day of judging.
JUDGED_DAYS: Final = 14
#: Clicks below which nothing is said.
CLICKS_LEAST: Final = 20
#: Standard deviations by which the base order must have done better.
DEVIATIONS: Final = 2.0
#: The rank from which a click weighs as much as at this one.
_DEEPEST: Final = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the ranking of a query did."""

    #: Of the ranking over the base order, in satisfied clicks at the first rank.
    gain: float
    #: Of the gain, by chance.
    deviation: float
    #: By how many clicks it was judged.
    clicks: float

    @property
    def steps_back(self) -> bool:
        """Whether the base order did better, beyond chance."""
        return self.clicks >= CLICKS_LEAST and self.gain < -DEVIATIONS * self.deviation


def judge(
    rows: Sequence[ClickRow],
    orders: Mapping[int, Sequence[int]],
    as_of: int,
    model: Model,
    parameters: Parameters = DEFAULT,
) -> Verdict:
    """How the ranking of a query did on the days before ``as_of`` of which the base order is known.

    ``rows`` are the clicks of the query, ``orders`` its base orders by day (since 1970).
    """
    rows = merged(rows)
    gain = variance = clicks = 0.0
    for day, order in sorted(orders.items()):
        later = [row for row in rows if row.day == day and row.clickers]
        if not later or not as_of - JUDGED_DAYS <= day <= as_of:
            continue
        before = gather([row for row in rows if row.day < day], day, model.examination, model.shares, parameters)
        gains = _gains(order, [one.asset for one in rank(order, before, model, parameters)])
        kept = kept_parts(later, decays(later, day, parameters), model.shares, parameters)
        for row in later:
            counted = row.clickers * kept[row.asset, row.key]
            weight = _weight(row, model) * _satisfied(row, model) * gains.get(row.asset, 0.0)
            clicks += counted
            gain += counted * weight
            variance += counted * weight * weight
    return Verdict(gain, sqrt(variance), clicks)


def _gains(base: Sequence[int], ranked: Sequence[int]) -> dict[int, float]:
    """For each asset, what a click on it says for the ranking."""
    worth = {asset: 1.0 / log2(place + 1) for place, asset in enumerate(base, 1)}
    return {asset: 1.0 / log2(place + 1) - worth[asset] for place, asset in enumerate(ranked, 1)}


def _weight(row: ClickRow, model: Model) -> float:
    """A click at a rank that is seldom looked at speaks for those that were not there."""
    return 1.0 / model.examination[min(row.rank or 1, _DEEPEST) - 1]


def _satisfied(row: ClickRow, model: Model) -> float:
    """Part of the clicks of a row that satisfied; where it was not seen, as on average."""
    return (row.satisfied + (row.clickers - row.outcomes) * model.satisfaction) / row.clickers
