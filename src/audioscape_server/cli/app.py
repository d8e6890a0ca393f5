"""The command itself: where settings come from, and what an error looks like."""

from __future__ import annotations

import dataclasses
import difflib
import os
import sys
import time
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from cyclopts import App, ArgumentCollection
from cyclopts.config import Dict, Env
from rich.text import Text

from audioscape_server import __version__, failpoints
from audioscape_server.cli.console import errors
from audioscape_server.errors import AudioScapeError, ConfigurationError
from audioscape_server.operations.failures import in_words
from audioscape_server.settings import Settings

#: Where the settings file is looked for when AUDIOSCAPE_CONFIG names none.
DEFAULT_CONFIG = "audioscape.toml"
_PREFIX = "AUDIOSCAPE_"
CONFIG_VARIABLE = f"{_PREFIX}CONFIG"
#: Variables without their prefix that are near a setting and are none: an option of `audioscape sdk`.
_OTHER_VARIABLES = {"FORMAT"}
#: How near a variable must be to a setting to be taken for a misspelt one: 1 is the same.
_NEAR = 0.65

_HELP = f"""Self-hosted analytics for music in games: every accepted event is counted exactly once.

Every setting is a flag, an environment variable (`--spool-max-bytes` is `AUDIOSCAPE_SPOOL_MAX_BYTES`) and a line of
`{DEFAULT_CONFIG}` (`spool_max_bytes = …`) or of the file that `{CONFIG_VARIABLE}` names, in that order of precedence.
"""


_CHECK = """Prove that every accepted event is in one place and one only.

Recounts everything, the rollups too; loading pauses meanwhile, accepting does not. Exit code 1 when something does not
add up."""

_DOCTOR = """Say in plain words what is wrong with an installation.

Changes nothing. Exit code 1 when something is wrong."""

_MIGRATE = """Bring the databases up to date.

The server does it at its start, too."""

_ADOPT = """Tie the folder to the control database and the secret that it has now.

For when the old ones are lost for good: the server does not start with others, because every client would be refused
and would drop its events. Keys of the lost ones do not work any more; what was accepted stays. No server may run."""

_SIMULATE = """Play a simulated music game, and write down what is true of it.

Up to 7 days are posted to the running server; more are put into a stopped installation."""

#: Each command: where it is, and its help; the list of commands shows the first line.
_COMMANDS = {
    "serve": ("serve:serve", "Run the server until it is told to stop (Ctrl-C, SIGTERM)."),
    "keys": ("keys:app", "Create, import, list, revoke and rotate API keys."),
    "users": ("users:app", "Say who may sign in, and what each may do."),
    "sdk": ("sdk:app", "Hand out an SDK that knows this server's address."),
    "catalog": ("catalog:app", "Import names for assets, so that answers carry titles."),
    "scores": (
        "scores:app",
        "See what other numbers would do to scores, publish them, and ask why a track has its score.",
    ),
    "demo": ("demo:demo", "Run a server with a simulated week in it, to look at."),
    "simulate": ("simulate:simulate", _SIMULATE),
    "check": ("upkeep:check", _CHECK),
    "acknowledge": ("upkeep:acknowledge", "Say that you have read what `check` says has happened."),
    "doctor": ("upkeep:doctor", _DOCTOR),
    "quarantine": ("upkeep:quarantine", "List events that the warehouse refused, and put them back."),
    "migrate": ("upkeep:migrate", _MIGRATE),
    "adopt": ("upkeep:adopt", _ADOPT),
}


def build() -> App:
    """The command with all its subcommands.

    Raises:
        ConfigurationError: the settings file cannot be read, or there is no working folder to find it in.
    """
    try:
        Path.cwd()
    except FileNotFoundError:
        raise ConfigurationError("The working folder is gone: change to another one, and try again.") from None
    _require_known_variables(os.environ)
    app = App(
        name="audioscape",
        help=_HELP,
        version=__version__,
        config=[
            _Variables(_PREFIX, command=False),
            Dict(_settings_file(), allow_unknown=True, use_commands_as_keys=False),
            _refuse_empty_paths,
        ],
    )
    # By name: a command loads what it needs and nothing else, so `keys` does not wait for ClickHouse's library.
    for name, (target, about) in _COMMANDS.items():
        app.command(f"audioscape_server.cli.{target}", name=name, help=about)
    return app


class _Variables(Env):
    """The environment. An empty variable counts as unset: that is how shells and compose files leave one out."""

    def __call__(self, app: App, commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
        """Add what the variables say to the arguments of a command."""
        super().__call__(app, commands, arguments)
        for argument in arguments:
            argument.tokens[:] = [token for token in argument.tokens if token.source != self.source or token.value]


def _refuse_empty_paths(_app: App, _commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Refuse a flag or a line whose path is empty: it would be read as the working folder.

    Raises:
        ConfigurationError: there is one.
    """
    for argument in arguments:
        if argument.hint is Path and any(not token.value for token in argument.tokens):
            raise ConfigurationError(f"{argument.name} is empty: give a path, or leave it out.")


def _settings_file() -> dict[str, Any]:
    named = os.environ.get(CONFIG_VARIABLE)
    file = Path(named or DEFAULT_CONFIG)
    if not named and not file.exists():
        return {}
    try:
        given = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"The settings file {file} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise ConfigurationError(f"The settings file {file} is not valid TOML: {error}.") from None
    _require_known(file, given)
    return given


def _require_known_variables(variables: Iterable[str]) -> None:
    """Refuse a variable that is nearly a setting; one that is far from all of them belongs to something else.

    Raises:
        ConfigurationError: a variable is misspelt.
    """
    known = {field.name.upper() for field in dataclasses.fields(Settings)}
    for variable in variables:
        name = variable.removeprefix(_PREFIX)
        if name == variable or name in known | _OTHER_VARIABLES:
            continue
        if near := difflib.get_close_matches(name, known, n=1, cutoff=_NEAR):
            raise ConfigurationError(f"The variable {variable} is no setting; did you mean {_PREFIX}{near[0]}?")


def _require_known(file: Path, given: dict[str, Any]) -> None:
    """A misspelt setting must not pass for its default."""
    known = {field.name for field in dataclasses.fields(Settings)}
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it may have {', '.join(sorted(known))}."
            raise ConfigurationError(f"The settings file {file} has {name}, which is no setting; {hint}")


def main() -> None:
    """Run a command. Its errors are one line that says what to do, and exit code 1."""
    _keep_apart()
    try:
        failpoints.arm(os.environ)
        build()()
    except AudioScapeError as error:
        _refuse(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Who read our output has read enough; Python's own last flush must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        text = in_words(error)
        if text is None:
            raise
        _refuse(text)


def _keep_apart() -> None:
    """Be independent of the machine's users, of its time zone and of its terminal.

    What is made is for its owner only. Times are UTC everywhere, and the embedded ClickHouse does not even load under
    a name that it does not know. What a terminal has no letter for is shown as an escape.
    """
    if reconfigure := getattr(sys.stdout, "reconfigure", None):  # some stand-ins of a stream have none
        reconfigure(errors="backslashreplace")
    os.umask(0o077)
    os.environ["TZ"] = "UTC"
    time.tzset()


def _refuse(text: str) -> NoReturn:
    errors.print(Text("error:", "bold red"), " ".join(text.splitlines()), soft_wrap=True)
    sys.exit(1)
