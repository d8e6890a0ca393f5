"""The clicks and the model that the search job published, as the warehouse keeps them.

``search_model`` has one row for a project that counts: what was learnt, and the snapshots of days whose clicks belong
to it. A row is put there only when all of its snapshots are. So whoever reads clicks by the snapshots of one row sees
nothing half, however much is written meanwhile: the last two snapshots of a day are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import starmap
from typing import Any, Final, NamedTuple

from audioscape_server.scores.search.clicks import ClickRow
from audioscape_server.scores.search.model import UNLEARNED, Model
from audioscape_server.scores.search.watchdog import Verdict

Row = Mapping[str, Any]
#: Runs ``sql/<name>.sql`` with parameters.
Ask = Callable[..., list[dict[str, Any]]]

#: Rows of one query that are read: a busy one has some thousands.
MOST_ROWS: Final = 20_000
#: Characters of what was typed that count, and of the query that searches are told apart by; see fold.sql.
_FOLDED_CHARS: Final = 256
_QUERY_CHARS: Final = 64
_NO_PUNCTUATION: Final = {ord(mark): None for mark in "!\"#%&'()*,-./:;?@[\\]_{}"}
_EPOCH: Final = date(1970, 1, 1)


class Gathered(NamedTuple):
    """The clicks of one day."""

    day: date
    snapshot: int
    side: int
    """0 or 1: the next snapshot of the day gets the other."""
    print: int
    """A hash of how many events of each kind it was made of."""
    rows: int


@dataclass(frozen=True, slots=True)
class Published:
    """What counts for a project."""

    #: 0 = nothing was published yet.
    snapshot: int
    #: Unix seconds.
    as_of: float
    day: date
    model: Model
    learnt_from: int
    days: tuple[Gathered, ...]
    #: Queries that keep their base order, and why.
    stepped_back: Mapping[str, Verdict] = field(default_factory=dict[str, Verdict])

    @property
    def snapshots(self) -> list[int]:
        """Of the clicks that count."""
        return [one.snapshot for one in self.days]

    @property
    def today(self) -> int:
        """Days since 1970: on which day clicks are as old as they count."""
        return day_number(self.day)


#: Of a project without clicks, or of which nothing was gathered yet.
NOTHING: Final = Published(0, 0.0, _EPOCH, UNLEARNED, 0, ())

MODEL_COLUMNS: Final = {
    "project": "LowCardinality(String)", "snapshot": "UInt64", "as_of": "Float64", "day": "Date", "version": "String",
    "examination": "Array(Float64)", "satisfaction": "Float64", "base_quality": "Float64",
    "shares": "Array(Tuple(key String, share Float64))", "learnt_from": "UInt64",
    "days": "Array(Tuple(day Date, snapshot UInt64, side UInt8, print UInt64, rows UInt64))",
    "stepped_back": "Array(Tuple(query String, gain Float64, deviation Float64, clicks Float64))",
}  # fmt: skip


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - _EPOCH).days


def as_row(project: str, found: Published) -> list[Any]:
    """A row of ``search_model``, in the order of `MODEL_COLUMNS`."""
    model = found.model
    learnt = [list(model.examination), model.satisfaction, model.base_quality, list(model.shares.items())]
    shown = [project, found.snapshot, found.as_of, found.day, model.version]
    judged = [(query, one.gain, one.deviation, one.clicks) for query, one in found.stepped_back.items()]
    return [*shown, *learnt, found.learnt_from, [tuple(one) for one in found.days], judged]


def published(ask: Ask, project: str) -> Published:
    """What counts for a project now."""
    rows = ask("search/model", project=project)
    if not rows:
        return NOTHING
    [row] = rows
    shares = {one["key"]: one["share"] for one in row["shares"]}
    model = Model(row["version"], tuple(row["examination"]), row["satisfaction"], row["base_quality"], shares)
    days = tuple(Gathered(*(one[name] for name in Gathered._fields)) for one in row["days"])
    judged = {one["query"]: Verdict(one["gain"], one["deviation"], one["clicks"]) for one in row["stepped_back"]}
    return Published(row["snapshot"], row["as_of"], row["day"], model, row["learnt_from"], days, judged)


def folded(ask: Ask, query: str) -> str:
    """A query as searches are told apart; it is given as somebody typed it.

    How letters are folded is for the engine to say, which folds those of the clicks. For ASCII there is no question.
    """
    if query.isascii():
        text = " ".join(query[:_FOLDED_CHARS].lower().split())
        bare = " ".join(text.translate(_NO_PUNCTUATION).split())
        return (bare or text)[:_QUERY_CHARS]
    [row] = ask("search/fold", query=query)
    return row["query"]


def clicks(ask: Ask, project: str, queries: Sequence[str], snapshots: Sequence[int]) -> dict[str, list[ClickRow]]:
    """The clicks of these queries, which are folded; a query without any is left out."""
    asked = {"queries": list(queries), "snapshots": list(snapshots), "limit": MOST_ROWS}
    return {row["query"]: _click_rows(row) for row in ask("search/clicks", project=project, **asked)}


def orders(ask: Ask, project: str, queries: Sequence[str], since: date, until: date) -> dict[str, dict[int, list[int]]]:
    """The search engine's own orders of these queries between two days, by query and day (since 1970), in order."""
    found: dict[str, dict[int, list[int]]] = {}
    for row in ask("search/orders", project=project, queries=list(queries), since=since, until=until):
        found.setdefault(row["query"], {})[day_number(row["day"])] = row["assets"]
    return found


def _click_rows(row: Row) -> list[ClickRow]:
    """A list of each column, as rows."""
    columns = (row[name] for name in ("assets", "keys", "days", "ranks", "clicked", "seen", "good", "lists"))
    return list(starmap(ClickRow, zip(*columns, strict=True)))
