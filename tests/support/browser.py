"""A browser that signs in, without one: the headers and cookies that it would send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from httpx import Response
    from litestar.testing import TestClient

HERE = "http://127.0.0.1:8000"
#: Headers of a request that no page of ours sends.
FOREIGN = {
    "another site": {"origin": "https://evil.example"},
    "a page without an origin": {"origin": "null"},
    "another port": {"origin": "http://127.0.0.1:8001"},
    "a name that begins alike": {"origin": "http://127.0.0.1:8000.evil.example"},
    "no origin at all": {"origin": "http://[bad"},
    "a cross-site fetch": {"sec-fetch-site": "cross-site"},
    "another host of the domain": {"sec-fetch-site": "same-site", "origin": HERE},
}


class Browser:
    """A browser at an address: it keeps the cookies that it is given, and sends them back.

    Several share one client, whose own jar is emptied for that.
    """

    def __init__(self, client: TestClient[Any], base: str = HERE) -> None:
        self._client = client
        self._host = base.partition("//")[2]
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, **options: Any) -> Response:
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"host": self._host, **({"cookie": kept} if kept else {}), **options.pop("headers", {})}
        self._client.cookies.clear()
        answer = self._client.request(method, path, headers=headers, **options)
        for cookie in answer.headers.get_list("set-cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return answer

    def get(self, path: str, **headers: str) -> Response:
        return self.send("GET", path, headers=headers)

    def post(self, path: str, body: Any, **headers: str) -> Response:
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        return self.send("POST", path, **content, headers=headers)

    def sign_in(
        self, email: str = "ada@example.com", password: str = "correct horse battery", **headers: str
    ) -> Response:
        return self.post("/login", {"email": email, "password": password}, **headers)
