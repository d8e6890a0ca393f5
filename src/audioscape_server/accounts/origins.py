"""Does a request come from a page of ours? What a browser says of itself, and no page can change."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_own(host: str, origin: str | None, fetch_site: str | None) -> bool:
    """Whether no page of another site sent a request.

    A browser says so in one header or the other with every request that may change something. A program that is no
    browser says nothing, and holds no cookie that somebody else could use.

    Args:
        host: the value of the request's ``Host`` header.
        origin: of its ``Origin`` header.
        fetch_site: of its ``Sec-Fetch-Site`` header.
    """
    if fetch_site not in (None, "same-origin", "none"):
        return False
    if origin is None:
        return True
    try:
        # The host alone: behind a proxy that ends TLS, the request itself does not tell https from http.
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
