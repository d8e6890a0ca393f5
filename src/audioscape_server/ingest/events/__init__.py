"""What the wire says, and which of it is accepted: bytes and a clock in, a verdict out. Pure.

A request body is ``{"events": [ … ]}`` with 1 to 500 events. Each event is judged alone: one bad event never costs
its neighbours. Two ways lead to the same verdict:

* the common way decodes the whole batch at once into typed structs and runs the rules that types cannot express;
* a batch that does not decode so is taken apart, and every event is decoded and judged by itself.

An accepted event becomes a *canonical event*, the one form that the spool stores and the warehouse unpacks::

    [type, asset_id | null, timestamp, player_id, duration | null, value, metadata]

``asset_id`` is a number, ``timestamp`` Unix seconds as sent (the time of receipt when it was omitted), ``player_id``
and ``value`` are ``""`` when absent, ``metadata`` is JSON text with the types it was sent with, ``""`` when empty.
Everything in a canonical event is valid UTF-8 and finite, whatever arrived.

Modules
    ``wire``   the vocabulary: limits, types, reasons
    ``rules``  what a well-typed event must still obey, and how a rejection reads
    ``apart``  takes a body apart that does not decode at once
    ``judge``  the verdict on a body
"""

from audioscape_server.ingest.events.judge import encode_events, judge
from audioscape_server.ingest.events.wire import (
    BUILT_IN_TYPES,
    MAX_ASSET_ID,
    MAX_EVENTS,
    CanonicalEvent,
    EnvelopeError,
    Reason,
    Rejection,
    Verdict,
)

__all__ = [
    "BUILT_IN_TYPES",
    "MAX_ASSET_ID",
    "MAX_EVENTS",
    "CanonicalEvent",
    "EnvelopeError",
    "Reason",
    "Rejection",
    "Verdict",
    "encode_events",
    "judge",
]
