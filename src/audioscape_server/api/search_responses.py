"""What is asked and answered about the order of search results, in the words of the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from audioscape_server.api.responses import Amount, Count

#: Candidates of one ranking.
MAX_CANDIDATES: Final = 500
#: Bytes of the body that asks for one.
MAX_BODY_BYTES: Final = 64 * 1024
Share = Annotated[float, Meta(ge=0, le=1)]


class Satisfied(Struct):
    """What came after the clicks, as far as they count."""

    seen: Annotated[
        Amount, Meta(description="Clicks after which the player stopped or skipped the track within half an hour.")
    ]
    good: Annotated[Amount, Meta(description="Those of them after which the player had listened enough.")]
    rate: Annotated[Share, Meta(description="(good + 6 * average_satisfaction) / (seen + 6): drawn to the average.")]


class Interval(Struct):
    """Where the score lies in 80 of 100 cases.

    That is score ± 1.28 * sqrt(clicks * satisfied.rate / average_satisfaction + prior_weight * prior)
    / (examinations + prior_weight), 0 at least.
    """

    low: Annotated[Amount, Meta(description="It is above this in 9 of 10 cases.")]
    high: Annotated[Amount, Meta(description="It is below this in 9 of 10 cases.")]


class HeldBy(Struct):
    """How far clicks can move a candidate, for this query."""

    slack_clicks: Annotated[
        Amount, Meta(description="Satisfied clicks that halve the rank to which a candidate may rise; 0 = any rank.")
    ]
    doubt_deviations: Annotated[
        Amount, Meta(description="By how many standard deviations clicks must be more than another's to pass it.")
    ]
    first_page: Annotated[Count, Meta(description="Ranks that a candidate without a click does not rise into.")]


class Evidence(Struct):
    """What the score and the rank of a candidate follow from. Clicks are decayed by age and capped by key.

    score = (clicks * satisfied.rate / average_satisfaction + prior_weight * prior) / (examinations + prior_weight).
    Nobody stands above their highest_rank; within that the highest score comes first, of equals the one that came in
    first.
    """

    base_rank: Annotated[int, Meta(ge=1, description="Where it came in.")]
    prior: Annotated[
        Amount,
        Meta(
            description="The score that its base rank promises: 1 / (base_rank + 2), divided by the sum of "
            "examination / (rank + 2) over the first 20 ranks."
        ),
    ]
    clicks: Annotated[Amount, Meta(description="Clicks on it for this query, of each player one a day, key and rank.")]
    clickers: Annotated[Count, Meta(description="The same, neither decayed nor capped.")]
    rank_histogram: Annotated[
        dict[str, int], Meta(description="Clickers by the rank of the click; 0 = not known, 20 = that or below.")
    ]
    mean_examination: Annotated[
        Amount,
        Meta(
            description="How often its ranks are looked at, the first rank being 1: the harmonic mean over its clicks, "
            "those of a capped key taken for clicks at the first rank; without a click, of its base rank."
        ),
    ]
    query_clicks: Annotated[
        Amount,
        Meta(
            description="Clicks on the query since the first one on it, and those before, halved for every 2 clicks "
            "that it has; only those whose lists are not known or leave it out."
        ),
    ]
    in_lists: Annotated[Amount, Meta(description="How often it was looked at in the lists that were served.")]
    examinations: Annotated[
        Amount, Meta(description="query_clicks * mean_examination + in_lists: how often it was looked at.")
    ]
    satisfied: Annotated[Satisfied, Meta(description="What came after the clicks.")]
    data_weight: Annotated[
        Share,
        Meta(
            description="How much of the score comes of clicks, the rest of the prior: examinations / (examinations + "
            "prior_weight)."
        ),
    ]
    capped_by_key: Annotated[
        Amount, Meta(description="Clicks that do not count, because one API key alone claims them.")
    ]
    interval: Annotated[Interval, Meta(description="Where the score lies in 80 of 100 cases.")]
    highest_rank: Annotated[int, Meta(ge=1, description="The best rank that it may take.")]
    held_by_safety: Annotated[bool, Meta(description="Whether its score would put it higher than that.")]
    held_because: Annotated[str | None, Meta(description="Why it may rise no higher; null where it is not held.")]
    stepped_back: Annotated[
        bool, Meta(description="Whether the order that came in is kept, as it did better on later clicks.")
    ]
    average_satisfaction: Annotated[Share, Meta(description="Part of all clicks that satisfied.")]
    prior_weight: Annotated[Amount, Meta(description="Weight of the prior, in examinations.")]
    base_quality: Annotated[
        Share,
        Meta(
            description="How good the order that came in is for this query: NDCG@10, by scores without served lists, "
            "drawn to the average of all queries as if that had 1,000 clickers."
        ),
    ]
    bound: Annotated[HeldBy, Meta(description="How far clicks can move a candidate, for this query.")]
    model_version: Annotated[str, Meta(description="The model that was used; `unlearned` before there is one.")]


class RankedAsset(Struct):
    """One candidate."""

    asset_id: Annotated[str, Meta(description="The asset, as decimal digits.")]
    rank: Annotated[int, Meta(ge=1, description="Where it should be shown.")]
    base_rank: Annotated[int, Meta(ge=1, description="Where it came in.")]
    score: Annotated[
        Amount,
        Meta(
            description="Clicks, worth more where they satisfy, for each time that it was looked at. The first "
            "rank has 1 where all clicks of the query go to it."
        ),
    ]
    evidence: Annotated[Evidence, Meta(description="What both follow from.")]


class RankedCandidates(Struct):
    """The candidates in the order in which they should be shown: all that were sent, each once."""

    query: Annotated[str, Meta(description="As it was sent.")]
    model_version: Annotated[str, Meta(description="The model that was used; `unlearned` before there is one.")]
    results: Annotated[list[RankedAsset], Meta(description="The candidates, the best first.")]


class SteppedBack(Struct):
    """How the ranking of a query did on clicks that came after it, where the order that came in did better."""

    gain: Annotated[float, Meta(description="Of the ranking, in satisfied clicks at the first rank; below 0.")]
    deviation: Annotated[Amount, Meta(description="Of the gain, by chance alone: one standard deviation.")]
    clicks: Annotated[Amount, Meta(description="Clicks by which it was judged.")]


class SearchExplained(Struct):
    """What is known of a search, and how what was clicked there would be ranked."""

    query: Annotated[str, Meta(description="As it was asked.")]
    searched_as: Annotated[str, Meta(description="Without case, width, spaces and punctuation that do not count.")]
    as_of: Annotated[str | None, Meta(description="When that was worked out, RFC 3339; null before there is a model.")]
    model_version: Annotated[str, Meta(description="The model that was used; `unlearned` before there is one.")]
    examination: Annotated[
        list[float], Meta(description="How often each of the first 20 ranks is looked at, the first being 1.")
    ]
    clickers: Annotated[Count, Meta(description="Players by day, key, rank and asset who clicked.")]
    base_order_known: Annotated[
        bool, Meta(description="Whether it was ranked lately; else base ranks are the mean ranks of the clicks.")
    ]
    stepped_back: Annotated[
        SteppedBack | None, Meta(description="Why the order that came in is kept; null where it is not.")
    ]
    results: Annotated[
        list[RankedAsset], Meta(description="What was ranked last and what was clicked, the best first.")
    ]


class SearchSignal(Struct):
    """What clicks say of an asset for a query, without served lists. Clicks are decayed by age and capped by key.

    relevance = (clicks * satisfaction / average_satisfaction + prior_weight / the sum of examination)
    / (examinations + prior_weight). What is not here is the same for all, and told when a search is explained.
    """

    query: Annotated[str, Meta(description="Without case, width, spaces and punctuation that do not count.")]
    asset_id: Annotated[str, Meta(description="The asset, as decimal digits.")]
    relevance: Annotated[
        Amount, Meta(description="Satisfied clicks for each time it was looked at, drawn to the average: the judgment.")
    ]
    data_weight: Annotated[Share, Meta(description="How much of the relevance comes of clicks; the rest is average.")]
    clicks: Annotated[Amount, Meta(description="Clicks on it for this query, of each player one a day, key and rank.")]
    clickers: Annotated[Count, Meta(description="The same, neither decayed nor capped.")]
    examinations: Annotated[
        Amount,
        Meta(
            description="How often it was looked at, as far as clicks tell: mean_examination times the clicks on the "
            "query since the first one on it, and those before, halved for every 2 clicks that it has."
        ),
    ]
    mean_examination: Annotated[
        Amount, Meta(description="How often its ranks are looked at, the first rank being 1 (harmonic mean).")
    ]
    satisfaction: Annotated[
        Share,
        Meta(description="(satisfied_good + 6 * average_satisfaction) / (satisfied_seen + 6): drawn to the average."),
    ]
    satisfied_seen: Annotated[Amount, Meta(description="Clicks after which the player stopped or skipped the track.")]
    satisfied_good: Annotated[Amount, Meta(description="Those of them after which the player had listened enough.")]
    capped_by_key: Annotated[
        Amount, Meta(description="Clicks that do not count, because one API key alone claims them.")
    ]
    first_day: Annotated[str, Meta(description="The day (UTC) of the first click that counts.")]


class SearchSignals(Struct):
    """A page of judgments, in the order of the queries; the most relevant assets of a query come first."""

    signals: Annotated[list[SearchSignal], Meta(description="The judgments, all of a query on one page.")]
    next_after: Annotated[str | None, Meta(description="`after` of the next page; null on the last.")]


class WantedRanking(Struct, forbid_unknown_fields=True):
    """What a search engine found for a query."""

    query: str
    candidates: list[str]


#: The body that asks for a ranking, for the OpenAPI document.
RANK_BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "title": "WantedRanking",
                "type": "object",
                "required": ["query", "candidates"],
                "additionalProperties": False,
                "properties": {
                    "query": {
                        "type": "string",
                        "minLength": 1,
                        "description": "What was searched, as it was typed; the first 256 characters count.",
                    },
                    "candidates": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": MAX_CANDIDATES,
                        "uniqueItems": True,
                        "items": {"type": "string", "pattern": "^[0-9]{1,19}$"},
                        "description": "What the search engine found, in its own order: assets, as decimal digits.",
                    },
                },
            },
            "example": {"query": "lofi beats", "candidates": ["1837879082", "9043887091", "5410086218"]},
        }
    },
}
