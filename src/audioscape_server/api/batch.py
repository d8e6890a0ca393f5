"""Several questions in one request: a page draws itself from one answer.

Promises
    * Each question is worked out as if it was asked alone. It goes through the whole application as a request of its
      own, with the credential and the address of the batch, so every guard, every check and the key's rate hold for it,
      and there is nothing that a batch may do and a request may not.
    * They are worked out side by side, as far as the line in front of the threads lets them, and answered in the order
      in which they were asked.
    * One that fails does not fail the others. Where the client leaves, all are stopped.
    * Only what is read may be asked: GET, JSON, paths of the API. A batch in a batch is refused.
"""

import asyncio
import re
from collections.abc import MutableMapping, Sequence
from typing import Annotated, Any, Final

import msgspec
from litestar import Litestar
from msgspec import UNSET, Meta, Struct, UnsetType

from audioscape_server.api.refusals import refuse

#: Questions of one batch.
MOST: Final = 16
#: Where all paths that may be asked begin.
ROOT: Final = "/analytics/v1/"
_PATH: Final = re.compile(r"[a-z][a-z0-9_/-]{0,199}")
_QUERY: Final = re.compile(r"[!-~]{0,8000}")
#: Headers of a batch that are those of each question too: who asks, and from which page.
_PASSED: Final = frozenset(
    {b"x-api-key", b"x-share-token", b"x-project", b"cookie", b"host", b"origin", b"sec-fetch-site"}
)
_AS_JSON: Final = (b"accept", b"application/json")


class Answer(Struct):
    """What one question of a batch was answered."""

    status: Annotated[int, Meta(description="The status that the question alone would have been answered with.")]
    body: Annotated[dict[str, Any], Meta(description="The answer, or the error.")]
    retry_after: Annotated[int | UnsetType, Meta(description="Seconds to wait, where Retry-After would tell.")] = UNSET


class Batch(Struct):
    """The answers to some questions."""

    answers: Annotated[list[Answer], Meta(description="As many as were asked, in their order.")]


def questions(asked: Sequence[str]) -> list[tuple[str, str]]:
    """Read what is asked: of each question the path below `ROOT`, and the query.

    Raises:
        InvalidRequestError: one of them cannot be asked so.
    """
    if not 1 <= len(asked) <= MOST:
        refuse("ask", f"{len(asked)} questions", f"1 to {MOST}")
    return [_question(one) for one in asked]


def _question(asked: str) -> tuple[str, str]:
    path, _, query = asked.partition("?")
    if not _PATH.fullmatch(path) or path == "batch" or not _QUERY.fullmatch(query):
        refuse("ask", asked, f"a path below {ROOT} and its parameters, such as overview?from=2026-01-31, not a batch")
    return path, query


async def answers(
    app: Litestar, scope: MutableMapping[str, Any], asked: Sequence[tuple[str, str]], left: asyncio.Event
) -> Batch:
    """Ask each of the questions of the application, side by side.

    Args:
        app: the application.
        scope: of the request for the batch.
        asked: the questions.
        left: set when the client of the batch has gone.
    """
    async with asyncio.TaskGroup() as group:
        under_way = [group.create_task(_ask(app, _scope(scope, *one), left)) for one in asked]
    return Batch([one.result() for one in under_way])


def _scope(scope: MutableMapping[str, Any], path: str, query: str) -> dict[str, Any]:
    """A request of its own, of which nothing but the credential and the way it came is the batch's."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() in _PASSED]
    passed = ("type", "asgi", "http_version", "scheme", "client", "server")
    return {
        **{name: scope[name] for name in passed if name in scope},
        "method": "GET", "path": ROOT + path, "raw_path": (ROOT + path).encode(), "root_path": "",
        "query_string": query.encode(), "headers": [*headers, _AS_JSON], "state": {},
    }  # fmt: skip


async def _ask(app: Litestar, scope: dict[str, Any], left: asyncio.Event) -> Answer:
    status, headers, body, began = 0, dict[bytes, bytes](), bytearray(), False

    async def receive() -> dict[str, Any]:
        nonlocal began
        if not began:
            began = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.update((name.lower(), value) for name, value in message["headers"])
        else:
            body.extend(message.get("body", b""))

    # Litestar's types name every key of a scope; ours are the plain ASGI ones.
    application: Any = app
    await application(scope, receive, send)
    wait = headers.get(b"retry-after")
    return Answer(status, msgspec.Raw(bytes(body)), int(wait) if wait else UNSET)  # type: ignore[arg-type]
