"""Settings out of bounds are moved to the bound, with a warning; what is no number changes nothing."""

from __future__ import annotations

import math

import pytest
from audioscape import AudioScape
from audioscape.settings import Settings
from virtual_time import NOWHERE

DEFAULTS = Settings()


@pytest.mark.parametrize(
    ("change", "expected", "warning"),
    [
        ({}, DEFAULTS, None),
        ({"batch_interval": 5}, DEFAULTS._replace(batch_interval=5), None),
        ({"batch_interval": 4.9}, DEFAULTS._replace(batch_interval=5), "batch_interval must be 5 to 300: using 5"),
        ({"batch_interval": 301}, DEFAULTS._replace(batch_interval=300), "batch_interval must be 5 to 300: using 300"),
        ({"max_batch_size": 501}, DEFAULTS._replace(max_batch_size=500), "max_batch_size must be 1 to 500: using 500"),
        ({"max_batch_size": 0}, DEFAULTS._replace(max_batch_size=1), "max_batch_size must be 1 to 500: using 1"),
        ({"max_queue_size": -3}, DEFAULTS._replace(max_queue_size=1), "max_queue_size must be 1 or more: using 1"),
        ({"max_queue_size": math.nan}, DEFAULTS, "max_queue_size must be a finite number, not float: keeping 500"),
        ({"batch_interval": "30"}, DEFAULTS, "batch_interval must be a finite number, not str: keeping 30"),
        ({"batch_interval": True}, DEFAULTS, "batch_interval must be a finite number, not bool: keeping 30"),
    ],
)
def test_bounds(change, expected, warning):
    warnings = []
    assert DEFAULTS.bounded(warnings.append, **change) == expected
    assert warnings == ([warning] if warning else [])


def test_a_small_queue_makes_full_batches_small_until_it_grows():
    client = AudioScape("k", endpoint=NOWHERE, max_queue_size=10)
    assert client._delivery.settings.full_batch == 10
    client.configure_analytics(max_queue_size=100)
    assert client._delivery.settings.full_batch == 50
    client.close()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("request_timeout", 0),
        ("request_timeout", math.inf),
        ("universe_id", "x"),
        ("place_id", -1),
        ("universe_id", "\u0663"),
    ],
)
def test_the_constructor_refuses_what_cannot_work(option, value):
    with pytest.raises(ValueError, match=option):
        AudioScape("k", endpoint=NOWHERE, **{option: value})
