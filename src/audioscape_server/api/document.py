"""The OpenAPI document: what Litestar reads off the handlers, with what it can not know put right."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import Litestar, Router
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme

from audioscape_server import __version__

_INTRODUCTION: Final = """\
Music playback and engagement, counted exactly once and by the same rules everywhere.

* The key goes into the header `x-api-key`, needs the scope `read`, and decides whose data is shown.
* Answers are JSON, or CSV with `Accept: text/csv`. Both carry an `ETag`; send it back as `If-None-Match` to get 304
  while nothing has changed.
* Times are UTC. `from` and `to` are RFC 3339 or Unix seconds; an event is in the period if
  `from <= timestamp < to`, compared to the fraction of a second. Every period is exact, however ragged.
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
        operation = path["get"]
        operation["operationId"] = operation["summary"].lower().replace(" ", "_")
        for parameter in operation.get("parameters", []):
            _tidy(parameter)
        if "security" in operation:
            _describe_representations(operation["responses"])
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


def _describe_representations(responses: dict[str, Any]) -> None:
    found = responses["200"]
    found["content"]["text/csv"] = {"schema": {"type": "string"}}
    found["headers"] = {"ETag": {"description": "Names this answer.", "schema": {"type": "string"}}}
    responses["304"] = {"description": "The answer is still the one that If-None-Match names."}
    responses["503"]["headers"] = {
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
    }
