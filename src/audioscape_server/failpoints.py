"""Named points on the way of an event where a test may let the process die, fail or wait.

Nothing happens unless ``AUDIOSCAPE_FAILPOINTS`` is set when the command starts; a server then says so in its log. Its
form is ``name:action``, several with ``;`` between them::

    AUDIOSCAPE_FAILPOINTS="loader.after_insert:kill@3;spool.before_commit:sleep=2"

``kill``
    The process is killed, as by ``kill -9``.
``raise``
    :class:`FailpointError`, an input/output error, is raised.
``sleep=SECONDS``
    The thread waits.
``hold=PATH``
    The thread makes the file PATH and waits until somebody deletes it.

An action is carried out every time, or with ``@N`` the N-th time alone. The names are where the calls are; a table in
docs/reliability.md lists them, and a test compares it with the code.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from audioscape_server.errors import ConfigurationError

VARIABLE = "AUDIOSCAPE_FAILPOINTS"
#: Seconds between two looks whether a held point may go on.
HOLD_LOOK_S = 0.01

_FORM = re.compile(r"(?P<name>[a-z_.]+):(?P<action>[a-z]+)(=(?P<value>[^@]+))?(@(?P<pass>[1-9]\d*))?")


class FailpointError(OSError):
    """What a failpoint raises: an input/output error, as a bad disk or a cut line does."""


class _Armed(NamedTuple):
    """What happens at a point."""

    act: Callable[[str], None]
    at_pass: int | None
    """Which time; None: every time."""


_armed: dict[str, _Armed] = {}
_passes: Counter[str] = Counter()
_lock = threading.Lock()


def failpoint(name: str) -> None:
    """Do what the environment asks for at this point: nothing, as a rule.

    Args:
        name: of the point, ``part.moment``: ``loader.after_insert``.

    Raises:
        FailpointError: a test asked for it.
    """
    if _armed:
        _pass(name)


def arm(environment: Mapping[str, str]) -> None:
    """Read which points are armed, in place of those that were.

    Raises:
        ConfigurationError: the variable can't be read.
    """
    armed = dict(map(_read, filter(None, environment.get(VARIABLE, "").split(";"))))
    with _lock:
        _armed.clear()
        _passes.clear()
        _armed.update(armed)


def armed_points() -> list[str]:
    """The names of the points at which something will happen."""
    return sorted(_armed)


def _pass(name: str) -> None:
    armed = _armed.get(name)
    if armed is None:
        return
    with _lock:
        _passes[name] += 1
        passes = _passes[name]
    if armed.at_pass in (None, passes):
        armed.act(name)


def _read(text: str) -> tuple[str, _Armed]:
    found = _FORM.fullmatch(text.strip())
    action = _action(found["action"], found["value"]) if found else None
    if found is None or action is None:
        raise ConfigurationError(
            f"{VARIABLE} holds {text!r}; expected name:kill, name:raise, name:sleep=SECONDS or name:hold=PATH, and @N "
            "for the N-th time alone."
        )
    return found["name"], _Armed(action, int(found["pass"]) if found["pass"] else None)


def _action(name: str, value: str | None) -> Callable[[str], None] | None:
    """What is to be done; None when there is no such action."""
    match name, value:
        case "kill", None:
            return _kill
        case "raise", None:
            return _raise
        case "sleep", str() if re.fullmatch(r"\d+(\.\d+)?", value):
            return lambda _: time.sleep(float(value))
        case "hold", str():
            return lambda _: _hold(Path(value))
        case _:
            return None


def _kill(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _raise(name: str) -> None:
    raise FailpointError(errno.EIO, f"failpoint {name}")


def _hold(file: Path) -> None:
    file.touch()
    while file.exists():
        time.sleep(HOLD_LOOK_S)
