"""``audioscape demo``: a server with a week in it, and nothing left of it afterwards."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from support.server import COMMAND, STOP_S
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_the_demo_answers_what_it_says_and_leaves_nothing(tmp_path: Path) -> None:
    command: Sequence[str] = [*COMMAND, "demo", "--events", "500"]
    with (tmp_path / "out").open("w+") as out:
        demo = subprocess.Popen(command, cwd=tmp_path, stdout=out, stderr=subprocess.STDOUT)
        try:
            told = eventually(
                (tmp_path / "out").read_text,
                until=lambda text: "All other questions" in text or demo.poll() is not None,
                within=90,
            )
            asked = re.findall(r"curl -s '(\S+)' -H 'x-api-key: (\S+)'", told)
            assert len(asked) == 2, told
            for url, key in asked:
                assert httpx.get(url, headers={"x-api-key": key}, trust_env=False).status_code == 200
            [(server, token)] = re.findall(r"^\s*(http://\S+)/join#(\S+)$", told, re.MULTILINE)
            looked = httpx.post(f"{server}/join/look", json={"token": token}, trust_env=False)
            assert (looked.status_code, looked.json()["role"]) == (200, "owner")
            folder = Path(re.findall(r"(/\S+)/truth\.json$", told)[0])
            assert folder.exists()
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(STOP_S)
    assert demo.returncode == 0
    assert not folder.exists()
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]
