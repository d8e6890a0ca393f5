"""CSV cells: none is a formula, none changes its meaning, and each can be read back."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given, strategies as st
from msgspec import UNSET, Raw, Struct, UnsetType

from audioscape_server.api.spreadsheet import to_csv


class Row(Struct):
    text: str | UnsetType | None = UNSET
    number: float | None = None
    metadata: dict[str, str] | UnsetType = UNSET


def cells(*rows: Row) -> list[list[str]]:
    written = to_csv(rows, Row.__struct_fields__).decode()
    return list(csv.reader(io.StringIO(written, newline="")))[1:]


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u3000=1", "\u200b=1", "\ufeff=1",
        "\x00=1",
        "\x1b[31m", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20A", "\ufe66A", "\ufe631", "\u22121", "\u207a1",
        "007", "9223372036854775807", "1234567890123456", "1E5", "12e3", "1.5E10", "'quoted", "'=1",
    ],
)  # fmt: skip
def test_a_text_that_could_be_mistaken_gets_an_apostrophe(text: str) -> None:
    assert cells(Row(text)) == [[f"'{text}", "", ""]]


@pytest.mark.parametrize(
    "text",
    ["", "lofi", "1837879082", "123456789012345", "0", "a=1", "É", "日本", "3:07", 'a "quoted", text', "two\r\nlines"],
)
def test_any_other_text_is_left_as_it_is(text: str) -> None:
    assert cells(Row(text)) == [[text, "", ""]]


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_every_cell_reads_back_and_none_starts_like_a_formula(text: str) -> None:
    [[cell, _, _]] = cells(Row(text))
    assert cell.removeprefix("'") == text
    shown = cell.lstrip("".join(filter(str.isspace, cell)))
    assert not unicodedata.normalize("NFKC", shown).startswith(("=", "+", "-", "@", "\u2212"))


def test_numbers_and_metadata_are_written_as_they_are() -> None:
    metadata = b'{"a":1.10,"b":-0,"c":1E5,"d":3.14159265358979323846,"e":"=1"}'
    row = Row(None, -1.5, Raw(metadata))  # type: ignore[arg-type]
    assert cells(row, Row(number=-3)) == [["", "-1.5", metadata.decode()], ["", "-3", ""]]
