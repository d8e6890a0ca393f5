# pyright: reportPrivateUsage=false
"""How long do answers take, at so many events, beside PostgreSQL and beside a plain scan of the same events?

    python -m bench.answers --events 10_000_000 --days 90 [--postgres]

Makes a history (bench/history.sql), asks every kind of question in turn with parameters drawn anew each time, through
the API's own code but for HTTP, and interleaves a plain scan: ``uniqExact(player_id), count()`` over the 28 days that
most questions are about. With ``--postgres`` the same events are in a PostgreSQL too, which is asked the same questions
with the same parameters, ours and its in turn, and what both answer is compared, number by number.
``--folder`` keeps the history for another run.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from audioscape_server.api.audience import Bounds, audience, cohorts, sessions
from audioscape_server.api.audience_responses import Cohorts
from audioscape_server.api.event_pages import EventFilter
from audioscape_server.api.explore import Explorer
from audioscape_server.api.explore_responses import Explored
from audioscape_server.api.explore_terms import wanted_measure
from audioscape_server.api.filters import Filters
from audioscape_server.api.funnel import WantedFunnel, funnel
from audioscape_server.api.funnel_responses import Funnel
from audioscape_server.api.parameters import Page
from audioscape_server.api.periods import Period
from audioscape_server.api.queries import Queries
from audioscape_server.api.searches import WantedSearches
from audioscape_server.api.timeline import Timeline
from audioscape_server.api.turns import Question
from audioscape_server.api.zones import Unit
from audioscape_server.scores.parameters import DEFAULT
from audioscape_server.warehouse import Warehouse
from bench.comparison import Comparison
from bench.history import DAY, END, PLAYERS, TRACKS, UNIVERSES, asset_of, fill, gather, postgres_with_history
from bench.ingest import folder_on
from bench.peers.questions import PostgresQuestions, numbers
from bench.report import OURS, POSTGRES, answers_report

SCAN = "SELECT uniqExact(player_id), count() FROM events WHERE project = 'default' AND day >= toDate({since:UInt32})"
SCAN_NAME = "a plain scan of 28 days"

#: Questions by name; each is asked anew, with other parameters, at each call.
Asked = Mapping[str, Callable[[], Any]]


@dataclass(frozen=True, slots=True)
class Nameless:
    """What is known of an asset whose name is not."""

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    genre: str | None = None


class EmptyCatalog:
    """Knows every asset, and no name."""

    def tracks(self, project: str, asset_ids: Collection[int]) -> Mapping[int, Nameless]:
        """No name of each."""
        del project
        return dict.fromkeys(asset_ids, Nameless())

    def labels(
        self, project: str, names: Sequence[str], asset_ids: Sequence[int]
    ) -> Iterable[tuple[int, tuple[str | None, ...]]]:
        """No name of any."""
        del project, names, asset_ids
        return ()

    def called(self, project: str, text: str) -> Collection[int]:
        """None."""
        del project, text
        return ()

    def of_genre(self, project: str, genre: str) -> set[int]:
        """No asset has one."""
        del project, genre
        return set()


def zipf(rng: random.Random, count: int) -> int:
    return int(count ** rng.random())


class Draw:
    """What questions are asked with, drawn anew each time.

    Args:
        rng: draws.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def period(self, days: float = 28) -> Period:
        """So many days that end within the last hours of the history."""
        end = END // 3_600 * 3_600 + 3_600 - self._rng.randrange(5) * 3_600
        return Period(end - days * DAY, end)

    def compared(self, days: float = 28, interval: Unit = "day") -> Timeline:
        """Such a period beside the one before."""
        return Timeline.of(self.period(days), interval).beside("previous")

    def page(self, sort: str = "plays") -> Page:
        """The first 50 rows, or now and then the next."""
        return Page(sort, True, 50, self._rng.choice((0, 0, 50)))

    def track(self) -> int:
        """A track, by how much is heard of it."""
        return asset_of(zipf(self._rng, TRACKS))

    def tracks(self) -> Filters:
        """Three of those."""
        return Filters(assets=tuple(self.track() for _ in range(3)))

    def universe(self) -> Filters:
        """A universe, likewise."""
        return Filters(universes=(1_000_000_000 + zipf(self._rng, UNIVERSES) * 7_919,))

    def key(self) -> Filters:
        """An API key."""
        return Filters(keys=(f"key{self._rng.randrange(10)}",))

    def player(self) -> EventFilter:
        """Any player."""
        return EventFilter(None, None, str(1_000_000_000 + self._rng.randrange(PLAYERS) * 1_013))


def questions(ask: Queries | PostgresQuestions, rng: random.Random) -> dict[str, Callable[[], Any]]:
    """Every question, with parameters drawn anew at each call."""
    draw, everything, project = Draw(rng), Filters(), "default"

    def overview(days: float, interval: Unit, filters: Filters, *, exact: bool = False) -> Any:
        return ask.overview(project, draw.compared(days, interval), filters, exact=exact)

    def searches(filters: Filters) -> Any:
        return ask.searches(project, WantedSearches(draw.period(), filters, 50, 0, ""))

    return {
        "overview": lambda: overview(28, "day", everything),
        "overview, 90 days": lambda: overview(90, "day", everything),
        "overview, 7 days by hour": lambda: overview(7, "hour", everything),
        "overview, exact": lambda: overview(28, "day", everything, exact=True),
        "overview, a universe": lambda: overview(28, "day", draw.universe()),
        "overview, a key": lambda: overview(28, "day", draw.key()),
        "overview, three assets": lambda: overview(28, "day", draw.tracks()),
        "overview, a universe by hour": lambda: overview(7, "hour", draw.universe()),
        "tracks": lambda: ask.tracks(project, draw.period(), everything, draw.page()),
        "tracks, by listeners": lambda: ask.tracks(project, draw.period(), everything, draw.page("listeners")),
        "tracks, by skip rate": lambda: ask.tracks(project, draw.period(), everything, draw.page("skip_rate")),
        "tracks, a universe": lambda: ask.tracks(project, draw.period(), draw.universe(), draw.page()),
        "tracks, a key": lambda: ask.tracks(project, draw.period(), draw.key(), draw.page()),
        "a track": lambda: ask.track(project, draw.track(), draw.compared(), everything),
        "a track in a universe": lambda: ask.track(project, draw.track(), draw.compared(), draw.universe()),
        "experiences": lambda: ask.experiences(project, draw.period(), everything, draw.page()),
        "experiences, a key": lambda: ask.experiences(project, draw.period(), draw.key(), draw.page()),
        "searches": lambda: searches(everything),
        "searches, a universe": lambda: searches(draw.universe()),
        "last events": lambda: ask.events(project, draw.period(), EventFilter(None, None, None), 100, None),
        "events of a player": lambda: ask.events(project, draw.period(), draw.player(), 100, None),
    }  # fmt: skip


@dataclass
class Answers:
    """What was measured.

    Attributes:
        events: in the history.
        bytes_per_event: on the disk, by who keeps them: ours with every rollup, PostgreSQL's with every index.
        milliseconds: each time that was taken, by who answered and by question.
        estimates: of listeners that were compared.
        differences: where the two did not answer the same.
    """

    events: int
    bytes_per_event: dict[str, float]
    milliseconds: dict[str, dict[str, list[float]]] = field(default_factory=dict[str, dict[str, list[float]]])
    estimates: int = 0
    differences: list[str] = field(default_factory=list[str])


def questions_of_behaviour(ask: Queries, rng: random.Random) -> dict[str, Callable[[], Any]]:
    """What PostgreSQL is not asked: funnels, the audience and the explorer, which all read the events alone."""

    def timeline(days: float) -> Timeline:
        end = END // 3_600 * 3_600 + 3_600 - rng.randrange(5) * 3_600
        return Timeline.of(Period(end // DAY * DAY - (days - 1) * DAY, end), "day").beside("previous")

    def funnel_of(breakdown: str, *, by_player: bool) -> Funnel:
        wanted = WantedFunnel(1_800, by_player, is_queue_required=False, only_before=False, breakdown=breakdown)
        return funnel(ask.ask, ask.catalog, "default", timeline(28), filters=Filters(), wanted=wanted)

    def explored(*wanted: str | None) -> Explored:
        kind, measured, of, by = wanted
        asked = wanted_measure(kind, measured or "", of, by, [])
        return Explorer(ask.ask, ask.catalog).measure("default", timeline(28), Filters(), asked)

    def cohorts_by(unit: Unit) -> Cohorts:
        return cohorts(ask.ask, "default", timeline(1).period, unit, Filters(), completed_only=False)

    return {
        "funnel, players by query": lambda: funnel_of("query", by_player=True),
        "funnel, attempts": lambda: funnel_of("", by_player=False),
        "audience, 28 days": lambda: audience(ask.ask, "default", timeline(28).period, Filters(), Bounds(3, 10)),
        "audience, 90 days": lambda: audience(ask.ask, "default", timeline(90).period, Filters(), Bounds(3, 10)),
        "sessions, 28 days": lambda: sessions(ask.ask, "default", timeline(28).period, Filters()),
        "cohorts by week": lambda: cohorts_by("week"),
        "cohorts by day": lambda: cohorts_by("day"),
        "types of events": lambda: Explorer(ask.ask, ask.catalog).types(
            "default", timeline(28).period, Filters(), 50, 0
        ),
        "keys of metadata": lambda: Explorer(ask.ask, ask.catalog).keys(
            "default", "search_click", timeline(28).period, Filters(), limit=50, offset=0
        ),
        "explorer, all by type": lambda: explored(None, "count", None, "type"),
        "explorer, players by universe": lambda: explored("play", "players", None, "universe_id"),
        "explorer, median by query": lambda: explored("search_click", "p50", "rank", "query"),
    }


def questions_of_whole_days(ask: Queries, rng: random.Random) -> dict[str, Callable[[], Any]]:
    """What pages ask by default: 28 complete days of UTC, compared with the 28 before."""
    everything, project = Filters(), "default"

    def period() -> Period:
        end = END // DAY * DAY - rng.randrange(5) * DAY
        return Period(end - 28 * DAY, end)

    def timeline() -> Timeline:
        return Timeline.of(period(), "day").beside("previous")

    def page(sort: str = "plays") -> Page:
        return Page(sort, True, 50, rng.choice((0, 0, 50)))

    by_query = WantedFunnel(1_800, by_player=True, is_queue_required=False, only_before=False, breakdown="query")
    named = {
        "overview": lambda: ask.overview(project, timeline(), everything),
        "overview, a universe": lambda: ask.overview(
            project, timeline(), Filters(universes=(1_000_000_000 + zipf(rng, UNIVERSES) * 7_919,))
        ),
        "tracks": lambda: ask.tracks(project, period(), everything, page()),
        "tracks, by listeners": lambda: ask.tracks(project, period(), everything, page("listeners")),
        "a track": lambda: ask.track(project, asset_of(zipf(rng, TRACKS)), timeline(), everything),
        "experiences": lambda: ask.experiences(project, period(), everything, page()),
        "audience": lambda: audience(ask.ask, project, period(), everything, Bounds(3, 10)),
        "funnel": lambda: funnel(ask.ask, ask.catalog, project, timeline(), filters=everything, wanted=by_query),
    }
    return {f"{name}, whole days": question for name, question in named.items()}


def asked_of_ours(warehouse: Warehouse, *, alone: bool = False) -> Asked:
    """Every question to ask of ours; `alone`: those that PostgreSQL is not asked, too."""
    question = Question("default", "bench", clock=lambda: 0.0)  # nobody gives it up
    since = END - 28 * DAY
    connections = warehouse._connections  # noqa: SLF001 - the API has no such question
    scan = {SCAN_NAME: lambda: connections.select(SCAN, {"since": since}, {})}
    queries = Queries(warehouse, EmptyCatalog(), question, lambda _: DEFAULT)
    more = (
        questions_of_whole_days(queries, random.Random(3)) | questions_of_behaviour(queries, random.Random(2))
        if alone
        else {}
    )
    return questions(queries, random.Random(1)) | more | scan


def asked_of_postgres(ask: PostgresQuestions) -> Asked:
    """The same, with the same parameters, of PostgreSQL."""
    return questions(ask, random.Random(1)) | {SCAN_NAME: lambda: ask.scan(END - 28 * DAY)}


def measure(askers: Mapping[str, Asked], rounds: int, found: Answers) -> None:
    """Ask each of the askers each question in turn, so many times and once before, which is not timed.

    What they answer is compared each time.
    """
    comparison = Comparison()
    found.milliseconds = {who: {question: [] for question in asked} for who, asked in askers.items()}
    for number in range(rounds + 1):
        for question in askers[OURS]:
            answers: dict[str, Any] = {}
            for who, asked in askers.items():
                began = time.perf_counter()
                answers[who] = asked[question]()
                if number:
                    found.milliseconds[who][question].append((time.perf_counter() - began) * 1_000)
            if question != SCAN_NAME and POSTGRES in answers:
                comparison.add(numbers(answers[OURS]), answers[POSTGRES], question)
    found.estimates, found.differences = comparison.estimates, comparison.differences()


def ask_all(
    events: int, days: int, rounds: int, temporary: Path, *, with_postgres: bool, kept: Path | None = None
) -> Answers:
    """Make the history where there is none yet, and measure.

    Args:
        events: of the history, about.
        days: that it spreads over.
        rounds: how often each question is asked and timed.
        temporary: an empty folder.
        with_postgres: whether PostgreSQL is asked, too.
        kept: where the history is kept, or is already.
    """
    store = (kept or temporary) / "store"
    known = store.exists()
    store.parent.mkdir(parents=True, exist_ok=True)
    with Warehouse(f"chdb://{store}") as warehouse:
        warehouse.migrate()
        if not known:
            fill(warehouse, events, days)
        gather(warehouse)
        [size] = warehouse._connections.select(  # noqa: SLF001 - how large its tables are is no question of the API
            "SELECT sumIf(rows, table = 'events') AS events, sum(bytes_on_disk) AS bytes, "
            "sumIf(bytes_on_disk, table = 'events') AS raw FROM system.parts "
            "WHERE active AND database = currentDatabase()", {}, {}
        )  # fmt: skip
        found = Answers(size["events"], {OURS: size["bytes"] / size["events"]})
        found.bytes_per_event[f"{OURS}, without rollups"] = size["raw"] / size["events"]
        askers = {OURS: asked_of_ours(warehouse, alone=not with_postgres)}
        if not with_postgres:
            measure(askers, rounds, found)
            return found
        with postgres_with_history(warehouse, days, temporary / "postgres") as cluster, cluster.connect() as connection:
            found.bytes_per_event[POSTGRES] = cluster.table_bytes() / size["events"]
            measure(askers | {POSTGRES: asked_of_postgres(PostgresQuestions(connection))}, rounds, found)
    return found


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--postgres", action="store_true", help="ask PostgreSQL the same")
    parser.add_argument("--folder", type=Path, help="where the history is kept, or is already")
    parser.add_argument("--disk", type=Path, default=Path("/var/tmp"), help="a folder on the disk to measure on")
    options = parser.parse_args()
    with folder_on(options.disk) as temporary:
        found = ask_all(
            options.events, options.days, options.rounds, temporary, with_postgres=options.postgres, kept=options.folder
        )
    print(answers_report(asdict(found)))


if __name__ == "__main__":
    main()
