"""The lengths of tracks, and which stops completed them.

A stop *completed* its track when at least 0.9 of the track's length was heard. A length is the median of what the plays
of the track said; plays come in as they like, so it moves. Therefore:

* A stop is judged when it is loaded, by the length that is known then, and the verdict is a column of the event. Every
  rollup counts it like everything else.
* Lengths are learned from the plays that are loaded. A track gets one with its first play that says one; it gets
  another when the median is more than a hundredth away from it, so that rounding by clients changes nothing.
* Where a length was learned, the stops of its track that were loaded before are judged again, and the rollups of their
  days are made anew. Most often there are none: nobody hears a new track to its end within its first seconds.

So in the end every stop is judged by the length that the API tells, in whatever order events came.

Crash safety: a length is written down as not yet applied before any stop is judged by it, and as applied when all is
done. A call that finds some that an earlier one left behind also compares the rollups of every day on which such a
track has a stop: events may have been judged that the rollups do not know of.
"""

from datetime import date
from typing import Final

from audioscape_server.failpoints import failpoint
from audioscape_server.warehouse import rollups
from audioscape_server.warehouse.client import Connections, statement

#: Stops are counted in these.
_COUNTING_COMPLETED: Final = ("project_hour", "project_day", "place_day", "track_day")
#: When the change is on the disk everywhere.
_WAIT: Final = {"mutations_sync": 2}


def judge(connections: Connections) -> list[date]:
    """Learn lengths, and judge again the stops that a new length judges otherwise; return the days of those.

    Nothing may be inserted by others meanwhile.
    """
    was_cut_short = _has_unjudged(connections)
    learn(connections)
    if not _has_unjudged(connections):
        return []
    days = judge_events(connections)
    rollups.rebuild(connections, _COUNTING_COMPLETED, days)
    failpoint("lengths.rebuilt")
    if was_cut_short:
        rollups.repair(connections, [row["day"] for row in connections.query("lengths/stop_days", {}, {})])
    note_judged(connections)
    return days


def learn(connections: Connections) -> None:
    """Write down the lengths that plays say now, where they are new."""
    connections.command(statement("lengths/learn"), settings={"async_insert": 0})
    failpoint("lengths.learned")


def judge_events(connections: Connections) -> list[date]:
    """Judge events alone, by lengths that are new; return the days on which one was judged otherwise."""
    days = [row["day"] for row in connections.query("lengths/misjudged_days", {}, {})]
    for day in days:
        connections.command(statement("lengths/judge_day"), {"day": day}, settings=_WAIT)
        failpoint("lengths.judged_day")
    return days


def note_judged(connections: Connections) -> None:
    """Write down that all is judged by the lengths of now."""
    connections.command(statement("lengths/judged"), settings={"async_insert": 0})


def _has_unjudged(connections: Connections) -> bool:
    return bool(connections.query("lengths/unjudged", {}, {})[0]["tracks"])
