"""Breaks loading on purpose, one defect at a time, and demands that the test that promises otherwise fails.

Run with ``pytest -m mutants``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mutants import Mutant, require_makeable, require_noticed

if TYPE_CHECKING:
    from pathlib import Path


def loader(name: str) -> str:
    return f"integration/loader/test_loader.py::test_{name}"


def claims(name: str) -> str:
    return f"integration/loader/test_claims_of_nodes.py::test_{name}"


def check(name: str) -> str:
    return f"integration/loader/test_check.py::test_{name}"


def recognition(name: str) -> str:
    return f"integration/loader/test_recognition.py::test_{name}"


def release(name: str) -> str:
    return f"integration/loader/test_release.py::test_{name}"


def repair(name: str) -> str:
    return f"integration/loader/test_repair.py::test_{name}"


MUTANTS = [
    # Recognition
    Mutant("an older copy passes for the spool", "loading/recognition.py", "lineage.blocks[spool.id] > spool.last_block()", "False",
           recognition("an_old_spool_deletes_nothing")),
    Mutant("a snapshot passes for its original", "loading/recognition.py", "            spool.id in lineage.running\n            or ", "            ",
           recognition("a_snapshot_beside_its_running")),
    Mutant("what the archive holds is sent anew", "loading/recognition.py", "            self._repair.bring_back(lineage.gone)\n", "",
           recognition("an_old_spool_beside_an_old_warehouse")),
    Mutant("claims of lost batches stay", "loading/recognition.py",
           "            self._claims.release(one, first if one == spool.id else 0, numbers, kept)\n", "            pass\n",
           recognition("a_retry_of_what_the_lost_history")),
    Mutant("claims of batches that are nowhere stay", "loading/recognition.py",
           "            self._claims.release(own, self._writer.first_batch, ())\n", "            pass\n",
           recognition("a_claim_of_a_batch_that_is_nowhere")),
    Mutant("claims in quarantine are given up", "loading/recognition.py",
           "                numbers += [batch.batch for batch in quarantined]", "                pass",
           release("the_claim_of_a_batch_in_quarantine")),
    Mutant("a block under way claims nothing", "loading/recognition.py", "        self._remember_open_blocks(spool)\n", "",
           recognition("an_old_control_database_beside_a_block")),
    Mutant("claims of unknown ids stay in the archive", "loading/recognition.py", "frame.spool.startswith(mine)]", "frame.spool == spool.id]",
           recognition("claims_of_an_id_that_the_copy_never_knew")),
    Mutant("the lineage before its claims", "loading/recognition.py",
           "        self._restore_claims(spool, published)\n        self._remember_open_blocks(spool)\n        lineage = self._lineages.of(spool, published)\n",
           "        lineage = self._lineages.of(spool, published)\n        self._restore_claims(spool, published)\n        self._remember_open_blocks(spool)\n",
           recognition("claims_of_an_id_that_the_copy_never_knew")),
    Mutant("a part of a batch passes for it", "loading/recognition.py", "found.events >= one.events", "True",
           recognition("a_batch_of_which_another_history")),
    Mutant("the archive claims nothing", "loading/recognition.py", "        self._restore_claims(spool, published)\n", "",
           recognition("an_old_control_database_makes")),
    Mutant("nobody is told what is lost", "loading/recognition.py", "            self._tell_lost(spool, published.get(own))\n", "",
           recognition("a_copy_that_had_loaded_all")),
    Mutant("what runs elsewhere is taken", "loading/recognition.py", "if not lineage.running:", "if True:",
           recognition("a_snapshot_beside_its_running")),
    Mutant("the released is a stranger in the queue", "loading/recognition.py",
           "        for batch, place in held_by_instant([one for one in waiting if one.batch not in there], others).items():\n",
           "        for batch, place in dict[int, tuple[str, int]]().items():\n", release("what_waits_in_a_copy")),
    Mutant("the released stays in quarantine", "loading/recognition.py", "                stored.drop(batch)\n", "                pass\n",
           recognition("what_was_released_from_quarantine")),
    # The lineage
    Mutant("a number alone tells a batch", "loading/lineage.py", " and batch.received_at == one.received_at]", "]",
           recognition("what_the_copy_held")),
    Mutant("nobody runs elsewhere", "loading/lineage.py", "if self._leases.runs_elsewhere(one)}", "if False}",
           recognition("a_snapshot_beside_its_running")),
    Mutant("strangers are relatives", "loading/lineage.py", "if one.startswith(prefix):", "if True:",
           recognition("a_stranger")),
    Mutant("one that is held stands for all of its instant", "loading/lineage.py", "at.pop() for", "at[-1] for",
           release("one_that_is_loaded")),
    Mutant("nothing is held elsewhere", "loading/lineage.py", "return any(holders(one, others, held) for one in waiting)", "return False",
           recognition("an_older_and_then_a_newer")),
    # Release
    Mutant("released whatever the archive holds", "loading/release.py", "if lost.frame.spool in lineage.ids:", "if False:",
           release("what_was_released_and_loaded")),
    Mutant("released whatever the warehouse holds", "loading/release.py", "return set(held_by_instant(wanted, held))", "return set()",
           release("what_was_released_and_loaded")),
    Mutant("released whatever a relative may load", "loading/release.py", "if lineage.running else None", "if False else None",
           release("what_a_running_original")),
    # The loader
    Mutant("blocks in doubt are just sent", "loading/loader.py", "self._blocks.settle(spool, block)",
           "self._blocks.load(spool, block)", loader("an_insert_whose_answer_got_lost")),
    Mutant("a repeat that waits holds all up", "loading/loader.py", "                elif batches[0].batch > newest:\n                    break  # postponed for the second time\n",
           "                else:\n                    break\n", claims("a_repeat_waits_until")),
    # Cutting
    Mutant("repeats are stored", "loading/cutter.py", "stored.write_down(first, last, known)",
           "stored.write_down(first, last)", claims("a_repeat_is_counted")),
    Mutant("a repeat trusts the disk of another node", "loading/cutter.py", "        return set(waiting)\n", "        return set()\n",
           recognition("a_repeat_on_another_node_is_stored")),
    Mutant("a repeat waits for its own spool", "loading/cutter.py", "if first.spool not in mine}", "}",
           claims("a_repeat_within_one_spool")),
    Mutant("a spool that nobody heard of has loaded", "loading/cutter.py", "is None or not state", "is not None and not state",
           claims("a_repeat_of_a_spool_that_nobody")),
    Mutant("an unknown error ends the thread", "loading/loader.py", "            except Exception as error:  # noqa: BLE001 - the thread",
           "            except ValueError as error:  # noqa: BLE001 - the thread", loader("the_threads_own_loop_survives_what_nobody")),
    Mutant("an outage is kept from the others", "loading/loader.py",
           "            self.tell_others()\n        self._stopping", "            pass\n        self._stopping",
           claims("while_the_warehouse_is_away_the_others_hear")),
    Mutant("a lost part is no reason to look", "loading/loader.py",
           "        if self._warehouse.met_unreadable_part():\n            self._mended_at = 0.0\n", "",
           repair("a_rollup_that_lost_a_part")),
    Mutant("nobody asks for the rollups", "loading/loader.py", "                self._rollups_may_differ()\n", "                pass\n",
           repair("a_rollup_that_lost_a_part")),
    # One block
    Mutant("what was sent is taken for stored", "loading/blocks.py", "        if found != _events(batches):\n",
           "        if False:\n", loader("after_any_failure")),
    Mutant("half a block stays", "loading/blocks.py",
           "        if found:\n            self._delete(spool_id, block, batches)\n", "", loader("after_any_failure")),
    Mutant("one number for all attempts", "loading/blocks.py",
           "self._send(spool_id, self._writer.run(lambda stored: stored.next_attempt(block)), batches)",
           "self._send(spool_id, block, batches)", loader("every_attempt_has_a_number")),
    Mutant("doubt without a look at the rollups", "loading/blocks.py",
           "                    self._repair(days_of(read.batches))\n", "", loader("after_any_failure")),
    Mutant("a refusal without a look at the rollups", "loading/blocks.py",
           "            self._repair(days_of(batches))\n        if len", "        if len", loader("what_the_warehouse_refuses")),
    Mutant("a ghost stays in the rollups", "loading/repair.py",
           "                    self._note_rebuilt(self._warehouse.repair_days(days), done)\n                    done.ghosts", "                    done.ghosts",
           "integration/loader/test_repair.py::test_a_ghost_that_another_node_had_counted"),
    Mutant("claims of a process that is recognised twice", "loading/recognition.py", "            if not self._was_recognised:\n", "            if True:\n",
           recognition("a_process_that_is_recognised_twice")),
    Mutant("a ghost before all that is archived", "loading/repair.py",
           "            compared_up_to.setdefault(spool, block - 1)\n", "            compared_up_to.setdefault(spool, block)\n",
           "integration/loader/test_repair.py::test_the_first_block_of_a_spool_is_a_ghost_too"),
    Mutant("what is bad keeps its claim", "loading/blocks.py", "        if unreadable:\n            self._claims", "        if False:\n            self._claims",
           claims("a_repeat_of_a_batch_that_went_bad")),
    Mutant("what is bad takes its repeats with it", "loading/blocks.py", "            self._writer.run(lambda spool, bad=bad: spool.postpone_repeats_of(bad))\n", "",
           claims("a_repeat_in_the_same_block")),
    Mutant("want of room ends a drain", "loading/loader.py", " or not self._warehouse.may_change():", ":",
           loader("while_there_is_room_for_inserts_alone")),
    Mutant("a block under way takes from others", "loading/blocks.py", "        self._leave_to_others(spool, block)\n", "",
           recognition("a_repeat_that_is_faster_than_the_start")),
    Mutant("what others have claimed stays in the warehouse", "loading/blocks.py",
           "                self._repair(self._warehouse.delete_batch(spool.id, batch))\n", "                pass\n",
           recognition("a_repeat_that_is_faster_than_the_start")),
    Mutant("batches without a key ask for other spools", "loading/cutter.py", " if any(one.key_digest for one in batches) else {}", "",
           claims("a_batch_without_a_key_asks")),
    Mutant("who was first is asked before how it stands", "loading/cutter.py",
           "        states = self._ledgers.states() if any(one.key_digest for one in batches) else {}\n        repeats = self._settle_claims(spool.id, batches)\n",
           "        repeats = self._settle_claims(spool.id, batches)\n        states = self._ledgers.states() if any(one.key_digest for one in batches) else {}\n",
           claims("a_spool_that_is_renewed_while")),
    Mutant("an attempt that was given up runs on", "loading/alone.py", "        warehouse.raise_fence()\n", "",
           loader("an_attempt_that_is_late")),
    Mutant("kept once it left the spool", "loading/blocks.py",
           '        self._archive.append(spool.id, block.block, read.stored, [batch.events for batch in read.batches])\n'
           '        failpoint("loader.before_finish")\n        self._writer.run(lambda stored: stored.finish(block))\n',
           '        failpoint("loader.before_finish")\n        self._writer.run(lambda stored: stored.finish(block))\n'
           '        self._archive.append(spool.id, block.block, read.stored, [batch.events for batch in read.batches])\n',
           loader("a_block_is_in_the_archive_before")),
    Mutant("one refusal is enough", "loading/blocks.py", "if len(batches) == 1 and not last_try:", "if False:",
           loader("a_single_batch_is_tried_twice")),
    Mutant("damage is set aside and stays stored", "loading/blocks.py",
           "        self._delete(spool_id, block, all_of_it)\n", "", loader("a_row_that_goes_bad")),
    Mutant("a copy of what was split", "loading/blocks.py",
           "        if len(batches) > 1 or last_try:\n            self._archive.void(spool.id, block.block)\n", "",
           repair("a_block_that_was_split")),
    Mutant("a copy of what was set aside", "loading/blocks.py",
           "        if read.unreadable and not read.stored:\n            self._archive.void(spool.id, block.block)\n", "",
           repair("a_block_that_went_bad")),
    Mutant("open blocks are not published", "loading/publish.py", "open_blocks = tuple(block.block for block in spool.open_blocks())",
           "open_blocks = ()", repair("events_of_a_block_that_another_node")),
    # The check
    Mutant("a ledger of one moment, a recount of the next", "loading/check.py",
           "            with spool.snapshot():\n                known, recounted", "            if True:\n                known, recounted",
           check("what_is_accepted_meanwhile")),
    Mutant("a check among inserts", "loading/check.py", "        with self._lock.exclusive():\n            return self._compare",
           "        with self._lock.shared():\n            return self._compare", check("nobody_inserts_meanwhile")),
    Mutant("a block under way is a problem", "loading/check.py", "events - uncounted.get(name, 0)", "events",
           check("a_block_under_way")),
    Mutant("newer blocks are a problem", "loading/check.py", "    return ledger.state.last_block\n", "    return _HIGHEST\n",
           check("another_nodes_first_block")),
    Mutant("the warehouse may hold more", "loading/check.py", "sorted(expected.keys() | loaded.keys())", "sorted(expected.keys())",
           check("sabotage_of_the_warehouse")),
    Mutant("the ledger is right by itself", "loading/check.py", "            *_unbalanced(known),\n", "", check("sabotage_of_the_spool")),
    Mutant("the spool is not recounted", "loading/check.py", "            *_miscounted(mine, recounted),\n", "",
           check("sabotage_of_the_spool")),
    Mutant("the spool is not read", "loading/check.py", "            damage = spool.damage()\n", "            damage = None\n",
           check("sabotage_of_the_spool")),
    Mutant("the archive is not read", "loading/check.py", "            *self._archive.damage(),\n", "", repair("a_damaged_copy")),
    Mutant("lost blocks are not named", "loading/check.py", "lost = self._repair.lost_blocks()", "lost = []",
           repair("what_the_warehouse_lost")),
    Mutant("rollups are not compared", "loading/check.py", "differing_days(days, sets=True)", "differing_days([])",
           check("sabotage_of_the_warehouse")),
    Mutant("sets are not compared", "loading/check.py", "differing_days(days, sets=True)", "differing_days(days)",
           check("sabotage_of_the_warehouse")),
    Mutant("sets are not rebuilt", "loading/reconciliation.py", "sets=every_day", "sets=False", check("the_repair_mends_who_was_there")),
    # The repair
    Mutant("twice is not lost", "loading/repair.py", "if held.get(block, 0) != frame.events:", "if held.get(block, 0) < frame.events:",
           repair("what_the_warehouse_lost")),
    Mutant("half a block comes twice", "loading/repair.py",
           "            if found:\n                self._warehouse.delete_block(frame.spool, frame.block, *received)\n", "",
           repair("what_the_warehouse_lost")),
    Mutant("a block under way is lost", "loading/repair.py", "in self._compared(self._open_blocks):\n            for lost in",
           "in self._compared(set):\n            for lost in", repair("a_block_under_way_that_is_archived")),
    Mutant("again is one attempt", "loading/repair.py", 'f"again-{uuid.uuid4().hex}"', '"again"', repair("what_is_lost_once_more")),
    Mutant("loaded again, counted twice", "loading/repair.py",
           "            self._note_rebuilt(self._warehouse.repair_days(days_of(batches)), done)\n", "",
           repair("a_block_of_a_day_that_can_no_longer_change")),
    Mutant("ghosts stay", "loading/repair.py", "            self._delete_ghosts(unknown, done)\n", "", repair("a_ghost_that_a_power_cut")),
    Mutant("all unknown are ghosts", "loading/repair.py", "in self._warehouse.doubled_blocks(spool, blocks):", "in blocks:",
           repair("a_block_that_nobody_knows")),
    Mutant("days are done while they change", "loading/reconciliation.py", "CHANGING_DAYS: Final = 9", "CHANGING_DAYS: Final = 7",
           repair("days_that_may_still_change")),
]  # fmt: skip


def test_every_mutant_is_a_change_of_the_code_as_it_stands() -> None:
    require_makeable(MUTANTS)


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_named_test_notices(mutant: Mutant, tmp_path: Path) -> None:
    require_noticed(mutant, tmp_path)
