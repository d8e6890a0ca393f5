"""What the server says about itself: Prometheus metrics, and logs as lines of JSON or of text.

Never in a log, a metric or a label: a key, a player, an address.
"""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from typing import TextIO, cast

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

#: Seconds; a fsync takes one to a few milliseconds, a bad disk a second.
_COMMIT_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """Every metric of the server, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "audioscape_ingest_requests",
            "Requests to the ingest endpoint, by status.",
            ["status"],
            registry=self.registry,
        )
        self.accepted = Counter(
            "audioscape_events_accepted",
            "Events answered 202.",
            registry=self.registry,
        )
        self.rejected = Counter(
            "audioscape_events_rejected",
            "Events refused, by reason.",
            ["reason"],
            registry=self.registry,
        )
        self.store_seconds = Histogram(
            "audioscape_spool_store_seconds",
            "From a judged batch to its place on the disk.",
            buckets=_COMMIT_BUCKETS,
            registry=self.registry,
        )
        self.loaded = Counter(
            "audioscape_events_loaded",
            "Events that the warehouse holds durably.",
            registry=self.registry,
        )
        self.duplicates = Counter(
            "audioscape_events_duplicate",
            "Events of batches that were stored before.",
            registry=self.registry,
        )
        self.misused_keys = Counter(
            "audioscape_idempotency_keys_misused",
            "Batches whose Idempotency-Key was used before with another body. They are stored.",
            registry=self.registry,
        )
        self.quarantined = Counter(
            "audioscape_events_quarantined",
            "Events set aside because the warehouse refused them.",
            registry=self.registry,
        )
        self.load_failures = Counter(
            "audioscape_load_failures",
            "Blocks that could not be loaded at this attempt, by error.",
            ["error"],
            registry=self.registry,
        )
        self.spooled = Gauge(
            "audioscape_spool_events",
            "Events that wait in the spool.",
            registry=self.registry,
        )
        self.spool_bytes = Gauge(
            "audioscape_spool_bytes",
            "Bytes that the spool holds.",
            registry=self.registry,
        )
        self.lag_seconds = Gauge(
            "audioscape_lag_seconds",
            "Age of the oldest event that waits in the spool.",
            registry=self.registry,
        )


def configure_logging(level: str, fmt: str) -> None:
    """Log to standard error, as ``text`` for people or ``json`` for machines."""
    stream = cast("TextIO", _Unfailing(sys.stderr))
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if fmt == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    logging.basicConfig(level=logging.WARNING, stream=stream)


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
