"""The .sql files keep to their rules: explained, named, bound by the engine, and safe to run twice."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

import audioscape_server
from audioscape_server.warehouse.migrate import Migration, migrations

SOURCE = Path(audioscape_server.__file__).parent
FILES = sorted((SOURCE / "warehouse" / "sql").rglob("*.sql"))
#: What statements include is none by itself.
INCLUDED = {"filters", "measures", "periods"}
QUERIES = [path for path in FILES if path.parent.name not in INCLUDED]
#: Put in by fingerprint.py from the schema itself, never from a request.
IDENTIFIERS = {"{keys}", "{parts}", "{rows}"}

#: What may run twice: a change that says what is to be, not what is to be done.
REPEATABLE = re.compile(
    r"CREATE (TABLE|VIEW|MATERIALIZED VIEW) IF NOT EXISTS |DROP (TABLE|VIEW) IF EXISTS "
    r"|ALTER TABLE \w+\s(MODIFY (QUERY|SETTING|COLUMN)|ADD (?:COLUMN|INDEX) IF NOT EXISTS|UPDATE|DELETE)|INSERT INTO "
)

#: What the jobs ask about all projects, and what is asked about no table.
OF_ALL = {
    "scores/newest_snapshot",
    "scores/projects",
    "search/newest_snapshot",
    "integrity/newest_snapshot",
    "search/fold",
    "search/orders_of_projects",
}


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_query_opens_with_its_purpose(path: Path) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    assert re.fullmatch(r"-- [A-Z].{20,}", first)


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_query_takes_its_values_from_the_engine_alone(path: Path) -> None:
    """Every placeholder has a type, so the server binds it; no value becomes text of a statement."""
    # A class of characters in a pattern is none, and a part that may be left out only asks.
    text = re.sub(r"\\\\[px]\{\w+\}|\{% (if|elif|else|endif|include) ?[\w \"/.=]*%\}", "", path.read_text("utf-8"))
    placeholders = set(re.findall(r"\{[^}]*\}", text))
    typed = {text for text in placeholders if re.fullmatch(r"\{[a-z_]+:[A-Za-z0-9()]+\}", text)}
    assert placeholders - typed <= IDENTIFIERS
    assert "%(" not in text
    if placeholders & IDENTIFIERS:
        assert _name(path) == "rollups/fingerprint"


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_a_query_is_called_by_its_name(path: Path) -> None:
    callers = SOURCE.rglob("*.py") if path in QUERIES else FILES
    code = "\n".join(file.read_text("utf-8") for file in callers)
    assert f'"{_name(path)}"' in code


def test_every_table_of_a_query_is_narrowed_to_one_project() -> None:
    """A question reads every source under `project = {project:String}`; the loader's own statements span projects."""
    for path in QUERIES:
        text = re.sub(r"--.*", "", path.read_text("utf-8"))
        if "{project:String}" not in text:
            assert (
                path.parent.name in {"fence", "lengths", "loading", "parts", "questions", "rollups", "schema"}
                or _name(path) in OF_ALL
            ), path
            continue
        reads = re.findall(
            r"\bFROM (events|project_hour|project_day|place_day|track_day|search_day|custom_day|known_length"
            r"|track_length_day|scores|search_clicks|search_model|search_orders|integrity_flags|first_seen|first_seen_days)\b",
            text,
        )
        assert reads
        assert text.count("project = {project:String}") == len(reads), path.stem


@pytest.mark.parametrize("migration", migrations(), ids=lambda migration: migration.name)
def test_a_migration_can_run_again_after_a_crash(migration: Migration) -> None:
    assert re.match(r"[0-9]{4}_[a-z_]+$", migration.name)
    emptied = ""
    for statement in migration.statements:
        code = re.sub(r"^--.*\n", "", statement, flags=re.MULTILINE).strip()
        assert REPEATABLE.match(code), code[:80]
        # Rows are only put where the same rows were taken away just before, or where a row twice is as good as once.
        if inserts := re.match(r"INSERT INTO (\w+)", code):
            assert inserts[1] in {emptied, "mended_days"}, code[:80]
        deletes = re.match(r"ALTER TABLE (\w+) DELETE", code)
        emptied = deletes[1] if deletes else ""


def test_statements_end_where_a_line_ends_with_a_semicolon() -> None:
    migration = Migration("0000_x", "-- one; not the end\nSELECT ';' ;\nSELECT 2;\n\n")
    assert migration.statements == ["-- one; not the end\nSELECT ';'", "SELECT 2"]


def test_migrations_ship_with_the_package_in_order() -> None:
    names = [migration.name for migration in migrations()]
    assert names == sorted(names)
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    shipped = files("audioscape_server.warehouse").joinpath("migrations")
    assert len(names) == sum(entry.name.endswith(".sql") for entry in shipped.iterdir())
