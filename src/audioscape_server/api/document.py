"""The OpenAPI document: what Litestar reads off the handlers, with what it can not know put right."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import Litestar, Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from audioscape_server import __version__
from audioscape_server.api import ingest_operation
from audioscape_server.api.search_responses import RANK_BODY

_INTRODUCTION: Final = """\
Music playback and engagement, counted exactly once and by the same rules everywhere.

* The key goes into the header `x-api-key` and decides whose data is stored and shown. It needs the scope `ingest` to
  send events and `read` for all that is asked.
* Answers are JSON, or CSV with `Accept: text/csv`. Both carry an `ETag`; send it back as `If-None-Match` to get 304
  while nothing has changed. Where a list goes on, the header `Link` has the next page.
* Times are UTC. `from` and `to` are RFC 3339, a date or Unix seconds; an event is in the period if
  `from <= timestamp < to`, compared with the full fraction of a second. Every period is exact.
* Ids of assets, universes and places are strings of decimal digits.
* Parameters that are not listed are refused with 400, so that a typing error can not pass for an answer.
* Every answer carries `X-Request-Id`; quote it when you report a problem.
"""

#: What Litestar writes into every parameter though it is the default.
_NOISE: Final = ("deprecated", "allowEmptyValue", "allowReserved")


def describe(routers: Sequence[Router]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of these routes."""
    config = OpenAPIConfig(
        title="AudioScape Analytics",
        version=__version__,
        description=_INTRODUCTION,
        use_handler_docstrings=True,
        components=Components(
            security_schemes={"key": SecurityScheme(type="apiKey", name="x-api-key", security_scheme_in="header")}
        ),
    )
    # An application for its description only: it must not set up logging, as Litestar does by default.
    described = Litestar(list(routers), openapi_config=config, logging_config=None)
    document = described.openapi_schema.to_schema()
    for path in document["paths"].values():
        for method, operation in path.items():
            operation["operationId"] = operation["summary"].lower().replace(" ", "_")
            for parameter in operation.get("parameters", []):
                _tidy(parameter)
            if method == "post":
                operation["requestBody"] = RANK_BODY
            elif "security" in operation:
                _describe_representations(operation)
            for status in {"429", "503"} & operation["responses"].keys() if "security" in operation else ():
                operation["responses"][status]["headers"] = {"Retry-After": _header("Seconds to wait.", "integer")}
    document["paths"] = ingest_operation.PATHS | document["paths"]
    document["components"]["schemas"] |= ingest_operation.SCHEMAS
    return document


def _tidy(parameter: dict[str, Any]) -> None:
    """Every parameter is a text to Litestar; say what it really is, and that leaving it out is not the same as null."""
    for name in _NOISE:
        parameter.pop(name, None)
    schema = parameter["schema"]
    schema.pop("oneOf", None)
    schema.pop("description", None)
    if schema["type"] == "integer" and "default" in schema:
        schema["default"] = int(schema["default"])


def _describe_representations(operation: dict[str, Any]) -> None:
    parameters = {parameter["name"] for parameter in operation.get("parameters", [])}
    responses = operation["responses"]
    found = responses["200"]
    found["content"]["text/csv"] = {"schema": {"type": "string"}}
    found["headers"] = {"ETag": _header("Names this answer.")}
    if "limit" in parameters:
        found["headers"]["Link"] = _header('The next page, as `<…>; rel="next"`; missing on the last.')
    if "offset" in parameters:
        found["headers"]["X-Total-Count"] = _header("How many rows all pages have.", "integer")
    if "cursor" in parameters:
        found["headers"]["X-Next-Cursor"] = _header("The `cursor` of the next page; missing on the last.")
    responses["304"] = {"description": "The answer is still the one that If-None-Match names."}


def _header(description: str, kind: str = "string") -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}
