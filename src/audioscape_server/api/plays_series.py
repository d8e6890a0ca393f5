"""The plays of tracks and places over time: a line for each row of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from audioscape_server.api.filters import Filters
from audioscape_server.api.shaping import Row
from audioscape_server.api.timeline import Timeline


def plays_series(
    ask: Callable[..., list[Row]], project: str, timeline: Timeline, filters: Filters, assets: Sequence[int]
) -> dict[str, list[int]]:
    """By asset, its plays in each bucket, those without a play too.

    Args:
        ask: runs a statement with these parameters. Blocks.
        project: whose events.
        timeline: the period and its buckets.
        filters: which events.
        assets: of which assets.
    """
    if not assets:
        return {}  # an empty list would read those of all
    told = timeline.asked(rollup=filters.are_assets_only)
    rows = ask("read/plays_of_tracks", project=project, **told | filters.lists | {"assets": assets})
    found = {(row["asset_id"], row["start"]): row["plays"] for row in rows}
    return {str(asset): [found.get((asset, start), 0) for start in told["starts"]] for asset in assets}


def plays_of_places(
    ask: Callable[..., list[Row]],
    project: str,
    timeline: Timeline,
    filters: Filters,
    ids: Sequence[tuple[int, int]],
    *,
    whole: bool,
) -> list[list[int]]:
    """Of each place of a universe its plays in each bucket, in the order of the places.

    Args:
        ask: runs a statement with these parameters. Blocks.
        project: whose events.
        timeline: the period and its buckets.
        filters: which events.
        ids: universes, and their places.
        whole: whether all places of a universe are one, whose id is 0.
    """
    told = timeline.asked(rollup=not filters.name_assets)
    pages = {"page_universes": [one for one, _ in ids], "page_places": [place for _, place in ids]}
    rows = ask("read/plays_of_places", project=project, whole=int(whole), **told | filters.lists | pages)
    found = {(row["universe_id"], row["place_id"], row["start"]): row["plays"] for row in rows}
    return [[found.get((*one, start), 0) for start in told["starts"]] for one in ids]
