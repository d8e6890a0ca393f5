"""How long until a page is there, and until a filter is drawn, in a real browser on a server with so many events?

    python -m bench.pages --events 1_000_000 [--days 365] [--rounds 5] [--zone UTC] [--folder F]

Fills the warehouse of a new installation with a history (bench/history.sql), starts the server, signs in, and opens
each page for the last 28 days of the history, in turn, with an empty cache; then clicks a track of the overview and
waits until its numbers are drawn. Server and browser share all cores. Beside the milliseconds stand those of an answer
of the same server that needs no question (`/healthz`), because machines differ. What a start brings with it (every job
runs once, and scoring a hundred million events takes a core for a minute) is waited for. ``--zone`` is the project's
time zone, in which its days begin: rollups tell whole days of UTC. ``--folder`` keeps the installation for another run.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from audioscape_server.dashboard.routes import PAGES
from audioscape_server.warehouse import Warehouse
from bench.history import DAY, END, fill
from bench.ingest import folder_on
from bench.peers.postgres import all_cores
from bench.peers.process import answers, free_port, started, wait_for_rest, wait_until

EMAIL, PASSWORD = "bench@example.com", "correct horse battery staple"
READY_MS = 60_000
_AUDIOSCAPE = [sys.executable, "-m", "audioscape_server"]


def day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


def ready_ms(page: Page, url: str) -> float:
    """Milliseconds from asking for a page to its first screen, by the page's own clock."""
    page.goto(url)
    page.wait_for_selector("main[data-ready]", timeout=READY_MS)
    return page.evaluate("performance.getEntriesByName('dash:ready')[0].startTime")


def filtered_ms(page: Page) -> float:
    """Milliseconds from a click on a track to its numbers: the plays of one track are fewer than those of all."""
    page.wait_for_selector("[data-asset] button.name", timeout=READY_MS)
    page.wait_for_function("() => !document.querySelector('[aria-busy=true]')", timeout=READY_MS)
    return page.evaluate(
        """async () => {
            const plays = () => document.querySelector('[data-measure=plays]').dataset.value;
            const before = plays(), began = performance.now();
            document.querySelector('[data-asset] button.name').click();
            while (plays() === before) await new Promise(requestAnimationFrame);
            return performance.now() - began;
        }"""
    )


def taken(measure: Callable[[], float], rounds: int) -> list[float]:
    return sorted(measure() for _ in range(rounds))


def report(name: str, values: list[float]) -> None:
    print(f"{name:<32} median {statistics.median(values):7.0f} ms   worst {values[-1]:7.0f} ms", flush=True)


def measure(base: str, rounds: int, zone: str) -> None:
    period = f"period=custom&from={day(END - 28 * DAY)}&to={day(END)}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        context: Any = browser.new_context(viewport={"width": 1280, "height": 900})
        body = {"email": EMAIL, "password": PASSWORD}
        assert context.request.post(f"{base}/login", data=body, headers={"origin": base}).ok
        token = context.request.get(f"{base}/session").json()["csrf_token"]
        settings = {"zone": zone, "week_start": "monday"}
        headers = {"origin": base, "x-csrf-token": token}
        assert context.request.put(f"{base}/analytics/v1/settings", data=settings, headers=headers).ok
        asked = f"{base}/analytics/v1/tracks?from={END - 28 * DAY}&to={END}&limit=1"
        asset = context.request.get(asked).json()["tracks"][0]["asset_id"]
        report("a bare answer", taken(lambda: _timed(lambda: context.request.get(f"{base}/healthz")), 50))
        for path in PAGES:
            url = f"{base}{path.replace('{asset_id}', asset)}?{period}"

            def fresh(url: str = url) -> float:
                page = context.new_page()
                try:
                    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
                    return ready_ms(page, url)
                finally:
                    page.close()

            report(f"ready: {path}", taken(fresh, rounds))

        def click() -> float:
            page = context.new_page()
            try:
                page.goto(f"{base}/?{period}")
                return filtered_ms(page)
            finally:
                page.close()

        report("a click on a track, drawn", taken(click, rounds))
        browser.close()


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--zone", default="UTC")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with folder_on(None) as made:
        folder = given.folder or made
        folder.mkdir(parents=True, exist_ok=True)
        data, log, port = folder / "data", folder / "log", free_port()
        if not data.exists():
            prepare(data, given.events, given.days)
        serve = [*_AUDIOSCAPE, "serve", "--data", str(data), "--port", str(port)]
        with started(serve, all_cores(), log) as process:
            url = f"http://127.0.0.1:{port}"
            wait_until(answers(f"{url}/healthz"), process, log)
            wait_for_rest(process)
            measure(url, given.rounds, given.zone)


def prepare(data: Path, events: int, days: int) -> None:
    """Make an installation with a person who may look at it, and a history in its warehouse."""
    password = data.parent / "password"
    password.write_text(f"{PASSWORD}\n")
    person = ["--email", EMAIL, "--role", "owner", "--password-file", str(password)]
    subprocess.run([*_AUDIOSCAPE, "users", "create", *person, "--data", str(data)], check=True)
    warehouse = Warehouse(f"chdb://{data / 'warehouse'}")
    warehouse.open()
    warehouse.migrate()
    fill(warehouse, events, days)
    warehouse.close()


if __name__ == "__main__":
    main()
