"""Ask about events of any type by what they carry, and shape what the warehouse says.

Everything here blocks: call it in a thread. The project comes from the key alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from audioscape_server.api import shaping
from audioscape_server.api.dependencies import Catalog
from audioscape_server.api.explore_responses import (
    EventType,
    EventTypes,
    Explored,
    ExploredBucket,
    ExploredGroup,
    ExploredRow,
    MetadataKey,
    MetadataKeys,
)
from audioscape_server.api.explore_terms import WantedMeasure
from audioscape_server.api.filters import Filters
from audioscape_server.api.periods import Period, rfc3339
from audioscape_server.api.shaping import Row
from audioscape_server.api.timeline import Timeline
from audioscape_server.ingest.events import BUILT_IN_TYPES

#: Groups that are shown by themselves.
_SHOWN_GROUPS: Final = 8
#: What groups are sorted by, if not by their events.
_SORTED_BY: Final = {"sum": "total", "players": "players"}
_QUANTILES: Final = ("p50", "p95")
#: Numbers of which a quantile is exact.
EXACT_NUMBERS: Final = 1_000_000
#: Events and bytes of metadata that are looked at for what keys there are.
SAMPLED_EVENTS: Final = 100_000
SAMPLED_BYTES: Final = 64 << 20
#: One member of a flat JSON object: its name and its value, as they stand there.
_MEMBER: Final = r'"([^"\\]*(?:\\.[^"\\]*)*)"\s*:\s*("[^"\\]*(?:\\.[^"\\]*)*"|[-+.0-9A-Za-z]+)'


class Explorer:
    """The questions about events of any type, for one request.

    Args:
        ask: runs a statement.
        catalog: knows the names of assets.
    """

    def __init__(self, ask: Callable[..., list[Row]], catalog: Catalog) -> None:
        self._ask = ask
        self._catalog = catalog

    def types(self, project: str, period: Period, filters: Filters, limit: int, offset: int) -> EventTypes:
        """One page of the types of events in a period."""
        asked = {"project": project, **period.asked, **filters.lists}

        def ask(most: int, skipped: int) -> list[Row]:
            return self._ask("explore/types", limit=most, offset=skipped, **asked)

        rows, total = shaping.page(ask, limit, offset)
        return EventTypes(
            types=[
                EventType(
                    type=row["type"],
                    is_built_in=row["type"] in BUILT_IN_TYPES,
                    events=row["events"],
                    players=row["players"],
                    first_at=rfc3339(row["first_at"]),
                    last_at=rfc3339(row["last_at"]),
                )
                for row in rows
            ],
            total=total,
        )

    def keys(
        self, project: str, kind: str, period: Period, filters: Filters, *, limit: int, offset: int
    ) -> MetadataKeys:
        """One page of the keys in the metadata of a type of events."""
        asked = {"project": project, "type": kind, **period.asked, **filters.lists}
        [amount] = self._ask("explore/amount", one_of=1, **asked)
        one_of = max(1, -(-amount["events"] // SAMPLED_EVENTS), -(-amount["bytes"] // SAMPLED_BYTES))
        [looked_at] = [amount] if one_of == 1 else self._ask("explore/amount", one_of=one_of, **asked)

        def ask(most: int, skipped: int) -> list[Row]:
            return self._ask("explore/keys", limit=most, offset=skipped, one_of=one_of, member=_MEMBER, **asked)

        rows, total = shaping.page(ask, limit, offset)
        return MetadataKeys(
            keys=[
                MetadataKey(
                    key=row["name"],
                    strings=row["strings"],
                    numbers=row["filled"] - row["strings"] - row["trues_and_falses"],
                    booleans=row["trues_and_falses"],
                    fill_rate=row["filled"] / looked_at["events"],
                    distinct_values=row["distinct_values"],
                    samples=[text for _, text in row["most_frequent"]],
                )
                for row in rows
            ],
            total=total,
            events=amount["events"],
            looked_at=looked_at["events"],
            is_sample=one_of > 1,
        )

    def measure(self, project: str, timeline: Timeline, filters: Filters, wanted: WantedMeasure) -> Explored:
        """A measure of events, by group and time."""
        period = timeline.period
        asked = {
            "project": project, **period.asked, **filters.lists,
            "type": wanted.type, "member": _MEMBER, "reads_metadata": int(wanted.reads_metadata),
            "text": f"text_of_{wanted.by.field or 'nothing'}", "by_key": wanted.by.key,
            "number": f"number_of_{wanted.of.field or 'nothing'}", "of_key": wanted.of.key,
            "where_fields": [one.name.field for one in wanted.where],
            "where_keys": [one.name.key for one in wanted.where],
            "where_operators": [one.operator for one in wanted.where],
            "where_texts": [one.text for one in wanted.where],
        }  # fmt: skip
        sorted_by = _SORTED_BY.get(wanted.measure, "events")
        found = self._ask("explore/groups", most=_SHOWN_GROUPS, sorted_by=sorted_by, **asked)
        is_exact = wanted.measure not in _QUANTILES or not found or found[0]["numbers_of_all"] <= EXACT_NUMBERS
        rows = self._ask(
            "explore/measure",
            groups=[row["text"] for row in found],
            measured=f"measured_{wanted.measure}" + ("" if is_exact else "_sketched"),
            starts=[max(0, start) for start in timeline.starts],
            **asked,
        )
        amounts = _Amounts(rows, wanted.measure)
        return Explored(
            since=rfc3339(period.since),
            until=rfc3339(period.until),
            amount=amounts.of_all(),
            events=found[0]["events_of_all"] if found else 0,
            is_exact=is_exact,
            buckets=[
                ExploredBucket(rfc3339(start), period.calendar.label(start, timeline.unit)) for start in timeline.starts
            ],
            groups=self._groups(project, timeline, wanted, [row["text"] for row in found], amounts),
            total_groups=found[0]["groups"] if found else 0,
        )

    def _groups(
        self, project: str, timeline: Timeline, wanted: WantedMeasure, texts: Sequence[str], amounts: _Amounts
    ) -> list[ExploredGroup]:
        """The groups with these texts, and all others if there are any."""
        is_asset = wanted.by.field == "asset_id"
        names = self._catalog.tracks(project, [int(text) for text in texts if text] if is_asset else [])
        # Nothing is one group, too, where nothing tells groups apart.
        shown = [(number, text) for number, text in enumerate(texts, 1)] or [(1, "")]
        if amounts.has_group(0):
            shown.append((0, ""))
        return [
            ExploredGroup(
                value=text or None,
                label=(shaping.naming(int(text), names.get(int(text)))["title"] if is_asset and text else text) or None,
                is_other=not number,
                amount=amounts.of_group(number),
                events=amounts.events(number),
                series=[amounts.of_bucket(number, max(0, start)) for start in timeline.starts],
            )
            for number, text in shown
        ]


class _Amounts:
    """One measure, as the rows of sql/explore/measure.sql have it."""

    def __init__(self, rows: Sequence[Row], measure: str) -> None:
        self._measure = measure
        self._of_all: Row | None = None
        self._of_group: dict[int, Row] = {}
        self._of_bucket: dict[tuple[int, int], Row] = {}
        for row in rows:
            if row["of_all_groups"]:
                self._of_all = row
            elif row["of_all_time"]:
                self._of_group[row["group_number"]] = row
            else:
                self._of_bucket[row["group_number"], row["bucket"]] = row

    def has_group(self, number: int) -> bool:
        """Whether there is an event in a group."""
        return number in self._of_group

    def events(self, number: int) -> int:
        """How many events are in a group."""
        return self._of_group[number]["events"] if number in self._of_group else 0

    def of_all(self) -> float | None:
        """The measure of all events."""
        return _amount(self._of_all, self._measure)

    def of_group(self, number: int) -> float | None:
        """The measure of a group."""
        return _amount(self._of_group.get(number), self._measure)

    def of_bucket(self, number: int, start: int) -> float | None:
        """The measure of a group in a bucket."""
        return _amount(self._of_bucket.get((number, start)), self._measure)


def rows(answer: Explored) -> list[ExploredRow]:
    """One row for each group and bucket, for CSV."""
    return [
        ExploredRow(bucket.start, bucket.label, group.label, group.is_other, amount)
        for group in answer.groups
        for bucket, amount in zip(answer.buckets, group.series, strict=True)
    ]


def _amount(row: Mapping[str, Any] | None, measure: str) -> float | None:
    """A measure of the events that a row counts; no row counts none. What goes beyond a double is no number."""
    if row is None:
        return 0 if measure in ("count", "players", "sum") else None
    amount = row["amount"]
    return amount if amount is not None and math.isfinite(amount) else None
