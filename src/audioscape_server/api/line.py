"""The line in front of the threads that answer questions: who waits, who runs, and who is next.

Promises:
    * At most `MAX_RUNNING` run at a time, at most `MAX_RUNNING_OF_PROJECT` of one project: no project can take every
      thread. At most `MAX_WAITING_OF_PROJECT` of a project wait.
    * The next is of the project with the fewest running, of equals the one whose turn was longest ago; within a project
      of the key whose turn was longest ago; of one key, the one that came first.
    * Nobody who may run waits while a thread is free.

There is no clock, thread or task in here.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol, TypeVar

from audioscape_server.errors import ServiceUnavailableError

#: Questions that run at a time. Each holds a connection to the warehouse and uses all the cores that it can get.
MAX_RUNNING: Final = 4
#: Those of one project.
MAX_RUNNING_OF_PROJECT: Final = 2
#: Questions of one project that may wait for their turn.
MAX_WAITING_OF_PROJECT: Final = 50


class Asked(Protocol):
    """What stands in line."""

    @property
    def project(self) -> str:
        """Whose data is asked for."""
        ...

    @property
    def key(self) -> str:
        """The key that asks."""
        ...


A = TypeVar("A", bound=Asked)


@dataclass(slots=True)
class _Project(Generic[A]):
    running: int = 0
    #: What waits, by key; first the key whose turn was longest ago. A key without anything that waits is not in here.
    waiting: OrderedDict[str, deque[A]] = field(default_factory=OrderedDict[str, deque[A]])


class Line(Generic[A]):
    """See the module."""

    def __init__(self) -> None:
        #: First the project whose turn was longest ago. A project that neither waits nor runs is not in here.
        self._projects: OrderedDict[str, _Project[A]] = OrderedDict()

    def join(self, asked: A) -> None:
        """Stand at the end of the line of one's key.

        Raises:
            ServiceUnavailableError: too many of the project wait.
        """
        project = self._projects.setdefault(asked.project, _Project())
        if sum(map(len, project.waiting.values())) >= MAX_WAITING_OF_PROJECT:
            raise ServiceUnavailableError(f"{MAX_WAITING_OF_PROJECT} questions of this project wait")
        project.waiting.setdefault(asked.key, deque()).append(asked)

    def leave(self, asked: A) -> bool:
        """Do not wait any longer; says whether it was still waiting."""
        project = self._projects.get(asked.project)
        of_key = project.waiting.get(asked.key) if project else None
        if project is None or of_key is None or asked not in of_key:
            return False
        of_key.remove(asked)
        self._tidy(asked, project)
        return True

    def next(self) -> A | None:
        """Whose turn it is, if anybody's; it runs from now on until `end`."""
        if sum(project.running for project in self._projects.values()) >= MAX_RUNNING:
            return None
        ready = [
            project
            for project in self._projects.values()
            if project.waiting and project.running < MAX_RUNNING_OF_PROJECT
        ]
        if not ready:
            return None
        project = min(ready, key=lambda one: one.running)  # of equals the first
        asked = next(iter(project.waiting.values())).popleft()
        project.running += 1
        project.waiting.move_to_end(asked.key)
        self._projects.move_to_end(asked.project)
        self._tidy(asked, project)
        return asked

    def end(self, asked: A) -> None:
        """What ran has ended."""
        project = self._projects[asked.project]
        project.running -= 1
        self._tidy(asked, project)

    def _tidy(self, asked: A, project: _Project[A]) -> None:
        if not project.waiting.get(asked.key, True):
            del project.waiting[asked.key]
        if not project.waiting and not project.running:
            del self._projects[asked.project]
