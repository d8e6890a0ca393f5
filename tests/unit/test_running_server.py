"""Commands to a running server: only who can read the folder may ask, and one server only holds it."""

from __future__ import annotations

import asyncio
import json
import stat
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.errors import ConfigurationError, ServiceUnavailableError
from audioscape_server.operations import running_server
from audioscape_server.operations.running_server import LocalCommands
from audioscape_server.settings import DataFolder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data")
    made.make()
    return made


def call(commands: LocalCommands, path: str, token: str | None, query: str = "") -> tuple[int, Any]:
    """Ask the ASGI application; the status and the JSON of its answer."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [] if token is None else [(running_server.TOKEN_HEADER.encode(), token.encode())]
    scope: Any = {"type": "http", "path": path, "headers": headers, "query_string": query.encode()}
    asyncio.run(commands(scope, send))
    return sent[0]["status"], json.loads(b"".join(message.get("body", b"") for message in sent[1:]))


def fails() -> None:
    raise ServiceUnavailableError("The warehouse is away.")


@pytest.fixture
def commands() -> LocalCommands:
    return LocalCommands({"echo": lambda **what: what, "fails": fails})


def test_a_command_is_run_with_its_parameters(commands: LocalCommands) -> None:
    assert call(commands, "/local/v1/echo", commands.token, "row=7&name=a%20b") == (200, {"row": "7", "name": "a b"})


@pytest.mark.parametrize("token", [None, "", "x", "0" * 64, "\u00e9"])
@pytest.mark.parametrize("path", ["/local/v1/echo", "/local/v1/nosuch", "/local/v1/"])
def test_who_has_no_token_learns_nothing(commands: LocalCommands, path: str, token: str | None) -> None:
    assert call(commands, path, token) == (404, {"error": "Not Found"})


def test_every_run_has_a_token_of_its_own() -> None:
    assert LocalCommands({}).token != LocalCommands({}).token
    assert len(LocalCommands({}).token) == 64


def test_an_error_is_told_in_its_own_words(commands: LocalCommands) -> None:
    assert call(commands, "/local/v1/fails", commands.token) == (503, {"error": "The warehouse is away."})


def test_where_no_server_runs_nobody_is_asked(folder: DataFolder) -> None:
    assert running_server.running_server(folder) is None
    assert running_server.ask(folder, "check") is None


def test_what_a_killed_server_left_behind_is_not_believed(folder: DataFolder) -> None:
    folder.server.write_text('{"url": "http://127.0.0.1:1", "pid": 1, "token": "x"}')
    assert running_server.running_server(folder) is None
    assert running_server.ask(folder, "check") is None


def test_a_second_server_is_refused_and_the_first_not_disturbed(folder: DataFolder) -> None:
    with running_server.sole_server(folder) as announce:
        announce("http://127.0.0.1:1", "token")
        with pytest.raises(ConfigurationError, match="Another server runs on"), running_server.sole_server(folder):
            pass
        found = running_server.running_server(folder)
        assert found is not None
        assert (found["url"], found["token"]) == ("http://127.0.0.1:1", "token")
    assert running_server.running_server(folder) is None
    with running_server.sole_server(folder):
        pass


def test_only_the_owner_can_read_the_token(folder: DataFolder) -> None:
    with running_server.sole_server(folder) as announce:
        assert stat.S_IMODE(folder.server.stat().st_mode) == 0o600
        announce("http://127.0.0.1:1", "token")
        assert stat.S_IMODE(folder.server.stat().st_mode) == 0o600
    assert folder.server.read_text() == ""


def test_a_server_that_is_starting_is_said_to_be_starting(folder: DataFolder) -> None:
    with running_server.sole_server(folder), pytest.raises(ServiceUnavailableError, match="is starting"):
        running_server.ask(folder, "check")


def test_the_folder_is_free_again_when_its_server_was_killed(folder: DataFolder) -> None:
    holder = (
        "import sys, time; from pathlib import Path; from audioscape_server.operations import running_server;"
        "from audioscape_server.settings import DataFolder\n"
        "with running_server.sole_server(DataFolder(Path(sys.argv[1]))): print('held', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", holder, str(folder.path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    with pytest.raises(ConfigurationError), running_server.sole_server(folder):
        pass
    process.kill()
    process.wait()
    process.stdout.close()
    with running_server.sole_server(folder):
        pass


@contextmanager
def answering(status: int, body: bytes, seen: list[Any]) -> Iterator[str]:
    """A server that answers everything alike."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append((self.path, self.headers[running_server.TOKEN_HEADER]))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_a_command_reaches_the_running_server(folder: DataFolder) -> None:
    seen: list[Any] = []
    with answering(200, b'{"events": 3}', seen) as url, running_server.sole_server(folder) as announce:
        announce(url, "the token")
        assert running_server.ask(folder, "release", row="7") == {"events": 3}
    assert seen == [("/local/v1/release?row=7", "the token")]


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (503, b'{"error": "The warehouse is away."}', "The warehouse is away."),
        (500, b"Internal Server Error", "The server cannot answer now."),
        (200, b"", "The server cannot answer now."),
    ],
)
def test_a_server_that_cannot_answer_is_told_in_plain_words(
    folder: DataFolder, status: int, body: bytes, says: str
) -> None:
    with answering(status, body, []) as url, running_server.sole_server(folder) as announce:
        announce(url, "token")
        with pytest.raises(ServiceUnavailableError, match=says):
            running_server.ask(folder, "check")


def test_a_server_that_does_not_answer_at_all_is_told(folder: DataFolder) -> None:
    with running_server.sole_server(folder) as announce:
        announce("http://127.0.0.1:1", "token")
        with pytest.raises(ServiceUnavailableError, match="does not answer"):
            running_server.ask(folder, "check")
