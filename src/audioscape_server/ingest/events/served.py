"""A served list: what a search showed for a query, in its order. It is stored as one event.

``{"query": "lofi", "assets": ["7", "9"], "at": 1760000000}`` becomes an event of the type ``search_served`` at ``at``,
without an asset and a player, with the metadata ``{"query": "lofi", "assets": "7,9"}``: a text, because metadata knows
no arrays. A client that sends such an event itself says the same thing. So a list is kept, loaded, archived and checked
as every event is, and counted as a custom one: in no measure but ``events``.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from audioscape_server.ingest.events.rejected import (
    bad_assets,
    bad_list,
    bad_query,
    bad_served_asset,
    bad_timestamp,
    describe,
    repeated_asset,
)
from audioscape_server.ingest.events.rules import Receipt, out_of_time
from audioscape_server.ingest.events.wire import (
    MAX_ASSET_DIGITS,
    MAX_ASSET_ID,
    MAX_QUERY_CHARS,
    MAX_SERVED_ASSETS,
    SERVED_TYPE,
    CanonicalEvent,
)


class _Members(msgspec.Struct, gc=False):
    """The members of a list, each still as text; empty when omitted."""

    query: msgspec.Raw = msgspec.Raw()
    assets: msgspec.Raw = msgspec.Raw()
    at: msgspec.Raw = msgspec.Raw()


# One more than there may be, and of what lies behind nothing is made.
_FirstAssets = msgspec.defstruct(
    "_FirstAssets",
    [(f"asset_{number}", msgspec.Raw, msgspec.Raw()) for number in range(MAX_SERVED_ASSETS + 1)],
    array_like=True,
    gc=False,
)

_decode_members = msgspec.json.Decoder(_Members).decode
_decode_first_assets: Callable[[msgspec.Raw], msgspec.Struct] = msgspec.json.Decoder(_FirstAssets).decode
_decode_text = msgspec.json.Decoder(str).decode
_decode_time = msgspec.json.Decoder(float).decode
_encode = msgspec.json.Encoder().encode
_OMITTED = (b"", b"null")


def served_event(raw: msgspec.Raw, receipt: Receipt) -> CanonicalEvent:
    """The event that a served list is stored as.

    Args:
        raw: a valid JSON text.
        receipt: when it was received.

    Raises:
        Rejected: it is no such list.
    """
    try:
        members = _decode_members(raw)
    except msgspec.ValidationError:
        raise bad_list(describe(bytes(raw))) from None
    query, assets = _query(bytes(members.query)), _assets(members.assets)
    metadata = _encode({"query": query, "assets": ",".join(map(str, assets))}).decode()
    return (SERVED_TYPE, None, _time(bytes(members.at), receipt), "", None, "", metadata)


def _query(text: bytes) -> str:
    if text in _OMITTED:
        raise bad_query("none")
    query = _decode_text(text)[:MAX_QUERY_CHARS] if text[:1] == b'"' else ""
    if not query.strip():
        raise bad_query(describe(text))
    return query


def _assets(array: msgspec.Raw) -> list[int]:
    text = bytes(array)
    if text in _OMITTED:
        raise bad_assets("none")
    if text[:1] != b"[":
        raise bad_assets(describe(text))
    found = [bytes(asset) for asset in msgspec.structs.astuple(_decode_first_assets(array)) if asset]
    if not found:
        raise bad_assets("none")
    if len(found) > MAX_SERVED_ASSETS:
        raise bad_assets("more")
    places: dict[int, int] = {}
    for place, asset in enumerate(found):
        if places.setdefault(_asset(asset, place), place) != place:
            raise repeated_asset(place, describe(asset))
    return list(places)


def _asset(text: bytes, place: int) -> int:
    digits = _decode_text(text) if text[:1] == b'"' else ""
    if len(digits) <= MAX_ASSET_DIGITS and digits.isascii() and digits.isdigit():
        number = int(digits)
        if number <= MAX_ASSET_ID:
            return number
    raise bad_served_asset(place, describe(text))


def _time(text: bytes, receipt: Receipt) -> float:
    if text in _OMITTED:
        return receipt.stamp
    try:
        at = _decode_time(text)
    except msgspec.ValidationError:
        raise bad_timestamp(describe(text), "at") from None
    if not receipt.oldest <= at <= receipt.latest:
        raise out_of_time(at, receipt.latest, "at")
    return at
