"""A real server, run as a user runs it: the command in a process of its own, a folder, a port of the loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

import httpx

from audioscape_server.access.keys import Scope
from audioscape_server.cli.options import Where, opened_keys
from support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Seconds that a server may take to become ready on a busy machine.
READY_S = 60.0
#: Seconds that a server may take to finish what is in flight when it is told to end.
STOP_S = 30.0
INGEST = "/analytics/v1/analytics"
COMMAND: Final = [sys.executable, "-m", "audioscape_server"]
TAMPERED: Final = [sys.executable, "-m", "support.tampered"]
TESTS: Final = Path(__file__).parents[1]

#: Stands for "the server's own test key", where None means "send no key".
OWN_KEY: Final = object()


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """An AudioScape server in a folder of its own; starts, stops, dies and comes back on the same port.

    Args:
        folder: holds the data folder and the log.
        settings: as ``AUDIOSCAPE_…`` names them, without the prefix: ``{"INGEST_RATE": 5}``.
        data: the data folder, when it is elsewhere.
        tamper: what is done to the server that no user can ask for; see :mod:`support.tampered`.
        environment: more variables of the server's environment, and of no command's beside it.
        under: a command that runs the server's; the process it starts with becomes the server.
    """

    def __init__(
        self,
        folder: Path,
        settings: Mapping[str, Any] | None = None,
        *,
        data: Path | None = None,
        tamper: str = "",
        environment: Mapping[str, str] | None = None,
        under: Sequence[str] = (),
    ) -> None:
        self._under = under
        self._of_the_server = dict(environment or {})
        self.data = data or folder / "data"
        self.tamper = tamper
        self.log = folder / "server.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.issued: list[str] = []
        self._folder = folder
        self._settings: dict[str, str] = {}
        self.configure(**(settings or {}))
        self._process: subprocess.Popen[bytes] | None = None
        self._client = httpx.Client()
        self._key: str | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None, "the server is not running"
        return self._process.pid

    @property
    def key(self) -> str:
        """A key of the default project that may ingest and read."""
        if self._key is None:
            self._key = self.create_key()
        return self._key

    def configure(self, **settings: Any) -> None:
        """Set settings, from the next start on; None takes one back."""
        for name, value in settings.items():
            self._settings.pop(f"AUDIOSCAPE_{name}", None)
            if value is not None:
                self._settings[f"AUDIOSCAPE_{name}"] = str(value)

    def start(self, *, until_ready: bool = True) -> None:
        """Start the server and wait until it is ready, or do not: it may be about to die."""
        self._client = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
        self.started_at = time.time()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *self._under,
                    *(TAMPERED if self.tamper else COMMAND),
                    *("serve", "--data", str(self.data), "--host", "127.0.0.1", "--port", str(self.port)),
                ],
                cwd=self._folder,
                env={**self._environment(), **self._of_the_server},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            if until_ready:
                eventually(self._is_ready, within=READY_S)
        except BaseException:
            self.kill()
            raise

    def terminate(self) -> None:
        """Ask the server to end, and do not wait for it."""
        assert self._process is not None, "the server is not running"
        self._process.terminate()

    def stop(self) -> int:
        """Ask the server to end, as a service manager does; its exit status. Kills it when it does not."""
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            return self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the server did not end within {STOP_S} s of SIGTERM\n{self.tail()}") from None
        finally:
            self.kill()

    def kill(self) -> None:
        """End the server at once, as a crash does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self._client.close()

    def freeze(self) -> None:
        """Let no thread of the server go on; what one of them has asked of the kernel is still done."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        states = Path(f"/proc/{self._process.pid}/task")
        eventually(lambda: all(_state(task) in ("T", "D") for task in states.iterdir()))

    def thaw(self) -> None:
        """Let it go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def cli(self, *arguments: str, within: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a command of ``audioscape`` on this server's folder."""
        return subprocess.run(
            [*COMMAND, *arguments, "--data", str(self.data)],
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )

    def create_key(
        self,
        name: str = "test",
        *,
        project: str | None = None,
        scope: str = "ingest,read",
        rate: int | None = None,
        identical_events: bool = False,
    ) -> str:
        """Create a key; what ``audioscape keys create`` does, without a process of its own."""
        control, secret = (self._settings.get(f"AUDIOSCAPE_{one}", "") for one in ("CONTROL", "SECRET"))
        where = Where(data=self.data, control=control, secret=secret)
        with opened_keys(where, make=True, sign=True, quiet=True) as keys:
            scopes = [Scope(one) for one in scope.split(",")]
            _, key = keys.create(
                project=project or "default",
                name=name,
                scopes=scopes,
                rate=rate or 0,
                identical_events=identical_events,
            )
        self.issued.append(key)
        return key

    def request(
        self,
        method: str,
        path: str,
        *,
        key: str | object | None = OWN_KEY,
        headers: Mapping[str, str] | list[tuple[str, str]] | None = None,
        **options: Any,
    ) -> httpx.Response:
        """Send a request; ``options`` are those of httpx."""
        sent = httpx.Headers(headers)
        key = self.key if key is OWN_KEY else key
        if isinstance(key, str):
            sent["x-api-key"] = key
        return self._client.request(method, path, headers=sent, **options)

    def post(
        self,
        what: bytes | list[Any],
        key: str | object | None = OWN_KEY,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Post a body, or the body that carries these events."""
        body = what if isinstance(what, bytes) else json.dumps({"events": what}).encode()
        sent = {"content-type": "application/json", **(headers or {})}
        return self.request("POST", INGEST, key=key, headers=sent, content=body)

    def get(self, path: str, key: str | object | None = OWN_KEY, **options: Any) -> httpx.Response:
        return self.request("GET", path, key=key, **options)

    def ingest(self, key: str | object | None = OWN_KEY) -> dict[str, Any]:
        """What the server says of the events of the key's project."""
        answer = self.get("/analytics/v1/ingest", key)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def settled(self, key: str | object | None = OWN_KEY, *, within: float = 20.0) -> dict[str, Any]:
        """As ``ingest``, once nothing is on its way any more."""
        return eventually(lambda: self.ingest(key), until=lambda seen: seen["spooled"] == 0, within=within)

    def tail(self) -> str:
        """The end of the log, for whoever reads why a test failed."""
        return self.log.read_text(errors="replace")[-4_000:]

    def assert_no_fault_of_its_own(self) -> None:
        """Nothing that was sent may have made the server do what its authors did not foresee."""
        log = self.log.read_text(errors="replace")
        at = log.find("Traceback")
        assert at < 0, f"the server's log has a traceback:\n{log[max(0, at - 500) : at + 4_000]}"

    def _is_ready(self) -> bool:
        assert self._process is not None
        status = self._process.poll()
        assert status is None, f"the server ended with status {status} before it was ready\n{self.tail()}"
        try:
            # Not whether it is ready to work: what that says is what some tests are about.
            return self._client.get("/healthz", timeout=5).is_success
        except httpx.TransportError:
            return False

    def _environment(self) -> dict[str, str]:
        # What the developer has set for a server of his own must not reach this one.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AUDIOSCAPE_")}
        path = os.pathsep.join([str(TESTS), *filter(None, [inherited.get("PYTHONPATH")])])
        tampered = {"TAMPER": self.tamper, "PYTHONPATH": path} if self.tamper else {}
        return {**inherited, "NO_COLOR": "1", **self._settings, **tampered}


def _state(task: Path) -> str:
    """The letter by which the kernel tells what a thread does; T for one that has ended meanwhile."""
    try:
        return (task / "stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "T"
