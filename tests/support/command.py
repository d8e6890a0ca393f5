"""The command ``audioscape`` run in this process: as quick as a call, and what it prints can be read."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from audioscape_server.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Command:
    """Runs commands in a folder of their own, with an environment of their own.

    Args:
        folder: the working directory; the data folder is ``data`` in it.
        capture: takes what is printed.
    """

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.data = folder / "data"
        self._capture = capture

    def __call__(self, *arguments: str, env: Mapping[str, str] | None = None) -> Done:
        """Run ``audioscape`` with these arguments."""
        self._capture.readouterr()
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Cyclopts application invoked without tokens")
            for name in list(os.environ):
                if name.startswith("AUDIOSCAPE_"):
                    patch.delenv(name)
            for name, value in (env or {}).items():
                patch.setenv(f"AUDIOSCAPE_{name}", value)
            patch.setenv("TZ", os.environ.get("TZ", "UTC"))  # what the command changes is put back
            patch.chdir(self.folder)
            patch.setattr("sys.argv", ["audioscape", *arguments])
            umask = os.umask(0o022)
            try:
                main()
                code: object = 0
            except SystemExit as end:
                code = end.code or 0
            finally:
                os.umask(umask)
        assert isinstance(code, int), code
        return Done(code, *self._capture.readouterr())
