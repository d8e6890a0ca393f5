"""What the read API answers about scores, field by field, in the words of the OpenAPI document."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from audioscape_server.api.responses import Amount, Count

Score = Annotated[float, Meta(ge=0, le=100)]


class ChartRow(Struct):
    """One place of a chart."""

    asset_id: Annotated[str, Meta(description="The asset, as decimal digits.")]
    title: Annotated[str, Meta(description="The catalog's title, or the asset's id when it is not in the catalog.")]
    artist: Annotated[str | None, Meta(description="The catalog's artist.")]
    rank: Annotated[int, Meta(ge=1, description="The place, from 1.")]
    score: Annotated[
        Amount, Meta(description="Popular: 0 to 100. Trending: the lift, (listeners + 10) / (expected listeners + 10).")
    ]
    low: Annotated[
        Amount,
        Meta(
            description="The true score is above this in 9 of 10 cases, as far as listeners come by chance; popular is "
            "sorted by it, trending by the score."
        ),
    ]
    high: Annotated[
        Amount, Meta(description="The true score is below this in 9 of 10 cases, as far as listeners come by chance.")
    ]
    previous_rank: Annotated[
        int | None,
        Meta(
            description="The last rank of the last day before that has scores; in a universe that of 24 hours ago, or "
            "by what the mass was a day ago. Null when it had none."
        ),
    ]


class Chart(Struct):
    """A chart, the first place first."""

    tracks: Annotated[list[ChartRow], Meta(description="The places of the chart.")]
    as_of: Annotated[str | None, Meta(description="When it was worked out, RFC 3339; null when it is empty.")]
    model_version: Annotated[str | None, Meta(description="The version of the formula; null when it is empty.")]


class Components(Struct):
    """What the mass is made of, weighted by age and before the cap. Each counts a player once a day for each key."""

    listens: Annotated[Amount, Meta(description="Players who heard enough of the track.")]
    plays_without_end: Annotated[Amount, Meta(description="Players with a `play`, beyond those with a stop or a skip.")]
    queue: Annotated[Amount, Meta(description="Players who added it to their queue.")]
    clicks: Annotated[Amount, Meta(description="Players who clicked it in a search.")]
    favorites: Annotated[Amount, Meta(description="Players of whom it is a favourite now.")]
    custom: Annotated[
        dict[str, Amount],
        Meta(description="Players with an event of a custom type, by type: of those that the project gave a weight."),
    ]


class Quality(Struct):
    """What players thought of it: ends of the last `window_days` days, votes of all time; none weighs less with age.

    completion = (n - early_skips + completion_prior * completion_mean) / (n + completion_prior);
    vote_share = (up_votes + vote_prior * vote_mean) / (up_votes + down_votes + vote_prior).
    """

    completion: Annotated[Amount, Meta(description="Share of players who did not skip early, drawn to the mean.")]
    completion_mean: Annotated[Amount, Meta(description="The same share of all assets together.")]
    n: Annotated[
        Amount,
        Meta(description="Players with a stop or a skip, each once a day for each key, after the cap of each key."),
    ]
    early_skips: Annotated[Amount, Meta(description="Those of them who skipped early and did not come back.")]
    vote_share: Annotated[Amount, Meta(description="Share of current votes that are up, drawn to the mean.")]
    vote_mean: Annotated[Amount, Meta(description="The same share of all assets together.")]
    up_votes: Annotated[Amount, Meta(description="Players whose last vote is up, after the cap of each key.")]
    down_votes: Annotated[Amount, Meta(description="Players whose last vote is down, after the cap of each key.")]
    multiplier: Annotated[
        Amount,
        Meta(
            description="sqrt(completion / completion_mean) * sqrt(vote_share / vote_mean), within `least_quality` "
            "and `most_quality`."
        ),
    ]


class CappedKey(Struct):
    """A key that would add more than it may."""

    key: Annotated[str, Meta(description="The id of the API key.")]
    mass: Annotated[Amount, Meta(description="What it would add.")]
    counted: Annotated[Amount, Meta(description="What of it counts.")]


class Capped(Struct):
    """What does not count because one key alone says it."""

    amount: Annotated[Amount, Meta(description="Mass that does not count.")]
    share: Annotated[Amount, Meta(description="As a part of the mass before the cap.")]
    growth: Annotated[
        Amount,
        Meta(
            description="A usual key may add this times what the other keys add and `scale`: `key_points` points. One "
            "with much of the traffic may add more."
        ),
    ]
    keys: Annotated[list[CappedKey], Meta(description="The keys that were capped.")]


class Trend(Struct):
    """How the last 24 hours compare."""

    x: Annotated[
        Amount,
        Meta(
            description="Listeners of the last 24 hours, each once for each key, and players with a play without an "
            "end by the rate of all; after the cap of each key."
        ),
    ]
    expected: Annotated[
        Amount,
        Meta(description="As the 28 days before and the growth of all assets together say; 0 where x is 0."),
    ]
    z: Annotated[
        float,
        Meta(
            description="By how many standard deviations there are more: (x - expected) / sqrt(expected + "
            "(trend_spread * expected)^2 + 1)."
        ),
    ]
    bar: Annotated[
        Amount,
        Meta(
            description="What z must reach: trend_z, or more where so many tracks are well heard that chance would "
            "flag more than trend_false_share of all; docs/scoring.md has the formula. 0 where x is 0."
        ),
    ]
    lift: Annotated[Amount, Meta(description="(x + 10) / (expected + 10); 0 = nobody listened, or there is no past.")]
    keys: Annotated[Count, Meta(description="API keys by which they came.")]
    rank: Annotated[int | None, Meta(description="In the chart of trends; null = it does not trend.")]


class TrackScore(Struct):
    """The score of an asset, and all that it is made of.

    score = min(100, 100 * ln(1 + mass * multiplier / scale) / ln(1 + reference_mass / scale)), with
    mass = listens + qualified_rate * plays_without_end + weight_queue * queue + weight_click * clicks
    + weight_favorite * favorites + the sum of custom_weights * custom over all types, less the amount that the cap
    takes. low and high are the same of mass - interval_z * sqrt(mass), 0 at least, and mass + interval_z * sqrt(mass).
    """

    asset_id: Annotated[str, Meta(description="The asset, as decimal digits.")]
    universe_id: Annotated[str | None, Meta(description="The universe, or null for the whole project.")]
    score: Annotated[Score, Meta(description="0 to 100.")]
    low: Annotated[Score, Meta(description="The true score is above this in 9 of 10 cases.")]
    high: Annotated[Score, Meta(description="The true score is below this in 9 of 10 cases.")]
    rank: Annotated[int, Meta(ge=1, description="The place in the chart, from 1.")]
    as_of: Annotated[str, Meta(description="When it was worked out, RFC 3339.")]
    model_version: Annotated[str, Meta(description="The version of the formula.")]
    parameters: Annotated[
        dict[str, float | str | dict[str, float]],
        Meta(description="Every number of the formula; docs/scoring.md says what each is."),
    ]
    listeners_7d: Annotated[
        Count, Meta(description="Players who heard it in the last 7 days, each once a day for each key.")
    ]
    half_life_days: Annotated[Amount, Meta(description="Days after which a listen counts half.")]
    components: Annotated[Components, Meta(description="What the mass is made of.")]
    qualified_rate: Annotated[
        Amount, Meta(description="What a play without an end counts: the part of all ends that were listens.")
    ]
    capped_by_key: Annotated[Capped, Meta(description="What does not count because one key alone says it.")]
    mass: Annotated[Amount, Meta(description="Listeners, weighted by age, after the cap.")]
    quality: Annotated[Quality, Meta(description="What the mass is multiplied by.")]
    reference_mass: Annotated[Amount, Meta(description="The mass that has the score 100.")]
    trend: Annotated[Trend, Meta(description="How the last 24 hours compare.")]


class ScoreOfDay(Struct):
    """The last score of a day."""

    day: Annotated[str, Meta(description="The UTC day.")]
    score: Annotated[Score, Meta(description="0 to 100.")]
    low: Annotated[Score, Meta(description="Lower end of the interval.")]
    high: Annotated[Score, Meta(description="Upper end of the interval.")]
    rank: Annotated[int, Meta(ge=1, description="The place in the chart of that day.")]
    as_of: Annotated[str, Meta(description="When it was worked out, RFC 3339.")]
    model_version: Annotated[str, Meta(description="The version of the formula.")]


class ScoreHistory(Struct):
    """The scores of an asset in the whole project by day, the oldest first."""

    asset_id: Annotated[str, Meta(description="The asset, as decimal digits.")]
    history: Annotated[list[ScoreOfDay], Meta(description="One entry per day that has scores, of the last 400 days.")]


class Flagged(Struct):
    """Somebody who should be looked at. Nothing is deleted, and no score is changed by it."""

    reason: Annotated[
        str,
        Meta(
            description="`collusion`, `made_up_listeners`, `made_up_votes`, `loop` or `claimed_rank`; docs/scoring.md "
            "says what each means."
        ),
    ]
    key_id: Annotated[str, Meta(description="The API key that the events came by.")]
    player_id: Annotated[str | None, Meta(description="The player, of a `loop`; else null.")]
    asset_id: Annotated[str, Meta(description="The asset that it is about, as decimal digits.")]
    query: Annotated[str | None, Meta(description="The search, of a `claimed_rank`; else null.")]
    since: Annotated[str, Meta(description="The first event that speaks against it, RFC 3339.")]
    amount: Annotated[Count, Meta(description="How much does: made-up players; of a `loop`, plays on one day.")]
    of: Annotated[
        Count,
        Meta(
            description="Of how many: players of the key there; of a `loop`, plays on all such days; of a "
            "`claimed_rank`, players who click at the top; of `collusion`, made-up players of all keys."
        ),
    ]
    usual: Annotated[
        float | None, Meta(description="The share that looks like that in the rest of the project; null: not compared.")
    ]
    effect: Annotated[
        str,
        Meta(
            description="What holds it: `capped_by_key`, `counted_once_a_day`, or `told_only` where nothing does and "
            "somebody must decide."
        ),
    ]


class Integrity(Struct):
    """Who should be looked at, as of the last days."""

    flags: Annotated[list[Flagged], Meta(description="By reason, those with most behind them first.")]
    as_of: Annotated[str | None, Meta(description="When it was worked out, RFC 3339; null: not yet.")]
