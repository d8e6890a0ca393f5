"""Judgments of searches are the sums that rankings are made of, of queries that enough players asked, page by page."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.scores import search_clicks
from audioscape_server.scores.search.clicks import gather
from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search.scoring import scored
from audioscape_server.scores.search_job import SearchJob
from support import search_oracle
from support.counting import NOW, Events, Sent, load_batches
from support.scores import hold
from support.search_api import asking
from support.store import opened_warehouse, select

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from httpx import Response
    from litestar.testing import TestClient

    from audioscape_server.warehouse import Warehouse

SIGNALS = "/analytics/v1/search/signals"
EXPLAIN = "/analytics/v1/search/explain"
CLICK = Sent("mine", "key-c", 11, 5, NOW, "search_click", 7, NOW - 60, "", None, "", '{"query": "jazz", "rank": 20}')
#: And one key of little traffic says that many players clicked the seventh today.
MINE = [
    *search_oracle.searches(11, 200, "mine"),
    *([replace(CLICK, player_id=f"fake{number}")] for number in range(40)),
    *([replace(CLICK, player_id=f"p{number}", metadata='{"query": "four know"}')] for number in range(4)),
    *([replace(CLICK, player_id=f"p{number}", metadata='{"query": "five know"}')] for number in range(5)),
]
FEW = search_oracle.searches(12, 4, "few")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("signals")) as opened:
        opened.insert_block("spool", 0, 0, load_batches(MINE))
        opened.insert_block("spool", 1, 0, load_batches(FEW, first=10_000))
        SearchJob(opened, lambda: NOW).run(hold())
        yield opened


@pytest.fixture(scope="module")
def client(warehouse: Warehouse) -> Iterator[TestClient[Any]]:
    with asking(warehouse) as client:
        yield client


def get(client: TestClient[Any], key: str = "read:mine", accept: str = "*/*", **asked: Any) -> Response:
    return client.get(SIGNALS, params=asked, headers={"x-api-key": key, "accept": accept})


def test_judgments_are_the_sums_that_rankings_are_made_of(client: TestClient[Any], warehouse: Warehouse) -> None:
    found = search_clicks.published(lambda name, **asked: warehouse.ask(name, asked, tag="t", seconds=30), "mine")
    model, rows = found.model, search_oracle.gathered(Events(one for request in MINE for one in request), "mine")
    told = get(client).json()["signals"]
    assert any(one["capped_by_key"] > 0 for one in told)
    for query, signals in groupby(told, key=lambda one: one["query"]):
        clicks = gather(rows[query], found.today, model.examination, model.shares, DEFAULT)
        expected = {
            str(one.asset): one
            for one in scored(sorted(clicks.assets), clicks, model.examination, model.satisfaction, DEFAULT)
        }
        of_query = list(signals)
        assert {one["asset_id"] for one in of_query} == expected.keys()
        for one in of_query:
            same = expected[one["asset_id"]]
            assert (one["clickers"], one["clicks"]) == (same.clickers, pytest.approx(same.clicks, rel=1e-9))
            assert one["examinations"] == pytest.approx(same.examinations, rel=1e-9)
            assert one["satisfaction"] == pytest.approx(same.satisfaction, rel=1e-9)
            assert one["capped_by_key"] == pytest.approx(same.capped_by_key, rel=1e-9, abs=1e-9)
            prior = DEFAULT.prior_weight / sum(model.examination)
            relevance = (same.satisfied_clicks(model.satisfaction) + prior) / (same.examinations + DEFAULT.prior_weight)
            assert one["relevance"] == pytest.approx(relevance, rel=1e-9)
        assert [one["relevance"] for one in of_query] == sorted((one["relevance"] for one in of_query), reverse=True)


def test_a_relevance_can_be_worked_out_from_what_is_told(client: TestClient[Any]) -> None:
    for query, signals in groupby(get(client).json()["signals"], key=lambda one: one["query"]):
        explained = client.get(EXPLAIN, params={"query": query}, headers={"x-api-key": "read:mine"}).json()
        average = explained["results"][0]["evidence"]["average_satisfaction"]
        usual = 1 / sum(explained["examination"])
        for one in signals:
            satisfaction = (one["satisfied_good"] + 6 * average) / (one["satisfied_seen"] + 6)
            relevance = (one["clicks"] * satisfaction / average + 5 * usual) / (one["examinations"] + 5)
            assert one["satisfaction"] == pytest.approx(satisfaction, rel=1e-9)
            assert one["relevance"] == pytest.approx(relevance, rel=1e-9)
            assert one["data_weight"] == pytest.approx(one["examinations"] / (one["examinations"] + 5), rel=1e-9)


def test_only_what_five_players_asked_is_told(client: TestClient[Any]) -> None:
    players: dict[str, set[str]] = {}
    for one in (one for request in MINE for one in request if one.type == "search_click" and one.player_id):
        players.setdefault(search_oracle.query_of(search_oracle.query_and_rank(one)[0]), set()).add(one.player_id)
    enough = {query for query, names in players.items() if query and len(names) >= 5}
    told = {one["query"] for one in get(client).json()["signals"]}
    assert told == enough
    assert ("five know" in told, "four know" in told) == (True, False)
    assert get(client, "read:few").json() == {"signals": [], "next_after": None}
    assert get(client, "read:nobody").json() == {"signals": [], "next_after": None}


def test_pages_lead_through_all_of_it(client: TestClient[Any]) -> None:
    whole, seen, path = get(client).json()["signals"], [], f"{SIGNALS}?limit=2"
    while path:
        answer = client.get(path, headers={"x-api-key": "read:mine"})
        page = answer.json()["signals"]
        assert len({one["query"] for one in page}) <= 2
        seen += page
        path = answer.headers["link"][1:].partition(">")[0] if "link" in answer.headers else ""
    # Sums of floats depend on what is summed beside them, in the last bits.
    assert [(one["query"], one["asset_id"]) for one in seen] == [(one["query"], one["asset_id"]) for one in whole]
    assert [one["relevance"] for one in seen] == pytest.approx([one["relevance"] for one in whole], rel=1e-12)


def test_csv_and_parquet_have_the_same_rows(client: TestClient[Any], warehouse: Warehouse, tmp_path: Path) -> None:
    whole = get(client).json()["signals"]
    rows = list(csv.DictReader(io.StringIO(get(client, accept="text/csv").text)))
    assert [row["asset_id"] for row in rows] == [one["asset_id"] for one in whole]
    answer = get(client, accept="application/vnd.apache.parquet")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/vnd.apache.parquet")
    file = tmp_path / "signals.parquet"
    file.write_bytes(answer.content)
    read = select(warehouse, f"SELECT * FROM file('{file}', Parquet)")
    assert [{name: row[name] for name in whole[0]} for row in read] == whole
    assert "link" in get(client, accept="application/vnd.apache.parquet", limit=1).headers


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 201}, {"limit": "x"}, {"before": "a"}])
def test_a_wrong_parameter_is_refused(client: TestClient[Any], asked: dict[str, Any]) -> None:
    assert get(client, **asked).status_code == 400


def test_any_text_may_be_asked_after(client: TestClient[Any]) -> None:
    for after in ("\x00", "' OR 1 = 1 --", "{query:String}", "\uffff" * 300):
        assert get(client, after=after).status_code == 200
