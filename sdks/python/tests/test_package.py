"""What is installed is what was tested: the built wheel is whole, and works on its own."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling")

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(f"audioscape/{file.name}" for file in (ROOT / "src" / "audioscape").glob("*.py"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_modules_the_types_and_the_licence(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert sorted(name for name in names if name.endswith(".py")) == MODULES
    assert "audioscape/py.typed" in names
    assert any(name.endswith("LICENSE") for name in names)


def test_the_wheel_works_without_anything_else(wheel, server, control):
    script = f"import sys; sys.path.insert(0, {str(wheel)!r}); import audioscape as a\n"
    script += f"with a.AudioScape('k', endpoint={server.events!r}) as c: c.track_play(1, 7)"
    subprocess.run([sys.executable, "-I", "-S", "-c", script], check=True, capture_output=True)
    assert control.stored() == [1]
