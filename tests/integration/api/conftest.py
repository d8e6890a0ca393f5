"""The read API over a real warehouse, its keys and names simple stand-ins for what the server passes in."""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient
from prometheus_client import CollectorRegistry, Counter

from audioscape_server.access.gate import Gate
from audioscape_server.access.keys import Credential, Scope
from audioscape_server.api import create_api
from audioscape_server.control import ControlDatabase, JobState, Track, Workspace
from audioscape_server.errors import KeyStoreUnavailableError
from audioscape_server.lanes import Lane
from audioscape_server.scores.ranker import Ranker
from audioscape_server.traffic import Minute
from support.counting import NOW, Events, load_batches, random_requests
from support.house import House
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from litestar import Litestar

from audioscape_server.scores.parameters import DEFAULT
from audioscape_server.warehouse import Warehouse

NAMES = {("alpha", 1): Track(1, "First Light", "Ada", "Dawn", "lofi", 111.5), ("alpha", 99): Track(99, "=Unplayed")}
STATUS = {
    "accepted": 7, "loaded": 4, "spooled": 1, "quarantined": 1, "duplicates": 1, "erased": 0,
    "rejected": [{"reason": "asset_id", "count": 3, "last_seen": "2026-09-23T12:00:00Z", "sample": '{"type":"play"}'}],
    "lag_seconds": 0.5, "last_event_at": "2026-09-23T12:34:56.789Z",
}  # fmt: skip
LIVE = {
    "since": NOW - 90, "minutes": [Minute(1_790_166_840, 5, 3, 1)], "visible_after_s": [0.5, 1.25], "unauthorized": 2,
    "too_many_requests": 1, "spooled": 4, "disk_free_bytes": 10**12, "last_event_at": "2026-09-23T12:34:56.789Z",
    "rejected": [{"reason": "timestamp_milliseconds", "key": "key-a", "universe": 11, "count": 3, "last_seen": NOW - 2,
                  "sample": {"message": "…", "event": {"type": "play"}}}],
}  # fmt: skip


@dataclass
class Keys:
    """Keys ``read:PROJECT`` and ``ingest:PROJECT`` of any project but ``nobody``, of a store that can be away."""

    away: bool = False

    async def authenticate(self, key: bytes | None) -> Credential | None:
        if self.away:
            raise KeyStoreUnavailableError
        scope, _, project = (key or b"").decode("latin-1").partition(":")
        if scope not in {"read", "ingest"} or not project.isascii() or project in {"", "nobody"}:
            return None
        return Credential(project, f"key of {project}", frozenset({Scope(scope)}), rate=0)


class Names:
    def tracks(self, project: str, asset_ids: Collection[int]) -> dict[int, Track]:
        return {asset: NAMES[project, asset] for asset in asset_ids if (project, asset) in NAMES}

    def labels(
        self, project: str, names: Sequence[str], asset_ids: Sequence[int]
    ) -> list[tuple[int, tuple[str | None, ...]]]:
        known = self.tracks(project, asset_ids)
        return [(asset, tuple(getattr(track, name) for name in names)) for asset, track in known.items()]

    def called(self, project: str, text: str) -> set[int]:
        return {
            asset for (of, asset), names in NAMES.items() if of == project and text in f"{names.title} {names.artist}"
        }

    def of_genre(self, project: str, genre: str) -> set[int]:
        return {asset for (of, asset), names in NAMES.items() if (of, names.genre) == (project, genre)}


@dataclass
class Parts:
    """What the server would pass in, to be broken by a test."""

    warehouse: Any
    catalog: Any = field(default_factory=Names)
    keys: Keys = field(default_factory=Keys)
    ready: bool = True
    address_rate: float = 0
    monotonic: Callable[[], float] = time.monotonic
    now: float = NOW
    sign_in: Any = None
    joining: Any = None
    workspace: Any = None
    links: Any = None
    team: Any = None
    key_desk: Any = None
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    @contextmanager
    def at(self, now: float) -> Iterator[None]:
        """For a while it is another time."""
        before, self.now = self.now, now
        try:
            yield
        finally:
            self.now = before

    def app(self) -> Litestar:
        ranker, lane = Ranker(self.warehouse), Lane("ranking", 30)
        return create_api(
            warehouse=self.warehouse,
            catalog=self.catalog,
            model_of=lambda _: DEFAULT,
            gate=Gate(self.keys, address_rate=self.address_rate, address_burst=3, monotonic=self.monotonic),
            ingest_report=lambda project: STATUS if project == "alpha" else STATUS | {"accepted": 0, "rejected": []},
            live_report=lambda project: LIVE | ({} if project == "alpha" else {"rejected": []}),
            jobs=lambda: [JobState("scores", NOW + 5, NOW - 1, NOW, NOW, 1.25, None, 9, 2)],
            ranking=lambda work: lane.run(lambda: work(ranker)),
            readiness=lambda: (self.ready, {"warehouse": "ok" if self.ready else "away"}),
            registry=self.registry,
            sign_in=self.sign_in,
            joining=self.joining,
            workspace=self.workspace,
            links=self.links,
            team=self.team,
            key_desk=self.key_desk,
            clock=lambda: self.now,
        )


@pytest.fixture(scope="module")
def events() -> Events:
    return Events(event for request in random_requests(seed=5, count=400) for event in request)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a warehouse with these events, closed: for whoever opens a copy."""
    folder = tmp_path_factory.mktemp("loaded")
    with opened_warehouse(folder) as opened:
        requests = random_requests(seed=5, count=400)
        for block in range(4):
            rows = load_batches(requests[block * 100 : (block + 1) * 100], first=block * 100 + 1)
            opened.insert_block("spool", block, 0, rows)
        opened.judge_stops()
    return folder


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory, loaded: Path) -> Iterator[Warehouse]:
    folder = tmp_path_factory.mktemp("api")
    shutil.copytree(loaded, folder, symlinks=True, dirs_exist_ok=True)
    with opened_warehouse(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    database = ControlDatabase(f"sqlite:///{tmp_path_factory.mktemp('workspace')}/control.db")
    database.migrate()
    yield Workspace(database, lambda: NOW)
    database.close()


@pytest.fixture(scope="module")
def parts(warehouse: Warehouse, workspace: Workspace) -> Parts:
    parts = Parts(warehouse, workspace=workspace)
    Counter("audioscape_events_accepted", "Events answered 202.", registry=parts.registry).inc(3)
    return parts


@pytest.fixture(scope="module")
def bare() -> Parts:
    """Without a warehouse: for what asks none."""
    return Parts(SimpleNamespace(stop=lambda _: None))


@pytest.fixture(scope="module")
def one_house(tmp_path_factory: pytest.TempPathFactory, parts: Parts) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"), parts)
    with house.client:
        yield house
    house.database.close()


@pytest.fixture
def house(one_house: House) -> House:
    """A house as it was at first."""
    one_house.refill()
    return one_house


@pytest.fixture(scope="module")
def client(parts: Parts) -> Iterator[TestClient[Litestar]]:
    with TestClient(parts.app(), raise_server_exceptions=False) as client:
        client.headers["x-api-key"] = "read:alpha"
        yield client
