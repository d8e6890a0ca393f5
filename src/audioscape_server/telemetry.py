"""What the server counts and measures, for Prometheus.

Never in a metric or a label: a key, a player, an address. Labels have few values, whatever clients send.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from audioscape_server import __version__
from audioscape_server.traffic import Traffic

#: Seconds; a fsync takes one to a few milliseconds, a bad disk a second.
_COMMIT_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: Seconds; an answer from a rollup takes milliseconds, and 30 s is the limit of a question.
_READ_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30)


class Metrics:
    """Every metric of the server, in a registry of its own.

    Args:
        clock: Unix seconds.

    Attributes:
        traffic: what came in of late, by project: not for Prometheus.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.traffic = Traffic(clock)
        # A second series for every counter, which says when it was made: nobody asks for it.
        disable_created_metrics()
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        build = Info("audioscape_build", "The version of this server.", registry=self.registry)
        build.info({"version": __version__})
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
        self.read_seconds = Histogram(
            "audioscape_read_seconds",
            "From a request to its whole answer, by route and status; all requests but those to the ingest endpoint.",
            ["route", "status"],
            buckets=_READ_BUCKETS,
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
            "Events set aside because the warehouse refused them, since the server's start.",
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
        self.in_quarantine = Gauge(
            "audioscape_quarantine_events",
            "Events that lie in quarantine now, whenever they came there.",
            registry=self.registry,
        )
        self.disk_free_bytes = Gauge(
            "audioscape_disk_free_bytes",
            "Bytes that are free on the disk of the data folder.",
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
        self.searches_stepped_back = Gauge(
            "audioscape_search_queries_stepped_back",
            "Search queries that keep the search engine's own order, which did better on later clicks.",
            registry=self.registry,
        )
        self.job_runs = Counter(
            "audioscape_job_runs",
            "Runs of jobs by this worker, by job and outcome.",
            ["job", "outcome"],
            registry=self.registry,
        )
        self.job_seconds = Gauge(
            "audioscape_job_seconds",
            "How long the last run of a job by this worker took.",
            ["job"],
            registry=self.registry,
        )
        self.job_succeeded_at = Gauge(
            "audioscape_job_succeeded_timestamp_seconds",
            "When this worker did a job without an error last, Unix seconds.",
            ["job"],
            registry=self.registry,
        )
