"""What the read API answers about funnels, field by field, in the words of the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Final, Literal, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

from audioscape_server.api.responses import COMPARED, Amount, ComparedWith, Count

#: The steps of a funnel, in their order.
StepName = Literal["search_click", "add_to_queue", "play", "completed"]
STEPS: Final[tuple[StepName, ...]] = get_args(StepName)
Share = Annotated[float, Meta(ge=0, le=1)]


class Reached(Struct):
    """How many reached each step: players or attempts, as `count` says."""

    search_click: Annotated[Count, Meta(description="Clicked a result of a search.")]
    add_to_queue: Annotated[Count, Meta(description="Added the track to the queue then.")]
    play: Annotated[Count, Meta(description="Played it then; with `queue=required` after it was queued.")]
    completed: Annotated[Count, Meta(description="Heard it to its end then, as the measure `completed` has it.")]


class FunnelStep(Struct):
    """One step."""

    step: Annotated[StepName, Meta(description="Which one.")]
    count: Annotated[Count, Meta(description="How many reached it.")]
    share_of_before: Annotated[
        Share | None,
        Meta(
            description="`count` / that of the step before; null when that is 0, and of the first. What is before a "
            "`play` is the click with `queue=optional`, the queue with `queue=required`."
        ),
    ]
    share_of_first: Annotated[Share | None, Meta(description="`count` / that of the clicks; null when that is 0.")]
    median_seconds: Annotated[
        Amount | None,
        Meta(description="Median of the seconds since the step before, over attempts; null when none reached it."),
    ]


class FunnelBucket(Reached):
    """Those who clicked in an hour, a day, a week or a month."""

    start: Annotated[str, Meta(description="Start of the bucket in UTC, RFC 3339.")]
    label: Annotated[str, Meta(description="How the zone of the question writes it, as in the overview.")]


class FunnelGroup(Reached):
    """Those whose click was of one universe, one rank or one query."""

    value: Annotated[
        str | None,
        Meta(description="The universe, the rank, or the query as it was typed most often; null for clicks without."),
    ]
    is_other: Annotated[bool, Meta(description="Whether these are all that are in none of the groups before.")]


class FunnelDrop(Struct):
    """A track that many left at a step."""

    step: Annotated[StepName, Meta(description="The step that was not reached.")]
    asset_id: Annotated[str, Meta(description="The asset, as decimal digits.")]
    title: Annotated[str, Meta(description="The catalog's title, or the asset's id when it is not in the catalog.")]
    artist: Annotated[str | None, Meta(description="The catalog's artist.")]
    before: Annotated[Count, Meta(description="How many reached the step before it.")]
    reached: Annotated[Count, Meta(description="How many reached it.")]
    lost: Annotated[Count, Meta(description="`before` - `reached`.")]


class Funnel(Struct, rename={"since": "from", "until": "to"}):
    """How far players go on after they clicked a result of a search."""

    since: Annotated[str, Meta(description="Start of the period, RFC 3339; included.")]
    until: Annotated[str, Meta(description="End of the period, RFC 3339; excluded. The clicks are in it.")]
    steps: Annotated[list[FunnelStep], Meta(description="The steps, in their order.")]
    previous: Annotated[
        list[FunnelStep],
        Meta(
            description="The steps of `compared`; empty with `previous=false`. Where the period is not over, no step "
            "counts that is after the end of `compared`."
        ),
    ]
    series: Annotated[
        list[FunnelBucket], Meta(description="By the time of the click: every bucket that touches the period.")
    ]
    groups: Annotated[
        list[FunnelGroup],
        Meta(description="With `breakdown`: the 20 groups with the most clicks, then all others if there are more."),
    ]
    drops: Annotated[
        list[FunnelDrop], Meta(description="The 20 tracks that lose most at each step, the largest loss first.")
    ]
    clicks_without_player: Annotated[
        Count, Meta(description="`search_click` events without a `player_id`: nobody can follow them.")
    ]
    compared: Annotated[ComparedWith | UnsetType, Meta(description=f"{COMPARED} Not with `previous=false`.")] = UNSET
