"""Ask the read API about a period, and take its rows apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from litestar.testing import TestClient

NAMES = ("asset_id", "title", "artist", "album", "genre")


def ask(client: TestClient[Any], path: str, project: str, period: tuple[float, float], **parameters: Any) -> Any:
    """The JSON of a path for a period of Unix seconds; parameters that are None are left out, tuples are lists.

    A list is the parameter several times.
    """
    given = {name: _given(value) for name, value in parameters.items() if value is not None}
    answer = client.get(
        f"/analytics/v1/{path}",
        params={"from": repr(period[0]), "to": repr(period[1]), **given},
        headers={"x-api-key": f"read:{project}"},
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def is_meant(asked: dict[str, Any]) -> bool:
    """Whether filters leave out nothing that they keep, which is refused."""
    return not any({*values} & {*asked.get(f"{name}_not", ())} for name, values in asked.items())


def fields_of(asked: dict[str, Any]) -> dict[str, Any]:
    """The same filters by the names of an event's fields."""
    return {name.replace("asset", "asset_id"): values for name, values in asked.items()}


def _given(value: Any) -> str | list[str]:
    return [str(one) for one in value] if isinstance(value, list) else _text(value)


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def without_names(row: dict[str, Any]) -> dict[str, Any]:
    """An asset's answer without what the catalog says of it."""
    return {name: value for name, value in row.items() if name not in NAMES}


def by_asset(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The measures of each asset."""
    return {row["asset_id"]: without_names(row) for row in rows}
