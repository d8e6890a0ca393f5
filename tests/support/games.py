"""Simulated games put straight into a warehouse, as the loader would."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from audioscape_server.game import world
from audioscape_server.game.stream import Stream
from audioscape_server.ingest.events import encode_events, judge
from audioscape_server.warehouse import LoadBatch

if TYPE_CHECKING:
    from audioscape_server.warehouse import Warehouse

KEYS = [f"game-{number}" for number in range(6)]


def play(warehouse: Warehouse, project: str, ends_at: float, **game: Any) -> dict[str, Any]:
    """Play a game of a project; the truth about it.

    Args:
        warehouse: gets the events.
        project: of a name that no other has.
        ends_at: Unix seconds.
        game: seed, days, events and attack.
    """
    starts_at = ends_at - game["days"] * 86_400
    made = world.make(game["seed"], starts_at, ends_at, tracks=game.get("tracks", 500), players=4_000)
    stream = Stream(made, game["events"], game.get("attack", ""))
    rows = []
    for number, batch in enumerate(stream.batches(), 1):
        accepted = judge(json.dumps({"events": batch.events}).encode(), batch.sent_at).accepted
        where = batch.game.universe, batch.game.place, batch.sent_at
        content = encode_events(accepted)
        rows.append(LoadBatch(number, project, KEYS[batch.game.key], *where, len(accepted), content))
    warehouse.insert_block(project, 1, 0, rows)
    return stream.truth(KEYS)
