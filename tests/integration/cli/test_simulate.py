"""``audioscape simulate`` as its users run it, and what the server then says of a game whose truth is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.server import Server

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = "simulated"


@pytest.fixture(scope="module")
def game(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A game of two days that was posted; its truth."""
    truth = tmp_path_factory.mktemp("game") / "truth.json"
    options = ("--events", "3000", "--days", "2", "--tracks", "100", "--project", PROJECT, "--truth", str(truth))
    done = server.cli("simulate", *options)
    assert done.returncode == 0, done.stderr
    told = json.loads(truth.read_text())
    assert done.stdout.startswith(f"Events taken: {told['events']:,}; refused: 0.")
    return told


def test_the_server_counts_what_was_played(server: Server, game: dict[str, Any]) -> None:
    key = server.create_key(project=PROJECT)
    assert server.settled(key)["loaded"] == game["events"]
    tracks = server.get("/analytics/v1/tracks", key, params={"limit": 1_000}).json()["tracks"]
    counted = {track["asset_id"]: track["plays"] for track in tracks if track["plays"]}
    assert counted == {track["asset_id"]: track["plays"] for track in game["tracks"] if track["plays"]}
    titles = {track["asset_id"]: track["title"] for track in game["tracks"]}
    assert all(track["title"] == titles[track["asset_id"]] for track in tracks)


def test_the_truth_names_the_keys_by_their_ids(server: Server, game: dict[str, Any]) -> None:
    listed = {key["id"]: key["name"] for key in json.loads(server.cli("keys", "list", "--json").stdout)}
    assert [listed[key] for key in game["keys"]] == [f"simulated game {number}" for number in range(1, 7)]


def test_a_key_that_is_given_is_used_and_its_secret_is_not_written_down(server: Server, tmp_path: Path) -> None:
    key, truth = server.create_key(project=f"{PROJECT}-by-key"), tmp_path / "truth.json"
    options = ("--url", server.url, "--key", key, "--events", "100", "--days", "0.1", "--truth", str(truth))
    done = server.cli("simulate", *options)
    assert done.returncode == 0, done.stderr
    assert key not in truth.read_text() + done.stdout + done.stderr
    assert all(one and one in key for one in json.loads(truth.read_text())["keys"])


WRONG = {
    "no server": (("--days", "1"), "No server runs on"),
    "history by post": (("--days", "8", "--rate", "5"), "of the last 7 days only, got --days 8"),
    "another server without a key": (("--url", "http://127.0.0.1:1"), "needs --key"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_can_not_be_done_is_said(tmp_path: Path, case: tuple[tuple[str, ...], str]) -> None:
    done = Server(tmp_path).cli("simulate", *case[0])
    assert done.returncode == 1
    assert case[1] in done.stderr


def test_what_is_too_old_to_be_posted_is_put_into_a_stopped_installation_and_all_of_it_adds_up(tmp_path: Path) -> None:
    stopped, truth = Server(tmp_path), tmp_path / "truth.json"
    options = ("--events", "600", "--days", "9", "--tracks", "100", "--attack", "votes", "--truth", str(truth))
    done = stopped.cli("simulate", *options)
    assert done.returncode == 0, done.stderr
    checked = json.loads(stopped.cli("check", "--json").stdout)
    told = json.loads(truth.read_text())
    assert done.stdout.startswith(f"Events taken: {told['events']:,}; refused: 0.")
    assert checked["problems"] == []
    [line] = checked["lines"]
    assert line["loaded"] == line["accepted"] == told["events"]


def test_history_is_not_put_under_a_running_server(server: Server) -> None:
    done = server.cli("simulate", "--days", "30", "--events", "10", "--project", PROJECT)
    assert done.returncode == 1
    assert "Another server runs on" in done.stderr
