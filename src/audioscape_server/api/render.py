"""Turn an answer into bytes: JSON or CSV as the client asks, compressed if it can read that, with an ETag.

A client that has the answer already sends its ETag back and gets 304 and no body. Where a list goes on, ``Link`` has
the next page, in JSON and CSV alike: CSV has no place for it in the body.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

import msgspec
from litestar import Request, Response
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED

from audioscape_server.api import encodings
from audioscape_server.api.spreadsheet import to_csv

JSON: Final = "application/json"
CSV: Final = "text/csv"
PARQUET: Final = "application/vnd.apache.parquet"
_ETAGS: Final = re.compile(r'(?:W/)?("[^"]*")')
#: In a request's state: its query as it came.
_ASKED: Final = "asked"
#: Answers belong to the holder of a key, and are checked again each time.
_CACHE_HEADERS: Final = {
    "cache-control": "private, no-cache",
    "vary": "accept, accept-encoding, x-api-key, x-share-token, cookie",
}

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """The list in an answer.

    Attributes:
        name: of the list, for a file.
        of: takes the list out of the answer.
        columns: names of the members, in the order of CSV.
        following: the parameters that make the request for the next page out of the one for this page; empty when this
            is the last.
        headers: what else the answer says in headers, for those who read CSV.
    """

    name: str
    of: Callable[[Any], Sequence[msgspec.Struct]]
    columns: Sequence[str]
    following: Callable[[Any], Mapping[str, str]] = lambda _: {}
    headers: Callable[[Any], Mapping[str, str]] = lambda _: {}


def respond(request: AnyRequest, answer: msgspec.Struct, rows: Rows) -> Response[bytes]:
    """Answer with all of `answer` as JSON, or with its rows as CSV."""
    as_csv = request.accept.best_match([JSON, CSV], JSON) == CSV
    body = to_csv(rows.of(answer), rows.columns) if as_csv else msgspec.json.encode(answer)
    headers = {**rows.headers(answer)}
    if following := rows.following(answer):
        headers["link"] = _next(request, following)
    if as_csv:
        headers["content-disposition"] = f'attachment; filename="audioscape-{rows.name}.csv"'
    return tagged(request, body, f"{CSV}; header=present" if as_csv else JSON, headers)


def tagged(request: AnyRequest, body: bytes, media_type: str, headers: Mapping[str, str]) -> Response[bytes]:
    """Answer with a project's data, compressed, under an ETag: or with nothing if the client has it."""
    coding = encodings.chosen(request.headers.get("accept-encoding", ""), body)
    # What follows is part of the answer, and in CSV not of the body.
    digest = hashlib.sha256(body + headers.get("link", "").encode()).hexdigest()
    etag = f'"{digest}-{coding}"' if coding else f'"{digest}"'
    sent = {**_CACHE_HEADERS, **headers, "etag": etag}
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or etag in _ETAGS.findall(known):
        sent.pop("content-disposition", None)
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=sent)
    return _encoded(body, coding, media_type, sent)


def parquet(request: AnyRequest, body: bytes, name: str, following: Mapping[str, str]) -> Response[bytes]:
    """Answer with a Parquet file, which is compressed already."""
    headers = {**_CACHE_HEADERS, "content-disposition": f'attachment; filename="audioscape-{name}.parquet"'}
    if following:
        headers["link"] = _next(request, following)
    return Response(body, headers=headers, media_type=PARQUET)


def asked_of(scope: Any) -> list[tuple[str, str]]:
    """The parameters of a request as they came, whatever they were narrowed to since."""
    sent: bytes = scope["state"].setdefault(_ASKED, scope["query_string"])
    return parse_qsl(sent.decode("latin-1"), keep_blank_values=True)


def plain(
    request: AnyRequest,
    body: bytes,
    media_type: str,
    *,
    status: int = HTTP_200_OK,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """Answer with something that is no list of a project's data."""
    coding = encodings.chosen(request.headers.get("accept-encoding", ""), body)
    return _encoded(body, coding, media_type, {"vary": "accept-encoding", **(headers or {})}, status)


def _next(request: AnyRequest, following: Mapping[str, str]) -> str:
    asked = [(name, text) for name, text in asked_of(request.scope) if name not in following]
    return f'<{request.url.path}?{urlencode([*asked, *following.items()])}>; rel="next"'


def _encoded(
    body: bytes, coding: str | None, media_type: str, headers: Mapping[str, str], status: int = HTTP_200_OK
) -> Response[bytes]:
    content = encodings.CODINGS[coding](body) if coding else body
    named = {**headers, "content-encoding": coding} if coding else headers
    return Response(content, status_code=status, headers=named, media_type=media_type)
