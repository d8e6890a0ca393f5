"""Whether ours answers what an oracle answers that counts everything exactly.

Numbers have to be equal, floats but for rounding. Only distinct listeners that ours calls estimated (`listeners_exact`
is false) may differ, by what docs/counting.md promises of them: at most 0.5 % in 997 of 1,000 cases. A promise about a
thousand cases is not broken by one, so all estimates of a run are judged together: as many may be off by more as chance
brings about, and none by more than 1 %, or by more than one listener where that is more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, TypeAlias

#: What an answer is made of.
Plain: TypeAlias = "str | float | tuple[int, int] | list[Plain] | dict[Any, Plain] | None"

#: By how much an estimate may be off, and the share of estimates that may be off by more (docs/counting.md).
WITHIN, SHARE_BEYOND = 0.005, 0.003
#: By how much no estimate may be off, and by how many listeners each may.
NEVER_BEYOND, ALWAYS_WITHIN = 0.01, 1
#: What happens less often than this by chance did not happen by chance.
UNLIKELY = 0.001


@dataclass
class Comparison:
    """Compares answers, one after the other.

    Attributes:
        estimates: how many were compared.
        beyond: those that were off by more than `WITHIN`.
    """

    estimates: int = 0
    beyond: list[str] = field(default_factory=list[str])
    _unequal: list[str] = field(default_factory=list[str])

    def add(self, ours: Plain, theirs: Plain, where: str = "") -> None:
        """Compare two answers: plain data, numbers at the leaves.

        Args:
            ours: may say `listeners_exact` beside `listeners`; true where it does not.
            theirs: the same without it, always exact.
            where: the question, for telling what differs.
        """
        match ours, theirs:
            case dict(), dict():
                self._add_members(ours, theirs, where)
            case list(), list():
                self._add_rows(ours, theirs, where)
            case _ if not _are_same(ours, theirs):
                self._unequal.append(f"{where}: {ours!r} and {theirs!r}")
            case _:
                pass

    def differences(self) -> list[str]:
        """What differs by more than it may, in words; nothing when all is well."""
        if is_likely(len(self.beyond), SHARE_BEYOND * self.estimates):
            return list(self._unequal)
        told = f"{len(self.beyond)} of {self.estimates} estimates of listeners are off by more than {WITHIN:.1%}:"
        return [*self._unequal, f"{told} {'; '.join(self.beyond[:5])}"]

    def _add_members(self, ours: dict[Any, Plain], theirs: dict[Any, Plain], where: str) -> None:
        names = ours.keys() - {"listeners_exact"}
        if names != set(theirs):
            self._unequal.append(f"{where}: {sorted(names ^ set(theirs), key=str)[:5]} on one side only")
            return
        for name in names:
            if name == "listeners" and not ours.get("listeners_exact", True):
                self._add_estimate(ours[name], theirs[name], f"{where}.{name}")
            else:
                self.add(ours[name], theirs[name], f"{where}.{name}")

    def _add_rows(self, ours: list[Plain], theirs: list[Plain], where: str) -> None:
        if len(ours) != len(theirs):
            self._unequal.append(f"{where}: {len(ours)} and {len(theirs)} rows")
            return
        for at, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            self.add(one, other, f"{where}[{at}]")

    def _add_estimate(self, ours: Any, theirs: Any, where: str) -> None:
        self.estimates += 1
        off, told = abs(ours - theirs), f"{where}: {ours} estimated, {theirs} counted"
        if off > max(NEVER_BEYOND * theirs, ALWAYS_WITHIN):
            self._unequal.append(told)
        if off > WITHIN * theirs:
            self.beyond.append(told)


def is_likely(found: int, expected: float) -> bool:
    """Whether as many rare cases as these, or more, come by chance where so many are expected (Poisson)."""
    fewer = sum(math.exp(-expected) * expected**number / math.factorial(number) for number in range(found))
    return 1 - fewer >= UNLIKELY


def _are_same(ours: Plain, theirs: Plain) -> bool:
    if isinstance(ours, float) and isinstance(theirs, (int, float)):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-6)
    return ours == theirs
