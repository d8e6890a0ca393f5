"""Content codings: how an answer is made smaller for a client that says it can read that (RFC 9110, 12.5.3)."""

import gzip
import re
from collections.abc import Callable, Mapping
from typing import Final

import zstandard

#: Bytes from which an answer is worth it; below, what is saved does not pay for the work.
WORTH_BYTES: Final = 1_024
_WEIGHT: Final = re.compile(r"q\s*=\s*(0(?:\.[0-9]*)?|1(?:\.0*)?)")
#: By name, the one that we like best first.
CODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "zstd": lambda body: zstandard.compress(body, 3),
    # Without the time, so that the same answer has the same bytes.
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


def chosen(accept_encoding: str, body: bytes) -> str | None:
    """Return the name of the coding for an answer, None for none.

    Args:
        accept_encoding: the request's header, empty without one.
        body: the answer.
    """
    if len(body) < WORTH_BYTES:
        return None
    weights = _weights(accept_encoding)
    # `*` stands for all that is not named; gzip is what every client reads that says so.
    weights.setdefault("gzip", weights.get("*", 0.0))
    best = max(CODINGS, key=lambda name: weights.get(name, 0.0))
    return best if weights.get(best, 0.0) > 0 and weights[best] >= weights.get("identity", 0.0) else None


def _weights(accept_encoding: str) -> dict[str, float]:
    """Read the header; what is not a weight is none."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameter = part.partition(";")
        weight = _WEIGHT.fullmatch(parameter.strip()) if parameter else None
        weights[name.strip()] = float(weight[1]) if weight else 0.0 if parameter else 1.0
    return weights
