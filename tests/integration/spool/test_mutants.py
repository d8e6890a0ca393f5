"""Breaks the spool on purpose, one defect at a time, and demands that the test that promises otherwise fails.

Run with ``pytest -m mutants``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mutants import Mutant, require_makeable, require_noticed

if TYPE_CHECKING:
    from pathlib import Path


def named(file: str, name: str) -> str:
    return f"integration/spool/test_{file}.py::test_{name}"


MUTANTS = [
    # The file
    Mutant("commits are not synced", "spool/store.py", 'pragma("synchronous", "full")', 'pragma("synchronous", "normal")',
           named("store", "every_commit_is_synced")),
    Mutant("numbers come again", "spool/schema.sql", "batch            INTEGER PRIMARY KEY AUTOINCREMENT",
           "batch            INTEGER PRIMARY KEY", named("store", "numbers_are_never_used_twice")),
    Mutant("what is loaded stays", "spool/store.py", '        self._run("batches_remove", batches)\n', "",
           named("store", "numbers_are_never_used_twice")),
    Mutant("what is set aside is sent too", "spool/store.py",
           '        self._run("batches_remove", (batch, batch))\n        self._count', "        self._count", named("store", "numbers_are_never_used_twice")),
    Mutant("what is postponed is there twice", "spool/store.py", '            self._run("batches_remove", (batch, batch))\n', "",
           named("store", "what_is_postponed")),
    Mutant("what is postponed forgets its claim", "spool/sql/batch_postpone.sql", "SELECT project, key, universe, place, received_at, events, key_digest, body_digest,",
           "SELECT project, key, universe, place, received_at, events, NULL, NULL,", named("store", "what_is_postponed")),
    Mutant("all is loaded when nothing waits", "spool/sql/first_waiting.sql", "WHERE name = 'batches') + 1", "WHERE name = 'batches')",
           named("store", "what_waits_begins")),
    Mutant("halves share a batch", "spool/store.py", "self.write_down(at + 1, block.last_batch)",
           "self.write_down(at, block.last_batch)", named("store", "repeats_are_not_sent")),
    Mutant("repeats are sent", "spool/sql/block_batches.sql", "AND batch NOT IN (SELECT batch FROM repeats)", "",
           named("store", "repeats_are_not_sent")),
    Mutant("repeats count as loaded", "spool/store.py", "loaded=loaded, duplicates=duplicates, spooled=spooled",
           "loaded=loaded + duplicates, spooled=spooled", named("store", "repeats_are_not_sent")),
    Mutant("damaged bytes are sent", "spool/batches.py", "if zlib.crc32(self.payload) != self.checksum:", "if False:",
           named("store", "a_flipped_bit_is_seen")),
    Mutant("damaged bytes are sound", "spool/store.py", "if zlib.crc32(row[2]) != row[1]]", "if False]",
           named("store", "damage_to_a_batch_is_found")),
    Mutant("erased and not set aside", "spool/store.py", "quarantined=-events, erased=events", "erased=events",
           named("store", "what_is_given_up")),
    Mutant("erased does not count", "spool/ledger.py", " + self.duplicates + self.erased", " + self.duplicates",
           named("store", "what_is_given_up")),
    Mutant("events are forgotten early", "spool/store.py", "(now - KNOWN_EVENTS_S", "(batch.received_at",
           named("known_events", "it_is_known_for_some_hours")),
    # The writer
    Mutant("the loader is woken before the commit", "spool/writer.py",
           "                spool.append(batches)\n", "                spool.append(batches)\n                self._on_batches()\n",
           named("writer", "the_loader_is_woken_after")),
    Mutant("202 before the commit", "spool/writer.py", "error: Exception | None = SpoolUnavailableError()",
           "error: Exception | None = None", named("writer", "whatever_ends_the_thread")),
    Mutant("a failed commit keeps its file", "spool/writer.py",
           "            self.report_damage(error)\n        self._close()\n", "            self.report_damage(error)\n",
           named("writer", "an_error_of_sqlite")),
    Mutant("a failed commit of batches keeps its file", "spool/writer.py",
           "            self._reopen_after(error)\n            return SpoolUnavailableError()",
           "            return SpoolUnavailableError()", named("writer", "a_failed_commit_is_never_tried_again")),
    Mutant("changes without a transaction", "spool/writer.py",
           "        with spool.transaction():\n            result = change(spool)\n        return result",
           "        return change(spool)", named("writer", "an_error_of_a_change")),
    Mutant("no look for room", "spool/writer.py", "            self._require_room(spool)\n", "",
           named("writer", "below_reserve_bytes")),
    Mutant("any number of bytes waits", "spool/writer.py", "self._waiting_bytes + size > MAX_WAITING_BYTES", "False",
           named("writer", "more_than_max_waiting_bytes")),
    Mutant("places are not given back", "spool/writer.py", "            self._waiting -= 1\n", "            pass\n",
           named("writer", "more_than_max_waiting_are")),
    Mutant("too late for an answer", "spool/writer.py",
           "        if self._ended.is_set():  # the thread", "        if False:  # the thread",
           named("writer", "a_change_asked_of_a_writer")),
    Mutant("damage is taken for a passing error", "spool/writer.py",
           "        if isinstance(error, apsw.CorruptError | apsw.NotADBError):\n", "        if False:\n",
           named("writer", "a_damaged_file_takes_nothing_more")),
    Mutant("a disk that fails is taken for damage", "spool/writer.py", "        if fails := why_disk_fails(self._path.parent):\n            self._broken",
           "        if fails := None:\n            self._broken", named("writer", "a_file_is_not_called_damaged")),
    # The archive
    Mutant("frames are not synced", "spool/archive.py", "            os.fsync(file.fileno())\n        except", "        except",
           named("archive", "a_block_is_synced")),
    Mutant("a segment without a name", "spool/archive.py", "        sync_folder(self.folder)\n", "",
           named("archive", "a_new_segment_is_synced")),
    Mutant("folders without a name", "durable.py", "        sync_folder(one.parent)\n", "",
           "faults/test_names.py::test_the_names_of_a_new"),
    Mutant("a seal that is not synced", "spool/archive.py", '    path.rename(path.with_suffix(".sealed"))\n    sync_folder(path.parent)\n',
           '    path.rename(path.with_suffix(".sealed"))\n', "faults/test_names.py::test_the_names_of_a_new"),
    Mutant("a log whose name is not synced", "spool/store.py", 'self._db.pragma("synchronous", "full")', 'self._db.pragma("synchronous", "off")',
           "faults/test_names.py::test_the_names_of_a_new"),
    Mutant("a failed frame stays", "spool/archive.py", "                file.truncate(at)\n", "                pass\n",
           named("archive", "a_write_that_fails")),
    Mutant("half a frame stays", "spool/archive.py", "            _cut_torn_end(path)\n", "",
           named("archive", "half_a_frame")),
    Mutant("any content will do", "spool/archive.py", "if zlib.crc32(content) != place.checksum:", "if False:",
           named("archive", "a_flipped_byte")),
    Mutant("a damaged frame hides the next", "spool/archive.py", "at = data.find(_MAGIC, at + 1)", "return",
           named("archive", "a_flipped_byte")),
    Mutant("any clock makes old", "spool/archive.py", "now = min(self._clock(), self._at_least(self._keep_s))", "now = self._clock()",
           named("archive", "a_clock_that_cannot")),
    Mutant("the young are forgotten", "spool/archive.py", "stat.st_mtime < now - self._keep_s", "stat.st_mtime < now",
           named("archive", "the_old_is_forgotten")),
    Mutant("the first frame counts", "spool/archive.py", "if frame.block <= newest.get", "if frame.block < newest.get",
           named("archive", "of_several_frames")),
    Mutant("any clock makes an event unknown", "spool/store.py", "now = min(batch.received_at, self._at_least(KNOWN_EVENTS_S))", "now = batch.received_at",
           named("known_events", "it_is_known_after_the_clock")),
    Mutant("nothing is forgotten after a jump", "spool/store.py", "if abs(batch.received_at - self._forgot_events_at)", "if (batch.received_at - self._forgot_events_at)",
           named("known_events", "it_is_known_after_the_clock")),
    Mutant("damaged for ever", "spool/writer.py", "        if damage is None:\n            self._damage = None", "        if False:\n            self._damage = None",
           named("writer", "a_file_that_was_called_malformed")),
    Mutant("damaged for a moment", "spool/writer.py", "        if damage is None:\n            self._damage = None", "        if True:\n            self._damage = None",
           named("writer", "a_damaged_file_takes_nothing_more")),
    # The log
    Mutant("left-over frames count", "spool/log_check.py", "if found == salts and committed:", "if committed:",
           named("log_check", "frames_left_over")),
    Mutant("two commits may be torn", "spool/store.py", "if behind <= 1:", "if behind <= 2:",
           named("log_check", "acknowledged_commits")),
    Mutant("any header will do", "spool/log_check.py", " or _checksum(header[:24], magic) != (sum_1, sum_2)", "",
           named("log_check", "a_log_whose_header")),
]  # fmt: skip


def test_every_mutant_is_a_change_of_the_code_as_it_stands() -> None:
    require_makeable(MUTANTS)


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_named_test_notices(mutant: Mutant, tmp_path: Path) -> None:
    require_noticed(mutant, tmp_path)
