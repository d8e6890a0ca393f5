"""What can go wrong with the warehouse, told apart by what the caller should do.

That is: which of ClickHouse's errors are worth another try, and which say that the data or the statement is at fault.
The texts are for the log; a client sees the fixed text of the status.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from clickhouse_connect.driver.exceptions import ClickHouseError, DataError, OperationalError

from audioscape_server.errors import AudioScapeError, ServiceUnavailableError

#: ClickHouse error codes that say the same statement may succeed later, or after an operator has acted: timeouts,
#: limits of the whole server, read-only or missing tables, disks, networks, replicas. Everything else is the fault of
#: the statement or its data.
_TRANSIENT_CODES: Final = frozenset(
    {
        3,  # UNEXPECTED_END_OF_FILE
        23,  # CANNOT_READ_FROM_ISTREAM
        32,  # ATTEMPT_TO_READ_AFTER_EOF
        60,  # UNKNOWN_TABLE: not migrated
        74,  # CANNOT_READ_FROM_FILE_DESCRIPTOR
        75,  # CANNOT_WRITE_TO_FILE_DESCRIPTOR
        76,  # CANNOT_OPEN_FILE
        81,  # UNKNOWN_DATABASE: not migrated
        87,  # CANNOT_SEEK_THROUGH_FILE
        96,  # UNKNOWN_PACKET_FROM_SERVER
        98,  # UNEXPECTED_PACKET_FROM_CLIENT
        159,  # TIMEOUT_EXCEEDED
        160,  # TOO_SLOW
        164,  # READONLY
        198,  # DNS_ERROR
        202,  # TOO_MANY_SIMULTANEOUS_QUERIES
        203,  # NO_FREE_CONNECTION
        204,  # CANNOT_FSYNC
        209,  # SOCKET_TIMEOUT
        210,  # NETWORK_ERROR
        225,  # NO_ZOOKEEPER
        236,  # ABORTED
        241,  # MEMORY_LIMIT_EXCEEDED
        242,  # TABLE_IS_READ_ONLY
        243,  # NOT_ENOUGH_SPACE
        252,  # TOO_MANY_PARTS
        279,  # ALL_CONNECTION_TRIES_FAILED
        285,  # TOO_FEW_LIVE_REPLICAS
        319,  # UNKNOWN_STATUS_OF_INSERT
        373,  # SESSION_IS_LOCKED
        394,  # QUERY_WAS_CANCELLED
        410,  # AUTHENTICATION_FAILED of an older server
        425,  # SYSTEM_ERROR
        439,  # CANNOT_SCHEDULE_TASK
        473,  # DEADLOCK_AVOIDED
        497,  # ACCESS_DENIED
        499,  # S3_ERROR
        516,  # AUTHENTICATION_FAILED
        999,  # KEEPER_EXCEPTION
        1001,  # STD_EXCEPTION
        1002,  # UNKNOWN_EXCEPTION
    }
)


#: Codes that say that a part is not what it was when it was written.
UNREADABLE_CODES: Final = frozenset(
    {
        33,  # CANNOT_READ_ALL_DATA
        40,  # CHECKSUM_DOESNT_MATCH
        107,  # FILE_DOESNT_EXIST
        228,  # BAD_SIZE_OF_FILE_IN_DATA_PART
        232,  # NO_FILE_IN_DATA_PART
        246,  # CORRUPTED_DATA
        271,  # CANNOT_DECOMPRESS
    }
)


class WarehouseUnavailable(ServiceUnavailableError):  # noqa: N818 - the state it names is the error
    """The warehouse is away, overloaded or not set up: nothing is wrong with the request, try again later."""


class UnreadablePart(WarehouseUnavailable):
    """A part of the warehouse cannot be read. It is set aside, and what it held is loaded again, by the loader."""


class WarehouseRefused(AudioScapeError):  # noqa: N818 - as above
    """The data or the statement is at fault: the same request will be refused again."""


@contextmanager
def mapped_errors() -> Generator[None]:
    """Turn what the driver raises into `WarehouseUnavailable` or `WarehouseRefused`."""
    try:
        yield
    except ClickHouseError as error:
        code = getattr(error, "code", None)
        # Without a code the statement never reached the engine or never came back, unless the driver could not even
        # encode the data.
        if code in UNREADABLE_CODES:
            raise UnreadablePart(str(error)) from error
        away = code is None and not isinstance(error, DataError)
        if away or isinstance(error, OperationalError) or code in _TRANSIENT_CODES:
            raise WarehouseUnavailable(str(error)) from error
        raise WarehouseRefused(str(error)) from error
    except OSError as error:
        raise WarehouseUnavailable(str(error)) from error
