"""The parameters that filter: which events a question is about.

There is one way, for every question that has filters. `universe`, `place`, `asset` and `key` keep the events with one
of some values, the same names with `_not` leave those events out. All of them hold. What was sent without a universe or
a place has 0 there; what was sent without an asset is left out by no `asset_not`.

A value that is both kept and left out is refused: nobody means it. So of one kind the values that are kept leave out
all others already, and `Filters` has at most one list of each kind.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Final, TypeVar

from litestar.di import NamedDependency
from litestar.params import QueryParameter, SkipValidation

from audioscape_server.api.parameters import id_of
from audioscape_server.api.refusals import refuse

T = TypeVar("T", int, str)

#: Values of a filter.
MAX_VALUES: Final = 100
#: What ends the name of a parameter that leaves events out.
NOT: Final = "_not"
#: The parameters that filter.
FILTERED: Final = ("universe", "place", "asset", "key")
_KEY_ID: Final = re.compile(r"[0-9a-zA-Z_-]{1,64}")

_IDS = {"type": "string", "pattern": "^[0-9]{1,19}(,[0-9]{1,19})*$", "title": "decimal digits, commas between ids"}
_KEYS = {
    "type": "string",
    "pattern": "^[0-9a-zA-Z_-]{1,64}(,[0-9a-zA-Z_-]{1,64})*$",
    "title": "ids of API keys, commas between them",
}
Universe = Annotated[
    str | None,
    QueryParameter(schema_extra=_IDS, description="Only events of these universes; 0 = sent without one."),
]
Place = Annotated[
    str | None, QueryParameter(schema_extra=_IDS, description="Only events of these places; 0 = sent without one.")
]
Assets = Annotated[
    str | None, QueryParameter(name="asset", schema_extra=_IDS, description="Only events of these assets.")
]
Key = Annotated[
    str | None,
    QueryParameter(
        schema_extra=_KEYS,
        description="Only events that were sent with these API keys, by the ids that `audioscape keys list` shows.",
    ),
]
UniverseNot = Annotated[
    str | None,
    QueryParameter(
        name="universe_not", schema_extra=_IDS, description="All but events of these universes; 0 = sent without one."
    ),
]
PlaceNot = Annotated[
    str | None,
    QueryParameter(
        name="place_not", schema_extra=_IDS, description="All but events of these places; 0 = sent without one."
    ),
]
AssetsNot = Annotated[
    str | None,
    QueryParameter(
        name="asset_not", schema_extra=_IDS, description="All but events of these assets: also those without an asset."
    ),
]
KeyNot = Annotated[
    str | None,
    QueryParameter(
        name="key_not", schema_extra=_KEYS, description="All but events that were sent with these API keys."
    ),
]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which events a question is about: those with one of these values each, and with none of those that are left out.

    An empty list lets all pass. Of each kind one list is empty: what is kept leaves all else out.
    """

    universes: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    assets: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()
    not_universes: tuple[int, ...] = ()
    not_places: tuple[int, ...] = ()
    not_assets: tuple[int, ...] = ()
    not_keys: tuple[str, ...] = ()

    @property
    def are_assets_only(self) -> bool:
        """Whether the rollup of tracks answers, which does not know where an event came from."""
        return self == Filters(assets=self.assets, not_assets=self.not_assets)

    @property
    def name_assets(self) -> bool:
        """Whether no rollup but that of tracks answers."""
        return bool(self.assets or self.not_assets)

    @property
    def name_places(self) -> bool:
        """Whether universes or places are told apart."""
        return bool(self.universes or self.places or self.not_universes or self.not_places)

    def among(self, assets: Iterable[int]) -> "Filters":
        """Those that let nothing pass but events of these assets, too; with no assets nothing is left to ask for."""
        kept, left_out = {*self.assets}, {*self.not_assets}
        some = sorted(one for one in {*assets} - left_out if not kept or one in kept)
        return replace(self, assets=tuple(some), not_assets=())

    @property
    def lists(self) -> dict[str, list[int] | list[str]]:
        """As parameters of statements."""
        return {
            "universes": list(self.universes),
            "places": list(self.places),
            "assets": list(self.assets),
            "keys": list(self.keys),
            "not_universes": list(self.not_universes),
            "not_places": list(self.not_places),
            "not_assets": list(self.not_assets),
            "not_keys": list(self.not_keys),
        }


#: Filters as the handlers of routes take them: see `of_events`.
Filtered = NamedDependency[SkipValidation[Filters]]


def of_events(
    *,
    universe: Universe = None,
    place: Place = None,
    asset: Assets = None,
    key: Key = None,
    universe_not: UniverseNot = None,
    place_not: PlaceNot = None,
    asset_not: AssetsNot = None,
    key_not: KeyNot = None,
) -> Filters:
    """Read which events are wanted."""
    universes, not_universes = _kept_and_left_out("universe", universe, universe_not, id_of)
    places, not_places = _kept_and_left_out("place", place, place_not, id_of)
    assets, not_assets = _kept_and_left_out("asset", asset, asset_not, id_of)
    keys, not_keys = _kept_and_left_out("key", key, key_not, _key_id)
    return Filters(universes, places, assets, keys, not_universes, not_places, not_assets, not_keys)


def of_asset(
    *,
    universe: Universe = None,
    place: Place = None,
    key: Key = None,
    universe_not: UniverseNot = None,
    place_not: PlaceNot = None,
    key_not: KeyNot = None,
) -> Filters:
    """Read which events of one asset are wanted."""
    return of_events(
        universe=universe,
        place=place,
        key=key,
        universe_not=universe_not,
        place_not=place_not,
        key_not=key_not,
    )


def require_few_values(asked: Iterable[tuple[str, str]]) -> None:
    """Refuse what names more values of a filter than anybody means; a limit of the server may have more."""
    for name, text in asked:
        if name.removesuffix(NOT) in FILTERED and (values := text.count(",") + 1) > MAX_VALUES:
            refuse(name, f"{values} values", f"at most {MAX_VALUES}, with commas between them")


def _values(text: str | None) -> list[str]:
    return [] if text is None else text.split(",")


def _kept_and_left_out(
    name: str, text: str | None, text_not: str | None, read: Callable[[str, str], T]
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """The two lists of a filter, of which one is empty."""
    kept = tuple(read(name, value) for value in _values(text))
    left_out = tuple(read(name + NOT, value) for value in _values(text_not))
    if both := sorted({*kept} & {*left_out}):
        refuse(name + NOT, str(both[0]), f"none of the values of {name}")
    return kept, () if kept else left_out


def _key_id(name: str, text: str) -> str:
    if not _KEY_ID.fullmatch(text):
        refuse(name, text, "the id of an API key, as audioscape keys list shows it")
    return text
