"""The command ``audioscape``: one module a group of commands.

``app``       the command itself: settings from flags, environment and file; errors as one line and exit code 1
``serve``     run the server
``keys``      API keys: create, list, revoke, rotate
``catalog``   names for assets
``upkeep``    check, migrate, quarantine, doctor
"""

from audioscape_server.cli.app import main

__all__ = ["main"]
