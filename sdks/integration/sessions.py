"""A game on each SDK, in a process of its own, with a virtual clock and real HTTP.

Protocol, one line of JSON each way:

* first in: ``{"endpoint", "control", "key", "wall", "rng", "options"}``. ``control`` is the proxy's control port or
  null, ``wall`` the Unix seconds at which the clock begins, ``rng`` what the random source always returns.
* then in, again and again: a list of steps (``advance``, ``call``, ``player``, ``media`` as ``play.py`` makes them;
  ``flush`` and ``close`` with their deadline in seconds).
* out, for each list: ``{"stats", "rejected": [[id, message]], "dropped": [[id, reason]]}``, the last two since the last
  report. ``id`` is what the event carries in its metadata; an event without one has an empty id.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HERE = Path(__file__).resolve().parent
SDKS = HERE.parent

#: Real seconds in which a driver has to come to rest at one moment of its clock, on a busy machine.
PATIENCE_S = 60


@dataclass(frozen=True)
class Sdk:
    """One SDK, and how a game on it is run.

    Args:
        name: the folder under ``sdks``.
        driver: what runs the game, and its program under ``drivers``.
        source_variable: the environment variable that tells the driver which build to use.
        close_s: the longest that ``close`` may take by default, in seconds.
    """

    name: str
    driver: tuple[str, str]
    source_variable: str
    close_s: int

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> Path:
        """Its source, of which a mutant is a changed copy."""
        return SDKS / self.name / "src"

    def missing(self) -> str | None:
        """What has to be installed before a game can run; None when nothing is missing."""
        if self.name == "luau" and importlib.util.find_spec("pluau") is None:
            return "the Luau VM is missing: pip install pluau (needs Python 3.11 or newer)"
        if self.name == "javascript" and shutil.which("node") is None:
            return "Node is missing"
        if self.name == "javascript" and not (SDKS / "javascript" / "node_modules" / "esbuild").exists():
            return "the JavaScript SDK cannot be built: run npm ci in sdks/javascript"
        return None

    def build(self, source: Path, target: Path) -> Path:
        """Build the SDK from a source folder; the folder to run it from. Only JavaScript needs to be built."""
        if self.name != "javascript":
            return source
        script = SDKS / "javascript" / "scripts" / "build.mjs"
        code = f"import {{ bundle }} from {json.dumps(script.as_uri())}; bundle(...process.argv.slice(1))"
        subprocess.run(
            ["node", "--input-type=module", "--eval", code, str(source), str(target)],
            check=True, capture_output=True, text=True, cwd=SDKS / "javascript",
        )  # fmt: skip
        return target


SDK_LIST = (
    Sdk("python", (sys.executable, "python_session.py"), "SDK_SOURCE", 10),
    Sdk("luau", (sys.executable, "luau_session.py"), "SDK_SOURCE", 20),
    Sdk("javascript", ("node", "javascript_session.mjs"), "AUDIOSCAPE_DIST", 10),
)


@dataclass(frozen=True)
class Report:
    """What a game says of its client. ``rejected`` and ``dropped`` are since the last report."""

    stats: dict[str, Any]
    rejected: list[list[str]]
    dropped: list[list[str]]

    def balance(self) -> int:
        """What the counters add up to; it has to be ``stats["tracked"]``."""
        return sum(self.stats[name] for name in ("accepted", "rejected", "dropped", "queued"))


class Session:
    """A running game: ``with Session(sdk, build, endpoint=…, …) as session: session.play(steps)``."""

    def __init__(
        self,
        sdk: Sdk,
        build: Path,
        *,
        endpoint: str,
        key: str,
        wall: float,
        rng: float = 0.0,
        control: str | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self.sdk = sdk
        self._build = build
        self._beginning = {
            "endpoint": endpoint,
            "control": control,
            "key": key,
            "wall": wall,
            "rng": rng,
            "options": dict(options or {}),
        }

    def __enter__(self) -> Self:
        environment = {
            **os.environ,
            self.sdk.source_variable: str(self._build),
            "AUDIOSCAPE_TEST_PATIENCE": str(PATIENCE_S),
        }
        program, driver = self.sdk.driver
        self._process = subprocess.Popen(
            [program, HERE / "drivers" / driver],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._send(self._beginning)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def play(self, steps: Iterable[Mapping[str, Any]]) -> Report:
        """Play steps; what the client says afterwards.

        Raises:
            AssertionError: the game broke; the text has what it said.
        """
        self._send(list(steps))
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            _, complaints = self._process.communicate()
            raise AssertionError(f"the game on the {self.sdk} SDK broke\n{complaints[-4_000:]}")
        said = json.loads(line)
        # A Luau table that is empty is neither list nor object.
        return Report(said["stats"], list(said["rejected"]), list(said["dropped"]))

    def close(self) -> Report:
        """End the client as a game does."""
        return self.play([{"close": self.sdk.close_s}])

    def _send(self, message: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()
