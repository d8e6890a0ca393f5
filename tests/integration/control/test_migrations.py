"""Upgrading the control database, the same on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from audioscape_server.access import keys
from audioscape_server.control import Claim, Claims, ControlDatabase, KeyStore, schema
from audioscape_server.control.claims import Outcome, Owner
from audioscape_server.control.migrate import Step, latest_version, migrate, steps
from audioscape_server.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOW = 1_790_166_896.0
PEPPER = b"p" * 32
KEY_ID, KEY = keys.mint()
A_CLAIM = Claim(b"k" * 16, b"b" * 16, 7)
#: What a server of the first version had written.
ROWS_OF_VERSION_1 = {
    "api_keys": {
        "id": KEY_ID,
        "project": "game",
        "name": "live ♪",
        "scopes": "ingest,read",
        "rate": 5,
        "identical_batches": True,
        "created_at": NOW,
        "expires_at": None,
        "revoked_at": None,
    },
    "api_key_secrets": {
        "digest": keys.digest(KEY.encode(), PEPPER),
        "key_id": KEY_ID,
        "created_at": NOW,
        "expires_at": None,
    },
    "claims": {
        "key_digest": A_CLAIM.key_digest,
        "body_digest": A_CLAIM.body_digest,
        "spool": "s" * 32,
        "row": A_CLAIM.batch,
        "claimed_at": NOW,
    },
}


@pytest.fixture
def opened(url: str) -> Iterator[Callable[[], ControlDatabase]]:
    """Opens the same empty database again and again, as one server after another does."""
    made: list[ControlDatabase] = []

    def open_() -> ControlDatabase:
        made.append(ControlDatabase(url))
        return made[-1]

    yield open_
    for database in made:
        database.close()


def bring_to(database: ControlDatabase, version: int) -> None:
    with database.engine.begin() as connection:
        migrate(connection, steps()[:version])


def shape(database: ControlDatabase) -> dict[str, Any]:
    """Every table with its columns, key and indexes, as the database itself tells."""
    seen = inspect(database.engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], str(column["default"]).strip("'()"))
                for column in seen.get_columns(table)
            },
            "key": seen.get_pk_constraint(table)["constrained_columns"],
            "indexes": sorted((str(index["name"]), index["column_names"]) for index in seen.get_indexes(table)),
        }
        for table in sorted(seen.get_table_names())
    }


def test_the_schema_is_the_sum_of_all_steps(opened: Callable[[], ControlDatabase]) -> None:
    database = opened()
    schema.metadata.create_all(database.engine)
    declared = shape(database)
    schema.metadata.drop_all(database.engine)
    database.migrate()
    assert shape(database) == declared
    assert declared.keys() == schema.metadata.tables.keys()


def test_steps_are_numbered_without_a_gap_and_say_what_they_do() -> None:
    assert [step.version for step in steps()] == list(range(1, latest_version() + 1))
    for step in steps():
        assert step.sql.startswith("-- ")


def test_what_the_first_version_wrote_is_there_after_the_upgrade(opened: Callable[[], ControlDatabase]) -> None:
    database = opened()
    bring_to(database, 1)
    with database.engine.begin() as connection:
        for table, row in ROWS_OF_VERSION_1.items():
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    assert not database.is_current()

    assert opened().migrate() == [step.name for step in steps()[1:]]

    database = opened()
    assert database.is_current()
    store = KeyStore(database, PEPPER, lambda: NOW)
    assert [(key.id, key.name, key.identical_batches) for key in store.list()] == [(KEY_ID, "live ♪", True)]
    assert store.load()[keys.digest(KEY.encode(), PEPPER)].key == KEY_ID
    claims = Claims(database, lambda: NOW)
    assert claims.settle("s" * 32, [A_CLAIM]) == Outcome({}, 0)
    assert claims.settle("t" * 32, [A_CLAIM]) == Outcome({A_CLAIM.batch: Owner("s" * 32, A_CLAIM.batch)}, 0)


def test_a_database_says_the_version_that_it_has(opened: Callable[[], ControlDatabase]) -> None:
    database = opened()
    assert (database.version(), database.is_current()) == (0, False)
    for version in range(1, latest_version() + 1):
        bring_to(database, version)
        assert (database.version(), database.is_current()) == (version, version == latest_version())


def test_migrating_again_changes_nothing(opened: Callable[[], ControlDatabase]) -> None:
    assert opened().migrate() == [step.name for step in steps()]
    with opened().engine.connect() as connection:
        [before] = connection.execute(text("SELECT * FROM installation")).all()
    assert [opened().migrate() for _ in range(2)] == [[], []]
    with opened().engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM installation")).all() == [before]


@pytest.mark.parametrize("version", [0, 1])
def test_several_processes_may_migrate_at_once(opened: Callable[[], ControlDatabase], version: int) -> None:
    if version:
        bring_to(opened(), version)
    barrier = threading.Barrier(6)
    databases = [opened() for _ in range(6)]

    def at_once(database: ControlDatabase) -> list[str]:
        barrier.wait()
        return database.migrate()

    with ThreadPoolExecutor(6) as pool:
        ran = list(pool.map(at_once, databases))
    assert sorted(ran) == [[]] * 5 + [[step.name for step in steps()[version:]]]
    with opened().engine.connect() as connection:
        assert connection.scalars(text("SELECT version FROM schema_version")).all() == [latest_version()]
        assert connection.scalar(text("SELECT count(*) FROM installation")) == 1


def test_a_step_that_fails_leaves_the_database_as_it_was(opened: Callable[[], ControlDatabase]) -> None:
    database = opened()
    bring_to(database, 1)
    before = shape(database)
    broken = Step(
        "0003_broken", "-- Fails at its end.\nCREATE TABLE half (a INTEGER);\nINSERT INTO nowhere VALUES (1);"
    )
    with pytest.raises(SQLAlchemyError), database.engine.begin() as connection:
        migrate(connection, [*steps(), broken])
    assert (database.version(), shape(database)) == (1, before)


def test_a_newer_database_is_refused_and_left_alone(opened: Callable[[], ControlDatabase]) -> None:
    database = opened()
    database.migrate()
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = 99"))
    before = shape(database)
    for _ in range(2):
        with pytest.raises(ConfigurationError, match=f"schema version 99, this server knows {latest_version()}: run"):
            opened().migrate()
    assert (database.version(), shape(database)) == (99, before)
    assert not database.is_current()
