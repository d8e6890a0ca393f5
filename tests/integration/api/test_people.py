"""People of the session's project, as their owner manages them from a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from audioscape_server.accounts.links import LIFE_S, Kind
from audioscape_server.api.periods import rfc3339
from support.browser import HERE, Browser
from support.counting import NOW
from support.house import ADA, BO, CY, GOOD

if TYPE_CHECKING:
    from support.house import House

PEOPLE = "/analytics/v1/people"


def people_of(owner: Browser) -> list[dict[str, Any]]:
    return owner.get(PEOPLE).json()["people"]


def roles(owner: Browser) -> dict[str, str]:
    return {person["email"]: person["role"] for person in people_of(owner)}


def test_an_owner_sees_who_is_there_and_who_is_invited(house: House) -> None:
    ada = house.signed_in(ADA)
    ada.post(PEOPLE, {"email": "an.invited@example.com", "role": "viewer"})
    me, invited, bo = people_of(ada)
    assert me == {
        "id": house.ada, "email": ADA, "role": "owner", "last_seen": rfc3339(NOW), "invited_until": None, "you": True,
    }  # fmt: skip
    assert (invited["email"], invited["role"], invited["you"]) == ("an.invited@example.com", "viewer", False)
    assert invited["invited_until"] == rfc3339(NOW + LIFE_S[Kind.INVITATION])
    assert (bo["email"], bo["last_seen"], bo["you"]) == (BO, None, False)


def test_an_invitation_is_a_link_that_is_told_once_and_lets_the_person_in(house: House) -> None:
    ada = house.signed_in(ADA)
    answer = ada.post(PEOPLE, {"email": "Dee@example.com", "role": "editor"}, origin=HERE)
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store")
    address, token = answer.json()["link"].split("#")
    assert address == f"{HERE}/join"
    assert token not in ada.get(PEOPLE).text
    dee = Browser(house.client)
    joined = dee.post("/join", {"token": token, "password": GOOD}).json()
    assert (joined["email"], joined["role"], joined["project"]) == ("dee@example.com", "editor", "alpha")
    assert roles(ada) == {ADA: "owner", BO: "editor", "dee@example.com": "editor"}


def test_a_link_leads_to_where_the_browser_reached_the_server(house: House) -> None:
    """Behind a proxy that ends TLS the server itself knows nothing of https."""
    browser = Browser(house.client, "https://music.example.com")
    csrf = browser.sign_in(ADA, GOOD, origin="https://music.example.com").json()["csrf_token"]
    headers = {"x-csrf-token": csrf, "origin": "https://music.example.com"}
    answer = browser.post(PEOPLE, {"email": "dee@example.com", "role": "viewer"}, **headers)
    assert answer.json()["link"].startswith("https://music.example.com/join#")


def test_an_invitation_is_taken_back(house: House) -> None:
    ada = house.signed_in(ADA)
    made = ada.post(PEOPLE, {"email": "dee@example.com", "role": "viewer"}).json()
    assert ada.send("DELETE", f"{PEOPLE}/{made['id']}").status_code == 204
    assert roles(ada) == {ADA: "owner", BO: "editor"}
    assert ada.send("DELETE", f"{PEOPLE}/{made['id']}").status_code == 404
    token = made["link"].partition("#")[2]
    assert Browser(house.client).post("/join/look", {"token": token}).status_code == 404


def test_a_role_changes_at_once_and_is_taken_away(house: House) -> None:
    ada, bo = house.signed_in(ADA), house.signed_in(BO)
    assert bo.get(PEOPLE).status_code == 403
    assert ada.post(f"{PEOPLE}/{house.bo}/role", {"role": "owner"}).status_code == 204
    assert roles(bo) == {ADA: "owner", BO: "owner"}
    assert ada.send("DELETE", f"{PEOPLE}/{house.bo}").status_code == 204
    assert bo.get(PEOPLE).status_code == 403
    assert roles(ada) == {ADA: "owner"}


def test_somebody_is_signed_out_everywhere(house: House) -> None:
    ada, bo, bo_too = house.signed_in(ADA), house.signed_in(BO), house.signed_in(BO)
    assert ada.post(f"{PEOPLE}/{house.bo}/sign-out", {}).status_code == 204
    assert {one.get("/session").status_code for one in (bo, bo_too)} == {401}
    assert ada.get("/session").status_code == 200


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"email": "dee@example.com", "role": "king"}, "A role is one of owner, editor, viewer, guest; got 'king'"),
        ({"email": "dee", "role": "viewer"}, "looks like name@example.com"),
        ({"email": BO, "role": "viewer"}, "has a role in this project already"),
        ({"email": "dee@example.com"}, "must be a JSON object with email, role"),
        ({"email": "dee@example.com", "role": "viewer", "project": "beta"}, "must be a JSON object with email, role"),
    ],
)
def test_an_invitation_that_is_wrong_is_refused_in_words(house: House, body: dict[str, Any], says: str) -> None:
    ada = house.signed_in(ADA)
    refused = ada.post(PEOPLE, body)
    assert (refused.status_code, says in refused.json()["error"]) == (400, True)
    assert len(people_of(ada)) == 2


@pytest.mark.parametrize(
    ("who", "act"),
    [
        *(("the last owner", act) for act in ("falls", "leaves")),
        *(("somebody of another project", act) for act in ("falls", "leaves", "is signed out")),
        *(("nobody", act) for act in ("falls", "leaves", "is signed out")),
    ],
)
def test_nobody_is_reached_that_must_not_be(house: House, who: str, act: str) -> None:
    ada, cy = house.signed_in(ADA), house.signed_in(CY)
    user = {"the last owner": house.ada, "somebody of another project": house.cy, "nobody": "%00"}[who]
    refused = {
        "falls": lambda: ada.post(f"{PEOPLE}/{user}/role", {"role": "editor"}),
        "leaves": lambda: ada.send("DELETE", f"{PEOPLE}/{user}"),
        "is signed out": lambda: ada.post(f"{PEOPLE}/{user}/sign-out", {}),
    }[act]()
    assert refused.status_code == (400 if who == "the last owner" else 404)
    assert (roles(ada), roles(cy)) == ({ADA: "owner", BO: "editor"}, {CY: "owner"})


def test_an_owner_of_one_project_does_nothing_in_another_that_the_session_does_not_show(house: House) -> None:
    """The project comes from the session: an invitation of one is not taken back from the other."""
    ada = house.signed_in(ADA)
    made = ada.post(PEOPLE, {"email": "dee@example.com", "role": "viewer"}).json()
    cy = house.signed_in(CY)
    assert cy.send("DELETE", f"{PEOPLE}/{made['id']}").status_code == 404
    assert cy.post(f"{PEOPLE}/{house.bo}/role", {"role": "viewer"}).status_code == 404
    ada.show("games")
    assert roles(ada) == {ADA: "owner"}
    assert ada.send("DELETE", f"{PEOPLE}/{made['id']}").status_code == 404
    assert ada.post(f"{PEOPLE}/{house.bo}/role", {"role": "viewer"}).status_code == 404
