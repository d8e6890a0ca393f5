"""``audioscape simulate``: play a simulated music game, so that there is something to see, to judge and to load."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import msgspec
from cyclopts import Parameter, validators
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from audioscape_server.access.keys import ID_CHARS, PREFIX, Scope, is_well_formed
from audioscape_server.cli.console import answers, errors
from audioscape_server.cli.options import Where, opened_control, opened_keys
from audioscape_server.control import Catalog, KeyStore, Track
from audioscape_server.control.projects import require_project
from audioscape_server.errors import InvalidRequestError, NotFoundError
from audioscape_server.game import history, world
from audioscape_server.game.posting import Posting
from audioscape_server.game.stream import Batch, Stream
from audioscape_server.logs import configure_logging
from audioscape_server.operations import running_server

_DAY_S = 86_400.0
#: Days back that a server takes events for.
POSTED_DAYS = 7.0
#: Seconds short of that: so long may the oldest events be on their way.
_ON_THE_WAY_S = 600.0
#: Seconds for which the keys work that are made for a game.
_KEYS_LIVE_S = _DAY_S
KEYS = 6

Attack = Literal["one-key", "votes", "afk", "collusion", "ranks"]
_positive = validators.Number(gte=1)


class Door(Protocol):
    """Where batches go."""

    accepted: int
    refused: int
    reasons: list[str]

    def put(self, batch: Batch) -> None:
        """Take a batch."""
        ...

    def finish(self) -> None:
        """Return once all that was taken is safe."""
        ...


def simulate(
    *,
    events: Annotated[int, Parameter(validator=_positive)] = 200_000,
    days: Annotated[float, Parameter(validator=validators.Number(gt=0, lte=3_650))] = POSTED_DAYS,
    seed: Annotated[int, Parameter(validator=validators.Number(gte=0, lte=2**31))] = 1,
    attack: Attack | None = None,
    rate: Annotated[float, Parameter(validator=validators.Number(gte=0))] = 0,
    tracks: Annotated[int, Parameter(validator=validators.Number(gte=100, lte=1_000_000))] = 2_000,
    players: Annotated[int, Parameter(validator=_positive)] = 20_000,
    truth: Path = Path("truth.json"),
    project: str = "default",
    url: str = "",
    key: Annotated[list[str] | None, Parameter(negative=())] = None,
    where: Where | None = None,
) -> None:
    """Play a simulated music game, and write down what is true of it.

    Players with tastes, in four time zones, search, listen, skip, vote and have favourites, in six games with a key
    each. Up to 7 days are posted to the running server; more are put into the databases of a stopped one, each batch as
    if it had been received then. The same seed gives the same events, but for the time at which they end.

    Parameters
    ----------
    events
        How many events the players send, about. An attack comes on top.
    days
        How many days it lasts; it ends now. More than 7: no server may run.
    seed
        Of all chance.
    attack
        Lift one track in the last 3 days: by made-up listeners of one key, made-up votes, players who loop it (afk),
        several keys in collusion, or clicks that claim a low rank.
    rate
        Events a second, at most; 0 = as fast as it goes.
    tracks
        How many tracks there are.
    players
        How many players there are in each time zone.
    truth
        Where to write the truth: how relevant each track is to each query, how popular each one truly is, who cheats.
    project
        The project that gets the events and the names of the tracks.
    url
        The server, when it is not the one that runs on the data folder. Needs --key.
    key
        An API key with the scope ingest; several are shared among the games. Without one, keys are made that live for a
        day.
    """
    configure_logging("warning", "text")
    require_project(project)
    where = where or Where()
    is_past = days > POSTED_DAYS
    if is_past and (url or key or rate):
        raise InvalidRequestError(
            f"A server takes events of the last {POSTED_DAYS:g} days only, got --days {days:g}: leave out --url, --key "
            "and --rate to put them into a stopped installation."
        )
    if url and not key:
        raise InvalidRequestError("Another server needs --key: an API key with the scope ingest.")
    ends_at = time.time()
    starts_at = ends_at - days * _DAY_S + (0 if is_past else min(_ON_THE_WAY_S, days * _DAY_S / 2))
    made = world.make(seed, starts_at, ends_at, tracks=tracks, players=players, keys=KEYS)
    stream = Stream(made, events, attack or "")
    with contextlib.ExitStack() as opened:
        if is_past:
            door, ids = opened.enter_context(_past(where, project, made))
        else:
            address, keys, ids = _server(where, project, made, url, key or [])
            door = opened.enter_context(contextlib.closing(Posting(address, keys, rate)))
        try:
            _play(stream, door, events)
        except KeyboardInterrupt:
            errors.print("Stopped; what was sent so far stays.")
        door.finish()
    truth.write_bytes(msgspec.json.format(msgspec.json.encode(stream.truth(ids))))
    answers.print(f"Events taken: {door.accepted:,}; refused: {door.refused:,}. The truth is in {truth}.")
    for reason in door.reasons:
        answers.print(f"  refused: {reason}")


def _play(stream: Stream, door: Door, events: int) -> None:
    shown = TextColumn("{task.completed:,.0f} events"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
    with Progress(*shown, console=errors, transient=True) as progress:
        task = progress.add_task("", total=events)
        for batch in stream.batches():
            door.put(batch)
            progress.advance(task, len(batch.events))


@contextlib.contextmanager
def _past(where: Where, project: str, made: world.World) -> Generator[tuple[Door, list[str]]]:
    ids, _ = _make_keys(where, project)
    with opened_control(where) as control:
        _name(Catalog(control), project, made)
        with history.opened(where.settings, control, project, ids) as door:
            yield door, ids


def _server(
    where: Where, project: str, made: world.World, url: str, keys: list[str]
) -> tuple[str, list[str], list[str]]:
    """Where to post, by which keys, and the ids of the keys of all games."""
    if not url:
        running: dict[str, Any] | None = running_server.running_server(where.settings.folder)
        if running is None:
            raise NotFoundError(
                f"No server runs on {where.settings.folder.path}: start one (audioscape serve), give --url and --key "
                f"of another, or --days above {POSTED_DAYS:g} to fill a stopped installation."
            )
        url = running["url"]
        with opened_control(where) as control:
            _name(Catalog(control), project, made)
    ids = [_id_in(one) for one in keys]
    if not keys:
        ids, keys = _make_keys(where, project)
    return url, keys, [ids[number % len(ids)] for number in range(KEYS)]


def _id_in(key: str) -> str:
    """The id in a key: the truth names keys by that, never by the key itself. Empty for one that was imported."""
    return key.removeprefix(PREFIX)[:ID_CHARS] if is_well_formed(key.encode()) else ""


def _make_keys(where: Where, project: str) -> tuple[list[str], list[str]]:
    """A key for each game: their ids, and the keys."""
    with opened_keys(where, make=True, sign=True) as store:
        made = [_make_key(store, project, number) for number in range(1, KEYS + 1)]
    return [key_id for key_id, _ in made], [key for _, key in made]


def _make_key(store: KeyStore, project: str, number: int) -> tuple[str, str]:
    name, until = f"simulated game {number}", time.time() + _KEYS_LIVE_S
    return store.create(project=project, name=name, scopes=[Scope.INGEST], expires_at=until)


def _name(catalog: Catalog, project: str, made: world.World) -> None:
    names = [
        Track(
            asset_id=track.asset_id,
            title=track.title,
            artist=track.artist,
            album=None,
            genre=world.GENRES[track.genre],
            duration=track.length_s,
        )
        for track in made.tracks
    ]
    catalog.put(project, names)
