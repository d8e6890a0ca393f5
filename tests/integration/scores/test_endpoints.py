"""What is published is what the endpoints say, with all that it is made of, to the project that it belongs to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from litestar.testing import TestClient
from prometheus_client import CollectorRegistry

from audioscape_server.access.gate import Gate
from audioscape_server.access.keys import Credential, Scope
from audioscape_server.api import create_api
from audioscape_server.control import Track
from audioscape_server.scores.integrity import Flag, IntegrityJob
from audioscape_server.scores.job import COLUMNS, ScoreJob
from audioscape_server.scores.parameters import DEFAULT
from support.counting import DAY, NOW
from support.scores import hold, publish, scores_of
from support.store import command, select

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from audioscape_server.scores.model import Scored
    from audioscape_server.warehouse import Warehouse
    from support.counting import Events

    Ask = Callable[..., Any]
    Published = dict[str, dict[int, list[Scored]]]

NAMES = {1: Track(1, "First Light", "Ada", genre="lofi"), 2: Track(2, genre="jazz"), 4: Track(4, genre="lofi")}


class Keys:
    """Every key is the name of its project."""

    async def authenticate(self, key: bytes | None) -> Credential:
        return Credential((key or b"").decode(), "key", frozenset({Scope.READ}), rate=0)


class Names:
    def tracks(self, _project: str, asset_ids: Collection[int]) -> dict[int, Track]:
        return {asset: NAMES[asset] for asset in asset_ids if asset in NAMES}

    def called(self, _project: str, text: str) -> set[int]:
        return {asset for asset, names in NAMES.items() if text in f"{names.title}"}

    def of_genre(self, _project: str, genre: str) -> set[int]:
        return {asset for asset, names in NAMES.items() if names.genre == genre}


@dataclass
class Clock:
    now: float = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def ask(warehouse: Warehouse, clock: Clock) -> Iterator[Ask]:
    command(warehouse, "TRUNCATE TABLE scores")
    publish(warehouse, NOW - DAY)
    publish(warehouse, NOW)
    app = create_api(
        warehouse=warehouse,
        catalog=Names(),
        model_of=lambda _: DEFAULT,
        gate=Gate(Keys(), address_rate=0, address_burst=1),
        ingest_report=lambda _: {},
        live_report=lambda _: {},
        jobs=list,
        ranking=None,
        readiness=lambda: (True, {}),
        registry=CollectorRegistry(),
        sign_in=None,  # type: ignore[arg-type]
        joining=None,  # type: ignore[arg-type]
        workspace=None,  # type: ignore[arg-type]
        links=None,  # type: ignore[arg-type]
        team=None,  # type: ignore[arg-type]
        key_desk=None,  # type: ignore[arg-type]
        clock=clock,
    )
    with TestClient(app, raise_server_exceptions=False) as client:

        def get(path: str, project: str = "first", status: int = 200, **parameters: Any) -> Any:
            answer = client.get(f"/analytics/v1/{path}", params=parameters, headers={"x-api-key": project})
            assert answer.status_code == status, answer.text
            return answer.json()

        yield get


@pytest.mark.parametrize("universe", [None, 11])
def test_the_popular_chart_is_what_was_scored(ask: Ask, scored: Published, universe: int | None) -> None:
    chart = ask("charts/popular", **({"universe": universe} if universe else {}))
    expected = [one for one in scored["first"][universe or 0] if one["score"] > 0]
    assert [(int(row["asset_id"]), row["rank"], row["score"]) for row in chart["tracks"]] == [
        (one["asset_id"], number, one["score"]) for number, one in enumerate(expected, 1)
    ]
    assert chart["as_of"] == "2026-09-23T12:34:56.789Z"
    assert chart["model_version"] == "popularity-4"
    assert all(row["low"] <= row["score"] <= row["high"] for row in chart["tracks"])


def test_the_rank_before_is_that_of_the_day_before(ask: Ask, warehouse: Warehouse) -> None:
    yesterday = scores_of(warehouse, "first", 0, NOW - DAY)
    before = {one["asset_id"]: one["rank"] for one in yesterday if one["score"] > 0}
    chart = ask("charts/popular")
    assert {int(row["asset_id"]): row["previous_rank"] for row in chart["tracks"]} == before


def test_a_trend_of_a_universe_has_the_rank_of_24_hours_before(ask: Ask, clock: Clock) -> None:
    [row] = ask("charts/trending", project="jump", universe=11)["tracks"]
    assert (row["asset_id"], row["rank"], row["previous_rank"]) == ("3", 1, None)
    clock.now = NOW + 60
    try:
        [row] = ask("charts/trending", project="jump", universe=11)["tracks"]
        assert (row["asset_id"], row["rank"], row["previous_rank"]) == ("3", 1, None)
    finally:
        clock.now = NOW


def test_a_score_in_a_universe_is_explained_like_that_of_a_project(ask: Ask, scored: Published) -> None:
    [first, *_] = scored["first"][12]
    explained = ask(f"tracks/{first['asset_id']}/score", universe=12)
    assert explained.keys() == ask(f"tracks/{first['asset_id']}/score").keys()
    assert (explained["universe_id"], explained["rank"], explained["score"]) == ("12", 1, first["score"])
    assert explained["capped_by_key"]["keys"] == [
        {"key": key, "mass": mass, "counted": counted} for key, mass, counted in first["capped"]
    ]
    ask("tracks/3/score", universe=13, status=404)


def test_nothing_of_a_universe_is_kept(ask: Ask, warehouse: Warehouse) -> None:
    ask("charts/popular", universe=11)
    assert select(warehouse, "SELECT DISTINCT universe FROM scores") == [{"universe": 0}]


@pytest.mark.parametrize("universe", [{}, {"universe": 11}])
def test_a_genre_has_ranks_of_its_own(ask: Ask, universe: dict[str, int]) -> None:
    everything = [row["asset_id"] for row in ask("charts/popular", **universe)["tracks"]]
    lofi = ask("charts/popular", genre="lofi", **universe)["tracks"]
    assert [row["asset_id"] for row in lofi] == [asset for asset in everything if asset in {"1", "4"}]
    assert [row["rank"] for row in lofi] == [1, 2]
    assert sorted(row["previous_rank"] for row in lofi) == [1, 2]
    assert ask("charts/popular", genre="lofi", limit=1, **universe)["tracks"] == lofi[:1]
    assert ask("charts/popular", genre="Lofi", **universe) == {"tracks": [], "as_of": None, "model_version": None}


def test_names_come_from_the_catalog(ask: Ask) -> None:
    named = {row["asset_id"]: (row["title"], row["artist"]) for row in ask("charts/popular")["tracks"]}
    assert (named["1"], named["3"]) == (("First Light", "Ada"), ("3", None))


@pytest.mark.parametrize("chart", ["charts/popular", "charts/trending"])
def test_an_empty_project_has_an_empty_chart(ask: Ask, chart: str) -> None:
    assert ask(chart, universe=13) == {"tracks": [], "as_of": None, "model_version": None}
    assert ask(chart, project="nobody") == {"tracks": [], "as_of": None, "model_version": None}


def test_another_projects_scores_are_never_shown(ask: Ask) -> None:
    """Assets 7 to 9 are of the project `other` alone."""
    mine = {row["asset_id"] for row in ask("charts/popular")["tracks"]}
    theirs = {row["asset_id"] for row in ask("charts/popular", project="other")["tracks"]}
    assert {"7", "8", "9"} <= theirs
    assert mine.isdisjoint({"7", "8", "9"})
    of_universe = {row["asset_id"] for row in ask("charts/popular", universe=11)["tracks"]}
    assert of_universe.isdisjoint({"7", "8", "9"})
    ask("tracks/8/score", status=404)
    ask("tracks/8/score", status=404, universe=11)
    assert ask("scores/history", asset_id=8)["history"] == []


def worked_out(one: dict[str, Any]) -> dict[str, float]:
    """What docs/scoring.md makes of the fields of an explanation, by nothing but its words."""
    given, parts, quality, trend = (one[name] for name in ("parameters", "components", "quality", "trend"))
    mass = (
        parts["listens"]
        + one["qualified_rate"] * parts["plays_without_end"]
        + given["weight_queue"] * parts["queue"]
        + given["weight_click"] * parts["clicks"]
        + given["weight_favorite"] * parts["favorites"]
    )
    over = sum(key["mass"] - key["counted"] for key in one["capped_by_key"]["keys"])
    completed = quality["n"] - quality["early_skips"] + given["completion_prior"] * quality["completion_mean"]
    completion = completed / (quality["n"] + given["completion_prior"])
    up = quality["up_votes"] + given["vote_prior"] * quality["vote_mean"]
    vote_share = up / (quality["up_votes"] + quality["down_votes"] + given["vote_prior"])
    multiplier = math.sqrt(completion / quality["completion_mean"]) * math.sqrt(vote_share / quality["vote_mean"])
    multiplier = min(given["most_quality"], max(given["least_quality"], multiplier))
    x, expected = trend["x"], trend["expected"]

    def score(of: float) -> float:
        whole = math.log(1 + one["reference_mass"] / given["scale"])
        return min(100, 100 * math.log(1 + max(0, of) * multiplier / given["scale"]) / whole)

    return {
        "mass": mass - over,
        "amount": over,
        "share": over / mass,
        "completion": completion,
        "vote_share": vote_share,
        "multiplier": multiplier,
        "score": score(mass - over),
        "low": score(mass - over - given["interval_z"] * math.sqrt(mass - over)),
        "high": score(mass - over + given["interval_z"] * math.sqrt(mass - over)),
        "z": (x - expected) / math.sqrt(expected + (given["trend_spread"] * expected) ** 2 + 1),
        "lift": (x + given["trend_prior"]) / (expected + given["trend_prior"]) if x else 0,
    }


@pytest.mark.parametrize(("project", "universe"), [("first", {}), ("first", {"universe": 11}), ("jump", {})])
def test_a_score_can_be_worked_out_from_its_explanation(ask: Ask, project: str, universe: dict[str, int]) -> None:
    for row in ask("charts/popular", project=project, **universe)["tracks"]:
        one = ask(f"tracks/{row['asset_id']}/score", project=project, **universe)
        flat = {**one, **one["capped_by_key"], **one["quality"], **one["trend"]}
        for name, value in worked_out(one).items():
            assert math.isclose(flat[name], value, rel_tol=1e-9, abs_tol=1e-9), (row["asset_id"], name)
        assert [one[name] for name in ("score", "low", "high")] == [row[name] for name in ("score", "low", "high")]


def test_listeners_of_7_days_are_those_of_each_day_and_key(ask: Ask, events: Events) -> None:
    for asset in (1, 2):
        heard = {
            (one.timestamp // DAY, one.key, one.player_id or (one.universe, one.place, one.timestamp // 3_600))
            for one in events
            if one.project == "first"
            and one.asset_id == asset
            and one.type in ("play", "stop", "skip")
            and NOW // DAY - one.timestamp // DAY < 7
        }
        assert ask(f"tracks/{asset}/score")["listeners_7d"] == len(heard)


def test_an_attack_leaves_its_trace(ask: Ask) -> None:
    explained = ask("tracks/6/score")
    capped = explained["capped_by_key"]
    [evil] = [one for one in capped["keys"] if one["key"] == "evil"]
    assert evil["mass"] == 200
    others = explained["mass"] + capped["amount"] - evil["mass"]
    assert math.isclose(evil["counted"], capped["growth"] * (others + explained["parameters"]["scale"]))
    assert math.isclose(capped["amount"], sum(one["mass"] - one["counted"] for one in capped["keys"]))
    assert 0.3 < capped["share"] < 1


def test_a_jump_is_the_chart_of_trends(ask: Ask) -> None:
    [row] = ask("charts/trending", project="jump")["tracks"]
    explained = ask("tracks/3/score", project="jump")["trend"]
    assert (row["asset_id"], row["rank"]) == ("3", 1)
    assert explained["x"] == 60
    assert explained["z"] >= explained["bar"] >= 1.6
    assert row["score"] == explained["lift"] == (60 + 10) / (explained["expected"] + 10)
    around = 1.28 * math.sqrt(60)
    assert math.isclose(row["low"], (60 - around + 10) / (explained["expected"] + 10))
    assert math.isclose(row["high"], (60 + around + 10) / (explained["expected"] + 10))
    assert (explained["rank"], explained["keys"]) == (1, 3)
    assert ask("tracks/2/score", project="jump")["trend"]["rank"] is None


def test_history_has_the_last_score_of_each_day(ask: Ask) -> None:
    history = ask("scores/history", asset_id=1)["history"]
    assert [one["day"] for one in history] == ["2026-09-22", "2026-09-23"]
    now = ask("tracks/1/score")
    assert {name: history[-1][name] for name in ("score", "low", "high", "rank", "as_of")} == {
        name: now[name] for name in ("score", "low", "high", "rank", "as_of")
    }


def test_old_scores_are_shown_until_there_are_new_ones(ask: Ask, clock: Clock) -> None:
    shown = ask("charts/popular")
    clock.now = NOW + 30 * DAY
    try:
        assert ask("charts/popular") == shown
    finally:
        clock.now = NOW


def test_a_worker_that_was_held_up_replaces_nothing(ask: Ask, warehouse: Warehouse) -> None:
    """It writes under a lower fence than the worker that took over, later than that one."""
    shown = ask("charts/popular")
    last = select(warehouse, "SELECT max(snapshot) AS snapshot FROM scores WHERE project = 'first'")[0]["snapshot"]
    names = ", ".join(COLUMNS)
    late = names.replace("snapshot", f"{last - 2} AS snapshot").replace("score,", "0. AS score,")
    command(
        warehouse,
        f"INSERT INTO scores ({names}) SELECT {late} FROM scores WHERE project = 'first' AND snapshot = {last}",
    )
    assert ask("charts/popular") == shown
    command(warehouse, "OPTIMIZE TABLE scores FINAL")
    assert ask("charts/popular") == shown


def test_a_control_database_that_was_put_back_does_not_hide_new_scores(ask: Ask, warehouse: Warehouse) -> None:
    """Its fences begin lower than those that scores carry already."""
    ScoreJob(warehouse, lambda: NOW).run(hold(fence=70))
    ScoreJob(warehouse, lambda: NOW + 60).run(hold(fence=3))
    try:
        assert ask("charts/popular")["as_of"] == "2026-09-23T12:35:56.789Z"
    finally:
        publish(warehouse, NOW)


@pytest.mark.parametrize(
    ("path", "parameters", "text"),
    [
        ("charts/popular", {"universe": "0"}, "universe"),
        ("charts/popular", {"universe": "11,12"}, "universe"),
        ("charts/trending", {"limit": "0"}, "limit"),
        ("charts/trending", {"genre": ""}, "genre"),
        ("charts/popular", {"from": "2026-01-01"}, "from"),
        ("scores/history", {"asset_id": "x"}, "asset_id"),
        ("scores/history", {}, "asset_id"),
    ],
)
def test_what_is_wrong_is_named(ask: Ask, path: str, parameters: dict[str, str], text: str) -> None:
    assert text in ask(path, status=400, **parameters)["error"]


def test_flags_are_told_to_their_own_project(ask: Ask, warehouse: Warehouse) -> None:
    job = IntegrityJob(warehouse, lambda: NOW)
    loop = Flag("loop", "key-a", "who loops", 6, "", NOW - 60, 100, 250, -1.0, "counted_once_a_day")
    crowd = Flag("made_up_votes", "evil", "", 7, "", NOW - DAY, 30, 40, 0.125, "capped_by_key")
    rank = Flag("claimed_rank", "evil", "", 7, "lofi", NOW - DAY, 30, 4, -1.0, "told_only")
    assert ask("integrity") == {"flags": [], "as_of": None}
    job._publish(hold(), "first", NOW, [loop, crowd, rank])
    found = ask("integrity")
    assert found["as_of"] == "2026-09-23T12:34:56.789Z"
    assert found["flags"][0] == {
        "reason": "loop",
        "key_id": "key-a",
        "player_id": "who loops",
        "asset_id": "6",
        "query": None,
        "since": "2026-09-23T12:33:56.789Z",
        "amount": 100,
        "of": 250,
        "usual": None,
        "effect": "counted_once_a_day",
    }
    assert [(one["player_id"], one["query"], one["usual"]) for one in found["flags"][1:]] == [
        (None, None, 0.125),
        (None, "lofi", None),
    ]
    assert ask("integrity", project="other") == {"flags": [], "as_of": None}
    job._publish(hold(), "first", NOW, [])
    assert ask("integrity")["flags"] == []
