"""One history: some nodes, one warehouse, one control database, and all that may happen to them, from one seed."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server.control import ControlDatabase, Ledgers
from audioscape_server.errors import ServiceUnavailableError
from simulation.faults import Crash, Faults, installed
from simulation.node import Node, Surroundings
from simulation.oracle import Batch, Oracle
from simulation.warehouse import INSERT_FAULTS, POISON, FakeWarehouse
from support.spools import NOW, new_batch

if TYPE_CHECKING:
    from pathlib import Path

DAY_S = 86_400.0
#: Steps of one history.
STEPS = 30
#: Points that a process passes in a round of its loader, about: where it may die.
POINTS = 60
#: Rounds in which everything must have come to rest.
ROUNDS = 12
#: A client gives up after this: its events would be refused as too old.
RETRY_S = 6 * DAY_S

_CHOICES: dict[str, int] = {
    "send": 10,
    "send keyed": 8,
    "retry": 8,
    "work": 16,
    "crash": 28,
    "fail": 10,
    "restart": 2,
    "poison": 1,
    "copy": 3,
    "restore": 3,
    "land": 2,
    "lose": 1,
    "damage": 1,
    "bad disk": 1,
    "time": 3,
    "forget": 2,
    "check": 2,
}


class World:
    """Plays one history.

    Args:
        seed: of all that is random in it.
        folder: an empty one, on a fast disk.
        template: a migrated control database.
    """

    def __init__(self, seed: int, folder: Path, template: Path) -> None:
        self.rng = random.Random(seed)
        self.faults = Faults(self.rng)
        self.story: list[str] = []
        self._folder = folder
        self._control_file = folder / "control.db"
        shutil.copy(template, self._control_file)
        self._control = ControlDatabase(f"sqlite:///{self._control_file}")
        event.listen(self._control.engine, "commit", lambda _: self.faults.point("control.commit"))
        self._now = NOW
        self._ids = self._copies = 0
        self._warehouse = FakeWarehouse(self.rng, self.faults)
        self._around = Surroundings(folder, self._warehouse, self._control, self.faults, self.rng, lambda: self._now)
        self.oracle = Oracle(self._around)
        self._saved: list[tuple[str, Any]] = []
        self._nodes: list[Node] = []

    def play(self) -> list[str]:
        """Play it; returns what is wrong at its end."""
        with installed(self.faults, self.rng):
            try:
                self._nodes = [Node(f"node{number}", self._around) for number in range(self.rng.choice((1, 2, 2, 3)))]
                for _ in range(STEPS):
                    self._step()
                self._settle()
                return self.oracle.faults(self._nodes)
            finally:
                self.faults.disarm()
                for node in self._nodes:
                    node.stop()
                self._control.close()

    def _step(self) -> None:
        [name] = self.rng.choices(list(_CHOICES), list(_CHOICES.values()))
        node = self.rng.choice(self._nodes)
        self._now += self.rng.random() * 100
        self.story.append(f"{name} {node.name}")
        getattr(self, "_" + name.replace(" ", "_"))(node)

    # Intake

    def _send(self, node: Node, *, keyed: bool = False, poison: bool = False) -> None:
        batches = [self._new(keyed=keyed, poison=poison) for _ in range(self.rng.choice((1, 1, 2, 3)))]
        if self.rng.random() < 0.1:
            self.faults.arm(1, node.keep)
        self._deliver(node, batches)

    def _send_keyed(self, node: Node) -> None:
        self._send(node, keyed=True)

    def _poison(self, node: Node) -> None:
        self._send(node, poison=True)

    def _retry(self, node: Node) -> None:
        may = [one for one in self.oracle.batches if one.claim and 0 <= self._now - one.sent_at < RETRY_S]
        if may:
            self._deliver(node, [self.rng.choice(may[-8:])])

    def _new(self, *, keyed: bool, poison: bool) -> Batch:
        count = self.rng.randrange(1, 5)
        ids = tuple(range(self._ids, self._ids + count))
        self._ids += count
        digest = str(ids[0]).encode().ljust(16)
        project = self.rng.choice(("one", "one", "other"))
        batch = Batch(ids, (digest, digest) if keyed else None, project, self._now, poison)
        self.oracle.batches.append(batch)
        return batch

    def _deliver(self, node: Node, batches: list[Batch]) -> None:
        made = []
        for batch in batches:
            self._now += 0.001
            batch.numbers.append(self._now)
            kind = POISON if batch.poison else "play"
            events = [[kind, 7, batch.sent_at, "player", 30.0, "", json.dumps({"id": id_})] for id_ in batch.ids]
            made.append(new_batch(events, project=batch.project, claim=batch.claim, received_at=self._now))
        with self._alive(node):
            if node.take(*made):
                for batch in batches:
                    self.oracle.acknowledge(batch)

    # Processes

    def _work(self, node: Node) -> None:
        with self._alive(node), contextlib.suppress(ServiceUnavailableError, SQLAlchemyError, OSError):
            node.work()

    def _crash(self, node: Node) -> None:
        self.faults.arm(1 + int(self.rng.random() ** 2 * POINTS), node.keep)
        self._work(node)
        if self.rng.random() < 0.5:  # dying as soon as it came up again
            self.faults.arm(1 + int(self.rng.random() ** 2 * POINTS), node.keep)
            self._work(node)

    def _restart(self, node: Node) -> None:
        node.stop()
        node.start()

    @contextlib.contextmanager
    def _alive(self, node: Node) -> Any:
        """A node that dies inside goes on with what is left of it."""
        try:
            yield
        except Crash as crash:
            self.story.append(f"  died at {crash}")
            node.go_on_with_what_is_left()
        finally:
            self.faults.disarm()

    # The world around them

    def _fail(self, node: Node) -> None:
        self._warehouse.next_fault = self.rng.choice(INSERT_FAULTS)
        if self.rng.random() < 0.3:
            self._warehouse.away = self.rng.randrange(1, 4)
        self._work(node)

    def _bad_disk(self, node: Node) -> None:
        self.faults.failing_writes = 1
        self._work(node)

    def _land(self, _: Node) -> None:
        self._warehouse.land_late()

    def _lose(self, _: Node) -> None:
        self._warehouse.lose_block()
        self.oracle.look(self._nodes, of_warehouse=True)

    def _damage(self, _: Node) -> None:
        self._warehouse.damage_block()
        self.oracle.look(self._nodes, of_warehouse=True)

    def _time(self, _: Node) -> None:
        """Time passes, or the clock is set. The nodes had run for long enough to be heard of."""
        for node in self._nodes:
            node.publish()
        self._now += self.rng.choice((DAY_S, 3 * DAY_S, 9 * DAY_S, -DAY_S, 3_600.0, 60.0))

    def _forget(self, node: Node) -> None:
        node.claims.forget_old(Ledgers(self._control, self._around.clock).waiting_since())

    def _check(self, node: Node) -> None:
        with contextlib.suppress(ServiceUnavailableError):
            node.check()

    # Copies

    def _copy(self, node: Node) -> None:
        self._copies += 1
        to = self._folder / f"copy-{self._copies}"
        kept: list[tuple[str, Any]] = []
        if self.rng.random() < 0.8:
            shutil.copytree(node.folder, to)
            kept.append((node.name, to))
        if self.rng.random() < 0.5:
            shutil.copy(self._control_file, to.with_suffix(".db"))
            kept.append(("control", to.with_suffix(".db")))
        if self.rng.random() < 0.5:
            kept.append(("warehouse", self._warehouse.snapshot()))
        self._saved += kept

    def _restore(self, _: Node) -> None:
        """The servers are stopped, one thing or several are put back, and all are started again."""
        if not self._saved:
            return
        chosen = dict(self.rng.sample(self._saved, min(len(self._saved), self.rng.choice((1, 1, 2, 3)))))
        self._warehouse.land_late()
        for node in self._nodes:
            node.stop()
        self._control.engine.dispose()
        for name, copy in chosen.items():
            self.story.append(f"  put back {name}")
            if name == "warehouse":
                self._warehouse.put_back(copy)
            elif name == "control":
                shutil.copy(copy, self._control_file)
                self.oracle.control_restored = True
            else:
                [node] = [node for node in self._nodes if node.name == name]
                node.put_back(copy, archive_too=self.rng.random() < 0.5)
        self.oracle.look(self._nodes, of_warehouse="warehouse" in chosen)
        for node in self._nodes:
            node.start()
        if "control" in chosen:
            self._recognise_all()

    def _recognise_all(self) -> None:
        """An older control database: every node is up again before clients come."""
        self._warehouse.away, self._warehouse.next_fault = 0, None
        self._warehouse.set_damaged_aside(self._warehouse.damaged_parts())
        for node in self._nodes:
            node.loader.prepare()

    # The end

    def _settle(self) -> None:
        """Nothing fails any more: everything must come to rest."""
        self.story.append("settle")
        self._warehouse.land_late()
        self._warehouse.away, self._warehouse.next_fault = 0, None
        for _ in range(ROUNDS):
            for node in self._nodes:
                with contextlib.suppress(ServiceUnavailableError):
                    node.work()
            if all(node.is_drained() for node in self._nodes):
                break
        for node in self._nodes:
            node.parts.repair.run(verify=True, every_day=True)
            node.work()
        for node in self._nodes:
            node.work()
