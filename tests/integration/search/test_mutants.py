"""Breaks what is gathered, published and answered for search ranking, one defect at a time: ``pytest -m mutants``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mutants import Mutant, require_makeable, require_noticed

if TYPE_CHECKING:
    from pathlib import Path

STATE, RANK = "integration/search/test_state.py::", "integration/search/test_rank.py::"
GATHER = "warehouse/sql/search/gather.sql"
JOB = "scores/search_job.py"
RANKER = "scores/ranker.py"
PYTHON_SAYS = STATE + "test_every_row_is_what_plain_python_says"

LISTS = STATE + "test_served_lists_are_gathered"
AS_TYPED = r"""replaceRegexpAll(folded_query, '\\p{P}+', ''), ' +', ' ')) AS bare,
            substringUTF8(if(bare = '', folded_query, bare), 1, 64) AS query,
            assumeNotNull(asset_id)"""

MUTANTS = [
    Mutant("players of all ranks", GATHER, "sipHash64(player_id),\n                sipHash64", "sipHash64(player_id, timestamp),\n                sipHash64", PYTHON_SAYS),
    Mutant("any satisfied", GATHER, "max(duration) AS listened", "any(30) AS listened", PYTHON_SAYS),
    Mutant("outcomes of the next day are lost", GATHER, "+ 88200 AS until", "+ 86400 AS until", PYTHON_SAYS),
    Mutant("an end without a duration counts", GATHER, "            AND isNotNull(duration)\n", "", PYTHON_SAYS),
    Mutant("another key's outcome", GATHER, " AND clicks.sender = ends.sender", " AND clicks.sender != ''", PYTHON_SAYS),
    Mutant("the outcome before the click", GATHER, "clicks.at <= ends.at", "clicks.at >= ends.at", PYTHON_SAYS),
    Mutant("ranks below are apart", GATHER, "least(rank, 20)", "rank", PYTHON_SAYS),
    Mutant("punctuation tells apart", GATHER, AS_TYPED, AS_TYPED.replace("replaceRegexpAll(folded_query, '\\\\p{P}+', '')", "folded_query"), PYTHON_SAYS),
    Mutant("a list that is there twice", GATHER, "SELECT DISTINCT query, sender, timestamp", "SELECT query, sender, timestamp", LISTS),
    Mutant("lists of what nobody clicked", GATHER, " FROM typed WHERE query IN (SELECT query FROM asked)", " FROM typed", LISTS),
    Mutant("lists as deep as they are", GATHER, "AS ids), 1, 20)", "AS ids), 1, 100)", LISTS),
    Mutant("late lists", "warehouse/sql/search/days.sql", "any(lists.served)", "0", LISTS),
    Mutant("another project's clicks", GATHER, "        FROM events\n        WHERE project = {project:String}\n            AND day = {day:Date}", "        FROM events\n        WHERE day = {day:Date}", PYTHON_SAYS),
    Mutant("days are never gathered again", JOB, 'known[row["day"]].print == row["print"]', "True", STATE + "test_order_repetition_and_parts"),
    Mutant("all days are gathered again", JOB, 'known[row["day"]].print == row["print"]', "False", STATE + "test_a_run_gathers_only"),
    Mutant("rows are taken for there", JOB, "held.get(one.snapshot, 0) == one.rows", "True", STATE + "test_a_day_whose_rows_were_lost"),
    Mutant("one side", JOB, "1 - one.side for one", "one.side for one", STATE + "test_a_run_writes_beside_what_is_read"),
    Mutant("the last number counts", "warehouse/sql/search/model.sql", "ORDER BY snapshot DESC", "ORDER BY snapshot", STATE + "test_who_was_held_up"),
    Mutant("whatever is there counts", "warehouse/sql/search/clicks.sql", " AND snapshot IN {snapshots:Array(UInt64)}", "", STATE + "test_nobody_sees"),
    Mutant("a model of yesterday", JOB, "_hash([today.isoformat(), ", "_hash([", STATE + "test_a_new_day"),
    Mutant("the first slice is all", JOB, "range(slices)", "range(1)", STATE + "test_slices"),
    Mutant("orders teach nothing", JOB, "model = learn(rows, last, ", "model = learn(rows, {}, ", "integration/search/test_orders.py::test_how_good"),
    Mutant("nothing steps back", JOB, "if verdict.steps_back}", "if False}", "integration/search/test_orders.py::test_an_order_that"),
    Mutant("the ranking forgets to step back", RANKER, "stepped_back=asked in found.stepped_back)\n        return Ranking", "stepped_back=False)\n        return Ranking", "integration/search/test_orders.py::test_an_order_that"),
    Mutant("what could not be written is lost", "scores/search_orders.py", "self._waiting = [*orders, *self._waiting]", "pass", "integration/search/test_orders.py::test_orders_that_could_not"),
    Mutant("what was kept stays", RANKER, "kept[0] == found.snapshot", "True", RANK + "test_a_new_publication"),
    Mutant("one project for all", RANKER, "self._gathered.get((project, query))", 'self._gathered.get(("", query))', RANK + "test_a_new_publication"),
    Mutant("who must not block asks", RANKER, "same._warehouse = _Nobody()", "pass", RANK + "test_who_must_not_block"),
    Mutant("every search is handed to a thread", "searching.py", "work(self._at_hand)", "await self._ranking.run(lambda: work(self._ranker))", RANK + "test_a_search_at_hand"),
    Mutant("nothing is let go", "scores/kept.py", "while self._sum > self._most", "while False", RANK + "test_what_is_kept_is_bounded"),
    Mutant("nothing is made ready", RANKER, "else self._ready(project, found)", "else {}", RANK + "test_who_refreshes"),
    Mutant("everybody is looked after", RANKER, "now - one.asked_at >= LOOKED_AFTER_S", "False", RANK + "test_who_refreshes"),
    Mutant("few players are told", "api/search_signals.py", "PLAYERS: Final = 5", "PLAYERS: Final = 4", "integration/search/test_signals.py::test_only_what_five"),
    Mutant("judgments without a cap", "warehouse/sql/search/signals.sql", "if(allowed < 0, 1, least(", "if(1, 1, least(", "integration/search/test_signals.py::test_judgments_are"),
    Mutant("the last page leads on", "api/search_signals.py", "if len(queries) > limit else None", "if queries else None", "integration/search/test_signals.py::test_only_what_five"),
    Mutant("candidates twice", "api/search_ranking.py", "if asset in found:", "if False:", RANK + "test_what_cannot_be_ranked"),
]  # fmt: skip


def test_every_mutant_is_a_change_of_the_code_as_it_stands() -> None:
    require_makeable(MUTANTS)


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name.replace(" ", "-") for mutant in MUTANTS])
def test_a_defect_is_noticed(mutant: Mutant, tmp_path: Path) -> None:
    require_noticed(mutant, tmp_path)
