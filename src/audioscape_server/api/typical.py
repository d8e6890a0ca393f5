"""How long tracks of a similar length are listened to: what a track's own listening curve is held against.

A track is *similar* whose length is within a fifth of the asked one's, and whose listens are enough for a curve. At
each second the middle half of their curves lies between two bounds, the 25th and the 75th percentile; each track
counts once, however often it is heard.

Answered from the rollup of tracks alone, of the whole days of UTC that the period touches and whatever is filtered: it
says what is usual, and costs the same with every filter. Of more than `MOST` similar tracks a hash of the asset takes
so many, so it never reads more.
"""

from collections.abc import Callable
from math import ceil, floor
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from audioscape_server.api.periods import DAY_S, Period, Whole
from audioscape_server.api.responses import Count
from audioscape_server.api.shaping import LAST_SECOND, Row
from audioscape_server.errors import NotFoundError

#: By how much lengths may differ, as a share of the asked track's.
NEAR: Final = 0.2
#: Stops and skips with a duration without which a track has no curve.
LEAST: Final = 30
#: Tracks that are read at most.
MOST: Final = 200

Share = Annotated[float, Meta(ge=0, le=1)]


class TypicalSecond(Struct):
    """One second of listening."""

    second: Annotated[Count, Meta(description="Seconds from the start of the track.")]
    low: Annotated[Share, Meta(description="A quarter of the similar tracks keeps a smaller share of its listeners.")]
    high: Annotated[Share, Meta(description="A quarter of the similar tracks keeps a larger share of its listeners.")]


class Typical(Struct):
    """How long tracks of a similar length are listened to."""

    length: Annotated[float | None, Meta(description="Of the track itself, in seconds; null where none is known.")]
    tracks: Annotated[Count, Meta(description="How many tracks the bounds are of.")]
    is_sample: Annotated[
        bool, Meta(description=f"Whether there are more than {MOST} similar tracks, of which a hash took so many.")
    ]
    listening: Annotated[
        list[TypicalSecond],
        Meta(description="Each second up to the longest of these lengths, at most to 3,600; none without a track."),
    ]


def typical(ask: Callable[..., list[Row]], project: str, asset_id: int, period: Period) -> Typical:
    """Ask for the bounds.

    Raises:
        NotFoundError: no event of the project names the asset.
    """
    known = ask("read/track_known", project=project, asset_id=asset_id)
    if not known:
        raise NotFoundError(f"asset {asset_id} is unknown: no event of this project names it")
    length: float | None = known[0]["length"]
    if not length:
        return Typical(length, 0, is_sample=False, listening=[])
    touched = Whole(floor(period.since) // DAY_S * DAY_S, -(-ceil(period.until) // DAY_S) * DAY_S)
    days = {"days_from": touched.first_day, "days_to": touched.end_day}
    similar = ask(
        "read/similar_tracks",
        project=project,
        asset_id=asset_id,
        shortest=length * (1 - NEAR),
        longest=length * (1 + NEAR),
        least=LEAST,
        most=MOST,
        **days,
    )
    if not similar:
        return Typical(length, 0, is_sample=False, listening=[])
    asked: dict[str, Any] = {
        "assets": [row["asset_id"] for row in similar],
        "seconds": min(LAST_SECOND, floor(length * (1 + NEAR))),
        "least": LEAST,
    }
    [found] = ask("read/typical_listening", project=project, **asked, **days)
    return Typical(
        length,
        found["tracks"],
        is_sample=similar[0]["candidates"] > MOST,
        listening=[TypicalSecond(second, low, high) for second, (low, high) in enumerate(found["bounds"])],
    )
