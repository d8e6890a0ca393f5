"""Turn an answer into bytes: JSON, or CSV when the client asks for ``text/csv``.

Both carry an ETag, so that a client that has the answer already gets 304 and no body.
"""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.status_codes import HTTP_200_OK, HTTP_304_NOT_MODIFIED

JSON: Final = "application/json"
CSV: Final = "text/csv"
#: A spreadsheet takes a cell that starts so for a formula.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_ETAGS: Final = re.compile(r'(?:W/)?("[^"]*")')
#: Answers belong to the holder of a key, and are checked again each time.
_CACHE_HEADERS: Final = {"cache-control": "private, no-cache", "vary": "accept, x-api-key"}


def respond(
    request: Request[Any, Any, Any], answer: msgspec.Struct, rows: Sequence[msgspec.Struct], columns: Sequence[str]
) -> Response[bytes]:
    """Answer with all of `answer` as JSON, or with `rows` as CSV, a line each under a head of `columns`."""
    as_csv = request.accept.best_match([JSON, CSV], JSON) == CSV
    body = to_csv(rows, columns) if as_csv else msgspec.json.encode(answer)
    etag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = {"etag": etag, **_CACHE_HEADERS}
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or etag in _ETAGS.findall(known):
        return Response(b"", status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    media_type = f"{CSV}; header=present" if as_csv else JSON
    return Response(body, status_code=HTTP_200_OK, headers=headers, media_type=media_type)


def to_csv(rows: Iterable[msgspec.Struct], columns: Sequence[str]) -> bytes:
    """Write CSV as RFC 4180 has it; absent values are empty, texts that look like formulas get a leading apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in columns])
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if value is None or value is msgspec.UNSET:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
