"""Alone with the warehouse: no other worker inserts or repairs, and nothing that any of them sent earlier arrives."""

from collections.abc import Generator
from contextlib import contextmanager

from audioscape_server.control import WarehouseLock
from audioscape_server.warehouse import Warehouse


@contextmanager
def alone(lock: WarehouseLock, warehouse: Warehouse) -> Generator[None]:
    """Within this, what the warehouse is found to hold is what it holds, until the caller changes it.

    Raises:
        WarehouseUnavailable: it is away, or there is no room on its disk.
        SQLAlchemyError: the control database is away.
    """
    with lock.exclusive():
        warehouse.raise_fence()
        yield
