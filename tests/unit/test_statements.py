"""Of a statement is sent what a question needs, and no value is ever text of it."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from audioscape_server.warehouse.statements import statement, statements

NOTHING_FILTERED = {name: [] for kind in ("universes", "places", "keys", "assets") for name in (kind, f"not_{kind}")}
OF_DAYS = {"since": 0.0, "until": 86400.0, "utc_days": 1, "some_days": 1, "whole_days": 1, "cut_days": []}


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({}, set[str]()),
        ({"universes": [1]}, {"universe IN {universes:Array(UInt64)}"}),
        (
            {"not_places": [0], "keys": ["k"]},
            {"place NOT IN {not_places:Array(UInt64)}", "key IN {keys:Array(String)}"},
        ),
    ],
)
def test_filters_that_let_all_pass_are_left_out(asked: dict[str, list[int]], named: set[str]) -> None:
    found = statement("filters/all", NOTHING_FILTERED | asked)
    assert {line.strip().removeprefix("AND ") for line in found.splitlines() if "{" in line} == named


@pytest.mark.parametrize("name", ["read/tracks", "read/places", "read/measures_of_tracks", "read/measures_of_places"])
@pytest.mark.parametrize(
    ("asked", "tables"),
    [
        (OF_DAYS, {"rollup"}),
        (OF_DAYS | {"whole_days": 0}, {"rollup", "events"}),
        (OF_DAYS | {"whole_days": 0, "some_days": 0}, {"events"}),
    ],
)
def test_only_what_holds_a_part_of_the_period_is_read(name: str, asked: dict[str, object], tables: set[str]) -> None:
    sent = statement(name, NOTHING_FILTERED | asked)
    assert {"rollup" for table in ("track_day", "place_day") if f"FROM {table}\n" in sent} | (
        {"events"} if "FROM events\n" in sent else set()
    ) == tables
    assert ("UNION ALL" in sent) == (len(tables) == 2)


def test_what_a_statement_asks_about_must_be_told() -> None:
    with pytest.raises(UndefinedError, match="'universes' is undefined"):
        statement("filters/all")


def test_a_value_never_becomes_text() -> None:
    with pytest.raises(TypeError, match="takes its values from the engine"):
        statements().from_string("SELECT {{ name }}").render(name="1")
