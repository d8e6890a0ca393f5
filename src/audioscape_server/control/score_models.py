"""The numbers by which each project is scored. Every version stays: old scores were made with old ones."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, insert, select

from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.projects import require_project
from audioscape_server.control.schema import score_models


class ScoreModels:
    """Published models, by project.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self._engine = database.engine
        self._clock = clock

    def newest(self, project: str) -> str | None:
        """The parameters that count, as they were published; None where none were."""
        wanted = (
            select(score_models.c.parameters)
            .where(score_models.c.project == project)
            .order_by(score_models.c.version.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            return connection.scalar(wanted)

    def publish(self, project: str, parameters: Callable[[int], str]) -> int:
        """Store parameters under the next version, from 1; returns that.

        Args:
            project: which is scored by them from now on.
            parameters: their text, for a version.

        Raises:
            InvalidRequestError: the project's name is none.
            IntegrityError: somebody else publishes at the same time.
        """
        require_project(project)
        with self._engine.begin() as connection:
            before = select(func.max(score_models.c.version)).where(score_models.c.project == project)
            version = (connection.scalar(before) or 0) + 1
            connection.execute(
                insert(score_models).values(
                    project=project, version=version, parameters=parameters(version), published_at=self._clock()
                )
            )
        return version
