"""Where the project's events are."""

import msgspec
from litestar import Response, get

from audioscape_server.api.requests import AnyRequest, ask, documented, listed, services_of
from audioscape_server.api.responses import IngestStatus, RejectedReason


@get("/analytics/v1/ingest", summary="Ingest status", responses=documented(IngestStatus))
async def ingest(request: AnyRequest) -> Response[bytes]:
    """Where the project's events are, and what was refused of late. CSV: the reasons."""
    services = services_of(request)

    def status() -> IngestStatus:
        return msgspec.convert(services.ingest_report(request.user.project), IngestStatus, from_attributes=True)

    return await ask(request, lambda _: status(), listed("rejected", RejectedReason, lambda answer: answer.rejected))
