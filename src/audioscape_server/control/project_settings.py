"""How each project wants its days and weeks: the time zone in which days begin, and the day with which weeks do.

One zone for the whole project, so that everybody reads the same numbers: two people who look at "Monday" from different
places must not see two Mondays.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, cast

from sqlalchemy import select

from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.schema import project_settings

#: The first day of a week.
WeekStart = Literal["monday", "sunday", "saturday"]


@dataclass(frozen=True, slots=True)
class ProjectSettings:
    """The settings of one project."""

    zone: str = "UTC"
    """IANA name."""
    week_start: WeekStart = "monday"


class SettingsOfProjects:
    """The settings of every project. Everything here blocks."""

    def __init__(self, database: ControlDatabase) -> None:
        self._engine = database.engine

    def of(self, project: str) -> ProjectSettings:
        """The settings of a project; the defaults of one that has chosen nothing."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(project_settings.c.zone, project_settings.c.week_start).where(
                    project_settings.c.project == project
                )
            ).one_or_none()
        return ProjectSettings(row.zone, cast("WeekStart", row.week_start)) if row else ProjectSettings()

    def put(self, project: str, wanted: ProjectSettings) -> None:
        """Replace the settings of a project.

        Args:
            project: whose.
            wanted: with a zone and a day that `api.zones` knows.
        """
        values = asdict(wanted)
        with self._engine.begin() as connection:
            given = upsert(connection, project_settings).values(project=project, **values)
            connection.execute(given.on_conflict_do_update(index_elements=["project"], set_=values))
