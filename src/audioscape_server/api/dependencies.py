"""What the read API needs from the rest of the server, and nothing more."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from audioscape_server.scores.ranker import Ranker

T = TypeVar("T")


class Answerer(Protocol):
    """The warehouse, as a thing that answers questions."""

    def ask(
        self,
        name: str,
        parameters: Mapping[str, Any],
        *,
        tag: str,
        seconds: float,
        groups: tuple[Sequence[int], Sequence[int]] | None = None,
    ) -> list[dict[str, Any]]:
        """Run ``sql/<name>.sql``, for at most `seconds`, under a tag by which `stop` finds it.

        With groups, assets and of each the number of its group, it reads those too.
        Blocks. Raises a `ServiceUnavailableError` when the warehouse is away, or the time is up.
        """
        ...

    def as_parquet(self, name: str, parameters: Mapping[str, Any], *, tag: str, seconds: float) -> bytes:
        """The rows of ``sql/<name>.sql`` as a Parquet file; else as `ask`."""
        ...

    def stop(self, tag: str) -> None:
        """Tell what runs under this tag to end. Blocks, but does not wait for that."""
        ...


class Ranking(Protocol):
    """What ranks candidates, in a thread of its own: a search waits for it, and must not wait for slow questions."""

    async def __call__(self, work: Callable[[Ranker], T]) -> T:
        """Do something with the ranker. Raises a `ServiceUnavailableError` when it takes too long."""
        ...


class Names(Protocol):
    """What the catalog knows of an asset."""

    @property
    def title(self) -> str | None:
        """As imported."""
        ...

    @property
    def artist(self) -> str | None:
        """As imported."""
        ...

    @property
    def album(self) -> str | None:
        """As imported."""
        ...

    @property
    def genre(self) -> str | None:
        """As imported."""
        ...


class Catalog(Protocol):
    """The names of assets."""

    def tracks(self, project: str, asset_ids: Collection[int]) -> Mapping[int, Names]:
        """What is known of these assets; the unknown are left out. Blocks."""
        ...

    def labels(
        self, project: str, names: Sequence[str], asset_ids: Sequence[int]
    ) -> Iterable[tuple[int, tuple[str | None, ...]]]:
        """Each of these assets that is known, and its names of these kinds (`artist`, `album`, `genre`). Blocks."""
        ...

    def called(self, project: str, text: str) -> Collection[int]:
        """The assets whose title or artist holds a text, whatever the case. Blocks."""
        ...

    def of_genre(self, project: str, genre: str) -> Collection[int]:
        """The assets of a genre. Blocks."""
        ...


class JobState(Protocol):
    """How a job of the server stands; times are Unix seconds, None = not yet."""

    @property
    def name(self) -> str:
        """Of the job."""
        ...

    @property
    def next_at(self) -> float:
        """When it is due again."""
        ...

    @property
    def started_at(self) -> float | None:
        """When it began last."""
        ...

    @property
    def ended_at(self) -> float | None:
        """When it ended last."""
        ...

    @property
    def succeeded_at(self) -> float | None:
        """When it ended without an error last."""
        ...

    @property
    def duration_s(self) -> float | None:
        """Seconds that the last run took."""
        ...

    @property
    def error(self) -> str | None:
        """The kind of error that ended the last run."""
        ...

    @property
    def runs(self) -> int:
        """How often it was done."""
        ...

    @property
    def failures(self) -> int:
        """How often that failed."""
        ...


class IngestReport(Protocol):
    """Where a project's events are."""

    def __call__(self, project: str) -> Mapping[str, Any]:
        """The fields of `responses.IngestStatus`. Blocks."""
        ...


class LiveReport(Protocol):
    """What came in of a project in the last hour, and what was refused."""

    def __call__(self, project: str) -> Mapping[str, Any]:
        """What `loading.status.IngestStatus.live` tells. Blocks."""
        ...


class Readiness(Protocol):
    """Whether the server can do its work now."""

    def __call__(self) -> tuple[bool, Mapping[str, Any]]:
        """A verdict and what it rests on, to be shown as JSON. Never blocks."""
        ...
