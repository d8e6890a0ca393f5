"""The search job: gathers the clicks of searches from the events, and learns what a ranking needs to know.

::

    project_day, project_hour ──▶ which days have changed ──▶ gather each ──▶ search_clicks ──▶ learn ──▶ search_model

Promises:
    * What is published is a function of the events and orders that the warehouse holds and of the day. What was
      gathered before is used again only where the events that it was made of are the same in number, by kind, and in
      time listened; so a run from nothing publishes what any other does, to the last bit.
    * A project is looked at again when its number of events has changed, at the first run of a day, and every hour.
    * A day is gathered by itself, in slices of assets, and only when it has changed: the memory is bounded, and so is
      the work of a round, whatever the project holds.
    * The model is learnt from the queries with most clicks, in bounded numbers. It is learnt of whole days: today is
      among them only while it has more clicks than all days before, so what arrives now seldom asks for a new model.
    * The search engine's own orders, which `rank` was asked last, go into it as the clicks do: how good they are on
      average, and for which queries they do better than the ranking (see ``search.watchdog``).
    * All of it is published by one row, when all that it needs is there. Its number begins with the fence of the job,
      so the row of a worker that was held up never replaces a newer one.

What goes wrong stays small: a run that is cut short leaves what was published before; rows of a snapshot that was never
published are read by nobody; where rows that count are lost, the day is gathered anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any, Final, Protocol

import msgspec

from audioscape_server.jobs import Hold
from audioscape_server.jobs.projects import DueProjects
from audioscape_server.scores import search_clicks
from audioscape_server.scores.search.clicks import ClickRow
from audioscape_server.scores.search.model import Model, learn
from audioscape_server.scores.search.watchdog import judge
from audioscape_server.scores.search_clicks import MODEL_COLUMNS, NOTHING, Gathered, Published

#: Under which the questions of the job can be stopped.
TAG: Final = "search"
#: Days whose clicks count: of six half-lives.
WINDOW_DAYS: Final = 84
#: Seconds of listening that satisfy; see gather.sql.
QUALIFIED_S: Final = 30.0
#: Names how clicks are gathered: another one gathers all anew.
DEFINITION: Final = 2
#: From which queries a model is learnt, at most: with most clicks first, and so many rows altogether.
LEARNT_QUERIES: Final = 1_000
LEARNT_ROWS: Final = 100_000
#: Queries whose ranking is judged by later clicks, at most.
JUDGED_QUERIES: Final = 200
#: Queries that are read at once.
_READ_QUERIES: Final = 100
#: Events of a day that are gathered at once.
_SLICE_EVENTS: Final = 4_000_000
#: Seconds that one question of the job may take, less than the job is held for.
_ASKED_S: Final = 240.0


class Events(Protocol):
    """The warehouse, as the search job sees it."""

    def ask(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> list[dict[str, Any]]:
        """Run ``sql/<name>.sql``."""
        ...

    def changes_under_way(self) -> frozenset[str]:
        """The changes that run now, by name."""
        ...

    def derive(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> None:
        """Run ``sql/<name>.sql``, which puts rows into a table."""
        ...

    def add(self, table: str, columns: Mapping[str, str], data: Sequence[Sequence[Any]]) -> None:
        """Put rows into a table."""
        ...


class SearchJob:
    """Keeps what search ranking knows of all projects up to date.

    Args:
        warehouse: holds the events, and takes what is gathered.
        clock: Unix seconds.
        stepped_back: is told for how many queries of all projects the base order does better.
    """

    def __init__(
        self, warehouse: Events, clock: Callable[[], float], stepped_back: Callable[[float], None] = lambda _: None
    ) -> None:
        self._warehouse = warehouse
        self._projects = DueProjects(clock)
        self._stepped_back: dict[str, int] = {}
        self._tell = stepped_back

    def run(self, hold: Hold) -> None:
        """Publish anew what has changed.

        Raises:
            ServiceUnavailableError: the warehouse is away, or another worker has the job now.
        """
        totals = {row["project"]: row["events"] for row in self._ask("scores/projects")}
        ordered = {row["project"]: row["last"] for row in self._ask("search/orders_of_projects")}
        looks = [(project, (events, ordered.get(project, 0.0))) for project, events in totals.items()]
        under_way = self._warehouse.changes_under_way()
        for project, now in self._projects.each(hold, looks, under_way, self._newest):
            self._stepped_back[project] = len(self._publish(hold, project, now).stepped_back)
            self._tell(sum(self._stepped_back.values()))

    def _newest(self) -> int:
        [newest] = self._ask("search/newest_snapshot")
        return newest["snapshot"]

    def _publish(self, hold: Hold, project: str, now: float) -> Published:
        """Publish what has changed; returns what counts from now on."""
        before = search_clicks.published(self._ask, project)
        today = _day(now)
        wanted = self._ask("search/days", project=project, since=_first_day(today), definition=DEFINITION)
        known = self._still_there(project, before)
        if before is NOTHING and not wanted:
            return before
        sides = {one.day: 1 - one.side for one in before.days}
        days = tuple(
            known[row["day"]]
            if row["day"] in known and known[row["day"]].print == row["print"]
            else self._gather(hold, project, row, sides.get(row["day"], 0))
            for row in wanted
        )
        learnt = _learnt_days(wanted, today)
        until, orders = self._orders(project, today)
        learnt_from = _hash([today.isoformat(), [one.print for one in days if one.day in learnt], orders])
        if (days, today, learnt_from) == (before.days, before.day, before.learnt_from):
            return before
        hold.renew()
        found = replace(before, as_of=now, day=today, learnt_from=learnt_from, days=days)
        if learnt_from != before.learnt_from:
            found = self._learn(project, found, learnt, until)
        hold.renew()
        found = replace(found, snapshot=self._projects.next_number(hold))
        self._warehouse.add("search_model", MODEL_COLUMNS, [[value] for value in search_clicks.as_row(project, found)])
        return found

    def _still_there(self, project: str, before: Published) -> dict[date, Gathered]:
        """The days of which all rows are there that were published."""
        held = {row["snapshot"]: row["rows"] for row in self._ask("search/held", **_of(project, before.snapshots))}
        return {one.day: one for one in before.days if held.get(one.snapshot, 0) == one.rows}

    def _gather(self, hold: Hold, project: str, row: Mapping[str, Any], side: int) -> Gathered:
        """Gather a day anew, beside what was gathered of it before."""
        snapshot = self._projects.next_number(hold)
        slices = -(-row["events"] // _SLICE_EVENTS)
        for number in range(slices):
            hold.renew()
            asked = {
                "project": project, "day": row["day"], "side": side, "snapshot": snapshot,
                "qualified_s": QUALIFIED_S, "slices": slices, "slice": number,
            }  # fmt: skip
            self._warehouse.derive("search/gather", asked, tag=TAG, seconds=_ASKED_S)
        held = self._ask("search/held", **_of(project, [snapshot]))
        return Gathered(row["day"], snapshot, side, row["print"], held[0]["rows"] if held else 0)

    def _orders(self, project: str, today: date) -> tuple[date, int]:
        """Before which day orders are learnt from, and a number that is another one when they have changed.

        As with clicks, those of today, which still come, count only where there are no others.
        """
        for until in (today, today + timedelta(days=1)):
            [row] = self._ask("search/orders_print", project=project, since=_first_day(today), until=until)
            if row["orders"]:
                return until, row["print"]
        return today, 0

    def _learn(self, project: str, found: Published, learnt: frozenset[date], until: date) -> Published:
        snapshots = [one.snapshot for one in found.days if one.day in learnt]
        asked = _of(project, snapshots)
        most = self._ask("search/queries", limit=LEARNT_QUERIES, most_rows=LEARNT_ROWS // 10, **asked)
        upto = accumulate(row["rows"] for row in most)
        queries = [row["query"] for row, rows in zip(most, upto, strict=True) if rows <= LEARNT_ROWS]
        rows: dict[str, list[ClickRow]] = {}
        orders: dict[str, dict[int, list[int]]] = {}
        for first in range(0, len(queries), _READ_QUERIES):
            some = queries[first : first + _READ_QUERIES]
            rows |= search_clicks.clicks(self._ask, project, some, snapshots)
            orders |= search_clicks.orders(self._ask, project, some, _first_day(found.day), until)
        last = {query: of_query[max(of_query)] for query, of_query in orders.items()}
        model = learn(rows, last, found.today, "")
        model = replace(model, version=_version(found.day, model))
        judged = [query for query in queries if query in orders][:JUDGED_QUERIES]
        verdicts = {query: judge(rows[query], orders[query], found.today, model) for query in judged}
        stepped_back = {query: verdict for query, verdict in verdicts.items() if verdict.steps_back}
        return replace(found, model=model, stepped_back=stepped_back)

    def _ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        return self._warehouse.ask(name, parameters, tag=TAG, seconds=_ASKED_S)


def _learnt_days(wanted: Iterable[Mapping[str, Any]], today: date) -> frozenset[date]:
    """The days of which a model is learnt."""
    clicks = {row["day"]: row["clicks"] for row in wanted}
    before = {day for day in clicks if day < today}
    is_new = sum(clicks[day] for day in before) < sum(clicks[day] for day in clicks.keys() - before)
    return frozenset(clicks if is_new else before)


def _version(day: date, model: Model) -> str:
    """Names a model by what was learnt, so that the same model has the same name wherever it was learnt."""
    learnt = [model.examination, model.satisfaction, model.base_quality, sorted(model.shares.items())]
    return f"search-{DEFINITION}-{day:%Y%m%d}-{_hash(learnt):016x}"


def _hash(what: Any) -> int:
    return int.from_bytes(hashlib.sha256(msgspec.json.encode(what)).digest()[:8])


def _of(project: str, snapshots: Sequence[int]) -> dict[str, Any]:
    return {"project": project, "snapshots": list(snapshots)}


def _first_day(today: date) -> date:
    return today - timedelta(days=WINDOW_DAYS - 1)


def _day(at: float) -> date:
    return datetime.fromtimestamp(at, UTC).date()
