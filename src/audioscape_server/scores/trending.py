"""The formulas of trending: pure functions of what the warehouse counted.

A trend must surprise and matter at the same time: by chance alone thousands of small tracks jump every day, and large
ones move by a few hundredths with certainty. Where many tracks could do so by chance, each must surprise more.
"""

import math
from collections.abc import Iterable
from statistics import NormalDist

from audioscape_server.scores.parameters import Parameters


def surprise(listeners: float, expected: float, parameters: Parameters) -> float:
    """By how many standard deviations the listeners of the last 24 hours are more than expected (z)."""
    spread = parameters.trend_spread * expected
    return (listeners - expected) / math.sqrt(expected + spread * spread + 1)


def lift(listeners: float, expected: float, parameters: Parameters) -> float:
    """How many times as many they are; few are drawn to 1."""
    return (listeners + parameters.trend_prior) / (expected + parameters.trend_prior)


def least_surprise(expected: Iterable[float], parameters: Parameters) -> float:
    """How much a trend must surprise, in standard deviations, so that few are flagged falsely in all.

    What is allowed is a number of false flags, and not a chance of one: with `n` tracks that may reach
    `trend_listeners` by a good day, each may be flagged falsely with a chance of `trend_false_share` times all tracks
    by `n` (Gordon, Glazko, Qiu and Yakovlev 2007, "Control of the mean number of false discoveries"). A small catalogue
    with a long tail so finds more of its jumps, and a busy one, in which every track is well heard, is not flooded.

    Args:
        expected: of every asset that somebody heard in the last 24 hours.
        parameters: of the model.
    """
    usual = list(expected)
    heard_enough = sum(one >= parameters.trend_listeners / 2 for one in usual)
    chance = parameters.trend_false_share * max(1, len(usual)) / max(1, heard_enough)
    return max(parameters.trend_z, NormalDist().inv_cdf(1 - min(0.5, chance)))


def trends(
    listeners: float, expected: float, keys: int, keys_of_project: int, parameters: Parameters, *, bar: float
) -> bool:
    """Whether that is a trend.

    Args:
        listeners: of the last 24 hours, after the cap of each key.
        expected: as the days before and the growth of the whole catalogue say.
        keys: by which they came.
        keys_of_project: that send events at all; with fewer than `trend_keys` it does not matter how many.
        parameters: of the model.
        bar: what the surprise must reach, see `least_surprise`.
    """
    return (
        surprise(listeners, expected, parameters) >= bar
        and lift(listeners, expected, parameters) >= parameters.trend_lift
        and listeners >= parameters.trend_listeners
        and (keys >= parameters.trend_keys or keys_of_project < parameters.trend_keys)
    )
