"""Write ``schema.sql``: what all migrations together make, for people to read and new warehouses to be made of.

A test compares it with the migrations.

Run after adding a migration::

    python -m audioscape_server.warehouse.snapshot > src/audioscape_server/warehouse/schema.sql
"""

import re
import sys
import tempfile
from pathlib import Path

from audioscape_server.warehouse.warehouse import Warehouse

_HEAD = "-- What all migrations together make. Written by audioscape_server.warehouse.snapshot; do not edit.\n"


def snapshot(warehouse: Warehouse) -> str:
    """Return the schema of a migrated warehouse, as statements that may run twice."""
    made = [row["definition"] for row in warehouse.query("schema/tables")]
    definitions = [re.sub(r"\A(CREATE (?:TABLE|(?:MATERIALIZED )?VIEW)) ", r"\1 IF NOT EXISTS ", text) for text in made]
    return "\n".join([_HEAD, *(f"{definition};\n" for definition in definitions)])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, Warehouse(f"chdb://{Path(folder) / 'store'}") as fresh:
        fresh.migrate(step_by_step=True)
        sys.stdout.write(snapshot(fresh))
