"""What the README and the page on scoring tell to type is run as it stands: the commands, the output."""

from __future__ import annotations

import re
import subprocess
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.waiting import eventually

if TYPE_CHECKING:
    from support.server import Server

README = Path(__file__).parents[2] / "README.md"
SCORING = README.parent / "docs" / "scoring.md"
ADDRESS = "http://127.0.0.1:8000"


def session(page: Path) -> list[tuple[str, str]]:
    """(command, output) of every block of a page that begins with a prompt and asks a server."""
    blocks = re.findall(r"```console\n\$ (curl .*?)```", page.read_text(), re.DOTALL)
    # A command goes on over indented lines; the first line after it that is not is the output.
    return [re.fullmatch(r"(.*?(?:\n  .*?)*)\n(\S.*)", block.rstrip(), re.DOTALL).groups() for block in blocks]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def outputs(server: Server) -> list[tuple[str, str]]:
    """(expected, got) of every command, run in order by a shell against a server of its own project."""
    key = server.create_key("readme", project="readme")
    got: list[tuple[str, str]] = []
    for command, told in session(README):
        expected = told.strip()
        shell = partial(run, command.replace(ADDRESS, server.url), key)
        # "A moment later": what is asked may be asked again. What is sent is sent once.
        printed = shell() if " -d " in command else eventually(shell, until=expected.__eq__)
        server.settled(key)
        got.append((expected, printed))
    return got


def run(line: str, key: str) -> str:
    """What a shell prints."""
    done = subprocess.run(
        ["bash", "-c", line], env={"PATH": "/usr/bin:/bin:/usr/local/bin", "KEY": key},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout.strip()


def test_every_command_prints_what_the_readme_says(outputs: list[tuple[str, str]]) -> None:
    assert len(outputs) == 2
    for expected, got in outputs:
        assert got == expected


def test_a_ranking_is_answered_as_the_page_says(server: Server) -> None:
    """A project that nobody has searched: it comes back as it was sent."""
    key = server.create_key("ranking", project="ranking")
    [(command, told)] = session(SCORING)
    assert run(command.replace(ADDRESS, server.url), key) == told.strip()


def test_every_link_leads_to_a_file() -> None:
    for page in [README, *README.parent.glob("docs/**/*.md"), README.parent / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
