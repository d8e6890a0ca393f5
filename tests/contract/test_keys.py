"""Who may send: keys, scopes, the order of the checks, revocation, and that a key never leaks."""

from __future__ import annotations

import json
import re
import secrets
import zlib
from typing import TYPE_CHECKING

import pytest

from support import wire
from support.samples import envelope, play
from support.server import INGEST
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.server import Server

UNAUTHORIZED = {"error": "Unauthorized"}
JSON = "Content-Type: application/json"
EVENT = envelope(play())
#: Seconds: a revoked key stops within 5, and a busy machine may take a moment to say so.
REVOKED_S = 7.0


def raw(server: Server, *key_lines: str | bytes, body: bytes = EVENT, path: str = INGEST) -> wire.Answer:
    with wire.Connection(server.port) as connection:
        connection.send(wire.head(None, f"Content-Length: {len(body)}", *key_lines, path=path) + body)
        answer = connection.answer()
    assert answer is not None
    return answer


def forged(key: str) -> str:
    """A key with another secret and a right checksum: only the server's own records tell that it is none."""
    body = key[:-49] + key[-49:-6].swapcase()
    return body + base62(zlib.crc32(body.encode()))


def base62(value: int) -> str:
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    text = ""
    for _ in range(6):
        value, rest = divmod(value, 62)
        text = digits[rest] + text
    return text


def id_of(key: str) -> str:
    return key.removeprefix("as_live_").partition("_")[0]


NO_KEYS = {
    "missing": [],
    "empty": ["x-api-key:"],
    "spaces": ["x-api-key:    "],
    "unknown": ["x-api-key: nobody"],
    "well shaped": [f"x-api-key: as_live_{'a' * 12}_{'b' * 49}"],
    "64 KB": ["x-api-key: " + "k" * 65_536],
    "not ASCII": ["x-api-key: clé-🎵".encode()],
    "not UTF-8": [b"x-api-key: \xff\xfe"],
    "SQL": ["x-api-key: ' OR 1=1 --"],
    "bearer": ["Authorization: Bearer {key}"],
    "basic": ["Authorization: Basic {key}"],
    "cookie": ["Cookie: x-api-key={key}"],
    "similar header": ["x_api_key: {key}"],
    "quoted": ['x-api-key: "{key}"'],
    "cut": ["x-api-key: {key[0]}"],
    "twice": ["x-api-key: {key}", "x-api-key: {key}"],
    "twice, one unknown": ["x-api-key: nobody", "x-api-key: {key}"],
    "listed": ["x-api-key: {key},{key}"],
}


@pytest.mark.parametrize("lines", NO_KEYS.values(), ids=NO_KEYS)
def test_no_key_no_entry(server: Server, lines: list[str | bytes]) -> None:
    sent = [line.format(key=server.key) if isinstance(line, str) else line for line in lines]
    answer = raw(server, *sent)
    assert answer.status == 401
    assert json.loads(answer.body) == UNAUTHORIZED


@pytest.mark.parametrize("change", [forged, str.lower, str.upper, lambda key: key + "x", lambda key: key[:-1]])
def test_almost_a_key_is_none(server: Server, change: Callable[[str], str]) -> None:
    assert change(server.key) != server.key
    assert server.post([play()], key=change(server.key)).json() == UNAUTHORIZED


@pytest.mark.parametrize("query", ["x-api-key={key}", "api_key={key}", "key={key}"])
def test_the_key_may_not_come_in_the_query_string(server: Server, query: str) -> None:
    assert raw(server, path=f"{INGEST}?{query.format(key=server.key)}").status == 401


@pytest.mark.parametrize("line", ["X-API-KEY: {key}", "x-api-key:{key}", "X-Api-Key: \t{key}  "])
def test_the_header_is_read_as_http_reads_headers(server: Server, line: str) -> None:
    assert raw(server, line.format(key=server.key)).status == 202


BODIES = {
    "not JSON": ([JSON], b"{"),
    "no events": ([JSON], b"{}"),
    "wrong type": (["Content-Type: text/plain"], EVENT),
    "wrong encoding": ([JSON, "Content-Encoding: br"], EVENT),
    "broken gzip": ([JSON, "Content-Encoding: gzip"], EVENT),
    "too large": ([JSON], b" " * (1 << 20) + EVENT),
}


@pytest.mark.parametrize(("lines", "body"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("key", ["missing", "unknown"])
def test_the_key_is_checked_before_the_body(server: Server, key: str, lines: list[str], body: bytes) -> None:
    key_lines = ["x-api-key: nobody"] if key == "unknown" else []
    with wire.Connection(server.port) as connection:
        request = [f"POST {INGEST} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", *lines, *key_lines, "", ""]
        connection.send("\r\n".join(request).encode(), body)
        answer = connection.answer()
    assert answer is not None
    assert answer.status == 401


def test_an_unknown_key_is_answered_without_waiting_for_the_body(server: Server) -> None:
    with wire.Connection(server.port) as connection:
        connection.send(wire.head("nobody", "Content-Length: 100000"))
        answer = connection.answer()
    assert answer is not None
    assert answer.status == 401


@pytest.mark.parametrize(
    ("scope", "ingests", "reads"), [("ingest", 202, 401), ("read", 401, 200), ("ingest,read", 202, 200)]
)
def test_a_scope_opens_its_own_door_only(server: Server, scope: str, ingests: int, reads: int) -> None:
    key = server.create_key(scope=scope)
    assert server.post([play()], key).status_code == ingests
    # Whether reading without the scope is 401 or 403 is the read API's to say; that it is refused is not.
    found = server.get("/analytics/v1/overview", key).status_code
    assert found == reads or (reads == 401 and found == 403)


def test_a_key_works_from_the_moment_it_is_printed(server: Server) -> None:
    for _ in range(2):
        printed = server.cli("keys", "create", "--name", "printed", "--scope", "ingest", "--quiet").stdout.strip()
        server.issued.append(printed)
        assert server.post([play()], printed).status_code == 202


def test_a_key_that_a_game_has_already_works_from_the_moment_it_is_imported(server: Server, tmp_path: Path) -> None:
    """The published client keeps its key; the command reads it from a file."""
    key = f"pk-{secrets.token_urlsafe(24)}"
    assert server.post([play()], key).json() == UNAUTHORIZED
    (tmp_path / "key.txt").write_text(f"{key}\r\n")
    done = server.cli("keys", "import", str(tmp_path / "key.txt"), "--name", "published client")
    assert done.returncode == 0, done.stderr
    server.issued.append(key)
    assert key not in done.stdout + done.stderr
    assert server.post([play()], key).status_code == 202
    assert done.stdout.strip() in server.cli("keys", "list").stdout


def test_a_revoked_key_stops_and_its_events_stay(server: Server) -> None:
    key = server.create_key(project="revoked")
    reader = server.create_key(project="revoked", scope="read")
    assert server.post([play()] * 3, key).status_code == 202
    done = server.cli("keys", "revoke", id_of(key))
    assert done.returncode == 0, done.stderr
    eventually(lambda: server.post(b"{}", key).status_code, until=lambda status: status == 401, within=REVOKED_S)
    assert server.settled(reader)["loaded"] == 3


def test_a_rotated_key_overlaps_with_its_successor(server: Server) -> None:
    old = server.create_key()
    done = server.cli("keys", "rotate", id_of(old), "--overlap", "24h", "--quiet")
    assert done.returncode == 0, done.stderr
    new = done.stdout.strip()
    server.issued.append(new)
    assert id_of(new) == id_of(old)
    assert [server.post([play()], key).status_code for key in (old, new)] == [202, 202]


def test_a_key_rotated_without_overlap_stops(server: Server) -> None:
    old = server.create_key()
    done = server.cli("keys", "rotate", id_of(old), "--overlap", "0s", "--quiet")
    assert done.returncode == 0, done.stderr
    new = done.stdout.strip()
    server.issued.append(new)
    assert server.post([play()], new).status_code == 202
    eventually(lambda: server.post(b"{}", old).status_code, until=lambda status: status == 401, within=REVOKED_S)


def test_a_project_never_sees_another(server: Server) -> None:
    ours, theirs = (server.create_key(project=name) for name in ("ours", "theirs"))
    assert server.post([play(), play()], ours).status_code == 202
    assert server.settled(ours)["loaded"] == 2
    assert server.settled(theirs)["loaded"] == 0
    assert server.get("/analytics/v1/events", theirs).json()["events"] == []
    assert server.get("/analytics/v1/overview", theirs).json()["totals"]["plays"] == 0


def test_a_key_has_a_prefix_an_id_a_secret_and_a_checksum(server: Server) -> None:
    keys = [server.create_key(), server.key]
    assert len({id_of(key) for key in keys}) == 2
    for key in keys:
        assert re.fullmatch(r"as_live_[0-9A-Za-z]+_[0-9A-Za-z]{49,}", key)
        assert key[-6:] == base62(zlib.crc32(key[:-6].encode()))


def test_the_list_of_keys_shows_no_secret(server: Server) -> None:
    key = server.create_key("listed-name")
    done = server.cli("keys", "list")
    assert done.returncode == 0
    assert "listed-name" in done.stdout
    assert id_of(key) in done.stdout
    assert key[-49:] not in done.stdout


def test_no_key_is_ever_written_down(server: Server) -> None:
    key = server.create_key()
    server.post([play()], key)
    server.post([{"type": ""}], key)
    server.post(b"{", key)
    server.get(f"/analytics/v1/{key}", key)
    server.get("/analytics/v1/overview", key, params={"key": key, "from": key})
    server.settled(key)
    files: list[Path] = [server.log, *(path for path in server.data.rglob("*") if path.is_file())]
    written = [path for path in files if any(one[-49:].encode() in path.read_bytes() for one in server.issued)]
    assert written == []


def test_a_key_that_may_not_ask_is_told_a_command_that_makes_one_that_may(server: Server) -> None:
    told = server.get("/analytics/v1/overview", server.create_key(scope="ingest")).json()["error"]
    [command] = re.findall(r"make one with: audioscape (.*)", told)
    made = server.cli(*command.split())
    assert made.returncode == 0, made.stderr
    assert server.get("/analytics/v1/overview", made.stdout.strip()).status_code == 200
