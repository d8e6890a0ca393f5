"""Every batch is sent a hundred times at once, to three workers that share one PostgreSQL and one ClickHouse."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import test_nodes
from crashes import new_folder

from support.nodes import installation
from support.oracle import judge
from support.postgres import running_postgres

if TYPE_CHECKING:
    from argparse import Namespace

    from report import Report

NODES = 3
WAYS = 100
#: Retries between two judgements.
GROUP = 25_000


def retries(report: Report, options: Namespace) -> None:
    """Keyed batches, each sent from a hundred clients at the same moment."""
    count = options.count or 100_000
    while report.total.get("retries", 0) < count and report.may_go_on():
        group = min(GROUP, count - report.total.get("retries", 0))
        begun = time.monotonic()
        with (
            running_postgres() as control,
            new_folder(report, options) as folder,
            installation(folder, control, nodes=NODES) as (servers, clickhouse),
        ):
            storm = test_nodes.Storm(servers, ways=WAYS)
            storm.rage(batches=group // WAYS)
            verdict = judge(servers[0], storm, within=120, nodes=servers[1:], clickhouse=clickhouse)
            report.add(verdict, retries=group, seconds=time.monotonic() - begun)
