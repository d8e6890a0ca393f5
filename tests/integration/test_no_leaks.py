"""What a server was told in confidence is in no file afterwards: keys above all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from audioscape_server.access.keys import PATTERN, mint
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from support.server import Server

PLAY = {"type": "play", "asset_id": "7", "player_id": "canary-player-ok"}


def _files(server: Server) -> Iterator[tuple[Path, bytes]]:
    for path in [server.log, *server.data.rglob("*")]:
        if path.is_file():
            yield path, path.read_bytes()


def test_no_key_is_written_down_whatever_is_done_with_it(new_server: Callable[..., Server]) -> None:
    server = new_server(LOG_LEVEL="debug", LOG_FORMAT="json", ADDRESS_RATE="0")
    used = server.create_key("used")
    read_only = server.create_key("read only", scope="read")
    revoked = server.create_key("revoked")
    limited = server.create_key("limited", rate=1)
    unknown = mint()[1]
    mistyped = used[:-1] + ("a" if used[-1] != "a" else "b")
    rotated = server.cli("keys", "rotate", used[8:20], "--quiet").stdout.strip()
    assert server.cli("keys", "revoke", revoked[8:20]).returncode == 0
    given = [used, read_only, revoked, limited, unknown, mistyped, rotated]
    assert all(PATTERN.fullmatch(key) for key in given)

    for key in given:
        for body in ([PLAY], [PLAY, {"type": "plya"}], b"not JSON"):
            server.post(body, key, {"idempotency-key": f"canary-name-{key[8:20]}", "user-agent": "canary-agent"})
        for _ in range(3):
            server.get("/analytics/v1/overview", key)
        server.get(f"/analytics/v1/overview?key={key}", None)
        server.get("/analytics/v1/nothing", key)
    eventually(lambda: server.ingest(rotated)["loaded"], until=lambda loaded: loaded > 0)
    for command in (["keys", "list"], ["check"], ["doctor"], ["quarantine", "list"]):
        done = server.cli(*command)
        for key in given:
            assert key[21:] not in done.stdout + done.stderr
    assert server.stop() == 0

    canaries = {key[21:64].encode() for key in given} | {b"canary-name", b"canary-agent"}
    for path, content in _files(server):
        assert {canary for canary in canaries if canary in content} == set(), path
    assert any(b"canary-player-ok" in content for _, content in _files(server)), "the search would find nothing at all"


def test_no_player_is_in_the_log_or_among_the_rejections(new_server: Callable[..., Server]) -> None:
    server = new_server(LOG_LEVEL="debug")
    canary = "canary-player-7f3a"
    bad = [
        {"type": "play", "asset_id": "no number", "player_id": canary},
        {"type": "play", "asset_id": "7", "player_id": [canary]},
        {"type": "vote", "asset_id": "7", "player_id": canary, "value": "sideways"},
        {"type": "play", "asset_id": "7", "player_id": canary, "metadata": {"a": {"player_id": canary}}},
    ]
    assert server.post(bad).status_code == 400
    shown = eventually(lambda: server.ingest()["rejected"], until=lambda rejected: len(rejected) == 4)
    assert canary not in str(shown)
    assert server.stop() == 0
    for path, content in _files(server):
        assert canary.encode() not in content, path
