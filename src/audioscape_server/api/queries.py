"""Ask the warehouse and the catalog, and shape what they say into answers.

Everything here blocks: call it in a thread. The project is always the first argument, and comes from the key alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from msgspec import UNSET

from audioscape_server.api import search_signals, shaping
from audioscape_server.api.activity import BEFORE, PERIOD, Activities
from audioscape_server.api.clicked_ranks import ClickedRanks, clicked_ranks
from audioscape_server.api.dependencies import Answerer, Catalog, LiveReport
from audioscape_server.api.event_pages import EventFilter, event_page
from audioscape_server.api.filters import Filters
from audioscape_server.api.groups import Grouping, members
from audioscape_server.api.live import Live, live
from audioscape_server.api.neighbours import Neighbours, neighbours
from audioscape_server.api.outcomes import Outcomes, outcomes
from audioscape_server.api.parameters import Cursor, Page
from audioscape_server.api.periods import Compared, Period, rfc3339
from audioscape_server.api.plays_series import plays_of_places, plays_series
from audioscape_server.api.refusals import refuse
from audioscape_server.api.responses import (
    EARLY_S,
    Albums,
    Artists,
    Events,
    Experience,
    Experiences,
    Genres,
    Group,
    Overview,
    SearchQueries,
    TrackDetail,
    TrackRow,
    Tracks,
)
from audioscape_server.api.rhythm import Rhythm, rhythm
from audioscape_server.api.score_queries import ScoreQueries
from audioscape_server.api.search_responses import SearchSignals
from audioscape_server.api.searches import WantedSearches, searches
from audioscape_server.api.shaping import Row
from audioscape_server.api.timeline import Timeline
from audioscape_server.api.turns import Question
from audioscape_server.api.typical import Typical, typical
from audioscape_server.errors import NotFoundError
from audioscape_server.scores.parameters import Parameters

#: For each list, the statement that sorts it by listeners: they are no sum.
_BY_LISTENERS: Final = {"read/tracks": "read/tracks_by_listeners", "read/places": "read/places_by_listeners"}
#: Tracks that are looked for by name, and digits of an id.
_MOST_CALLED: Final = 10_000
_ID_DIGITS: Final = 18
#: What a rate is of, and what seconds are kept as.
_RATES: Final = {"completion_rate": "completed", "skip_rate": "skips"}
_SUMMED: Final = _RATES | {"listened_seconds": "listened_micros"}


class Queries:
    """Every question that the read API answers from the warehouse, for one request.

    Args:
        warehouse: answers the statements.
        catalog: knows the names of assets.
        question: says how long a statement may take, and whether anybody still waits for the answer.
        model_of: says by which numbers a project is scored.
    """

    def __init__(
        self, warehouse: Answerer, catalog: Catalog, question: Question, model_of: Callable[[str], Parameters]
    ) -> None:
        self._warehouse = warehouse
        self._catalog = catalog
        self._question = question
        #: For the questions that have modules of their own.
        self.ask, self.catalog = self._ask, catalog
        self._activities = Activities(self._ask)
        #: Those about scores.
        self.scores = ScoreQueries(self._ask, catalog, model_of)

    def overview(self, project: str, timeline: Timeline, filters: Filters, *, exact: bool = False) -> Overview:
        """The measures of a period, of the one that it is compared with, and of each bucket.

        Args:
            project: whose events.
            timeline: the period and its buckets.
            filters: which events.
            exact: count listeners exactly however many there are.
        """
        found = self._activities.of(project, timeline, filters, exact=exact)
        return Overview(
            since=rfc3339(timeline.period.since),
            until=rfc3339(timeline.period.until),
            totals=shaping.totals(found, PERIOD),
            compared=shaping.compared_with(timeline.compared),
            previous=shaping.totals(found, BEFORE) if timeline.compared else UNSET,
            series=shaping.series(found, timeline),
            previous_series=shaping.series_before(found, timeline) if timeline.before else UNSET,
        )

    def live(self, project: str, report: LiveReport, now: float) -> Live:
        """What comes in now."""
        return live(self._ask, report, project, now)

    def rhythm(self, project: str, period: Period, filters: Filters) -> Rhythm:
        """The hours of the week of a period."""
        return rhythm(self._ask, project, period, filters)

    def experiences(
        self,
        project: str,
        period: Period,
        filters: Filters,
        page: Page,
        *,
        whole: bool = False,
        with_last: bool = False,
        drawn: Timeline | None = None,
        compared: Compared | None = None,
    ) -> Experiences:
        """One page of the places of universes with an event in the period; `whole`: of universes.

        `with_last`: with the last event of each, where nothing but universes is filtered.
        `drawn`: in whose buckets their plays are told, too.
        `compared`: what they are to be compared with; told, not asked.
        """
        bounds = period.bounds(rollup=not filters.name_assets) | {"whole": int(whole)}
        rows, total = self._ranked("read/places", project, page, bounds | filters.lists)
        ids = [(row["universe_id"], row["place_id"]) for row in rows]
        found = self._measured_places(project, ids, filters, bounds)
        is_told = with_last and replace(filters, universes=(), not_universes=()) == Filters()
        last = self._last_of(project, ids, whole=whole) if is_told else {}
        listed = [one for one in ids if one in found]
        return Experiences(
            experiences=[
                Experience(
                    universe_id=shaping.identifier(one[0]),
                    place_id=shaping.identifier(one[1]),
                    last_event=rfc3339(last[one]) if one in last else None,
                    **shaping.measures(found[one]),
                )
                for one in listed
            ],
            total=total,
            compared=shaping.compared_with(compared),
            plays_series=plays_of_places(self._ask, project, drawn, filters, listed, whole=whole) if drawn else UNSET,
            plays_buckets=shaping.buckets(drawn) if drawn else UNSET,
        )

    def _measured_places(
        self, project: str, ids: list[tuple[int, int]], filters: Filters, bounds: Mapping[str, Any]
    ) -> dict[tuple[int, int], Row]:
        """The measures of these places of universes; `bounds` also tells whether a universe is one place."""
        rows = self._ask(
            "read/measures_of_places",
            project=project,
            page_universes=[universe for universe, _ in ids],
            page_places=[place for _, place in ids],
            **bounds,
            **filters.lists,
        )
        return {(row["universe_id"], row["place_id"]): row for row in rows}

    def _last_of(self, project: str, ids: list[tuple[int, int]], *, whole: bool) -> dict[tuple[int, int], float]:
        """When the last event of each place of a universe was."""
        rows = self._ask(
            "read/last_of_places",
            project=project,
            page_universes=[universe for universe, _ in ids],
            page_places=[place for _, place in ids],
            whole=int(whole),
        )
        return {(row["universe_id"], row["place_id"]): row["last_at"] for row in rows}

    def tracks(
        self,
        project: str,
        period: Period,
        filters: Filters,
        page: Page,
        sought: str | None = None,
        *,
        drawn: Timeline | None = None,
        compared: Compared | None = None,
    ) -> Tracks:
        """One page of the assets with an event in the period; of those that are called so, if a text is sought.

        `drawn`: in whose buckets their plays are told, too.
        `compared`: what they are to be compared with; told, not asked.

        Raises:
            InvalidRequestError: too many are called so.
        """
        if sought is not None:
            filters = self._of_called(project, sought, filters)
        # No asset is called so; and a filter without any would let all pass.
        rows, total = (
            ([], 0) if sought is not None and not filters.assets else self._tracks(project, period, filters, page)
        )
        ids = [int(row.asset_id) for row in rows]
        return Tracks(
            tracks=rows,
            total=total,
            compared=shaping.compared_with(compared),
            plays_series=plays_series(self._ask, project, drawn, filters, ids) if drawn else UNSET,
            plays_buckets=shaping.buckets(drawn) if drawn else UNSET,
        )

    def _tracks(self, project: str, period: Period, filters: Filters, page: Page) -> tuple[list[TrackRow], int]:
        """The rows of one page, and how many tracks there are."""
        bounds = period.bounds(rollup=filters.are_assets_only) | {"early": EARLY_S}
        rows, total = self._ranked("read/tracks", project, page, bounds | filters.lists)
        ids = [row["asset_id"] for row in rows]
        measured = self._ask("read/measures_of_tracks", project=project, **bounds, **filters.lists | {"assets": ids})
        found = {row["asset_id"]: row for row in measured}
        names = self._catalog.tracks(project, ids)
        return [
            TrackRow(
                **shaping.naming(one, names.get(one)),
                **shaping.measures(found[one]),
                early_skips=found[one]["early_skips"],
            )
            for one in ids
            if one in found
        ], total

    def _of_called(self, project: str, sought: str, filters: Filters) -> Filters:
        """Those that let nothing pass but what is called so, too."""
        found = filters.among(self._called(project, sought))
        if len(found.assets) > _MOST_CALLED:
            refuse("search", sought, f"a text that is in the names of at most {_MOST_CALLED:,} tracks")
        return found

    def _called(self, project: str, sought: str) -> set[int]:
        """The assets with this text in their names, and the one of this id."""
        text = sought.strip()
        found = {*self._catalog.called(project, text)} if text else set[int]()
        is_id = text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS
        return found | ({int(text)} if is_id else set())

    def groups(
        self, project: str, grouping: Grouping, period: Period, filters: Filters, page: Page
    ) -> Artists | Albums | Genres:
        """One page of the groups into which the assets with an event in the period fall."""
        asked = {"project": project, **period.bounds(rollup=filters.are_assets_only), **filters.lists}

        def assets_from(first: int, limit: int) -> list[int]:
            [row] = self._ask("read/assets", first=first, limit=limit, **asked)
            return row["assets"]

        found = members(self._catalog, project, grouping.names, assets_from)

        def ask(limit: int, offset: int) -> list[Row]:
            return self._warehouse.ask(
                "read/groups",
                {**asked, **_sorting(page), "limit": limit, "offset": offset},
                tag=self._question.tag,
                seconds=self._question.seconds_left(),
                groups=(found.assets, found.numbers),
            )

        rows, total = shaping.page(ask, page.limit, page.offset)
        answer = cast("Callable[..., Artists | Albums | Genres]", grouping.answer)

        def group(row: Row) -> Group:
            number: int = row["number"]
            return grouping.row(**grouping.named(found.labels[number]), tracks=row["tracks"], **shaping.measures(row))

        return answer(**{grouping.plural: [group(row) for row in rows]}, total=total)

    def track(self, project: str, asset_id: int, timeline: Timeline, filters: Filters) -> TrackDetail:
        """All about one asset.

        Args:
            project: whose events.
            asset_id: the asset.
            timeline: the period and its days.
            filters: which events.

        Raises:
            NotFoundError: the asset is neither in the catalog nor in any event of the project.
        """
        names = self._catalog.tracks(project, [asset_id]).get(asset_id)
        known = self._ask("read/track_known", project=project, asset_id=asset_id)
        if not known and names is None:
            raise NotFoundError(f"asset {asset_id} is unknown: no event and no catalog entry of this project names it")
        of_asset = replace(filters, assets=(asset_id,))
        found = self._activities.counted(project, timeline, of_asset, with_ends=True)
        # Without an event there is no row of the period.
        ends = found.get(PERIOD, {"stopped_at": {}, "skipped_at": {}})
        return TrackDetail(
            **shaping.naming(asset_id, names),
            album=names.album if names else None,
            genre=names.genre if names else None,
            length=known[0]["length"] if known else None,
            totals=shaping.totals(found, PERIOD),
            early_skips=sum(skips for second, skips in ends["skipped_at"].items() if second < EARLY_S),
            compared=shaping.compared_with(timeline.compared),
            previous=shaping.totals(found, BEFORE) if timeline.compared else UNSET,
            series=shaping.series(found, timeline),
            listening=shaping.listening_curve(ends["stopped_at"], ends["skipped_at"]),
        )

    def typical(self, project: str, asset_id: int, period: Period) -> Typical:
        """How long tracks of a length similar to an asset's are listened to."""
        return typical(self._ask, project, asset_id, period)

    def neighbours(self, project: str, asset_id: int, period: Period, filters: Filters) -> Neighbours:
        """What players hear before and after a track."""
        return neighbours(self._ask, self._catalog, project, asset_id, period=period, filters=filters)

    def _ranked(self, name: str, project: str, page: Page, asked: Mapping[str, Any]) -> tuple[list[Row], int]:
        """One page of what there is, sorted; and how much there is."""
        sort = _sorting(page)
        if page.sort == "listeners":
            name = _BY_LISTENERS[name]

        def ask(limit: int, offset: int) -> list[Row]:
            return self._ask(name, project=project, limit=limit, offset=offset, **sort, **asked)

        return shaping.page(ask, page.limit, page.offset)

    def searches(self, project: str, wanted: WantedSearches) -> SearchQueries:
        """One page of the searches that led to clicks."""
        return searches(self._ask, project, wanted)

    def outcomes(self, project: str, wanted: WantedSearches) -> Outcomes:
        """What came of the clicks of such a page."""
        return outcomes(self._ask, project, wanted)

    def clicked_ranks(self, project: str, period: Period, filters: Filters) -> ClickedRanks:
        """At which ranks results of searches were clicked."""
        return clicked_ranks(self._ask, project, period, filters)

    def events(self, project: str, period: Period, wanted: EventFilter, limit: int, after: Cursor | None) -> Events:
        """One page of events, newest first."""
        return event_page(self._ask, project, period, wanted, limit, after=after)

    def signals(self, project: str, after: str, limit: int) -> SearchSignals:
        """One page of judgments of searches."""
        return search_signals.signals(self._ask, search_signals.page(self._ask, project, after, limit))

    def signals_as_parquet(self, project: str, after: str, limit: int) -> tuple[bytes, str | None]:
        """The same as a Parquet file, and `after` of the next page."""
        page, question = search_signals.page(self._ask, project, after, limit), self._question
        seconds = question.seconds_left()
        return (
            self._warehouse.as_parquet("search/signals", page.asked, tag=question.tag, seconds=seconds),
            page.next_after,
        )

    def _ask(self, name: str, **parameters: Any) -> list[Row]:
        question = self._question
        return self._warehouse.ask(name, parameters, tag=question.tag, seconds=question.seconds_left())


def _sorting(page: Page) -> dict[str, Any]:
    return {
        "descending": int(page.descending),
        "measure": _SUMMED.get(page.sort, page.sort),
        "is_rate": int(page.sort in _RATES),
    }
