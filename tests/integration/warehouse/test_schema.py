"""Migrations: run once, in order, repeatable after a crash, and never changed afterwards."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from audioscape_server.warehouse import WarehouseRefused
from audioscape_server.warehouse.migrate import migrations
from audioscape_server.warehouse.snapshot import snapshot
from support.store import command, select

if TYPE_CHECKING:
    from audioscape_server.warehouse import Warehouse


def test_the_snapshot_is_what_all_migrations_make(warehouse: Warehouse) -> None:
    kept = files("audioscape_server.warehouse").joinpath("schema.sql").read_text("utf-8")
    assert snapshot(warehouse) == kept, "write it anew: python -m audioscape_server.warehouse.snapshot"


def test_migrating_again_does_nothing(warehouse: Warehouse) -> None:
    assert warehouse.migrate() == []


def test_a_migration_that_was_cut_short_runs_again(warehouse: Warehouse) -> None:
    last = migrations()[-1].name
    command(warehouse, f"ALTER TABLE migrations DELETE WHERE name = '{last}' SETTINGS mutations_sync = 1")
    assert warehouse.migrate() == [last]
    assert warehouse.migrate() == []


@pytest.mark.parametrize(
    ("column", "value", "complaint"),
    [
        ("checksum", "another", "migration 0001_events was changed after it had been applied"),
        ("name", "9999_from_the_future", "migrated by a newer version: it has 9999_from_the_future"),
    ],
)
def test_a_warehouse_that_is_not_ours_to_migrate_is_refused(
    warehouse: Warehouse, column: str, value: str, complaint: str
) -> None:
    [known] = select(warehouse, "SELECT name, checksum FROM migrations WHERE name = '0001_events'")
    row = known | {column: value}
    command(warehouse, "ALTER TABLE migrations DELETE WHERE name = '0001_events' SETTINGS mutations_sync = 1")
    command(warehouse, f"INSERT INTO migrations VALUES ('{row['name']}', '{row['checksum']}', now())")
    with pytest.raises(WarehouseRefused, match=complaint):
        warehouse.migrate()


def test_every_table_is_durable_when_an_insert_returns(warehouse: Warehouse) -> None:
    tables = select(
        warehouse,
        "SELECT name, create_table_query AS made FROM system.tables "
        "WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
    )
    assert len(tables) == 7
    for table in tables:
        assert "fsync_after_insert = 1" in table["made"], table["name"]
        assert "fsync_part_directory = 1" in table["made"], table["name"]
