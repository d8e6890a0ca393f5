"""Keys for clients that send no Idempotency-Key: what is taken for a repeat, and what never is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from support.samples import play

if TYPE_CHECKING:
    from support.server import Server


def key_for(server: Server, name: str) -> str:
    """A key of a project of its own, for clients whose equal events are one."""
    return server.create_key(name, project=name, identical_events=True)


def stamped(second: float, **members: Any) -> dict[str, Any]:
    """An event as the published client sends it: at a fraction of a second, with a player."""
    return play(timestamp=int(time.time()) - 100 + second, player_id="p1", duration=30, **members)


def counts(server: Server, key: str) -> tuple[int, int]:
    """Events loaded, and events taken for repeats."""
    ledger = server.settled(key)
    return ledger["loaded"], ledger["duplicates"]


def test_a_batch_that_grew_before_its_retry_is_stored_once(server: Server) -> None:
    asked = ("--name", "grew", "--project", "grew", "--scope", "ingest,read", "--identical-events", "--quiet")
    key = server.cli("keys", "create", *asked).stdout.strip()
    events = [stamped(number + 0.25, metadata={"n": number}) for number in range(3)]
    assert server.post(events[:2], key).json() == {"accepted": 2}
    assert server.post(events, key).json() == {"accepted": 3}, "a repeat is answered as if it were the first"
    assert counts(server, key) == (3, 2)


DIFFERENT: dict[str, dict[str, Any]] = {
    "another type": {"type": "skip"},
    "another asset": {"asset_id": "7"},
    "another player": {"player_id": "p2"},
    "another length": {"duration": 31},
    "other metadata": {"metadata": {"a": 1}},
}


@pytest.mark.parametrize("difference", DIFFERENT)
def test_whatever_differs_is_another_event(server: Server, difference: str) -> None:
    key = key_for(server, "differs-" + difference.replace(" ", "-"))
    event = stamped(0.5)
    for one in (event, event | DIFFERENT[difference]):
        assert server.post([one], key).status_code == 202
    assert counts(server, key) == (2, 0)


@pytest.mark.parametrize(
    "members",
    [{"timestamp": None}, {"player_id": None}, {"timestamp": int(time.time()) - 50}],
    ids=["no timestamp", "no player", "a full second"],
)
def test_what_two_servers_may_both_mean_is_stored_twice(server: Server, members: dict[str, Any]) -> None:
    """Without a player or a fraction of a second, equal events are no repeats: many players play the same track."""
    key = key_for(server, f"twice-{sum(map(ord, str(members)))}")
    event = stamped(0.5) | members
    for _ in range(2):
        assert server.post([event], key).status_code == 202
    assert counts(server, key) == (2, 0)


def test_two_keys_share_nothing(server: Server) -> None:
    event = stamped(0.5)
    for name in ("one-key", "other-key"):
        key = key_for(server, name)
        assert server.post([event], key).status_code == 202
        assert counts(server, key) == (1, 0)


def test_without_it_every_batch_is_stored_as_it_comes(server: Server) -> None:
    key = server.create_key(project="plain")
    event = stamped(0.5)
    for _ in range(2):
        assert server.post([event], key).status_code == 202
    assert counts(server, key) == (2, 0)
