"""What comes in now, and what keeps it from coming in: for the page that somebody watches while a game is tried out."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from audioscape_server.api.dependencies import LiveReport
from audioscape_server.api.filters import Filters
from audioscape_server.api.periods import rfc3339
from audioscape_server.api.responses import Amount, Count
from audioscape_server.api.shaping import Row, identifier

#: What to do about events that were refused for a reason.
HINTS: Final[Mapping[str, str]] = {
    "not_an_object": "Send each event as a JSON object; look for a list within the list.",
    "unpaired_surrogate": "Texts must be valid Unicode; look where a text is cut in the middle of a character.",
    "type_invalid": "Give every event a type of 1 to 128 characters, such as play.",
    "asset_id_missing": "Send asset_id with play, stop, skip, vote, favorite, add_to_queue and search_click.",
    "asset_id_invalid": "Send asset_id as a string of digits, not as a number; leave rbxassetid:// out.",
    "timestamp_invalid": "Send timestamp as a number of Unix seconds: DateTime.now().UnixTimestampMillis / 1000.",
    "timestamp_milliseconds": "Divide timestamp by 1000: it is in seconds.",
    "timestamp_too_old": "Send events within 7 days; look for a clock that is wrong or a queue that is never emptied.",
    "timestamp_too_far_ahead": "Set the clock of the sender right, or send no timestamp.",
    "player_id_invalid": "Send player_id as a string: tostring(player.UserId).",
    "duration_invalid": "Send duration as a number of seconds from 0 on; look for a sound that has not loaded.",
    "vote_value_invalid": 'Send value "up" or "down" with every vote.',
    "metadata_invalid": "Send metadata as an object of names and values, not as a list or a text.",
    "metadata_too_many_keys": "Send fewer keys in metadata.",
    "metadata_value_invalid": "Values of metadata must be texts, numbers or true and false; make one text of a table.",
    "query_invalid": "Send query as a text.",
    "assets_invalid": "Send assets as a list of asset ids, each a string of digits.",
}


class LiveMinute(Struct):
    """The events of one minute, by the time of their receipt."""

    start: Annotated[str, Meta(description="When it began, RFC 3339.")]
    accepted: Annotated[Count, Meta(description="Events that were new.")]
    rejected: Annotated[Count, Meta(description="Events that were refused.")]
    repeats: Annotated[Count, Meta(description="Events of batches that had been stored before.")]


class LiveRejection(Struct):
    """Events of one key and universe that were refused for one reason."""

    reason: Annotated[str, Meta(description="What was wrong.")]
    key: Annotated[str, Meta(description="The id of the key that sent them.")]
    universe_id: Annotated[str | None, Meta(description="From where, or null for events sent without a universe.")]
    count: Annotated[Count, Meta(description="Events, by whole hours.")]
    last_seen: Annotated[str, Meta(description="When the last of them came, RFC 3339.")]
    sample: Annotated[Any, Meta(description="One of them, redacted, with what was wrong.")]
    hint: Annotated[str, Meta(description="What to do about it.")]


class Lag(Struct):
    """How long events took, in seconds."""

    p50: Annotated[Amount, Meta(description="Half of them took no longer.")]
    p95: Annotated[Amount, Meta(description="19 of 20 took no longer.")]


class Live(Struct):
    """What comes in now. Where several servers share a load, minutes, refusals and queue are those of the one asked."""

    as_of: Annotated[str, Meta(description="Now, RFC 3339.")]
    counted_since: Annotated[str, Meta(description="Since when minutes and refusals are counted, RFC 3339.")]
    minutes: Annotated[list[LiveMinute], Meta(description="The last 60, the one under way last.")]
    active_players: Annotated[Count, Meta(description="Distinct `player_id`s with an event of the last 5 minutes.")]
    events: Annotated[
        Count, Meta(description="Events of the last hour, by their own time; lags and clocks are theirs.")
    ]
    emit_lag: Annotated[Lag | None, Meta(description="From an event to its receipt; null without events.")]
    visible_lag: Annotated[
        Lag | None,
        Meta(description="From receipt to being counted, of what was loaded in the last hour; null if none."),
    ]
    ahead_share: Annotated[
        Amount | None,
        Meta(description="Share of events whose time was over a second ahead of their receipt: wrong clocks."),
    ]
    unauthorized: Annotated[
        Count, Meta(description="Requests with events that were answered 401 in the last hour, whoever sent them.")
    ]
    too_many_requests: Annotated[
        Count, Meta(description="Requests with events that were answered 429 in the last hour, whoever sent them.")
    ]
    rejected: Annotated[list[LiveRejection], Meta(description="What was refused in the last 24 hours, newest first.")]
    spooled: Annotated[Count, Meta(description="Events that wait to be loaded.")]
    disk_free_bytes: Annotated[Count, Meta(description="Free on the disk of the data folder.")]
    last_event_at: Annotated[str | None, Meta(description="When the newest event was received, RFC 3339.")]


class ActivePlayers(Struct):
    """Who plays now."""

    active_players: Annotated[Count, Meta(description="Distinct `player_id`s with an event of the last 5 minutes.")]


def active_players(ask: Callable[..., list[Row]], project: str, filters: Filters, now: float) -> ActivePlayers:
    """Count who has sent an event of late that passes the filters. Blocks."""
    [row] = ask("read/active_players", project=project, now=now, **filters.lists)
    return ActivePlayers(row["active"])


def live(ask: Callable[..., list[Row]], report: LiveReport, project: str, now: float) -> Live:
    """Put together what is known of the last hour. Blocks."""
    [arrived] = ask("read/arrivals", project=project, now=now)
    events: int = arrived["events"]
    known = report(project)
    return Live(
        as_of=rfc3339(round(now, 3)),
        counted_since=rfc3339(round(known["since"], 3)),
        minutes=[LiveMinute(rfc3339(one.start), one.accepted, one.rejected, one.repeats) for one in known["minutes"]],
        active_players=arrived["active"],
        events=events,
        emit_lag=_lag(arrived["lags"]) if events else None,
        visible_lag=_lag(known["visible_after_s"]) if known["visible_after_s"] else None,
        ahead_share=arrived["ahead"] / events if events else None,
        unauthorized=known["unauthorized"],
        too_many_requests=known["too_many_requests"],
        rejected=[_rejection(group) for group in known["rejected"]],
        spooled=known["spooled"],
        disk_free_bytes=known["disk_free_bytes"],
        last_event_at=known["last_event_at"],
    )


def _lag(seconds: list[float]) -> Lag:
    return Lag(*(round(one, 6) for one in seconds))


def _rejection(group: Mapping[str, Any]) -> LiveRejection:
    reason = group["reason"]
    return LiveRejection(
        reason=reason,
        key=group["key"],
        universe_id=identifier(group["universe"]),
        count=group["count"],
        last_seen=rfc3339(round(group["last_seen"], 3)),
        sample=group["sample"],
        hint=HINTS.get(reason, ""),
    )
