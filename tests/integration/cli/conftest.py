from __future__ import annotations

from pathlib import Path

import pytest

from support.command import Command


@pytest.fixture
def audioscape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(tmp_path, capsys)
