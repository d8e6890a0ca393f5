"""The README's recipes, file by file as they stand there, in the real frameworks against the fault server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import SRC

README = (Path(__file__).resolve().parent.parent / "README.md").read_text("utf-8")
FILES = dict(re.findall(r"^```python\n# (\S+\.py)\n(.*?)^```", README, re.DOTALL | re.MULTILINE))

FASTAPI = """
from app import app
from fastapi.testclient import TestClient

with TestClient(app) as web:  # begins and ends the app's lifespan, as a server does
    for asset_id in (1, 2, 3):
        assert web.post(f"/plays/{asset_id}?player_id=player-42").status_code == 204
assert app.state.audioscape.stats.accepted == 3
"""

DJANGO = """
import django
from django.conf import settings
from django.urls import path

settings.configure(INSTALLED_APPS=["music.apps.MusicConfig"], ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"])
django.setup()

from django.test import Client
from music.views import play

urlpatterns = [path("plays/<str:asset_id>", play)]

for asset_id in (1, 2, 3):
    assert Client().get(f"/plays/{asset_id}?player_id=player-42").status_code == 204
"""

#: Name -> the framework's module, the recipe's files, and what a project around it does.
RECIPES = {
    "FastAPI": ("fastapi", ["app.py"], FASTAPI),
    "Django": ("django", ["music/apps.py", "music/views.py"], DJANGO),
}


@pytest.mark.parametrize("name", RECIPES)
def test_the_events_of_a_recipe_arrive(name, server, control, tmp_path):
    module, files, project = RECIPES[name]
    pytest.importorskip(module)
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(FILES[file], "utf-8")
    (tmp_path / "project.py").write_text(project, "utf-8")
    done = subprocess.run(
        [sys.executable, "project.py"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(SRC),
            "AUDIOSCAPE_API_KEY": "key-of-the-recipe",
            "AUDIOSCAPE_ENDPOINT": server.events,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    received = control.received()
    assert [(event["type"], event["asset_id"], event["player_id"]) for event in received["stored"]] == [
        ("play", str(asset_id), "player-42") for asset_id in (1, 2, 3)
    ]
    assert {request["headers"]["x-api-key"] for request in received["requests"]} == {"key-of-the-recipe"}


def test_every_recipe_is_run():
    assert sorted(FILES) == sorted(file for _, files, _ in RECIPES.values() for file in files)
