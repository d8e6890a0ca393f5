"""What the SDK says in the host's log, through the logger `audioscape`: little, seldom, and never the key.

Invariants:

* No line holds the key, wherever its text comes from: a server may repeat it in an answer.
* A line is one line: what others said (a server, an exception) is made printable and cut.
* Warnings are bounded: a kind of message comes at most once in `QUIET` seconds, a reason of a refusal once, and at most
  `MAX_REASONS` reasons. Only the lines of `debug`, which somebody asked for, come as often as things happen.
"""

from __future__ import annotations

import logging
import re
import threading
import traceback
from functools import cache
from typing import Callable

#: Seconds in which a kind of message is logged at most once.
QUIET = 300.0

#: Reasons of refusals that are logged in the life of a client: their texts may hold values, so there is no end to them.
MAX_REASONS = 20

#: What a reason says of the value that was found.
VALUE_FOUND = re.compile(r", (?:got|found) .*", re.DOTALL)

#: Characters that are quoted of what others said.
QUOTED = 200

#: Characters from which on a key is a secret; replacing a shorter one would garble every line.
SECRET_LENGTH = 6

_logger = logging.getLogger("audioscape")


class Journal:
    """The log lines of one client."""

    def __init__(self, monotonic: Callable[[], float], secret: str, *, debugging: bool) -> None:
        """Take the time from `monotonic`; keep `secret` out of every line; write debug lines only if `debugging`."""
        self._monotonic = monotonic
        self._secret = secret
        self.debugging = debugging
        self._next: dict[str, float] = {}
        self._reasons: set[tuple[int, str]] = set()
        self._lock = threading.Lock()

    def warn(self, kind: str, message: str, *args: object, once: bool = False, error: bool = False) -> None:
        """Log a warning unless its kind was logged lately or, with `once`, ever. `error` adds the exception at hand."""
        now = self._monotonic()
        with self._lock:
            if now < self._next.get(kind, now):
                return
            self._next[kind] = float("inf") if once else now + QUIET
        # The exception's own text is not ours to rewrite: with the key in it, it is left out.
        show = error and self._clean(trace := traceback.format_exc()) == trace
        _logger.warning("%s", self._clean(message % args), exc_info=show)

    def refusal(self, reason: tuple[int, str], message: str, *args: object) -> None:
        """Log that something was refused, unless this reason (a status and a text) was logged before.

        The value that was found makes no other reason: a game whose clock is wrong sends each event with another one.
        """
        status, said = reason
        reason = (status, VALUE_FOUND.sub("", said))
        with self._lock:
            if reason in self._reasons or len(self._reasons) > MAX_REASONS:
                return
            self._reasons.add(reason)
            if len(self._reasons) > MAX_REASONS:
                message, args = "events are refused for more than %d reasons; no more are logged", (MAX_REASONS,)
        _logger.warning("%s", self._clean(message % args))

    def debug(self, message: str, *args: object) -> None:
        """Log a debug line, if somebody wants them."""
        if self.debugging:
            _logger.debug("%s", self._clean(message % args))

    def quote(self, text: str) -> str:
        """What others said, fit for a line: without the key, printable, cut."""
        words = " ".join(self._clean(text).split())
        return "".join(letter if letter.isprintable() else "\ufffd" for letter in words[:QUOTED])

    def _clean(self, text: str) -> str:
        return text.replace(self._secret, "***") if len(self._secret) >= SECRET_LENGTH else text


@cache  # once
def show_debug() -> None:
    """Let debug lines through; to standard error, as long as the host has set up no logging of its own."""
    _logger.setLevel(logging.DEBUG)
    stderr = logging.StreamHandler()
    stderr.setFormatter(logging.Formatter("%(name)s %(levelname)s: %(message)s"))
    stderr.addFilter(lambda _record: not logging.getLogger().handlers)
    _logger.addHandler(stderr)
