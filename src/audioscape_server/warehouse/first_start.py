"""Make the tables of a new warehouse at once, from ``schema.sql``, in place of one migration after the other.

Promises:
    * Only a database without any table is new. One that has tables of ours is brought up to date by `migrate`, however
      damaged it is: no table of the schema is changed or dropped here.
    * The table ``first_start`` is made before all others and dropped at the end. The migrations are written down in
      between, when all other tables are there. So whoever meets ``first_start`` and no migration knows that nothing
      was stored yet, and makes all again; whoever meets both drops ``first_start``.
    * Every statement says what is to be. So this may be cut short anywhere, two workers may do it at once, and what a
      slow line brings when all is long done changes nothing.
    * All tables are of one version: ``first_start`` names the schema that it was begun with, and whoever has another
      one does nothing.
"""

import hashlib
from functools import cache
from importlib.resources import files
from typing import Final

from audioscape_server.failpoints import failpoint
from audioscape_server.warehouse.client import Connections
from audioscape_server.warehouse.errors import WarehouseUnavailable
from audioscape_server.warehouse.statements import statements_of

#: The table that is there from the beginning of a first start to its end.
TABLE: Final = "first_start"


@cache
def _schema() -> str:
    return files("audioscape_server.warehouse").joinpath("schema.sql").read_text("utf-8")


def begin(connections: Connections) -> None:
    """Let it be known that a first start has begun; by whom is told by `make`, for another may have been faster."""
    failpoint("first_start.step")
    connections.command(f"CREATE TABLE IF NOT EXISTS {TABLE} (nothing UInt8) ENGINE = Null COMMENT '{_name()}'")


def make(connections: Connections) -> None:
    """Make every table and view that is not there yet. No migration may be written down.

    Raises:
        WarehouseUnavailable: another version has begun, and has not ended.
    """
    begun = [row["comment"] for row in connections.query("schema/begun", {"name": TABLE}, {})]
    if begun != [_name()]:
        raise WarehouseUnavailable(
            "the tables of the warehouse are being made by another version of this program. If none runs any more, "
            "start that version once, or remove the database: nothing is stored in it yet."
        )
    for text in statements_of(_schema()):
        failpoint("first_start.step")
        connections.command(text)
    failpoint("first_start.step")


def end(connections: Connections) -> None:
    """Let it be known that the first start is over: the migrations are written down."""
    failpoint("first_start.step")
    connections.command(f"DROP TABLE IF EXISTS {TABLE} SYNC")


def _name() -> str:
    """By what the schema is told from that of another version."""
    return hashlib.sha256(_schema().encode()).hexdigest()
