"""What the model of popularity and trending is made of: every number, its unit, and where it comes from.

A score is published together with the parameters that it was made with. Whoever changes one of these numbers gives the
model a new version.
"""

from typing import Final

from msgspec import Struct


class Parameters(Struct, frozen=True, kw_only=True):
    """The model. Masses are counted in listeners: one player who really listens, today, adds 1."""

    version: str = "popularity-4"
    """Names these numbers."""
    half_life_days: float = 7.0
    """Days after which a listen counts half. Charts that look at weeks follow releases and still forget."""
    window_days: int = 56
    """Days that are looked at: eight half-lives, after which a listen counts 1/256."""
    qualified_s: float = 30.0
    """Seconds of a track that must be heard, or half of the track if that is less: the rule of the streaming trade."""
    early_s: float = 10.0
    """A skip before this, in seconds, or before a quarter of the track, says that it was not wanted. In a study of
    streams 24 % were skipped within 5 s; a late skip is normal and says nothing."""
    weight_queue: float = 0.5
    weight_click: float = 0.25
    """In listens: a click says less than adding to the queue, and that less than listening."""
    weight_favorite: float = 3.0
    """In listens, of a player whose current state is a favourite."""
    custom_weights: dict[str, float] = {}
    """In listens, by the type of a custom event; types that are not here count nothing."""
    favorite_half_life_days: float = 90.0
    """Days after which a favourite that still stands counts half."""
    prior_players: float = 10.0
    """Players with a rate of 0.5 that every rate of a whole project begins with, so that none is 0 or undefined."""
    key_points: float = 9.0
    """Points of the score by which the listeners of one key may lift a track, beyond what all other keys say of it. One
    more may come of its quality. With more an attack gains more than 10; with less, tracks of few keys suffer."""
    least_reference: float = 100.0
    """The least mass that is taken for the score 100 while that is worked out."""
    cap_base: float = 10.0
    """What one key may add where no other key says anything: in votes, in ends, and in listeners of a trend."""
    key_factor: float = 4.0
    """How many times as much of a track as of the traffic a key may have, beside what the others have of both. With 3
    the chart of a simulated catalogue holds 92 of the true first 100, with 4 it holds 93; with 5 a key of a sixth of
    the traffic could lift a track by 10 points."""
    tenant_share: float = 0.475
    """A key with more of the traffic than this is the tenant itself: it has no cap."""
    completion_prior: float = 20.0
    """Players with the completion of the whole project that every track begins with."""
    vote_prior: float = 10.0
    """Votes with the share of the whole project that every track begins with."""
    least_quality: float = 0.5
    most_quality: float = 2.0
    """Bounds of the multiplier: all votes and skips together move a score by some ten points at most."""
    scale: float = 3.0
    """Listeners at which the scale of scores turns from even to logarithmic."""
    reference_quantile: float = 0.9995
    """The track at this quantile has the score 100; below `reference_assets` assets it is the first one."""
    reference_assets: int = 2_000
    reference_days: int = 7
    """Days over which that is averaged, with weights that fall by a quarter a day, so that scores do not jump."""
    interval_z: float = 1.28
    """Standard deviations of an interval that holds 80 %."""
    trend_half_life_days: float = 14.0
    trend_days: int = 28
    """The days before the last 24 hours that say what is usual, and the half-life of their weights."""
    trend_spread: float = 0.25
    """What a track varies by from day to day, beside chance: the share of what is expected."""
    trend_z: float = 1.6
    trend_false_share: float = 0.0025
    trend_lift: float = 1.4
    trend_listeners: float = 20.0
    trend_keys: int = 3
    """What a trend must reach in each: surprise, growth, size, and keys where the project has as many. The surprise is
    at least `trend_z`, and as much as lets chance alone flag `trend_false_share` of all tracks, 50 of 20,000."""
    trend_prior: float = 10.0
    """Listeners that are added to both sides of the growth of a track, so that few are no trend."""


DEFAULT: Final = Parameters()
