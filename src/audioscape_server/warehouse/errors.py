"""What can go wrong with the warehouse, told apart by what the caller should do.

Three things can be done about an error, and the engine's code says which:

* *Refused*: the data is at fault, and would be refused again. Only an insert can be refused, and only for the codes
  listed here: what is refused is set aside, so a fault of the disk, the network or the server must never pass for one
  of the data.
* *Unreadable*: a part is not what it was when it was written. It is set aside and what it held is loaded again.
* *Unavailable*: everything else, known or not. Nothing is lost by waiting.

The texts are for the log; a client sees the fixed text of the status.
"""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from clickhouse_connect.driver.exceptions import ClickHouseError, DataError

from audioscape_server.errors import AudioScapeError, ServiceUnavailableError

#: Codes that say that data does not fit, by their names; a test compares both with the engine's own.
DATA_ERRORS: Final = {
    6: "CANNOT_PARSE_TEXT",
    19: "SIZE_OF_FIXED_STRING_DOESNT_MATCH",
    25: "CANNOT_PARSE_ESCAPE_SEQUENCE",
    26: "CANNOT_PARSE_QUOTED_STRING",
    27: "CANNOT_PARSE_INPUT_ASSERTION_FAILED",
    38: "CANNOT_PARSE_DATE",
    41: "CANNOT_PARSE_DATETIME",
    53: "TYPE_MISMATCH",
    69: "ARGUMENT_OUT_OF_BOUND",
    70: "CANNOT_CONVERT_TYPE",
    72: "CANNOT_PARSE_NUMBER",
    117: "INCORRECT_DATA",
    128: "TOO_LARGE_ARRAY_SIZE",
    131: "TOO_LARGE_STRING_SIZE",
    190: "SIZES_OF_ARRAYS_DONT_MATCH",
    306: "TOO_DEEP_RECURSION",
    321: "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE",
    349: "CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN",
    407: "DECIMAL_OVERFLOW",
    469: "VIOLATED_CONSTRAINT",
    621: "CANNOT_NORMALIZE_STRING",
}

#: Codes that say that a part is not what it was when it was written.
UNREADABLE_CODES: Final = {
    32: "ATTEMPT_TO_READ_AFTER_EOF",
    33: "CANNOT_READ_ALL_DATA",
    40: "CHECKSUM_DOESNT_MATCH",
    107: "FILE_DOESNT_EXIST",
    226: "NO_FILE_IN_DATA_PART",
    228: "BAD_SIZE_OF_FILE_IN_DATA_PART",
    246: "CORRUPTED_DATA",
    271: "CANNOT_DECOMPRESS",
    740: "POTENTIALLY_BROKEN_DATA_PART",
}

#: Codes of a question that took or waited too long, or asked for too much: nothing is broken.
BUSY_CODES: Final = {
    159: "TIMEOUT_EXCEEDED",
    202: "TOO_MANY_SIMULTANEOUS_QUERIES",
    241: "MEMORY_LIMIT_EXCEEDED",
    394: "QUERY_WAS_CANCELLED",
}


class WarehouseUnavailable(ServiceUnavailableError):  # noqa: N818 - the state it names is the error
    """The warehouse is away, overloaded or not set up: nothing is wrong with the request, try again later.

    Args:
        message: what was found.
        code: the engine's code, where it answered.
    """

    def __init__(self, message: str | None = None, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class UnreadablePart(WarehouseUnavailable):
    """A part of the warehouse cannot be read. It is set aside, and what it held is loaded again, by the loader."""


class WarehouseRefused(AudioScapeError):  # noqa: N818 - as above
    """The data is at fault, or the warehouse is not ours to use: the same request will be refused again."""


@contextmanager
def mapped_errors(*, inserting: bool = False) -> Generator[None]:
    """Turn what the driver raises into `WarehouseUnavailable`, `UnreadablePart` or, when inserting, `WarehouseRefused`.

    A damaged part can answer a question with a code that elsewhere speaks of data: only an insert is refused.
    """
    try:
        yield
    except ClickHouseError as error:
        code = getattr(error, "code", None)
        # The driver raises DataError itself, when it cannot encode what it is given.
        if inserting and (code in DATA_ERRORS or isinstance(error, DataError)):
            raise WarehouseRefused(str(error)) from error
        if code in UNREADABLE_CODES:
            raise UnreadablePart(str(error), code=code) from error
        # Without a code the statement never reached the engine, or its answer got lost.
        raise WarehouseUnavailable(str(error), code=code) from error
    except OSError as error:
        raise WarehouseUnavailable(str(error)) from error
