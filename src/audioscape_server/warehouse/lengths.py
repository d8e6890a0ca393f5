"""The lengths of tracks, and which stops completed them.

A stop *completed* its track when at least 0.9 of the track's length was heard. A length is the median of what the plays
of the track said; plays come in as they like, so it moves. Therefore:

* A stop is judged when it is loaded, by the length that is known then, and the verdict is a column of the event. Every
  rollup counts it like everything else.
* Lengths are learned from the plays that are loaded. A track gets one with its first play that says one: of a small
  block, as a server has them that is not behind, before the block is stored, so that the stops beside it are judged at
  once. It gets another when the median is more than a hundredth away, so that rounding by clients changes nothing.
* Where a length was learned, the stops of its track that were loaded before are judged again, and the rollups of their
  days are made anew. Most often there are none: nobody hears a new track to its end within its first seconds.

So in the end every stop is judged by the length that the API tells, in whatever order events came.

Crash safety: a length is written down as not yet applied before any stop is judged by it, and as applied when all is
done. A call that finds some that an earlier one left behind also compares the rollups of every day on which such a
track has a stop: events may have been judged that the rollups do not know of.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import median
from typing import Final

from audioscape_server.failpoints import failpoint
from audioscape_server.warehouse import rollups
from audioscape_server.warehouse.client import Connections
from audioscape_server.warehouse.statements import statement

#: Stops are counted in these.
_COUNTING_COMPLETED: Final = ("project_hour", "project_day", "place_day", "track_day")
_COLUMNS: Final = {
    "project": "String", "asset_id": "UInt64", "length": "Float64", "judged": "UInt8", "version": "UInt64",
}  # fmt: skip
#: In the column `judged`, beside 0 (not yet) and 1 (all stops are judged): taken from one block. It is no sign of a
#: call that was cut short.
_IN_PASSING: Final = 2
#: Stops that one statement judges, about; their identities are held in memory, some 40 bytes each.
STOPS_AT_ONCE: Final = 1_000_000
#: When the change is on the disk everywhere.
_WAIT: Final = {"mutations_sync": 2}


def learn_ahead(connections: Connections, plays: Sequence[tuple[str, int, float]]) -> None:
    """Give tracks without a length one, by plays that are about to be stored.

    Args:
        connections: to the database.
        plays: project, asset and duration, in seconds, of each play that says one.
    """
    durations: dict[tuple[str, int], list[float]] = defaultdict(list)
    for project, asset_id, seconds in plays:
        durations[project, asset_id].append(seconds)
    asked = {"projects": sorted({one[0] for one in durations}), "assets": sorted({one[1] for one in durations})}
    known = {(row["project"], row["asset_id"]) for row in connections.query("lengths/known", asked, {})}
    new = {one: median(seconds) for one, seconds in durations.items() if one not in known}
    if new:
        projects, assets = zip(*new, strict=True)
        columns = [list(projects), list(assets), list(new.values()), [_IN_PASSING] * len(new), [1] * len(new)]
        connections.insert("known_length", _COLUMNS, columns, {"async_insert": 0})


def judge(connections: Connections, token: int) -> list[date]:
    """Learn lengths, and judge again the stops that a new length judges otherwise; return the days of those.

    Nothing may be inserted by others meanwhile. Like all here that changes something, it does nothing when another
    fencing token counts than `token`.
    """
    was_cut_short = _has_unjudged(connections)
    learn(connections)
    if not _has_unjudged(connections):
        return []
    days = judge_events(connections, token)
    rollups.rebuild(connections, _COUNTING_COMPLETED, days, token)
    failpoint("lengths.rebuilt")
    if was_cut_short:
        rollups.repair(connections, [row["day"] for row in connections.query("lengths/stop_days", {}, {})], token)
    note_judged(connections, token)
    return days


def learn(connections: Connections) -> None:
    """Write down the lengths that plays say now, where they are new. It may come late: they are not judged by yet."""
    connections.change(statement("lengths/learn"), {}, {"async_insert": 0})
    failpoint("lengths.learned")


def judge_events(connections: Connections, token: int) -> list[date]:
    """Judge events alone, by lengths that are new; return the days on which one was judged otherwise."""
    misjudged = {row["day"]: row["stops"] for row in connections.query("lengths/misjudged_days", {}, {})}
    for days in _together(misjudged):
        connections.change(statement("lengths/judge_days"), {"days": days, "token": token}, _WAIT)
        failpoint("lengths.judged_days")
    return list(misjudged)


def note_judged(connections: Connections, token: int) -> None:
    """Write down that all is judged by the lengths of now."""
    connections.change(statement("lengths/judged"), {"token": token}, {"async_insert": 0})


def _together(stops: Mapping[date, int]) -> list[list[date]]:
    """Days that are judged by one statement each: it goes through every part, however few days it is about."""
    together: list[list[date]] = []
    size = STOPS_AT_ONCE
    for day, count in stops.items():
        if size + count > STOPS_AT_ONCE:
            together.append([])
            size = 0
        together[-1].append(day)
        size += count
    return together


def _has_unjudged(connections: Connections) -> bool:
    return bool(connections.query("lengths/unjudged", {}, {})[0]["tracks"])
