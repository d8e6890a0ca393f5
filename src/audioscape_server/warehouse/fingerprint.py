"""What a rollup says, put into one number for each day and project, by which it is compared with the base table.

What is added up goes in as its amount, and of a map each bucket. A set goes in as the hashes of its members: one that
has them twice, in parts that are not merged yet, is the same. It may hold some of the members of those before it in the
row, as it came in blocks, and so counts together with them. A row's own number is multiplied by a hash of its key.

To read sets and maps is two thirds of the work. The sums alone tell as well of a block that is missing or there twice,
as a block is in all columns of a row or in none; sets tell of whatever else may ever go wrong.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from audioscape_server.warehouse.statements import statement

_SUM: Final = "SimpleAggregateFunction(sum,"
_MAP: Final = "SimpleAggregateFunction(sumMap,"
_SET: Final = "SimpleAggregateFunction(groupUniqArrayArray,"
_BITMAP: Final = "AggregateFunction(groupBitmap,"
#: How rows of one key are put together, by how the type of a column begins.
_MERGED: Final[Mapping[str, str]] = {
    _SUM: "sum(kept.{name})",
    _MAP: "sumMap(kept.{name})",
    _SET: "groupUniqArrayArray(kept.{name})",
    _BITMAP: "groupBitmapMergeState(kept.{name})",
}


def of_definition(made: Mapping[str, Any], *, sets: bool) -> str:
    """The statement that makes the numbers of what a rollup should hold.

    Args:
        made: a row of rollups/definitions.sql.
        sets: with sets and maps, not of sums alone.

    Raises:
        ValueError: the rollup has a column of a type that is not known here, and would not be compared.
    """
    return _fingerprint(made, _kinds(made, sets=sets), made["definition"])


def of_stored(made: Mapping[str, Any], where: str, *, sets: bool) -> str:
    """The same of what it holds of some days. Rows of one key count together, whether merged yet or not."""
    kinds, keys = _kinds(made, sets=sets), ", ".join(_keys(made))
    merged = ", ".join(f"{_MERGED[kind].format(name=name)} AS {name}" for name, kind in kinds.items())
    kept = f"SELECT * FROM {made['rollup']} WHERE {where}"  # noqa: S608 - both come from the schema
    return _fingerprint(made, kinds, f"SELECT {keys}, {merged} FROM ({kept}) AS kept GROUP BY {keys}")  # noqa: S608


def _fingerprint(made: Mapping[str, Any], kinds: Mapping[str, str], rows: str) -> str:
    text = statement("rollups/fingerprint")
    for place, put in (("keys", ", ".join(_keys(made))), ("parts", " + ".join(_parts(kinds))), ("rows", rows)):
        text = text.replace(f"{{{place}}}", put)
    return text


def _keys(made: Mapping[str, Any]) -> list[str]:
    keys = [name.strip() for name in made["sorting_key"].split(",")]
    return keys if "day" in keys else [*keys, "day"]


def _kinds(made: Mapping[str, Any], *, sets: bool) -> dict[str, str]:
    """How the type of each column begins that is compared, by its name."""
    kinds = {name: _kind(type_) for name, type_ in made["measures"]}
    return {name: kind for name, kind in kinds.items() if sets or kind == _SUM}


def _kind(type_: str) -> str:
    for kind in _MERGED:
        if type_.startswith(kind):
            return kind
    raise ValueError(f"a rollup has a column of the type {type_}, which is not compared")


def _parts(kinds: Mapping[str, str]) -> Iterator[str]:
    """What each column adds to the number of its row."""
    before: list[str] = []
    for name, kind in kinds.items():
        if kind == _SUM:
            yield f"cityHash64('{name}') * {name}"
        elif kind == _MAP:
            yield f"arraySum((of, amount) -> cityHash64('{name}', of) * amount, mapKeys({name}), mapValues({name}))"
        else:
            before.append(f"bitmapToArray({name})" if kind == _BITMAP else name)
            members = f"arrayDistinct(arrayConcat({', '.join(before)}))" if len(before) > 1 else before[0]
            yield f"arraySum(one -> cityHash64('{name}', one), {members})"
