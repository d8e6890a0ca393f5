"""Every command that a page tells to type is one that there is, with options that it has."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from cyclopts import CycloptsError, MissingArgumentError

from audioscape_server.cli.app import build

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("sdks/*/README.md")])
#: Where something is left out nobody can type the rest.
LEFT_OUT = "…"


def mentioned(text: str) -> list[str]:
    """What stands behind `audioscape` between backticks: which command is meant, not always all that it needs."""
    return [each for each in re.findall(r"`audioscape ([^`]+)`", text) if LEFT_OUT not in each]


def told(text: str) -> list[str]:
    """What stands behind `audioscape` in the lines of each block of code, and in the unit of the service."""
    blocks = re.findall(r"^```(?:console|ini)?\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines() if LEFT_OUT not in line]
    found = [re.match(r"(?:\$ |ExecStart=)?(?:sudo -u \w+ )?(?:\S*/)?audioscape (.+)", line) for line in lines]
    return [each[1] for each in found if each]


COMMANDS = sorted({command for page in PAGES for command in told(page.read_text("utf-8"))})
MENTIONED = sorted({" ".join(each.split()) for page in PAGES for each in mentioned(page.read_text("utf-8"))})


def read(command: str) -> None:
    """Read a command line as the program does, and do nothing."""
    build().parse_args(shlex.split(command, comments=True), print_error=False, exit_on_error=False)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_is_told_can_be_typed(command: str) -> None:
    try:
        read(command)
    except CycloptsError as error:
        pytest.fail(f"audioscape {command}: {error}")


@pytest.mark.parametrize("command", MENTIONED)
def test_there_is_a_command_that_is_mentioned(command: str) -> None:
    try:
        read(command)
    except MissingArgumentError:
        pass  # the sentence around it says what it is given
    except CycloptsError as error:
        pytest.fail(f"audioscape {command}: {error}")


@pytest.mark.parametrize(
    "wrong", ["key list", "keys lst", "keys create", "keys list --jsn", "scores publish --half-life long"]
)
def test_a_command_that_there_is_not_would_be_seen(wrong: str) -> None:
    with pytest.raises(CycloptsError):
        read(wrong)


def test_the_commands_are_found() -> None:
    assert len(COMMANDS) > 30
    assert len(MENTIONED) > 10
    assert "serve --data /var/lib/audioscape --address-rate 0" in COMMANDS
