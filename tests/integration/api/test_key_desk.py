"""The keys of the session's project, as editors and owners manage them from a page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.access.keys import PREFIX, Scope
from audioscape_server.api.periods import rfc3339
from audioscape_server.control import RejectedGroup
from audioscape_server.errors import ServiceUnavailableError
from support.counting import NOW, load_batches
from support.house import ADA, BO, CY

if TYPE_CHECKING:
    from support.browser import Browser
    from support.counting import Sent
    from support.house import House

KEYS = "/analytics/v1/keys"
OVERVIEW = "/analytics/v1/overview"
DAY = 86_400


def made(editor: Browser, **more: Any) -> tuple[str, str]:
    answer = editor.post(KEYS, {"name": "servers", "scopes": ["ingest", "read"], **more})
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    return answer.json()["id"], answer.json()["key"]


def listed(editor: Browser) -> dict[str, dict[str, Any]]:
    answer = editor.get(KEYS)
    assert answer.headers["cache-control"] == "no-store"
    return {key["id"]: key for key in answer.json()["keys"]}


def reads(house: House, key: str) -> int:
    return house.client.get(OVERVIEW, headers={"x-api-key": key}).status_code


@pytest.mark.parametrize("email", [ADA, BO])
def test_a_key_is_made_told_once_and_works_at_once(house: House, email: str) -> None:
    editor = house.signed_in(email)
    key_id, key = made(editor, rate=50, expires_in_days=30)
    assert reads(house, key) == 200
    assert listed(editor)[key_id] == {
        "id": key_id, "name": "servers", "state": "live", "prefix": f"{PREFIX}{key_id}_", "last4": key[-4:],
        "scopes": ["ingest", "read"], "rate": 50, "created": rfc3339(NOW), "expires": rfc3339(NOW + 30 * DAY),
        "revoked": None, "last_used": None, "last_universe": None, "events": 0, "rejected": 0,
        "last_rejected": None, "old_secrets": [],
    }  # fmt: skip
    assert key.removeprefix(f"{PREFIX}{key_id}_")[:43] not in editor.get(KEYS).text


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"name": " "}, "printable text of 200 characters"),
        ({"name": "x" * 201}, "printable text of 200 characters"),
        ({"name": "two\nlines"}, "printable text of 200 characters"),
        ({"scopes": []}, "at least one scope"),
        ({"scopes": ["admin"]}, "scopes: expected some of ingest, read; found ['admin']"),
        ({"rate": -1}, "requests per second, got -1"),
        ({"rate": 10**12}, "requests per second, got"),
        ({"expires_in_days": 0}, "expires_in_days: expected 1 to 3,650, or null for never; found 0"),
        ({"expires_in_days": 3_651}, "found 3651"),
        ({"project": "beta"}, "must be a JSON object with name, scopes, rate, expires_in_days"),
        ({"rate": 0.5}, "must be a JSON object with name"),
    ],
)
def test_a_key_that_is_wrong_is_refused_in_words(house: House, more: dict[str, Any], says: str) -> None:
    editor = house.signed_in(BO)
    refused = editor.post(KEYS, {"name": "servers", "scopes": ["ingest"], **more})
    assert (refused.status_code, says in refused.json()["error"]) == (400, True), refused.text
    assert listed(editor) == {}


def test_a_revoked_key_is_refused_from_that_moment_on(house: House) -> None:
    editor = house.signed_in(BO)
    key_id, key = made(editor)
    assert reads(house, key) == 200
    assert editor.post(f"{KEYS}/{key_id}/revoke", {}).status_code == 204
    assert reads(house, key) == 401
    assert (listed(editor)[key_id]["state"], listed(editor)[key_id]["revoked"]) == ("revoked", rfc3339(NOW))
    for again in ("revoke", "rotate"):
        refused = editor.post(f"{KEYS}/{key_id}/{again}", {"overlap_s": 0} if again == "rotate" else {})
        assert (refused.status_code, "revoked already" in refused.text) == (404, True)


@pytest.mark.parametrize("overlap_s", [0, 3_600, DAY, 7 * DAY])
def test_a_rotation_makes_a_new_secret_and_lets_the_old_one_live_on(house: House, overlap_s: int) -> None:
    editor = house.signed_in(BO)
    key_id, old = made(editor)
    answer = editor.post(f"{KEYS}/{key_id}/rotate", {"overlap_s": overlap_s})
    assert (answer.status_code, answer.headers["cache-control"], answer.json()["id"]) == (200, "no-store", key_id)
    new = answer.json()["key"]
    assert (reads(house, new), reads(house, old)) == (200, 200 if overlap_s else 401)
    key = listed(editor)[key_id]
    assert (key["last4"], key["state"]) == (new[-4:], "live")
    assert key["old_secrets"] == (
        [{"last4": old[-4:], "works_until": rfc3339(NOW + overlap_s), "last_used": None, "used_since_rotation": False}]
        if overlap_s
        else []
    )


def test_an_imported_key_does_not_tell_how_it_ends(house: House) -> None:
    imported = "another-services-key-0123456789"
    key_id, _ = house.keys.create(project="alpha", name="old", scopes=[Scope.INGEST], imported=imported)
    editor = house.signed_in(BO)
    key = listed(editor)[key_id]
    assert (key["prefix"], key["last4"]) == (None, None)
    new = editor.post(f"{KEYS}/{key_id}/rotate", {"overlap_s": DAY}).json()["key"]
    key = listed(editor)[key_id]
    assert (key["prefix"], key["last4"], key["old_secrets"][0]["last4"]) == (f"{PREFIX}{key_id}_", new[-4:], None)


@pytest.mark.parametrize("overlap_s", [-1, 1, 60, 10**9, "0", None])
def test_an_overlap_that_is_not_offered_is_refused(house: House, overlap_s: Any) -> None:
    editor = house.signed_in(BO)
    key_id, key = made(editor)
    assert editor.post(f"{KEYS}/{key_id}/rotate", {"overlap_s": overlap_s}).status_code == 400
    assert reads(house, key) == 200


def test_the_list_says_whether_an_old_secret_still_is_used(house: House) -> None:
    editor = house.signed_in(BO)
    key_id, old = made(editor)
    new = editor.post(f"{KEYS}/{key_id}/rotate", {"overlap_s": DAY}).json()["key"]
    house.keys.note_uses({house.digest(old): NOW - 5, house.digest(new): NOW + 3})
    key = listed(editor)[key_id]
    assert (key["last_used"], key["old_secrets"][0]["last_used"]) == (rfc3339(NOW + 3), rfc3339(NOW - 5))
    assert not key["old_secrets"][0]["used_since_rotation"]
    house.keys.note_uses({house.digest(old): NOW + 9})
    assert listed(editor)[key_id]["old_secrets"][0]["used_since_rotation"]


def test_a_use_of_a_key_is_noted(house: House) -> None:
    editor = house.signed_in(BO)
    key_id, key = made(editor)
    unused, _ = made(editor)
    reads(house, key)
    house.client.get(OVERVIEW, headers={"x-api-key": key[:-1] + "x"})
    house.keys.note_uses(house.keyring.take_uses())
    assert house.keyring.take_uses() == {}
    assert [listed(editor)[one]["last_used"] for one in (key_id, unused)] == [rfc3339(NOW), None]


def test_events_and_rejected_ones_of_the_last_day_are_those_that_came_by_each_key(
    house: House, events: list[Sent]
) -> None:
    """Against a plain recount of what was sent."""
    since = (NOW - DAY) // 3_600 * 3_600
    mine = [event for event in events if event.project == "alpha"]
    by_key = {key: [event for event in mine if event.key == key] for key in ("key-a", "key-b", "key-c")}
    for key in by_key:
        house.add_key(key, "alpha")
    house.add_key("key-d", "beta")
    hours = {since - 3_600: 100, since: 1, since + 3_600: 2, NOW // 3_600 * 3_600: 4}
    house.rejected.add(
        RejectedGroup(project, key, universe, "asset_id", int(hour), count, NOW - 1, "{}")
        for project, key in (("alpha", "key-a"), ("beta", "key-b"))
        for universe in (0, 11)
        for hour, count in hours.items()
    )
    found = listed(house.signed_in(BO))
    assert {key: found[key]["events"] for key in found} == {
        key: sum(event.received_at >= since for event in sent) for key, sent in by_key.items()
    }
    assert 0 < found["key-a"]["events"] < len(by_key["key-a"])
    placed = {key: [event for event in sent if event.universe] for key, sent in by_key.items()}
    assert {key: found[key]["last_universe"] for key in found} == {
        key: str(max(sent, key=lambda event: event.received_at).universe) if sent else None
        for key, sent in placed.items()
    }
    last = {"at": rfc3339(NOW - 1), "reason": "asset_id", "sample": {}}
    assert [found[key]["last_rejected"] for key in ("key-a", "key-b")] == [last, None]
    assert {key: found[key]["rejected"] for key in found} == {"key-a": 14, "key-b": 0, "key-c": 0}


def test_a_change_is_done_though_the_database_goes_away_after_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = house.signed_in(BO)
    key_id, key = made(editor)
    reads(house, key)

    def away(_since: int | None) -> None:
        raise ServiceUnavailableError

    with monkeypatch.context() as broken:
        broken.setattr(house.keyring, "_read", away)
        assert editor.post(f"{KEYS}/{key_id}/revoke", {}).status_code == 204
    assert listed(editor)[key_id]["state"] == "revoked"


def test_the_last_universe_is_that_of_the_newest_event_which_named_one(house: House, events: list[Sent]) -> None:
    placed = [(11, NOW - 30), (12, NOW - 20), (0, NOW - 10)]
    sent = [
        replace(events[0], project="games", key="key-g", universe=universe, received_at=at, timestamp=at)
        for universe, at in placed
    ]
    house.warehouse.insert_block("spool-g", 0, 0, load_batches([[each] for each in sent]))
    house.add_key("key-g", "games")
    ada = house.signed_in(ADA)
    ada.show("games")
    assert (listed(ada)["key-g"]["last_universe"], listed(ada)["key-g"]["events"]) == ("12", 3)


@pytest.mark.parametrize("act", ["rotate", "revoke"])
@pytest.mark.parametrize("whose", ["of another project", "nobody's"])
def test_a_key_of_another_project_is_not_reached_or_told_from_none(house: House, act: str, whose: str) -> None:
    key_id, key = made(house.signed_in(CY))
    other = key_id if whose == "of another project" else "0" * 12
    refused = house.signed_in(ADA).post(f"{KEYS}/{other}/{act}", {"overlap_s": 0} if act == "rotate" else {})
    assert (refused.status_code, "No key has this id" in refused.text) == (404, True)
    assert reads(house, key) == 200
    assert listed(house.signed_in(ADA)) == {}


def test_keys_of_a_session_are_those_of_the_project_that_it_shows(house: House) -> None:
    ada = house.signed_in(ADA)
    made(ada)
    ada.show("games")
    assert listed(ada) == {}
    _, key = made(ada)
    assert house.client.get(OVERVIEW, headers={"x-api-key": key}).status_code == 200
    assert len(listed(ada)) == 1
    assert sorted(key.project for key in house.keys.list()) == ["alpha", "games"]


def test_a_key_is_revoked_while_the_warehouse_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    editor = house.signed_in(BO)
    key_id, _ = made(editor)

    def away(*_: object, **__: object) -> None:
        raise ServiceUnavailableError

    monkeypatch.setattr(house.warehouse, "ask", away)
    key = listed(editor)[key_id]
    assert (key["events"], key["last_universe"], key["rejected"]) == (None, None, 0)
    assert editor.post(f"{KEYS}/{key_id}/revoke", {}).status_code == 204
