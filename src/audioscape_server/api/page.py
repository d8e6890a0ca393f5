"""The page at ``/docs``: the OpenAPI document made readable, in one file that loads nothing and runs nothing."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, Final
from urllib.parse import urlencode

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 58rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 3rem; } h3 { font-size: 1rem; margin-top: 1.5rem; }
code, pre { font: 0.9em ui-monospace, monospace; background: var(--soft); border-radius: 3px; padding: 0.1em 0.3em; }
pre { padding: 0.8em 1em; overflow-x: auto; }
nav ul { columns: 2; padding-left: 1.2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.8rem 0.35rem 0; border-top: 1px solid var(--line); }
th { font-weight: 600; } td:first-child { white-space: nowrap; }
a { color: inherit; }
"""
#: For the Content-Security-Policy: this style and no other.
STYLE_HASH: Final = f"sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}"

#: The schema that many answers share.
_MEASURES: Final = "Measures"
_CODE: Final = re.compile(r"`([^`]*)`")


#: Stands in examples for where the server is, until somebody asks who knows.
ADDRESS: Final = "http://127.0.0.1:8000"


def docs_page(document: Mapping[str, Any]) -> str:
    """Return the page for an OpenAPI document, its examples for a server at `ADDRESS`."""
    info = document["info"]
    operations = [
        (method, path, operation) for path, item in document["paths"].items() for method, operation in item.items()
    ]
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="en"><head><meta charset="utf-8"><title>{escape(info["title"])}: API</title>',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>{escape(info['title'])} <small>{escape(info['version'])}</small></h1>",
            *_prose(info["description"]),
            '<p>For machines: <a href="/openapi.json">/openapi.json</a></p>',
            "<nav><ul>",
            *(
                f'<li><a href="#{operation["operationId"]}">{method.upper()} {escape(path)}</a></li>'
                for method, path, operation in operations
            ),
            '<li><a href="#measures">The measures</a></li>',
            "</ul></nav>",
            *_measures(document),
            *(line for method, path, operation in operations for line in _operation(method, path, operation, document)),
            "</body></html>",
        ]
    )


def _prose(text: str) -> Iterator[str]:
    """Write paragraphs and lists of one level, which is all that our texts use of Markdown."""
    for block in text.strip().split("\n\n"):
        if block.startswith("* "):
            items = block.removeprefix("* ").split("\n* ")
            yield "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"
        else:
            yield f"<p>{_inline(block)}</p>"


def _inline(text: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(text))


def _measures(document: Mapping[str, Any]) -> Iterator[str]:
    yield '<h2 id="measures">The measures</h2><p>Wherever an answer counts, it counts by these rules.</p>'
    yield from _table(("field", "type", "meaning"), _rows(document["components"]["schemas"][_MEASURES]["properties"]))


def _operation(method: str, path: str, operation: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h2 id="{operation["operationId"]}">{method.upper()} {escape(path)}</h2>'
    yield from _prose(operation["description"])
    yield f"<pre>{escape(_example(path, operation))}</pre>"
    parameters = operation.get("parameters", [])
    if parameters:
        yield "<h3>Parameters</h3>"
        yield from _table(
            ("name", "value", "default", "meaning"),
            (
                (
                    f"<code>{escape(parameter['name'])}</code>",
                    ("header: " if parameter["in"] == "header" else "") + _kind(parameter["schema"]),
                    escape(str(parameter["schema"].get("default", "required" if parameter["required"] else ""))),
                    _inline(parameter["description"]),
                )
                for parameter in parameters
            ),
        )
    if "requestBody" in operation:
        yield from _fields(_schema(operation["requestBody"]), document)
    yield "<h3>Answers</h3>"
    yield from _table(
        ("status", "when"),
        ((status, _inline(response["description"])) for status, response in sorted(operation["responses"].items())),
    )
    yield from _fields(_schema(operation["responses"][min(operation["responses"])]), document)


#: In examples, where nothing else is given.
_ASSET: Final = "1837879082"


def _example(path: str, operation: Mapping[str, Any]) -> str:
    """A command that works as it stands, but for the key."""
    key = " -H 'x-api-key: as_live_…'" if "security" in operation else ""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    sent = f" -H 'content-type: application/json' -d '{json.dumps(body)}'" if body else ""
    needed = {
        one["name"]: one["schema"].get("examples", [_ASSET])[0]
        for one in operation.get("parameters", [])
        if one["in"] == "query" and one.get("required")
    }
    query = "?" + urlencode(needed) if needed else ""
    return f"curl{key}{sent} '{ADDRESS}{path.replace('{asset_id}', _ASSET)}{query}'"


def _schema(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of a body, empty for what is no JSON."""
    return content.get("content", {}).get("application/json", {}).get("schema", {})


def _fields(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[str]:
    """Write a table of an object's fields, and of the objects in it; the measures are explained once."""
    schema = _resolved(schema, document)
    properties: Mapping[str, Any] = schema.get("properties", {})
    if not properties:
        return
    measures = document["components"]["schemas"][_MEASURES]["properties"].keys()
    # An answer that only has a field of the same name, as the list of events has, is not measured.
    counted = measures if measures <= properties.keys() else set[str]()
    own = {name: field for name, field in properties.items() if name not in counted}
    yield f"<h3>{escape(schema.get('title', 'Fields'))}</h3>"
    yield from _table(
        ("field", "type", "meaning"),
        [*_rows(own), *([("", "", '… and <a href="#measures">the measures</a>')] if counted else [])],
    )
    for inner in dict.fromkeys(map(_object_in, own.values())):
        if inner and inner != f"#/components/schemas/{_MEASURES}":
            yield from _fields({"$ref": inner}, document)


def _rows(properties: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, field in properties.items():
        yield f"<code>{escape(name)}</code>", _kind(field), _inline(field.get("description", ""))


def _object_in(field: Mapping[str, Any]) -> str:
    """Which object a field is, or is a list of; empty for neither."""
    for inner in (field, *field.get("allOf", ()), *field.get("oneOf", ())):
        if found := inner.get("$ref") or inner.get("items", {}).get("$ref"):
            return found
    return ""


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(word))}</code>" for word in schema["enum"])
    if "oneOf" in schema:
        return " or ".join(_kind(option) for option in schema["oneOf"])
    if "allOf" in schema:
        return _kind(schema["allOf"][0])
    if "$ref" in schema:
        return escape(schema["$ref"].rpartition("/")[2])
    if "items" in schema:
        return f"list of {_kind(schema['items'])}"
    kind = escape(str(schema.get("type", "any")))
    if schema.get("additionalProperties"):
        return f"{kind}: name to {_kind(schema['additionalProperties'])}"
    if "minimum" in schema and "maximum" in schema:
        return f"{kind}, {schema['minimum']:,} to {schema['maximum']:,}"
    if "pattern" in schema:
        return escape(schema.get("title", kind))
    return kind


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield "<table><tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>"
    yield "</table>"
