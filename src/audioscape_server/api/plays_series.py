"""The plays of tracks over time: a line for each row of a list."""

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
    told = timeline.asked(rollup=filters.are_assets_only, alone=True)
    rows = ask("read/plays_of_tracks", project=project, **told | filters.lists | {"assets": assets})
    found = {(row["asset_id"], row["start"]): row["plays"] for row in rows}
    return {str(asset): [found.get((asset, start), 0) for start in told["starts"]] for asset in assets}
