"""What the read API needs from the rest of the server, and nothing more."""

from collections.abc import Collection, Mapping
from typing import Any, Protocol


class Answerer(Protocol):
    """The warehouse, as a thing that answers questions."""

    def query(self, name: str, /, **parameters: Any) -> list[dict[str, Any]]:
        """Run ``sql/<name>.sql``. Blocks; raises a `ServiceUnavailableError` when the warehouse is away."""
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


class IngestReport(Protocol):
    """Where a project's events are."""

    def __call__(self, project: str) -> Mapping[str, Any]:
        """The fields of `responses.IngestStatus`. Blocks."""
        ...


class Readiness(Protocol):
    """Whether the server can do its work now."""

    def __call__(self) -> tuple[bool, Mapping[str, Any]]:
        """A verdict and what it rests on, to be shown as JSON. Blocks."""
        ...
