"""The integrity job: who does what no crowd of players does, from the events of the last days.

A flag says that somebody should look. It changes no score and deletes nothing: what it tells of is held by caps that
hold for everybody, and `effect` says which. So a flag is never too much, and goes by itself when its events are old.

Reasons
    ``made_up_listeners``   most players of one key who hear the asset hear nothing else
    ``made_up_votes``       most players of one key who vote for the asset have never heard it
    ``loop``                a player plays the asset more often on a day than anybody listens
    ``claimed_rank``        more players of one key click the asset far down a list than anything at its top
    ``collusion``           several keys have made up listeners or votes for the same asset

Promises:
    * Flags are a function of the events that the warehouse holds and of the day: the same events in any order, and of
      players who are there twice, give the same flags. Made-up crowds are compared with what is usual in the rest of
      the project, so a project in which nobody is told apart has none.
    * A project is looked at again when its number of events has changed, at the first run of a day, and every hour.
    * Its flags are published by one insert and read by the number of their snapshot: nobody sees half of them. The
      number begins with the fence of the job, so the rows of a worker that was held up never replace newer ones.
    * There are at most `MOST` of each reason for a project, those with most behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from audioscape_server.jobs import Hold
from audioscape_server.jobs.projects import DueProjects
from audioscape_server.scores import popularity
from audioscape_server.scores.job import Events
from audioscape_server.scores.parameters import DEFAULT, Parameters
from audioscape_server.scores.scope import day_of

#: Under which the questions of the job can be stopped.
TAG: Final = "integrity"
#: Days that are looked at: as late as events may come.
WINDOW_DAYS: Final = 7
#: Flags of one reason for a project, at most.
MOST: Final = 200
#: Made-up players, at least: fewer move no score far.
LEAST_LISTENERS: Final = 50
LEAST_VOTERS: Final = 30
LEAST_CLICKERS: Final = 30
#: The share of a crowd that must look made up, and how much of that may be usual elsewhere.
SHARE: Final = 0.8
USUAL: Final = 0.4
#: Plays of one asset by one player on one day: three hours of a song of three minutes.
LEAST_PLAYS: Final = 60
#: From which place a click is deep, and to which one the top of a list goes.
DEEP_FROM: Final = 11
TOP_TO: Final = 3
#: Seconds that one question of the job may take, less than the job is held for.
_ASKED_S: Final = 240.0
_MADE_UP: Final = ("made_up_listeners", "made_up_votes")

COLUMNS: Final = {
    "project": "LowCardinality(String)", "number": "UInt32", "snapshot": "UInt64", "as_of": "Float64",
    "reason": "LowCardinality(String)", "key": "LowCardinality(String)", "player_id": "String", "asset_id": "UInt64",
    "query": "String", "since": "Float64", "amount": "UInt64", "of": "UInt64", "usual": "Float64",
    "effect": "LowCardinality(String)",
}  # fmt: skip


class Flag(NamedTuple):
    """Somebody who should be looked at, and why."""

    reason: str
    key: str
    player_id: str
    """Empty where it is no single player."""
    asset_id: int
    query: str
    """Empty where it is about no search."""
    since: float
    """Unix seconds: of the first event that speaks against it."""
    amount: int
    """How much speaks against it: players, or plays on a day."""
    of: int
    """Of how many: players of the key, or plays on all days; for a claimed rank, players who click at the top."""
    usual: float
    """The same share in the rest of the project; -1 where there is none."""
    effect: str
    """What holds it: ``capped_by_key``, ``counted_once_a_day``, or ``told_only`` where nothing does."""


_NO_FLAG: Final = Flag("", "", "", 0, "", 0.0, 0, 0, -1.0, "")


class IntegrityJob:
    """Keeps the flags of all projects up to date.

    Args:
        warehouse: holds the events, and takes the flags.
        clock: Unix seconds.
        model_of: by which numbers a project is scored: the caps are among them.
    """

    def __init__(
        self, warehouse: Events, clock: Callable[[], float], model_of: Callable[[str], Parameters] = lambda _: DEFAULT
    ) -> None:
        self._warehouse = warehouse
        self._model_of = model_of
        self._projects = DueProjects(clock)

    def run(self, hold: Hold) -> None:
        """Look at every project that is due.

        Raises:
            ServiceUnavailableError: the warehouse is away, or another worker has the job now.
        """
        looks = [(row["project"], row["events"]) for row in self._ask("scores/projects")]
        under_way = self._warehouse.changes_under_way()
        for project, now in self._projects.each(hold, looks, under_way, self._newest):
            flags = self.flags(project, now)
            hold.renew()
            self._publish(hold, project, now, flags)

    def _newest(self) -> int:
        [newest] = self._ask("integrity/newest_snapshot")
        return newest["snapshot"]

    def flags(self, project: str, now: float) -> list[Flag]:
        """The flags of a project at a time, Unix seconds."""
        today = day_of(now)
        asked: dict[str, Any] = {"project": project, "today": today, "window_days": WINDOW_DAYS, "most": MOST}
        # A key that is not among these came after they were asked for: the next run knows it.
        capped = self._effects(project, today)
        crowds = [
            _flag(row, effect=capped[row["key"]])
            for row in self._ask(
                "integrity/crowds",
                least_listeners=LEAST_LISTENERS,
                least_voters=LEAST_VOTERS,
                share=SHARE,
                usual=USUAL,
                **asked,
            )
            if row["key"] in capped
        ]
        loops = self._ask("integrity/loops", least_plays=LEAST_PLAYS, **asked)
        ranks = self._ask("integrity/ranks", least_clickers=LEAST_CLICKERS, deep_from=DEEP_FROM, top_to=TOP_TO, **asked)
        return [
            *_collusion(crowds),
            *crowds,
            *(_flag(row, reason="loop", effect="counted_once_a_day") for row in loops),
            *(_flag(row, reason="claimed_rank", effect=capped[row["key"]]) for row in ranks if row["key"] in capped),
        ]

    def _effects(self, project: str, today: date) -> Mapping[str, str]:
        """What holds a key: its cap, or nothing, where it is the tenant itself."""
        traffic = self._ask("scores/traffic", project=project, universe=0, today=today)
        allowed = popularity.allowances([row["earlier"] for row in traffic], self._model_of(project))
        return {
            row["key"]: "told_only" if allowance is None else "capped_by_key"
            for row, allowance in zip(traffic, allowed, strict=True)
        }

    def _publish(self, hold: Hold, project: str, now: float, flags: Sequence[Flag]) -> None:
        snapshot = self._projects.next_number(hold)
        rows = [(project, number, snapshot, now, *flag) for number, flag in enumerate([_NO_FLAG, *flags])]
        self._warehouse.add("integrity_flags", COLUMNS, [list(column) for column in zip(*rows, strict=True)])

    def _ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        return self._warehouse.ask(name, parameters, tag=TAG, seconds=_ASKED_S, threads=1)


def _flag(row: Mapping[str, Any], **known: str) -> Flag:
    return Flag(
        reason=known.get("reason") or row["reason"],
        key=row["key"],
        player_id=row.get("player_id", ""),
        asset_id=row["asset"],
        query=row.get("query", ""),
        since=row["since"],
        amount=row["amount"],
        of=row["of"],
        usual=row.get("usual", -1.0),
        effect=known["effect"],
    )


def _collusion(crowds: Iterable[Flag]) -> list[Flag]:
    """A flag for each key that made up a crowd as others did: the cap of each grows by what the others say."""
    by_asset: dict[int, dict[str, list[Flag]]] = defaultdict(lambda: defaultdict(list))
    for one in crowds:
        by_asset[one.asset_id][one.key].append(one)
    found: list[Flag] = []
    for keys in by_asset.values():
        if len(keys) > 1:
            total = sum(one.amount for flags in keys.values() for one in flags)
            for key, flags in sorted(keys.items()):
                first, amount = min(one.since for one in flags), sum(one.amount for one in flags)
                found.append(Flag("collusion", key, "", flags[0].asset_id, "", first, amount, total, -1.0, "told_only"))
    return found[:MOST]
