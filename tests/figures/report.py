"""How a figure is told: progress on standard error, and one line of JSON on standard output."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from support.oracle import Verdict


@dataclass
class Report:
    """A figure in the making.

    Args:
        figure: its name.
        results: a file of earlier results of the same command, to which each group's is added: a run that was broken
            off goes on where it was.
        budget_s: seconds after which no further group is begun.
    """

    figure: str
    results: Path | None = None
    budget_s: float = float("inf")
    total: dict[str, Any] = field(default_factory=dict[str, Any])
    findings: list[str] = field(default_factory=list[str])
    _begun_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Take up what an earlier run left."""
        if self.results is not None and self.results.exists():
            for line in self.results.read_text().splitlines():
                earlier = json.loads(line)
                if earlier.pop("figure") == self.figure:
                    self.findings += earlier.pop("findings")
                    self._add(earlier)

    def may_go_on(self) -> bool:
        """Whether there is time for another group."""
        return time.monotonic() - self._begun_at < self.budget_s

    def add(self, verdict: Verdict | None, **more: float) -> None:
        """Add a group's outcome; numbers are added up, those that are called ``worst_…`` are compared."""
        found = dict(more)
        if verdict is not None:
            found |= {name: getattr(verdict, name) for name in ("acknowledged", "stored", "lost", "doubled")}
            self.findings += verdict.findings
        if self.results is not None:
            with self.results.open("a") as file:
                line = {"figure": self.figure, "findings": verdict.findings if verdict else [], **found}
                file.write(json.dumps(line) + "\n")
        self._add(found)
        self.say(", ".join(f"{name} {value:,.6g}" for name, value in found.items()))

    def say(self, text: str) -> None:
        """Say how far it is."""
        print(f"{time.monotonic() - self._begun_at:8.1f} s  {self.figure}: {text}", file=sys.stderr, flush=True)

    def end(self) -> int:
        """Print the result; the exit status."""
        print(json.dumps({"figure": self.figure, **self.total, "findings": self.findings}), flush=True)
        return 1 if self.findings else 0

    def _add(self, found: dict[str, Any]) -> None:
        for name, value in found.items():
            before = self.total.get(name, 0)
            self.total[name] = max(before, value) if name.startswith("worst_") else round(before + value, 3)
