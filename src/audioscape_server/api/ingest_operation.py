"""The ingest endpoint for the OpenAPI document. It is no route of the framework, so nothing can be read off its code.

What is said here is docs/contract.md, made short; the limits are the endpoint's own.
"""

from typing import Any, Final

from audioscape_server.ingest.bodies import MAX_BODY_BYTES
from audioscape_server.ingest.endpoint import PATH, SERVED_PATH
from audioscape_server.ingest.events import wire
from audioscape_server.ingest.reading import MAX_WIRE_BYTES

_MIB: Final = 1 << 20
_REF: Final = "#/components/schemas/"
_BUILT_IN: Final = ", ".join(f"`{name}`" for name in sorted(wire.BUILT_IN_TYPES))


def _text(longest: int, description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "maxLength": longest, "description": description, **more}


def _answer(description: str, schema: str = "ErrorBody") -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": {"$ref": f"{_REF}{schema}"}}}}


def _header(name: str, description: str, **schema: Any) -> dict[str, Any]:
    kind = {"type": "string", **schema}
    return {"name": name, "in": "header", "required": False, "description": description, "schema": kind}


_EVENT: Final[dict[str, Any]] = {
    "title": "EventToSend",
    "type": "object",
    "required": ["type"],
    "properties": {
        "type": _text(
            wire.MAX_TYPE_CHARS,
            f"Built in, compared exactly: {_BUILT_IN}. Everything else is a custom type.",
            minLength=1,
        ),
        "asset_id": _text(
            wire.MAX_ASSET_DIGITS,
            f"The asset, as decimal digits, at most {wire.MAX_ASSET_ID}. Built-in types need one.",
            pattern=f"^[0-9]{{1,{wire.MAX_ASSET_DIGITS}}}$",
        ),
        "timestamp": {
            "type": "number",
            "description": f"Unix seconds, whole or with a fraction, from {wire.MAX_AGE_S // 86_400} days ago to "
            f"{wire.MAX_AHEAD_S // 60} minutes ahead. Default: the time of receipt.",
        },
        "player_id": {
            "type": "string",
            "description": f"The player; only the first {wire.MAX_PLAYER_CHARS} characters are kept.",
        },
        "duration": {
            "type": "number",
            "minimum": 0,
            "maximum": wire.MAX_DURATION_S,
            "description": "Seconds. `play`: the track's length; `stop` and `skip`: how long it was listened to.",
        },
        "value": {"description": f"`vote` needs one: {' or '.join(wire.VOTES)}. Ignored on every other type."},
        "metadata": {
            "type": "object",
            "maxProperties": wire.MAX_METADATA_KEYS,
            "additionalProperties": {"type": ["string", "number", "boolean"]},
            "description": "Whatever else is to be known. Of a `search_click` counts `query` (text) and `rank` (1 is "
            "the top).",
        },
    },
}

_BATCH: Final[dict[str, Any]] = {
    "title": "Batch",
    "type": "object",
    "required": ["events"],
    "properties": {
        "events": {
            "type": "array",
            "minItems": 1,
            "maxItems": wire.MAX_EVENTS,
            "items": {"$ref": f"{_REF}EventToSend"},
            "description": "Each is judged by itself: one that is wrong costs the others nothing.",
        }
    },
}

_ACCEPTED: Final[dict[str, Any]] = {
    "title": "Accepted",
    "type": "object",
    "required": ["accepted"],
    "properties": {
        "accepted": {"type": "integer", "minimum": 1, "description": "Events that are stored, on the disk."},
        "rejected": {
            "type": "integer",
            "minimum": 1,
            "description": "Events that are not; absent when there are none.",
        },
        "errors": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What is wrong with each rejected event, in order; absent when there are none.",
        },
    },
}

_REFUSED: Final[dict[str, Any]] = {
    "title": "Refused",
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {"type": "string", "description": "What is wrong with the body, or that every event was rejected."},
        "details": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What is wrong with each event, in order; absent when the body is at fault.",
        },
    },
}

_LIST: Final[dict[str, Any]] = {
    "title": "ServedList",
    "type": "object",
    "required": ["query", "assets"],
    "properties": {
        "query": {
            "type": "string",
            "description": f"The search, not blank; only the first {wire.MAX_QUERY_CHARS} characters are kept.",
        },
        "assets": {
            "type": "array",
            "minItems": 1,
            "maxItems": wire.MAX_SERVED_ASSETS,
            "uniqueItems": True,
            "items": _EVENT["properties"]["asset_id"] | {"description": "An asset, as decimal digits."},
            "description": "What was shown, the first at the top.",
        },
        "at": {
            "type": "number",
            "description": "When it was shown: Unix seconds, as the `timestamp` of an event. Default: the time of "
            "receipt.",
        },
    },
}

_LISTS: Final[dict[str, Any]] = {
    "title": "ServedLists",
    "type": "object",
    "required": ["lists"],
    "properties": {
        "lists": {
            "type": "array",
            "minItems": 1,
            "maxItems": wire.MAX_EVENTS,
            "items": {"$ref": f"{_REF}ServedList"},
            "description": "Each is judged by itself: one that is wrong costs the others nothing.",
        }
    },
}

SCHEMAS: Final = {
    "EventToSend": _EVENT,
    "Batch": _BATCH,
    "ServedList": _LIST,
    "ServedLists": _LISTS,
    "Accepted": _ACCEPTED,
    "Refused": _REFUSED,
}

_EXAMPLE: Final = {
    "events": [
        {"type": "play", "asset_id": "1837879082", "player_id": "261", "duration": 217},
        {"type": "search_click", "asset_id": "1837879082", "metadata": {"query": "lofi study beats", "rank": 2}},
    ]
}

_OPERATION: Final[dict[str, Any]] = {
    "summary": "Send events",
    "operationId": "send_events",
    "description": "Take a batch of events. 202 says that those accepted are stored for good. A client drops its batch "
    "on every 4xx but 429, and tries again later on everything else. The key needs the scope `ingest`.",
    "security": [{"key": []}],
    "parameters": [
        _header("X-Universe-Id", "The universe that the events come from; anything but decimal digits counts as none."),
        _header("X-Place-Id", "The place that they come from; likewise."),
        _header("Idempotency-Key", "One for each batch: sent again with the same body and key, it stores nothing new."),
        _header("Content-Encoding", "`gzip`, if the body is; nothing else is read.", enum=["gzip"]),
    ],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": f"{_REF}Batch"}, "example": _EXAMPLE}},
    },
    "responses": {
        "202": _answer("All or some events are stored.", "Accepted"),
        "400": _answer("No event could be stored; the text and `details` say why.", "Refused"),
        "401": _answer("The key is missing, unknown, revoked, or lacks the scope `ingest`."),
        "413": _answer(
            f"Over {MAX_WIRE_BYTES // _MIB} MiB on the wire, or over {MAX_BODY_BYTES // _MIB} MiB inflated."
        ),
        "415": _answer("The body is not `application/json`, or encoded in another way than `gzip`."),
        "429": {
            "description": "The key is over its rate, or the address has sent too many invalid keys; see Retry-After."
        },
        "503": _answer("Nothing can be stored now; see Retry-After."),
    },
}

_EXAMPLE_OF_LISTS: Final = {"lists": [{"query": "lofi study beats", "assets": ["1837879082", "9046862941"]}]}

_SERVING: Final[dict[str, Any]] = _OPERATION | {
    "summary": "Send served lists",
    "operationId": "send_served_lists",
    "description": "Take what a search showed, in its order. Each list is stored as an event of the type "
    f"`{wire.SERVED_TYPE}` and answered as events are; it counts in no measure but `events`. The key needs the scope "
    "`ingest`.",
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": f"{_REF}ServedLists"}, "example": _EXAMPLE_OF_LISTS}},
    },
}

PATHS: Final[dict[str, Any]] = {PATH: {"post": _OPERATION}, SERVED_PATH: {"post": _SERVING}}
