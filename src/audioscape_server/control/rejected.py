"""Rejected events, kept for a week: for whoever debugs a client.

Groups, not events, are stored: (project, key, universe, reason, hour) with a count and the newest redacted sample. That
bounds a client gone wrong to a few rows an hour, whatever it sends.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select

from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.schema import rejected

#: Seconds a group is kept.
KEEP_S = 7 * 86_400
#: Groups kept in all; past that the oldest go first.
MAX_GROUPS = 50_000


@dataclass(frozen=True, slots=True)
class RejectedGroup:
    """Events refused for one reason, within one hour, of one key and universe."""

    project: str
    key_id: str
    universe: int
    reason: str
    hour: int
    """Unix seconds of the hour's start."""
    count: int
    last_seen: float
    sample: str
    """One of the events, redacted: JSON, with its message."""


class RejectedEvents:
    """The groups of rejected events.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def add(self, groups: Iterable[RejectedGroup]) -> None:
        """Add counts to the stored groups; the newest sample wins."""
        with self._engine.begin() as connection:
            for group in groups:
                statement = upsert(connection, rejected).values(
                    project=group.project,
                    key_id=group.key_id,
                    universe=group.universe,
                    reason=group.reason,
                    hour=group.hour,
                    count=group.count,
                    last_seen=group.last_seen,
                    sample=group.sample,
                )
                connection.execute(
                    statement.on_conflict_do_update(
                        index_elements=["project", "key_id", "universe", "reason", "hour"],
                        set_={
                            "count": rejected.c.count + statement.excluded["count"],
                            "last_seen": statement.excluded["last_seen"],
                            "sample": statement.excluded["sample"],
                        },
                    ),
                )

    def by_reason(self, project: str) -> list[dict[str, Any]]:
        """The last week's rejections of a project, by reason, the most frequent first.

        Returns:
            Rows of ``reason``, ``count``, ``last_seen`` (Unix seconds) and ``sample`` (JSON text).
        """
        since = self._clock() - KEEP_S
        mine = select(rejected).where(rejected.c.project == project).where(rejected.c.last_seen >= since).subquery()
        newest = (
            select(mine.c.reason, func.max(mine.c.last_seen).label("last_seen"), func.sum(mine.c.count).label("events"))
            .group_by(mine.c.reason)
            .subquery()
        )
        query = (
            select(newest.c.reason, newest.c.events, newest.c.last_seen, func.max(mine.c.sample).label("sample"))
            .join(mine, (mine.c.reason == newest.c.reason) & (mine.c.last_seen == newest.c.last_seen))
            .group_by(newest.c.reason, newest.c.events, newest.c.last_seen)
            .order_by(newest.c.events.desc(), newest.c.reason)
        )
        with self._engine.connect() as connection:
            return [
                {"reason": row.reason, "count": int(row.events), "last_seen": row.last_seen, "sample": row.sample}
                for row in connection.execute(query)
            ]

    def by_key(self, project: str, since: float) -> dict[str, int]:
        """How many events of each key of a project were rejected since a full hour, Unix seconds."""
        wanted = (
            select(rejected.c.key_id, func.sum(rejected.c.count).label("events"))
            .where(rejected.c.project == project, rejected.c.hour >= since)
            .group_by(rejected.c.key_id)
        )
        with self._engine.connect() as connection:
            return {row.key_id: int(row.events) for row in connection.execute(wanted)}

    def by_source(self, project: str, since: float) -> list[dict[str, Any]]:
        """What was refused of a project since then, by reason, key and universe, the newest first.

        Returns:
            Rows of ``reason``, ``key``, ``universe``, ``count``, ``last_seen`` (Unix seconds) and ``sample`` (JSON
            text). Counts are of whole hours.
        """
        query = (
            select(rejected, rejected.c.count.label("events"))
            .where(rejected.c.project == project)
            .where(rejected.c.last_seen >= since)
            .order_by(rejected.c.last_seen.desc(), rejected.c.reason, rejected.c.key_id, rejected.c.universe)
        )
        found: dict[tuple[str, str, int], dict[str, Any]] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                # The first of a source is its newest.
                newest = {"reason": row.reason, "key": row.key_id, "universe": row.universe, "count": 0,
                          "last_seen": row.last_seen, "sample": row.sample}  # fmt: skip
                group = found.setdefault((row.reason, row.key_id, row.universe), newest)
                group["count"] += int(row.events)
        return list(found.values())

    def newest_by_key(self, project: str) -> dict[str, RejectedGroup]:
        """The group of each key of a project in which an event was rejected last."""
        mine = rejected.c.project == project
        newest = (
            select(rejected.c.key_id, func.max(rejected.c.last_seen).label("at"))
            .where(mine)
            .group_by(rejected.c.key_id)
            .subquery()
        )
        is_newest = (rejected.c.key_id == newest.c.key_id) & (rejected.c.last_seen == newest.c.at)
        wanted = select(rejected).join(newest, is_newest).where(mine)
        with self._engine.connect() as connection:
            return {row["key_id"]: RejectedGroup(**row) for row in connection.execute(wanted).mappings()}

    def forget_old(self, now: float) -> int:
        """Remove what is older than a week at this time (Unix seconds), and the oldest beyond the bound.

        Returns:
            How many groups.
        """
        with self._engine.begin() as connection:
            old = connection.execute(delete(rejected).where(rejected.c.last_seen < now - KEEP_S)).rowcount
            bound = connection.scalar(
                select(rejected.c.last_seen).order_by(rejected.c.last_seen.desc()).offset(MAX_GROUPS).limit(1),
            )
            if bound is not None:
                old += connection.execute(delete(rejected).where(rejected.c.last_seen <= bound)).rowcount
            return old
