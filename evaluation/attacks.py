"""What attacks on the scores come to in the simulated game, and who is flagged: ``python -m evaluation.attacks``.

Each game is played without and with an attack of the same seed, put into a warehouse of its own, and scored and looked
at by the product's own functions. Prints the table that docs/scoring.md quotes; some minutes.
"""

from __future__ import annotations

import json
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from audioscape_server.game import attacks, world
from audioscape_server.game.stream import Stream
from audioscape_server.ingest.events import encode_events, judge
from audioscape_server.scores.integrity import IntegrityJob
from audioscape_server.scores.parameters import DEFAULT
from audioscape_server.scores.scope import Scope
from audioscape_server.warehouse import LoadBatch, Warehouse

NOW = 1_790_166_896.0
DAYS = 7
EVENTS = 150_000
SEEDS = range(100, 103)
KEYS = [f"game-{number}" for number in range(6)]


def play(warehouse: Warehouse, project: str, *, seed: int, days: int, events: int, attack: str = "") -> dict[str, Any]:
    """Play a game that ends at `NOW` into a project that is still empty; the truth about it."""
    made = world.make(seed, NOW - days * 86_400, NOW, tracks=500, players=4_000)
    stream = Stream(made, events, attack)
    rows: list[LoadBatch] = []
    for number, batch in enumerate(stream.batches(), 1):
        accepted = judge(json.dumps({"events": batch.events}).encode(), batch.sent_at).accepted
        where = batch.game.universe, batch.game.place, batch.sent_at
        rows.append(LoadBatch(number, project, KEYS[batch.game.key], *where, len(accepted), encode_events(accepted)))
    warehouse.insert_block(project, 1, 0, rows)
    return stream.truth(KEYS)


def scores(warehouse: Warehouse, project: str) -> dict[str, float]:
    """The score of each asset."""
    ask = partial(_ask, warehouse)
    return {str(one["asset_id"]): one["score"] for one in Scope(ask, project, 0, NOW, DEFAULT).scores()}


def _ask(warehouse: Warehouse, name: str, **parameters: Any) -> list[dict[str, Any]]:
    return warehouse.ask(name, parameters, tag="evaluation", seconds=120)


def main() -> None:
    """Print the table."""
    print(f"Games of {DAYS} days and {EVENTS:,} events; seeds {SEEDS.start} to {SEEDS.stop - 1}.\n")
    print("| seed | attack | score without | with | flagged rightly | wrongly |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, Warehouse(f"chdb://{Path(folder) / 'store'}") as warehouse:
        warehouse.migrate()
        job = IntegrityJob(warehouse, lambda: NOW)
        for seed in SEEDS:
            before: dict[str, float] = {}
            for kind in ("", *attacks.KINDS):
                project = f"{kind or 'clean'}-{seed}"
                blame = play(warehouse, project, seed=seed, days=DAYS, events=EVENTS, attack=kind)["attack"]
                found = scores(warehouse, project)
                before = before or found
                flags = job.flags(project, NOW)
                right = [one for one in flags if blame and str(one.asset_id) == blame["asset_id"]]
                of_target = [f"{of.get(blame['asset_id'], 0.0):.1f}" for of in (before, found)] if blame else ["", ""]
                row = [str(seed), kind or "none", *of_target, str(len(right)), str(len(flags) - len(right))]
                print(f"| {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
