"""An hour of play with faults between: exactly the tracked events are in the warehouse, none missing, none twice."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

from arrivals import NONE, difference, plain_sums, read, stored_events
from fault_proxy import STORED_UNHEARD, Fault
from hour import PLACE, UNIVERSE, Outcome, play_an_hour
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sessions import Sdk
    from support.server import Server


def test_an_hour_of_play_with_faults_arrives_whole_and_once(
    server: Server, sdk: Sdk, build_of: Callable[[Sdk], Path], project_key: str
) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    outcome = play_an_hour(server, sdk, build_of(sdk), project_key, seed)

    assert_the_server_took_every_batch(outcome)
    assert_the_faults_were_real(outcome)
    assert_batches_were_frozen(outcome)

    stored = stored_events(server, project_key)
    assert difference(outcome.play.expected, stored) == NONE
    assert {(event["universe_id"], event["place_id"]) for event in stored} == {(UNIVERSE, PLACE)}
    assert read(server, project_key, "overview")["totals"] == plain_sums(outcome.play.expected)
    assert_what_was_refused_is_known(outcome)
    assert_the_counters_are_the_servers(outcome, server.settled(project_key))
    assert_the_server_shows_what_it_refused(outcome, lambda: server.ingest(project_key))
    check = server.cli("check")
    assert (check.returncode, "All adds up" in check.stdout) == (0, True), check.stdout + check.stderr


def assert_the_server_took_every_batch(outcome: Outcome) -> None:
    """What reached the real server was stored, or refused event by event: it had no fault but those that were made."""
    unforeseen = [
        (exchange.fault, exchange.status, exchange.answer)
        for exchange in outcome.log
        if exchange.status and exchange.accepted + exchange.rejected != len(exchange.request.events or [])
    ]
    assert unforeseen == []


def assert_the_faults_were_real(outcome: Outcome) -> None:
    """Every kind of fault came up, and a batch that was stored unheard was sent again, and stored again."""
    assert outcome.faults_used_up, "the hour was too short for its faults"
    assert {exchange.fault for exchange in outcome.log} == set(Fault)
    for number, exchange in enumerate(outcome.log):
        if exchange.stored and exchange.fault in STORED_UNHEARD:
            again = [later for later in outcome.log[number + 1 :] if later.key == exchange.key]
            assert any(later.stored for later in again), f"{exchange.fault}: the batch was not sent again"
    assert sum(exchange.stored and exchange.fault in STORED_UNHEARD for exchange in outcome.log) > len(STORED_UNHEARD)


def assert_batches_were_frozen(outcome: Outcome) -> None:
    """One key, one batch: the same bytes with the same headers, as often as it takes; and no event in two batches."""
    first = {}
    for exchange in outcome.log:
        assert exchange.key, "a batch without Idempotency-Key"
        request = first.setdefault(exchange.key, exchange.request)
        assert (exchange.request.body, exchange.request.headers) == (request.body, request.headers)
    assert len(outcome.log) > len(first), "nothing was ever sent again"
    events = sum(len(request.events or []) for request in first.values())
    assert events == outcome.report.stats["accepted"] + len(refused_by_server(outcome))


def assert_what_was_refused_is_known(outcome: Outcome) -> None:
    """Exactly the mistakes were rejected, each once, with a message that says what is wrong."""
    assert outcome.rejected.keys() == outcome.play.refused.keys()
    for id_, message in outcome.play.refused.items():
        assert re.search(message, outcome.rejected[id_]), (id_, outcome.rejected[id_])


def assert_the_counters_are_the_servers(outcome: Outcome, ledger: dict[str, Any]) -> None:
    """What the SDK counts, what the play was, what the answers said and what the server's ledger has are one."""
    assert outcome.report.stats == {
        "tracked": outcome.play.tracked,
        "accepted": len(outcome.play.expected),
        "rejected": len(outcome.play.refused),
        "dropped": 0,
        "queued": 0,
        "droppedBy": {},
    }
    assert ledger["loaded"] == outcome.report.stats["accepted"]
    assert ledger["accepted"] == sum(exchange.accepted for exchange in outcome.log)
    assert ledger["duplicates"] == ledger["accepted"] - ledger["loaded"]
    assert (ledger["spooled"], ledger["quarantined"], ledger["erased"]) == (0, 0, 0)
    named = {exchange.key: exchange.rejected for exchange in outcome.log}
    assert sum(named.values()) == len(refused_by_server(outcome))


def assert_the_server_shows_what_it_refused(outcome: Outcome, ingest: Callable[[], dict[str, Any]]) -> None:
    """Each time that it was sent. Refusals are written down every second, so the crash may cost those of the last."""
    crash = next(number for number, exchange in enumerate(outcome.log) if exchange.fault is Fault.CRASH)
    at_least = sum(exchange.rejected for exchange in outcome.log[crash + 1 :])
    at_most = sum(exchange.rejected for exchange in outcome.log)

    def shown() -> int:
        return sum(reason["count"] for reason in ingest()["rejected"])

    assert eventually(shown, until=lambda count: count >= at_least) <= at_most


def refused_by_server(outcome: Outcome) -> list[str]:
    """The ids of the events that the SDK sent and the server refused; an asset id of 1.5 is not sent."""
    return [id_ for id_, message in outcome.play.refused.items() if "assetId" not in message]
