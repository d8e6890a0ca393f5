"""One spelling of an email address; which passwords are taken, and what is stored of them."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import VerifyMismatchError
from hypothesis import given, strategies as st

from audioscape_server.accounts import emails, passwords
from audioscape_server.accounts.roles import Action, Role, may
from audioscape_server.errors import InvalidRequestError

ADA = "ada@example.com"
GOOD = "correct horse battery"


@pytest.mark.parametrize(
    "written", [ADA, "ADA@Example.COM", f"  {ADA}\n", "\N{FULLWIDTH LATIN SMALL LETTER A}da@example.com"]
)
def test_an_address_has_one_spelling(written: str) -> None:
    assert emails.normal(written) == ADA


@given(st.one_of(st.text(max_size=40), st.from_regex(r"\A[^@\s]{1,9}@[^@\s]{1,9}\Z")))
def test_a_spelling_is_its_own_or_none_at_all(text: str) -> None:
    try:
        once = emails.normal(text)
    except InvalidRequestError:
        return
    assert emails.normal(once) == once
    assert once.isprintable()
    assert len(once) <= emails.MAX_CHARS


@pytest.mark.parametrize(
    "wrong",
    ["", "ada", "@example.com", "ada@", "ada@exam ple.com", "a@b@c", "ada@example.com\0", "a" * 250 + "@example.com"],
)
def test_what_is_no_address_is_refused_with_what_one_looks_like(wrong: str) -> None:
    with pytest.raises(InvalidRequestError, match=r"looks like name@example\.com"):
        emails.normal(wrong)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("", "12 to 1,024 characters, got 0"),
        ("eleven char", "12 to 1,024 characters, got 11"),
        ("x" * 1_025, "12 to 1,024 characters, got 1,025"),
        ("two lines\nof it", "no line breaks"),
        ("ADA@example.com", "must not be the email"),
    ],
)
def test_a_password_that_is_not_taken_is_refused_without_repeating_it(password: str, says: str) -> None:
    with pytest.raises(InvalidRequestError, match=says) as refused:
        passwords.hashed(password, ADA)
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize("password", ["x" * 12, "x" * 1_024, "twelve\N{PILE OF POO} char"])
def test_a_password_is_taken_from_12_to_1024_characters(password: str) -> None:
    assert passwords.hashed(password, ADA)


def test_what_is_stored_is_argon2id_at_the_advised_cost_with_a_salt_of_its_own() -> None:
    stored = passwords.hashed(GOOD, ADA)
    cost = extract_parameters(stored)
    assert (cost.type, cost.version) == (Type.ID, 19)
    assert cost.memory_cost >= 19 * 1_024
    assert cost.time_cost >= 2
    assert GOOD not in stored
    assert passwords.hashed(GOOD, ADA) != stored
    assert PasswordHasher().verify(stored, GOOD)
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(stored, GOOD + " ")


def test_a_password_is_the_same_from_every_keyboard() -> None:
    typed = unicodedata.normalize("NFD", "caf\N{LATIN SMALL LETTER E WITH ACUTE} au lait")
    assert PasswordHasher().verify(passwords.hashed(typed, ADA), unicodedata.normalize("NFC", typed))


def test_what_each_role_may_do() -> None:
    editors = {
        Action.ANNOTATE,
        Action.SAVE_VIEWS,
        Action.CHANGE_SETTINGS,
        Action.NAME_TITLES,
        Action.NAME_EXPERIENCES,
        Action.MANAGE_KEYS,
    }
    wanted = {
        Role.OWNER: set(Action),
        Role.EDITOR: {Action.READ, *editors},
        Role.VIEWER: {Action.READ},
        Role.GUEST: set[Action](),
        None: set[Action](),
    }
    assert {role: {action for action in Action if may(role, action)} for role in (*Role, None)} == wanted


def test_a_higher_role_may_do_all_that_a_lower_one_may() -> None:
    by_rank = [{action for action in Action if may(role, action)} for role in Role]
    assert all(lower <= higher for higher, lower in itertools.pairwise(by_rank))
