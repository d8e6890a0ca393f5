"""How long do answers take, at so many events, beside a plain scan of the same events?

    python bench/answers.py --events 10_000_000 --days 90

Makes a history (bench/history.sql), asks every kind of question in turn with parameters drawn anew each time, through
the API's own code but for HTTP, and interleaves a plain scan: ``uniqExact(player_id), count()`` over the 28 days that
most questions are about. Prints milliseconds, and each question's p95 as a share of the scan's median. ``--folder``
keeps the history for another run. Use an otherwise idle machine.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from audioscape_server.api.parameters import Filters, Page
from audioscape_server.api.periods import Period
from audioscape_server.api.queries import EventFilter, Queries
from audioscape_server.warehouse import Warehouse

DAY = 86_400
#: 2026-11-01 14:25:00 UTC, when the history ends: in the middle of an hour of a day of a month.
END = 1_793_543_100
TRACKS, UNIVERSES, PLAYERS = 20_000, 2_000, 5_000_000
SCAN = "SELECT uniqExact(player_id), count() FROM events WHERE project = 'default' AND day >= toDate({since:UInt32})"


class Patient:
    """A question that nobody gives up."""

    tag = "bench"

    def seconds_left(self) -> float:
        """Seconds."""
        return 60.0


class Nameless:
    """A catalog without a name in it."""

    def tracks(self, _project: str, _asset_ids: object) -> dict[int, object]:
        """Nothing."""
        return {}


def fill(warehouse: Warehouse, events: int, days: int) -> None:
    """Make the history, the oldest day first."""
    connections = warehouse._connections  # noqa: SLF001
    statement = Path(__file__).with_name("history.sql").read_text("utf-8")
    listens = round(events / days / 2.26)
    last = END // DAY * DAY
    for number in range(days):
        connections.command(
            statement,
            {
                "day": number, "midnight": last - (days - 1 - number) * DAY, "listens": listens, "tracks": TRACKS,
                "universes": UNIVERSES, "players": PLAYERS,
            },
            {"async_insert": 0, "max_partitions_per_insert_block": 0},
        )  # fmt: skip
    warehouse.judge_stops()
    for table in ("events", "project_hour", "project_day", "place_day", "track_day", "search_day"):
        connections.command(f"OPTIMIZE TABLE {table} FINAL")


def zipf(rng: random.Random, count: int) -> int:
    return int(count ** rng.random())


def questions(ask: Queries, rng: random.Random) -> dict[str, Callable[[], object]]:
    """Every question, with parameters drawn anew at each call."""

    def period(days: float = 28) -> Period:
        end = END // 3_600 * 3_600 + 3_600 - rng.randrange(5) * 3_600
        return Period(end - days * DAY, end)

    def universe() -> int:
        return 1_000_000_000 + zipf(rng, UNIVERSES) * 7_919

    def page(sort: str = "plays") -> Page:
        return Page(sort, True, 50, rng.choice((0, 0, 50)))

    def one_universe() -> Filters:
        return Filters(universes=(universe(),))

    def one_key() -> Filters:
        return Filters(keys=(f"key{rng.randrange(10)}",))

    def of_a_player() -> EventFilter:
        return EventFilter(None, None, str(1_000_000_000 + rng.randrange(PLAYERS) * 1_013))

    everything, project = Filters(), "default"
    return {
        "overview": lambda: ask.overview(project, period(), "day", everything),
        "overview, 90 days": lambda: ask.overview(project, period(90), "day", everything),
        "overview, 7 days by hour": lambda: ask.overview(project, period(7), "hour", everything),
        "overview, exact": lambda: ask.overview(project, period(), "day", everything, exact=True),
        "overview, a universe": lambda: ask.overview(project, period(), "day", one_universe()),
        "overview, a key": lambda: ask.overview(project, period(), "day", one_key()),
        "overview, three assets": lambda: ask.overview(
            project, period(), "day", Filters(assets=tuple(zipf(rng, TRACKS) for _ in range(3)))
        ),
        "overview, a universe by hour": lambda: ask.overview(project, period(7), "hour", one_universe()),
        "tracks": lambda: ask.tracks(project, period(), everything, page()),
        "tracks, by listeners": lambda: ask.tracks(project, period(), everything, page("listeners")),
        "tracks, by skip rate": lambda: ask.tracks(project, period(), everything, page("skip_rate")),
        "tracks, a universe": lambda: ask.tracks(project, period(), one_universe(), page()),
        "tracks, a key": lambda: ask.tracks(project, period(), one_key(), page()),
        "a track": lambda: ask.track(project, zipf(rng, TRACKS), period(), everything),
        "a track in a universe": lambda: ask.track(project, zipf(rng, TRACKS), period(), one_universe()),
        "experiences": lambda: ask.experiences(project, period(), everything, page()),
        "experiences, a key": lambda: ask.experiences(project, period(), one_key(), page()),
        "searches": lambda: ask.search_queries(project, period(), everything, 50, 0),
        "searches, a universe": lambda: ask.search_queries(project, period(), one_universe(), 50, 0),
        "last events": lambda: ask.events(project, period(), EventFilter(None, None, None), 100, None),
        "events of a player": lambda: ask.events(project, period(), of_a_player(), 100, None),
    }  # fmt: skip


def timed(one: Callable[[], object]) -> float:
    started = time.perf_counter()
    one()
    return (time.perf_counter() - started) * 1_000


def measure(warehouse: Warehouse, rounds: int) -> Iterator[tuple[str, list[float]]]:
    ask = Queries(warehouse, Nameless(), Patient())  # type: ignore[arg-type]
    asked = questions(ask, random.Random(1))
    since = END - 28 * DAY
    asked["a plain scan of 28 days"] = lambda: warehouse._connections.select(SCAN, {"since": since}, {})  # noqa: SLF001
    for one in asked.values():
        one()  # warm
    times: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, one in asked.items():
            times[name].append(timed(one))
    yield from times.items()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--folder", type=Path, help="where the history is kept, or is already")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        known = (folder / "store").exists()
        folder.mkdir(parents=True, exist_ok=True)
        with Warehouse(f"chdb://{folder / 'store'}") as warehouse:
            warehouse.migrate()
            if not known:
                started = time.perf_counter()
                fill(warehouse, options.events, options.days)
                print(f"made a history in {time.perf_counter() - started:.0f} s")
            [size] = warehouse._connections.select(  # noqa: SLF001
                "SELECT sumIf(rows, table = 'events') AS events, sum(bytes_on_disk) AS bytes, "
                "sumIf(bytes_on_disk, table = 'events') AS raw FROM system.parts "
                "WHERE active AND database = currentDatabase()", {}, {}
            )  # fmt: skip
            found = dict(measure(warehouse, options.rounds))
    scan = statistics.median(found["a plain scan of 28 days"])
    each, raw = (size[name] / size["events"] for name in ("bytes", "raw"))
    print(f"{size['events']:,} events; {each:.1f} bytes an event, {raw:.1f} without the rollups\n")
    print(f"{'question':32} {'median':>8} {'p95':>8} {'p95 / scan':>11}")
    report = {}
    for name, times in found.items():
        p95 = statistics.quantiles(times, n=20)[-1]
        report[name] = {"median_ms": round(statistics.median(times), 1), "p95_ms": round(p95, 1)}
        print(f"{name:32} {statistics.median(times):8.1f} {p95:8.1f} {p95 / scan:11.2f}")
    print(json.dumps({"events": size["events"], "bytes_per_event": round(size["bytes"] / size["events"], 1)} | report))


if __name__ == "__main__":
    main()
