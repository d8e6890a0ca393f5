"""What a project keeps in the control database for the people who look at it.

Threads of its own do what requests ask of it, one for what is small and one for what takes long: a control database
that hangs takes neither the event loop nor the threads that answer questions, and an import holds up no page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from audioscape_server.control.annotations import Annotations
from audioscape_server.control.catalog import Catalog
from audioscape_server.control.database import ControlDatabase
from audioscape_server.control.experience_names import ExperienceNames
from audioscape_server.control.guests import Guests
from audioscape_server.control.project_settings import SettingsOfProjects
from audioscape_server.control.saved_views import SavedViews
from audioscape_server.control.shares import Shares
from audioscape_server.lanes import Lane

T = TypeVar("T")

#: Seconds in which something small is read or written, and a file is taken, waiting included.
_WITHIN_S: Final = 5.0
_LONG_WITHIN_S: Final = 60.0


class Workspace:
    """The things themselves, and the threads in which requests reach them.

    Args:
        database: the control database.
        clock: Unix seconds.
    """

    def __init__(self, database: ControlDatabase, clock: Callable[[], float]) -> None:
        self.catalog: Final = Catalog(database)
        self.settings: Final = SettingsOfProjects(database)
        self.annotations: Final = Annotations(database, clock)
        self.views: Final = SavedViews(database, clock)
        self.names: Final = ExperienceNames(database, clock)
        self.guests: Final = Guests(database)
        self.shares: Final = Shares(database, clock)
        self._lane = Lane("workspace", _WITHIN_S)
        self._long_lane = Lane("imports", _LONG_WITHIN_S)

    async def run(self, work: Callable[[Workspace], T]) -> T:
        """Do something with them; raises a `ServiceUnavailableError` when it takes too long."""
        return await self._lane.run(lambda: work(self))

    async def run_long(self, work: Callable[[Workspace], T]) -> T:
        """As `run`, for what may take a minute."""
        return await self._long_lane.run(lambda: work(self))
