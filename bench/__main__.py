"""Everything side by side, in one go: `make bench`, and `make bench-quick` in five minutes.

Installs the peers where they are missing, loads every server in turn, asks ours and PostgreSQL the same questions, and
prints tables and ratios. results.json and the pictures go to a folder. A peer that fails is told, and the others go on.
Ctrl-C ends every server; results.json has then what was measured until then.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg

from audioscape_server.errors import AudioScapeError
from bench import answers, ingest, machine, packages, plots
from bench.peers.process import PeerError
from bench.report import INFLUXDB, PLAIN, answers_report, ingest_report

#: What `--quick` sets: about five minutes on two cores.
QUICK = {"rounds": 1, "seconds": 3, "events": 500_000, "ask_rounds": 3}
#: What is left out when a package is missing.
_NEEDS = {"influxdb": INFLUXDB, "postgresql": PLAIN}


def main() -> None:
    """Measure all, print, write."""
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _measure(options)
    except KeyboardInterrupt:
        sys.exit(f"Stopped. What was measured is in {options.out}.")


def _measure(options: argparse.Namespace) -> None:
    absent = packages.missing() if options.no_install else packages.install()
    ingest.require_machine()
    results: dict[str, Any] = {
        "command": " ".join(["python -m bench", *sys.argv[1:]]),
        "began": time.strftime("%FT%TZ", time.gmtime()),
        "machine": machine.describe(options.disk),
    }
    print("\n".join(f"{name:12} {said}" for name, said in results["machine"].items()))
    if results["machine"]["is_busy"]:
        print("The machine is BUSY with other work: compare within this run, and do not quote it.")
    print(flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    names = [name for name in options.only if name not in {_NEEDS.get(package) for package in absent}]
    runs: list[dict[str, Any]] = []
    for run in ingest.rounds(names, options.batches, options.rounds, options.seconds, options.disk):
        print(ingest.told(run), flush=True)
        runs.append(asdict(run))
        _write(results | {"ingest": runs}, options.out)
    print(f"\n{ingest_report(runs)}\n", flush=True)
    results |= {"ingest": runs, "answers": _answers(options, with_postgres="postgresql" not in absent)}
    if results["answers"]:
        print(answers_report(results["answers"]))
    written = [_write(results, options.out), *plots.draw(results, options.out)]
    print(f"\nwritten: {' '.join(str(path) for path in written)}")


def _write(results: dict[str, Any], folder: Path) -> Path:
    file = folder / "results.json"
    file.write_text(json.dumps(results, indent=1), "utf-8")
    return file


def _answers(options: argparse.Namespace, *, with_postgres: bool) -> dict[str, Any] | None:
    try:
        with ingest.folder_on(options.disk) as temporary:
            found = answers.ask_all(
                options.events, options.days, options.ask_rounds, temporary, with_postgres=with_postgres
            )
    except (PeerError, psycopg.Error, AudioScapeError, OSError) as error:
        print(f"FAILED: the questions: {type(error).__name__}: {error}", flush=True)
        return None
    return asdict(found)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ingest.add_arguments(parser)
    parser.add_argument("--events", type=int, default=10_000_000, help="that the questions are about")
    parser.add_argument("--days", type=int, default=90, help="that those spread over")
    parser.add_argument("--ask-rounds", type=int, default=7, help="how often each question is asked")
    parser.add_argument("--out", type=Path, default=Path("bench-results"), help="where results.json and pictures go")
    parser.add_argument("--no-install", action="store_true", help="leave out what is missing")
    parser.add_argument("--quick", action="store_true", help=f"in five minutes: {QUICK}")
    if parser.parse_known_args()[0].quick:
        parser.set_defaults(**QUICK)
    return parser.parse_args()


if __name__ == "__main__":
    main()
