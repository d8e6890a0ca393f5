"""What the read API answers, field by field. The descriptions here are the ones of the OpenAPI document.

The measures are defined once, in `Measures`; every answer that counts something counts it so.
"""

from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, Struct, UnsetType

Count = Annotated[int, Meta(ge=0)]
Amount = Annotated[float, Meta(ge=0)]


class Measures(Struct):
    """What is counted, by the same rules everywhere."""

    events: Annotated[Count, Meta(description="All events, of custom types too.")]
    plays: Annotated[Count, Meta(description="`play` events.")]
    listeners: Annotated[Count, Meta(description="Distinct `player_id`s with a `play`, `stop` or `skip`.")]
    listeners_exact: Annotated[
        bool,
        Meta(
            description="Whether `listeners` is exact. Of a whole project with more than 10,000 it is an estimate, "
            "within 0.5 % in 997 of 1,000 cases; `exact=true` counts."
        ),
    ]
    listened_seconds: Annotated[
        Amount | None, Meta(description="Sum of `duration` over `stop` and `skip`; a missing one counts 0.")
    ]
    completed: Annotated[
        Count,
        Meta(
            description="`stop` events with a `duration` of at least 0.9 times the track's length. The length is the "
            "median of the durations of all kept `play` events of the asset, in the whole project and at any time; it "
            "follows when that is more than a hundredth away. Without one, nothing of the track counts as completed."
        ),
    ]
    completion_rate: Annotated[
        Amount | None, Meta(description="`completed` / (`stop` + `skip` events); null when there are none.")
    ]
    skips: Annotated[Count, Meta(description="`skip` events.")]
    skip_rate: Annotated[
        Amount | None, Meta(description="`skips` / (`stop` + `skip` events); null when there are none.")
    ]
    up_votes: Annotated[Count, Meta(description="`vote` events with the value `up`.")]
    down_votes: Annotated[Count, Meta(description="`vote` events with the value `down`.")]
    favorites: Annotated[Count, Meta(description="`favorite` events.")]
    unfavorites: Annotated[Count, Meta(description="`unfavorite` events.")]
    queue_adds: Annotated[Count, Meta(description="`add_to_queue` events.")]
    search_clicks: Annotated[Count, Meta(description="`search_click` events.")]


#: Their names, in the order of every table.
MEASURES: Final = Measures.__struct_fields__
#: Those that a list can be sorted by.
SORTS: Final = tuple(name for name in MEASURES if name != "listeners_exact")


Start = Annotated[str, Meta(description="Start of the bucket in UTC, RFC 3339.")]
Label = Annotated[
    str,
    Meta(
        description="How the zone of the question writes it: the hour with its offset (`2026-03-29T14:00+02:00`), "
        "the day or the first day of the week (`2026-03-29`), or the month (`2026-03`)."
    ),
]


class Bucket(Measures):
    """The measures of an hour, a day, a week or a month."""

    start: Start
    label: Label


class BucketTime(Struct):
    """When an hour, a day, a week or a month is."""

    start: Start
    label: Label


PlaysBuckets = Annotated[
    list[BucketTime] | UnsetType, Meta(description="With `plays_series=true`: what each of its numbers is of.")
]


class ComparedWith(Struct, rename={"since": "from", "until": "to"}):
    """The period that is compared with."""

    since: Annotated[str, Meta(description="Its start, RFC 3339; included.")]
    until: Annotated[
        str,
        Meta(
            description="Its end, RFC 3339; excluded. Where the asked period is not over, what stands for now, to the "
            "minute: today until noon is compared with yesterday until noon."
        ),
    ]


COMPARED: Final = (
    "With what the period is compared: the period of equal length that ends where it starts, or with `compare=year` "
    "the same weekdays of a year before."
)


class Overview(Struct, kw_only=True, rename={"since": "from", "until": "to"}):
    """What happened in a period, and in an earlier one."""

    since: Annotated[str, Meta(description="Start of the period, RFC 3339; included.")]
    until: Annotated[str, Meta(description="End of the period, RFC 3339; excluded.")]
    totals: Annotated[Measures, Meta(description="The whole period.")]
    compared: Annotated[ComparedWith | UnsetType, Meta(description=f"{COMPARED} Not with `previous=false`.")] = UNSET
    previous: Annotated[
        Measures | UnsetType, Meta(description="The measures of `compared`; not with `previous=false`.")
    ] = UNSET
    series: Annotated[
        list[Bucket],
        Meta(
            description="Every bucket that touches the period, empty ones too. The first and the last count only "
            "what is in the period."
        ),
    ]
    previous_series: Annotated[
        list[Bucket] | UnsetType,
        Meta(
            description="With `previous_series=true`: for each bucket of `series` the time that lies as far before it "
            "as the earlier period lies before the period, to its end. They add up to `previous`, but for listeners, "
            "and where the period is over."
        ),
    ] = UNSET


#: Seconds of listening before which a skip is early.
EARLY_S: Final = 30
EarlySkips = Annotated[
    Count, Meta(description=f"`skip` events with a `duration` under {EARLY_S} seconds; one without it is not counted.")
]
#: What a list of tracks can be sorted by.
TRACK_SORTS: Final = (*SORTS, "early_skips")


class TrackRow(Measures):
    """The measures of one asset."""

    asset_id: Annotated[str, Meta(description="The asset, as decimal digits.")]
    title: Annotated[str, Meta(description="The catalog's title, or the asset's id when it is not in the catalog.")]
    artist: Annotated[str | None, Meta(description="The catalog's artist.")]
    early_skips: EarlySkips


class Tracks(Struct):
    """One page of the assets that had an event in the period."""

    tracks: Annotated[list[TrackRow], Meta(description="One page of them, in the order that was asked for.")]
    total: Annotated[Count, Meta(description="How many assets had an event in the period.")]
    compared: Annotated[
        ComparedWith | UnsetType, Meta(description=f"With `compare`. {COMPARED} Ask of that too to see what changed.")
    ] = UNSET
    plays_series: Annotated[
        dict[str, list[Count]] | UnsetType,
        Meta(
            description="With `plays_series=true`: by asset, the plays in each hour, day, week or month of the period, "
            "which are those of the overview's series."
        ),
    ] = UNSET
    plays_buckets: PlaysBuckets = UNSET


class Group(Measures):
    """The measures of a group of tracks. Who heard several of them is one listener."""

    tracks: Annotated[Count, Meta(description="Distinct assets with an event in the period.")]


class Artist(Group):
    """The measures of all tracks of one artist."""

    artist: Annotated[str | None, Meta(description="The catalog's artist, or null: all tracks without one.")]


class Artists(Struct):
    """One page of the artists whose tracks had an event in the period."""

    artists: Annotated[list[Artist], Meta(description="One page of them, in the order that was asked for.")]
    total: Annotated[Count, Meta(description="How many there are; the tracks without an artist are one of them.")]


class Album(Group):
    """The measures of all tracks of one album of one artist."""

    album: Annotated[str | None, Meta(description="The catalog's album, or null: all tracks without one.")]
    artist: Annotated[
        str | None,
        Meta(description="The catalog's artist; albums of the same name by different artists are different albums."),
    ]


class Albums(Struct):
    """One page of the albums whose tracks had an event in the period."""

    albums: Annotated[list[Album], Meta(description="One page of them, in the order that was asked for.")]
    total: Annotated[Count, Meta(description="How many there are; the tracks without an album are one of them.")]


class Genre(Group):
    """The measures of all tracks of one genre."""

    genre: Annotated[str | None, Meta(description="The catalog's genre, or null: all tracks without one.")]


class Genres(Struct):
    """One page of the genres whose tracks had an event in the period."""

    genres: Annotated[list[Genre], Meta(description="One page of them, in the order that was asked for.")]
    total: Annotated[Count, Meta(description="How many there are; the tracks without a genre are one of them.")]


class Second(Struct):
    """One second of a track's listening curve."""

    second: Annotated[Count, Meta(description="Seconds from the start of the track.")]
    listening: Annotated[Count, Meta(description="`stop` and `skip` events with a `duration` of at least `second`.")]
    stops: Annotated[Count, Meta(description="`stop` events whose `duration` falls in this second.")]
    skips: Annotated[Count, Meta(description="`skip` events whose `duration` falls in this second.")]


class TrackDetail(Struct, kw_only=True):
    """All about one asset in a period."""

    asset_id: Annotated[str, Meta(description="The asset, as decimal digits.")]
    title: Annotated[str, Meta(description="The catalog's title, or the asset's id when it is not in the catalog.")]
    artist: Annotated[str | None, Meta(description="The catalog's artist.")]
    album: Annotated[str | None, Meta(description="The catalog's album.")]
    genre: Annotated[str | None, Meta(description="The catalog's genre.")]
    length: Annotated[
        float | None,
        Meta(
            description="Seconds, by which `completed` is judged: the median of the durations of all kept `play` "
            "events, to a hundredth; null without any."
        ),
    ]
    totals: Annotated[Measures, Meta(description="The whole period.")]
    early_skips: EarlySkips
    compared: Annotated[ComparedWith | UnsetType, Meta(description=f"{COMPARED} Not with `previous=false`.")] = UNSET
    previous: Annotated[
        Measures | UnsetType, Meta(description="The measures of `compared`; not with `previous=false`.")
    ] = UNSET
    series: Annotated[list[Bucket], Meta(description="Every day that touches the period, empty ones too.")]
    listening: Annotated[
        list[Second],
        Meta(description="How many still listened at each second, from 0 to the longest listen, at most to 3,600."),
    ]


class Spelling(Struct):
    """One way in which a search was typed."""

    query: Annotated[str, Meta(description="As it was typed.")]
    clicks: Annotated[Count, Meta(description="The clicks that came with it.")]


class SearchQuery(Struct):
    """A search that led to clicks."""

    query: Annotated[
        str,
        Meta(description="The spelling most often typed, of those that differ only in case, width and white space."),
    ]
    clicks: Annotated[Count, Meta(description="`search_click` events.")]
    players: Annotated[Count, Meta(description="Distinct `player_id`s that clicked.")]
    mean_rank: Annotated[float | None, Meta(description="Mean rank of the clicks that carry one; else null.")]
    tracks: Annotated[Count, Meta(description="Distinct assets that were clicked.")]
    spelling_count: Annotated[Count, Meta(description="In how many spellings it was typed.")]
    spellings: Annotated[list[Spelling], Meta(description="Those typed most often, 10 at most; `query` comes first.")]


class SearchQueries(Struct):
    """One page of the searches, those with the most clicks first. Clicks without a query are not listed."""

    queries: Annotated[list[SearchQuery], Meta(description="One page of them, the most clicked first.")]
    total: Annotated[Count, Meta(description="How many searches led to clicks in the period.")]


class Experience(Measures):
    """The measures of one place of one universe, or of all its places."""

    universe_id: Annotated[str | None, Meta(description="The universe, or null for events sent without one.")]
    place_id: Annotated[
        str | None, Meta(description="The place; null for events sent without one, and with `by=universe`.")
    ]
    last_event: Annotated[
        str | None,
        Meta(
            description="With `last_event=true`: when its last event was, RFC 3339, whatever the period; null where "
            "anything but universes is filtered."
        ),
    ]


class Experiences(Struct):
    """One page of the places that events came from."""

    experiences: Annotated[list[Experience], Meta(description="One page of them, in the order that was asked for.")]
    total: Annotated[Count, Meta(description="How many places of universes had an event in the period.")]
    compared: Annotated[
        ComparedWith | UnsetType, Meta(description=f"With `compare`. {COMPARED} Ask of that too to see what changed.")
    ] = UNSET
    plays_series: Annotated[
        list[list[Count]] | UnsetType,
        Meta(
            description="With `plays_series=true`: of each of `experiences`, in their order, the plays in each hour, "
            "day, week or month of the period, which are those of the overview's series."
        ),
    ] = UNSET
    plays_buckets: PlaysBuckets = UNSET


class Event(Struct):
    """An event as it was sent; what it did not carry is absent."""

    type: Annotated[str, Meta(description="As it was sent.")]
    timestamp: Annotated[float, Meta(description="Unix seconds; the time of receipt if the event was sent without.")]
    received_at: Annotated[str, Meta(description="RFC 3339, to the millisecond.")]
    universe_id: Annotated[str | None, Meta(description="The universe, or null for an event sent without one.")]
    place_id: Annotated[str | None, Meta(description="The place, or null for an event sent without one.")]
    asset_id: Annotated[str | UnsetType, Meta(description="The asset, as decimal digits.")] = UNSET
    player_id: Annotated[str | UnsetType, Meta(description="The player, cut to 256 characters.")] = UNSET
    duration: Annotated[float | UnsetType, Meta(description="Seconds.")] = UNSET
    value: Annotated[str | UnsetType, Meta(description="Of a `vote`: up or down.")] = UNSET
    # Encoded from the stored text, never decoded: a number keeps its type and all its digits.
    metadata: Annotated[
        dict[str, str | float | bool] | UnsetType,
        Meta(description="Character for character as it was sent: numbers keep their type and all their digits."),
    ] = UNSET


class Events(Struct):
    """One page of events, newest first."""

    events: Annotated[list[Event], Meta(description="One page of them.")]
    next_cursor: Annotated[str | None, Meta(description="The `cursor` of the next page; null on the last.")]


class RejectedReason(Struct):
    """Events refused for one reason in the last days."""

    reason: Annotated[str, Meta(description="What was wrong.")]
    count: Annotated[Count, Meta(description="Events.")]
    last_seen: Annotated[str | None, Meta(description="When the last of them came, RFC 3339.")]
    sample: Annotated[Any, Meta(description="One refused event, redacted.")]


class IngestStatus(Struct):
    """Where the project's events are. accepted = loaded + spooled + quarantined + duplicates + erased."""

    accepted: Annotated[Count, Meta(description="Events answered 202.")]
    loaded: Annotated[Count, Meta(description="Events in the warehouse.")]
    spooled: Annotated[Count, Meta(description="Events on disk, on their way to the warehouse.")]
    quarantined: Annotated[Count, Meta(description="Events that the warehouse refused, kept aside.")]
    duplicates: Annotated[Count, Meta(description="Events of batches that had been stored before.")]
    erased: Annotated[Count, Meta(description="Events removed by erasure or retention.")]
    rejected: Annotated[list[RejectedReason], Meta(description="What was refused of late, by reason.")]
    lag_seconds: Annotated[float | None, Meta(description="Age of the oldest event that waits in the spool.")]
    last_event_at: Annotated[str | None, Meta(description="When the newest event was received, RFC 3339.")]


class Job(Struct):
    """Work that comes round for the whole installation, done by one worker at a time."""

    name: Annotated[str, Meta(description="What it is called.")]
    runs: Annotated[Count, Meta(description="How often it was done.")]
    failures: Annotated[Count, Meta(description="How often that failed.")]
    started_at: Annotated[str | None, Meta(description="When it began last, RFC 3339.")]
    ended_at: Annotated[str | None, Meta(description="When it ended last, RFC 3339.")]
    succeeded_at: Annotated[str | None, Meta(description="When it ended without an error last, RFC 3339.")]
    next_at: Annotated[str, Meta(description="When it is due again, RFC 3339.")]
    duration_seconds: Annotated[Amount | None, Meta(description="How long the last run took.")]
    error: Annotated[str | None, Meta(description="The kind of error that ended the last run; the log has its text.")]


class Jobs(Struct):
    """Every job that was ever due."""

    jobs: Annotated[list[Job], Meta(description="By name.")]


class Health(Struct):
    """That the process answers."""

    status: Annotated[str, Meta(description="Always `ok`.")]


class ErrorBody(Struct):
    """What went wrong."""

    error: Annotated[str, Meta(description="What was found, and what is expected.")]
