"""Every setting is documented, with its flag, its variable, its TOML name and its default."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from audioscape_server.settings import Settings

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
#: How the table puts a default that is no value.
IN_WORDS = {
    "warehouse": "embedded",
    "control": "SQLite in the folder",
    "secret": "kept in the folder",
    "cors_origin": "none",
}


def rows() -> dict[str, tuple[str, str, str]]:
    """The documented settings by TOML name: flag, variable, default."""
    table = OPERATIONS.read_text().split("<!-- settings -->")[1].split("\n\n")[0]
    found = re.findall(r"^\| `(--[\w-]+)` \| `(\w+)` \| `(\w+)` \| `?(.+?)`? \|", table, re.MULTILINE)
    return {name: (flag, variable, default) for flag, variable, name, default in found}


def test_the_table_of_settings_is_the_code() -> None:
    expected = {
        field.name: (
            f"--{field.name.replace('_', '-')}",
            f"AUDIOSCAPE_{field.name.upper()}",
            IN_WORDS.get(field.name, str(field.default)),
        )
        for field in dataclasses.fields(Settings)
    }
    assert rows() == expected
