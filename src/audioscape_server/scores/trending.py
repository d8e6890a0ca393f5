"""The formulas of trending: pure functions of what the warehouse counted.

A trend must surprise and matter at the same time: by chance alone thousands of small tracks jump every day, and large
ones move by a few hundredths with certainty.
"""

import math

from audioscape_server.scores.parameters import Parameters


def surprise(listeners: float, expected: float, parameters: Parameters) -> float:
    """By how many standard deviations the listeners of the last 24 hours are more than expected (z)."""
    spread = parameters.trend_spread * expected
    return (listeners - expected) / math.sqrt(expected + spread * spread + 1)


def lift(listeners: float, expected: float, parameters: Parameters) -> float:
    """How many times as many they are; few are drawn to 1."""
    return (listeners + parameters.trend_prior) / (expected + parameters.trend_prior)


def trends(listeners: float, expected: float, keys: int, keys_of_project: int, parameters: Parameters) -> bool:
    """Whether that is a trend.

    Args:
        listeners: of the last 24 hours, after the cap of each key.
        expected: as the days before and the growth of the whole catalogue say.
        keys: by which they came.
        keys_of_project: that send events at all; with fewer than `trend_keys` it does not matter how many.
        parameters: of the model.
    """
    return (
        surprise(listeners, expected, parameters) >= parameters.trend_z
        and lift(listeners, expected, parameters) >= parameters.trend_lift
        and listeners >= parameters.trend_listeners
        and (keys >= parameters.trend_keys or keys_of_project < parameters.trend_keys)
    )
