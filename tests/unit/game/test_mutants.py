"""Breaks the simulated game on purpose, one defect at a time, and demands that the test that promises otherwise fails.

Run with ``pytest -m mutants``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.mutants import Mutant, require_makeable, require_noticed

if TYPE_CHECKING:
    from pathlib import Path


def game(name: str) -> str:
    return f"unit/game/test_game.py::test_{name}"


def posting(name: str) -> str:
    return f"unit/game/test_posting.py::test_{name}"


def simulate(name: str) -> str:
    return f"integration/cli/test_simulate.py::test_{name}"


MUTANTS = [
    Mutant("chance of its own", "game/stream.py", "Random(self._world.seed + 2)", "Random()", game("the_same_seed")),
    Mutant("one seed for all", "game/world.py", "rng = Random(seed)", "rng = Random(1)", game("the_same_seed")),
    Mutant("played before it is out", "game/sessions.py", "return number if self._world.tracks[number].released_at <= self._at else None", "return number",
           game("nothing_is_played_before")),
    Mutant("searched before it is out", "game/sessions.py", " if self._world.tracks[track].released_at <= self._at]", "]", game("nothing_is_played_before")),
    Mutant("no end of the game", "game/stream.py", "if one.at < self._world.ends_at:", "if True:", game("batches_are_sent_in")),
    Mutant("the rhythm makes events", "game/stream.py", "each * share", "2 * each * share", game("about_as_many")),
    Mutant("the last batches are kept", "game/stream.py", "yield from (_batch(batch) for batch in gathered.values() if batch)", "return", game("about_as_many")),
    Mutant("batches of 501", "game/stream.py", "if len(batch) == BATCH_EVENTS:", "if len(batch) > BATCH_EVENTS:", game("a_busy_game")),
    Mutant("attackers in the truth", "game/stream.py", "heapq.merge(honest, self.attack.events(), key=_when)",
           "map(self._noted, heapq.merge(honest, self.attack.events(), key=_when))", game("the_truth_counts")),
    Mutant("all places seen alike", "game/sessions.py", "rank**-_ATTENTION", "0.3", game("clicks_follow")),
    Mutant("all grades clicked alike", "game/sessions.py", "_CLICKED[query.grades[track]]", "0.4", game("clicks_follow")),
    Mutant("an attack by all", "game/attacks.py", "else world.games[-1:]", "else world.games[-2:]", game("an_attack_is_blamed")),
    Mutant("a new name each time", "game/posting.py", "response = self._http.request(", 'headers["idempotency-key"] = uuid.uuid4().hex; response = self._http.request(',
           posting("a_busy_server")),
    Mutant("one name for all", "game/posting.py", "uuid.uuid4().hex", '"the same"', posting("two_batches")),
    Mutant("refusals forgotten", "game/posting.py", "self.refused += len(refusals)", "pass", posting("what_is_refused")),
    Mutant("who is stopped forgets", "game/posting.py", "self._under_way[0].result()\n        self._under_way.popleft()", "self._under_way.popleft().result()",
           posting("a_batch_that_is_waited")),
    Mutant("waits for ever", "game/posting.py", "if self._clock() + wait > give_up_at:", "if self._clock() + wait > 10 * give_up_at:", posting("a_server_that_is_always")),
    Mutant("as fast as it goes", "game/posting.py", "self._pause(ahead)", "pass", posting("the_rate")),
    Mutant("the first key for all", "game/posting.py", "self._keys[batch.game.key % len(self._keys)]", "self._keys[0]", posting("a_batch_is_sent")),
    Mutant("judged today", "game/history.py", "batch.sent_at)\n        self.refused", "time.time())\n        self.refused", simulate("what_is_too_old")),
    Mutant("the rest is not loaded", "cli/simulate.py", "        door.finish()\n", "", simulate("what_is_too_old")),
    Mutant("the key in the truth", "cli/simulate.py", "key.removeprefix(PREFIX)[:ID_CHARS]", "key", simulate("a_key_that_is_given")),
]  # fmt: skip


def test_every_mutant_is_a_change_of_the_code_as_it_stands() -> None:
    require_makeable(MUTANTS)


@pytest.mark.mutants
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_named_test_notices(mutant: Mutant, tmp_path: Path) -> None:
    require_noticed(mutant, tmp_path)
