"""The constants of search ranking, each with its unit and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

#: Ranks that are told apart; a click below counts as one at the last of them.
RANKS = 20


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a ranking depends on beside the clicks. The evaluation (docs/scoring/ranking.md) chose or confirmed them."""

    #: Days after which a click counts half. 7 to 28 give the same ranking quality within .02.
    half_life_days: float = 14.0
    #: Weight of the prior, in examinations of the candidate. 2 to 10 give the same within .02.
    prior_weight: float = 5.0
    #: The prior of base rank r goes with 1 / (r + this).
    prior_offset: float = 2.0
    #: Weight of the average satisfaction, in outcomes.
    satisfaction_weight: float = 6.0
    #: Clicks that a key may give an asset for a query beside what other keys allow. With 5, one key's fake players cost
    #: a good order .035 NDCG, with 3 they cost .009, with 2 .002; without an attack there was hardly a difference.
    key_floor_clicks: float = 3.0
    #: A key may always add as much as all others together: a share of one half.
    key_share_least: float = 0.5
    #: A key may add up to this many times its share of the traffic.
    key_share_factor: float = 2.0
    #: Above this allowed share, a key is the installation, and is not held.
    key_share_free: float = 0.95
    #: Clicks on a candidate that halve what the query's clicks before its first one count: it may be new.
    newcomer_clicks: float = 2.0
    #: Ranks that a candidate without a click of its own may not rise into.
    first_page: int = 10
    #: Satisfied clicks that halve the rank to which a candidate may rise, where the base order is good.
    slack_clicks: float = 10.0
    #: Base qualities (0 to 1, see ``safety.base_quality``) up to which there is no bound for those with clicks, and
    #: from which it is whole.
    slack_base: tuple[float, float] = (0.82, 0.86)
    #: Standard deviations by which clicks must be more to prove it, where the base order is excellent.
    doubt_deviations: float = 1.0
    #: Base qualities up to which there is no such doubt, and from which it is whole.
    doubt_base: tuple[float, float] = (0.88, 0.92)
    #: Weight of the average base quality of all queries, in clicks of this query.
    base_weight_clicks: float = 1_000.0
    #: Weight of the prior while the base order is judged, in examinations: little, as the prior is that order.
    base_prior_weight: float = 2.0
    #: Clicks from which a query says something of the base orders in general.
    base_query_clicks: int = 20
    #: Clicks of a query above which it says no more of the base orders in general.
    base_query_clicks_most: int = 200
    #: Standard deviations on each side of an interval that holds 80 %.
    interval_deviations: float = 1.28


DEFAULT = Parameters()
