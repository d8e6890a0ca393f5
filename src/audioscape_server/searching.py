"""Where this worker ranks searches, and looks after what it needs for that.

A search whose clicks are at hand is ranked at once, in the event loop: it takes less than a millisecond, and to hand it
to a thread and back would cost two more waits for the processor, beside a loader and jobs that want it, too. Whatever
has to ask the warehouse has a thread of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from audioscape_server.chores import Chore
from audioscape_server.lanes import Lane
from audioscape_server.scores.ranker import NotAtHandError, Ranker
from audioscape_server.scores.search_orders import SearchOrders
from audioscape_server.warehouse import Warehouse

#: Seconds in which a search is ranked: who waits longer does without.
RANKING_S: Final = 2.0
#: Seconds between two looks whether something new counts, and for which one is waited for.
LOOK_S: Final = 1.0
LOOKING_S: Final = 15.0

T = TypeVar("T")


class Searching:
    """Ranks searches. For one event loop.

    Args:
        warehouse: holds what was learnt from clicks, and takes the orders that are asked.
        clock: Unix seconds.
    """

    def __init__(self, warehouse: Warehouse, clock: Callable[[], float]) -> None:
        self._warehouse = warehouse
        self._orders = SearchOrders(clock)
        self._ranker = Ranker(warehouse, self._orders.note)
        self._at_hand = self._ranker.at_hand()
        self._ranking = Lane("search ranking", RANKING_S)
        self._looking = Lane("searches", LOOKING_S)

    @property
    def is_busy(self) -> bool:
        """Whether anything is asked of the warehouse."""
        return self._ranking.is_busy or self._looking.is_busy

    async def rank(self, work: Callable[[Ranker], T]) -> T:
        """Have something done with the ranker: at once where it need not ask, so it may be begun twice.

        Raises:
            ServiceUnavailableError: the warehouse is away, or hangs.
        """
        try:
            return work(self._at_hand)
        except NotAtHandError:
            return await self._ranking.run(lambda: work(self._ranker))

    def chore(self) -> Chore:
        """What keeps it up to date."""
        return Chore("searches", LOOK_S, lambda: self._looking.run(self._look))

    def _look(self) -> None:
        self._ranker.refresh()
        self._orders.write(self._warehouse)
