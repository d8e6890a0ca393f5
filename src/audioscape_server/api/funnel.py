"""Ask how far players go on after a click, and shape what the warehouse says.

A funnel is defined in docs/counting.md, and worked out in sql/funnel/steps.sql. Everything here blocks: call it in a
thread. The project comes from the key alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from audioscape_server.api import shaping
from audioscape_server.api.dependencies import Catalog
from audioscape_server.api.filters import Filters
from audioscape_server.api.funnel_responses import (
    STEPS,
    Funnel,
    FunnelBucket,
    FunnelDrop,
    FunnelGroup,
    FunnelStep,
    StepName,
)
from audioscape_server.api.periods import rfc3339
from audioscape_server.api.shaping import Row
from audioscape_server.api.timeline import Timeline

#: What clicks can be put together by.
BREAKDOWNS: Final = ("universe", "rank", "query")
#: Tracks that are listed for each step.
_MOST_DROPS: Final = 20
_NOBODY: Final[dict[str, Any]] = dict.fromkeys(STEPS, 0)


@dataclass(frozen=True, slots=True)
class WantedFunnel:
    """What a funnel is to count.

    Attributes:
        window: seconds after the click in which a step is reached.
        by_player: count players, else attempts.
        is_queue_required: a play counts after the track was queued only.
        only_before: nothing but the period before is counted, which costs as much as the period.
        breakdown: one of `BREAKDOWNS`, or empty.
    """

    window: int
    by_player: bool
    is_queue_required: bool
    only_before: bool
    breakdown: str

    def before(self, step: StepName) -> StepName:
        """The step that comes before one that is not the first."""
        if step == "play" and not self.is_queue_required:
            return "search_click"
        return STEPS[STEPS.index(step) - 1]


def funnel(
    ask: Callable[..., list[Row]],
    catalog: Catalog,
    project: str,
    timeline: Timeline,
    *,
    filters: Filters,
    wanted: WantedFunnel,
) -> Funnel:
    """The funnel of the clicks of a period.

    Args:
        ask: runs a statement.
        catalog: knows the names of assets.
        project: whose events.
        timeline: when the clicks were, and the buckets of that.
        filters: which clicks.
        wanted: what is counted.
    """
    period = timeline.period
    entries, rows = _counted(ask, project, timeline, filters, wanted)
    found = {(row["kind"], row["label"]): row for row in rows}
    return Funnel(
        since=rfc3339(period.since),
        until=rfc3339(period.until),
        steps=[] if wanted.only_before else _steps(found.get(("period", 0)), wanted),
        compared=shaping.compared_with(timeline.compared),
        previous=_steps(found.get(("before", 0)), wanted) if timeline.compared else [],
        series=[
            FunnelBucket(
                start=rfc3339(start),
                label=period.calendar.label(start, timeline.unit),
                **_reached(found.get(("bucket", max(0, start)), _NOBODY)),
            )
            for start in (() if wanted.only_before else timeline.starts)
        ],
        groups=_groups(entries, found, wanted.breakdown) if wanted.breakdown else [],
        drops=_drops([row for row in rows if row["kind"] == "asset"], catalog, project, wanted),
        clicks_without_player=entries[0]["unnamed"] if entries else 0,
    )


def _counted(
    ask: Callable[..., list[Row]], project: str, timeline: Timeline, filters: Filters, wanted: WantedFunnel
) -> tuple[list[Row], list[Row]]:
    """The groups with which funnels begin, and how far it goes on, as the warehouse tells them."""
    period = timeline.period
    asked: dict[str, Any] = {
        "project": project, **period.asked, "breakdown": wanted.breakdown,
        "by_player": int(wanted.by_player), **filters.lists,
    }  # fmt: skip
    bounds = period.bounds(rollup=wanted.breakdown != "universe" and not filters.name_places)
    entries = [] if wanted.only_before else ask("funnel/entries", **asked | bounds)
    rows: list[Row] = []
    for part in (timeline.only_before,) if wanted.only_before else timeline.statements:
        rows += ask(
            "funnel/steps",
            window=float(wanted.window),
            queue_required=int(wanted.is_queue_required),
            groups=[row["label"] for row in entries],
            **asked | part.of_events(),
        )
    return entries, rows


def _reached(row: Mapping[str, Any]) -> dict[str, int]:
    return {step: row[step] for step in STEPS}


def _steps(row: Row | None, wanted: WantedFunnel) -> list[FunnelStep]:
    counts = _reached(row) if row else _NOBODY
    return [
        FunnelStep(
            step=step,
            count=counts[step],
            share_of_before=_share(counts[step], counts[wanted.before(step)]) if step != STEPS[0] else None,
            share_of_first=_share(counts[step], counts[STEPS[0]]),
            median_seconds=_number(row[f"seconds_to_{step}"]) if row and step != STEPS[0] else None,
        )
        for step in STEPS
    ]


def _share(count: int, of: int) -> float | None:
    return count / of if of else None


def _number(value: float) -> float | None:
    """A median of nothing is no number."""
    return None if math.isnan(value) else value


def _groups(entries: Iterable[Row], found: Mapping[tuple[str, int], Row], breakdown: str) -> list[FunnelGroup]:
    """The groups with the most clicks, and the rest."""
    groups: list[FunnelGroup] = []
    for number, row in enumerate(entries, 1):
        counted = found.get(("group", number))
        if counted is not None:
            named = row["name"] if breakdown == "query" else row["label"].removeprefix("0")
            groups.append(FunnelGroup(value=named or None, is_other=False, **_reached(counted)))
    if others := found.get(("group", 0)):
        groups.append(FunnelGroup(value=None, is_other=True, **_reached(others)))
    return groups


def _drops(rows: Sequence[Row], catalog: Catalog, project: str, wanted: WantedFunnel) -> list[FunnelDrop]:
    """The tracks that lose most at each step; of equals the one with the smaller id first."""
    lost: list[tuple[StepName, Row, int]] = []
    for step in STEPS[1:]:
        losses = sorted((row[step] - row[wanted.before(step)], row["label"], at) for at, row in enumerate(rows))
        for loss, _, at in losses[:_MOST_DROPS]:
            if loss:
                lost.append((step, rows[at], -loss))
    names = catalog.tracks(project, list({row["label"] for _, row, _ in lost}))
    return [
        FunnelDrop(
            step=step,
            **shaping.naming(asset := cast("int", row["label"]), names.get(asset)),
            before=row[wanted.before(step)],
            reached=row[step],
            lost=count,
        )
        for step, row, count in lost
    ]
