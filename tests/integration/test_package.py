"""What is installed holds all that a server needs, built with no Node and no network; a server loads no more."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.server import Server

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "audioscape_server"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    [built] = folder.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


@pytest.mark.parametrize("pattern", ["**/*.py", "**/*.sql", "dashboard/built/**/*"])
def test_every_file_of_the_package_is_in_the_wheel(wheel: list[str], pattern: str) -> None:
    files = [path for path in PACKAGE.glob(pattern) if path.is_file() and "__pycache__" not in path.parts]
    assert files
    missing = {f"audioscape_server/{path.relative_to(PACKAGE).as_posix()}" for path in files} - set(wheel)
    assert not missing


def test_the_luau_sdk_that_the_command_hands_out_is_in_the_wheel(wheel: list[str]) -> None:
    assert any(name.startswith("audioscape_server/luau/") and name.endswith(".luau") for name in wheel)


def test_a_server_that_stores_events_loads_no_pandas(server: Server) -> None:
    # The driver would load it at the first INSERT, which a new warehouse begins with.
    server.post([{"type": "play", "asset_id": "1", "duration": 1}], server.create_key(project="package"))
    loaded = Path(f"/proc/{server.pid}/maps").read_text("utf-8")
    assert "/pyarrow/" in loaded, "libraries are seen here by another name"
    assert "/pandas/" not in loaded
