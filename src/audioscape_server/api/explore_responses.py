"""What the read API answers about events of any type, field by field, in the words of the OpenAPI document."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from audioscape_server.api.responses import Count

Share = Annotated[float, Meta(ge=0, le=1)]


class EventType(Struct):
    """The events of one type in a period."""

    type: Annotated[str, Meta(description="As it was sent.")]
    is_built_in: Annotated[bool, Meta(description="Whether it is one of the eight types of the contract.")]
    events: Annotated[Count, Meta(description="How many there are.")]
    players: Annotated[Count, Meta(description="Distinct `player_id`s that sent one.")]
    first_at: Annotated[str, Meta(description="Time of the first one in the period, RFC 3339.")]
    last_at: Annotated[str, Meta(description="Time of the last one in the period, RFC 3339.")]


class EventTypes(Struct):
    """One page of the types of events in a period, the most frequent first."""

    types: Annotated[list[EventType], Meta(description="One page of them.")]
    total: Annotated[Count, Meta(description="How many types there are.")]


class MetadataKey(Struct):
    """One key of the metadata of a type of events."""

    key: Annotated[str, Meta(description="As it was sent, escapes decoded.")]
    strings: Annotated[Count, Meta(description="Events in which its value is a text.")]
    numbers: Annotated[Count, Meta(description="Events in which it is a number.")]
    booleans: Annotated[Count, Meta(description="Events in which it is true or false.")]
    fill_rate: Annotated[Share, Meta(description="Share of the events looked at that have the key.")]
    distinct_values: Annotated[
        Count, Meta(description="Different values among the events looked at, by their first 256 characters.")
    ]
    samples: Annotated[list[str], Meta(description="The most frequent values, at most 5; of equals the first.")]


class MetadataKeys(Struct):
    """One page of the keys in the metadata of a type of events, the most frequent first."""

    keys: Annotated[list[MetadataKey], Meta(description="One page of them.")]
    total: Annotated[Count, Meta(description="How many keys there are in the events looked at.")]
    events: Annotated[Count, Meta(description="Events of the type in the period.")]
    looked_at: Annotated[
        Count,
        Meta(
            description="Events that were looked at: all of them, or a sample of about 100,000 events and 64 MB of "
            "metadata, the same at every asking."
        ),
    ]
    is_sample: Annotated[bool, Meta(description="Whether only a sample was looked at.")]


class ExploredGroup(Struct):
    """The events whose field or key has one value."""

    value: Annotated[
        str | None,
        Meta(description="The text by which `where` finds them; null where nothing is set, and for all others."),
    ]
    label: Annotated[str | None, Meta(description="What to show: for an asset the catalog's title, else the value.")]
    is_other: Annotated[bool, Meta(description="Whether these are all events of the groups that are not listed.")]
    amount: Annotated[float | None, Meta(description="The measure; null when no event has what it is made of.")]
    events: Annotated[Count, Meta(description="Events in the group.")]
    series: Annotated[list[float | None], Meta(description="The measure of each bucket, in the order of `buckets`.")]


class ExploredBucket(Struct):
    """An hour, a day, a week or a month."""

    start: Annotated[str, Meta(description="Start of the bucket in UTC, RFC 3339.")]
    label: Annotated[str, Meta(description="How the zone of the question writes it, as in the overview.")]


class Explored(Struct, rename={"since": "from", "until": "to"}):
    """A measure of events, by group and time."""

    since: Annotated[str, Meta(description="Start of the period, RFC 3339; included.")]
    until: Annotated[str, Meta(description="End of the period, RFC 3339; excluded.")]
    amount: Annotated[float | None, Meta(description="The measure of all events together.")]
    events: Annotated[Count, Meta(description="Events that pass all filters.")]
    is_exact: Annotated[
        bool,
        Meta(
            description="False for `p50` and `p95` over more than a million numbers: then they are within a hundredth "
            "of what they tell. All else is exact, but that sums of numbers are sums of doubles."
        ),
    ]
    buckets: Annotated[list[ExploredBucket], Meta(description="Every bucket that touches the period.")]
    groups: Annotated[
        list[ExploredGroup], Meta(description="The largest groups, at most 8, and all others; without `by` one group.")
    ]
    total_groups: Annotated[Count, Meta(description="How many groups there are.")]


class ExploredRow(Struct):
    """One group in one bucket, as CSV has it."""

    start: str
    label: str
    group: str | None
    is_other: bool
    amount: float | None
