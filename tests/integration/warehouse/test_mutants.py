"""Breaks the warehouse on purpose, one defect at a time, and demands that the test that promises otherwise fails.

Run with ``pytest -m mutants``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mutants import Mutant, require_makeable, require_noticed

if TYPE_CHECKING:
    from pathlib import Path


def named(file: str, name: str) -> str:
    return f"integration/warehouse/test_{file}.py::test_{name}"


MUTANTS = [
    # Who was there on a day
    *(Mutant(name, file, old, new, named("rollups", test)) for name, file, old, new, test in (
        ("an upgrade forgets who was there", "warehouse/migrate.py", '["place_day", "search_day"], days', '["search_day"], days', "an_upgrade"),
        ("an upgrade forgets clicks of nobody", "warehouse/migrate.py", '["place_day", "search_day"], days', '["place_day"], days', "an_upgrade"),
        ("who listens is kept twice", "warehouse/schema.sql", "length(listeners) + 1)) AS others", "length(doing) + 1)) AS others", "who_listens_in_a_block"),
        ("who did something else is nobody", "warehouse/schema.sql", "(player, time) -> (time = 1)", "(player, time) -> (time = 2)", "rollups_know_who"))),
    # All that rollups say is compared
    *(Mutant(name, "warehouse/fingerprint.py", old, new, named("rollups", test)) for name, old, new, test in (
        ("members are not told apart", "arraySum(one -> cityHash64('{name}', one), {members})", "length({members})", "another_in_the_place"),
        ("buckets are not told apart", "cityHash64('{name}', of) * amount", "cityHash64('{name}') * 0", "who_was_there"),
        ("sets are compared by blocks", "if len(before) > 1 else before[0]", "if not before else before[-1]", "repairing_sound_days"),
        ("an unknown kind is left out", "if type_.startswith(kind):", "if type_.startswith(kind) or 'max' in type_:", "a_measure_of_a_kind"))),
    # Events sorted anew
    Mutant("inserts go on during the copy", "warehouse/reorder.py",
           '        connections.change(statement("schema/close_inbox"), {}, {})\n', "", named("reorder", "inserts_wait_while")),
    Mutant("a day that is begun is left so", "warehouse/reorder.py", '        if row["is_begun"]:\n', "        if False:\n",
           named("reorder", "what_was_copied_in_part")),
    Mutant("a day that is begun counts as copied", "warehouse/sql/schema/uncopied_days.sql",
           "HAVING sumIf(events, side = 'events') != sumIf(events, side = 'copy')", "HAVING max(side = 'copy') = 0",
           named("reorder", "what_was_copied_in_part")),
    Mutant("sorted tables are exchanged again", "warehouse/reorder.py",
           "    copy = _taken_over(connections)\n    if not _is_sorted(connections):\n", "    copy = _taken_over(connections)\n    if True:\n",
           named("reorder", "a_kill_at_any_step")),
    Mutant("nothing is copied", "warehouse/reorder.py", "        _copy(connections, copy, fence.own)\n", "", named("reorder", "all_events_are_there")),
    Mutant("the old table stays", "warehouse/reorder.py",
           '    connections.change(f"DROP TABLE IF EXISTS {copy} SYNC", {}, {})\n', "", named("reorder", "all_events_are_there")),
    Mutant("a worker that was overtaken copies on", "warehouse/sql/schema/copy_day.sql",
           " AND (SELECT 1 + max(raised) FROM fence) = {token:UInt64}", "", named("reorder", "a_copy_that_arrives_late")),
    Mutant("a worker that was overtaken exchanges", "warehouse/reorder.py",
           "        connections.change(f\"RENAME TABLE {row['name']} TO {own}\", {}, {})\n", "        own = row['name']\n",
           named("reorder", "of_two_workers")),
    Mutant("a copy may take the reserve", "warehouse/room.py", "        needed = bytes_ + self._reserve_bytes\n", "        needed = bytes_\n",
           named("room", "an_upgrade_that_copies")),
    # A full disk
    Mutant("no look after a write", "warehouse/warehouse.py",
           "                if self._soundness.look(failed=failed):\n                    # In", "                if False:\n                    # In",
           named("parts", "an_insert_of_which_a_write_failed")),
    Mutant("failed writes uncounted", "warehouse/sql/parts/failures.sql", "DescriptorWriteFailed", "DescriptorWriteF",
           named("parts", "an_insert_of_which_a_write_failed")),
    Mutant("files that could not be opened are passed over", "warehouse/warehouse.py", "look(failed=failed)", "look()",
           "faults/test_syscalls.py::test_a_part_that_was_refused_once_it_had_its_name"),
    Mutant("a failed change is forgotten while the engine cannot answer", "warehouse/parts.py",
           "self._failed_change |= failed", "self._failed_change = failed",
           named("parts", "a_change_that_failed_is_remembered")),
    Mutant("failed syncs of folders uncounted", "warehouse/sql/parts/failures.sql", "CANNOT_FSYNC", "CANNOT_FSYNCS",
           "faults/test_syscalls.py::test_a_folder_that_is_not_synced"),
    Mutant("a DELETE that was ended is taken for over", "warehouse/parts.py", '        if unfinished["mutations"]:\n', "        if False:\n",
           named("parts", "tables_are_opened_again_where_a_delete")),
    Mutant("a table is closed when its readers have done", "warehouse/parts.py",
           'self._connections.command(statement("parts/end_questions"), changes)', "changes",
           named("parts", "no_table_stays_closed")),
    Mutant("nobody tends", "warehouse/warehouse.py", "                    if self._soundness.is_doubtful:\n                        self._mend()\n",
           "                    pass\n", named("parts", "a_merge_of_which_a_write_failed")),
    Mutant("doubt is no hindrance", "warehouse/warehouse.py", "            if self._soundness.is_doubtful:\n                self._mend()\n",
           "", named("parts", "a_merge_of_which_a_write_failed")),
    Mutant("tables stay open", "warehouse/parts.py", '            self._connections.command(f"DETACH TABLE IF EXISTS {quoted(table)} SYNC")\n',
           "", named("parts", "a_merge_of_which_a_write_failed")),
    Mutant("a table that did not open is forgotten", "warehouse/parts.py", "            self._closed.add(table)\n", "",
           named("parts", "a_table_that_could_not_be_opened")),
    Mutant("a mending that failed forgets", "warehouse/parts.py",
           "        except WarehouseUnavailable:\n            with self._suspects_lock:\n",
           "        except WarehouseUnavailable:\n            self._known_aside = set(aside(self._connections))\n            with self._suspects_lock:\n",
           named("parts", "what_is_set_aside_by_a_mending_that_fails")),
    Mutant("a delete is cut short for ever", "warehouse/store.py", "        if not _MUTATION.match(file.read_bytes()):\n",
           "        if not file.read_bytes():\n", named("parts", "a_delete_of_which_a_write_failed")),
    Mutant("old deletes hold up new ones", "warehouse/fence.py",
           "        self._soundness.end_mutations()\n", "", named("parts", "a_delete_that_never_ends")),
    Mutant("no reserve for inserts", "warehouse/warehouse.py", "            self._room.require_for_insert()\n            if plays", "            if plays",
           named("room", "below_the_reserve_nothing_is_changed")),
    Mutant("no reserve for deletes", "warehouse/warehouse.py",
           "            self._room.require_for_change()\n            # 2: on", "            # 2: on",
           named("room", "below_the_reserve_nothing_is_changed")),
    Mutant("no reserve for rebuilds", "warehouse/warehouse.py",
           "            self._room.require_for_change()\n            return rollups", "            return rollups",
           named("room", "below_the_reserve_nothing_is_changed")),
    Mutant("inserts to the last byte of the reserve", "warehouse/room.py", "return self._reserve_bytes // 2",
           "return self._reserve_bytes // 4", named("room", "below_the_reserve_nothing_is_changed")),
    Mutant("a reserve that is just there is short", "warehouse/room.py", "        if free < bytes_:", "        if free <= bytes_:",
           named("room", "the_disk_of_a_server")),
    Mutant("merges go on", "warehouse/warehouse.py", '            self._connections.command(statement("parts/stop_merges"))\n', "",
           named("room", "below_the_reserve_nothing_merges")),
    Mutant("merges never start again", "warehouse/warehouse.py", '            self._connections.command(statement("parts/start_merges"))\n',
           "", named("room", "all_goes_on_by_itself")),
    Mutant("merges go on at the start", "warehouse/warehouse.py",
           "        self._soundness.begin()\n        self._mind_the_room()\n", "        self._soundness.begin()\n",
           named("room", "merges_are_stopped_from_the_start")),
    Mutant("waiting for room", "warehouse/warehouse.py",
           "            # Whoever waits for one must not wait for room.\n            self._soundness.end_mutations()\n",
           "", named("room", "whoever_waits_for_a_delete")),
    Mutant("the engine keeps nothing free", "warehouse/client.py", "_KEEP_FREE: self._keep_free_bytes", "_KEEP_FREE: 0",
           named("room", "the_engine_itself_leaves_free")),
    Mutant("a gone disk is full of room", "warehouse/room.py", "            return 0  #", "            return 1 << 60  #",
           named("room", "a_disk_that_is_gone")),
    # Parts that cannot be read
    Mutant("damage is not noted", "warehouse/warehouse.py", "            self._soundness.met(error)\n", "",
           named("parts", "a_part_that_cannot_be_read")),
    Mutant("flipped bytes stay", "warehouse/parts.py", "DETACH PART", "MODIFY COMMENT", named("parts", "a_part_that_cannot_be_read")),
    Mutant("rollups unchecked", "warehouse/sql/parts/tables.sql", "engine LIKE '%MergeTree'", "engine = 'MergeTree'",
           named("parts", "a_check_reads_every_table")),
    Mutant("days of what lies aside unknown", "warehouse/warehouse.py", "for one in self.parts_aside() for day in one.days", "for day in ()",
           "integration/loader/test_repair.py::test_a_rollup_that_lost_a_part"),
    # Errors
    Mutant("unknown codes are refused", "warehouse/errors.py", "code in DATA_ERRORS or", "code not in UNREADABLE_CODES or",
           named("errors", "every_error_that_is_not_of_the_data")),
    Mutant("a question is refused", "warehouse/errors.py", "if inserting and (", "if (", named("errors", "an_error_of_the_data_is_refused")),
    Mutant("nothing is refused", "warehouse/errors.py", "if inserting and (", "if False and (", named("errors", "an_error_of_the_data_is_refused")),
    Mutant("a code by another name", "warehouse/errors.py", '226: "NO_FILE', '232: "NO_FILE', named("errors", "codes_are_known")),
    Mutant("no word of our own faults", "warehouse/warehouse.py", "error.code not in BUSY_CODES", "error.code in BUSY_CODES",
           named("errors", "a_statement_at_fault")),
    # Late attempts
    Mutant("an insert comes after all", "warehouse/migrations/0013_events_open.sql",
           "\n            AND token = (SELECT 1 + max(raised) FROM fence)", "", named("fence", "an_insert_that_arrives_late")),
    Mutant("an older version goes on", "warehouse/migrations/0013_events_open.sql", "NOT throwIf(token = 0, ", "NOT throwIf(token = 9, ",
           named("fence", "what_a_worker_of_an_older_version")),
    Mutant("what is learned in passing hides what is learned", "warehouse/sql/lengths/learn.sql", "greatest(known.version, 1) + 1", "known.version + 1",
           named("fence", "a_length_that_is_learned_in_passing")),
    Mutant("a delete comes after all", "warehouse/sql/loading/delete_block.sql",
           "\n    AND (SELECT 1 + max(raised) FROM fence) = {token:UInt64}", "", named("fence", "a_delete_that_arrives_late")),
    Mutant("a delete of a batch comes after all", "warehouse/sql/loading/delete_batch.sql",
           " AND (SELECT 1 + max(raised) FROM fence) = {token:UInt64}", "", named("fence", "a_delete_that_arrives_late")),
    Mutant("a judging comes after all", "warehouse/sql/lengths/judge_days.sql",
           "WHERE (SELECT 1 + max(raised) FROM fence) = {token:UInt64}\n    AND day", "WHERE day", named("fence", "a_judging_that_arrives_late")),
    Mutant("all is judged after all", "warehouse/sql/lengths/judged.sql",
           " AND (SELECT 1 + max(raised) FROM fence) = {token:UInt64}", "", named("fence", "a_judging_that_arrives_late")),
    Mutant("a month is emptied after all", "warehouse/sql/rollups/empty_month.sql",
           " AND (SELECT 1 + max(raised) FROM fence) = {token:UInt64}", "", named("fence", "a_month_that_is_emptied_late")),
    Mutant("a swap comes after all", "warehouse/fence.py", "        rollups.rename_side_tables(self._connections)\n", "",
           named("fence", "a_swap_that_arrives_late")),
    Mutant("a rebuild by an old name", "warehouse/rollups.py", "_{uuid.uuid4().hex[:12]}", "", named("fence", "a_rebuild_that_arrives_late")),
    Mutant("whoever lost the lock goes on", "warehouse/fence.py", "return self.token() if self._own is None else self._own",
           "return self.token()", named("fence", "a_worker_that_lost_the_lock")),
    Mutant("the driver sends again", "warehouse/client.py", "        client.http = SendsOnce(client.http)\n", "",
           named("fence", "an_insert_that_arrives_late")),
    Mutant("an insert runs on", "warehouse/fence.py",
           '        if self._connections.raw(statement("fence/end_changes"), {"comment": self._connections.change_comment}):\n', "        if False:\n",
           named("parts", "an_insert_that_was_given_up")),
    Mutant("an insert without a name", "warehouse/warehouse.py",
           '            "log_comment": self._connections.change_comment,\n', "", named("parts", "an_insert_that_was_given_up")),
    Mutant("one token for all attempts", "warehouse/warehouse.py", 'f"{spool}:{block}:{attempt}"', 'f"{spool}:{block}"',
           named("parts", "each_attempt_has_its_own_token")),
    # A first start
    Mutant("whatever has no migrations is new", "warehouse/migrate.py", "not (present or step_by_step)", 'not ("migrations" in present or step_by_step)',
           named("schema", "a_lost_record")),
    Mutant("a first start that has begun is forgotten", "warehouse/migrate.py", "if first_start.TABLE in present or not", "if not",
           named("first_start", "a_first_start_that_is_cut_short")),
    Mutant("it never ends", "warehouse/migrate.py", "    _write_down(connections, migrations())\n    first_start.end(connections)\n",
           "    _write_down(connections, migrations())\n", named("first_start", "a_new_warehouse_is_the_one")),
    Mutant("written down before it is made", "warehouse/migrate.py",
           "    first_start.make(connections)\n    _write_down(connections, migrations())\n",
           "    connections.command(statements_of(first_start._schema())[-1])\n    _write_down(connections, migrations())\n    first_start.make(connections)\n",
           named("first_start", "a_first_start_that_is_cut_short")),
    Mutant("who was overtaken writes down all the same", "warehouse/migrate.py",
           '    if "migrations" in _present(connections) and _applied(connections):\n', "    if False:\n",
           named("first_start", "a_later_version_that_is_overtaken")),
    Mutant("any version goes on with it", "warehouse/first_start.py", "    if begun != [_name()]:\n", "    if False:\n",
           named("first_start", "what_another_version_has_begun")),
    Mutant("a database without a table is no whole one", "warehouse/store.py",
           '        if not any((folder / "data" / database).glob("*")):\n', "        if False:\n", named("first_start", "a_kill_in_a_first_start")),
    # Opening
    Mutant("any folder will do", "warehouse/store.py", "    if foreign := sorted(found - _SKELETON):", "    if foreign := []:",
           named("store", "what_is_no_whole_warehouse")),
    Mutant("half a store will do", "warehouse/store.py", "    _require_whole(folder, database, _descriptions(folder, database))\n", "",
           named("store", "what_is_no_whole_warehouse")),
    Mutant("a lost view will do", "warehouse/migrate.py", "    if gone := sorted(expected - present):", "    if gone := []:",
           named("schema", "a_warehouse_that_lacks_a_table")),
    Mutant("no look at who has it open", "warehouse/store.py", "    _require_not_open_elsewhere(folder)\n", "",
           named("store", "a_warehouse_that_another_process")),
    Mutant("no look at permissions", "warehouse/store.py", "    _require_permission(folder)\n", "", named("store", "what_may_not_be_used")),
    Mutant("an empty delete stops the start", "warehouse/store.py", "    drop_unfinished_files(folder)\n    _require", "    _require",
           named("store", "what_a_full_disk_leaves_of_a_delete")),
    Mutant("the engine's words are lost", "warehouse/store.py", 'caught.read().decode(errors="replace").strip() or str(error)', "str(error)",
           named("store", "what_is_no_whole_warehouse")),
]  # fmt: skip


def test_every_mutant_is_a_change_of_the_code_as_it_stands() -> None:
    require_makeable(MUTANTS)


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_named_test_notices(mutant: Mutant, tmp_path: Path) -> None:
    require_noticed(mutant, tmp_path)
