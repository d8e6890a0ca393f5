"""Any history of batches, retries, failures, crashes and drains on two nodes ends with every event stored once."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, example, given, settings, strategies as st

from audioscape_server.warehouse import WarehouseUnavailable
from support.loading import POISON, Node, assert_exactly_once, control_database, drain_in_turn, empty
from support.spools import event, flip_a_bit, look_into, new_batch

if TYPE_CHECKING:
    from audioscape_server.warehouse import Warehouse

INSERT_FAULTS = ("before", "after", "partial", "unfed", "short")
FAULTS = (*INSERT_FAULTS, "count", "delete", "repair")

steps = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.integers(0, 1), st.integers(1, 4)),
        st.tuples(st.just("send named"), st.integers(0, 1), st.integers(1, 3)),
        st.tuples(st.just("retry"), st.integers(0, 1), st.integers(0, 9)),
        st.tuples(st.just("poison"), st.integers(0, 1), st.just(1)),
        st.tuples(st.just("flip"), st.integers(0, 1), st.integers(0, 9)),
        st.tuples(st.sampled_from(FAULTS), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("drain"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("crash"), st.integers(0, 1), st.just(0)),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
@example(steps=[("send", 1, 1), ("short", 1, 0), ("drain", 1, 0)])
@example(steps=[("send named", 1, 1), ("before", 1, 0), ("drain", 1, 0), ("retry", 0, 0)])
def test_any_history_stores_every_event_once(shared_warehouse: Warehouse, steps: list[tuple[str, int, int]]) -> None:
    empty(shared_warehouse)
    folder = Path(tempfile.mkdtemp(prefix="history-"))
    with control_database(folder) as control:
        nodes = [Node(folder / name, shared_warehouse, control, block_events=6) for name in ("one", "other")]
        try:
            _History(nodes).play(steps)
        finally:
            for node in nodes:
                node.stop()
            shutil.rmtree(folder)


class _History:
    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._ids = 0
        self._accepted: set[int] = set()
        self._named: list[list[int]] = []
        self._ids_of: dict[tuple[Node, int], list[int]] = {}
        self._bad: set[tuple[Node, int]] = set()

    def play(self, steps: list[tuple[str, int, int]]) -> None:
        for step, number, amount in steps:
            self._step(step, self._nodes[number], amount)
        for node in self._nodes:
            node.warehouse.faults = []
        drain_in_turn(self._nodes)
        for node in self._nodes:
            node.drain()  # publish: the other node's line may be older than its last block
        aside = {(node, one.batch) for node in self._nodes for one in node.quarantined()}
        assert aside == self._bad, "what is bad is set aside, and nothing else is"
        lost = {id_ for batch in aside for id_ in self._ids_of[batch]}
        assert_exactly_once(self._nodes[0].real, self._accepted - lost, *self._nodes)

    def _step(self, step: str, node: Node, amount: int) -> None:
        match step:
            case "send":
                ids = self._new_ids(amount)
                node.send(*ids)
                self._ids_of[node, node.last_batch()] = ids
            case "send named":
                self._named.append(self._new_ids(amount))
                node.send(*self._named[-1], name=str(self._named[-1]))
            case "retry" if self._named:
                ids = self._named[amount % len(self._named)]
                node.send(*ids, name=str(ids))
            case "poison":
                [id_] = self._new_ids(1)
                node.running.append(new_batch([event(id_, kind=POISON)]))
                self._ids_of[node, node.last_batch()] = [id_]
                self._bad.add((node, node.last_batch()))
            case "flip":
                nameless = look_into(node.path, "SELECT batch FROM batches WHERE key_digest IS NULL")
                good = [batch for (batch,) in nameless if (node, batch) not in self._bad]
                if good:
                    batch = good[amount % len(good)]
                    flip_a_bit(node.path, batch)
                    self._bad.add((node, batch))
            case "drain":
                with contextlib.suppress(WarehouseUnavailable):
                    node.drain()
            case "crash":
                node.restart()
            case "short" if "short" in node.warehouse.faults:
                pass  # twice in a batch is what a bad batch looks like, and rightly taken for one
            case fault if fault in FAULTS:
                node.warehouse.faults.append(fault)
            case _:
                pass

    def _new_ids(self, amount: int) -> list[int]:
        ids = list(range(self._ids, self._ids + amount))
        self._ids += amount
        self._accepted.update(ids)
        return ids
