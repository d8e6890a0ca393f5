"""The measures of a period, of an earlier one, and of each bucket of both.

Which statement answers
    A rollup serves what lies in whole days where it knows what is asked for, and hours of a whole project likewise; the
    rest is read from the events. So there are three sources: the whole project, places (by universe, place and API
    key), and tracks. Only the first estimates distinct listeners, and only where they are many.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from audioscape_server.api.filters import Filters
from audioscape_server.api.shaping import Activity, Row
from audioscape_server.api.timeline import Timeline

#: Up to so many listeners of a whole project are counted exactly without being asked to.
EXACT_LISTENERS: Final = 10_000
#: The same where that is read from the events alone, as by hour: only where they are few.
EXACT_EVENTS: Final = 1_000_000

#: Under which name the whole periods are found, and how the names of buckets of the period before begin.
PERIOD: Final = "period"
BEFORE: Final = "before"
_OF_BEFORE: Final = "before "


class Activities:
    """See the module.

    Args:
        ask: runs a statement with these parameters, and returns its rows. Blocks.
    """

    def __init__(self, ask: Callable[..., list[Row]]) -> None:
        self._ask = ask

    def of(self, project: str, timeline: Timeline, filters: Filters, *, exact: bool) -> Activity:
        """The measures, with listeners counted if they are few or `exact`."""
        if exact or filters.name_assets or not self._is_about_all(project, timeline, filters):
            return self.counted(project, timeline, filters)
        found: Activity = {}
        for part in timeline.statements:
            found |= self._estimated(project, part)
        return found

    def counted(self, project: str, timeline: Timeline, filters: Filters, *, with_ends: bool = False) -> Activity:
        """The same, with listeners counted.

        `with_ends`, of some assets: at which seconds of listening stops and skips of the period came, too.
        """
        found: Activity = {}
        for part in timeline.statements:
            found |= self._counted(project, part, filters, with_ends=with_ends)
        return found

    def _estimated(self, project: str, timeline: Timeline) -> Activity:
        """The measures of the whole project, with many listeners estimated and few counted."""
        found = _by_bucket(self._ask("read/activity_of_project", project=project, **timeline.asked()), exact=False)
        few = _are_few(found.get(PERIOD), (), timeline.cut_share)
        # Of a period that is not over, what it is compared with may be a small part of what is drawn beside it.
        drawn = [row for name, row in found.items() if name.startswith(_OF_BEFORE)]
        few_before = _are_few(found.get(BEFORE), drawn, timeline.cut_share_before)
        if few or few_before:
            # Nothing, for the moment in which the other rollup lacks what this one has and is not repaired yet.
            chosen = timeline if few and few_before else timeline.alone if few else timeline.only_before
            found |= self._counted(project, chosen, Filters())
        return found

    def _counted(self, project: str, timeline: Timeline, filters: Filters, *, with_ends: bool = False) -> Activity:
        has_rollup = not filters.name_assets or filters.are_assets_only
        name = "read/activity_of_places"
        if filters.name_assets:
            name = "read/activity_of_tracks" if filters.assets else "read/activity_without_tracks"
        rows = self._ask(
            name,
            project=project,
            with_ends=int(with_ends),
            **timeline.asked(rollup=has_rollup),
            **filters.lists,
        )
        return _by_bucket(rows, exact=True)

    def _is_about_all(self, project: str, timeline: Timeline, filters: Filters) -> bool:
        """Whether the filters let every event of these days pass: then the whole project's rollups answer."""
        if filters == Filters():
            return True
        asked = {name: value for name, value in filters.lists.items() if not name.endswith("assets")}
        return not self._ask(
            "read/elsewhere", project=project, since=timeline.begins, until=timeline.period.until, **asked
        )


def _by_bucket(rows: Iterable[Row], *, exact: bool) -> Activity:
    return {row.pop("bucket"): row | {"listeners_exact": exact} for row in rows}


def _are_few(whole: Row | None, buckets: Sequence[Row], cut_share: float) -> bool:
    """Whether exact sets answer as fast as the estimate did: few listeners, and few events to read besides."""
    rows = [*buckets, whole] if whole else buckets
    events = max(whole["events"] if whole else 0, sum(row["events"] for row in buckets))
    are_few_listeners = all(row["listeners"] <= EXACT_LISTENERS for row in rows)
    return bool(rows) and are_few_listeners and events * cut_share <= EXACT_EVENTS
