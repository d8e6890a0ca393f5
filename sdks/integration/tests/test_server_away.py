"""The server is away for longer than the queue lasts: the oldest events go, they are counted, and all others arrive."""

from __future__ import annotations

import time
from itertools import chain
from typing import TYPE_CHECKING

from arrivals import NONE, difference, stored_events
from hour import AGO_S
from play import steady
from sessions import Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sessions import Sdk
    from support.server import Server

QUEUE, BATCH = 500, 50
AWAY_S = 20 * 60
#: The longest that an SDK stays away after failures, in seconds.
LONGEST_BACKOFF_S = 300


def test_after_twenty_minutes_without_the_server_the_newest_events_arrive_and_the_oldest_are_counted(
    server: Server, sdk: Sdk, build_of: Callable[[Sdk], Path], project_key: str
) -> None:
    wall = int(time.time()) - AGO_S
    before = steady(95, 0, wall)
    while_away = steady(AWAY_S, 95, wall + 95)
    after = steady(40, 95 + AWAY_S, wall + 95 + AWAY_S + LONGEST_BACKOFF_S)
    with Session(sdk, build_of(sdk), endpoint=server.url, key=project_key, wall=wall) as session:
        reports = [session.play([*chain(*before.minutes), {"flush": 5}])]
        server.kill()
        reports += map(session.play, while_away.minutes)
        server.start()
        reports.append(session.play([{"advance": LONGEST_BACKOFF_S}, *chain(*after.minutes)]))
        reports.append(session.close())

    for report in reports:
        assert report.balance() == report.stats["tracked"]
        assert report.stats["queued"] <= QUEUE
    tracked = before.expected + while_away.expected + after.expected
    stats, dropped = reports[-1].stats, [loss for report in reports for loss in report.dropped]
    assert {reason for _, reason in dropped} == {"queue_full"}
    # A batch that waits goes as a whole, so up to a batch less one more than must.
    assert AWAY_S - QUEUE <= len(dropped) < AWAY_S - QUEUE + BATCH
    # The oldest that the server had not: in order, without a gap.
    lost = tracked[len(before.expected) : len(before.expected) + len(dropped)]
    assert [id_ for id_, _ in dropped] == [event["metadata"]["id"] for event in lost]
    arrived = [event for event in tracked if event not in lost]
    assert difference(arrived, stored_events(server, project_key)) == NONE
    assert stats == {
        "tracked": len(tracked),
        "accepted": len(arrived),
        "rejected": 0,
        "dropped": len(dropped),
        "queued": 0,
        "droppedBy": {"queue_full": len(dropped)},
    }
    assert server.settled(project_key)["loaded"] == len(arrived)
