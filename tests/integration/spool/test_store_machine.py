"""Any history of a spool, beside a model of it that is a few lists: the ledger adds up after every step."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from audioscape_server.spool import Block, LedgerLine, Spool
from support.spools import NOW, look_into, new_batch

PROJECTS = ("alpha", "beta")
batches_to_append = st.lists(st.tuples(st.sampled_from(PROJECTS), st.integers(1, 5)), min_size=1, max_size=6)


@dataclass
class Model:
    """What a spool should say of itself."""

    waiting: dict[int, tuple[str, int]] = field(default_factory=dict)
    blocks: dict[int, tuple[int, int, int]] = field(default_factory=dict)  # number → (first, last, attempt)
    repeats: set[int] = field(default_factory=set)
    aside: dict[int, tuple[str, int]] = field(default_factory=dict)
    counted: Counter[tuple[str, str]] = field(default_factory=Counter)
    last_batch: int = 0
    last_block: int = 0

    def add_batch(self, project: str, events: int) -> None:
        self.last_batch += 1
        self.waiting[self.last_batch] = (project, events)

    def add_block(self, first: int, last: int) -> None:
        self.last_block += 1
        self.blocks[self.last_block] = (first, last, 1)

    def batches_of(self, first: int, last: int) -> list[int]:
        return [batch for batch in sorted(self.waiting) if first <= batch <= last]

    @property
    def unblocked(self) -> list[int]:
        after = max((last for _, last, _ in self.blocks.values()), default=0)
        return [batch for batch in sorted(self.waiting) if batch > after]

    def ledger(self) -> list[LedgerLine]:
        projects = sorted({project for project, _ in self.counted})
        return [
            LedgerLine(
                project,
                accepted=self.counted[project, "accepted"],
                spooled=sum(events for owner, events in self.waiting.values() if owner == project),
                loaded=self.counted[project, "loaded"],
                quarantined=sum(events for owner, events in self.aside.values() if owner == project),
                duplicates=self.counted[project, "duplicates"],
                erased=self.counted[project, "erased"],
                last_event_at=NOW,
            )
            for project in projects
        ]


class SpoolMachine(RuleBasedStateMachine):
    """The writer's instance of a spool, step by step; every step is a transaction as the writer makes it."""

    @initialize()
    def found(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="spool-machine-"))
        self.path = self.folder / "spool.db"
        self.spool = Spool(self.path, NOW)
        self.id = self.spool.id
        self.model = Model()

    def teardown(self) -> None:
        if hasattr(self, "spool"):
            self.spool.close()
            shutil.rmtree(self.folder)

    @rule(batches=batches_to_append)
    def append(self, batches: list[tuple[str, int]]) -> None:
        with self.spool.transaction():
            self.spool.append([new_batch(project=project, content=b"[]", count=count) for project, count in batches])
        for project, events in batches:
            self.model.add_batch(project, events)
            self.model.counted[project, "accepted"] += events

    @precondition(lambda self: self.model.unblocked)
    @rule(data=st.data(), max_events=st.integers(1, 20))
    def write_down(self, data: st.DataObject, max_events: int) -> None:
        batches = self.spool.waiting(max_events, 2**30)
        numbers = [batch.batch for batch in batches]
        assert numbers == self.model.unblocked[: len(numbers)]
        repeats = data.draw(st.sets(st.sampled_from(numbers)), "repeats")
        with self.spool.transaction():
            block = self.spool.write_down(numbers[0], numbers[-1], repeats)
        self.model.add_block(numbers[0], numbers[-1])
        self.model.repeats |= repeats
        assert block.block == self.model.last_block

    @precondition(lambda self: self.model.unblocked)
    @rule(data=st.data())
    def postpone(self, data: st.DataObject) -> None:
        batches = data.draw(st.sets(st.sampled_from(self.model.unblocked), min_size=1), "postponed")
        with self.spool.transaction():
            self.spool.postpone(sorted(batches))
        for batch in sorted(batches):
            self.model.add_batch(*self.model.waiting.pop(batch))

    @precondition(lambda self: self.model.blocks)
    @rule(data=st.data())
    def try_again(self, data: st.DataObject) -> None:
        block = self._some_block(data)
        with self.spool.transaction():
            again = self.spool.next_attempt(block)
        assert again == Block(block.block, block.first_batch, block.last_batch, block.attempt + 1)
        self.model.blocks[block.block] = (again.first_batch, again.last_batch, again.attempt)

    @precondition(lambda self: any(first < last for first, last, _ in self.model.blocks.values()))
    @rule(data=st.data())
    def split(self, data: st.DataObject) -> None:
        block = self._some_block(data, more_than_one_batch=True)
        at = data.draw(st.integers(block.first_batch, block.last_batch - 1), "at")
        with self.spool.transaction():
            self.spool.split(block, at)
        del self.model.blocks[block.block]
        self.model.add_block(block.first_batch, at)
        self.model.add_block(at + 1, block.last_batch)

    @precondition(lambda self: self.model.blocks)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        block = self._some_block(data)
        with self.spool.transaction():
            self.spool.finish(block)
        del self.model.blocks[block.block]
        for batch in self.model.batches_of(block.first_batch, block.last_batch):
            project, events = self.model.waiting.pop(batch)
            self.model.counted[project, "duplicates" if batch in self.model.repeats else "loaded"] += events

    @precondition(lambda self: any(self.model.batches_of(first, last) for first, last, _ in self.model.blocks.values()))
    @rule(data=st.data())
    def quarantine(self, data: st.DataObject) -> None:
        sent = [
            batch
            for first, last, _ in self.model.blocks.values()
            for batch in self.model.batches_of(first, last)
            if batch not in self.model.repeats
        ]
        if not sent:
            return
        batch = data.draw(st.sampled_from(sorted(sent)), "batch")
        with self.spool.transaction():
            self.spool.quarantine(batch, "refused", NOW)
        self.model.aside[batch] = self.model.waiting.pop(batch)

    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from([*sorted(self.model.aside), 10**9]), "batch")
        with self.spool.transaction():
            released = self.spool.release(batch)
        assert released == (batch in self.model.aside)
        if released:
            self.model.add_batch(*self.model.aside.pop(batch))

    @rule(data=st.data())
    def drop(self, data: st.DataObject) -> None:
        batch = data.draw(st.sampled_from([*sorted(self.model.aside), 10**9]), "batch")
        with self.spool.transaction():
            dropped = self.spool.drop(batch)
        if batch in self.model.aside:
            project, events = self.model.aside.pop(batch)
            self.model.counted[project, "erased"] += events
            assert dropped == events
        else:
            assert dropped is None

    @rule()
    def reopen(self) -> None:
        self.spool.close()
        self.spool = Spool(self.path, NOW)
        assert self.spool.id == self.id

    @invariant()
    def says_what_the_model_says(self) -> None:
        if not hasattr(self, "spool"):
            return
        reader = Spool(self.path, read_only=True)
        try:
            ledger = reader.ledger()
            assert all(line.balanced for line in ledger)
            assert ledger == self.model.ledger()
            recounted = {project: counts for project, counts in reader.recount().items() if counts != (0, 0)}
            assert recounted == {
                line.project: (line.spooled, line.quarantined) for line in ledger if line.spooled or line.quarantined
            }
            assert {one.block: (one.first_batch, one.last_batch, one.attempt) for one in reader.open_blocks()} == (
                self.model.blocks
            )
            assert {one.batch: (one.project, one.events) for one in reader.quarantined()} == self.model.aside
            assert reader.first_waiting() == min(self.model.waiting, default=self.model.last_batch + 1)
            for block in reader.open_blocks():
                sent = [batch.batch for batch in reader.batches_of(block)]
                stand = self.model.batches_of(block.first_batch, block.last_batch)
                assert sent == [batch for batch in stand if batch not in self.model.repeats]
        finally:
            reader.close()

    @invariant()
    def nothing_is_left_lying_about(self) -> None:
        if hasattr(self, "spool"):
            stray = "SELECT batch FROM repeats WHERE batch NOT IN (SELECT batch FROM batches)"
            assert look_into(self.path, stray) == []

    def _some_block(self, data: st.DataObject, *, more_than_one_batch: bool = False) -> Block:
        blocks = [
            block
            for block in self.spool.open_blocks()
            if not more_than_one_batch or block.first_batch < block.last_batch
        ]
        return data.draw(st.sampled_from(blocks), "block")


TestSpoolMachine = SpoolMachine.TestCase
TestSpoolMachine.settings = settings(max_examples=30, stateful_step_count=25)
