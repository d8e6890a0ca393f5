"""The warehouse: every event once, and the rollups that answer most questions, in ClickHouse.

Where things are::

    migrations/  the schema, one .sql file per table and its view, run once each and in order
    schema.sql   what all migrations together make
    sql/         every query, one per file, called by its name
    warehouse    what the loader and the read API call
    batches      what the loader hands over, and what is told of it
    client       connections, embedded or to a server
    migrate      runs migrations
    store        whether a folder is a warehouse, and a whole one
    parts        finds parts that cannot be read, and sets them aside
    room         what is left undone while the disk is nearly full
    rollups      compares rollups with the base table and rebuilds what differs
    errors       which of ClickHouse's errors are worth another try
"""

from audioscape_server.warehouse.batches import HeldBatch, LoadBatch
from audioscape_server.warehouse.errors import WarehouseRefused, WarehouseUnavailable
from audioscape_server.warehouse.parts import DamagedPart
from audioscape_server.warehouse.rollups import ROLLUPS, Difference
from audioscape_server.warehouse.warehouse import Warehouse

__all__ = [
    "ROLLUPS",
    "DamagedPart",
    "Difference",
    "HeldBatch",
    "LoadBatch",
    "Warehouse",
    "WarehouseRefused",
    "WarehouseUnavailable",
]
