"""The log: lines of JSON or of text on standard error, ours and those of the libraries alike.

Never in it: a key, a player, an address of a client; of one-time links that for the first account alone, which nobody
could be told of otherwise. So a traceback shows no values of variables, and every URL is cut at its query: the
parameters of a question to the warehouse stand there.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import sys
import threading
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

import structlog

_QUERY = re.compile(r"\?\S+")


def configure_logging(level: str, fmt: str) -> None:
    """Log to standard error, as ``text`` for people or ``json`` for machines.

    Args:
        level: the least severe messages of ours to log; of libraries only warnings and worse are logged.
        fmt: ``text`` or ``json``.
    """
    stream = cast("TextIO", _Unfailing(sys.stderr))
    least = logging.getLevelNamesMapping()[level.upper()]
    stamps: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _cut_queries,
    ]
    render: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if fmt == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*stamps, render],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *stamps],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    logging.basicConfig(level=max(least, logging.WARNING), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    threading.excepthook = _log_end_of_thread


def _cut_queries(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _QUERY.sub("?…", value)
    return event


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread else "?"
    structlog.get_logger().error("a thread ended by an error", thread=name, exc_info=ended.exc_value)


class _Unfailing(io.TextIOBase):
    """A stream that never fails its writer: the log may lie on the very disk whose being full is to be logged."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str, /) -> int:
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream.flush()
