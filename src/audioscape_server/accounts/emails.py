"""Email addresses: the name by which a person signs in.

An address has one spelling here, so that nobody is two people: ``ADA@Example.com``, and the same in full-width letters,
is ``ada@example.com``. Mail servers may tell upper case from lower case before the ``@``; none that people use do.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from audioscape_server.errors import InvalidRequestError

#: Characters of an address at most, as mail allows.
MAX_CHARS: Final = 254

_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")


def normal(email: str) -> str:
    """The one spelling of an address.

    Raises:
        InvalidRequestError: it is none.
    """
    # Folding may make what is not normal any more, so normalising comes last too: twice must be the same as once.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", email.strip()).casefold())
    if len(folded) > MAX_CHARS or not folded.isprintable() or not _ADDRESS.fullmatch(folded):
        raise InvalidRequestError(
            f"An email address looks like name@example.com, {MAX_CHARS} characters at most; got {email[:80]!r}."
        )
    return folded
