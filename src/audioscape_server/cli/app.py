"""The command itself: where settings come from, and what an error looks like."""

from __future__ import annotations

import os
import sys

from cyclopts import App
from cyclopts.config import Env, Toml
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server import __version__
from audioscape_server.cli import catalog, keys, serve, upkeep
from audioscape_server.cli.console import errors
from audioscape_server.errors import AudioScapeError

#: Where the settings file is looked for when AUDIOSCAPE_CONFIG names none.
DEFAULT_CONFIG = "audioscape.toml"
CONFIG_VARIABLE = "AUDIOSCAPE_CONFIG"

_HELP = f"""Self-hosted analytics for music in games: every accepted event is counted exactly once.

Every setting is a flag, an environment variable (`--spool-max-bytes` is `AUDIOSCAPE_SPOOL_MAX_BYTES`) and a line of
`{DEFAULT_CONFIG}` (`spool_max_bytes = …`) or of the file that `{CONFIG_VARIABLE}` names, in that order of precedence.
"""


def build() -> App:
    """The command with all its subcommands."""
    app = App(
        name="audioscape",
        help=_HELP,
        version=__version__,
        config=[
            Env("AUDIOSCAPE_", command=False),
            Toml(
                os.environ.get(CONFIG_VARIABLE, DEFAULT_CONFIG),
                must_exist=CONFIG_VARIABLE in os.environ,
                allow_unknown=True,
                use_commands_as_keys=False,
            ),
        ],
    )
    app.command(serve.serve)
    app.command(keys.app)
    app.command(catalog.app)
    app.command(upkeep.check)
    app.command(upkeep.migrate)
    app.command(upkeep.quarantine)
    app.command(upkeep.doctor)
    return app


def main() -> None:
    """Run a command. Its errors are one line that says what to do, and exit code 1."""
    try:
        build()()
    except AudioScapeError as error:
        errors.print(f"[bold red]error:[/] {error}", highlight=False)
        sys.exit(1)
    except SQLAlchemyError as error:
        errors.print(f"[bold red]error:[/] the control database cannot be used: {error.args[0]}", highlight=False)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
