"""Values at hand: those that were used last, in a bounded room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Values that were used last, up to a size of all together."""

    def __init__(self, most: int, size: Callable[[V], int] = lambda _: 1) -> None:
        self._most = most
        self._size = size
        self._values: OrderedDict[K, V] = OrderedDict()
        self._sum = 0

    def get(self, key: K) -> V | None:
        """The value, if it is kept."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key]

    def put(self, key: K, value: V) -> None:
        """Keep a value, and let go of those that were not used for longest."""
        if key in self._values:
            self._sum -= self._size(self._values.pop(key))
        self._values[key] = value
        self._sum += self._size(value)
        while self._sum > self._most and len(self._values) > 1:
            self._sum -= self._size(self._values.popitem(last=False)[1])

    def all(self) -> list[tuple[K, V]]:
        """What is kept, what was used last at the end; none is used by that."""
        return list(self._values.items())
