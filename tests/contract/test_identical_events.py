"""Keys for clients that send no Idempotency-Key: what is taken for a repeat, and what never is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from support.samples import play

if TYPE_CHECKING:
    from support.server import Server


def key_for(server: Server, name: str, *options: str) -> str:
    """A key of a project of its own."""
    done = server.cli(
        "keys", "create", "--name", name, "--project", name, "--scope", "ingest,read", "--quiet", *options
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def stamped(second: float, **members: Any) -> dict[str, Any]:
    """An event as the published client sends it: at a fraction of a second, with a player."""
    return play(timestamp=int(time.time()) - 100 + second, player_id="p1", duration=30, **members)


def counts(server: Server, key: str) -> tuple[int, int]:
    """Events loaded, and events taken for repeats."""
    ledger = server.settled(key)
    return ledger["loaded"], ledger["duplicates"]


def test_a_batch_that_grew_before_its_retry_is_stored_once(server: Server) -> None:
    key = key_for(server, "grew", "--identical-events")
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
    key = key_for(server, "differs-" + difference.replace(" ", "-"), "--identical-events")
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
    key = key_for(server, f"twice-{sum(map(ord, str(members)))}", "--identical-events")
    event = stamped(0.5) | members
    for _ in range(2):
        assert server.post([event], key).status_code == 202
    assert counts(server, key) == (2, 0)


def test_two_keys_share_nothing(server: Server) -> None:
    event = stamped(0.5)
    for name in ("one-key", "other-key"):
        key = key_for(server, name, "--identical-events")
        assert server.post([event], key).status_code == 202
        assert counts(server, key) == (1, 0)


def test_without_it_every_batch_is_stored_as_it_comes(server: Server) -> None:
    key = key_for(server, "plain")
    event = stamped(0.5)
    for _ in range(2):
        assert server.post([event], key).status_code == 202
    assert counts(server, key) == (2, 0)
