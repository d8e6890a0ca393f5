"""Which jobs there are, how often they come round, and which of them wait for each other.

A job is work for the whole installation. What a worker has to do for itself is no job, and stays with the worker: to
compare the warehouse with its own archive, which nobody else can read (``loading.repair``); to forget what is old in
that archive, when it begins a segment (``spool.archive``); to judge stops by what it has just loaded
(``loading.loader``); to keep an eye on its own disk, and to write down what it alone has gathered (the chores of
``service``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from audioscape_server.first_seen import TAG as FIRST_SEEN, FirstSeenJob
from audioscape_server.jobs.runner import Job
from audioscape_server.jobs.tidying import Tidying
from audioscape_server.loading.reconciliation import NAME as RECONCILIATION, Reconciliation
from audioscape_server.scores.integrity import TAG as INTEGRITY, IntegrityJob
from audioscape_server.scores.job import TAG as SCORES, ScoreJob
from audioscape_server.scores.parameters import Parameters
from audioscape_server.scores.search_job import TAG as SEARCH, SearchJob
from audioscape_server.warehouse import Warehouse

#: Of the job that forgets what is too old.
TIDYING: Final = "tidying"
#: Seconds between two runs: what people wait for, what may be older, and what was right and stays so.
_SOON_S: Final = 5.0
_MINUTE_S: Final = 60.0
_HOUR_S: Final = 3_600.0
_DAY_S: Final = 86_400.0
#: Seconds that scores rest at most: with what they may be put off they are five minutes behind the events, or less.
_SCORES_REST_S: Final = 200.0


def schedule(
    warehouse: Warehouse,
    *,
    clock: Callable[[], float],
    model_of: Callable[[str], Parameters],
    stepped_back: Callable[[float], None],
    reconciliation: Reconciliation,
    tidying: Tidying,
) -> Mapping[str, Sequence[Job]]:
    """All jobs, by the thread in which they are done one after the other.

    Args:
        warehouse: what they ask.
        clock: Unix seconds.
        model_of: by which numbers a project is scored.
        stepped_back: is told for how many queries the ranking has stepped back.
        reconciliation: of the rollups.
        tidying: of the control database.
    """
    scores = ScoreJob(warehouse, clock, model_of)
    search = SearchJob(warehouse, clock, stepped_back)
    integrity = IntegrityJob(warehouse, clock, model_of)
    first_seen = FirstSeenJob(warehouse, clock)
    return {
        # They read the events: one core at a time is theirs.
        "jobs": [
            Job(SCORES, _SOON_S, _SCORES_REST_S, scores.run),
            Job(SEARCH, _SOON_S, _SCORES_REST_S, search.run),
            Job(INTEGRITY, _MINUTE_S, _HOUR_S, integrity.run),
            Job(FIRST_SEEN, _MINUTE_S, _HOUR_S, first_seen.run),
        ],
        # They may take long, or wait until a block is loaded: scores do not wait for that.
        "upkeep": [
            Job(TIDYING, _MINUTE_S, _MINUTE_S, tidying.run),
            Job(RECONCILIATION, _DAY_S, _DAY_S, reconciliation.job),
        ],
    }
