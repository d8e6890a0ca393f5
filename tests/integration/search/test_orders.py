"""The search engine's own orders are learnt from, and kept where they do better; `explain` tells why."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from audioscape_server.errors import ServiceUnavailableError
from audioscape_server.scores import search_clicks
from audioscape_server.scores.search.model import UNLEARNED
from audioscape_server.scores.search.ranking import recomputed
from audioscape_server.scores.search_job import SearchJob
from audioscape_server.scores.search_orders import SearchOrders
from support.counting import DAY, NOW, Sent, load_batches
from support.scores import hold
from support.search_api import asking, assets, ranked
from support.store import command, opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar.testing import TestClient

    from audioscape_server.scores.search_clicks import Published
    from audioscape_server.warehouse import Warehouse

BASE = [1, 2, 3, 4]
EXPLAIN = "/analytics/v1/search/explain"


def clicks(query: str, back: int, asset: int, rank: int, players: int) -> list[Sent]:
    """Clicks of so many players who then listen, some days ago."""
    at = NOW - back * DAY - 3_600
    said = json.dumps({"query": query, "rank": rank})
    click = Sent("mine", "key-a", 11, 5, NOW, "search_click", asset, at, "", None, "", said)
    pairs = [
        (replace(click, player_id=f"p{n}"), replace(click, type="stop", timestamp=at + 60, duration=99.0, metadata=""))
        for n in range(players)
    ]
    return [one for first, then in pairs for one in (first, replace(then, player_id=first.player_id))]


#: For days everybody wants the second; then, for one of the two queries, what the search engine has first.
EVENTS = [
    *(one for query in ("turned", "kept") for back in range(4, 7) for one in clicks(query, back, 2, 2, 20)),
    *(one for back in (1, 2) for one in clicks("turned", back, 1, 1, 30)),
    *(one for back in (1, 2) for one in clicks("kept", back, 2, 1, 30)),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("orders")) as opened:
        opened.insert_block("spool", 0, 0, load_batches([[one] for one in EVENTS]))
        yield opened


@pytest.fixture(scope="module")
def told(warehouse: Warehouse) -> list[float]:
    """Clicks were gathered; then the engine asked on two days, and all was learnt again. What metrics were told."""
    told: list[float] = []
    job = SearchJob(warehouse, lambda: NOW, told.append)
    job.run(hold())
    for back in (2, 1):
        orders = SearchOrders(lambda back=back: NOW - back * DAY)
        with asking(warehouse, orders.note) as client:
            for query in ("Turned!", "kept", "never seen"):
                ranked(client, query, BASE)
                ranked(client, query, [4, 3, 2, 1])  # a second one of a day is not noted
        orders.write(warehouse)
    job.run(hold())
    return told


@pytest.fixture(scope="module")
def client(warehouse: Warehouse, told: list[float]) -> Iterator[TestClient[Any]]:
    assert told
    with asking(warehouse) as client:
        yield client


def published(warehouse: Warehouse) -> Published:
    return search_clicks.published(lambda name, **asked: warehouse.ask(name, asked, tag="t", seconds=30), "mine")


def explain(client: TestClient[Any], query: str, **headers: str) -> Any:
    return client.get(EXPLAIN, params={"query": query}, headers={"x-api-key": "read:mine", **headers})


def test_an_order_that_later_clicks_speak_for_is_kept_and_metrics_tell(
    client: TestClient[Any], told: list[float]
) -> None:
    turned, kept = ranked(client, "turned", BASE), ranked(client, "kept", BASE)
    assert (assets(turned), assets(kept)[:2]) == (BASE, [2, 1])
    assert [one["evidence"]["stepped_back"] for one in turned["results"]] == [True] * 4
    assert [one["evidence"]["stepped_back"] for one in kept["results"]] == [False] * 4
    assert told == [0, 1]


def test_the_order_of_what_has_stepped_back_follows_from_its_evidence(client: TestClient[Any]) -> None:
    evidence = [one["evidence"] for one in ranked(client, "turned", [3, 2, 1, 4])["results"]]
    assert [place for place, _ in recomputed(evidence)] == [1, 2, 3, 4]


def test_how_good_base_orders_are_is_learnt_from_them(warehouse: Warehouse, told: list[float]) -> None:
    assert told
    assert published(warehouse).model.base_quality != UNLEARNED.base_quality


def test_a_run_from_nothing_comes_to_the_same(warehouse: Warehouse, told: list[float]) -> None:
    assert told
    before = published(warehouse)
    for table in ("search_clicks", "search_model"):
        command(warehouse, f"TRUNCATE TABLE {table}")
    SearchJob(warehouse, lambda: NOW).run(hold())
    after = published(warehouse)
    assert (after.model, after.stepped_back) == (before.model, before.stepped_back)
    assert after.snapshot != before.snapshot or after.days != before.days


def test_an_explanation_tells_what_was_ranked_and_clicked_and_why(client: TestClient[Any]) -> None:
    answer = explain(client, "Turned!").json()
    assert (answer["query"], answer["searched_as"], answer["base_order_known"]) == ("Turned!", "turned", True)
    assert assets(answer) == BASE
    assert answer["stepped_back"]["gain"] < -2 * answer["stepped_back"]["deviation"]
    assert explain(client, "kept").json()["stepped_back"] is None
    assert answer["results"] == ranked(client, "turned", BASE)["results"]
    schema = client.get("/openapi.json").json()
    form = schema["paths"][EXPLAIN]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator({**form, "components": schema["components"]}).validate(answer)


def test_what_nobody_searched_is_explained_as_nothing(client: TestClient[Any]) -> None:
    for query in ("never seen", "\x00", "' OR 1 = 1 --", "x" * 5_000):
        answer = explain(client, query)
        assert (answer.status_code, answer.json()["results"], answer.json()["clickers"]) == (200, [], 0)


def test_an_explanation_as_csv_is_its_list(client: TestClient[Any]) -> None:
    lines = explain(client, "kept", accept="text/csv").text.splitlines()
    assert (lines[0], len(lines)) == ("asset_id,rank,base_rank,score", 5)


def test_a_query_is_needed(client: TestClient[Any]) -> None:
    assert explain(client, "").status_code == 400
    assert client.get(EXPLAIN, headers={"x-api-key": "read:mine"}).status_code == 400


def test_orders_that_could_not_be_written_are_written_later() -> None:
    written: list[Any] = []

    class Away:
        away = True

        def add(self, table: str, columns: Any, data: Any) -> None:
            if self.away:
                raise ServiceUnavailableError
            written.append((table, list(columns), data))

    orders, away = SearchOrders(lambda: NOW), Away()
    orders.note("mine", "q", list(range(200)))
    orders.note("mine", "q", [9])
    with pytest.raises(ServiceUnavailableError):
        orders.write(away)
    away.away = False
    orders.write(away)
    orders.write(away)
    [(table, _, [projects, queries, _, _, lists])] = written
    assert (table, projects, queries, lists) == ("search_orders", ["mine"], ["q"], [list(range(100))])
