"""What a failure of the machine is called: a full disk, a read-only folder, a locked or damaged file.

None of these is a fault of the program, so nobody is shown a traceback for them. What is not named here is a fault of
the program, and its traceback is what a report of it needs.
"""

from __future__ import annotations

import sqlite3


def in_words(error: BaseException) -> str | None:
    """A failure as one sentence for an operator; None for a fault of the program."""
    import apsw  # noqa: PLC0415 - after a failure there is time; a command that works does not wait for these
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    match error:
        case OSError(filename=str() | bytes() as name, strerror=str(reason)):
            return f"{name if isinstance(name, str) else name.decode(errors='replace')}: {reason}."
        case OSError():
            return f"{error.strerror or error}."
        case SQLAlchemyError() | sqlite3.Error():
            reason = getattr(error, "orig", None) or (error.args[0] if error.args else error)
            return f"The control database cannot be used: {str(reason)[:500].strip()}."
        case apsw.Error():
            return f"The spool cannot be used: {error}. `audioscape doctor` looks at it."
        case _:
            return None
