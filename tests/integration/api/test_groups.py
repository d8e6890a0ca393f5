"""Artists, albums and genres: every number equals a sum made from the same events and names in plain Python."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings, strategies as st
from litestar.testing import TestClient

from audioscape_server.api import groups
from audioscape_server.api.responses import SORTS
from audioscape_server.control import Catalog, ControlDatabase, Track
from support import recount
from support.asking import ask, by_asset, fields_of, is_meant
from support.counting import DAY, NOW, Events, lengths, load_batches, measures, of, random_requests
from support.recount import grouped
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from litestar import Litestar

    from audioscape_server.warehouse import Warehouse
    from support.counting import Sent

START = NOW - 10 * DAY
HOSTILE = '=HYPERLINK("http://x");\t\'\n\\N\0 {measure:Identifier} \N{ZERO WIDTH JOINER}'
#: The same names for other assets in each project, one name by several artists, names that are text and nothing else.
CATALOG = {
    "alpha": [
        Track(1, "One", "Ada", "Hits", "lofi"),
        Track(2, "Two", "Bo", "Hits", "lofi"),
        Track(3, "Three", "Ada", "Hits", "Lofi"),
        Track(4, "Four", HOSTILE, None, HOSTILE),
        Track(5, "Five", None, "Hits", None),
        Track(99, "Unplayed", "Nobody", "Never", "none"),
    ],
    "beta": [Track(1, "Secret", "Secret of beta", "Secret of beta", "Secret of beta")],
    "gamma": [],
}
NAMES = {"artists": ("artist",), "albums": ("album", "artist"), "genres": ("genre",)}

times = st.one_of(
    st.floats(START, NOW).map(lambda time: round(time, 6)),
    st.integers(0, 10).map(lambda days: NOW // DAY * DAY - days * DAY),
)
periods = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map(sorted)
filters = st.fixed_dictionaries(
    {},
    optional={
        "universe": st.sampled_from(((0,), (11, 12), (404,))),
        "place": st.sampled_from(((5,), (0, 6))),
        "asset": st.sampled_from(((1,), (2, 3, 4), (99,))),
        "key": st.sampled_from((("key-a",), ("key-a", "key-b"), ("nobody",))),
        "universe_not": st.sampled_from(((0,), (11, 404))),
        "asset_not": st.sampled_from(((1,), (2, 3), (99,))),
    },
).filter(is_meant)


@pytest.fixture(scope="module")
def events() -> Events:
    return Events(event for request in random_requests(seed=5, count=150) for event in request)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("groups")) as opened:
        opened.insert_block("spool", 0, 0, load_batches(random_requests(seed=5, count=150)))
        opened.judge_stops()
        yield opened


@pytest.fixture(scope="module")
def client(
    parts: Any, warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient[Litestar]]:
    """The API with a real catalog."""
    database = _database(tmp_path_factory.mktemp("control"))
    catalog = Catalog(database)
    for project, tracks in CATALOG.items():
        catalog.put(project, tracks)
    with TestClient(type(parts)(warehouse, catalog).app(), raise_server_exceptions=False) as client:
        yield client
    database.close()


def _database(folder: Path) -> ControlDatabase:
    database = ControlDatabase(f"sqlite:///{folder}/control.db")
    database.migrate()
    return database


def expected(events: list[Sent], path: str, project: str, period: Any, **asked: Any) -> dict[Any, dict[str, Any]]:
    """The row of each group, by its names."""
    names = NAMES[path]
    known = {track.asset_id: tuple(getattr(track, name) for name in names) for track in CATALOG.get(project, ())}
    nameless = (None,) * len(names)

    def label(event: Sent) -> tuple[str | None, ...]:
        found = known.get(event.asset_id or 0, nameless)
        return nameless if found[0] is None else found

    inside = [event for event in of(events, project, *period, **fields_of(asked)) if event.asset_id is not None]
    length_of = lengths(events, project)
    return {
        one: {
            **dict(zip(names, one, strict=True)),
            "tracks": len({event.asset_id for event in some}),
            **measures(some, length_of),
        }
        for one, some in grouped(inside, label).items()
    }


def by_label(path: str, rows: list[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    return {tuple(row[name] for name in NAMES[path]): row for row in rows}


@settings(max_examples=40)
@given(
    path=st.sampled_from(sorted(NAMES)),
    project=st.sampled_from(("alpha", "beta")),
    period=periods,
    asked=filters,
    part=st.sampled_from((1, 2, 100_000)),
)
@example(path="artists", project="alpha", period=(START, NOW), asked={}, part=2)
@example(path="artists", project="alpha", period=(START, NOW), asked={"asset_not": (2, 5)}, part=2)
@example(path="albums", project="alpha", period=(START + 0.5, NOW - 0.5), asked={}, part=100_000)
def test_groups_count_exactly_the_events_of_their_tracks(
    *, client: Any, events: list[Sent], path: str, project: str, period: Any, asked: dict[str, Any], part: int
) -> None:
    """However few assets are looked up at once; a listener of two tracks of a group counts once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(groups, "PART", part)
        answer = ask(client, path, project, period, **asked)
    rows = expected(events, path, project, period, **asked)
    assert by_label(path, answer[path]) == rows
    assert len(answer[path]) == answer["total"] == len(rows)


@pytest.mark.parametrize("path", NAMES)
def test_groups_add_up_to_the_tracks_but_for_listeners_who_are_distinct(client: Any, path: str) -> None:
    tracks = ask(client, "tracks", "alpha", (START, NOW))["tracks"]
    rows = ask(client, path, "alpha", (START, NOW))[path]
    for name in ("events", "plays", "completed", "skips", "favorites", "queue_adds"):
        assert sum(row[name] for row in rows) == sum(track[name] for track in tracks) > 0
    assert sum(row["tracks"] for row in rows) == len(tracks)
    overview = ask(client, "overview", "alpha", (START, NOW))["totals"]
    assert sum(row["plays"] for row in rows) == overview["plays"]
    assert all(row["listeners"] <= overview["listeners"] for row in rows)
    assert sum(track["listeners"] for track in tracks) > overview["listeners"]


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", SORTS)
def test_groups_are_sorted_by_any_measure_with_ties_by_name_and_what_has_none_last(
    client: Any, sort: str, order: str
) -> None:
    period = (NOW - 2 * DAY, NOW - 1.97 * DAY)
    rows = ask(client, "albums", "alpha", period, sort=sort, order=order)["albums"]
    sign = 1 if order == "asc" else -1

    def place(row: dict[str, Any]) -> tuple[Any, ...]:
        label = row["album"] or "", row["artist"] or ""
        return row[sort] is None, sign * (row[sort] or 0), row["album"] is None, label

    assert len(rows) > 2
    assert rows == sorted(rows, key=place)


@pytest.mark.parametrize("path", NAMES)
def test_groups_come_in_pages_and_the_total_holds_past_the_end(client: Any, path: str) -> None:
    everything = ask(client, path, "alpha", (START, NOW))
    total = len(everything[path])
    pages = [ask(client, path, "alpha", (START, NOW), limit=2, offset=offset) for offset in range(0, total + 4, 2)]
    assert [row for page in pages for row in page[path]] == everything[path]
    assert {page["total"] for page in pages} == {everything["total"]} == {total}
    assert total >= 3


@pytest.mark.parametrize(("path", "name"), [("artists", "artist"), ("genres", "genre")])
def test_a_name_is_text_and_no_cell_is_taken_for_a_formula(client: Any, path: str, name: str) -> None:
    period = {"from": str(START), "to": str(NOW)}
    key = {"x-api-key": "read:alpha"}
    as_json = client.get(f"/analytics/v1/{path}", params=period, headers=key).json()[path]
    assert HOSTILE in [row[name] for row in as_json]
    answer = client.get(f"/analytics/v1/{path}", params=period, headers={**key, "accept": "text/csv"})
    cells = [row[name] for row in csv.DictReader(io.StringIO(answer.text.replace("\0", "NUL"), newline=""))]
    assert f"'{HOSTILE}".replace("\0", "NUL") in cells
    assert "" in cells
    assert answer.headers["content-disposition"] == f'attachment; filename="audioscape-{path}.csv"'
    assert answer.headers["x-total-count"] == str(len(as_json))


@pytest.mark.parametrize("path", NAMES)
def test_without_a_catalog_all_tracks_are_one_group_without_a_name(
    parts: Any, warehouse: Warehouse, tmp_path: Path, path: str
) -> None:
    database = _database(tmp_path)
    Catalog(database).put("beta", CATALOG["beta"])
    with TestClient(type(parts)(warehouse, Catalog(database)).app()) as client:
        answer = ask(client, path, "alpha", (START, NOW))
        nothing = ask(client, path, "gamma", (START, NOW))
        tracks = ask(client, "tracks", "alpha", (START, NOW))["total"]
    database.close()
    [row] = answer[path]
    assert (answer["total"], row["tracks"]) == (1, tracks)
    assert {row[name] for name in NAMES[path]} == {None}
    assert nothing == {path: [], "total": 0}


@pytest.mark.parametrize(
    ("text", "assets"),
    [
        ("one", {1}), ("ADA", {1, 3}), ("\N{FULLWIDTH LATIN CAPITAL LETTER T}wo", {2}), (" four ", {4}), ("f", {4, 5}),
        ("{measure:Identifier}", {4}), ("=hyperlink", {4}), ("2", {2}), ("02", {2}), ("Hits", set()), ("Secret", set()),
        ("%", set()), ("_", set()), ("99999999999999999999", set()), (" ", set()),
    ],
)  # fmt: skip
def test_tracks_are_found_by_a_part_of_their_title_or_artist_or_by_their_id(
    client: Any, events: list[Sent], text: str, assets: set[int]
) -> None:
    period = (START, NOW)
    answer = ask(client, "tracks", "alpha", period, search=text, sort="events")
    assert {int(row["asset_id"]) for row in answer["tracks"]} == assets
    assert answer["total"] == len(assets)
    expected = recount.tracks(events, "alpha", period, asset_id=tuple(assets))
    assert by_asset(answer["tracks"]) == expected
    kept = ask(client, "tracks", "alpha", period, search=text, asset="1,4")["tracks"]
    assert {int(row["asset_id"]) for row in kept} == assets & {1, 4}
    left = ask(client, "tracks", "alpha", period, search=text, asset_not="1,4")["tracks"]
    assert {int(row["asset_id"]) for row in left} == assets - {1, 4}


def test_a_text_that_most_names_hold_is_refused(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audioscape_server.api.queries._MOST_CALLED", 1)
    answer = client.get("/analytics/v1/tracks?search=ada", headers={"x-api-key": "read:alpha"})
    assert (answer.status_code, answer.json()["error"]) == (
        400, "search: expected a text that is in the names of at most 1 tracks, found 'ada'",
    )  # fmt: skip
    assert client.get("/analytics/v1/tracks?search=ada&asset=1", headers={"x-api-key": "read:alpha"}).status_code == 200
