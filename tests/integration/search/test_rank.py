"""A ranking over HTTP: always a permutation, always explained, of the asker's own clicks alone."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings, strategies as st

from audioscape_server.scores import ranker, search_clicks
from audioscape_server.scores.kept import Kept
from audioscape_server.scores.ranker import FRESH_S, NotAtHandError, Ranker, Ranking
from audioscape_server.scores.search.clicks import gather
from audioscape_server.scores.search.parameters import DEFAULT
from audioscape_server.scores.search.ranking import rank, recomputed
from audioscape_server.scores.search_job import SearchJob
from audioscape_server.searching import Searching
from support import search_oracle
from support.counting import NOW, Events, Sent, load_batches
from support.scores import hold
from support.search_api import RANK, asking, assets, post, ranked
from support.store import opened_warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from litestar.testing import TestClient

    from audioscape_server.warehouse import Warehouse

MINE = [request for seed in (3, 4) for request in search_oracle.searches(seed, 120, "mine")]
OTHERS = search_oracle.searches(5, 60, "others")
EXPLAIN = "/analytics/v1/search/explain"
#: Projects with the same searches, and whether slack and doubt hold what was clicked there.
BOUND = {"mine": (True, False), "listed": (True, False), "trusted": (True, True), "poor": (False, False)}
#: How good the search engines of some are thought to be.
QUALITIES = {"trusted": 0.99, "poor": 0.5}


def _served() -> list[list[Sent]]:
    """Lists of two keys for a query that was clicked, some of which leave out what was."""
    metadata = [json.dumps({"query": "lofi beats", "assets": assets}) for assets in ("1,2,3,4,11,12", "5,1,13,6")]
    return [
        [Sent("listed", key, 11, 5, NOW, "search_served", None, NOW - 90_000 - at, "", None, "", metadata[at % 2])]
        for key in search_oracle.KEYS[:2]
        for at in range(20)
    ]


def _found(opened: Warehouse, project: str) -> search_clicks.Published:
    return search_clicks.published(lambda name, **asked: opened.ask(name, asked, tag="test", seconds=30), project)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with opened_warehouse(tmp_path_factory.mktemp("rank")) as opened:
        opened.insert_block("spool", 0, 0, load_batches(MINE))
        opened.insert_block("spool", 1, 0, load_batches(OTHERS, first=10_000))
        for block, project in enumerate(("listed", "trusted", "poor"), 2):
            same = [[replace(one, project=project) for one in request] for request in MINE]
            requests = [*same, *_served()] if project == "listed" else same
            opened.insert_block("spool", block, 0, load_batches(requests, first=10_000 * block))
        SearchJob(opened, lambda: NOW).run(hold())
        for project, quality in QUALITIES.items():
            publish_again(opened, _found(opened, project), project, base_quality=quality)
        yield opened


@pytest.fixture(scope="module")
def client(warehouse: Warehouse) -> Iterator[TestClient[Any]]:
    with asking(warehouse) as client:
        yield client


@settings(max_examples=60)
@given(
    query=st.one_of(st.sampled_from([one for one in search_oracle.QUERIES if one.strip()]), st.text(min_size=1)),
    candidates=st.lists(st.integers(1, 40) | st.integers(0, 2**63 - 1), min_size=1, max_size=60, unique=True),
)
def test_a_ranking_is_a_permutation_that_follows_from_its_evidence(
    client: TestClient[Any], query: str, candidates: list[int]
) -> None:
    answer = ranked(client, query, candidates)
    assert answer["query"] == query
    assert sorted(assets(answer)) == sorted(candidates)
    assert [one["rank"] for one in answer["results"]] == list(range(1, len(candidates) + 1))
    assert [candidates[one["base_rank"] - 1] for one in answer["results"]] == assets(answer)
    again = recomputed([one["evidence"] for one in answer["results"]])
    assert [place for place, _ in again] == [one["base_rank"] for one in answer["results"]]
    for (_, score), one in zip(again, answer["results"], strict=True):
        assert score == pytest.approx(one["score"], rel=1e-9)
        assert bool(one["evidence"]["held_because"]) == one["evidence"]["held_by_safety"]


def worked_out(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What docs/scoring.md makes of the evidence of all candidates, in base order: by nothing but its words."""
    satisfied = [one["clicks"] * one["satisfied"]["rate"] / one["average_satisfaction"] for one in found]
    above_line = [clicks + 5 * one["prior"] for clicks, one in zip(satisfied, found, strict=True)]
    below_line = [one["query_clicks"] * one["mean_examination"] + one["in_lists"] + 5 for one in found]
    scores = [above / below for above, below in zip(above_line, below_line, strict=True)]
    spreads = [1.28 * math.sqrt(above) / below for above, below in zip(above_line, below_line, strict=True)]
    highest = [_highest(place, satisfied, found[0]) for place in range(1, len(found) + 1)]
    left, ranks = set(range(len(found))), [0] * len(found)
    for place in range(1, len(found) + 1):
        best = max((at for at in left if highest[at] <= place), key=lambda at: (scores[at], -at))
        left.remove(best)
        ranks[best] = place
    by_score = sorted(range(len(found)), key=lambda at: (-scores[at], at))
    return [
        {
            "rank": ranks[at],
            "score": scores[at],
            "examinations": below_line[at] - 5,
            "data_weight": (below_line[at] - 5) / below_line[at],
            "low": max(0, scores[at] - spreads[at]),
            "high": scores[at] + spreads[at],
            "highest_rank": highest[at],
            "held_by_safety": by_score.index(at) + 1 < highest[at],
            "rate": (one["satisfied"]["good"] + 6 * one["average_satisfaction"]) / (one["satisfied"]["seen"] + 6),
            "slack_clicks": 10 * min(1, max(0, (one["base_quality"] - 0.82) / 0.04)),
            "doubt_deviations": min(1, max(0, (one["base_quality"] - 0.88) / 0.04)),
        }
        for at, one in enumerate(found)
    ]


def _highest(base_rank: int, satisfied: list[float], shared: dict[str, Any]) -> int:
    slack, doubt = shared["bound"]["slack_clicks"], shared["bound"]["doubt_deviations"]
    mine, above = satisfied[base_rank - 1], satisfied[: base_rank - 1]
    if shared["stepped_back"]:
        return base_rank
    if not mine:
        return min(base_rank, 11)
    if not slack:
        return 1
    ahead = [rank for rank, other in enumerate(above, 1) if mine - other <= doubt * math.sqrt(mine + other)]
    return min(base_rank, 11, max(1, math.floor(base_rank / (1 + mine / slack))), max(ahead, default=0) + 1)


@pytest.mark.parametrize("project", BOUND)
def test_everything_told_can_be_worked_out_by_hand(client: TestClient[Any], project: str) -> None:
    told_of = set()
    for query, candidates in (("lofi beats", range(1, 30)), ("jazz", range(9, 0, -1)), ("never seen", range(1, 30))):
        results = ranked(client, query, list(candidates), f"read:{project}")["results"]
        shown = sorted(results, key=lambda one: one["base_rank"])
        for one, same in zip(shown, worked_out([one["evidence"] for one in shown]), strict=True):
            told = one["evidence"]
            flat = {**one, **told, **told["interval"], **told["satisfied"], **told["bound"]}
            for name, value in same.items():
                assert flat[name] == pytest.approx(value, rel=1e-9, abs=1e-12), (query, one["base_rank"], name)
            bound = told["bound"]
            told_of |= {(bound["slack_clicks"] > 0, bound["doubt_deviations"] > 0), ("lists", told["in_lists"] > 0)}
    assert told_of == {BOUND[project], ("lists", False), ("lists", project == "listed")}


@pytest.mark.parametrize("query", ["lofi beats", "jazz", "never seen"])
def test_priors_can_be_worked_out_from_how_often_ranks_are_looked_at(client: TestClient[Any], query: str) -> None:
    explained = client.get(EXPLAIN, params={"query": query}, headers={"x-api-key": "read:mine"}).json()
    scale = sum(seen / (rank + 2) for rank, seen in enumerate(explained["examination"], 1))
    assert len(explained["examination"]) == 20
    for one in explained["results"]:
        assert one["evidence"]["prior"] == pytest.approx(1 / (one["base_rank"] + 2) / scale, rel=1e-9)
    again = recomputed([one["evidence"] for one in explained["results"]])
    assert [place for place, _ in again] == [one["base_rank"] for one in explained["results"]]


@pytest.mark.parametrize("query", ["lofi beats", "jazz", "\u0451lka", "?!"])
def test_a_ranking_is_what_the_formulas_make_of_the_events(
    client: TestClient[Any], warehouse: Warehouse, query: str
) -> None:
    found = search_clicks.published(lambda name, **asked: warehouse.ask(name, asked, tag="test", seconds=30), "mine")
    rows = search_oracle.gathered(Events(one for request in MINE for one in request), "mine")
    clicks = gather(
        rows[search_oracle.query_of(query)], found.today, found.model.examination, found.model.shares, DEFAULT
    )
    expected = rank(range(9, 0, -1), clicks, found.model)
    answer = ranked(client, query, list(range(9, 0, -1)))
    assert assets(answer) == [one.asset for one in expected] != list(range(9, 0, -1))
    assert [one["score"] for one in answer["results"]] == [one.score for one in expected]
    assert answer["model_version"] == found.model.version


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("never seen", "read:mine"),
        (" ", "read:mine"),
        ("jazz", "read:nobody"),
        ("jazz", "read:mine' OR project = 'mine"),
    ],
)
def test_what_nobody_clicked_comes_back_as_it_was(client: TestClient[Any], query: str, key: str) -> None:
    assert assets(ranked(client, query, [5, 3, 7, 1], key)) == [5, 3, 7, 1]


def test_spellings_of_a_query_have_one_ranking(client: TestClient[Any]) -> None:
    found = [
        ranked(client, typed, [1, 2, 3, 4, 5, 6, 7])
        for typed in ("lofi beats", "LO-FI   beats!", "\uff2c\uff2f\uff26\uff29 beats")
    ]
    assert [one["results"] for one in found] == [found[0]["results"]] * 3


def test_a_project_is_ranked_by_its_own_clicks(client: TestClient[Any]) -> None:
    mine, others = (ranked(client, "jazz", [1, 2, 3, 4, 5, 6, 7], f"read:{name}") for name in ("mine", "others"))
    rows = search_oracle.gathered(Events(one for request in OTHERS for one in request), "others")["jazz"]
    clickers = {one["asset_id"]: one["evidence"]["clickers"] for one in others["results"]}
    assert clickers == {str(asset): sum(row.clickers for row in rows if row.asset == asset) for asset in range(1, 8)}
    assert clickers != {one["asset_id"]: one["evidence"]["clickers"] for one in mine["results"]}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "body: expected"),
        (b"{", "body: expected"),
        (b"[]", "body: expected"),
        (b"\xff", "body: expected"),
        (b'{"query": "\\ud800", "candidates": ["1"]}', "body: expected"),
        (b"[" * 20_000, "body: expected"),
        ({"query": "q"}, "candidates"),
        ({"query": 1, "candidates": ["1"]}, "$.query"),
        ({"query": "q", "candidates": [1]}, "$.candidates"),
        ({"query": "q", "candidates": ["1"], "limit": 3}, "limit"),
        ({"query": "", "candidates": ["1"]}, "query: expected at least 1 character"),
        ({"query": "q", "candidates": []}, "candidates: expected 1 to 500 assets, found '0 of them'"),
        ({"query": "q", "candidates": [str(one) for one in range(501)]}, "found '501 of them'"),
        ({"query": "q", "candidates": ["1", "2", "1"]}, "expected every asset once, found '1 at 1 and at 3'"),
        ({"query": "q", "candidates": ["1", "01"]}, "every asset once"),
        ({"query": "q", "candidates": ["1", "-2"]}, "1 to 19 decimal digits"),
        ({"query": "q", "candidates": ["9223372036854775808"]}, "at most 9223372036854775807"),
    ],
)  # fmt: skip
def test_what_cannot_be_ranked_is_refused_by_name(client: TestClient[Any], body: Any, said: str) -> None:
    answer = post(client, body)
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_a_body_that_is_too_large_is_refused(client: TestClient[Any]) -> None:
    assert post(client, {"query": "q" * 70_000, "candidates": ["1"]}).status_code == 413


def test_500_candidates_and_a_long_query_are_ranked(client: TestClient[Any]) -> None:
    assert len(ranked(client, "jazz " * 1_000, list(range(500)))["results"]) == 500


def test_a_key_needs_the_scope_and_the_path_takes_a_post(client: TestClient[Any]) -> None:
    assert post(client, {"query": "q", "candidates": ["1"]}, "ingest:mine").status_code == 403
    wrong = client.get(RANK, headers={"x-api-key": "read:mine"})
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST, OPTIONS")


def publish_again(
    warehouse: Warehouse, found: search_clicks.Published, project: str = "others", **learnt: float
) -> None:
    again = replace(found, snapshot=found.snapshot + 1, model=replace(found.model, **learnt))
    later = search_clicks.as_row(project, again)
    warehouse.add("search_model", search_clicks.MODEL_COLUMNS, [[value] for value in later])


def test_a_new_publication_counts_soon_and_what_is_kept_is_asked_once(warehouse: Warehouse) -> None:
    asked: list[str] = []

    class Counting:
        def ask(self, name: str, *arguments: Any, **options: Any) -> Any:
            asked.append(name)
            return warehouse.ask(name, *arguments, **options)

    now = [0.0]
    ours = Ranker(Counting(), clock=lambda: now[0])
    first = ours.rank("others", "jazz", [1, 2])
    assert asked == ["search/model_number", "search/model", "search/clicks"]
    asked.clear()
    assert ours.rank("others", "jazz", [1, 2]) == first
    assert asked == []
    publish_again(warehouse, ours.published("others"))
    now[0] = ranker.FRESH_S
    ours.rank("others", "jazz", [1, 2])
    assert asked == ["search/model_number", "search/model", "search/clicks"]


def test_who_refreshes_lets_no_search_wait_for_a_new_publication(warehouse: Warehouse) -> None:
    asked: list[str] = []

    class Counting:
        def ask(self, name: str, *arguments: Any, **options: Any) -> Any:
            asked.append(name)
            return warehouse.ask(name, *arguments, **options)

    now = [0.0]
    ours = Ranker(Counting(), clock=lambda: now[0])
    ours.refresh()
    assert asked == []  # nobody asked for anything
    first = ours.rank("others", "jazz", [1, 2])
    before = ours.published("others")
    publish_again(warehouse, before)
    now[0] = ranker.FRESH_S - 1
    asked.clear()
    ours.refresh()
    assert asked == ["search/model_number", "search/model", "search/queries", "search/clicks"]
    asked.clear()
    now[0] = ranker.FRESH_S + 1
    assert ours.rank("others", "Lofi, beats", [1, 2]).results[0].evidence["clickers"] > 0  # never asked before
    assert ours.rank("others", "jazz", [1, 2]) == first
    assert (asked, ours.published("others").snapshot) == ([], before.snapshot + 1)
    now[0] += ranker.LOOKED_AFTER_S
    ours.refresh()
    assert asked == []  # nobody asks any more


def test_what_is_kept_is_bounded_and_what_was_used_last_stays() -> None:
    kept: Kept[str, list[int]] = Kept(5, len)
    kept.put("a", [1, 2])
    kept.put("b", [1, 2])
    kept.get("a")
    kept.put("c", [1, 2])
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == ([1, 2], None, [1, 2])
    kept.put("d", [1] * 9)
    assert (kept.get("a"), kept.get("d")) == (None, [1] * 9)
    kept.put("d", [1])
    kept.put("a", [1, 2])
    assert (kept.get("d"), kept.get("a")) == ([1], [1, 2])


def test_who_must_not_block_is_ranked_for_as_everybody_or_told_that_somebody_has_to_be_asked(
    warehouse: Warehouse,
) -> None:
    now = 0.0
    noted: list[str] = []
    asking_ranker = Ranker(warehouse, lambda _, query, __: noted.append(query), lambda: now)
    at_hand = asking_ranker.at_hand()
    candidates = list(range(1, 20))
    for _ in range(2):
        with pytest.raises(NotAtHandError):
            at_hand.rank("mine", "jazz", candidates)
        ranking = asking_ranker.rank("mine", "jazz", candidates)
        assert at_hand.rank("mine", "jazz", candidates) == ranking
        assert at_hand.rank("mine", "jazz", candidates[::-1]).results != ranking.results
        for query in ("never heard of", "\u0451lka"):
            with pytest.raises(NotAtHandError):
                at_hand.rank("mine", query, candidates)
        with pytest.raises(NotAtHandError):
            at_hand.rank("others", "jazz", candidates)
        now += FRESH_S  # it may have been published anew
    assert set(noted) <= {"jazz"}


def test_a_search_at_hand_waits_for_no_thread(warehouse: Warehouse) -> None:
    candidates = list(range(1, 20))
    used: list[str] = []

    def again(ranker: Ranker) -> Ranking:
        used.append(threading.current_thread().name)
        return ranker.rank("mine", "jazz", candidates)

    async def ask_twice() -> None:
        searching = Searching(warehouse, lambda: NOW)
        assert await searching.rank(again) == await searching.rank(again)

    asyncio.run(ask_twice())
    here = threading.current_thread().name
    assert used == [here, "search ranking", here], "the first one found that somebody had to be asked"
