"""How each project wants its days and weeks: the time zone in which days begin, and the day with which weeks do.

One zone for the whole project, so that everybody reads the same numbers: two people who look at "Monday" from different
places must not see two Mondays.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Final, Literal, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from audioscape_server.control.database import ControlDatabase, upsert
from audioscape_server.control.projects import require_project
from audioscape_server.control.schema import project_settings
from audioscape_server.errors import InvalidRequestError

#: What a name of a zone looks like, so that no path of a file is one.
_ZONE = re.compile(r"[A-Za-z0-9+-]+(?:[/_][A-Za-z0-9+-]+)*")
_MAX_ZONE_CHARS = 64


#: The first day of a week.
WeekStart = Literal["monday", "sunday", "saturday"]
WEEK_STARTS: Final[tuple[WeekStart, ...]] = get_args(WeekStart)


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

        Raises:
            InvalidRequestError: the project's name, the zone or the day is none.
        """
        require_project(project)
        require_zone(wanted.zone)
        if wanted.week_start not in WEEK_STARTS:
            raise InvalidRequestError(
                f"week_start: expected one of {', '.join(WEEK_STARTS)}, found {wanted.week_start[:40]!r}"
            )
        values = asdict(wanted)
        with self._engine.begin() as connection:
            given = upsert(connection, project_settings).values(project=project, **values)
            connection.execute(given.on_conflict_do_update(index_elements=["project"], set_=values))


def require_zone(name: str) -> None:
    """Refuse what is no time zone.

    Raises:
        InvalidRequestError: this machine's zone data has no such name.
    """
    if len(name) <= _MAX_ZONE_CHARS and _ZONE.fullmatch(name):
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
        else:
            return
    raise InvalidRequestError(f"zone: expected the IANA name of a time zone, such as Europe/Paris, found {name[:40]!r}")
