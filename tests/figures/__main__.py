"""The figures of docs/reliability.md: long runs, one command each. ``python tests/figures --help``.

    python tests/figures kills --count 200 --events 5_000_000
    python tests/figures cuts --count 300
    python tests/figures disks --count 50
    python tests/figures outage --events 86_400_000
    python tests/figures retries --count 100_000
    python tests/figures connections --idle 3000 --hostile 1000

Each prints its progress on standard error and one line of JSON on standard output, and ends with status 1 when anything
was lost, doubled or miscounted; the data of what was found is kept, and its folder named. With ``--results FILE`` a run
that was broken off goes on where it was; ``--budget`` bounds its seconds. A run that is told to end (Ctrl-C, SIGTERM)
leaves no server, folder or mount; the mounts of one that was killed are removed by the next.
"""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent), str(Path(__file__).parents[1] / "faults")]

import connections  # noqa: E402 - the folders of tests are no packages
import crashes  # noqa: E402
import outage  # noqa: E402
import retries  # noqa: E402
from report import Report  # noqa: E402

FIGURES = {
    "kills": crashes.kills,
    "cuts": crashes.cuts,
    "disks": crashes.disks,
    "outage": outage.outage,
    "retries": retries.retries,
    "connections": connections.connections,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figure", choices=FIGURES)
    parser.add_argument("--count", type=int, default=0, help="kills, cuts, cycles of each block size, or retries")
    parser.add_argument("--events", type=int, default=0, help="events that are to be acknowledged")
    parser.add_argument("--idle", type=int, default=3_000, help="connections that say nothing")
    parser.add_argument("--hostile", type=int, default=1_000, help="connections that send nonsense, slowly")
    parser.add_argument("--folder", type=Path, help="where data goes; default: a temporary folder")
    parser.add_argument("--results", type=Path, help="file of results, to go on from")
    parser.add_argument("--budget", type=float, default=float("inf"), help="seconds")
    options = parser.parse_args()
    report = Report(options.figure, options.results, options.budget)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    crashes.unmount_what_was_left(report)
    FIGURES[options.figure](report, options)
    return report.end()


def _end(number: int, _frame: object) -> None:
    """Clean up and end; whoever asks again waits for that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
