"""Migrations: run once, in order, repeatable after a crash, and never changed afterwards."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from audioscape_server.warehouse import ROLLUPS, WarehouseRefused
from audioscape_server.warehouse.migrate import migrations
from audioscape_server.warehouse.snapshot import snapshot
from support.counting import DAY, NOW, load_batches, random_requests
from support.store import command, select

if TYPE_CHECKING:
    from collections.abc import Callable

    from audioscape_server.warehouse import Warehouse


SCHEMA = files("audioscape_server.warehouse").joinpath("schema.sql").read_text("utf-8")


def test_the_snapshot_is_what_all_migrations_make(grown: Warehouse) -> None:
    assert snapshot(grown) == SCHEMA, "write it anew: python -m audioscape_server.warehouse.snapshot"


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


#: What a table needs so that neither an insert nor what the engine makes of it by itself is lost with the power.
DURABLE = {
    "fsync_after_insert": 1,
    "fsync_part_directory": 1,
    "min_rows_to_fsync_after_merge": 1,
    "min_compressed_bytes_to_fsync_after_merge": 1,
    "old_parts_lifetime": 480,
}


def test_every_table_keeps_through_a_power_cut_what_it_was_given_and_what_is_made_of_it(warehouse: Warehouse) -> None:
    made = {
        row["name"]: row["made"]
        for row in select(
            warehouse,
            "SELECT name, create_table_query AS made FROM system.tables "
            "WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
        )
    }
    assert {"migrations", "events", *ROLLUPS} <= made.keys()
    for name, query in made.items():
        settings = dict(re.findall(r"(\w+) = (\d+)", query.rpartition("SETTINGS")[2]))
        assert {setting: int(settings.get(setting, 0)) for setting in DURABLE} == DURABLE, name


def test_the_engine_knows_these_settings_by_their_names(warehouse: Warehouse) -> None:
    known = {row["name"] for row in select(warehouse, "SELECT name FROM system.merge_tree_settings")}
    assert known >= DURABLE.keys()


def test_a_warehouse_of_an_older_version_gets_the_settings_too(older: Callable[[str], Warehouse]) -> None:
    warehouse = older("0007_power_cuts")
    assert warehouse.migrate() == [one.name for one in migrations() if one.name >= "0007_power_cuts"]
    test_every_table_keeps_through_a_power_cut_what_it_was_given_and_what_is_made_of_it(warehouse)


@pytest.mark.parametrize("loss", ["TRUNCATE TABLE migrations", "DROP TABLE migrations SYNC"])
def test_a_lost_record_of_what_was_migrated_costs_nothing_that_is_stored(warehouse: Warehouse, loss: str) -> None:
    """A part may be damaged, a disk forget it: what an old migration made must not come back in place of the new."""
    requests = random_requests(seed=1, count=5)
    warehouse.insert_block("s", 1, 0, load_batches(requests))
    command(warehouse, loss)
    newest = max(number for number, migration in enumerate(migrations()) if migration.makes)
    assert warehouse.migrate() == [migration.name for migration in migrations()[newest:]]
    assert warehouse.migrate() == []
    assert warehouse.count_block("s", 1, NOW - 4 * DAY, NOW) == sum(map(len, requests))
    assert warehouse.differing_days([row["day"] for row in warehouse.query("loading/event_days")]) == []


@pytest.mark.parametrize("table", ["events", "project_hour_view", "inbox"])
def test_a_warehouse_that_lacks_a_table_is_refused_by_its_name(warehouse: Warehouse, table: str) -> None:
    command(warehouse, f"DROP TABLE {table} SYNC")
    with pytest.raises(WarehouseRefused, match=f"has no {table} any more.*back-up"):
        warehouse.migrate()


def test_the_wide_ids_of_assets_take_no_more_than_three_bytes_an_event(warehouse: Warehouse) -> None:
    """A play and its end name the same track: ids of twelve digits are to cost little more than short ones."""
    command(
        warehouse,
        "INSERT INTO events (project, key, spool, block, row, position, type, asset_id, timestamp, day) "
        "SELECT 'p', 'k', 's', 1, number, 0, 'play', "
        "1000000000 + toUInt64(pow(20000, sipHash64(intDiv(number, 2)) / 18446744073709551616.)) * 6700417, "
        "1.7e9 + number, '2023-11-14' FROM numbers(200000)",
    )
    [column] = select(
        warehouse,
        "SELECT column_data_compressed_bytes AS bytes, rows FROM system.parts_columns "
        "WHERE active AND database = currentDatabase() AND table = 'events' AND column = 'asset_id'",
    )
    assert 0 < column["bytes"] < 3 * column["rows"], "of a small part it is not told"
