"""The one place in which a limit is put into a request: see `access.limits`.

Promises
    * Whatever a limited caller asks, the handler is asked for no more than the limit: the values of a filter that the
      limit knows are those of the limit, or what the request names of them; and what the limit hides is left out,
      whatever else the request leaves out.
    * What cannot be narrowed is refused. A route can be narrowed by a parameter if it declares that parameter: so a new
      route is either narrowed without a line of its own, or closed to limited callers. Two exceptions are declared:
      `ASSET_IN_PATH` says that a route tells of nothing but the asset in its path, `SHOWS_NO_DATA` that it tells of no
      events. And `NAMES_PLAYERS` closes a route that could be narrowed: who hears a track is nothing to its artist.
    * Nobody learns what there is beside the limit: another asset is answered as one that does not exist.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, Final, cast
from urllib.parse import urlencode

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from audioscape_server.access.limits import Limit, Span
from audioscape_server.accounts.pages import ALL_DAYS, Locked, canonical
from audioscape_server.api import filters, periods, zones
from audioscape_server.api.filters import NOT
from audioscape_server.api.render import asked_of
from audioscape_server.api.requests import query_parameters
from audioscape_server.api.zones import DAY_S, Calendar
from audioscape_server.errors import ForbiddenError, NotFoundError

AnyConnection = ASGIConnection[Any, Any, Any, Any]

#: What a handler declares beside its parameters: ``@get("/…", asset_in_path=True)``.
ASSET_IN_PATH: Final = "asset_in_path"
SHOWS_NO_DATA: Final = "shows_no_data"
NAMES_PLAYERS: Final = "names_players"

NONE: Final[frozenset[str]] = frozenset()
#: What asks for what a period is compared with.
_OF_COMPARED: Final = frozenset({"previous", "previous_series"})
_DAY: Final = timedelta(days=1)


def narrow(connection: AnyConnection, handler: BaseRouteHandler, limit: Limit, now: float) -> None:
    """Make of a request one that asks for no more than the limit.

    Raises:
        ForbiddenError: nothing of what is asked for is shown, or the route cannot be narrowed.
        NotFoundError: the asset in the path is not shown.
        InvalidRequestError: a parameter that is narrowed cannot be read.
    """
    if handler.opt.get(SHOWS_NO_DATA):
        return
    if handler.opt.get(NAMES_PLAYERS):
        raise ForbiddenError("This tells of single players, and is not shown to guests and links.")
    if limit.paths is not None and not limit.paths & handler.paths:
        raise ForbiddenError("This link does not show that.")
    pairs = asked_of(connection.scope)
    asked = dict(pairs)
    narrowed: dict[str, str] = {}
    for name in sorted(limit.values.keys() | limit.hidden.keys()):
        if name == "asset" and handler.opt.get(ASSET_IN_PATH):
            _require_asset(connection, limit)
            continue
        narrowed |= _values(handler, name, asked, limit)
    compare = limit.compare
    if limit.spans:
        for name in ("from", "to"):
            _require_declared(handler, name)
        shown = _shown(asked, limit.spans, now)
        narrowed |= shown.pinned()
        # What another period is compared with, or the same by another zone, may begin before all that is told.
        if compare is not None and compare != "none" and _earlier(shown, compare).since < limit.told_since:
            compare = "none"
    if compare is not None:
        narrowed |= _comparison(compare, query_parameters(handler).keys())
    # What is given twice stays so, and is refused as for everybody.
    changed = [(name, narrowed.get(name, text)) for name, text in pairs]
    changed += [(name, text) for name, text in narrowed.items() if name not in asked]
    cast("dict[str, Any]", connection.scope)["query_string"] = urlencode(changed).encode()


def spans(locked: Locked, calendar: Calendar, now: float) -> tuple[Span, ...]:
    """The times that a link shows: its period as it is now, and a year before if it is compared with that."""
    first, end = _days(locked, calendar.day(now))
    if locked.period == "24h":
        hour = periods.next_hour(now, calendar)
        found = Span(hour - DAY_S, hour)
    else:
        found = _span(calendar, first, end)
    if locked.compare != "year":
        return (found,)
    before = _earlier(periods.Period(found.since, found.until, calendar), locked.compare)
    return found, Span(before.since, before.until)


def told_since(locked: Locked, calendar: Calendar, shown: Span) -> float:
    """With what all begins that a link tells of: what its period is compared with, or else that itself."""
    period = periods.Period(shown.since, shown.until, calendar)
    return period.since if locked.compare == "none" else _earlier(period, locked.compare).since


def _earlier(period: periods.Period, compare: str) -> periods.Period:
    return period.earlier("year" if compare == "year" else "previous")


def _days(locked: Locked, today: date) -> tuple[date, date]:
    """The first day of a period and the day after its last, as the dashboard has them."""
    tomorrow = today + _DAY
    match locked.period:
        case "custom" if locked.first and locked.end:
            return locked.first, locked.end
        case "month":
            return today.replace(day=1), tomorrow
        case "year":
            return today.replace(month=1, day=1), tomorrow
        case "all":
            return tomorrow - ALL_DAYS * _DAY, tomorrow
        case "7d" | "28d" | "91d":
            return today - int(locked.period.removesuffix("d")) * _DAY, today
        case _:
            return today, tomorrow


def _span(calendar: Calendar, first: date, end: date) -> Span:
    return Span(max(0.0, calendar.midnight(first)), calendar.midnight(end))


def _require_declared(handler: BaseRouteHandler, name: str) -> None:
    if name not in query_parameters(handler):
        raise ForbiddenError("You are shown a part of this project, and this tells of more.")


def _require_asset(connection: AnyConnection, limit: Limit) -> None:
    asset = str(connection.path_params["asset_id"])
    allowed, hidden = limit.values.get("asset"), limit.hidden.get("asset", NONE)
    if canonical(asset) in hidden or (allowed is not None and canonical(asset) not in allowed):
        raise NotFoundError(f"asset {asset[:40]} is unknown: no event and no catalog entry of this project names it")


def _values(handler: BaseRouteHandler, name: str, asked: Mapping[str, str], limit: Limit) -> dict[str, str]:
    """What a filter keeps, less what is left out; or that alone, where not only some values are kept."""
    allowed, hidden = limit.values.get(name), limit.hidden.get(name, NONE)
    _require_declared(handler, name)
    if hidden:
        _require_declared(handler, name + NOT)
    given = {one: asked[one] for one in (name, name + NOT) if one in asked}
    filters.of_events(**given)  # as everybody is told what is wrong with it
    kept, left_out = _canonical(given.get(name)), (_canonical(given.get(name + NOT)) or NONE) | hidden
    if kept is None and allowed is None:
        return {name + NOT: ",".join(sorted(left_out))}
    shown = (allowed if kept is None else kept if allowed is None else kept & allowed) or NONE
    if not shown - left_out:
        raise ForbiddenError(f"{name}: nothing of that is shown to you")
    return {name: ",".join(sorted(shown - left_out))}


def _comparison(compare: str, declared: Collection[str]) -> dict[str, str]:
    # Whoever tells of another period lets it be left out.
    if compare == "none":
        return dict.fromkeys(_OF_COMPARED.intersection(declared), "false")
    return {"compare": compare} if "previous" in declared else {}


def _canonical(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(map(canonical, text.split(",")))


def _shown(asked: Mapping[str, str], allowed: tuple[Span, ...], now: float) -> periods.Period:
    """What is shown of the times that are asked for."""
    since, until, calendar = asked.get("from"), asked.get("to"), zones.calendar(asked.get("zone", "UTC"))
    if since is None and until is None:
        return periods.Period(allowed[0].since, allowed[0].until, calendar)
    wanted = periods.period(since, until, now, calendar)
    for span in allowed:
        first, end = max(wanted.since, span.since), min(wanted.until, span.until)
        if first < end:
            return periods.Period(first, end, calendar)
    raise ForbiddenError("from: this link shows another time")
