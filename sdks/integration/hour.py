"""An hour of play of one SDK against the real server through the fault proxy, and what came of it."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fault_proxy import Exchange, FaultProxy, schedule
from play import Play, hour
from sessions import Report, Sdk, Session

if TYPE_CHECKING:
    from pathlib import Path

    from support.server import Server

#: The hour begins so many seconds ago: well within the 7 days that the server takes.
AGO_S = 2 * 3_600
UNIVERSE, PLACE = "4922741943", "70005410"


@dataclass(frozen=True)
class Outcome:
    """What was played, what the SDK says became of it, and what the proxy saw on the wire."""

    play: Play
    #: After the close.
    report: Report
    #: Of the whole hour: id → message.
    rejected: dict[str, str]
    log: list[Exchange]
    faults_used_up: bool


def play_an_hour(server: Server, sdk: Sdk, build: Path, key: str, seed: int) -> Outcome:
    """Play an hour, with faults; the server is killed within it and started again at the end of that minute.

    Args:
        server: the real one; it runs afterwards.
        sdk: under test.
        build: what to run it from.
        key: may ingest into a project that nobody else uses.
        seed: decides what is played and what breaks.
    """
    rng = random.Random(seed)
    play = hour(seed, wall := int(time.time()) - AGO_S)
    rejected: dict[str, str] = {}
    reports: list[Report] = []
    with (
        FaultProxy(server.port, schedule(rng), server.kill) as proxy,
        Session(
            sdk,
            build,
            endpoint=proxy.events,
            control=proxy.control,
            key=key,
            wall=wall,
            rng=rng.random(),
            options={"universeId": UNIVERSE, "placeId": PLACE},
        ) as session,
    ):
        for steps in play.minutes:
            reports.append(session.play(steps))
            if not server.is_running():
                server.start()
        reports.append(session.close())
    for report in reports:
        assert report.balance() == report.stats["tracked"], f"the counters do not add up: {report.stats}"
        assert not rejected.keys() & dict(report.rejected).keys(), "an event was rejected twice"
        rejected.update(report.rejected)
    return Outcome(play, reports[-1], rejected, proxy.log, proxy.used_up)
