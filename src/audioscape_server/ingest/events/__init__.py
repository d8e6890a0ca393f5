"""What the wire says, and which of it is accepted: bytes and a clock in, a verdict out. Pure.

A request body is ``{"events": [ … ]}`` with 1 to 500 events. Each event is judged alone: one bad event never costs
its neighbours. Two ways lead to the same verdict:

* the common way decodes the whole batch at once into typed structs and runs the rules that types cannot express;
* a body that does not decode so, or that is large, is split, and every event is decoded and judged by itself.

No body may cost much more than its length is worth, for the event loop waits meanwhile, and a gzip of 4 KB has room for
millions of values. So:

* nothing is made of what does not count: the decoder passes over it;
* parts of which there may be too many (events, members of metadata) are counted before they are made;
* a number is decoded at most once where many could be slow to decode;
* no step on a body of any size takes long by itself: a large one is judged by a thread, while the event loop goes on.

An accepted event becomes a *canonical event*, the one form that the spool stores and the warehouse unpacks::

    [type, asset_id | null, timestamp, player_id, duration | null, value, metadata]

``asset_id`` is a number, ``timestamp`` Unix seconds as sent (the time of receipt when it was omitted), ``player_id``
and ``value`` are ``""`` when absent, ``metadata`` is the JSON text that was sent, ``""`` when empty.
Everything in a canonical event is valid UTF-8 and finite, whatever arrived.

Modules
    ``wire``        the vocabulary: limits, types, reasons
    ``judge``       the verdict on a body
    ``rules``       what a well-typed event must still obey
    ``metadata``    the rules of metadata, and what is stored of it
    ``served``      a list that a search showed, as the event it is stored as
    ``rejected``    how a rejection reads
    ``one_by_one``  splits a body that is not decoded at once
    ``surrogates``  replaces halves of surrogate pairs, which no decoder takes
    ``counting``    counts parts without making them
    ``numbers``     which texts may have numbers that are slow to decode
"""

from audioscape_server.ingest.events.judge import encode_events, judge, judge_lists
from audioscape_server.ingest.events.rules import may_be_in_time
from audioscape_server.ingest.events.wire import (
    BUILT_IN_TYPES,
    LARGE_BODY_BYTES,
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
    "LARGE_BODY_BYTES",
    "MAX_ASSET_ID",
    "MAX_EVENTS",
    "CanonicalEvent",
    "EnvelopeError",
    "Reason",
    "Rejection",
    "Verdict",
    "encode_events",
    "judge",
    "judge_lists",
    "may_be_in_time",
]
