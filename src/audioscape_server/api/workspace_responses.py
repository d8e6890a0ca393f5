"""What is answered, and sent, about what a project keeps for its people: settings, titles, notes, saved views."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from audioscape_server.accounts.pages import PageName
from audioscape_server.control.experience_names import Kind
from audioscape_server.control.project_settings import WeekStart

Zone = Annotated[str, Meta(description="IANA name of the time zone in which the project's days begin.")]
FirstDay = Annotated[WeekStart, Meta(description="The day with which its weeks begin.")]


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """How a project wants its days and weeks."""

    zone: Zone
    week_start: FirstDay


class ExperienceName(msgspec.Struct):
    """What the project calls a universe or a place."""

    kind: Annotated[Kind, Meta(description="Whether it is a universe or a place.")]
    id: Annotated[str, Meta(description="The universe or the place, as decimal digits.")]
    name: Annotated[str, Meta(description="What it is called, at most 80 characters.")]
    by: Annotated[str | None, Meta(description="The email of who gave the name; null when that person is gone.")]
    changed_at: Annotated[str, Meta(description="When it was given: RFC 3339.")]


class ExperienceNames(msgspec.Struct):
    """What the project calls its universes and places."""

    names: Annotated[list[ExperienceName], Meta(description="Each name: places first, by id.")]


class NewExperienceName(msgspec.Struct, forbid_unknown_fields=True):
    """What `PUT` is sent; null takes the name away."""

    kind: Kind
    id: str
    name: str | None


class RefusedTitle(msgspec.Struct):
    """A line that was refused."""

    line: int
    reason: str


class TitlesTaken(msgspec.Struct, omit_defaults=True):
    """What became of a CSV of titles: either all of its rows are taken, or none."""

    taken: int
    refused: list[RefusedTitle] = []
    refused_total: int = 0
    error: str | None = None


class Annotation(msgspec.Struct):
    """A note about a point or a range of time."""

    id: Annotated[str, Meta(description="Names it in `DELETE`.")]
    at: Annotated[str, Meta(description="When it is, or begins: RFC 3339.")]
    until: Annotated[str | None, Meta(description="When it ends; null of a point.")]
    text: Annotated[str, Meta(description="What was written, at most 200 characters.")]
    by: Annotated[str | None, Meta(description="The email of who wrote it; null when that person is gone.")]
    created_at: Annotated[str, Meta(description="When it was written: RFC 3339.")]


class Annotations(msgspec.Struct):
    """The notes that touch the period, in the order of time."""

    annotations: Annotated[list[Annotation], Meta(description="Each note.")]


class NewAnnotation(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST` is sent; times are RFC 3339 or Unix seconds."""

    at: str | float
    text: str
    until: str | float | None = None


class SavedView(msgspec.Struct):
    """A page with all that it is asked for."""

    id: Annotated[str, Meta(description="Names it in `DELETE`.")]
    name: Annotated[str, Meta(description="No other view of the project has it.")]
    page: Annotated[str, Meta(description="Which page it opens.")]
    query: Annotated[str, Meta(description="The query of the page's address, without the question mark.")]
    by: Annotated[str | None, Meta(description="The email of who saved it; null when that person is gone.")]
    created_at: Annotated[str, Meta(description="When it was saved: RFC 3339.")]


class SavedViews(msgspec.Struct):
    """The saved views of the project, by name."""

    views: Annotated[list[SavedView], Meta(description="Each view.")]


class NewView(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST` is sent."""

    name: str
    page: PageName
    query: str = ""


class Made(msgspec.Struct):
    """What was made."""

    id: str


class Album(msgspec.Struct, forbid_unknown_fields=True):
    """An album, told by its name and its artist, as the catalog has them."""

    album: str
    artist: str | None = None


class GuestLimits(msgspec.Struct, forbid_unknown_fields=True):
    """What a guest is shown: these assets, and all of these artists and albums that the catalog has."""

    assets: list[str] = []
    artists: list[str] = []
    albums: list[Album] = []


class NewShare(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST` is sent."""

    page: PageName
    query: str
    days: int


class MadeShare(msgspec.Struct):
    """A link, shown once."""

    id: str
    path: str
    """Behind the address of the server. What stands behind the # is never sent to one."""
    ends_at: str


class Share(msgspec.Struct):
    """A link that somebody made."""

    id: str
    page: str
    query: str
    by: str | None
    created_at: str
    ends_at: str


class Shares(msgspec.Struct):
    """The links of the project that have not ended, the newest first."""

    shares: list[Share]


class Shared(msgspec.Struct):
    """What a link shows."""

    project: str
    page: str
    query: str
    zone: str
    week_start: WeekStart
    first_day: date | None
    """With which the project begins; of a link to all time only."""
    has_events: bool
    """False where it is known that the project has none, whatever the link shows."""
    ends_at: str
