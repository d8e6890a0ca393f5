"""What other numbers would do to a chart: who moves, and why; and those that were published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from audioscape_server.control.score_models import ScoreModels
from audioscape_server.errors import InvalidRequestError
from audioscape_server.ingest.events.wire import BUILT_IN_TYPES, MAX_TYPE_CHARS
from audioscape_server.scores.model import Scored
from audioscape_server.scores.parameters import DEFAULT, Parameters

#: What may be changed, and between which values.
CHANGEABLE: Final = {
    "half_life_days": (1.0, 28.0),
    "favorite_half_life_days": (1.0, 3_650.0),
    "weight_queue": (0.0, 100.0),
    "weight_click": (0.0, 100.0),
    "weight_favorite": (0.0, 100.0),
}
#: With this before its name, the weight of any custom type may be given, too, between these values; 0 takes it away.
WEIGHT_OF: Final = "weight_"
_OF_CUSTOM: Final = (0.0, 100.0)
#: Custom types that may count in a project: a bit each beside the six things that are built in.
MOST_CUSTOM: Final = 10


class Move(Struct):
    """A track in the chart of other numbers."""

    asset_id: str
    rank: int
    """In the chart of the other numbers."""
    previous_rank: int | None
    """In the chart as it is."""
    score: float
    previous_score: float
    shares: dict[str, float]
    """What the mass is made of, each as a part of all, 0 to 1."""
    previous_shares: dict[str, float]


class Models:
    """By which numbers each project is scored.

    Args:
        published: those that were published.
    """

    def __init__(self, published: ScoreModels) -> None:
        self._published = published

    def of(self, project: str) -> Parameters:
        """The numbers that count."""
        text = self._published.newest(project)
        if not text:
            return DEFAULT
        # All numbers were published, also those that nobody can choose; a formula that is newer has its own of these.
        found = msgspec.json.decode(text, type=Parameters)
        chosen = {name: getattr(found, name) for name in (*CHANGEABLE, "custom_weights")}
        version = f"{DEFAULT.version}.{found.version.rpartition('.')[2]}"
        return msgspec.structs.replace(DEFAULT, version=version, **chosen)

    def publish(self, project: str, parameters: Parameters) -> Parameters:
        """Score a project by these from now on; returns them with the version that they got."""

        def versioned(version: int) -> Parameters:
            return msgspec.structs.replace(parameters, version=f"{DEFAULT.version}.{version}")

        version = self._published.publish(project, lambda number: msgspec.json.encode(versioned(number)).decode())
        return versioned(version)


def changed(parameters: Parameters, changes: Mapping[str, float]) -> Parameters:
    """Other numbers.

    Raises:
        InvalidRequestError: one is unknown or out of bounds; the text says which, and what is expected.
    """
    for name, value in changes.items():
        least, most = CHANGEABLE.get(name) or _of_custom(name)
        if not least <= value <= most:
            raise InvalidRequestError(f"{name}: expected a number from {least:g} to {most:g}, found {value:g}")
    custom = {name.removeprefix(WEIGHT_OF): value for name, value in changes.items() if name not in CHANGEABLE}
    custom = {name: value for name, value in {**parameters.custom_weights, **custom}.items() if value}
    if len(custom) > MOST_CUSTOM:
        raise InvalidRequestError(f"expected weights of at most {MOST_CUSTOM} custom types, found {len(custom)}")
    built_in = {name: value for name, value in changes.items() if name in CHANGEABLE}
    return msgspec.structs.replace(parameters, **built_in, custom_weights=custom)


def _of_custom(name: str) -> tuple[float, float]:
    """The bounds of the weight of a custom type."""
    kind = name.removeprefix(WEIGHT_OF)
    if kind == name or kind in BUILT_IN_TYPES or not 0 < len(kind) <= MAX_TYPE_CHARS:
        raise InvalidRequestError(
            f"{name} is no number of the model: expected {', '.join(CHANGEABLE)}, or {WEIGHT_OF} and a custom type"
        )
    return _OF_CUSTOM


def moves(
    before: Sequence[Scored], after: Sequence[Scored], numbers: tuple[Parameters, Parameters], limit: int
) -> list[Move]:
    """The first tracks of the chart of other numbers, with where each stands now and what its mass is made of.

    Args:
        before: the chart as it is.
        after: the chart of the other numbers.
        numbers: by which each was made.
        limit: how many.
    """
    was = {one["asset_id"]: one for one in before}
    return [
        Move(
            asset_id=str(one["asset_id"]),
            rank=one["rank"],
            previous_rank=old["rank"] if old else None,
            score=one["score"],
            previous_score=old["score"] if old else 0.0,
            shares=_shares(one, numbers[1]),
            previous_shares=_shares(old, numbers[0]) if old else {},
        )
        for one in after[:limit]
        for old in [was.get(one["asset_id"])]
    ]


def unheard_of(chart: Sequence[Scored], parameters: Parameters) -> list[str]:
    """The custom types with a weight of which no track of a whole chart has an event: as a rule, a mistyped name."""
    heard = {kind for one in chart for kind, players in one["custom"] if players}
    return sorted(parameters.custom_weights.keys() - heard)


def _shares(one: Mapping[str, Any], parameters: Parameters) -> dict[str, float]:
    """What the mass before the cap is made of, and what the cap takes of it."""
    whole = one["uncapped"]
    parts = {
        "listens": one["listens"],
        "plays_without_end": one["qualified_rate"] * one["plays_without_end"],
        "queue": parameters.weight_queue * one["queue"],
        "clicks": parameters.weight_click * one["clicks"],
        "favorites": parameters.weight_favorite * one["favorites"],
        **{f"custom {kind}": parameters.custom_weights[kind] * players for kind, players in one["custom"]},
        "capped": whole - one["mass"],
    }
    return {name: part / whole if whole else 0.0 for name, part in parts.items()}
