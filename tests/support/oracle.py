"""The judge: what clients were promised, against what is stored and what is answered.

* Every event of a batch that was answered 202 is stored, once, to the letter. What was not answered for good is stored
  once or not at all, and whole. Read twice: through the API, and in the files by SQL of the tests' own.
* The API's totals are what Python makes of the stored batches.
* Every rollup is what other SQL makes of the stored events.
* The ledger adds up, and ``audioscape check`` says so.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support import engine
from support.batches import TEMPLATES
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from support.batches import Batches
    from support.clickhouse import Clickhouse
    from support.load import Load
    from support.server import Server

#: Up to so many events are read through the API too, page by page.
PAGED = 20_000
#: How often a server is started for the sake of judging.
STARTS = 5
#: Seconds that clocks of the server and the test may be apart, for events that got the time of their receipt.
CLOCKS_APART_S = 600

ROLLUPS = ("project_hour", "project_day", "place_day", "track_day", "search_day", "custom_day", "track_length_day")
#: The verdicts that the test under way asked for.
VERDICTS: list[Verdict] = []
_SQL = Path(__file__).with_name("sql")


@dataclass
class Verdict:
    """What came out."""

    acknowledged: int = 0
    """Events that were answered 202."""
    stored: int = 0
    lost: int = 0
    doubled: int = 0
    findings: list[str] = field(default_factory=list[str])
    """All that is wrong, in words."""

    def require(self, *, holds: bool, otherwise: str) -> None:
        """Put down what is wrong when something does not hold."""
        if not holds:
            self.findings.append(otherwise)


def assert_nothing_lost_nothing_doubled(server: Server, load: Load, *, within: float = 60) -> Verdict:
    """What was promised is there once; what was not, at most once; and all that is told is true. Stops the server."""
    verdict = judge(server, load, within=within)
    assert verdict.findings == [], f"{verdict}\n{server.tail()}"
    assert verdict.acknowledged > 0, "nothing was acknowledged, so nothing was shown"
    return verdict


def judge(
    server: Server,
    load: Load,
    *,
    within: float = 60,
    nodes: Sequence[Server] = (),
    clickhouse: Clickhouse | None = None,
) -> Verdict:
    """Compare everything, once nothing is on its way any more. Stops the server.

    Args:
        server: runs, and holds all that the load was promised.
        load: has ended.
        within: seconds that may pass without anything being loaded: how fast all is loaded is not what is judged.
        nodes: other servers of the same installation; stopped too.
        clickhouse: the warehouse, when it is not the server's own; ended too.
    """
    verdict = Verdict()
    VERDICTS.append(verdict)
    verdict.findings += load.unforeseen
    ledger = _drained(server, within)
    _reconciled(server)
    paged = stored_events(server) if ledger["loaded"] <= PAGED else None
    totals = server.get("/analytics/v1/overview").json()["totals"]
    tracks = server.get("/analytics/v1/tracks", params={"limit": 100}).json()["tracks"]
    check = server.cli("check", within=max(60, within))
    verdict.require(holds=check.returncode == 0, otherwise=f"audioscape check: {check.stdout}{check.stderr}")
    verdict.require(
        holds=ledger["accepted"] == ledger["loaded"] + ledger["duplicates"], otherwise=f"set aside or erased: {ledger}"
    )
    for node in (server, *nodes):
        verdict.require(holds=node.stop() == 0, otherwise="a server did not end in order")
    _let_judge(server, clickhouse)
    if clickhouse is not None:
        clickhouse.kill()
    counts = count(verdict, clickhouse.folder if clickhouse else server.data / "warehouse", load)
    verdict.require(
        holds=ledger["loaded"] == verdict.stored, otherwise=f"loaded {ledger['loaded']}, stored {verdict.stored}"
    )
    expected = expected_totals(load.batches, counts)
    told = {name: totals[name] for name in expected}
    verdict.require(holds=told == expected, otherwise=f"the overview says {told}, the events make {expected}")
    plays = {track["asset_id"]: track["plays"] for track in tracks}
    made = _plays(load.batches, counts)
    verdict.require(holds=plays == made, otherwise=f"plays of tracks: told {plays}, made of the events {made}")
    if paged is not None:
        ids = Counter(event["metadata"]["id"] for event in paged)
        stored = Counter({number * load.batches.size + at: 1 for number in counts for at in range(load.batches.size)})
        verdict.require(holds=ids == stored, otherwise="the API's list of events is not what is stored")
    return verdict


def _drained(server: Server, within: float) -> dict[str, Any]:
    """The ledger, once nothing is on its way any more."""
    ledger = server.ingest()
    while before := ledger["spooled"]:
        ledger = eventually(server.ingest, until=lambda seen, before=before: seen["spooled"] < before, within=within)
    return ledger


def _reconciled(server: Server) -> None:
    """Wait until rollups were compared with the events, as each start asks: until then they may differ."""

    def succeeded_at() -> float:
        jobs = server.get("/analytics/v1/jobs").json()["jobs"]
        told = next((job["succeeded_at"] for job in jobs if job["name"] == "reconciliation"), None)
        return datetime.fromisoformat(told).timestamp() if told else 0.0

    eventually(succeeded_at, until=lambda at: at >= server.started_at, within=60)


def _let_judge(server: Server, clickhouse: Clickhouse | None) -> None:
    """A stop may cut a judging of stops short; a later start takes it up, and until then rollups may differ."""
    unjudged = "SELECT count() AS tracks FROM {}.known_length FINAL WHERE judged = 0"
    for _ in range(STARTS):
        if clickhouse is None:
            [[found]] = engine.ask(server.data / "warehouse", unjudged.format("audioscape"))
        else:
            [found] = clickhouse.ask(unjudged.format("audioscape"))
        if not int(found["tracks"]):
            return
        server.start()
        server.cli("check")  # waits for whoever is alone with the warehouse
        server.stop()


def stored_events(server: Server) -> list[dict[str, Any]]:
    """Every event of the server's own project, page by page."""
    events: list[dict[str, Any]] = []
    cursor = None
    while True:
        params = {"limit": 1000} | ({"cursor": cursor} if cursor else {})
        page = server.get("/analytics/v1/events", params=params).json()
        events += page["events"]
        cursor = page["next_cursor"]
        if not cursor:
            return events


def expected_totals(batches: Batches, counts: Mapping[int, int]) -> dict[str, Any]:
    """The overview that these stored batches make."""
    per_template = Counter(number % TEMPLATES for number in counts)
    kinds: Counter[str] = Counter()
    heard, listeners, votes = 0, set[str](), Counter[str]()
    for template, times in per_template.items():
        for event in batches.templates[template]:
            kinds[event["type"]] += times
            votes[event.get("value", "")] += times
            heard += event["duration"] * times if event["type"] in ("stop", "skip") else 0
            if event["type"] in ("play", "stop", "skip"):
                listeners.add(event["player_id"])
    return {
        "events": kinds.total(),
        "plays": kinds["play"],
        "skips": kinds["skip"],
        "favorites": kinds["favorite"],
        "unfavorites": kinds["unfavorite"],
        "queue_adds": kinds["add_to_queue"],
        "search_clicks": kinds["search_click"],
        "up_votes": votes["up"],
        "down_votes": votes["down"],
        "listened_seconds": heard,
        "listeners": len(listeners),
    }


def _plays(batches: Batches, counts: Mapping[int, int]) -> dict[str, int]:
    plays: Counter[str] = Counter()
    for template, times in Counter(number % TEMPLATES for number in counts).items():
        for event in batches.templates[template]:
            plays[event["asset_id"]] += times * (event["type"] == "play")
    return dict(plays)


def count(verdict: Verdict, warehouse: Path, load: Load) -> dict[int, int]:
    """Read the files: the events of each stored batch. What is lost, doubled, torn or altered is put down."""
    size = load.batches.size
    told = [_sql(f"{rollup}.{what}") for rollup in ROLLUPS for what in ("stored", "recounted")]
    batches, contents, *told = engine.ask(warehouse, _sql("batches", size), _sql("contents", size), *told)
    found = {int(row["batch"]): (int(row["events"]), int(row["ids"])) for row in batches}
    verdict.acknowledged = len(load.owed) * size
    verdict.stored = sum(events for events, _ in found.values())
    verdict.lost = sum(size - found.get(number, (0, 0))[1] for number in load.owed)
    verdict.doubled = sum(events - ids for events, ids in found.values())
    verdict.require(holds=not verdict.lost, otherwise=f"{verdict.lost} acknowledged events are lost")
    verdict.require(holds=not verdict.doubled, otherwise=f"{verdict.doubled} events are stored twice")
    torn = {number: count for number, count in found.items() if count != (size, size)}
    verdict.require(holds=not torn, otherwise=f"batches that are not whole: {dict(list(torn.items())[:5])}")
    unsent = [number for number in found if number >= load.tried]
    verdict.require(holds=not unsent, otherwise=f"batches that nobody sent: {unsent[:5]}")
    altered = [row for row in contents if not _is_as_sent(load.batches, row)]
    verdict.require(holds=not altered, otherwise=f"events that are not what was sent: {altered[:3]}")
    for rollup, stored, recounted in zip(ROLLUPS, told[::2], told[1::2], strict=True):
        odd = {*map(str, stored)} ^ {*map(str, recounted)}
        verdict.require(holds=not odd, otherwise=f"{rollup} is not what the events make: {sorted(odd)[:4]}")
    return {number: events for number, (events, _) in found.items()}


def _is_as_sent(batches: Batches, row: Mapping[str, Any]) -> bool:
    """Whether what is stored at a position of a template's batches is what was sent there."""
    template = int(row["template"])
    event = batches.templates[template][int(row["position"])]
    if "timestamp" in event:
        earliest = latest = event["timestamp"]
    else:
        earliest, latest = batches.started_at - CLOCKS_APART_S, time.time() + CLOCKS_APART_S
    return (
        earliest <= row["earliest"] <= row["latest"] <= latest
        and row["type"] == event["type"]
        and str(row["asset_id"]) == event["asset_id"]
        and row["player_id"] == event["player_id"]
        and row["duration"] == event.get("duration")
        and row["value"] == event.get("value", "")
        and int(row["universe"]) == batches.universe(template)
        and row["typed"] == event["metadata"].get("query", "")
        and int(row["at_rank"]) == event["metadata"].get("rank", 0)
    )


def _sql(name: str, size: int = 0) -> str:
    return (_SQL / f"{name}.sql").read_text().format(size=size, templates=TEMPLATES)
