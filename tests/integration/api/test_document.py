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

from audioscape_server.accounts.roles import Action
from audioscape_server.api.callers import ACTION
from audioscape_server.scores.integrity import IntegrityJob
from support.counting import NOW
from support.scores import hold, publish

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import TestClient

    from audioscape_server.warehouse import Warehouse

    Client = TestClient[Litestar]

#: What describes the API is not part of it.
ABOUT = {"/openapi.json", "/docs"}
#: What only a browser asks, with its cookie; no key can.
FOR_PAGES = {
    "/shared",
    "/login",
    "/logout",
    "/session",
    "/session/project",
    "/join",
    "/join/look",
}
#: Described with the others, and served beside them.
INGEST = {"/analytics/v1/analytics", "/analytics/v1/search/served"}
RANK = "/analytics/v1/search/rank"
BATCH = "/analytics/v1/batch"


@pytest.fixture(scope="module", autouse=True)
def scores(warehouse: Warehouse) -> None:
    """There are some to be answered."""
    publish(warehouse, NOW)
    IntegrityJob(warehouse, lambda: NOW).run(hold())


@pytest.fixture(scope="module")
def document(client: Client) -> dict[str, Any]:
    return client.get("/openapi.json").json()


@pytest.fixture(scope="module")
def reads(document: dict[str, Any]) -> dict[str, Any]:
    """The paths that are asked with GET."""
    return {path: item for path, item in document["paths"].items() if "get" in item}


def test_the_document_lists_exactly_the_routes(client: Client, document: dict[str, Any]) -> None:
    routes = {
        (re.sub(r":\w+}", "}", route.path), method)
        for route in client.app.routes
        for handler in route.route_handlers
        for method in handler.http_methods
        if handler.opt.get(ACTION, Action.READ) is Action.READ  # the rest only people do
    }
    listed = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    answered = {(path, method) for path, method in routes if method != "OPTIONS" and path not in ABOUT | FOR_PAGES}
    assert listed == answered | {(path, "POST") for path in INGEST}
    assert document["openapi"].startswith("3.1")


def test_only_what_needs_a_key_says_so(client: Client, reads: dict[str, Any]) -> None:
    client.headers.pop("x-api-key")
    try:
        for path, item in reads.items():
            answer = client.get(path.replace("{asset_id}", "1"))
            assert (answer.status_code == 401) == ("security" in item["get"]), path
    finally:
        client.headers["x-api-key"] = "read:alpha"


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, operation) for path, item in document["paths"].items() for method, operation in item.items()]


def test_everything_is_explained(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        assert operation["description"], (path, method)
        assert all(parameter["description"] for parameter in operation.get("parameters", []))
        for status, response in operation["responses"].items():
            assert response["description"], (path, method, status)
    for name, schema in document["components"]["schemas"].items():
        for field, described in schema["properties"].items():
            assert described.get("description"), (name, field)


def examples_of(operation: dict[str, Any]) -> list[dict[str, str]]:
    """Requests made of the examples: the first of each parameter, the second of each, and so on."""
    of = {
        parameter["name"]: parameter["schema"]["examples"]
        for parameter in operation.get("parameters", [])
        if "examples" in parameter["schema"]
    }
    most = max(map(len, of.values()), default=0)
    return [{name: texts[number % len(texts)] for name, texts in of.items()} for number in range(most)]


def test_the_examples_are_accepted(client: Client, reads: dict[str, Any]) -> None:
    tried = 0
    for path, item in reads.items():
        for parameters in examples_of(item["get"]):
            assert client.get(path.replace("{asset_id}", "1"), params=parameters).status_code == 200, (path, parameters)
            tried += 1
    assert tried > 10


def test_no_example_is_made_up(document: dict[str, Any]) -> None:
    """The framework fills in random texts where it is not told otherwise."""
    schemas = [*document["components"]["schemas"].values()]
    for _, _, operation in operations(document):
        for response in operation["responses"].values():
            schemas += [content["schema"] for content in response.get("content", {}).values()]
    assert "example" not in str(schemas)


def test_the_commands_of_the_page_work_on_the_server_that_shows_it(client: Client) -> None:
    page = client.get("/docs", headers={"host": "stats.example:9000"}).text
    commands = re.findall(r"<pre>(.*?)</pre>", page)
    urls = [re.search(r"&#x27;(http://[^&]*)&#x27;$", command) for command in commands]
    assert all(url and url[1].startswith("http://stats.example:9000/") for url in urls)
    paths = [url[1].removeprefix("http://stats.example:9000") for url in urls if url]
    asked = [path.replace("1837879082", "1") for path in paths if path not in {*INGEST, RANK}]
    assert len(asked) > 8
    assert {client.get(path).status_code for path in asked} == {200}


def test_the_page_shows_no_host_that_is_none(client: Client) -> None:
    for host in ("<script>", "a'b", "a b", "x" * 300):
        answer = client.get("/docs", headers={"host": host})
        assert answer.status_code == 400 or "http://127.0.0.1:8000/analytics/v1/overview" in answer.text
        assert f"//{host}/" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "overview",
        "tracks",
        "tracks/1",
        "search/queries",
        "search/ranks",
        "search/outcomes",
        "search/made",
        "tracks/1/neighbours",
        "experiences",
        "events",
        "ingest",
        "charts/popular",
        "charts/trending",
        "tracks/1/score",
        "scores/history?asset_id=1",
        "jobs",
        "integrity",
        "funnel?breakdown=rank",
        "audience",
        "audience/sessions",
        "audience/cohorts",
        "explore?by=universe_id&measure=p50&of=duration",
        "explore/types",
        "explore/keys?type=search_click",
    ],
)
def test_answers_have_the_documented_form(client: Client, document: dict[str, Any], path: str) -> None:
    operation = document["paths"]["/analytics/v1/" + path.partition("?")[0].replace("tracks/1", "tracks/{asset_id}")]
    schema = operation["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(
        client.get(f"/analytics/v1/{path}").json()
    )


def test_any_request_is_answered_as_documented(client: Client, document: dict[str, Any], reads: dict[str, Any]) -> None:
    load_all_checks()
    # The key is always right here: what happens without one is tested elsewhere, and it would hide all else.
    open_paths = {
        path: {
            method: {name: value for name, value in operation.items() if name != "security"}
            for method, operation in item.items()
        }
        for path, item in (reads | {RANK: document["paths"][RANK]}).items()
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
    asked = [operation.ok() for operation in schema.get_all_operations()]
    assert len(asked) == len(open_paths)
    cases = st.one_of(
        *(
            operation.as_strategy(generation_mode=mode)
            for operation in asked
            for mode in schemathesis.GenerationMode
            # A list of one text is written as any text is: nothing that is no list can be sent to a batch.
            if mode.is_positive or (operation.path.startswith("/analytics/") and operation.path != BATCH)
        )
    )

    @settings(max_examples=80)
    @given(case=cases)
    def check(case: schemathesis.Case) -> None:
        # Through our own client: schemathesis would start and stop the application around every request.
        request = case.as_transport_kwargs(base_url=str(client.base_url), headers={"x-api-key": "read:alpha"})
        request.pop("cookies")
        if isinstance(request.get("data"), bytes):
            request["content"] = request.pop("data")
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
    sections = re.split(r"<h2 id=", answer.text)
    for path, method, operation in operations(document):
        [section] = [text for text in sections if f"{method.upper()} {path}</h2>" in text]
        for parameter in operation.get("parameters", []):
            assert f"<code>{parameter['name']}</code>" in section
        for name in fields_of(operation, document):
            assert f"<code>{name}</code>" in section, (path, name)
    for name in document["components"]["schemas"]["Measures"]["properties"]:
        assert f"<code>{name}</code>" in answer.text


def fields_of(operation: dict[str, Any], document: dict[str, Any]) -> set[str]:
    """The names of all fields that are sent and answered, at any depth, but those of what is only counted."""
    found: set[str] = set()
    schemas = document["components"]["schemas"]
    measures = schemas["Measures"]["properties"].keys()

    def walk(part: Any) -> None:
        if isinstance(part, list):
            for item in part:
                walk(item)
        elif isinstance(part, dict):
            names = part["properties"].keys() if isinstance(part.get("properties"), dict) else set()
            found.update(names - measures if measures <= names else names)
            for item in part.values():
                walk(item)
            if "$ref" in part:
                walk(schemas[part["$ref"].rpartition("/")[2]])

    walk([operation.get("requestBody"), operation["responses"][min(operation["responses"])]])
    return found
