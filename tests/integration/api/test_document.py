"""The OpenAPI document: it is true, complete, and readable by people."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
import schemathesis
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator
from schemathesis.checks import load_all_checks

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

    Client = TestClient[Litestar]

#: What describes the API is not part of it.
ABOUT = {"/openapi.json", "/docs", "/"}


@pytest.fixture(scope="module")
def document(client: Client) -> dict[str, Any]:
    return client.get("/openapi.json").json()


def test_the_document_lists_exactly_the_routes(client: Client, document: dict[str, Any]) -> None:
    routes = {(re.sub(r":\w+}", "}", route.path), method) for route in client.app.routes for method in route.methods}
    listed = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    assert listed == {(path, method) for path, method in routes if method != "OPTIONS" and path not in ABOUT}
    assert document["openapi"].startswith("3.1")


def test_only_what_needs_a_key_says_so(client: Client, document: dict[str, Any]) -> None:
    client.headers.pop("x-api-key")
    try:
        for path, item in document["paths"].items():
            answer = client.get(path.replace("{asset_id}", "1"))
            assert (answer.status_code == 401) == ("security" in item["get"]), path
    finally:
        client.headers["x-api-key"] = "read:alpha"


def test_everything_is_explained(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        assert item["get"]["description"]
        assert all(parameter["description"] for parameter in item["get"].get("parameters", []))
    for name in document["components"]["schemas"]["Measures"]["properties"]:
        assert document["components"]["schemas"]["Measures"]["properties"][name]["description"], name


@pytest.mark.parametrize(
    "path", ["overview", "tracks", "tracks/1", "search/queries", "experiences", "events", "ingest"]
)
def test_answers_have_the_documented_form(client: Client, document: dict[str, Any], path: str) -> None:
    operation = document["paths"][f"/analytics/v1/{path}".replace("/1", "/{asset_id}").replace("s/{asset_id}/", "s/1/")]
    schema = operation["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(
        client.get(f"/analytics/v1/{path}").json()
    )


def test_any_request_is_answered_as_documented(client: Client, document: dict[str, Any]) -> None:
    load_all_checks()
    # The key is always right here: what happens without one is tested elsewhere, and it would hide all else.
    open_paths = {
        path: {"get": {name: value for name, value in item["get"].items() if name != "security"}}
        for path, item in document["paths"].items()
    }
    schema = schemathesis.openapi.from_dict(document | {"paths": open_paths})
    checks = [
        schemathesis.checks.not_a_server_error,
        *schemathesis.checks.CHECKS.get_by_names(
            [
                "status_code_conformance",
                "content_type_conformance",
                "response_schema_conformance",
                "negative_data_rejection",
            ]
        ),
    ]
    operations = [operation.ok() for operation in schema.get_all_operations()]
    assert len(operations) == len(document["paths"])
    cases = st.one_of(
        *(
            operation.as_strategy(generation_mode=mode)
            for operation in operations
            for mode in schemathesis.GenerationMode
            if mode.is_positive or operation.path.startswith("/analytics/")
        )
    )

    @settings(max_examples=80)
    @given(case=cases)
    def check(case: schemathesis.Case) -> None:
        # Through our own client: schemathesis would start and stop the application around every request.
        request = case.as_transport_kwargs(base_url=str(client.base_url), headers={"x-api-key": "read:alpha"})
        request.pop("cookies")
        case.validate_response(client.request(**request), checks=checks)

    check()


class Page(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"script", "link", "img", "iframe", "object"} or "src" in given or "style" in given:
            self.loads.append(tag)
        self.anchors.add(given.get("id") or "")
        if tag == "a":
            self.links.add(given["href"] or "")


def test_the_page_loads_nothing_runs_nothing_and_explains_everything(client: Client, document: dict[str, Any]) -> None:
    answer = client.get("/docs")
    page = Page()
    page.feed(answer.text)
    assert page.loads == []
    assert page.links <= {"/openapi.json", *(f"#{anchor}" for anchor in page.anchors)}
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; base-uri 'none'; frame-ancestors 'none'",
        answer.headers["content-security-policy"],
    )
    for path, item in document["paths"].items():
        assert f"GET {path}</h2>" in answer.text
        for parameter in item["get"].get("parameters", []):
            assert f"<code>{parameter['name']}</code>" in answer.text
    for name in document["components"]["schemas"]["Measures"]["properties"]:
        assert f"<code>{name}</code>" in answer.text
