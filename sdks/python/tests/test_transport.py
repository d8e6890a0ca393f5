"""The HTTP transport, against real sockets."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager, suppress
from shutil import which
from time import sleep

import pytest
from audioscape import AudioScape, HttpTransport, Request, TransportError

ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nRetry-After: 7\r\n\r\n{}"


#: In an answer: what follows is sent in a packet of its own.
PAUSE = b"<pause>"


def read_request(lines):
    """Read one request to its end; False if the client has left."""
    length = 0
    while (line := lines.readline()) not in (b"", b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    lines.read(length)
    return bool(line)


@contextmanager
def answering(*answers, wrap=None):
    """A server that answers requests from the list, the parts of an answer with a pause between; yields its origin."""
    connections = []
    left = list(answers)

    def serve():
        with suppress(OSError):  # a client that leaves early, or the end of the test
            while left:
                connection, _ = listener.accept()
                connections.append(1)
                with wrap(connection) if wrap else connection as stream, stream.makefile("rb") as lines:
                    while left and read_request(lines):
                        answer = left.pop(0)
                        for part in answer.split(PAUSE):
                            stream.sendall(part)
                            sleep(0.02 * (PAUSE in answer))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", connections
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def test_header_names_arrive_in_lower_case():
    with answering(ANSWER) as (origin, _):
        transport = HttpTransport()
        response = transport.send(Request(origin + "/x", {"A": "b"}, b"{}"), 5)
        transport.close()
    assert (response.status, response.headers["retry-after"], response.body) == (202, "7", b"{}")


def test_a_connection_lives_for_one_flush():
    with answering(*[ANSWER] * 4) as (origin, connections):
        client = AudioScape("k", endpoint=origin, max_batch_size=1, gzip=False)
        client.track_play(1, 7)
        client.track_play(2, 7)
        assert client.flush()
        assert len(connections) == 1
        client.track_play(3, 7)
        assert client.flush()
        assert len(connections) == 2
        client.close()


def test_a_server_that_closes_after_each_answer_is_no_failure():
    closing = ANSWER.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n" + PAUSE, 1)
    with answering(closing, closing) as (origin, _):
        transport = HttpTransport()
        for _ in range(2):
            assert transport.send(Request(origin + "/x", {}, b"{}"), 5).status == 202
        transport.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 202 Accepted\r\n",
        b"HTTP/1.1 202 Accepted\r\nContent-Length: 10\r\n\r\n{}",
        b"HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
    ],
    ids=["nothing", "half a head", "half a body", "half a chunk", "another protocol", "no status"],
)
def test_no_complete_answer_is_an_error(answer):
    def once(connection):
        connection.recv(65536)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_RDWR)

    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection:
                once(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(TransportError):
            HttpTransport().send(Request(f"http://127.0.0.1:{listener.getsockname()[1]}/x", {}, b"{}"), 5)
        thread.join()


def test_an_answer_that_comes_before_the_body_was_read_is_an_answer():
    """A 413 or 401 is given without reading it all; the connection is then reset under the rest of the body."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

        thread = threading.Thread(target=serve)
        thread.start()
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        assert HttpTransport().send(Request(origin + "/x", {}, b"x" * (1 << 24)), 5).status == 413
        thread.join()


@pytest.mark.parametrize("endpoint", ["http://fault.invalid", "http://[::1]:9", "http://127.0.0.1:9"])
def test_a_server_that_cannot_be_reached_is_an_error(endpoint):
    with pytest.raises(TransportError):
        HttpTransport().send(Request(endpoint + "/x", {}, b"{}"), 5)


def test_an_endless_answer_is_cut_off():
    """A broken proxy must not fill the host's memory."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"
    with answering(head + b"x" * (1 << 23)) as (origin, _):
        transport = HttpTransport()
        response = transport.send(Request(origin + "/x", {}, b"{}"), 5)
        transport.close()
    assert len(response.body) <= (1 << 22) + 1


@pytest.mark.parametrize(
    "endpoint",
    ["", "localhost:8000", "ftp://host", "http://", "https://user:pass@host", "http://host?x", "http://host:99999"],
)
def test_an_endpoint_that_cannot_work_is_refused(endpoint):
    with pytest.raises(ValueError, match=r"endpoint|[Pp]ort"):
        AudioScape("k", endpoint=endpoint)


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [("", "/analytics/v1/analytics"), ("/", "/analytics/v1/analytics"), ("/base/", "/base/analytics/v1/analytics")],
)
def test_the_path_is_appended_to_the_endpoint(endpoint, path, server, control):
    with AudioScape("k", endpoint=server.events + endpoint) as client:
        client.track_play(1, 7)
    assert control.received()["requests"][0]["path"] == path


@pytest.mark.skipif(which("openssl") is None, reason="makes its certificate with openssl")
def test_https_checks_the_certificate(tmp_path):
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [*command.split(), "-keyout", "key.pem", "-out", "cert.pem"], cwd=tmp_path, check=True, capture_output=True
    )
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with answering(ANSWER, ANSWER, wrap=lambda c: own.wrap_socket(c, server_side=True)) as (origin, _):
        request = Request(origin.replace("http", "https") + "/x", {}, b"{}")
        trusting = HttpTransport(ssl.create_default_context(cafile=str(tmp_path / "cert.pem")))
        assert trusting.send(request, 5).status == 202
        trusting.close()
    with (
        answering(ANSWER, wrap=lambda c: own.wrap_socket(c, server_side=True)) as (origin, _),
        pytest.raises(TransportError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        HttpTransport().send(Request(origin.replace("http", "https") + "/x", {}, b"{}"), 5)
