"""``audioscape serve``: run the server."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import structlog
from cyclopts import Parameter
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server import failpoints
from audioscape_server.access.keys import Scope
from audioscape_server.accounts.links import address
from audioscape_server.cli.console import answers
from audioscape_server.control import KeyStore, Links
from audioscape_server.errors import AudioScapeError
from audioscape_server.ingest.endpoint import PATH
from audioscape_server.logs import configure_logging
from audioscape_server.operations.failures import in_words
from audioscape_server.service import serve as run
from audioscape_server.settings import Settings


def serve(
    *,
    settings: Settings | None = None,
    first_key: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Run the server until it is told to stop (Ctrl-C, SIGTERM).

    Parameters
    ----------
    first_key
        Create a first key when there is none, and print it with commands to try.
    """
    settings = settings or Settings()
    configure_logging(settings.log_level, settings.log_format)
    if points := failpoints.armed_points():
        structlog.get_logger().warning("failpoints are armed: this server fails on purpose", points=points)

    def greet(url: str, keys: KeyStore, links: Links) -> None:
        answers.print(f"AudioScape Analytics answers on {url}; its data is in {settings.folder.path}.")
        if first_key:
            _offer_first_key(url, keys)
        _offer_first_account(url, links, in_plain_text=settings.log_format != "json")

    with _told_in_the_log(settings.log_format):
        run(settings, greet)


@contextmanager
def _told_in_the_log(log_format: str) -> Generator[None]:
    """Where the log is JSON, why the server does not run is a line of it too, and no plain text among them."""
    try:
        yield
    except Exception as error:
        text = str(error) if isinstance(error, AudioScapeError) else in_words(error)
        if log_format != "json" or text is None:
            raise
        structlog.get_logger().error("the server does not run", error=text)
        sys.exit(1)


def _offer_first_account(url: str, links: Links, *, in_plain_text: bool) -> None:
    """Tell whoever started the server how to get in, while nobody can; in the log too, where a service's output is.

    Where the log is JSON a program reads what comes out: there it is a line of the log only.
    """
    try:
        token = links.first()
    except SQLAlchemyError as error:  # no reason to take no events
        structlog.get_logger().warning("there is no link for the first account now", error=str(error)[:300])
        return
    if token is not None:
        text = f"Open {address(url, token)} within an hour to make the first account"
        if in_plain_text:
            answers.print(text, soft_wrap=True, markup=False)
        structlog.get_logger().info(text)


def _offer_first_key(url: str, keys: KeyStore) -> None:
    if keys.list():
        answers.print(
            "There are keys already: `audioscape keys list`; a new one: `audioscape keys create --name NAME`."
        )
        return
    _, key = keys.create(project="default", name="first", scopes=[Scope.INGEST, Scope.READ])
    answers.print(
        f"""
Your first key, shown only now: it may send events and read the answers.

  {key}

Send an event:

  curl {url}{PATH} -H 'x-api-key: {key}' \\
    -H 'content-type: application/json' \\
    -d '{{"events":[{{"type":"play","asset_id":"1837879082","player_id":"player-1","duration":217}}]}}'

Read the answer a moment later; {url}/docs lists all other questions:

  curl {url}/analytics/v1/overview -H 'x-api-key: {key}'
""",
        soft_wrap=True,
        markup=False,
    )
