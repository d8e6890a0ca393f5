"""Breaks how it is found out who cheats, one defect at a time: ``pytest -m mutants``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mutants import Mutant, require_makeable, require_noticed

if TYPE_CHECKING:
    from pathlib import Path

HERE = "integration/scores/test_integrity.py::test_"
NUMBERS = "integration/scores/test_numbers.py::test_"
POPULARITY, TRAFFIC = (f"warehouse/sql/scores/{name}.sql" for name in ("popularity", "traffic"))
CHARTS = "unit/scores/test_charts.py::test_"
PROJECTS = "jobs/projects.py"
HALF = "integration/scores/test_half_stored.py::test_"
CUSTOM = "integration/scores/test_custom.py::test_"
JOB, CROWDS, LOOPS, RANKS = (
    "scores/integrity.py",
    *(f"warehouse/sql/integrity/{name}.sql" for name in ("crowds", "loops", "ranks")),
)
EDGES, PYTHON_SAYS = HERE + "the_rules_at", HERE + "crowds_are_counted"

MUTANTS = [
    Mutant("51 listeners", JOB, "LEAST_LISTENERS: Final = 50", "LEAST_LISTENERS: Final = 51", EDGES),
    Mutant("49 listeners", JOB, "LEAST_LISTENERS: Final = 50", "LEAST_LISTENERS: Final = 49", EDGES),
    Mutant("29 voters", JOB, "LEAST_VOTERS: Final = 30", "LEAST_VOTERS: Final = 29", EDGES),
    Mutant("29 clickers", JOB, "LEAST_CLICKERS: Final = 30", "LEAST_CLICKERS: Final = 29", EDGES),
    Mutant("59 plays", JOB, "LEAST_PLAYS: Final = 60", "LEAST_PLAYS: Final = 59", EDGES),
    Mutant("from place 10", JOB, "DEEP_FROM: Final = 11", "DEEP_FROM: Final = 10", EDGES),
    Mutant("the top is two places", JOB, "TOP_TO: Final = 3", "TOP_TO: Final = 2", EDGES),
    Mutant("half a crowd", JOB, "SHARE: Final = 0.8", "SHARE: Final = 0.5", EDGES),
    Mutant("six days", JOB, "WINDOW_DAYS: Final = 7", "WINDOW_DAYS: Final = 6", EDGES),
    Mutant("nine days", JOB, "WINDOW_DAYS: Final = 7", "WINDOW_DAYS: Final = 9", EDGES),
    Mutant("a vote is a listener", CROWDS, "if(type = 'vote', 2, 1)", "1", PYTHON_SAYS),
    Mutant("all heard something else", CROWDS, "length(all_deeds) = 1) AS only_here", "length(all_deeds) = 2) AS only_here", PYTHON_SAYS),
    Mutant("who voted has heard", CROWDS, "countIf(deed.2 = 2)", "countIf(bitTest(deed.2, 1))", PYTHON_SAYS),
    Mutant("usual is what is looked at", CROWDS, "sum(only_here) OVER () - only_here) / other", "only_here) / other", PYTHON_SAYS),
    Mutant("the nameless are one", CROWDS, "            AND player_id != ''\n", "", EDGES),
    Mutant("plays of all days", LOOPS, "GROUP BY key, player_id, asset, day\n", "GROUP BY key, player_id, asset, 1 + toUInt8(day > 0)\n", EDGES),
    Mutant("the top of one asset", RANKS, "OVER (PARTITION BY key, folded_query)", "OVER (PARTITION BY key, folded_query, asset)", EDGES),
    Mutant("another project's clicks", RANKS, "WHERE project = {project:String}\n            AND day", "WHERE day", EDGES),
    Mutant("one key colludes", JOB, "if len(keys) > 1:", "if len(keys) > 0:", EDGES),
    Mutant("nobody colludes", JOB, "if len(keys) > 1:", "if len(keys) > 3:", EDGES),
    Mutant("a cap for the tenant", JOB, '"told_only" if allowance is None', '"told_only" if allowance == 7', HERE + "the_only_key"),
    Mutant("an older worker counts", "warehouse/sql/integrity/flagged.sql", "max(snapshot)", "min(snapshot)", HERE + "flags_are_published"),
    Mutant("old flags stay", "warehouse/sql/integrity/flagged.sql", "\n    AND snapshot = (SELECT max(snapshot) FROM integrity_flags WHERE project = {project:String})", "", HERE + "flags_are_published"),
    Mutant("looked at once", PROJECTS, "if is_same and", "if last.at > 0 and", HERE + "a_project_is_looked_at"),
    Mutant("looked at always", PROJECTS, "if is_same and", "if False and", HERE + "a_project_is_looked_at"),
    Mutant("never looked at again", PROJECTS, "STALE_S: Final = 3_600.0", "STALE_S: Final = 9e9", HERE + "a_project_is_looked_at"),
    Mutant("what is half stored is seen", PROJECTS, "under_way & last.under_way if is_same else under_way)", "frozenset())", HALF + "lists_that"),
    Mutant("a long block is forgotten", PROJECTS, "under_way & last.under_way if is_same", "frozenset() if is_same", HALF + "a_project_is_due"),
    Mutant("any block is waited for", PROJECTS, "under_way & last.under_way if is_same else under_way", "under_way", HALF + "a_project_is_due"),
    Mutant("a listener of an unknown key", POPULARITY, "            AND key IN {keys:Array(String)}\n            AND day", "            AND day", HALF + "the_first_listeners"),
    Mutant("a vote of an unknown key", POPULARITY, "            AND key IN {keys:Array(String)}\n            AND type", "            AND type", HALF + "what_a_key"),
    Mutant("a trend of an unknown key", "warehouse/sql/scores/trending.sql", "            AND key IN {keys:Array(String)}\n", "", HALF + "what_a_key"),
    Mutant("a crowd of an unknown key", JOB, '            if row["key"] in capped\n', "", HALF + "a_made_up"),
    Mutant("no block is under way", "warehouse/sql/fence/changes.sql", "= {comment:String}", "= concat('no', {comment:String})", HALF + "lists_that"),
    Mutant("a key lifts by 13 points", "scores/parameters.py", "key_points: float = 9.0", "key_points: float = 13.0", NUMBERS + "no_usual_key"),
    Mutant("a key is measured by itself", POPULARITY, "totals[1] - arrayMax(", "totals[1] - 0 * arrayMax(", NUMBERS + "every_number"),
    Mutant("no share of the traffic", POPULARITY, "greatest(growth, allowed) * greatest", "growth * greatest", NUMBERS + "every_number"),
    Mutant("ends have no cap", POPULARITY, "least(1, (greatest(1, allowed)", "greatest(1, (greatest(1, allowed)", NUMBERS + "every_number"),
    Mutant("all ends of a capped key", POPULARITY, "arraySum((number, part) -> number * part, by_key.5", "arraySum((number, part) -> number, by_key.5", NUMBERS + "every_number"),
    Mutant("all skips of a capped key", POPULARITY, "arraySum((number, part) -> number * part, by_key.6", "arraySum((number, part) -> number, by_key.6", NUMBERS + "every_number"),
    Mutant("custom events add nothing", POPULARITY, "* f + x) / unit", "* f) / unit", CUSTOM + "every_number"),
    Mutant("all custom types are the first", POPULARITY, "bitTest(did, 5 + number)", "bitTest(did, 6)", CUSTOM + "every_number"),
    Mutant("a custom type counts by itself", POPULARITY, "OR has({custom_types:Array(String)}, type))", "OR type = 'boss_fight')", CUSTOM + "types_without"),
    Mutant("custom events are older than others", POPULARITY, "arraySlice(custom, 1 + (number", "arraySlice(custom, 2 + (number", CUSTOM + "every_number"),
    Mutant("custom types as they were given", "scores/scope.py", "dict(sorted(self._parameters.custom_weights.items()))", "dict(self._parameters.custom_weights.items())", CUSTOM + "an_asset_of"),
    Mutant("eleven custom types", "scores/what_if.py", "MOST_CUSTOM: Final = 10", "MOST_CUSTOM: Final = 11", "integration/scores/test_what_if.py::test_what_is_no_number"),
    Mutant("a trend may surprise less", "scores/parameters.py", "trend_z: float = 1.6", "trend_z: float = 1.5", CHARTS + "the_more"),
    Mutant("a trend must surprise more", "scores/parameters.py", "trend_z: float = 1.6", "trend_z: float = 1.7", CHARTS + "the_more"),
    Mutant("chance may flag more", "scores/parameters.py", "trend_false_share: float = 0.0025", "trend_false_share: float = 0.003", CHARTS + "the_more"),
    Mutant("a trend may grow less", "scores/parameters.py", "trend_lift: float = 1.4", "trend_lift: float = 1.3", CHARTS + "a_trend"),
    Mutant("all tracks are well heard", "scores/trending.py", "sum(one >= parameters.trend_listeners / 2 for one in usual)", "len(usual)", CHARTS + "the_more"),
    Mutant("the bar is that of one track", "scores/model.py", '(row["expected"] for row in compared)', '(row["expected"] for row in compared[:1])', NUMBERS + "every_number"),
    Mutant("a trend surprises as if it were alone", "scores/model.py", "bar=bar", "bar=parameters.trend_z", CHARTS + "where_many"),
    Mutant("an older formula keeps its numbers", "scores/what_if.py", "msgspec.structs.replace(DEFAULT, version", "msgspec.structs.replace(found, version", "integration/scores/test_what_if.py::test_what_a_project_chose"),
    Mutant("custom weights are lost", "scores/what_if.py", '(*CHANGEABLE, "custom_weights")', "CHANGEABLE", "integration/scores/test_what_if.py::test_what_a_project_chose"),
    Mutant("a weight of 0 stays", "scores/what_if.py", "**custom}.items() if value}", "**custom}.items()}", "integration/scores/test_what_if.py::test_a_custom_type"),
    Mutant("a key of the project in a universe", TRAFFIC, "({universe:UInt64} = 0 OR universe = {universe:UInt64})", "{universe:UInt64} >= 0", NUMBERS + "the_only_key"),
]  # fmt: skip


def test_every_mutant_is_a_change_of_the_code_as_it_stands() -> None:
    require_makeable(MUTANTS)


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_named_test_notices(mutant: Mutant, tmp_path: Path) -> None:
    require_noticed(mutant, tmp_path)
