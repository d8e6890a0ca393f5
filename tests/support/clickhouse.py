"""A ClickHouse for several workers: the embedded engine behind its HTTP interface, in a process of its own.

It speaks as much of the interface as our driver uses. So what only a warehouse *server* can do is tested against the
real engine: be away, come back, answer late, apply an insert whose answer is lost, serve several workers.

    python -m support.clickhouse FOLDER PORT
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import zstandard

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Parameters of a request that are no settings of a query.
_TRANSPORT = {
    *("query", "query_id", "database", "session_id", "wait_end_of_query", "client_protocol_version", "compress"),
    *("send_progress_in_http_headers", "http_headers_progress_interval_ms", "enable_http_compression", "role"),
}
_INSERT = re.compile(rb"(INSERT INTO .+?)( FORMAT Native)\n", re.DOTALL)
_CODE = re.compile(r"Code: (\d+)")


class Clickhouse:
    """The process, which may die and come back on the same port.

    Args:
        folder: of the engine.
        port: of the loopback.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.url = f"clickhouse://default:word@127.0.0.1:{port}/audioscape?compress=false"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        tests = Path(__file__).parents[1]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.clickhouse", str(self.folder), str(self.port)],
            env={**os.environ, "PYTHONPATH": str(tests)},
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def ask(self, statement: str) -> list[dict[str, Any]]:
        """The rows that a statement answers."""
        answer = httpx.post(
            f"http://127.0.0.1:{self.port}/", content=f"{statement} FORMAT JSONEachRow", trust_env=False
        )
        return [json.loads(line) for line in answer.raise_for_status().text.splitlines()]

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@contextmanager
def running_clickhouse(folder: Path, port: int) -> Iterator[Clickhouse]:
    """Run it for the length of a ``with``."""
    server = Clickhouse(folder, port)
    server.start()
    try:
        yield server
    finally:
        server.kill()


class _Handler(BaseHTTPRequestHandler):
    """One connection; each has a thread and a handle of the engine of its own."""

    protocol_version = "HTTP/1.1"
    #: An answer goes out at once, head and body together. In two writes the second waits for the client's kernel to
    #: acknowledge the first, which takes it 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True
    engine_path = ""

    def setup(self) -> None:
        import chdb  # noqa: PLC0415 - only the server's process may open the engine

        super().setup()
        self._engine = chdb.connect(self.engine_path)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self._engine.close()

    def do_GET(self) -> None:
        self._answer(200, b"Ok.\n")

    def do_POST(self) -> None:
        parameters = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        body = self._body()
        try:
            answer = self._run(parameters, body)
        except RuntimeError as error:
            code = _CODE.search(str(error))
            self._answer(500, str(error).encode(), code[1] if code else "1000")
        else:
            self._answer(200, answer)

    def _run(self, parameters: dict[str, str], body: bytes) -> bytes:
        kind = self.headers.get("content-type", "")
        if not kind.startswith("multipart/form-data"):
            return self._run_alone(parameters, body)
        # Tables that came beside the statement.
        form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
        tables: list[str] = []
        try:
            for part in form.iter_parts():
                table = str(part.get_param("name", header="content-disposition"))
                tables.append(table)
                structure, format_ = (parameters.pop(f"{table}_{what}") for what in ("structure", "format"))
                self._engine.query(f"CREATE TEMPORARY TABLE {table} ({structure})")
                self._insert(f"INSERT INTO {table}", part.get_payload(decode=True), {}, format_)
            return self._run_alone(parameters, b"")
        finally:
            for table in tables:
                self._engine.query(f"DROP TEMPORARY TABLE IF EXISTS {table}")

    def _run_alone(self, parameters: dict[str, str], body: bytes) -> bytes:
        bound = {name[6:]: value for name, value in parameters.items() if name.startswith("param_")}
        settings = {
            name: value
            for name, value in parameters.items()
            if name not in _TRANSPORT and not name.startswith("param_")
        }
        if parameters.get("database"):
            with suppress(RuntimeError):  # it may be about to be created
                self._engine.query(f"USE `{parameters['database']}`")
        statement = parameters.get("query", "").encode()
        insert = _INSERT.match(body)
        if insert:
            return self._insert(insert[1].decode(), body[insert.end() :], settings)
        if settings:
            self._engine.query("SET " + ", ".join(f"{name} = {_quoted(value)}" for name, value in settings.items()))
        try:
            return self._engine.query((statement + b"\n" + body).decode(), "TabSeparated", params=bound).bytes() or b""
        finally:
            if settings:
                self._engine.query("SET " + ", ".join(f"{name} = DEFAULT" for name in settings))

    def _insert(self, into: str, data: bytes, settings: dict[str, str], format_: str = "Native") -> bytes:
        clause = ", ".join(f"{name} = {_quoted(value)}" for name, value in settings.items())
        with tempfile.NamedTemporaryFile(suffix=".data") as file:
            file.write(data)
            file.flush()
            settings_clause = f" SETTINGS {clause}" if clause else ""
            self._engine.query(f"{into} FROM INFILE '{file.name}'{settings_clause} FORMAT {format_}")
        return b""

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding") == "chunked":
            chunks: list[bytes] = []
            while size := int(self.rfile.readline(), 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            body = b"".join(chunks)
        else:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
        return zstandard.decompress(body) if self.headers.get("content-encoding") == "zstd" else body

    def _answer(self, status: int, body: bytes, code: str | None = None) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("X-ClickHouse-Timezone", "UTC")
        self.send_header("X-ClickHouse-Summary", json.dumps({}))
        if code:
            self.send_header("X-ClickHouse-Exception-Code", code)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def main() -> None:
    import chdb  # noqa: PLC0415

    folder, port = sys.argv[1:]
    keep_open = chdb.connect(folder)  # the engine stops with its last handle
    _Handler.engine_path = folder
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), _Handler)
    print("ready", flush=True)
    server.serve_forever()
    keep_open.close()


if __name__ == "__main__":
    main()
